//! Papers: consents that a parent signs by hand. A sheet to be signed is printed for a pupil or a class; the teacher uploads what
//! comes back, one scan for each pupil; what is taken counts as a consent ([`crate::consents::paper_given`]).
//!
//! A scan is known by what is in it and not by its name, a picture is read and written anew, and everything is encrypted under a key
//! of its own before it is put away ([`cabinet`]).

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::calendar::{Season, Seasons};

pub mod cabinet;
pub mod checklist;
pub mod desk;
pub mod kind;
mod picture;
mod s3;
pub mod sheet;
pub mod template;
mod zipped;

pub use cabinet::{Bucket, Cabinet};
pub use desk::{Desk, erase};

/// Bytes of a file that the programme takes at most.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// Days before today on which a paper may have been signed: no season's paper is older than a year.
const SIGNED_WITHIN: u64 = 366;

/// A day of a season, as those see it who live in a zone.
#[derive(Clone, Copy, Debug)]
pub struct Today<'s> {
    /// The running season.
    pub season: &'s Season,
    /// The day.
    pub day: NaiveDate,
}

impl<'s> Today<'s> {
    /// The day that this moment lies in; `None`: it is in no season, and nothing is owed.
    #[must_use]
    pub fn at(seasons: &'s Seasons, now: DateTime<Utc>, zone: Tz) -> Option<Self> {
        let day = now.with_timezone(&zone).date_naive();
        Some(Self { season: seasons.on(day)?, day })
    }

    /// The first day on which a paper that is brought today may have been signed.
    #[must_use]
    pub fn earliest(&self) -> NaiveDate {
        self.day.checked_sub_days(Days::new(SIGNED_WITHIN)).unwrap_or(self.day)
    }

    /// Whether a paper may have been signed on that day.
    #[must_use]
    pub fn may_be_signed(&self, on: NaiveDate) -> bool {
        (self.earliest()..=self.day).contains(&on)
    }
}
