//! What passed between the engine and the stand-ins, newest last, bounded.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::watch;

use super::{locked, params::Params};

/// How many entries are kept.
const KEPT: usize = 2_000;
/// How much of a body is kept: a photo is not worth reading here.
const BODY: usize = 64 * 1024;

/// Which way an entry went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// A request of the engine's to a stand-in.
    Request,
    /// An update or event that a stand-in sent to the engine's webhook.
    Event,
}

/// One request, as received, with its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogEntry {
    /// Grows by one.
    pub seq: u64,
    /// Which way it went.
    pub direction: Direction,
    /// `telegram`, `vk` or `autodial`.
    pub channel: String,
    /// The HTTP method.
    pub method: String,
    /// The path, tokens masked.
    pub path: String,
    /// The name of the platform's method (`sendMessage`, `messages.send`, `smsru/code/call`) or of the event.
    pub name: String,
    /// The body as received, tokens masked; of a multipart body its text fields as JSON.
    pub body: String,
    /// The parameters as understood, tokens masked: from query and body.
    pub params: Map<String, Value>,
    /// The status of the answer; 0: no answer was given.
    pub status: u16,
    /// The body of the answer.
    pub answer: String,
    /// When, in civil time.
    pub at: DateTime<Utc>,
    /// How long the answer took, milliseconds.
    pub ms: f64,
}

/// An entry as it is kept: nothing is decoded before somebody reads it.
pub(super) struct Raw {
    pub(super) direction: Direction,
    pub(super) channel: &'static str,
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) query: String,
    pub(super) body: Bytes,
    pub(super) status: u16,
    pub(super) answer: Bytes,
    pub(super) at: DateTime<Utc>,
    pub(super) ms: f64,
}

/// The bounded log.
#[derive(Default)]
pub(super) struct Log {
    entries: Mutex<VecDeque<(u64, Arc<Raw>)>>,
    /// The number of the newest entry ever.
    last: watch::Sender<u64>,
}

impl Log {
    pub(super) fn put(&self, mut raw: Raw) {
        if raw.body.len() > BODY {
            raw.body.truncate(BODY);
        }
        if raw.answer.len() > BODY * 8 {
            raw.answer.truncate(BODY * 8);
        }
        let mut entries = locked(&self.entries);
        let seq = self.last() + 1;
        if entries.len() >= KEPT {
            entries.pop_front();
        }
        entries.push_back((seq, Arc::new(raw)));
        self.last.send_replace(seq);
    }

    /// The number of the newest entry ever; 0 before the first.
    pub(super) fn last(&self) -> u64 {
        *self.last.borrow()
    }

    /// Waits until there is an entry after `after`.
    pub(super) async fn passes(&self, after: u64) {
        // The sender lives as long as we do.
        let _ = self.last.subscribe().wait_for(|last| *last > after).await;
    }

    /// The entries after `after`, oldest first.
    pub(super) async fn after(&self, after: u64) -> Vec<LogEntry> {
        let raw: Vec<_> = locked(&self.entries).iter().filter(|(seq, _)| *seq > after).cloned().collect();
        let mut entries = Vec::with_capacity(raw.len());
        for (seq, raw) in raw {
            entries.push(read(seq, &raw).await);
        }
        entries
    }

    pub(super) fn clear(&self) {
        locked(&self.entries).clear();
    }
}

async fn read(seq: u64, raw: &Raw) -> LogEntry {
    let params = Params::read(Some(&raw.query), Some(&raw.kind), &raw.body).await.unwrap_or_default();
    let mut map = params.map;
    for (key, file) in params.files {
        map.insert(key, format!("attach: {} ({} bytes)", file.name, file.bytes.len()).into());
    }
    mask(&mut map);
    let body = if raw.kind.starts_with("application/json") && raw.direction == Direction::Event {
        String::from_utf8_lossy(&raw.body).into_owned()
    } else if raw.kind.starts_with("multipart/") {
        Value::Object(map.clone()).to_string()
    } else {
        mask_text(&String::from_utf8_lossy(&raw.body))
    };
    LogEntry {
        seq,
        direction: raw.direction,
        channel: raw.channel.to_owned(),
        method: raw.method.to_owned(),
        path: raw.path.clone(),
        name: raw.name.clone(),
        body,
        params: map,
        status: raw.status,
        answer: String::from_utf8_lossy(&raw.answer).into_owned(),
        at: raw.at,
        ms: raw.ms,
    }
}

/// Parameters that open an account.
const SECRETS: [&str; 5] = ["access_token", "secret_token", "secret_key", "api_id", "key"];

fn mask(map: &mut Map<String, Value>) {
    for secret in SECRETS {
        if let Some(value) = map.get_mut(secret) {
            *value = "***".into();
        }
    }
}

/// Masks `secret=value` in a form and `"secret":"value"` in JSON.
fn mask_text(body: &str) -> String {
    let mut masked = body.to_owned();
    for secret in SECRETS {
        for (mark, end) in [(format!("{secret}="), '&'), (format!("\"{secret}\":\""), '"')] {
            let Some(at) = masked.find(&mark) else { continue };
            let begin = at + mark.len();
            if mark.ends_with('=') && at > 0 && !masked[..at].ends_with('&') {
                continue;
            }
            let stop = masked[begin..].find(end).map_or(masked.len(), |length| begin + length);
            masked.replace_range(begin..stop, "***");
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_never_reach_the_log() {
        assert_eq!(mask_text("v=5.199&access_token=vk1.a.b&message=hi"), "v=5.199&access_token=***&message=hi");
        assert_eq!(mask_text("access_token=vk1"), "access_token=***");
        assert_eq!(mask_text(r#"{"secret_token":"x","url":"y"}"#), r#"{"secret_token":"***","url":"y"}"#);
    }
}
