//! The HTTP edge: what the messengers bring, and how we are watched.
//!
//! A handler takes an extractor that carries the proof of who speaks. An answer says a status and one word; why stands in
//! the log under the request's id, and never anything of a body.

mod edge;
mod health;
mod telegram;
mod vk;

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use metrics_exporter_prometheus::PrometheusHandle;

pub use health::{Health, Part};
pub use telegram::Hook as TelegramHook;
pub use vk::Hook as VkHook;

use crate::{ids::Dice, turn::Desk};

/// Bytes of a body that is read at most. Updates are a few kilobytes.
const BODY_MAX: usize = 1024 * 1024;

/// What the routes work with. Clones share everything.
#[derive(Clone)]
pub struct Parts {
    /// Takes what the hooks bring.
    pub desk: Desk,
    /// The bot that brings its updates here, if one does.
    pub telegram: Option<Arc<TelegramHook>>,
    /// The community that brings its events here, if one does.
    pub vk: Option<Arc<VkHook>>,
    /// Whether we can do our work.
    pub health: Health,
    /// What is counted.
    pub metrics: PrometheusHandle,
    /// Makes the ids of requests.
    pub dice: Arc<Dice>,
}

/// Every route of the program; `more` is what a command adds, such as the sandbox in `dev`.
pub fn router(parts: Parts, more: Router) -> Router {
    let dice = Arc::clone(&parts.dice);
    let ours = Router::new()
        .route("/hooks/telegram", post(telegram::take))
        .route("/hooks/vk", post(vk::take))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .with_state(parts);
    let all = edge::narrow(ours).merge(more);
    edge::hardened(all.layer(middleware::from_fn(edge::counted)), dice)
}
