//! The Bot API over HTTP: one request, its envelope, what it means.

use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide_core::{
    payloads::{DeleteWebhook, GetMe, SetWebhook},
    types::AllowedUpdate,
};

use super::errors::Refusal;
use crate::{
    channel::{
        http::{self, Answer, Broken},
        sender::file,
    },
    message::Picture,
};

/// The updates that mean something to us.
pub(super) const WANTED: [AllowedUpdate; 4] =
    [AllowedUpdate::Message, AllowedUpdate::EditedMessage, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember];

/// The field that a picture goes up in; the parameter names it.
pub(super) const PHOTO: &str = "picture";

/// A request as it goes out: pure data.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The method, as the documentation spells it.
    pub method: &'static str,
    /// Its parameters.
    pub body: Value,
    /// A picture that goes up with it.
    pub upload: Option<Picture>,
}

impl Request {
    /// A payload of teloxide's, ready to go out.
    pub(super) fn new(method: &'static str, payload: &impl Serialize) -> Self {
        // Payloads are plain data with string keys; were one not to serialise, the server would refuse the null.
        Self { method, body: serde_json::to_value(payload).unwrap_or_default(), upload: None }
    }
}

/// One bot at one server. Cheap to clone; its `Debug` shows no token.
#[derive(Clone, Debug)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    token: SecretString,
}

/// Who the bot is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// Its id; the lane is `telegram:<id>`.
    pub id: u64,
    /// Its name without `@`.
    pub username: String,
}

/// Why a method gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The network.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The server said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A success whose result nobody can read.
    #[error("unreadable answer")]
    Unreadable,
}

#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    result: Option<Value>,
    error_code: Option<i64>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

impl Api {
    /// A bot by its token. `base` is what stands before `/bot<token>/`: `https://api.telegram.org` or a stand-in.
    #[must_use]
    pub fn new(http: reqwest::Client, base: &str, token: SecretString) -> Self {
        Self { http, base: base.trim_end_matches('/').to_owned(), token }
    }

    /// Who the token belongs to.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn get_me(&self) -> Result<Me, CallError> {
        let me = self.call(&Request::new("getMe", &GetMe::new()), http::DEADLINE).await?;
        serde_json::from_value(me).map_err(|_| CallError::Unreadable)
    }

    /// Has updates sent to `url`, with `secret` in `X-Telegram-Bot-Api-Secret-Token`. Pending updates are kept.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn set_webhook(&self, url: Url, secret: &SecretString) -> Result<(), CallError> {
        let mut payload = SetWebhook::new(url);
        payload.allowed_updates = Some(WANTED.to_vec());
        payload.secret_token = Some(secret.expose_secret().to_owned());
        self.call(&Request::new("setWebhook", &payload), http::DEADLINE).await.map(drop)
    }

    /// Stops the webhook, so that updates may be asked for. Pending updates are kept.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn delete_webhook(&self) -> Result<(), CallError> {
        self.call(&Request::new("deleteWebhook", &DeleteWebhook::new()), http::DEADLINE).await.map(drop)
    }

    /// Calls a method and unwraps the envelope.
    pub(super) async fn call(&self, request: &Request, deadline: Duration) -> Result<Value, CallError> {
        let url = format!("{}/bot{}/{}", self.base, self.token.expose_secret(), request.method);
        let call = self.http.post(url).timeout(deadline);
        let call = match &request.upload {
            None => call.json(&request.body),
            Some(picture) => {
                let fields: Vec<_> = request.body.as_object().into_iter().flatten().map(field).collect();
                http::upload(call, &fields, &file(picture, PHOTO))
            }
        };
        let answer = http::exchange(call).await?;
        open(&answer)
    }
}

/// A parameter in a form: a text as it is, anything else as JSON.
fn field((name, value): (&String, &Value)) -> (String, String) {
    (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// What an answer says. `error_code` counts before the HTTP status: a proxy may have its own idea of the latter.
pub(super) fn open(answer: &Answer) -> Result<Value, CallError> {
    let success = (200..300).contains(&answer.status);
    let envelope = match serde_json::from_slice::<Envelope>(&answer.body) {
        Ok(envelope) => envelope,
        Err(_) if success => return Err(CallError::Unreadable),
        Err(_) => return Err(Refusal::of_status(answer).into()),
    };
    if envelope.ok {
        return envelope.result.ok_or(CallError::Unreadable);
    }
    let parameters = envelope.parameters.unwrap_or_default();
    Err(CallError::Refused(Refusal {
        code: envelope.error_code.unwrap_or(i64::from(answer.status)),
        description: envelope.description.unwrap_or_default(),
        retry_after: parameters.retry_after.map(Duration::from_secs).or(answer.retry_after),
        moved_to: parameters.migrate_to_chat_id,
    }))
}
