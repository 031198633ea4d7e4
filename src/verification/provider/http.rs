//! What all providers' requests have in common.

use reqwest::{RequestBuilder, StatusCode};

use super::{About, Answer};

/// No provider's answer is longer; whoever sends more is not answering us.
const LONGEST: usize = 64 * 1024;

/// An answer's status and body.
pub(super) struct Heard {
    pub status: StatusCode,
    pub body: Vec<u8>,
}

/// Sends a request and reads the answer.
///
/// # Errors
/// What the failure means for a call: without a connection none was placed, after that nobody knows.
pub(super) async fn ask(request: RequestBuilder) -> Result<Heard, Answer> {
    let mut response = request.send().await.map_err(|error| unheard(&error))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Answer::Unanswered)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            return Err(Answer::Unanswered);
        }
    }
    Ok(Heard { status, body })
}

fn unheard(error: &reqwest::Error) -> Answer {
    if error.is_connect() || error.is_builder() { Answer::Refused(About::Unknown) } else { Answer::Unanswered }
}

/// What a status says whose body says nothing. A failing server may have placed the call before it failed.
pub(super) fn by_status(status: StatusCode) -> Answer {
    match status.as_u16() {
        401..=403 => Answer::Refused(About::Us),
        400 | 404..=499 => Answer::Refused(About::Unknown),
        _ => Answer::Unanswered,
    }
}
