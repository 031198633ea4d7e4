//! Forgets what was written for a broadcast and never sent, codes that make no chat anybody's any more, guesses at codes, and what
//! pages left behind.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::{
    clock::Clock,
    store::{broadcasts, chats, codes, once, uploads},
};

/// How long a draft is kept: nobody sends it after that, and people name one another in what they write.
const DRAFT: TimeDelta = TimeDelta::days(7);
/// How long a chat's code is kept: longer than it works, and longer than the hour within which they are counted.
const CODE: TimeDelta = TimeDelta::days(1);

/// How long a link to a page is kept: longer than it opens, and longer than the hour within which they are counted.
const LINK: TimeDelta = TimeDelta::days(1);

/// How long a code that opened nothing is kept: longer than the day within which they are counted.
const MISS: TimeDelta = TimeDelta::days(2);

/// Deletes what is older. Gives how many rows went.
///
/// # Errors
/// When the database fails.
pub async fn purge(pool: &PgPool, clock: &Clock) -> sqlx::Result<u64> {
    let (mut db, now) = (pool.acquire().await?, clock.now());
    let written =
        broadcasts::purge_drafts(&mut db, now - DRAFT).await? + chats::purge_codes(&mut db, now - CODE).await?;
    let written = written + codes::purge_misses(&mut db, now - MISS).await?;
    Ok(written + once::sweep(&mut db, now - LINK).await? + uploads::sweep(&mut db, now).await?)
}
