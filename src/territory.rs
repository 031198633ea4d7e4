//! What the territory tree says to somebody who belongs to a school in it.
//!
//! The nearest territory that says something wins: the municipality, then what lies above it.

use chrono_tz::Tz;
use sqlx::PgConnection;

use crate::{
    acting::{Acted, Acting, Error},
    flow::Reply,
    ids::PersonId,
    message::Value,
    store::territories::{self, Contact},
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

/// `territory.contacts`: whom to ask near by.
///
/// # Errors
/// When the database fails.
pub async fn contacts(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let above = territories::above(acting.db, acting.person).await?;
    let Some(nearest) = above.into_iter().map(|t| t.contacts.0).find(|contacts| !contacts.is_empty()) else {
        return Ok(Reply::plain("none").into());
    };
    let text = nearest.iter().map(written).collect::<Vec<_>>().join("\n\n");
    Ok(Reply { outcome: "ok".into(), values: [("contacts".into(), Value::Text(text))].into() }.into())
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
