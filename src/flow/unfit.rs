//! What logic of older versions counts on and does not find any more: actions take, give or come to something else, texts want
//! what their steps do not have.
//!
//! What actions are is written in this program alone, so nothing is compared with how they were: an older version is judged by the
//! actions and texts of today, as `flows check` judges a flow.

use std::sync::Arc;

use super::{Program, State, check, model::Flow};
use crate::fault::{Fault, Lang};

/// Something that an older version counts on in vain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unfit {
    /// Its flow.
    pub flow: String,
    /// What does not fit, in words.
    pub why: String,
}

impl Unfit {
    fn all(flow: &str, faults: &[Fault]) -> Vec<Self> {
        let errors = faults.iter().filter(|fault| fault.is_error());
        errors.map(|fault| Self { flow: flow.to_owned(), why: fault.what(Lang::En) }).collect()
    }
}

impl Program {
    /// The versions of older logic that runs of a conversation would go on with, those that are not known among them.
    #[must_use]
    pub fn older(&self, state: &State) -> Vec<String> {
        let mut older: Vec<_> =
            self.going_on(state).filter(|frame| !self.is_current(frame)).map(|frame| frame.hash.clone()).collect();
        older.sort_unstable();
        older.dedup();
        older
    }

    /// Teaches a stored version of a flow, and says what does not fit it any more; where that is why it is not understood, runs
    /// with it are begun afresh.
    pub fn learn_and_judge(&mut self, flow: &str, hash: &str, source: &str) -> Vec<Unfit> {
        match self.learn(hash, source) {
            Err(faults) => Unfit::all(flow, &faults),
            Ok(()) => self.flow(hash).map_or_else(Vec::new, |flow| self.unfit(flow)),
        }
    }

    fn unfit(&self, flow: &Flow) -> Vec<Unfit> {
        let subs: Vec<Arc<Flow>> = flow.subs.values().filter_map(|hash| self.version(hash).cloned()).collect();
        Unfit::all(&flow.name, &check::values(flow, &subs, self.locales()))
    }
}
