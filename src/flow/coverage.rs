//! How much of the flows conversations have gone through: steps, and every way on from them.

use super::{
    Edge, Program,
    chat::Covered,
    edge::{Sited, edges},
    model::Flow,
};
use crate::fault::Place;

/// How much of all flows was gone through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Flow by flow, in the order of their names.
    pub flows: Vec<Part>,
}

/// How much of one flow was gone through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The flow.
    pub flow: String,
    /// Its file, relative to the content directory.
    pub file: String,
    /// Where the flow is named in it.
    pub place: Place,
    /// Its steps.
    pub steps: Share,
    /// The ways on from them.
    pub edges: Share,
    /// What was left out, in the order of the file. Of a step that was not come to only the step is told.
    pub missing: Vec<Missing>,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Gone through.
    pub played: usize,
    /// There are.
    pub of: usize,
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Where it stands.
    pub place: Place,
    /// The step, or the question of a form.
    pub at: String,
    /// The way on; none: the step itself.
    pub edge: Option<Edge>,
    /// The condition that the way hangs on.
    pub when: Option<String>,
}

impl Share {
    fn add(&mut self, played: bool) {
        self.of += 1;
        self.played += usize::from(played);
    }

    fn and(self, other: Self) -> Self {
        Self { played: self.played + other.played, of: self.of + other.of }
    }

    /// In whole percent, rounded down: 100 means all.
    #[must_use]
    pub const fn percent(self) -> usize {
        match (self.played * 100).checked_div(self.of) {
            Some(percent) => percent,
            None => 100,
        }
    }
}

impl Coverage {
    /// What conversations have gone through.
    #[must_use]
    pub fn of(program: &Program, covered: &Covered) -> Self {
        Self { flows: program.flows().map(|flow| part(program, flow, covered)).collect() }
    }

    /// Of all flows: steps, and ways on.
    #[must_use]
    pub fn total(&self) -> (Share, Share) {
        let sum = |share: fn(&Part) -> Share| self.flows.iter().map(share).fold(Share::default(), Share::and);
        (sum(|part| part.steps), sum(|part| part.edges))
    }

    /// Whether at least so many percent of the steps and of the ways on were gone through.
    #[must_use]
    pub fn reaches(&self, percent: usize) -> bool {
        let (steps, edges) = self.total();
        steps.percent() >= percent && edges.percent() >= percent
    }
}

fn part(program: &Program, flow: &Flow, covered: &Covered) -> Part {
    let own = |name: &str| (flow.name.clone(), name.to_owned());
    let (mut steps, mut ways, mut missing) = (Share::default(), Share::default(), Vec::new());
    let all = edges(program, flow);
    for step in &flow.steps {
        let entered = covered.steps.contains(&own(&step.name));
        steps.add(entered);
        if !entered {
            missing.push(Missing { place: step.place, at: step.name.clone(), edge: None, when: None });
        }
        for way in all.iter().filter(|way| way.step == step.name) {
            let (flow, at) = own(way.at);
            let taken = covered.edges.contains(&(flow, at, way.edge.clone()));
            ways.add(taken);
            missing.extend((entered && !taken).then(|| left_out(way)));
        }
    }
    let (name, file) = (flow.name.clone(), flow.file.clone());
    Part { flow: name, file, place: flow.place, steps, edges: ways, missing }
}

fn left_out(way: &Sited<'_>) -> Missing {
    let when = way.when.map(str::to_owned);
    Missing { place: way.place, at: way.at.to_owned(), edge: Some(way.edge.clone()), when }
}
