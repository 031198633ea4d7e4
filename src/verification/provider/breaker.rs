//! Rests a provider that does not answer, or that will not serve our account.
//!
//! Operational, so in memory: a restart only means that a failing provider is tried once more.

use std::{collections::VecDeque, time::Instant};

use crate::policy;

/// The breaker of one provider.
#[derive(Debug)]
pub(super) struct Breaker {
    rules: policy::Breaker,
    /// `true`: answered.
    answers: VecDeque<bool>,
    open_until: Option<Instant>,
}

impl Breaker {
    /// A closed one.
    pub const fn new(rules: policy::Breaker) -> Self {
        Self { rules, answers: VecDeque::new(), open_until: None }
    }

    /// Whether a call may go through. When the rest is over the first one asked is the trial, and the others go on waiting.
    pub fn admits(&mut self, now: Instant) -> bool {
        match self.open_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                self.open(now);
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
        let missing = self.answers.iter().filter(|answered| !**answered).count();
        if self.open_until.is_some() || missing * 100 > self.rules.last * self.rules.missing_percent {
            self.open(now);
        }
    }

    /// Our account is refused.
    pub fn open(&mut self, now: Instant) {
        self.open_until = Some(now + self.rules.rest.to_std().unwrap_or_default());
    }

    fn note(&mut self, answered: bool) {
        self.answers.push_back(answered);
        if self.answers.len() > self.rules.last {
            self.answers.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{clock, policy::Policy};

    const REST: Duration = Duration::from_secs(60);

    fn closed() -> Breaker {
        Breaker::new(Policy::DEFAULT.breaker)
    }

    #[test]
    fn opens_beyond_thirty_percent_of_the_last_twenty() {
        let (mut breaker, now) = (closed(), clock::tick());
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
        let (mut breaker, now) = (closed(), clock::tick());
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
    fn other_rules_hold_instead() {
        let rules = policy::Breaker { last: 4, missing_percent: 50, rest: chrono::TimeDelta::seconds(1) };
        let (mut breaker, now) = (Breaker::new(rules), clock::tick());
        breaker.missed(now);
        breaker.missed(now);
        assert!(breaker.admits(now));
        breaker.missed(now);
        assert!(!breaker.admits(now + Duration::from_millis(999)));
        assert!(breaker.admits(now + Duration::from_secs(1)));
    }

    #[test]
    fn old_answers_are_forgotten() {
        let (mut breaker, now) = (closed(), clock::tick());
        for _ in 0..6 {
            breaker.missed(now);
        }
        for _ in 0..20 {
            breaker.answered();
        }
        breaker.missed(now);
        assert!(breaker.admits(now));
    }
}
