//! The page. Its files are compiled in; nothing but our own runs there.

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    response::{IntoResponse, Redirect},
    routing::get,
};

use crate::http::Parts;

/// The messengers' web clients show the page in a frame, and so do the sandbox's phones, which have our own address.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'self' https://vk.com https://*.vk.com \
                      https://vk.ru https://*.vk.ru https://web.telegram.org https://*.telegram.org";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

const FILES: [(&str, &str, &str); 8] = [
    ("/app/", HTML, include_str!("../web/index.html")),
    ("/app/track.css", CSS, include_str!("../web/track.css")),
    ("/app/icon.svg", SVG, include_str!("../web/icon.svg")),
    ("/app/main.js", SCRIPT, include_str!("../web/main.js")),
    ("/app/host.js", SCRIPT, include_str!("../web/host.js")),
    ("/app/api.js", SCRIPT, include_str!("../web/api.js")),
    ("/app/view.js", SCRIPT, include_str!("../web/view.js")),
    ("/app/words.js", SCRIPT, include_str!("../web/words.js")),
];

pub(super) fn routes() -> Router<Parts> {
    let bare = Router::new().route("/app", get(async || Redirect::permanent("/app/")));
    FILES
        .into_iter()
        .fold(bare, |router, (path, kind, content)| router.route(path, get(move || async move { file(kind, content) })))
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache"), (CONTENT_SECURITY_POLICY, POLICY)], content)
}
