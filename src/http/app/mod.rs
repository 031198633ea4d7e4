//! The mini app «мой трек»: its page, and what the page asks for.
//!
//! The page shows its launch once ([`session::Launch`]) and gets a short bearer for it ([`bearer::Bearer`]); no cookie, which a
//! messenger's frame may not keep. Extractors carry the proofs; a handler serves the account that was proved, and no other.

mod bearer;
mod page;
mod refusal;
mod session;
mod track;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, header},
    routing::{get, post},
};
use secrecy::SecretString;
use sqlx::PgPool;
use tower_http::set_header::SetResponseHeaderLayer;

use super::Parts;
use crate::{channel::vk, clock::Clock, ids::LaneId, policy::Policy, seal::Vault, turn::Content};

pub use bearer::LIVES as BEARER_LIVES;

/// What the mini app works with.
#[derive(Debug)]
pub struct MiniApp {
    /// The database.
    pub pool: PgPool,
    /// The season's stages and their names.
    pub program: Content,
    /// Opens what is shown, and signs bearers.
    pub vault: Arc<Vault>,
    /// The rules of verification: until when a phone is to be proved.
    pub policy: Arc<Policy>,
    /// Civil time: launches and bearers are dated by it.
    pub clock: Clock,
    /// The bot that opens it.
    pub telegram: Option<TelegramApp>,
    /// The app of the community that opens it.
    pub vk: Option<VkApp>,
}

/// The app as a Telegram bot opens it.
#[derive(Debug)]
pub struct TelegramApp {
    /// The bot's lane.
    pub lane: LaneId,
    /// What launches are signed with.
    pub token: SecretString,
}

/// The app as a VK community opens it.
#[derive(Debug)]
pub struct VkApp {
    /// The community's lane.
    pub lane: LaneId,
    /// What launches are signed with, and for which app.
    pub app: vk::launch::App,
}

/// The routes of the mini app. What an address may send that proves nothing is limited in front of `/app/api/`.
pub(super) fn routes() -> Router<Parts> {
    let fresh = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let api = Router::new()
        .route("/app/api/session", post(session::begin))
        .route("/app/api/track", get(track::show))
        .layer(fresh);
    page::routes().merge(api)
}

/// What stands behind the word `scheme` in `Authorization`, if there is one such header.
fn authorization<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(one), None) = (given.next(), given.next()) else { return None };
    let (word, proof) = one.to_str().ok()?.split_once(' ')?;
    word.eq_ignore_ascii_case(scheme).then(|| proof.trim())
}
