//! Sending: the one place that awaits Telegram's answer to what we say.

use serde_json::Value;

use super::{
    api::{Api, CallError, Request},
    errors::Meaning,
    render::{answer, edit, render},
};
use crate::{
    channel::{
        Channel, Outgoing, SendError, Sent,
        http::{self, Broken},
        sender::without_picture,
    },
    message::{Message, Picture},
};

/// Sends one thing.
///
/// # Errors
/// [`SendError`], by the server's code and words. "message is not modified" and "query is too old" are no errors.
pub async fn send(api: &Api, out: &Outgoing<'_>) -> Result<Sent, SendError> {
    let requests = match *out {
        Outgoing::Send { chat, message: message @ Message { picture: Some(picture), .. }, .. } => {
            return pictured(api, chat, message, picture).await;
        }
        Outgoing::Send { chat, message, .. } => render(chat, message),
        Outgoing::Edit { chat, message_id, message, .. } => vec![edit(chat, message_id, message)?],
        Outgoing::Answer { press, text } => vec![answer(press, text)],
    };
    all(api, &requests).await
}

async fn all(api: &Api, requests: &[Request]) -> Result<Sent, SendError> {
    let mut sent = Sent::default();
    for request in requests {
        sent = one(api, request).await?;
    }
    Ok(sent)
}

/// By the name that is known, else by the file; a picture that is refused is left out.
async fn pictured(api: &Api, chat: &str, message: &Message, picture: &Picture) -> Result<Sent, SendError> {
    let mut refused = String::new();
    for handle in picture.handle.iter().map(Some).chain([None]) {
        let picture = Picture { handle: handle.cloned(), ..picture.clone() };
        let requests = render(chat, &Message { picture: Some(picture), ..message.clone() });
        let Some((photo, rest)) = requests.split_first() else { break };
        match one(api, photo).await {
            Ok(shown) => {
                let after = if rest.is_empty() { shown.clone() } else { all(api, rest).await? };
                return Ok(Sent { picture: shown.picture.filter(|_| handle.is_none()), ..after });
            }
            Err(SendError::Refused { why, .. }) => refused = why,
            Err(error) => return Err(error),
        }
    }
    without_picture(Channel::Telegram, picture, &refused);
    all(api, &render(chat, &Message { picture: None, ..message.clone() })).await
}

async fn one(api: &Api, request: &Request) -> Result<Sent, SendError> {
    match api.call(request, http::DEADLINE).await {
        Ok(result) => {
            // The sizes of a photo come smallest first; any of them names it.
            let largest = result.get("photo").and_then(Value::as_array).and_then(|sizes| sizes.last());
            Ok(Sent {
                message_id: result.get("message_id").and_then(Value::as_i64).map(|id| id.to_string()),
                picture: largest.and_then(|size| size.get("file_id")?.as_str()).map(str::to_owned),
            })
        }
        Err(CallError::Refused(refusal)) => match refusal.meaning() {
            Meaning::Fine => Ok(Sent::default()),
            Meaning::Failed(error) => Err(error),
        },
        Err(CallError::Broken(Broken::NotSent(why))) => Err(SendError::Later(why)),
        Err(CallError::Broken(Broken::NoAnswer(why))) => Err(SendError::Unknown(why)),
        Err(CallError::Unreadable) => Err(SendError::Unknown("unreadable answer".to_owned())),
    }
}
