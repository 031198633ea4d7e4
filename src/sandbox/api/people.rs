//! What people do.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Answer, Refusal, Which, absurd, body, bot, community, missing,
    press::{self, Wanted, push},
};
use crate::sandbox::{
    Core, autodial, locked,
    params::Upload,
    telegram, vk,
    world::{Holds, Line, Messenger, Person},
};

#[derive(Deserialize)]
pub(super) struct Newcomer {
    name: String,
    channel: Messenger,
    phone: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    old_client: bool,
}

pub(super) async fn add(State(core): State<Arc<Core>>, bytes: Bytes) -> Answer {
    let newcomer: Newcomer = body(&bytes)?;
    if newcomer.name.trim().is_empty() {
        return Err(absurd("name is empty"));
    }
    let person = {
        let mut world = locked(&core.world);
        let person = world.add_person(newcomer.name.trim(), newcomer.channel);
        person.phone = newcomer.phone;
        person.old_client = newcomer.old_client;
        if let Some(lang) = newcomer.lang {
            person.lang = lang;
        }
        person.clone()
    };
    core.touch();
    Ok(Json(json!(person)))
}

pub(super) async fn list(State(core): State<Arc<Core>>) -> Json<Value> {
    let world = locked(&core.world);
    let mut people: Vec<_> = world.people.values().collect();
    people.sort_by_key(|person| person.id);
    let seen = people.into_iter().map(|person| {
        let line = core.first_line(person.channel).unwrap_or(0);
        let chat = world.chats.get(&(line, person.id));
        let mut seen = json!(person);
        seen["blocked"] = chat.is_some_and(|chat| chat.blocked).into();
        seen["met"] = chat.is_some_and(|chat| chat.met).into();
        seen["last"] = chat.and_then(|chat| chat.bubbles.back()).map_or(Value::Null, |bubble| {
            json!({"from": if bubble.author.is_none() { "bot" } else { "person" }, "text": bubble.text, "at": bubble.at})
        });
        seen
    });
    Json(seen.collect())
}

/// A person and the line that they speak to.
pub(super) fn whom(core: &Core, id: i64, which: &Which) -> Result<(Person, Line), Refusal> {
    let person = locked(&core.world).people.get(&id).cloned().ok_or_else(|| missing("person"))?;
    let line = which.line(core, person.channel)?;
    Ok((person, line))
}

/// Somebody writes into a chat: a dialogue of their own, or a group.
pub(super) fn write(core: &Arc<Core>, person: &Person, line: Line, chat: i64, text: &str) -> Result<i64, Refusal> {
    if text.is_empty() {
        return Err(absurd("text is empty"));
    }
    let id = match person.channel {
        Messenger::Telegram => telegram::say(core, &*bot(core, line)?, person.id, chat, text),
        Messenger::Vk => vk::say(core, &*community(core, line)?, person.id, chat, text, (None, None)),
    };
    core.touch();
    Ok(id)
}

#[derive(Deserialize)]
struct Said {
    text: String,
}

pub(super) async fn say(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let said: Said = body(&bytes)?;
    let (person, line) = whom(&core, id, &which)?;
    Ok(Json(json!({"id": write(&core, &person, line, person.id, &said.text)?})))
}

#[derive(Deserialize)]
struct Start {
    payload: Option<String>,
}

pub(super) async fn start(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let start: Start = body(&bytes)?;
    let payload = start.payload.unwrap_or_default();
    let (person, line) = whom(&core, id, &which)?;
    let id = match person.channel {
        Messenger::Telegram => {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
            if payload.len() > 64 || !payload.bytes().all(known) {
                return Err(absurd("a start payload is at most 64 of A-Z a-z 0-9 _ -"));
            }
            write(&core, &person, line, person.id, format!("/start {payload}").trim_end())?
        }
        Messenger::Vk => {
            let pressed = (Some("{\"command\":\"start\"}"), Some(payload.as_str()));
            vk::say(&core, &*community(&core, line)?, person.id, person.id, "Начать", pressed)
        }
    };
    core.touch();
    Ok(Json(json!({"id": id})))
}

#[derive(Deserialize)]
struct Contact {
    phone: Option<String>,
    #[serde(default)]
    foreign: Option<bool>,
}

pub(super) async fn share_contact(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let contact: Contact = body(&bytes)?;
    let (person, line) = whom(&core, id, &which)?;
    let phone = contact.phone.or_else(|| person.phone.clone()).ok_or_else(|| absurd("phone is missing"))?;
    let id = match person.channel {
        Messenger::Telegram => {
            telegram::contact(&core, &*bot(&core, line)?, person.id, &phone, contact.foreign == Some(true))
        }
        Messenger::Vk => write(&core, &person, line, person.id, &phone)?,
    };
    core.touch();
    Ok(Json(json!({"id": id})))
}

#[derive(Deserialize)]
struct Sent {
    kind: Holds,
    name: Option<String>,
    mime: Option<String>,
    caption: Option<String>,
    base64: Option<String>,
}

/// A grey pixel: what is sent when nobody says what.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mOor6//DwAFhAKAjM1mJgAAAABJRU5ErkJggg==";

pub(super) async fn send_file(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let sent: Sent = body(&bytes)?;
    let (name, mime) = match sent.kind {
        Holds::Photo => ("photo.png", "image/png"),
        Holds::Document => ("document.png", "image/png"),
        Holds::Voice => ("voice.ogg", "audio/ogg"),
        Holds::Sticker => ("sticker.webp", "image/webp"),
        _ => return Err(absurd("kind is photo, document, sticker or voice")),
    };
    let content = STANDARD.decode(sent.base64.as_deref().unwrap_or(PIXEL)).map_err(|why| absurd(why.to_string()))?;
    let upload = Upload {
        name: sent.name.unwrap_or_else(|| name.to_owned()),
        mime: sent.mime.unwrap_or_else(|| mime.to_owned()),
        bytes: content.into(),
    };
    let caption = sent.caption.unwrap_or_default();
    let (person, line) = whom(&core, id, &which)?;
    let id = match person.channel {
        Messenger::Telegram => telegram::file(&core, &*bot(&core, line)?, person.id, sent.kind, upload, &caption),
        Messenger::Vk => vk::file(&core, &*community(&core, line)?, person.id, sent.kind, &upload, &caption),
    };
    core.touch();
    Ok(Json(json!({"id": id})))
}

pub(super) async fn block(state: State<Arc<Core>>, id: Path<i64>, which: Query<Which>) -> Answer {
    reach(&state, id.0, &which, true)
}

pub(super) async fn unblock(state: State<Arc<Core>>, id: Path<i64>, which: Query<Which>) -> Answer {
    reach(&state, id.0, &which, false)
}

fn reach(core: &Arc<Core>, id: i64, which: &Which, blocked: bool) -> Answer {
    let (person, line) = whom(core, id, which)?;
    match person.channel {
        Messenger::Telegram => telegram::reach(core, &*bot(core, line)?, person.id, blocked),
        Messenger::Vk => vk::allow(core, &*community(core, line)?, person.id, !blocked),
    }
    core.touch();
    Ok(Json(json!({"blocked": blocked})))
}

pub(super) async fn deactivate(State(core): State<Arc<Core>>, Path(id): Path<i64>) -> Answer {
    change(&core, id, |person| person.deactivated = true)
}

#[derive(Deserialize)]
struct Client {
    old: bool,
}

pub(super) async fn client(State(core): State<Arc<Core>>, Path(id): Path<i64>, bytes: Bytes) -> Answer {
    let client: Client = body(&bytes)?;
    change(&core, id, |person| person.old_client = client.old)
}

fn change(core: &Core, id: i64, change: impl FnOnce(&mut Person)) -> Answer {
    let mut world = locked(&core.world);
    let person = world.people.get_mut(&id).ok_or_else(|| missing("person"))?;
    change(person);
    let person = json!(person);
    drop(world);
    core.touch();
    Ok(Json(person))
}

#[derive(Deserialize)]
struct Dial {
    number: String,
    phone: Option<String>,
}

pub(super) async fn dial(State(core): State<Arc<Core>>, Path(id): Path<i64>, bytes: Bytes) -> Answer {
    let dial: Dial = body(&bytes)?;
    let person = locked(&core.world).people.get(&id).cloned().ok_or_else(|| missing("person"))?;
    let phone = dial.phone.or(person.phone).ok_or_else(|| absurd("phone is missing"))?;
    Ok(Json(json!({"confirmed": autodial::dialled(&core, &phone, &dial.number)})))
}

pub(super) async fn press(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let wanted: Wanted = body(&bytes)?;
    let (person, line) = whom(&core, id, &which)?;
    push(&core, &person, line, person.id, &wanted)
}

pub(super) async fn open_app(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let wanted: Wanted = body(&bytes)?;
    let (person, line) = whom(&core, id, &which)?;
    press::open_app(&core, &person, line, &wanted)
}
