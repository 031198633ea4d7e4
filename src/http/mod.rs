//! The HTTP edge: what the messengers bring, the mini app that they open, and how we are watched.
//!
//! A handler takes an extractor that carries the proof of who speaks. An answer says a status and one word; why stands in
//! the log under the request's id, and never anything of a body.

mod app;
mod edge;
mod health;
mod pages;
mod strangers;
mod telegram;
mod vk;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::connect_info::IntoMakeServiceWithConnectInfo,
    middleware,
    routing::{get, post},
};
use metrics_exporter_prometheus::PrometheusHandle;

pub use app::{BEARER_LIVES, MiniApp, TelegramApp, VkApp};
pub use health::{Health, Part};
pub use pages::Pages;
pub use strangers::Strangers;
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
    /// The mini app, if messengers open one here.
    pub app: Option<Arc<MiniApp>>,
    /// Pages that are opened from the chat, if we have an address (`PUBLIC_URL`).
    pub pages: Option<Arc<Pages>>,
    /// Whether we can do our work.
    pub health: Health,
    /// What is counted.
    pub metrics: PrometheusHandle,
    /// Makes the ids of requests.
    pub dice: Arc<Dice>,
    /// How often somebody unknown may call.
    pub strangers: Strangers,
}

/// Every route of the program; `more` is what a command adds, such as the sandbox in `dev`. It knows who calls.
pub fn service(parts: Parts, more: Router) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    let (dice, watched) = (Arc::clone(&parts.dice), parts.strangers.clone());
    let hooks = Router::new().route("/hooks/telegram", post(telegram::take)).route("/hooks/vk", post(vk::take));
    let ours = hooks
        .merge(app::routes())
        .merge(pages::routes())
        .layer(middleware::from_fn_with_state(watched, strangers::limited))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .with_state(parts);
    let all = edge::narrow(ours).merge(more);
    let all = edge::hardened(all.layer(middleware::from_fn(edge::counted)), dice);
    all.into_make_service_with_connect_info()
}
