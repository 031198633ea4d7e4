//! Signing in with a one-time code.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{codes::Code, load, records, reply, roles, verified};
use crate::{
    acting::{Acted, Acting, Error},
    flow::Reply,
    ids::{AccountId, PersonId},
    message::Value,
    store::{self, codes::Found},
};

/// Codes that sign nobody in, per account: so many within such a time, then a pause. 2⁴⁰ codes at 20 a day are out of
/// reach, and a child who mistypes is not.
const LIMITS: [(usize, TimeDelta); 2] = [(5, TimeDelta::hours(1)), (20, TimeDelta::hours(24))];

/// Misses of all accounts within an hour that are no school's first day any more: of a thousand pupils who sign in at once, one in two
/// would have to mistype.
const ALARMING: i64 = 500;

/// `people.redeem`: the code's person is this account's current profile from now on.
///
/// Words without a code's shape are no try. Whatever a code is, the same work is done: the account is locked and its
/// misses counted, the code hashed and looked for. Two who redeem one code at once stand in line at its row; the second finds it used.
///
/// # Errors
/// When the database fails.
pub async fn redeem(code: &str, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (Some(account), Some(code)) = (acting.account, Code::find(code)) else {
        return Ok(Reply::plain("not_a_code").into());
    };
    store::people::lock_account(acting.db, account).await?;
    let paused = paused_until(acting.db, account, acting.now).await?;
    let found = store::codes::lock(acting.db, &code.hash(acting.vault)).await?;
    if let Some(until) = paused {
        return Ok(reply("limited", [("until", Value::Moment(until))]));
    }
    let own = records(acting.db, Some(account)).await?;
    if found.is_none() && roles::invite::is_one(acting.db, acting.vault, &code).await? {
        return Ok(Reply::plain("invitation").into());
    }
    match judge(found, &own, acting.now) {
        Verdict::Opens(found) => sign_in(found, account, acting).await,
        Verdict::Yours(person) => Ok(reply("yours", [("name", Value::FirstName(person))])),
        Verdict::Miss(outcome) => {
            missed(acting, account).await?;
            Ok(Reply::plain(outcome).into())
        }
    }
}

/// Counts a code that opened nothing, and raises an alarm where that looks like guessing.
///
/// # Errors
/// When the database fails.
pub(super) async fn missed(acting: &mut Acting<'_>, account: AccountId) -> Result<(), Error> {
    let (db, now) = (&mut *acting.db, acting.now);
    store::codes::miss(db, account, now).await?;
    metrics::counter!("sign_in_misses_total").increment(1);
    let of_account = store::codes::misses(db, account, now - TimeDelta::hours(24)).await?.len();
    let of_all = store::codes::misses_of_all(db, now - TimeDelta::hours(1)).await?;
    for what in alarms(of_account, of_all) {
        metrics::counter!("sign_in_alerts_total", "what" => what).increment(1);
        tracing::warn!(account = %account, of_account, of_all, what, "somebody may be guessing codes");
    }
    Ok(())
}

/// Which alarms these misses raise: one account's within a day, everybody's within an hour. Each once, not with every miss.
fn alarms(of_account: usize, of_all: i64) -> impl Iterator<Item = &'static str> {
    let account = (of_account == LIMITS[1].0).then_some("account");
    let all = (of_all > 0 && of_all % ALARMING == 0).then_some("all");
    account.into_iter().chain(all)
}

enum Verdict {
    Opens(Found),
    Yours(PersonId),
    Miss(&'static str),
}

fn judge(found: Option<Found>, own: &[PersonId], now: DateTime<Utc>) -> Verdict {
    match found {
        None => Verdict::Miss("unknown"),
        Some(code) if code.used_at.is_none() && code.expires_at > now => Verdict::Opens(code),
        Some(code) if own.contains(&code.person) => Verdict::Yours(code.person),
        Some(code) if code.used_at.is_some() => Verdict::Miss("used"),
        Some(_) => Verdict::Miss("expired"),
    }
}

/// When this account may try again, if it may not now.
pub(super) async fn paused_until(
    db: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    let misses = store::codes::misses(db, account, now - TimeDelta::hours(24)).await?;
    Ok(pause(&misses, now))
}

/// The end of the longest pause that these misses (oldest first) ask for.
fn pause(misses: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let ends = LIMITS.iter().filter_map(|(most, within)| {
        let first_that_counts = misses.len().checked_sub(*most)?;
        Some(*misses.get(first_that_counts)? + *within).filter(|end| *end > now)
    });
    ends.max()
}

async fn sign_in(code: Found, account: AccountId, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (person, now) = (code.person, acting.now);
    if !store::codes::consume(acting.db, code.id, account, now).await? {
        return Ok(Reply::plain("used").into());
    }
    if person == acting.person {
        return Ok(reply("yours", [("name", Value::FirstName(person))]));
    }
    let restored = super::erase::restore(acting.db, acting.vault, (person, acting.person), now).await?;
    if restored && load(acting.db, acting.person).await?.is_some_and(|row| row.record) {
        // A parent takes it back from an account of their own, and stays who they are.
        return Ok(reply("yours", [("name", Value::FirstName(person))]));
    }
    let record = load(acting.db, person).await?.ok_or(Error::Nobody)?;
    store::people::speak_for(acting.db, account, person, now).await?;
    store::people::sign_in(acting.db, person, now).await?;
    store::people::merge(acting.db, acting.person, person).await?;
    let reply = reply(
        "ok",
        [
            ("name", Value::FirstName(person)),
            ("verified", verified(acting.db, person).await?.into()),
            ("first", (!record.signed_in).into()),
            ("pupil", record.pupil.into()),
        ],
    );
    Ok(Acted { moved_to: Some(person), ..reply })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    #[test]
    fn five_misses_within_an_hour_pause_until_the_first_of_them_is_an_hour_old() {
        let misses: Vec<_> = [0, 10, 20, 30].map(at).into();
        assert_eq!(pause(&misses, at(40)), None);
        let misses = [misses, vec![at(40)]].concat();
        assert_eq!(pause(&misses, at(40)), Some(at(60)));
        assert_eq!(pause(&misses, at(60)), None);
    }

    /// 40 bits, a region's cards all open at once, a thousand accounts that guess as often as they may: years for one of them.
    #[test]
    fn guessing_is_hopeless() {
        let (tries_a_day, accounts, open_cards) = (f64::from(u32::try_from(LIMITS[1].0).unwrap()), 1_000.0, 17_627.0);
        let hits_a_day = tries_a_day * accounts * open_cards / 2_f64.powi(40);
        assert!(1.0 / hits_a_day > 8.0 * 365.0, "one in {} days", 1.0 / hits_a_day);
        // And long before, somebody is told: after an hour of it.
        let an_hour: Vec<_> = (1..=5_000).filter(|all| alarms(1, *all).any(|what| what == "all")).collect();
        assert_eq!(an_hour.len(), 10);
    }

    #[test]
    fn an_alarm_is_raised_once() {
        let raised = |of_account, of_all| alarms(of_account, of_all).collect::<Vec<_>>();
        assert_eq!(raised(19, 499), Vec::<&str>::new());
        assert_eq!(raised(20, 500), ["account", "all"]);
        assert_eq!((raised(21, 501), raised(1, 0)), (vec![], vec![]));
    }

    #[test]
    fn twenty_misses_a_day_pause_for_the_day() {
        let misses: Vec<_> = (0..20).map(|n| at(n * 60)).collect();
        assert_eq!(pause(&misses, at(19 * 60 + 59)), Some(at(24 * 60)));
        assert_eq!(pause(&misses, at(24 * 60)), None);
    }
}
