//! A message as VK's requests. Pure.

use serde_json::json;

use super::{client::messages::MessageId, keyboard};
use crate::{
    channel::{
        Client, layout,
        marks::{self, Marked},
        profile::{VK, shorten},
    },
    message::{Message, Picture},
};

/// A request as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// `messages.send`
    Send {
        /// The peer.
        peer_id: i64,
        /// Makes a repeat harmless.
        random_id: i32,
        /// Plain text.
        text: String,
        /// A keyboard as JSON.
        keyboard: Option<String>,
        /// The picture, once it is uploaded.
        attachment: Option<String>,
    },
    /// `messages.edit`
    Edit {
        /// The peer.
        peer_id: i64,
        /// Which message.
        id: MessageId,
        /// Plain text.
        text: String,
        /// A keyboard as JSON.
        keyboard: Option<String>,
        /// The picture, once it is uploaded.
        attachment: Option<String>,
    },
    /// `messages.delete`
    Delete {
        /// The peer.
        peer_id: i64,
        /// Which message.
        id: MessageId,
    },
}

/// A new message: one request, or several where the text is over the limit; buttons stand under the last. Each part has a
/// `random_id` of its own, made from the given one.
#[must_use]
pub fn render(peer_id: i64, message: &Message, client: &Client, random_id: i32) -> Vec<Request> {
    let laid = message.keyboard.as_ref().map(|buttons| keyboard::lay(buttons, client));
    let (json, lines) = laid.map_or((None, String::new()), |laid| (laid.json, laid.lines));
    let parts = parts(&words(message, client), &lines);
    let last = parts.len().saturating_sub(1);
    let picture = shown(message, client).and_then(|picture| picture.handle.clone());
    let send = |(at, text): (usize, String)| Request::Send {
        peer_id,
        random_id: part_id(random_id, at),
        text,
        keyboard: json.clone().filter(|_| at == last),
        attachment: picture.clone().filter(|_| at == 0),
    };
    parts.into_iter().enumerate().map(send).collect()
}

/// Another text in place of an earlier one. An edit cannot grow into several messages: what is over the limit is cut.
#[must_use]
pub fn edit(peer_id: i64, id: MessageId, message: &Message, client: &Client) -> Request {
    let laid = message.keyboard.as_ref().map(|buttons| keyboard::relay(buttons, client));
    let (keyboard, lines) = laid.map_or((None, String::new()), |laid| (laid.json, laid.lines));
    let text = parts(&words(message, client), &lines).into_iter().next().unwrap_or_default();
    let attachment = shown(message, client).and_then(|picture| picture.handle.clone());
    Request::Edit { peer_id, id, text, keyboard, attachment }
}

/// The picture that this client is sent: one of long ago gets its words.
pub(super) fn shown<'m>(message: &'m Message, client: &Client) -> Option<&'m Picture> {
    message.picture.as_ref().filter(|_| client.keyboard)
}

fn words(message: &Message, client: &Client) -> String {
    match &message.picture {
        Some(picture) if !client.keyboard => format!("({})\n{}", marks::escape(&picture.alt), message.text),
        _ => message.text.clone(),
    }
}

/// What a press of a callback button shows, as `event_data`.
#[must_use]
pub fn answer(text: &str) -> String {
    let text = shorten(&marks::plain(&marks::read(text)), VK.toast);
    json!({ "type": "show_snackbar", "text": text }).to_string()
}

/// A blank text still gives one part: VK's refusal tells of our mistake, silence would not.
fn parts(text: &str, lines: &str) -> Vec<String> {
    let text = marks::plain(&marks::read(&layout::with_lines(text, lines)));
    let parts: Vec<_> = Marked { text, spans: Vec::new() }.split(VK.text).into_iter().map(|part| part.text).collect();
    if parts.is_empty() { vec![String::new()] } else { parts }
}

/// The given id for the first part, others for the rest: the same again for a repeat, and never zero.
fn part_id(random_id: i32, part: usize) -> i32 {
    // The golden ratio's odd multiplier scatters neighbours, so parts of neighbouring messages do not meet.
    let step = u32::try_from(part).unwrap_or(u32::MAX).wrapping_mul(0x9E37_79B9).cast_signed();
    match random_id.wrapping_add(step) {
        0 => 1,
        id => id,
    }
}
