//! Sending: the one place that awaits VK's answer to what we say.

use super::{
    client::{
        Client, Error,
        messages::{self, EventAnswer, MessageId},
    },
    errors::{fate, refused},
    render::{Request, answer, edit, render},
};
use crate::channel::{Outgoing, Press, SendError, Sent};

/// Sends one thing.
///
/// # Errors
/// [`SendError`], by VK's code. An answer to a press that has run out is no error: nobody waits for it.
pub async fn send(client: &Client, out: &Outgoing<'_>) -> Result<Sent, SendError> {
    let requests = match *out {
        Outgoing::Send { chat, message, client, random_id } => render(number(chat)?, message, client, random_id),
        Outgoing::Edit { chat, message_id, message, client } => {
            vec![edit(number(chat)?, named(message_id)?, message, client)]
        }
        Outgoing::Answer { press, text } => return answered(client, press, text).await,
    };
    let mut sent = Sent::default();
    for request in &requests {
        sent = one(client, request).await?;
    }
    Ok(sent)
}

async fn one(client: &Client, request: &Request) -> Result<Sent, SendError> {
    match request {
        Request::Send { peer_id, random_id, text, keyboard } => {
            let (peer_ids, keyboard) = (&[*peer_id], keyboard.as_deref());
            let message = messages::Send { peer_ids, random_id: *random_id, message: text, keyboard };
            delivered(messages::send(client, &message).await)
        }
        Request::Edit { peer_id, id, text, keyboard } => {
            let edit = messages::Edit { peer_id: *peer_id, id: *id, message: text, keyboard: keyboard.as_deref() };
            messages::edit(client, &edit).await.map_err(|error| fate(&error))?;
            Ok(Sent { message_id: name(*id) })
        }
    }
}

fn delivered(answer: Result<Vec<messages::Delivered>, Error>) -> Result<Sent, SendError> {
    let mut delivered = answer.map_err(|error| fate(&error))?;
    match delivered.pop().map(|delivered| delivered.outcome) {
        Some(Ok(id)) => Ok(Sent { message_id: name(id) }),
        Some(Err(refusal)) => Err(refused(&refusal)),
        None => Err(SendError::Unknown("an answer about nobody".to_owned())),
    }
}

async fn answered(client: &Client, press: &Press, text: Option<&str>) -> Result<Sent, SendError> {
    let data = text.map(answer);
    let answer = EventAnswer {
        event_id: &press.id,
        user_id: number(&press.user)?,
        peer_id: number(&press.chat)?,
        event_data: data.as_deref(),
    };
    match messages::send_message_event_answer(client, &answer).await.map_err(|error| fate(&error)) {
        Ok(()) | Err(SendError::Refused { .. } | SendError::Gone(_)) => Ok(Sent::default()),
        Err(error) => Err(error),
    }
}

/// The name that [`Sent::message_id`] keeps: a `c` before a number of the conversation's own count.
fn name(id: MessageId) -> Option<String> {
    match id {
        MessageId::Message(0) | MessageId::InConversation(0) => None,
        MessageId::Message(id) => Some(id.to_string()),
        MessageId::InConversation(id) => Some(format!("c{id}")),
    }
}

fn named(name: &str) -> Result<MessageId, SendError> {
    match name.strip_prefix('c') {
        Some(id) => number(id).map(MessageId::InConversation),
        None => number(name).map(MessageId::Message),
    }
}

fn number(id: &str) -> Result<i64, SendError> {
    id.parse().map_err(|_| SendError::Refused { code: 0, why: "no id of VK's".to_owned() })
}
