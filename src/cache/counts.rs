//! Counts that replicas share, in Redis. What is not answered in time is not answered: the caller has a count of its own.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use redis::{
    Client, Pipeline, RedisError,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::{
    limiter::Quota,
    redis::{Outage, RETRY},
};
use crate::clock;

const TAKE: &str = include_str!("gcra.lua");
const GIVE_BACK: &str = include_str!("give_back.lua");

/// The way to the shared counts.
pub struct Counts {
    connection: ConnectionManager,
    prefix: String,
    state: Mutex<State>,
}

struct State {
    outage: Outage,
    /// Until when a lost Redis is not asked.
    silent: Option<Instant>,
}

impl std::fmt::Debug for Counts {
    /// Without the connection: its address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counts").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Counts {
    /// Connects when it is first asked, and waits so long for an answer at most.
    pub fn new(client: &Client, prefix: &str, patience: Duration) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new().set_number_of_retries(0);
        let config = config.set_response_timeout(Some(patience)).set_connection_timeout(Some(patience));
        let outage = Outage::new("each replica counts for itself what comes in");
        Ok(Self {
            connection: client.get_connection_manager_lazy(config)?,
            prefix: format!("{prefix}limit:"),
            state: Mutex::new(State { outage, silent: None }),
        })
    }

    /// Takes a slot of each key: how long each has to wait, nothing where it passes. `None`: Redis gave no answer.
    pub async fn take(&self, keys: &[String], quota: Quota, now: Option<Duration>) -> Option<Vec<Duration>> {
        let now = now.map(|now| now.as_micros().to_string()).unwrap_or_default();
        let (period, tolerance) = (quota.period.as_micros().to_string(), quota.tolerance().as_micros().to_string());
        let waits = self.run(keys, TAKE, &[&period, &tolerance, &now]).await?;
        Some(waits.into_iter().map(Duration::from_micros).collect())
    }

    /// Gives a slot of each key back.
    pub async fn give_back(&self, keys: &[String], quota: Quota) {
        self.run(keys, GIVE_BACK, &[&quota.period.as_micros().to_string()]).await;
    }

    /// Runs a script over each key, all in one round trip.
    async fn run(&self, keys: &[String], script: &str, arguments: &[&str]) -> Option<Vec<u64>> {
        if keys.is_empty() {
            return Some(Vec::new());
        }
        if self.state().silent.is_some_and(|until| clock::tick() < until) {
            return None;
        }
        let mut all = Pipeline::new();
        for key in keys {
            all.cmd("EVAL").arg(script).arg(1).arg(format!("{}{key}", self.prefix)).arg(arguments);
        }
        let answer: Result<Vec<u64>, RedisError> = all.query_async(&mut self.connection.clone()).await;
        let mut state = self.state();
        state.outage.note(answer.as_ref().map(|_| ()));
        state.silent = answer.is_err().then(|| clock::tick() + RETRY);
        answer.ok()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
