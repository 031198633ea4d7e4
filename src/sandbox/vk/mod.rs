//! The stand-in for VK: the API, Bots Long Poll, and the sender of the Callback API.

pub(super) mod callback;
mod events;
mod keyboard;
mod launch;
pub(super) mod long_poll;
mod methods;
mod photos;
mod send;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Instant,
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, OriginalUri, Path, RawQuery, State},
    http::{HeaderMap, Method},
    response::Response,
    routing::any,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::sync::Notify;

pub(super) use events::{allow, chat_action, file, press_callback, say};
pub(super) use launch::launch;

use super::{
    AppOptions, CommunityOptions, Core,
    courier::Courier,
    fault::{About, Kind, Struck},
    limit::{Bucket, VK_COMMUNITY},
    locked,
    log::{Direction, Raw},
    params::Params,
    reply::Answer,
    world::Line,
};
use crate::clock;

/// The version of the API that events are made for.
const VERSION: &str = "5.199";

/// One community.
pub(super) struct Community {
    pub(super) group_id: i64,
    token: SecretString,
    pub(super) name: String,
    pub(super) confirmation: String,
    app: Option<AppOptions>,
    bucket: Mutex<Bucket>,
    pub(super) feed: Mutex<Feed>,
    came: Notify,
    /// Presses that wait for an answer: peer, person, when.
    presses: Mutex<HashMap<String, (i64, i64, Instant)>>,
    pub(super) servers: Mutex<Vec<Server>>,
}

/// What Long Poll has to tell.
#[derive(Default)]
pub(super) struct Feed {
    /// Which key is good; an older one answers `failed: 2`.
    keys: u64,
    pub(super) ts: i64,
    events: VecDeque<FeedEvent>,
}

/// An event as Long Poll keeps it.
struct FeedEvent {
    ts: i64,
    body: Value,
    /// Comes after the others that wait with it (a fault).
    late: bool,
}

/// A Callback API server.
pub(super) struct Server {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) secret: Option<String>,
    /// `wait`, `ok`, `failed`.
    pub(super) status: &'static str,
    courier: Option<Arc<Courier>>,
}

/// An error as VK words it.
#[derive(Debug)]
pub(super) struct Fail {
    code: u32,
    message: String,
}

impl Fail {
    fn new(code: u32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Error 100.
    fn param(what: &str) -> Self {
        Self::new(100, format!("One of the parameters specified was missing or invalid: {what}"))
    }

    fn answer(self, method: &str, params: &Params) -> Answer {
        let mut echoed = vec![json!({"key": "method", "value": method}), json!({"key": "oauth", "value": "1"})];
        for (key, _) in params.map.iter().filter(|(key, _)| *key != "access_token") {
            echoed.push(json!({"key": key, "value": params.text(key).unwrap_or_default()}));
        }
        let error = json!({"error_code": self.code, "error_msg": self.message, "request_params": echoed});
        Answer::json(200, &json!({"error": error}))
    }
}

impl Community {
    pub(super) fn new(options: &CommunityOptions) -> Arc<Self> {
        Arc::new(Self {
            group_id: options.group_id,
            token: options.token.clone(),
            name: options.name.clone(),
            confirmation: options.confirmation.clone(),
            app: options.app.clone(),
            bucket: Mutex::default(),
            feed: Mutex::new(Feed { keys: 1, ts: 1, events: VecDeque::new() }),
            came: Notify::new(),
            presses: Mutex::default(),
            servers: Mutex::default(),
        })
    }

    pub(super) fn line(&self) -> Line {
        -self.group_id
    }
}

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/vk/method/{name}", any(call))
        .route("/vk/upload/{group_id}", any(photos::upload))
        // vkbottle asks by POST.
        .route("/vk/longpoll/{group_id}", any(long_poll::check))
        .layer(DefaultBodyLimit::max(50 * 1024 * 1024))
}

async fn call(
    State(core): State<Arc<Core>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    OriginalUri(uri): OriginalUri,
    http: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let begun = clock::tick();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = header("content-type").unwrap_or_default();
    // The real API has no JSON bodies: it does not look into one.
    let readable = if kind.starts_with("application/json") { Bytes::new() } else { body.clone() };
    let mut params = Params::read(query.as_deref(), Some(kind), &readable).await.unwrap_or_default();
    if let Some(token) = header("authorization").and_then(|value| value.strip_prefix("Bearer ")) {
        params.map.entry("access_token").or_insert_with(|| token.into());
    }
    let base = base_of(&uri, header("host"));
    let answer = attend(&core, &name, &params, &base).await;
    core.log.put(Raw {
        direction: Direction::Request,
        channel: "vk",
        method: if http == Method::GET { "GET" } else { "POST" },
        path: format!("/vk/method/{name}"),
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

/// Where this stand-in is reached, as the caller reached it: `http://host/…/vk`.
fn base_of(uri: &axum::http::Uri, host: Option<&str>) -> String {
    let prefix = uri.path().split_once("/vk/method/").map_or("", |(prefix, _)| prefix);
    format!("http://{}{prefix}/vk", host.unwrap_or("127.0.0.1"))
}

async fn attend(core: &Arc<Core>, name: &str, params: &Params, base: &str) -> Answer {
    // Several peers at once are nobody's chat.
    let chat = ["peer_id", "peer_ids", "user_id"].into_iter().find_map(|name| params.int(name));
    let struck = core.strike(About::Request, "vk", chat, name);
    match struck {
        Some(Struck { kind: Kind::DropBefore, .. }) => return Answer::dropped(),
        Some(struck) => {
            if let Some(fail) = fault(struck.kind) {
                return fail.answer(name, params);
            }
            core.faults.wait(struck).await;
        }
        None => {}
    }
    let answer = match admit(core, params) {
        Err(fail) => fail.answer(name, params),
        Ok(community) => match methods::run(core, &community, name, params, base) {
            Ok(response) => Answer::json(200, &json!({"response": response})),
            Err(fail) => fail.answer(name, params),
        },
    };
    if struck.is_some_and(|struck| struck.kind == Kind::DropAfter) { Answer::dropped() } else { answer }
}

/// The error of a fault that keeps the call from taking effect.
fn fault(kind: Kind) -> Option<Fail> {
    Some(match kind {
        Kind::Rate => Fail::new(6, "Too many requests per second"),
        Kind::Blocked => Fail::new(901, send::NO_PERMISSION),
        Kind::ServerError => Fail::new(10, "Internal server error: try again later"),
        Kind::Flood => Fail::new(9, "Flood control"),
        Kind::TooLong => Fail::new(914, "Message is too long"),
        Kind::Token => Fail::new(5, "User authorization failed: invalid access_token (4)."),
        _ => return None,
    })
}

/// Token, version, rate: in this order.
fn admit(core: &Core, params: &Params) -> Result<Arc<Community>, Fail> {
    let Some(token) = params.text("access_token").filter(|token| !token.is_empty()) else {
        return Err(Fail::new(5, "User authorization failed: no access_token passed."));
    };
    let community = core.communities.iter().find(|community| community.token.expose_secret() == token);
    let Some(community) = community else {
        return Err(Fail::new(5, "User authorization failed: invalid access_token (4)."));
    };
    check_version(params)?;
    if core.limits {
        let (mut bucket, now) = (locked(&community.bucket), clock::tick());
        if bucket.wait(VK_COMMUNITY, now).is_some() {
            return Err(Fail::new(6, "Too many requests per second"));
        }
        bucket.take(VK_COMMUNITY, now);
    }
    Ok(Arc::clone(community))
}

fn check_version(params: &Params) -> Result<(), Fail> {
    let Some(version) = params.text("v").filter(|version| !version.is_empty()) else {
        return Err(Fail::new(8, "Invalid request: v parameter is required"));
    };
    let minor = version.strip_prefix("5.").and_then(|minor| minor.parse::<u32>().ok());
    match minor {
        Some(81..) => Ok(()),
        _ => Err(Fail::new(
            8,
            "Invalid request: versions below 5.81 are deprecated. Version param should be passed as \"v\". \"version\" param is invalid and not supported. For more information go to https://dev.vk.com/reference/versions",
        )),
    }
}
