//! Where a step leads: to another step, out of the flow, or to one of several by an outcome.

use super::{
    lower::Lower,
    raw::{At, Entries, RawStep, WordOr},
};
use crate::fault::{Kind, Place};
use crate::flow::model::{Edges, Ending, Target};

impl Lower<'_> {
    /// The edges of a call or a run: one target for all outcomes, or every outcome with its own.
    pub(super) fn edges(&mut self, i: usize, name: &At<String>, step: &RawStep, outcomes: &[String]) -> Option<Edges> {
        let Some(At { value: WordOr::Map(map), place }) = &step.next else {
            let target = self.onward(i, name, step)?;
            return Some(outcomes.iter().map(|outcome| (outcome.clone(), target.clone())).collect());
        };
        let edges = self.mapped(map, outcomes, |outcome| Kind::UnknownOutcome { outcome });
        self.all_handled(*place, &edges, outcomes, |names| Kind::UnhandledOutcome { names });
        Some(edges)
    }

    /// The targets of a `next` map, each under a known name.
    pub(super) fn mapped(&mut self, map: &Entries<At<String>>, known: &[String], kind: fn(String) -> Kind) -> Edges {
        let mut edges = Edges::new();
        for (name, to) in &map.0 {
            if !known.contains(&name.value) {
                self.unknown(name, kind(name.value.clone()), known);
            }
            // A target that is no step is a fault already; the outcome itself is handled.
            edges.insert(name.value.clone(), self.target(to).unwrap_or(Target::Step(0)));
        }
        edges
    }

    pub(super) fn all_handled(
        &mut self,
        place: Place,
        edges: &Edges,
        wanted: &[String],
        kind: fn(Vec<String>) -> Kind,
    ) {
        let missing: Vec<_> = wanted.iter().filter(|name| !edges.contains_key(*name)).cloned().collect();
        if !missing.is_empty() {
            self.fault(place, kind(missing));
        }
    }

    /// The single way on: `next: step`, `end: outcome`, or the following step.
    pub(super) fn onward(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Target> {
        if let Some(end) = &step.end {
            return Some(Target::End(self.ending(end)));
        }
        match &step.next {
            Some(At { value: WordOr::Word(to), place }) => self.target(&At { value: to.clone(), place: *place }),
            Some(At { place, .. }) => {
                self.fault(*place, Kind::OneWay {});
                None
            }
            None if i + 1 < self.names.len() => Some(Target::Step(i + 1)),
            None => {
                self.fault(name.place, Kind::LastStep {});
                None
            }
        }
    }

    pub(super) fn target(&mut self, to: &At<String>) -> Option<Target> {
        if let Some(i) = self.names.iter().position(|name| *name == to.value) {
            return Some(Target::Step(i));
        }
        let known = self.names.clone();
        self.unknown(to, Kind::UnknownStep { step: to.value.clone() }, &known);
        None
    }

    pub(super) fn ending(&mut self, end: &At<String>) -> Ending {
        if end.value == "all" {
            return Ending::All;
        }
        if !self.outcomes.contains(&end.value) {
            let known = self.outcomes.clone();
            self.unknown(end, Kind::UndeclaredOutcome { outcome: end.value.clone() }, &known);
        }
        Ending::Outcome(end.value.clone())
    }
}
