//! What each channel can carry. Renderers keep to these numbers, and `flows check` measures texts and labels by them.
//!
//! Lengths are UTF-16 code units ([`units`]) unless a field says otherwise: Telegram counts entity offsets so, and a text
//! that fits in UTF-16 units fits in characters too.

use super::Channel;

/// The limits of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// A message's text, after marks are taken out.
    pub text: usize,
    /// A button's label.
    pub label: usize,
    /// What a button carries, in **bytes**.
    pub payload: usize,
    /// The short answer to a press.
    pub toast: usize,
    /// Buttons under a message.
    pub inline: Grid,
    /// Buttons in place of the phone's keyboard.
    pub reply: Grid,
}

/// How many buttons a keyboard may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// In one row.
    pub per_row: usize,
    /// Rows.
    pub rows: usize,
    /// In all.
    pub buttons: usize,
}

/// Telegram: <https://core.telegram.org/bots/api#sendmessage> (text 1–4096 after entity parsing),
/// `#inlinekeyboardbutton` (`callback_data` 1–64 bytes), `#answercallbackquery` (200); 8 inline buttons a row and 100 in
/// all are what the server takes. Nothing is documented for reply keyboards and labels: the same grid, and a label that a
/// phone still shows.
pub const TELEGRAM: Profile = Profile {
    text: 4096,
    label: 128,
    payload: 64,
    toast: 200,
    inline: Grid { per_row: 8, rows: 100, buttons: 100 },
    reply: Grid { per_row: 8, rows: 100, buttons: 100 },
};

/// VK: <https://dev.vk.com/method/messages.send> (text 9000), <https://dev.vk.com/api/bots/development/keyboard> (standard
/// 5 × 10 and 40 in all, inline 5 × 6 and 10 in all, label 40, payload 255),
/// <https://dev.vk.com/method/messages.sendMessageEventAnswer> (snackbar 90).
pub const VK: Profile = Profile {
    text: 9000,
    label: 40,
    payload: 255,
    toast: 90,
    inline: Grid { per_row: 5, rows: 6, buttons: 10 },
    reply: Grid { per_row: 5, rows: 10, buttons: 40 },
};

impl Channel {
    /// What the channel can carry.
    #[must_use]
    pub const fn profile(self) -> &'static Profile {
        match self {
            Self::Telegram => &TELEGRAM,
            Self::Vk => &VK,
        }
    }
}

/// Length in UTF-16 code units.
#[must_use]
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The text within `max` units; where something is cut off, «…» says so.
#[must_use]
pub fn shorten(text: &str, max: usize) -> String {
    if units(text) <= max {
        return text.to_owned();
    }
    let mut left = max.saturating_sub(1);
    let kept = text.chars().take_while(|letter| match left.checked_sub(letter.len_utf16()) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    });
    let mut short = kept.collect::<String>().trim_end().to_owned();
    short.push('…');
    short
}
