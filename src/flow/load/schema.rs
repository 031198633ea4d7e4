//! The schema that editors complete and explain flows by. Made of the raw shapes, so that it can't drift from what is read; what
//! each key is for is said in words, in both languages.

use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Value as Json, json};

use super::{
    ask, lower,
    raw::{At, Entries, Formula, RawFlow, RawGlobal, WordOr},
};
use crate::{
    fault::{Fault, Lang},
    flow::action::Action,
    locale::Locales,
    message::Args,
};

/// Names of steps, options and so on.
const NAME: &str = "^[a-z][a-z0-9_]{0,31}$";
/// `90s`, `3d`
const SPAN: &str = "^[1-9][0-9]*[smhd]$";

static WORDS: LazyLock<(Locales, Vec<Fault>)> = LazyLock::new(|| {
    let sources =
        [("keys/ru/keys.ftl", include_str!("schema/ru.ftl")), ("keys/en/keys.ftl", include_str!("schema/en.ftl"))];
    Locales::load(&sources.map(|(path, text)| (path.to_owned(), text.to_owned())))
});

/// JSON Schema (draft 7, which editors of YAML know) of a flow and of `_global.yaml`.
#[must_use]
pub fn schema(lang: Lang) -> String {
    let mut generator = SchemaSettings::draft07().into_generator();
    let (flow, global) = (generator.subschema_for::<RawFlow>(), generator.subschema_for::<RawGlobal>());
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "provodnik",
        "if": { "type": "object", "required": ["start"] },
        "then": global,
        "else": flow,
        "definitions": generator.take_definitions(true),
    });
    narrow(&mut schema);
    if let Some(definitions) = schema.get_mut("definitions").and_then(Json::as_object_mut) {
        for (shape, definition) in definitions {
            explain(shape, definition, lang);
        }
    }
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// What the types of the raw shapes do not tell: which words there are.
fn narrow(schema: &mut Json) {
    let actions: Vec<_> = Action::ALL.iter().map(|action| action.signature().name).collect();
    let names = json!({ "pattern": NAME });
    for (at, key, value) in [
        ("/definitions/RawStep/properties/ask", "enum", json!(ask::TYPES)),
        ("/definitions/RawQuestion/properties/type", "enum", json!(ask::TYPES)),
        ("/definitions/RawStep/properties/picture", "pattern", json!(NAME)),
        ("/definitions/RawStep/properties/whose", "enum", json!(["own", "other"])),
        ("/definitions/RawQuestion/properties/whose", "enum", json!(["own", "other"])),
        ("/definitions/RawStep/properties/call", "enum", json!(actions)),
        ("/definitions/RawStep/properties/interrupt", "enum", json!(["off"])),
        ("/definitions/RawStep/properties/remind/items", "pattern", json!(SPAN)),
        ("/definitions/RawFlow/properties/args/additionalProperties", "enum", json!(lower::types())),
        ("/definitions/RawFlow/properties/on_update", "enum", json!(["migrate", "pin"])),
        ("/definitions/RawFlow/properties/format", "enum", json!([1])),
        ("/definitions/RawFlow/properties/expires", "pattern", json!(SPAN)),
        ("/definitions/RawFlow/properties/steps", "propertyNames", names),
        ("/definitions/RawTimeout/properties/after", "pattern", json!(SPAN)),
        ("/definitions/RawWait/properties/for", "pattern", json!(SPAN)),
        ("/definitions/RawWait/properties/signal", "pattern", json!(NAME)),
        ("/definitions/RawWait/properties/gives/additionalProperties", "enum", json!(lower::types())),
    ] {
        if let Some(place) = schema.pointer_mut(at).and_then(Json::as_object_mut) {
            place.insert(key.to_owned(), value);
        }
    }
}

/// Each key says what it is for. A question of a form has most of what a question that stands alone has.
fn explain(shape: &str, definition: &mut Json, lang: Lang) {
    let shape = shape.strip_prefix("Raw").unwrap_or(shape).to_lowercase();
    let Some(definition) = definition.as_object_mut() else { return };
    definition.remove("description");
    let Some(properties) = definition.get_mut("properties").and_then(Json::as_object_mut) else { return };
    for (key, property) in properties {
        never_null(property);
        let said = said(&shape, key, lang).or_else(|| said("step", key, lang).filter(|_| shape == "question"));
        if let (Some(said), Some(property)) = (said, property.as_object_mut()) {
            // Beside a reference draft 7 reads nothing.
            if let Some(reference) = property.remove("$ref") {
                property.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
            }
            property.insert("description".to_owned(), Json::from(said));
        }
    }
}

/// What may be left out is left out: no editor need offer `null`.
fn never_null(property: &mut Json) {
    let Some(property) = property.as_object_mut() else { return };
    if let Some(Json::Array(types)) = property.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
    if let Some(Json::Array(shapes)) = property.get_mut("anyOf") {
        shapes.retain(|shape| shape["type"] != "null");
    }
}

fn said(shape: &str, key: &str, lang: Lang) -> Option<String> {
    let lang = match lang {
        Lang::Ru => "ru",
        Lang::En => "en",
    };
    WORDS.0.text(lang, &format!("{shape}-{key}"), &Args::new())
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

impl<V: JsonSchema> JsonSchema for Entries<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("EntriesOf{}", V::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<V>() })
    }
}

impl<M: JsonSchema> JsonSchema for WordOr<M> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("WordOr{}", M::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, generator.subschema_for::<M>()] })
    }
}

impl JsonSchema for Formula {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Formula".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer", "boolean"] })
    }
}

#[cfg(test)]
mod tests;
