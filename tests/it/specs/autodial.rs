//! Autodial: the providers publish no machine-readable description, so the shapes of their documentation pages stand here.

use provodnik::sandbox::LogEntry;
use serde_json::Value;

/// One method, as `provider/method`.
struct Method {
    name: &'static str,
    /// Parameters that a request must have …
    asks: &'static [&'static str],
    /// … and those that it may have besides.
    may: &'static [&'static str],
    /// Fields that an answer without an error has, all of them.
    gives: &'static [&'static str],
}

/// How a request proves whose it is (uCaller: or by a header).
const SMSRU: [&str; 2] = ["api_id", "json"];
const UCALLER: [&str; 2] = ["key", "service_id"];

const METHODS: [Method; 9] = [
    Method {
        name: "smsru/code/call",
        asks: &["phone"],
        may: &["ip", "partner_id"],
        gives: &["code", "call_id", "cost", "balance"],
    },
    Method {
        name: "smsru/callcheck/add",
        asks: &["phone"],
        may: &[],
        gives: &["check_id", "call_phone", "call_phone_pretty", "call_phone_html"],
    },
    Method {
        name: "smsru/callcheck/status",
        asks: &["check_id"],
        may: &[],
        gives: &["check_status", "check_status_text"],
    },
    Method { name: "smsru/my/balance", asks: &[], may: &[], gives: &["balance"] },
    Method {
        name: "ucaller/v1.0/initCall",
        asks: &["phone"],
        may: &["code", "client", "unique", "voice", "mix"],
        gives: &["ucaller_id", "phone", "code", "client", "unique_request_id", "exists"],
    },
    Method {
        name: "ucaller/v1.0/initRepeat",
        asks: &["uid"],
        may: &[],
        gives: &["ucaller_id", "phone", "code", "client", "unique_request_id", "exists"],
    },
    Method {
        name: "ucaller/v1.0/getInfo",
        asks: &["uid"],
        may: &[],
        gives: &[
            "ucaller_id",
            "init_time",
            "call_status",
            "is_repeated",
            "repeatable",
            "repeat_times",
            "repeated_ucaller_ids",
            "unique",
            "client",
            "phone",
            "code",
            "country_code",
            "cost",
            "balance",
        ],
    },
    Method {
        name: "ucaller/v1.0/getBalance",
        asks: &[],
        may: &[],
        gives: &["rub_balance", "bonus_balance", "tariff", "tariff_name"],
    },
    Method { name: "ucaller/v1.0/health", asks: &[], may: &[], gives: &[] },
];

/// The numbers of the errors that the documentation lists.
const SMSRU_ERRORS: [i64; 18] =
    [200, 201, 202, 206, 207, 209, 214, 215, 220, 230, 231, 232, 233, 300, 301, 302, 500, 501];
const UCALLER_ERRORS: [i64; 16] = [0, 1, 3, 7, 9, 10, 18, 19, 401, 1001, 1002, 1003, 1004, 1005, 1006, 1007];

/// A request with its answer.
pub fn call(entry: &LogEntry) -> Vec<String> {
    let Some(method) = METHODS.iter().find(|method| method.name == entry.name) else {
        return vec![format!("no such method: {}", entry.name)];
    };
    let smsru = entry.name.starts_with("smsru/");
    let mut faults = Vec::new();
    let proof: &[&str] = if smsru { &SMSRU } else { &UCALLER };
    let needed = method.asks.iter().chain(if smsru { proof } else { &[] });
    for name in needed.filter(|name| !entry.params.contains_key(**name)) {
        faults.push(format!("{name} is missing"));
    }
    for name in entry.params.keys() {
        let known = [method.asks, method.may, proof].into_iter().any(|names| names.contains(&name.as_str()));
        if !known {
            faults.push(format!("unknown parameter {name}"));
        }
    }
    // Without an answer, or with a page in its place: nothing of the API was said.
    if entry.status == 0 || entry.answer.starts_with("<!DOCTYPE html>") {
        return faults;
    }
    match serde_json::from_str::<Value>(&entry.answer) {
        Ok(answer) if smsru => of_smsru(method, &answer, &mut faults),
        Ok(answer) => of_ucaller(method, &answer, &mut faults),
        Err(error) => faults.push(format!("the answer is no JSON: {error}")),
    }
    faults
}

fn of_smsru(method: &Method, answer: &Value, faults: &mut Vec<String>) {
    match (answer["status"].as_str(), answer["status_code"].as_i64()) {
        (Some("OK"), Some(100)) => fields(method, answer, &["status", "status_code"], faults),
        (Some("ERROR"), Some(code)) if SMSRU_ERRORS.contains(&code) && answer["status_text"].is_string() => {}
        _ => faults.push(format!("SMS.RU never says: {answer}")),
    }
}

fn of_ucaller(method: &Method, answer: &Value, faults: &mut Vec<String>) {
    let code = answer["code"].as_i64();
    match (answer["status"].as_bool(), answer.get("error")) {
        (Some(_), None) => fields(method, answer, &["status"], faults),
        (Some(false), Some(Value::String(_))) if code.is_some_and(|code| UCALLER_ERRORS.contains(&code)) => {}
        _ => faults.push(format!("uCaller never says: {answer}")),
    }
}

fn fields(method: &Method, answer: &Value, envelope: &[&str], faults: &mut Vec<String>) {
    for name in method.gives.iter().filter(|name| answer.get(**name).is_none()) {
        faults.push(format!("{name} is missing in the answer"));
    }
    for name in answer.as_object().into_iter().flatten().map(|(name, _)| name.as_str()) {
        if !method.gives.contains(&name) && !envelope.contains(&name) {
            faults.push(format!("{name} is unknown in the answer"));
        }
    }
}
