//! Sending: the one place that awaits Telegram's answer to what we say.

use serde_json::Value;

use super::{
    api::{Api, CallError, Request},
    errors::Meaning,
    render::{answer, edit, render},
};
use crate::channel::{
    Outgoing, SendError, Sent,
    http::{self, Broken},
};

/// Sends one thing.
///
/// # Errors
/// [`SendError`], by the server's code and words. "message is not modified" and "query is too old" are no errors.
pub async fn send(api: &Api, out: &Outgoing<'_>) -> Result<Sent, SendError> {
    let requests = match *out {
        Outgoing::Send { chat, message, .. } => render(chat, message),
        Outgoing::Edit { chat, message_id, message, .. } => vec![edit(chat, message_id, message)?],
        Outgoing::Answer { press, text } => vec![answer(press, text)],
    };
    let mut sent = Sent::default();
    for request in &requests {
        sent = one(api, request).await?;
    }
    Ok(sent)
}

async fn one(api: &Api, request: &Request) -> Result<Sent, SendError> {
    match api.call(request, http::DEADLINE).await {
        Ok(result) => {
            Ok(Sent { message_id: result.get("message_id").and_then(Value::as_i64).map(|id| id.to_string()) })
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
