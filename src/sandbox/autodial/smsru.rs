//! SMS.RU.

use serde_json::{Value, json};

use super::{
    exchange::{Check, callee, choose, place},
    shaped,
};
use crate::sandbox::{Core, fault::Kind, locked, params::Params};

/// How long a number for a reverse call lives.
const CHECK_MINUTES: i64 = 5;
pub(super) fn error(code: u32, text: &str) -> Value {
    json!({"status": "ERROR", "status_code": code, "status_text": text})
}

fn refusal(params: &Params, fault: Option<Kind>) -> Option<Value> {
    if params.text("api_id").is_none_or(|id| id.is_empty()) {
        return Some(error(200, "Неправильный api_id"));
    }
    Some(match fault {
        Some(Kind::NoMoney) => error(201, "Не хватает средств на лицевом счету"),
        Some(Kind::Token) => error(301, "Неправильный api_id"),
        Some(Kind::Refused) => error(209, "Вы добавили этот номер (или один из номеров) в стоп-лист"),
        _ => return None,
    })
}

pub(super) fn call(core: &Core, params: &Params, fault: Option<Kind>) -> Value {
    if let Some(answer) = refusal(params, fault) {
        return answer;
    }
    let Some(phone) = callee(params) else {
        return error(202, "Неправильно указан номер телефона получателя, либо на него нет маршрута");
    };
    let code = choose(core, fault);
    let placed = place(core, "smsru", &phone, &code, "", fault != Some(Kind::NoRing));
    json!({"status": "OK", "status_code": 100, "code": shaped(&code, fault),
        "call_id": format!("000000-{}", 10_000_000 + placed.id), "cost": 0.4, "balance": 4122.56})
}

pub(super) fn add(core: &Core, params: &Params) -> Value {
    if let Some(answer) = refusal(params, None) {
        return answer;
    }
    let Some(phone) = callee(params) else {
        return error(202, "Неправильно указан номер телефона получателя, либо на него нет маршрута");
    };
    let number = "78005008275".to_owned();
    let id = format!("{}-{}", 201_737, core.dice.below(1_000_000_000));
    let expires = core.now() + chrono::TimeDelta::minutes(CHECK_MINUTES);
    let check = Check { phone, number: number.clone(), expires, confirmed: false };
    locked(&core.dial).checks.insert(id.clone(), check);
    json!({"status": "OK", "status_code": 100, "check_id": id, "call_phone": number,
        "call_phone_pretty": "+7 (800) 500-8275",
        "call_phone_html": "<a href=\"callto:78005008275\">+7 (800) 500-8275</a>"})
}

pub(super) fn status(core: &Core, params: &Params) -> Value {
    let id = params.text("check_id").unwrap_or_default();
    let now = core.now();
    let dial = locked(&core.dial);
    let (status, text) = match dial.checks.get(id.as_ref()) {
        Some(check) if check.confirmed => ("401", "Авторизация по звонку: номер подтвержден"),
        Some(check) if check.expires > now => ("400", "Авторизация по звонку: номер пока не подтвержден"),
        _ => (
            "402",
            "Авторизация по звонку: истекло время, отведенное для подтверждения номера, либо неправильно указан check_id",
        ),
    };
    json!({"status": "OK", "status_code": 100, "check_status": status, "check_status_text": text})
}
