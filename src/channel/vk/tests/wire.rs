//! Over real HTTP, with a server that says what the test tells it to.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    channel::{
        Client as Shows, Gone, Outgoing, PollError, Poller, Press, SendError, Sender,
        http::{
            self,
            scripted::{Script, gone_address},
        },
        vk::{Client, Poll, client::groups},
    },
    ids::LaneId,
    message::Message,
};

fn client(base: &str) -> Client {
    Client::new(http::client().unwrap(), base, "vk1.SECRET".into())
}

async fn send(base: &str, chat: &str) -> Result<Option<String>, SendError> {
    let message = Message { text: "Привет & пока".into(), keyboard: None, picture: None };
    let out = Outgoing::Send { chat, message: &message, client: &Shows::default(), random_id: 42 };
    Sender::Vk(client(base)).send(&out, &mut None).await.map(|sent| sent.message_id)
}

fn form(request: &(String, String)) -> (String, BTreeMap<String, String>) {
    (request.0.clone(), serde_urlencoded::from_str(&request.1).unwrap())
}

fn error(code: i64, words: &str) -> Value {
    let parameters =
        json!([{ "key": "method", "value": "messages.send" }, { "key": "access_token", "value": "vk1.SECRET" }]);
    json!({ "error": { "error_code": code, "error_msg": words, "request_params": parameters } })
}

#[tokio::test]
async fn a_message_goes_out_as_a_form() {
    let delivered = json!({ "response": [{ "peer_id": 573, "message_id": 5, "conversation_message_id": 3 }] });
    let server = Script::serve([(200, delivered)]).await;
    assert_eq!(send(&server.base, "573").await, Ok(Some("5".into())));
    let (path, form) = form(&server.only_request());
    assert_eq!(path, "/method/messages.send");
    let pairs = [
        ("peer_ids", "573"),
        ("random_id", "42"),
        ("message", "Привет & пока"),
        ("v", "5.199"),
        ("access_token", "vk1.SECRET"),
    ];
    assert_eq!(form, pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
}

#[tokio::test]
async fn every_shape_of_answer_has_its_meaning() {
    let refusal = json!({ "code": 901, "description": "Can't send messages for users without permission" });
    let old = json!("Can't send messages for users without permission");
    let item = |error: Value| json!({ "response": [{ "peer_id": 573, "message_id": 0, "error": error }] });
    let in_chat = json!({ "response": [{ "peer_id": 2_000_000_001, "message_id": 0, "conversation_message_id": 7 }] });
    let blocked = || Err(SendError::Gone(Gone::Blocked));
    for (answer, expected) in [
        (json!({ "response": 5 }), Ok(Some("5".into()))),
        (in_chat, Ok(Some("c7".into()))),
        (item(refusal), blocked()),
        (item(old), blocked()),
        (error(902, "Can't send messages to this user due to their privacy settings"), blocked()),
        (json!({ "response": [] }), Err(SendError::Unknown("an answer about nobody".into()))),
        (json!({}), Err(SendError::Unknown("unreadable answer".into()))),
    ] {
        let server = Script::serve([(200, answer.clone())]).await;
        assert_eq!(send(&server.base, "573").await, expected, "{answer}");
    }
}

#[tokio::test]
async fn no_token_is_in_any_error() {
    let later = send(&gone_address().await, "573").await.unwrap_err();
    assert!(matches!(later, SendError::Later(_)), "{later:?}");
    let server = Script::serve([(200, error(5, "User authorization failed"))]).await;
    let refused = send(&server.base, "573").await.unwrap_err();
    assert!(matches!(refused, SendError::Account { code: 5, .. }), "{refused:?}");
    let unknown = send(&server.base, "573").await.unwrap_err();
    assert!(matches!(unknown, SendError::Unknown(_)), "{unknown:?}");
    for error in [later, refused, unknown] {
        assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
    }
    assert!(!format!("{:?}", client("http://localhost")).contains("SECRET"));
}

#[tokio::test]
async fn a_press_is_answered_and_a_late_answer_is_no_error() {
    let server = Script::serve([(200, json!({ "response": 1 })), (200, error(100, "event_id is expired"))]).await;
    let press = Press { id: "inner".into(), user: "573".into(), chat: "573".into(), message: None };
    let sender = Sender::Vk(client(&server.base));
    sender.send(&Outgoing::Answer { press: &press, text: Some("Готово") }, &mut None).await.unwrap();
    sender.send(&Outgoing::Answer { press: &press, text: None }, &mut None).await.unwrap();
    let requests = server.requests();
    let (path, fields) = form(&requests[0]);
    assert_eq!(path, "/method/messages.sendMessageEventAnswer");
    assert_eq!((fields["event_id"].as_str(), fields["user_id"].as_str()), ("inner", "573"));
    assert_eq!(fields["event_data"], r#"{"text":"Готово","type":"show_snackbar"}"#);
    assert_eq!(form(&requests[1]).1.get("event_data"), None);
}

#[tokio::test]
async fn an_edit_names_the_message_as_it_was_told() {
    let server = Script::serve([(200, json!({ "response": 1 })), (200, json!({ "response": 1 }))]).await;
    let message = Message { text: "Готово".into(), keyboard: None, picture: None };
    for (id, field) in [("5", "message_id"), ("c7", "conversation_message_id")] {
        let out = Outgoing::Edit { chat: "573", message_id: id, message: &message, client: &Shows::default() };
        let sent = Sender::Vk(client(&server.base)).send(&out, &mut None).await.unwrap();
        assert_eq!(sent.message_id.as_deref(), Some(id));
        let (path, fields) = form(server.requests().last().unwrap());
        assert_eq!((path.as_str(), fields[field].as_str()), ("/method/messages.edit", id.trim_start_matches('c')));
    }
}

#[tokio::test]
async fn the_community_is_told_in_old_and_new_versions() {
    let group = json!({ "id": 1, "name": "Билет", "screen_name": "bvb" });
    let server =
        Script::serve([(200, json!({ "response": { "groups": [group] } })), (200, json!({ "response": [group] }))])
            .await;
    let client = client(&server.base);
    assert_eq!(groups::own(&client).await, groups::own(&client).await);
}

/// A community's Long Poll that tells where it is, then gives these answers.
async fn long_poll(answers: impl FnOnce(&dyn Fn(&str) -> (u16, Value)) -> Vec<(u16, Value)>) -> (Script, Poller) {
    let api = Script::reserve().await;
    let base = api.base.clone();
    let told =
        move |key: &str| (200, json!({ "response": { "server": format!("{base}/lp"), "key": key, "ts": "10" } }));
    let server = api.start(answers(&told));
    let poll = Poll::new(client(&server.base), LaneId("vk:1".into()), 1, Duration::ZERO);
    (server, Poller::Vk(poll))
}

fn asked(server: &Script) -> Vec<String> {
    let requests = server.requests();
    let asked = requests.iter().filter_map(|(path, _)| path.strip_prefix("/lp?act=a_check&"));
    asked.map(str::to_owned).collect()
}

#[tokio::test]
async fn the_place_moves_only_after_acknowledging() {
    let update = json!({ "type": "message_deny", "group_id": 1, "event_id": "e", "object": { "user_id": 573 } });
    let some = json!({ "ts": "11", "updates": [update, { "odd": 1 }] });
    let (server, mut poller) =
        long_poll(|told| vec![told("k"), (200, some.clone()), (200, some), (200, json!({ "ts": 11, "updates": [] }))])
            .await;
    poller.next().await.unwrap();
    let updates = poller.next().await.unwrap();
    assert_eq!(updates.iter().map(|update| update.id.as_str()).collect::<Vec<_>>(), ["e"]);
    poller.acknowledge();
    assert_eq!(poller.next().await.unwrap(), []);
    assert_eq!(asked(&server), ["key=k&ts=10&wait=0", "key=k&ts=10&wait=0", "key=k&ts=11&wait=0"]);
}

#[tokio::test]
async fn failures_are_put_right_as_the_documentation_says() {
    let none = (200, json!({ "ts": "31", "updates": [] }));
    let (server, mut poller) = long_poll(|told| {
        let stale = (200, json!({ "failed": 1, "ts": 30 }));
        let expired = (200, json!({ "failed": 2 }));
        vec![
            told("k1"),
            stale,
            expired,
            told("k2"),
            none.clone(),
            (200, json!({ "failed": 3 })),
            told("k3"),
            none.clone(),
        ]
    })
    .await;
    assert_eq!(poller.next().await.unwrap(), []);
    assert_eq!(poller.next().await.unwrap(), []);
    let expected = ["k1 10", "k1 30", "k2 30", "k2 30", "k3 10"].map(|place| {
        let (key, ts) = place.split_once(' ').unwrap();
        format!("key={key}&ts={ts}&wait=0")
    });
    assert_eq!(asked(&server), expected);
}

#[tokio::test]
async fn a_platform_that_lies_is_left_alone_for_a_while() {
    let lie = (200, json!({ "failed": 3 }));
    let (_server, mut poller) =
        long_poll(|told| vec![told("k"), lie.clone(), told("k"), lie.clone(), told("k"), lie.clone()]).await;
    assert!(matches!(poller.next().await, Err(PollError::Later(_))));
    let server = Script::serve([(200, error(15, "Access denied"))]).await;
    let mut poller = Poller::Vk(Poll::new(client(&server.base), LaneId("vk:1".into()), 1, Duration::ZERO));
    assert!(matches!(poller.next().await, Err(PollError::Account { code: 15, .. })));
}
