//! A whole programme in miniature: real Postgres, real HTTP, the stand-ins for messengers and robots, people with phones.
//!
//! People act through the stand-ins' control API, the machine is stepped by hand ([`World::settle`]), and what a person
//! sees is read off the phone ([`Phone::sees`]). Nothing sleeps and nothing of ours is replaced: webhook, desk, turn,
//! lanes, timers and calls outside are the ones that `serve` runs. Civil time stands still until [`World::advance`].

mod parts;
mod phone;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use provodnik::{
    cache::{Cache, Watch},
    channel::{self, Poller, telegram, vk},
    clock::Clock,
    demo,
    ids::Dice,
    import, jobs,
    lane::{self, Lane},
    papers::Cabinet,
    policy::Policy,
    sandbox::{Direction, LogEntry, Options, Sandbox},
    turn::{Desk, Parts, Size, Taken, take_each},
    verification::Outside,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Mutex, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{cache, cluster, specs};

pub use parts::TOKEN;
use parts::{GROUP, SECRET, bot_name, lanes, options, outside, parts, service, telegram_lane, vk_lane};
pub use phone::{GroupChat, Phone};

const CHATS: &str = "chats.json";

/// How updates come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intake {
    /// They are brought: Telegram's webhook, VK's Callback API.
    Brought,
    /// They are asked for: `getUpdates`, Bots Long Poll.
    Asked,
}

/// What a world is like.
#[derive(Clone, Debug)]
pub struct Setup {
    pub intake: Intake,
    /// The stand-ins enforce the platforms' rates, and the lanes keep to them.
    pub paced: bool,
    /// VK sends our own messages back to us.
    pub echoes: bool,
    /// SMS.RU first, uCaller behind it.
    pub smsru_first: bool,
    /// The rules.
    pub policy: Policy,
}

impl Default for Setup {
    fn default() -> Self {
        Self { intake: Intake::Brought, paced: false, echoes: false, smsru_first: false, policy: Policy::DEFAULT }
    }
}

/// Everything, in one test's hands.
pub struct World {
    pub parts: Arc<Parts>,
    pub clock: Clock,
    /// What the limits of what comes in go by; it stands until a test moves it on.
    pub watch: Watch,
    pub database: cluster::Database,
    pub sandbox: Sandbox,
    /// The address of engine and stand-ins.
    pub base: String,
    /// Where scans lie.
    pub cabinet: Cabinet,
    pub documents: tempfile::TempDir,
    /// Where the stand-ins keep the chats, after a restart.
    _files: Option<tempfile::TempDir>,
    desk: Desk,
    setup: Setup,
    pub outside: Arc<Outside>,
    lanes: Mutex<Vec<Lane>>,
    pollers: Mutex<Vec<Poller>>,
    api: reqwest::Client,
}

/// The code on the card of an imported pupil.
pub fn card(report: &import::Report, name: &str) -> String {
    report.cards.iter().find(|card| card.name.contains(name)).unwrap().code.shown()
}

/// The code of a person of the demo region.
pub fn seeded(people: &[demo::SeedPerson], first: &str) -> String {
    people.iter().find(|person| person.name.starts_with(first)).and_then(|person| person.code.clone()).unwrap()
}

/// Thursday, 1 October 2026, noon in Moscow.
pub fn noon() -> DateTime<Utc> {
    "2026-10-01T12:00:00+03:00".parse().unwrap()
}

/// The same in both messengers, by every way in. What Redis holds lies behind both ways: there one of them will do.
pub async fn everywhere(day: impl AsyncFn(&World, &str)) {
    let ways = [Intake::Brought, Intake::Asked];
    for intake in ways.into_iter().take(if cache::is_redis() { 1 } else { 2 }) {
        for channel in ["telegram", "vk"] {
            let world = World::with(Setup { intake, ..Setup::default() }).await;
            day(&world, channel).await;
            world.done().await;
        }
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    pub async fn with(setup: Setup) -> Self {
        Self::over(cluster::database().await, setup).await
    }

    /// A world over a database that exists: after a restart, for instance.
    pub async fn over(database: cluster::Database, setup: Setup) -> Self {
        Self::beside(cache::of_world(&database), database, setup).await
    }

    /// A world on this cache.
    pub async fn beside(cache: Cache, database: cluster::Database, setup: Setup) -> Self {
        Self::open(cache, database, setup, 42, None).await
    }

    /// Another replica over the same database, with stand-ins of its own that nobody uses.
    pub async fn replica(&self, cache: Cache) -> Self {
        Self::open(cache, self.database.clone(), Setup::default(), 44, None).await
    }

    /// The same world after everything was stopped and begun again: the database and the people's phones are as they were.
    pub async fn restarted(&self) -> Self {
        let chats = self.chats().await;
        // Whoever was stopped owns no lane any more.
        let free = "update lane set owner = null, until = null, paused_until = null";
        sqlx::query(free).execute(&self.database.pool).await.unwrap();
        Self::resumed(self.database.clone(), Setup::default(), chats, 43).await
    }

    /// Everybody's chats, in a file.
    pub async fn chats(&self) -> tempfile::TempDir {
        let files = tempfile::tempdir().unwrap();
        self.sandbox.save(&files.path().join(CHATS)).await.unwrap();
        files
    }

    /// A world over a database that exists, with these chats and with dice of its own.
    pub async fn resumed(database: cluster::Database, setup: Setup, chats: tempfile::TempDir, seed: u64) -> Self {
        let cache = cache::of_world(&database);
        Self::open(cache, database, setup, seed, Some(chats)).await
    }

    async fn open(
        cache: Cache,
        database: cluster::Database,
        setup: Setup,
        seed: u64,
        files: Option<tempfile::TempDir>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (clock, dice) = (Clock::frozen(noon()), Arc::new(Dice::loaded(seed)));
        let snapshot = files.as_ref().map(|files| files.path().join(CHATS));
        let sandbox = Sandbox::new(Options { snapshot, ..options(&clock, &dice, &setup, &base) }).unwrap();
        let watch = Watch::held();
        let parts = parts(&database, &clock, &dice, cache, Arc::new(setup.policy.clone()), watch.clone()).await;
        let desk = Desk::open(Arc::clone(&parts), Size::default());
        let documents = tempfile::tempdir().unwrap();
        let cabinet = Cabinet::folder(documents.path()).unwrap();
        let app = service(&desk, &parts, &sandbox, watch.clone(), cabinet.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let world = Self {
            outside: outside(&parts, &base, &setup),
            lanes: Mutex::new(lanes(&parts, &base, &setup)),
            pollers: Mutex::default(),
            api: reqwest::Client::builder().no_proxy().build().unwrap(),
            parts,
            clock,
            watch,
            database,
            sandbox,
            base,
            cabinet,
            documents,
            _files: files,
            desk,
            setup: setup.clone(),
        };
        world.open_intake(setup.intake).await;
        world
    }

    async fn open_intake(&self, intake: Intake) {
        let http = channel::http::client().unwrap();
        let api = telegram::Api::new(http.clone(), &format!("{}/telegram", self.base), TOKEN.to_owned().into());
        match intake {
            Intake::Brought => {
                let url = format!("{}/hooks/telegram", self.base).parse().unwrap();
                api.set_webhook(url, &SECRET.to_owned().into()).await.unwrap();
            }
            Intake::Asked => {
                let client = vk::Client::new(http, &format!("{}/vk", self.base), "vk-token".to_owned().into());
                let mut vk = Poller::Vk(vk::Poll::new(client, vk_lane(), GROUP, Duration::ZERO));
                // Long Poll begins at «now»: whoever asks first gets nothing of before.
                assert_eq!(vk.next().await.unwrap().len(), 0);
                vk.acknowledge();
                let telegram = telegram::Poll::new(api, telegram_lane(), bot_name(), Duration::ZERO);
                *self.pollers.lock().await = vec![Poller::Telegram(telegram), vk];
            }
        }
    }

    /// Steps the machine until nothing moves any more.
    pub async fn settle(&self) {
        while self.step().await.unwrap() > 0 {}
    }

    /// The same where the database goes away and comes back: what failed is tried again.
    pub async fn settle_through(&self) {
        while self.step().await.unwrap_or(1) > 0 {}
    }

    /// Takes one step, and finds nothing to do but to take the lanes.
    pub async fn idle(&self) {
        assert_eq!(self.step().await.unwrap(), 0);
    }

    async fn step(&self) -> sqlx::Result<usize> {
        self.sandbox.delivered().await;
        let mut moved = self.ask().await;
        moved += jobs::timers::fire_due(&self.parts).await?;
        moved += jobs::signals::bring_open(&self.parts).await?;
        moved += jobs::reminders::fire_due(&self.parts).await?;
        moved += jobs::feedback::ask_due(&self.parts).await?;
        moved += jobs::lapses::warn_due(&self.parts).await?;
        moved += match jobs::erasure::run_due(&self.parts).await {
            Ok(moved) => moved,
            Err(provodnik::acting::Error::Store(error)) => return Err(error),
            Err(error) => panic!("{error}"),
        };
        // That a zone was looked through moves nothing by itself.
        jobs::birthdays::ask_due(&self.parts).await?;
        moved += jobs::digest::send_due(&self.parts).await.map_err(|error| match error {
            provodnik::acting::Error::Store(error) => error,
            other => panic!("{other}"),
        })?;
        moved += jobs::broadcasts::step(&self.parts).await?;
        moved += jobs::calls::run_open(&self.parts, &self.outside).await?;
        for lane in self.lanes.lock().await.iter_mut() {
            loop {
                let beat = lane.beat().await?;
                moved += beat.sent + usize::try_from(beat.released).unwrap();
                if beat.claimed == 0 && beat.sent == 0 && beat.released == 0 {
                    break;
                }
            }
        }
        Ok(moved)
    }

    /// One step of everything, and one beat of every lane, whatever it comes to.
    pub async fn beats(&self) {
        self.sandbox.delivered().await;
        self.ask().await;
        jobs::broadcasts::step(&self.parts).await.unwrap();
        for lane in self.lanes.lock().await.iter_mut() {
            lane.beat().await.unwrap();
        }
    }

    /// Lets the lanes go by themselves, as in `serve`, until they are told to stop; then they are stepped by hand again.
    pub async fn run_lanes(&self, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
        let lanes = lanes(&self.parts, &self.base, &self.setup);
        lanes.into_iter().map(|lane| tokio::spawn(lane::run(lane, stop.clone()))).collect()
    }

    /// Nobody owns a lane any more: another world over this database may take them at once.
    pub async fn frees_lanes(&self) {
        for mut lane in std::mem::take(&mut *self.lanes.lock().await) {
            lane.close().await.unwrap();
        }
    }

    /// Takes all that is asked for in one transaction, past the desk.
    pub async fn takes_one_batch(&self) {
        for poller in self.pollers.lock().await.iter_mut() {
            let updates = poller.next().await.unwrap();
            if updates.is_empty() {
                continue;
            }
            let taken = take_each(&self.parts, &updates).await;
            if taken.iter().all(|taken| matches!(taken, Ok(Taken::Done | Taken::Seen))) {
                poller.acknowledge();
            }
        }
    }

    /// What is refused is not acknowledged: it comes again with the next asking.
    async fn ask(&self) -> usize {
        let mut moved = 0;
        for poller in self.pollers.lock().await.iter_mut() {
            // A messenger that is down brings nothing.
            let updates = poller.next().await.unwrap_or_default();
            moved += updates.len();
            let taken = self.desk.submit_all(updates).await;
            if taken.iter().all(Result::is_ok) {
                poller.acknowledge();
            }
        }
        moved
    }

    /// Lets civil time pass, stopping at nothing in between, and steps the machine.
    pub async fn advance(&self, by: TimeDelta) {
        jobs::clock::advance(&self.parts.pool, &self.clock, &self.parts.nudge, by).await.unwrap();
        self.settle().await;
    }

    /// Lets what waits for an operational moment (a retry, a rest) go now.
    pub async fn hurry(&self) {
        for sql in [
            "update delivery set retry_at = null",
            "update lane set paused_until = null",
            "update outside_call set claimed_until = null",
        ] {
            sqlx::query(sql).execute(&self.database.pool).await.unwrap();
        }
        self.settle().await;
    }

    /// Steps the machine until nothing waits to be sent: what rests for operational seconds goes when they are over.
    pub async fn patience(&self) {
        let all = async {
            while self.count("select count(*) from delivery where state in ('parked', 'queued')").await > 0 {
                self.settle().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), all).await.expect("everything is sent within a minute");
    }

    /// Brings a body made by hand to the hook of `telegram` or `vk`, with the right secret: the status and the answer.
    pub async fn brings(&self, channel: &str, mut body: Value) -> (u16, String) {
        let mut request = self.api.post(format!("{}/hooks/{channel}", self.base));
        if channel == "telegram" {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", SECRET);
        } else {
            body["group_id"] = GROUP.into();
            body["secret"] = SECRET.into();
        }
        let answer = request.json(&body).send().await.unwrap();
        let answer = (answer.status().as_u16(), answer.text().await.unwrap());
        self.settle().await;
        answer
    }

    /// Calls a hook with a secret that is not ours: the status.
    pub async fn knocks(&self, channel: &str, secret: &str) -> u16 {
        let request = self.api.post(format!("{}/hooks/{channel}", self.base));
        let request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        let body = json!({"type": "message_new", "group_id": GROUP, "secret": secret});
        request.json(&body).send().await.unwrap().status().as_u16()
    }

    /// The requests of these methods that the stand-ins got.
    pub async fn asked_for(&self, methods: &[&str]) -> Vec<LogEntry> {
        let named = |entry: &LogEntry| methods.iter().any(|name| entry.name.eq_ignore_ascii_case(name));
        let log = self.sandbox.log().await.into_iter();
        log.filter(|entry| entry.direction == Direction::Request && named(entry)).collect()
    }

    /// The demo region with its people, and their codes by name.
    pub async fn seed(&self) -> Vec<demo::SeedPerson> {
        let mut tx = provodnik::store::begin(&self.database.pool).await.unwrap();
        demo::seed(&mut tx, &self.parts.vault, &self.parts.dice, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        demo::people(&mut self.database.pool.acquire().await.unwrap(), &self.parts.vault, self.clock.now())
            .await
            .unwrap()
    }

    /// Imports a table of `tests/data/import` and writes it; the codes made are in the report.
    pub async fn import(&self, file: &str) -> import::Report {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import").join(file);
        let bytes = std::fs::read(path).unwrap();
        let options = import::Options { write: true, codes: true, ..import::Options::default() };
        let mut tx = provodnik::store::begin(&self.database.pool).await.unwrap();
        let now = self.clock.now();
        let report = import::run(&mut tx, &self.parts.vault, &self.parts.dice, now, &bytes, &options).await.unwrap();
        tx.commit().await.unwrap();
        report
    }

    /// The schools and the people of `import-clean.xlsx`; the cards are in the report.
    pub async fn school(&self) -> import::Report {
        self.import("schools.xlsx").await;
        self.import("import-clean.xlsx").await
    }

    /// Somebody in Telegram and somebody in VK.
    pub async fn both(&self) -> [Phone<'_>; 2] {
        [self.telegram("Тот").await, self.vk("Та").await]
    }

    /// A person whose messenger speaks that language.
    pub async fn speaker(&self, name: &str, channel: &str, lang: &str) -> Phone<'_> {
        Phone::new(self, json!({"name": name, "channel": channel, "lang": lang})).await
    }

    /// `count` unused codes of imported pupils.
    pub async fn codes(&self, count: usize) -> Vec<String> {
        self.import("schools.xlsx").await;
        let cards = self.import("import-clean.xlsx").await.cards;
        cards.into_iter().take(count).map(|card| card.code.shown()).collect()
    }

    /// A person with an account there.
    pub async fn person(&self, channel: &str, name: &str) -> Phone<'_> {
        Phone::new(self, json!({"name": name, "channel": channel})).await
    }

    /// Somebody who has just signed in with this code and is asked for a phone.
    pub async fn signed_in(&self, channel: &str, name: &str, code: &str) -> Phone<'_> {
        let phone = self.person(channel, name).await;
        phone.starts().await;
        phone.says(code).await;
        assert!(phone.last().await.contains("номер мобильного"), "{name} is signed in");
        phone
    }

    /// Somebody's phone, who has one already.
    pub fn phone(&self, id: i64) -> Phone<'_> {
        Phone::of(self, id)
    }

    /// A group chat that there is already.
    pub fn group_chat(&self, id: i64) -> GroupChat<'_> {
        GroupChat::of(self, id)
    }

    /// A person with a Telegram account.
    pub async fn telegram(&self, name: &str) -> Phone<'_> {
        Phone::new(self, json!({"name": name, "channel": "telegram"})).await
    }

    /// A person with a VK account.
    pub async fn vk(&self, name: &str) -> Phone<'_> {
        Phone::new(self, json!({"name": name, "channel": "vk"})).await
    }

    /// A person with a VK client of long ago: no keyboards at all.
    pub async fn old_vk(&self, name: &str) -> Phone<'_> {
        Phone::new(self, json!({"name": name, "channel": "vk", "old_client": true})).await
    }

    /// A group chat with the bot and these people.
    pub async fn group(&self, title: &str, channel: &str, members: &[&Phone<'_>]) -> GroupChat<'_> {
        GroupChat::new(self, title, channel, members, false).await
    }

    /// A group in which the bot hears all that is said.
    pub async fn group_that_is_heard(&self, title: &str, channel: &str, members: &[&Phone<'_>]) -> GroupChat<'_> {
        GroupChat::new(self, title, channel, members, true).await
    }

    /// Brings a callback query that no stand-in made up, and steps the machine.
    pub async fn bring_telegram(&self, callback_query: Value) {
        let update =
            json!({"update_id": 900_000_000 + self.parts.dice.below(1_000_000), "callback_query": callback_query});
        let hook = self.api.post(format!("{}/hooks/telegram", self.base)).json(&update);
        let answer = hook.header("X-Telegram-Bot-Api-Secret-Token", SECRET).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        self.settle().await;
    }

    /// Switches a fault of the stand-ins on.
    pub async fn fault(&self, fault: Value) {
        self.post("faults", fault).await;
    }

    /// Makes Long Poll forget its key (`new_key`), or everything that it has not told yet (`lose`).
    pub async fn long_poll_forgets(&self, what: &str) {
        self.post("vk/long_poll", json!({what: true})).await;
    }

    /// Everything works again.
    pub async fn repair(&self) {
        self.api.delete(format!("{}/api/faults", self.base)).send().await.unwrap();
    }

    /// The last four digits of the newest call that rang at this phone.
    pub async fn rang(&self, phone: &str) -> Option<String> {
        let calls = self.get("calls").await;
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let calls = calls.as_array().unwrap().iter().rev();
        let mut at = calls.filter(|call| digits(call["phone"].as_str().unwrap()) == digits(phone));
        at.next().map(|call| call["last4"].as_str().unwrap().to_owned())
    }

    /// How many calls rang, anywhere.
    pub async fn calls(&self) -> usize {
        self.get("calls").await.as_array().unwrap().len()
    }

    /// One number out of the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.database.pool).await.unwrap()
    }

    /// The end of a test: nothing waits, nothing failed, and all that passed was as the platforms describe it.
    pub async fn done(&self) {
        self.settle().await;
        cache::has_counted().await;
        let unsent = "select count(*) from delivery where state in ('parked', 'queued')";
        assert_eq!(self.count(unsent).await, 0, "unsent");
        assert_eq!(self.count("select count(*) from outside_call").await, 0, "calls outside");
        assert_eq!(specs::check_log(&self.sandbox.log().await), Vec::<String>::new());
    }

    async fn get(&self, path: &str) -> Value {
        self.api.get(format!("{}/api/{path}", self.base)).send().await.unwrap().json().await.unwrap()
    }

    /// A text out of the stand-ins' control API.
    pub async fn text(&self, path: &str) -> String {
        self.api.get(format!("{}/api/{path}", self.base)).send().await.unwrap().text().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.api.post(format!("{}/api/{path}", self.base)).json(&body).send().await.unwrap();
        let (status, answer) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path} {body}: {answer}");
        serde_json::from_str(&answer).unwrap_or(Value::Null)
    }
}
