//! What can be proven of content before anybody talks to it. All faults of all files at once.

use std::collections::HashMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{
    load::{self, Source},
    program::Program,
};
use crate::fault::{Fault, Weight};
use crate::locale::Locales;

mod graph;
mod texts;
mod values;

pub use texts::SAID_BY_CODE;
#[cfg(test)]
pub(crate) use texts::filled;
pub(super) use texts::unsaid;
pub(super) use values::surely_set;

/// Loads and checks flows and locales, each source a (path, text). A program comes out if the flows and `_global.yaml` could be
/// lowered at all; whether it may be used is told by [`Fault::is_error`].
#[must_use]
pub fn program(flows: &[Source], locales: &[Source]) -> (Option<Program>, Vec<Fault>) {
    let (locales, mut faults) = Locales::load(locales);
    let mut loaded = load::load(flows);
    if loaded.global.is_none() && !flows.iter().any(|(path, _)| load::stem(path) == load::GLOBAL) {
        loaded.faults.push(Fault::error("flows/_global.yaml", None, "this file is missing: `start: home` at least"));
    }
    faults.append(&mut loaded.faults);
    for flow in &loaded.flows {
        faults.extend(graph::check(flow));
        faults.extend(values::check(flow, &loaded.flows, &locales));
    }
    let program = Program::new(loaded, locales);
    if let Some(program) = &program {
        faults.extend(texts::check(program));
    }
    faults.sort_by(|left, right| (&left.file, left.place).cmp(&(&right.file, right.place)));
    faults.dedup();
    (program, faults)
}

/// The faults as their author is shown them: each with its line and a caret, and a last line that counts them.
#[must_use]
pub fn report(faults: &[Fault], sources: &[Source], colour: bool) -> String {
    let sources: HashMap<_, _> = sources.iter().map(|(path, text)| (path, text)).collect();
    let shown = |fault: &Fault| render(fault, sources.get(&fault.file).copied(), colour);
    let mut report: Vec<_> = faults.iter().map(shown).collect();
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    report.push(format!("{errors} errors, {} warnings", faults.len() - errors));
    report.join("\n\n")
}

/// One fault with the line that it is about.
fn render(fault: &Fault, source: Option<&String>, colour: bool) -> String {
    let level = if fault.weight == Weight::Error { Level::ERROR } else { Level::WARNING };
    let title = level.primary_title(&fault.what);
    let mut group = match (source, fault.place) {
        (Some(source), Some(place)) => {
            let span = span(source, place.line, place.column, place.length);
            let annotation = AnnotationKind::Primary.span(span);
            title.element(Snippet::source(source).path(&fault.file).annotation(annotation))
        }
        _ => Group::with_title(title).element(Level::NOTE.message(&fault.file)),
    };
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(help));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// Line, column and length in characters → byte range, never out of the line.
fn span(source: &str, line: usize, column: usize, length: usize) -> std::ops::Range<usize> {
    let start: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let text = source.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let byte = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    start + byte(column.saturating_sub(1))..start + byte(column.saturating_sub(1) + length)
}

#[cfg(test)]
mod tests;
