//! The page. Its files are compiled in; there is no bundler and nothing to install.

use std::sync::Arc;

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};

use super::Core;

/// Everything comes from us, and nothing runs but our own files.
const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

const FILES: [(&str, &str, &str); 12] = [
    ("/", HTML, include_str!("web/index.html")),
    ("/app.css", CSS, include_str!("web/app.css")),
    ("/phone.css", CSS, include_str!("web/phone.css")),
    ("/icon.svg", SVG, include_str!("web/icon.svg")),
    ("/main.js", SCRIPT, include_str!("web/main.js")),
    ("/content.js", SCRIPT, include_str!("web/content.js")),
    ("/api.js", SCRIPT, include_str!("web/api.js")),
    ("/dom.js", SCRIPT, include_str!("web/dom.js")),
    ("/phone.js", SCRIPT, include_str!("web/phone.js")),
    ("/webapp.js", SCRIPT, include_str!("web/webapp.js")),
    ("/bubbles.js", SCRIPT, include_str!("web/bubbles.js")),
    ("/drawers.js", SCRIPT, include_str!("web/drawers.js")),
];

pub(super) fn routes() -> Router<Arc<Core>> {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, content)| {
        router.route(path, get(move || async move { file(kind, content) }))
    })
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache"), (CONTENT_SECURITY_POLICY, POLICY)], content)
}
