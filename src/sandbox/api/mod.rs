//! The control API: plays the people and the world around the engine. JSON in, JSON out; errors are `{"error": "…"}` with
//! 400 (what was asked makes no sense), 404 (nobody or nothing there), 409 (not possible now). Every path is relative to
//! `api/`. `{id}` of a person is the platform's user id, of a group the platform's chat id. A body may be empty where every
//! field is optional.
//!
//! **People**
//! - `POST people {name, channel: "telegram"|"vk", phone?, lang?, old_client?}` → `{id, name, channel, …}`
//! - `GET people` → `[{id, name, channel, phone, lang, old_client, deactivated, blocked, met, last: {from, text, at}|null}]`
//! - `POST people/{id}/say {text}` → `{id}` (of the message)
//! - `POST people/{id}/press {label}` presses the newest button with that label, standing or inline;
//!   `{bubble, row, column}` or `{bubble, token}` or `{bubble, label}` presses a button of that bubble, however old →
//!   `{did: "callback"|"text"|"contact"|"link"|"app"|"location"|"other", id?, url?}`
//! - `POST people/{id}/open_app {label}` → `{url}`: the mini app of that button, with the launch that the client signs
//! - `POST people/{id}/start {payload?}` → `{id}`: `/start payload`, or VK's «Начать» with `ref`
//! - `POST people/{id}/share_contact {phone?, foreign?}` → `{id}`; `foreign: true` shares somebody else's card; in VK, which
//!   has no contact button, the phone is typed
//! - `GET files/{id}`: a file that was sent, as `file.id` of a bubble names it; what is on a picture is its `file.name`
//! - `POST people/{id}/send_file {kind: "photo"|"document"|"sticker"|"voice", name?, mime?, caption?, base64?}` → `{id}`
//! - `POST people/{id}/block`, `…/unblock` → `{blocked}` · `…/deactivate` · `…/client {old}` switches an old VK client
//! - `POST people/{id}/dial {number, phone?}` → `{confirmed}`: calls the number of a reverse call
//! - `GET people/{id}/chat` → `[{id, from: "bot"|"person", name, person, kind, text, buttons: [{label, does, token?, url?,
//!   color?, row, column, inline}], at, edited, file?, answers?}]`, every bubble in order; `buttons` are those that the message brought,
//!   in reading order, inline or standing
//! - `GET people/{id}/keyboard` → `{bubble, one_time, rows: [[{label, does, token?, color?}]]}`, or `null`: what stands in place
//!   of the phone's keyboard
//! - `GET people/{id}/state` → `{typing, blocked, met, toasts: [{text, alert, at}], ringing: [call], keyboard}`
//! - `GET people/{id}/chat.chat` → the conversation as a `.chat` transcript (text)
//!
//! With several bots or communities a person speaks to the first; `?line=<bot id>` or `?line=-<group id>` names another.
//!
//! **Groups**
//! - `POST groups {title, channel, members?: [person], supergroup?, bot?: true, hears_all?}` → `{id, …}`; the bot is added unless `bot` is false;
//!   it hears what is meant for it, or everything if `hears_all`
//! - `GET groups` · `GET groups/{id}/chat` · `GET groups/{id}/state` · `GET groups/{id}/chat.chat`
//! - `POST groups/{id}/people {person}` joins, `DELETE groups/{id}/people/{person}` leaves
//! - `POST groups/{id}/say {text, person?}` · `…/press {…, person?}` (the first member unless said)
//! - `POST groups/{id}/bot {in: bool}` adds or removes the bot · `POST groups/{id}/migrate` → `{id}` of the supergroup
//!
//! **World**
//! - `GET seed` · `GET calls?phone=` → `[{id, phone, from, last4, at, ringing, ended}]` · `POST calls/{id}/end {how: "answered"|"busy"|"missed"}`
//! - `GET faults`, `POST faults {channel, kind, count?, for?, chat?, method?, ms?, retry_after?}` → `{id}`, `DELETE faults`,
//!   `DELETE faults/{id}`. Kinds: `rate blocked server_error slow hold drop_before drop_after duplicate disorder flood
//!   too_long token`, for `autodial` also `timeout html status_false six_digits integer_code no_ring no_money refused
//!   pending`.
//!   Without `count` and `for` a fault stays until it is removed. `slow` lets a request wait `ms` before it takes effect, `hold`
//!   until the fault is removed. `GET faults` tells of each how often it `struck`
//! - `GET clock` → `{now, offset_seconds, can_advance}` · `POST clock {advance_seconds}` → the same
//! - `GET log?after=<seq>&all=1` → `[{seq, direction, channel, method, path, name, body, params, status, answer, at, ms}]`;
//!   requests only, with `all` also the events that were sent to webhooks · `DELETE log`
//! - `GET log/last?after=<seq>&wait=<ms>` → `{seq}` of the newest entry; with `after` the answer comes when there is one after
//!   that, or when so long has passed
//! - `GET content` → `[{file, line, column, what, help}]`: why content that was changed is not in use; empty when it is
//! - `GET lines` → `{telegram: [{id, username, name}], vk: [{id, group_id, name, callback: [{id, url, status}]}]}`
//! - `POST vk/callback {url, secret?}` → `{server_id}` · `POST vk/long_poll {new_key?, lose?}` makes Long Poll answer `failed`
//! - `GET events`: server-sent events; each says `changed`: fetch again what is shown

mod chats;
mod groups;
mod people;
mod press;
mod transcript;
mod world;

use std::sync::Arc;

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Core, notice, telegram, vk,
    world::{Line, Messenger},
};

/// What a control request is answered with.
type Answer = Result<Json<Value>, Refusal>;

/// Why a control request was refused.
#[derive(Debug)]
pub(super) struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

fn absurd(why: impl Into<String>) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, why.into())
}

fn missing(what: &str) -> Refusal {
    Refusal(StatusCode::NOT_FOUND, format!("no such {what}"))
}

fn conflict(why: &str) -> Refusal {
    Refusal(StatusCode::CONFLICT, why.to_owned())
}

/// Which bot or community is meant.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Which {
    line: Option<Line>,
}

impl Which {
    fn line(&self, core: &Core, channel: Messenger) -> Result<Line, Refusal> {
        let known = |line: &Line| match channel {
            Messenger::Telegram => core.bot(*line).is_some(),
            Messenger::Vk => core.community(*line).is_some(),
        };
        let line = self.line.or_else(|| core.first_line(channel));
        line.filter(known).ok_or_else(|| missing("bot or community in that messenger"))
    }
}

fn bot(core: &Core, line: Line) -> Result<Arc<telegram::Bot>, Refusal> {
    core.bot(line).cloned().ok_or_else(|| missing("bot"))
}

fn community(core: &Core, line: Line) -> Result<Arc<vk::Community>, Refusal> {
    core.community(line).cloned().ok_or_else(|| missing("community"))
}

/// Reads a body that may be empty.
fn body<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let bytes = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| absurd(error.to_string()))
}

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/people", get(people::list).post(people::add))
        .route("/people/{id}/say", post(people::say))
        .route("/people/{id}/start", post(people::start))
        .route("/people/{id}/press", post(people::press))
        .route("/people/{id}/open_app", post(people::open_app))
        .route("/people/{id}/share_contact", post(people::share_contact))
        .route("/people/{id}/send_file", post(people::send_file))
        .route("/people/{id}/block", post(people::block))
        .route("/people/{id}/unblock", post(people::unblock))
        .route("/people/{id}/deactivate", post(people::deactivate))
        .route("/people/{id}/client", post(people::client))
        .route("/people/{id}/dial", post(people::dial))
        .route("/people/{id}/chat", get(chats::chat))
        .route("/people/{id}/keyboard", get(chats::keyboard))
        .route("/people/{id}/state", get(chats::state))
        .route("/people/{id}/chat.chat", get(transcript::get))
        .route("/groups", get(groups::list).post(groups::add))
        .route("/groups/{id}/people", post(groups::join))
        .route("/groups/{id}/people/{person}", delete(groups::leave))
        .route("/groups/{id}/say", post(groups::say))
        .route("/groups/{id}/press", post(groups::press))
        .route("/groups/{id}/bot", post(groups::bot))
        .route("/groups/{id}/migrate", post(groups::migrate))
        .route("/groups/{id}/chat", get(chats::chat))
        .route("/groups/{id}/keyboard", get(chats::keyboard))
        .route("/groups/{id}/state", get(chats::state))
        .route("/groups/{id}/chat.chat", get(transcript::get))
        .route("/files/{id}", get(chats::file))
        .route("/seed", get(world::seed))
        .route("/calls", get(world::calls))
        .route("/calls/{id}/end", post(world::end_call))
        .route("/faults", get(world::faults).post(world::add_fault).delete(world::clear_faults))
        .route("/faults/{id}", delete(world::remove_fault))
        .route("/clock", get(world::clock).post(world::advance))
        .route("/log", get(world::log).delete(world::clear_log))
        .route("/log/last", get(world::log_last))
        .route("/content", get(notice::list))
        .route("/lines", get(world::lines))
        .route("/vk/callback", post(world::vk_callback))
        .route("/vk/long_poll", post(world::vk_long_poll))
        .route("/events", get(world::events))
}
