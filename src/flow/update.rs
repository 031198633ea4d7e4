//! What becomes of a run whose flow has another logic now.
//!
//! A run is pinned to the logic that it began with. A flow with `on_update: migrate` takes its runs along, each where the new
//! logic waits at the same step for the same, and everything that the steps after it count on is known.

use std::collections::BTreeMap;

use super::{
    Program, State,
    check::surely_set,
    model::{Answer, Awaited, Does, Flow, Form, Step},
    state::{Filling, Frame, Run, Spot},
    step::{fits, look},
};
use crate::message::Value;

/// What a run would do next under a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Its logic is today's.
    Current,
    /// It goes on with today's logic.
    Moves,
    /// It goes on with the logic that it began with.
    Pinned,
    /// It is begun afresh: its logic is known no more.
    Restarts,
}

/// Where a run stands, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Foreseen {
    /// The flow that has the floor in it.
    pub flow: String,
    /// Its step.
    pub step: String,
    /// What becomes of the run.
    pub fate: Fate,
}

impl Program {
    /// What each run of a conversation would do next.
    #[must_use]
    pub fn foresee(&self, state: &State) -> Vec<Foreseen> {
        let foreseen = |run: &Run| {
            let top = run.frames.last()?;
            Some(Foreseen { flow: top.flow.clone(), step: top.step.clone(), fate: self.fate(run) })
        };
        state.runs.iter().filter_map(foreseen).collect()
    }

    /// The texts that these runs' own logic may still say and that no language has.
    #[must_use]
    pub fn missing_words(&self, state: &State) -> Vec<String> {
        let flows = self.going_on(state).filter_map(|frame| self.flow(&frame.hash));
        flows.flat_map(|flow| super::check::unsaid(self, flow)).collect()
    }

    /// Where runs stand that keep their own logic.
    pub(super) fn going_on<'s>(&'s self, state: &'s State) -> impl Iterator<Item = &'s Frame> {
        state.runs.iter().filter(|run| self.fate(run) != Fate::Moves).flat_map(|run| &run.frames)
    }

    pub(super) fn is_current(&self, frame: &Frame) -> bool {
        self.current(&frame.flow).is_some_and(|flow| flow.hash == frame.hash)
    }

    fn fate(&self, run: &Run) -> Fate {
        if run.frames.iter().all(|frame| self.is_current(frame)) {
            return Fate::Current;
        }
        if moved(self, run).is_some() {
            return Fate::Moves;
        }
        let stands = |frame: &Frame| self.flow(&frame.hash).is_some_and(|flow| flow.step(&frame.step).is_some());
        if run.frames.iter().all(stands) { Fate::Pinned } else { Fate::Restarts }
    }
}

/// The run's frames under today's logic, if it is another one and all of them can go on with it.
pub(super) fn moved(program: &Program, run: &Run) -> Option<Vec<Frame>> {
    if run.frames.iter().all(|frame| program.is_current(frame)) {
        return None;
    }
    let mut moved = Vec::with_capacity(run.frames.len());
    for (depth, frame) in run.frames.iter().enumerate() {
        let flow = program.current(&frame.flow)?;
        let frame = if flow.hash == frame.hash { frame.clone() } else { move_frame(program, flow, frame)? };
        if let Some(below) = run.frames.get(depth + 1) {
            let runs = flow.step(&frame.step).is_some_and(|step| runs(step, &below.flow));
            let same = program.current(&below.flow).is_some_and(|sub| flow.subs.get(&below.flow) == Some(&sub.hash));
            (runs && same).then_some(())?;
        }
        moved.push(frame);
    }
    Some(moved)
}

fn runs(step: &Step, sub: &str) -> bool {
    matches!(&step.does, Does::Run { flow, .. } if flow == sub)
}

fn move_frame(program: &Program, flow: &Flow, frame: &Frame) -> Option<Frame> {
    if !flow.migrates {
        return None;
    }
    let renamed = |name: &str| flow.renamed.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let mut moved = frame.clone();
    moved.hash.clone_from(&flow.hash);
    moved.step = renamed(&frame.step);
    moved.values = frame.values.iter().map(|(name, value)| (renamed(name), value.clone())).collect();
    moved.filling = moved.filling.map(|filling| rename(filling, &renamed));
    let place = *flow.index.get(&moved.step)?;
    let new = flow.steps.get(place)?;
    let old = program.flow(&frame.hash)?.step(&frame.step)?;
    let known = surely_set(flow).get(place)?.as_ref()?.iter().all(|name| look(&moved, name).is_some());
    if !known || !alike(&old.does, &new.does, &moved, &flow.renamed) {
        return None;
    }
    if let Does::Form(form) = &new.does {
        // An answer that would not be one any more is asked for again.
        for question in &form.questions {
            if moved.values.get(&question.id).is_some_and(|value| !still_fits(&question.ask.answer, value)) {
                moved.values.remove(&question.id);
            }
        }
    }
    Some(moved)
}

/// What the move has made of the answers that are kept of the form at hand: by question, with the value that it has now.
pub(super) fn changed(program: &Program, old: &Frame, new: &Frame) -> Vec<(String, Option<Value>)> {
    let step = program.flow(&old.hash).and_then(|flow| flow.step(&old.step));
    let Some(Does::Form(form)) = step.map(|step| &step.does) else { return Vec::new() };
    let renamed = program.current(&old.flow).map(|flow| &flow.renamed);
    let mut changed = Vec::new();
    for id in form.questions.iter().map(|question| &question.id).filter(|id| old.values.contains_key(*id)) {
        let name = renamed.and_then(|renamed| renamed.get(id)).unwrap_or(id);
        let value = new.values.get(name);
        if name != id || value.is_none() {
            changed.push((id.clone(), None));
            changed.extend(value.map(|value| (name.clone(), Some(value.clone()))));
        }
    }
    changed
}

fn rename(filling: Filling, renamed: &dyn Fn(&str) -> String) -> Filling {
    let at = match filling.at {
        Spot::Question(id) => Spot::Question(renamed(&id)),
        Spot::Confirm { id, value } => Spot::Confirm { id: renamed(&id), value },
        Spot::Review => Spot::Review,
    };
    Filling { at, skipped: filling.skipped.iter().map(|id| renamed(id)).collect() }
}

/// Whether a step waits for what another one waited for.
fn alike(old: &Does, new: &Does, moved: &Frame, renamed: &BTreeMap<String, String>) -> bool {
    match (old, new) {
        (Does::Ask(old), Does::Ask(new)) => same_kind(&old.answer, &new.answer),
        (Does::Form(old), Does::Form(new)) => fits(new, moved) && alike_questions(old, new, renamed),
        (Does::Sleep { .. }, Does::Sleep { .. }) => true,
        (Does::Await(old), Does::Await(new)) => {
            let about = |wait: &Awaited| wait.about.as_ref().map(|about| about.source.clone());
            old.signal == new.signal && about(old) == about(new) && old.gives == new.gives
        }
        (Does::Call { action: old, .. }, Does::Call { action: new, .. }) => old == new,
        (Does::Run { flow: old, .. }, Does::Run { flow: new, .. }) => old == new,
        _ => false,
    }
}

/// Of questions of the same name, the answers that are there must still be answers.
fn alike_questions(old: &Form, new: &Form, renamed: &BTreeMap<String, String>) -> bool {
    old.questions.iter().all(|before| {
        let id = renamed.get(&before.id).unwrap_or(&before.id);
        let now = new.questions.iter().find(|question| question.id == *id);
        now.is_none_or(|now| same_kind(&before.ask.answer, &now.ask.answer))
    })
}

/// Whether a value would be taken for an answer today. Options that are data are today's as they were.
fn still_fits(answer: &Answer, value: &Value) -> bool {
    let is_of = |of: &[String], value: &Value| matches!(value, Value::Text(text) if of.contains(text));
    match (answer, value) {
        (Answer::Choice { of, options: None }, value) => is_of(of, value),
        (Answer::Choices { of, min, max }, Value::List(values)) => {
            values.iter().all(|value| is_of(of, value)) && values.len() >= *min && values.len() <= *max
        }
        (Answer::Scale { from: min, to: max } | Answer::Number { min, max }, Value::Number(number)) => {
            (*min..=*max).contains(number)
        }
        _ => true,
    }
}

fn same_kind(old: &Answer, new: &Answer) -> bool {
    std::mem::discriminant(old) == std::mem::discriminant(new)
}
