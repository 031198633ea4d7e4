//! Mends what can be mended without asking: mistyped names that only one name is near to, and texts that are missing.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;
use crate::fault::{Fault, Fix, Place, report::span};

/// The files that change, with their new text.
pub(super) fn mend(faults: &[Fault], sources: &[Source]) -> Vec<Source> {
    let mut files: BTreeMap<&str, String> = sources.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let mut renames: Vec<_> = faults
        .iter()
        .filter_map(|fault| match (&fault.fix, fault.place) {
            (Some(Fix::Rename { from, to, sure: true }), Some(place)) => Some((fault.file.as_str(), place, from, to)),
            _ => None,
        })
        .collect();
    // From the end, so that places before stay where they are; a place is changed once.
    renames.sort_by_key(|(file, place, ..)| (*file, *place));
    renames.dedup_by_key(|(file, place, ..)| (*file, *place));
    for (file, place, from, to) in renames.into_iter().rev() {
        if let Some(text) = files.get_mut(file) {
            rename(text, place, from, to);
        }
    }
    let languages: BTreeSet<String> = sources
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("locales/")?.split('/').next().map(str::to_owned))
        .collect();
    let mut added: BTreeMap<String, String> = BTreeMap::new();
    let mut texts: Vec<_> = faults
        .iter()
        .filter_map(|fault| match &fault.fix {
            Some(Fix::Text { flow, key }) => Some((flow, key)),
            _ => None,
        })
        .collect();
    // A text comes before its attributes.
    texts.sort_by_key(|(_, key)| *key);
    texts.dedup();
    for lang in &languages {
        for (flow, key) in &texts {
            let id = key.split('.').next().unwrap_or(key);
            let with = |(path, text): &(&&str, &String)| {
                path.starts_with(&format!("locales/{lang}/")) && entry(text, id).is_some()
            };
            let known = files.iter().find(with).map(|(path, _)| (*path).to_owned());
            let path = known.unwrap_or_else(|| format!("locales/{lang}/{flow}.ftl"));
            match files.get_mut(path.as_str()) {
                Some(text) => add(text, key),
                None => add(added.entry(path).or_default(), key),
            }
        }
    }
    let changed = files.into_iter().map(|(path, text)| (path.to_owned(), text));
    let changed = changed.filter(|(path, text)| !sources.iter().any(|(old, was)| old == path && was == text));
    changed.chain(added).collect()
}

/// The name once at its place; what stands there otherwise, stays.
fn rename(text: &mut String, place: Place, from: &str, to: &str) {
    let span = span(text, place);
    let Some(there) = text.get(span.clone()) else { return };
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = there.match_indices(from).filter(|(at, _)| {
        let (before, after) = (there.get(..*at).unwrap_or_default(), there.get(at + from.len()..).unwrap_or_default());
        !before.ends_with(letter) && !after.starts_with(letter)
    });
    if let (Some((at, _)), None) = (found.next(), found.next()) {
        let at = span.start + at;
        text.replace_range(at..at + from.len(), to);
    }
}

/// Puts a text there that somebody has to write: `flows check` goes on naming it.
fn add(text: &mut String, key: &str) {
    let (id, attribute) = key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)));
    let line = match attribute {
        None => format!("{id} = ✎ {id}\n"),
        Some(attribute) => format!("    .{attribute} = ✎ {attribute}\n"),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match (attribute, entry(text, id)) {
        (None, _) => text.push_str(&line),
        (Some(_), None) => text.push_str(&format!("{id} =\n{line}")),
        (Some(_), Some(end)) => text.insert_str(end, &line),
    }
}

/// Where the entry of a text ends: behind its last line that is indented.
fn entry(text: &str, id: &str) -> Option<usize> {
    let begins = |line: &str| line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='));
    let (mut at, mut end) = (0, None);
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        match end {
            None if begins(line) => end = Some(next),
            Some(_) if line.starts_with(' ') => end = Some(next),
            Some(_) if !line.trim().is_empty() => break,
            _ => {}
        }
        at = next;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Kind;

    #[test]
    fn mends_names_and_adds_texts_in_every_language() {
        let own = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
        let sources = [
            ("flows/a.yaml", "next: thnks\nif: scor > scor2\n"),
            ("locales/en/a.ftl", "a-b = Hi\n"),
            ("locales/ru/all.ftl", "a-b = Привет,\n    мир\n\n    ещё\na-d = Ой\n"),
        ]
        .map(own);
        let rename = |line, column, length, from: &str, to: &str, sure| {
            let fix = Fix::Rename { from: from.to_owned(), to: to.to_owned(), sure };
            Fault::new("flows/a.yaml", Place { line, column, length }, Kind::NoSteps {}).fix(Some(fix))
        };
        let text = |key: &str| {
            let fix = Fix::Text { flow: "a".to_owned(), key: key.to_owned() };
            Fault::new("flows/a.yaml", None, Kind::NoSteps {}).fix(Some(fix))
        };
        let faults = [
            rename(1, 7, 5, "thnks", "thanks", true),
            rename(2, 5, 12, "scor", "score", true),
            rename(2, 5, 4, "scor", "scare", false),
            text("a-b.hint"),
            text("a-c"),
            text("a-c.o-one"),
        ];
        let mended = mend(&faults, &sources);
        let wanted = [
            ("flows/a.yaml", "next: thanks\nif: score > scor2\n"),
            ("locales/en/a.ftl", "a-b = Hi\n    .hint = ✎ hint\na-c = ✎ a-c\n    .o-one = ✎ o-one\n"),
            ("locales/ru/all.ftl", "a-b = Привет,\n    мир\n\n    ещё\n    .hint = ✎ hint\na-d = Ой\n"),
            ("locales/ru/a.ftl", "a-c = ✎ a-c\n    .o-one = ✎ o-one\n"),
        ]
        .map(own);
        assert_eq!(mended, wanted);
    }
}
