//! Sending: whom a request names and whether the bot may write there, how fast, and what is said.

use serde_json::Value;

use super::{Bot, Fail, markup, message as wire, parse_mode};
use crate::{
    clock,
    sandbox::{
        Core,
        limit::{TELEGRAM_BOT, TELEGRAM_CHAT, TELEGRAM_GROUP},
        locked,
        params::{Params, Upload},
        world::{Bubble, Chat, File, Holds, World},
    },
};

/// Characters of a text, after its entities are parsed.
pub(super) const TEXT: usize = 4_096;
/// Characters of a caption.
pub(super) const CAPTION: usize = 1_024;
/// How long «typing» stands.
const TYPING_SECONDS: u64 = 5;

/// The chat that a request names, if the bot may write there.
pub(super) fn open_chat<'w>(world: &'w mut World, bot: &Bot, params: &Params) -> Result<(i64, &'w mut Chat), Fail> {
    let id = named_chat(params)?;
    if let Some(person) = world.people.get(&id) {
        let gone = person.deactivated;
        let chat = world.chats.entry((bot.id, id)).or_default();
        return match () {
            () if gone => Err(Fail::new(403, "Forbidden: user is deactivated")),
            () if chat.blocked => Err(Fail::new(403, "Forbidden: bot was blocked by the user")),
            () if !chat.met => Err(Fail::new(403, "Forbidden: bot can't initiate conversation with a user")),
            () => Ok((id, chat)),
        };
    }
    let Some(group) = world.groups.get(&id).filter(|_| id < 0) else { return Err(Fail::bad("chat not found")) };
    if let Some(moved_to) = group.moved_to {
        let why = Fail::bad("group chat was upgraded to a supergroup chat");
        return Err(Fail { moved_to: Some(moved_to), ..why });
    }
    if !group.lines.contains(&bot.id) {
        let kind = if group.supergroup { "supergroup" } else { "group" };
        let known = world.chats.contains_key(&(bot.id, id));
        let why = if known { "bot was kicked from" } else { "bot is not a member of" };
        return Err(Fail::new(403, format!("Forbidden: {why} the {kind} chat")));
    }
    Ok((id, world.chats.entry((bot.id, id)).or_default()))
}

pub(super) fn named_chat(params: &Params) -> Result<i64, Fail> {
    let Some(text) = params.text("chat_id").filter(|text| !text.is_empty()) else {
        return Err(Fail::bad("chat_id is empty"));
    };
    text.trim().parse().map_err(|_| Fail::bad("chat not found"))
}

/// Takes a token of the bot's and of the chat's bucket, or says when to come again.
fn pace(core: &Core, bot: &Bot, id: i64, chat: &mut Chat) -> Result<(), Fail> {
    if !core.limits {
        return Ok(());
    }
    let now = clock::tick();
    let rate = if id < 0 { TELEGRAM_GROUP } else { TELEGRAM_CHAT };
    let mut bucket = locked(&bot.bucket);
    if let Some(wait) = bucket.wait(TELEGRAM_BOT, now).max(chat.bucket.wait(rate, now)) {
        return Err(Fail::slow_down(wait.as_secs_f64().ceil() as u64));
    }
    bucket.take(TELEGRAM_BOT, now);
    chat.bucket.take(rate, now);
    Ok(())
}

/// Text and entities of a request, checked.
pub(super) fn words(params: &Params, key: &str, most: usize) -> Result<(String, Value), Fail> {
    let raw = params.text(key).unwrap_or_default();
    let (text, mut entities) = parse_mode::read(&raw, params.text("parse_mode").as_deref())?;
    let given = if key == "text" { "entities" } else { "caption_entities" };
    if let Some(given) = params.json(given) {
        entities = given.map_err(|_| Fail::bad("can't parse entities: can't parse entities JSON object"))?;
    }
    let text = text.trim_end().to_owned();
    if text.chars().count() > most {
        return Err(Fail::bad(if most == TEXT { "message is too long" } else { "message caption is too long" }));
    }
    Ok((text, entities))
}

pub(super) fn message(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
    let (text, entities) = words(params, "text", TEXT)?;
    if text.trim().is_empty() {
        return Err(Fail::bad("message text is empty"));
    }
    let bubble = Bubble { entities, ..Bubble::text(None, text, core.now()) };
    send(core, bot, params, bubble)
}

pub(super) fn file(core: &Core, bot: &Bot, params: &Params, key: &str, holds: Holds) -> Result<Value, Fail> {
    let (text, entities) = words(params, "caption", CAPTION)?;
    let file = sent_file(core, params, key)?;
    let bubble = Bubble { entities, holds, file: Some(file), ..Bubble::text(None, text, core.now()) };
    send(core, bot, params, bubble)
}

fn sent_file(core: &Core, params: &Params, key: &str) -> Result<File, Fail> {
    let named = params.text(key).map(std::borrow::Cow::into_owned);
    let attached = named.as_deref().and_then(|name| name.strip_prefix("attach://")).unwrap_or(key);
    if let Some(upload) = params.files.get(attached) {
        if key == "photo" && upload.bytes.len() > 10 * 1024 * 1024 {
            return Err(Fail::bad("file is too big"));
        }
        return Ok(keep_file(core, upload.clone()));
    }
    let Some(id) = named.filter(|id| !id.is_empty()) else {
        return Err(Fail::bad(&format!("there is no {key} in the request")));
    };
    if id.starts_with("http://") || id.starts_with("https://") {
        return Ok(File { id: core.hex(), name: key.to_owned(), mime: String::new(), size: 0 });
    }
    let known = locked(&core.files).get(&id).cloned();
    let file = known.ok_or_else(|| Fail::bad("wrong file identifier/HTTP URL specified"))?;
    Ok(File { id, name: file.name, mime: file.mime, size: file.bytes.len() })
}

/// Keeps a file, so that it can be fetched and sent again.
pub(in crate::sandbox) fn keep_file(core: &Core, upload: Upload) -> File {
    let id = core.hex();
    let file = File { id: id.clone(), name: upload.name.clone(), mime: upload.mime.clone(), size: upload.bytes.len() };
    locked(&core.files).insert(id, upload);
    file
}

fn send(core: &Core, bot: &Bot, params: &Params, bubble: Bubble) -> Result<Value, Fail> {
    let (shown, carried) = markup::read(params)?;
    let mut world = locked(&core.world);
    let (id, chat) = open_chat(&mut world, bot, params)?;
    let answers = answered(chat, params)?;
    if id < 0 && shown.opens_app() {
        return Err(Fail::bad("BUTTON_TYPE_INVALID"));
    }
    pace(core, bot, id, chat)?;
    let message_id = world.next_id(bot.id);
    let chat = world.chat(bot.id, id);
    let bubble = chat.put(Bubble { markup: carried, answers, ..bubble }, message_id, shown).clone();
    Ok(wire::message(&world, bot, id, &bubble))
}

/// The message that this one answers: by `reply_parameters`, or as libraries wrote it before Bot API 7.0.
fn answered(chat: &Chat, params: &Params) -> Result<Option<i64>, Fail> {
    let (id, lenient) = match params.json("reply_parameters") {
        Some(Ok(Value::Object(map))) => {
            let given = Params { map, ..Params::default() };
            (given.int("message_id"), given.flag("allow_sending_without_reply"))
        }
        Some(Ok(_)) => return Err(Fail::bad("object expected as reply parameters")),
        Some(Err(_)) => return Err(Fail::bad("can't parse reply parameters JSON object")),
        None => (params.int("reply_to_message_id"), params.flag("allow_sending_without_reply")),
    };
    match id.filter(|id| *id != 0) {
        Some(id) if chat.index(id).is_some() => Ok(Some(id)),
        Some(_) if !lenient => Err(Fail::bad("message to be replied not found")),
        _ => Ok(None),
    }
}

pub(super) fn typing(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
    if params.text("action").is_none_or(|action| action.is_empty()) {
        return Err(Fail::bad("wrong parameter action in request"));
    }
    let mut world = locked(&core.world);
    let (_, chat) = open_chat(&mut world, bot, params)?;
    chat.typing_until = Some(clock::tick() + std::time::Duration::from_secs(TYPING_SECONDS));
    Ok(true.into())
}
