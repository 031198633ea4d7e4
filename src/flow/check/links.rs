//! Is every flow begun by something, and every answer used?

use std::collections::BTreeSet;

use super::texts;
use crate::{
    fault::{Fault, Kind},
    flow::{
        expr::Expr,
        model::{ANSWER, Answer, Ask, Does, Flow, Sited},
        program::Program,
    },
};

/// Flows that nothing begins or runs, drafts aside.
pub(super) fn idle(program: &Program) -> Vec<Fault> {
    let global = program.global();
    let mut begun: BTreeSet<&str> = global.commands.values().map(|command| command.flow.as_str()).collect();
    begun.insert(&global.start);
    for step in program.flows().flat_map(|flow| &flow.steps) {
        if let Does::Run { flow, .. } = &step.does {
            begun.insert(flow);
        }
    }
    let idle =
        program.flows().filter(|flow| !flow.draft && flow.entry.is_none() && !begun.contains(flow.name.as_str()));
    idle.map(|flow| Fault::new(&flow.file, flow.place, Kind::IdleFlow { flow: flow.name.clone() })).collect()
}

/// Answers that nothing looks at: no condition, no argument, no text, no way of their own.
pub(super) fn unused(program: &Program, flow: &Flow) -> Vec<Fault> {
    let mut used = BTreeSet::new();
    for step in &flow.steps {
        for expr in expressions(&step.does) {
            let mut names = Vec::new();
            expr.mentions(&mut names);
            used.extend(names.into_iter().map(str::to_owned));
        }
        for text in texts::spoken(flow, step) {
            used.extend(program.locales().arguments(&text.key).iter().cloned());
        }
    }
    let idle = |does: &Does| matches!(does, Does::Ask(ask) if !parts(ask));
    let asked = flow.steps.iter().filter(|step| !used.contains(&step.name) && idle(&step.does));
    asked.map(|step| Fault::new(&flow.file, step.place, Kind::UnusedAnswer { step: step.name.clone() })).collect()
}

/// Whether options lead different ways: then the answer is in where the conversation has gone.
fn parts(ask: &Ask) -> bool {
    let Answer::Choice { of, .. } = &ask.answer else { return false };
    let mut ways = of.iter().chain(&ask.buttons).map(|option| ask.next.get(option).or_else(|| ask.next.get(ANSWER)));
    let first = ways.next();
    // One option is no question: it waits for a «go on».
    of.len() == 1 || ways.any(|way| Some(way) != first)
}

fn expressions(does: &Does) -> Vec<&Expr> {
    let sited = match does {
        Does::Call { with, .. } | Does::Run { with, .. } => values(with),
        Does::Set { values: set, .. } => values(set),
        Does::Await(awaited) => awaited.about.iter().collect(),
        Does::Branch { arms } => arms.iter().filter_map(|(when, _)| when.as_ref()).collect(),
        Does::Ask(ask) => of_question(ask),
        Does::Form(form) => {
            let conditions = form.questions.iter().flat_map(|question| {
                let stop = question.stop.as_ref().map(|(when, _)| when);
                question.when.iter().chain(stop).chain(of_question(&question.ask)).collect::<Vec<_>>()
            });
            conditions.collect()
        }
        _ => Vec::new(),
    };
    sited.into_iter().map(|sited| &sited.expr).collect()
}

fn values(values: &[(String, Sited)]) -> Vec<&Sited> {
    values.iter().map(|(_, sited)| sited).collect()
}

fn of_question(ask: &Ask) -> Vec<&Sited> {
    let options = match &ask.answer {
        Answer::Choice { options, .. } => options.as_ref(),
        _ => None,
    };
    options.into_iter().chain(ask.app.as_ref().and_then(|app| app.when.as_ref())).collect()
}
