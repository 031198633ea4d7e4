//! The last rung: a request to first-line support.

use super::reply;
use crate::{
    acting::{Acted, Acting, Error},
    flow::Reply,
    message::Value,
    seal::Place,
    store::{manual_requests, verifications},
};

/// The longest thing that is kept as a phone: a person may have written anything.
const LONGEST: usize = 64;

/// `verification.manual`: asks first-line support to verify by hand. One is open at a time; the target is one working day.
///
/// # Errors
/// When the database fails, or the reason is none that we know.
pub async fn request(phone: &str, reason: &str, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    if !["no_call", "landline", "abroad", "other"].contains(&reason) {
        return Err(Error::Argument("reason"));
    }
    if let Some(number) = manual_requests::open_number(acting.db, acting.person).await? {
        return Ok(numbered("already", number).into());
    }
    let policy = acting.policy;
    let since = acting.now - policy.requests.within;
    let made = manual_requests::count(acting.db, acting.person, since).await?;
    if usize::try_from(made).is_ok_and(|made| made >= policy.requests.most) {
        return Ok(Reply::plain("limited").into());
    }
    add(phone, reason, acting).await.map(Acted::from)
}

async fn add(phone: &str, reason: &str, acting: &mut Acting<'_>) -> Result<Reply, Error> {
    let id = acting.dice.uuid(acting.now);
    let written: String = phone.trim().chars().take(LONGEST).collect();
    let place = Place { table: "manual_request", column: "phone", row: id.as_bytes() };
    let new = manual_requests::NewRequest {
        id,
        person: acting.person,
        account: acting.account,
        phone: acting.vault.seal(place, written.as_bytes()),
        reason,
    };
    let Some(number) = manual_requests::add(acting.db, &new, acting.now).await? else {
        // Somebody else of this person's accounts was faster.
        let number = manual_requests::open_number(acting.db, acting.person).await?.unwrap_or_default();
        return Ok(numbered("already", number));
    };
    let event = verifications::Event {
        what: "manual_request",
        person: acting.person,
        account: acting.account,
        verification: None,
        challenge: None,
    };
    verifications::note(acting.db, &event, acting.now).await?;
    metrics::counter!("verification_events_total", "what" => event.what).increment(1);
    Ok(numbered("ok", number))
}

fn numbered(outcome: &str, number: i64) -> Reply {
    reply(outcome, [("number", Value::Text(number.to_string()))])
}
