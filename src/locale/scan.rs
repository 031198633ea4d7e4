//! What can be told of Fluent files without formatting them: keys, places, arguments.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use fluent_syntax::{
    ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};

use super::{
    YOU,
    links::{self, Link},
    size::Size,
};
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
    /// What it refers to, and where.
    pub links: Vec<(Link, Place)>,
}

/// What files have in them.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    pub found: BTreeMap<Key, Found>,
    /// Entries that can't be read.
    pub broken: BTreeSet<Key>,
}

/// What a text begins with that was put there for somebody to write it.
const UNFINISHED: &str = "✎";

/// Adds the texts of one file. References are followed within the language as far as it is known so far.
pub(super) fn scan(lang: &str, path: &str, text: &str, into: &mut Scanned, faults: &mut Vec<Fault>) {
    let resource = parser::parse(text).unwrap_or_else(|(resource, _)| resource);
    let Scanned { found, broken } = into;
    let lines = Lines::of(text);
    let mut seen = BTreeMap::new();
    for entry in &resource.body {
        let message = match entry {
            Entry::Message(message) => message,
            Entry::Term(term) => {
                let key = format!("-{}", term.id.name);
                let place = lines.place(&key, 0);
                for attribute in &term.attributes {
                    let name = format!("{key}.{}", attribute.id.name);
                    let place = attribute_place(text, place, attribute.id.name);
                    found.insert(
                        (name, lang.to_owned()),
                        of_text((path, text), place, &attribute.value, BTreeSet::new()),
                    );
                }
                found.insert((key, lang.to_owned()), of_text((path, text), place, &term.value, BTreeSet::new()));
                continue;
            }
            Entry::Junk { content } => {
                let id = content.split(|letter: char| letter == '=' || letter.is_whitespace()).next();
                broken.extend(id.map(|id| (id.to_owned(), lang.to_owned())));
                continue;
            }
            _ => continue,
        };
        let id = message.id.name;
        let nth = seen.entry(id).and_modify(|n| *n += 1).or_insert(0_usize);
        let place = lines.place(id, *nth);
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
            found.insert((key, lang.to_owned()), of_text((path, text), place, pattern, arguments));
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

fn of_text((path, text): (&str, &str), place: Place, pattern: &Pattern<&str>, arguments: BTreeSet<String>) -> Found {
    let at = |link: Link| (links::place(text, place, &link), link);
    let links = links::of(pattern).into_iter().map(at).map(|(place, link)| (link, place)).collect();
    Found { file: path.to_owned(), place, arguments, size: Size::of(pattern), links }
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
struct Lines<'t>(BTreeMap<&'t str, Vec<usize>>);

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let mut lines: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, line) in text.lines().enumerate() {
            let Some((id, _)) = line.split_once('=') else { continue };
            lines.entry(id.trim_end()).or_default().push(i + 1);
        }
        Self(lines)
    }

    fn place(&self, id: &str, nth: usize) -> Place {
        let line = self.0.get(id).and_then(|lines| lines.get(nth)).copied().unwrap_or(1);
        Place { line, column: 1, length: id.chars().count() }
    }
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

/// Where a tab indents the line of an error, or the one after it: Fluent takes spaces only.
pub(super) fn tab(text: &str, range: &Range<usize>) -> Option<Place> {
    let line = place(text, range).line;
    let indents = |line: &str| {
        let at = line.find(|letter: char| letter != ' ')?;
        line.get(at..)?.starts_with('\t').then_some(at + 1)
    };
    let near = text.lines().enumerate().skip(line.saturating_sub(1)).take(2);
    let found = near.filter_map(|(i, text)| Some((i + 1, indents(text)?))).next();
    found.map(|(line, column)| Place { line, column, length: 1 })
}
