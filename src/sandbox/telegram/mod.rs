//! The stand-in for the Telegram Bot API.

mod about;
mod edit;
mod events;
mod launch;
mod markup;
mod message;
mod methods;
mod parse_mode;
mod send;
mod updates;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
    routing::any,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

pub(super) use events::{ChatChange, contact, file, group_people, membership, migrate, press_inline, reach, say};
pub(super) use launch::launch;
pub(super) use updates::Desk;

use super::{
    BotOptions, Called, Core, Error,
    fault::{About, Kind, Struck},
    limit::Bucket,
    locked,
    log::{Direction, Raw},
    params::Params,
    reply::Answer,
};
use crate::clock;

/// The real server takes files up to 50 MB.
const LARGEST: usize = 50 * 1024 * 1024;

/// One bot.
pub(super) struct Bot {
    pub(super) id: i64,
    token: SecretString,
    pub(super) username: String,
    pub(super) name: String,
    /// All messages of the bot.
    bucket: Mutex<Bucket>,
    pub(super) desk: Desk,
    /// Presses that wait for an answer: chat, person, when.
    presses: Mutex<HashMap<String, (i64, i64, Instant)>>,
    commands: Mutex<HashMap<String, Value>>,
}

/// An error as the real server words it.
#[derive(Debug)]
pub(super) struct Fail {
    code: u16,
    description: String,
    retry_after: Option<u64>,
    moved_to: Option<i64>,
}

impl Fail {
    fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), retry_after: None, moved_to: None }
    }

    fn bad(what: &str) -> Self {
        Self::new(400, format!("Bad Request: {what}"))
    }

    fn slow_down(seconds: u64) -> Self {
        let seconds = seconds.max(1);
        let description = format!("Too Many Requests: retry after {seconds}");
        Self { code: 429, description, retry_after: Some(seconds), moved_to: None }
    }

    fn answer(self) -> Answer {
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.description});
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({"retry_after": seconds});
        } else if let Some(chat) = self.moved_to {
            body["parameters"] = json!({"migrate_to_chat_id": chat});
        }
        Answer { retry_after: self.retry_after, ..Answer::json(self.code, &body) }
    }
}

impl Bot {
    pub(super) fn new(options: &BotOptions) -> Result<Arc<Self>, Error> {
        let token = options.token.expose_secret();
        let id = token.split_once(':').and_then(|(id, _)| id.parse().ok());
        Ok(Arc::new(Self {
            id: id.ok_or_else(|| Error::Token(options.username.clone()))?,
            token: options.token.clone(),
            username: options.username.clone(),
            name: options.name.clone(),
            bucket: Mutex::default(),
            desk: Desk::default(),
            presses: Mutex::default(),
            commands: Mutex::default(),
        }))
    }

    pub(super) fn token(&self) -> &str {
        self.token.expose_secret()
    }
}

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/telegram/{bot}/{method}", any(call))
        .route("/telegram/file/{bot}/{*path}", any(download))
        .layer(DefaultBodyLimit::max(LARGEST))
}

fn bot_of<'c>(core: &'c Core, segment: &str) -> Result<&'c Arc<Bot>, Fail> {
    let Some(token) = segment.strip_prefix("bot") else { return Err(Fail::new(404, "Not Found")) };
    let shaped = token.split_once(':').is_some_and(|(id, secret)| {
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) && !secret.is_empty()
    });
    if !shaped {
        return Err(Fail::new(401, "Unauthorized: invalid token specified"));
    }
    core.by_token.get(token).ok_or_else(|| Fail::new(401, "Unauthorized"))
}

async fn call(
    State(core): State<Arc<Core>>,
    Path((segment, method)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    http: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let begun = clock::tick();
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let answer = match bot_of(&core, &segment) {
        Err(fail) => fail.answer(),
        Ok(bot) => match Params::read(query.as_deref(), Some(kind), &body).await {
            Err(_) => Fail::bad("can't parse JSON object").answer(),
            Ok(params) => attend(&core, bot, &method, &params).await,
        },
    };
    let id = segment.split_once(':').map_or("bot?", |(id, _)| id);
    core.log.put(Raw {
        direction: Direction::Request,
        channel: "telegram",
        method: if http == Method::GET { "GET" } else { "POST" },
        path: format!("/telegram/{id}:***/{method}"),
        name: methods::spelling(&method).to_owned(),
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

/// Carries a call out, with the fault that strikes it, if any.
async fn attend(core: &Arc<Core>, bot: &Arc<Bot>, method: &str, params: &Params) -> Answer {
    let struck = core.strike(About::Request, "telegram", params.int("chat_id"), method);
    if let Some(answer) = struck.as_ref().and_then(fault) {
        return answer;
    }
    if let Some(struck) = struck {
        core.faults.wait(struck).await;
    }
    let chat = core.tap.as_ref().and_then(|_| chat_of(bot, params));
    let answer = match methods::run(core, bot, method, params).await {
        Ok(result) => {
            if let (Some(tap), Some(chat)) = (&core.tap, chat) {
                tap(&Called { method: methods::spelling(method), chat, text: params.text("text").as_deref() });
            }
            Answer::json(200, &json!({"ok": true, "result": result}))
        }
        Err(fail) => fail.answer(),
    };
    if struck.is_some_and(|struck| struck.kind == Kind::DropAfter) { Answer::dropped() } else { answer }
}

/// The chat that a call is about. Asked before the call: a press is forgotten once it is answered.
fn chat_of(bot: &Bot, params: &Params) -> Option<i64> {
    params.int("chat_id").or_else(|| {
        let press = params.text("callback_query_id")?;
        locked(&bot.presses).get(press.as_ref()).map(|(chat, ..)| *chat)
    })
}

/// The answer of a fault that keeps the call from taking effect.
fn fault(struck: &Struck) -> Option<Answer> {
    Some(match struck.kind {
        Kind::Rate => Fail::slow_down(struck.retry_after).answer(),
        Kind::Blocked => Fail::new(403, "Forbidden: bot was blocked by the user").answer(),
        Kind::ServerError => Fail::new(502, "Bad Gateway").answer(),
        Kind::Token => Fail::new(401, "Unauthorized").answer(),
        Kind::DropBefore => Answer::dropped(),
        _ => return None,
    })
}

async fn download(State(core): State<Arc<Core>>, Path((segment, path)): Path<(String, String)>, _uri: Uri) -> Response {
    if let Err(fail) = bot_of(&core, &segment) {
        return fail.answer().into_response();
    }
    let id = path.rsplit('/').next().unwrap_or_default();
    let file = locked(&core.files).get(id).cloned();
    match file {
        Some(file) => ([("content-type", file.mime)], file.bytes).into_response(),
        None => Fail::new(404, "Not Found").answer().into_response(),
    }
}

/// How long the real server keeps an update that was not taken.
fn lifetime(update: &Value) -> Duration {
    Duration::from_secs(if update.get("callback_query").is_some() { 150 } else { 24 * 3_600 })
}
