//! A running program: from a database that is open to the last acknowledged update.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{Router, extract::connect_info::IntoMakeServiceWithConnectInfo};
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::ExposeSecret;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    bots::{self, Bots},
    content,
    database::{Database, Place},
    loops::{self, Loops},
};
use crate::{
    cache::{Cache, PATIENCE, PREFIX, Watch},
    channel::{self, vk},
    clock::{Clock, tick},
    config::{self, Config},
    flow::Program,
    http::{self, Health, MiniApp, Pages, Part, Strangers, TelegramApp, VkApp},
    ids::Dice,
    lane::{self, Lane},
    papers::{Bucket, Cabinet},
    seal::Vault,
    store, telemetry,
    turn::{Content, Desk, Haste, Parts, Size},
    verification::{
        Dialler, Outside,
        provider::{Provider, sandbox::sandbox, smsru::SmsRu, ucaller::Ucaller},
    },
};

/// From the order to stop until running turns, sends and requests are given up.
const GRACE: Duration = Duration::from_secs(8);
/// And then for requests that are still open: pages that listen for news never end by themselves.
const LAST_ANSWERS: Duration = Duration::from_secs(1);
const _: () = assert!(GRACE.as_secs() + LAST_ANSWERS.as_secs() < 10, "within ten seconds");

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Everything.
    All,
    /// Takes updates in.
    Web,
    /// Sends, keeps timers, calls outside, asks for updates.
    Worker,
}

/// What a program is started with.
pub struct Setup {
    /// The configuration.
    pub config: Config,
    /// Opens personal data.
    pub vault: Arc<Vault>,
    /// The flows and words.
    pub program: Arc<Program>,
    /// Civil time.
    pub clock: Clock,
    /// Chance.
    pub dice: Arc<Dice>,
    /// Where scans lie.
    pub cabinet: Cabinet,
    /// Wakes whoever waits.
    pub cache: Cache,
    /// What this process does.
    pub role: Role,
    /// Where it listens.
    pub listener: TcpListener,
    /// Routes that a command adds.
    pub more: Router,
    /// `dev`: where content is reloaded from.
    pub watch: Option<content::Watched>,
}

/// The cache that is configured.
///
/// # Errors
/// When its address is none.
pub fn cache(config: &Config) -> anyhow::Result<Cache> {
    match &config.redis {
        Some(url) => Cache::redis(url, PREFIX, PATIENCE).context("REDIS_URL"),
        None => Ok(Cache::in_process()),
    }
}

/// The store of scans that is configured; `data`: the data directory.
///
/// # Errors
/// When it can't be made.
pub fn cabinet(config: &Config, data: &Path) -> anyhow::Result<Cabinet> {
    let cabinet = match config.documents.clone() {
        config::Documents::Data => Cabinet::folder(&data.join("documents")),
        config::Documents::Folder(folder) => Cabinet::folder(&folder),
        config::Documents::S3 { bucket, prefix, endpoint, region, key_id, secret } => {
            Cabinet::bucket(&Bucket { name: bucket, prefix, endpoint, region, key_id, secret })
        }
    };
    cabinet.context("DOCUMENTS")
}

/// Runs until `stop` is cancelled, then ends gracefully within ten seconds.
///
/// # Errors
/// When it can't start (a schema of another version), or can't go on (its database is gone or another's).
pub async fn run(setup: Setup, database: &Database, place: Place, stop: CancellationToken) -> anyhow::Result<()> {
    let metrics = telemetry::metrics()?;
    database.is_current().await?;
    let pool = &database.pool;
    if setup.config.redis.is_none() {
        store::replicas::inherit(&mut *pool.acquire().await?).await?;
    }
    let offset = store::civil_clock::offset(&mut *pool.acquire().await?).await?;
    setup.clock.set_offset(offset);

    let program = Content::new(Arc::clone(&setup.program));
    content::put_in_use(Arc::clone(&setup.program), &program, pool, &setup.clock).await?;
    let parts = Arc::new(Parts {
        replica: place.replica,
        pool: pool.clone(),
        program: program.clone(),
        vault: Arc::clone(&setup.vault),
        policy: Arc::clone(&setup.config.policy),
        clock: setup.clock.clone(),
        dice: Arc::clone(&setup.dice),
        nudge: setup.cache.clone(),
        haste: Haste::new(setup.config.account_rate, &setup.cache, Watch::Running(tick())),
        pages: setup.config.public_url.is_some(),
    });
    let desk = Desk::open(Arc::clone(&parts), Size::default());
    let health = Health::new(pool.clone());
    health.up(Part::Migrations);
    health.up(Part::Content);

    let bots = Bots::new(&setup.config)?;
    let edge = edge(&setup, &parts, &bots, (&desk, &health), metrics);
    let address = setup.listener.local_addr()?;
    let mut loops = Loops::new();
    let last = CancellationToken::new();
    start(&mut loops, &setup, bots, &parts, &desk)?;
    let server = tokio::spawn(serve(setup.listener, http::service(edge, setup.more), last.clone()));
    if let Some(watched) = setup.watch {
        loops.spawn(content::watch(watched, program, pool.clone(), setup.clock.clone()));
    }
    health.up(Part::Loops);
    tracing::info!(role = ?setup.role, address = %address, replica = %place.replica, "up");

    let died = tokio::select! {
        () = stop.cancelled() => Ok(()),
        died = loops.ended() => died.context("a loop has died"),
        why = database.keep(place) => Err(why),
    };
    health.down(Part::Loops);
    tracing::info!("stopping");
    let ended = timeout(GRACE, async {
        loops.stop.cancel();
        desk.stop().await;
        loops.ended().await
    });
    if ended.await.is_err() {
        tracing::warn!("not everything ended in time: what was in hand comes again");
    }
    last.cancel();
    timeout(LAST_ANSWERS, server).await.ok();
    died
}

fn edge(
    setup: &Setup,
    parts: &Parts,
    bots: &Bots,
    (desk, health): (&Desk, &Health),
    metrics: PrometheusHandle,
) -> http::Parts {
    let takes = setup.role != Role::Worker;
    http::Parts {
        desk: desk.clone(),
        telegram: bots.telegram_hook.clone().filter(|_| takes),
        vk: bots.vk_hook.clone().filter(|_| takes),
        app: takes.then(|| Arc::new(mini_app(setup, parts))),
        pages: (takes && parts.pages).then(|| Arc::new(pages(setup, parts, bots))),
        health: health.clone(),
        metrics,
        dice: Arc::clone(&setup.dice),
        strangers: Strangers::new(setup.config.trusted_proxies.clone(), &setup.cache, Watch::Running(tick())),
    }
}

fn pages(setup: &Setup, parts: &Parts, bots: &Bots) -> Pages {
    Pages {
        pool: parts.pool.clone(),
        program: parts.program.clone(),
        vault: Arc::clone(&setup.vault),
        dice: Arc::clone(&setup.dice),
        clock: setup.clock.clone(),
        program_file: Pages::own_program(),
        doors: bots.doors.clone(),
        cabinet: setup.cabinet.clone(),
    }
}

fn mini_app(setup: &Setup, parts: &Parts) -> MiniApp {
    let (telegram, vk) = (setup.config.telegram.as_ref(), setup.config.vk.as_ref());
    MiniApp {
        pool: parts.pool.clone(),
        program: parts.program.clone(),
        vault: Arc::clone(&setup.vault),
        policy: Arc::clone(&setup.config.policy),
        clock: setup.clock.clone(),
        telegram: telegram.map(|bot| TelegramApp { lane: bots::telegram_lane(bot), token: bot.token.clone() }),
        vk: vk.and_then(|community| {
            let app = community.app.as_ref()?;
            let app = vk::launch::App { id: app.id, secret: app.secret.clone() };
            Some(VkApp { lane: bots::vk_lane(community), app })
        }),
    }
}

/// Starts what this process's role has.
fn start(loops: &mut Loops, setup: &Setup, bots: Bots, parts: &Arc<Parts>, desk: &Desk) -> anyhow::Result<()> {
    loops::start_common(loops, parts);
    if setup.role != Role::Worker
        && let Some(webhook) = bots.webhook
    {
        loops.spawn(webhook.set_up());
    }
    // Whoever only takes what comes in must know the name too: it stands on the cards of our pages.
    if let Some(nameless) = bots.nameless {
        loops.spawn(nameless.learn());
    }
    if setup.role == Role::Web {
        return Ok(());
    }
    let lanes = bots.out.iter().map(|out| out.settings.id.clone()).collect();
    loops.spawn(loops::measure_outbox(Arc::clone(parts), lanes));
    for out in bots.out {
        let lane = Lane::new(out.settings, out.sender, Arc::clone(parts));
        loops.spawn_careful(lane::run(lane, loops.stop.clone()));
    }
    for asked in bots.asked {
        loops.spawn(asked.ask(desk.clone(), parts.pool.clone()));
    }
    let outside = Outside {
        pool: parts.pool.clone(),
        vault: Arc::clone(&parts.vault),
        dice: Arc::clone(&parts.dice),
        policy: Arc::clone(&parts.policy),
        clock: parts.clock.clone(),
        dialler: dialler(&setup.config.autodial)?.resting(parts.policy.breaker),
    };
    if setup.config.redis.is_some() {
        loops.spawn(loops::bury(Arc::clone(parts)));
    }
    loops::start_jobs(loops, parts, outside, &setup.cabinet);
    Ok(())
}

fn dialler(configured: &[config::Provider]) -> anyhow::Result<Dialler> {
    let http = channel::http::client()?;
    let providers = configured.iter().map(|provider| {
        let http = http.clone();
        match provider {
            config::Provider::SmsRu { api_id, api_url } => Provider::SmsRu(SmsRu::new(http, api_url, api_id.clone())),
            config::Provider::UCaller { key, service_id, api_url } => {
                Provider::Ucaller(Ucaller::new(http, api_url, key, service_id.expose_secret()))
            }
            config::Provider::Sandbox { api_url } => sandbox(http, api_url),
        }
    });
    Ok(Dialler::new(providers.collect()))
}

async fn serve(
    listener: TcpListener,
    service: IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
    last: CancellationToken,
) {
    let served = axum::serve(listener, service).with_graceful_shutdown(async move { last.cancelled().await });
    if let Err(error) = served.await {
        tracing::error!(%error, "the HTTP server ended");
    }
}
