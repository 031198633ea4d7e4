//! What an expression is, and what it may not be.

use super::{Expr, Order, Wrong, type_name};
use crate::{
    fault::Kind as Fault,
    flow::{action::Type, model::Kind},
    message::Value,
};

/// What is known of a name where the expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// No step of the flow ever sets it.
    Never,
    /// Some path leads here on which it is unset.
    Perhaps(Kind),
    /// Set on every path.
    Surely(Kind),
}

/// The type of an expression. `Err` lists what is wrong, each with the name that it is about.
pub(crate) fn kind(expr: &Expr, look: &dyn Fn(&str) -> Known) -> Result<Kind, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let kind = judge(expr, look, &mut wrong);
    if wrong.is_empty() { Ok(kind) } else { Err(wrong) }
}

const fn plain(of: Type) -> Kind {
    Kind { of, private: false }
}

fn judge(expr: &Expr, look: &dyn Fn(&str) -> Known, wrong: &mut Vec<Wrong>) -> Kind {
    match expr {
        Expr::Literal(value) => plain(literal(value)),
        Expr::Name(name) => name_kind(name, look, wrong),
        Expr::Has(name) => {
            if look(name) == Known::Never {
                wrong.push(Wrong::of(Fault::NeverSet { name: name.clone() }));
            }
            plain(Type::Flag)
        }
        Expr::Not(one) => {
            flag(one, look, wrong);
            plain(Type::Flag)
        }
        Expr::And(left, right) => {
            flag(left, look, wrong);
            let mut proven = Vec::new();
            left.proves(&mut proven);
            let after = |name: &str| match look(name) {
                Known::Perhaps(kind) if proven.contains(&name) => Known::Surely(kind),
                known => known,
            };
            flag(right, &after, wrong);
            plain(Type::Flag)
        }
        Expr::Or(left, right) => {
            flag(left, look, wrong);
            flag(right, look, wrong);
            plain(Type::Flag)
        }
        Expr::Compare(order, left, right) => {
            compared(*order, left, right, look, wrong);
            plain(Type::Flag)
        }
        Expr::In(one, many) => {
            judge(one, look, wrong);
            let before = wrong.len();
            let many = judge(many, look, wrong);
            if wrong.len() == before && many.of != Type::List {
                wrong.push(Wrong::of(Fault::NotAList {}));
            }
            plain(Type::Flag)
        }
    }
}

fn name_kind(name: &str, look: &dyn Fn(&str) -> Known, wrong: &mut Vec<Wrong>) -> Kind {
    match look(name) {
        Known::Surely(kind) => kind,
        Known::Perhaps(kind) => {
            wrong.push(Wrong::of(Fault::MayBeUnset { name: name.to_owned() }));
            kind
        }
        Known::Never => {
            wrong.push(Wrong::of(Fault::NeverSet { name: name.to_owned() }));
            plain(Type::Text)
        }
    }
}

fn flag(expr: &Expr, look: &dyn Fn(&str) -> Known, wrong: &mut Vec<Wrong>) {
    let before = wrong.len();
    let kind = judge(expr, look, wrong);
    if wrong.len() == before && kind.of != Type::Flag {
        wrong.push(Wrong::of(Fault::NotACondition { found: type_name(kind.of) }));
    }
}

fn compared(order: Order, left: &Expr, right: &Expr, look: &dyn Fn(&str) -> Known, wrong: &mut Vec<Wrong>) {
    let before = wrong.len();
    let (left, right) = (judge(left, look, wrong).of, judge(right, look, wrong).of);
    if wrong.len() > before {
        return;
    }
    if left != right {
        wrong.push(Wrong::of(Fault::NeverComparable { left: type_name(left), right: type_name(right) }));
    } else if !matches!(order, Order::Same | Order::Other) && !matches!(left, Type::Number | Type::Moment) {
        wrong.push(Wrong::of(Fault::NoOrder { found: type_name(left) }));
    }
}

const fn literal(value: &Value) -> Type {
    match value {
        Value::Number(_) => Type::Number,
        Value::Flag(_) => Type::Flag,
        Value::Moment(_) => Type::Moment,
        Value::List(_) => Type::List,
        Value::Record(_) => Type::Record,
        Value::Text(_) => Type::Text,
        Value::FirstName(_)
        | Value::ShortName(_)
        | Value::Phone(_)
        | Value::LinkCode(_)
        | Value::RequestPhone(_)
        | Value::Invitation(_)
        | Value::Page(_)
        | Value::Site(_)
        | Value::Command(_)
        | Value::Letter(_)
        | Value::Contacts(_)
        | Value::Remark(_)
        | Value::Day(_)
        | Value::DaysTo(_)
        | Value::Lines(_) => Type::Shown,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::parse, *};

    fn faults(source: &str) -> Vec<Fault> {
        let look = |name: &str| match name {
            "score" => Known::Surely(plain(Type::Number)),
            "late" => Known::Perhaps(plain(Type::Number)),
            "city" => Known::Surely(plain(Type::Text)),
            _ => Known::Never,
        };
        kind(&parse(source).unwrap(), &look).err().unwrap_or_default().into_iter().map(|wrong| *wrong.kind).collect()
    }

    #[test]
    fn sees_unset_and_unfit() {
        let (text, number) = (type_name(Type::Text), type_name(Type::Number));
        assert_eq!(faults("score >= 4 and city == 'x'"), []);
        assert_eq!(faults("has(late) and late > 3"), []);
        assert_eq!(faults("late > 3"), [Fault::MayBeUnset { name: "late".to_owned() }]);
        assert_eq!(faults("score == 'x'"), [Fault::NeverComparable { left: number.clone(), right: text.clone() }]);
        assert_eq!(faults("city < 'x'"), [Fault::NoOrder { found: text }]);
        assert_eq!(faults("score and city == 'x'"), [Fault::NotACondition { found: number }]);
        assert_eq!(faults("sore == 1"), [Fault::NeverSet { name: "sore".to_owned() }]);
    }
}
