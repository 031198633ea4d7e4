//! The messengers: what an update means, how a message is written, what an answer of theirs means.
//!
//! Only this room knows platform JSON. Each channel's folder has `parse` (update → [`Inbound`]), `render` (message →
//! requests, pure) and `send` (the only one that awaits). Nothing here touches the store.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    flow::{Alarm, Reply},
    ids::{AccountId, LaneId, PersonId},
};

pub mod http;
pub mod launch;
mod layout;
pub mod marks;
pub mod poll;
pub mod preview;
pub mod profile;
pub mod sender;
pub mod telegram;
pub mod vk;

pub use poll::{PollError, Poller};
pub use sender::{Outgoing, Sender, Sent};

/// A messenger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Telegram.
    Telegram,
    /// VK.
    Vk,
}

impl Channel {
    /// The word in the database and in routes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Vk => "vk",
        }
    }
}

/// One thing that happened, with the key that makes it happen once.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    /// Where it comes from: a lane's id, `timer`, `call`, `signal`. With `id` the key of the inbox.
    pub source: String,
    /// The platform's id of the update; unique within `source`.
    pub id: String,
    /// What it is.
    pub what: What,
}

/// What an update is about.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Somebody spoke to us in a private dialogue.
    Heard {
        /// Who.
        from: Speaker,
        /// What.
        heard: Heard,
        /// The press that waits for an answer, if it was one.
        press: Option<Press>,
    },
    /// Somebody speaks faster than we follow: it is taken in, and not acted on. Made by us, not by a platform.
    Hasty {
        /// Who.
        from: Speaker,
        /// The press that waits for an answer, if it was one.
        press: Option<Press>,
    },
    /// Somebody let us write, or forbade it.
    Reach {
        /// Who.
        from: Speaker,
        /// Whether we may write now.
        open: bool,
    },
    /// Something in a group chat that concerns us.
    Group(Group),
    /// A timer came due. Made by us, not by a platform.
    Due {
        /// Whose.
        person: PersonId,
        /// The run it was armed for.
        run: String,
        /// The wait it was armed for.
        wait: u32,
        /// Which.
        alarm: Alarm,
    },
    /// A signal is to be brought. Made by us, not by a platform.
    Signalled {
        /// Which.
        id: Uuid,
        /// To whose conversation.
        person: PersonId,
        /// Its name.
        signal: String,
        /// What it is about.
        about: Option<String>,
        /// What it brings, sealed.
        brings: Vec<u8>,
    },
    /// A call outside came back. Made by us, not by a platform.
    Returned {
        /// Whose.
        person: PersonId,
        /// The account that it was made for: the reply goes there.
        account: Option<AccountId>,
        /// The run that called.
        run: String,
        /// The call's number.
        seq: u32,
        /// What came of it.
        reply: Reply,
    },
    /// Understood, and no concern of ours: own echoes, events that we have no use for.
    Nothing,
}

/// Who spoke, as the platform knows them.
#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    /// The bot or community that was spoken to.
    pub lane: LaneId,
    /// The platform.
    pub channel: Channel,
    /// The platform's id of the user.
    pub user: String,
    /// Where to write back; in a private dialogue the user's id.
    pub chat: String,
    /// The platform's language tag, if it tells: `ru`, `en`, …
    pub lang: Option<String>,
    /// What the client can show, if the platform tells (VK).
    pub client: Option<Client>,
}

/// What a client can show. The default is everything: only VK tells otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Client {
    /// Reply keyboards.
    pub keyboard: bool,
    /// Buttons under a message.
    pub inline_keyboard: bool,
    /// Buttons that come back as an event instead of as a text.
    pub callback: bool,
    /// Buttons that open a link.
    pub open_link: bool,
    /// Buttons that open a mini app.
    pub open_app: bool,
}

impl Default for Client {
    fn default() -> Self {
        Self { keyboard: true, inline_keyboard: true, callback: true, open_link: true, open_app: true }
    }
}

/// What was said to us.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// `/start`, «Начать», a deep link.
    Start {
        /// What the link carried.
        payload: Option<String>,
    },
    /// Text, cut to 4,096 characters.
    Text(String),
    /// A button of ours: as an event, or as a text with our payload.
    Press {
        /// Our token.
        token: String,
    },
    /// A shared contact.
    Contact {
        /// As given.
        phone: String,
        /// How the sender's phone calls them, cut to 64 characters.
        name: String,
        /// Whether it is the sender's own.
        own: bool,
    },
    /// A photo.
    Photo,
    /// A document.
    File,
    /// Anything else.
    Unsupported {
        /// The platform's word for it.
        kind: String,
    },
}

/// A press that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Press {
    /// Telegram: the callback query's id. VK: the inner event id.
    pub id: String,
    /// VK also wants the user and the peer.
    pub user: String,
    /// The peer of the press.
    pub chat: String,
    /// The message whose button it was, as an edit names it; none where the platform does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Something in a group chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The bot or community.
    pub lane: LaneId,
    /// The platform.
    pub channel: Channel,
    /// The platform's id of the chat.
    pub chat: String,
    /// Its title, where the platform tells.
    pub title: Option<String>,
    /// What happened.
    pub event: GroupEvent,
}

/// What happened in a group chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupEvent {
    /// We were added.
    Joined,
    /// We were removed.
    Left,
    /// A group became a supergroup with this id.
    MovedTo(String),
    /// Somebody addressed us: a command, a mention.
    Addressed {
        /// What was said, our name and all, cut to 4,096 characters.
        said: String,
    },
    /// A button of ours was pressed in the group.
    Pressed(Press),
    /// Talk among people: none of our business.
    Talk,
}

/// Why a message did not go out. The sender decides, the lane acts; no string matching outside `channel`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Too fast, for this chat or for the whole bot. Not a try.
    #[error("too fast ({scope:?}), again after {after:?}")]
    TooFast {
        /// Exactly as the platform says.
        after: Duration,
        /// Where.
        scope: Scope,
    },
    /// It surely was not delivered, and may be tried again: a refused connection, a 5xx, VK's 1 and 10.
    #[error("not now: {0}")]
    Later(String),
    /// Nobody knows whether it was delivered: the connection broke after the request was written.
    #[error("unknown outcome: {0}")]
    Unknown(String),
    /// This person or chat can't be written to any more.
    #[error("gone: {0:?}")]
    Gone(Gone),
    /// The chat has another id now.
    #[error("chat moved to {0}")]
    Moved(String),
    /// Our own fault: it will never go out like this.
    #[error("refused ({code}): {why}")]
    Refused {
        /// The platform's code.
        code: i64,
        /// The platform's words.
        why: String,
    },
    /// The bot's own account is refused (token, ban): nothing goes out of this lane.
    #[error("the bot itself is refused ({code}): {why}")]
    Account {
        /// The platform's code.
        code: i64,
        /// The platform's words.
        why: String,
    },
}

/// How far a "too fast" reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This chat.
    Chat,
    /// The whole bot.
    Lane,
}

/// Why an update could not be read. Carries nothing of its content, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not JSON, or not an update of this platform: the platform must not have it acknowledged.
    #[error("not an update (line {line}, column {column})")]
    Malformed {
        /// Where reading stopped, from 1; 0 when it is JSON of another shape.
        line: usize,
        /// Where reading stopped.
        column: usize,
    },
    /// VK: the secret of the Callback API is missing or another.
    #[error("wrong secret")]
    WrongSecret,
    /// VK: the event belongs to another community.
    #[error("an event of another community")]
    WrongGroup,
}

impl ParseError {
    /// JSON of another shape than an update's.
    const SHAPE: Self = Self::Malformed { line: 0, column: 0 };
}

impl From<serde_json::Error> for ParseError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed { line: error.line(), column: error.column() }
    }
}

/// The longest text that is taken in, in characters; the rest is cut off. Telegram's own limit.
const HEARD_MAX: usize = 4096;
/// A shared contact's name, in characters.
const CONTACT_NAME_MAX: usize = 64;

/// The longest payload of a deep link that is taken in, in characters (Telegram's `startapp`, the longest of all).
const START_PAYLOAD_MAX: usize = 512;

/// The first `max` characters.
fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

/// Takes U+0000 out of every text: nobody types it and no database stores it, so an update with it could never be taken.
fn without_nul(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', ""),
        Value::Array(items) => items.iter_mut().for_each(without_nul),
        Value::Object(fields) => fields.values_mut().for_each(without_nul),
        _ => {}
    }
}

/// Why somebody can't be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// Blocked us, or never allowed us.
    Blocked,
    /// The account is deleted.
    Deactivated,
    /// We were removed from the chat.
    Kicked,
    /// There is no such chat.
    NotFound,
}
