//! The table of territories: what a region or a municipality says for itself and for all below it. A place may stand in several
//! rows, one for each contact.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{
    cells,
    column::{Column, TERRITORIES},
    fault::{Fault, Kind},
    table::{Cell, Row, Table},
};
use crate::{
    acting::Error,
    ids::{Dice, TerritoryId},
    seal::Vault,
    store::territories::{self, NewTerritory, OwnPlace},
    territory::{self, Contact, Says},
};

/// The most characters of a name, an address, a list of prefixes.
const MAX_TEXT: usize = 200;
/// The most characters of a phone or a room.
const MAX_SHORT: usize = 40;
/// The digits that a phone has without what comes after «доб.»: from a short number of a town to an international one.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;
/// How mobile numbers begin: in Russia and in Kazakhstan, where Baikonur lies. Nothing else is ever dialled: calls cost money.
const MOBILE: [&str; 2] = ["+79", "+77"];
/// The longest prefix that still means a range of numbers and not a number.
const LONGEST_PREFIX: usize = 6;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    row: u32,
    district: Option<String>,
    region: String,
    municipality: Option<String>,
    zone: Option<String>,
    destinations: Option<Vec<String>>,
    contact: Option<Contact>,
}

/// What was done, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Territories not known before.
    pub added: usize,
    /// Territories that say something else than before, or lie elsewhere.
    pub changed: usize,
    /// Territories as before.
    pub unchanged: usize,
}

type PlaceName = (String, Option<String>);

impl Entry {
    fn place(&self) -> PlaceName {
        (self.region.clone(), self.municipality.clone())
    }
}

/// Reads the table: good rows and all faults.
#[must_use]
pub fn read(table: &Table, places: &[usize]) -> (Vec<Entry>, Vec<Fault>) {
    let (mut entries, mut faults): (Vec<Entry>, Vec<Fault>) = (Vec::new(), Vec::new());
    let mut zones: HashMap<PlaceName, (u32, String)> = HashMap::new();
    let mut prefixes: HashMap<PlaceName, (u32, Vec<String>)> = HashMap::new();
    let mut districts: HashMap<PlaceName, (u32, String)> = HashMap::new();
    for row in &table.rows {
        match entry(row, places) {
            Err(found) => faults.extend(found),
            Ok(entry) => {
                let region = (entry.region.clone(), None);
                let otherwise = [
                    (Column::Zone, said_before(&mut zones, entry.place(), entry.row, entry.zone.as_ref())),
                    (
                        Column::Destinations,
                        said_before(&mut prefixes, entry.place(), entry.row, entry.destinations.as_ref()),
                    ),
                    (Column::District, said_before(&mut districts, region, entry.row, entry.district.as_ref())),
                ];
                let found = otherwise.into_iter().filter_map(|(column, other)| {
                    Some(Fault { row: entry.row, column: Some(column), kind: Kind::SaidOtherwise(other?) })
                });
                let before = faults.len();
                faults.extend(found);
                if faults.len() == before {
                    entries.push(entry);
                }
            }
        }
    }
    (entries, faults)
}

/// The row in which something else was said of the same place, if one is there; what is said first is remembered.
fn said_before<T: Clone + PartialEq>(
    seen: &mut HashMap<PlaceName, (u32, T)>,
    place: PlaceName,
    row: u32,
    said: Option<&T>,
) -> Option<u32> {
    let said = said?;
    let (first, value) = seen.entry(place).or_insert_with(|| (row, said.clone()));
    (value != said).then_some(*first)
}

/// Takes out what is not among the places that somebody answers for, and says so of each. A new municipality is its region's
/// operator's to add, a new region its district's.
pub(super) fn foreign(entries: &mut Vec<Entry>, own: &[OwnPlace]) -> Vec<Fault> {
    let mut faults = Vec::new();
    entries.retain(|entry| {
        let fault = not_own(entry, own);
        faults.extend(fault.clone().map(|(column, kind)| Fault { row: entry.row, column: Some(column), kind }));
        fault.is_none()
    });
    faults
}

fn not_own(entry: &Entry, own: &[OwnPlace]) -> Option<(Column, Kind)> {
    let of = |kind: &str, name: &str| own.iter().find(move |place| place.kind == kind && place.name == name);
    let region = of("region", &entry.region).filter(|place| place.operator);
    let whole = own.iter().any(|place| place.kind == "federation" && place.operator);
    let district = entry.district.as_ref().and_then(|name| of("district", name)).is_some_and(|place| place.operator);
    let known = region.and_then(|place| place.above.as_ref());
    if let Some(named) = &entry.district
        && !whole
        && !district
        && region.is_some()
        && known != Some(named)
    {
        return Some((Column::District, Kind::ForeignDistrict));
    }
    if whole || district || region.is_some() {
        return None;
    }
    let within = own.iter().any(|place| place.kind == "municipality" && place.above.as_ref() == Some(&entry.region));
    let mine = |name: &String| {
        own.iter().any(|place| {
            place.kind == "municipality" && place.name == *name && place.above.as_ref() == Some(&entry.region)
        })
    };
    match &entry.municipality {
        Some(name) if mine(name) => None,
        Some(_) if within => Some((Column::Municipality, Kind::ForeignMunicipality)),
        _ => Some((Column::Region, Kind::ForeignRegion)),
    }
}

fn entry(row: &Row, places: &[usize]) -> Result<Entry, Vec<Fault>> {
    let mut faults = Vec::new();
    let cell = |column: Column| {
        let at = TERRITORIES.iter().chain([&Column::District]).position(|c| *c == column).and_then(|n| places.get(n));
        at.map_or(&Cell::Empty, |at| row.cell(*at))
    };
    let mut note = |column: Column, kind: Kind| faults.push(Fault { row: row.number, column: Some(column), kind });
    let region = cells::required(cell(Column::Region), MAX_TEXT).map_err(|kind| note(Column::Region, kind)).ok();
    let mut optional = |column: Column, read: fn(&Cell) -> Result<String, Kind>| {
        if cell(column).text().is_empty() {
            return None;
        }
        read(cell(column)).map_err(|kind| note(column, kind)).ok()
    };
    let long = |cell: &Cell| cells::required(cell, MAX_TEXT);
    let (district, municipality) = (optional(Column::District, long), optional(Column::Municipality, long));
    let zone = optional(Column::Zone, zone);
    let destinations = optional(Column::Destinations, prefixes);
    let destinations = destinations.map(|said| said.split(',').map(str::to_owned).collect());
    let contact = Contact {
        name: optional(Column::Contact, long).unwrap_or_default(),
        phone: optional(Column::Phone, phone).unwrap_or_default(),
        email: optional(Column::Email, email).unwrap_or_default(),
        address: optional(Column::Address, long).unwrap_or_default(),
        room: optional(Column::Room, |cell| cells::required(cell, MAX_SHORT)).unwrap_or_default(),
    };
    let says = contact != Contact::default();
    if says && cell(Column::Contact).text().is_empty() {
        note(Column::Contact, Kind::MissingRequired);
    }
    if says && cell(Column::Phone).text().is_empty() && cell(Column::Email).text().is_empty() {
        note(Column::Phone, Kind::NoWayToContact);
    }
    match region {
        Some(region) if faults.is_empty() => {
            let contact = says.then_some(contact);
            Ok(Entry { row: row.number, district, region, municipality, zone, destinations, contact })
        }
        _ => Err(faults),
    }
}

fn zone(cell: &Cell) -> Result<String, Kind> {
    let said = cells::required(cell, MAX_TEXT)?;
    said.parse::<Tz>().map(|_| said).map_err(|_| Kind::BadZone)
}

/// Prefixes one behind the other, with nothing but commas between.
fn prefixes(cell: &Cell) -> Result<String, Kind> {
    let said = cells::required(cell, MAX_TEXT)?;
    let words = said.split([',', ';', ' ']).map(str::trim).filter(|word| !word.is_empty());
    let mut prefixes: Vec<String> = words.map(|word| format!("+{}", word.trim_start_matches('+'))).collect();
    let good = |prefix: &String| {
        MOBILE.iter().any(|mobile| prefix.starts_with(mobile))
            && prefix.len() <= LONGEST_PREFIX
            && prefix[1..].bytes().all(|byte| byte.is_ascii_digit())
    };
    if prefixes.is_empty() || !prefixes.iter().all(good) {
        return Err(Kind::BadDestination);
    }
    prefixes.sort();
    prefixes.dedup();
    Ok(prefixes.join(","))
}

fn phone(cell: &Cell) -> Result<String, Kind> {
    let said = cells::required(cell, MAX_SHORT)?;
    let (number, extension) = said.split_once("доб").unwrap_or((&said, ""));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let only = |text: &str, signs: &str| text.chars().all(|c| c.is_ascii_digit() || signs.contains(c));
    let good = PHONE_DIGITS.contains(&digits(number)) && only(number, " +-–()‑,") && only(extension, " .:");
    if good && (extension.is_empty() || digits(extension) > 0) { Ok(said) } else { Err(Kind::BadPhone) }
}

fn email(cell: &Cell) -> Result<String, Kind> {
    cells::email(cell)?.ok_or(Kind::BadEmail)
}

/// Writes what the territories say, and counts what that changed.
///
/// # Errors
/// When the database fails, or contacts of before do not open.
pub async fn apply(
    db: &mut PgConnection,
    vault: &Vault,
    dice: &Dice,
    now: DateTime<Utc>,
    entries: &[Entry],
) -> Result<Counts, Error> {
    let mut counts = Counts::default();
    let mut places: Vec<PlaceName> = Vec::new();
    for entry in entries {
        if !places.contains(&entry.place()) {
            places.push(entry.place());
        }
    }
    for place in places {
        let rows: Vec<&Entry> = entries.iter().filter(|entry| entry.place() == place).collect();
        let mut contacts: Vec<Contact> = Vec::new();
        for contact in rows.iter().filter_map(|entry| entry.contact.as_ref()) {
            if !contacts.contains(contact) {
                contacts.push(contact.clone());
            }
        }
        let says = Says {
            zone: rows.iter().find_map(|entry| entry.zone.as_deref()),
            destinations: rows.iter().find_map(|entry| entry.destinations.clone()),
            contacts,
        };
        let district = rows.iter().find_map(|entry| entry.district.as_deref());
        let (id, added, moved) = found(db, (dice, now), (district, &place)).await?;
        let changed = territory::set(db, vault, id, &says).await?;
        match (added, moved || changed) {
            (true, _) => counts.added += 1,
            (false, true) => counts.changed += 1,
            (false, false) => counts.unchanged += 1,
        }
    }
    Ok(counts)
}

/// The territory of this name; whether it was made, and whether its region lies elsewhere from now on.
async fn found(
    db: &mut PgConnection,
    (dice, now): (&Dice, DateTime<Utc>),
    (district, (region, municipality)): (Option<&str>, &PlaceName),
) -> sqlx::Result<(TerritoryId, bool, bool)> {
    let id = || TerritoryId(dice.uuid(now));
    let country = territories::country(db).await?;
    let district = match district {
        None => None,
        Some(name) => {
            let new = NewTerritory { id: id(), parent: country, kind: "district", name };
            Some(territories::find_or_add(db, &new).await?)
        }
    };
    let new = NewTerritory { id: id(), parent: district.or(country), kind: "region", name: region };
    let above = territories::find_or_add(db, &new).await?;
    let moved = match district {
        Some(district) if above != new.id => territories::lay(db, above, district).await?,
        _ => false,
    };
    let Some(name) = municipality else { return Ok((above, above == new.id, moved)) };
    let new = NewTerritory { id: id(), parent: Some(above), kind: "municipality", name };
    let found = territories::find_or_add(db, &new).await?;
    Ok((found, found == new.id, moved))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&str]) -> Table {
        let header = TERRITORIES.iter().chain([&Column::District]).map(|column| column.title().to_owned()).collect();
        let cells = |row: &&str| row.split('|').map(|cell| Cell::Text(cell.to_owned())).collect();
        let rows = (2..).zip(rows).map(|(number, row)| Row { number, cells: cells(row) }).collect();
        Table { header, rows }
    }

    fn judged(rows: &[&str]) -> (Vec<Entry>, Vec<String>) {
        let (entries, faults) = read(&table(rows), &(0..10).collect::<Vec<_>>());
        (entries, faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_good_row_is_read_and_an_empty_cell_says_nothing() {
        let (entries, faults) = judged(&[
            "Область|Город|Asia/Qyzylorda|77, +79|Анна|8 800 000-00-00 доб. 12|A@b.ru|Ленина, 1|каб. 3|",
            "Область|||||||||",
        ]);
        assert_eq!((entries.len(), faults.len()), (2, 0), "{faults:?}");
        assert_eq!(entries[0].destinations, Some(vec!["+77".to_owned(), "+79".to_owned()]));
        let contact = entries[0].contact.clone().unwrap();
        assert_eq!((contact.email.as_str(), contact.room.as_str()), ("a@b.ru", "каб. 3"));
        assert_eq!(entries[1].place(), ("Область".to_owned(), None));
        assert_eq!(entries[1].contact, None);
    }

    #[test]
    fn each_fault_is_named_with_row_column_and_cure() {
        for (row, fault) in [
            ("|Город|||||||", "строка 2, «Регион»: пусто; заполните ячейку"),
            (
                "О|Г|Москва||||||",
                "строка 2, «Часовой пояс»: такого часового пояса нет; впишите его в виде Europe/Moscow",
            ),
            (
                "О|Г||+1||||||",
                "строка 2, «Куда можно звонить»: так мобильные номера России и Казахстана не начинаются; впишите +79, +77 или оба через запятую",
            ),
            ("О|Г||+7||||||", "строка 2, «Куда можно звонить»: так мобильные номера"),
            ("О|Г||+79123456||||||", "строка 2, «Куда можно звонить»: так мобильные номера"),
            ("О|Г|||Анна|звоните|||", "строка 2, «Телефон»: это не телефон; впишите"),
            ("О|Г|||Анна|8 800 000-00-00 доб.|||", "строка 2, «Телефон»: это не телефон"),
            ("О|Г|||Анна||почта|||", "строка 2, «Email»: это не адрес почты"),
            ("О|Г||||8 800 000-00-00|||", "строка 2, «Контактное лицо»: пусто"),
            (
                "О|Г|||Анна|||Ленина, 1||",
                "строка 2, «Телефон»: к этому человеку не обратиться; впишите телефон или почту",
            ),
        ] {
            let (entries, faults) = judged(&[row]);
            assert!(entries.is_empty() && faults.len() == 1 && faults[0].starts_with(fault), "{row}: {faults:?}");
        }
    }

    #[test]
    fn a_place_that_is_said_otherwise_further_down_is_a_fault_of_the_second_row() {
        let (entries, faults) = judged(&[
            "О|Г|Europe/Moscow|+79|Анна|8 800 000-00-00||||Округ",
            "О|Г|Europe/Moscow||Олег|8 800 000-00-01||||",
            "О|Г|Asia/Omsk|+77||||||Другой",
        ]);
        assert_eq!(entries.len(), 2);
        assert_eq!(
            faults,
            ["«Часовой пояс»", "«Куда можно звонить»", "«Федеральный округ»"].map(|column| format!(
                "строка 4, {column}: для этого места в строке 2 указано другое; оставьте одно значение"
            ))
        );
    }

    fn own(kind: &str, name: &str, above: Option<&str>, operator: bool) -> OwnPlace {
        OwnPlace { kind: kind.into(), name: name.into(), above: above.map(str::to_owned), operator }
    }

    #[test]
    fn everybody_hands_in_what_they_answer_for_and_nothing_else() {
        let rows = ["О||||||||", "О|Г|||||||", "О|Д|||||||", "П|Г|||||||", "О|||||||||Юг", "Н|||||||||Юг"];
        let cases = [
            (vec![own("federation", "Россия", None, true)], "......"),
            (vec![own("district", "Юг", None, true), own("region", "О", Some("Юг"), true)], "...r.."),
            (vec![own("region", "О", Some("Юг"), true), own("municipality", "Г", Some("О"), true)], "...r.r"),
            (vec![own("region", "О", None, true)], "...rdr"),
            (vec![own("municipality", "Г", Some("О"), false)], "r.mrrr"),
            (vec![], "rrrrrr"),
        ];
        for (places, expected) in cases {
            let found = rows.map(|row| {
                let (mut entries, _) = judged(&[row]);
                match foreign(&mut entries, &places).first().map(|fault| &fault.kind) {
                    None => '.',
                    Some(Kind::ForeignRegion) => 'r',
                    Some(Kind::ForeignMunicipality) => 'm',
                    Some(Kind::ForeignDistrict) => 'd',
                    Some(other) => panic!("{other:?}"),
                }
            });
            assert_eq!(found.iter().collect::<String>(), expected, "{places:?}");
        }
    }
}
