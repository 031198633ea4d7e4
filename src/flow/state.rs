//! Where a conversation stands. Stored as sealed JSON; an unreadable or foreign one is answered with a fresh start.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Action;
use crate::message::{Args, Value};

/// A conversation: a stack of runs, the newest last. The default is idle.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Number of the next message; grows for as long as the conversation exists.
    pub(crate) seq: u32,
    /// The last message put up a reply keyboard that nothing has taken down yet.
    pub(crate) keyboard_up: bool,
    /// Runs that sleep (`wait`) lie at the bottom, the one that has the floor on top.
    pub(crate) runs: Vec<Run>,
    /// What was stored is not understood: the next step begins afresh and says so.
    #[serde(skip)]
    pub(crate) foreign: bool,
}

/// One flow begun from outside or by a command, with the subflows that it is in. It may move to another person's
/// conversation as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Twelve characters, unlike any other run's; part of every button's token.
    pub(crate) id: String,
    /// Grows with every question, sleep and outside call: what an old button or timer names is recognised as old.
    pub(crate) wait: u32,
    /// Number of the run's next call.
    #[serde(default)]
    pub(crate) calls: u32,
    /// What it waits for.
    pub(crate) waits: Waits,
    /// Wrong answers to the current question.
    #[serde(default)]
    pub(crate) tries: u16,
    /// The ways out stand under the current question.
    #[serde(default)]
    pub(crate) stuck: bool,
    /// What has been marked of several options so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) picked: Vec<String>,
    /// The person began it by a command: where nothing else is open when it ends, home follows.
    #[serde(default)]
    pub(crate) by_command: bool,
    /// The flow it was begun with first, a subflow's caller before the subflow.
    pub(crate) frames: Vec<Frame>,
}

/// What a run waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Waits {
    /// Nothing: it is being stepped.
    Nothing,
    /// An answer.
    Answer,
    /// The reply to a call.
    Reply {
        /// The call's number.
        seq: u32,
        /// What was called.
        action: Action,
    },
    /// A timer or a signal.
    Sleep,
}

/// A flow at one of its steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    /// The flow's name.
    pub flow: String,
    /// The hash of its logic: the version that the frame is pinned to.
    pub hash: String,
    /// The step's name.
    pub step: String,
    /// Arguments, answers and set values by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: Args,
    /// What calls gave, by the name of `save`, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saved: Vec<(String, BTreeMap<String, Value>)>,
    /// How far the form has come that its step is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filling: Option<Filling>,
}

/// How far a form has come. Its answers are values of the frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Filling {
    /// What is being asked.
    pub at: Spot,
    /// Questions that were left out, by their ids.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub skipped: BTreeSet<String>,
}

/// A place in a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Spot {
    /// At this question.
    Question(String),
    /// Whether this is right.
    Confirm {
        /// The question.
        id: String,
        /// The answer that does not count yet.
        value: Value,
    },
    /// Whether all of it is right.
    Review,
}

impl State {
    /// Reads a stored conversation. One that is not understood (any more) comes out as one that the next step begins afresh.
    #[must_use]
    pub fn read(stored: &[u8]) -> Self {
        serde_json::from_slice(stored).unwrap_or_else(|_| Self {
            seq: lost_seq(stored),
            foreign: true,
            ..Self::default()
        })
    }

    /// What was stored is not understood: the next step begins afresh and says so.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.foreign
    }

    /// A conversation as it is stored.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Takes the newest run off: it moves to another person's conversation.
    pub fn part(&mut self) -> Option<Run> {
        self.runs.pop()
    }

    /// Puts a run on top. When it ends, the question below is asked again. The menu of the flow `start` never ends, so it is
    /// neither put over a question nor left lying under another menu: of two the one that comes knows more.
    pub fn join(&mut self, mut run: Run, start: &str) {
        let begins = |run: &Run| run.frames.first().is_some_and(|frame| frame.flow == start);
        if begins(&run) {
            self.runs.retain(|below| below.frames.len() > 1 || !begins(below));
            let asked = self.runs.iter().any(|below| below.waits == Waits::Answer);
            if asked && run.frames.len() > 1 {
                run.frames.remove(0);
            }
        }
        self.runs.push(run);
    }

    /// Nothing is going on, not even a sleep.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.runs.is_empty()
    }

    /// The names of people that the question with the floor may offer to choose from: [`super::Env::names`] says how they read.
    pub fn offers(&self) -> impl Iterator<Item = &Value> {
        let asked = self.runs.last().filter(|run| run.waits == Waits::Answer);
        let frame = asked.and_then(|run| run.frames.last()).into_iter();
        let values = frame
            .flat_map(|frame| frame.saved.iter().flat_map(|(_, given)| given.values()).chain(frame.values.values()));
        let options = values.filter_map(|value| if let Value::List(options) = value { Some(options) } else { None });
        let labels =
            options.flatten().filter_map(|option| if let Value::Record(of) = option { of.get("label") } else { None });
        labels.filter(|label| matches!(label, Value::FirstName(_) | Value::ShortName(_)))
    }

    /// The hashes of the flow versions that this conversation is pinned to.
    #[must_use]
    pub fn needs(&self) -> Vec<String> {
        let mut hashes: Vec<_> = self.runs.iter().flat_map(|run| &run.frames).map(|frame| frame.hash.clone()).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }
}

/// Even of a foreign state the message number should go on growing.
fn lost_seq(stored: &[u8]) -> u32 {
    let json: Option<serde_json::Value> = serde_json::from_slice(stored).ok();
    json.and_then(|json| u32::try_from(json.get("seq")?.as_u64()?).ok()).unwrap_or_default()
}

impl Run {
    /// A run that is about to be stepped for the first time.
    pub(crate) fn new(id: String, frame: Frame) -> Self {
        Self {
            id,
            wait: 0,
            calls: 0,
            waits: Waits::Nothing,
            tries: 0,
            stuck: false,
            picked: Vec::new(),
            by_command: false,
            frames: vec![frame],
        }
    }

    /// The run's id, as effects and timers name it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}
