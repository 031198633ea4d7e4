//! `POST /hooks/vk`: one event of the Callback API, answered `ok` after its transaction.

use secrecy::{ExposeSecret, SecretString};

use axum::extract::{Request, State};

use super::{
    Parts,
    edge::{self, Refusal},
};
use crate::{
    channel::{
        ParseError,
        vk::{self, Event},
    },
    ids::LaneId,
};

/// The community whose events come here.
#[derive(Debug)]
pub struct Hook {
    /// Its lane.
    pub lane: LaneId,
    /// What each event must carry.
    pub secret: SecretString,
    /// What the server's confirmation is answered with.
    pub confirmation: SecretString,
}

/// Takes an event in. The proof is in the body here: the channel compares it while reading.
pub async fn take(State(parts): State<Parts>, request: Request) -> Result<String, Refusal> {
    let hook = parts.vk.clone().ok_or(Refusal::Unknown)?;
    let body = edge::body(request).await?;
    let event = vk::callback(&body, &hook.lane, Some(&hook.secret)).map_err(|error| match error {
        ParseError::Malformed { .. } => Refusal::Unproven,
        ParseError::WrongSecret | ParseError::WrongGroup => Refusal::Forbidden,
    })?;
    match event {
        Event::Confirmation => Ok(hook.confirmation.expose_secret().to_owned()),
        Event::Inbound(inbound) => {
            parts.desk.submit(inbound).await.map_err(|_| Refusal::NotNow)?;
            Ok("ok".to_owned())
        }
    }
}
