//! Which steps and options no transcript has played.

use super::super::chat::Covered;
use crate::{
    fault::{Fault, Kind, Place},
    flow::{
        Edge,
        coverage::{Coverage, Part},
        program::Program,
    },
};

/// What the transcripts leave out, as far as every flow should have it. [`Coverage`] knows all.
#[must_use]
pub fn coverage(program: &Program, covered: &Covered) -> Vec<Fault> {
    Coverage::of(program, covered).flows.into_iter().flat_map(of_flow).collect()
}

fn of_flow(part: Part) -> Vec<Fault> {
    if part.steps.played == 0 {
        return vec![Fault::new(&part.file, part.place, Kind::FlowWithoutChat { flow: part.flow })];
    }
    let mut faults = Vec::new();
    let mut options: Vec<(String, Place, Vec<String>)> = Vec::new();
    for one in part.missing {
        match one.edge {
            None => faults.push(Fault::new(&part.file, one.place, Kind::StepNotPlayed { step: one.at })),
            Some(Edge::Option(option) | Edge::Button(option)) => match options.last_mut() {
                Some((at, _, more)) if *at == one.at => more.push(option),
                _ => options.push((one.at, one.place, vec![option])),
            },
            Some(_) => {}
        }
    }
    let untaken = |(step, place, options)| Fault::new(&part.file, place, Kind::OptionNotPlayed { step, options });
    faults.extend(options.into_iter().map(untaken));
    faults
}
