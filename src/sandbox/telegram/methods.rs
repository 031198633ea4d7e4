//! The methods: which there are, and who carries each out.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Bot, Fail, about, edit, send, updates};
use crate::sandbox::{Core, params::Params, world::Holds};

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
        "getMe" => return Ok(about::me(bot)),
        "sendMessage" => send::message(core, bot, params),
        "sendPhoto" => send::file(core, bot, params, "photo", Holds::Photo),
        "sendDocument" => send::file(core, bot, params, "document", Holds::Document),
        "editMessageText" | "editMessageCaption" => edit::text(core, bot, params, method),
        "editMessageReplyMarkup" => edit::markup(core, bot, params),
        "deleteMessage" | "deleteMessages" => edit::delete(core, bot, params),
        "answerCallbackQuery" => edit::answer_press(core, bot, params),
        "sendChatAction" => send::typing(core, bot, params),
        "setMyCommands" | "getMyCommands" | "deleteMyCommands" => about::commands(bot, params, method),
        "getChat"
        | "getChatMember"
        | "getChatMemberCount"
        | "getChatAdministrators"
        | "createChatInviteLink"
        | "leaveChat" => about::chat(core, bot, params, method),
        "getFile" => about::file(core, params),
        "getChatMenuButton" => return Ok(json!({"type": "default"})),
        known if KNOWN.contains(&known) => Ok(true.into()),
        _ => Err(Fail::new(404, "Not Found: method not found")),
    };
    if result.is_ok() {
        core.touch();
    }
    result
}
