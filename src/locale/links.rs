//! What texts are made of: other texts, terms, functions. Is all of it there, and do they come to an end?

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement};

use super::scan::{Found, Key};
use crate::{
    fault::{Fault, Fix, Kind, Place, nearest},
    locale::usual_key,
};

/// What a text refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// A text, an attribute (`id.name`), a term (`-id`) or a term's attribute.
    Text(String),
    Function(String),
}

/// All that a pattern refers to, selectors and variants included.
pub(super) fn of(pattern: &Pattern<&str>) -> Vec<Link> {
    let mut links = Vec::new();
    of_pattern(pattern, &mut links);
    links
}

fn of_pattern(pattern: &Pattern<&str>, into: &mut Vec<Link>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, into);
        }
    }
}

fn of_expression(expression: &Expression<&str>, into: &mut Vec<Link>) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, into),
        Expression::Select { selector, variants } => {
            of_inline(selector, into);
            variants.iter().for_each(|variant| of_pattern(&variant.value, into));
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, into: &mut Vec<Link>) {
    let key = |id: &str, attribute: Option<&str>| attribute.map_or(id.to_owned(), |name| format!("{id}.{name}"));
    match inline {
        InlineExpression::MessageReference { id, attribute } => {
            into.push(Link::Text(key(id.name, attribute.as_ref().map(|attribute| attribute.name))));
        }
        InlineExpression::TermReference { id, attribute, .. } => {
            into.push(Link::Text(key(&format!("-{}", id.name), attribute.as_ref().map(|attribute| attribute.name))));
        }
        InlineExpression::FunctionReference { id, arguments } => {
            into.push(Link::Function(id.name.to_owned()));
            arguments.positional.iter().for_each(|one| of_inline(one, into));
        }
        InlineExpression::Placeable { expression } => of_expression(expression, into),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::VariableReference { .. } => {}
    }
}

/// What texts refer to and their language does not have, and texts that are made of each other. No function is known.
///
/// `broken`: entries that could not be read; of these a fault is told where they stand.
pub(super) fn check(found: &BTreeMap<Key, Found>, broken: &BTreeSet<Key>) -> Vec<Fault> {
    let mut faults = Vec::new();
    // A text that another language has is told as untranslated.
    let anywhere: BTreeSet<&str> =
        found.keys().map(|(key, _)| key.as_str()).filter(|key| !key.starts_with('-')).collect();
    for ((key, lang), one) in found {
        for (link, place) in &one.links {
            let (key, lang) = (key.clone(), lang.clone());
            let (kind, fix) = match link {
                Link::Function(function) => (Kind::UnknownFunction { key, function: function.clone(), lang }, None),
                Link::Text(text) => {
                    let entry = text.split('.').next().unwrap_or(text).to_owned();
                    let there =
                        found.contains_key(&(text.clone(), lang.clone())) || broken.contains(&(entry, lang.clone()));
                    if there || anywhere.contains(text.as_str()) {
                        continue;
                    }
                    let known = found.keys().filter(|(_, other)| *other == lang).map(|(known, _)| known);
                    let fix: Option<Fix> =
                        nearest(text, known.filter(|known| **known != key && usual_key(known).is_none()));
                    (Kind::UnknownText { key, text: text.clone(), lang }, fix)
                }
            };
            faults.push(Fault::new(&one.file, *place, kind).fix(fix));
        }
    }
    faults.extend(circles(found));
    faults
}

/// Who is made of whom.
type Graph<'k> = BTreeMap<&'k Key, BTreeSet<&'k Key>>;

/// Texts that are made of each other: of each knot the first one is told. Without a stack of calls: a chain may be as long as
/// a file.
fn circles(found: &BTreeMap<Key, Found>) -> Vec<Fault> {
    let (mut of, mut within) = (Graph::new(), Graph::new());
    for (key, one) in found {
        for (link, _) in &one.links {
            let Link::Text(text) = link else { continue };
            let Some((made_of, _)) = found.get_key_value(&(text.clone(), key.1.clone())) else { continue };
            of.entry(key).or_default().insert(made_of);
            within.entry(made_of).or_default().insert(key);
        }
    }
    // What leads nowhere is no part of a circle, and neither is what nothing leads to.
    let (begun, ended) = (endless(&of, &within), endless(&within, &of));
    let mut left: BTreeSet<&Key> = begun.intersection(&ended).copied().collect();
    let mut faults = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut knot = vec![first];
        while let Some(key) = knot.pop() {
            let near = [&of, &within].into_iter().filter_map(|graph| graph.get(key)).flatten();
            knot.extend(near.filter(|key| left.remove(*key)));
        }
        if let Some(one) = found.get(first) {
            let (key, lang) = first.clone();
            faults.push(Fault::new(&one.file, one.place, Kind::TextCircle { key, lang }));
        }
    }
    faults
}

/// Those from whom one can go on without end.
fn endless<'k>(of: &Graph<'k>, within: &Graph<'k>) -> BTreeSet<&'k Key> {
    let mut ways: BTreeMap<&Key, usize> = of.iter().map(|(key, of)| (*key, of.len())).collect();
    let mut over: Vec<&Key> = within.keys().filter(|key| !of.contains_key(*key)).copied().collect();
    while let Some(key) = over.pop() {
        for before in within.get(key).into_iter().flatten() {
            let Some(left) = ways.get_mut(before) else { continue };
            *left -= 1;
            if *left == 0 {
                ways.remove(before);
                over.push(before);
            }
        }
    }
    ways.into_keys().collect()
}

/// Where a reference stands: the first time that its name does from the entry on, else the entry itself.
pub(super) fn place(text: &str, entry: Place, link: &Link) -> Place {
    let (Link::Text(name) | Link::Function(name)) = link;
    let part = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    let column = |line: &str| {
        let at = line.match_indices(name.as_str()).map(|(at, _)| at).find(|at| {
            let (before, after) =
                (line.get(..*at).unwrap_or_default(), line.get(at + name.len()..).unwrap_or_default());
            before.contains('{') && !before.ends_with(part) && !after.starts_with(part)
        });
        at.map(|at| line.get(..at).unwrap_or_default().chars().count() + 1)
    };
    let found = text.lines().enumerate().skip(entry.line - 1).find_map(|(i, line)| Some((i + 1, column(line)?)));
    found.map_or(entry, |(line, column)| Place { line, column, length: name.chars().count() })
}
