//! `POST /app/api/session`: a launch for a bearer.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts as Head,
};
use serde::Serialize;

use super::{MiniApp, authorization, bearer, refusal::Refusal};
use crate::{
    channel::{launch::Launched, telegram, vk},
    http::Parts,
    ids::LaneId,
    store,
};

/// Somebody whom their messenger vouches for, and through which bot they come.
pub struct Launch {
    launched: Launched,
    lane: LaneId,
}

impl FromRequestParts<Parts> for Launch {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Head, parts: &Parts) -> Result<Self, Refusal> {
        let app: &MiniApp = parts.app.as_deref().ok_or(Refusal::NotConfigured)?;
        let now = app.clock.now();
        let (lane, launched) = if let Some(init_data) = authorization(&head.headers, "tma") {
            let bot = app.telegram.as_ref().ok_or(Refusal::NotConfigured)?;
            (&bot.lane, telegram::launch::proved(init_data, &bot.token, now))
        } else if let Some(parameters) = authorization(&head.headers, "VK") {
            let community = app.vk.as_ref().ok_or(Refusal::NotConfigured)?;
            (&community.lane, vk::launch::proved(parameters, &community.app, now))
        } else {
            return Err(Refusal::Unproved);
        };
        let launched = launched.map_err(|why| {
            tracing::info!(lane.id = %lane, "a launch is refused: {why}");
            Refusal::from(why)
        })?;
        Ok(Self { launched, lane: lane.clone() })
    }
}

/// What a page works with from then on.
#[derive(Debug, Serialize)]
pub(super) struct Session {
    bearer: String,
    /// Seconds.
    lives: i64,
    /// The language of the messenger, if it told.
    lang: Option<String>,
}

/// Gives a bearer for the account that was launched.
pub(super) async fn begin(State(parts): State<Parts>, launch: Launch) -> Result<Json<Session>, Refusal> {
    let app = parts.app.as_deref().ok_or(Refusal::NotConfigured)?;
    let account = async {
        let mut db = app.pool.acquire().await?;
        store::accounts::find(&mut db, &[launch.lane.0], &[launch.launched.user]).await
    };
    let account = account.await.map_err(|error| {
        tracing::error!("an account is not found for a launch: {error}");
        Refusal::NotNow
    })?;
    let account = account.first().ok_or(Refusal::OpenBotFirst)?;
    let bearer = bearer::issue(&app.vault, account.id, app.clock.now());
    Ok(Json(Session { bearer, lives: bearer::LIVES.num_seconds(), lang: launch.launched.lang }))
}
