//! `provodnik serve`.

use std::sync::Arc;

use anyhow::{Context, bail};
use axum::Router;
use tokio::net::TcpListener;

use super::{Places, configuration, environment, stop_signal};
use crate::{
    app::{self, Role, Setup, content, database::Database, keys},
    clock::Clock,
    ids::Dice,
    seal::Vault,
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
    let mut config = configuration(&environment())?;
    let Some(keys) = config.keys.take().map_or_else(|| keys::read(&places.data), |keys| Ok(Some(keys)))? else {
        bail!("no keys: set FIELD_KEYS and INDEX_KEY (`openssl rand -base64 32` makes one; see .env.example)");
    };
    if config.telegram.is_none() && config.vk.is_none() {
        bail!("nothing to serve: set TELEGRAM_BOT_TOKEN, or VK_GROUP_ID and VK_ACCESS_TOKEN (see .env.example)");
    }
    let program = content::load(&places.content)?;
    let stop = stop_signal()?;
    let database = Database::open(config.database.as_ref(), &places.data).await?;
    let listener = TcpListener::bind(config.listen).await.with_context(|| format!("LISTEN={}", config.listen));
    let served = async {
        database.migrate_own(config.database.is_none()).await?;
        let setup = Setup {
            cache: app::cache(&config)?,
            config,
            vault: Arc::new(Vault::new(keys)),
            program,
            clock: Clock::system(),
            dice: Arc::new(Dice::fair()),
            role: options.role,
            listener: listener?,
            more: Router::new(),
            watch: None,
        };
        app::run(setup, &database, stop).await
    };
    let served = served.await;
    database.close().await;
    served
}
