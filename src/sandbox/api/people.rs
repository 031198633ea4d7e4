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

use super::{Refusal, Which, absurd, body, conflict, missing};
use crate::sandbox::{
    Core, autodial, locked,
    params::Upload,
    telegram, vk,
    world::{Button, Does, Holds, Line, Messenger, Person},
};

type Answer = Result<Json<Value>, Refusal>;

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

fn bot(core: &Core, line: Line) -> Result<Arc<telegram::Bot>, Refusal> {
    core.bot(line).cloned().ok_or_else(|| missing("bot"))
}

fn community(core: &Core, line: Line) -> Result<Arc<vk::Community>, Refusal> {
    core.community(line).cloned().ok_or_else(|| missing("community"))
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

/// Which button is meant.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) label: Option<String>,
    pub(super) token: Option<String>,
    pub(super) bubble: Option<i64>,
    pub(super) row: Option<usize>,
    pub(super) column: Option<usize>,
    pub(super) person: Option<i64>,
}

impl Wanted {
    fn fits(&self, button: &Button, row: usize, column: usize) -> bool {
        self.label.as_ref().is_none_or(|label| label.trim() == button.label.trim())
            && self.token.as_ref().is_none_or(|token| Some(token) == button.token.as_ref())
            && self.row.is_none_or(|wanted| wanted == row)
            && self.column.is_none_or(|wanted| wanted == column)
    }
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

/// Finds the button and presses it.
pub(super) fn push(core: &Arc<Core>, person: &Person, line: Line, chat: i64, wanted: &Wanted) -> Answer {
    if wanted.label.is_none() && wanted.token.is_none() && wanted.bubble.is_none() {
        return Err(absurd("label, token or bubble is missing"));
    }
    let (bubble, inline, button) =
        find(core, line, chat, wanted).ok_or_else(|| conflict("there is no such button in the chat"))?;
    let did = match button.does {
        Does::Callback => callback(core, person, line, chat, (bubble, &button))?,
        Does::Text => text_button(core, person, line, chat, &button)?,
        Does::Contact if inline => json!({}),
        Does::Contact => {
            let phone = person.phone.clone().ok_or_else(|| conflict("this person has no phone: use share_contact"))?;
            json!({"id": telegram::contact(core, &*bot(core, line)?, person.id, &phone, false)})
        }
        Does::Link | Does::App => json!({"url": button.token}),
        Does::Location | Does::Other => json!({}),
    };
    let mut answer = did;
    answer["did"] = json!(button.does);
    core.touch();
    Ok(Json(answer))
}

/// The newest button that fits: its bubble, whether it is under it, and itself.
fn find(core: &Core, line: Line, chat: i64, wanted: &Wanted) -> Option<(i64, bool, Button)> {
    let mut world = locked(&core.world);
    let chat = world.chat(line, chat);
    let standing = chat.standing.as_ref().map(|(id, _)| *id);
    let seen = chat.bubbles.iter().rev().filter_map(|bubble| Some((bubble.id, bubble.keyboard.as_ref()?)));
    // Of the standing keyboards only the last can be seen, unless a bubble is named.
    let seen = seen.filter(|(id, keyboard)| match wanted.bubble {
        Some(bubble) => bubble == *id,
        None => keyboard.inline || Some(*id) == standing,
    });
    for (id, keyboard) in seen {
        for (row, buttons) in keyboard.rows.iter().enumerate() {
            for (column, button) in buttons.iter().enumerate() {
                if wanted.fits(button, row, column) {
                    return Some((id, keyboard.inline, button.clone()));
                }
            }
        }
    }
    None
}

fn callback(
    core: &Arc<Core>,
    person: &Person,
    line: Line,
    chat: i64,
    (bubble, button): (i64, &Button),
) -> Result<Value, Refusal> {
    let id = match person.channel {
        Messenger::Telegram => {
            let pressed = (button.label.as_str(), button.token.as_deref().unwrap_or_default());
            telegram::press_inline(core, &*bot(core, line)?, person.id, chat, bubble, pressed)
        }
        Messenger::Vk => {
            let pressed = (button.label.as_str(), button.token.as_deref());
            vk::press_callback(core, &*community(core, line)?, person.id, chat, bubble, pressed)
        }
    };
    Ok(json!({"id": id}))
}

fn text_button(core: &Arc<Core>, person: &Person, line: Line, chat: i64, button: &Button) -> Result<Value, Refusal> {
    let id = match person.channel {
        Messenger::Telegram => write(core, person, line, chat, &button.label)?,
        Messenger::Vk => {
            let pressed = (button.token.as_deref(), None);
            vk::say(core, &*community(core, line)?, person.id, chat, &button.label, pressed)
        }
    };
    Ok(json!({"id": id}))
}
