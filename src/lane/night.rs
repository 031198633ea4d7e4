//! Nobody is woken: what may be said by day only, and whose turn comes in the night, is put off until nine in the morning there.
//!
//! Whoever fills the outbox keeps the night by `due`; here it is kept when an outage, a pause or a long queue has carried
//! something over nine in the evening. It is asked of what was claimed already, so that the claim, the hottest of all
//! queries, need know nothing of zones.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    calendar::waking,
    store::deliveries::{self, Claimed},
    turn::zone,
};

/// Puts off what must not be said now, and leaves the others; where the database fails, all.
pub(super) async fn put_off(
    db: &mut PgConnection,
    claimed: &mut Vec<Claimed>,
    token: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    // What is too old to be said is dropped, not put off.
    let morning = |delivery: &Claimed| {
        let name = delivery.zone.as_deref().filter(|_| !delivery.expired)?;
        Some(waking(now, zone(Some(name)))).filter(|morning| *morning > now)
    };
    let late: Vec<_> = claimed.iter().filter_map(|delivery| Some((delivery, morning(delivery)?))).collect();
    if late.is_empty() {
        return Ok(());
    }
    let count = deliveries::put_off(db, token, &late).await?;
    metrics::counter!("put_off_total").increment(count);
    claimed.retain(|delivery| morning(delivery).is_none());
    Ok(())
}
