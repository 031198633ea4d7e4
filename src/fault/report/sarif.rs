//! Faults as SARIF 2.1.0, which editors and code hosts show: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::{Fault, Fix, Lang, Place};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    /// Columns count characters, as ours do.
    column_kind: &'static str,
    results: Vec<Result>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Rule {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Result {
    rule_id: &'static str,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Change>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Clone, Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    description: Message,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: Artifact,
    replacements: [Replacement; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

/// All faults as one SARIF log.
#[must_use]
pub fn sarif(faults: &[Fault], lang: Lang) -> String {
    let rules: BTreeSet<_> = faults.iter().map(|fault| fault.kind.code()).collect();
    let driver = Driver {
        name: "provodnik",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules.into_iter().map(|id| Rule { id }).collect(),
    };
    let results = faults.iter().map(|fault| result(fault, lang)).collect();
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    serde_json::to_string_pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }).unwrap_or_default()
}

fn result(fault: &Fault, lang: Lang) -> Result {
    let artifact = Artifact { uri: fault.file.clone() };
    let help = fault.help(lang);
    let text = help.as_ref().map_or_else(|| fault.what(lang), |help| format!("{} ({help})", fault.what(lang)));
    let physical = Physical { artifact_location: artifact.clone(), region: fault.place.map(region) };
    Result {
        rule_id: fault.kind.code(),
        level: if fault.is_error() { "error" } else { "warning" },
        message: Message { text },
        locations: [Location { physical_location: physical }],
        fixes: change(fault, artifact, help).into_iter().collect(),
    }
}

/// Only where the name itself stands at the place can a tool put another there.
fn change(fault: &Fault, artifact: Artifact, help: Option<String>) -> Option<Change> {
    let (Some(Fix::Rename { from, to, .. }), Some(place)) = (&fault.fix, fault.place) else { return None };
    (place.length == from.chars().count()).then(|| Change {
        description: Message { text: help.unwrap_or_default() },
        artifact_changes: [ArtifactChange {
            artifact_location: artifact,
            replacements: [Replacement {
                deleted_region: region(place),
                inserted_content: Message { text: to.clone() },
            }],
        }],
    })
}

const fn region(place: Place) -> Region {
    Region { start_line: place.line, start_column: place.column, end_column: place.column + place.length }
}
