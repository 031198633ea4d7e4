//! Can a condition hold, can it fail? Every value that matters to it is tried: the marks of a scale, the options of a choice,
//! the numbers around those that it names.

use std::collections::{BTreeMap, BTreeSet};

use super::domains::{Domain, Domains};
use crate::{
    fault::{Fix, Kind, nearest},
    flow::{
        action::Type,
        expr::{Expr, Order},
    },
    message::Value,
};

/// More combinations than this are not tried: such a condition is left alone.
const MOST: usize = 20_000;
/// Members of a list that a condition names: each is chosen or not.
const MEMBERS: usize = 6;

/// Whether a condition may hold, and whether it may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub holds: bool,
    pub fails: bool,
}

/// Tries a condition; `surely`: the names that are set where it stands. `None` where there is too much to try.
pub(super) fn judge(expr: &Expr, domains: &Domains, surely: &BTreeSet<String>) -> Option<Verdict> {
    let mut names = Vec::new();
    expr.mentions(&mut names);
    let names: BTreeSet<&str> = names.into_iter().collect();
    let marks = Marks::of(expr, &names, domains);
    let mut tried: Vec<(&str, Vec<Option<Value>>)> = Vec::new();
    let mut many = 1_usize;
    for name in names {
        let mut values: Vec<_> = marks.values(domains.get(name)?)?.into_iter().map(Some).collect();
        if !surely.contains(name) {
            values.push(None);
        }
        many = many.checked_mul(values.len()).filter(|many| *many <= MOST)?;
        tried.push((name, values));
    }
    let mut verdict = Verdict { holds: false, fails: false };
    for nth in 0..many {
        let mut rest = nth;
        let mut chosen = BTreeMap::new();
        for (name, values) in &tried {
            if let Some(value) = values.get(rest % values.len()).and_then(Option::as_ref) {
                chosen.insert(*name, value);
            }
            rest /= values.len();
        }
        if expr.holds(&|name| chosen.get(name).copied()) {
            verdict.holds = true;
        } else {
            verdict.fails = true;
        }
        if verdict.holds && verdict.fails {
            break;
        }
    }
    Some(verdict)
}

/// The values around which a condition changes.
struct Marks {
    numbers: BTreeSet<i64>,
    texts: BTreeSet<String>,
}

impl Marks {
    fn of(expr: &Expr, names: &BTreeSet<&str>, domains: &Domains) -> Self {
        let mut marks = Self { numbers: BTreeSet::from([0]), texts: BTreeSet::new() };
        let mut literals = Vec::new();
        expr.literals(&mut literals);
        literals.into_iter().for_each(|literal| marks.add(literal));
        // Two names may be compared with each other: what bounds the one matters to the other.
        for domain in names.iter().filter_map(|name| domains.get(*name)) {
            match domain {
                Domain::Numbers(min, max) => marks.numbers.extend([*min, *max]),
                Domain::Options(texts) => marks.texts.extend(texts.iter().cloned()),
                _ => {}
            }
        }
        marks
    }

    fn add(&mut self, literal: &Value) {
        match literal {
            Value::Number(number) => {
                self.numbers.insert(*number);
            }
            Value::Text(text) => {
                self.texts.insert(text.clone());
            }
            Value::List(values) => values.iter().for_each(|value| self.add(value)),
            _ => {}
        }
    }

    /// Enough values of a domain; `None` for a type that conditions do not take apart.
    fn values(&self, domain: &Domain) -> Option<Vec<Value>> {
        let around = || self.numbers.iter().flat_map(|n| [n.saturating_sub(1), *n, n.saturating_add(1)]);
        Some(match domain {
            Domain::Numbers(min, max) if max.saturating_sub(*min) <= 20 => (*min..=*max).map(Value::Number).collect(),
            Domain::Numbers(min, max) => {
                let near: BTreeSet<_> = around().filter(|n| (min..=max).contains(&n)).collect();
                near.into_iter().map(Value::Number).collect()
            }
            Domain::Any(Type::Number) => around().collect::<BTreeSet<_>>().into_iter().map(Value::Number).collect(),
            Domain::Options(texts) => texts.iter().map(|text| Value::from(text.as_str())).collect(),
            Domain::Words(_) | Domain::Any(Type::Text) => {
                // Two that nobody names, and they differ.
                let others = ["\u{1}".to_owned(), "\u{2}".to_owned()];
                self.texts.iter().cloned().chain(others).map(Value::Text).collect()
            }
            Domain::Any(Type::Flag) => vec![Value::Flag(false), Value::Flag(true)],
            Domain::Several(options) => self.lists(options.iter().filter(|option| self.texts.contains(*option)))?,
            Domain::Any(Type::List) => self.lists(self.texts.iter())?,
            Domain::Any(_) => return None,
        })
    }

    /// Each of these chosen or not.
    fn lists<'t>(&self, members: impl Iterator<Item = &'t String>) -> Option<Vec<Value>> {
        let members: Vec<_> = members.collect();
        let all = (members.len() <= MEMBERS).then(|| 1_usize << members.len())?;
        let list = |bits: usize| {
            let chosen = members.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1);
            Value::List(chosen.map(|(_, member)| Value::from(member.as_str())).collect())
        };
        Some((0..all).map(list).collect())
    }
}

/// Options that a question does not have, each with the word to look for and what may have been meant; lists without a
/// possible member.
pub(super) fn impossible(expr: &Expr, domains: &Domains) -> Vec<(Kind, String, Option<Fix>)> {
    let mut found = Vec::new();
    look(expr, domains, &mut found);
    found
}

fn look(expr: &Expr, domains: &Domains, found: &mut Vec<(Kind, String, Option<Fix>)>) {
    match expr {
        Expr::Literal(_) | Expr::Name(_) | Expr::Has(_) => {}
        Expr::Not(one) => look(one, domains, found),
        Expr::And(left, right) | Expr::Or(left, right) => {
            look(left, domains, found);
            look(right, domains, found);
        }
        Expr::Compare(Order::Same | Order::Other, left, right) => match (&**left, &**right) {
            (Expr::Name(name), Expr::Literal(value)) | (Expr::Literal(value), Expr::Name(name)) => {
                unknown(name, value, domains, found);
            }
            _ => {}
        },
        Expr::Compare(..) => {}
        Expr::In(one, many) => match (&**one, &**many) {
            (Expr::Literal(value), Expr::Name(name)) => unknown(name, value, domains, found),
            (Expr::Name(name), Expr::Literal(Value::List(values))) => {
                let before = found.len();
                values.iter().for_each(|value| unknown(name, value, domains, found));
                let Some(Domain::Numbers(min, max)) = domains.get(name) else { return };
                let possible = |value: &Value| matches!(value, Value::Number(n) if (min..=max).contains(&n));
                if found.len() == before && !values.iter().any(possible) {
                    found.push((Kind::NoPossibleMember { name: name.clone() }, name.clone(), None));
                }
            }
            _ => {}
        },
    }
}

fn unknown(name: &str, value: &Value, domains: &Domains, found: &mut Vec<(Kind, String, Option<Fix>)>) {
    let (Some(Domain::Options(options) | Domain::Several(options)), Value::Text(option)) = (domains.get(name), value)
    else {
        return;
    };
    if !options.contains(option) {
        let kind = Kind::UnknownChoice { name: name.to_owned(), option: option.clone() };
        found.push((kind, option.clone(), nearest(option, options)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::expr::parse;

    fn verdict(source: &str) -> Option<(bool, bool)> {
        let options = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let domains = Domains::from([
            ("score".to_owned(), Domain::Numbers(1, 5)),
            ("age".to_owned(), Domain::Numbers(i64::MIN, i64::MAX)),
            ("pick".to_owned(), Domain::Options(options(&["yes", "no"]))),
            ("liked".to_owned(), Domain::Several(options(&["food", "talk"]))),
            ("said".to_owned(), Domain::Words(9)),
            ("open".to_owned(), Domain::Any(Type::Flag)),
            ("late".to_owned(), Domain::Numbers(1, 5)),
            ("at".to_owned(), Domain::Any(Type::Moment)),
        ]);
        let surely = domains.keys().filter(|name| *name != "late").cloned().collect();
        judge(&parse(source).unwrap(), &domains, &surely).map(|verdict| (verdict.holds, verdict.fails))
    }

    #[test]
    fn tries_what_matters() {
        let (never, always, open) = (Some((false, true)), Some((true, false)), Some((true, true)));
        for (source, wanted) in [
            ("score >= 9", never),
            ("score > 3 and score < 2", never),
            ("score >= 1", always),
            ("score > 3 or score <= 3", always),
            ("score == 3", open),
            ("age > 1000 and age < 1001", never),
            ("age > 1000 and age < 1002", open),
            ("pick == 'yes' or pick == 'no'", always),
            ("pick == 'maybe'", never),
            ("'food' in liked and not 'food' in liked", never),
            ("'food' in liked or 'talk' in liked", open),
            ("said == ''", open),
            ("said == pick", open),
            ("open and not open", never),
            ("score < age", open),
            ("has(late)", open),
            ("has(late) and late >= 1", open),
            ("late >= 1", open),
            ("at == at", None),
        ] {
            assert_eq!(verdict(source), wanted, "{source}");
        }
    }
}
