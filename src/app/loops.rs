//! What goes on in the background for as long as the process runs.

use std::{future::Future, time::Duration};

use sqlx::PgPool;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    cache::{Cache, Topic},
    clock::Clock,
    store,
};

/// How old the civil clock may be that we go by.
const CLOCK: Duration = Duration::from_secs(1);
/// Between two cleanings of the inbox.
const PURGE: Duration = Duration::from_secs(3600);
/// How long an update's key is kept: longer than any platform brings the same one again.
const INBOX_DAYS: i32 = 7;

/// The loops of this process.
#[derive(Debug)]
pub struct Loops {
    running: JoinSet<()>,
    /// Ends them.
    pub stop: CancellationToken,
}

impl Loops {
    /// None yet.
    pub fn new() -> Self {
        Self { running: JoinSet::new(), stop: CancellationToken::new() }
    }

    /// A loop that may be broken off at any point where it waits.
    pub fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.running.spawn(async move {
            stop.run_until_cancelled(work).await;
        });
    }

    /// A loop that is told to stop, and finishes what it has in hand.
    pub fn spawn_careful(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.running.spawn(work);
    }

    /// Waits until all have ended, or one has died, which none ever should: then its fault is the whole program's.
    pub async fn ended(&mut self) -> anyhow::Result<()> {
        while let Some(ended) = self.running.join_next().await {
            ended?;
        }
        Ok(())
    }
}

/// Follows the civil clock that stands in the database.
pub async fn follow_clock(pool: PgPool, clock: Clock, cache: Cache) {
    loop {
        if let Ok(mut db) = pool.acquire().await
            && let Ok(offset) = store::civil_clock::offset(&mut db).await
            && offset != clock.offset()
        {
            clock.set_offset(offset);
            cache.nudge(Topic::Timers);
            cache.nudge(Topic::Outbox);
        }
        sleep(CLOCK).await;
    }
}

/// Forgets the keys of updates that can't come again.
pub async fn purge_inbox(pool: PgPool) {
    loop {
        let purged = async { store::inbox::purge(&mut *pool.acquire().await?, INBOX_DAYS).await };
        match purged.await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "old inbox keys are forgotten"),
            Err(error) => tracing::warn!(%error, "the inbox is not cleaned"),
        }
        sleep(PURGE).await;
    }
}
