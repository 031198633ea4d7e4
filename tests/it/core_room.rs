//! What the tests of turns and lanes share: a small program of their own, a platform with a script, hands for the clock.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use chrono::{DateTime, Utc};
use provodnik::{
    cache::{Cache, Watch},
    channel::{Channel, Heard, Inbound, Press, Speaker, What, sender::Sender, telegram},
    clock::Clock,
    content,
    doors::Doors,
    flow::Program,
    ids::{Dice, LaneId},
    lane::{Lane, Settings},
    seal::{Keys, Vault, fresh_key},
    turn::{Content, Haste, Parts},
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::sync::watch;

use crate::cluster;

const FLOW: &str = "
flow: home
args: { said: text }
outcomes: [done, left]
expires: 30d
steps:
  hello: { say: hello }
  ready:
    ask: choice
    of: [now, later]
    remind: [2h]
    timeout: { after: 1d, to: gone }
    next: { now: thanks, later: thanks }
  thanks: { say: thanks, end: done }
  gone: { say: gone, end: left }
";

/// Waits for a signal.
const PARENT: &str = "
flow: parent
outcomes: [done]
expires: 30d
steps:
  sure: { ask: choice, of: [yes], next: wait }
  wait:
    wait: { signal: approval, for: 3d, gives: { agreed: flag } }
    save: approval
    next: { signal: way, timeout: late }
  way:
    branch:
      - { if: approval.agreed, to: agreed }
      - { to: late }
  agreed: { say: agreed, picture: ticket, end: done }
  late: { say: late, end: done }
";

const WORDS: &str = "
home-hello = Привет
home-ready = Готов?
    .o-now = Да
    .o-later = Потом
    .remind-1 = Ещё не готов?
    .stuck = Нажми кнопку
home-thanks = Спасибо
home-gone = До встречи
parent-sure = Спросить?
    .o-yes = Да
parent-agreed = Можно
    .alt = Билет и рюкзак
parent-late = Нельзя
";

/// As much of a picture as the stand-ins look at.
pub const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0";

/// A database, a program and a clock of a test's own.
pub struct Room {
    pub pool: PgPool,
    pub parts: Arc<Parts>,
    pub clock: Clock,
}

impl Room {
    pub async fn new() -> Self {
        Self::within(cluster::database().await.pool).await
    }

    /// Another process over the same database.
    pub async fn within(pool: PgPool) -> Self {
        let dice = Dice::loaded(7);
        let fields = format!("1:{}", fresh_key(&dice).expose_secret());
        let vault = Vault::new(Keys::parse(&fields.into(), &fresh_key(&dice)).unwrap());
        let clock = Clock::frozen(at("2026-11-22T12:00:00+03:00"));
        let program = program();
        Content::keep(&program, &mut pool.acquire().await.unwrap(), clock.now()).await.unwrap();
        let parts = Arc::new(Parts {
            replica: dice.uuid(clock.now()),
            pool: pool.clone(),
            program: Content::new(program),
            vault: Arc::new(vault),
            policy: Arc::new(provodnik::policy::Policy::DEFAULT),
            clock: clock.clone(),
            dice: Arc::new(dice),
            nudge: Cache::in_process(),
            haste: Haste::new(None, &Cache::in_process(), Watch::held()),
            pages: true,
        });
        Self { pool, parts, clock }
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// Keys of everything said to a chat, in order.
    pub async fn said(&self, chat: &str) -> Vec<String> {
        sqlx::query_scalar(
            "select coalesce(body #>> '{send,words,key}', kind) from delivery where chat = $1 order by id",
        )
        .bind(chat)
        .fetch_all(&self.pool)
        .await
        .unwrap()
    }

    pub fn lane(&self, platform: &Platform, rate: u32) -> Lane {
        let settings = Settings {
            id: lane(),
            channel: Channel::Telegram,
            rate,
            app: None,
            name: Arc::default(),
            doors: Doors::default(),
        };
        Lane::new(settings, platform.sender(), Arc::clone(&self.parts))
    }
}

/// The program, by the same loader that the real one goes through.
fn program() -> Arc<Program> {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("flows/_global.yaml", "start: home\ncommands: { parent: parent }\n");
    write("flows/home.yaml", FLOW);
    write("flows/parent.yaml", PARENT);
    std::fs::create_dir_all(dir.path().join("flows/pictures")).unwrap();
    std::fs::write(dir.path().join("flows/pictures/ticket.png"), PICTURE).unwrap();
    write("locales/ru/home.ftl", WORDS);
    let global = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/ru/global.ftl");
    write("locales/ru/global.ftl", &std::fs::read_to_string(global).unwrap());
    let (program, faults) = content::load(dir.path());
    program.unwrap_or_else(|| panic!("{faults:#?}"))
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn lane() -> LaneId {
    LaneId("telegram:1".into())
}

fn speaker(user: &str) -> Speaker {
    Speaker {
        lane: lane(),
        channel: Channel::Telegram,
        user: user.into(),
        chat: user.into(),
        lang: Some("ru".into()),
        client: None,
    }
}

fn heard(id: u32, user: &str, heard: Heard, press: Option<Press>) -> Inbound {
    let what = What::Heard { from: speaker(user), heard, press };
    Inbound { source: lane().0, id: id.to_string(), what }
}

pub fn start(id: u32, user: &str) -> Inbound {
    heard(id, user, Heard::Start { payload: None }, None)
}

pub fn says(id: u32, user: &str, text: &str) -> Inbound {
    heard(id, user, Heard::Text(text.into()), None)
}

pub fn presses(id: u32, user: &str, token: &str) -> Inbound {
    let press = Press { id: format!("q{id}"), user: user.into(), chat: user.into(), message: None };
    heard(id, user, Heard::Press { token: token.into() }, Some(press))
}

pub fn reach(id: u32, user: &str, open: bool) -> Inbound {
    Inbound { source: lane().0, id: id.to_string(), what: What::Reach { from: speaker(user), open } }
}

/// A Telegram over real HTTP: keeps every request, and answers from a script, then with success.
#[derive(Clone)]
pub struct Platform {
    inside: Arc<Mutex<Inside>>,
    address: String,
}

#[derive(Default)]
struct Inside {
    requests: Vec<Value>,
    script: VecDeque<(StatusCode, Value)>,
    /// No request is answered while this is so.
    silent: watch::Sender<bool>,
}

impl Platform {
    pub async fn new() -> Self {
        let inside = Arc::new(Mutex::new(Inside::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inside));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inside, address }
    }

    /// The next request gets this answer instead of success.
    pub fn will_answer(&self, status: u16, body: Value) {
        self.inside.lock().unwrap().script.push_back((StatusCode::from_u16(status).unwrap(), body));
    }

    /// Answers no request until it is told to speak again.
    pub fn be_silent(&self, silent: bool) {
        self.inside.lock().unwrap().silent.send_replace(silent);
    }

    /// (chat, text) of every message asked for, in the order of arrival; of a press's answer the press.
    pub fn heard(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let requests = &self.inside.lock().unwrap().requests;
        requests
            .iter()
            .map(|request| match request.get("chat_id") {
                Some(chat) => (text(chat), text(&request["text"])),
                None => ("press".to_owned(), text(&request["callback_query_id"])),
            })
            .collect()
    }

    fn sender(&self) -> Sender {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        Sender::Telegram(telegram::Api::new(http, &self.address, "1:token".to_owned().into()))
    }
}

async fn answer(State(inside): State<Arc<Mutex<Inside>>>, body: axum::body::Bytes) -> impl IntoResponse {
    let request: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (scripted, mut silent, number) = {
        let mut inside = inside.lock().unwrap();
        inside.requests.push(request);
        (inside.script.pop_front(), inside.silent.subscribe(), inside.requests.len())
    };
    silent.wait_for(|silent| !silent).await.unwrap();
    let (status, body) = scripted.unwrap_or_else(|| {
        let message = json!({"message_id": number, "date": 1, "chat": {"id": 1, "type": "private", "first_name": "A"}});
        (StatusCode::OK, json!({"ok": true, "result": message}))
    });
    (status, Json(body))
}
