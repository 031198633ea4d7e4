//! A message that no platform owns.
//!
//! Two shapes: [`Said`] is what is decided and stored (keys, arguments, ids: never a name or a phone), [`Message`] is what
//! the lane makes of it just before sending, in the reader's language. A channel renders a [`Message`] into requests.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{BroadcastId, CodeId, PersonId, RequestId, TerritoryId, VerificationId};

/// Named arguments of a text.
pub type Args = BTreeMap<String, Value>;

/// A value in a flow, in a text's arguments, in an action's answer.
///
/// Personal data is referred to, not carried: [`Value::FirstName`] and [`Value::Phone`] are resolved when sending.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Words or digits, exactly as they are.
    Text(String),
    /// A whole number; Fluent's plural rules see it as a number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A moment, shown in the reader's zone.
    Moment(DateTime<Utc>),
    /// A day, shown without a year: «1 декабря».
    Day(NaiveDate),
    /// How many days there are yet to a day, counted when sending and where the reader lives; what says so once the day is over
    /// is not sent.
    DaysTo(NaiveDate),
    /// Texts by key, one a line, put into words when sending: what code composes for readers of any language.
    Lines(Vec<Words>),
    /// The first name of a person, looked up when sending.
    FirstName(PersonId),
    /// «Имя Ф.» of a person, looked up when sending.
    ShortName(PersonId),
    /// The phone of a verification, masked (`+7 916 ***-**-67`), looked up when sending.
    Phone(VerificationId),
    /// What somebody wrote for a phone in a request, masked, looked up when sending.
    RequestPhone(RequestId),
    /// The one-time code for the other messenger, made out again when sending.
    LinkCode(CodeId),
    /// The links by which somebody takes a role, one for each messenger, and the code in them; made out again when sending.
    Invitation(CodeId),
    /// The address of a page of ours that opens once; made out again when sending.
    Page(CodeId),
    /// The address of a page of ours that anybody may open, by its path.
    Site(String),
    /// A command as it must be written in a group for the bot to hear it, found when sending: `/chat@name` in Telegram,
    /// `@club1 /chat` in VK.
    Command(String),
    /// What somebody wrote for a broadcast, looked up when sending.
    Letter(BroadcastId),
    /// Why a proposal was refused, looked up when sending.
    Remark(RequestId),
    /// Whom to ask in a territory, looked up when sending.
    Contacts(TerritoryId),
    /// Several values.
    List(Vec<Value>),
    /// Named values.
    Record(BTreeMap<String, Value>),
}

impl Value {
    /// A field of a record.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Self> {
        if let Self::Record(fields) = self { fields.get(name) } else { None }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// A text by its key, with arguments: `verify_phone-code`, or an attribute of it: `verify_phone-code.hint`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// Fluent message id, with `.attribute` where one is meant.
    pub key: String,
    /// What the text's placeables are filled with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: Args,
}

impl Words {
    /// Words without arguments.
    #[must_use]
    pub fn plain(key: impl Into<String>) -> Self {
        Self { key: key.into(), args: Args::new() }
    }
}

/// A message as it is decided and stored: texts by key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// The body.
    pub words: Words,
    /// Buttons, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyboard: Option<SaidKeyboard>,
    /// A picture, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<SaidPicture>,
}

/// A picture as it is decided and stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaidPicture {
    /// The content's name for it. Where it is gone, the text goes without it.
    pub name: String,
    /// What can be seen on it.
    pub alt: Words,
}

/// Buttons as they are decided and stored: labels by key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaidKeyboard {
    /// Where the buttons stand.
    pub style: Style,
    /// In reading order; rows are the channel's affair.
    pub buttons: Vec<SaidButton>,
    /// What is typed is an answer, a number too: buttons that become lines have no numbers, one types what they say.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub free: bool,
}

/// One button as it is decided and stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaidButton {
    /// Its label.
    pub label: Words,
    /// What pressing it does.
    pub does: Offer,
}

/// What pressing a button will do, as it is decided and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// Begins a flow that has an `entry`, whatever else is going on: the button of a reminder or a broadcast. Whom it is for
    /// is known to the delivery, so that one body serves many.
    Begin {
        /// The flow, at most 21 letters.
        flow: String,
        /// What its one argument is filled with: at most 32 letters, digits and `-`. Whoever has the button can make it
        /// say something else, so the flow's actions judge it.
        with: Option<String>,
    },
    /// Opens the mini app. Which app that is, the lane knows; where there is none, the button is left out.
    App,
    /// The same for everybody.
    #[serde(untagged)]
    Plain(Does),
}

/// Where buttons stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Under the message.
    Inline,
    /// In place of the phone's keyboard, until replaced.
    Reply,
    /// No buttons, and those of an earlier [`Style::Reply`] go away.
    Remove,
}

/// What pressing a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Comes back to us with this token (≤ 64 bytes).
    Press(String),
    /// Opens a link.
    Open(String),
    /// Opens the mini app within the messenger; a client that has no such buttons gets a link.
    App(App),
    /// Offers to share one's own phone (Telegram, reply keyboards only; elsewhere the button is left out).
    ShareContact,
}

/// The mini app as one messenger knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum App {
    /// Telegram: a page that it opens with a proof of who does.
    Page(String),
    /// VK: an app that is known there by its number.
    Numbered {
        /// The app's number.
        app: u64,
        /// The community that it is opened for.
        community: i64,
    },
}

/// A message in words, ready to be rendered by a channel.
///
/// `text` may hold the neutral marks `*bold*`, `_italic_` and `[label](https://…)`; a backslash takes a mark's meaning away.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The body with neutral marks.
    pub text: String,
    /// Buttons, if any.
    pub keyboard: Option<Keyboard>,
    /// A picture, if any.
    pub picture: Option<Picture>,
}

/// A picture of the content, as a file.
#[derive(Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// Of its bytes: what was uploaded is known by it.
    pub hash: String,
    /// `image/png`, `image/jpeg`.
    pub mime: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A picture, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The file.
    pub file: Arc<PictureFile>,
    /// What can be seen on it.
    pub alt: String,
    /// What the messenger calls it, where it was uploaded before.
    pub handle: Option<String>,
}

impl Picture {
    /// What it is known by where it was uploaded: hashes of the file's bytes, and of what it is called there.
    #[must_use]
    pub fn key(&self) -> (String, String) {
        (self.file.hash.clone(), hex::encode(&Sha256::digest(&self.alt)[..16]))
    }
}

/// Buttons in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyboard {
    /// Where the buttons stand.
    pub style: Style,
    /// In reading order.
    pub buttons: Vec<Button>,
    /// What is typed is an answer, a number too: buttons that become lines have no numbers.
    pub free: bool,
}

/// One button in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// Its label.
    pub label: String,
    /// What pressing it does.
    pub does: Does,
}
