//! The two times.
//!
//! *Civil time* ([`Clock`]) is what people see: dates, deadlines, expiry, quiet hours. In `dev` it may be advanced; its
//! offset is a row in Postgres that every process reads. *Operational time* ([`tick`], or the database's
//! `clock_timestamp()`) drives leases, pacing and deadlines of requests, and never jumps.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

/// From nine in the morning until nine in the evening, local time, we may speak up by ourselves; at other hours only in answer
/// to somebody's own act.
pub const WAKING: (NaiveTime, NaiveTime) =
    (NaiveTime::from_hms_opt(9, 0, 0).unwrap(), NaiveTime::from_hms_opt(21, 0, 0).unwrap());

/// Civil time. Cheap to clone; clones share the offset.
#[derive(Clone, Debug)]
pub struct Clock {
    /// `None`: follow the system. `Some`: stand still at this moment plus the offset.
    frozen_at: Option<DateTime<Utc>>,
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The system's clock, with no offset yet.
    #[must_use]
    pub fn system() -> Self {
        Self { frozen_at: None, offset_ms: Arc::default() }
    }

    /// A clock that moves only by [`Clock::advance`]: for tests.
    #[must_use]
    pub fn frozen(at: DateTime<Utc>) -> Self {
        Self { frozen_at: Some(at), offset_ms: Arc::default() }
    }

    /// The civil moment.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> DateTime<Utc> {
        self.frozen_at.unwrap_or_else(Utc::now) + self.offset()
    }

    /// How far civil time is ahead of its base.
    #[must_use]
    pub fn offset(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Takes over the offset that stands in the database.
    pub fn set_offset(&self, offset: TimeDelta) {
        self.offset_ms.store(offset.num_milliseconds(), Ordering::Relaxed);
    }

    /// Moves civil time on.
    pub fn advance(&self, by: TimeDelta) {
        self.offset_ms.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}

/// The operational moment of this process: monotonic, never advanced by anybody.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
pub fn tick() -> Instant {
    Instant::now()
}
