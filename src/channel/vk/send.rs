//! Sending: the one place that awaits VK's answer to what we say.

use super::{
    client::{
        Client, Error,
        messages::{self, EventAnswer, MessageId},
        photos,
    },
    errors::{fate, refused},
    render::{Request, answer, edit, render, shown},
};
use crate::{
    channel::{
        Channel, Client as Shows, Outgoing, Press, SendError, Sent,
        sender::{file, without_picture},
    },
    message::{Message, Picture},
};

/// Sends one thing. `uploaded`: as [`crate::channel::Sender::send`] says.
///
/// # Errors
/// [`SendError`], by VK's code. An answer to a press that has run out is no error: nobody waits for it.
pub async fn send(client: &Client, out: &Outgoing<'_>, uploaded: &mut Option<String>) -> Result<Sent, SendError> {
    let requests = match *out {
        Outgoing::Send { chat, message, client: shows, random_id } => {
            return said(client, (number(chat)?, random_id), message, shows, uploaded).await;
        }
        Outgoing::Edit { chat, message_id, message, client } => {
            vec![edit(number(chat)?, named(message_id)?, message, client)]
        }
        Outgoing::Delete { chat, message_id } => {
            vec![Request::Delete { peer_id: number(chat)?, id: named(message_id)? }]
        }
        Outgoing::Answer { press, text } => return answered(client, press, text).await,
    };
    all(client, &requests).await
}

async fn all(client: &Client, requests: &[Request]) -> Result<Sent, SendError> {
    let mut sent = Sent::default();
    for request in requests {
        sent = one(client, request).await?;
    }
    Ok(sent)
}

/// A picture is uploaded first, unless it was before; one that VK does not take is left out.
async fn said(
    client: &Client,
    (peer, random_id): (i64, i32),
    message: &Message,
    shows: &Shows,
    uploaded: &mut Option<String>,
) -> Result<Sent, SendError> {
    let plain = || render(peer, &Message { picture: None, ..message.clone() }, shows, random_id);
    let Some(picture) = shown(message, shows) else {
        return all(client, &render(peer, message, shows, random_id)).await;
    };
    let mut refused = String::new();
    for known in picture.handle.clone().map(Some).into_iter().chain([None]) {
        let fresh = known.is_none();
        let handle = match known {
            Some(handle) => Ok(handle),
            None => photos::upload(client, peer, &file(picture, "photo")).await.map_err(|error| fate(&error)),
        };
        let handle = match handle {
            Ok(handle) => handle,
            // Nothing was said yet: all of it may be tried again.
            Err(error @ (SendError::TooFast { .. } | SendError::Later(_) | SendError::Unknown(_))) => {
                return Err(error);
            }
            Err(error) => {
                refused = error.to_string();
                break;
            }
        };
        if fresh {
            *uploaded = Some(handle.clone());
        }
        let picture = Picture { handle: Some(handle), ..picture.clone() };
        let message = Message { picture: Some(picture), ..message.clone() };
        match all(client, &render(peer, &message, shows, random_id)).await {
            Err(SendError::Refused { why, .. }) => refused = why,
            result => return result,
        }
    }
    without_picture(Channel::Vk, picture, &refused);
    all(client, &plain()).await
}

async fn one(client: &Client, request: &Request) -> Result<Sent, SendError> {
    match request {
        Request::Send { peer_id, random_id, text, keyboard, attachment } => {
            let (peer_ids, keyboard, attachment) = (&[*peer_id], keyboard.as_deref(), attachment.as_deref());
            let message = messages::Send { peer_ids, random_id: *random_id, message: text, keyboard, attachment };
            delivered(messages::send(client, &message).await)
        }
        Request::Edit { peer_id, id, text, keyboard, attachment } => {
            let (keyboard, attachment) = (keyboard.as_deref(), attachment.as_deref());
            let edit = messages::Edit { peer_id: *peer_id, id: *id, message: text, keyboard, attachment };
            messages::edit(client, &edit).await.map_err(|error| fate(&error))?;
            Ok(Sent { message_id: name(*id) })
        }
        Request::Delete { peer_id, id } => {
            match messages::delete(client, *peer_id, *id).await.map_err(|error| fate(&error))? {
                Some(refusal) => Err(refused(&refusal)),
                None => Ok(Sent::default()),
            }
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
