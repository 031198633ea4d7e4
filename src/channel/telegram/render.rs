//! A message as Telegram's requests. Pure.
//!
//! Text goes out with entities, never with `parse_mode`: nothing to escape, nothing to break.

use serde_json::{Value, json};
use teloxide_core::{
    payloads::{AnswerCallbackQuery, DeleteMessage, EditMessageText, SendMessage},
    types::{
        ButtonRequest, CallbackQueryId, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton,
        KeyboardMarkup, KeyboardRemove, MessageEntity, MessageId, Recipient, ReplyMarkup, WebAppInfo,
    },
};

use super::api::{PHOTO, Request};
use crate::{
    channel::{
        Press, SendError, layout,
        marks::{self, Mark, Marked},
        profile::{TELEGRAM, shorten, units},
    },
    message::{App, Button, Does, Keyboard, Message, Picture, Style},
};

/// A new message: one request, or several where the text is over the limit; buttons stand under the last.
#[must_use]
pub fn render(chat: &str, message: &Message) -> Vec<Request> {
    let (markup, lines) = message.keyboard.as_ref().map_or((None, String::new()), markup);
    let parts = parts(&message.text, &lines);
    if let Some(picture) = &message.picture {
        return pictured(chat, picture, parts, markup);
    }
    texts(chat, &parts, markup)
}

/// A photo with the text under it; with a text of its own after it, where that is longer than a caption may be.
fn pictured(chat: &str, picture: &Picture, parts: Vec<Marked>, markup: Option<ReplyMarkup>) -> Vec<Request> {
    let known = picture.handle.clone();
    let photo = known.clone().unwrap_or_else(|| format!("attach://{PHOTO}"));
    let upload = known.is_none().then(|| picture.clone());
    let request = |more: Value| {
        let mut body = json!({ "chat_id": recipient(chat), "photo": photo });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
        }
        Request { method: "sendPhoto", body, upload: upload.clone() }
    };
    match parts.as_slice() {
        [caption] if units(&caption.text) <= TELEGRAM.caption => {
            let more = captioned(caption, markup.map(|markup| json!(markup)));
            vec![request(more)]
        }
        _ => [vec![request(Value::Null)], texts(chat, &parts, markup)].concat(),
    }
}

fn captioned(caption: &Marked, markup: Option<Value>) -> Value {
    let entities = Some(entities(caption)).filter(|entities| !entities.is_empty());
    json!({ "caption": caption.text, "caption_entities": entities, "reply_markup": markup })
}

fn texts(chat: &str, parts: &[Marked], markup: Option<ReplyMarkup>) -> Vec<Request> {
    let last = parts.len().saturating_sub(1);
    let send = |(at, part): (usize, &Marked)| {
        let mut payload = SendMessage::new(recipient(chat), part.text.clone());
        payload.entities = Some(entities(part)).filter(|entities| !entities.is_empty());
        payload.reply_markup = markup.clone().filter(|_| at == last);
        Request::new("sendMessage", &payload)
    };
    parts.iter().enumerate().map(send).collect()
}

/// Another text in place of an earlier one. An edit cannot grow into several messages: what is over the limit is cut. Nor
/// can it bring a reply keyboard: its buttons go under the message.
///
/// # Errors
/// [`SendError::Refused`] when `message_id` is none of Telegram's.
pub fn edit(chat: &str, message_id: &str, message: &Message) -> Result<Request, SendError> {
    let id = named(message_id)?;
    let (rows, lines) =
        message.keyboard.as_ref().map_or((None, String::new()), |keyboard| inline(&keyboard.buttons, keyboard.free));
    let part = parts(&message.text, &lines).into_iter().next().unwrap_or_default();
    if message.picture.is_some() {
        let caption = marks::read(&layout::with_lines(&message.text, &lines)).split(TELEGRAM.caption);
        let markup = rows.map(|rows| json!(InlineKeyboardMarkup::new(rows)));
        let mut body = captioned(&caption.into_iter().next().unwrap_or_default(), markup);
        if let Some(body) = body.as_object_mut() {
            body.retain(|_, value| !value.is_null());
            body.insert("chat_id".to_owned(), json!(recipient(chat)));
            body.insert("message_id".to_owned(), json!(id.0));
        }
        return Ok(Request { method: "editMessageCaption", body, upload: None });
    }
    let mut payload = EditMessageText::new(recipient(chat), id, part.text.clone());
    payload.entities = Some(entities(&part)).filter(|entities| !entities.is_empty());
    payload.reply_markup = rows.map(InlineKeyboardMarkup::new);
    Ok(Request::new("editMessageText", &payload))
}

/// Takes an earlier message away. Telegram does so within 48 hours.
///
/// # Errors
/// When the id is none of Telegram's.
pub fn delete(chat: &str, message_id: &str) -> Result<Request, SendError> {
    Ok(Request::new("deleteMessage", &DeleteMessage::new(recipient(chat), named(message_id)?)))
}

fn named(message_id: &str) -> Result<MessageId, SendError> {
    let refused = |_| SendError::Refused { code: 0, why: "no message id of Telegram's".to_owned() };
    message_id.parse().map(MessageId).map_err(refused)
}

/// The answer to a press.
#[must_use]
pub fn answer(press: &Press, text: Option<&str>) -> Request {
    let mut payload = AnswerCallbackQuery::new(CallbackQueryId(press.id.clone()));
    payload.text = text.map(|text| shorten(&marks::plain(&marks::read(text)), TELEGRAM.toast));
    Request::new("answerCallbackQuery", &payload)
}

/// A blank text still gives one part: the server's refusal tells of our mistake, silence would not.
fn parts(text: &str, lines: &str) -> Vec<Marked> {
    let parts = marks::read(&layout::with_lines(text, lines)).split(TELEGRAM.text);
    if parts.is_empty() { vec![Marked::default()] } else { parts }
}

fn recipient(chat: &str) -> Recipient {
    chat.parse().map_or_else(|_| Recipient::ChannelUsername(chat.to_owned()), |id| Recipient::Id(ChatId(id)))
}

fn entities(marked: &Marked) -> Vec<MessageEntity> {
    let before = |at: usize| units(marked.text.get(..at).unwrap_or_default());
    let entity = |span: &marks::Span| {
        let offset = before(span.range.start);
        let length = before(span.range.end) - offset;
        match &span.mark {
            Mark::Bold => MessageEntity::bold(offset, length),
            Mark::Italic => MessageEntity::italic(offset, length),
            Mark::Link(url) => MessageEntity::text_link(url.clone(), offset, length),
        }
    };
    marked.spans.iter().map(entity).collect()
}

/// The markup, and the lines of what found no place in it.
fn markup(keyboard: &Keyboard) -> (Option<ReplyMarkup>, String) {
    match keyboard.style {
        Style::Inline => {
            let (rows, lines) = inline(&keyboard.buttons, keyboard.free);
            (rows.map(|rows| ReplyMarkup::InlineKeyboard(InlineKeyboardMarkup::new(rows))), lines)
        }
        Style::Reply => reply(&keyboard.buttons, keyboard.free),
        Style::Remove => {
            let lines = layout::lines(&keyboard.buttons, keyboard.free);
            (Some(ReplyMarkup::KeyboardRemove(KeyboardRemove::new())), lines)
        }
    }
}

/// Buttons under the message; all of them become lines when one can't be a button or there are too many.
fn inline(buttons: &[Button], free: bool) -> (Option<Vec<Vec<InlineKeyboardButton>>>, String) {
    let offered =
        buttons.iter().filter(|button| !matches!(button.does, Does::ShareContact | Does::App(App::Numbered { .. })));
    let fitting: Option<Vec<_>> = offered.map(inline_button).collect();
    let rows = fitting.and_then(|buttons| layout::rows(buttons, TELEGRAM.inline, |button| &button.text, |_| false));
    match rows {
        Some(rows) => (Some(rows).filter(|rows| !rows.is_empty()), String::new()),
        None => (None, layout::lines(buttons, free)),
    }
}

fn inline_button(button: &Button) -> Option<InlineKeyboardButton> {
    let label = layout::label(&button.label, TELEGRAM.label);
    match &button.does {
        Does::Press(token) => {
            (1..=TELEGRAM.payload).contains(&token.len()).then(|| InlineKeyboardButton::callback(label, token.clone()))
        }
        Does::Open(url) => marks::link_target(url).map(|url| InlineKeyboardButton::url(label, url)),
        Does::App(App::Page(url)) => {
            marks::link_target(url).map(|url| InlineKeyboardButton::web_app(label, WebAppInfo { url }))
        }
        Does::App(App::Numbered { .. }) | Does::ShareContact => None,
    }
}

/// Buttons in place of the keyboard: they say their own label, so one that must be shortened would say another. They
/// open no links: those become lines; and no mini app: opened from there, it would not know by whom.
fn reply(buttons: &[Button], free: bool) -> (Option<ReplyMarkup>, String) {
    let (links, said): (Vec<_>, Vec<_>) =
        buttons.iter().partition(|button| matches!(button.does, Does::Open(_) | Does::App(_)));
    let fitting: Option<Vec<_>> = said.into_iter().map(reply_button).collect();
    let rows = fitting.and_then(|buttons| layout::rows(buttons, TELEGRAM.reply, |button| &button.text, |_| false));
    match rows {
        Some(rows) if rows.is_empty() => (None, layout::lines(links, free)),
        Some(rows) => {
            let keyboard = KeyboardMarkup::new(rows).resize_keyboard().one_time_keyboard();
            (Some(ReplyMarkup::Keyboard(keyboard)), layout::lines(links, free))
        }
        None => (None, layout::lines(buttons, free)),
    }
}

fn reply_button(button: &Button) -> Option<KeyboardButton> {
    let label = button.label.trim();
    let plain = (1..=TELEGRAM.label).contains(&units(label)).then(|| KeyboardButton::new(label))?;
    Some(if button.does == Does::ShareContact { plain.request(ButtonRequest::Contact) } else { plain })
}
