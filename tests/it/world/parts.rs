//! What a world is put together from: the parts that `serve` runs, pointed at the world's stand-ins.

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};

use axum::{Router, extract::connect_info::IntoMakeServiceWithConnectInfo};
use provodnik::{
    cache::{Cache, Watch},
    channel::{self, Channel, Sender, telegram, vk},
    clock::Clock,
    content,
    doors::Doors,
    flow::Program,
    http::{self, Health, MiniApp, Pages, Strangers, TelegramApp, TelegramHook, VkApp, VkHook},
    ids::{Dice, LaneId},
    lane::{Lane, Settings},
    message::App,
    papers::Cabinet,
    policy::Policy,
    sandbox::{AppOptions, BotOptions, CallbackOptions, CommunityOptions, Options, Sandbox},
    seal::{Keys, Vault, fresh_key},
    turn::{Content, Desk, Haste, Parts},
    verification::{
        Dialler, Outside,
        provider::{Provider, sandbox::sandbox, smsru::SmsRu},
    },
};
use secrecy::ExposeSecret;
use tokio::sync::OnceCell;

use super::{Intake, Setup};
use crate::cluster;

pub(super) const TOKEN: &str = "7000000001:world";
pub(super) const GROUP: i64 = 700_000_001;
pub(super) const SECRET: &str = "a-secret-of-the-world";
const VK_APP: u64 = 51;
const VK_APP_SECRET: &str = "a-secret-of-the-app";
/// Acts a minute of one account that are followed: the default of `ACCOUNT_RATE`.
const ACCOUNT_RATE: NonZeroU32 = NonZeroU32::new(60).unwrap();

static PROGRAM: OnceCell<Arc<Program>> = OnceCell::const_new();

/// The programme's own flows and words, loaded once.
async fn program() -> Arc<Program> {
    let load = async || {
        let (program, faults) = content::load(std::path::Path::new(env!("CARGO_MANIFEST_DIR")));
        program.unwrap_or_else(|| panic!("{faults:?}"))
    };
    Arc::clone(PROGRAM.get_or_init(load).await)
}

pub(super) fn telegram_lane() -> LaneId {
    LaneId("telegram:7000000001".to_owned())
}

pub(super) fn vk_lane() -> LaneId {
    LaneId(format!("vk:{GROUP}"))
}

pub(super) fn bot_name() -> telegram::BotName {
    telegram::BotName("provodnik_bot".to_owned())
}

pub(super) fn options(clock: &Clock, dice: &Arc<Dice>, setup: &Setup, base: &str) -> Options {
    let callback = (setup.intake == Intake::Brought)
        .then(|| CallbackOptions { url: format!("{base}/hooks/vk"), secret: Some(SECRET.to_owned().into()) });
    let bot =
        BotOptions { token: TOKEN.to_owned().into(), username: bot_name().0, name: "Проводник".to_owned() };
    let community = CommunityOptions {
        group_id: GROUP,
        token: "vk-token".to_owned().into(),
        name: "Проводник".to_owned(),
        confirmation: "confirmed".to_owned(),
        app: Some(AppOptions { id: VK_APP, secret: VK_APP_SECRET.to_owned().into(), url: format!("{base}/app/") }),
        callback,
    };
    Options {
        bots: vec![bot],
        communities: vec![community],
        limits: setup.paced,
        own_echoes: setup.echoes,
        first_pause: Duration::from_millis(5),
        ..Options::new(clock.clone(), Arc::clone(dice))
    }
}

pub(super) async fn parts(
    database: &cluster::Database,
    clock: &Clock,
    dice: &Arc<Dice>,
    nudge: Cache,
    policy: Arc<Policy>,
    watch: Watch,
) -> Arc<Parts> {
    // The same keys in every world, so that one may take over the database of another.
    let keys = Dice::loaded(1);
    let fields = format!("1:{}", fresh_key(&keys).expose_secret());
    let vault = Vault::new(Keys::parse(&fields.into(), &fresh_key(&keys)).unwrap());
    let program = program().await;
    Content::keep(&program, &mut database.pool.acquire().await.unwrap(), clock.now()).await.unwrap();
    Arc::new(Parts {
        replica: dice.uuid(clock.now()),
        pool: database.pool.clone(),
        program: Content::new(program),
        vault: Arc::new(vault),
        policy,
        clock: clock.clone(),
        dice: Arc::clone(dice),
        haste: Haste::new(Some(ACCOUNT_RATE), &nudge, watch),
        nudge,
        pages: true,
    })
}

pub(super) fn service(
    desk: &Desk,
    parts: &Arc<Parts>,
    sandbox: &Sandbox,
    watch: Watch,
    cabinet: Cabinet,
) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    let telegram = TelegramHook { lane: telegram_lane(), name: Arc::default(), secret: SECRET.to_owned().into() };
    telegram.name.set(bot_name()).unwrap();
    let vk = VkHook { lane: vk_lane(), secret: SECRET.to_owned().into(), confirmation: "confirmed".to_owned().into() };
    let edge = http::Parts {
        desk: desk.clone(),
        telegram: Some(Arc::new(telegram)),
        vk: Some(Arc::new(vk)),
        app: Some(Arc::new(mini_app(parts))),
        pages: Some(Arc::new(pages(parts, cabinet))),
        health: Health::new(parts.pool.clone()),
        metrics: metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle(),
        dice: Arc::clone(&parts.dice),
        strangers: Strangers::new(Vec::new(), &parts.nudge, watch),
    };
    http::service(edge, sandbox.router())
}

fn pages(parts: &Arc<Parts>, cabinet: Cabinet) -> Pages {
    Pages {
        pool: parts.pool.clone(),
        program: parts.program.clone(),
        vault: Arc::clone(&parts.vault),
        dice: Arc::clone(&parts.dice),
        clock: parts.clock.clone(),
        program_file: env!("CARGO_BIN_EXE_provodnik").into(),
        doors: doors(None),
        cabinet,
    }
}

/// How people come to the bots of the world.
fn doors(base: Option<&str>) -> Doors {
    Doors { public_url: base.map(str::to_owned), telegram: Some(Arc::new(bot_name().into())), vk: Some(GROUP) }
}

fn mini_app(parts: &Arc<Parts>) -> MiniApp {
    let app = vk::launch::App { id: VK_APP, secret: VK_APP_SECRET.to_owned().into() };
    MiniApp {
        program: parts.program.clone(),
        pool: parts.pool.clone(),
        vault: Arc::clone(&parts.vault),
        policy: Arc::clone(&parts.policy),
        clock: parts.clock.clone(),
        telegram: Some(TelegramApp { lane: telegram_lane(), token: TOKEN.to_owned().into() }),
        vk: Some(VkApp { lane: vk_lane(), app }),
    }
}

pub(super) fn lanes(parts: &Arc<Parts>, base: &str, setup: &Setup) -> Vec<Lane> {
    let http = channel::http::client().unwrap();
    let telegram = telegram::Api::new(http.clone(), &format!("{base}/telegram"), TOKEN.to_owned().into());
    let vk = vk::Client::new(http, &format!("{base}/vk"), "vk-token".to_owned().into());
    let doors = doors(Some(base));
    let rate = |rate| if setup.paced { rate } else { 0 };
    let lane = |id, channel, rate, sender, app| {
        Lane::new(
            Settings { id, channel, rate, app: Some(app), name: Arc::new(bot_name().into()), doors: doors.clone() },
            sender,
            Arc::clone(parts),
        )
    };
    let page = App::Page(format!("{base}/app/"));
    let app = App::Numbered { app: VK_APP, community: -GROUP };
    vec![
        lane(telegram_lane(), Channel::Telegram, rate(30), Sender::Telegram(telegram), page),
        lane(vk_lane(), Channel::Vk, rate(20), Sender::Vk(vk), app),
    ]
}

pub(super) fn outside(parts: &Arc<Parts>, base: &str, setup: &Setup) -> Arc<Outside> {
    let http = channel::http::client().unwrap();
    let mut rungs = vec![sandbox(http.clone(), &format!("{base}/autodial/ucaller"))];
    if setup.smsru_first {
        let smsru = SmsRu::new(http, &format!("{base}/autodial/smsru"), "smsru-key".to_owned().into());
        rungs.insert(0, Provider::SmsRu(smsru));
    }
    Arc::new(Outside {
        pool: parts.pool.clone(),
        vault: Arc::clone(&parts.vault),
        dice: Arc::clone(&parts.dice),
        policy: Arc::clone(&parts.policy),
        clock: parts.clock.clone(),
        dialler: Dialler::new(rungs).resting(parts.policy.breaker),
    })
}
