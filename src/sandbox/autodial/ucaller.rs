//! uCaller.

use serde_json::{Value, json};

use super::{
    exchange::{Call, callee, choose, digits, find, known, place},
    shaped,
};
use crate::sandbox::{Core, fault::Kind, params::Params};

pub(super) fn error(code: u32, text: &str) -> Value {
    json!({"status": false, "error": text, "code": code})
}

pub(super) fn check_key(params: &Params) -> Result<(), Value> {
    let key = params.text("key").unwrap_or_default();
    let apart = params.text("service_id").is_some();
    if key.is_empty() || !(apart || key.contains('.')) {
        return Err(error(401, "Ошибка авторизации: неверный ключ или идентификатор сервиса"));
    }
    Ok(())
}

pub(super) fn call(core: &Core, params: &Params, fault: Option<Kind>) -> Value {
    if let Err(refusal) = check_key(params) {
        return refusal;
    }
    match fault {
        Some(Kind::NoMoney) => return error(1002, "Недостаточно средств на балансе"),
        Some(Kind::Token) => return error(401, "Ошибка авторизации"),
        Some(Kind::Refused) => return error(3, "Неверный формат номера телефона"),
        _ => {}
    }
    let Some(phone) = callee(params) else {
        return error(3, "Неверный формат номера телефона");
    };
    let unique = params.text("unique").unwrap_or_default().into_owned();
    if let Some(earlier) = known(core, &unique) {
        let mut answer = placed(&earlier, None);
        answer["exists"] = true.into();
        return answer;
    }
    let given = params.text("code").map(std::borrow::Cow::into_owned).filter(|code| !code.is_empty());
    if given.as_ref().is_some_and(|code| code.len() != 4 || digits(code).len() != 4) {
        return error(7, "Код должен состоять из четырёх цифр");
    }
    let quirk = matches!(fault, Some(Kind::IntegerCode | Kind::SixDigits));
    let code = given.filter(|_| !quirk).unwrap_or_else(|| choose(core, fault));
    let call = place(core, "ucaller", &phone, &code, &unique, fault != Some(Kind::NoRing));
    placed(&call, fault)
}

fn placed(call: &Call, fault: Option<Kind>) -> Value {
    let number = digits(&call.phone);
    let masked = format!("{}***{}", &number[..4.min(number.len())], &number[number.len().saturating_sub(4)..]);
    json!({"status": fault != Some(Kind::StatusFalse), "ucaller_id": call.id, "phone": masked,
        "code": shaped(&call.code, fault), "client": "", "unique_request_id": call.unique, "exists": false})
}

pub(super) fn repeat(core: &Core, params: &Params, fault: Option<Kind>) -> Value {
    let Some(call) = find(core, params) else { return error(10, "Звонок не найден") };
    let again = place(core, "ucaller", &call.phone, &call.code, "", fault != Some(Kind::NoRing));
    placed(&again, fault)
}

pub(super) fn info(core: &Core, params: &Params, fault: Option<Kind>) -> Value {
    if let Err(refusal) = check_key(params) {
        return refusal;
    }
    let Some(call) = find(core, params) else { return error(10, "Звонок не найден") };
    let status = match fault {
        Some(Kind::Pending) => -1,
        _ => i32::from(call.rang),
    };
    json!({"status": true, "ucaller_id": call.id, "init_time": call.at.timestamp(), "call_status": status,
        "is_repeated": false, "repeatable": false, "repeat_times": 2, "repeated_ucaller_ids": [],
        "unique": call.unique, "client": "", "phone": digits(&call.phone), "code": call.code, "country_code": "RU",
        "cost": 0.3, "balance": 84.6})
}
