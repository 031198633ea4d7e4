//! The columns of the three tables, found by their titles in whatever order they stand.

use super::header::{Missing, UnknownHeader, perhaps};

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
    let people = !at(Last).is_empty();
    let layout = match (at(School).is_empty(), at(Contact).is_empty()) {
        (false, _) if !people => Layout::Schools,
        (_, false) if !people => Layout::Territories,
        _ => Layout::People,
    };
    let columns: &[Column] = match layout(Vec::new()) {
        Layout::Schools(_) => &SCHOOLS,
        Layout::Territories(_) => &TERRITORIES,
        Layout::People(_) => &PEOPLE,
    };
    let mut places: Vec<(Column, Vec<usize>)> = columns.iter().map(|column| (*column, at(*column))).collect();
    if columns == TERRITORIES && !at(District).is_empty() {
        places.push((District, at(District)));
    }
    if places.iter().any(|(_, places)| places.is_empty()) {
        let claimed: Vec<usize> = places.iter().flat_map(|(_, places)| places).copied().collect();
        let titles = folded.into_iter().zip(header).enumerate();
        let mut unclaimed: Vec<(String, &String)> =
            titles.filter(|(at, _)| !claimed.contains(at)).map(|(_, title)| title).collect();
        let missing = places.iter().filter(|(_, places)| places.is_empty()).map(|(column, _)| {
            let perhaps = perhaps(*column, &unclaimed);
            unclaimed.retain(|(_, title)| Some(*title) != perhaps.as_ref());
            Missing { title: column.title(), perhaps }
        });
        return Err(UnknownHeader::Missing(missing.collect()));
    }
    if let Some((column, _)) = places.iter().find(|(_, places)| places.len() > 1) {
        return Err(UnknownHeader::Twice(column.title()));
    }
    Ok(layout(places.into_iter().flat_map(|(_, places)| places).collect()))
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
        let lacks = |title| Err(UnknownHeader::Missing(vec![Missing { title, perhaps: None }]));
        assert_eq!(layout(&header(&PEOPLE[1..])), lacks("ИНН школы"));
        assert_eq!(layout(&header(&TERRITORIES[..8])), lacks("Кабинет"));
    }
}
