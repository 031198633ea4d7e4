//! Buttons, and what a message brings of them.

use serde::{Deserialize, Serialize};

/// What pressing a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum Does {
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
pub(in crate::sandbox) struct Button {
    pub(in crate::sandbox) label: String,
    pub(in crate::sandbox) does: Does,
    /// Callback data, VK payload (JSON text) or the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) token: Option<String>,
    /// VK's colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) color: Option<String>,
}

/// Rows of buttons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::sandbox) struct Keyboard {
    /// Under the message; else in place of the phone's keyboard.
    pub(in crate::sandbox) inline: bool,
    /// Goes away after one press.
    pub(in crate::sandbox) one_time: bool,
    pub(in crate::sandbox) rows: Vec<Vec<Button>>,
}

/// What a message brings for the buttons.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sandbox) enum Markup {
    /// Nothing: what stands stays.
    Untouched,
    /// Buttons.
    Show(Keyboard),
    /// The standing keyboard goes away.
    Remove,
}

impl Markup {
    /// Whether a button of it opens a mini app.
    pub(in crate::sandbox) fn opens_app(&self) -> bool {
        let Self::Show(keyboard) = self else { return false };
        keyboard.rows.iter().flatten().any(|button| button.does == Does::App)
    }
}
