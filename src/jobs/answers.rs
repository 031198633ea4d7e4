//! Forgets what was answered in forms once it has been kept long enough.

use sqlx::PgPool;

use crate::{
    clock::Clock,
    store::{answers, feedback},
    verification::Policy,
};

/// Rows that go in one statement: so many take well under a second, and nobody waits behind them.
const BATCH: i64 = 5_000;

/// Deletes what is older than the policy says. Of feedback the mark stays: it says nothing of anybody but that they came.
/// Gives how many rows went or were emptied.
///
/// # Errors
/// When the database fails.
pub async fn purge(pool: &PgPool, policy: &Policy, clock: &Clock) -> sqlx::Result<u64> {
    let (mut db, now) = (pool.acquire().await?, clock.now());
    let (sent, unfinished) = (now - policy.answers_kept, now - policy.unfinished_answers_kept);
    let mut all = 0;
    loop {
        let gone = answers::purge(&mut db, true, sent, BATCH).await?
            + answers::purge(&mut db, false, unfinished, BATCH).await?
            + feedback::forget_answers(&mut db, sent, BATCH).await?;
        if gone == 0 {
            return Ok(all);
        }
        all += gone;
    }
}
