//! What the configured bots come down to: a way out for the lane, and a way in.

use std::{
    num::NonZeroU32,
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::Url;
use secrecy::SecretString;
use sqlx::{PgConnection, PgPool};
use tokio::time::sleep;

use crate::{
    channel::{
        self, Channel, Sender,
        poll::{PollError, Poller},
        telegram::{self, BotName},
        vk,
    },
    config::{Config, Telegram, TelegramIntake, Vk, VkIntake},
    doors::Doors,
    http::{TelegramHook, VkHook},
    ids::LaneId,
    lane::Settings,
    message::App,
    store,
    turn::{Desk, Refused},
};

/// How long a platform may hold a request for updates open.
const PATIENCE: Duration = Duration::from_secs(25);
/// Between two tries when a platform, or the database, gives no answer.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two tries when it is no use to hurry: another process asks, or the account is refused.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// The way out of one bot.
pub struct WayOut {
    /// Its lane, and how fast.
    pub settings: Settings,
    /// Its platform.
    pub sender: Sender,
}

/// All configured bots.
#[derive(Default)]
pub struct Bots {
    /// Their ways out.
    pub out: Vec<WayOut>,
    /// Where Telegram brings updates, if it does.
    pub telegram_hook: Option<Arc<TelegramHook>>,
    /// Where VK brings events, if it does.
    pub vk_hook: Option<Arc<VkHook>>,
    /// A webhook that has to be asked for.
    pub webhook: Option<Webhook>,
    /// Updates that have to be asked for.
    pub asked: Vec<Asked>,
    /// A bot that has yet to learn its name.
    pub nameless: Option<Nameless>,
    /// What stands in the links that they send, and on cards.
    pub doors: Doors,
}

/// A bot that does not know its own name.
pub struct Nameless {
    api: telegram::Api,
    lane: LaneId,
    name: Arc<OnceLock<BotName>>,
}

impl Nameless {
    /// Asks for the name until it is told. Whoever only sends must know it too: it stands in what people are to write in groups.
    pub async fn learn(self) {
        let me = introduce(&self.api, &self.lane).await;
        // Whoever brings or asks for updates may have been faster.
        self.name.set(me).ok();
    }
}

/// A webhook that Telegram has to be told about.
pub struct Webhook {
    api: telegram::Api,
    hook: Arc<TelegramHook>,
    url: Option<Url>,
}

/// A bot whose updates are asked for.
pub enum Asked {
    /// By `getUpdates`.
    Telegram(telegram::Api, LaneId),
    /// By Bots Long Poll.
    Vk(vk::Client, LaneId, i64),
}

impl Bots {
    /// From the configuration.
    ///
    /// # Errors
    /// When TLS can't be set up.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let http = channel::http::client()?;
        let mut bots =
            Self { doors: Doors { public_url: config.public_url.clone(), ..Doors::default() }, ..Self::default() };
        if let Some(telegram) = &config.telegram {
            bots.add_telegram(telegram, config.public_url.as_deref(), &http);
        }
        if let Some(vk) = &config.vk {
            bots.add_vk(vk, &http);
        }
        for out in &mut bots.out {
            out.settings.doors = bots.doors.clone();
        }
        Ok(bots)
    }

    fn add_telegram(&mut self, bot: &Telegram, public_url: Option<&str>, http: &reqwest::Client) {
        let lane = telegram_lane(bot);
        let api = telegram::Api::new(http.clone(), &bot.api_url, bot.token.clone());
        let name: Arc<OnceLock<BotName>> = Arc::default();
        self.nameless = Some(Nameless { api: api.clone(), lane: lane.clone(), name: Arc::clone(&name) });
        self.doors.telegram = Some(Arc::clone(&name));
        match &bot.intake {
            TelegramIntake::Poll => self.asked.push(Asked::Telegram(api.clone(), lane.clone())),
            TelegramIntake::Webhook { secret } => {
                let hook =
                    TelegramHook { lane: lane.clone(), name: Arc::clone(&name), secret: SecretString::clone(secret) };
                let hook = Arc::new(hook);
                let url = public_url.and_then(|url| Url::parse(&format!("{url}/hooks/telegram")).ok());
                self.webhook = Some(Webhook { api: api.clone(), hook: Arc::clone(&hook), url });
                self.telegram_hook = Some(hook);
            }
        }
        let settings = Settings { name, ..settings(lane, Channel::Telegram, bot.rate, public_url.and_then(page)) };
        self.out.push(WayOut { settings, sender: Sender::Telegram(api) });
    }

    fn add_vk(&mut self, community: &Vk, http: &reqwest::Client) {
        self.doors.vk = Some(community.group);
        let lane = vk_lane(community);
        let client = vk::Client::new(http.clone(), &community.api_url, community.token.clone());
        match &community.intake {
            VkIntake::Poll => self.asked.push(Asked::Vk(client.clone(), lane.clone(), community.group)),
            VkIntake::Callback { secret, confirmation } => {
                let (secret, confirmation) = (secret.clone(), confirmation.clone());
                self.vk_hook = Some(Arc::new(VkHook { lane: lane.clone(), secret, confirmation }));
            }
        }
        let app = community.app.as_ref().map(|app| App::Numbered { app: app.id, community: -community.group });
        let settings = settings(lane, Channel::Vk, community.rate, app);
        self.out.push(WayOut { settings, sender: Sender::Vk(client) });
    }
}

/// The lane of a bot.
pub fn telegram_lane(bot: &Telegram) -> LaneId {
    LaneId(format!("telegram:{}", bot.bot_id()))
}

/// The lane of a community.
pub fn vk_lane(community: &Vk) -> LaneId {
    LaneId(format!("vk:{}", community.group))
}

fn settings(id: LaneId, channel: Channel, rate: Option<NonZeroU32>, app: Option<App>) -> Settings {
    Settings { id, channel, rate: rate.map_or(0, NonZeroU32::get), app, name: Arc::default(), doors: Doors::default() }
}

/// Our page as Telegram opens it: over https only, but for a stand-in on this machine.
fn page(public_url: &str) -> Option<App> {
    let url = Url::parse(&format!("{public_url}/app/")).ok()?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost"));
    (url.scheme() == "https" || here).then(|| App::Page(url.into()))
}

impl Webhook {
    /// Learns the bot's name and has updates brought to us; tries until it is done.
    pub async fn set_up(self) {
        let me = introduce(&self.api, &self.hook.lane).await;
        self.hook.name.set(me).ok();
        let Some(url) = self.url else {
            tracing::warn!(lane.id = %self.hook.lane, "PUBLIC_URL is not set: Telegram is not told where to bring updates");
            return;
        };
        while let Err(error) = self.api.set_webhook(url.clone(), &self.hook.secret).await {
            tracing::warn!(lane.id = %self.hook.lane, "the webhook is not set: {error}");
            sleep(LONG_PAUSE).await;
        }
    }
}

async fn introduce(api: &telegram::Api, lane: &LaneId) -> BotName {
    loop {
        match api.get_me().await {
            Ok(me) => return BotName(me.username),
            Err(error) => tracing::warn!(lane.id = %lane, "Telegram does not say who the bot is: {error}"),
        }
        sleep(LONG_PAUSE).await;
    }
}

impl Asked {
    /// Asks for updates and hands them in, for ever. One process at a time asks; the others wait for its place.
    pub async fn ask(self, desk: Desk, pool: PgPool) {
        let (poller, lane) = self.poller().await;
        let mut stream = Stream { poller, lane, kept: None };
        loop {
            let Some(mut place) = take_place(&pool, &stream.lane).await else {
                sleep(LONG_PAUSE).await;
                continue;
            };
            if let Err(error) = stream.resume(&mut place).await {
                tracing::error!(lane.id = %stream.lane, "the place in the stream is not known: {error}");
                continue;
            }
            while store::replicas::answers(&mut place).await.is_ok() {
                stream.hand_in(&desk, &mut place).await;
            }
        }
    }

    async fn poller(self) -> (Poller, LaneId) {
        match self {
            Self::Telegram(api, lane) => {
                let name = introduce(&api, &lane).await;
                while let Err(error) = api.delete_webhook().await {
                    tracing::warn!(lane.id = %lane, "the webhook is still set: {error}");
                    sleep(LONG_PAUSE).await;
                }
                (Poller::Telegram(telegram::Poll::new(api, lane.clone(), name, PATIENCE)), lane)
            }
            Self::Vk(client, lane, group) => (Poller::Vk(vk::Poll::new(client, lane.clone(), group, PATIENCE)), lane),
        }
    }
}

async fn take_place(pool: &PgPool, lane: &LaneId) -> Option<PgConnection> {
    let mut db = pool.acquire().await.ok()?.detach();
    let taken = store::replicas::take_intake(&mut db, lane).await.unwrap_or(false);
    taken.then_some(db)
}

/// A stream of updates, and how far it is known to have been taken in.
struct Stream {
    poller: Poller,
    lane: LaneId,
    kept: Option<String>,
}

impl Stream {
    /// Goes on where the last process stopped that asked.
    async fn resume(&mut self, place: &mut PgConnection) -> sqlx::Result<()> {
        self.kept = store::replicas::mark(place, &self.lane).await?;
        if let Some(mark) = &self.kept {
            self.poller.resume(mark.clone());
        }
        Ok(())
    }

    /// One round: what is not committed is not acknowledged, and comes again.
    async fn hand_in(&mut self, desk: &Desk, place: &mut PgConnection) {
        let updates = match self.poller.next().await {
            Ok(updates) => updates,
            Err(error) => {
                tracing::warn!(lane.id = %self.lane, "no updates: {error}");
                return sleep(pause_after(&error)).await;
            }
        };
        // Before as well: a process that is killed over its very first updates has them brought to the next one.
        self.remember(place).await;
        let taken = desk.submit_all(updates).await;
        match taken.into_iter().find_map(Result::err) {
            None => {
                self.poller.acknowledge();
                self.remember(place).await;
            }
            Some(refused) => {
                // Of a turn that failed its desk has told.
                if matches!(refused, Refused::Busy) {
                    tracing::warn!(lane.id = %self.lane, "updates are asked for again: {refused}");
                }
                sleep(PAUSE).await;
            }
        }
    }

    async fn remember(&mut self, place: &mut PgConnection) {
        let Some(mark) = self.poller.mark().filter(|mark| self.kept.as_deref() != Some(*mark)) else { return };
        match store::replicas::set_mark(place, &self.lane, mark).await {
            Ok(()) => self.kept = Some(mark.to_owned()),
            Err(error) => tracing::error!(lane.id = %self.lane, "the place in the stream is not kept: {error}"),
        }
    }
}

fn pause_after(error: &PollError) -> Duration {
    match error {
        PollError::TooFast(after) => *after,
        PollError::Later(_) => PAUSE,
        PollError::Conflict | PollError::Account { .. } => LONG_PAUSE,
    }
}
