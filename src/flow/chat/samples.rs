//! Values to try a flow with: those of the transcripts, else what stands for a value of that type.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde_json::{Value as Json, json};

use super::{
    script::{self, Conversation, What},
    value,
};
use crate::{
    flow::{
        action::{Action, Type},
        load::{self, Source},
    },
    message::Value,
};

/// Values to try a flow with.
#[derive(Clone, Debug)]
pub struct Samples {
    at: DateTime<FixedOffset>,
    /// By action, outcome and field.
    given: BTreeMap<(String, String, String), Json>,
    /// By signal and field.
    brought: BTreeMap<(String, String), Json>,
    /// By flow and argument.
    args: BTreeMap<(String, String), Json>,
}

/// All conversations, each with its file.
fn parsed(chats: &[Source]) -> Vec<(&str, Conversation)> {
    let parsed = chats.iter().filter_map(|(file, text)| Some((file.as_str(), script::parse(file, text).ok()?)));
    parsed.flat_map(|(file, all)| all.into_iter().map(move |one| (file, one))).collect()
}

impl Samples {
    /// Takes them from transcripts, those of this flow and language first. What belongs to none is at about this moment.
    #[must_use]
    pub fn read(chats: &[Source], flow: &str, lang: &str, at: DateTime<FixedOffset>) -> Self {
        Self::of(&parsed(chats), flow, lang, at)
    }

    /// Takes them for each of these flows.
    pub(in crate::flow) fn read_all<'f>(
        chats: &[Source],
        flows: impl Iterator<Item = &'f str>,
        lang: &str,
        at: DateTime<FixedOffset>,
    ) -> BTreeMap<String, Self> {
        let parsed = parsed(chats);
        flows.map(|flow| (flow.to_owned(), Self::of(&parsed, flow, lang, at))).collect()
    }

    fn of(parsed: &[(&str, Conversation)], flow: &str, lang: &str, at: DateTime<FixedOffset>) -> Self {
        let mut samples = Self { at, given: BTreeMap::new(), brought: BTreeMap::new(), args: BTreeMap::new() };
        let mut all: Vec<_> = parsed.iter().collect();
        all.sort_by_key(|(file, one)| (load::stem(file) != flow, one.head.lang != lang));
        for (_, conversation) in all {
            for (name, value) in &conversation.head.args {
                let key = (conversation.head.flow.clone(), name.clone());
                samples.args.entry(key).or_insert_with(|| value.clone());
            }
            for item in &conversation.items {
                if let What::Signal(signal) = &item.what {
                    for (name, value) in &signal.values {
                        let key = (signal.name.clone(), name.clone());
                        samples.brought.entry(key).or_insert_with(|| value.clone());
                    }
                }
                let What::Call(call) = &item.what else { continue };
                for (name, value) in &call.values {
                    let key = (call.action.clone(), call.outcome.clone(), name.clone());
                    samples.given.entry(key).or_insert_with(|| value.clone());
                }
            }
        }
        samples
    }

    /// What an outcome of an action may give, as a transcript writes it.
    #[must_use]
    pub fn given(&self, action: Action, outcome: &str, field: &str, of: Type) -> Json {
        let key = (action.signature().name.to_owned(), outcome.to_owned(), field.to_owned());
        self.fitting(self.given.get(&key), field, of)
    }

    /// What a signal may bring, as a transcript writes it.
    #[must_use]
    pub fn brought(&self, signal: &str, field: &str, of: Type) -> Json {
        self.fitting(self.brought.get(&(signal.to_owned(), field.to_owned())), field, of)
    }

    /// What a flow may be begun with, as a transcript writes it.
    #[must_use]
    pub fn arg(&self, flow: &str, name: &str, of: Type) -> Json {
        self.fitting(self.args.get(&(flow.to_owned(), name.to_owned())), name, of)
    }

    fn fitting(&self, known: Option<&Json>, name: &str, of: Type) -> Json {
        known.filter(|json| value::typed(json, of).is_some()).cloned().unwrap_or_else(|| self.any(name, of))
    }

    /// Something of this type; where it would be read it says itself that it is an example.
    fn any(&self, name: &str, of: Type) -> Json {
        match of {
            Type::Number => json!(3),
            Type::Flag => json!(true),
            Type::Moment => json!((self.at + TimeDelta::days(1)).to_rfc3339()),
            Type::Options => {
                json!([{ "value": "p1", "label": format!("‹{name} 1›") }, { "value": "p2", "label": format!("‹{name} 2›") }])
            }
            Type::Shape(shape) => {
                shape.fields().iter().map(|(field, of)| ((*field).to_owned(), self.any(field, *of))).collect()
            }
            _ => json!(format!("‹{name}›")),
        }
    }

    /// A typed value: what a transcript writes, read.
    pub(in crate::flow) fn typed(json: &Json, of: Type) -> Value {
        value::typed(json, of).unwrap_or_else(|| Value::from(""))
    }
}
