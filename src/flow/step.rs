//! One step of a conversation.

use super::{Effect, Env, Input, Program, State};

/// What a step comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The conversation after it.
    pub state: State,
    /// What is to be done, in order.
    pub effects: Vec<Effect>,
    /// What happened inside, for a log or a drawing: no words, no answers.
    pub trace: Vec<Trace>,
}

/// One thing that happened inside a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// A step of a flow was entered.
    Entered {
        /// The flow.
        flow: String,
        /// The step.
        step: String,
    },
    /// The input had no effect, and why.
    Ignored(&'static str),
    /// The conversation could not go on and was begun afresh, and why.
    Restarted(&'static str),
}

/// Moves a conversation on by one input. Total: never panics, always returns.
#[must_use]
pub fn step(program: &Program, state: State, input: Input, env: &Env<'_>) -> Turn {
    let _ = (program, input, env);
    Turn { state, effects: Vec::new(), trace: Vec::new() }
}
