//! Our own HTTP client under the S3 client: the one that talks to the messengers, with the same TLS.

use async_trait::async_trait;
use http_body_util::BodyExt;
use object_store::{
    ClientOptions, Result,
    client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService},
};

/// Makes it.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> Result<HttpClient> {
        let client = reqwest::Client::builder().timeout(PATIENCE).connect_timeout(PATIENCE / 4).build();
        let client = client.map_err(|error| object_store::Error::Generic { store: "S3", source: Box::new(error) })?;
        Ok(HttpClient::new(Client(client)))
    }
}

/// How long one request may take: a scan of five megabytes over a slow line.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

#[derive(Debug)]
struct Client(reqwest::Client);

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string();
        // A scan is small enough to be sent, and received, in one piece.
        let body = body.collect().await?.to_bytes();
        let asked = self.0.request(parts.method, url).headers(parts.headers).body(body).send().await.map_err(told)?;
        let mut response = http::Response::builder().status(asked.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(asked.headers());
        }
        let body = asked.bytes().await.map_err(told)?;
        response.body(body.into()).map_err(|error| HttpError::new(HttpErrorKind::Decode, error))
    }
}

/// Without the address, which names the bucket.
fn told(error: reqwest::Error) -> HttpError {
    let kind = match &error {
        error if error.is_timeout() => HttpErrorKind::Timeout,
        error if error.is_connect() => HttpErrorKind::Connect,
        error if error.is_decode() || error.is_body() => HttpErrorKind::Interrupted,
        error if error.is_request() => HttpErrorKind::Request,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error.without_url())
}
