//! The teacher's list: the columns of the programme's own, as far as there is something to show in them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{Look, Place};
use crate::{acting::Error, ids::PersonId, people::Profile, seal::Vault, store::pupils as rows};

/// Pupils on one page.
pub const ROWS: usize = 50;

/// Which pupils are to be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those who have not signed in.
    Absent,
    /// Those without a verified phone.
    Unverified,
    /// Those without a linked parent.
    Orphans,
}

impl Filter {
    /// In the order in which they are offered.
    pub const EACH: [Self; 4] = [Self::All, Self::Absent, Self::Unverified, Self::Orphans];

    /// The word in forms and keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Absent => "absent",
            Self::Unverified => "unverified",
            Self::Orphans => "orphans",
        }
    }

    pub(super) fn passes(self, pupil: &rows::Pupil) -> bool {
        match self {
            Self::All => true,
            Self::Absent => !pupil.signed_in,
            Self::Unverified => pupil.relation.is_none(),
            Self::Orphans => !pupil.parent,
        }
    }
}

/// How many pupils there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// Not signed in.
    pub absent: usize,
    /// Without a verified phone.
    pub unverified: usize,
    /// Without a linked parent.
    pub orphans: usize,
    /// With a card that signs in.
    pub cards: usize,
}

impl Counts {
    /// How many pass a filter.
    #[must_use]
    pub const fn of(&self, filter: Filter) -> usize {
        match filter {
            Filter::All => self.all,
            Filter::Absent => self.absent,
            Filter::Unverified => self.unverified,
            Filter::Orphans => self.orphans,
        }
    }
}

pub(super) fn counts(pupils: &[rows::Pupil]) -> Counts {
    let of = |filter: Filter| pupils.iter().filter(|pupil| filter.passes(pupil)).count();
    Counts {
        all: pupils.len(),
        absent: of(Filter::Absent),
        unverified: of(Filter::Unverified),
        orphans: of(Filter::Orphans),
        cards: pupils.iter().filter(|pupil| pupil.card).count(),
    }
}

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
    /// When last heard of, civil.
    pub spoke_at: Option<DateTime<Utc>>,
    /// Whether anybody ever signed in with this profile.
    pub signed_in: bool,
    /// How the verification stands.
    pub phone: Phone,
    /// Whether a parent is linked.
    pub parent: bool,
}

/// What somebody sees of a class or a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it is called.
    pub place: String,
    /// How many there are of each kind.
    pub counts: Counts,
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
    let Some(name) = place.name(db, look.reader).await? else { return Ok(None) };
    let found = rows::of(db, look.reader, place.ids(), look.now).await?;
    let counts = counts(&found);
    let pupils = sorted(vault, found)?.into_iter().filter(|(row, _)| filter.passes(row)).map(|(_, pupil)| pupil);
    let mut pupils: Vec<Pupil> = pupils.skip(past).take(ROWS + 1).collect();
    let more = pupils.len() > ROWS;
    pupils.truncate(ROWS);
    Ok(Some(Seen { place: name, counts, pupils, more }))
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
    let Some(name) = place.name(db, look.reader).await? else { return Ok(None) };
    let found = rows::of(db, look.reader, place.ids(), look.now).await?;
    Ok(Some((name, sorted(vault, found)?)))
}

/// Pupils in the order of their classes and family names, as they are shown.
pub(super) fn sorted(vault: &Vault, found: Vec<rows::Pupil>) -> Result<Vec<(rows::Pupil, Pupil)>, Error> {
    let mut opened = Vec::with_capacity(found.len());
    for row in found {
        let profile = row.profile.as_ref().map(|sealed| Profile::open(vault, row.id, sealed)).transpose()?;
        opened.push((row, profile));
    }
    opened.sort_by_cached_key(|(row, profile)| {
        (row.grade, row.letter.clone(), profile.as_ref().map(Profile::folded_name), row.id)
    });
    let names = named(&opened);
    let shown = opened.into_iter().zip(names).map(|((row, _), name)| {
        let pupil = shown(&row, name);
        (row, pupil)
    });
    Ok(shown.collect())
}

/// What pupils are called: «Имя Ф.», namesakes «Имя О. Ф.», and those whom that does not tell apart are numbered as they stand.
fn named(opened: &[(rows::Pupil, Option<Profile>)]) -> Vec<String> {
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

fn shown(row: &rows::Pupil, name: String) -> Pupil {
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
        spoke_at: row.spoke_at.filter(|_| row.signed_in),
        signed_in: row.signed_in,
        phone,
        parent: row.parent,
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
    };

    fn row(vault: &Vault, id: u128, (last, first, patronymic): (&str, &str, Option<&str>)) -> rows::Pupil {
        let id = PersonId(Uuid::from_u128(id));
        let profile = Profile {
            last: last.to_owned(),
            first: first.to_owned(),
            patronymic: patronymic.map(str::to_owned),
            sex: None,
            birth: None,
            email: None,
        };
        rows::Pupil {
            id,
            profile: Some(profile.seal(vault, id).unwrap()),
            grade: 7,
            letter: "Б".to_owned(),
            signed_in: false,
            spoke_at: None,
            relation: None,
            waits: false,
            parent: false,
            card: false,
        }
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
