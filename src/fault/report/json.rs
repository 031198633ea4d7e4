//! Faults as JSON.

use serde::Serialize;

use super::super::{Fault, Fix, Lang};

#[derive(Serialize)]
struct Report<'r> {
    errors: usize,
    warnings: usize,
    faults: Vec<Told<'r>>,
}

#[derive(Serialize)]
struct Told<'r> {
    code: &'static str,
    weight: &'static str,
    file: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Change<'r>>,
}

/// `from` stands at the fault's place; a text is added to the words of every language.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Change<'r> {
    Rename { from: &'r str, to: &'r str, sure: bool },
    Text { key: &'r str },
}

/// All faults in one document: `{errors, warnings, faults: [{code, weight, file, line, column, length, what, help, fix}]}`.
#[must_use]
pub fn json(faults: &[Fault], lang: Lang) -> String {
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    let faults: Vec<_> = faults.iter().map(|fault| told(fault, lang)).collect();
    let report = Report { errors, warnings: faults.len() - errors, faults };
    serde_json::to_string_pretty(&report).unwrap_or_default()
}

fn told(fault: &Fault, lang: Lang) -> Told<'_> {
    Told {
        code: fault.kind.code(),
        weight: if fault.is_error() { "error" } else { "warning" },
        file: &fault.file,
        line: fault.place.map(|place| place.line),
        column: fault.place.map(|place| place.column),
        length: fault.place.map(|place| place.length),
        what: fault.what(lang),
        help: fault.help(lang),
        fix: fault.fix.as_ref().map(|fix| match fix {
            Fix::Rename { from, to, sure } => Change::Rename { from, to, sure: *sure },
            Fix::Text { key, .. } => Change::Text { key },
        }),
    }
}
