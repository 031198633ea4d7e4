//! Which values still make a difference at a step: those that a condition further on may look at before they are set anew.

use std::collections::{BTreeMap, BTreeSet};

use super::marks::{Marks, Relevant, conditions};
use crate::{
    flow::{
        Program,
        check::targets,
        expr::Expr,
        model::{Does, Flow, Sited, Step, Target},
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
        let live = args.iter().filter(|(name, _)| self.first.contains(*name));
        let known = live.filter_map(|(name, value)| Some(format!("{name}={}", self.marks(name)?.told(value))));
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
    let handed = |values: &'_ [(String, Sited)], wanted: &dyn Fn(&str) -> bool| -> Vec<Expr> {
        values.iter().filter(|(name, _)| wanted(name)).map(|(_, sited)| sited.expr.clone()).collect()
    };
    let given = match &step.does {
        Does::Set { values, .. } => handed(values, &|name| after.contains(name)),
        Does::Run { flow, with, .. } => {
            handed(with, &|name| subs.get(flow).is_some_and(|sub| sub.first.contains(name)))
        }
        _ => Vec::new(),
    };
    conditions(&step.does).into_iter().chain(&given).for_each(|expr| expr.mentions(&mut names));
    names.into_iter().map(str::to_owned).collect()
}

/// What a step leaves as it is, of all that makes a difference afterwards.
fn kept(step: &Step, entered: &[Names]) -> Names {
    let set = |name: &String| match &step.does {
        Does::Ask(_) => step.name == *name,
        Does::Form(form) => step.name == *name || form.questions.iter().any(|question| question.id == *name),
        Does::Set { values, .. } => values.iter().any(|(set, _)| set == name),
        _ => false,
    };
    let Does::Call { action, save: Some(save), next, .. } = &step.does else {
        return after(step, entered).into_iter().filter(|name| !set(name)).collect();
    };
    let mut names = Names::new();
    for outcome in action.signature().outcomes {
        let Some(Target::Step(to)) = next.get(outcome.name) else { continue };
        let given = |name: &&String| outcome.gives.iter().any(|(field, _)| **name == format!("{save}.{field}"));
        names.extend(entered.get(*to).into_iter().flatten().filter(|name| !given(name)).cloned());
    }
    names
}
