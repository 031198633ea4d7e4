//! An expression as its author wrote it, for a drawing.

use std::fmt;

use super::{Expr, Order};
use crate::message::Value;

/// How tightly the parts of an expression hold together; what holds less tightly than its place wants gets brackets.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const ATOM: u8 = 5;

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(Value::Text(text)) => write!(f, "'{text}'"),
            Self::Literal(Value::Number(number)) => write!(f, "{number}"),
            Self::Literal(Value::Flag(flag)) => write!(f, "{flag}"),
            Self::Literal(_) => f.write_str("…"),
            Self::Name(name) => f.write_str(name),
            Self::Has(name) => write!(f, "has({name})"),
            Self::Not(one) => {
                f.write_str("not ")?;
                one.within(NOT, f)
            }
            Self::And(left, right) => both(left, "and", right, AND, f),
            Self::Or(left, right) => both(left, "or", right, OR, f),
            Self::Compare(order, left, right) => both(left, sign(*order), right, ATOM, f),
            Self::In(one, many) => both(one, "in", many, ATOM, f),
        }
    }
}

impl Expr {
    const fn tightness(&self) -> u8 {
        match self {
            Self::Literal(_) | Self::Name(_) | Self::Has(_) => ATOM,
            Self::Compare(..) | Self::In(..) => COMPARE,
            Self::Not(_) => NOT,
            Self::And(..) => AND,
            Self::Or(..) => OR,
        }
    }

    fn within(&self, wanted: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tightness() >= wanted { write!(f, "{self}") } else { write!(f, "({self})") }
    }
}

fn both(left: &Expr, sign: &str, right: &Expr, wanted: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    left.within(wanted, f)?;
    write!(f, " {sign} ")?;
    right.within(wanted, f)
}

const fn sign(order: Order) -> &'static str {
    match order {
        Order::Same => "==",
        Order::Other => "!=",
        Order::Less => "<",
        Order::LessOrSame => "<=",
        Order::More => ">",
        Order::MoreOrSame => ">=",
    }
}

#[cfg(test)]
mod tests {
    use crate::flow::expr::parse;

    #[test]
    fn reads_as_it_was_written() {
        for text in [
            "me.verified and days >= 3",
            "not (a or b) and c",
            "a or b and not c",
            "'x' in liked or has(y)",
            "said == ''",
            "(a == 1) == b",
        ] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        assert_eq!(parse("((a)) and ((b or (c)))").unwrap().to_string(), "a and (b or c)");
    }
}
