//! `provodnik sandbox`, and what `dev` shares with it: the bots that the stand-ins know.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use secrecy::SecretString;
use tokio::net::TcpListener;

use super::{say, stop_signal};
use crate::{
    clock::Clock,
    ids::Dice,
    sandbox::{self, AppOptions, BotOptions, CallbackOptions, CommunityOptions, Sandbox},
};

/// The token of the stand-ins' Telegram bot; no secret, since nobody else knows the bot.
pub const TELEGRAM_TOKEN: &str = "7000000001:sandbox";
/// The number of the stand-ins' VK community.
pub const VK_GROUP: i64 = 700_000_001;
/// Its token.
pub const VK_TOKEN: &str = "vk1.a.sandbox";
/// What its Callback API is confirmed with.
pub const VK_CONFIRMATION: &str = "sandbox";

/// The number of the community's mini app.
pub const VK_APP: u64 = 700_001;
/// What its launches are signed with; no secret either.
pub const VK_APP_SECRET: &str = "sandbox-app";

/// How to run the stand-ins.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Where to listen on this machine.
    #[arg(long, default_value_t = 8081)]
    port: u16,
    /// Where the program under test is reached: its mini app's page is opened there.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    public_url: String,
    /// Enforce no rates: for benchmarks.
    #[arg(long)]
    no_limits: bool,
}

/// The bot and the community that the stand-ins know; with an address, VK's events are brought there. `public_url` is where the
/// mini app's page lies.
pub fn options(
    clock: Clock,
    dice: Arc<Dice>,
    callback: Option<(String, SecretString)>,
    public_url: &str,
) -> sandbox::Options {
    let mut options = sandbox::Options::new(clock, dice);
    options.bots.push(BotOptions {
        token: TELEGRAM_TOKEN.into(),
        username: "provodnik_bot".to_owned(),
        name: "Проводник".to_owned(),
    });
    options.communities.push(CommunityOptions {
        group_id: VK_GROUP,
        token: VK_TOKEN.into(),
        name: "Проводник".to_owned(),
        confirmation: VK_CONFIRMATION.to_owned(),
        app: Some(AppOptions { id: VK_APP, secret: VK_APP_SECRET.into(), url: format!("{public_url}/app/") }),
        callback: callback.map(|(url, secret)| CallbackOptions { url, secret: Some(secret) }),
    });
    options
}

/// Runs the stand-ins until told to stop.
pub async fn run(asked: &Options) -> anyhow::Result<()> {
    let stop = stop_signal()?;
    let mut options = options(Clock::system(), Arc::new(Dice::fair()), None, asked.public_url.trim_end_matches('/'));
    options.limits = !asked.no_limits;
    let sandbox = Sandbox::new(options)?;
    let address = SocketAddr::from(([127, 0, 0, 1], asked.port));
    let listener = TcpListener::bind(address).await.with_context(|| format!("--port {}", asked.port))?;
    let base = format!("http://{}", listener.local_addr()?);
    say(format!("{base}/"));
    say(format!("TELEGRAM_API_URL={base}/telegram TELEGRAM_BOT_TOKEN={TELEGRAM_TOKEN}"));
    say(format!(
        "VK_API_URL={base}/vk VK_GROUP_ID={VK_GROUP} VK_ACCESS_TOKEN={VK_TOKEN} VK_CONFIRMATION_CODE={VK_CONFIRMATION}"
    ));
    say(format!("VK_APP_ID={VK_APP} VK_APP_SECRET={VK_APP_SECRET} PUBLIC_URL={}", asked.public_url));
    say(format!("AUTODIAL=sandbox AUTODIAL_SANDBOX_URL={base}/autodial/ucaller"));
    let serving = axum::serve(listener, sandbox.router()).with_graceful_shutdown(stop.clone().cancelled_owned());
    // Pages that listen for news never end by themselves.
    tokio::select! {
        served = async { serving.await } => served.map_err(Into::into),
        () = async { stop.cancelled().await; tokio::task::yield_now().await } => Ok(()),
    }
}
