//! An update as what happened.
//!
//! Built of teloxide's types, yet not of its `Update` and `Message`: those drop a text whose entity is of a kind that they
//! do not know, and an update whose first field is new. Here a field that nobody needs can't spoil what is around it.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use teloxide_core::types::{Chat, Contact, User, UserId};

use crate::{
    channel::{
        CONTACT_NAME_MAX, Channel, Group, GroupEvent, HEARD_MAX, Heard, Inbound, ParseError, Press, START_PAYLOAD_MAX,
        Speaker, What, cut, without_nul,
    },
    ids::LaneId,
};

/// The bot's username, without `@`: tells whether a group speaks to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BotName(pub String);

/// What one update (the body of a webhook) says. What is no concern of ours, or has a shape that nobody knows yet, is
/// [`What::Nothing`] under its own id, so that it can be acknowledged.
///
/// # Errors
/// [`ParseError::Malformed`] when it is not JSON or has no `update_id`.
pub fn parse(update: &[u8], lane: &LaneId, bot: &BotName) -> Result<Inbound, ParseError> {
    read(serde_json::from_slice(update)?, lane, bot)
}

pub(super) fn read(mut update: Value, lane: &LaneId, bot: &BotName) -> Result<Inbound, ParseError> {
    without_nul(&mut update);
    let id = update.get("update_id").and_then(Value::as_i64).ok_or(ParseError::SHAPE)?;
    let us = Us { lane, name: bot };
    let what = us.what(&update).unwrap_or(What::Nothing);
    Ok(Inbound { source: lane.0.clone(), id: id.to_string(), what })
}

/// One field, if it is there and as expected.
fn field<T: DeserializeOwned>(of: &Value, name: &str) -> Option<T> {
    T::deserialize(of.get(name)?).ok()
}

/// The bot that the update came to.
#[derive(Clone, Copy)]
struct Us<'u> {
    lane: &'u LaneId,
    name: &'u BotName,
}

impl Us<'_> {
    fn what(self, update: &Value) -> Option<What> {
        if let Some(message) = update.get("message") {
            return self.message(message);
        }
        if let Some(edited) = update.get("edited_message") {
            return self.message(edited).filter(is_text);
        }
        if let Some(query) = update.get("callback_query") {
            return self.press(query);
        }
        self.membership(update.get("my_chat_member")?)
    }

    fn message(self, message: &Value) -> Option<What> {
        let chat: Chat = field(message, "chat")?;
        let from: Option<User> = field(message, "from");
        if from.as_ref().is_some_and(|user| user.is_bot && Some(user.id) == self.id()) {
            return None;
        }
        if !chat.is_private() {
            return self.group(&chat, self.overheard(message));
        }
        let user = from.filter(|user| !user.is_bot)?;
        let from = self.speaker(&user, &chat);
        if message.get("write_access_allowed").is_some() {
            return Some(What::Reach { from, open: true });
        }
        let heard = heard(message, user.id)?;
        Some(What::Heard { from, heard, press: None })
    }

    fn press(self, query: &Value) -> Option<What> {
        let user: User = field(query, "from")?;
        // Without a message (it came from inline mode) the press is as good as private.
        let chat: Option<Chat> = query.get("message").and_then(|message| field(message, "chat"));
        let chat_id = chat.as_ref().map_or_else(|| user.id.to_string(), |chat| chat.id.to_string());
        let message = query.get("message").and_then(|message| message.get("message_id")).and_then(Value::as_i64);
        let message = message.map(|id| id.to_string());
        let press = Press { id: field(query, "id")?, user: user.id.to_string(), chat: chat_id, message };
        match chat {
            Some(chat) if !chat.is_private() => self.group(&chat, GroupEvent::Pressed(press)),
            _ => {
                let token = field(query, "data").unwrap_or_default();
                let from = Speaker { chat: press.chat.clone(), ..self.speaker_at(&user, String::new()) };
                Some(What::Heard { from, heard: Heard::Press { token }, press: Some(press) })
            }
        }
    }

    fn membership(self, change: &Value) -> Option<What> {
        let chat: Chat = field(change, "chat")?;
        let open = is_in(change.get("new_chat_member")?)?;
        if chat.is_private() {
            let user: User = field(change, "from")?;
            return Some(What::Reach { from: self.speaker(&user, &chat), open });
        }
        let was_open = change.get("old_chat_member").and_then(is_in).unwrap_or(!open);
        match (was_open, open) {
            (false, true) => self.group(&chat, GroupEvent::Joined),
            (true, false) => self.group(&chat, GroupEvent::Left),
            _ => None,
        }
    }

    /// Channels are no chats: nobody talks to us there.
    fn group(self, chat: &Chat, event: GroupEvent) -> Option<What> {
        (chat.is_group() || chat.is_supergroup()).then(|| {
            What::Group(Group {
                lane: self.lane.clone(),
                channel: Channel::Telegram,
                chat: chat.id.to_string(),
                title: chat.title().map(str::to_owned),
                event,
            })
        })
    }

    fn overheard(self, message: &Value) -> GroupEvent {
        if let Some(id) = field::<i64>(message, "migrate_to_chat_id") {
            return GroupEvent::MovedTo(id.to_string());
        }
        let text: String = field(message, "text").or_else(|| field(message, "caption")).unwrap_or_default();
        let answered = message.get("reply_to_message").and_then(|reply| field::<User>(reply, "from"));
        let to_us = answered.is_some_and(|user| Some(user.id) == self.id());
        let ours = to_us || self.is_called(&text);
        if ours { GroupEvent::Addressed { said: cut(&text, HEARD_MAX) } } else { GroupEvent::Talk }
    }

    /// A command for everybody or for us, or our name among the words.
    fn is_called(self, text: &str) -> bool {
        let name = |word: &str| word.eq_ignore_ascii_case(&self.name.0);
        let command = text.strip_prefix('/').and_then(|rest| rest.split_whitespace().next());
        if let Some(command) = command {
            return command.split_once('@').is_none_or(|(_, bot)| name(bot));
        }
        let mut words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_' || letter == '@'));
        words.any(|word| word.strip_prefix('@').is_some_and(name))
    }

    /// Our own id: the lane is named for it.
    fn id(self) -> Option<UserId> {
        self.lane.0.strip_prefix("telegram:")?.parse().ok().map(UserId)
    }

    fn speaker(self, user: &User, chat: &Chat) -> Speaker {
        self.speaker_at(user, chat.id.to_string())
    }

    fn speaker_at(self, user: &User, chat: String) -> Speaker {
        Speaker {
            lane: self.lane.clone(),
            channel: Channel::Telegram,
            user: user.id.to_string(),
            chat,
            lang: user.language_code.clone(),
            client: None,
        }
    }
}

/// Who corrects what they wrote to us says it anew; other edits (a caption, a place that moves) say nothing.
const fn is_text(what: &What) -> bool {
    matches!(what, What::Heard { heard: Heard::Text(_) | Heard::Start { .. }, .. })
}

/// Whether a chat member (in a private chat: the bot) is in. `None`: a status that nobody knows yet.
fn is_in(member: &Value) -> Option<bool> {
    match member.get("status")?.as_str()? {
        "creator" | "administrator" | "member" => Some(true),
        "restricted" => Some(field(member, "is_member").unwrap_or(true)),
        "left" | "kicked" => Some(false),
        _ => None,
    }
}

/// Kinds of content that the engine has no use for, by their fields; a venue also has a location, a GIF also a document.
const UNSUPPORTED: [&str; 20] = [
    "animation",
    "audio",
    "checklist",
    "dice",
    "game",
    "gift",
    "giveaway",
    "invoice",
    "paid_media",
    "poll",
    "sticker",
    "story",
    "successful_payment",
    "unique_gift",
    "users_shared",
    "venue",
    "location",
    "video",
    "video_note",
    "voice",
];

/// Notes about the dialogue itself that Telegram writes down as messages: nobody waits for an answer to them.
const SERVICE: [&str; 5] = [
    "pinned_message",
    "message_auto_delete_timer_changed",
    "chat_background_set",
    "connected_website",
    "proximity_alert_triggered",
];

fn heard(message: &Value, user: UserId) -> Option<Heard> {
    let has = |name: &&&str| message.get(**name).is_some();
    if let Some(text) = field::<String>(message, "text") {
        return Some(said(&text));
    }
    if let Some(contact) = field::<Contact>(message, "contact") {
        let name = [Some(contact.first_name), contact.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        return Some(Heard::Contact {
            phone: international(contact.phone_number),
            name: cut(name.trim(), CONTACT_NAME_MAX),
            own: contact.user_id == Some(user),
        });
    }
    if SERVICE.iter().any(|name| has(&name)) {
        return None;
    }
    if let Some(kind) = UNSUPPORTED.iter().find(has) {
        return Some(Heard::Unsupported { kind: (*kind).to_owned() });
    }
    Some(match () {
        () if message.get("photo").is_some() => Heard::Photo,
        () if message.get("document").is_some() => Heard::File,
        () => Heard::Unsupported { kind: "unknown".to_owned() },
    })
}

/// Telegram writes the number of a contact with its country code, yet most clients leave the plus out: `375…`, without which
/// nobody could tell it from a mistyped number.
fn international(phone: String) -> String {
    if phone.starts_with(|first: char| first.is_ascii_digit()) { format!("+{phone}") } else { phone }
}

fn said(text: &str) -> Heard {
    let (command, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let command = command.split_once('@').map_or(command, |(command, _)| command);
    if command != "/start" {
        return Heard::Text(cut(text, HEARD_MAX));
    }
    let payload = Some(rest.trim()).filter(|payload| !payload.is_empty());
    Heard::Start { payload: payload.map(|payload| cut(payload, START_PAYLOAD_MAX)) }
}
