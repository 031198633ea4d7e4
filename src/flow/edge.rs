//! What leads on from a step, told apart as finely as a conversation can take it: what transcripts and walks are measured by.

use super::{
    Program,
    model::{Answer, Ask, Does, Flow, Form, Question, Step},
};
use crate::fault::Place;

mod reach;

/// One way on from a step, or from a question of a form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge {
    /// A question of a form is asked.
    Asked,
    /// An answer that is none of the options that the flow names.
    Answer,
    /// An option.
    Option(String),
    /// A button beside the answer.
    Button(String),
    /// An outcome of an action or of a subflow.
    Outcome(String),
    /// An arm of a branch, from 0.
    Arm(usize),
    /// Too many answers were not understood.
    GaveUp,
    /// The n-th reminder, from 1.
    Remind(u16),
    /// Nobody answered.
    Timeout,
    /// A pause is over.
    Over,
    /// A question of a form is left out.
    Skip,
    /// Back to the question before.
    Back,
    /// What was answered before stays.
    Keep,
    /// An answer ends the form early.
    Stop,
    /// An answer was read back and is right.
    Confirmed,
    /// An answer was read back and is not right.
    Corrected,
    /// All answers were read back and are right.
    Sent,
    /// All answers were read back, and one is given anew.
    Changed,
}

impl Edge {
    /// What kind of way it is, for tools.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Asked => "question",
            Self::Answer => "answer",
            Self::Option(_) => "option",
            Self::Button(_) => "button",
            Self::Outcome(_) => "outcome",
            Self::Arm(_) => "branch",
            Self::GaveUp => "attempts",
            Self::Remind(_) => "remind",
            Self::Timeout => "timeout",
            Self::Over => "wait",
            Self::Skip => "skip",
            Self::Back => "back",
            Self::Keep => "keep",
            Self::Stop => "stop",
            Self::Confirmed => "confirm",
            Self::Corrected => "correct",
            Self::Sent => "send",
            Self::Changed => "change",
        }
    }

    /// Which one of its kind it is, where the flow gives it a name or a number.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Option(name) | Self::Button(name) | Self::Outcome(name) => Some(name.clone()),
            Self::Remind(n) => Some(n.to_string()),
            _ => None,
        }
    }
}

/// A way on, and where its flow says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sited<'f> {
    /// The step.
    pub step: &'f str,
    /// The step, or the question of a form.
    pub at: &'f str,
    pub place: Place,
    pub edge: Edge,
    /// The condition that it hangs on.
    pub when: Option<&'f str>,
}

/// Every way on from every step of a flow, but for outcomes that a subflow can't come to as it is run there. Where a step leads on
/// in one way only, coming to it is all there is.
pub(crate) fn edges<'f>(program: &Program, flow: &'f Flow) -> Vec<Sited<'f>> {
    let mut edges = Vec::new();
    for step in &flow.steps {
        let mut found = Found { step, at: &step.name, place: step.place, edges: &mut edges };
        match &step.does {
            Does::Say { .. } | Does::Set { .. } | Does::End(_) => {}
            Does::Ask(ask) => {
                found.asked(ask);
                found.in_time(ask);
            }
            Does::Form(form) => found.form(form),
            Does::Call { next, .. } => next.keys().for_each(|outcome| found.add(Edge::Outcome(outcome.clone()))),
            Does::Run { flow: sub, with, next } => {
                let possible = reach::outcomes_of_run(program, flow, sub, with);
                let possible = next.keys().filter(|outcome| possible.contains(*outcome));
                possible.for_each(|outcome| found.add(Edge::Outcome(outcome.clone())));
            }
            Does::Branch { arms } => {
                for (nth, (when, _)) in arms.iter().enumerate() {
                    found.when(Edge::Arm(nth), when.as_ref().map(|when| (when.source.as_str(), when.place)));
                }
            }
            Does::Sleep { .. } => found.add(Edge::Over),
        }
    }
    edges
}

/// Gathers the ways on from one place.
struct Found<'f, 'e> {
    step: &'f Step,
    at: &'f str,
    place: Place,
    edges: &'e mut Vec<Sited<'f>>,
}

impl<'f> Found<'f, '_> {
    fn add(&mut self, edge: Edge) {
        self.when(edge, None);
    }

    fn when(&mut self, edge: Edge, when: Option<(&'f str, Place)>) {
        let place = when.map_or(self.place, |(_, place)| place);
        let when = when.map(|(source, _)| source);
        self.edges.push(Sited { step: &self.step.name, at: self.at, place, edge, when });
    }

    /// What is answered, or not understood.
    fn asked(&mut self, ask: &Ask) {
        match &ask.answer {
            Answer::Choice { of, options } => {
                of.iter().for_each(|option| self.add(Edge::Option(option.clone())));
                options.iter().for_each(|_| self.add(Edge::Answer));
            }
            Answer::Choices { of, .. } => of.iter().for_each(|option| self.add(Edge::Option(option.clone()))),
            _ => self.add(Edge::Answer),
        }
        ask.buttons.iter().for_each(|button| self.add(Edge::Button(button.clone())));
        ask.give_up.iter().for_each(|_| self.add(Edge::GaveUp));
    }

    /// What time does to a question.
    fn in_time(&mut self, ask: &Ask) {
        (1..).zip(&ask.remind).for_each(|(n, _)| self.add(Edge::Remind(n)));
        ask.timeout.iter().for_each(|_| self.add(Edge::Timeout));
    }

    fn form(&mut self, form: &'f Form) {
        for question in &form.questions {
            let mut found = Found { step: self.step, at: &question.id, place: question.place, edges: &mut *self.edges };
            found.question(question);
        }
        // All questions of a form have these in common.
        if let Some(first) = form.questions.first() {
            self.in_time(&first.ask);
        }
        if form.back {
            self.add(Edge::Back);
        }
        if form.back || form.review.is_some() {
            self.add(Edge::Keep);
        }
        if form.review.is_some() {
            self.add(Edge::Sent);
            self.add(Edge::Changed);
        }
    }

    fn question(&mut self, question: &'f Question) {
        self.add(Edge::Asked);
        self.asked(&question.ask);
        if question.optional {
            self.add(Edge::Skip);
        }
        if let Some((when, _)) = &question.stop {
            self.when(Edge::Stop, Some((&when.source, when.place)));
        }
        if question.confirm.is_some() {
            self.add(Edge::Confirmed);
            self.add(Edge::Corrected);
        }
    }
}

#[cfg(test)]
mod tests;
