//! What holds for every request: an id, a count, headers, no panic that gets out, a body that ends.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};
use tracing::Instrument;

use super::BODY_MAX;
use crate::ids::Dice;

/// How long a body may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(10);
/// How long somebody whom we refuse for a moment is asked to wait.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// On an answer: whoever called has not shown that they are who we wait for.
#[derive(Clone, Copy, Debug)]
pub struct Stranger;

/// Our answer to an update: what a platform understands, and one word for people who look on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No bot or community of ours brings its updates here.
    Unknown,
    /// The header's secret is missing or wrong.
    Unauthorized,
    /// The body's secret is missing or wrong, or it is about another community.
    Forbidden,
    /// Not JSON by its content type.
    WrongType,
    /// Longer than 1 MiB.
    TooLong,
    /// It did not arrive in time.
    TooSlow,
    /// No update, or broken off.
    Malformed,
    /// The same where the body holds the proof: nobody known has sent it.
    Unproven,
    /// Too many calls without a right secret from this address.
    TooMany,
    /// Not stored: bring it again.
    NotNow,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, word) = match self {
            Self::Unknown => (StatusCode::NOT_FOUND, "unknown"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            Self::WrongType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not json"),
            Self::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, "too long"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too slow"),
            Self::Malformed | Self::Unproven => (StatusCode::BAD_REQUEST, "malformed"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too many"),
            Self::NotNow => {
                return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)], "not now")
                    .into_response();
            }
        };
        let mut response = (status, word).into_response();
        if matches!(self, Self::Unknown | Self::Unauthorized | Self::Forbidden | Self::Unproven) {
            response.extensions_mut().insert(Stranger);
        }
        response
    }
}

/// What holds for our own routes only: how long a body may be, and that an answer is no page.
pub fn narrow(routes: Router) -> Router {
    let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    let policy = SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, nothing);
    routes.layer(DefaultBodyLimit::max(BODY_MAX)).layer(policy)
}

/// Reads a body that ends in time and is not too long.
pub async fn body(request: Request) -> Result<Bytes, Refusal> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > BODY_MAX) {
        return Err(Refusal::TooLong);
    }
    match tokio::time::timeout(BODY_DEADLINE, Bytes::from_request(request, &())).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Refusal::TooLong),
        Ok(Err(_)) => Err(Refusal::Malformed),
        Err(_) => Err(Refusal::TooSlow),
    }
}

/// Counts answers by route and status; a path that is no route is none.
pub async fn counted(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!("http_requests_total", "route" => route, "status" => status).increment(1);
    response
}

/// Puts the common layers around all routes.
pub fn hardened(routes: Router, dice: Arc<Dice>) -> Router {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    routes
        .layer(CatchPanicLayer::custom(panicked))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "no-referrer"))
        .layer(middleware::from_fn_with_state(dice, identified))
}

/// Gives a request its id: in each line that is logged on its behalf, and in the answer.
async fn identified(State(dice): State<Arc<Dice>>, request: Request, next: Next) -> Response {
    let id = hex::encode(dice.bytes::<8>());
    let span = tracing::info_span!("request", request.id = id);
    let mut response = next.run(request).instrument(span).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// A fault of ours. The panic's words may quote what somebody sent: only the hook of the process sees them.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
