//! Over real HTTP, with a server that says what the test tells it to.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    channel::{
        Client, Gone, Outgoing, PollError, Poller, SendError, Sender, What,
        http::{
            self,
            scripted::{Script, gone_address},
        },
        telegram::{Api, BotName, Poll},
    },
    ids::LaneId,
    message::Message,
};

const TOKEN: &str = "7000:SECRET";

fn api(base: &str) -> Api {
    Api::new(http::client().unwrap(), base, TOKEN.into())
}

async fn send(base: &str) -> Result<Option<String>, SendError> {
    let message = Message { text: "Привет".into(), keyboard: None, picture: None };
    let client = Client::default();
    let out = Outgoing::Send { chat: "501", message: &message, client: &client, random_id: 1 };
    Sender::Telegram(api(base)).send(&out, &mut None).await.map(|sent| sent.message_id)
}

fn poller(base: &str) -> Poller {
    let lane = LaneId("telegram:7000".into());
    Poller::Telegram(Poll::new(api(base), lane, BotName("bvb_bot".into()), Duration::ZERO))
}

#[tokio::test]
async fn a_message_goes_out_as_json_under_the_token() {
    let server = Script::serve([(200, json!({ "ok": true, "result": { "message_id": 77 } }))]).await;
    assert_eq!(send(&server.base).await, Ok(Some("77".into())));
    let (path, body) = server.only_request();
    assert_eq!(path, "/bot7000:SECRET/sendMessage");
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), json!({ "chat_id": 501, "text": "Привет" }));
}

#[tokio::test]
async fn a_refusal_has_its_fate() {
    let blocked = json!({ "ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user" });
    let server = Script::serve([(403, blocked)]).await;
    assert_eq!(send(&server.base).await, Err(SendError::Gone(Gone::Blocked)));
}

#[tokio::test]
async fn no_connection_is_surely_not_sent_and_a_broken_one_unknown() {
    let later = send(&gone_address().await).await.unwrap_err();
    assert!(matches!(later, SendError::Later(_)), "{later:?}");
    let server = Script::serve([]).await;
    let unknown = send(&server.base).await.unwrap_err();
    assert!(matches!(unknown, SendError::Unknown(_)), "{unknown:?}");
    for error in [later, unknown] {
        assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
    }
    assert!(!format!("{:?}", api("http://localhost")).contains("SECRET"));
}

#[tokio::test]
async fn updates_come_again_until_they_are_acknowledged() {
    let update = |id: i64| json!({ "update_id": id, "a_kind_of_the_future": {} });
    let some = json!({ "ok": true, "result": [update(5_000_000_000), { "odd": 1 }, update(5_000_000_001)] });
    let none = json!({ "ok": true, "result": [] });
    let server = Script::serve([(200, some.clone()), (200, some), (200, none.clone()), (200, none)]).await;
    let mut poller = poller(&server.base);
    poller.next().await.unwrap();
    let updates = poller.next().await.unwrap();
    assert_eq!(updates.iter().map(|update| update.id.as_str()).collect::<Vec<_>>(), ["5000000000", "5000000001"]);
    assert!(updates.iter().all(|update| update.what == What::Nothing));
    poller.acknowledge();
    assert_eq!(poller.next().await.unwrap(), []);
    poller.acknowledge();
    poller.next().await.unwrap();
    let offset = |(_, body): &(String, String)| serde_json::from_str::<Value>(body).unwrap()["offset"].clone();
    let offsets: Vec<_> = server.requests().iter().map(offset).collect();
    assert_eq!(offsets, [json!(null), json!(null), json!(5_000_000_002_i64), json!(5_000_000_002_i64)]);
}

#[tokio::test]
async fn a_webhook_in_the_way_is_taken_away_and_a_rival_reported() {
    let refusal = |words: &str| (409, json!({ "ok": false, "error_code": 409, "description": words }));
    let server = Script::serve([
        refusal("Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"),
        (200, json!({ "ok": true, "result": true })),
        refusal("Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
    ])
    .await;
    let mut poller = poller(&server.base);
    assert!(matches!(poller.next().await, Err(PollError::Later(_))));
    assert_eq!(poller.next().await, Err(PollError::Conflict));
    assert_eq!(server.requests()[1].0, "/bot7000:SECRET/deleteWebhook");
}
