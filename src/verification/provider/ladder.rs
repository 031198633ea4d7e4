//! The ladder of providers under one deadline.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{About, Answer, Order, Outcome, Provider, breaker::Breaker};
use crate::{
    clock,
    policy::{self, Policy},
};

/// What the whole ladder may take; each rung gets what is left of it.
const DEADLINE: Duration = Duration::from_secs(10);

/// The configured providers, in their order.
#[derive(Debug)]
pub struct Dialler {
    rungs: Vec<Rung>,
    deadline: Duration,
    /// How long the last real call took to be placed: withheld ones take as long.
    took: Mutex<Duration>,
}

#[derive(Debug)]
struct Rung {
    provider: Provider,
    breaker: Mutex<Breaker>,
}

/// What the ladder came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    /// The rung whose answer it is; none if no provider could be asked.
    pub provider: Option<&'static str>,
    /// Its answer.
    pub answer: Answer,
}

impl Dialler {
    /// A ladder of these providers, the first of them first.
    #[must_use]
    pub fn new(providers: Vec<Provider>) -> Self {
        let rung = |provider| Rung { provider, breaker: Mutex::new(Breaker::new(Policy::DEFAULT.breaker)) };
        Self { rungs: providers.into_iter().map(rung).collect(), deadline: DEADLINE, took: Mutex::default() }
    }

    /// The same ladder, whose providers rest by other rules.
    #[must_use]
    pub fn resting(mut self, rules: policy::Breaker) -> Self {
        for rung in &mut self.rungs {
            rung.breaker = Mutex::new(Breaker::new(rules));
        }
        self
    }

    /// The same ladder with another deadline.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// The names of the providers, in the configured order.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.rungs.iter().map(|rung| rung.provider.name()).collect()
    }

    /// Places a call by the first provider that takes it, in the given order of names.
    ///
    /// A call that may have been placed ends the climb, and so does a number that no provider will ring.
    pub async fn dial(&self, order: Order<'_>, names: &[&str]) -> Dialled {
        let began = clock::tick();
        let mut last = Dialled { provider: None, answer: Answer::Refused(About::Unknown) };
        for rung in names.iter().filter_map(|name| self.rung(name)) {
            if !rung.lock().admits(clock::tick()) {
                continue;
            }
            last = rung.ask(order, began + self.deadline).await;
            let goes_on = matches!(&last.answer, Answer::Refused(about) if *about != About::Number);
            if !goes_on {
                break;
            }
        }
        *self.took.lock().unwrap_or_else(PoisonError::into_inner) = clock::tick() - began;
        last
    }

    /// Whether a named provider rings with our code.
    #[must_use]
    pub fn takes_our_code(&self, name: &str) -> bool {
        self.rung(name).is_some_and(|rung| rung.provider.takes_our_code())
    }

    /// What became of a call that a provider took.
    pub async fn outcome(&self, provider: &str, reference: &str) -> Outcome {
        match self.rung(provider) {
            Some(rung) => {
                let asked = tokio::time::timeout(self.deadline, rung.provider.outcome(reference));
                asked.await.unwrap_or(Outcome::Unknown)
            }
            None => Outcome::Unknown,
        }
    }

    /// Lets as much time pass as the last real call took, so that a withheld one cannot be told from it.
    pub async fn pretend(&self) {
        let took = *self.took.lock().unwrap_or_else(PoisonError::into_inner);
        tokio::time::sleep(took).await;
    }

    fn rung(&self, name: &str) -> Option<&Rung> {
        self.rungs.iter().find(|rung| rung.provider.name() == name)
    }
}

impl Rung {
    async fn ask(&self, order: Order<'_>, until: Instant) -> Dialled {
        let name = self.provider.name();
        let started = tokio::time::timeout_at(until.into(), self.provider.start(order)).await;
        let answer = started.unwrap_or(Answer::Unanswered);
        self.learn(&answer, clock::tick());
        metrics::counter!("autodial_calls_total", "provider" => name, "result" => word(&answer)).increment(1);
        Dialled { provider: Some(name), answer }
    }

    fn learn(&self, answer: &Answer, now: Instant) {
        let mut breaker = self.lock();
        match answer {
            Answer::Unanswered => breaker.missed(now),
            Answer::Refused(About::Us) => {
                tracing::error!(provider = self.provider.name(), "the autodial provider refuses our account");
                breaker.open(now);
            }
            Answer::Started(_) | Answer::Refused(_) => breaker.answered(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer's word in metrics.
const fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Started(_) => "started",
        Answer::Unanswered => "unanswered",
        Answer::Refused(About::Us) => "refused_us",
        Answer::Refused(About::Number) => "refused_number",
        Answer::Refused(About::Unknown) => "refused_unknown",
    }
}
