//! Moves broadcasts on: those whose minute is over are filled, those with nothing left are done, authors see how theirs go.

use crate::{
    broadcast::sending::{QUIET, advance},
    cache::Topic,
    store::{begin, casts},
    turn::Parts,
};

/// Broadcasts looked at in one go.
const BATCH: i64 = 32;

/// Takes one step with each of them. Gives how many are not what they were before.
///
/// # Errors
/// When the database fails; then the broadcast at hand is as it was.
pub async fn step(parts: &Parts) -> sqlx::Result<usize> {
    let now = parts.clock.now();
    let open = casts::open(&mut *parts.pool.acquire().await?, now, QUIET, BATCH).await?;
    let mut moved = 0;
    for id in &open {
        let mut tx = begin(&parts.pool).await?;
        moved += usize::from(advance(&mut tx, *id, now).await?);
        tx.commit().await?;
    }
    if !open.is_empty() {
        parts.nudge.nudge(Topic::Outbox);
    }
    Ok(moved)
}
