//! What each channel can carry. Renderers keep to these numbers, and `flows check` measures texts and labels by them.
//!
//! Lengths are UTF-16 code units ([`units`]) unless a field says otherwise: Telegram counts entity offsets so, and a text
//! that fits in UTF-16 units fits in characters too.

/// The limits of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// A message's text, after marks are taken out.
    pub text: usize,
    /// The text under a picture.
    pub caption: usize,
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

/// Telegram: <https://core.telegram.org/bots/api#sendmessage> (text 1–4096 after entity parsing), `#sendphoto` (caption 1024),
/// `#inlinekeyboardbutton` (`callback_data` 1–64 bytes), `#answercallbackquery` (200); 8 inline buttons a row and 100 in
/// all are what the server takes. Nothing is documented for reply keyboards and labels: the same grid, and a label that a
/// phone still shows.
pub const TELEGRAM: Profile = Profile {
    text: 4096,
    caption: 1024,
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
    caption: 9000,
    label: 40,
    payload: 255,
    toast: 90,
    inline: Grid { per_row: 5, rows: 6, buttons: 10 },
    reply: Grid { per_row: 5, rows: 10, buttons: 40 },
};

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

/// What still reads well side by side: a row's buttons share its width, so the longest label counts for all.
const ROW_UNITS: usize = 34;
/// What a button's edges take of it.
const EDGES: usize = 2;
/// The longest label that reads well in a row of its own.
pub(crate) const ROW_LABEL: usize = ROW_UNITS - EDGES;

/// The buttons in rows, in order; one for which `alone` says so takes a whole row. `None`: the grid has no place for all.
pub(crate) fn rows<B>(
    buttons: Vec<B>,
    grid: Grid,
    label: impl Fn(&B) -> &str,
    alone: impl Fn(&B) -> bool,
) -> Option<Vec<Vec<B>>> {
    if buttons.len() > grid.buttons {
        return None;
    }
    let together = |row: &[B]| row.len() <= grid.per_row && (row.len() == 1 || !row.iter().any(&alone));
    let readable =
        |row: &[B]| (row.iter().map(|button| units(label(button))).max().unwrap_or(0) + EDGES) * row.len() <= ROW_UNITS;
    let airy = lengths(&buttons, |row| together(row) && (row.len() == 1 || readable(row)));
    let lengths = if airy.len() <= grid.rows { airy } else { lengths(&buttons, together) };
    let mut buttons = buttons.into_iter();
    (lengths.len() <= grid.rows)
        .then(|| lengths.iter().map(|length| buttons.by_ref().take(*length).collect()).collect())
}

/// How many buttons go into each row, as many as `fits` lets; at least one.
fn lengths<B>(buttons: &[B], fits: impl Fn(&[B]) -> bool) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut rest = buttons;
    while !rest.is_empty() {
        let length = (2..=rest.len()).take_while(|length| fits(&rest[..*length])).last().unwrap_or(1);
        lengths.push(length);
        rest = &rest[length..];
    }
    lengths
}
