//! `POST /hooks/telegram`: one update, acknowledged after its transaction.

use std::sync::{Arc, OnceLock};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, StatusCode, header},
};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::{
    Parts,
    edge::{self, Refusal},
};
use crate::{
    channel::telegram::{self, BotName},
    ids::LaneId,
};

/// Where Telegram puts the secret that was given with the webhook.
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// The bot whose updates come here.
#[derive(Debug)]
pub struct Hook {
    /// Its lane.
    pub lane: LaneId,
    /// Its name, as soon as Telegram has told it: until then nobody can be addressing it in a group.
    pub name: Arc<OnceLock<BotName>>,
    /// What the header must carry.
    pub secret: SecretString,
}

/// A body that Telegram sent: its header proves it.
pub struct Signed {
    hook: Arc<Hook>,
    body: Bytes,
}

impl FromRequest<Parts> for Signed {
    type Rejection = Refusal;

    async fn from_request(request: Request, parts: &Parts) -> Result<Self, Refusal> {
        let hook = parts.telegram.clone().ok_or(Refusal::Unknown)?;
        if !knows_secret(request.headers(), &hook.secret) {
            return Err(Refusal::Unauthorized);
        }
        if !is_json(request.headers()) {
            return Err(Refusal::WrongType);
        }
        Ok(Self { hook, body: edge::body(request).await? })
    }
}

/// Takes an update in.
pub async fn take(State(parts): State<Parts>, signed: Signed) -> Result<StatusCode, Refusal> {
    let Signed { hook, body } = signed;
    let nobody = BotName(String::new());
    let inbound = telegram::parse(&body, &hook.lane, hook.name.get().unwrap_or(&nobody)).map_err(|error| {
        tracing::warn!(lane.id = %hook.lane, bytes = body.len(), "an update can't be read: {error}");
        Refusal::Malformed
    })?;
    parts.desk.submit(inbound).await.map_err(|_| Refusal::NotNow)?;
    Ok(StatusCode::OK)
}

fn knows_secret(headers: &HeaderMap, secret: &SecretString) -> bool {
    let given = headers.get(SECRET).map(|value| value.as_bytes()).unwrap_or_default();
    given.ct_eq(secret.expose_secret().as_bytes()).into()
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
