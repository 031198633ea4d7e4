//! What is handed in that is no good table: each is answered exactly, in bounded memory, and nothing of it is done.

use std::{
    io::{Cursor, Write},
    path::Path,
};

use provodnik::import::{
    apart,
    table::{Note, Table, Unreadable},
};
use rust_xlsxwriter::{Format, Formula, Workbook};
use zip::{ZipWriter, write::SimpleFileOptions};

const PROGRAM: &str = env!("CARGO_BIN_EXE_provodnik");

async fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    apart::read(Path::new(PROGRAM), bytes).await
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook whose first sheet is this XML.
fn workbook(sheet: &str) -> Vec<u8> {
    let book = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let links = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let sheet =
        format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{sheet}</worksheet>"#);
    let root = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    archive(&[
        ("_rels/.rels", root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", links),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// A LibreOffice table whose content is this XML.
fn open_document(table: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="1">{table}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        (
            "META-INF/manifest.xml",
            br#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#,
        ),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_something_else_is_told_so() {
    let letter = archive(&[("word/document.xml", b"<w/>"), ("[Content_Types].xml", b"<Types/>")]);
    let compound = [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], &[0_u8; 2_000][..]].concat();
    for other in [
        letter,
        archive(&[("photo.jpg", b"x")]),
        compound,
        b"<html><table><tr>".to_vec(),
        b"\x89PNG\r\n\x1a\n\0".to_vec(),
    ] {
        assert_eq!(read(&other).await, Err(Unreadable::NoTable));
    }
    assert_eq!(
        Unreadable::NoTable.to_string(),
        "это не таблица; подойдут Excel (.xlsx, .xls), LibreOffice (.ods) и текст с разделителями (.csv)"
    );
    let empty = archive(&[]);
    assert!(matches!(read(&empty).await, Err(Unreadable::NoTable | Unreadable::Broken)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_rows_and_bombs_end_early() {
    let rows: String = (1..=1_000_000).map(|n| format!(r#"<row r="{n}"><c r="A{n}"><v>1</v></c></row>"#)).collect();
    let million = workbook(&format!("<sheetData>{rows}</sheetData>"));
    assert!(million.len() < 10 * 1024 * 1024);
    assert_eq!(read(&million).await, Err(Unreadable::Long));
    // One stray value in the last row that there can be, and a sheet that says to be as large as can be.
    let far = r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>"#;
    assert!(read(&workbook(far)).await.is_ok_and(|table| table.rows.is_empty()), "the column is none of ours");
    let far = far.replace("XFD1048576\"><v>", "A1048576\"><v>");
    assert_eq!(read(&workbook(&far)).await, Err(Unreadable::Long));
    // A few bytes that repeat a row and a cell a million times each.
    let cell = r#"<table:table-cell office:value-type="string" table:number-columns-repeated="1000000"><text:p>1</text:p></table:table-cell>"#;
    let row = format!(r#"<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>"#);
    let bomb = open_document(&row);
    assert!(bomb.len() < 2_000);
    // Its reader gives it up, or we do.
    assert!(read(&bomb).await.is_err());
    // Entities that stand for one another.
    let entities: String = (1..30).map(|n| format!(r#"<!ENTITY e{n} "&e{0};&e{0};">"#, n - 1)).collect();
    let laughs = format!(
        r#"<!DOCTYPE x [<!ENTITY e0 "ха">{entities}]><table:table-row><table:table-cell office:value-type="string"><text:p>&e29;</text:p></table:table-cell></table:table-row>"#
    );
    let said = read(&open_document(&laughs)).await;
    assert!(said.as_ref().map_or(true, |table| table.header.concat().len() < 1_000), "{said:?}");
    // Zeros without end.
    let zeros = archive(&[("xl/workbook.xml", &vec![0; 101 * 1024 * 1024])]);
    assert_eq!(read(&zeros).await, Err(Unreadable::Swollen));
    let sentence = "в распакованном виде файл больше 100 МБ; скопируйте строки в новую таблицу и сохраните её";
    assert_eq!(Unreadable::Swollen.to_string(), sentence);
}

#[tokio::test(flavor = "multi_thread")]
async fn formulas_are_what_they_show_and_hidden_or_further_sheets_are_not_read() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Скрытый").unwrap().write_string(0, 0, "не это").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Ученики").unwrap();
    sheet.write_formula(0, 0, Formula::new("=\"Фам\"&\"илия\"").set_result("Фамилия")).unwrap();
    sheet.write_formula(1, 0, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.merge_range(2, 0, 4, 0, "Цой", &Format::new()).unwrap();
    sheet.write_string(4, 1, "есть").unwrap();
    sheet.set_active(true).set_first_tab(true);
    book.add_worksheet().set_name("Ещё").unwrap().write_string(0, 0, "и не это").unwrap();
    book.worksheet_from_index(0).unwrap().set_hidden(true);
    let table = read(&book.save_to_buffer().unwrap()).await.unwrap();
    assert_eq!(table.header, ["Фамилия"]);
    let seen: Vec<_> = table.rows.iter().map(|row| (row.number, row.cell(0).text())).collect();
    // Of merged cells only the first holds the value.
    assert_eq!(seen, [(2, "#DIV/0!".to_owned()), (3, "Цой".to_owned()), (5, String::new())]);
    assert_eq!(table.notes, [Note::OtherSheets(1), Note::Merged]);
    assert_eq!(table.notes[0].to_string(), "прочитан первый лист; других листов: 1");
}
