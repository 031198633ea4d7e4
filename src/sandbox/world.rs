//! The people, the groups and their chats: what a phone would show.

mod chat;
mod keyboard;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub(super) use chat::{Bubble, Chat, File, Holds, Pressed, Toast};
pub(super) use keyboard::{Button, Does, Keyboard, Markup};

/// Who speaks on the engine's side: a Telegram bot's id, or a VK community's id with a minus.
pub(super) type Line = i64;

/// Telegram users get ids over 2³², as many real ones have.
const FIRST_TELEGRAM_USER: i64 = 5_000_000_001;
/// VK users.
const FIRST_VK_USER: i64 = 500_000_001;
/// VK conversations.
pub(super) const VK_CONVERSATION: i64 = 2_000_000_000;
/// Telegram basic groups.
const FIRST_TELEGRAM_GROUP: i64 = -4_000_000_001;
/// A messenger that has a stand-in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Messenger {
    Telegram,
    Vk,
}

/// A made-up human with one account in one messenger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Person {
    /// The platform's user id, and the chat id of the private dialogue.
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) channel: Messenger,
    /// The phone of the account, for Telegram's contact button.
    pub(super) phone: Option<String>,
    pub(super) lang: String,
    /// An old VK client: no keyboards.
    #[serde(default)]
    pub(super) old_client: bool,
    /// The account is deleted.
    #[serde(default)]
    pub(super) deactivated: bool,
}

impl Person {
    /// First and last name.
    pub(super) fn names(&self) -> (&str, Option<&str>) {
        match self.name.split_once(' ') {
            Some((first, last)) => (first, Some(last)),
            None => (&self.name, None),
        }
    }
}

/// A group chat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) channel: Messenger,
    pub(super) people: Vec<i64>,
    /// The bots in it.
    pub(super) lines: Vec<Line>,
    pub(super) supergroup: bool,
    /// The bots in it hear everything, not only what is meant for them: in Telegram because they are administrators, in VK
    /// because they were given access to the whole conversation.
    #[serde(default)]
    pub(super) hears_all: bool,
    /// It has become the supergroup with this id.
    pub(super) moved_to: Option<i64>,
}

impl Group {
    /// Whether a bot hears a text that somebody writes here. By default it hears what calls it by one of these names (as many
    /// letters or digits may follow as none) and, in Telegram, a command that is for no other bot.
    pub(super) fn is_heard(&self, text: &str, names: &[String]) -> bool {
        if self.hears_all {
            return true;
        }
        let command = text.strip_prefix('/').filter(|_| self.channel == Messenger::Telegram);
        let command = command.and_then(|rest| rest.split_whitespace().next());
        if command.is_some_and(|command| !command.contains('@')) {
            return true;
        }
        let text = text.to_lowercase();
        let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
        names
            .iter()
            .any(|name| text.match_indices(&name.to_lowercase()).any(|(at, found)| ends(&text[at + found.len()..])))
    }
}

/// Everybody and everything.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) people: HashMap<i64, Person>,
    pub(super) groups: HashMap<i64, Group>,
    pub(super) chats: HashMap<(Line, i64), Chat>,
    /// The last message id of each line.
    pub(super) messages: HashMap<Line, i64>,
    made: [i64; 4],
}

impl World {
    /// A new account in a messenger.
    pub(super) fn add_person(&mut self, name: &str, channel: Messenger) -> &mut Person {
        let (slot, first) = match channel {
            Messenger::Telegram => (0, FIRST_TELEGRAM_USER),
            Messenger::Vk => (1, FIRST_VK_USER),
        };
        let id = first + self.made[slot];
        self.made[slot] += 1;
        let person = Person {
            id,
            name: name.to_owned(),
            channel,
            phone: None,
            lang: "ru".to_owned(),
            old_client: false,
            deactivated: false,
        };
        self.people.entry(id).or_insert(person)
    }

    /// A new group chat, nobody in it.
    pub(super) fn add_group(&mut self, title: &str, channel: Messenger, supergroup: bool) -> &mut Group {
        let id = match (channel, supergroup) {
            (Messenger::Telegram, false) => FIRST_TELEGRAM_GROUP - self.made[2],
            (Messenger::Telegram, true) => -1_002_000_000_001 - self.made[2],
            (Messenger::Vk, _) => VK_CONVERSATION + 1 + self.made[3],
        };
        self.made[if channel == Messenger::Telegram { 2 } else { 3 }] += 1;
        let group = Group {
            id,
            title: title.to_owned(),
            channel,
            people: Vec::new(),
            lines: Vec::new(),
            supergroup,
            hears_all: false,
            moved_to: None,
        };
        self.groups.entry(id).or_insert(group)
    }

    /// After loading: new ids go on behind those that are there.
    pub(super) fn count_anew(&mut self) {
        let next =
            |ids: &mut dyn Iterator<Item = i64>, first: i64| ids.map(|id| id - first + 1).max().unwrap_or(0).max(0);
        self.made = [
            next(&mut self.people.keys().copied().filter(|id| *id >= FIRST_TELEGRAM_USER), FIRST_TELEGRAM_USER),
            next(&mut self.people.keys().copied().filter(|id| *id < FIRST_TELEGRAM_USER), FIRST_VK_USER),
            i64::try_from(self.groups.keys().filter(|id| **id < 0).count()).unwrap_or(0),
            next(&mut self.groups.keys().copied().filter(|id| *id > 0), VK_CONVERSATION + 1),
        ];
    }

    pub(super) fn chat(&mut self, line: Line, chat: i64) -> &mut Chat {
        self.chats.entry((line, chat)).or_default()
    }

    /// The next message id of a line.
    pub(super) fn next_id(&mut self, line: Line) -> i64 {
        let last = self.messages.entry(line).or_insert(0);
        *last += 1;
        *last
    }
}
