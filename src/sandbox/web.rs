//! The page. Its files are compiled in.

use std::sync::Arc;

use axum::{Router, response::Html, routing::get};

use super::Core;

const INDEX: &str = include_str!("web/index.html");

pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new().route("/", get(index))
}

async fn index() -> Html<&'static str> {
    Html(INDEX)
}
