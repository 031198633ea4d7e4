//! One chat: its bubbles, presses and toasts, and what stands in place of the phone's keyboard.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Keyboard, Markup};
use crate::sandbox::limit::Bucket;

/// Bubbles kept per chat.
const KEPT: usize = 2_000;
/// VK drops a repeated `random_id` within this time …
const RANDOM_ID_LIVES: Duration = Duration::from_secs(3_600);
/// … and within so many messages of the dialogue.
const RANDOM_ID_MESSAGES: u64 = 100;

/// What kind of thing a bubble holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum Holds {
    Text,
    Photo,
    Document,
    Sticker,
    Voice,
    Contact,
    /// «X joined the group» and the like.
    Service,
}

/// A file as the stand-ins keep it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::sandbox) struct File {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) mime: String,
    pub(in crate::sandbox) size: usize,
}

/// One message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::sandbox) struct Bubble {
    /// Telegram's `message_id`, VK's `id`; grows over all chats of a line.
    pub(in crate::sandbox) id: i64,
    /// VK's `conversation_message_id`; grows within the chat.
    pub(in crate::sandbox) place: i64,
    /// Who wrote it; `None`: the bot.
    pub(in crate::sandbox) author: Option<i64>,
    pub(in crate::sandbox) holds: Holds,
    pub(in crate::sandbox) text: String,
    pub(in crate::sandbox) at: DateTime<Utc>,
    pub(in crate::sandbox) keyboard: Option<Keyboard>,
    /// Telegram: entities.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(in crate::sandbox) entities: Value,
    /// Telegram: the inline markup as given.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(in crate::sandbox) markup: Value,
    /// What else the platform's message holds (contact, service fields, payload).
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(in crate::sandbox) extra: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) file: Option<File>,
    /// The id of the bubble that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) answers: Option<i64>,
    #[serde(default)]
    pub(in crate::sandbox) edited: bool,
    #[serde(default)]
    pub(in crate::sandbox) random_id: i32,
}

impl Bubble {
    /// A text, not yet placed in a chat.
    pub(in crate::sandbox) fn text(author: Option<i64>, text: impl Into<String>, at: DateTime<Utc>) -> Self {
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
            answers: None,
            edited: false,
            random_id: 0,
        }
    }
}

/// A press of an inline button: no bubble, but part of the story.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::sandbox) struct Pressed {
    /// The last bubble before it.
    pub(in crate::sandbox) after: i64,
    pub(in crate::sandbox) label: String,
    pub(in crate::sandbox) at: DateTime<Utc>,
}

/// A short answer to a press.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::sandbox) struct Toast {
    pub(in crate::sandbox) text: String,
    pub(in crate::sandbox) alert: bool,
    pub(in crate::sandbox) at: DateTime<Utc>,
    /// The person whose press it answers.
    pub(in crate::sandbox) person: i64,
    /// The last bubble before that press.
    #[serde(default)]
    pub(in crate::sandbox) after: i64,
}

/// What has passed between one line and one person or group.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::sandbox) struct Chat {
    pub(in crate::sandbox) bubbles: VecDeque<Bubble>,
    pub(in crate::sandbox) places: i64,
    pub(in crate::sandbox) presses: Vec<Pressed>,
    pub(in crate::sandbox) toasts: VecDeque<Toast>,
    /// The keyboard in place of the phone's own, with the id of the message that brought it.
    pub(in crate::sandbox) standing: Option<(i64, Keyboard)>,
    /// The person has written, or has allowed us to.
    pub(in crate::sandbox) met: bool,
    /// The person has blocked us.
    pub(in crate::sandbox) blocked: bool,
    #[serde(skip)]
    pub(in crate::sandbox) typing_until: Option<Instant>,
    #[serde(skip)]
    pub(in crate::sandbox) bucket: Bucket,
    #[serde(skip)]
    randoms: HashMap<i32, (u64, Instant, i64)>,
    #[serde(skip)]
    sent: u64,
}

impl Chat {
    /// Where the bubble with this id is. Ids grow, so this halves its way.
    pub(in crate::sandbox) fn index(&self, id: i64) -> Option<usize> {
        self.bubbles.binary_search_by_key(&id, |bubble| bubble.id).ok()
    }

    /// Finds a bubble by its id.
    pub(in crate::sandbox) fn bubble(&mut self, id: i64) -> Option<&mut Bubble> {
        let at = self.index(id)?;
        self.bubbles.get_mut(at)
    }

    /// Finds a bubble by its place within the chat.
    pub(in crate::sandbox) fn at_place(&mut self, place: i64) -> Option<&mut Bubble> {
        let at = self.bubbles.binary_search_by_key(&place, |bubble| bubble.place).ok()?;
        self.bubbles.get_mut(at)
    }

    pub(in crate::sandbox) fn last_id(&self) -> i64 {
        self.bubbles.back().map_or(0, |bubble| bubble.id)
    }

    /// Puts a bubble at the end; the standing keyboard follows `markup`.
    pub(in crate::sandbox) fn put(&mut self, mut bubble: Bubble, id: i64, markup: Markup) -> &mut Bubble {
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
    pub(in crate::sandbox) fn seen(&self, random_id: i32, now: Instant) -> Option<i64> {
        let (sent, at, id) = self.randoms.get(&random_id)?;
        let fresh = now.saturating_duration_since(*at) < RANDOM_ID_LIVES && self.sent - sent < RANDOM_ID_MESSAGES;
        fresh.then_some(*id)
    }

    /// Remembers the `random_id` of a message that is sent now.
    pub(in crate::sandbox) fn remember(&mut self, random_id: i32, id: i64, now: Instant) {
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

    pub(in crate::sandbox) fn toast(&mut self, mut toast: Toast) {
        toast.after = self.presses.last().map_or_else(|| self.last_id(), |pressed| pressed.after);
        if self.toasts.len() >= 20 {
            self.toasts.pop_front();
        }
        self.toasts.push_back(toast);
    }

    /// What only lives in memory is made again after loading.
    pub(in crate::sandbox) fn wake(&mut self, now: Instant) {
        let known: Vec<_> = self.bubbles.iter().filter(|b| b.random_id != 0).map(|b| (b.random_id, b.id)).collect();
        for (random_id, id) in known {
            self.remember(random_id, id, now);
        }
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
