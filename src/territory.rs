//! What the territory tree says to somebody who belongs to a school in it.
//!
//! The nearest territory that says something wins: the municipality, then what lies above it.

use std::{collections::BTreeMap, fmt};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use zeroize::Zeroizing;

use crate::{
    acting::{Acted, Acting, Error},
    flow::Reply,
    ids::{PersonId, TerritoryId},
    message::Value,
    seal::{Place, Vault},
    store::territories,
};

/// The zone of somebody who belongs nowhere.
pub const DEFAULT_ZONE: Tz = Tz::Europe__Moscow;
/// What may be dialled unless a territory says otherwise: Russian mobile numbers.
pub const DEFAULT_DESTINATION: &str = "+79";

/// The zone in which this person reads dates.
///
/// # Errors
/// When the database fails.
pub async fn zone(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Tz> {
    let above = territories::above(db, person).await?;
    let zone = above.iter().find_map(|t| t.zone.as_deref()).and_then(|zone| zone.parse().ok());
    Ok(zone.unwrap_or(DEFAULT_ZONE))
}

/// The phone prefixes that may be dialled for this person.
///
/// # Errors
/// When the database fails.
pub async fn destinations(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<String>> {
    let above = territories::above(db, person).await?;
    let said = above.into_iter().find_map(|t| t.destinations);
    Ok(said.unwrap_or_else(|| vec![DEFAULT_DESTINATION.to_owned()]))
}

/// One contact of a territory.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Who answers.
    pub name: String,
    /// A phone, as it is to be read.
    pub phone: String,
    /// An e-mail.
    pub email: String,
    /// Street and house.
    pub address: String,
    /// A room, with the word for it: «каб. 12».
    pub room: String,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// What a territory says for itself and for all below it.
#[derive(Clone, Debug, Default)]
pub struct Says<'t> {
    /// IANA zone; `None` leaves it.
    pub zone: Option<&'t str>,
    /// Phone prefixes that may be dialled; `None` leaves them.
    pub destinations: Option<Vec<String>>,
    /// Contacts; none leaves them.
    pub contacts: Vec<Contact>,
}

/// Sets what a territory says. `true`: something changed.
///
/// # Errors
/// When the database fails, or the contacts of before do not open.
pub async fn set(db: &mut PgConnection, vault: &Vault, id: TerritoryId, says: &Says<'_>) -> Result<bool, Error> {
    let changed = territories::set(db, id, says.zone, says.destinations.as_deref()).await?;
    if says.contacts.is_empty() || contacts_of(db, vault, &[id]).await?.remove(&id).is_some_and(|b| b == says.contacts)
    {
        return Ok(changed);
    }
    let plain = Zeroizing::new(serde_json::to_vec(&says.contacts).map_err(|_| Error::Profile)?);
    territories::set_contacts(db, id, &vault.seal(place(&id), &plain)).await?;
    Ok(true)
}

fn place(id: &TerritoryId) -> Place<'_> {
    Place { table: "territory", column: "contacts", row: id.0.as_bytes() }
}

async fn contacts_of(
    db: &mut PgConnection,
    vault: &Vault,
    ids: &[TerritoryId],
) -> Result<BTreeMap<TerritoryId, Vec<Contact>>, Error> {
    let opened = territories::contacts(db, ids).await?.into_iter().map(|(id, sealed)| {
        let plain = Zeroizing::new(vault.open(place(&id), &sealed)?);
        Ok((id, serde_json::from_slice(&plain).map_err(|_| Error::Profile)?))
    });
    opened.collect()
}

/// The contacts of these territories as they are read.
///
/// # Errors
/// When the database fails, or contacts do not open.
pub async fn written_contacts(
    db: &mut PgConnection,
    vault: &Vault,
    ids: &[TerritoryId],
) -> Result<BTreeMap<TerritoryId, String>, Error> {
    let written = |all: Vec<Contact>| all.iter().map(written).collect::<Vec<_>>().join("\n\n");
    Ok(contacts_of(db, vault, ids).await?.into_iter().map(|(id, all)| (id, written(all))).collect())
}

/// `territory.contacts`: whom to ask near by; looked up when sending.
///
/// # Errors
/// When the database fails.
pub async fn contacts(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let above = territories::above(acting.db, acting.person).await?;
    let Some(nearest) = above.into_iter().find(|territory| territory.contacts) else {
        return Ok(Reply::plain("none").into());
    };
    Ok(Reply { outcome: "ok".into(), values: [("contacts".into(), Value::Contacts(nearest.id))].into() }.into())
}

/// A contact, one thing a line; what is unknown takes no line.
fn written(contact: &Contact) -> String {
    let place = [&contact.address, &contact.room].into_iter().filter(|part| !part.is_empty()).cloned();
    let place = place.collect::<Vec<_>>().join(", ");
    let lines = [&contact.name, &contact.phone, &contact.email, &place];
    lines.into_iter().filter(|line| !line.is_empty()).cloned().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_has_a_line_for_each_thing_that_is_known() {
        let contact = Contact {
            name: "Мария Олеговна".into(),
            address: "ул. Ленина, 5".into(),
            room: "каб. 12".into(),
            ..Contact::default()
        };
        assert_eq!(written(&contact), "Мария Олеговна\nул. Ленина, 5, каб. 12");
    }
}
