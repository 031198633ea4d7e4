//! Which outcomes a subflow can come to where it is run with fixed values: every outcome must be handled, not every one can
//! happen.

use std::collections::BTreeSet;

use crate::{
    flow::{
        Program,
        check::targets,
        expr::Expr,
        model::{Does, Ending, Flow, Sited, Target},
    },
    message::{Args, Value},
};

/// The outcomes that the subflow of a `run` step can come to. Of one that is not known all are told.
pub(super) fn outcomes_of_run(program: &Program, flow: &Flow, sub: &str, with: &[(String, Sited)]) -> BTreeSet<String> {
    run(program, flow, &Args::new(), sub, with)
}

fn run(program: &Program, flow: &Flow, fixed: &Args, sub: &str, with: &[(String, Sited)]) -> BTreeSet<String> {
    let Some(sub) = flow.subs.get(sub).and_then(|hash| program.flow(hash)) else { return BTreeSet::new() };
    let given = with.iter().filter_map(|(name, sited)| Some((name.clone(), value(&sited.expr, fixed)?)));
    outcomes(program, sub, &given.collect())
}

/// What an expression is where only these names are known.
fn value(expr: &Expr, fixed: &Args) -> Option<Value> {
    let mut names = Vec::new();
    expr.mentions(&mut names);
    let known = names.iter().all(|name| fixed.contains_key(*name));
    known.then(|| expr.value(&|name| fixed.get(name)))?
}

fn outcomes(program: &Program, flow: &Flow, given: &Args) -> BTreeSet<String> {
    let set = set_within(flow);
    let fixed: Args = given
        .iter()
        .filter(|(name, _)| !set.contains(name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let (mut seen, mut open, mut ends) = (BTreeSet::new(), vec![0], BTreeSet::new());
    while let Some(i) = open.pop() {
        let Some(step) = flow.steps.get(i).filter(|_| seen.insert(i)) else { continue };
        let targets = match &step.does {
            Does::End(ending) => vec![Target::End(ending.clone())],
            Does::Branch { arms } => taken(arms, &fixed),
            Does::Run { flow: sub, with, next } => {
                let possible = run(program, flow, &fixed, sub, with);
                next.iter().filter(|(outcome, _)| possible.contains(*outcome)).map(|(_, to)| to.clone()).collect()
            }
            other => targets(other).into_iter().cloned().collect(),
        };
        for target in targets {
            match target {
                Target::Step(to) => open.push(to),
                Target::End(Ending::Outcome(outcome)) => {
                    ends.insert(outcome);
                }
                Target::End(Ending::All) => {}
            }
        }
    }
    ends
}

/// The arms that may be gone: those before the first that surely holds, but for those that surely do not.
fn taken(arms: &[(Option<Sited>, Target)], fixed: &Args) -> Vec<Target> {
    let mut taken = Vec::new();
    for (when, to) in arms {
        let known = when.as_ref().map_or(Some(Value::Flag(true)), |when| value(&when.expr, fixed));
        match known {
            Some(Value::Flag(true)) => {
                taken.push(to.clone());
                break;
            }
            Some(_) => {}
            None => taken.push(to.clone()),
        }
    }
    taken
}

/// The names that steps of the flow itself set: an argument among them is not fixed.
fn set_within(flow: &Flow) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = flow.steps.iter().map(|step| step.name.as_str()).collect();
    for step in &flow.steps {
        match &step.does {
            Does::Set { values, .. } => names.extend(values.iter().map(|(name, _)| name.as_str())),
            Does::Form(form) => names.extend(form.questions.iter().map(|question| question.id.as_str())),
            _ => {}
        }
    }
    names
}
