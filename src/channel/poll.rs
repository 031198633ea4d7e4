//! Asking for updates, where no webhook is set. The place in the stream moves only after
//! [`Poller::acknowledge`], so what was not committed comes again.

use std::time::Duration;

use super::{Inbound, telegram, vk};

/// A source of updates that is asked.
#[derive(Debug)]
pub enum Poller {
    /// `getUpdates`.
    Telegram(telegram::Poll),
    /// VK's Bots Long Poll.
    Vk(vk::Poll),
}

impl Poller {
    /// Waits for the next updates; empty when the platform's patience ran out first. Asking again without
    /// [`Poller::acknowledge`] gives the same ones again.
    ///
    /// # Errors
    /// [`PollError`] says how to go on; the place in the stream is kept.
    pub async fn next(&mut self) -> Result<Vec<Inbound>, PollError> {
        match self {
            Self::Telegram(poll) => poll.next().await,
            Self::Vk(poll) => poll.next().await,
        }
    }

    /// The place in the stream behind which nothing is acknowledged, where the platform does not keep it for us.
    #[must_use]
    pub fn mark(&self) -> Option<&str> {
        match self {
            Self::Telegram(_) => None,
            Self::Vk(poll) => poll.mark(),
        }
    }

    /// Goes on from a [`Poller::mark`], which may be another process's: what came meanwhile comes now.
    pub fn resume(&mut self, mark: String) {
        match self {
            Self::Telegram(_) => {}
            Self::Vk(poll) => poll.resume(mark),
        }
    }

    /// The updates of the last [`Poller::next`] are safe with us: go on behind them.
    pub fn acknowledge(&mut self) {
        match self {
            Self::Telegram(poll) => poll.acknowledge(),
            Self::Vk(poll) => poll.acknowledge(),
        }
    }
}

/// Why no updates came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PollError {
    /// Too fast: ask again after this long.
    #[error("too fast, again after {0:?}")]
    TooFast(Duration),
    /// The platform is down, slow or talks nonsense: ask again after a pause.
    #[error("not now: {0}")]
    Later(String),
    /// Another process asks with the same token: only one of us may.
    #[error("somebody else asks with the same token")]
    Conflict,
    /// The bot's own account is refused.
    #[error("the bot itself is refused ({code}): {why}")]
    Account {
        /// The platform's code.
        code: i64,
        /// The platform's words.
        why: String,
    },
}
