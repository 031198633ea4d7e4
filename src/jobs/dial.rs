//! What is settled after a call: attempts whose process died, outcomes that providers tell late, the alerts that look at
//! many calls, and rows that are old enough to go.

use std::collections::BTreeSet;

use sqlx::PgPool;

use crate::{
    clock::Clock,
    store::verifications as store,
    verification::{Dialler, Policy, policy, provider::Outcome},
};

/// An attempt is given up so many operational seconds after it was about to be dialled: the ladder's 10 and a minute.
const STUCK: f64 = 70.0;
/// A call has rung by now: its outcome is asked for so many operational seconds after it, and again as often as …
const RUNG: f64 = 30.0;
/// … this.
const POLLS: i16 = 4;
/// Outcomes asked for in one sweep.
const BATCH: i64 = 50;
/// The alert of an hour that cost too much.
const DEAR_HOUR: &str = "spend_hour";

/// One sweep. Gives how many calls it settled. Codes that are spent are not touched, and nothing is ever dialled.
///
/// # Errors
/// When the database fails.
pub async fn settle(pool: &PgPool, dialler: &Dialler) -> sqlx::Result<u64> {
    let mut db = pool.acquire().await?;
    let stuck = store::give_up_stuck(&mut db, STUCK).await?;
    let names: Vec<String> = dialler.names().into_iter().map(str::to_owned).collect();
    let unsettled = store::claim_unsettled(&mut db, &names, RUNG, POLLS, BATCH).await?;
    drop(db);
    let mut settled = stuck;
    for call in unsettled {
        let outcome = dialler.outcome(&call.provider, &call.reference).await;
        let Some(state) = word(outcome) else { continue };
        let late = store::settle_late(&mut *pool.acquire().await?, call.id, state).await?;
        metrics::counter!("autodial_outcomes_total", "outcome" => state).increment(1);
        settled += u64::from(late);
    }
    Ok(settled)
}

/// The state that an outcome makes, if it makes one.
const fn word(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Placed => Some("placed"),
        Outcome::NotConnected => Some("not_connected"),
        Outcome::Pending | Outcome::Unknown => None,
    }
}

/// Looks at many calls at once, and tells whoever watches: of providers whose calls prove too little, of an hour that cost
/// far more than others. What was `told` already is not told again until it has been over. Gives how much was new.
///
/// # Errors
/// When the database fails.
pub async fn watch(pool: &PgPool, policy: &Policy, clock: &Clock, told: &mut BTreeSet<String>) -> sqlx::Result<usize> {
    let (mut db, now) = (pool.acquire().await?, clock.now());
    let mut stands = BTreeSet::new();
    let figures = store::conversion(&mut db, now - policy.conversion_calls.within).await?;
    for (provider, ..) in &figures {
        let Some(percent) = policy::too_few_proved(policy, provider, &figures) else { continue };
        stands.insert(provider.clone());
        if !told.contains(provider) {
            metrics::counter!("verification_alerts_total", "what" => "conversion").increment(1);
            tracing::warn!(provider, percent, "few of this provider's calls are proved");
        }
    }
    let (last, median) = store::hourly_spend(&mut db, now).await?;
    if policy::hour_is_dear(policy, last, median) {
        stands.insert(DEAR_HOUR.to_owned());
        if !told.contains(DEAR_HOUR) {
            metrics::counter!("verification_alerts_total", "what" => DEAR_HOUR).increment(1);
            tracing::warn!(kopecks = last, median, "this hour's calls cost far more than others");
        }
    }
    for what in told.difference(&stands) {
        tracing::info!(what, "an alert is over");
    }
    let new = stands.difference(told).count();
    *told = stands;
    Ok(new)
}

/// Forgets calls and tries that have been kept long enough. Gives how many rows went.
///
/// # Errors
/// When the database fails.
pub async fn purge(pool: &PgPool, policy: &Policy, clock: &Clock) -> sqlx::Result<u64> {
    store::purge(&mut *pool.acquire().await?, clock.now() - policy.kept).await
}
