//! A header that is of no table of ours: which columns are missing, and which titles may have been meant.

use std::fmt;

use super::{
    column::{Column, Layout, layout, letters},
    table::{Cell, Table},
};

/// Rows among which a header is looked for that does not stand in the first one.
const LOOKED_AT: usize = 10;
/// Letters that a mistyped title may differ in.
const SLIPS: usize = 2;

/// A column that a header lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its title.
    pub title: &'static str,
    /// The title that may have been meant for it, as it stands there.
    pub perhaps: Option<String>,
}

/// Why a header is of none of the tables.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownHeader {
    /// The columns that the likelier table has and this one lacks.
    #[error("в первой строке нет столбцов: {}", listed(.0))]
    Missing(Vec<Missing>),
    /// Two columns have the same title.
    #[error("столбец «{0}» в таблице дважды; оставьте один из них")]
    Twice(&'static str),
    /// A whole header stands further down.
    #[error("заголовок таблицы стоит в строке {0}; удалите строки над ним")]
    Below(u32),
}

fn listed(missing: &[Missing]) -> String {
    missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title)?;
        match &self.perhaps {
            Some(perhaps) => write!(f, " (похоже, это «{perhaps}»: переименуйте)"),
            None => Ok(()),
        }
    }
}

/// Recognises a table by its header.
///
/// # Errors
/// When it is of none: with what may have been meant.
pub fn recognised(table: &Table) -> Result<Layout, UnknownHeader> {
    let unknown = match layout(&table.header) {
        Ok(layout) => return Ok(layout),
        Err(unknown) => unknown,
    };
    let titles = |cells: &[Cell]| cells.iter().map(Cell::text).collect::<Vec<_>>();
    let below = table.rows.iter().take(LOOKED_AT).find(|row| layout(&titles(&row.cells)).is_ok());
    Err(below.map_or(unknown, |row| UnknownHeader::Below(row.number)))
}

/// The title among those that nobody has claimed that may be meant for a column.
pub(super) fn perhaps(column: Column, unclaimed: &[(String, &String)]) -> Option<String> {
    let title = letters(column.title());
    let near = |folded: &str, known: &str, share: usize| {
        strsim::damerau_levenshtein(folded, known) <= (known.chars().count() / share).min(SLIPS)
    };
    let meant = |folded: &str| {
        let known = [column.begins(), title.as_str()].into_iter().chain(others(column).iter().copied());
        // What a title goes on with is not what tells it: «Фамилия» and «Фамлия ученика». A short word a slip away may be any.
        let long = column.begins().chars().count();
        let begins = (long - 1..=long + 1).map(|many| folded.chars().take(many).collect::<String>());
        known.clone().any(|known| near(folded, known, 3))
            || begins.into_iter().any(|begin| near(&begin, column.begins(), 4))
    };
    let found = unclaimed.iter().find(|(folded, _)| !folded.is_empty() && meant(folded));
    found.map(|(_, title)| (*title).clone())
}

/// Other names that a column goes by: letters only.
const fn others(column: Column) -> &'static [&'static str] {
    match column {
        Column::Inn => &["иннорганизации", "иннучреждения"],
        Column::Kpp => &["кпп", "кпорганизации"],
        Column::Role => &["должность", "статус", "ктоэто"],
        Column::Email => &["почта", "электроннаяпочта", "элпочта", "мейл", "имейл", "адресэлектроннойпочты"],
        Column::Last => &["фио", "фиоученика", "фамилияимяотчество"],
        Column::First => &["имена"],
        Column::Patronymic => &["отч", "отчествоприналичии"],
        Column::Sex => &["гендер", "муж/жен", "мж"],
        Column::Birth => &["датарожд", "деньрождения", "рождение", "др", "родился"],
        Column::Grade => &["класс", "параллель", "номер", "классномер"],
        Column::Letter => &["буква", "литера", "литеракласса"],
        Column::SchoolYear => &["год", "годобучения", "учгод"],
        Column::Region => &["субъект", "субъектрф", "область"],
        Column::Municipality => &["город", "район", "округ", "муниципальноеобразование"],
        Column::Zone => &["пояс", "часпояс", "timezone"],
        Column::School => &["школа", "организация", "наименование", "наименованиешколы"],
        Column::District => &["округ", "фо"],
        Column::Destinations => &["кудазвонить", "префиксы", "началаномеров"],
        Column::Contact => &["контакт", "контактныелица", "контактныйчеловек"],
        Column::Phone => &["тел", "номертелефона", "телефоны"],
        Column::Address => &["улица", "улицаидом"],
        Column::Room => &["каб", "комната", "номеркабинета"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{
        column::{PEOPLE, SCHOOLS},
        table::Row,
    };

    fn titles(columns: &[Column]) -> Vec<String> {
        columns.iter().map(|column| column.title().to_owned()).collect()
    }

    fn renamed(column: Column, title: &str) -> Vec<String> {
        let columns = if SCHOOLS.contains(&column) && column != Column::Inn && column != Column::Kpp {
            titles(&SCHOOLS)
        } else {
            titles(&PEOPLE)
        };
        let title = |known: String| if known == column.title() { title.to_owned() } else { known };
        columns.into_iter().map(title).collect()
    }

    fn told(header: Vec<String>) -> String {
        recognised(&Table { header, ..Table::default() }).unwrap_err().to_string()
    }

    #[test]
    fn a_near_miss_is_named_with_the_title_that_it_misses() {
        for (column, title) in [
            (Column::Inn, "ИМН школы"),
            (Column::Role, "Должность"),
            (Column::Email, "Почта"),
            (Column::Email, "Эл. почта"),
            (Column::Last, "Фамилмя"),
            (Column::Last, "Фамлия ученика"),
            (Column::Last, "ФИО"),
            (Column::Patronymic, "Очество"),
            (Column::Birth, "Дата рожд."),
            (Column::Birth, "Дата роджения"),
            (Column::Grade, "Класс"),
            (Column::Letter, "Литера"),
            (Column::SchoolYear, "Учбный год"),
            (Column::Municipality, "Район"),
            (Column::Zone, "Часовой поес"),
        ] {
            let expected =
                format!("в первой строке нет столбцов: {} (похоже, это «{title}»: переименуйте)", column.title());
            assert_eq!(told(renamed(column, title)), expected);
        }
    }

    #[test]
    fn what_resembles_nothing_is_not_guessed() {
        let missing = |column: Column| format!("в первой строке нет столбцов: {}", column.title());
        for (column, title) in [(Column::Sex, "Рост"), (Column::First, "Комментарий"), (Column::Kpp, "БИК")]
        {
            assert_eq!(told(renamed(column, title)), missing(column), "{title}");
        }
        assert!(told(Vec::new()).ends_with("Буква класса, Учебный год"));
    }

    #[test]
    fn two_columns_of_one_title_are_one_too_many_and_a_longer_title_is_another() {
        let mut twice = titles(&PEOPLE);
        twice.push("имя".to_owned());
        assert_eq!(told(twice), "столбец «Имя» в таблице дважды; оставьте один из них");
        let longer = [vec!["Имя родителя".to_owned()], titles(&PEOPLE)].concat();
        let places = (1..=12).collect();
        assert_eq!(recognised(&Table { header: longer, ..Table::default() }), Ok(Layout::People(places)));
    }

    #[test]
    fn a_header_under_a_caption_is_found() {
        let cells = titles(&PEOPLE).into_iter().map(Cell::Text).collect();
        let rows = vec![Row { number: 3, cells }];
        let table = Table { header: vec!["Список учеников 8А".to_owned()], rows, ..Table::default() };
        let told = recognised(&table).unwrap_err().to_string();
        assert_eq!(told, "заголовок таблицы стоит в строке 3; удалите строки над ним");
    }
}
