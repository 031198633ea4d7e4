//! Which values still make a difference at a step: those that a condition further on may look at before they are set anew.

use std::collections::{BTreeMap, BTreeSet};

use super::marks::{Marks, Relevant, conditions};
use crate::{
    flow::{
        Program,
        action::Outcome,
        check::targets,
        expr::Expr,
        model::{Does, Flow, SIGNAL, Sited, Step, TIMEOUT, Target},
        state::Frame,
        step::look,
    },
    message::Args,
};

type Names = BTreeSet<String>;

/// The values of a flow that make a difference, step by step.
#[derive(Debug)]
pub(super) struct Live {
    relevant: Relevant,
    /// While a step is at work, by its name.
    at: BTreeMap<String, Names>,
    /// As the first step is entered.
    first: Names,
}

impl Live {
    /// Of every flow of a program.
    pub fn of_all(program: &Program) -> BTreeMap<String, Self> {
        let mut all = BTreeMap::new();
        program.flows().for_each(|flow| add(program, flow, &mut all));
        all
    }

    fn of(program: &Program, flow: &Flow, subs: &BTreeMap<String, Self>) -> Self {
        let mut entered = vec![Names::new(); flow.steps.len()];
        // Backwards, until nothing is added.
        loop {
            let before = entered.clone();
            for (step, names) in flow.steps.iter().zip(&mut entered).rev() {
                names.extend(uses(step, &after(step, &before), subs));
                names.extend(kept(step, &before));
            }
            if entered == before {
                break;
            }
        }
        let at = |(step, names): (&Step, &Names)| {
            // What a form or a subflow is about to set may be looked at meanwhile, or was handed over.
            let names = match &step.does {
                Does::Form(_) => names.union(&after(step, &entered)).cloned().collect(),
                Does::Run { .. } => after(step, &entered),
                _ => names.clone(),
            };
            (step.name.clone(), names)
        };
        Self {
            relevant: Relevant::of(program, flow),
            at: flow.steps.iter().zip(&entered).map(at).collect(),
            first: entered.first().cloned().unwrap_or_default(),
        }
    }

    /// What conditions compare a name with; `None`: they do not look at it.
    pub fn marks(&self, name: &str) -> Option<&Marks> {
        self.relevant.marks(name)
    }

    /// What of a frame's values makes a difference where it stands.
    pub fn told(&self, frame: &Frame) -> String {
        let live = self.at.get(&frame.step).into_iter().flatten();
        let known = live.filter_map(|name| Some(format!("{name}={}", self.marks(name)?.told(look(frame, name)?))));
        known.collect::<Vec<_>>().join(",")
    }

    /// What of that makes a difference which the flow is begun with.
    pub fn begun_with(&self, args: &Args) -> String {
        let given = |name: &String| match name.split_once('.') {
            None => args.get(name),
            Some((record, field)) => args.get(record)?.field(field),
        };
        let known =
            self.first.iter().filter_map(|name| Some(format!("{name}={}", self.marks(name)?.told(given(name)?))));
        known.collect::<Vec<_>>().join(",")
    }
}

/// Subflows first: no flow runs itself.
fn add(program: &Program, flow: &Flow, all: &mut BTreeMap<String, Live>) {
    if all.contains_key(&flow.name) {
        return;
    }
    flow.subs.values().filter_map(|hash| program.flow(hash)).for_each(|sub| add(program, sub, all));
    let live = Live::of(program, flow, all);
    all.insert(flow.name.clone(), live);
}

/// What makes a difference once a step is over.
fn after(step: &Step, entered: &[Names]) -> Names {
    let next = targets(&step.does).into_iter().filter_map(|target| match target {
        Target::Step(i) => entered.get(*i),
        Target::End(_) => None,
    });
    next.flatten().cloned().collect()
}

/// What a step looks at, itself or for those after it.
fn uses(step: &Step, after: &Names, subs: &BTreeMap<String, Live>) -> Names {
    let mut names = Vec::new();
    let nothing = Names::new();
    let given = match &step.does {
        Does::Set { values, .. } => handed(values, after),
        Does::Run { flow, with, .. } => handed(with, subs.get(flow).map_or(&nothing, |sub| &sub.first)),
        _ => Vec::new(),
    };
    conditions(&step.does).into_iter().chain(&given).for_each(|expr| expr.mentions(&mut names));
    names.into_iter().map(str::to_owned).collect()
}

/// What is handed over under names that make a difference: of a record, its fields.
fn handed(values: &[(String, Sited)], wanted: &Names) -> Vec<Expr> {
    let mut handed = Vec::new();
    for (name, sited) in values {
        handed.extend(wanted.contains(name).then(|| sited.expr.clone()));
        if let Expr::Name(from) = &sited.expr {
            let fields = wanted.iter().filter_map(|wanted| wanted.strip_prefix(name.as_str())?.strip_prefix('.'));
            handed.extend(fields.map(|field| Expr::Name(format!("{from}.{field}"))));
        }
    }
    handed
}

/// What a step leaves as it is, of all that makes a difference afterwards.
fn kept(step: &Step, entered: &[Names]) -> Names {
    // A value that is a record is set with its fields.
    let is =
        |set: &str, name: &str| name.strip_prefix(set).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let set = |name: &String| match &step.does {
        Does::Ask(_) => is(&step.name, name),
        Does::Form(form) => is(&step.name, name) || form.questions.iter().any(|question| is(&question.id, name)),
        Does::Set { values, .. } => values.iter().any(|(set, _)| is(set, name)),
        _ => false,
    };
    let left = |next: Option<&Target>, save: &str, gives: &[&str]| -> Vec<String> {
        let Some(Target::Step(to)) = next else { return Vec::new() };
        let given = |name: &&String| gives.iter().any(|field| is(&format!("{save}.{field}"), name));
        entered.get(*to).into_iter().flatten().filter(|name| !given(name)).cloned().collect()
    };
    match &step.does {
        Does::Call { action, save: Some(save), next, .. } => {
            let outcomes = action.signature().outcomes.iter();
            let gives = |outcome: &Outcome| outcome.gives.iter().map(|(field, _)| *field).collect::<Vec<_>>();
            outcomes.flat_map(|outcome| left(next.get(outcome.name), save, &gives(outcome))).collect()
        }
        Does::Await(awaited) => {
            let gives: Vec<&str> = awaited.gives.iter().map(|(field, _)| field.as_str()).collect();
            let save = awaited.save.as_deref().unwrap_or_default();
            let came = left(awaited.next.get(SIGNAL), save, &gives);
            came.into_iter().chain(left(awaited.next.get(TIMEOUT), save, &[])).collect()
        }
        _ => after(step, entered).into_iter().filter(|name| !set(name)).collect(),
    }
}
