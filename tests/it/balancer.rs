//! What stands between the messengers and the replicas: a load balancer that sends each update to one of them at random,
//! and brings many a second and a third time, at once or much later, to whichever it likes.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::future::join_all;
use provodnik::ids::Dice;
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch};

/// The largest body that is passed on.
const LONGEST: usize = 1024 * 1024;
/// Updates that wait to be repeated before the oldest of them is.
const SHUFFLED: usize = 64;

/// A running balancer.
#[derive(Clone)]
pub struct Balancer {
    /// Where the messengers call.
    pub base: String,
    inside: Arc<Inside>,
}

struct Inside {
    replicas: Vec<String>,
    dice: Dice,
    http: reqwest::Client,
    /// The ids of the updates that were acknowledged to their messenger.
    acknowledged: Mutex<HashSet<String>>,
    count: watch::Sender<usize>,
    brought: AtomicUsize,
    repeats: Mutex<Vec<Update>>,
}

#[derive(Clone)]
struct Update {
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Balancer {
    /// Before the replicas at these addresses, dead or alive.
    pub async fn before(replicas: &[String], seed: u64) -> Self {
        let inside = Arc::new(Inside {
            replicas: replicas.to_vec(),
            dice: Dice::loaded(seed),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            acknowledged: Mutex::default(),
            count: watch::Sender::new(0),
            brought: AtomicUsize::new(0),
            repeats: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().fallback(pass).with_state(Arc::clone(&inside));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { base, inside }
    }

    /// How many updates were acknowledged, as it grows.
    pub fn acknowledged(&self) -> watch::Receiver<usize> {
        self.inside.count.subscribe()
    }

    /// Which those are, as the inbox knows them.
    pub fn acknowledged_ids(&self) -> Vec<String> {
        self.inside.acknowledged.lock().unwrap().iter().cloned().collect()
    }

    /// How often an update was brought to a replica, whatever came of it.
    pub fn brought(&self) -> usize {
        self.inside.brought.load(Ordering::Relaxed)
    }

    /// Brings what still waits to be repeated.
    pub async fn repeat_the_rest(&self) {
        let rest = std::mem::take(&mut *self.inside.repeats.lock().unwrap());
        for some in rest.chunks(8) {
            join_all(some.iter().map(|update| self.inside.bring(update))).await;
        }
    }
}

async fn pass(State(inside): State<Arc<Inside>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LONGEST).await.unwrap();
    let update = Update { path: head.uri.path().to_owned(), headers: head.headers, body };
    let others = inside.some_again(&update);
    let (answer, _) = tokio::join!(inside.bring(&update), join_all(others.iter().map(|other| inside.bring(other))));
    let Some((status, after, answer)) = answer else { return StatusCode::BAD_GATEWAY.into_response() };
    if let (true, Some(id)) = (status.is_success(), id(&update.body)) {
        inside.acknowledge(id);
        inside.keep_for_later(update);
    }
    let mut response = (status, answer).into_response();
    if let Some(after) = after {
        response.headers_mut().insert(header::RETRY_AFTER, after);
    }
    response
}

/// What the inbox knows an update by; the confirmation of a server is none.
fn id(body: &[u8]) -> Option<String> {
    let update: Value = serde_json::from_slice(body).unwrap();
    if update["type"] == "confirmation" {
        return None;
    }
    let telegram = update["update_id"].as_i64().map(|id| id.to_string());
    telegram.or_else(|| update["event_id"].as_str().map(str::to_owned))
}

type Answer = (StatusCode, Option<header::HeaderValue>, String);

impl Inside {
    /// To a replica at random; one that does not listen has not had it, then to another. Nothing: the connection broke off.
    async fn bring(&self, update: &Update) -> Option<Answer> {
        let first = usize::try_from(self.dice.below(self.replicas.len() as u64)).unwrap();
        for turn in 0..self.replicas.len() {
            let replica = &self.replicas[(first + turn) % self.replicas.len()];
            let mut headers = update.headers.clone();
            headers.remove(header::HOST);
            let request = self.http.post(format!("http://{replica}{}", update.path)).headers(headers);
            match request.body(update.body.clone()).send().await {
                Ok(answer) => {
                    self.brought.fetch_add(1, Ordering::Relaxed);
                    let after = answer.headers().get(header::RETRY_AFTER).cloned();
                    return Some((answer.status(), after, answer.text().await.ok()?));
                }
                Err(error) if error.is_connect() => {}
                Err(_) => break,
            }
        }
        None
    }

    /// What comes once more together with an update: now and then itself, now and then one of long ago.
    fn some_again(&self, update: &Update) -> Vec<Update> {
        let mut repeats = self.repeats.lock().unwrap();
        let mut again = Vec::new();
        if self.dice.below(4) == 0 {
            again.push(update.clone());
        }
        if repeats.len() > SHUFFLED {
            let one = usize::try_from(self.dice.below(repeats.len() as u64)).unwrap();
            again.push(repeats.swap_remove(one));
        }
        again
    }

    fn acknowledge(&self, id: String) {
        let mut acknowledged = self.acknowledged.lock().unwrap();
        acknowledged.insert(id);
        self.count.send_replace(acknowledged.len());
    }

    fn keep_for_later(&self, update: Update) {
        if self.dice.below(4) < 3 {
            self.repeats.lock().unwrap().push(update);
        }
    }
}
