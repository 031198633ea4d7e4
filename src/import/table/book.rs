//! Workbooks: what Excel and LibreOffice write.

use std::io::{Cursor, Read, Seek};

use calamine::{Data, DataType, Ods, OdsError, Reader, SheetVisible, Xls, XlsError, Xlsx, XlsxError};
use zip::{ZipArchive, result::ZipError};

use super::{Cell, Note, Row, Rows, Unreadable, cut};

/// The most bytes of what a file unpacks to. Ten times what a region's whole year comes to.
const MAX_UNPACKED: u64 = 100 * 1024 * 1024;
/// In the archive of a LibreOffice table.
const OPEN_DOCUMENT: &str = "mimetype";
/// In the compound file that Excel wraps around a workbook with a password.
const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
/// The streams one of which is the workbook in a compound file of Excel; Word and others have none.
const WORKBOOKS: [&[u8]; 2] = [b"W\0o\0r\0k\0b\0o\0o\0k\0", b"B\0o\0o\0k\0\0\0"];
/// Where Excel keeps the workbook in its archive.
const EXCEL: &str = "xl/workbook.xml";

/// Of a compound file, in bytes.
const SECTOR: usize = 512;

/// A sheet's rows, and what is to be known besides.
type Sheet = (Vec<Row>, Vec<Note>);

/// The rows of an `.xlsx` or `.ods`.
pub(super) fn zipped(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    weigh(bytes, MAX_UNPACKED)?;
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Broken)?;
    let holds = |file: &str| archive.file_names().flatten().any(|name| name == file);
    match (holds(OPEN_DOCUMENT), holds(EXCEL)) {
        (true, _) => open_document(bytes),
        (_, true) => excel(bytes),
        // A text, a picture album, an archive of whatever else.
        _ => Err(Unreadable::NoTable),
    }
}

fn excel(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let broken = |error: XlsxError| match error {
        XlsxError::Password => Unreadable::Locked,
        _ => Unreadable::Broken,
    };
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let (sheet, mut notes) = seen(&book).ok_or(Unreadable::Empty)?;
    // Cell by cell: a stray value far down would make a dense range of the sheet enormous.
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(broken)?;
    let mut rows = Rows::default();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        rows.put(row, column as usize, cell_of(cell.get_value()))?;
    }
    drop(cells);
    if !book.merge_cells_by_sheet_name(&sheet).map_err(broken)?.is_empty() {
        notes.push(Note::Merged);
    }
    Ok((rows.0, notes))
}

fn open_document(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let broken = |error: OdsError| match error {
        OdsError::Password => Unreadable::Locked,
        _ => Unreadable::Broken,
    };
    let mut book = Ods::new(Cursor::new(bytes)).map_err(broken)?;
    let (sheet, notes) = seen(&book).ok_or(Unreadable::Empty)?;
    Ok((dense(&book.worksheet_range(&sheet).map_err(broken)?)?, notes))
}

/// The rows of an `.xls`.
pub(super) fn compound(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if holds(ENCRYPTED) {
        return Err(Unreadable::Locked);
    }
    // A file that is cut off within its first sector tells nothing yet.
    if bytes.len() > SECTOR && !WORKBOOKS.into_iter().any(holds) {
        return Err(Unreadable::NoTable);
    }
    let broken = |error: XlsError| match error {
        XlsError::Password => Unreadable::Locked,
        _ => Unreadable::Broken,
    };
    let mut book = Xls::new(Cursor::new(bytes)).map_err(broken)?;
    let (sheet, notes) = seen(&book).ok_or(Unreadable::Empty)?;
    Ok((dense(&book.worksheet_range(&sheet).map_err(broken)?)?, notes))
}

/// The first sheet that one can see: a hidden one is not what somebody means to hand in.
fn seen<S: Read + Seek>(book: &impl Reader<S>) -> Option<(String, Vec<Note>)> {
    let mut visible = book.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let first = visible.next()?.name.clone();
    let others = visible.count();
    Some((first, if others > 0 { vec![Note::OtherSheets(others)] } else { Vec::new() }))
}

fn dense(range: &calamine::Range<Data>) -> Result<Vec<Row>, Unreadable> {
    let (top, left) = range.start().unwrap_or_default();
    let mut rows = Rows::default();
    for (row, column, value) in range.used_cells() {
        let row = u32::try_from(row).ok().and_then(|row| row.checked_add(top)).ok_or(Unreadable::Long)?;
        rows.put(row, column + left as usize, cell_of(value))?;
    }
    Ok(rows.0)
}

fn cell_of(value: &impl DataType) -> Cell {
    if let Some(number) = value.get_int() {
        Cell::Number(number as f64)
    } else if let Some(number) = value.get_float().filter(|number| number.is_finite()) {
        Cell::Number(number)
    } else if let Some(error) = value.get_error() {
        // «#ДЕЛ/0!» is no empty cell.
        Cell::Text(error.to_string())
    } else if value.is_datetime() || value.is_datetime_iso() {
        value.as_date().map_or(Cell::Text("?".into()), Cell::Date)
    } else {
        Cell::Text(cut(&value.as_string().unwrap_or_default()))
    }
}

/// Unpacks everything into nowhere, no further than allowed: what an archive says of its sizes need not be true.
fn weigh(bytes: &[u8], most: u64) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Broken)?;
    let mut left = most;
    for number in 0..archive.len() {
        let entry = archive.by_index(number).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Unreadable::Locked,
            _ => Unreadable::Broken,
        })?;
        let unpacked =
            std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|_| Unreadable::Broken)?;
        left = left.checked_sub(unpacked).ok_or(Unreadable::Swollen)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{super::read, *};
    use crate::import::table::MAX_BYTES;

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
        assert_eq!(read(&bomb), Err(Unreadable::Swollen));
        // Whatever its directory says of the size: the last field of that name is the sheet's.
        let mut liar = zeros(3_000_000);
        let size = 3_000_000_u32.to_le_bytes();
        while let Some(at) = liar.windows(4).position(|four| four == size) {
            liar[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
        }
        assert!(weigh(&liar, 2_000_000).is_err());
        assert_eq!(weigh(&zeros(3_000_000), 2_000_000), Err(Unreadable::Swollen));
        assert!(weigh(&zeros(3_000_000), 3_001_000).is_ok());
    }
}
