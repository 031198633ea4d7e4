//! The columns of the three tables, found by their titles in whatever order they stand.

/// A column of the people table, the schools table or the territories table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// People and schools: 10 digits.
    Inn,
    /// People and schools: 9 digits.
    Kpp,
    /// учитель, ученик
    Role,
    /// People: required of teachers. Territories: of a contact.
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
    /// Schools and territories: the region.
    Region,
    /// Schools and territories: the municipality; of territories empty for the region itself.
    Municipality,
    /// Schools and territories: an IANA zone.
    Zone,
    /// Schools: the name.
    School,
    /// Territories: what the region lies in; the column may be missing.
    District,
    /// Territories: phone prefixes, `+79`.
    Destinations,
    /// Territories: whom to ask.
    Contact,
    /// Territories: the contact's phone.
    Phone,
    /// Territories: the contact's street and house.
    Address,
    /// Territories: the contact's room.
    Room,
}

use Column::{
    Address, Birth, Contact, Destinations, District, Email, First, Grade, Inn, Kpp, Last, Letter, Municipality,
    Patronymic, Phone, Region, Role, Room, School, SchoolYear, Sex, Zone,
};

/// The people table, in the order of the programme's form.
pub const PEOPLE: [Column; 12] =
    [Inn, Kpp, Role, Email, Last, First, Patronymic, Sex, Birth, Grade, Letter, SchoolYear];
/// The table of schools.
pub const SCHOOLS: [Column; 6] = [Region, Municipality, Zone, Inn, Kpp, School];
/// The table of territories; behind these may stand [`Column::District`].
pub const TERRITORIES: [Column; 9] = [Region, Municipality, Zone, Destinations, Contact, Phone, Email, Address, Room];

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
            District => "Федеральный округ",
            Destinations => "Куда можно звонить",
            Contact => "Контактное лицо",
            Phone => "Телефон",
            Address => "Адрес",
            Room => "Кабинет",
        }
    }

    /// How a title begins, letters only, however the rest is spelt.
    const fn begins(self) -> &'static str {
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
            District => "федеральныйокруг",
            Destinations => "кудаможнозвонить",
            Contact => "контактноелицо",
            Phone => "телефон",
            Address => "адрес",
            Room => "кабинет",
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
    /// Where each of [`TERRITORIES`] stands, and behind them the district's column, if there is one.
    Territories(Vec<usize>),
}

/// A header that is of no table: the titles that the likelier one lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("в первой строке нет столбцов: {}", .0.join(", "))]
pub struct UnknownHeader(pub Vec<&'static str>);

/// Recognises a table by its header.
///
/// # Errors
/// When a column is missing.
pub fn layout(header: &[String]) -> Result<Layout, UnknownHeader> {
    let folded: Vec<String> = header.iter().map(|title| letters(title)).collect();
    let at = |column: Column| folded.iter().position(|title| title.starts_with(column.begins()));
    let people = at(Last).is_some();
    let layout = match (at(School), at(Contact)) {
        (Some(_), _) if !people => Layout::Schools,
        (_, Some(_)) if !people => Layout::Territories,
        _ => Layout::People,
    };
    let columns: &[Column] = match layout(Vec::new()) {
        Layout::Schools(_) => &SCHOOLS,
        Layout::Territories(_) => &TERRITORIES,
        Layout::People(_) => &PEOPLE,
    };
    let missing: Vec<_> = columns.iter().filter(|c| at(**c).is_none()).map(|c| c.title()).collect();
    if !missing.is_empty() {
        return Err(UnknownHeader(missing));
    }
    let more = at(District).filter(|_| columns == TERRITORIES);
    Ok(layout(columns.iter().filter_map(|column| at(*column)).chain(more).collect()))
}

fn letters(title: &str) -> String {
    title.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(columns: &[Column]) -> Vec<String> {
        columns.iter().map(|c| c.title().to_owned()).collect()
    }

    #[test]
    fn knows_each_table_in_any_order() {
        assert_eq!(layout(&header(&PEOPLE)), Ok(Layout::People((0..12).collect())));
        assert_eq!(layout(&header(&SCHOOLS)), Ok(Layout::Schools((0..6).collect())));
        assert_eq!(layout(&header(&TERRITORIES)), Ok(Layout::Territories((0..9).collect())));
        let with_district = [header(&[District]), header(&TERRITORIES)].concat();
        assert_eq!(layout(&with_district), Ok(Layout::Territories((1..10).chain([0]).collect())));
        let mut turned = header(&PEOPLE);
        turned.reverse();
        assert_eq!(layout(&turned), Ok(Layout::People((0..12).rev().collect())));
    }

    #[test]
    fn says_which_columns_are_missing() {
        assert_eq!(layout(&header(&PEOPLE[1..])), Err(UnknownHeader(vec!["ИНН школы"])));
        assert_eq!(layout(&header(&TERRITORIES[..8])), Err(UnknownHeader(vec!["Кабинет"])));
        assert_eq!(layout(&[]).unwrap_err().0.len(), 12);
    }
}
