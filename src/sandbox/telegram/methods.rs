//! The methods.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Bot, Fail, markup, message, parse_mode, updates};
use crate::{
    clock,
    sandbox::{
        Core,
        limit::{TELEGRAM_BOT, TELEGRAM_CHAT, TELEGRAM_GROUP},
        locked,
        params::{Params, Upload},
        world::{Bubble, Chat, File, Holds, Markup, Toast, World},
    },
};

/// Characters of a text, after its entities are parsed.
const TEXT: usize = 4_096;
/// Characters of a caption.
const CAPTION: usize = 1_024;
/// Characters of the answer to a press.
const TOAST: usize = 200;
/// How long a press may be answered.
const PRESS_SECONDS: u64 = 150;
/// How long «typing» stands.
const TYPING_SECONDS: u64 = 5;

/// The methods that this stand-in knows, as Telegram spells them.
const KNOWN: [&str; 33] = [
    "getMe",
    "logOut",
    "close",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "getUpdates",
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "deleteMessage",
    "deleteMessages",
    "answerCallbackQuery",
    "sendChatAction",
    "setMyCommands",
    "getMyCommands",
    "deleteMyCommands",
    "getChat",
    "getFile",
    "getChatMember",
    "getChatMemberCount",
    "getChatAdministrators",
    "createChatInviteLink",
    "leaveChat",
    "setChatMenuButton",
    "getChatMenuButton",
    "setMyDescription",
    "setMyShortDescription",
    "setMyName",
    "pinChatMessage",
];

/// A method's name as Telegram spells it; an unknown one as it came.
pub(super) fn spelling(method: &str) -> &str {
    KNOWN.iter().find(|known| known.eq_ignore_ascii_case(method)).copied().unwrap_or(method)
}

/// Carries out one call.
pub(super) async fn run(core: &Arc<Core>, bot: &Arc<Bot>, method: &str, params: &Params) -> Result<Value, Fail> {
    let method = spelling(method);
    let result = match method {
        "getUpdates" => return updates::get(bot, params).await,
        "getWebhookInfo" => return Ok(updates::info(bot)),
        "setWebhook" => updates::set(core, bot, params),
        "deleteWebhook" => Ok(updates::delete(bot, params)),
        "getMe" => return Ok(me(bot)),
        "sendMessage" => send_message(core, bot, params),
        "sendPhoto" => send_file(core, bot, params, "photo", Holds::Photo),
        "sendDocument" => send_file(core, bot, params, "document", Holds::Document),
        "editMessageText" | "editMessageCaption" => edit_text(core, bot, params, method),
        "editMessageReplyMarkup" => edit_markup(core, bot, params),
        "deleteMessage" | "deleteMessages" => delete(core, bot, params),
        "answerCallbackQuery" => answer_press(core, bot, params),
        "sendChatAction" => typing(core, bot, params),
        "setMyCommands" | "getMyCommands" | "deleteMyCommands" => commands(bot, params, method),
        "getChat"
        | "getChatMember"
        | "getChatMemberCount"
        | "getChatAdministrators"
        | "createChatInviteLink"
        | "leaveChat" => about_chat(core, bot, params, method),
        "getFile" => get_file(core, params),
        "getChatMenuButton" => return Ok(json!({"type": "default"})),
        known if KNOWN.contains(&known) => Ok(true.into()),
        _ => Err(Fail::new(404, "Not Found: method not found")),
    };
    if result.is_ok() {
        core.touch();
    }
    result
}

fn me(bot: &Bot) -> Value {
    let mut me = message::bot_user(bot);
    for (key, value) in [
        ("can_join_groups", true),
        // Privacy mode is off: the stand-in tells the bot everything that is said in its groups.
        ("can_read_all_group_messages", true),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[key] = value.into();
    }
    me
}

/// The chat that a request names, if the bot may write there.
fn open_chat<'w>(world: &'w mut World, bot: &Bot, params: &Params) -> Result<(i64, &'w mut Chat), Fail> {
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

fn named_chat(params: &Params) -> Result<i64, Fail> {
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
fn words(params: &Params, key: &str, most: usize) -> Result<(String, Value), Fail> {
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

fn send_message(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
    let (text, entities) = words(params, "text", TEXT)?;
    if text.trim().is_empty() {
        return Err(Fail::bad("message text is empty"));
    }
    let bubble = Bubble { entities, ..Bubble::text(None, text, core.now()) };
    send(core, bot, params, bubble)
}

fn send_file(core: &Core, bot: &Bot, params: &Params, key: &str, holds: Holds) -> Result<Value, Fail> {
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
    pace(core, bot, id, chat)?;
    let message_id = world.next_id(bot.id);
    let chat = world.chat(bot.id, id);
    let bubble = chat.put(Bubble { markup: carried, ..bubble }, message_id, shown).clone();
    Ok(message::message(&world, bot, id, &bubble))
}

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

fn edit_text(core: &Core, bot: &Bot, params: &Params, method: &str) -> Result<Value, Fail> {
    let (key, most) = if method == "editMessageText" { ("text", TEXT) } else { ("caption", CAPTION) };
    let (text, entities) = words(params, key, most)?;
    if key == "text" && text.trim().is_empty() {
        return Err(Fail::bad("message text is empty"));
    }
    let (shown, carried) = markup::read(params)?;
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

fn edit_markup(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
    let (shown, carried) = markup::read(params)?;
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
    let mut answer = message::message(world, bot, at.0, &bubble);
    answer["edit_date"] = core.now().timestamp().into();
    answer
}

fn delete(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
    let mut world = locked(&core.world);
    let (_, chat) = open_chat(&mut world, bot, params)?;
    let ids: Vec<i64> = match params.json("message_ids") {
        Some(list) => list.ok().and_then(|list| serde_json::from_value(list).ok()).unwrap_or_default(),
        None => {
            edited(chat, params, "delete")?;
            params.int("message_id").into_iter().collect()
        }
    };
    for id in ids {
        if let Ok(at) = chat.bubbles.binary_search_by_key(&id, |bubble| bubble.id) {
            chat.bubbles.remove(at);
        }
    }
    Ok(true.into())
}

const TOO_OLD: &str = "query is too old and response timeout expired or query ID is invalid";

fn answer_press(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
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

fn typing(core: &Core, bot: &Bot, params: &Params) -> Result<Value, Fail> {
    if params.text("action").is_none_or(|action| action.is_empty()) {
        return Err(Fail::bad("wrong parameter action in request"));
    }
    let mut world = locked(&core.world);
    let (_, chat) = open_chat(&mut world, bot, params)?;
    chat.typing_until = Some(clock::tick() + std::time::Duration::from_secs(TYPING_SECONDS));
    Ok(true.into())
}

fn commands(bot: &Bot, params: &Params, method: &str) -> Result<Value, Fail> {
    let language = params.text("language_code").unwrap_or_default();
    let scope = params.json("scope").and_then(Result::ok).unwrap_or(Value::Null);
    let key = format!("{scope}{language}");
    let mut commands = locked(&bot.commands);
    match method {
        "getMyCommands" => Ok(commands.get(&key).cloned().unwrap_or_else(|| json!([]))),
        "deleteMyCommands" => {
            commands.remove(&key);
            Ok(true.into())
        }
        _ => {
            let broken = || Fail::bad("can't parse commands JSON object");
            let list = params.json("commands").ok_or_else(broken)?.map_err(|_| broken())?;
            if !list.is_array() {
                return Err(Fail::bad("expected an Array of BotCommand"));
            }
            commands.insert(key, list);
            Ok(true.into())
        }
    }
}

fn about_chat(core: &Core, bot: &Bot, params: &Params, method: &str) -> Result<Value, Fail> {
    let id = named_chat(params)?;
    let mut world = locked(&core.world);
    let mut chat = message::chat(&world, id).ok_or_else(|| Fail::bad("chat not found"))?;
    match method {
        "getChat" => {
            chat["accent_color_id"] = 0.into();
            chat["max_reaction_count"] = 11.into();
            let none = ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"];
            chat["accepted_gift_types"] = none.into_iter().map(|kind| (kind.to_owned(), Value::Bool(false))).collect();
            Ok(chat)
        }
        "getChatMember" => member(&world, bot, id, params.int("user_id").unwrap_or(0)),
        "getChatMemberCount" => {
            Ok(world.groups.get(&id).map_or(2, |group| group.people.len() + group.lines.len()).into())
        }
        "getChatAdministrators" => {
            if id > 0 {
                return Err(Fail::bad("there are no administrators in the private chat"));
            }
            Ok(json!([]))
        }
        "createChatInviteLink" => Ok(json!({
            "invite_link": format!("https://t.me/+{}", &core.hex()[..16]), "creator": message::bot_user(bot),
            "creates_join_request": params.flag("creates_join_request"), "is_primary": false, "is_revoked": false,
        })),
        _ => {
            if let Some(group) = world.groups.get_mut(&id) {
                group.lines.retain(|line| *line != bot.id);
            }
            Ok(true.into())
        }
    }
}

fn member(world: &World, bot: &Bot, chat: i64, user: i64) -> Result<Value, Fail> {
    if user == bot.id {
        let inside = world.groups.get(&chat).is_none_or(|group| group.lines.contains(&bot.id));
        return Ok(json!({"status": if inside { "member" } else { "left" }, "user": message::bot_user(bot)}));
    }
    let person = world.people.get(&user).ok_or_else(|| Fail::bad("invalid user_id specified"))?;
    let inside = world.groups.get(&chat).is_none_or(|group| group.people.contains(&user));
    Ok(json!({"status": if inside { "member" } else { "left" }, "user": message::user(person)}))
}

fn get_file(core: &Core, params: &Params) -> Result<Value, Fail> {
    let id = params.text("file_id").filter(|id| !id.is_empty()).ok_or_else(|| Fail::bad("file_id not specified"))?;
    let size = locked(&core.files).get(id.as_ref()).map(|file| file.bytes.len());
    let size = size.ok_or_else(|| Fail::bad("wrong file_id or the file is temporarily unavailable"))?;
    let unique = id.get(..16).unwrap_or(&id);
    Ok(json!({"file_id": id, "file_unique_id": unique, "file_size": size, "file_path": format!("files/{id}")}))
}
