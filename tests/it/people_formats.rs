//! The same table in every format that is read, in a process of its own, and what is no table.

use std::path::Path;

use provodnik::ids::Dice;
use provodnik::import::{
    Options, apart, run_table,
    table::{Cell, Table, Unreadable},
};

use crate::{
    cluster,
    people_help::{noon, vault},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_provodnik");

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import").join(name)).unwrap()
}

async fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    apart::read(Path::new(PROGRAM), bytes).await
}

/// What one sees of it. An empty cell at the end of a row is none.
fn seen(table: &Table) -> Vec<(u32, Vec<String>)> {
    let texts = |cells: &[Cell]| {
        let texts: Vec<String> = cells.iter().map(Cell::text).collect();
        let end = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |at| at + 1);
        texts[..end].to_vec()
    };
    let header = (1, table.header.clone());
    std::iter::once(header).chain(table.rows.iter().map(|row| (row.number, texts(&row.cells)))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_the_same_in_every_format() {
    let excel = read(&file("class.xlsx")).await.unwrap();
    assert_eq!((seen(&excel).len(), excel.rows[0].cell(2).text()), (9, "учитель".to_owned()));
    let mut db = cluster::database().await.pool.acquire().await.unwrap().detach();
    let options = Options { write: true, ..Options::default() };
    let schools = read(&file("schools.xlsx")).await.unwrap();
    run_table(&mut db, &vault(), &Dice::fair(), noon(), &schools, &options).await.unwrap();
    for (name, changes) in [("class.csv", 9 - 1), ("class.xlsx", 0), ("class.xls", 0), ("class.ods", 0)] {
        let table = read(&file(name)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(seen(&table), seen(&excel), "{name}");
        let report = run_table(&mut db, &vault(), &Dice::fair(), noon(), &table, &options).await.unwrap();
        assert_eq!((report.refused, report.changes), (0, changes), "{name}: {}", report.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_is_told_as_what_it_is() {
    assert_eq!(read(&file("locked.xlsx")).await, Err(Unreadable::Locked));
    assert_eq!(read(b"%PDF-1.7\n\x00\x01").await, Err(Unreadable::NoTable));
    assert_eq!(read(&file("class.xlsx")[..3_000]).await, Err(Unreadable::Broken));
    assert_eq!(read(b" \r\n ;;; \r\n").await, Err(Unreadable::Empty));
    let million: String = (0..1_000_000).map(|n| format!("{n};a\n")).collect();
    assert_eq!(read(million.as_bytes()).await, Err(Unreadable::Long));
    assert_eq!(read(&[b'a'; 10 * 1024 * 1024 + 1]).await, Err(Unreadable::Large));
    // Whatever becomes of the process that reads: killed for its memory, it says nothing.
    assert_eq!(apart::read(Path::new("false"), b"a;b").await, Err(Unreadable::Swollen));
}
