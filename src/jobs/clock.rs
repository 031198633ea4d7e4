//! Civil time as every process must see it.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::{
    cache::{Cache, Topic},
    clock::Clock,
    store::civil_clock,
    turn::Parts,
};

/// Takes over the offset that stands in the database: at start, when nudged ([`Topic::Timers`]), and by a poll. Gives 1 if it
/// has changed, else 0.
///
/// # Errors
/// When the database fails.
pub async fn follow(parts: &Parts) -> sqlx::Result<usize> {
    let offset = civil_clock::offset(&mut *parts.pool.acquire().await?).await?;
    let changed = offset != parts.clock.offset();
    parts.clock.set_offset(offset);
    Ok(usize::from(changed))
}

/// Advances civil time for every process (`dev` only).
///
/// # Errors
/// When the database fails; then nothing was advanced.
pub async fn advance(pool: &PgPool, clock: &Clock, nudge: &Cache, by: TimeDelta) -> sqlx::Result<()> {
    let offset = civil_clock::advance(&mut *pool.acquire().await?, by).await?;
    clock.set_offset(offset);
    nudge.nudge(Topic::Timers);
    // What waits in the outbox for a civil moment may be due now.
    nudge.nudge(Topic::Outbox);
    Ok(())
}
