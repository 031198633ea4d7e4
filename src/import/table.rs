//! A spreadsheet's first sheet as plain cells, within bounds, whichever program has written it: told by its content, not its name.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

mod book;
mod text;

/// The most bytes of a file.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// The most rows of a sheet, the header among them. A region's whole year is about 20,000 pupils.
pub const MAX_ROWS: u32 = 20_001;
/// Columns past this one are not read.
const MAX_COLUMNS: u32 = 64;
/// The most characters that are kept of a cell; what is longer is a fault anyway.
const MAX_CHARS: usize = 400;

/// Why a file is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
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
    /// Not a table of any kind that is read.
    #[error("это не таблица; подойдут Excel (.xlsx, .xls), LibreOffice (.ods) и текст с разделителями (.csv)")]
    NoTable,
    /// Locked.
    #[error("таблица закрыта паролем; снимите пароль и сохраните её ещё раз")]
    Locked,
    /// Broken: its own program may be able to mend it.
    #[error("таблица повреждена; откройте её в своей программе и сохраните ещё раз")]
    Broken,
    /// No sheet, or nothing on it.
    #[error("в таблице ничего нет")]
    Empty,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The titles.
    pub header: Vec<String>,
    /// The rest.
    pub rows: Vec<Row>,
    /// What is to be known of the sheet besides.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// What is to be known of a sheet before its rows are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// Some cells are merged.
    Merged,
    /// So many other sheets can be seen, and are not read.
    OtherSheets(usize),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Merged => f.write_str(
                "в таблице есть объединённые ячейки: прочитана только первая из них; разъедините их и заполните каждую",
            ),
            Self::OtherSheets(many) => write!(f, "прочитан первый лист; других листов: {many}"),
        }
    }
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
    // Two letters that some systems write as a letter and a mark.
    let whole =
        seen.replace("и\u{306}", "й").replace("И\u{306}", "Й").replace("е\u{308}", "ё").replace("Е\u{308}", "Ё");
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the first sheet that one can see.
///
/// # Errors
/// When it is too large, no table, locked, broken or blank.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::Large);
    }
    let (rows, notes) = match bytes {
        [b'P', b'K', 3, 4, ..] => book::zipped(bytes)?,
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => book::compound(bytes)?,
        _ => (text::rows(bytes)?, Vec::new()),
    };
    let mut rows = rows.into_iter();
    let header = rows.next().ok_or(Unreadable::Empty)?.cells.iter().map(Cell::text).collect();
    Ok(Table { header, rows: rows.collect(), notes })
}

/// Rows as they are gathered, cell by cell, in the sheet's order.
#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    /// Puts a cell into a row, both counted from 0. Blank cells and columns that no table of ours has are left out.
    fn put(&mut self, row: u32, column: usize, value: Cell) -> Result<(), Unreadable> {
        if value.text().is_empty() || column >= MAX_COLUMNS as usize {
            return Ok(());
        }
        if row >= MAX_ROWS {
            return Err(Unreadable::Long);
        }
        if self.0.last().is_none_or(|last| last.number != row + 1) {
            self.0.push(Row { number: row + 1, cells: Vec::new() });
        }
        let Some(last) = self.0.last_mut() else { return Ok(()) };
        if last.cells.len() <= column {
            last.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(cell) = last.cells.get_mut(column) {
            *cell = value;
        }
        Ok(())
    }
}

/// What is kept of a cell's words.
fn cut(text: &str) -> String {
    text.chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_says_what_one_sees() {
        for (cell, text) in [
            (Cell::Text("  Волков \u{a0} Лев\u{200b}".into()), "Волков Лев"),
            (Cell::Text("\u{200f}Андреи\u{306} Ё\u{ad}лкин\u{200e}".into()), "Андрей Ёлкин"),
            (Cell::Number(7_900_000_002.0), "7900000002"),
            (Cell::Number(6.5), "6.5"),
            (Cell::Date(NaiveDate::from_ymd_opt(2013, 1, 27).unwrap()), "27.01.2013"),
        ] {
            assert_eq!(cell.text(), text);
        }
    }

    #[test]
    fn junk_is_no_table() {
        assert_eq!(read(b""), Err(Unreadable::Empty));
        assert_eq!(read(b"PK\x03\x04 and then nothing"), Err(Unreadable::Broken));
        assert_eq!(read(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]), Err(Unreadable::Broken));
        assert_eq!(read(b"%PDF-1.7 \0\x01\x02"), Err(Unreadable::NoTable));
        for page in
            ["<html><table>", " \n<!DOCTYPE html>", "\u{feff}<?xml version=\"1.0\"?>", "{\\rtf1 x}", "%PDF-1.7 x"]
        {
            assert_eq!(read(page.as_bytes()), Err(Unreadable::NoTable), "{page}");
        }
        assert_eq!(read(&vec![0; MAX_BYTES + 1]), Err(Unreadable::Large));
    }
}
