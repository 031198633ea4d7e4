//! VK: parameters, answers and events by the JSON Schema of API 5.199, where it is not stricter than the wire; errors by VK's
//! list of them.

use std::collections::HashMap;

use jsonschema::Validator;
use provodnik::sandbox::LogEntry;
use serde_json::{Map, Value, json};

/// The description of the API, made as lenient as the wire is.
pub struct Spec {
    definitions: Value,
    methods: Value,
    /// Number and text of each error; the wire adds what exactly is wrong.
    errors: Vec<(i64, String)>,
    made: HashMap<String, Validator>,
}

/// Parameters that every method takes.
const EVERYWHERE: [&str; 3] = ["access_token", "v", "lang"];
/// Parameters that the wire knows and the schema does not.
const BESIDE: [(&str, &str); 2] = [("messages.edit", "conversation_message_id"), ("messages.send", "user_ids")];

/// Required by the schema, often absent on the wire.
const ABSENT: [&str; 4] = ["v", "version", "conversation_message_id", "inner_type"];

impl Spec {
    /// Reads the schema and takes its strictness away.
    pub fn read() -> Self {
        let mut schema: Value =
            serde_json::from_str(include_str!("../../data/specs/vk/vk-core-5.199.draft07.json")).unwrap();
        let mut definitions = schema["definitions"].take();
        for definition in definitions.as_object_mut().unwrap().values_mut() {
            if let Some(required) = definition.get_mut("required").and_then(Value::as_array_mut) {
                required.retain(|name| !ABSENT.iter().any(|absent| name == absent));
            }
        }
        let push = |list: &mut Value, word: &str| list.as_array_mut().unwrap().push(word.into());
        push(&mut definitions["callback.objects.callback_type"]["enum"], "message_event");
        definitions["callback.objects.callback_message_event"]["properties"]["payload"] = json!({});
        push(&mut definitions["messages.objects.messages_keyboard_button"]["properties"]["color"]["enum"], "secondary");
        definitions["messages.objects.messages_keyboard"]["required"] = json!(["buttons"]);
        for action in ["text", "callback", "open_link", "open_app", "location"] {
            let name = format!("messages.objects.messages_keyboard_button_action_{action}");
            definitions[&name]["properties"]["payload"] = json!({});
        }
        let listed: Value = serde_json::from_str(include_str!("../../data/specs/vk/vk-errors.json")).unwrap();
        let listed = listed["all"].as_array().unwrap().iter();
        let errors =
            listed.map(|one| (one["code"].as_i64().unwrap(), one["msg"].as_str().unwrap().to_owned())).collect();
        Self { definitions, methods: schema["methods"].take(), errors, made: HashMap::new() }
    }

    /// A request with its answer.
    pub fn call(&mut self, entry: &LogEntry) -> Vec<String> {
        if entry.name == "a_check" {
            return self.long_poll(&entry.answer, entry.status);
        }
        let Some(method) = self.methods.get(&entry.name).cloned() else {
            return vec![format!("no such method: {}", entry.name)];
        };
        let mut faults = Vec::new();
        for name in entry.params.keys() {
            let known = method["params"]["properties"].get(name).is_some()
                || EVERYWHERE.contains(&name.as_str())
                || BESIDE.contains(&(&entry.name, name));
            if !known {
                faults.push(format!("unknown parameter {name}"));
            }
        }
        if entry.params.get("v").is_none_or(|version| version != "5.199") {
            faults.push("v is not 5.199".to_owned());
        }
        let given = self.typed(&method["params"]["properties"], &entry.params);
        faults.extend(self.judge(&format!("{}?", entry.name), &method["params"], &given));
        if entry.status != 0 {
            faults.extend(self.answer(&entry.name, &method, &entry.answer));
        }
        faults
    }

    fn answer(&mut self, name: &str, method: &Value, answer: &str) -> Vec<String> {
        let Ok(answer) = serde_json::from_str::<Value>(answer) else { return vec!["the answer is no JSON".to_owned()] };
        if let Some(error) = answer.get("error") {
            let mut faults = self.judge("error", &json!({"$ref": "#/definitions/base.objects.base_error"}), error);
            faults.extend(self.made_up(&error["error_code"], &error["error_msg"]));
            return faults;
        }
        let shapes: Vec<_> = method["responses"].as_object().unwrap().values().cloned().collect();
        let mut faults = self.judge(&format!("{name}!"), &json!({"anyOf": shapes}), &answer);
        // Of several peers each has an answer of its own.
        let each = answer["response"].as_array().into_iter().flatten().filter_map(|one| one.get("error"));
        faults.extend(each.filter_map(|error| self.made_up(&error["code"], &error["description"])));
        faults
    }

    /// An error that is not in VK's list.
    fn made_up(&self, code: &Value, why: &Value) -> Option<String> {
        let says = why.as_str().unwrap_or_default();
        let listed = self.errors.iter().any(|(number, text)| *code == *number && says.starts_with(text.as_str()));
        (!listed).then(|| format!("VK never says: {code} {why}"))
    }

    fn long_poll(&mut self, answer: &str, status: u16) -> Vec<String> {
        if status != 200 {
            return Vec::new();
        }
        let Ok(answer) = serde_json::from_str::<Value>(answer) else { return vec!["no JSON".to_owned()] };
        if let Some(failed) = answer.get("failed") {
            return if matches!(failed.as_i64(), Some(1..=3)) { Vec::new() } else { vec![format!("failed {failed}")] };
        }
        let mut faults = Vec::new();
        if !answer["ts"].is_string() {
            faults.push("ts is no string".to_owned());
        }
        for event in answer["updates"].as_array().map(Vec::as_slice).unwrap_or_default() {
            faults.extend(self.event(&event.to_string()));
        }
        faults
    }

    /// An event of the Callback API or of Long Poll.
    pub fn event(&mut self, body: &str) -> Vec<String> {
        let Ok(event) = serde_json::from_str::<Value>(body) else { return vec!["no JSON".to_owned()] };
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        let object = match kind.as_str() {
            "message_new" => "callback.objects.callback_message_object",
            "message_reply" | "message_edit" => "callback.objects.callback_message",
            "message_event" => "callback.objects.callback_message_event",
            "message_allow" => "callback.objects.callback_message_allow",
            "message_deny" => "callback.objects.callback_message_deny",
            "confirmation" => "",
            other => return vec![format!("unexpected event {other}")],
        };
        let base = json!({"$ref": "#/definitions/callback.objects.callback_base"});
        let mut faults = self.judge("event", &base, &event);
        if !object.is_empty() {
            let shape = json!({"$ref": format!("#/definitions/{object}")});
            faults.extend(self.judge(object, &shape, &event["object"]));
        }
        faults
    }

    fn judge(&mut self, name: &str, shape: &Value, value: &Value) -> Vec<String> {
        let validator = self.made.entry(name.to_owned()).or_insert_with(|| {
            let mut schema = shape.clone();
            schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
            if schema.get("$ref").is_some() {
                schema = json!({"$schema": schema["$schema"], "allOf": [shape]});
            }
            schema["definitions"] = self.definitions.clone();
            jsonschema::draft7::new(&schema).unwrap()
        });
        validator.iter_errors(value).map(|error| format!("{name}{}: {error}", error.instance_path())).collect()
    }

    /// Form parameters as the types that the schema gives them.
    fn typed(&self, properties: &Value, params: &Map<String, Value>) -> Value {
        let typed = params.iter().filter_map(|(name, value)| {
            let shape = properties.get(name)?;
            Some((name.clone(), self.convert(shape, value.as_str()?)))
        });
        Value::Object(typed.collect())
    }

    fn convert(&self, shape: &Value, text: &str) -> Value {
        if let Some(target) = shape["$ref"].as_str().and_then(|target| target.strip_prefix("#/definitions/")) {
            let target = &self.definitions[target];
            if target["type"] == "object" {
                return serde_json::from_str(text).unwrap_or_else(|_| text.into());
            }
            return self.convert(target, text);
        }
        match shape["type"].as_str() {
            Some("integer") => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
            Some("number") => text.parse::<f64>().map_or_else(|_| text.into(), Value::from),
            Some("boolean") => json!(text == "1" || text == "true"),
            Some("array") => text.split(',').map(|one| self.convert(&shape["items"], one.trim())).collect(),
            _ => text.into(),
        }
    }
}
