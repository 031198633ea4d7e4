//! An event of the Callback API or of Bots Long Poll as what happened. Both bring the same objects.

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::keyboard::token_of;
use crate::{
    channel::{
        Channel, Client, Group, GroupEvent, HEARD_MAX, Heard, Inbound, ParseError, Press, START_PAYLOAD_MAX, Speaker,
        What, cut, without_nul,
    },
    ids::LaneId,
};

/// Peers from here on are group chats.
pub(super) const CHATS_FROM: i64 = 2_000_000_000;

/// Event ids have 40 characters; what is far longer is none.
const LONGEST_ID: usize = 200;

/// What the Callback API wants of us.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one lives as long as one request, and never in a list")]
pub enum Event {
    /// The answer must be the community's confirmation code.
    Confirmation,
    /// Something happened; once it is safe with us the answer is `ok`.
    Inbound(Inbound),
}

/// A body of the Callback API. The secret is compared in constant time; a confirmation may come without one.
///
/// # Errors
/// [`ParseError`]: malformed, of another community (the lane says which is ours), or with a wrong secret.
pub fn callback(body: &[u8], lane: &LaneId, secret: Option<&SecretString>) -> Result<Event, ParseError> {
    let event: Value = serde_json::from_slice(body)?;
    let confirmation = event.get("type").and_then(Value::as_str) == Some("confirmation");
    let given = event.get("secret").and_then(Value::as_str);
    let right = match (secret, given) {
        (None, _) => true,
        (Some(_), None) => confirmation,
        (Some(secret), Some(given)) => secret.expose_secret().as_bytes().ct_eq(given.as_bytes()).into(),
    };
    if !right {
        return Err(ParseError::WrongSecret);
    }
    let inbound = read(event, lane)?;
    Ok(if confirmation { Event::Confirmation } else { Event::Inbound(inbound) })
}

/// One update of Bots Long Poll.
///
/// # Errors
/// [`ParseError`]: malformed, or of another community.
pub fn parse(update: &[u8], lane: &LaneId) -> Result<Inbound, ParseError> {
    read(serde_json::from_slice(update)?, lane)
}

pub(super) fn read(mut event: Value, lane: &LaneId) -> Result<Inbound, ParseError> {
    without_nul(&mut event);
    let kind = event.get("type").and_then(Value::as_str).ok_or(ParseError::SHAPE)?;
    let group = event.get("group_id").and_then(Value::as_i64).ok_or(ParseError::SHAPE)?;
    if lane.0 != format!("vk:{group}") {
        return Err(ParseError::WrongGroup);
    }
    let object = event.get("object").unwrap_or(&Value::Null);
    let us = Us { lane, group };
    let what = us.what(kind, object).unwrap_or(What::Nothing);
    Ok(Inbound { source: lane.0.clone(), id: id(&event, kind, object), what })
}

/// The outer event id; where an old version of the API sends none, a key that the event's own content gives, the same by
/// either way in.
fn id(event: &Value, kind: &str, object: &Value) -> String {
    if let Some(id) = event.get("event_id").and_then(Value::as_str).filter(|id| (1..=LONGEST_ID).contains(&id.len())) {
        return id.to_owned();
    }
    let message = object.get("message").unwrap_or(object);
    let number = |name| message.get(name).and_then(Value::as_i64).filter(|number| *number != 0);
    match (kind, number("peer_id"), number("conversation_message_id")) {
        ("message_new", Some(peer), Some(message)) => format!("{peer}:{message}"),
        _ => format!("{kind}:{}", hex::encode(Sha256::digest(object.to_string()).get(..16).unwrap_or_default())),
    }
}

/// A message, with the fields that mean something to us. Absent and odd ones are as good as empty.
struct Incoming {
    from_id: i64,
    peer_id: i64,
    out: i64,
    text: String,
    payload: Value,
    link: Value,
    attachments: Vec<Value>,
    geo: Value,
    fwd_messages: Value,
    action: Value,
    reply_message: Value,
}

impl Incoming {
    fn read(message: &Value) -> Self {
        Self {
            from_id: field(message, "from_id"),
            peer_id: field(message, "peer_id"),
            out: field(message, "out"),
            text: field(message, "text"),
            payload: field(message, "payload"),
            link: field(message, "ref"),
            attachments: field(message, "attachments"),
            geo: field(message, "geo"),
            fwd_messages: field(message, "fwd_messages"),
            action: field(message, "action"),
            reply_message: field(message, "reply_message"),
        }
    }
}

/// One field, empty where it is absent or odd.
fn field<T: DeserializeOwned + Default>(of: &Value, name: &str) -> T {
    of.get(name).and_then(|value| T::deserialize(value).ok()).unwrap_or_default()
}

/// The community that the event came to.
#[derive(Clone, Copy)]
struct Us<'u> {
    lane: &'u LaneId,
    group: i64,
}

impl Us<'_> {
    fn what(self, kind: &str, object: &Value) -> Option<What> {
        match kind {
            "message_new" => self.message(object),
            "message_edit" => self.message(object).filter(|_| is_correction(object)),
            "message_event" => self.press(object),
            "message_allow" => self.reach(object, true),
            "message_deny" => self.reach(object, false),
            _ => None,
        }
    }

    /// `{message, client_info}`, or for old versions the bare message.
    fn message(self, object: &Value) -> Option<What> {
        let message = Incoming::read(object.get("message").unwrap_or(object));
        if message.out == 1 || message.from_id == -self.group {
            return None;
        }
        if message.peer_id >= CHATS_FROM {
            return Some(self.group(message.peer_id, self.overheard(&message)));
        }
        if message.from_id <= 0 {
            return None;
        }
        let info = object.get("client_info");
        let from = Speaker {
            lang: info.and_then(language).map(str::to_owned),
            client: info.map(client),
            ..self.speaker(message.from_id, message.peer_id)
        };
        Some(What::Heard { from, heard: heard(&message), press: None })
    }

    fn press(self, object: &Value) -> Option<What> {
        let user = object.get("user_id")?.as_i64()?;
        let peer = object.get("peer_id")?.as_i64()?;
        let id = object.get("event_id")?.as_str()?.to_owned();
        let message = object.get("conversation_message_id").and_then(Value::as_i64).map(|id| format!("c{id}"));
        let press = Press { id, user: user.to_string(), chat: peer.to_string(), message };
        if peer >= CHATS_FROM {
            return Some(self.group(peer, GroupEvent::Pressed(press)));
        }
        let token = object.get("payload").and_then(token_of).unwrap_or_default();
        let heard = Heard::Press { token };
        Some(What::Heard { from: self.speaker(user, peer), heard, press: Some(press) })
    }

    fn reach(self, object: &Value, open: bool) -> Option<What> {
        let user = object.get("user_id")?.as_i64()?;
        Some(What::Reach { from: self.speaker(user, user), open })
    }

    fn overheard(self, message: &Incoming) -> GroupEvent {
        let about_us = message.action.get("member_id").and_then(Value::as_i64) == Some(-self.group);
        match message.action.get("type").and_then(Value::as_str) {
            Some("chat_invite_user" | "chat_invite_user_by_link") if about_us => return GroupEvent::Joined,
            Some("chat_kick_user") if about_us => return GroupEvent::Left,
            Some(_) => return GroupEvent::Talk,
            None => {}
        }
        let answers_us = message.reply_message.get("from_id").and_then(Value::as_i64) == Some(-self.group);
        if answers_us || self.is_called(&message.text) || token_of(&message.payload).is_some() {
            GroupEvent::Addressed { said: cut(&message.text, HEARD_MAX) }
        } else {
            GroupEvent::Talk
        }
    }

    /// A command, or a mention: `[club1|@name]`, `@club1`.
    fn is_called(self, text: &str) -> bool {
        let mention = |before: &str| {
            let found = text.split_once(&format!("{before}{}", self.group));
            found.is_some_and(|(_, rest)| !rest.starts_with(|next: char| next.is_ascii_digit()))
        };
        text.starts_with('/') || ["[club", "[public", "@club", "@public"].into_iter().any(mention)
    }

    fn group(self, peer: i64, event: GroupEvent) -> What {
        let (lane, chat) = (self.lane.clone(), peer.to_string());
        What::Group(Group { lane, channel: Channel::Vk, chat, title: None, event })
    }

    fn speaker(self, user: i64, peer: i64) -> Speaker {
        Speaker {
            lane: self.lane.clone(),
            channel: Channel::Vk,
            user: user.to_string(),
            chat: peer.to_string(),
            lang: None,
            client: None,
        }
    }
}

/// Words that somebody corrected are said anew. VK also edits by itself, when it attaches a link's preview, and a button that
/// was pressed is no words.
fn is_correction(object: &Value) -> bool {
    let message = Incoming::read(object.get("message").unwrap_or(object));
    message.peer_id < CHATS_FROM
        && !message.text.trim().is_empty()
        && message.attachments.is_empty()
        && token_of(&message.payload).is_none()
}

/// A deep link counts before a button, a button before a file, a file before its caption.
fn heard(message: &Incoming) -> Heard {
    if let Some(link) = message.link.as_str().filter(|link| !link.is_empty()) {
        return Heard::Start { payload: Some(cut(link, START_PAYLOAD_MAX)) };
    }
    if let Some(token) = token_of(&message.payload) {
        return Heard::Press { token };
    }
    if is_start(&message.payload) {
        return Heard::Start { payload: None };
    }
    let kinds: Vec<&str> = message.attachments.iter().filter_map(|one| one.get("type")?.as_str()).collect();
    match kinds.first() {
        _ if kinds.contains(&"photo") => Heard::Photo,
        _ if kinds.contains(&"doc") => Heard::File,
        // A link in a text comes with its preview attached: still a text.
        _ if !message.text.trim().is_empty() => Heard::Text(cut(&message.text, HEARD_MAX)),
        // By the name that it has elsewhere, so that it gets the same words.
        Some(&"audio_message") => Heard::Unsupported { kind: "voice".to_owned() },
        Some(kind) => Heard::Unsupported { kind: cut(kind, 32) },
        None => Heard::Unsupported { kind: contentless(message).to_owned() },
    }
}

fn contentless(message: &Incoming) -> &'static str {
    let forwarded = message.fwd_messages.as_array().is_some_and(|list| !list.is_empty());
    match () {
        () if message.geo.is_object() => "location",
        () if forwarded => "forward",
        () => "unknown",
    }
}

/// VK's own «Начать» button.
fn is_start(payload: &Value) -> bool {
    let parsed = payload.as_str().and_then(|json| serde_json::from_str::<Value>(json).ok());
    parsed.as_ref().unwrap_or(payload).get("command").and_then(Value::as_str) == Some("start")
}

/// What is not mentioned, the client cannot do.
fn client(info: &Value) -> Client {
    let flag = |name| info.get(name).and_then(Value::as_bool).unwrap_or(false);
    let actions = info.get("button_actions").and_then(Value::as_array);
    let acts = |name: &str| actions.is_some_and(|actions| actions.iter().any(|action| action == name));
    Client {
        keyboard: flag("keyboard"),
        inline_keyboard: flag("inline_keyboard"),
        callback: acts("callback"),
        open_link: acts("open_link"),
        open_app: acts("open_app"),
    }
}

/// <https://dev.vk.com/reference/objects> `lang_id`: the languages that we could ever answer in, and their neighbours.
fn language(info: &Value) -> Option<&'static str> {
    match info.get("lang_id")?.as_i64()? {
        0 => Some("ru"),
        1 => Some("uk"),
        2 => Some("be"),
        3 => Some("en"),
        _ => None,
    }
}
