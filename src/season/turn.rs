//! The turn of a season: classes go up, grade 11 leaves to the archive, and whoever taught a class teaches it on.
//!
//! A school turns in one transaction, and once: whoever has gone up sits in no class of the old year any more, so whatever breaks it
//! off is mended by calling it again. Verification and groups stay; consents are per season and ask by themselves; staff confirm
//! by themselves too. There is no way back: a class of the old year can't be told from one that an import has brought meanwhile.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    ids::{ClassId, Dice, SchoolId},
    journal::{self, Act, Entry},
    seal::Vault,
    store::{
        classes,
        season_turns::{self, Seat},
    },
};

/// The last grade of the programme.
const LAST: i16 = 11;

/// From which school year to which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Years {
    /// `2026-2027`
    pub from: String,
    /// `2027-2028`
    pub to: String,
}

impl Years {
    /// The year that is left, and the one that follows it. `None`: not a school year.
    #[must_use]
    pub fn leaving(from: &str) -> Option<Self> {
        let (begins, ends) = from.split_once('-')?;
        let (begins, ends): (u16, u16) = (begins.parse().ok()?, ends.parse().ok()?);
        let next = ends.checked_add(1)?;
        let sound = from.len() == 9 && begins.checked_add(1) == Some(ends);
        sound.then(|| Self { from: from.to_owned(), to: format!("{ends}-{next}") })
    }
}

/// What the turn does in a school.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Pupils who go up.
    pub up: usize,
    /// Pupils of grade 11 who leave.
    pub left: usize,
    /// Pupils whom an import has brought to the new year before.
    pub ahead: usize,
    /// Seats of teachers that go along with their classes.
    pub teachers: usize,
}

impl Turned {
    fn of(seats: &[Seat]) -> Self {
        let mut turned = Self::default();
        for seat in seats {
            match (seat.kind.as_str(), seat.ahead) {
                ("pupil", true) => turned.ahead += 1,
                ("pupil", false) if seat.grade >= LAST => turned.left += 1,
                ("pupil", false) => turned.up += 1,
                _ if seat.grade < LAST => turned.teachers += 1,
                _ => {}
            }
        }
        turned
    }
}

/// What would come of it; nothing is written.
///
/// # Errors
/// When the database fails.
pub async fn look(db: &mut PgConnection, school: SchoolId, years: &Years) -> sqlx::Result<Turned> {
    let seats = season_turns::seats(db, school, (&years.from, &years.to)).await?;
    Ok(Turned::of(&seats))
}

/// Turns one school, within the caller's transaction.
///
/// # Errors
/// When the database fails; then the school is as it was.
pub async fn turn(
    db: &mut PgConnection,
    (vault, dice): (&Vault, &Dice),
    school: SchoolId,
    years: &Years,
    now: DateTime<Utc>,
) -> sqlx::Result<Turned> {
    let seats = season_turns::seats(&mut *db, school, (&years.from, &years.to)).await?;
    let turned = Turned::of(&seats);
    if seats.is_empty() {
        return Ok(turned);
    }
    let mut classes: BTreeMap<ClassId, ClassId> = BTreeMap::new();
    let mut taken = Vec::with_capacity(seats.len());
    for seat in seats.iter().filter(|seat| seat.grade < LAST && !seat.ahead) {
        let class = match classes.get(&seat.class) {
            Some(class) => *class,
            None => {
                let new = ClassId(dice.uuid(now));
                let name = (seat.grade + 1, seat.letter.as_str());
                let class = season_turns::class(&mut *db, new, (school, &years.to), name).await?;
                classes.insert(seat.class, class);
                class
            }
        };
        taken.push((dice.uuid(now), seat.person, seat.kind.as_str(), class));
    }
    let leavers = seats.iter().filter(|seat| seat.kind == "pupil" && seat.grade >= LAST && !seat.ahead);
    let leavers: Vec<_> = leavers.map(|seat| seat.person).collect();
    classes::archive(&mut *db, (&leavers, None), now).await?;
    let left: Vec<_> = seats.iter().map(|seat| seat.role).collect();
    season_turns::leave(&mut *db, &left, now).await?;
    season_turns::take(&mut *db, &taken, now).await?;
    let count = |many: usize| many.to_string();
    let detail = [
        ("from", years.from.clone()),
        ("up", count(turned.up)),
        ("left", count(turned.left)),
        ("teachers", count(turned.teachers)),
    ];
    journal::write(db, vault, now, &Entry::of(None, Act::SeasonTurned, Some(school.0), detail)).await?;
    Ok(turned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_school_year_is_left_for_the_next() {
        let years = Years::leaving("2026-2027").unwrap();
        assert_eq!((years.from.as_str(), years.to.as_str()), ("2026-2027", "2027-2028"));
        for wrong in ["2026", "2026-2028", "26-27", "2027-2026", " 2026-2027", "2026-2027 ", ""] {
            assert_eq!(Years::leaving(wrong), None, "{wrong}");
        }
    }
}
