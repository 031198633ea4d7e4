//! Identifiers and chance.
//!
//! Ids are UUID v7 so that rows of one moment lie together in an index. Nothing in the program asks the
//! operating system for randomness on its own: a [`Dice`] is handed in, and a test hands in a seeded one.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A human being, or the provisional stand-in of an account that nobody has signed in with yet.
    PersonId,
    /// One messenger account; it may hold several people.
    AccountId,
    /// A node of the territory tree.
    TerritoryId,
    /// A school, known to the programme by ИНН and КПП.
    SchoolId,
    /// A class of one school in one school year.
    ClassId,
    /// A group of pupils that cuts across the classes of a school.
    GroupId,
    /// One verification of one phone by one person.
    VerificationId,
    /// One call under a verification.
    ChallengeId,
    /// One one-time code that signs somebody in.
    CodeId,
    /// One event with seats.
    EventId,
    /// One broadcast.
    BroadcastId,
    /// One scan of a signed paper.
    DocumentId,
    /// One request to first-line support.
    RequestId,
}

/// The name of a lane: `telegram:<bot id>` or `vk:<group id>`. One bot or community has exactly one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct LaneId(pub String);

impl std::fmt::Display for LaneId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The one source of chance. Shared by reference; seeded in tests, so that a run repeats itself.
#[derive(Debug)]
pub struct Dice(Mutex<StdRng>);

impl Dice {
    /// Dice seeded by the operating system: for everything but tests.
    #[must_use]
    pub fn fair() -> Self {
        Self(Mutex::new(rand::make_rng()))
    }

    /// Dice that always fall the same way.
    #[must_use]
    pub fn loaded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// A UUID v7 of the given moment.
    #[must_use]
    pub fn uuid(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.lock().fill_bytes(&mut bytes);
        bytes
    }

    /// A number in `0..bound`; `bound` must not be zero.
    #[must_use]
    pub fn below(&self, bound: u64) -> u64 {
        self.lock().random_range(0..bound.max(1))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, StdRng> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
