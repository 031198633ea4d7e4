//! What can be told of Fluent files without formatting them: keys, places, arguments.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use fluent_syntax::{
    ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};

use super::{YOU, size::Size};
use crate::fault::{Fault, Kind, Place};

/// A text and its language.
pub(super) type Key = (String, String);

/// One text in one language.
#[derive(Debug)]
pub(super) struct Found {
    pub file: String,
    pub place: Place,
    pub arguments: BTreeSet<String>,
    pub size: Size,
}

/// What a text begins with that was put there for somebody to write it.
const UNFINISHED: &str = "✎";

/// Adds the texts of one file. References are followed within the language as far as it is known so far.
pub(super) fn scan(lang: &str, path: &str, text: &str, found: &mut BTreeMap<Key, Found>, faults: &mut Vec<Fault>) {
    let resource = parser::parse(text).unwrap_or_else(|(resource, _)| resource);
    let mut seen = BTreeMap::new();
    for entry in &resource.body {
        let message = match entry {
            Entry::Message(message) => message,
            Entry::Term(term) => {
                let key = format!("-{}", term.id.name);
                let place = entry_place(text, &key, 0);
                found.insert((key, lang.to_owned()), of_text(path, place, &term.value, BTreeSet::new()));
                continue;
            }
            _ => continue,
        };
        let id = message.id.name;
        let nth = seen.entry(id).and_modify(|n| *n += 1).or_insert(0_usize);
        let place = entry_place(text, id, *nth);
        if found.contains_key(&(id.to_owned(), lang.to_owned())) || *nth > 0 {
            let kind = Kind::DuplicateText { key: id.to_owned(), lang: lang.to_owned() };
            faults.push(Fault::new(path, place, kind));
            continue;
        }
        let mut add = |key: String, place: Place, pattern: &Pattern<&str>| {
            let mut arguments = BTreeSet::new();
            of_pattern(pattern, lang, found, &mut arguments);
            arguments.remove(YOU);
            if matches!(pattern.elements.first(), Some(PatternElement::TextElement { value }) if value.starts_with(UNFINISHED))
            {
                let kind = Kind::UnfinishedText { key: key.clone(), lang: lang.to_owned() };
                faults.push(Fault::new(path, place, kind));
            }
            found.insert((key, lang.to_owned()), of_text(path, place, pattern, arguments));
        };
        if let Some(pattern) = &message.value {
            add(id.to_owned(), place, pattern);
        }
        for attribute in &message.attributes {
            let name = attribute.id.name;
            add(format!("{id}.{name}"), attribute_place(text, place, name), &attribute.value);
        }
    }
}

fn of_text(path: &str, place: Place, pattern: &Pattern<&str>, arguments: BTreeSet<String>) -> Found {
    Found { file: path.to_owned(), place, arguments, size: Size::of(pattern) }
}

fn of_pattern(pattern: &Pattern<&str>, lang: &str, known: &BTreeMap<Key, Found>, into: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, lang, known, into);
        }
    }
}

fn of_expression(expression: &Expression<&str>, lang: &str, known: &BTreeMap<Key, Found>, into: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, lang, known, into),
        Expression::Select { selector, variants } => {
            of_inline(selector, lang, known, into);
            variants.iter().for_each(|variant| of_pattern(&variant.value, lang, known, into));
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, lang: &str, known: &BTreeMap<Key, Found>, into: &mut BTreeSet<String>) {
    let mut call = |arguments: &CallArguments<&str>| {
        arguments.positional.iter().for_each(|one| of_inline(one, lang, known, into));
    };
    match inline {
        InlineExpression::VariableReference { id } => {
            into.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => call(arguments),
        InlineExpression::MessageReference { id, attribute } => {
            let key =
                attribute.as_ref().map_or(id.name.to_owned(), |attribute| format!("{}.{}", id.name, attribute.name));
            into.extend(
                known.get(&(key, lang.to_owned())).into_iter().flat_map(|found| found.arguments.iter().cloned()),
            );
        }
        InlineExpression::Placeable { expression } => of_expression(expression, lang, known, into),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::TermReference { .. } => {}
    }
}

/// The AST has no places: an entry is found by its line `id =`.
fn entry_place(text: &str, id: &str, nth: usize) -> Place {
    let begins = |line: &str| line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='));
    let line = text.lines().enumerate().filter(|(_, line)| begins(line)).nth(nth).map_or(0, |(i, _)| i);
    Place { line: line + 1, column: 1, length: id.chars().count() }
}

/// The line `.name =` below its message.
fn attribute_place(text: &str, message: Place, name: &str) -> Place {
    let column = |line: &str| {
        let rest = line.trim_start().strip_prefix('.')?.strip_prefix(name)?;
        rest.trim_start().starts_with('=').then(|| line.len() - line.trim_start().len() + 1)
    };
    let found = text.lines().enumerate().skip(message.line).find_map(|(i, line)| Some((i + 1, column(line)?)));
    found.map_or(message, |(line, column)| Place { line, column, length: name.chars().count() + 1 })
}

/// Byte range → line and column.
pub(super) fn place(text: &str, range: &Range<usize>) -> Place {
    let before = text.get(..range.start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    Place { line, column, length: 1 }
}
