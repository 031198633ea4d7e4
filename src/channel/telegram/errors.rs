//! What the server's refusals mean for us.
//!
//! By `error_code` first, then by how the description begins (strings of the official server 10.0): it may grow a tail,
//! and teloxide's exact matching lets several real ones through as unknown.

use std::time::Duration;

use crate::channel::{Gone, Scope, SendError, http::Answer};

/// A pause when the server says "too fast" and not how long.
const PAUSE: Duration = Duration::from_secs(1);

/// A refusal as it came. Its words are the server's own and hold nothing of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} {description}")]
pub struct Refusal {
    /// `error_code`, or the HTTP status where none was given.
    pub code: i64,
    /// `description`.
    pub description: String,
    /// How long to wait, from `parameters` or from the `Retry-After` header.
    pub retry_after: Option<Duration>,
    /// The new id of a group that became a supergroup.
    pub moved_to: Option<i64>,
}

/// What a refusal means to the one who sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What was wanted is so already, or nobody waits for it any more.
    Fine,
    /// It failed, with this fate.
    Failed(SendError),
}

impl Refusal {
    /// A refusal by something that does not speak the Bot API: a proxy, mostly.
    pub(super) fn of_status(answer: &Answer) -> Self {
        Self {
            code: i64::from(answer.status),
            description: String::new(),
            retry_after: answer.retry_after,
            moved_to: None,
        }
    }

    /// How long a 429 asks to wait.
    pub(super) fn wait(&self) -> Duration {
        let words = || self.description.rsplit_once("retry after ")?.1.trim().parse().ok();
        self.retry_after.or_else(|| words().map(Duration::from_secs)).unwrap_or(PAUSE)
    }

    /// The fate of what was sent.
    pub(super) fn meaning(&self) -> Meaning {
        let said = detail(&self.description);
        if self.code == 400 && FINE.iter().any(|start| said.starts_with(start)) {
            return Meaning::Fine;
        }
        Meaning::Failed(match (self.code, self.moved_to) {
            (429, _) => SendError::TooFast { after: self.wait(), scope: Scope::Chat },
            (_, Some(id)) => SendError::Moved(id.to_string()),
            (500.., _) => SendError::Later(self.to_string()),
            // Another process with this token sets a webhook at this moment.
            (409, _) => SendError::Later(self.to_string()),
            (401 | 421, _) => self.account(),
            (404, _) if said.starts_with("method not found") => self.refused(),
            (404, _) => self.account(),
            (403, _) => SendError::Gone(gone(&said).unwrap_or(Gone::Blocked)),
            _ => gone(&said).map_or_else(|| self.refused(), SendError::Gone),
        })
    }

    fn account(&self) -> SendError {
        SendError::Account { code: self.code, why: self.description.clone() }
    }

    fn refused(&self) -> SendError {
        SendError::Refused { code: self.code, why: self.description.clone() }
    }
}

/// The description without its class ("Bad Request: "), in lower case.
fn detail(description: &str) -> String {
    description.split_once(": ").map_or(description, |(_, detail)| detail).to_lowercase()
}

const FINE: [&str; 4] = ["message is not modified", "query is too old", "query id is invalid", "query_id_invalid"];

/// Beginnings of what the server says of people and chats that can't be written to.
const GONE: [(&str, Gone); 22] = [
    ("bot was blocked by the user", Gone::Blocked),
    ("user_is_blocked", Gone::Blocked),
    ("bot can't initiate conversation with a user", Gone::Blocked),
    ("bot can't send messages to bots", Gone::Blocked),
    ("user is deactivated", Gone::Deactivated),
    ("input_user_deactivated", Gone::Deactivated),
    ("bot was kicked from", Gone::Kicked),
    ("bot is not a member of", Gone::Kicked),
    ("the group chat was deleted", Gone::Kicked),
    ("group chat was deactivated", Gone::Kicked),
    ("have no rights to send a message", Gone::Kicked),
    ("not enough rights to send", Gone::Kicked),
    ("need administrator rights in the channel", Gone::Kicked),
    ("chat_write_forbidden", Gone::Kicked),
    ("chat_send_plain_forbidden", Gone::Kicked),
    ("channel_private", Gone::Kicked),
    ("chat not found", Gone::NotFound),
    ("private chat not found", Gone::NotFound),
    ("user not found", Gone::NotFound),
    ("have no access to the user", Gone::NotFound),
    ("group chat was upgraded to a supergroup chat", Gone::NotFound),
    ("peer_id_invalid", Gone::NotFound),
];

fn gone(said: &str) -> Option<Gone> {
    GONE.iter().find(|(start, _)| said.starts_with(start)).map(|(_, gone)| *gone)
}
