//! Telegram: names, required fields and types by `api-9.1.json`; errors by the strings of the official server.

use std::collections::HashSet;

use provodnik::sandbox::LogEntry;
use serde_json::{Map, Value};

/// The description of the Bot API.
pub struct Spec {
    api: Value,
    errors: HashSet<String>,
}

/// What the official server says that the list of its strings does not hold: made up of parts at run time.
const COMPOSED: [&str; 13] = [
    "Too Many Requests: retry after ",
    "Unauthorized",
    "Bad Gateway",
    "Bad Request: can't parse entities",
    "Bad Request: message is not modified",
    "Bad Request: wrong file identifier/HTTP URL specified",
    "Bad Request: query is too old",
    "Bad Request: message to ",
    "Bad Request: message can't be ",
    "Bad Request: message is too long",
    "Bad Request: message caption is too long",
    "Forbidden: bot was blocked by the user",
    "Forbidden: bot can't initiate conversation with a user",
];

/// Fields that came after 9.1, and that clients of today miss when they are absent.
const NEWER: [&str; 1] = ["gifts_from_channels"];

impl Spec {
    /// Reads the specification.
    pub fn read() -> Self {
        let api = include_str!("../../data/specs/telegram/api-9.1.json");
        let errors: Value =
            serde_json::from_str(include_str!("../../data/specs/telegram/server-errors-10.0.json")).unwrap();
        let listed = errors["errors"].as_array().unwrap().iter().filter_map(|one| one["description"].as_str());
        let errors = listed.map(str::to_owned).collect();
        Self { api: serde_json::from_str(api).unwrap(), errors }
    }

    /// A request with its answer.
    pub fn call(&self, entry: &LogEntry) -> Vec<String> {
        let mut faults = Vec::new();
        let Some(method) = self.api["methods"].get(&entry.name) else {
            return vec![format!("no such method: {}", entry.name)];
        };
        self.fields(method, &entry.params, &entry.name, true, &mut faults);
        if entry.status == 0 {
            return faults;
        }
        match serde_json::from_str::<Value>(&entry.answer) {
            Ok(answer) if answer["ok"] == true => {
                let returns = method["returns"].as_array().unwrap();
                self.any(returns, &answer["result"], "result", false, &mut faults);
            }
            Ok(answer) => self.error(entry.status, &answer, &mut faults),
            Err(error) => faults.push(format!("the answer is no JSON: {error}")),
        }
        faults
    }

    /// An update that was sent to a webhook.
    pub fn update(&self, body: &str) -> Vec<String> {
        let mut faults = Vec::new();
        match serde_json::from_str(body) {
            Ok(update) => self.value("Update", &update, "update", false, &mut faults),
            Err(error) => faults.push(format!("no JSON: {error}")),
        }
        faults
    }

    fn error(&self, status: u16, answer: &Value, faults: &mut Vec<String>) {
        let why = answer["description"].as_str().unwrap_or_default();
        if answer["error_code"] != status || answer["ok"] != false {
            faults.push(format!("a broken error envelope: {answer}"));
        }
        let upper = why.strip_prefix("Bad Request: ").is_some_and(|rest| {
            !rest.is_empty()
                && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        });
        let conflict = status == 409 && why.starts_with("Conflict: ");
        let known = self.errors.contains(why) || COMPOSED.iter().any(|part| why.starts_with(part));
        if !(known || upper || conflict) {
            faults.push(format!("the official server never says: {why}"));
        }
    }

    fn fields(&self, of: &Value, given: &Map<String, Value>, path: &str, wire: bool, faults: &mut Vec<String>) {
        let fields = of["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        for field in fields {
            let name = field["name"].as_str().unwrap();
            match given.get(name) {
                None | Some(Value::Null) if field["required"] == true => {
                    faults.push(format!("{path}.{name} is missing"))
                }
                None | Some(Value::Null) => {}
                Some(value) => {
                    let types = field["types"].as_array().unwrap();
                    self.any(types, value, &format!("{path}.{name}"), wire, faults);
                }
            }
        }
        // A part that another parameter refers to.
        let attached = |name: &str| given.values().any(|value| value.as_str() == Some(&format!("attach://{name}")));
        for name in given.keys().filter(|name| !attached(name)) {
            if !fields.iter().any(|field| field["name"] == **name) && !NEWER.contains(&name.as_str()) {
                faults.push(format!("{path}.{name} is unknown"));
            }
        }
    }

    /// The value must be of one of the types; else the faults of the first are told.
    fn any(&self, types: &[Value], value: &Value, path: &str, wire: bool, faults: &mut Vec<String>) {
        let mut first = None;
        for kind in types.iter().filter_map(Value::as_str) {
            let mut found = Vec::new();
            self.value(kind, value, path, wire, &mut found);
            if found.is_empty() {
                return;
            }
            first.get_or_insert(found);
        }
        faults.extend(first.unwrap_or_default());
    }

    /// `wire`: in a form numbers and structures come as text.
    fn value(&self, kind: &str, value: &Value, path: &str, wire: bool, faults: &mut Vec<String>) {
        let text = value.as_str().filter(|_| wire);
        let fits = match kind {
            "String" => value.is_string() || (wire && value.is_number()),
            "Integer" => value.is_i64() || text.is_some_and(|text| text.parse::<i64>().is_ok()),
            "Float" => value.is_number() || text.is_some_and(|text| text.parse::<f64>().is_ok()),
            "Boolean" => {
                value.is_boolean()
                    || text.is_some_and(|text| ["true", "false", "True", "False", "1", "0"].contains(&text))
            }
            "InputFile" => value.is_string(),
            _ => return self.structure(kind, value, path, wire, faults),
        };
        if !fits {
            faults.push(format!("{path} is no {kind}: {value}"));
        }
    }

    fn structure(&self, kind: &str, value: &Value, path: &str, wire: bool, faults: &mut Vec<String>) {
        let parsed = value.as_str().filter(|_| wire).and_then(|text| serde_json::from_str::<Value>(text).ok());
        let value = parsed.as_ref().unwrap_or(value);
        if let Some(item) = kind.strip_prefix("Array of ") {
            let Some(list) = value.as_array() else { return faults.push(format!("{path} is no list: {value}")) };
            for (at, one) in list.iter().enumerate() {
                self.value(item, one, &format!("{path}[{at}]"), wire, faults);
            }
            return;
        }
        let Some(of) = self.api["types"].get(kind) else { return faults.push(format!("unknown type {kind}")) };
        if let Some(subtypes) = of["subtypes"].as_array() {
            return self.any(subtypes, value, path, wire, faults);
        }
        match value.as_object() {
            Some(given) => self.fields(of, given, path, false, faults),
            None => faults.push(format!("{path} is no {kind}: {value}")),
        }
    }
}
