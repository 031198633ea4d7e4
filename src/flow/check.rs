//! What can be proven of content before anybody talks to it. All faults of all files at once.

use super::{
    load::{self, Source},
    program::Program,
};
use crate::{
    fault::{Fault, Kind},
    locale::Locales,
};

mod conditions;
mod coverage;
mod domains;
mod graph;
mod labels;
mod links;
mod sizes;
mod texts;
mod values;

pub use coverage::coverage;
pub(super) use domains::longest_of;
pub(super) use graph::targets;
pub use texts::SAID_BY_CODE;
#[cfg(test)]
pub(crate) use texts::filled;
pub(super) use texts::unsaid;
pub(super) use values::{check as values, surely_set};

/// Loads and checks flows and locales, each source a (path, text). A program comes out if `_global.yaml` could be read at all;
/// whether it may be used is told by [`Fault::is_error`].
#[must_use]
pub fn program(flows: &[Source], locales: &[Source]) -> (Option<Program>, Vec<Fault>) {
    let (locales, mut faults) = Locales::load(locales);
    let mut loaded = load::load(flows);
    let files: Vec<_> = flows.iter().map(|(path, _)| load::stem(path)).collect();
    if !files.contains(&load::GLOBAL) {
        loaded.faults.push(Fault::new("flows/_global.yaml", None, Kind::NoGlobal {}));
    }
    faults.append(&mut loaded.faults);
    let unsound = faults.iter().any(Fault::is_error);
    for flow in &loaded.flows {
        let mut found = graph::check(flow);
        found.extend(values::check(flow, &loaded.flows, &locales));
        let damaged = loaded.damaged.contains(&flow.name);
        faults.extend(found.into_iter().filter(|fault| !damaged || stands_in_ruins(&fault.kind)));
    }
    let damaged = loaded.damaged.clone();
    let program = Program::new(loaded, locales);
    if let Some(program) = &program {
        faults.extend(texts::check(program, &files, &damaged));
        faults.extend(links::idle(program).into_iter().filter(|_| !unsound));
        for flow in program.flows() {
            let domains = domains::of(flow);
            for step in &flow.steps {
                faults.extend(sizes::spoken(&domains, program, &texts::spoken(flow, step)));
                faults.extend(sizes::reviewed(&domains, program, flow, step));
                faults.extend(labels::check(program, step));
            }
            faults.extend(links::unused(program, flow).into_iter().filter(|_| !damaged.contains(&flow.name)));
        }
    }
    faults.sort_by(|left, right| (&left.file, left.place).cmp(&(&right.file, right.place)));
    faults.dedup();
    (program, faults)
}

/// What is true of a flow even where another fault has left a hole in it: its ways, and what its names may be, are not known
/// then.
const fn stands_in_ruins(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::UnreachableStep { .. }
            | Kind::NoWayToEnd { .. }
            | Kind::EndlessCircle { .. }
            | Kind::UnusedOutcome { .. }
            | Kind::NeverSet { .. }
            | Kind::MayBeUnset { .. }
            | Kind::ArgumentUnknown { .. }
            | Kind::ArgumentUnset { .. }
            | Kind::NeverTrue { .. }
            | Kind::AlwaysTrue { .. }
            | Kind::ArmNeverReached { .. }
            | Kind::TwoTypes { .. }
    )
}

#[cfg(test)]
mod tests;
