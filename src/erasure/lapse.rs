//! Profiles without a consent: from the season's day on they go, once whoever answers for the territory has looked at how many and
//! confirmed it. A consent that stands on record, a confirmation as well as a paper, keeps its pupil, whatever became of the
//! original.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::{
    acting::Error,
    calendar::Seasons,
    ids::{Dice, PersonId},
    journal::{self, Act, Entry},
    people::erase::{self, HOLD},
    seal::Vault,
    store::{
        erasures::{self, NewErasure},
        lapses,
    },
    territory,
};

pub use crate::store::lapses::Lapsed;

/// What whoever answers for a territory sees of a season's missing consents.
#[derive(Clone, Debug)]
pub struct Missing {
    /// `2026-2027`
    pub season: String,
    /// From which day on their profiles may go.
    pub day: NaiveDate,
    /// Whether that day has come, in the reader's zone.
    pub open: bool,
    /// School by school.
    pub schools: Vec<Lapsed>,
    /// How many there are.
    pub all: i64,
}

impl Missing {
    /// How many there are, as a page counts.
    #[must_use]
    pub fn all_shown(&self) -> usize {
        usize::try_from(self.all).unwrap_or_default()
    }
}

/// How it stands; `None`: no season runs, or it has no such day.
///
/// # Errors
/// When the database fails.
pub async fn look(
    db: &mut PgConnection,
    seasons: &Seasons,
    staff: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Missing>> {
    let today = now.with_timezone(&territory::zone(&mut *db, staff).await?).date_naive();
    let Some((season, days)) = seasons.on(today).and_then(|season| Some((season, season.consents?))) else {
        return Ok(None);
    };
    let schools = lapses::schools(db, staff, &season.key).await?;
    let all = schools.iter().map(Lapsed::all).sum();
    Ok(Some(Missing { season: season.key.clone(), day: days.delete, open: today >= days.delete, schools, all }))
}

/// What came of confirming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// They are blocked; the act's number.
    Act(i64),
    /// There are others now than those that were shown.
    Changed,
    /// Not yet, or nobody is concerned.
    Nothing,
}

/// Blocks those whose consent is missing, by one act, if they are as many as were shown.
///
/// # Errors
/// When the database fails.
pub async fn confirm(
    db: &mut PgConnection,
    (vault, dice): (&Vault, &Dice),
    seasons: &Seasons,
    (staff, shown): (PersonId, i64),
    now: DateTime<Utc>,
) -> Result<Confirmed, Error> {
    let Some(missing) = look(&mut *db, seasons, staff, now).await?.filter(|missing| missing.open) else {
        return Ok(Confirmed::Nothing);
    };
    let people = lapses::pupils(&mut *db, staff, &missing.season).await?;
    if people.len() as i64 != shown {
        return Ok(Confirmed::Changed);
    }
    let Ok(count) = i32::try_from(people.len()) else { return Ok(Confirmed::Changed) };
    if count == 0 {
        return Ok(Confirmed::Nothing);
    }
    let id = dice.uuid(now);
    let new = NewErasure {
        id,
        ground: "no_consent",
        season: Some(&missing.season),
        asked_by: staff,
        due: now + HOLD,
        people: count,
    };
    let number = erasures::begin(&mut *db, &new, staff, now).await?;
    erase::block(&mut *db, dice, id, (&people, staff), now).await?;
    let detail = [("number", number.to_string()), ("people", count.to_string()), ("season", missing.season)];
    journal::write(db, vault, now, &Entry::of(Some(staff), Act::ErasureAsked, Some(id), detail)).await?;
    Ok(Confirmed::Act(number))
}
