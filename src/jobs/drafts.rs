//! Forgets what was written for a broadcast and never sent, and codes that make no chat anybody's any more.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::{
    clock::Clock,
    store::{broadcasts, chats},
};

/// How long a draft is kept: nobody sends it after that, and people name one another in what they write.
const DRAFT: TimeDelta = TimeDelta::days(7);
/// How long a chat's code is kept: longer than it works, and longer than the hour within which they are counted.
const CODE: TimeDelta = TimeDelta::days(1);

/// Deletes what is older. Gives how many rows went.
///
/// # Errors
/// When the database fails.
pub async fn purge(pool: &PgPool, clock: &Clock) -> sqlx::Result<u64> {
    let (mut db, now) = (pool.acquire().await?, clock.now());
    Ok(broadcasts::purge_drafts(&mut db, now - DRAFT).await? + chats::purge_codes(&mut db, now - CODE).await?)
}
