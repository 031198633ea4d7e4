//! The timers of a conversation that is played.

use chrono::{DateTime, Utc};

use crate::flow::{Alarm, Effect, Input};

/// The timers that a conversation has armed.
#[derive(Clone, Debug, Default)]
pub(in crate::flow) struct Timers(Vec<Timer>);

/// A timer that is armed.
#[derive(Clone, Debug)]
pub(in crate::flow) struct Timer {
    pub run: String,
    pub wait: u32,
    pub alarm: Alarm,
    pub at: DateTime<Utc>,
}

impl Timer {
    /// What the conversation gets when it comes due.
    pub fn input(&self) -> Input {
        Input::Timer { run: self.run.clone(), wait: self.wait, alarm: self.alarm }
    }
}

impl Timers {
    /// Arms and disarms as an effect wants.
    pub fn take(&mut self, effect: &Effect) {
        match effect {
            Effect::Arm { run, wait, alarm, at, .. } => {
                self.0.push(Timer { run: run.clone(), wait: *wait, alarm: *alarm, at: *at });
            }
            Effect::Disarm { run, wait } => {
                self.0.retain(|timer| timer.run != *run || wait.is_some_and(|wait| timer.wait != wait));
            }
            _ => {}
        }
    }

    /// Takes out the timer that comes due first, if that is not after this moment.
    pub fn due(&mut self, until: DateTime<Utc>) -> Option<Timer> {
        let due = self.0.iter().enumerate().filter(|(_, timer)| timer.at <= until);
        let first = due.min_by_key(|(_, timer)| (timer.at, timer.alarm)).map(|(i, _)| i)?;
        Some(self.0.remove(first))
    }

    /// All that are armed.
    pub fn armed(&self) -> impl Iterator<Item = &Timer> {
        self.0.iter()
    }
}
