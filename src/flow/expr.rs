//! Expressions: `or and not == != < <= > >= in has()`, literals, dotted names. No arithmetic, no calls: nothing to run away.
//!
//! A Pratt parser of bounded depth, a type checker that sees unset and personal values, and an evaluation that can't fail.

use super::action::Type;
use crate::{
    fault::{Kind, Phrase, Place},
    message::Value,
};

mod parse;
mod shown;
mod types;

pub(crate) use parse::parse;
pub(crate) use types::{Known, kind};

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Literal(Value),
    /// `name` or `record.field`
    Name(String),
    /// `has(name)`: whether it is set
    Has(String),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Compare(Order, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Box<Expr>),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Same,
    Other,
    Less,
    LessOrSame,
    More,
    MoreOrSame,
}

/// Why an expression is refused, and at which character of it (from 0).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub at: usize,
    pub length: usize,
    pub kind: Box<Kind>,
}

impl Wrong {
    pub(crate) fn new(at: usize, length: usize, kind: Kind) -> Self {
        Self { at, length: length.max(1), kind: Box::new(kind) }
    }

    /// About the whole of an expression, or the name that its kind is about.
    pub(crate) fn of(kind: Kind) -> Self {
        Self::new(0, 1, kind)
    }
}

/// The place of a part of an expression that stands at `place`, perhaps in quotes.
pub(crate) fn within(place: Place, source: &str, at: usize, length: usize) -> Place {
    let quote = usize::from(place.length == source.chars().count() + 2);
    Place { column: place.column + quote + at, length, ..place }
}

/// The place of a word of an expression; of all of it where the word is not found.
pub(crate) fn place_of(place: Place, source: &str, word: &str) -> Place {
    let letter = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let whole = |(at, _): &(usize, &str)| {
        let (before, after) =
            (source.get(..*at).unwrap_or_default(), source.get(at + word.len()..).unwrap_or_default());
        !before.ends_with(letter) && !after.starts_with(letter)
    };
    source.match_indices(word).find(whole).map_or(place, |(at, _)| {
        let before = source.get(..at).unwrap_or_default().chars().count();
        within(place, source, before, word.chars().count())
    })
}

impl Expr {
    /// The value, looking names up; `None` if a name is unset or the types do not fit.
    pub(crate) fn value<'v>(&'v self, look: &dyn Fn(&str) -> Option<&'v Value>) -> Option<Value> {
        match self {
            Self::Literal(value) => Some(value.clone()),
            Self::Name(name) => look(name).cloned(),
            _ => Some(Value::Flag(self.holds(look))),
        }
    }

    /// Whether it is true. What is unset is not.
    pub(crate) fn holds<'v>(&'v self, look: &dyn Fn(&str) -> Option<&'v Value>) -> bool {
        match self {
            Self::Literal(value) => *value == Value::Flag(true),
            Self::Name(name) => look(name) == Some(&Value::Flag(true)),
            Self::Has(name) => look(name).is_some(),
            Self::Not(one) => !one.holds(look),
            Self::And(left, right) => left.holds(look) && right.holds(look),
            Self::Or(left, right) => left.holds(look) || right.holds(look),
            Self::Compare(order, left, right) => compare(*order, left.value(look), right.value(look)),
            Self::In(one, many) => match (one.value(look), many.value(look)) {
                (Some(one), Some(Value::List(many))) => many.contains(&one),
                _ => false,
            },
        }
    }

    /// Every name that is used, `has()` aside.
    pub(crate) fn names<'e>(&'e self, found: &mut Vec<&'e str>) {
        self.each(&mut |expr| {
            if let Self::Name(name) = expr {
                found.push(name);
            }
        });
    }

    /// Every name that it speaks of, those of `has()` too.
    pub(crate) fn mentions<'e>(&'e self, found: &mut Vec<&'e str>) {
        self.each(&mut |expr| {
            if let Self::Name(name) | Self::Has(name) = expr {
                found.push(name);
            }
        });
    }

    /// Every fixed value in it.
    pub(crate) fn literals<'e>(&'e self, found: &mut Vec<&'e Value>) {
        self.each(&mut |expr| {
            if let Self::Literal(value) = expr {
                found.push(value);
            }
        });
    }

    fn each<'e>(&'e self, look: &mut dyn FnMut(&'e Self)) {
        look(self);
        match self {
            Self::Literal(_) | Self::Name(_) | Self::Has(_) => {}
            Self::Not(one) => one.each(look),
            Self::And(left, right) | Self::Or(left, right) | Self::Compare(_, left, right) | Self::In(left, right) => {
                left.each(look);
                right.each(look);
            }
        }
    }

    /// The names that are surely set where this holds.
    pub(crate) fn proves<'e>(&'e self, found: &mut Vec<&'e str>) {
        match self {
            Self::Has(name) => found.push(name),
            Self::And(left, right) => {
                left.proves(found);
                right.proves(found);
            }
            _ => {}
        }
    }
}

fn compare(order: Order, left: Option<Value>, right: Option<Value>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    let way = match (&left, &right) {
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Moment(left), Value::Moment(right)) => left.cmp(right),
        _ if order == Order::Same => return left == right,
        _ if order == Order::Other => return left != right,
        _ => return false,
    };
    match order {
        Order::Same => way.is_eq(),
        Order::Other => way.is_ne(),
        Order::Less => way.is_lt(),
        Order::LessOrSame => way.is_le(),
        Order::More => way.is_gt(),
        Order::MoreOrSame => way.is_ge(),
    }
}

/// How a type is called in a fault.
pub(crate) fn type_name(of: Type) -> Phrase {
    match of {
        Type::Text => Phrase::TypeText {},
        Type::Number => Phrase::TypeNumber {},
        Type::Flag => Phrase::TypeFlag {},
        Type::Moment => Phrase::TypeMoment {},
        Type::Shown => Phrase::TypeShown {},
        Type::Options => Phrase::TypeOptions {},
        Type::List => Phrase::TypeList {},
        Type::Record => Phrase::TypeRecord {},
        Type::Shape(shape) => Phrase::TypeShape { name: shape.name().to_owned() },
    }
}
