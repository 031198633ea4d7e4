//! Proving that a phone can be reached: a robot calls, the pupil types the last four digits of its number.
//!
//! It is never a log-in, a password reset or a consent: four digits carry 13.3 bits and stand on a lock screen. It is the
//! first rung of a ladder whose last is a person of first-line support.
//!
//! | room | what it holds |
//! | --- | --- |
//! | [`phone`], [`code`] | the values, masked |
//! | [`policy`] | the pure judge of the rules, and the table of their numbers with the tests that hold them |
//! | [`provider`] | who places calls, and in which order |
//! | [`start`], [`confirm`] | a call, and the digits typed: actions after the commit, once per key |
//! | [`standing`], [`manual`] | actions inside the turn |

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    acting::{Acting, Error},
    flow::Reply,
    ids::{AccountId, ChallengeId, PersonId, VerificationId},
    message::Value,
    seal::{Place, Vault},
    store::verifications as store,
};

pub mod code;
pub mod confirm;
pub mod manual;
pub mod outside;
pub mod phone;
pub mod policy;
pub mod provider;
pub mod standing;
pub mod start;

pub use code::Code;
pub use outside::{CallKey, Outside};
pub use phone::{Phone, Refusal};
pub use policy::Policy;
pub use provider::Dialler;

/// The phones of these verifications, masked: for whoever makes words of a message. One that is unknown is left out.
///
/// # Errors
/// When the database fails or a phone does not open.
pub async fn masked(
    db: &mut PgConnection,
    vault: &Vault,
    ids: &[VerificationId],
) -> Result<BTreeMap<VerificationId, String>, Error> {
    let mut masked = BTreeMap::new();
    for (id, sealed) in store::phones(db, ids).await? {
        let plain = vault.open(place(id.0.as_bytes()), &sealed)?;
        if let Ok(phone) = std::str::from_utf8(&plain) {
            masked.insert(id, mask(phone));
        }
    }
    Ok(masked)
}

/// A phone as it may be seen: of a number that no robot rings, and that somebody has proved by hand, the last two digits.
#[must_use]
pub fn mask(phone: &str) -> String {
    if let Ok(phone) = Phone::read(phone, &ANYWHERE.map(str::to_owned)) {
        return phone.to_string();
    }
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.as_slice() {
        [.., tens, ones] if digits.len() > 4 => format!("***-{tens}{ones}"),
        _ => "***".to_owned(),
    }
}

/// The blind index of whatever somebody wrote for a phone: a mobile number's own, else that of its digits.
#[must_use]
pub fn index_of(vault: &Vault, written: &str) -> [u8; 32] {
    match Phone::read(written, &ANYWHERE.map(str::to_owned)) {
        Ok(phone) => phone_index(vault, &phone),
        Err(_) => vault.blind("verification.phone", digits(written).as_bytes()),
    }
}

/// What a person may be proved by hand to have: any mobile number of the zone.
const ANYWHERE: [&str; 2] = ["+79", "+77"];

fn digits(written: &str) -> String {
    written.chars().filter(char::is_ascii_digit).collect()
}

/// Makes a phone a person's own that somebody of first-line support has proved; one that was proved before is void.
///
/// # Errors
/// When the database fails.
pub async fn verify_by_hand(acting: &mut Acting<'_>, person: PersonId, written: &str) -> Result<(), Error> {
    let id = VerificationId(acting.dice.uuid(acting.now));
    let phone = Phone::read(written, &ANYWHERE.map(str::to_owned));
    let phone = phone.map_or_else(|_| digits(written), |phone| phone.expose().to_owned());
    let index = index_of(acting.vault, written);
    store::lock(acting.db, &[&index]).await?;
    store::lock_person(acting.db, person).await?;
    let new = store::NewVerification {
        id,
        person,
        // Nobody speaks: what a pupil has just begun by autodial goes on beside it.
        speaker: id.0,
        phone: acting.vault.seal(place(id.0.as_bytes()), phone.as_bytes()),
        phone_index: &index,
        relation: "other",
    };
    let id = store::open(acting.db, &new, acting.now).await?;
    store::accept(acting.db, id, person, acting.now).await?;
    let event =
        store::Event { what: "verified_by_hand", person, account: None, verification: Some(id), challenge: None };
    store::note(acting.db, &event, acting.now).await?;
    metrics::counter!("verification_events_total", "what" => event.what).increment(1);
    Ok(())
}

/// Whether these digits are the code of that call, told in constant time by comparing keyed hashes.
fn mac(vault: &Vault, challenge: ChallengeId, code: &Code) -> [u8; 32] {
    vault.blind("verification.code", &[challenge.0.as_bytes(), code.expose().as_bytes()].concat())
}

/// The blind index by which a phone is found.
fn phone_index(vault: &Vault, phone: &Phone) -> [u8; 32] {
    vault.blind("verification.phone", phone.expose().as_bytes())
}

/// The blind index of a phone's prefix.
fn prefix_index(vault: &Vault, phone: &Phone) -> [u8; 32] {
    vault.blind("verification.prefix", phone.prefix().as_bytes())
}

fn place(row: &[u8]) -> Place<'_> {
    Place { table: "verification", column: "phone", row }
}

/// Whoever limits are keyed by: the account, or the person where no account spoke.
fn speaker(person: PersonId, account: Option<AccountId>) -> Uuid {
    account.map_or(person.0, |account| account.0)
}

/// A call's number as its column holds it.
fn seq(key: &CallKey<'_>) -> i32 {
    i32::try_from(key.seq).unwrap_or(i32::MAX)
}

fn reply<const N: usize>(outcome: &str, values: [(&str, Value); N]) -> Reply {
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Reply { outcome: outcome.to_owned(), values }
}

fn count(number: usize) -> Value {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Counts an outcome for the metrics, and writes it into the journal.
async fn note(
    db: &mut PgConnection,
    what: &'static str,
    key: &CallKey<'_>,
    about: (Option<VerificationId>, Option<ChallengeId>),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    metrics::counter!("verification_events_total", "what" => what).increment(1);
    let (verification, challenge) = about;
    let event = store::Event { what, person: key.person, account: key.account, verification, challenge };
    store::note(db, &event, now).await
}
