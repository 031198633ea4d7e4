//! Which steps and options no transcript has played.

use super::super::chat::Covered;
use crate::{
    fault::{Fault, Kind},
    flow::{
        model::{Answer, Ask, Does, Flow},
        program::Program,
    },
};

/// What the transcripts leave out.
#[must_use]
pub fn coverage(program: &Program, covered: &Covered) -> Vec<Fault> {
    program.flows().flat_map(|flow| of_flow(flow, covered)).collect()
}

fn of_flow(flow: &Flow, covered: &Covered) -> Vec<Fault> {
    let entered = |step: &str| covered.steps.contains(&(flow.name.clone(), step.to_owned()));
    if !flow.steps.iter().any(|step| entered(&step.name)) {
        return vec![Fault::new(&flow.file, flow.place, Kind::FlowWithoutChat { flow: flow.name.clone() })];
    }
    let mut faults = Vec::new();
    for step in &flow.steps {
        if !entered(&step.name) {
            faults.push(Fault::new(&flow.file, step.place, Kind::StepNotPlayed { step: step.name.clone() }));
            continue;
        }
        let questions = match &step.does {
            Does::Ask(ask) => vec![(&step.name, step.place, &**ask)],
            Does::Form(form) => form.questions.iter().map(|one| (&one.id, one.place, &one.ask)).collect(),
            _ => Vec::new(),
        };
        for (name, place, ask) in questions {
            let played = |option: &String| covered.options.contains(&(flow.name.clone(), name.clone(), option.clone()));
            let options: Vec<_> = options(ask).filter(|option| !played(option)).cloned().collect();
            if !options.is_empty() {
                faults.push(Fault::new(&flow.file, place, Kind::OptionNotPlayed { step: name.clone(), options }));
            }
        }
    }
    faults
}

/// What is written in the flow: marks of a scale and options out of data are not.
fn options(ask: &Ask) -> impl Iterator<Item = &String> {
    let of: &[String] = match &ask.answer {
        Answer::Choice { of, .. } | Answer::Choices { of, .. } => of,
        _ => &[],
    };
    of.iter().chain(&ask.buttons)
}
