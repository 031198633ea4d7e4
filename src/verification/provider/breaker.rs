//! Rests a provider that does not answer, or that will not serve our account.
//!
//! Operational, so in memory: a restart only means that a failing provider is tried once more.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// How many of the latest answers are looked at.
const LAST: usize = 20;
/// More missing answers among them than this (30 %) open the breaker.
const MISSING: usize = LAST * 3 / 10;
/// How long it stays open; after that one call tries.
const REST: Duration = Duration::from_secs(60);

/// The breaker of one provider.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    /// `true`: answered.
    answers: VecDeque<bool>,
    open_until: Option<Instant>,
}

impl Breaker {
    /// Whether a call may go through. When the rest is over the first one asked is the trial, and the others go on waiting.
    pub fn admits(&mut self, now: Instant) -> bool {
        match self.open_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                self.open_until = Some(now + REST);
                true
            }
        }
    }

    /// An answer came: the provider works.
    pub fn answered(&mut self) {
        if self.open_until.take().is_some() {
            self.answers.clear();
        }
        self.note(true);
    }

    /// No answer came.
    pub fn missed(&mut self, now: Instant) {
        self.note(false);
        if self.open_until.is_some() || self.answers.iter().filter(|answered| !**answered).count() > MISSING {
            self.open(now);
        }
    }

    /// Our account is refused.
    pub fn open(&mut self, now: Instant) {
        self.open_until = Some(now + REST);
    }

    fn note(&mut self, answered: bool) {
        self.answers.push_back(answered);
        if self.answers.len() > LAST {
            self.answers.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn opens_beyond_thirty_percent_of_the_last_twenty() {
        let (mut breaker, now) = (Breaker::default(), clock::tick());
        for _ in 0..6 {
            breaker.missed(now);
            breaker.answered();
            assert!(breaker.admits(now));
        }
        breaker.missed(now);
        assert!(!breaker.admits(now));
    }

    #[test]
    fn after_the_rest_exactly_one_call_tries() {
        let (mut breaker, now) = (Breaker::default(), clock::tick());
        breaker.open(now);
        assert!(!breaker.admits(now + REST - Duration::from_millis(1)));
        assert!(breaker.admits(now + REST));
        assert!(!breaker.admits(now + REST));
        breaker.missed(now + REST);
        assert!(!breaker.admits(now + REST * 2 - Duration::from_millis(1)));
        assert!(breaker.admits(now + REST * 2));
        breaker.answered();
        assert!(breaker.admits(now + REST * 2) && breaker.admits(now + REST * 2));
    }

    #[test]
    fn old_answers_are_forgotten() {
        let (mut breaker, now) = (Breaker::default(), clock::tick());
        for _ in 0..6 {
            breaker.missed(now);
        }
        for _ in 0..LAST {
            breaker.answered();
        }
        breaker.missed(now);
        assert!(breaker.admits(now));
    }
}
