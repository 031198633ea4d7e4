//! The answers that no platform would put in its documentation: connections that close, pages instead of JSON.

use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use serde_json::Value;

/// An answer, kept for the log.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Bytes,
    pub(super) kind: &'static str,
    pub(super) retry_after: Option<u64>,
    /// The connection closes without an answer.
    pub(super) dropped: bool,
}

impl Answer {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        let body = Bytes::from(serde_json::to_vec(body).unwrap_or_default());
        Self { status, body, kind: "application/json", retry_after: None, dropped: false }
    }

    pub(super) fn text(status: u16, body: impl Into<Bytes>, kind: &'static str) -> Self {
        Self { status, body: body.into(), kind, retry_after: None, dropped: false }
    }

    pub(super) fn dropped() -> Self {
        Self { status: 0, body: Bytes::new(), kind: "", retry_after: None, dropped: true }
    }

    pub(super) fn into_response(self) -> Response {
        if self.dropped {
            return closed();
        }
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, axum::http::HeaderValue::from_static(self.kind));
        if let Some(seconds) = self.retry_after {
            headers.insert("retry-after", seconds.into());
        }
        response
    }
}

/// A body that fails at once: the server closes the connection before it has written a byte.
fn closed() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("closed on purpose")) });
    Response::new(Body::from_stream(broken))
}
