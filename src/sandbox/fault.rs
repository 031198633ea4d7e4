//! Faults that are switched on through the control API. They touch the stand-ins only.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::locked;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Telegram 429 with `retry_after`, VK error 6.
    Rate,
    /// As if the person had blocked the bot: Telegram 403, VK error 901.
    Blocked,
    /// Telegram 502, VK error 10, autodial 500.
    ServerError,
    /// The answer comes `ms` later.
    Slow,
    /// The request waits, and takes effect when the fault is removed.
    Hold,
    /// The connection closes before the request took effect.
    DropBefore,
    /// The request takes effect, the connection closes without an answer.
    DropAfter,
    /// An update is delivered twice.
    Duplicate,
    /// Updates of different people come in another order.
    Disorder,
    /// VK error 9.
    Flood,
    /// VK error 914.
    TooLong,
    /// The bot's own token is refused: Telegram 401, VK error 5.
    Token,
    /// Autodial: the call rings, the answer never comes.
    Timeout,
    /// Autodial: an HTML page instead of JSON.
    Html,
    /// Autodial (uCaller): `status:false` with an id and no `error`: a real call.
    StatusFalse,
    /// Autodial: a code of six digits, the last four of which count.
    SixDigits,
    /// Autodial: the code as a JSON integer, `427` for `0427`.
    IntegerCode,
    /// Autodial: accepted, nothing rings.
    NoRing,
    /// Autodial: the account has no money.
    NoMoney,
    /// Autodial: the number is refused.
    Refused,
    /// Autodial (uCaller): `getInfo` still answers −1, «checking».
    Pending,
}

/// A fault as asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Fault {
    /// Given by us.
    #[serde(default)]
    pub(super) id: u64,
    /// `telegram`, `vk` or `autodial`.
    pub(super) channel: String,
    pub(super) kind: Kind,
    /// How many more times; without it until removed or over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<u32>,
    /// For so many seconds of operational time.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub(super) seconds: Option<u64>,
    /// Only this chat (Telegram `chat_id`, VK `peer_id`, autodial: a phone's digits).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) chat: Option<i64>,
    /// Only this method (`sendMessage`, `messages.send`, `smsru/code/call`), any letter case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<String>,
    /// For `slow`: how slow; 3,000 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ms: Option<u64>,
    /// For `rate`: seconds to wait; 3 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry_after: Option<u64>,
    /// How often it has struck: counted by us.
    #[serde(default)]
    struck: u64,
    #[serde(skip)]
    until: Option<Instant>,
}

/// A fault that struck.
#[derive(Clone, Copy, Debug)]
pub(super) struct Struck {
    id: u64,
    pub(super) kind: Kind,
    delay: Duration,
    pub(super) retry_after: u64,
}

/// The faults that are on.
#[derive(Default)]
pub(super) struct Faults {
    any: AtomicBool,
    list: Mutex<(u64, Vec<Fault>)>,
    /// Told of every removal.
    removed: watch::Sender<()>,
}

/// What a fault may be about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// A request to a stand-in.
    Request,
    /// An update on its way to the engine.
    Update,
}

impl Kind {
    fn about(self) -> About {
        match self {
            Self::Duplicate | Self::Disorder => About::Update,
            _ => About::Request,
        }
    }
}

impl Faults {
    pub(super) fn add(&self, mut fault: Fault, now: Instant) -> u64 {
        fault.struck = 0;
        fault.until = fault.seconds.map(|seconds| now + Duration::from_secs(seconds));
        let mut list = locked(&self.list);
        list.0 += 1;
        fault.id = list.0;
        list.1.push(fault);
        self.any.store(true, Ordering::Release);
        list.0
    }

    pub(super) fn list(&self, now: Instant) -> Vec<Fault> {
        let mut list = locked(&self.list);
        list.1.retain(|fault| fault.until.is_none_or(|until| until > now));
        list.1.clone()
    }

    /// Takes one off, or all (`None`).
    pub(super) fn remove(&self, id: Option<u64>) {
        let mut list = locked(&self.list);
        list.1.retain(|fault| id.is_some_and(|id| id != fault.id));
        self.any.store(!list.1.is_empty(), Ordering::Release);
        drop(list);
        self.removed.send_replace(());
    }

    /// What a slow request and a held one wait for before they take effect.
    pub(super) async fn wait(&self, struck: Struck) {
        match struck.kind {
            Kind::Slow => tokio::time::sleep(struck.delay).await,
            Kind::Hold => {
                let gone = |_: &()| !locked(&self.list).1.iter().any(|fault| fault.id == struck.id);
                // The sender lives as long as we do.
                let _ = self.removed.subscribe().wait_for(gone).await;
            }
            _ => {}
        }
    }

    /// The fault that strikes here, if any; it counts as one time.
    pub(super) fn strike(
        &self,
        about: About,
        channel: &str,
        chat: Option<i64>,
        method: &str,
        now: Instant,
    ) -> Option<Struck> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut list = locked(&self.list);
        // A spent one that holds a request goes on holding it.
        let spent = |fault: &Fault| fault.count == Some(0);
        list.1
            .retain(|fault| fault.until.is_none_or(|until| until > now) && (!spent(fault) || fault.kind == Kind::Hold));
        let fault = list.1.iter_mut().find(|fault| {
            fault.kind.about() == about
                && !spent(fault)
                && fault.channel == channel
                && fault.chat.is_none_or(|only| Some(only) == chat)
                && fault.method.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(method))
        })?;
        fault.count = fault.count.map(|count| count - 1);
        fault.struck += 1;
        Some(Struck {
            id: fault.id,
            kind: fault.kind,
            delay: Duration::from_millis(fault.ms.unwrap_or(3_000)),
            retry_after: fault.retry_after.unwrap_or(3),
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::clock;

    fn fault(json: &str) -> Fault {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_counted_fault_strikes_that_often_and_only_its_chat() {
        let (faults, now) = (Faults::default(), clock::tick());
        faults.add(fault(r#"{"channel":"telegram","kind":"rate","count":2,"chat":7,"retry_after":9}"#), now);
        let hit = |chat| faults.strike(About::Request, "telegram", Some(chat), "sendMessage", now);
        assert!(hit(8).is_none());
        assert_eq!(hit(7).map(|struck| struck.retry_after), Some(9));
        assert!(hit(7).is_some());
        assert!(hit(7).is_none());
    }

    #[tokio::test]
    async fn a_held_request_goes_on_when_its_fault_is_removed_however_often_it_may_strike() {
        let (faults, now) = (Faults::default(), clock::tick());
        let id = faults.add(fault(r#"{"channel":"vk","kind":"hold","count":1}"#), now);
        let hit = || faults.strike(About::Request, "vk", None, "messages.send", now);
        let held = hit().unwrap();
        assert!(hit().is_none(), "it may strike once");
        assert_eq!(faults.list(now)[0].struck, 1);
        let mut waits = std::pin::pin!(faults.wait(held));
        assert!(waits.as_mut().now_or_never().is_none());
        faults.remove(Some(id + 1));
        assert!(waits.as_mut().now_or_never().is_none(), "another one is gone");
        faults.remove(Some(id));
        waits.await;
    }

    #[test]
    fn a_fault_for_a_time_is_over_after_it() {
        let (faults, now) = (Faults::default(), clock::tick());
        faults.add(fault(r#"{"channel":"vk","kind":"server_error","for":5}"#), now);
        let hit = |after| faults.strike(About::Request, "vk", None, "users.get", now + Duration::from_secs(after));
        assert!(hit(4).is_some());
        assert!(hit(5).is_none());
        assert!(faults.list(now + Duration::from_secs(5)).is_empty());
    }
}
