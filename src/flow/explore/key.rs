//! What tells states apart as far as it makes a difference.

use std::fmt::Write;

use super::Explorer;
use crate::{
    flow::{
        model::Flow,
        state::{Filling, Frame, Run, Spot, State, Waits},
        step::look,
    },
    message::{Args, Value},
};

impl Explorer<'_> {
    /// A run at its wait, with every value that makes a difference to where it may lead.
    pub(super) fn key(&self, run: &Run) -> String {
        let mut key = place(run);
        for frame in &run.frames {
            write!(key, " {}", self.values(frame)).ok();
        }
        key
    }

    /// The frame's values that make a difference.
    pub(super) fn values(&self, frame: &Frame) -> String {
        let relevant = self.relevant.get(&frame.flow);
        let names = relevant.into_iter().flat_map(|relevant| relevant.names());
        let known = names.filter_map(|name| Some(format!("{name}={}", told(look(frame, name)?))));
        format!("{{{}}}", known.collect::<Vec<_>>().join(","))
    }

    /// The same for what a flow is begun with.
    pub(super) fn begun_with(&self, flow: &Flow, args: &Args) -> String {
        let relevant = self.relevant.get(&flow.name);
        let matters = |name: &str| relevant.is_some_and(|relevant| relevant.marks(name).is_some());
        let known =
            args.iter().filter(|(name, _)| matters(name)).map(|(name, value)| format!("{name}={}", told(value)));
        known.collect::<Vec<_>>().join(",")
    }
}

/// Where a run waits, and for what.
pub(super) fn place(run: &Run) -> String {
    let frames: Vec<_> = run.frames.iter().map(|frame| format!("{}.{}", frame.flow, spot(frame))).collect();
    let waits = match &run.waits {
        Waits::Nothing => "nothing",
        Waits::Answer => "answer",
        Waits::Reply { .. } => "reply",
        Waits::Sleep => "sleep",
    };
    let stuck = if run.stuck { " stuck" } else { "" };
    format!("{} {waits}{stuck}", frames.join(">"))
}

/// Where all runs wait.
pub(super) fn places(state: &State) -> String {
    state.runs.iter().map(place).collect::<Vec<_>>().join(" | ")
}

fn spot(frame: &Frame) -> String {
    let at = |filling: &Filling| match &filling.at {
        Spot::Question(id) => {
            // Whether it was answered before shows in what may be pressed.
            let answered = if frame.values.contains_key(id) { "+" } else { "" };
            format!("{}.{id}{answered}", frame.step)
        }
        Spot::Confirm { id, .. } => format!("{}.{id}?", frame.step),
        Spot::Review => format!("{}.review", frame.step),
    };
    frame.filling.as_ref().map_or_else(|| frame.step.clone(), at)
}

fn told(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("'{text}'"),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        // What there is to choose from makes a difference by its number alone.
        Value::List(values) if values.iter().any(|value| matches!(value, Value::Record(_))) => values.len().to_string(),
        Value::List(values) => format!("[{}]", values.iter().map(told).collect::<Vec<_>>().join(",")),
        _ => "set".to_owned(),
    }
}
