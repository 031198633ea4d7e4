//! What is known without dialling: how a person's verification stands, and whether a phone may be dialled.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{Phone, Policy, Refusal, reply, store};
use crate::{
    acting::{Acted, Acting, Error},
    flow::Reply,
    ids::{PersonId, VerificationId},
    message::Value,
    territory,
};

/// How a person's verification stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Proved.
    Verified {
        /// By which verification.
        id: VerificationId,
        /// Whose phone it is to the person.
        relation: String,
    },
    /// Not proved yet.
    Open {
        /// Days until the deadline, a begun one counting whole.
        days: i64,
    },
    /// The deadline is over.
    Late,
}

/// How this person's verification stands.
///
/// # Errors
/// When the database fails.
pub async fn of(
    db: &mut PgConnection,
    policy: &Policy,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Standing> {
    if let Some(verified) = store::verified(&mut *db, person).await? {
        return Ok(Standing::Verified { id: verified.id, relation: verified.relation });
    }
    let signed_in = store::signed_in_at(db, person).await?.unwrap_or(now);
    Ok(match days_left(policy, signed_in, now) {
        0 => Standing::Late,
        days => Standing::Open { days },
    })
}

/// `verification.status`: proved, open for so many days, or late. Late closes nothing of this: data is kept, and proving
/// and asking for help stay open.
///
/// # Errors
/// When the database fails.
pub async fn status(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    Ok(match of(acting.db, acting.policy, acting.person, acting.now).await? {
        Standing::Verified { id, relation } => {
            reply("verified", [("phone", Value::Phone(id)), ("relation", relation.into())]).into()
        }
        Standing::Open { days } => reply("open", [("days", Value::Number(days))]).into(),
        Standing::Late => Reply::plain("late").into(),
    })
}

/// Days until the deadline, a begun one counting whole; 0 when it is over.
///
/// The nudges of days 1, 3, 5 and 6 have their place beside this figure.
fn days_left(policy: &Policy, signed_in: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let left = (signed_in + policy.deadline - now).max(TimeDelta::zero());
    let whole = left.num_days();
    // Ahead of the sign-in (the clock was set back) there is no more time than at it.
    (whole + i64::from(left > TimeDelta::days(whole))).min(policy.deadline.num_days())
}

/// `verification.check_phone`: judges a phone before anything is dialled.
///
/// # Errors
/// When the database fails.
pub async fn check_phone(text: &str, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let policy = acting.policy;
    let destinations = territory::destinations(acting.db, acting.person).await?;
    let phone = match Phone::read(text, &destinations) {
        Ok(phone) => phone,
        Err(refusal) => return Ok(Reply::plain(word(refusal)).into()),
    };
    if !policy.served.iter().any(|prefix| phone.expose().starts_with(prefix.as_ref())) {
        return Ok(Reply::plain("by_hand").into());
    }
    let zone = territory::zone(acting.db, acting.person).await?;
    if policy.is_daytime(acting.now, zone) {
        return Ok(Reply::plain("ok").into());
    }
    let hour = |time: chrono::NaiveTime| Value::Text(time.format("%-H:%M").to_string());
    Ok(reply("late_hour", [("from", hour(policy.from)), ("to", hour(policy.to))]).into())
}

const fn word(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotAPhone => "not_a_phone",
        Refusal::Landline => "landline",
        Refusal::Abroad => "abroad",
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn seven_days_from_signing_in() {
        let signed_in = Utc.with_ymd_and_hms(2026, 9, 1, 12, 0, 0).unwrap();
        for (hours, days) in [(-48, 7), (0, 7), (1, 7), (24, 6), (25, 6), (7 * 24 - 1, 1), (7 * 24, 0), (900, 0)] {
            assert_eq!(days_left(&Policy::DEFAULT, signed_in, signed_in + TimeDelta::hours(hours)), days, "{hours} h");
        }
    }
}
