//! `provodnik dev`: everything on this machine, and one address.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use axum::{Router, response::Redirect, routing::get};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use tokio::net::TcpListener;

use super::{Places, configuration, environment, sandbox as standins, say, stop_signal};
use crate::{
    app::{
        self, Role, Setup, content,
        database::{Company, Database},
        keys,
    },
    cache::Cache,
    clock::Clock,
    config::{Config, Variables},
    demo,
    fault::{Fault, Lang},
    ids::Dice,
    jobs,
    sandbox::{self, AdvanceHook, Notice, Sandbox, SeedHook},
    seal::Vault,
    store,
};

/// How to start.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Where to listen on this machine.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Start over: drop everything that an earlier `dev` has kept.
    #[arg(long)]
    fresh: bool,
    /// What the clock shows when the demo region is made (2026-10-01T12:00:00+05:00), instead of the hour that it is.
    #[arg(long, value_name = "MOMENT")]
    at: Option<DateTime<Utc>>,
}

/// What a running `dev` is made of.
struct Dev {
    config: Config,
    vault: Arc<Vault>,
    clock: Clock,
    dice: Arc<Dice>,
    cache: Cache,
    snapshot: PathBuf,
}

/// Starts everything, prints the address, and runs until told to stop.
pub async fn run(places: &Places, options: &Options) -> anyhow::Result<()> {
    let stop = stop_signal()?;
    let program = content::load(&places.content)?;
    let address = SocketAddr::from(([127, 0, 0, 1], options.port));
    let listener = TcpListener::bind(address).await.with_context(|| format!("--port {}", options.port))?;
    let base = format!("http://{}", listener.local_addr()?);
    let dice = Arc::new(Dice::fair());
    let secret = SecretString::from(hex::encode(dice.bytes::<16>()));
    let mut config = configuration(&variables(&base, &secret))?;
    // Whatever the database is: `dev` works in none but its own.
    let keys = config.keys.take().map_or_else(|| keys::read_or_make(&places.data, &dice), Ok)?;
    let vault = Arc::new(Vault::new(keys));
    let database = Database::open(config.database.as_ref(), &places.data).await?;
    let snapshot = places.data.join("sandbox.json");
    let dev = Dev { cache: app::cache(&config)?, config, vault, clock: Clock::system(), dice, snapshot };

    let served = async {
        let place = database.join(Company::Dev, dev.dice.uuid(dev.clock.now())).await?;
        dev.prepare(&database, options).await?;
        let sandbox = dev.sandbox(&database.pool, &base, secret)?;
        let (snapshot, more) = (dev.snapshot.clone(), routes(&sandbox));
        let cabinet = app::cabinet(&dev.config, &places.data)?;
        let setup = Setup {
            config: dev.config,
            vault: dev.vault,
            program,
            clock: dev.clock,
            dice: dev.dice,
            cache: dev.cache,
            cabinet,
            role: Role::All,
            listener,
            more,
            watch: Some(content::Watched { dir: places.content.clone(), tell: tell(sandbox.clone()) }),
        };
        say(format!("{base}/sandbox/"));
        let served = app::run(setup, &database, place, stop).await;
        sandbox.save(&snapshot).await.context("the sandbox's chats are not kept")?;
        served
    };
    let served = served.await;
    database.close().await;
    served
}

/// The sandbox's addresses over what is configured; of that, only where data is, what it is sealed with, how fast we are, and
/// the rules.
fn variables(base: &str, secret: &SecretString) -> Variables {
    let kept = [
        "DATABASE_URL",
        "DOCUMENTS",
        "S3_ENDPOINT",
        "S3_REGION",
        "S3_KEY_ID",
        "S3_SECRET",
        "REDIS_URL",
        "FIELD_KEYS",
        "INDEX_KEY",
        "TELEGRAM_RATE",
        "VK_RATE",
        "ACCOUNT_RATE",
        "VERIFICATION_POLICY",
    ];
    let mut variables: Variables =
        environment().into_iter().filter(|(name, _)| kept.contains(&name.as_str())).collect();
    let secret = secret.expose_secret();
    let sandbox = BTreeMap::from([
        ("PUBLIC_URL", base.to_owned()),
        ("TELEGRAM_BOT_TOKEN", standins::TELEGRAM_TOKEN.to_owned()),
        ("TELEGRAM_API_URL", format!("{base}/sandbox/telegram")),
        ("TELEGRAM_MODE", "webhook".to_owned()),
        ("TELEGRAM_WEBHOOK_SECRET", secret.to_owned()),
        ("VK_GROUP_ID", standins::VK_GROUP.to_string()),
        ("VK_ACCESS_TOKEN", standins::VK_TOKEN.to_owned()),
        ("VK_API_URL", format!("{base}/sandbox/vk")),
        ("VK_MODE", "callback".to_owned()),
        ("VK_CALLBACK_SECRET", secret.to_owned()),
        ("VK_APP_ID", standins::VK_APP.to_string()),
        ("VK_APP_SECRET", standins::VK_APP_SECRET.to_owned()),
        ("VK_CONFIRMATION_CODE", standins::VK_CONFIRMATION.to_owned()),
        ("AUTODIAL", "sandbox".to_owned()),
        ("AUTODIAL_SANDBOX_URL", format!("{base}/sandbox/autodial/ucaller")),
    ]);
    variables.extend(sandbox.into_iter().map(|(name, value)| (name.to_owned(), value)));
    variables
}

/// Shows on the page what is wrong with content that was changed: what it is refused for, in the page's language.
fn tell(sandbox: Sandbox) -> content::Tell {
    let notice = |fault: &Fault| Notice {
        file: fault.file.clone(),
        line: fault.place.map(|place| place.line),
        column: fault.place.map(|place| place.column),
        what: fault.what(Lang::Ru),
        help: fault.help(Lang::Ru),
    };
    Arc::new(move |faults| sandbox.notices(faults.iter().filter(|fault| fault.is_error()).map(notice).collect()))
}

/// The stand-ins under `/sandbox/`; the bare address leads there.
fn routes(sandbox: &Sandbox) -> Router {
    let there = get(async || Redirect::temporary("/sandbox/"));
    Router::new().route("/", there.clone()).route("/sandbox", there).nest_service("/sandbox/", sandbox.router())
}

impl Dev {
    /// Makes sure that the database is ours, and fills it with made-up people.
    async fn prepare(&self, database: &Database, options: &Options) -> anyhow::Result<()> {
        let mut db = database.pool.acquire().await?;
        demo::admits(&mut db).await.context("choose another DATABASE_URL or --data")?;
        if options.fresh {
            store::schema::wipe(&mut db).await?;
            remove(&self.snapshot)?;
        }
        drop(db);
        database.migrate().await?;
        let mut tx = store::begin(&database.pool).await?;
        // A region that exists keeps its time.
        let offset = match options.at {
            Some(at) if !store::demo::is_marked(&mut tx).await? => {
                store::civil_clock::advance(&mut tx, at - self.clock.now()).await?
            }
            _ => store::civil_clock::offset(&mut tx).await?,
        };
        self.clock.set_offset(offset);
        demo::seed(&mut tx, &self.vault, &self.dice, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    fn sandbox(&self, pool: &PgPool, base: &str, secret: SecretString) -> anyhow::Result<Sandbox> {
        let callback = (format!("{base}/hooks/vk"), secret);
        let options = standins::options(self.clock.clone(), Arc::clone(&self.dice), Some(callback), base);
        let options = sandbox::Options {
            seed: Some(self.seed_hook(pool.clone())),
            advance: Some(self.advance_hook(pool.clone())),
            snapshot: Some(self.snapshot.clone()),
            ..options
        };
        Ok(Sandbox::new(options)?)
    }

    fn seed_hook(&self, pool: PgPool) -> SeedHook {
        let (vault, clock) = (Arc::clone(&self.vault), self.clock.clone());
        Arc::new(move || {
            let (pool, vault, clock) = (pool.clone(), Arc::clone(&vault), clock.clone());
            async move {
                let people = async {
                    let mut db = pool.acquire().await?;
                    anyhow::Ok(demo::people(&mut db, &vault, clock.now()).await?)
                };
                let people = people.await.unwrap_or_else(|error| {
                    tracing::error!("the demo's people can't be told: {error}");
                    Vec::new()
                });
                serde_json::to_value(people).unwrap_or_default()
            }
            .boxed()
        })
    }

    fn advance_hook(&self, pool: PgPool) -> AdvanceHook {
        let (clock, cache) = (self.clock.clone(), self.cache.clone());
        Arc::new(move |seconds| {
            let (pool, clock, cache) = (pool.clone(), clock.clone(), cache.clone());
            async move {
                let by = TimeDelta::try_seconds(seconds).ok_or("out of range")?;
                jobs::clock::advance(&pool, &clock, &cache, by).await.map_err(|error| error.to_string())
            }
            .boxed()
        })
    }
}

fn remove(file: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| file.display().to_string())
        }
        _ => Ok(()),
    }
}
