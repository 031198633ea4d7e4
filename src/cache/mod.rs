//! What may be forgotten: wake-ups, and counts of what comes in. Postgres has the truth, and every loop that waits here
//! also polls.
//!
//! [`Cache::in_process`] serves one process; [`Cache::redis`] shares nudges and counts between replicas. With Redis lost,
//! each replica still wakes itself and counts for itself, the others notice by polling, and a line in the log says so.

mod counts;
mod limiter;
mod redis;

pub use limiter::{Limiter, Quota, Verdict, Watch};

use std::{future, sync::Arc, time::Duration};

use secrecy::SecretString;
use tokio::sync::watch;

/// What stands before every name of ours in a Redis that others may use too.
pub const PREFIX: &str = "provodnik:";
/// How long somebody's update waits for Redis at most: an answer takes well under a millisecond.
pub const PATIENCE: Duration = Duration::from_millis(100);

/// What there may be new work of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Deliveries.
    Outbox,
    /// Calls outside.
    Calls,
    /// Timers, or the civil clock has been advanced.
    Timers,
}

impl Topic {
    const ALL: [Self; 3] = [Self::Outbox, Self::Calls, Self::Timers];

    const fn name(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Calls => "calls",
            Self::Timers => "timers",
        }
    }
}

/// Shared by cloning.
#[derive(Clone, Debug)]
pub enum Cache {
    /// Within this process.
    InProcess(Arc<Bells>),
    /// Between processes.
    Redis(Arc<redis::Relay>),
}

impl Cache {
    /// For one process.
    #[must_use]
    pub fn in_process() -> Self {
        Self::InProcess(Arc::default())
    }

    /// For several. Connects in the background, and again whenever the connection is lost. Whoever has the same `prefix`
    /// shares everything, usually [`PREFIX`]. A question waits for its answer as long as `patience`, usually [`PATIENCE`].
    ///
    /// # Errors
    /// When the address is none.
    pub fn redis(url: &SecretString, prefix: &str, patience: Duration) -> Result<Self, ::redis::RedisError> {
        Ok(Self::Redis(Arc::new(redis::Relay::start(url, prefix, patience)?)))
    }

    /// What replicas count together; none for a process alone.
    fn counts(&self) -> Option<Arc<counts::Counts>> {
        match self {
            Self::InProcess(_) => None,
            Self::Redis(relay) => Some(Arc::clone(&relay.counts)),
        }
    }

    /// Says that there is new work. Never waits, never fails.
    pub fn nudge(&self, topic: Topic) {
        match self {
            Self::InProcess(bells) => bells.ring(topic),
            Self::Redis(relay) => relay.ring(topic),
        }
    }

    /// Listens for [`Cache::nudge`] from now on.
    #[must_use]
    pub fn subscribe(&self, topic: Topic) -> Nudges {
        match self {
            Self::InProcess(bells) => bells.listen(topic),
            Self::Redis(relay) => relay.bells.listen(topic),
        }
    }
}

/// One bell per topic within this process.
#[derive(Debug, Default)]
pub struct Bells([watch::Sender<()>; Topic::ALL.len()]);

impl Bells {
    fn ring(&self, topic: Topic) {
        self.0[topic as usize].send_replace(());
    }

    fn ring_all(&self) {
        Topic::ALL.into_iter().for_each(|topic| self.ring(topic));
    }

    fn listen(&self, topic: Topic) -> Nudges {
        Nudges(self.0[topic as usize].subscribe())
    }
}

/// A subscription. Several nudges between two waits are one.
#[derive(Debug)]
pub struct Nudges(watch::Receiver<()>);

impl Nudges {
    /// Waits for a nudge; returns at once if there was one since the last wait.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // The cache is gone: nobody will nudge any more, and the poll of whoever waits goes on.
            future::pending::<()>().await;
        }
    }
}
