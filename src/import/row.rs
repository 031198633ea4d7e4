//! One row of the people table, read on its own: nothing here knows other rows or the database.

use chrono::NaiveDate;

use super::{
    cells::{self, Role},
    column::{Column, PEOPLE},
    fault::{Fault, Kind},
    table::{Cell, Row},
};
use crate::people::{Profile, Sex};

/// What a row is judged by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The day of the import.
    pub today: NaiveDate,
    /// The only school year that is taken, if one was asked for.
    pub school_year: Option<String>,
}

/// A row without faults of its own.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The school's ИНН.
    pub inn: String,
    /// The school's КПП.
    pub kpp: String,
    /// Who.
    pub profile: Profile,
    /// 6–11.
    pub grade: i16,
    /// In upper case.
    pub letter: String,
    /// `2026-2027`.
    pub school_year: String,
}

/// A row as it was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// As the sheet numbers it.
    pub row: u32,
    /// Its role; a mistyped teacher counts as one, so that the pupils below do not fall to the teacher above.
    pub role: Option<Role>,
    /// The school's ИНН, where that much could be read.
    pub inn: Option<String>,
    /// The school's КПП, where that much could be read.
    pub kpp: Option<String>,
    /// The row, or all its faults.
    pub entry: Result<Entry, Vec<Fault>>,
}

struct Faults {
    row: u32,
    found: Vec<Fault>,
}

impl Faults {
    fn note<T>(&mut self, column: Column, read: Result<T, Kind>) -> Option<T> {
        read.map_err(|kind| self.found.push(Fault { row: self.row, column: Some(column), kind })).ok()
    }
}

/// Reads a row whose columns stand at these places (in the order of [`PEOPLE`]).
#[must_use]
pub fn read(row: &Row, places: &[usize], rules: &Rules) -> Read {
    let cell = |column: Column| {
        let at = PEOPLE.iter().position(|c| *c == column).and_then(|n| places.get(n));
        at.map_or(&Cell::Empty, |at| row.cell(*at))
    };
    let mut faults = Faults { row: row.number, found: Vec::new() };
    let inn = faults.note(Column::Inn, cells::inn(cell(Column::Inn)));
    let kpp = faults.note(Column::Kpp, cells::kpp(cell(Column::Kpp)));
    let role = faults.note(Column::Role, cells::role(cell(Column::Role)));
    let profile = profile(&mut faults, cell, role, rules);
    let (grade, letter) = cells::class(cell(Column::Grade), cell(Column::Letter));
    let grade = faults.note(Column::Grade, grade);
    let letter = faults.note(Column::Letter, letter);
    let school_year = faults.note(Column::SchoolYear, school_year(cell(Column::SchoolYear), rules));
    let whole = || {
        let (inn, kpp) = (inn.clone()?, kpp.clone()?);
        Some(Entry { inn, kpp, profile: profile?, grade: grade?, letter: letter?, school_year: school_year? })
    };
    let entry = whole().filter(|_| faults.found.is_empty()).ok_or(faults.found);
    let role = role.or_else(|| cells::may_be_teacher(cell(Column::Role)).then_some(Role::Teacher));
    Read { row: row.number, role, inn, kpp, entry }
}

fn profile<'r>(
    faults: &mut Faults,
    cell: impl Fn(Column) -> &'r Cell,
    role: Option<Role>,
    rules: &Rules,
) -> Option<Profile> {
    let email = faults.note(Column::Email, email(cell(Column::Email), role));
    let last = faults.note(Column::Last, cells::name(cell(Column::Last)));
    let first = faults.note(Column::First, cells::name(cell(Column::First)));
    let patronymic = faults.note(Column::Patronymic, cells::patronymic(cell(Column::Patronymic)));
    let sex: Option<Sex> = faults.note(Column::Sex, cells::sex(cell(Column::Sex)));
    let birth = faults.note(Column::Birth, birth(cell(Column::Birth), role, rules));
    Some(Profile { last: last?, first: first?, patronymic: patronymic?, sex: Some(sex?), birth: birth?, email: email? })
}

fn email(cell: &Cell, role: Option<Role>) -> Result<Option<String>, Kind> {
    match cells::email(cell)? {
        None if role == Some(Role::Teacher) => Err(Kind::MissingRequired),
        email => Ok(email),
    }
}

fn birth(cell: &Cell, role: Option<Role>, rules: &Rules) -> Result<Option<NaiveDate>, Kind> {
    match cells::date(cell)? {
        None if role == Some(Role::Pupil) => Err(Kind::MissingRequired),
        Some(birth) if role == Some(Role::Pupil) && !cells::old_enough(birth, rules.today) => Err(Kind::TooYoung),
        birth => Ok(birth),
    }
}

fn school_year(cell: &Cell, rules: &Rules) -> Result<String, Kind> {
    let year = cells::school_year(cell)?;
    match &rules.school_year {
        Some(asked) if *asked != year => Err(Kind::OtherSchoolYear(asked.clone())),
        _ => Ok(year),
    }
}
