//! `provodnik serve`.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;

use super::{Places, environment, faulty, stop_signal};
use crate::{
    app::{
        self, Role, Setup, content,
        database::{Company, Database},
        keys,
    },
    clock::Clock,
    config::{Config, ConfigFault, Variables},
    ids::Dice,
    seal::{Keys, Vault},
};

/// How to serve.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// What this process does: web takes updates in; worker sends, keeps timers, calls outside and asks for updates.
    #[arg(long, value_enum, default_value = "all")]
    role: Role,
}

/// Serves until it is told to stop.
pub async fn run(places: &Places, options: &Options) -> anyhow::Result<()> {
    let (config, keys) = configured(&environment(), &places.data)?;
    if config.autodial.is_empty() {
        tracing::warn!(
            "AUTODIAL is not set: no robot rings, and whoever links a phone is told so and offered a request by hand"
        );
    }
    let program = content::load(&places.content)?;
    let stop = stop_signal()?;
    let database = Database::open(config.database.as_ref(), &places.data).await?;
    let listener = TcpListener::bind(config.listen).await.with_context(|| format!("LISTEN={}", config.listen));
    let served = async {
        database.migrate_own(config.database.is_none()).await?;
        let (clock, dice) = (Clock::system(), Arc::new(Dice::fair()));
        let company = if config.redis.is_some() { Company::WithRedis } else { Company::WithoutRedis };
        let place = database.join(company, dice.uuid(clock.now())).await?;
        let setup = Setup {
            cache: app::cache(&config)?,
            cabinet: app::cabinet(&config, &places.data)?,
            config,
            vault: Arc::new(Vault::new(keys)),
            program,
            clock,
            dice,
            role: options.role,
            listener: listener?,
            more: Router::new(),
            watch: None,
        };
        app::run(setup, &database, place, stop).await
    };
    let served = served.await;
    database.close().await;
    served
}

/// What a server can't do without, or all that is wrong with it.
pub(super) fn configured(variables: &Variables, data: &Path) -> anyhow::Result<(Config, Keys)> {
    let mut faults = Vec::new();
    let mut config = Config::read(variables).map_err(|found| faults = found).ok();
    let set = |name: &str| variables.get(name).is_some_and(|text| !text.trim().is_empty());
    let mut keys = config.as_mut().and_then(|config| config.keys.take());
    if !set("FIELD_KEYS") && !set("INDEX_KEY") {
        let why = match keys::read(data) {
            Ok(found) => {
                keys = found;
                "missing, and INDEX_KEY with it: `openssl rand -base64 32` makes one; see .env.example".to_owned()
            }
            Err(error) => format!("missing, and the keys of `dev` can't be read: {error:#}"),
        };
        if keys.is_none() {
            faults.push(ConfigFault { variable: "FIELD_KEYS", problem: why });
        }
    }
    let bots = ["TELEGRAM_BOT_TOKEN", "VK_GROUP_ID", "VK_ACCESS_TOKEN"];
    if !bots.into_iter().any(set) && faults.iter().all(|fault| !bots.contains(&fault.variable)) {
        let why = "missing, and VK_GROUP_ID with VK_ACCESS_TOKEN too: there is nothing to serve; see .env.example";
        faults.push(ConfigFault { variable: "TELEGRAM_BOT_TOKEN", problem: why.to_owned() });
    }
    match (config, keys) {
        (Some(config), Some(keys)) if faults.is_empty() => Ok((config, keys)),
        _ => Err(faulty(&faults)),
    }
}
