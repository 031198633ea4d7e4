//! Sending: the one place that awaits Telegram's answer to what we say.

use serde_json::Value;

use super::{
    api::{Api, CallError, Request},
    errors::Meaning,
    render::{answer, delete, edit, render},
};
use crate::{
    channel::{
        Channel, Outgoing, SendError, Sent,
        http::{self, Broken},
        sender::without_picture,
    },
    message::{Message, Picture},
};

/// How the server says that a message is not a picture's.
const NO_CAPTION: &str = "there is no caption in the message to edit";

/// Sends one thing. `uploaded`: as [`crate::channel::Sender::send`] says.
///
/// # Errors
/// [`SendError`], by the server's code and words. "message is not modified" and "query is too old" are no errors.
pub async fn send(api: &Api, out: &Outgoing<'_>, uploaded: &mut Option<String>) -> Result<Sent, SendError> {
    let requests = match *out {
        Outgoing::Send { chat, message: message @ Message { picture: Some(picture), .. }, .. } => {
            return pictured(api, chat, (message, picture), uploaded).await;
        }
        Outgoing::Send { chat, message, .. } => render(chat, message),
        Outgoing::Edit { chat, message_id, message, .. } => return edited(api, chat, message_id, message).await,
        Outgoing::Delete { chat, message_id } => vec![delete(chat, message_id)?],
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
async fn pictured(
    api: &Api,
    chat: &str,
    (message, picture): (&Message, &Picture),
    uploaded: &mut Option<String>,
) -> Result<Sent, SendError> {
    let mut refused = String::new();
    for handle in picture.handle.iter().map(Some).chain([None]) {
        let picture = Picture { handle: handle.cloned(), ..picture.clone() };
        let requests = render(chat, &Message { picture: Some(picture), ..message.clone() });
        let Some((photo, rest)) = requests.split_first() else { break };
        match call(api, photo).await {
            Ok(shown) => {
                if handle.is_none() {
                    *uploaded = file_id(&shown);
                }
                return if rest.is_empty() { Ok(sent(&shown)) } else { all(api, rest).await };
            }
            Err(SendError::Refused { why, .. }) => refused = why,
            Err(error) => return Err(error),
        }
    }
    without_picture(Channel::Telegram, picture, &refused);
    all(api, &render(chat, &Message { picture: None, ..message.clone() })).await
}

/// What stands there may be a text without a picture: one that was left out, or too long to stand under it.
async fn edited(api: &Api, chat: &str, message_id: &str, message: &Message) -> Result<Sent, SendError> {
    match one(api, &edit(chat, message_id, message)?).await {
        Err(SendError::Refused { why, .. }) if why.to_lowercase().contains(NO_CAPTION) => {
            let plain = Message { picture: None, ..message.clone() };
            one(api, &edit(chat, message_id, &plain)?).await
        }
        result => result,
    }
}

async fn one(api: &Api, request: &Request) -> Result<Sent, SendError> {
    call(api, request).await.map(|result| sent(&result))
}

fn sent(result: &Value) -> Sent {
    Sent { message_id: result.get("message_id").and_then(Value::as_i64).map(|id| id.to_string()) }
}

/// The sizes of a photo come smallest first; any of them names it.
fn file_id(result: &Value) -> Option<String> {
    result.get("photo")?.as_array()?.last()?.get("file_id")?.as_str().map(str::to_owned)
}

async fn call(api: &Api, request: &Request) -> Result<Value, SendError> {
    match api.call(request, http::DEADLINE).await {
        Ok(result) => Ok(result),
        Err(CallError::Refused(refusal)) => match refusal.meaning() {
            Meaning::Fine => Ok(Value::Null),
            Meaning::Failed(error) => Err(error),
        },
        Err(CallError::Broken(Broken::NotSent(why))) => Err(SendError::Later(why)),
        Err(CallError::Broken(Broken::NoAnswer(why))) => Err(SendError::Unknown(why)),
        Err(CallError::Unreadable) => Err(SendError::Unknown("unreadable answer".to_owned())),
    }
}
