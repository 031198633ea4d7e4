//! Values as they stand in a transcript.

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde_json::Value as Json;

use crate::{
    flow::action::Type,
    message::{Args, Value},
};

/// `{left: 2, name: Маша}`: a map as YAML writes it in one line.
pub(crate) fn map(text: &str) -> Result<serde_json::Map<String, Json>, String> {
    serde_saphyr::from_str(text)
        .map_err(|error| format!("these values are not understood: {}", error.without_snippet()))
}

/// `2026-11-23T10:00+03:00`, seconds if need be.
pub(crate) fn moment(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z")).ok()
}

/// A scripted value as the type says. A plain text stands for a shown name or phone.
pub(super) fn typed(json: &Json, of: Type) -> Option<Value> {
    match (of, json) {
        (Type::Number, Json::Number(number)) => number.as_i64().map(Value::Number),
        (Type::Flag, Json::Bool(flag)) => Some(Value::Flag(*flag)),
        (Type::Moment, Json::String(text)) => moment(text).map(|at| Value::Moment(at.with_timezone(&Utc))),
        (Type::Text | Type::Shown, Json::String(text)) => Some(Value::from(text.as_str())),
        (Type::Text | Type::Shown, Json::Number(number)) => Some(Value::Text(number.to_string())),
        (Type::List, Json::Array(texts)) => {
            texts.iter().map(|text| typed(text, Type::Text)).collect::<Option<_>>().map(Value::List)
        }
        (Type::Shape(shape), Json::Object(record)) => {
            let field = |(name, of): &(&'static str, Type)| Some(((*name).to_owned(), typed(record.get(*name)?, *of)?));
            let fields: Option<_> = shape.fields().iter().map(field).collect();
            fields.filter(|_| record.keys().all(|name| shape.field(name).is_some())).map(Value::Record)
        }
        (Type::Options, Json::Array(records)) => records.iter().map(option).collect::<Option<_>>().map(Value::List),
        _ => None,
    }
}

/// A value that somebody typed (`да`, `3`) as a transcript writes it; one that is typed already stays.
pub(crate) fn retyped(json: &Json, of: Type) -> Option<Json> {
    if typed(json, of).is_some() {
        return Some(json.clone());
    }
    let text = json.as_str()?.trim();
    let read = match of {
        Type::Number => text.parse::<i64>().ok()?.into(),
        Type::Flag => match text.to_lowercase().as_str() {
            "true" | "yes" | "y" | "да" | "д" => true.into(),
            "false" | "no" | "n" | "нет" | "н" => false.into(),
            _ => return None,
        },
        _ => serde_saphyr::from_str::<Json>(text).ok()?,
    };
    typed(&read, of).is_some().then_some(read)
}

fn option(record: &Json) -> Option<Value> {
    let field = |name: &str| Some((name.to_owned(), typed(record.get(name)?, Type::Text)?));
    Some(Value::Record([field("value")?, field("label")?].into()))
}

/// A value as a transcript writes it: what [`typed`] reads again.
pub(in crate::flow) fn untyped(value: &Value) -> Json {
    match value {
        Value::Number(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
        Value::Moment(at) => at.to_rfc3339_opts(SecondsFormat::Secs, true).into(),
        Value::List(values) => values.iter().map(untyped).collect(),
        Value::Record(fields) => {
            Json::Object(fields.iter().map(|(name, value)| (name.clone(), untyped(value))).collect())
        }
        other => text(other).into(),
    }
}

/// A call's arguments as a transcript shows them, in the action's own order.
pub(super) fn shown(args: &Args, order: &[(&'static str, Type)]) -> String {
    let shown = |(name, _): &(&'static str, Type)| Some(format!("{name}={}", text(args.get(*name)?)));
    order.iter().filter_map(shown).collect::<Vec<_>>().join(", ")
}

fn text(value: &Value) -> String {
    match value {
        Value::List(values) => format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(", ")),
        Value::Record(fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Moment(at) => at.to_rfc3339(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}
