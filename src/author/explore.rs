//! What a walk through the flows has found, for people and for tools; and what it takes for sayable.

use std::fmt::Write;

use serde::Serialize;

use crate::flow::{
    Program, Source,
    coverage::{Coverage, Missing, Part},
    explore::{self, Options, Report},
};

mod sayable;

/// Walks through flows, as all readers in all channels would see them.
///
/// # Errors
/// There is no such flow; says which may have been meant.
pub fn explore(program: &Program, chats: &[Source], options: &Options<'_>) -> Result<Report, String> {
    explore::explore(program, chats, options, &|shown| sayable::wrong(program, shown))
}

/// The report; `seconds`: how long it took.
#[must_use]
pub fn text(program: &Program, options: &Options<'_>, report: &Report, seconds: f64) -> String {
    let mut text = String::new();
    for failure in &report.failures {
        writeln!(text, "{}: {}: {}\n\n{}", failure.flow, failure.what.code(), failure.why, failure.chat).ok();
    }
    if report.more > 0 {
        writeln!(text, "and {} more", report.more).ok();
    }
    for (part, missing) in left_out(program, options, report) {
        let way = missing.edge.as_ref().map_or("step", |edge| edge.kind());
        let name =
            missing.edge.as_ref().and_then(|edge| edge.name()).map(|name| format!(" `{name}`")).unwrap_or_default();
        let place = missing.place;
        let at = &missing.at;
        writeln!(text, "not come to: {}:{}:{}: {at}: {way}{name}", part.file, place.line, place.column).ok();
    }
    for flow in &report.cut {
        writeln!(text, "{flow}: it has more states than are tried; the rest is left to chance").ok();
    }
    let (taken, of) = edges(program, options, report);
    let Report { waits, turns, said, .. } = report;
    write!(
        text,
        "{waits} waits, {taken}/{of} edges, {turns} turns, {said} things said, {seconds:.1} s, {} failures",
        report.failures.len() + report.more
    )
    .ok();
    text
}

/// The same as one document: `{waits, edges: {taken, of}, turns, said, seconds, cut, not_come_to: [{file, line, column, at, kind,
/// name}], failures: [{flow, what, why, chat}], more}`.
#[must_use]
pub fn json(program: &Program, options: &Options<'_>, report: &Report, seconds: f64) -> String {
    let missing = left_out(program, options, report);
    let (taken, of) = edges(program, options, report);
    let told = Told {
        waits: report.waits,
        edges: ToldEdges { taken, of },
        turns: report.turns,
        said: report.said,
        seconds,
        cut: report.cut.iter().collect(),
        not_come_to: missing.iter().map(|(part, missing)| told_missing(part, missing)).collect(),
        failures: report
            .failures
            .iter()
            .map(|failure| ToldFailure {
                flow: &failure.flow,
                what: failure.what.code(),
                why: &failure.why,
                chat: &failure.chat,
            })
            .collect(),
        more: report.more,
    };
    serde_json::to_string_pretty(&told).unwrap_or_default()
}

/// How much of the flows was walked through: of one flow, if one was asked for.
fn parts(program: &Program, options: &Options<'_>, report: &Report) -> Vec<Part> {
    let all = Coverage::of(program, &report.covered).flows.into_iter();
    all.filter(|part| options.flow.is_none_or(|flow| part.flow == flow)).collect()
}

fn edges(program: &Program, options: &Options<'_>, report: &Report) -> (usize, usize) {
    let parts = parts(program, options, report);
    (parts.iter().map(|part| part.edges.played).sum(), parts.iter().map(|part| part.edges.of).sum())
}

fn left_out(program: &Program, options: &Options<'_>, report: &Report) -> Vec<(Part, Missing)> {
    let parts = parts(program, options, report).into_iter();
    parts.flat_map(|part| part.missing.clone().into_iter().map(move |missing| (part.clone(), missing))).collect()
}

#[derive(Serialize)]
struct Told<'r> {
    waits: usize,
    edges: ToldEdges,
    turns: usize,
    said: usize,
    seconds: f64,
    cut: Vec<&'r String>,
    not_come_to: Vec<ToldMissing<'r>>,
    failures: Vec<ToldFailure<'r>>,
    more: usize,
}

#[derive(Serialize)]
struct ToldEdges {
    taken: usize,
    of: usize,
}

#[derive(Serialize)]
struct ToldMissing<'r> {
    file: &'r str,
    line: usize,
    column: usize,
    at: &'r str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Serialize)]
struct ToldFailure<'r> {
    flow: &'r str,
    what: &'static str,
    why: &'r str,
    chat: &'r str,
}

fn told_missing<'r>(part: &'r Part, missing: &'r Missing) -> ToldMissing<'r> {
    ToldMissing {
        file: &part.file,
        line: missing.place.line,
        column: missing.place.column,
        at: &missing.at,
        kind: missing.edge.as_ref().map_or("step", |edge| edge.kind()),
        name: missing.edge.as_ref().and_then(|edge| edge.name()),
    }
}

#[cfg(test)]
mod tests;
