//! Faults as they are shown: to their author, and to tools.

use std::collections::HashMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Fault, Lang, Place, counted, word};

mod json;
mod sarif;

pub use json::json;
pub use sarif::sarif;

/// The faults as their author is shown them: each with its code, its line and a caret, and a last line that counts them.
/// `sources`: the files that they are about, each (path, text).
#[must_use]
pub fn text(faults: &[Fault], sources: &[(String, String)], lang: Lang, colour: bool) -> String {
    let sources: HashMap<_, _> = sources.iter().map(|(path, text)| (path, text)).collect();
    let words = ["error", "warning", "help"].map(|key| word(lang, key));
    let shown = |fault: &Fault| render(fault, sources.get(&fault.file).copied(), lang, &words, colour);
    let mut report: Vec<_> = faults.iter().map(shown).collect();
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    report.push(counted(lang, errors, faults.len() - errors));
    report.join("\n\n")
}

/// One fault with the line that it is about.
fn render(fault: &Fault, source: Option<&String>, lang: Lang, words: &[String; 3], colour: bool) -> String {
    let [error, warning, help] = words;
    let level = if fault.is_error() { Level::ERROR.with_name(error) } else { Level::WARNING.with_name(warning) };
    let what = fault.what(lang);
    let title = level.primary_title(&what).id(fault.kind.code());
    let mut group = match (source, fault.place) {
        (Some(source), Some(place)) => {
            let annotation = AnnotationKind::Primary.span(span(source, place));
            title.element(Snippet::source(source).path(&fault.file).annotation(annotation))
        }
        _ => Group::with_title(title).element(Level::NOTE.no_name().message(&fault.file)),
    };
    let cure = fault.help(lang);
    if let Some(cure) = &cure {
        group = group.element(Level::HELP.with_name(help).message(cure));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// Line, column and length in characters → byte range, never out of the line.
pub(crate) fn span(source: &str, place: Place) -> std::ops::Range<usize> {
    let start: usize = source.split_inclusive('\n').take(place.line.saturating_sub(1)).map(str::len).sum();
    let text = source.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let byte = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    let first = place.column.saturating_sub(1);
    start + byte(first)..start + byte(first + place.length)
}

#[cfg(test)]
mod tests;
