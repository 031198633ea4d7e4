//! `messages.*`.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{ApiError, Client, Error};

/// Parameters of [`send`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Send<'m> {
    /// At most 100 users, communities or conversations (2000000000 + n).
    pub peer_ids: &'m [i64],
    /// Not zero. A repeat in the same dialogue within about an hour is dropped.
    pub random_id: i32,
    /// At most 9000 characters.
    pub message: &'m str,
    /// A keyboard as JSON.
    pub keyboard: Option<&'m str>,
    /// What is shown with it: `photo<owner>_<id>_<key>`.
    pub attachment: Option<&'m str>,
}

/// What became of a message for one peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The peer; 0 where VK answered with a bare message id.
    pub peer_id: i64,
    /// Where the message is, or why it is not.
    pub outcome: Result<MessageId, ApiError>,
}

/// How a message is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageId {
    /// In the community's own count: dialogues.
    Message(i64),
    /// In the conversation's count: group chats.
    InConversation(i64),
}

/// Parameters of [`edit`].
#[derive(Clone, Copy, Debug)]
pub struct Edit<'m> {
    /// The peer.
    pub peer_id: i64,
    /// Which message.
    pub id: MessageId,
    /// The new text.
    pub message: &'m str,
    /// The new keyboard as JSON; without one the old goes away.
    pub keyboard: Option<&'m str>,
    /// What is shown with it; without it what was shown goes away.
    pub attachment: Option<&'m str>,
}

/// Parameters of [`send_message_event_answer`].
#[derive(Clone, Copy, Debug)]
pub struct EventAnswer<'m> {
    /// The inner `event_id` of the `message_event`; good for a minute.
    pub event_id: &'m str,
    /// Who pressed.
    pub user_id: i64,
    /// Where.
    pub peer_id: i64,
    /// What to do, as JSON; nothing stops the button's waiting only.
    pub event_data: Option<&'m str>,
}

/// Sends a message to one or several peers. VK answers for each.
///
/// # Errors
/// [`Error`]; a refusal for one peer of several is in [`Delivered::outcome`].
pub async fn send(client: &Client, message: &Send<'_>) -> Result<Vec<Delivered>, Error> {
    let answer: SendAnswer = client.call("messages.send", &message.parameters()).await?;
    Ok(match answer {
        SendAnswer::One(id) => vec![Delivered { peer_id: 0, outcome: Ok(MessageId::Message(id)) }],
        SendAnswer::Each(items) => items.into_iter().map(Delivered::from).collect(),
    })
}

/// Changes a message.
///
/// # Errors
/// [`Error`]
pub async fn edit(client: &Client, edit: &Edit<'_>) -> Result<(), Error> {
    client.call::<Value>("messages.edit", &edit.parameters()).await.map(drop)
}

/// Takes a message away for everybody, which VK does within a day. `Some`: why it is there still.
///
/// # Errors
/// [`Error`]
pub async fn delete(client: &Client, peer_id: i64, id: MessageId) -> Result<Option<ApiError>, Error> {
    let id = match id {
        MessageId::Message(id) => ("message_ids", id.to_string()),
        MessageId::InConversation(id) => ("cmids", id.to_string()),
    };
    let parameters = [("peer_id", peer_id.to_string()), id, ("delete_for_all", "1".to_owned())];
    let answer: DeleteAnswer = client.call("messages.delete", &parameters).await?;
    let none = || ApiError { error_code: 0, error_msg: "nothing was deleted".to_owned() };
    Ok(match answer {
        DeleteAnswer::Each(items) => items.into_iter().next().map_or_else(|| Some(none()), |item| item.error),
        DeleteAnswer::ById(by_id) => (!by_id.values().any(|done| *done == 1)).then(none),
    })
}

/// Answers a press of a callback button.
///
/// # Errors
/// [`Error`]
pub async fn send_message_event_answer(client: &Client, answer: &EventAnswer<'_>) -> Result<(), Error> {
    client.call::<Value>("messages.sendMessageEventAnswer", &answer.parameters()).await.map(drop)
}

impl Send<'_> {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let peers: Vec<String> = self.peer_ids.iter().map(i64::to_string).collect();
        let mut parameters = vec![
            ("peer_ids", peers.join(",")),
            ("random_id", self.random_id.to_string()),
            ("message", self.message.to_owned()),
        ];
        parameters.extend(self.keyboard.map(|json| ("keyboard", json.to_owned())));
        parameters.extend(self.attachment.map(|name| ("attachment", name.to_owned())));
        parameters
    }
}

impl Edit<'_> {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let id = match self.id {
            MessageId::Message(id) => ("message_id", id.to_string()),
            MessageId::InConversation(id) => ("conversation_message_id", id.to_string()),
        };
        let mut parameters = vec![("peer_id", self.peer_id.to_string()), id, ("message", self.message.to_owned())];
        parameters.extend(self.keyboard.map(|json| ("keyboard", json.to_owned())));
        parameters.extend(self.attachment.map(|name| ("attachment", name.to_owned())));
        parameters
    }
}

impl EventAnswer<'_> {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = vec![
            ("event_id", self.event_id.to_owned()),
            ("user_id", self.user_id.to_string()),
            ("peer_id", self.peer_id.to_string()),
        ];
        parameters.extend(self.event_data.map(|json| ("event_data", json.to_owned())));
        parameters
    }
}

/// A bare id for `peer_id`, a list for `peer_ids`.
#[derive(Deserialize)]
#[serde(untagged)]
enum SendAnswer {
    One(i64),
    Each(Vec<Item>),
}

/// A list since 5.13x, a map by id before that.
#[derive(Deserialize)]
#[serde(untagged)]
enum DeleteAnswer {
    Each(Vec<Gone>),
    ById(std::collections::BTreeMap<String, i64>),
}

#[derive(Deserialize)]
struct Gone {
    #[serde(default)]
    error: Option<ApiError>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    peer_id: i64,
    #[serde(default)]
    message_id: i64,
    #[serde(default)]
    conversation_message_id: i64,
    #[serde(default, deserialize_with = "refusal")]
    error: Option<ApiError>,
}

impl From<Item> for Delivered {
    fn from(item: Item) -> Self {
        let id = match item.message_id {
            0 => MessageId::InConversation(item.conversation_message_id),
            id => MessageId::Message(id),
        };
        Self { peer_id: item.peer_id, outcome: item.error.map_or(Ok(id), Err) }
    }
}

/// `{code, description}`, or on an old page of the documentation a bare string.
fn refusal<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ApiError>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Refusal {
        Words(String),
        Error(ApiError),
    }
    Ok(Option::<Refusal>::deserialize(from)?.map(|refusal| match refusal {
        Refusal::Error(error) => error,
        Refusal::Words(words) => ApiError { error_code: code_of(&words), error_msg: words },
    }))
}

/// The code that belongs to words; 0 where nobody knows.
fn code_of(words: &str) -> i64 {
    match words {
        "Can't send messages for users from blacklist" => 900,
        "Can't send messages for users without permission" => 901,
        "Can't send messages to this user due to their privacy settings" => 902,
        "Contact not found" => 936,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivered(json: &str) -> Vec<Delivered> {
        match serde_json::from_str(json).unwrap() {
            SendAnswer::One(id) => vec![Delivered { peer_id: 0, outcome: Ok(MessageId::Message(id)) }],
            SendAnswer::Each(items) => items.into_iter().map(Delivered::from).collect(),
        }
    }

    #[test]
    fn every_shape_of_answer_is_read() {
        assert_eq!(delivered("5")[0].outcome, Ok(MessageId::Message(5)));
        let each = delivered(
            r#"[{"peer_id": 1, "message_id": 5, "conversation_message_id": 3},
                {"peer_id": 2, "message_id": 0, "error": {"code": 901, "description": "no permission"}},
                {"peer_id": 3, "message_id": 0, "error": "Contact not found"},
                {"peer_id": 2000000001, "message_id": 0, "conversation_message_id": 7}]"#,
        );
        assert_eq!(each[0].outcome, Ok(MessageId::Message(5)));
        assert_eq!(each[1].outcome.as_ref().unwrap_err().code(), super::super::Code::NoPermission);
        assert_eq!(each[2].outcome.as_ref().unwrap_err().code(), super::super::Code::NoContact);
        assert_eq!(each[3].outcome, Ok(MessageId::InConversation(7)));
    }
}
