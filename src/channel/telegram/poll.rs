//! `getUpdates`.

use std::time::Duration;

use serde_json::Value;
use teloxide_core::payloads::GetUpdates;

use super::{
    api::{Api, CallError, Request, WANTED},
    parse::{BotName, read},
};
use crate::{
    channel::{Inbound, PollError, http},
    ids::LaneId,
};

/// The most that Telegram lets a request wait.
const PATIENCE_MAX: Duration = Duration::from_secs(50);

/// The place in a bot's stream of updates.
#[derive(Debug)]
pub struct Poll {
    api: Api,
    lane: LaneId,
    bot: BotName,
    patience: Duration,
    /// The first update that is not yet acknowledged, once known.
    offset: Option<i64>,
    /// Where [`Poll::acknowledge`] moves `offset`.
    behind: Option<i64>,
}

impl Poll {
    /// Asks for the updates of `api`'s bot; an empty answer comes after `patience`, 50 s at most.
    #[must_use]
    pub fn new(api: Api, lane: LaneId, bot: BotName, patience: Duration) -> Self {
        Self { api, lane, bot, patience: patience.min(PATIENCE_MAX), offset: None, behind: None }
    }

    pub(in crate::channel) async fn next(&mut self) -> Result<Vec<Inbound>, PollError> {
        let request = self.request();
        let result = match self.api.call(&request, self.patience + http::DEADLINE).await {
            Ok(result) => result,
            Err(error) => return Err(self.failed(error).await),
        };
        let Value::Array(updates) = result else {
            return Err(PollError::Later("unreadable answer".to_owned()));
        };
        let last = updates.iter().filter_map(|update| update.get("update_id")?.as_i64()).max();
        self.behind = last.and_then(|last| last.checked_add(1));
        // What has no update id can be neither remembered nor acknowledged: as if it were not there.
        Ok(updates.into_iter().filter_map(|update| read(update, &self.lane, &self.bot).ok()).collect())
    }

    pub(in crate::channel) fn acknowledge(&mut self) {
        self.offset = self.behind.take().or(self.offset);
    }

    fn request(&self) -> Request {
        let mut payload = GetUpdates::new();
        payload.timeout = u32::try_from(self.patience.as_secs()).ok();
        payload.limit = Some(100);
        payload.allowed_updates = Some(WANTED.to_vec());
        let mut request = Request::new("getUpdates", &payload);
        // By hand: teloxide's offset is an i32 and update ids may lie beyond.
        if let (Some(offset), Some(body)) = (self.offset, request.body.as_object_mut()) {
            body.insert("offset".to_owned(), offset.into());
        }
        request
    }

    /// A 409 has two causes: a webhook that is still set, which we take away, and another process that polls.
    async fn failed(&self, error: CallError) -> PollError {
        let refusal = match error {
            CallError::Refused(refusal) => refusal,
            other => return PollError::Later(other.to_string()),
        };
        match refusal.code {
            409 if refusal.description.contains("webhook") => match self.api.delete_webhook().await {
                Ok(()) => PollError::Later("a webhook was set; it is deleted now".to_owned()),
                Err(error) => PollError::Later(error.to_string()),
            },
            409 => PollError::Conflict,
            429 => PollError::TooFast(refusal.wait()),
            401 | 403 | 404 | 421 => PollError::Account { code: refusal.code, why: refusal.description },
            _ => PollError::Later(refusal.to_string()),
        }
    }
}
