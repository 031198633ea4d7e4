//! Raising a signal: what happened elsewhere is brought to a person's conversation, once, whenever it waits for that.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    ids::PersonId,
    message::Args,
    seal::{Place, Vault},
    store::signals,
};

/// A signal that is raised.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Unlike any other's: raised twice it is one signal.
    pub id: Uuid,
    /// Whose conversation waits for it, or will.
    pub person: PersonId,
    /// Its name in flows.
    pub name: String,
    /// What it is about, where several may be waited for at once: an id of at most 64 ASCII letters, digits, `_` and `-`.
    pub about: Option<String>,
    /// What it brings; people and phones by reference.
    pub brings: Args,
    /// Worth nothing from then on.
    pub until: DateTime<Utc>,
}

/// Raises a signal in the transaction of whoever knows of it: with that commit it stands, and it is brought once. Whoever
/// is in a hurry nudges the timers' topic afterwards. Gives whether it is new.
///
/// # Errors
/// When the database fails or what it brings can't be written.
pub async fn raise(db: &mut PgConnection, vault: &Vault, signal: Signal, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let brings = serde_json::to_vec(&signal.brings).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let sealed = vault.seal(place(signal.id.as_bytes()), &brings);
    let Signal { id, person, name, about, until, .. } = signal;
    signals::raise(db, &signals::Signal { id, person, name, about, brings: sealed, until }, now).await
}

/// What a signal brings; `None`: it does not open any more.
pub(crate) fn open(vault: &Vault, id: Uuid, brings: &[u8]) -> Option<Args> {
    let plain = vault.open(place(id.as_bytes()), brings).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// Where what it brings is sealed.
fn place(id: &[u8]) -> Place<'_> {
    Place { table: "signal", column: "brings", row: id }
}
