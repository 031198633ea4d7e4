//! What is done to messages that are there, and the answers to presses of their buttons.

use serde_json::Value;

use super::{
    Bot, Fail, markup as buttons, message as wire,
    send::{CAPTION, TEXT, open_chat, words},
};
use crate::sandbox::{
    Core, locked,
    params::Params,
    world::{Bubble, Chat, Markup, Toast, World},
};

/// Characters of the answer to a press.
const TOAST: usize = 200;
/// How long a message may be taken away.
const DELETE_HOURS: i64 = 48;
/// How long a press may be answered.
const PRESS_SECONDS: u64 = 150;

fn edited<'c>(chat: &'c mut Chat, params: &Params, what: &str) -> Result<&'c mut Bubble, Fail> {
    let id = params.int("message_id").ok_or_else(|| Fail::bad("message identifier is not specified"))?;
    let bubble = chat.bubble(id).ok_or_else(|| Fail::bad(&format!("message to {what} not found")))?;
    if bubble.author.is_some() && what == "edit" {
        return Err(Fail::bad("message can't be edited"));
    }
    Ok(bubble)
}

const UNCHANGED: &str = "message is not modified: specified new message content and reply markup are exactly the same \
                         as a current content and reply markup of the message";

pub(super) fn text(core: &Core, bot: &Bot, params: &Params, method: &str) -> Result<Value, Fail> {
    let (key, most) = if method == "editMessageText" { ("text", TEXT) } else { ("caption", CAPTION) };
    let (text, entities) = words(params, key, most)?;
    if key == "text" && text.trim().is_empty() {
        return Err(Fail::bad("message text is empty"));
    }
    let (shown, carried) = buttons::read(params)?;
    let mut world = locked(&core.world);
    let (id, chat) = open_chat(&mut world, bot, params)?;
    let bubble = edited(chat, params, "edit")?;
    if bubble.text == text && bubble.markup == carried && bubble.entities == entities {
        return Err(Fail::bad(UNCHANGED));
    }
    bubble.text = text;
    bubble.entities = entities;
    Ok(remark(core, bot, &mut world, (id, params), shown, carried))
}

pub(super) fn markup(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
    let (shown, carried) = buttons::read(params)?;
    let mut world = locked(&core.world);
    let (id, chat) = open_chat(&mut world, bot, params)?;
    if edited(chat, params, "edit")?.markup == carried {
        return Err(Fail::bad(UNCHANGED));
    }
    Ok(remark(core, bot, &mut world, (id, params), shown, carried))
}

/// Gives an edited message its new buttons and answers with it.
fn remark(core: &Core, bot: &Bot, world: &mut World, at: (i64, &Params), shown: Markup, carried: Value) -> Value {
    let Some(bubble) = world.chat(bot.id, at.0).bubble(at.1.int("message_id").unwrap_or(0)) else { return Value::Null };
    bubble.keyboard = if let Markup::Show(keyboard) = shown { Some(keyboard) } else { None };
    bubble.markup = carried;
    bubble.edited = true;
    let bubble = bubble.clone();
    let mut answer = wire::message(world, bot, at.0, &bubble);
    answer["edit_date"] = core.now().timestamp().into();
    answer
}

pub(super) fn delete(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
    let mut world = locked(&core.world);
    let (_, chat) = open_chat(&mut world, bot, params)?;
    let ids: Vec<i64> = match params.json("message_ids") {
        Some(list) => list.ok().and_then(|list| serde_json::from_value(list).ok()).unwrap_or_default(),
        None => {
            let bubble = edited(chat, params, "delete")?;
            if (core.now() - bubble.at).num_hours() >= DELETE_HOURS {
                return Err(Fail::bad("message can't be deleted for everyone"));
            }
            params.int("message_id").into_iter().collect()
        }
    };
    for id in ids {
        if let Some(at) = chat.index(id) {
            chat.bubbles.remove(at);
        }
    }
    Ok(true.into())
}

const TOO_OLD: &str = "query is too old and response timeout expired or query ID is invalid";

pub(super) fn answer_press(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
    let id = params.text("callback_query_id").unwrap_or_default();
    let text = params.text("text").unwrap_or_default();
    if text.chars().count() > TOAST {
        return Err(Fail::bad("MESSAGE_TOO_LONG"));
    }
    let (chat, person, at) = locked(&bot.presses).remove(id.as_ref()).ok_or_else(|| Fail::bad(TOO_OLD))?;
    if at.elapsed().as_secs() >= PRESS_SECONDS {
        return Err(Fail::bad(TOO_OLD));
    }
    if !text.is_empty() {
        let toast =
            Toast { text: text.into_owned(), alert: params.flag("show_alert"), at: core.now(), person, after: 0 };
        locked(&core.world).chat(bot.id, chat).toast(toast);
    }
    Ok(true.into())
}
