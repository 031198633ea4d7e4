//! What the messengers bring over HTTP: who is let in, what is stored, what is answered.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusBuilder;
use provodnik::{
    cache::Watch,
    http::{Health, Part, Parts, Strangers, TelegramHook, VkHook, service},
    ids::{Dice, LaneId},
    turn::{Desk, Size},
};
use reqwest::{Client, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::core_room::Room;

const SECRET: &str = "between-us";

struct Edge {
    room: Room,
    desk: Desk,
    health: Health,
    base: String,
    client: Client,
}

impl Edge {
    async fn new() -> Self {
        Self::with(true).await
    }

    async fn with(bots: bool) -> Self {
        let room = Room::new().await;
        let desk = Desk::open(Arc::clone(&room.parts), Size::default());
        let health = Health::new(room.pool.clone());
        let telegram = TelegramHook { lane: LaneId("telegram:7".into()), name: Arc::default(), secret: SECRET.into() };
        let vk = VkHook { lane: LaneId("vk:5".into()), secret: SECRET.into(), confirmation: "c0nf1rm".into() };
        let parts = Parts {
            desk: desk.clone(),
            telegram: bots.then(|| Arc::new(telegram)),
            app: None,
            pages: None,
            vk: bots.then(|| Arc::new(vk)),
            health: health.clone(),
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            dice: Arc::new(Dice::loaded(3)),
            strangers: Strangers::new(Vec::new(), &room.parts.nudge, Watch::held()),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let more = axum::Router::new().route("/boom", axum::routing::get(boom));
        tokio::spawn(async move { axum::serve(listener, service(parts, more)).await });
        Self { room, desk, health, base, client: Client::builder().build().unwrap() }
    }

    async fn telegram(&self, secret: Option<&str>, kind: &str, body: impl Into<reqwest::Body>) -> Response {
        let mut request = self.client.post(format!("{}/hooks/telegram", self.base)).header(header::CONTENT_TYPE, kind);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        request.body(body).send().await.unwrap()
    }

    async fn update(&self, update: &Value) -> Response {
        self.telegram(Some(SECRET), "application/json", update.to_string()).await
    }

    async fn vk(&self, event: &Value) -> (StatusCode, String) {
        let answer = self.client.post(format!("{}/hooks/vk", self.base)).body(event.to_string()).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    async fn stored(&self) -> i64 {
        self.room.count("select count(*) from inbox").await
    }
}

async fn boom() -> &'static str {
    panic!("this must not get out")
}

fn start(id: i64) -> Value {
    json!({"update_id": id, "message": {
        "message_id": id, "date": 1_790_000_000, "text": "/start",
        "from": {"id": 11, "is_bot": false, "first_name": "Аня"}, "chat": {"id": 11, "type": "private", "first_name": "Аня"},
    }})
}

fn hello(id: &str) -> Value {
    json!({"type": "message_new", "event_id": id, "group_id": 5, "v": "5.199", "secret": SECRET, "object": {
        "message": {"id": 1, "date": 1_790_000_000, "peer_id": 12, "from_id": 12, "text": "Начать", "out": 0},
        "client_info": {"button_actions": ["text"], "keyboard": true, "inline_keyboard": true, "carousel": false, "lang_id": 0},
    }})
}

#[tokio::test]
async fn an_update_is_acknowledged_when_it_is_stored_and_acts_once() {
    let edge = Edge::new().await;
    for _ in 0..2 {
        assert_eq!(edge.update(&start(1)).await.status(), StatusCode::OK);
    }
    assert_eq!(edge.stored().await, 1);
    let said = edge.room.said("11").await;
    assert!(!said.is_empty());
    assert_eq!(edge.update(&start(1)).await.status(), StatusCode::OK);
    assert_eq!(edge.room.said("11").await, said);
}

#[tokio::test]
async fn whoever_lacks_the_secret_is_turned_away() {
    let edge = Edge::new().await;
    for secret in [None, Some("between-them"), Some("")] {
        let answer = edge.telegram(secret, "application/json", start(1).to_string()).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(edge.stored().await, 0);
}

#[tokio::test]
async fn a_bad_body_has_a_clear_answer_and_leaves_nothing() {
    let edge = Edge::new().await;
    let deep = format!(r#"{{"update_id": 1, "message": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let huge = format!(r#"{{"update_id": 1, "x": "{}"}}"#, "я".repeat(600_000));
    let cases = [
        ("application/json", "{".to_owned(), StatusCode::BAD_REQUEST),
        ("application/json", String::new(), StatusCode::BAD_REQUEST),
        ("application/json", "[]".to_owned(), StatusCode::BAD_REQUEST),
        ("application/json", deep, StatusCode::BAD_REQUEST),
        ("application/json", huge, StatusCode::PAYLOAD_TOO_LARGE),
        ("text/plain", start(1).to_string(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ];
    for (kind, body, status) in cases {
        let answer = edge.telegram(Some(SECRET), kind, body.clone()).await;
        assert_eq!(answer.status(), status, "{}", &body[..body.len().min(40)]);
    }
    assert_eq!(edge.get("/hooks/telegram").await.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(edge.stored().await, 0);
}

#[tokio::test]
async fn a_bad_event_of_vk_has_a_clear_answer_and_leaves_nothing() {
    let edge = Edge::new().await;
    let secret = format!(r#""type": "message_new", "group_id": 5, "event_id": "x", "secret": "{SECRET}""#);
    let deep = format!(r#"{{{secret}, "object": {}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let huge = format!(r#"{{{secret}, "object": "{}"}}"#, "я".repeat(600_000));
    let cases = [
        ("{".to_owned(), StatusCode::BAD_REQUEST),
        (String::new(), StatusCode::BAD_REQUEST),
        ("\u{feff}\0".to_owned(), StatusCode::BAD_REQUEST),
        ("[]".to_owned(), StatusCode::FORBIDDEN),
        (deep, StatusCode::BAD_REQUEST),
        (huge, StatusCode::PAYLOAD_TOO_LARGE),
        (format!(r#"{{"group_id": 5, "secret": "{SECRET}"}}"#), StatusCode::BAD_REQUEST),
        (format!(r#"{{"type": "message_new", "secret": "{SECRET}"}}"#), StatusCode::BAD_REQUEST),
        (r#"{"type": "message_new", "group_id": 5}"#.to_owned(), StatusCode::FORBIDDEN),
    ];
    for (body, status) in cases {
        let shown = body.chars().take(60).collect::<String>();
        let answer = edge.client.post(format!("{}/hooks/vk", edge.base)).body(body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{shown}");
    }
    assert_eq!(edge.get("/hooks/vk").await.status(), StatusCode::METHOD_NOT_ALLOWED);
    for path in ["/hooks", "/hooks/max", "/hooks/telegram/5", "/sandbox/", "/api/people"] {
        assert_eq!(edge.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(edge.stored().await, 0);
}

#[tokio::test]
async fn a_body_without_a_length_is_cut_off_too() {
    let edge = Edge::new().await;
    let pieces = futures_util::stream::iter((0..40).map(|_| Ok::<_, std::io::Error>(vec![b' '; 65_536])));
    let answer = edge.telegram(Some(SECRET), "application/json", reqwest::Body::wrap_stream(pieces)).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_bot_that_is_not_configured_is_unknown() {
    let edge = Edge::with(false).await;
    assert_eq!(edge.update(&start(1)).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(edge.vk(&hello("a")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn vk_is_confirmed_answered_ok_and_checked() {
    let edge = Edge::new().await;
    let confirmation = json!({"type": "confirmation", "group_id": 5});
    assert_eq!(edge.vk(&confirmation).await, (StatusCode::OK, "c0nf1rm".to_owned()));
    for _ in 0..2 {
        assert_eq!(edge.vk(&hello("e1")).await, (StatusCode::OK, "ok".to_owned()));
    }
    assert_eq!(edge.stored().await, 1);

    let (mut stranger, mut liar) = (hello("e2"), hello("e3"));
    stranger["group_id"] = json!(6);
    liar["secret"] = json!("between-them");
    let other = json!({"type": "confirmation", "group_id": 6});
    for event in [stranger, liar, other] {
        assert_eq!(edge.vk(&event).await.0, StatusCode::FORBIDDEN);
    }
    assert_eq!(edge.vk(&json!({"secret": SECRET})).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(edge.stored().await, 1);
}

#[tokio::test]
async fn what_can_not_be_stored_is_not_acknowledged() {
    let edge = Edge::new().await;
    edge.desk.stop().await;
    let answer = edge.update(&start(1)).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(edge.vk(&hello("a")).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn readiness_names_what_is_missing() {
    let edge = Edge::new().await;
    assert_eq!(edge.get("/healthz").await.status(), StatusCode::OK);
    let answer = edge.get("/readyz").await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.text().await.unwrap(), "not ready: migrations, content, loops");
    for part in [Part::Migrations, Part::Content, Part::Loops] {
        edge.health.up(part);
    }
    assert_eq!(edge.get("/readyz").await.status(), StatusCode::OK);
    edge.room.pool.close().await;
    assert_eq!(edge.get("/readyz").await.text().await.unwrap(), "not ready: database");
    assert_eq!(edge.get("/healthz").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_panic_is_an_answer_without_its_words() {
    let edge = Edge::new().await;
    let answer = edge.get("/boom").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.headers().contains_key("x-request-id"));
    assert_eq!(answer.text().await.unwrap(), "");
}
