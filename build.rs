//! A new migration is compiled in at once.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
