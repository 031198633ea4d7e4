//! The columns of the two tables, found by their titles in whatever order they stand.

use super::header::{Missing, UnknownHeader, perhaps};

/// A column of the people table or of the schools table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Both tables: 10 digits.
    Inn,
    /// Both tables: 9 digits.
    Kpp,
    /// учитель, ученик
    Role,
    /// Required of teachers.
    Email,
    /// Required.
    Last,
    /// Required.
    First,
    /// May be missing.
    Patronymic,
    /// М, Ж
    Sex,
    /// Required of pupils.
    Birth,
    /// 6–11
    Grade,
    /// А, Б, АА, А1
    Letter,
    /// `2026-2027`
    SchoolYear,
    /// Schools: the region.
    Region,
    /// Schools: the municipality.
    Municipality,
    /// Schools: an IANA zone.
    Zone,
    /// Schools: the name.
    School,
}

use Column::{
    Birth, Email, First, Grade, Inn, Kpp, Last, Letter, Municipality, Patronymic, Region, Role, School, SchoolYear,
    Sex, Zone,
};

/// The people table, in the order of the programme's form.
pub const PEOPLE: [Column; 12] =
    [Inn, Kpp, Role, Email, Last, First, Patronymic, Sex, Birth, Grade, Letter, SchoolYear];
/// The table of schools.
pub const SCHOOLS: [Column; 6] = [Region, Municipality, Zone, Inn, Kpp, School];

impl Column {
    /// Its title in the form.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Inn => "ИНН школы",
            Kpp => "КПП школы",
            Role => "Роль",
            Email => "Email",
            Last => "Фамилия",
            First => "Имя",
            Patronymic => "Отчество",
            Sex => "Пол (М или Ж)",
            Birth => "Дата рождения (ДД.ММ.ГГГГ)",
            Grade => "Номер класса 6-11",
            Letter => "Буква класса",
            SchoolYear => "Учебный год",
            Region => "Регион",
            Municipality => "Муниципалитет",
            Zone => "Часовой пояс",
            School => "Название школы",
        }
    }

    /// How a title begins, letters only, however the rest is spelt.
    pub(super) const fn begins(self) -> &'static str {
        match self {
            Inn => "инн",
            Kpp => "кпп",
            Role => "роль",
            Email => "email",
            Last => "фамилия",
            First => "имя",
            Patronymic => "отчество",
            Sex => "пол",
            Birth => "датарождения",
            Grade => "номеркласса",
            Letter => "буквакласса",
            SchoolYear => "учебныйгод",
            Region => "регион",
            Municipality => "муниципалитет",
            Zone => "часовойпояс",
            School => "название",
        }
    }
}

/// Which table a header is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Where each of [`PEOPLE`] stands.
    People(Vec<usize>),
    /// Where each of [`SCHOOLS`] stands.
    Schools(Vec<usize>),
}

/// Recognises a table by its header.
///
/// # Errors
/// When a column is missing, or stands there twice.
pub fn layout(header: &[String]) -> Result<Layout, UnknownHeader> {
    let folded: Vec<String> = header.iter().map(|title| letters(title)).collect();
    let all = |good: &dyn Fn(&String) -> bool| -> Vec<usize> {
        folded.iter().enumerate().filter(|(_, title)| good(title)).map(|(at, _)| at).collect()
    };
    // «Имя» is meant by «Имя» rather than by «Имя родителя», wherever they stand.
    let at = |column: Column| {
        let exact = all(&|title| *title == letters(column.title()) || title == column.begins());
        if exact.is_empty() { all(&|title| title.starts_with(column.begins())) } else { exact }
    };
    let schools = !at(School).is_empty() && at(Last).is_empty();
    let columns: &[Column] = if schools { &SCHOOLS } else { &PEOPLE };
    let places: Vec<Vec<usize>> = columns.iter().map(|column| at(*column)).collect();
    if places.iter().any(Vec::is_empty) {
        let claimed: Vec<usize> = places.iter().flatten().copied().collect();
        let titles = folded.into_iter().zip(header).enumerate();
        let mut unclaimed: Vec<(String, &String)> =
            titles.filter(|(at, _)| !claimed.contains(at)).map(|(_, title)| title).collect();
        let missing = columns.iter().zip(&places).filter(|(_, places)| places.is_empty()).map(|(column, _)| {
            let perhaps = perhaps(*column, &unclaimed);
            unclaimed.retain(|(_, title)| Some(*title) != perhaps.as_ref());
            Missing { title: column.title(), perhaps }
        });
        return Err(UnknownHeader::Missing(missing.collect()));
    }
    if let Some((column, _)) = columns.iter().zip(&places).find(|(_, places)| places.len() > 1) {
        return Err(UnknownHeader::Twice(column.title()));
    }
    let places = places.into_iter().flatten().collect();
    Ok(if schools { Layout::Schools(places) } else { Layout::People(places) })
}

/// A title's letters, small.
pub(super) fn letters(title: &str) -> String {
    title.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(columns: &[Column]) -> Vec<String> {
        columns.iter().map(|c| c.title().to_owned()).collect()
    }

    #[test]
    fn knows_both_tables_in_any_order() {
        assert_eq!(layout(&header(&PEOPLE)), Ok(Layout::People((0..12).collect())));
        assert_eq!(layout(&header(&SCHOOLS)), Ok(Layout::Schools((0..6).collect())));
        let mut turned = header(&PEOPLE);
        turned.reverse();
        assert_eq!(layout(&turned), Ok(Layout::People((0..12).rev().collect())));
    }

    #[test]
    fn says_which_columns_are_missing() {
        let one = Missing { title: "ИНН школы", perhaps: None };
        assert_eq!(layout(&header(&PEOPLE[1..])), Err(UnknownHeader::Missing(vec![one])));
    }
}
