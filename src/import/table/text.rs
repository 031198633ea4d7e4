//! Text with separators: `;`, `,` or tabs, in UTF-8 or in the code page of an older Excel.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1251;

use super::{Cell, Row, Rows, Unreadable, cut};

/// What Excel and its kin put between cells.
const SEPARATORS: [u8; 3] = [b';', b',', b'\t'];

/// The rows of a text.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, Unreadable> {
    // Lines are counted by their ends, and a reader of records ends one before the second letter of such an end.
    let text = decoded(bytes)?.replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    let mut rows = Rows::default();
    let (mut at, mut line) = (0, 0);
    for record in reader.records() {
        let record = record.map_err(|_| Unreadable::Broken)?;
        // Where it begins: as an editor counts, a quoted line break and blank lines before it among the lines.
        let begins = record.position().map_or(at, |position| usize::try_from(position.byte()).unwrap_or(at));
        let blank = text.as_bytes().get(begins..).unwrap_or_default().iter().take_while(|byte| **byte == b'\n').count();
        let passed = text.as_bytes().get(at..begins + blank).unwrap_or_default();
        line += passed.iter().filter(|byte| **byte == b'\n').count();
        at = begins + blank;
        let row = u32::try_from(line).map_err(|_| Unreadable::Long)?;
        for (column, value) in record.iter().enumerate() {
            rows.put(row, column, Cell::Text(cut(value)))?;
        }
    }
    Ok(rows.0)
}

/// The text; what holds control characters is none.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1251.decode_without_bom_handling(bytes).0,
    };
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    // Pages, letters and the like are text too; some programs save them under a table's name.
    let other = ["<", "{\\rtf", "%PDF"].iter().any(|begin| text.trim_start().starts_with(begin));
    if other || text.contains(odd) { Err(Unreadable::NoTable) } else { Ok(text) }
}

/// The separator that the first line has most of.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let many = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
    // Of as many, the first of the list.
    SEPARATORS.into_iter().rev().max_by_key(many).unwrap_or(b';')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::read, *};

    fn texts(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let rows = rows(bytes).unwrap().into_iter();
        rows.map(|row| (row.number, row.cells.iter().map(Cell::text).collect())).collect()
    }

    #[test]
    fn the_same_table_is_read_however_it_was_saved() {
        let expected =
            [(1, vec!["Фамилия".to_owned(), "Имя".to_owned()]), (3, vec!["Ёлкина".into(), "Анна; Мария".into()])];
        for separator in [";", ",", "\t"] {
            let text = format!("Фамилия{separator}Имя\r\n\r\n\"Ёлкина\"{separator}\"Анна; Мария\"\r\n");
            assert_eq!(texts(text.as_bytes()), expected, "{separator}");
            assert_eq!(texts(format!("\u{feff}{text}").as_bytes()), expected);
            assert_eq!(texts(&WINDOWS_1251.encode(&text).0), expected);
        }
    }

    #[test]
    fn a_line_break_in_a_cell_moves_the_rows_below() {
        let rows = texts("a;b\n\"1\n2\";x\n3;y\n".as_bytes());
        assert_eq!(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 4]);
    }

    proptest! {
        #[test]
        fn anything_is_read_or_refused(bytes: Vec<u8>) {
            prop_assert!(read(&bytes).is_ok_and(|table| !table.header.is_empty()) || read(&bytes).is_err());
        }
    }
}
