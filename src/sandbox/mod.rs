//! Stand-ins for Telegram, VK and the autodial providers, over real HTTP, and the control API that plays the people.
//!
//! The same servers serve the demo, the tests and the benchmarks. They enforce the platforms' limits, answer with the
//! platforms' own error strings, and can be told to fail. Nothing outside may depend on this room except `cli`.
//! The control API's contract is in [`api`].

pub mod api;
mod autodial;
mod courier;
mod fault;
mod limit;
mod log;
mod notice;
mod params;
mod reply;
mod snapshot;
mod telegram;
mod vk;
mod web;
mod world;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::Router;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::watch;

pub use log::{Direction, LogEntry};
pub use notice::Notice;

use crate::{
    clock::{self, Clock},
    ids::Dice,
};

/// Gives the answer of `GET api/seed`: `[{name, role, channel?, code?}]`.
pub type SeedHook = Arc<dyn Fn() -> BoxFuture<'static, Value> + Send + Sync>;
/// Moves civil time on by so many seconds; the error is shown to whoever asked.
pub type AdvanceHook = Arc<dyn Fn(i64) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// One call of a Telegram bot's that has taken effect.
#[derive(Clone, Debug)]
pub struct Called<'c> {
    /// As Telegram spells it.
    pub method: &'c str,
    /// Where: the chat that it names, or in which the press was that it answers.
    pub chat: i64,
    /// The text that it says.
    pub text: Option<&'c str>,
}
/// Told of each call into a chat that has taken effect, before the bot is answered. It must not wait.
pub type Tap = Arc<dyn Fn(&Called<'_>) + Send + Sync>;

/// A Telegram bot that the stand-in knows.
#[derive(Clone, Debug)]
pub struct BotOptions {
    /// `<bot id>:<secret>`.
    pub token: SecretString,
    /// Without `@`.
    pub username: String,
    /// Shown above the chat.
    pub name: String,
}

/// A VK community that the stand-in knows.
#[derive(Clone, Debug)]
pub struct CommunityOptions {
    /// Positive.
    pub group_id: i64,
    /// The community's access token.
    pub token: SecretString,
    /// Shown above the chat.
    pub name: String,
    /// What the Callback API's `confirmation` must be answered with.
    pub confirmation: String,
    /// The mini app that its buttons open, if it has one.
    pub app: Option<AppOptions>,
    /// Where events are sent from the start; more can be said through `groups.addCallbackServer` or the control API.
    pub callback: Option<CallbackOptions>,
}

/// A VK mini app.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Its number.
    pub id: u64,
    /// What launch parameters are signed with.
    pub secret: SecretString,
    /// Its page.
    pub url: String,
}

/// A Callback API server.
#[derive(Clone, Debug)]
pub struct CallbackOptions {
    /// Its address.
    pub url: String,
    /// Sent as `secret` in each event.
    pub secret: Option<SecretString>,
}

/// How the stand-ins are set up.
#[derive(Clone)]
pub struct Options {
    /// Telegram bots; the first is the one that people talk to unless they say otherwise.
    pub bots: Vec<BotOptions>,
    /// VK communities; likewise.
    pub communities: Vec<CommunityOptions>,
    /// Civil time: the dates of messages.
    pub clock: Clock,
    /// Chance: codes, ids.
    pub dice: Arc<Dice>,
    /// The demo's people, if there is a demo.
    pub seed: Option<SeedHook>,
    /// How to advance civil time, if it may be advanced.
    pub advance: Option<AdvanceHook>,
    /// Where chats are kept over a restart.
    pub snapshot: Option<PathBuf>,
    /// Whether the platforms' rates are enforced (`false` for benchmarks).
    pub limits: bool,
    /// The first pause before an undelivered update is sent again; the platforms' is a second.
    pub first_pause: Duration,
    /// Whether VK sends a community its own messages back as `message_reply`.
    pub own_echoes: bool,
    /// Who listens to what Telegram bots do (benchmarks: a log that is asked again and again would be their bottleneck).
    pub tap: Option<Tap>,
}

impl Options {
    /// Nobody to talk to yet, real limits, no snapshot.
    #[must_use]
    pub fn new(clock: Clock, dice: Arc<Dice>) -> Self {
        Self {
            bots: Vec::new(),
            communities: Vec::new(),
            clock,
            dice,
            seed: None,
            advance: None,
            snapshot: None,
            limits: true,
            first_pause: Duration::from_secs(1),
            own_echoes: false,
            tap: None,
        }
    }
}

/// Why the stand-ins can't start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A bot's token has no bot id in front.
    #[error("the Telegram token of @{0} is not of the form <digits>:<secret>")]
    Token(String),
    /// The HTTP client can't be made.
    #[error("no HTTP client")]
    Http(#[from] reqwest::Error),
    /// The snapshot can't be read.
    #[error("the snapshot {path} can't be read")]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The stand-ins. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Sandbox(Arc<Core>);

/// What the rooms of the sandbox share.
struct Core {
    clock: Clock,
    dice: Arc<Dice>,
    seed: Option<SeedHook>,
    advance: Option<AdvanceHook>,
    limits: bool,
    first_pause: Duration,
    own_echoes: bool,
    tap: Option<Tap>,
    world: Mutex<world::World>,
    bots: Vec<Arc<telegram::Bot>>,
    by_token: HashMap<String, Arc<telegram::Bot>>,
    communities: Vec<Arc<vk::Community>>,
    dial: Mutex<autodial::Exchange>,
    files: Mutex<HashMap<String, params::Upload>>,
    faults: fault::Faults,
    log: log::Log,
    notices: Mutex<Vec<Notice>>,
    changes: watch::Sender<u64>,
    /// Updates and events that are on their way to a webhook.
    parcels: watch::Sender<usize>,
    http: reqwest::Client,
}

impl Sandbox {
    /// Sets the stand-ins up and loads the snapshot. Must be called within a tokio runtime: it starts the tasks that
    /// write the snapshot and send events.
    ///
    /// # Errors
    /// A malformed bot token, an unreadable snapshot.
    pub fn new(options: Options) -> Result<Self, Error> {
        let bots = options.bots.iter().map(telegram::Bot::new).collect::<Result<Vec<_>, _>>()?;
        let by_token = bots.iter().map(|bot| (bot.token().to_owned(), Arc::clone(bot))).collect();
        let core = Arc::new(Core {
            clock: options.clock,
            dice: options.dice,
            seed: options.seed,
            advance: options.advance,
            limits: options.limits,
            first_pause: options.first_pause,
            own_echoes: options.own_echoes,
            tap: options.tap,
            world: Mutex::default(),
            bots,
            by_token,
            communities: options.communities.iter().map(vk::Community::new).collect(),
            dial: Mutex::default(),
            files: Mutex::default(),
            faults: fault::Faults::default(),
            log: log::Log::default(),
            notices: Mutex::default(),
            changes: watch::Sender::new(0),
            parcels: watch::Sender::new(0),
            http: http_client()?,
        });
        if let Some(path) = options.snapshot {
            snapshot::load(&core, &path)?;
            tokio::spawn(snapshot::keep(Arc::downgrade(&core), path));
        }
        vk::callback::begin(&core, &options.communities);
        Ok(Self(core))
    }

    /// Every route, relative: to be served at `/` or nested under `/sandbox/`.
    pub fn router(&self) -> Router {
        let core = Arc::clone(&self.0);
        Router::new()
            .merge(telegram::routes())
            .merge(vk::routes())
            .merge(autodial::routes())
            .nest("/api", api::routes())
            .merge(web::routes())
            .with_state(core)
    }

    /// Every request and event that is still in the log, oldest first.
    pub async fn log(&self) -> Vec<LogEntry> {
        self.0.log.after(0).await
    }

    /// Waits until every update and event on its way to a webhook has been taken there, or given up.
    pub async fn delivered(&self) {
        // The sender lives as long as we do.
        let _ = self.0.parcels.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Writes the snapshot now: for a graceful stop.
    ///
    /// # Errors
    /// The file can't be written.
    pub async fn save(&self, path: &std::path::Path) -> std::io::Result<()> {
        snapshot::save(&self.0, path).await
    }
}

impl Core {
    /// Civil time.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Tells the page and the snapshot that something changed.
    fn touch(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// The fault that strikes this request or update, if any.
    fn strike(&self, about: fault::About, channel: &str, chat: Option<i64>, name: &str) -> Option<fault::Struck> {
        let struck = self.faults.strike(about, channel, chat, name, clock::tick());
        if struck.is_some() {
            self.touch();
        }
        struck
    }

    fn bot(&self, line: world::Line) -> Option<&Arc<telegram::Bot>> {
        self.bots.iter().find(|bot| bot.id == line)
    }

    fn community(&self, line: world::Line) -> Option<&Arc<vk::Community>> {
        self.communities.iter().find(|community| community.line() == line)
    }

    /// Who a person of this messenger talks to unless they say otherwise.
    fn first_line(&self, channel: world::Messenger) -> Option<world::Line> {
        match channel {
            world::Messenger::Telegram => self.bots.first().map(|bot| bot.id),
            world::Messenger::Vk => self.communities.first().map(|community| community.line()),
        }
    }

    /// A random hexadecimal id.
    fn hex(&self) -> String {
        hex::encode(self.dice.bytes::<16>())
    }
}

fn http_client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .no_proxy()
        .timeout(courier::PATIENCE)
        .connect_timeout(Duration::from_secs(5))
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

/// Locks; a thread that panicked while it held the lock left nothing half-done that matters here.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
