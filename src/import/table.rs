//! A spreadsheet's first sheet as plain cells, within bounds.

use std::io::{Cursor, Read};

use calamine::{DataRef, DataType, Reader, Xlsx, XlsxError};
use chrono::NaiveDate;
use zip::ZipArchive;

/// The most bytes of a file.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// The most bytes of what a file unpacks to. Ten times what a region's whole year comes to.
const MAX_UNPACKED: u64 = 100 * 1024 * 1024;
/// The most rows of a sheet, the header among them. A region's whole year is about 20,000 pupils.
pub const MAX_ROWS: u32 = 20_001;
/// Columns past this one are not read.
const MAX_COLUMNS: u32 = 64;
/// The most characters that are kept of a cell; what is longer is a fault anyway.
const MAX_CHARS: usize = 400;

/// Why a file is not read at all.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Too many bytes.
    #[error("файл больше 10 МБ; разделите его на части")]
    Large,
    /// Too many bytes once it is unpacked: by mistake (a sheet full of formats), or a bomb.
    #[error("в распакованном виде файл больше 100 МБ; скопируйте строки в новую таблицу и сохраните её")]
    Swollen,
    /// Too many rows.
    #[error("в таблице больше 20 000 строк; разделите её на части")]
    Long,
    /// Not a workbook.
    #[error("это не таблица Excel (.xlsx); сохраните её в формате «Книга Excel»")]
    Workbook(#[from] XlsxError),
    /// No sheet, or nothing on it.
    #[error("в таблице ничего нет")]
    Empty,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Words; also what a formula or an error shows.
    Text(String),
    /// A number.
    Number(f64),
    /// A real date, whatever its format.
    Date(NaiveDate),
}

/// One row as the sheet numbers it, from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The sheet's number.
    pub number: u32,
    /// From the first column on; short rows end early.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column; an empty one where the row ends early.
    #[must_use]
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// A sheet: a header and the rows below it that are not blank.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The titles.
    pub header: Vec<String>,
    /// The rest.
    pub rows: Vec<Row>,
}

impl Cell {
    /// What the cell says: no blanks around, single ones inside, nothing invisible. A whole number has no fraction.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => visible(text),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.format("%d.%m.%Y").to_string(),
        }
    }
}

fn visible(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}')).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the first sheet of a workbook.
///
/// # Errors
/// When it is too large, no workbook, or blank.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::Large);
    }
    weigh(bytes, MAX_UNPACKED)?;
    let mut book = Xlsx::new(Cursor::new(bytes))?;
    let sheet = book.sheet_names().first().cloned().ok_or(Unreadable::Empty)?;
    // Cell by cell: a stray value far down would make a dense range of the sheet enormous.
    let mut cells = book.worksheet_cells_reader(&sheet)?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = cells.next_cell()? {
        let ((row, column), value) = (cell.get_position(), cell_of(cell.get_value()));
        if value.text().is_empty() || column >= MAX_COLUMNS {
            continue;
        }
        if row >= MAX_ROWS {
            return Err(Unreadable::Long);
        }
        put(&mut rows, row + 1, column as usize, value);
    }
    let mut rows = rows.into_iter();
    let header = rows.next().ok_or(Unreadable::Empty)?.cells.iter().map(Cell::text).collect();
    Ok(Table { header, rows: rows.collect() })
}

/// Unpacks everything into nowhere, no further than allowed: what an archive says of its sizes need not be true.
fn weigh(bytes: &[u8], most: u64) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(XlsxError::Zip)?;
    let mut left = most;
    for number in 0..archive.len() {
        let entry = archive.by_index(number).map_err(XlsxError::Zip)?;
        let unpacked = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(XlsxError::Io)?;
        left = left.checked_sub(unpacked).ok_or(Unreadable::Swollen)?;
    }
    Ok(())
}

fn put(rows: &mut Vec<Row>, number: u32, column: usize, value: Cell) {
    if rows.last().is_none_or(|row| row.number != number) {
        rows.push(Row { number, cells: Vec::new() });
    }
    let Some(row) = rows.last_mut() else { return };
    if row.cells.len() <= column {
        row.cells.resize(column + 1, Cell::Empty);
    }
    row.cells[column] = value;
}

fn cell_of(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) => value.as_date().map_or(Cell::Text("?".into()), Cell::Date),
        other => Cell::Text(other.as_string().unwrap_or_default().chars().take(MAX_CHARS).collect()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_cell_says_what_one_sees() {
        for (cell, text) in [
            (Cell::Text("  Волков \u{a0} Лев\u{200b}".into()), "Волков Лев"),
            (Cell::Number(7_900_000_002.0), "7900000002"),
            (Cell::Number(6.5), "6.5"),
            (Cell::Date(NaiveDate::from_ymd_opt(2013, 1, 27).unwrap()), "27.01.2013"),
        ] {
            assert_eq!(cell.text(), text);
        }
    }

    #[test]
    fn junk_is_no_workbook() {
        assert!(matches!(read(b""), Err(Unreadable::Workbook(_))));
        assert!(matches!(read(b"PK\x03\x04 and then nothing"), Err(Unreadable::Workbook(_))));
        assert!(matches!(read(&vec![0; MAX_BYTES + 1]), Err(Unreadable::Large)));
    }

    /// An archive with an entry of so many zero bytes beside another.
    fn zeros(size: usize) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, size) in [("xl/workbook.xml", 1_000), ("xl/worksheets/sheet1.xml", size)] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(&vec![0; size]).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = zeros(101 * 1024 * 1024);
        assert!(bomb.len() < MAX_BYTES);
        assert!(matches!(read(&bomb), Err(Unreadable::Swollen)));
        // Whatever its directory says of the size: the last field of that name is the sheet's.
        let mut liar = zeros(3_000_000);
        let size = 3_000_000_u32.to_le_bytes();
        while let Some(at) = liar.windows(4).position(|four| four == size) {
            liar[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
        }
        assert!(weigh(&liar, 2_000_000).is_err());
        assert!(matches!(weigh(&zeros(3_000_000), 2_000_000), Err(Unreadable::Swollen)));
        assert!(weigh(&zeros(3_000_000), 3_001_000).is_ok());
    }
}
