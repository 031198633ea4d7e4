//! The table of schools: region, municipality, zone, ИНН, КПП, name.

use std::collections::HashMap;

use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{
    cells,
    column::{Column, SCHOOLS},
    fault::{Fault, Kind},
    table::{Cell, Row, Table},
};
use crate::{
    ids::{Dice, SchoolId, TerritoryId},
    store::territories::{self, NewTerritory, School},
};

/// The most characters of a place's or a school's name.
const MAX_NAME: usize = 200;

/// A school of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    row: u32,
    region: String,
    municipality: String,
    zone: String,
    inn: String,
    kpp: String,
    name: String,
}

/// What was done, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Schools not known before.
    pub added: usize,
    /// Schools with another name or municipality than before.
    pub changed: usize,
    /// Schools as before.
    pub unchanged: usize,
    /// Municipalities whose zone is another than before, new ones among them.
    pub zones: usize,
}

/// Reads the table: good rows and all faults.
#[must_use]
pub fn read(table: &Table, places: &[usize]) -> (Vec<Entry>, Vec<Fault>) {
    let (mut entries, mut faults): (Vec<Entry>, Vec<Fault>) = (Vec::new(), Vec::new());
    let mut seen: HashMap<(String, String), u32> = HashMap::new();
    for row in &table.rows {
        match entry(row, places) {
            Err(found) => faults.extend(found),
            Ok(entry) => match seen.get(&(entry.inn.clone(), entry.kpp.clone())) {
                Some(other) => {
                    faults.push(Fault { row: row.number, column: None, kind: Kind::DuplicateSchool(*other) });
                }
                None => {
                    seen.insert((entry.inn.clone(), entry.kpp.clone()), row.number);
                    entries.push(entry);
                }
            },
        }
    }
    (entries, faults)
}

/// Takes out the schools of regions that are not among `own`, and says so of each.
pub(super) fn foreign(entries: &mut Vec<Entry>, own: &[String]) -> Vec<Fault> {
    let (kept, others): (Vec<_>, Vec<_>) = entries.drain(..).partition(|entry| own.contains(&entry.region));
    *entries = kept;
    let fault = |entry: &Entry| Fault { row: entry.row, column: Some(Column::Region), kind: Kind::ForeignRegion };
    others.iter().map(fault).collect()
}

fn entry(row: &Row, places: &[usize]) -> Result<Entry, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut take = |column: Column, read: fn(&Cell) -> Result<String, Kind>| {
        let at = SCHOOLS.iter().position(|c| *c == column).and_then(|n| places.get(n));
        let read = read(at.map_or(&Cell::Empty, |at| row.cell(*at)));
        read.map_err(|kind| faults.push(Fault { row: row.number, column: Some(column), kind })).unwrap_or_default()
    };
    let entry = Entry {
        row: row.number,
        region: take(Column::Region, name),
        municipality: take(Column::Municipality, name),
        zone: take(Column::Zone, zone),
        inn: take(Column::Inn, cells::inn),
        kpp: take(Column::Kpp, cells::kpp),
        name: take(Column::School, name),
    };
    if faults.is_empty() { Ok(entry) } else { Err(faults) }
}

fn name(cell: &Cell) -> Result<String, Kind> {
    cells::required(cell, MAX_NAME)
}

fn zone(cell: &Cell) -> Result<String, Kind> {
    let said = cells::required(cell, MAX_NAME)?;
    said.parse::<Tz>().map(|_| said).map_err(|_| Kind::BadZone)
}

/// Writes the schools and what they lie in, and counts what that changed.
///
/// # Errors
/// When the database fails.
pub async fn apply(
    db: &mut PgConnection,
    dice: &Dice,
    now: chrono::DateTime<chrono::Utc>,
    entries: &[Entry],
) -> sqlx::Result<Counts> {
    let inns: Vec<String> = entries.iter().map(|e| e.inn.clone()).collect();
    let known = territories::schools(db, &inns).await?;
    let mut counts = Counts::default();
    for entry in entries {
        let (territory, zone_changed) = place(db, dice, now, entry).await?;
        counts.zones += usize::from(zone_changed);
        let before = known.iter().find(|s| s.inn == entry.inn && s.kpp == entry.kpp);
        let id = before.map_or_else(|| SchoolId(dice.uuid(now)), |school| school.id);
        let (name, inn, kpp) = (entry.name.clone(), entry.inn.clone(), entry.kpp.clone());
        let school = School { id, territory, name, inn, kpp };
        match before {
            Some(before) if *before == school => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
            None => counts.added += 1,
        }
        if before != Some(&school) {
            territories::write_school(db, &school).await?;
        }
    }
    Ok(counts)
}

/// The municipality, in its region, with its zone.
async fn place(
    db: &mut PgConnection,
    dice: &Dice,
    now: chrono::DateTime<chrono::Utc>,
    entry: &Entry,
) -> sqlx::Result<(TerritoryId, bool)> {
    let id = || TerritoryId(dice.uuid(now));
    let country = territories::country(db).await?;
    let region = NewTerritory { id: id(), parent: country, kind: "region", name: &entry.region };
    let region = territories::find_or_add(db, &region).await?;
    let place = NewTerritory { id: id(), parent: Some(region), kind: "municipality", name: &entry.municipality };
    let place = territories::find_or_add(db, &place).await?;
    Ok((place, territories::set(db, place, Some(&entry.zone), None).await?))
}
