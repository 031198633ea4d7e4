//! What came of the transcripts, for tools.

use serde::Serialize;

use crate::flow::{
    Edge,
    chat::{Failure, Report},
    coverage::{Coverage, Missing, Part, Share},
};

/// What came of the transcripts, as one document: `{played, failed, failures: [{file, line, title, what, written, happened}],
/// faults: [...]}`, and with a coverage `{coverage: {steps, edges, flows: [{flow, file, steps, edges, missing: [{line, column, at,
/// kind, name, when}]}]}}`, where a share is `{played, of, percent}`.
#[must_use]
pub fn json(report: &Report, coverage: Option<&Coverage>) -> String {
    let told = Told {
        played: report.played,
        failed: report.failures.len(),
        failures: report.failures.iter().map(told_failure).collect(),
        faults: report.faults.iter().filter(|fault| fault.is_error()).map(ToString::to_string).collect(),
        coverage: coverage.map(told_coverage),
    };
    serde_json::to_string_pretty(&told).unwrap_or_default()
}

#[derive(Serialize)]
struct Told<'r> {
    played: usize,
    failed: usize,
    failures: Vec<ToldFailure<'r>>,
    faults: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<ToldCoverage<'r>>,
}

#[derive(Serialize)]
struct ToldFailure<'r> {
    file: &'r str,
    line: usize,
    title: &'r str,
    what: &'r str,
    written: Option<&'r str>,
    happened: Option<&'r str>,
}

#[derive(Serialize)]
struct ToldCoverage<'r> {
    steps: ToldShare,
    edges: ToldShare,
    flows: Vec<ToldPart<'r>>,
}

#[derive(Serialize)]
struct ToldShare {
    played: usize,
    of: usize,
    percent: usize,
}

#[derive(Serialize)]
struct ToldPart<'r> {
    flow: &'r str,
    file: &'r str,
    steps: ToldShare,
    edges: ToldShare,
    missing: Vec<ToldMissing<'r>>,
}

#[derive(Serialize)]
struct ToldMissing<'r> {
    line: usize,
    column: usize,
    at: &'r str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<&'r str>,
}

fn told_failure(failure: &Failure) -> ToldFailure<'_> {
    ToldFailure {
        file: &failure.file,
        line: failure.line,
        title: &failure.title,
        what: &failure.what,
        written: failure.written.as_deref(),
        happened: failure.happened.as_deref(),
    }
}

fn told_coverage(coverage: &Coverage) -> ToldCoverage<'_> {
    let (steps, edges) = coverage.total();
    let flows = coverage.flows.iter().map(told_part).collect();
    ToldCoverage { steps: told_share(steps), edges: told_share(edges), flows }
}

const fn told_share(share: Share) -> ToldShare {
    ToldShare { played: share.played, of: share.of, percent: share.percent() }
}

fn told_part(part: &Part) -> ToldPart<'_> {
    ToldPart {
        flow: &part.flow,
        file: &part.file,
        steps: told_share(part.steps),
        edges: told_share(part.edges),
        missing: part.missing.iter().map(told_missing).collect(),
    }
}

fn told_missing(missing: &Missing) -> ToldMissing<'_> {
    ToldMissing {
        line: missing.place.line,
        column: missing.place.column,
        at: &missing.at,
        kind: missing.edge.as_ref().map_or("step", Edge::kind),
        name: missing.edge.as_ref().and_then(Edge::name),
        when: missing.when.as_deref(),
    }
}
