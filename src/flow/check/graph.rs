//! Can every step be reached, does every step lead to an end, does no circle go on without waiting?

use std::collections::BTreeSet;

use crate::fault::{Fault, Kind, Place};
use crate::flow::model::{Answer, Ask, Does, Flow, Target};
use crate::limits::{self, VK};

/// Where a step may lead.
pub(in crate::flow) fn targets(does: &Does) -> Vec<&Target> {
    match does {
        Does::Say { next, .. } | Does::Sleep { next, .. } | Does::Set { next, .. } => vec![next],
        Does::Call { next, .. } | Does::Run { next, .. } => next.values().collect(),
        Does::Branch { arms } => arms.iter().map(|(_, to)| to).collect(),
        Does::Ask(ask) => {
            let timeout = ask.timeout.as_ref().map(|(_, to)| to);
            ask.next.values().chain(&ask.give_up).chain(timeout).collect()
        }
        Does::Form(form) => {
            let early = form.questions.iter().flat_map(|question| {
                let timeout = question.ask.timeout.as_ref().map(|(_, to)| to);
                timeout.into_iter().chain(&question.ask.give_up).chain(question.stop.as_ref().map(|(_, to)| to))
            });
            std::iter::once(&form.next).chain(early).collect()
        }
        Does::End(_) => Vec::new(),
    }
}

fn steps(does: &Does) -> impl Iterator<Item = usize> {
    targets(does).into_iter().filter_map(|target| match target {
        Target::Step(i) => Some(*i),
        Target::End(_) => None,
    })
}

fn ends(does: &Does) -> bool {
    matches!(does, Does::End(_)) || targets(does).iter().any(|target| matches!(target, Target::End(_)))
}

pub(super) fn check(flow: &Flow) -> Vec<Fault> {
    let mut faults = Vec::new();
    let reached = reached(flow);
    let ending = ending(flow);
    for (i, step) in flow.steps.iter().enumerate() {
        let place = Some(step.place);
        if !reached.contains(&i) {
            faults.push(Fault::new(&flow.file, place, Kind::UnreachableStep { step: step.name.clone() }));
        } else if !ending.contains(&i) {
            faults.push(Fault::new(&flow.file, place, Kind::NoWayToEnd { step: step.name.clone() }));
        } else if circles(flow, i) {
            faults.push(Fault::new(&flow.file, place, Kind::EndlessCircle { step: step.name.clone() }));
        }
    }
    faults.extend(shape(flow));
    faults
}

fn reached(flow: &Flow) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![0];
    while let Some(i) = open.pop() {
        let Some(step) = flow.steps.get(i) else { continue };
        if reached.insert(i) {
            open.extend(steps(&step.does));
        }
    }
    reached
}

fn ending(flow: &Flow) -> BTreeSet<usize> {
    let mut ending: BTreeSet<usize> = BTreeSet::new();
    loop {
        let leads = |does: &Does| ends(does) || steps(does).any(|i| ending.contains(&i));
        let more: Vec<_> =
            flow.steps.iter().enumerate().filter(|(_, step)| leads(&step.does)).map(|(i, _)| i).collect();
        let before = ending.len();
        ending.extend(more);
        if ending.len() == before {
            return ending;
        }
    }
}

/// Whether the step comes round to itself through steps that wait for nobody. A call may answer at once: it is no wait.
fn circles(flow: &Flow, from: usize) -> bool {
    let waits = |i: usize| {
        flow.steps.get(i).is_none_or(|step| {
            matches!(step.does, Does::Ask(_) | Does::Form(_) | Does::Sleep { .. } | Does::Run { .. })
        })
    };
    if waits(from) {
        return false;
    }
    let mut seen = BTreeSet::new();
    let mut open: Vec<usize> = flow.steps.get(from).map(|step| steps(&step.does).collect()).unwrap_or_default();
    while let Some(i) = open.pop() {
        if i == from {
            return true;
        }
        if !waits(i) && seen.insert(i) {
            open.extend(flow.steps.get(i).map(|step| steps(&step.does).collect::<Vec<_>>()).unwrap_or_default());
        }
    }
    false
}

/// What is allowed but unwise, or never works.
fn shape(flow: &Flow) -> Vec<Fault> {
    let mut faults = Vec::new();
    let produced: BTreeSet<_> = flow.steps.iter().flat_map(|step| outcomes(&step.does)).collect();
    for outcome in flow.outcomes.iter().filter(|outcome| !produced.contains(outcome.as_str())) {
        faults.push(Fault::new(&flow.file, flow.place, Kind::UnusedOutcome { outcome: outcome.clone() }));
    }
    for step in &flow.steps {
        match &step.does {
            Does::Ask(ask) => asked(flow, (&step.name, step.place), (ask, 0), &mut faults),
            Does::Form(form) => {
                for question in &form.questions {
                    // «Готово», «Оставить», «Пропустить», «Назад» stand under it as well.
                    let several = matches!(question.ask.answer, Answer::Choices { .. });
                    let controls = usize::from(several) + usize::from(question.optional) + usize::from(form.back) + 1;
                    asked(flow, (&question.id, question.place), (&question.ask, controls), &mut faults);
                }
                if form.questions.len() > LONGEST_FORM {
                    let (step, place) = (step.name.clone(), step.place);
                    let kind = Kind::FormLong { step, count: form.questions.len(), most: LONGEST_FORM };
                    faults.push(Fault::new(&flow.file, place, kind));
                }
            }
            _ => {}
        }
    }
    faults
}

/// What a text may have where the flow does not say.
const LONGEST_TEXT: usize = 4_096;

/// More questions in a row than people answer.
const LONGEST_FORM: usize = 12;

/// A question, and how many buttons a form adds to it.
fn asked(flow: &Flow, (name, place): (&str, Place), (ask, controls): (&Ask, usize), faults: &mut Vec<Fault>) {
    if matches!(ask.answer, Answer::Phone) && !ask.private {
        faults.push(Fault::new(&flow.file, place, Kind::PhoneNotPrivate { step: name.to_owned() }));
    }
    if matches!(ask.answer, Answer::Text { max, .. } if max >= LONGEST_TEXT) {
        faults.push(Fault::new(&flow.file, place, Kind::TextWithoutMax { step: name.to_owned() }));
    }
    let options = match &ask.answer {
        Answer::Choice { of, .. } | Answer::Choices { of, .. } => of.len(),
        Answer::Scale { from, to } => usize::try_from(to - from + 1).unwrap_or_default(),
        _ => 0,
    };
    // One that opens the app takes a row of its own.
    let mut shown = vec![false; options + ask.buttons.len() + controls];
    shown.extend(ask.app.iter().map(|_| true));
    let fits = |grid| limits::rows(shown.clone(), grid, |_| "", |alone| *alone).is_some();
    let name = name.to_owned();
    if !fits(VK.reply) {
        faults.push(Fault::new(&flow.file, place, Kind::TooManyButtons { step: name, most: VK.reply.buttons }));
    } else if !fits(VK.inline) {
        faults.push(Fault::new(&flow.file, place, Kind::ManyButtons { step: name, most: VK.inline.buttons }));
    }
}

fn outcomes(does: &Does) -> Vec<&str> {
    use crate::flow::model::Ending;
    let own = match does {
        Does::End(Ending::Outcome(outcome)) => Some(outcome.as_str()),
        _ => None,
    };
    let led = targets(does).into_iter().filter_map(|target| match target {
        Target::End(Ending::Outcome(outcome)) => Some(outcome.as_str()),
        _ => None,
    });
    own.into_iter().chain(led).collect()
}
