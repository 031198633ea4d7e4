//! Carries updates to the engine's webhook: one in flight per chat, retried with growing pauses until they expire.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::body::Bytes;
use reqwest::StatusCode;
use tokio::sync::Semaphore;

use super::{
    Core, locked,
    log::{Direction, Raw},
};
use crate::clock;

/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(120);
/// How long a receiver may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// One update on its way.
#[derive(Clone)]
pub(super) struct Parcel {
    /// Telegram's `update_id`, VK's `ts`.
    pub(super) id: i64,
    /// One in flight per key.
    pub(super) key: i64,
    /// The event's name, for the log.
    pub(super) name: String,
    pub(super) body: Bytes,
    /// Given up after this.
    pub(super) expires: Instant,
    /// Delivered twice (a fault).
    pub(super) twice: bool,
    /// Delivered this much later (a fault).
    pub(super) delay: Duration,
}

/// What the receiver must answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manners {
    /// Telegram: any 2xx.
    Telegram,
    /// VK: 200 and the body `ok`.
    Vk,
}

/// What the receiver answered.
#[derive(Default)]
pub(super) struct Said {
    /// The content type.
    pub(super) kind: String,
    pub(super) body: Bytes,
}

/// Told of what was delivered, with the answer.
type Delivered = Box<dyn Fn(&Parcel, Said) + Send + Sync>;

/// The way to one webhook.
pub(super) struct Courier {
    pub(super) url: String,
    secret: Option<String>,
    manners: Manners,
    first_pause: Duration,
    slots: Semaphore,
    queues: Mutex<HashMap<i64, VecDeque<Parcel>>>,
    closed: AtomicBool,
    waiting: AtomicUsize,
    /// When and why the last try failed.
    pub(super) last_error: Mutex<Option<(i64, String)>>,
    delivered: Delivered,
}

/// What comes of one try.
#[derive(Debug, PartialEq, Eq)]
enum Tried {
    Delivered,
    /// Again after this, or after the usual pause.
    Again(Option<Duration>, String),
}

impl Courier {
    pub(super) fn new(
        url: String,
        secret: Option<String>,
        manners: Manners,
        slots: usize,
        first_pause: Duration,
        delivered: Delivered,
    ) -> Arc<Self> {
        Arc::new(Self {
            url,
            secret,
            manners,
            first_pause,
            slots: Semaphore::new(slots),
            queues: Mutex::default(),
            closed: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            last_error: Mutex::default(),
            delivered,
        })
    }

    /// Takes a parcel along; parcels of one key keep their order.
    pub(super) fn push(self: &Arc<Self>, core: &Arc<Core>, parcel: Parcel) {
        let key = parcel.key;
        self.waiting.fetch_add(1, Ordering::Relaxed);
        core.parcels.send_modify(|count| *count += 1);
        let mut queues = locked(&self.queues);
        if let Some(queue) = queues.get_mut(&key) {
            queue.push_back(parcel);
            return;
        }
        queues.insert(key, VecDeque::from([parcel]));
        drop(queues);
        tokio::spawn(Arc::clone(self).walk(Arc::clone(core), key));
    }

    /// No more tries; what is under way ends.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    async fn walk(self: Arc<Self>, core: Arc<Core>, key: i64) {
        loop {
            let Some(parcel) = self.head(&core, key) else { return };
            if !parcel.delay.is_zero() {
                tokio::time::sleep(parcel.delay).await;
            }
            let times = if parcel.twice { 2 } else { 1 };
            for _ in 0..times {
                self.deliver(&core, &parcel).await;
            }
            self.done(key);
            core.parcels.send_modify(|count| *count -= 1);
        }
    }

    fn head(&self, core: &Core, key: i64) -> Option<Parcel> {
        let mut queues = locked(&self.queues);
        if self.closed.load(Ordering::Acquire) {
            let left = queues.remove(&key).map_or(0, |queue| queue.len());
            core.parcels.send_modify(|count| *count -= left);
            return None;
        }
        let head = queues.get(&key).and_then(|queue| queue.front().cloned());
        if head.is_none() {
            queues.remove(&key);
        }
        head
    }

    fn done(&self, key: i64) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        if let Some(queue) = locked(&self.queues).get_mut(&key) {
            queue.pop_front();
        }
    }

    async fn deliver(&self, core: &Core, parcel: &Parcel) {
        for attempt in 0u32.. {
            if self.closed.load(Ordering::Acquire) || clock::tick() >= parcel.expires {
                return;
            }
            let (tried, answer) = match self.slots.acquire().await {
                Ok(_slot) => self.post(core, parcel, attempt).await,
                Err(_) => return,
            };
            match tried {
                Tried::Delivered => return (self.delivered)(parcel, answer),
                Tried::Again(told, why) => {
                    *locked(&self.last_error) = Some((core.now().timestamp(), why));
                    tokio::time::sleep(told.unwrap_or_else(|| pause(self.first_pause, attempt))).await;
                }
            }
        }
    }

    async fn post(&self, core: &Core, parcel: &Parcel, attempt: u32) -> (Tried, Said) {
        let begun = clock::tick();
        let mut request =
            core.http.post(&self.url).header("content-type", "application/json").body(parcel.body.clone());
        if let (Manners::Telegram, Some(secret)) = (self.manners, &self.secret) {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        if self.manners == Manners::Vk && attempt > 0 {
            request = request.header("X-Retry-Counter", attempt);
        }
        let (status, after, answer) = match request.send().await {
            Ok(response) => {
                let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
                let after = header("retry-after").and_then(|value| value.parse().ok()).map(Duration::from_secs);
                let kind = header("content-type").unwrap_or_default().to_owned();
                let status = response.status();
                (Some(status), after, Said { kind, body: response.bytes().await.unwrap_or_default() })
            }
            Err(_) => (None, None, Said::default()),
        };
        self.note(core, parcel, status, answer.body.clone(), begun);
        (judge(self.manners, status, after, &answer.body), answer)
    }

    fn note(&self, core: &Core, parcel: &Parcel, status: Option<StatusCode>, answer: Bytes, begun: Instant) {
        core.log.put(Raw {
            direction: Direction::Event,
            channel: if self.manners == Manners::Telegram { "telegram" } else { "vk" },
            method: "POST",
            path: self.url.clone(),
            name: parcel.name.clone(),
            kind: "application/json".to_owned(),
            query: String::new(),
            body: parcel.body.clone(),
            status: status.map_or(0, |status| status.as_u16()),
            answer,
            at: core.now(),
            ms: begun.elapsed().as_secs_f64() * 1_000.0,
        });
    }
}

/// Whether the receiver took it.
fn judge(manners: Manners, status: Option<StatusCode>, after: Option<Duration>, answer: &[u8]) -> Tried {
    let Some(status) = status else { return Tried::Again(None, "Connection refused".to_owned()) };
    let taken = match manners {
        Manners::Telegram => status.is_success(),
        Manners::Vk => status == StatusCode::OK && answer.trim_ascii() == b"ok",
    };
    if taken {
        return Tried::Delivered;
    }
    let postpones = match manners {
        Manners::Telegram => true,
        Manners::Vk => matches!(status.as_u16(), 410 | 429 | 503),
    };
    let why = format!("Wrong response from the webhook: {status}");
    Tried::Again(after.filter(|_| postpones), why)
}

/// One second, doubling, to two minutes.
fn pause(first: Duration, attempt: u32) -> Duration {
    first.saturating_mul(2u32.saturating_pow(attempt)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_two_minutes() {
        let seconds: Vec<_> = (0..9).map(|attempt| pause(Duration::from_secs(1), attempt).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 120, 120]);
    }

    #[test]
    fn telegram_wants_2xx_and_vk_wants_ok() {
        let judged = |manners, status: u16, answer: &str| {
            judge(manners, StatusCode::from_u16(status).ok(), Some(Duration::from_secs(7)), answer.as_bytes())
        };
        assert_eq!(judged(Manners::Telegram, 204, ""), Tried::Delivered);
        assert_eq!(judged(Manners::Vk, 200, "ok"), Tried::Delivered);
        assert!(matches!(judged(Manners::Vk, 200, "OK!"), Tried::Again(None, _)));
        assert!(matches!(judged(Manners::Vk, 503, ""), Tried::Again(Some(_), _)));
        assert!(matches!(judged(Manners::Vk, 500, ""), Tried::Again(None, _)));
        assert!(matches!(judged(Manners::Telegram, 429, ""), Tried::Again(Some(after), _) if after.as_secs() == 7));
    }
}
