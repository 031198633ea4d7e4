//! One request, one answer, one deadline: what both channels need of HTTP.
//!
//! A URL here may hold a token, so none ever reaches an error or a log.

use std::time::Duration;

/// How long a platform may take to answer a request that does not wait on purpose.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(5);

/// The most of an answer that is read: 100 updates of the longest kind fit in many times over.
const ANSWER_MAX: usize = 16 * 1024 * 1024;

/// The HTTP client that channels share: deadlines set, redirects not followed (a token must not travel).
///
/// # Errors
/// When TLS can't be set up.
pub fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(DEADLINE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The `Retry-After` header, in its form of seconds.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why nothing came back. The words hold no URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The connection never stood: the request surely was not received.
    #[error("not connected: {0}")]
    NotSent(String),
    /// It broke or timed out after the request was (perhaps) written.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// Sends one request and reads the whole answer, whatever its status.
pub(super) async fn exchange(request: reqwest::RequestBuilder) -> Result<Answer, Broken> {
    let mut response = request.send().await.map_err(broken)?;
    let status = response.status().as_u16();
    let header = response.headers().get(reqwest::header::RETRY_AFTER);
    let seconds = header.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > ANSWER_MAX {
            return Err(Broken::NoAnswer("the answer is too long".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, retry_after: seconds.map(Duration::from_secs), body })
}

/// A file that goes up.
#[derive(Clone, Copy, Debug)]
pub struct File<'f> {
    /// The field that holds it.
    pub field: &'f str,
    /// What it is called; of a picture, what can be seen on it.
    pub name: &'f str,
    /// Its type.
    pub mime: &'f str,
    /// Told apart from what it holds: no boundary of a form stands in a file that has this name for its bytes.
    pub hash: &'f str,
    /// What it holds.
    pub bytes: &'f [u8],
}

/// A `multipart/form-data` request with these fields and a file.
pub(super) fn upload(
    request: reqwest::RequestBuilder,
    fields: &[(String, String)],
    file: &File<'_>,
) -> reqwest::RequestBuilder {
    let boundary = format!("part-{}", file.hash);
    let mut body = Vec::with_capacity(file.bytes.len() + 1_024);
    let mut add = |head: String, value: &[u8]| {
        body.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    };
    for (name, value) in fields {
        add(format!("name=\"{name}\""), value.as_bytes());
    }
    let plain = |c: char| if c.is_control() || c == '"' || c == '\\' { ' ' } else { c };
    let name: String = file.name.chars().map(plain).collect();
    let end = file.mime.rsplit('/').next().unwrap_or_default();
    let head = format!("name=\"{}\"; filename=\"{name}.{end}\"\r\nContent-Type: {}", file.field, file.mime);
    add(head, file.bytes);
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    request.header(reqwest::header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}")).body(body)
}

fn broken(error: reqwest::Error) -> Broken {
    let never_left = error.is_connect() || error.is_builder();
    let why = chain(&error.without_url());
    if never_left { Broken::NotSent(why) } else { Broken::NoAnswer(why) }
}

/// The error with its causes: reqwest's own words alone say little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

#[cfg(test)]
pub(super) mod scripted;
