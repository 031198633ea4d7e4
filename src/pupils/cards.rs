//! Cards to sign in with: codes are made when they are printed, and whoever had one before has the new one only.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Look, Place,
    facts::{self, Facts},
    filter::{Filter, Lack},
    list::{Pupil, sorted},
};
use crate::{
    acting::Error,
    ids::{Dice, PersonId},
    journal::{self, Act, Entry},
    people::codes::{self, Code},
    seal::Vault,
    store::pupils as rows,
};

/// Whose cards are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Those who have not signed in.
    Absent,
    /// Everybody's.
    All,
}

impl Whose {
    const fn filter(self) -> Filter {
        match self {
            Self::Absent => Filter::one(Lack::SignIn),
            Self::All => Filter::ALL,
        }
    }
}

/// Cards that were made.
#[derive(Clone, Debug)]
pub struct Made {
    /// What the class or the school is called.
    pub place: String,
    /// What the school is called.
    pub school: String,
    /// Whose, and the codes, in the order of the list.
    pub cards: Vec<(Pupil, Code)>,
}

/// What makes codes.
#[derive(Clone, Copy, Debug)]
pub struct Press<'p> {
    /// Hashes them.
    pub vault: &'p Vault,
    /// Throws them.
    pub dice: &'p Dice,
}

/// Makes codes for the pupils of a place. `None`: it is out of scope, or not there. Whoever keeps them [`record`]s it.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn print(
    db: &mut PgConnection,
    press: Press<'_>,
    look: Look,
    place: Place,
    whose: Whose,
) -> Result<Option<Made>, Error> {
    make(db, press, look, place, None, |facts| whose.filter().passes(facts)).await
}

/// Writes into the journal that cards were printed: once there is a sheet, for whoever writes a line holds all others up.
///
/// # Errors
/// When the database fails.
pub async fn record(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    (place, whose): (Place, Whose),
    cards: usize,
) -> Result<(), Error> {
    let whose = whose.filter().word();
    let detail = [("place", place.named()), ("whose", whose), ("cards", cards.to_string())];
    let entry = Entry::of(Some(look.reader), Act::CardsPrinted, None, detail);
    Ok(journal::write(db, vault, look.now, &entry).await?)
}

/// Makes a code for one pupil of a place. `None`: there is none such, or it is out of scope.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn reissue(
    db: &mut PgConnection,
    press: Press<'_>,
    look: Look,
    place: Place,
    pupil: Uuid,
) -> Result<Option<(Pupil, Code)>, Error> {
    let made = make(db, press, look, place, Some(PersonId(pupil)), |_| true).await?;
    let Some((pupil, code)) = made.and_then(|made| made.cards.into_iter().next()) else { return Ok(None) };
    let entry = Entry::of(Some(look.reader), Act::CodeReissued, Some(pupil.id.0), [("place", place.named())]);
    journal::write(db, press.vault, look.now, &entry).await?;
    Ok(Some((pupil, code)))
}

async fn make(
    db: &mut PgConnection,
    press: Press<'_>,
    look: Look,
    place: Place,
    one: Option<PersonId>,
    pick: impl Fn(&Facts) -> bool,
) -> Result<Option<Made>, Error> {
    let Some(class) = rows::seen(db, look.reader, place.of()).await? else { return Ok(None) };
    let found = facts::of(db, press.vault, look, (place, one)).await?;
    let pupils: Vec<Pupil> =
        sorted(press.vault, found)?.into_iter().filter(|(facts, _)| pick(facts)).map(|(_, pupil)| pupil).collect();
    let ids: Vec<_> = pupils.iter().map(|pupil| pupil.id).collect();
    rows::hold(db, &ids).await?;
    let made = codes::issue(db, press.vault, press.dice, look.now, &ids).await?;
    let cards = pupils.into_iter().zip(made).map(|(pupil, (_, code))| (pupil, code)).collect();
    Ok(Some(Made { place: place.called(&class), school: class.school_name, cards }))
}
