//! What may happen to a conversation.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::action::Reply;
use crate::{
    locale::Tone,
    message::{Args, Value},
};

/// One thing that happened to a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// `/start`, VK's «Начать», a deep link: `payload` is what the link carried.
    Start {
        /// At most 512 characters, as the platform gave it.
        payload: Option<String>,
    },
    /// Free text, a command word among it.
    Text(String),
    /// A button of ours.
    Button {
        /// The token that we gave the button.
        token: String,
    },
    /// A shared contact.
    Contact {
        /// As the platform gave it: any shape.
        phone: String,
        /// How the sender's phone calls them; may be empty.
        name: String,
        /// Whether the platform says that it is the sender's own.
        own: bool,
    },
    /// A photo or a file; the file itself stays with the platform.
    Attachment {
        /// `photo` or `file`.
        kind: String,
    },
    /// Something that the engine has no use for (sticker, voice, location …).
    Unsupported {
        /// The platform's word for it.
        kind: String,
    },
    /// A timer that [`super::Effect::Arm`] asked for came due.
    Timer {
        /// The run it was armed for.
        run: String,
        /// The wait it was armed for; another wait makes it stale.
        wait: u32,
        /// Which one.
        alarm: Alarm,
    },
    /// Something that happened elsewhere, and that a run may wait for.
    Signal {
        /// Its name.
        signal: String,
        /// What it is about, where several may be waited for at once.
        about: Option<String>,
        /// What it brings.
        values: Args,
    },
    /// Begin a flow, from outside (a reminder, a broadcast's button, a demo).
    Begin {
        /// The flow's name.
        flow: String,
        /// Its arguments.
        args: Args,
    },
    /// The answer to a [`super::Effect::Call`].
    Returned {
        /// The run that called.
        run: String,
        /// The call's number within its run.
        seq: u32,
        /// What came of it.
        reply: Reply,
    },
}

/// Which timer of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    /// The n-th nudge, from 1.
    Remind(u16),
    /// The question is given up.
    Timeout,
    /// A `wait` step is over, its signal did not come.
    Over,
    /// The whole run is given up.
    Expire,
}

/// What a step needs to know about the one it talks to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// `ru` or `en`.
    pub lang: String,
    /// «вы» instead of «ты», plain words.
    pub tone: Tone,
}

/// How people are called whose names a question offers, so that a typed name is recognised. Held in memory for one step;
/// `Debug` hides it.
#[derive(Clone, Default)]
pub struct Names(Vec<(Value, String)>);

impl Names {
    /// What an argument of a label reads: a name that is known here in words, anything else as it is.
    pub(super) fn read(&self, value: &Value) -> Value {
        let known = self.0.iter().find(|(label, _)| label == value);
        known.map_or_else(|| value.clone(), |(_, name)| Value::from(name.as_str()))
    }
}

impl FromIterator<(Value, String)> for Names {
    fn from_iter<T: IntoIterator<Item = (Value, String)>>(names: T) -> Self {
        Self(names.into_iter().collect())
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names(…)")
    }
}

/// Everything from outside that a step may depend on.
#[derive(Clone, Debug)]
pub struct Env<'e> {
    /// The civil moment.
    pub now: DateTime<Utc>,
    /// Chance for this step: makes the ids of new runs.
    pub seed: u64,
    /// The one it talks to.
    pub about: &'e About,
    /// The names among what [`super::State::offers`].
    pub names: &'e Names,
}
