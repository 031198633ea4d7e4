//! Bots Long Poll.

use std::time::Duration;

use super::{
    client::{
        Client, groups,
        long_poll::{self, Checked, Server},
    },
    errors, parse,
};
use crate::{
    channel::{Inbound, PollError},
    ids::LaneId,
};

/// The most that VK lets a request wait.
const PATIENCE_MAX: Duration = Duration::from_secs(90);

/// How often a `failed` is put right at once, before it is somebody's turn to pause.
const REPAIRS: usize = 3;

/// The place in a community's stream of events. It begins at the moment of the first asking, unless it is resumed.
#[derive(Debug)]
pub struct Poll {
    client: Client,
    lane: LaneId,
    group: i64,
    patience: Duration,
    server: Option<Server>,
    /// Where [`Poll::acknowledge`] moves the place.
    behind: Option<String>,
    /// Where to go on as soon as there is a server.
    resumed: Option<String>,
}

impl Poll {
    /// Asks for the events of community `group`; an empty answer comes after `patience`, 90 s at most.
    #[must_use]
    pub fn new(client: Client, lane: LaneId, group: i64, patience: Duration) -> Self {
        Self { client, lane, group, patience: patience.min(PATIENCE_MAX), server: None, behind: None, resumed: None }
    }

    pub(in crate::channel) async fn next(&mut self) -> Result<Vec<Inbound>, PollError> {
        self.behind = None;
        for _ in 0..REPAIRS {
            // A copy, so that a call given up half-way does not lose the place.
            let server = match &self.server {
                Some(server) => server.clone(),
                None => {
                    let asked = self.ask_server().await?;
                    let ts = self.resumed.take().unwrap_or(asked.ts);
                    self.server.insert(Server { ts, ..asked }).clone()
                }
            };
            let checked = long_poll::check(&self.client, &server, self.patience).await;
            match checked.map_err(|error| errors::poll(&error))? {
                Checked::Updates { ts, updates } => {
                    self.behind = Some(ts);
                    // What can't be read is of no kind that exists, or another community's: as if it were not there.
                    return Ok(updates.into_iter().filter_map(|update| parse::read(update, &self.lane).ok()).collect());
                }
                Checked::Stale { ts } => self.server = Some(Server { ts, ..server }),
                Checked::KeyExpired => self.server = Some(Server { ts: server.ts, ..self.ask_server().await? }),
                Checked::Lost => self.server = None,
            }
        }
        Err(PollError::Later("Long Poll keeps failing".to_owned()))
    }

    pub(in crate::channel) fn acknowledge(&mut self) {
        if let (Some(server), Some(ts)) = (self.server.as_mut(), self.behind.take()) {
            server.ts = ts;
        }
    }

    pub(in crate::channel) fn mark(&self) -> Option<&str> {
        self.server.as_ref().map(|server| server.ts.as_str())
    }

    pub(in crate::channel) fn resume(&mut self, mark: String) {
        self.server = None;
        self.resumed = Some(mark);
    }

    async fn ask_server(&self) -> Result<Server, PollError> {
        groups::long_poll_server(&self.client, self.group).await.map_err(|error| errors::poll(&error))
    }
}
