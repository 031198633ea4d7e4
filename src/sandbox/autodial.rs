//! The stand-ins for the autodial providers: SMS.RU and uCaller, with their shapes and their quirks.

mod exchange;
mod smsru;
mod ucaller;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, Method},
    response::Response,
    routing::any,
};
use serde_json::{Value, json};

pub(super) use exchange::{Exchange, dialled, end, rang};

use super::{
    Core,
    fault::{About, Kind, Struck},
    log::{Direction, Raw},
    params::Params,
    reply::Answer,
};
use crate::clock;

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
    let phone = exchange::digits(&params.text("phone").unwrap_or_default());
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
        "smsru/code/call" => smsru::call(core, params, fault),
        "smsru/callcheck/add" => smsru::add(core, params),
        "smsru/callcheck/status" => smsru::status(core, params),
        "smsru/my/balance" => json!({"status": "OK", "status_code": 100, "balance": 4122.56}),
        "ucaller/v1.0/initCall" => ucaller::call(core, params, fault),
        "ucaller/v1.0/initRepeat" => ucaller::repeat(core, params, fault),
        "ucaller/v1.0/getInfo" => ucaller::info(core, params, fault),
        "ucaller/v1.0/getBalance" => match ucaller::check_key(params) {
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
        smsru::error(220, "Сервис временно недоступен, попробуйте чуть позже")
    } else {
        ucaller::error(19, "Повторить запрос можно через 15 секунд")
    };
    Answer::json(200, &body)
}

/// The code as it is answered: as an integer if the fault says so.
fn shaped(code: &str, fault: Option<Kind>) -> Value {
    match code.parse::<u64>() {
        Ok(number) if fault == Some(Kind::IntegerCode) => number.into(),
        _ => code.into(),
    }
}
