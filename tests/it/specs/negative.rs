//! The judge itself: what is wrong is told. Each entry is right but for one thing.

use chrono::DateTime;
use provodnik::sandbox::{Direction, LogEntry};
use serde_json::{Value, json};

use super::check_log;

fn entry(channel: &str, name: &str, params: &Value, status: u16, answer: &Value) -> LogEntry {
    LogEntry {
        seq: 1,
        direction: Direction::Request,
        channel: channel.to_owned(),
        method: "POST".to_owned(),
        path: String::new(),
        name: name.to_owned(),
        body: String::new(),
        params: params.as_object().unwrap().clone(),
        status,
        answer: answer.to_string(),
        at: DateTime::UNIX_EPOCH,
        ms: 0.0,
    }
}

fn event(channel: &str, name: &str, body: &Value) -> LogEntry {
    let of = entry(channel, name, &json!({}), 200, &json!({}));
    LogEntry { direction: Direction::Event, body: body.to_string(), ..of }
}

fn telegram(params: &Value, status: u16, answer: &Value) -> LogEntry {
    entry("telegram", "sendMessage", params, status, answer)
}

fn vk(params: &Value, answer: &Value) -> LogEntry {
    let mut params = params.clone();
    (params["access_token"], params["v"]) = ("***".into(), "5.199".into());
    entry("vk", "messages.send", &params, 200, answer)
}

fn sent() -> Value {
    json!({"ok": true, "result": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}})
}

fn refused(status: u16, why: &str) -> Value {
    json!({"ok": false, "error_code": status, "description": why})
}

fn vk_refused(code: u32, why: &str) -> Value {
    json!({"error": {"error_code": code, "error_msg": why, "request_params": []}})
}

fn placed() -> Value {
    json!({"status": "OK", "status_code": 100, "code": "1435", "call_id": "000000-1", "cost": 0.4, "balance": 1.0})
}

fn ordered() -> Value {
    json!({"status": true, "ucaller_id": 1, "phone": "7916***0001", "code": "1435", "client": "", "exists": false,
        "unique_request_id": "u"})
}

/// The judge finds this fault, and no other.
fn tells(entry: LogEntry, fault: &str) {
    let found = check_log(&[entry]);
    assert!(found.len() == 1 && found[0].contains(fault), "«{fault}» is not {found:#?}");
}

fn without(of: &Value, name: &str) -> Value {
    let mut of = of.clone();
    of.as_object_mut().unwrap().remove(name);
    of
}

fn with(of: &Value, name: &str, value: Value) -> Value {
    let mut of = of.clone();
    of[name] = value;
    of
}

#[test]
fn what_is_right_passes() {
    for right in [
        telegram(&json!({"chat_id": 7, "text": "a"}), 200, &sent()),
        telegram(&json!({"chat_id": 7, "text": "a"}), 400, &refused(400, "Bad Request: chat not found")),
        telegram(&json!({"chat_id": 7, "text": "a"}), 0, &json!(null)),
        event("telegram", "message", &json!({"update_id": 1})),
        vk(&json!({"peer_id": "7", "random_id": "1", "message": "a"}), &json!({"response": 1})),
        vk(&json!({"peer_id": "7", "random_id": "1"}), &vk_refused(914, "Message is too long")),
        event("vk", "confirmation", &json!({"type": "confirmation", "group_id": 9, "event_id": "e"})),
        entry("autodial", "smsru/code/call", &json!({"api_id": "***", "json": "1", "phone": "7"}), 200, &placed()),
        entry("autodial", "ucaller/v1.0/initCall", &json!({"phone": 7, "code": "1435"}), 200, &ordered()),
    ] {
        assert_eq!(check_log(std::slice::from_ref(&right)), Vec::<String>::new(), "{right:?}");
    }
}

#[test]
fn what_telegram_does_not_describe_is_told() {
    let right = json!({"chat_id": 7, "text": "a"});
    tells(telegram(&without(&right, "text"), 200, &sent()), "sendMessage.text is missing");
    tells(telegram(&with(&right, "txet", json!("a")), 200, &sent()), "sendMessage.txet is unknown");
    tells(telegram(&with(&right, "chat_id", json!([])), 200, &sent()), "sendMessage.chat_id is no Integer");
    tells(telegram(&right, 400, &refused(400, "Bad Request: chat is asleep")), "the official server never says");
    tells(telegram(&right, 400, &refused(400, "Bad Request: ")), "the official server never says");
    tells(telegram(&right, 403, &refused(400, "Bad Request: chat not found")), "a broken error envelope");
    tells(telegram(&right, 200, &json!({"ok": true, "result": without(&sent()["result"], "date")})), "date is missing");
    tells(telegram(&right, 200, &json!({"ok": true, "result": with(&sent()["result"], "dat", json!(1))})), "unknown");
    tells(entry("telegram", "sendMesage", &right, 200, &sent()), "no such method");
    tells(event("telegram", "message", &json!({})), "update.update_id is missing");
    tells(event("telegram", "message", &json!({"update_id": 1, "massage": {}})), "update.massage is unknown");
}

#[test]
fn what_vk_does_not_describe_is_told() {
    let (right, done) = (json!({"peer_id": "7", "random_id": "1", "message": "a"}), json!({"response": 1}));
    tells(vk(&with(&right, "massage", json!("a")), &done), "unknown parameter massage");
    tells(vk(&with(&right, "random_id", json!("one")), &done), "random_id");
    tells(LogEntry { params: right.as_object().unwrap().clone(), ..vk(&right, &done) }, "v is not 5.199");
    tells(vk(&right, &json!({"response": "done"})), "messages.send!");
    tells(vk(&right, &vk_refused(914, "Message is too silly")), "VK never says");
    tells(vk(&right, &vk_refused(4_914, "Message is too long")), "VK never says");
    tells(vk(&right, &without(&vk_refused(914, "")["error"], "error_msg")), "messages.send!");
    let one =
        json!({"response": [{"peer_id": 7, "message_id": 0, "error": {"code": 901, "description": "Not today"}}]});
    tells(vk(&with(&without(&right, "peer_id"), "peer_ids", json!("7")), &one), "VK never says");
    tells(LogEntry { name: "messages.sned".to_owned(), ..vk(&right, &done) }, "no such method");
    tells(event("vk", "confirmation", &json!({"type": "confirmation", "event_id": "e"})), "group_id");
    tells(
        event("vk", "message_knew", &json!({"type": "message_knew", "group_id": 9, "event_id": "e"})),
        "unexpected event",
    );
    let poll = |status, answer: Value| entry("vk", "a_check", &json!({}), status, &answer);
    tells(poll(200, json!({"ts": 1, "updates": []})), "ts is no string");
    tells(poll(200, json!({"failed": 9})), "failed 9");
}

#[test]
fn what_no_provider_describes_is_told() {
    let call = |params: &Value, answer: &Value| entry("autodial", "smsru/code/call", params, 200, answer);
    let right = json!({"api_id": "***", "json": "1", "phone": "7"});
    tells(call(&without(&right, "phone"), &placed()), "phone is missing");
    tells(call(&with(&right, "fone", json!("7")), &placed()), "unknown parameter fone");
    tells(call(&right, &without(&placed(), "code")), "code is missing in the answer");
    tells(call(&right, &with(&placed(), "kode", json!(1))), "kode is unknown in the answer");
    tells(call(&right, &json!({"status": "ERROR", "status_code": 777, "status_text": "?"})), "SMS.RU never says");
    let order = |answer: &Value| entry("autodial", "ucaller/v1.0/initCall", &json!({"phone": 7}), 200, answer);
    tells(order(&without(&ordered(), "exists")), "exists is missing in the answer");
    tells(order(&json!({"status": false, "error": "?", "code": 777})), "uCaller never says");
    tells(entry("autodial", "ucaller/v1.0/initCal", &json!({"phone": 7}), 404, &json!("")), "no such method");
    tells(event("autodial", "rang", &json!({})), "nobody knows the channel autodial with a Event");
}

#[test]
fn what_nobody_judges_and_what_is_not_there_is_told() {
    let right = || telegram(&json!({"chat_id": 7, "text": "a"}), 200, &sent());
    tells(LogEntry { channel: "pigeon".to_owned(), ..right() }, "nobody knows the channel pigeon");
    tells(LogEntry { seq: 2, ..right() }, "#2 stands where #1 belongs");
    let torn = check_log(&[right(), LogEntry { seq: 3, ..right() }, LogEntry { seq: 4, ..right() }]);
    assert_eq!(torn, ["#3 stands where #2 belongs: the log is not whole"]);
    assert_eq!(check_log(&[]), ["nothing has passed"]);
}
