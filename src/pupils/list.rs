//! The teacher's list: the columns of the programme's own. ОВЗ and disability stand in no list: they are looked at one by one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    Look, Place,
    facts::{self, Facts},
    filter::{Counts, Filter},
    groups,
};
use crate::{
    acting::Error,
    consents::state::State,
    ids::{ClassId, GroupId, PersonId, SchoolId},
    people::Profile,
    seal::Vault,
    store::pupils as rows,
};

/// Pupils on one page.
pub const ROWS: usize = 50;

/// How the verification of a phone stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phone {
    /// The pupil's own phone is verified.
    Own,
    /// A relative's is.
    Relative,
    /// First-line support has been asked to verify by hand.
    Waits,
    /// Not yet.
    Open,
}

impl Phone {
    /// The word in keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Relative => "relative",
            Self::Waits => "waits",
            Self::Open => "open",
        }
    }
}

/// A pupil as the page shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pupil {
    /// Who.
    pub id: PersonId,
    /// «Имя Ф.»; of namesakes with the patronymic's initial, and a number where that is the same too.
    pub name: String,
    /// «7Б»
    pub class: String,
    /// Which that is,
    pub seat: ClassId,
    /// in which school.
    pub school: SchoolId,
    /// What the groups are called.
    pub groups: Vec<(GroupId, String)>,
    /// When last heard of, civil.
    pub spoke_at: Option<DateTime<Utc>>,
    /// Whether anybody ever signed in with this profile.
    pub signed_in: bool,
    /// How the verification stands.
    pub phone: Phone,
    /// Whether a parent is linked.
    pub parent: bool,
    /// The consent of this season.
    pub consent: State,
}

/// What somebody sees of a class or a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it is called.
    pub place: String,
    /// How many there are of each kind.
    pub counts: Counts,
    /// How many pass the filter.
    pub passing: usize,
    /// Those who pass the filter, in the order of their classes and family names, as many as a page holds.
    pub pupils: Vec<Pupil>,
    /// Whether there are more.
    pub more: bool,
}

/// What a reader sees of a place, behind the first `past` who pass the filter; `None`: it is out of scope, or not there.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn see(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    place: Place,
    (filter, past): (Filter, usize),
) -> Result<Option<Seen>, Error> {
    let Some(name) = place.name(db, vault, look.reader).await? else { return Ok(None) };
    let found = facts::of(db, vault, look, (place, None)).await?;
    let counts = Counts::of(&found);
    let pupils = sorted(vault, found)?.into_iter().filter(|(facts, _)| filter.passes(facts)).map(|(_, pupil)| pupil);
    let pupils: Vec<Pupil> = pupils.collect();
    let passing = pupils.len();
    let mut pupils: Vec<Pupil> = pupils.into_iter().skip(past).take(ROWS + 1).collect();
    let more = pupils.len() > ROWS;
    pupils.truncate(ROWS);
    groups::name(db, vault, look.reader, &mut pupils).await?;
    Ok(Some(Seen { place: name, counts, passing, pupils, more }))
}

/// One pupil of a place; `None`: out of scope, or not there.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn one(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    (place, pupil): (Place, PersonId),
) -> Result<Option<(Facts, Pupil)>, Error> {
    let mut found = sorted(vault, facts::of(db, vault, look, (place, Some(pupil))).await?)?;
    let Some((facts, mut pupil)) = found.pop() else { return Ok(None) };
    groups::name(db, vault, look.reader, std::slice::from_mut(&mut pupil)).await?;
    Ok(Some((facts, pupil)))
}

/// Who passes a filter in a place, in the list's order; `None`: it is out of scope, or not there.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn who(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    (place, filter): (Place, Filter),
) -> Result<Option<Vec<Pupil>>, Error> {
    if place.school(db, look.reader).await?.is_none() {
        return Ok(None);
    }
    let found = sorted(vault, facts::of(db, vault, look, (place, None)).await?)?;
    Ok(Some(found.into_iter().filter(|(facts, _)| filter.passes(facts)).map(|(_, pupil)| pupil).collect()))
}

/// The pupils of a place whom somebody sees.
///
/// # Errors
/// When the database fails.
pub async fn ids(db: &mut PgConnection, vault: &Vault, look: Look, place: Place) -> Result<Vec<PersonId>, Error> {
    Ok(facts::of(db, vault, look, (place, None)).await?.into_iter().map(|facts| facts.row.id).collect())
}

/// All that a reader sees of a place, and what the place is called; `None`: it is out of scope, or not there.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn all(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    place: Place,
) -> Result<Option<(String, Vec<(rows::Pupil, Pupil)>)>, Error> {
    let Some(name) = place.name(db, vault, look.reader).await? else { return Ok(None) };
    let found = sorted(vault, facts::of(db, vault, look, (place, None)).await?)?;
    Ok(Some((name, found.into_iter().map(|(facts, pupil)| (facts.row, pupil)).collect())))
}

/// Pupils in the order of their classes and family names, as they are shown.
pub(super) fn sorted(vault: &Vault, found: Vec<Facts>) -> Result<Vec<(Facts, Pupil)>, Error> {
    let mut opened = Vec::with_capacity(found.len());
    for facts in found {
        let row = &facts.row;
        let profile = row.profile.as_ref().map(|sealed| Profile::open(vault, row.id, sealed)).transpose()?;
        opened.push((facts, profile));
    }
    opened.sort_by_cached_key(|(Facts { row, .. }, profile)| {
        (row.grade, row.letter.clone(), profile.as_ref().map(Profile::folded_name), row.id)
    });
    let names = named(&opened);
    let shown = opened.into_iter().zip(names).map(|((facts, _), name)| {
        let pupil = shown(&facts, name);
        (facts, pupil)
    });
    Ok(shown.collect())
}

/// What pupils are called: «Имя Ф.», namesakes «Имя О. Ф.», and those whom that does not tell apart are numbered as they stand.
fn named(opened: &[(Facts, Option<Profile>)]) -> Vec<String> {
    let mut names: Vec<String> = opened.iter().map(|(_, profile)| short(profile.as_ref())).collect();
    let alike = counted(&names);
    for (name, (_, profile)) in names.iter_mut().zip(opened) {
        if let (Some(profile), true) = (profile, alike.get(name).is_some_and(|count| *count > 1)) {
            *name = told_apart(profile);
        }
    }
    let (alike, mut before) = (counted(&names), BTreeMap::new());
    for name in &mut names {
        let number = before.entry(name.clone()).or_insert(0);
        *number += 1;
        if alike.get(name).is_some_and(|count| *count > 1) {
            *name = format!("{name} ({number})");
        }
    }
    names
}

fn counted(names: &[String]) -> BTreeMap<String, usize> {
    names.iter().fold(BTreeMap::new(), |mut counts, name| {
        *counts.entry(name.clone()).or_default() += 1;
        counts
    })
}

fn short(profile: Option<&Profile>) -> String {
    profile.map(Profile::short_name).unwrap_or_default()
}

/// «Имя О. Ф.»
fn told_apart(profile: &Profile) -> String {
    let initial = |name: &str| name.chars().next().map(|initial| format!(" {initial}.")).unwrap_or_default();
    let patronymic = profile.patronymic.as_deref().map(initial).unwrap_or_default();
    format!("{}{patronymic}{}", profile.first, initial(&profile.last))
}

fn shown(Facts { row, consent }: &Facts, name: String) -> Pupil {
    let phone = match row.relation.as_deref() {
        Some("self") => Phone::Own,
        Some(_) => Phone::Relative,
        None if row.waits => Phone::Waits,
        None => Phone::Open,
    };
    Pupil {
        id: row.id,
        name,
        class: format!("{}{}", row.grade, row.letter),
        seat: row.class,
        school: row.school,
        groups: row.groups.iter().map(|group| (*group, String::new())).collect(),
        spoke_at: row.spoke_at.filter(|_| row.signed_in),
        signed_in: row.signed_in,
        phone,
        parent: row.parent,
        consent: *consent,
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use uuid::Uuid;

    use super::*;
    use crate::{
        ids::Dice,
        seal::{Keys, fresh_key},
        store::pupils::Pupil as Row,
    };

    fn row(vault: &Vault, id: u128, (last, first, patronymic): (&str, &str, Option<&str>)) -> Facts {
        let id = PersonId(Uuid::from_u128(id));
        let profile = Profile {
            last: last.to_owned(),
            first: first.to_owned(),
            patronymic: patronymic.map(str::to_owned),
            sex: None,
            birth: None,
            email: None,
        };
        let row = Row {
            id,
            profile: Some(profile.seal(vault, id).unwrap()),
            class: ClassId(Uuid::nil()),
            school: SchoolId(Uuid::nil()),
            school_year: "2026-2027".to_owned(),
            grade: 7,
            letter: "Б".to_owned(),
            groups: Vec::new(),
            reached: false,
            signed_in: false,
            spoke_at: None,
            relation: None,
            waits: false,
            parent: false,
            card: false,
        };
        Facts { row, consent: State::PupilOwes }
    }

    #[test]
    fn pupils_stand_in_the_order_of_the_alphabet_and_namesakes_are_told_apart() {
        let dice = Dice::loaded(1);
        let fields = format!("1:{}", fresh_key(&dice).expose_secret());
        let vault = Vault::new(Keys::parse(&fields.into(), &fresh_key(&dice)).unwrap());
        let people = [
            ("Яковлев", "Анна", None),
            ("Ёлкина", "Анна", Some("Петровна")),
            ("Жукова", "Анна", None),
            ("Егорова", "Анна", None),
            ("Ельцова", "Анна", Some("Олеговна")),
            ("Яшина", "Анна", None),
        ];
        let rows = (0..).zip(people).map(|(id, name)| row(&vault, id, name)).collect();
        let names: Vec<String> = sorted(&vault, rows).unwrap().into_iter().map(|(_, pupil)| pupil.name).collect();
        assert_eq!(names, ["Анна Е.", "Анна Ё.", "Анна О. Е.", "Анна Ж.", "Анна Я. (1)", "Анна Я. (2)"]);
    }
}
