//! The `form` step.

use std::collections::BTreeSet;

use super::{
    ask,
    lower::Lower,
    raw::{At, RawQuestion, RawStep},
};
use crate::fault::Kind;
use crate::flow::model::{ANSWER, Answer, Ask, Does, Edges, Form, Question, Target};

/// The keys of a question that a form has as a whole.
pub(super) const KEYS: [&str; 3] = ["remind", "timeout", "interrupt"];

/// What the choices about an answer, and about all of them, are called in tokens and texts.
pub(crate) const CONFIRM: &str = "form-confirm";
pub(crate) const REVIEW: &str = "form-review";

pub(super) fn form(lower: &mut Lower<'_>, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
    let raw = &step.form.as_ref()?.value;
    let next = lower.onward(i, name, step)?;
    let none = Vec::new();
    let listed = step.questions.as_ref().map_or(&none, |at| &at.value);
    if listed.is_empty() {
        lower.fault(name.place, Kind::FormEmpty {});
        return None;
    }
    let mut seen: BTreeSet<String> = lower.names.iter().cloned().collect();
    let whole = Whole { name, step };
    let questions: Vec<_> = listed.iter().filter_map(|raw| whole.question(lower, raw, &mut seen)).collect();
    let review = raw.review.unwrap_or_default().then(|| whole.offer(lower, REVIEW, &["send"]));
    let (progress, back) = (raw.progress.unwrap_or_default(), raw.back.unwrap_or_default());
    (questions.len() == listed.len()).then(|| Does::Form(Box::new(Form { progress, back, review, questions, next })))
}

/// What all questions of a form have in common.
struct Whole<'w> {
    name: &'w At<String>,
    step: &'w RawStep,
}

impl Whole<'_> {
    fn question(&self, lower: &mut Lower<'_>, raw: &At<RawQuestion>, seen: &mut BTreeSet<String>) -> Option<Question> {
        let Some(id) = raw.value.id.clone() else {
            lower.fault(raw.place, Kind::QuestionId {});
            return None;
        };
        lower.name(&id);
        if !seen.insert(id.value.clone()) {
            lower.fault(id.place, Kind::DuplicateName { name: id.value.clone() });
        }
        if raw.value.kind.is_none() {
            lower.fault(id.place, Kind::QuestionType { question: id.value.clone() });
            return None;
        }
        let stands = self.with_whole(raw.value.as_step());
        let answer = ask::answer(lower, &stands)?;
        let asked = ask::question(lower, &id, &stands, answer, onward());
        let ask = Ask { nudges: self.key(lower), ..asked };
        let when = raw.value.when.as_ref().and_then(|when| lower.formula(when));
        let stop = raw.value.stop.as_ref().and_then(|at| {
            let Some(when) = &at.value.when else {
                lower.fault(at.place, Kind::StopWhen {});
                return None;
            };
            Some((lower.formula(when)?, lower.target(&at.value.to)?))
        });
        if raw.value.confirm == Some(true) && (ask.private || ask.answer.is_personal()) {
            lower.fault(id.place, Kind::ConfirmPersonal { question: id.value.clone() });
        }
        let confirm = raw.value.confirm.unwrap_or_default().then(|| self.offer(lower, CONFIRM, &["yes", "change"]));
        let optional = raw.value.optional.unwrap_or_default();
        Some(Question { id: id.value, place: id.place, ask, when, optional, confirm, stop })
    }

    /// Reminders, the timeout and whether commands work are the form's: each of its questions has them.
    fn with_whole(&self, question: RawStep) -> RawStep {
        let step = self.step;
        RawStep {
            remind: step.remind.clone(),
            timeout: step.timeout.clone(),
            interrupt: step.interrupt.clone(),
            ..question
        }
    }

    /// A question about answers: one of these.
    fn offer(&self, lower: &mut Lower<'_>, key: &str, of: &[&str]) -> Ask {
        let stands = self.with_whole(RawStep::default());
        let answer = Answer::Choice { of: of.iter().map(|option| (*option).to_owned()).collect(), options: None };
        // What is wrong with the whole is told at its questions.
        let known = lower.faults.len();
        let asked = ask::question(lower, self.name, &stands, answer, onward());
        lower.faults.truncate(known);
        Ask { key: key.to_owned(), nudges: self.key(lower), ..asked }
    }

    fn key(&self, lower: &Lower<'_>) -> String {
        format!("{}-{}", lower.flow, self.name.value)
    }
}

/// A form itself sees to where an answer leads.
fn onward() -> Edges {
    [(ANSWER.to_owned(), Target::Step(0))].into()
}
