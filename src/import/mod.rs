//! The import of territories, schools and people from the programme's own spreadsheets.
//!
//! A file is read ([`table`]), recognised by its header ([`mod@column`]), its rows are judged one by one ([`row`], [`cells`])
//! and together ([`plan`](mod@plan)), and what is good is written ([`apply`]). Rows with faults are named and left out;
//! the same file twice changes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

pub mod apart;
pub mod apply;
pub mod cells;
pub mod column;
pub mod desk;
pub mod fault;
pub mod form;
pub mod hand;
pub mod near;
pub mod plan;
pub mod request;
pub mod row;
pub mod schools;
pub mod table;
pub mod territories;

use cells::Role;
use column::{Layout, UnknownHeader};
use fault::Fault;
use plan::{Change, Plan, Planned, Where};
use row::Rules;

use crate::{
    acting,
    ids::{Dice, PersonId},
    people::codes,
    seal::Vault,
    store,
};

/// What is asked of an import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Rows of another school year are faults.
    pub school_year: Option<String>,
    /// Write what is good; otherwise only judge.
    pub write: bool,
    /// Make one-time codes for the pupils of the file who have neither signed in nor an open code. Nobody can read a
    /// code again later, so they are made only for somebody who takes them: see [`Report::cards`].
    pub codes: bool,
    /// Rows whose pupils stay in the class that they are in: moves that were declined.
    pub stay: BTreeSet<u32>,
    /// Whose import it is: schools that are not theirs look as if there were none. `None`: the command line's.
    pub by: Option<PersonId>,
}

/// Why nothing could be judged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file.
    #[error(transparent)]
    Unreadable(#[from] table::Unreadable),
    /// The header.
    #[error(transparent)]
    UnknownHeader(#[from] UnknownHeader),
    /// The database, or a profile that does not open.
    #[error(transparent)]
    Programme(#[from] acting::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Programme(error.into())
    }
}

/// A pupil's one-time code with what is needed to hand it out.
#[derive(Clone, Debug)]
pub struct Card {
    /// `8 А`.
    pub class: String,
    /// Family name, first name, patronymic.
    pub name: String,
    /// The code.
    pub code: codes::Code,
}

/// A pupil who would be moved to another class of the same school year.
#[derive(Clone, Debug)]
pub struct Move {
    /// The row.
    pub row: u32,
    /// «Имя Ф.»
    pub name: String,
    /// «7А»
    pub from: String,
    /// «7Б»
    pub to: String,
}

/// What an import found and did.
#[derive(Debug, Default)]
pub struct Report {
    /// Everything to be printed: a line `строка N…` for each fault, notes otherwise, and a summary.
    pub text: String,
    /// Rows that are refused.
    pub refused: usize,
    /// The same rows with what is wrong with each, and those that wait for one of them.
    pub marks: BTreeMap<u32, Vec<String>>,
    /// Moves within a school year: offered one by one.
    pub moves: Vec<Move>,
    /// The teachers' rows.
    pub teachers: Vec<u32>,
    /// Rows or people that were written, or would be: added, moved, changed.
    pub changes: usize,
    /// The codes that were made. Keep them before the transaction is committed.
    pub cards: Vec<Card>,
}

/// Judges a file and, if asked, writes what is good. The caller owns the transaction: commit it after the cards are safe.
///
/// # Errors
/// When the file is no such table, or the database fails.
pub async fn run(
    db: &mut PgConnection,
    vault: &Vault,
    dice: &Dice,
    now: DateTime<Utc>,
    file: &[u8],
    options: &Options,
) -> Result<Report, Error> {
    run_table(db, vault, dice, now, &table::read(file)?, options).await
}

/// The same of a table that was read before.
///
/// # Errors
/// When it is none that is known by its header, or the database fails.
pub async fn run_table(
    db: &mut PgConnection,
    vault: &Vault,
    dice: &Dice,
    now: DateTime<Utc>,
    table: &table::Table,
    options: &Options,
) -> Result<Report, Error> {
    store::roles::import_alone(db).await?;
    match column::layout(&table.header)? {
        Layout::Schools(places) => schools(db, dice, now, table, &places, options).await,
        Layout::Territories(places) => territories(db, (vault, dice, now), table, &places, options).await,
        Layout::People(places) => {
            let rules = Rules { today: now.date_naive(), school_year: options.school_year.clone() };
            let typed = table.rows.iter().filter(|row| !request::is_blank(row, &places));
            let rows: Vec<_> = typed.map(|row| row::read(row, &places, &rules)).collect();
            let snapshot = apply::snapshot(db, vault, &rows, options.by).await?;
            let teachers = rows.iter().filter(|row| row.role == Some(Role::Teacher)).map(|row| row.row).collect();
            let mut plan = plan::plan(rows, snapshot);
            plan.people.retain(|person| person.change != Change::Moved || !options.stay.contains(&person.row));
            let cards = if options.write { write(db, vault, dice, now, &plan, options).await? } else { Vec::new() };
            Ok(Report { teachers, ..report(&plan, cards, options) })
        }
    }
}

async fn schools(
    db: &mut PgConnection,
    dice: &Dice,
    now: DateTime<Utc>,
    table: &table::Table,
    places: &[usize],
    options: &Options,
) -> Result<Report, Error> {
    use sqlx::Connection;
    let (mut entries, mut faults) = schools::read(table, places);
    if let Some(by) = options.by {
        let own = store::roles::regions_of(db, by).await?;
        faults.extend(schools::foreign(&mut entries, &own));
    }
    // Counting is writing: without the word it is undone.
    let mut inner = db.begin().await?;
    let counts = schools::apply(&mut inner, dice, now, &entries).await?;
    if options.write {
        inner.commit().await?
    } else {
        inner.rollback().await?
    }
    let mut text = lines(&faults);
    let _ = writeln!(
        text,
        "школы: добавлено {}, изменено {}, без изменений {}; часовых поясов изменено {}",
        counts.added, counts.changed, counts.unchanged, counts.zones
    );
    text.push_str(ending(refused(&faults), options));
    let changes = counts.added + counts.changed + counts.zones;
    Ok(Report { text, refused: refused(&faults), changes, marks: marks(&faults), ..Report::default() })
}

async fn territories(
    db: &mut PgConnection,
    (vault, dice, now): (&Vault, &Dice, DateTime<Utc>),
    table: &table::Table,
    places: &[usize],
    options: &Options,
) -> Result<Report, Error> {
    use sqlx::Connection;
    let (mut entries, mut faults) = territories::read(table, places);
    if let Some(by) = options.by {
        let own = store::territories::own(db, by).await?;
        faults.extend(territories::foreign(&mut entries, &own));
        faults.sort_by_key(|fault| fault.row);
    }
    // Counting is writing: without the word it is undone.
    let mut inner = db.begin().await?;
    let counts = territories::apply(&mut inner, vault, dice, now, &entries).await?;
    if options.write {
        inner.commit().await?
    } else {
        inner.rollback().await?
    }
    let mut text = lines(&faults);
    let _ = writeln!(
        text,
        "территории: добавлено {}, изменено {}, без изменений {}",
        counts.added, counts.changed, counts.unchanged
    );
    text.push_str(ending(refused(&faults), options));
    let changes = counts.added + counts.changed;
    Ok(Report { text, refused: refused(&faults), changes, marks: marks(&faults), ..Report::default() })
}

async fn write(
    db: &mut PgConnection,
    vault: &Vault,
    dice: &Dice,
    now: DateTime<Utc>,
    plan: &Plan,
    options: &Options,
) -> Result<Vec<Card>, Error> {
    let ids = apply::apply(db, vault, dice, now, &plan.people).await?;
    if !options.codes {
        return Ok(Vec::new());
    }
    let pupils: Vec<(&Planned, PersonId)> =
        plan.people.iter().zip(ids).filter(|(person, _)| person.role == Role::Pupil).collect();
    let all: Vec<PersonId> = pupils.iter().map(|(_, id)| *id).collect();
    let lacking = store::codes::lacking(db, &all, now).await?;
    let codes = codes::issue(db, vault, dice, now, &lacking).await?;
    let mut codes: std::collections::HashMap<_, _> = codes.into_iter().collect();
    Ok(pupils.iter().filter_map(|(pupil, id)| Some(card(pupil, codes.remove(id)?))).collect())
}

fn card(pupil: &Planned, code: codes::Code) -> Card {
    let class = pupil.classes.first().map(|class| format!("{} {}", class.grade, class.letter)).unwrap_or_default();
    let profile = &pupil.profile;
    let name = [Some(&profile.last), Some(&profile.first), profile.patronymic.as_ref()];
    Card { class, name: name.into_iter().flatten().cloned().collect::<Vec<_>>().join(" "), code }
}

/// The cards as a table that Excel opens with a double click: UTF-8 with its mark, semicolons.
#[must_use]
pub fn cards_csv(cards: &[Card]) -> String {
    let rows = cards.iter().map(|card| format!("{};{};{}\r\n", card.class, card.name, card.code.shown()));
    std::iter::once("\u{feff}Класс;ФИО;Код\r\n".to_owned()).chain(rows).collect()
}

fn report(plan: &Plan, cards: Vec<Card>, options: &Options) -> Report {
    let mut text = lines(&plan.faults);
    for (row, other) in &plan.near {
        let other = match other {
            Where::Row(other) => format!("строки {other}"),
            Where::Profile(id) => format!("профиля {id}"),
        };
        let _ = writeln!(
            text,
            "похоже на повтор: ученик строки {row} почти не отличается от ученика {other}; исправьте описку или заведите его вручную"
        );
    }
    for (teacher, rows) in &plan.waiting {
        let _ = writeln!(text, "ждут исправления строки {teacher}: строки {}", ranges(rows));
    }
    for (role, word) in [(Role::Teacher, "учителя"), (Role::Pupil, "ученики")] {
        let count = |change| plan.people.iter().filter(|p| p.role == role && p.change == change).count();
        let _ = writeln!(
            text,
            "{word}: добавить {}, перевести в другой класс {}, изменить {}, без изменений {}",
            count(Change::Added),
            count(Change::Moved),
            count(Change::Changed),
            count(Change::Unchanged),
        );
    }
    let moved: Vec<u32> = plan.people.iter().filter(|p| p.change == Change::Moved).map(|p| p.row).collect();
    if !moved.is_empty() {
        let _ = writeln!(text, "переводы: строки {}", ranges(&moved));
    }
    if options.write && options.codes {
        let _ = writeln!(text, "одноразовых кодов сделано: {}", cards.len());
    }
    let refused = refused(&plan.faults) + plan.near.len();
    text.push_str(ending(refused, options));
    let changes = plan.people.iter().filter(|p| p.change != Change::Unchanged).count();
    Report { text, refused, changes, cards, marks: plan_marks(plan), moves: moves(plan), teachers: Vec::new() }
}

fn moves(plan: &Plan) -> Vec<Move> {
    let named = |key: &store::territories::ClassKey| format!("{}{}", key.grade, key.letter);
    let one = |person: &Planned| {
        let to = person.classes.first()?;
        let from = person.was.iter().find(|class| class.school_year == to.school_year)?;
        Some(Move { row: person.row, name: person.profile.short_name(), from: named(from), to: named(to) })
    };
    plan.people.iter().filter(|person| person.change == Change::Moved).filter_map(one).collect()
}

/// What is wrong with each row, as it stands beside the row.
fn marks(faults: &[Fault]) -> BTreeMap<u32, Vec<String>> {
    let mut marks: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for fault in faults {
        let place = fault.column.map(|column| format!("«{}»: ", column.title())).unwrap_or_default();
        marks.entry(fault.row).or_default().push(format!("{place}{}", fault.kind));
    }
    marks
}

fn plan_marks(plan: &Plan) -> BTreeMap<u32, Vec<String>> {
    let mut marks = marks(&plan.faults);
    for (row, _) in &plan.near {
        marks.entry(*row).or_default().push("похоже на повтор; исправьте описку или заведите вручную".to_owned());
    }
    for (teacher, rows) in &plan.waiting {
        for row in rows {
            marks.entry(*row).or_default().push(format!("ждёт исправления строки {teacher}"));
        }
    }
    marks
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

fn refused(faults: &[Fault]) -> usize {
    faults.iter().map(|fault| fault.row).collect::<std::collections::BTreeSet<_>>().len()
}

fn ending(refused: usize, options: &Options) -> &'static str {
    match (options.write, refused) {
        (true, 0) => "записано\n",
        (true, _) => "хорошие строки записаны, остальные исправьте и загрузите файл ещё раз\n",
        (false, 0) => "ничего не записано: это проверка\n",
        (false, _) => "ничего не записано: это проверка; исправьте строки выше, хорошие можно загрузить и без них\n",
    }
}

/// `3, 5–8`.
fn ranges(rows: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &row in rows {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ => runs.push((row, row)),
        }
    }
    let shown = runs.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}–{b}") });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
