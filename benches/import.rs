//! The import of a region's year: how long it takes, and how much memory.
//!
//!     cargo bench --bench import -- [--rows 20000] [--rounds 3]
//!
//! The program itself is run, as an operator runs it (`provodnik import`), on a Postgres of its own with fsync on, four times on one
//! table: judged only, written, written again (nothing changes), and written with everybody a class further. Memory is the most that
//! Linux ever saw of the program and the process that reads the sheet, each by itself, looked at fifty times a second. Then files
//! that are made to swell are handed in.
#![expect(clippy::print_stdout, reason = "a benchmark is there to print figures")]

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::Context as _;
use clap::Parser as _;
use provodnik::{clock::tick, embedded};
use rust_xlsxwriter::Workbook;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use zip::{ZipWriter, write::SimpleFileOptions};

#[derive(Debug, clap::Parser)]
struct Options {
    /// Rows of the table, teachers among them.
    #[arg(long, default_value_t = 20_000)]
    rows: u32,
    /// How often each is measured.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Cargo says so; nothing changes.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Any key does.
const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const DATABASE: &str = "bench_import";
const HEADER: [&str; 12] = [
    "ИНН школы",
    "КПП школы",
    "Роль",
    "Email",
    "Фамилия",
    "Имя",
    "Отчество",
    "Пол (М или Ж)",
    "Дата рождения (ДД.ММ.ГГГГ)",
    "Номер класса 6-11",
    "Буква класса",
    "Учебный год",
];
/// Rows of a class with its teacher's.
const CLASS: u32 = 26;
const SCHOOLS: u32 = 104;
const SYLLABLES: [&str; 16] =
    ["ба", "во", "гу", "де", "жи", "зо", "ка", "лу", "ме", "но", "пи", "ра", "со", "ту", "фе", "хо"];

/// What one run has cost.
struct Cost {
    took: Duration,
    program: f64,
    reader: f64,
    said: String,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("import");
    fs::create_dir_all(&dir)?;
    let cluster = runtime.block_on(embedded::start(&dir.join("postgres"), true))?;
    let url = cluster.options.clone().database(DATABASE).to_url_lossy().to_string();
    fs::write(dir.join("schools.xlsx"), schools()?)?;
    fs::write(dir.join("people.xlsx"), people(options.rows, 0)?)?;
    fs::write(dir.join("moved.xlsx"), people(options.rows, 1)?)?;
    let mut figures: BTreeMap<&str, Vec<Cost>> = BTreeMap::new();
    for _ in 0..options.rounds {
        runtime.block_on(emptied(&cluster))?;
        run(&dir, &url, &["migrate"])?;
        run(&dir, &url, &["import", "schools.xlsx", "--yes"])?;
        for (what, file, how) in [
            ("1 judged", "people.xlsx", "--dry-run"),
            ("2 written", "people.xlsx", "--yes"),
            ("3 again", "people.xlsx", "--yes"),
            ("4 a class further", "moved.xlsx", "--yes"),
        ] {
            figures.entry(what).or_default().push(run(&dir, &url, &["import", file, how])?);
        }
    }
    println!("| {} rows | time, s | the program, MB | what reads the sheet, MB |\n|---|---|---|---|", options.rows);
    for (what, costs) in &figures {
        let of = |cost: &dyn Fn(&Cost) -> f64| costs.iter().map(cost).fold(0.0, f64::max);
        println!(
            "| {what} | {:.1} | {:.0} | {:.0} |",
            of(&|cost| cost.took.as_secs_f64()),
            of(&|cost| cost.program),
            of(&|cost| cost.reader)
        );
    }
    println!(
        "\n{}\n",
        figures.values().filter_map(|costs| costs.last()).map(|cost| cost.said.as_str()).collect::<String>()
    );
    for (name, file) in bombs()? {
        fs::write(dir.join(&name), file)?;
        let cost = run(&dir, &url, &["import", &name, "--dry-run"])?;
        let (took, said) = (cost.took.as_secs_f64(), cost.said.trim());
        println!("| {name} | {took:.1} | {:.0} | {:.0} | {said}", cost.program, cost.reader);
    }
    runtime.block_on(cluster.stop());
    Ok(())
}

async fn emptied(cluster: &embedded::Cluster) -> anyhow::Result<()> {
    let mut admin = cluster.options.connect().await?;
    for statement in [format!("drop database if exists {DATABASE} with (force)"), format!("create database {DATABASE}")]
    {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut admin).await?;
    }
    Ok(admin.close().await?)
}

/// Runs the program and watches it.
#[expect(clippy::disallowed_methods, reason = "what another process takes can only be looked at now and then")]
fn run(dir: &Path, url: &str, arguments: &[&str]) -> anyhow::Result<Cost> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provodnik"));
    command
        .env_clear()
        .current_dir(dir)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.envs([("DATABASE_URL", url), ("FIELD_KEYS", &format!("1:{KEY}")), ("INDEX_KEY", KEY)]);
    let begun = tick();
    let mut child = command.spawn()?;
    let (mut program, mut reader) = (0.0_f64, 0.0_f64);
    while child.try_wait()?.is_none() {
        program = program.max(peak(child.id()).unwrap_or_default());
        reader = children(child.id()).into_iter().filter_map(peak).fold(reader, f64::max);
        thread::sleep(Duration::from_millis(20));
    }
    let took = begun.elapsed();
    let said = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    Ok(Cost { took, program, reader, said })
}

/// The most memory that a process ever had in use, in MB.
fn peak(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}

fn children(pid: u32) -> Vec<u32> {
    let all = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = all.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}

fn school(number: u32) -> (String, String) {
    (format!("79{number:08}"), format!("7900{number:05}"))
}

fn schools() -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in
        (0..).zip(["Регион", "Муниципалитет", "Часовой пояс", "ИНН школы", "КПП школы", "Название школы"])
    {
        sheet.write_string(0, column, title)?;
    }
    for number in 0..SCHOOLS {
        let (inn, kpp) = school(number);
        let cells = [
            "Край".to_owned(),
            format!("Город {}", number % 22),
            "Europe/Moscow".to_owned(),
            inn,
            kpp,
            format!("Школа {number}"),
        ];
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(number + 1, column, cell)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// Names that are all different.
fn name(number: u32) -> String {
    let syllable = |at: u32| SYLLABLES[(number >> (4 * at)) as usize % SYLLABLES.len()];
    let mut name: String = (0..4).map(syllable).collect();
    name.replace_range(..2, &name.chars().take(1).flat_map(char::to_uppercase).collect::<String>());
    name
}

fn people(rows: u32, further: u32) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in (0..).zip(HEADER) {
        sheet.write_string(0, column, title)?;
    }
    for row in 0..rows {
        let class = row / CLASS;
        let (inn, kpp) = school(class % SCHOOLS);
        let teacher = row % CLASS == 0;
        let (grade, letter) =
            (6 + (class / SCHOOLS) % 5 + further, ["А", "Б", "В"][(class / SCHOOLS / 5) as usize % 3]);
        let cells = [
            inn,
            kpp,
            if teacher { "учитель" } else { "ученик" }.to_owned(),
            if teacher { format!("t{class}@example.ru") } else { String::new() },
            name(row),
            if row % 2 == 0 { "Анна" } else { "Олег" }.to_owned(),
            if row % 2 == 0 { "Ильинична" } else { "Ильич" }.to_owned(),
            if row % 2 == 0 { "Ж" } else { "М" }.to_owned(),
            if teacher { String::new() } else { format!("{:02}.{:02}.{}", 1 + row % 28, 1 + row % 12, 2010 + row % 4) },
            grade.to_string(),
            letter.to_owned(),
            "2026-2027".to_owned(),
        ];
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row + 1, column, cell)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

fn archive(files: &[(&str, &[u8])]) -> anyhow::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default())?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Files that are larger than they look.
fn bombs() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let million: String = (0..1_000_000).map(|n| format!("{n};a\n")).collect();
    let zeros = archive(&[("xl/workbook.xml", &vec![0; 500 * 1024 * 1024])])?;
    let words: String = (0..4_000_000).map(|n| format!("<si><t>{n}</t></si>")).collect();
    let strings = format!(r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{words}</sst>"#);
    let mut good = Cursor::new(people(10, 0)?);
    let mut swollen = ZipWriter::new(Cursor::new(Vec::new()));
    let mut read = zip::ZipArchive::new(&mut good).context("our own workbook")?;
    for at in 0..read.len() {
        let file = read.by_index_raw(at)?;
        if file.name().is_ok_and(|name| name != "xl/sharedStrings.xml") {
            swollen.raw_copy_file(file)?;
        }
    }
    swollen.start_file("xl/sharedStrings.xml", SimpleFileOptions::default())?;
    swollen.write_all(strings.as_bytes())?;
    let repeated = r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="1"><table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="string" table:number-columns-repeated="1000000"><text:p>1</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#;
    let repeated = archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", repeated.as_bytes()),
        (
            "META-INF/manifest.xml",
            br#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#,
        ),
    ])?;
    let named = [
        ("a million rows.csv", million.into_bytes()),
        ("500 MB of zeros.xlsx", zeros),
        ("four million words.xlsx", swollen.finish()?.into_inner()),
        ("a cell repeated.ods", repeated),
    ];
    Ok(named.map(|(name, file)| (name.to_owned(), file)).into())
}
