//! Which values of a flow make a difference to where it leads, and at which values the difference is.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    flow::{
        Program,
        action::Type,
        expr::{Expr, Order},
        model::{Answer, Ask, Does, Flow},
    },
    message::Value,
};

/// What conditions compare a name with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// The numbers from which on a comparison comes to something else than below them.
    cuts: BTreeSet<i64>,
    texts: BTreeSet<String>,
    /// It is compared with another name: every value is one of its own.
    exact: bool,
}

/// The names of a flow that its conditions speak of, or those of what it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Relevant(BTreeMap<String, Marks>);

impl Relevant {
    pub fn of(program: &Program, flow: &Flow) -> Self {
        let mut found = Self::default();
        for step in &flow.steps {
            conditions(&step.does).into_iter().for_each(|condition| found.add(condition, &Marks::within(condition)));
        }
        let subs = flow.subs.iter().filter_map(|(name, hash)| Some((name, Self::of(program, program.flow(hash)?))));
        let subs: BTreeMap<_, _> = subs.collect();
        // What is set from a name, or handed to a subflow, matters as much as what becomes of it.
        loop {
            let before = found.clone();
            for step in &flow.steps {
                match &step.does {
                    Does::Set { values, .. } => found.through(values, &before),
                    Does::Run { flow, with, .. } => subs.get(flow).into_iter().for_each(|sub| found.through(with, sub)),
                    _ => {}
                }
            }
            if found == before {
                return found;
            }
        }
    }

    fn add(&mut self, expr: &Expr, marks: &Marks) {
        let mut names = Vec::new();
        expr.mentions(&mut names);
        for name in names {
            let known = self.0.entry(name.to_owned()).or_default();
            known.cuts.extend(&marks.cuts);
            known.texts.extend(marks.texts.iter().cloned());
            known.exact |= marks.exact;
        }
    }

    /// Values that become those of names that matter.
    fn through(&mut self, values: &[(String, crate::flow::model::Sited)], to: &Self) {
        for (name, sited) in values {
            if let Some(marks) = to.0.get(name) {
                self.add(&sited.expr, marks);
            }
            // A record is handed over with all that is in it.
            let Expr::Name(from) = &sited.expr else { continue };
            for (field, marks) in to.fields(name) {
                self.add(&Expr::Name(format!("{from}.{field}")), marks);
            }
        }
    }

    /// The fields of a record that matter.
    fn fields(&self, record: &str) -> impl Iterator<Item = (&str, &Marks)> {
        self.0.iter().filter_map(move |(name, marks)| Some((name.strip_prefix(record)?.strip_prefix('.')?, marks)))
    }

    pub fn marks(&self, name: &str) -> Option<&Marks> {
        self.0.get(name)
    }
}

impl Marks {
    fn within(expr: &Expr) -> Self {
        let mut marks = Self::default();
        marks.add(expr);
        marks
    }

    fn add(&mut self, expr: &Expr) {
        match expr {
            Expr::Name(_) | Expr::Has(_) => {}
            Expr::Literal(literal) => self.literal(literal),
            Expr::Not(one) => self.add(one),
            Expr::And(left, right) | Expr::Or(left, right) => {
                self.add(left);
                self.add(right);
            }
            Expr::Compare(order, left, right) => self.compared(*order, left, right),
            Expr::In(one, many) => {
                self.exact |= named(one) && named(many);
                self.add(one);
                self.add(many);
            }
        }
    }

    fn compared(&mut self, order: Order, left: &Expr, right: &Expr) {
        let (number, turned) = match (left, right) {
            (_, Expr::Literal(Value::Number(number))) => (*number, false),
            (Expr::Literal(Value::Number(number)), _) => (*number, true),
            _ => {
                self.exact |= named(left) && named(right);
                self.add(left);
                return self.add(right);
            }
        };
        let next = number.saturating_add(1);
        match (order, turned) {
            (Order::Less | Order::MoreOrSame, false) | (Order::More | Order::LessOrSame, true) => {
                self.cuts.insert(number);
            }
            (Order::More | Order::LessOrSame, false) | (Order::Less | Order::MoreOrSame, true) => {
                self.cuts.insert(next);
            }
            (Order::Same | Order::Other, _) => self.cuts.extend([number, next]),
        }
    }

    fn literal(&mut self, literal: &Value) {
        match literal {
            Value::Number(number) => self.cuts.extend([*number, number.saturating_add(1)]),
            Value::Text(text) => {
                self.texts.insert(text.clone());
            }
            Value::List(values) => values.iter().for_each(|value| self.literal(value)),
            _ => {}
        }
    }

    /// What tells this value from others, as far as conditions can.
    pub fn told(&self, value: &Value) -> String {
        match value {
            Value::Text(text) if self.exact || self.texts.contains(text) => format!("'{text}'"),
            Value::Text(_) => "another".to_owned(),
            Value::Number(number) if self.exact => number.to_string(),
            Value::Number(number) => format!("#{}", self.cuts.range(..=number).count()),
            Value::Flag(flag) => flag.to_string(),
            // What there is to choose from makes a difference by its number alone.
            Value::List(values) if values.iter().any(|value| matches!(value, Value::Record(_))) => {
                values.len().to_string()
            }
            Value::List(values) => {
                let named = values
                    .iter()
                    .filter(|value| self.exact || matches!(value, Value::Text(text) if self.texts.contains(text)));
                format!("[{}]", named.map(|value| self.told(value)).collect::<Vec<_>>().join(","))
            }
            _ => "set".to_owned(),
        }
    }

    /// The numbers on either side of each difference.
    pub fn numbers(&self) -> BTreeSet<i64> {
        self.cuts.iter().flat_map(|n| [n.saturating_sub(1), *n]).collect()
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// Values of a type that make a difference, beside a usual one.
    pub fn values(&self, of: Type, usual: Value) -> Vec<Value> {
        let mut values = vec![usual];
        match of {
            Type::Flag => values = vec![Value::Flag(true), Value::Flag(false)],
            Type::Number => values.extend(self.numbers().into_iter().map(Value::Number)),
            Type::Text => values.extend(self.texts().map(Value::from)),
            _ => {}
        }
        let mut different: Vec<Value> = Vec::new();
        for value in values {
            if !different.contains(&value) {
                different.push(value);
            }
        }
        different
    }
}

fn named(expr: &Expr) -> bool {
    !matches!(expr, Expr::Literal(_))
}

/// Everything that decides where a step leads, or what it offers.
pub(super) fn conditions(does: &Does) -> Vec<&Expr> {
    match does {
        Does::Branch { arms } => arms.iter().filter_map(|(when, _)| Some(&when.as_ref()?.expr)).collect(),
        Does::Ask(ask) => offered(ask),
        Does::Form(form) => {
            let each = form.questions.iter().flat_map(|question| {
                let when = question.when.iter().chain(question.stop.iter().map(|(when, _)| when));
                when.map(|when| &when.expr).chain(offered(&question.ask)).collect::<Vec<_>>()
            });
            each.collect()
        }
        _ => Vec::new(),
    }
}

fn offered(ask: &Ask) -> Vec<&Expr> {
    let app = ask.app.iter().filter_map(|app| app.when.as_ref());
    let options = if let Answer::Choice { options, .. } = &ask.answer { options.as_ref() } else { None };
    app.chain(options).map(|sited| &sited.expr).collect()
}
