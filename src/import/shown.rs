//! What of a faulty cell is shown beside its fault: enough to find it by, not enough to know whose row it is.

use super::{
    column::Column,
    fault::Fault,
    table::{Cell, Table},
};

/// Characters that are shown at most.
const MOST: usize = 16;
/// What stands for a letter or a digit.
const MASK: char = '•';

/// A table whose cells are shown beside their faults.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'t> {
    table: &'t Table,
    places: &'t [usize],
    columns: &'t [Column],
}

impl<'t> Shown<'t> {
    /// The columns of this table stand at these places.
    #[must_use]
    pub const fn of(table: &'t Table, places: &'t [usize], columns: &'t [Column]) -> Self {
        Self { table, places, columns }
    }

    /// `«д••••••» – `, or nothing where the cell is empty or the fault is the whole row's.
    #[must_use]
    pub fn at(&self, fault: &Fault) -> String {
        let seen = fault.column.and_then(|column| Some(shown(column, &self.cell(fault.row, column)?.text())));
        seen.filter(|seen| !seen.is_empty()).map(|seen| format!("«{seen}» – ")).unwrap_or_default()
    }

    fn cell(&self, row: u32, column: Column) -> Option<&Cell> {
        let at = self.columns.iter().position(|known| *known == column).and_then(|at| self.places.get(at))?;
        let rows = &self.table.rows;
        let found = rows.binary_search_by_key(&row, |row| row.number).ok()?;
        rows.get(found).map(|row| row.cell(*at))
    }
}

/// What says nothing of a person is shown as it is, anything else by its first letter and its shape.
fn shown(column: Column, text: &str) -> String {
    let of_places = matches!(
        column,
        Column::Inn
            | Column::Kpp
            | Column::Grade
            | Column::Letter
            | Column::SchoolYear
            | Column::Region
            | Column::Municipality
            | Column::Zone
            | Column::School
            | Column::District
            | Column::Destinations
    );
    let plain = |c: char| c.is_alphanumeric() || c.is_ascii_punctuation() || c == ' ';
    let impersonal = of_places && text.chars().count() <= MOST && text.chars().all(plain);
    if impersonal {
        return text.to_owned();
    }
    let mut first = true;
    let masked = |c: char| match c {
        c if c.is_alphanumeric() && std::mem::take(&mut first) => c,
        '.' | '-' | '@' | '/' | ' ' => c,
        _ => MASK,
    };
    let mut masked: String = text.chars().take(MOST).map(masked).collect();
    if text.chars().count() > MOST {
        masked.push('…');
    }
    masked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_a_person_one_letter_and_the_shape_are_shown() {
        for (column, text, seen) in [
            (Column::Last, "Макаров", "М••••••"),
            (Column::First, "<script>alert(1)</script>", "•s••••••••••••••…"),
            (Column::Email, "anna@example", "a•••@•••••••"),
            (Column::Birth, "1.20.2010", "1.••.••••"),
            (Column::Sex, "девочка", "д••••••"),
            (Column::First, "\u{202e}аннА", "•а•••"),
            (Column::Inn, "7900009999", "7900009999"),
            (Column::Letter, "Гимназия № 1", "Г••••••• • •"),
            (Column::Grade, "седьмой", "седьмой"),
        ] {
            assert_eq!(shown(column, text), seen);
        }
    }

    proptest! {
        #[test]
        fn no_more_than_one_letter_of_a_name_is_told(text in "\\PC{1,40}") {
            let told = shown(Column::Last, &text);
            prop_assert!(told.chars().filter(|c| c.is_alphanumeric()).count() <= 1);
        }
    }
}
