//! What a batch writes down besides its conversations: collected turn by turn, written in few statements.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    cache::{Cache, Topic},
    ids::{AccountId, PersonId},
    store::{
        accounts,
        answers::{self, Answer},
        calls::{self, Call},
        deliveries::{self, NewDelivery},
        signals,
        timers::{self, Timer},
    },
};

/// Everything that waits to be written.
#[derive(Default)]
pub(super) struct Writes {
    /// For the outbox, in the order said.
    pub deliveries: Vec<NewDelivery>,
    /// Calls outside.
    pub calls: Vec<Call>,
    /// Calls whose answer was taken in.
    pub returned: Vec<(String, i32)>,
    /// Accounts that may be written to again, or not any more.
    pub reach: Vec<(AccountId, bool)>,
    /// Forms that were sent: person, run, flow.
    pub complete: Vec<(PersonId, String, String)>,
    /// Signals that were brought.
    pub brought: Vec<Uuid>,
    /// Signals that somebody waits for from now on.
    pub listens: Vec<(PersonId, String)>,
    parked: Vec<Uuid>,
    answers: Vec<Answer>,
    disarmed: Vec<(PersonId, String, Option<i32>)>,
    armed: Vec<Timer>,
}

impl Writes {
    /// Nobody waits for the signal that was brought last: it stays.
    pub fn unheard(&mut self) {
        self.parked.extend(self.brought.pop());
    }

    /// Sets a timer.
    pub fn arm(&mut self, timer: Timer) {
        self.armed.retain(|armed| armed.name != timer.name);
        self.armed.push(timer);
    }

    /// Forgets timers, those set in this batch among them.
    pub fn disarm(&mut self, person: PersonId, run: String, wait: Option<i32>) {
        let meant =
            |t: &Timer| t.name.person == person && t.name.run == run && wait.is_none_or(|wait| t.name.wait == wait);
        self.armed.retain(|timer| !meant(timer));
        self.disarmed.push((person, run, wait));
    }

    /// Keeps an answer; one of the same question before it in this batch is worth nothing any more.
    pub fn keep(&mut self, answer: Answer) {
        let same = |kept: &Answer| {
            (kept.person, &kept.run, &kept.flow, &kept.question)
                == (answer.person, &answer.run, &answer.flow, &answer.question)
        };
        self.answers.retain(|kept| !same(kept));
        self.answers.push(answer);
    }

    /// A run goes on in another person's conversation.
    pub fn rekey(&mut self, run: &str, from: PersonId, to: PersonId) {
        let armed = self.armed.iter_mut().map(|timer| (&mut timer.name.person, &timer.name.run));
        let disarmed = self.disarmed.iter_mut().map(|(person, its, _)| (person, &*its));
        let answers = self.answers.iter_mut().map(|answer| (&mut answer.person, &answer.run));
        let complete = self.complete.iter_mut().map(|(person, its, _)| (person, &*its));
        for (person, its) in armed.chain(disarmed).chain(answers).chain(complete) {
            if *person == from && its == run {
                *person = to;
            }
        }
    }

    /// A person's conversation is cleared.
    pub fn clear(&mut self, person: PersonId) {
        self.armed.retain(|timer| timer.name.person != person);
    }

    /// Writes it all.
    pub async fn flush(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        if !self.disarmed.is_empty() {
            timers::disarm(&mut *db, &self.disarmed).await?;
        }
        if !self.armed.is_empty() {
            timers::arm(&mut *db, &self.armed).await?;
        }
        if !self.answers.is_empty() {
            answers::keep(&mut *db, &self.answers).await?;
        }
        if !self.complete.is_empty() {
            answers::complete(&mut *db, &self.complete).await?;
        }
        if !self.returned.is_empty() {
            calls::remove(&mut *db, &self.returned).await?;
        }
        if !self.brought.is_empty() {
            signals::remove(&mut *db, &self.brought).await?;
        }
        if !self.parked.is_empty() {
            signals::park(&mut *db, &self.parked).await?;
        }
        if !self.listens.is_empty() {
            signals::recall(&mut *db, &self.listens).await?;
        }
        if !self.calls.is_empty() {
            calls::put(&mut *db, &self.calls).await?;
        }
        for reachable in [true, false] {
            let ids: Vec<_> = self.reach.iter().filter(|reach| reach.1 == reachable).map(|reach| reach.0).collect();
            if !ids.is_empty() {
                accounts::set_reachable(&mut *db, &ids, reachable).await?;
            }
        }
        if !self.deliveries.is_empty() {
            deliveries::supersede(&mut *db, &self.deliveries).await?;
            deliveries::put(&mut *db, &self.deliveries).await?;
        }
        Ok(())
    }

    /// Wakes those who carry out what was written, once it is committed.
    pub fn nudge(&self, cache: &Cache) {
        for (result, many) in [("heard", self.brought.len()), ("parked", self.parked.len())] {
            metrics::counter!("signals_total", "result" => result).increment(many as u64);
        }
        // An action may have put messages into the outbox by itself: the lanes are always told.
        cache.nudge(Topic::Outbox);
        if !self.calls.is_empty() {
            cache.nudge(Topic::Calls);
        }
        if !self.armed.is_empty() || !self.listens.is_empty() {
            cache.nudge(Topic::Timers);
        }
    }
}
