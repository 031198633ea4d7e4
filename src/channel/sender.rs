//! Sending, whatever the channel.

use super::{Channel, Client, Press, SendError, http::File, telegram, vk};
use crate::message::{Message, Picture, PictureFile};

/// One thing to be sent.
#[derive(Clone, Copy, Debug)]
pub enum Outgoing<'m> {
    /// A new message.
    Send {
        /// The platform's id of the chat.
        chat: &'m str,
        /// What.
        message: &'m Message,
        /// What the reader's client can show.
        client: &'m Client,
        /// VK: makes a repeat harmless; deterministic and not zero. Telegram has nothing like it.
        random_id: i32,
    },
    /// Another text in place of an earlier one.
    Edit {
        /// The platform's id of the chat.
        chat: &'m str,
        /// As [`Sent::message_id`] gave it.
        message_id: &'m str,
        /// What stands there from now on.
        message: &'m Message,
        /// What the reader's client can show.
        client: &'m Client,
    },
    /// Takes an earlier message away, from its reader too.
    Delete {
        /// The platform's id of the chat.
        chat: &'m str,
        /// As [`Sent::message_id`] gave it.
        message_id: &'m str,
    },
    /// The answer to a button press; without a text the button only stops waiting.
    Answer {
        /// Which press.
        press: &'m Press,
        /// A short notice.
        text: Option<&'m str>,
    },
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The platform's id of the (last) message, for a later edit. Opaque.
    pub message_id: Option<String>,
}

/// The way out to one bot's platform. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Sender {
    /// A Telegram bot.
    Telegram(telegram::Api),
    /// A VK community.
    Vk(vk::Client),
}

/// A picture is left out, and somebody should know.
pub(crate) fn without_picture(channel: Channel, picture: &Picture, why: &str) {
    metrics::counter!("pictures_left_out_total", "channel" => channel.as_str()).increment(1);
    tracing::warn!(channel = channel.as_str(), picture = picture.file.hash, "a text goes without its picture: {why}");
}

/// The file of a picture, as it goes up.
pub(super) fn file<'p>(picture: &'p Picture, field: &'p str) -> File<'p> {
    let PictureFile { hash, mime, bytes } = &*picture.file;
    File { field, name: &picture.alt, mime, hash, bytes }
}

impl Sender {
    /// Sends one thing and says exactly what became of it.
    ///
    /// A picture that the platform does not take is left out: the text goes without it.
    ///
    /// A text over the channel's limit goes out in several requests. When a later one fails, the error is that one's and a
    /// retry begins at the first again: VK drops the repeats by their `random_id`, Telegram shows them twice.
    ///
    /// `uploaded`: what the platform calls the picture that went up for it, told as soon as it is known. It stays good
    /// whatever becomes of the message.
    ///
    /// # Errors
    /// [`SendError`] carries the fate: again later, never again, or nobody knows.
    pub async fn send(&self, out: &Outgoing<'_>, uploaded: &mut Option<String>) -> Result<Sent, SendError> {
        match self {
            Self::Telegram(api) => telegram::send(api, out, uploaded).await,
            Self::Vk(client) => vk::send(client, out, uploaded).await,
        }
    }
}
