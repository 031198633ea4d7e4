//! Near-duplicates: rows that are probably a slip of the pen for a pupil who is there already.
//!
//! Narrow on purpose. Twins share everything but the first name, so a first name must be equal; namesakes of one school
//! share all but the date, so a date must be one digit or one swap away.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use crate::{
    ids::SchoolId,
    people::{Profile, Sex},
};

/// A pupil to be found again: `T` tells where he or she stands.
#[derive(Clone, Debug)]
struct Pupil<T> {
    name: [String; 3],
    birth: Option<NaiveDate>,
    sex: Option<Sex>,
    at: T,
}

/// The pupils seen so far, by what a near-duplicate shares with them.
#[derive(Debug)]
pub struct Nearby<T> {
    by_birth: HashMap<(SchoolId, Option<NaiveDate>, String), Vec<Pupil<T>>>,
    by_name: HashMap<(SchoolId, [String; 3]), Vec<Pupil<T>>>,
}

impl<T> Default for Nearby<T> {
    fn default() -> Self {
        Self { by_birth: HashMap::new(), by_name: HashMap::new() }
    }
}

impl<T: Copy> Nearby<T> {
    /// Remembers a pupil.
    pub fn add(&mut self, school: SchoolId, profile: &Profile, at: T) {
        let pupil = Pupil { name: profile.folded_name(), birth: profile.birth, sex: profile.sex, at };
        let [_, first, _] = pupil.name.clone();
        self.by_birth.entry((school, pupil.birth, first)).or_default().push(pupil.clone());
        self.by_name.entry((school, pupil.name.clone())).or_default().push(pupil);
    }

    /// Where a pupil stands who is nearly this one.
    pub fn find(&self, school: SchoolId, profile: &Profile) -> Option<T> {
        let name = profile.folded_name();
        let born_together = self.by_birth.get(&(school, profile.birth, name[1].clone())).into_iter().flatten();
        let namesakes = self.by_name.get(&(school, name.clone())).into_iter().flatten();
        let slip = born_together.filter(|p| p.sex == profile.sex).find(|p| one_slip(&p.name, &name));
        let slip = slip.or_else(|| namesakes.into_iter().find(|p| p.at_one_slip(profile)));
        slip.map(|p| p.at)
    }
}

impl<T> Pupil<T> {
    /// The same name: another sex on the same date, or a date one slip away.
    fn at_one_slip(&self, other: &Profile) -> bool {
        match (self.birth, other.birth) {
            (Some(a), Some(b)) if a == b => self.sex != other.sex,
            (Some(a), Some(b)) => self.sex == other.sex && (swapped(a, b) || one_digit(a, b)),
            _ => false,
        }
    }
}

/// One letter more, less or other in family name and patronymic together, or the patronymic missing on one side.
fn one_slip(a: &[String; 3], b: &[String; 3]) -> bool {
    let patronymic_missing = a[0] == b[0] && (a[2].is_empty() != b[2].is_empty());
    let slips = |at: usize| match (a[at] == b[at], within_one(&a[at], &b[at])) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 9,
    };
    patronymic_missing || slips(0) + slips(2) == 1
}

/// Whether one letter more, less or other makes the words equal.
fn within_one(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    let (past_a, past_b) = (a.get(1..).unwrap_or_default(), b.get(1..).unwrap_or_default());
    past_a == past_b || past_a == b || a == past_b
}

fn swapped(a: NaiveDate, b: NaiveDate) -> bool {
    a.year() == b.year() && a.day() == b.month() && a.month() == b.day()
}

fn one_digit(a: NaiveDate, b: NaiveDate) -> bool {
    let (a, b) = (a.format("%d%m%Y").to_string(), b.format("%d%m%Y").to_string());
    a.bytes().zip(b.bytes()).filter(|(x, y)| x != y).count() == 1
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const SCHOOL: SchoolId = SchoolId(Uuid::nil());

    fn pupil(last: &str, first: &str, patronymic: &str, date: (i32, u32, u32)) -> Profile {
        Profile {
            last: last.into(),
            first: first.into(),
            patronymic: (!patronymic.is_empty()).then(|| patronymic.into()),
            sex: Some(Sex::Female),
            birth: NaiveDate::from_ymd_opt(date.0, date.1, date.2),
            email: None,
        }
    }

    fn near(a: &Profile, b: &Profile) -> bool {
        let mut nearby = Nearby::default();
        nearby.add(SCHOOL, a, ());
        nearby.find(SCHOOL, b).is_some()
    }

    #[test]
    fn a_slip_of_the_pen_is_near() {
        let anna = pupil("Волкова", "Анна", "Ильинична", (2012, 4, 3));
        for slip in [
            pupil("Волква", "Анна", "Ильинична", (2012, 4, 3)),
            pupil("Волкова", "Анна", "", (2012, 4, 3)),
            pupil("Волкова", "Анна", "Ильинична", (2012, 3, 4)),
            pupil("Волкова", "Анна", "Ильинична", (2013, 4, 3)),
            Profile { sex: Some(Sex::Male), ..anna.clone() },
        ] {
            assert!(near(&anna, &slip) && near(&slip, &anna));
        }
    }

    #[test]
    fn twins_and_namesakes_are_not() {
        let anna = pupil("Волкова", "Анна", "Ильинична", (2012, 4, 3));
        for other in [
            pupil("Волкова", "Инна", "Ильинична", (2012, 4, 3)),
            pupil("Волкова", "Анна", "Ильинична", (2011, 9, 3)),
            pupil("Цой", "Анна", "Ильинична", (2012, 4, 3)),
            anna.clone(),
        ] {
            assert!(!near(&anna, &other));
        }
    }
}
