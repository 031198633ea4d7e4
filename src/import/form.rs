//! The programme's form as a workbook, with the school filled in and lists where only some answers are taken.

use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};

use super::column::{Column, PEOPLE};
use crate::people::Profile;

/// Rows that have the school filled in: two large classes.
const ROWS: u32 = 80;

/// Whose form it is.
#[derive(Debug)]
pub struct Blank<'b> {
    /// The school's ИНН.
    pub inn: &'b str,
    /// The school's КПП.
    pub kpp: &'b str,
    /// `2026-2027`.
    pub school_year: &'b str,
    /// The teacher in the first row, if it is one.
    pub teacher: Option<&'b Profile>,
}

/// Makes the form. Everything is text, as it is read: a spreadsheet turns no date around and cuts no zero off.
///
/// # Errors
/// When the workbook can't be made.
pub fn blank(form: &Blank<'_>) -> Result<Vec<u8>, XlsxError> {
    let (bold, text) = (Format::new().set_bold().set_text_wrap(), Format::new().set_num_format("@"));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0..).zip(PEOPLE) {
        sheet.write_string_with_format(0, at, column.title(), &bold)?;
        sheet.set_column_width(at, 18)?;
        sheet.set_column_format(at, &text)?;
        if let Some(list) = answers(column, form.school_year) {
            let list: Vec<&str> = list.iter().map(String::as_str).collect();
            let only = DataValidation::new()
                .allow_list_strings(&list)?
                .set_error_title("Выберите из списка")?
                .set_error_message(format!("Подойдёт: {}", list.join(", ")))?;
            sheet.add_data_validation(1, at, 2_000, at, &only)?;
        }
    }
    for row in 1..=ROWS {
        for (at, column) in (0..).zip(PEOPLE) {
            let said = match column {
                Column::Inn => form.inn,
                Column::Kpp => form.kpp,
                Column::SchoolYear => form.school_year,
                _ if row > 1 => continue,
                column => match form.teacher.and_then(|teacher| of(column, teacher)) {
                    Some(said) => said,
                    None => continue,
                },
            };
            sheet.write_string_with_format(row, at, said, &text)?;
        }
    }
    book.save_to_buffer()
}

/// The only answers that a column takes.
fn answers(column: Column, school_year: &str) -> Option<Vec<String>> {
    Some(match column {
        Column::Role => ["учитель", "ученик"].map(str::to_owned).to_vec(),
        Column::Sex => ["М", "Ж"].map(str::to_owned).to_vec(),
        Column::Grade => (6..=11).map(|grade| grade.to_string()).collect(),
        Column::SchoolYear => vec![school_year.to_owned()],
        _ => return None,
    })
}

fn of(column: Column, teacher: &Profile) -> Option<&str> {
    match column {
        Column::Role => Some("учитель"),
        Column::Email => teacher.email.as_deref(),
        Column::Last => Some(&teacher.last),
        Column::First => Some(&teacher.first),
        Column::Patronymic => Some(teacher.patronymic.as_deref().unwrap_or("—")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{
        column::{Layout, layout},
        table,
    };

    #[test]
    fn the_form_is_the_table_that_is_read() {
        let teacher = Profile {
            last: "Миронова".into(),
            first: "Ольга".into(),
            patronymic: None,
            sex: None,
            birth: None,
            email: Some("mironova@example.ru".into()),
        };
        let form = Blank { inn: "0600000100", kpp: "060001100", school_year: "2026-2027", teacher: Some(&teacher) };
        let read = table::read(&blank(&form).unwrap()).unwrap();
        assert_eq!(layout(&read.header), Ok(Layout::People((0..12).collect())));
        let first: Vec<String> = read.rows[0].cells.iter().map(table::Cell::text).collect();
        assert_eq!(first[..7], ["0600000100", "060001100", "учитель", "mironova@example.ru", "Миронова", "Ольга", "—"]);
        assert_eq!(read.rows.len(), ROWS as usize);
    }
}
