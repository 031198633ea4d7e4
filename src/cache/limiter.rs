//! How much may come in of one sender: one event a period, some at once after a silence (GCRA).
//!
//! governor counts in this process; with Redis all replicas share one count by the same arithmetic. This process judges
//! first: its count is never ahead of the shared one, so what it refuses is refused by all, and a flood costs Redis
//! nothing. Where Redis gives no answer, this process's word stands: a lost Redis refuses nobody.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use governor::{
    RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{
        StateStore,
        keyed::{HashMapStateStore, ShrinkableKeyedStateStore},
    },
};

use super::{Cache, counts::Counts};

/// From so many senders on, those that have been silent for long enough are forgotten.
const MANY: usize = 4096;

/// One event a `period`, `burst` of them at once after a silence of `period × burst`.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// Whole microseconds.
    pub period: Duration,
    /// Events.
    pub burst: NonZeroU32,
}

impl Quota {
    /// So many events a minute, all at once if somebody likes.
    #[must_use]
    pub fn per_minute(events: NonZeroU32) -> Self {
        Self { period: Duration::from_micros(60_000_000 / u64::from(events.get())), burst: events }
    }

    /// How far the count may be ahead of the clock: a period for each event of a burst but the first.
    pub(super) fn tolerance(&self) -> Duration {
        self.period * (self.burst.get() - 1)
    }
}

/// Operational time, as limits see it.
#[derive(Clone, Debug)]
pub enum Watch {
    /// It runs: here since this moment, between replicas by Redis's own clock.
    Running(Instant),
    /// It stands at these nanoseconds until a test moves it on.
    Held(Arc<AtomicU64>),
}

impl Watch {
    /// Stands until it is moved.
    #[must_use]
    pub fn held() -> Self {
        Self::Held(Arc::default())
    }

    /// Moves a held watch on; a running one needs nobody.
    pub fn advance(&self, by: Duration) {
        if let Self::Held(nanos) = self {
            nanos.fetch_add(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// Where a held watch stands.
    pub(super) fn stands_at(&self) -> Option<Duration> {
        match self {
            Self::Running(_) => None,
            Self::Held(nanos) => Some(Duration::from_nanos(nanos.load(Ordering::Relaxed))),
        }
    }
}

impl Clock for Watch {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        match self {
            Self::Running(since) => since.elapsed().into(),
            Self::Held(nanos) => nanos.load(Ordering::Relaxed).into(),
        }
    }
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is within the limit, and counted.
    Passes,
    /// It is beyond the limit, and not counted; there is room again after this.
    Wait(Duration),
}

/// One limit over many senders. Clones share the count.
#[derive(Clone)]
pub struct Limiter(Arc<Inside>);

struct Inside {
    /// Sets its keys apart from those of other limits.
    name: &'static str,
    quota: Quota,
    watch: Watch,
    here: RateLimiter<String, Kept, Watch, NoOpMiddleware<Nanos>>,
    kept: Kept,
    shared: Option<Arc<Counts>>,
    /// When the count of this process is looked through next: at so many senders.
    clean_at: AtomicUsize,
}

impl Limiter {
    /// A limit that is shared by whoever has the same `name` on the same cache.
    #[must_use]
    pub fn new(name: &'static str, quota: Quota, cache: &Cache, watch: Watch) -> Self {
        let kept = Kept::default();
        let rate = governor::Quota::with_period(quota.period).unwrap_or(governor::Quota::per_second(NonZeroU32::MIN));
        let here = RateLimiter::new(rate.allow_burst(quota.burst), kept.clone(), watch.clone());
        let clean_at = AtomicUsize::new(MANY);
        Self(Arc::new(Inside { name, quota, watch, here, kept, shared: cache.counts(), clean_at }))
    }

    /// Counts one event of each sender, and says of each whether it is within the limit. One question to Redis at most.
    pub async fn take(&self, senders: &[String]) -> Vec<Verdict> {
        let mut verdicts: Vec<_> = senders.iter().map(|sender| self.0.take_here(sender)).collect();
        let Some(shared) = &self.0.shared else { return verdicts };
        let passed: Vec<usize> = (0..verdicts.len()).filter(|at| verdicts[*at] == Verdict::Passes).collect();
        let keys: Vec<_> = passed.iter().map(|at| self.0.key(&senders[*at])).collect();
        let Some(waits) = shared.take(&keys, self.0.quota, self.0.watch.stands_at()).await else { return verdicts };
        for (at, wait) in passed.into_iter().zip(waits) {
            if !wait.is_zero() {
                self.0.give_back_here(&senders[at]);
                verdicts[at] = Verdict::Wait(wait);
            }
        }
        verdicts
    }

    /// Counts one event of one sender.
    pub async fn take_one(&self, sender: String) -> Verdict {
        self.take(&[sender]).await.pop().unwrap_or(Verdict::Passes)
    }

    /// Events that passed and then came to nothing are not held against their senders.
    pub async fn give_back(&self, senders: &[String]) {
        senders.iter().for_each(|sender| self.0.give_back_here(sender));
        if let Some(shared) = &self.0.shared {
            let keys: Vec<_> = senders.iter().map(|sender| self.0.key(sender)).collect();
            shared.give_back(&keys, self.0.quota).await;
        }
    }
}

impl Inside {
    fn key(&self, sender: &str) -> String {
        format!("{}:{sender}", self.name)
    }

    fn take_here(&self, sender: &String) -> Verdict {
        if self.kept.len() >= self.clean_at.load(Ordering::Relaxed) {
            self.here.retain_recent();
            // Twice as many as are left: looking through all of them costs each of them little.
            self.clean_at.store((self.kept.len() * 2).max(MANY), Ordering::Relaxed);
        }
        match self.here.check_key(sender) {
            Ok(()) => Verdict::Passes,
            Err(until) => Verdict::Wait(until.wait_time_from(self.watch.now())),
        }
    }

    fn give_back_here(&self, sender: &String) {
        let period = Nanos::from(self.quota.period);
        let back = |free: Option<Nanos>| free.map(|free| ((), free.saturating_sub(period))).ok_or(());
        // Nothing was counted: there is nothing to give back.
        self.kept.measure_and_replace(sender, back).ok();
    }
}

/// governor's own store, within our reach too.
#[derive(Clone, Default)]
struct Kept(Arc<HashMapStateStore<String>>);

impl StateStore for Kept {
    type Key = String;

    fn measure_and_replace<T, F, E>(&self, key: &String, change: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0.measure_and_replace(key, change)
    }
}

impl ShrinkableKeyedStateStore<String> for Kept {
    fn retain_recent(&self, drop_below: Nanos) {
        self.0.retain_recent(drop_below);
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
