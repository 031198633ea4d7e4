//! What VK's refusals mean for us.

use std::time::Duration;

use super::client::{ApiError, Code, Error};
use crate::channel::{Gone, PollError, Scope, SendError, http::Broken};

/// Code 6 names no time; the count is per second.
const TOO_MANY: Duration = Duration::from_secs(1);

/// Code 9 names no time either: the same text too often in one dialogue.
const FLOOD: Duration = Duration::from_secs(30);

/// The fate of what was sent.
pub(super) fn fate(error: &Error) -> SendError {
    match error {
        Error::Api(refusal) => refused(refusal),
        Error::Status { status: 429, retry_after } => too_fast(retry_after.unwrap_or(TOO_MANY), Scope::Lane),
        // A proxy's refusal: the API has not seen the request.
        Error::Status { .. } | Error::Broken(Broken::NotSent(_)) => SendError::Later(error.to_string()),
        Error::Broken(Broken::NoAnswer(_)) | Error::Unreadable => SendError::Unknown(error.to_string()),
    }
}

/// The fate of one peer's message.
pub(super) fn refused(refusal: &ApiError) -> SendError {
    let (code, why) = (refusal.error_code, refusal.error_msg.clone());
    match refusal.code() {
        Code::TooMany => too_fast(TOO_MANY, Scope::Lane),
        Code::Flood => too_fast(FLOOD, Scope::Chat),
        Code::Unknown | Code::Server => SendError::Later(refusal.to_string()),
        Code::Auth | Code::Captcha | Code::Halted | Code::Quota => SendError::Account { code, why },
        Code::Blacklisted | Code::NoPermission | Code::Privacy => SendError::Gone(Gone::Blocked),
        Code::UserDeleted => SendError::Gone(Gone::Deactivated),
        Code::ChatClosed => SendError::Gone(Gone::Kicked),
        Code::NoContact => SendError::Gone(Gone::NotFound),
        Code::Parameter | Code::Keyboard | Code::TooLong | Code::Other => SendError::Refused { code, why },
    }
}

/// The fate of an asking for events.
pub(super) fn poll(error: &Error) -> PollError {
    match fate(error) {
        SendError::TooFast { after, .. } => PollError::TooFast(after),
        // Access denied (15) and wrong parameters mean settings that only people can change.
        SendError::Account { code, why } | SendError::Refused { code, why } => PollError::Account { code, why },
        _ => PollError::Later(error.to_string()),
    }
}

fn too_fast(after: Duration, scope: Scope) -> SendError {
    SendError::TooFast { after, scope }
}
