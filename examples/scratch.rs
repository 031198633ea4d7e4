fn main() {
    let (report, ok) = provodnik::flow::check::report(std::path::Path::new("."), false);
    println!("{report}\n{ok}");
}
