//! The people: each does the next act as soon as the bot has answered the former, so that as many acts are under way as there are
//! chats. The latency of an act begins when its update lies ready for the bot, and ends when the last call of its answer has
//! taken effect in the stand-in; the person acts on it before the bot has the answer to that call.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header::CONTENT_TYPE},
};
use provodnik::{
    clock::{self, Clock},
    ids::Dice,
    sandbox::{BotOptions, Called, Options, Sandbox, Tap},
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Mutex as Turn, mpsc},
    task::JoinSet,
    time::timeout,
};
use tower::ServiceExt as _;

/// The bot's token; it opens nothing but the stand-in.
pub const TOKEN: &str = "7000000001:bench";
/// Acts of a dialogue.
pub const STEPS: usize = 5;
/// An act that is not answered within this is lost, and the person begins anew.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a chat has heard: method, text, when.
type Heard = (String, Option<String>, Instant);
type Ears = Arc<Mutex<HashMap<i64, mpsc::UnboundedSender<Heard>>>>;

/// The stand-in, served on a port of this machine, and a way to play people in it.
pub struct Stand {
    base: String,
    router: Router,
    ears: Ears,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Stand {
    /// A new one, nobody in it.
    pub async fn open() -> anyhow::Result<Self> {
        let ears = Ears::default();
        let mut options = Options::new(Clock::system(), Arc::new(Dice::fair()));
        options.limits = false;
        options.bots.push(BotOptions {
            token: TOKEN.into(),
            username: "bench_bot".to_owned(),
            name: "Bench".to_owned(),
        });
        options.tap = Some(tap(Arc::clone(&ears)));
        let router = Sandbox::new(options)?.router();
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let base = format!("http://{}", listener.local_addr()?);
        let service = router.clone();
        let serving = tokio::spawn(async move { drop(axum::serve(listener, service).await) });
        Ok(Self { base, router, ears, serving })
    }

    /// Where it is.
    pub fn base(&self) -> &str {
        &self.base
    }
}

fn tap(ears: Ears) -> Tap {
    Arc::new(move |called: &Called<'_>| {
        if !matches!(called.method, "sendMessage" | "answerCallbackQuery") {
            return;
        }
        let heard = (called.method.to_owned(), called.text.map(str::to_owned), clock::tick());
        if let Some(ear) = ears.lock().unwrap_or_else(PoisonError::into_inner).get(&called.chat) {
            // Nobody listens any more when the round is over.
            ear.send(heard).ok();
        }
    })
}

/// What came of some dialogues.
#[derive(Debug, Default)]
pub struct Played {
    /// Of each act that was answered.
    pub latencies: Vec<Duration>,
    /// From the first act to the last answer.
    pub took: Duration,
    /// Acts without their whole answer.
    pub lost: usize,
    /// Calls that came once more.
    pub doubled: usize,
    /// Calls that came in another's place, or said something else: a state that was forgotten shows here.
    pub disordered: usize,
}

impl Played {
    /// Takes another's along.
    pub fn add(&mut self, other: &Self) {
        self.latencies.extend(&other.latencies);
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.disordered += other.disordered;
    }
}

/// Everybody.
pub struct Load {
    people: Vec<Arc<Turn<Person>>>,
}

impl Load {
    /// So many people who have not spoken yet.
    pub async fn meet(stand: &Stand, count: usize) -> anyhow::Result<Self> {
        let mut people = Vec::with_capacity(count);
        for number in 0..count {
            people.push(Arc::new(Turn::new(Person::new(stand, number).await?)));
        }
        Ok(Self { people })
    }

    /// Everybody has so many dialogues, at once.
    pub async fn play(&self, dialogues: usize) -> Played {
        let begun = clock::tick();
        let mut tasks = JoinSet::new();
        for person in &self.people {
            let person = Arc::clone(person);
            tasks.spawn(async move { person.lock().await.talk(dialogues).await });
        }
        let mut all = Played::default();
        while let Some(one) = tasks.join_next().await {
            all.add(&one.unwrap_or_else(|died| panic!("a person died: {died}")));
        }
        all.took = begun.elapsed();
        all
    }

    /// What comes within so long though nobody has asked.
    pub async fn aftermath(&self, long: Duration) -> Played {
        tokio::time::sleep(long).await;
        let mut all = Played::default();
        for person in &self.people {
            while person.lock().await.ear.try_recv().is_ok() {
                all.doubled += 1;
            }
        }
        all
    }
}

struct Person {
    id: i64,
    name: String,
    router: Router,
    ear: mpsc::UnboundedReceiver<Heard>,
    dialogues: usize,
    /// What the bot answered to the act before: it must not say so again.
    before: Vec<Call>,
}

/// A method, and the text that it says.
type Call = (&'static str, Option<String>);

/// One act: how it is done, and what has to come of it.
struct Act {
    path: &'static str,
    body: Value,
    answer: Vec<Call>,
}

impl Person {
    async fn new(stand: &Stand, number: usize) -> anyhow::Result<Self> {
        let name = format!("Person {number}");
        let made = ask(&stand.router, "/api/people", &json!({"name": name, "channel": "telegram"})).await?;
        let id = made["id"].as_i64().context("a person without an id")?;
        let (mouth, ear) = mpsc::unbounded_channel();
        stand.ears.lock().unwrap_or_else(PoisonError::into_inner).insert(id, mouth);
        Ok(Self { id, name, router: stand.router.clone(), ear, dialogues: 0, before: Vec::new() })
    }

    async fn talk(&mut self, dialogues: usize) -> Played {
        let mut played = Played::default();
        for _ in 0..dialogues {
            self.dialogues += 1;
            // Never the same words twice: what is left of an earlier dialogue would be noticed.
            for act in acts(&format!("{} {}", self.name, self.dialogues), &format!("{} класс", self.dialogues)) {
                if !self.perform(&act, &mut played).await {
                    break;
                }
            }
        }
        played
    }

    /// Does it, and waits for the whole answer; `false`: it did not come.
    async fn perform(&mut self, act: &Act, played: &mut Played) -> bool {
        let begun = clock::tick();
        let done = ask(&self.router, &format!("/api/people/{}/{}", self.id, act.path), &act.body).await;
        if done.is_err() {
            // No such button: the bot has said something else before.
            played.lost += 1;
            return false;
        }
        // A press's answer is no part of the chat: it may come before the message that follows, or after it.
        let mut open: Vec<&Call> = act.answer.iter().collect();
        let mut last = begun;
        while !open.is_empty() {
            let Ok(Some((method, text, at))) = timeout(PATIENCE, self.ear.recv()).await else {
                played.lost += 1;
                return false;
            };
            let is = |(wanted, words): &&Call| *wanted == method && *words == text;
            if let Some(place) = open.iter().position(is) {
                open.remove(place);
                last = at;
            } else if act.answer.iter().any(|call| is(&call)) || self.before.iter().any(|call| is(&call)) {
                played.doubled += 1;
            } else {
                played.disordered += 1;
            }
        }
        self.before.clone_from(&act.answer);
        played.latencies.push(last.saturating_duration_since(begun));
        true
    }
}

fn acts(name: &str, class: &str) -> [Act; STEPS] {
    let say = |text: &str| ("sendMessage", Some(text.to_owned()));
    let hush = ("answerCallbackQuery", None);
    [
        Act { path: "start", body: json!({}), answer: vec![say("Как тебя зовут?")] },
        Act { path: "say", body: json!({"text": name}), answer: vec![say("В каком ты классе?")] },
        Act {
            path: "say",
            body: json!({"text": class}),
            answer: vec![say(&format!("{name}, {class}: с чем тебе интереснее?"))],
        },
        Act {
            path: "press",
            body: json!({"label": "С людьми"}),
            answer: vec![hush.clone(), say("Когда тебе удобно?")],
        },
        Act {
            path: "press",
            body: json!({"label": "Утром"}),
            answer: vec![hush, say(&format!("Записал: {name}, {class}."))],
        },
    ]
}

/// Asks the control API without a detour over the network.
async fn ask(router: &Router, path: &str, body: &Value) -> anyhow::Result<Value> {
    let request = Request::post(path).header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))?;
    let response = router.clone().oneshot(request).await?;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await?;
    anyhow::ensure!(status.is_success(), "{path}: {status}: {}", String::from_utf8_lossy(&bytes));
    Ok(serde_json::from_slice(&bytes)?)
}
