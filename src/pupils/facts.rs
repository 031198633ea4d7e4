//! What is known of pupils before anybody's name is opened.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::{Look, Place};
use crate::{
    acting::Error,
    consents::{self, state::State},
    ids::PersonId,
    seal::Vault,
    store::pupils as rows,
    territory,
};

/// One pupil within a reader's scope.
#[derive(Clone, Debug)]
pub struct Facts {
    /// As the database has it.
    pub row: rows::Pupil,
    /// The consent of the class's school year.
    pub consent: State,
}

impl Facts {
    /// Whether there is a consent.
    #[must_use]
    pub const fn consents(&self) -> bool {
        self.consent.is_given()
    }
}

/// The pupils of a place, as far as somebody sees their classes; `one`: only this one.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn of(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    (place, one): (Place, Option<PersonId>),
) -> Result<Vec<Facts>, Error> {
    let rows = rows::of(db, look.reader, place.of(), one, look.now).await?;
    let mut years: BTreeMap<&str, Vec<PersonId>> = BTreeMap::new();
    for row in &rows {
        years.entry(&row.school_year).or_default().push(row.id);
    }
    // Whoever looks lives where the pupils do, or near enough for a birthday.
    let today = look.now.with_timezone(&territory::zone(db, look.reader).await?).date_naive();
    let mut states: BTreeMap<PersonId, State> = BTreeMap::new();
    for (year, people) in years {
        states.extend(consents::states(db, vault, (year, today), &people).await?);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let consent = states.get(&row.id).copied().unwrap_or(State::PupilOwes);
            Facts { row, consent }
        })
        .collect())
}
