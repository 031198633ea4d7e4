//! One class or one pupil put in by hand, by the very rules that a table's rows are judged by.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    apply,
    cells::{self, Role},
    column::{Column, PEOPLE},
    fault::{Fault, Kind},
    plan::{self, Change, Planned, Where},
    row::{self, Rules},
    table::{Cell, Row},
};
use crate::{
    acting::Error,
    ids::PersonId,
    seal::Vault,
    store::{classes::Seat, territories::ClassKey},
};

/// A pupil as somebody typed one in.
#[derive(Clone, Default)]
pub struct Draft {
    /// Фамилия.
    pub last: String,
    /// Имя.
    pub first: String,
    /// Отчество, or nothing.
    pub patronymic: String,
    /// М or Ж.
    pub sex: String,
    /// ДД.ММ.ГГГГ.
    pub birth: String,
    /// Or nothing.
    pub email: String,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draft(…)")
    }
}

/// What a pupil who is put in by hand comes to.
#[derive(Debug)]
pub enum Judged {
    /// May be added.
    Good(Planned),
    /// What is wrong with it.
    Faults(Vec<Fault>),
    /// Is there already.
    Known(PersonId),
    /// Nearly is somebody who is there: perhaps a slip of the pen.
    Near(PersonId),
}

/// Judges a pupil who is to sit in a class. `alike`: whoever nearly is somebody else is somebody else. The caller holds every other
/// import off ([`crate::store::roles::import_alone`]).
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn pupil(
    db: &mut PgConnection,
    vault: &Vault,
    (draft, alike): (&Draft, bool),
    seat: &Seat,
    now: DateTime<Utc>,
) -> Result<Judged, Error> {
    let rules = Rules { today: now.date_naive(), school_year: None };
    let places: Vec<usize> = (0..PEOPLE.len()).collect();
    let read = row::read(&written(draft, seat), &places, &rules);
    let snapshot = apply::snapshot(db, vault, std::slice::from_ref(&read), None).await?;
    let mut plan = plan::one(read, snapshot, seat.key.clone(), alike);
    if !plan.faults.is_empty() {
        return Ok(Judged::Faults(plan.faults));
    }
    if let Some((_, Where::Profile(other))) = plan.near.first() {
        return Ok(Judged::Near(*other));
    }
    Ok(match plan.people.pop() {
        Some(planned) if planned.change == Change::Added => Judged::Good(planned),
        Some(Planned { id: Some(known), .. }) => Judged::Known(known),
        _ => Judged::Faults(Vec::new()),
    })
}

fn written(draft: &Draft, seat: &Seat) -> Row {
    let grade = seat.key.grade.to_string();
    let cell = |column: &Column| {
        let text = match column {
            Column::Inn => &seat.inn,
            Column::Kpp => &seat.kpp,
            Column::Role => "ученик",
            Column::Email => &draft.email,
            Column::Last => &draft.last,
            Column::First => &draft.first,
            Column::Patronymic => &draft.patronymic,
            Column::Sex => &draft.sex,
            Column::Birth => &draft.birth,
            Column::Grade => &grade,
            Column::Letter => &seat.key.letter,
            Column::SchoolYear => &seat.key.school_year,
            _ => "",
        };
        // What a cell of a sheet would be cut to as well.
        Cell::Text(text.chars().take(400).collect())
    };
    Row { number: 0, cells: PEOPLE.iter().map(cell).collect() }
}

/// Reads what somebody typed in for a class of a school.
///
/// # Errors
/// What is wrong with it, by column.
pub fn class(
    school: crate::ids::SchoolId,
    (grade, letter, school_year): (&str, &str, &str),
) -> Result<ClassKey, Vec<(Column, Kind)>> {
    let cell = |text: &str| Cell::Text(text.chars().take(40).collect());
    let (grade, letter) = cells::class(&cell(grade), &cell(letter));
    let year = cells::school_year(&cell(school_year));
    match (grade, letter, year) {
        (Ok(grade), Ok(letter), Ok(school_year)) => Ok(ClassKey { school, school_year, grade, letter }),
        (grade, letter, year) => Err([
            grade.err().map(|kind| (Column::Grade, kind)),
            letter.err().map(|kind| (Column::Letter, kind)),
            year.err().map(|kind| (Column::SchoolYear, kind)),
        ]
        .into_iter()
        .flatten()
        .collect()),
    }
}

/// A pupil who is known, put into a class: nothing of the profile changes.
#[must_use]
pub fn seated(id: PersonId, profile: crate::people::Profile, class: ClassKey) -> Planned {
    Planned {
        id: Some(id),
        role: Role::Pupil,
        profile,
        classes: vec![class],
        was: Vec::new(),
        row: 0,
        change: Change::Moved,
    }
}
