//! The stand-ins for the autodial providers: SMS.RU and uCaller, with their shapes and their quirks.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, Method},
    response::Response,
    routing::any,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Core,
    fault::{About, Kind, Struck},
    locked,
    log::{Direction, Raw},
    params::Params,
    reply::Answer,
};
use crate::clock;

/// How many calls are remembered.
const KEPT: usize = 5_000;
/// How long a number for a reverse call lives.
const CHECK_MINUTES: i64 = 5;
/// How long a phone rings.
const RINGS: Duration = Duration::from_secs(20);

/// One call.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Call {
    pub(super) id: i64,
    pub(super) phone: String,
    pub(super) from: String,
    pub(super) last4: String,
    pub(super) at: DateTime<Utc>,
    provider: &'static str,
    /// It reached the phone.
    pub(super) rang: bool,
    /// It rings now.
    pub(super) ringing: bool,
    /// How it ended: `answered`, `busy`, `missed`; absent while nobody has said.
    pub(super) ended: Option<&'static str>,
    #[serde(skip)]
    code: String,
    #[serde(skip)]
    unique: String,
    #[serde(skip)]
    begun: std::time::Instant,
}

/// A reverse call that is waited for.
#[derive(Clone, Debug)]
struct Check {
    phone: String,
    number: String,
    expires: DateTime<Utc>,
    confirmed: bool,
}

/// All calls.
#[derive(Default)]
pub(super) struct Exchange {
    calls: VecDeque<Call>,
    last: i64,
    uniques: HashMap<String, i64>,
    checks: HashMap<String, Check>,
}

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new().route("/autodial/{provider}/{*method}", any(call))
}

async fn call(
    State(core): State<Arc<Core>>,
    Path((provider, method)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    http: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let begun = clock::tick();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = header("content-type");
    let mut params = Params::read(query.as_deref(), Some(kind), &body).await.unwrap_or_default();
    if let Some(bearer) = header("authorization").strip_prefix("Bearer ") {
        params.map.insert("key".to_owned(), bearer.into());
    }
    let name = format!("{provider}/{method}");
    let answer = attend(&core, &name, &params).await;
    core.log.put(Raw {
        direction: Direction::Request,
        channel: "autodial",
        method: if http == Method::GET { "GET" } else { "POST" },
        path: format!("/autodial/{name}"),
        name,
        kind: kind.to_owned(),
        query: query.unwrap_or_default(),
        body,
        status: answer.status,
        answer: answer.body.clone(),
        at: core.now(),
        ms: begun.elapsed().as_secs_f64() * 1_000.0,
    });
    answer.into_response()
}

async fn attend(core: &Arc<Core>, name: &str, params: &Params) -> Answer {
    let phone = digits(&params.text("phone").unwrap_or_default());
    let struck = core.strike(About::Request, "autodial", phone.parse().ok(), name);
    let fault = struck.map(|struck| struck.kind);
    match struck {
        Some(Struck { kind: Kind::DropBefore, .. }) => return Answer::dropped(),
        Some(Struck { kind: Kind::ServerError, .. }) => return page(500, "500 Internal Server Error"),
        Some(Struck { kind: Kind::Html, .. }) => return page(200, "Технические работы"),
        Some(Struck { kind: Kind::Rate, .. }) => return rate(name),
        Some(struck) => core.faults.wait(struck).await,
        None => {}
    }
    let answer = match name {
        "smsru/code/call" => smsru_call(core, params, fault),
        "smsru/callcheck/add" => smsru_add(core, params),
        "smsru/callcheck/status" => smsru_status(core, params),
        "smsru/my/balance" => json!({"status": "OK", "status_code": 100, "balance": 4122.56}),
        "ucaller/v1.0/initCall" => ucaller_call(core, params, fault),
        "ucaller/v1.0/initRepeat" => ucaller_repeat(core, params, fault),
        "ucaller/v1.0/getInfo" => ucaller_info(core, params, fault),
        "ucaller/v1.0/getBalance" => match ucaller_key(params) {
            Ok(()) => json!({"status": true, "rub_balance": 84.6, "bonus_balance": 0, "tariff": "startup",
                "tariff_name": "Старт-ап"}),
            Err(error) => error,
        },
        "ucaller/v1.0/health" => json!({"status": true}),
        _ => return page(404, "404 Not Found"),
    };
    match fault {
        // Placed, but nobody hears of it: the client's patience ends first.
        Some(Kind::Timeout) => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Answer::dropped()
        }
        Some(Kind::DropAfter) => Answer::dropped(),
        _ => Answer::json(200, &answer),
    }
}

fn page(status: u16, title: &str) -> Answer {
    let html = format!("<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>");
    Answer::text(status, html, "text/html; charset=utf-8")
}

fn rate(name: &str) -> Answer {
    let body = if name.starts_with("smsru") {
        smsru_error(220, "Сервис временно недоступен, попробуйте чуть позже")
    } else {
        ucaller_error(19, "Повторить запрос можно через 15 секунд")
    };
    Answer::json(200, &body)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whom a call goes to: `None` if it is no Russian or Kazakh number.
fn callee(params: &Params) -> Option<String> {
    let digits = digits(&params.text("phone")?);
    let digits = match digits.len() {
        10 => format!("7{digits}"),
        11 if digits.starts_with('8') => format!("7{}", &digits[1..]),
        _ => digits,
    };
    (digits.len() == 11 && digits.starts_with('7')).then(|| format!("+{digits}"))
}

/// The provider's own choice of a code: never `0000`.
fn choose(core: &Core, fault: Option<Kind>) -> String {
    match fault {
        Some(Kind::IntegerCode) => "0427".to_owned(),
        Some(Kind::SixDigits) => format!("{:06}", 100_000 + core.dice.below(899_999)),
        _ => format!("{:04}", 1 + core.dice.below(9_999)),
    }
}

/// Places a call from a number that ends with the code.
fn place(core: &Core, provider: &'static str, phone: &str, code: &str, unique: &str, rings: bool) -> Call {
    let mut dial = locked(&core.dial);
    dial.last += 1;
    let last4 = code.get(code.len().saturating_sub(4)..).unwrap_or(code).to_owned();
    let call = Call {
        id: 103_000 + dial.last,
        phone: phone.to_owned(),
        from: format!("+7958{:03}{last4}", core.dice.below(1_000)),
        last4,
        at: core.now(),
        provider,
        rang: rings,
        ringing: rings,
        ended: None,
        code: code.to_owned(),
        unique: unique.to_owned(),
        begun: clock::tick(),
    };
    if dial.calls.len() >= KEPT {
        dial.calls.pop_front();
    }
    dial.calls.push_back(call.clone());
    if !unique.is_empty() {
        dial.uniques.insert(unique.to_owned(), call.id);
    }
    drop(dial);
    core.touch();
    call
}

/// The calls that rang, oldest first; only those to `phone`, if it is given.
pub(super) fn rang(core: &Core, phone: Option<&str>) -> Vec<Call> {
    let wanted = phone.map(digits).filter(|digits| !digits.is_empty());
    let tail = |number: &str| number.get(number.len().saturating_sub(10)..).unwrap_or(number).to_owned();
    let mut dial = locked(&core.dial);
    for call in &mut dial.calls {
        call.ringing = call.rang && call.ended.is_none() && call.begun.elapsed() < RINGS;
    }
    let heard = dial.calls.iter().filter(|call| call.rang);
    heard
        .filter(|call| wanted.as_ref().is_none_or(|wanted| tail(&digits(&call.phone)) == tail(wanted)))
        .cloned()
        .collect()
}

/// Somebody takes the call, or does not.
pub(super) fn end(core: &Core, id: i64, how: &'static str) -> bool {
    let mut dial = locked(&core.dial);
    let Some(call) = dial.calls.iter_mut().find(|call| call.id == id) else { return false };
    call.ended = Some(how);
    drop(dial);
    core.touch();
    true
}

/// Somebody dials the number of a reverse call.
pub(super) fn dialled(core: &Core, phone: &str, number: &str) -> bool {
    let (phone, number, now) = (digits(phone), digits(number), core.now());
    let mut dial = locked(&core.dial);
    let open = dial
        .checks
        .values_mut()
        .find(|check| digits(&check.phone) == phone && digits(&check.number) == number && check.expires > now);
    open.map(|check| check.confirmed = true).is_some()
}

fn smsru_error(code: u32, text: &str) -> Value {
    json!({"status": "ERROR", "status_code": code, "status_text": text})
}

fn smsru_refusal(params: &Params, fault: Option<Kind>) -> Option<Value> {
    if params.text("api_id").is_none_or(|id| id.is_empty()) {
        return Some(smsru_error(200, "Неправильный api_id"));
    }
    Some(match fault {
        Some(Kind::NoMoney) => smsru_error(201, "Не хватает средств на лицевом счету"),
        Some(Kind::Token) => smsru_error(301, "Неправильный api_id"),
        Some(Kind::Refused) => smsru_error(209, "Вы добавили этот номер (или один из номеров) в стоп-лист"),
        _ => return None,
    })
}

fn smsru_call(core: &Core, params: &Params, fault: Option<Kind>) -> Value {
    if let Some(refusal) = smsru_refusal(params, fault) {
        return refusal;
    }
    let Some(phone) = callee(params) else {
        return smsru_error(202, "Неправильно указан номер телефона получателя, либо на него нет маршрута");
    };
    let code = choose(core, fault);
    let call = place(core, "smsru", &phone, &code, "", fault != Some(Kind::NoRing));
    json!({"status": "OK", "status_code": 100, "code": shaped(&code, fault),
        "call_id": format!("000000-{}", 10_000_000 + call.id), "cost": 0.4, "balance": 4122.56})
}

/// The code as it is answered: as an integer if the fault says so.
fn shaped(code: &str, fault: Option<Kind>) -> Value {
    match code.parse::<u64>() {
        Ok(number) if fault == Some(Kind::IntegerCode) => number.into(),
        _ => code.into(),
    }
}

fn smsru_add(core: &Core, params: &Params) -> Value {
    if let Some(refusal) = smsru_refusal(params, None) {
        return refusal;
    }
    let Some(phone) = callee(params) else {
        return smsru_error(202, "Неправильно указан номер телефона получателя, либо на него нет маршрута");
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

fn smsru_status(core: &Core, params: &Params) -> Value {
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

fn ucaller_error(code: u32, text: &str) -> Value {
    json!({"status": false, "error": text, "code": code})
}

fn ucaller_key(params: &Params) -> Result<(), Value> {
    let key = params.text("key").unwrap_or_default();
    let apart = params.text("service_id").is_some();
    if key.is_empty() || !(apart || key.contains('.')) {
        return Err(ucaller_error(401, "Ошибка авторизации: неверный ключ или идентификатор сервиса"));
    }
    Ok(())
}

fn ucaller_call(core: &Core, params: &Params, fault: Option<Kind>) -> Value {
    if let Err(error) = ucaller_key(params) {
        return error;
    }
    match fault {
        Some(Kind::NoMoney) => return ucaller_error(1002, "Недостаточно средств на балансе"),
        Some(Kind::Token) => return ucaller_error(401, "Ошибка авторизации"),
        Some(Kind::Refused) => return ucaller_error(3, "Неверный формат номера телефона"),
        _ => {}
    }
    let Some(phone) = callee(params) else {
        return ucaller_error(3, "Неверный формат номера телефона");
    };
    let unique = params.text("unique").unwrap_or_default().into_owned();
    if let Some(known) = known(core, &unique) {
        let mut answer = ucaller_placed(&known, None);
        answer["exists"] = true.into();
        return answer;
    }
    let given = params.text("code").map(std::borrow::Cow::into_owned).filter(|code| !code.is_empty());
    if given.as_ref().is_some_and(|code| code.len() != 4 || digits(code).len() != 4) {
        return ucaller_error(7, "Код должен состоять из четырёх цифр");
    }
    let quirk = matches!(fault, Some(Kind::IntegerCode | Kind::SixDigits));
    let code = given.filter(|_| !quirk).unwrap_or_else(|| choose(core, fault));
    let call = place(core, "ucaller", &phone, &code, &unique, fault != Some(Kind::NoRing));
    ucaller_placed(&call, fault)
}

fn known(core: &Core, unique: &str) -> Option<Call> {
    let dial = locked(&core.dial);
    let id = dial.uniques.get(unique)?;
    dial.calls.iter().find(|call| call.id == *id).cloned()
}

fn ucaller_placed(call: &Call, fault: Option<Kind>) -> Value {
    let number = digits(&call.phone);
    let masked = format!("{}***{}", &number[..4.min(number.len())], &number[number.len().saturating_sub(4)..]);
    json!({"status": fault != Some(Kind::StatusFalse), "ucaller_id": call.id, "phone": masked,
        "code": shaped(&call.code, fault), "client": "", "unique_request_id": call.unique, "exists": false})
}

fn ucaller_repeat(core: &Core, params: &Params, fault: Option<Kind>) -> Value {
    let Some(call) = find(core, params) else { return ucaller_error(10, "Звонок не найден") };
    let again = place(core, "ucaller", &call.phone, &call.code, "", fault != Some(Kind::NoRing));
    ucaller_placed(&again, fault)
}

fn find(core: &Core, params: &Params) -> Option<Call> {
    let id = params.int("uid")?;
    locked(&core.dial).calls.iter().rev().find(|call| call.id == id).cloned()
}

fn ucaller_info(core: &Core, params: &Params, fault: Option<Kind>) -> Value {
    if let Err(error) = ucaller_key(params) {
        return error;
    }
    let Some(call) = find(core, params) else { return ucaller_error(10, "Звонок не найден") };
    let status = match fault {
        Some(Kind::Pending) => -1,
        _ => i32::from(call.rang),
    };
    json!({"status": true, "ucaller_id": call.id, "init_time": call.at.timestamp(), "call_status": status,
        "is_repeated": false, "repeatable": false, "repeat_times": 2, "repeated_ucaller_ids": [],
        "unique": call.unique, "client": "", "phone": digits(&call.phone), "code": call.code, "country_code": "RU",
        "cost": 0.3, "balance": 84.6})
}
