//! What tells states apart as far as it makes a difference.

use std::fmt::Write;

use super::Explorer;
use crate::flow::state::{Filling, Frame, Run, Spot, State, Waits};

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
        format!("{{{}}}", self.live.get(&frame.flow).map(|live| live.told(frame)).unwrap_or_default())
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
    format!("{} {waits}", frames.join(">"))
}

/// Where all runs wait, and whether the ways out stand under the question.
pub(super) fn places(state: &State) -> String {
    let stuck = state.runs.last().is_some_and(|run| run.stuck && run.waits == Waits::Answer);
    let places: Vec<_> = state.runs.iter().map(place).collect();
    format!("{}{}", places.join(" | "), if stuck { " stuck" } else { "" })
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
