//! The people, the groups and their chats: what a phone would show.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::limit::Bucket;

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
/// Bubbles kept per chat.
const KEPT: usize = 2_000;
/// VK drops a repeated `random_id` within this time …
const RANDOM_ID_LIVES: Duration = Duration::from_secs(3_600);
/// … and within so many messages of the dialogue.
const RANDOM_ID_MESSAGES: u64 = 100;

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
    /// It has become the supergroup with this id.
    pub(super) moved_to: Option<i64>,
}

/// What kind of thing a bubble holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Holds {
    Text,
    Photo,
    Document,
    Sticker,
    Voice,
    Contact,
    /// «X joined the group» and the like.
    Service,
}

/// What pressing a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Does {
    /// Sends an event to the bot.
    Callback,
    /// Sends its label as a message.
    Text,
    /// Shares one's own phone.
    Contact,
    /// Shares where one is.
    Location,
    /// Opens a link.
    Link,
    /// Opens a mini app.
    App,
    /// Something else.
    Other,
}

/// One button.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Button {
    pub(super) label: String,
    pub(super) does: Does,
    /// Callback data, VK payload (JSON text) or the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<String>,
    /// VK's colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) color: Option<String>,
}

/// Rows of buttons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Keyboard {
    /// Under the message; else in place of the phone's keyboard.
    pub(super) inline: bool,
    /// Goes away after one press.
    pub(super) one_time: bool,
    pub(super) rows: Vec<Vec<Button>>,
}

/// What a message brings for the buttons.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Markup {
    /// Nothing: what stands stays.
    Untouched,
    /// Buttons.
    Show(Keyboard),
    /// The standing keyboard goes away.
    Remove,
}

/// A file as the stand-ins keep it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) size: usize,
}

/// One message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Bubble {
    /// Telegram's `message_id`, VK's `id`; grows over all chats of a line.
    pub(super) id: i64,
    /// VK's `conversation_message_id`; grows within the chat.
    pub(super) place: i64,
    /// Who wrote it; `None`: the bot.
    pub(super) author: Option<i64>,
    pub(super) holds: Holds,
    pub(super) text: String,
    pub(super) at: DateTime<Utc>,
    pub(super) keyboard: Option<Keyboard>,
    /// Telegram: entities.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(super) entities: Value,
    /// Telegram: the inline markup as given.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(super) markup: Value,
    /// What else the platform's message holds (contact, service fields, payload).
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(super) extra: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<File>,
    #[serde(default)]
    pub(super) edited: bool,
    #[serde(default)]
    pub(super) random_id: i32,
}

impl Bubble {
    /// A text, not yet placed in a chat.
    pub(super) fn text(author: Option<i64>, text: impl Into<String>, at: DateTime<Utc>) -> Self {
        Self {
            id: 0,
            place: 0,
            author,
            holds: Holds::Text,
            text: text.into(),
            at,
            keyboard: None,
            entities: Value::Null,
            markup: Value::Null,
            extra: Value::Null,
            file: None,
            edited: false,
            random_id: 0,
        }
    }
}

/// A press of an inline button: no bubble, but part of the story.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Pressed {
    /// The last bubble before it.
    pub(super) after: i64,
    pub(super) label: String,
    pub(super) at: DateTime<Utc>,
}

/// A short answer to a press.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Toast {
    pub(super) text: String,
    pub(super) alert: bool,
    pub(super) at: DateTime<Utc>,
    /// The person whose press it answers.
    pub(super) person: i64,
    /// The last bubble before that press.
    #[serde(default)]
    pub(super) after: i64,
}

/// What has passed between one line and one person or group.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Chat {
    pub(super) bubbles: VecDeque<Bubble>,
    pub(super) places: i64,
    pub(super) presses: Vec<Pressed>,
    pub(super) toasts: VecDeque<Toast>,
    /// The keyboard in place of the phone's own, with the id of the message that brought it.
    pub(super) standing: Option<(i64, Keyboard)>,
    /// The person has written, or has allowed us to.
    pub(super) met: bool,
    /// The person has blocked us.
    pub(super) blocked: bool,
    #[serde(skip)]
    pub(super) typing_until: Option<Instant>,
    #[serde(skip)]
    pub(super) bucket: Bucket,
    #[serde(skip)]
    randoms: HashMap<i32, (u64, Instant, i64)>,
    #[serde(skip)]
    sent: u64,
}

impl Chat {
    /// Finds a bubble by its id. Ids grow, so this halves its way.
    pub(super) fn bubble(&mut self, id: i64) -> Option<&mut Bubble> {
        let at = self.bubbles.binary_search_by_key(&id, |bubble| bubble.id).ok()?;
        self.bubbles.get_mut(at)
    }

    /// Finds a bubble by its place within the chat.
    pub(super) fn at_place(&mut self, place: i64) -> Option<&mut Bubble> {
        let at = self.bubbles.binary_search_by_key(&place, |bubble| bubble.place).ok()?;
        self.bubbles.get_mut(at)
    }

    pub(super) fn last_id(&self) -> i64 {
        self.bubbles.back().map_or(0, |bubble| bubble.id)
    }

    /// Puts a bubble at the end; the standing keyboard follows `markup`.
    pub(super) fn put(&mut self, mut bubble: Bubble, id: i64, markup: Markup) -> &mut Bubble {
        self.places += 1;
        bubble.id = id;
        bubble.place = self.places;
        match markup {
            Markup::Untouched => {}
            Markup::Remove => self.standing = None,
            Markup::Show(keyboard) => {
                if !keyboard.inline {
                    self.standing = Some((id, keyboard.clone()));
                }
                bubble.keyboard = Some(keyboard);
            }
        }
        self.typing_until = None;
        if self.bubbles.len() >= KEPT {
            self.bubbles.pop_front();
        }
        self.bubbles.push_back(bubble);
        let last = self.bubbles.len() - 1;
        &mut self.bubbles[last]
    }

    /// The message that a repeated `random_id` already made.
    pub(super) fn seen(&self, random_id: i32, now: Instant) -> Option<i64> {
        let (sent, at, id) = self.randoms.get(&random_id)?;
        let fresh = now.saturating_duration_since(*at) < RANDOM_ID_LIVES && self.sent - sent < RANDOM_ID_MESSAGES;
        fresh.then_some(*id)
    }

    /// Remembers the `random_id` of a message that is sent now.
    pub(super) fn remember(&mut self, random_id: i32, id: i64, now: Instant) {
        self.sent += 1;
        if random_id == 0 {
            return;
        }
        self.randoms.insert(random_id, (self.sent, now, id));
        if self.randoms.len() > 2 * RANDOM_ID_MESSAGES as usize {
            let sent = self.sent;
            self.randoms.retain(|_, (at, ..)| sent - *at < RANDOM_ID_MESSAGES);
        }
    }

    pub(super) fn toast(&mut self, mut toast: Toast) {
        toast.after = self.presses.last().map_or_else(|| self.last_id(), |pressed| pressed.after);
        if self.toasts.len() >= 20 {
            self.toasts.pop_front();
        }
        self.toasts.push_back(toast);
    }

    /// What only lives in memory is made again after loading.
    pub(super) fn wake(&mut self, now: Instant) {
        let known: Vec<_> = self.bubbles.iter().filter(|b| b.random_id != 0).map(|b| (b.random_id, b.id)).collect();
        for (random_id, id) in known {
            self.remember(random_id, id, now);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn a_random_id_is_dropped_within_an_hour_and_a_hundred_messages_of_its_dialogue() {
        let now = clock::tick();
        let mut chat = Chat::default();
        chat.remember(7, 1, now);
        assert_eq!(chat.seen(7, now), Some(1));
        assert_eq!(chat.seen(8, now), None);
        assert_eq!(chat.seen(7, now + Duration::from_secs(3_599)), Some(1));
        assert_eq!(chat.seen(7, now + Duration::from_secs(3_600)), None);
        for id in 2..=100 {
            chat.remember(100 + i32::try_from(id).unwrap(), id, now);
        }
        assert_eq!(chat.seen(7, now), Some(1));
        chat.remember(999, 101, now);
        assert_eq!(chat.seen(7, now), None);
        assert_eq!(Chat::default().seen(7, now), None);
    }

    #[test]
    fn a_standing_keyboard_stays_until_it_is_replaced_or_removed() {
        let at = DateTime::UNIX_EPOCH;
        let mut chat = Chat::default();
        let keyboard = |inline| Keyboard { inline, ..Keyboard::default() };
        chat.put(Bubble::text(None, "a", at), 1, Markup::Show(keyboard(false)));
        chat.put(Bubble::text(None, "b", at), 2, Markup::Untouched);
        chat.put(Bubble::text(None, "c", at), 3, Markup::Show(keyboard(true)));
        assert_eq!(chat.standing.as_ref().map(|(id, _)| *id), Some(1));
        chat.put(Bubble::text(None, "d", at), 4, Markup::Remove);
        assert!(chat.standing.is_none());
        assert!(chat.bubble(3).is_some_and(|bubble| bubble.keyboard.is_some()));
    }
}
