//! A teacher's table for whoever answers for the territory: the form is handed out, comes back filled in, is judged, and waits to be
//! imported or returned with a remark.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Error, Options, Report, cells,
    column::{Column, Layout, PEOPLE, layout},
    desk::Desk,
    run_table,
    table::{Cell, Row, Table},
};
use crate::{
    acting,
    calendar::waking,
    ids::{PersonId, SchoolId},
    journal::{self, Act, Entry},
    message::{Offer, Said, SaidButton, SaidKeyboard, Style, Value, Words},
    people::Profile,
    seal::{Place, Vault},
    store::{
        classes,
        deliveries::Class,
        notices::{self, Notice},
        table_requests::{self as rows, Own},
        territories::School,
    },
    territory::DEFAULT_ZONE,
};

/// The teacher's page, in links.
pub const PAGE: &str = "tables";
/// The flow that leads to the pages.
const FLOW: &str = "import";
/// The most characters of a remark.
pub const REMARK: usize = 500;

/// What came of a table that was handed in.
#[derive(Debug)]
pub enum HandedIn {
    /// It waits; with what is wrong with it.
    Waits(Report),
    /// These rows are of another school.
    Foreign(Vec<u32>),
    /// Nobody is in it.
    Nobody,
}

fn place<'p>(id: &'p Uuid, column: &'static str) -> Place<'p> {
    Place { table: "table_request", column, row: id.as_bytes() }
}

/// Whether a row of a form holds nothing but what was filled in beforehand.
#[must_use]
pub fn is_blank(row: &Row, places: &[usize]) -> bool {
    let filled = |column: &Column| !matches!(column, Column::Inn | Column::Kpp | Column::SchoolYear);
    let typed = PEOPLE.iter().zip(places).filter(|(column, _)| filled(column));
    typed.into_iter().all(|(_, at)| row.cell(*at).text().is_empty())
}

/// The rows that name another school, as far as they can be read.
fn foreign(table: &Table, places: &[usize], school: &School) -> Vec<u32> {
    let at = |wanted: Column| PEOPLE.iter().position(|column| *column == wanted).and_then(|at| places.get(at));
    let cell = |row: &Row, column| at(column).map_or(Cell::Empty, |at| row.cell(*at).clone());
    let other = |row: &&Row| {
        cells::inn(&cell(row, Column::Inn)).is_ok_and(|inn| inn != school.inn)
            || cells::kpp(&cell(row, Column::Kpp)).is_ok_and(|kpp| kpp != school.kpp)
    };
    table.rows.iter().filter(|row| !is_blank(row, places)).filter(other).map(|row| row.number).collect()
}

/// Takes a table of one school, judges it and keeps it for whoever answers for the territory, who are told. The school is the caller's
/// to have judged.
///
/// # Errors
/// When it is no table of people, or the database fails.
pub async fn hand_in(
    db: &mut PgConnection,
    desk: &Desk<'_>,
    school: &School,
    table: &Table,
) -> Result<HandedIn, Error> {
    let Layout::People(places) = layout(&table.header)? else { return Ok(HandedIn::Nobody) };
    let strange = foreign(table, &places, school);
    if !strange.is_empty() {
        return Ok(HandedIn::Foreign(strange));
    }
    if table.rows.iter().all(|row| is_blank(row, &places)) {
        return Ok(HandedIn::Nobody);
    }
    let report = run_table(db, desk.vault, desk.dice, desk.now, table, &Options::default()).await?;
    let id = desk.dice.uuid(desk.now);
    let plain = serde_json::to_vec(table).map_err(|_| acting::Error::Profile)?;
    let sealed = desk.vault.seal(place(&id, "rows"), &plain);
    rows::put(db, (id, school.id, desk.staff), &sealed, desk.now).await?;
    let deciders = rows::deciders(db, school.id).await?;
    let args = [("school".to_owned(), school.name.as_str().into())].into();
    tell(db, desk.now, (school.id, &deciders), Words { key: "notice-table".into(), args }, &format!("table:{id}"))
        .await?;
    let entry = Entry::of(Some(desk.staff), Act::TableHandedIn, Some(id), [("refused", report.refused.to_string())]);
    journal::write(db, desk.vault, desk.now, &entry).await?;
    Ok(HandedIn::Waits(report))
}

/// A table of one's own, and what became of it.
#[derive(Clone, Debug)]
pub struct Mine {
    /// What the school is called.
    pub school: String,
    /// `waiting`, `imported`, `returned`.
    pub state: String,
    /// Why it was returned.
    pub remark: Option<String>,
    /// Civil.
    pub at: DateTime<Utc>,
}

/// The last tables of a teacher.
///
/// # Errors
/// When the database fails or a remark does not open.
pub async fn mine(db: &mut PgConnection, vault: &Vault, teacher: PersonId) -> Result<Vec<Mine>, acting::Error> {
    let opened = |row: Own| {
        let remark = row.remark.as_ref().map(|sealed| vault.open(place(&row.id, "remark"), sealed)).transpose()?;
        let remark = remark.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Mine { school: row.school_name, state: row.state, remark, at: row.at })
    };
    rows::of(db, teacher).await?.into_iter().map(opened).collect()
}

/// A table that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Which.
    pub id: Uuid,
    /// Whose: «Имя Ф.»
    pub teacher: String,
    /// Of which school.
    pub school: String,
    /// Since when, civil.
    pub at: DateTime<Utc>,
}

/// The tables that wait in the territories that somebody answers for.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn waiting(db: &mut PgConnection, desk: &Desk<'_>) -> Result<Vec<Waiting>, acting::Error> {
    rows::waiting(db, desk.staff, None).await?.into_iter().map(|row| named(desk.vault, row)).collect()
}

fn named(vault: &Vault, row: rows::Waiting) -> Result<Waiting, acting::Error> {
    let profile = row.profile.as_ref().map(|sealed| Profile::open(vault, row.teacher, sealed)).transpose()?;
    let teacher = profile.map(|profile| profile.short_name()).unwrap_or_default();
    Ok(Waiting { id: row.id, teacher, school: row.school_name, at: row.at })
}

/// One table that waits, judged as whoever answers for the territory would import it; `None`: it waits no longer, or is not theirs.
///
/// # Errors
/// When the database fails or it does not open.
pub async fn open(db: &mut PgConnection, desk: &Desk<'_>, id: Uuid) -> Result<Option<(Waiting, Report)>, Error> {
    let Some(row) = rows::waiting(db, desk.staff, Some(id)).await?.pop() else { return Ok(None) };
    let table = table(desk.vault, &row)?;
    let report = desk.look(db, &table).await?;
    Ok(Some((named(desk.vault, row)?, report)))
}

fn table(vault: &Vault, row: &rows::Waiting) -> Result<Table, Error> {
    let plain = vault.open(place(&row.id, "rows"), &row.rows).map_err(acting::Error::from)?;
    Ok(serde_json::from_slice(&plain).map_err(|_| acting::Error::Profile)?)
}

/// Writes the good rows of a table that waits, and tells its teacher. `None`: it waits no longer, or is not theirs.
///
/// # Errors
/// When the database fails or it does not open.
pub async fn import(db: &mut PgConnection, desk: &Desk<'_>, id: Uuid) -> Result<Option<Report>, Error> {
    let Some(row) = rows::waiting(db, desk.staff, Some(id)).await?.pop() else { return Ok(None) };
    let table = table(desk.vault, &row)?;
    if !rows::decide(db, (id, desk.staff), ("imported", None), desk.now).await? {
        return Ok(None);
    }
    let report = run_table(db, desk.vault, desk.dice, desk.now, &table, &desk.options(true)).await?;
    decided(db, desk.now, (id, &row), "imported").await?;
    let detail =
        [("request", id.to_string()), ("changes", report.changes.to_string()), ("refused", report.refused.to_string())];
    journal::write(db, desk.vault, desk.now, &Entry::of(Some(desk.staff), Act::Imported, None, detail)).await?;
    Ok(Some(report))
}

/// Returns a table with a remark, and tells its teacher. `false`: it waits no longer, or is not theirs.
///
/// # Errors
/// When the database fails.
pub async fn give_back(db: &mut PgConnection, desk: &Desk<'_>, id: Uuid, remark: &str) -> Result<bool, Error> {
    let Some(row) = rows::waiting(db, desk.staff, Some(id)).await?.pop() else { return Ok(false) };
    let remark: String = remark.trim().chars().take(REMARK).collect();
    let sealed = desk.vault.seal(place(&id, "remark"), remark.as_bytes());
    if !rows::decide(db, (id, desk.staff), ("returned", Some(&sealed)), desk.now).await? {
        return Ok(false);
    }
    decided(db, desk.now, (id, &row), "returned").await?;
    let entry = Entry::of(Some(desk.staff), Act::TableReturned, Some(id), []);
    journal::write(db, desk.vault, desk.now, &entry).await?;
    Ok(true)
}

async fn decided(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    (id, row): (Uuid, &rows::Waiting),
    verdict: &str,
) -> sqlx::Result<()> {
    let args = BTreeMap::from([
        ("school".to_owned(), Value::from(row.school_name.as_str())),
        ("verdict".to_owned(), verdict.into()),
    ]);
    let words = Words { key: "notice-table_decided".into(), args };
    tell(db, now, (row.school, &[row.teacher]), words, &format!("table_decided:{id}")).await
}

/// Tells people something about a table of a school, by the school's day; the button leads to the page.
async fn tell(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    (school, people): (SchoolId, &[PersonId]),
    words: Words,
    key: &str,
) -> sqlx::Result<()> {
    let zone = classes::zone(&mut *db, school, DEFAULT_ZONE.name()).await?.and_then(|zone| zone.parse().ok());
    let zone = zone.unwrap_or(DEFAULT_ZONE);
    let does = Offer::Begin { flow: FLOW.to_owned(), with: None };
    let buttons = vec![SaidButton { label: Words::plain("notice-table-begin"), does }];
    let keyboard = Some(SaidKeyboard { style: Style::Inline, buttons, free: false });
    let said = Said { words, keyboard, picture: None };
    let notices: Vec<Notice> = people
        .iter()
        .map(|person| Notice {
            person: *person,
            said: said.clone(),
            due: waking(now, zone),
            zone: zone.name().to_owned(),
            dedupe: format!("{key}:{person}"),
            void_key: None,
        })
        .collect();
    notices::queue(db, Class::Reminder, &notices).await?;
    Ok(())
}
