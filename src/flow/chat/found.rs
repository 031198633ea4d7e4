//! A call that was put in, as a transcript writes it.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value as Json;

use super::{
    script::{Call, Item, What},
    stage::Stage,
    unknown::{self, Unknown},
    value,
};
use crate::{
    flow::action::{Action, Outcome, Type},
    message::{Args, Value},
};

/// A call with the answer that was found.
#[derive(Clone)]
pub(super) struct Found {
    /// The item that it stands before.
    pub before: usize,
    /// When it was answered.
    pub now: DateTime<Utc>,
    pub action: Action,
    pub args: Args,
    pub outcome: &'static Outcome,
    /// What the outcome gives, unknowns in it.
    pub values: Args,
}

impl Found {
    /// The line, with what was learned in the place of the unknowns.
    pub fn item(&self, line: usize, unknowns: &[Unknown], stage: &Stage<'_>) -> Item {
        let signature = self.action.signature();
        let known = |(name, of): &(&str, Type)| {
            Some(((*name).to_owned(), self.known(self.values.get(*name)?, *of, unknowns, stage)))
        };
        let values = self.outcome.gives.iter().filter_map(known).collect();
        let args = unknown::resolved(unknowns, &value::shown(&self.args, signature.args));
        // What could not be read again from one line is left out: then any arguments will do.
        let args = Some(args).filter(|args| !args.contains('\n') && !args.contains("->"));
        let call = Call { action: signature.name.to_owned(), args, outcome: self.outcome.name.to_owned(), values };
        Item { line, raw: call.to_string(), what: What::Call(call) }
    }

    fn known(&self, value: &Value, of: Type, unknowns: &[Unknown], stage: &Stage<'_>) -> Json {
        match value {
            Value::Text(text) if of == Type::Moment => {
                let shown = unknown::resolved(unknowns, text);
                let at = stage.moment(&shown, self.now).unwrap_or(self.now + TimeDelta::hours(1));
                at.to_rfc3339_opts(SecondsFormat::Secs, true).into()
            }
            Value::Text(text) => unknown::resolved(unknowns, text).into(),
            Value::Number(number) => (*number).into(),
            Value::Flag(flag) => (*flag).into(),
            Value::List(values) => values.iter().map(|value| self.known(value, Type::Text, unknowns, stage)).collect(),
            Value::Record(fields) => {
                let field =
                    |(name, value): (&String, &Value)| (name.clone(), self.known(value, Type::Text, unknowns, stage));
                Json::Object(fields.iter().map(field).collect())
            }
            _ => Json::Null,
        }
    }
}
