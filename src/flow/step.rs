//! One step of a conversation. Total: whatever comes in, something sensible comes out.
//!
//! Order of handling: a valid button (its label typed counts as one), then a command (where the question has `interrupt: off`:
//! why not now), then the current question, then the home flow. What can't go on (an unknown version, an outcome that nobody handles, a circle) ends in `global-restarted` and
//! the home flow, never in silence.

use super::{Edge, Effect, Env, Input, Program, State, state::Waits};
use heard::Heard;
use work::{Stop, Work};

mod answer;
mod events;
mod fold;
mod form;
mod go;
mod heard;
mod pose;
mod say;
mod signal;
mod token;
mod took;
mod work;

pub(crate) use fold::fold;
pub(super) use form::{ask_at, fits};
pub use pose::{Posed, When};
pub(super) use say::look;
pub(super) use signal::listener;
pub(super) use token::option_of;
pub(super) use work::DEPTH;

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
    /// One of the ways on from a step was taken.
    Took {
        /// The flow.
        flow: String,
        /// The step, or the question of a form.
        step: String,
        /// The way.
        edge: Edge,
    },
    /// A run goes on with its flow's new logic.
    Moved {
        /// The flow that it began with.
        flow: String,
    },
    /// Too much was going on: a run was given up for the one that was begun.
    Dropped {
        /// The flow that it began with.
        flow: String,
    },
    /// A button was refused.
    Refused {
        /// We never offered it; otherwise its question may be over.
        forged: bool,
    },
    /// Nobody waits for this signal: it may come again later.
    Unheard {
        /// Its name.
        signal: String,
    },
    /// The input had no effect, and why.
    Ignored(&'static str),
    /// The conversation could not go on and was begun afresh, and why.
    Restarted(&'static str),
}

/// Moves a conversation on by one input. Total: never panics, always returns.
///
/// An answer to a call that is given at once (`read` and `write` actions) comes back as [`Input::Returned`] in a step of its own.
#[must_use]
pub fn step(program: &Program, state: State, input: Input, env: &Env<'_>) -> Turn {
    let mut work = Work::new(program, state, env);
    work.update();
    if let Err(Stop(why)) = work.sound().and_then(|()| take(&mut work, input)) {
        work.restart(why);
    }
    work.into_turn()
}

fn take(work: &mut Work<'_>, input: Input) -> Result<(), Stop> {
    match input {
        Input::Begin { flow, args } => work.begin_from_outside(&flow, args),
        Input::Timer { run, wait, alarm } => work.timer(&run, wait, alarm),
        Input::Returned { run, seq, reply } => work.returned(&run, seq, reply),
        Input::Signal { signal, about, values } => work.signal(&signal, about.as_deref(), values),
        Input::Start { payload } => start(work, payload.unwrap_or_default()),
        Input::Button { token } => work.pressed(&token),
        Input::Text(text) => said(work, text),
        Input::Contact { phone, name, own } => heard(work, Heard::Contact { phone, name, own }),
        Input::Attachment { kind } => heard(work, Heard::Attachment(kind)),
        Input::Unsupported { kind } => heard(work, Heard::Unsupported(kind)),
    }
}

fn start(work: &mut Work<'_>, payload: String) -> Result<(), Stop> {
    if work.asks_alone() {
        work.first_this();
        return Ok(());
    }
    // «Начать» is the first thing that anybody presses in the other messenger: what is half filled in goes on there.
    if payload.is_empty() && work.has_answers() {
        work.resume();
        return Ok(());
    }
    work.clear();
    work.home(payload)
}

fn said(work: &mut Work<'_>, text: String) -> Result<(), Stop> {
    if !work.asks_alone() && !work.shows(&text) {
        if let Some((name, rest)) = slash(&text) {
            if name == "start" {
                return start(work, rest);
            }
            if work.program.command(&name).is_some() {
                return work.command(&name, rest);
            }
        }
        if let Some(name) = work.program.command_by_word(&fold(&text)) {
            return work.command(name, String::new());
        }
    }
    if work.asks_alone()
        && slash(&text).is_some_and(|(name, _)| name == "start" || work.program.command(&name).is_some())
    {
        work.first_this();
        return Ok(());
    }
    heard(work, Heard::Text(text))
}

/// `/help@bot rest` → `help`, `rest`
fn slash(text: &str) -> Option<(String, String)> {
    let line = text.trim().strip_prefix('/')?;
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = word.split('@').next().unwrap_or(word).to_lowercase();
    Some((name, rest.trim().to_owned()))
}

fn heard(work: &mut Work<'_>, heard: Heard) -> Result<(), Stop> {
    match work.state.runs.last().map(|run| &run.waits) {
        Some(Waits::Answer) => work.answer(heard),
        Some(Waits::Reply { .. }) => {
            work.busy();
            Ok(())
        }
        _ => {
            let Heard::Text(text) = heard else {
                let words = work.unasked(&heard);
                work.send(words, None);
                return work.home(String::new());
            };
            work.home(text)
        }
    }
}

#[cfg(test)]
mod tests;
