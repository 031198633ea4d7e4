//! Forgets what was written for a broadcast and never sent, codes that make no chat anybody's any more, what a school's head proposed long ago,
//! and what pages left behind.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::{
    clock::Clock,
    store::{broadcasts, chats, classes, once, proposals, table_requests, uploads},
};

/// How long it is known who reminded whom: longer than the day on which they may not again.
const REMINDED: TimeDelta = TimeDelta::days(7);
/// How long a table that a teacher handed in is kept, decided or not.
const TABLE: TimeDelta = TimeDelta::days(30);

/// How long a draft is kept: nobody sends it after that, and people name one another in what they write.
const DRAFT: TimeDelta = TimeDelta::days(7);
/// How long a chat's code is kept: longer than it works, and longer than the hour within which they are counted.
const CODE: TimeDelta = TimeDelta::days(1);

/// How long a link to a page is kept: longer than it opens, and longer than the hour within which they are counted.
const LINK: TimeDelta = TimeDelta::days(1);

/// How long what a school's head proposed is kept: as long as somebody asks about it.
const PROPOSAL: TimeDelta = TimeDelta::days(60);

/// Deletes what is older. Gives how many rows went.
///
/// # Errors
/// When the database fails.
pub async fn purge(pool: &PgPool, clock: &Clock) -> sqlx::Result<u64> {
    let (mut db, now) = (pool.acquire().await?, clock.now());
    let written =
        broadcasts::purge_drafts(&mut db, now - DRAFT).await? + chats::purge_codes(&mut db, now - CODE).await?;
    Ok(written
        + proposals::sweep(&mut db, now - PROPOSAL).await?
        + once::sweep(&mut db, now - LINK).await?
        + uploads::sweep(&mut db, now).await?
        + table_requests::forget(&mut db, now - TABLE).await?
        + classes::forget_reminders(&mut db, now - REMINDED).await?)
}
