//! Bots Long Poll: <https://dev.vk.com/api/bots-long-poll/getting-started>.

use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Client, Error};
use crate::channel::http::DEADLINE;

/// Where events are asked for, and from which place on.
#[derive(Clone, Deserialize)]
pub struct Server {
    /// The address.
    pub server: String,
    /// Proof that we may.
    pub key: String,
    /// The place in the stream.
    #[serde(deserialize_with = "text_or_number")]
    pub ts: String,
}

/// Its key opens the community's mail: not shown.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("ts", &self.ts).finish_non_exhaustive()
    }
}

/// What an asking brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Checked {
    /// Events, and the place behind them.
    Updates {
        /// Where to go on.
        ts: String,
        /// Each as the Callback API would have sent it.
        updates: Vec<Value>,
    },
    /// `failed: 1`: the place is too old, go on at this one.
    Stale {
        /// Where to go on.
        ts: String,
    },
    /// `failed: 2`: the key has expired; the place is still good.
    KeyExpired,
    /// `failed: 3` (or a number that nobody knows): key and place are lost.
    Lost,
}

#[derive(Deserialize)]
struct Answer {
    failed: Option<i64>,
    #[serde(default, deserialize_with = "text_or_number")]
    ts: String,
    #[serde(default)]
    updates: Vec<Value>,
}

/// Waits for events for `wait` (VK: 90 s at most).
///
/// # Errors
/// [`Error`]
pub async fn check(client: &Client, server: &Server, wait: Duration) -> Result<Checked, Error> {
    let seconds = wait.as_secs().to_string();
    let query = [("act", "a_check"), ("key", &server.key), ("ts", &server.ts), ("wait", &seconds)];
    let answer: Answer = client.get(&server.server, &query, wait + DEADLINE).await?;
    Ok(answer.into())
}

impl From<Answer> for Checked {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer { failed: None, ts, updates } if !ts.is_empty() => Self::Updates { ts, updates },
            Answer { failed: Some(1), ts, .. } if !ts.is_empty() => Self::Stale { ts },
            Answer { failed: Some(2), .. } => Self::KeyExpired,
            Answer { .. } => Self::Lost,
        }
    }
}

/// VK writes the place now as a text, now as a number.
fn text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Place {
        Text(String),
        Number(u64),
    }
    Ok(match Place::deserialize(from)? {
        Place::Text(text) => text,
        Place::Number(number) => number.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(json: &str) -> Checked {
        serde_json::from_str::<Answer>(json).unwrap().into()
    }

    #[test]
    fn every_answer_of_the_documentation_is_read() {
        assert_eq!(checked(r#"{"ts": "10", "updates": []}"#), Checked::Updates { ts: "10".into(), updates: vec![] });
        assert_eq!(checked(r#"{"failed": 1, "ts": 30}"#), Checked::Stale { ts: "30".into() });
        assert_eq!(checked(r#"{"failed": 2}"#), Checked::KeyExpired);
        assert_eq!(checked(r#"{"failed": 3}"#), Checked::Lost);
        assert_eq!(checked(r#"{"failed": 4, "min_version": 0}"#), Checked::Lost);
    }
}
