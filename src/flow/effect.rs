//! What a step wants done. Effects are data; the turn carries them out in its transaction.

use chrono::{DateTime, Utc};

use super::{Action, input::Alarm};
use crate::message::{Args, Said, Value, Words};

/// One thing that a step wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Say something.
    Send {
        /// Number of the message within the conversation; grows.
        seq: u32,
        /// What.
        said: Said,
    },
    /// The message whose button this input was says something else now. Where it can't be changed, it is said anew.
    Edit {
        /// Number of the message, if it is said anew.
        seq: u32,
        /// What.
        said: Said,
    },
    /// A short answer to the button press that this input was. Without one the press is answered silently.
    Toast(Words),
    /// Ask an action; its answer comes back as [`super::Input::Returned`].
    Call {
        /// The run that calls.
        run: String,
        /// Number of the call within its run; grows.
        seq: u32,
        /// Which action.
        action: Action,
        /// Its arguments, checked against the action's [`super::action::Signature`].
        args: Args,
    },
    /// Wake this run up later.
    Arm {
        /// The run.
        run: String,
        /// The wait that it belongs to.
        wait: u32,
        /// Which timer.
        alarm: Alarm,
        /// When, in civil time.
        at: DateTime<Utc>,
        /// `true`: the turn may move it out of quiet hours (nudges of an hour and more).
        gentle: bool,
    },
    /// A signal of this name is waited for from now on: one that came before may come again.
    Listen {
        /// Its name.
        signal: String,
    },
    /// Forget the timers of this run, of the given wait or (`None`) of all.
    Disarm {
        /// The run.
        run: String,
        /// The wait that was left.
        wait: Option<u32>,
    },
    /// An answer to a form's question that was given, or taken back, for the programme to keep. It may be personal.
    Answer {
        /// The run that asked.
        run: String,
        /// The flow.
        flow: String,
        /// The question.
        question: String,
        /// What was answered; none: it does not apply any more.
        value: Option<Value>,
    },
    /// A form was sent: the answers that this run gave in this flow count.
    Complete {
        /// The run that asked.
        run: String,
        /// The flow.
        flow: String,
    },
    /// A run came to its end.
    End {
        /// The flow.
        flow: String,
        /// Its declared outcome.
        outcome: String,
    },
}
