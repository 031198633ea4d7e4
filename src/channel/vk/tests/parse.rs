use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::{
    channel::{
        Channel, Client, Group, GroupEvent, Heard, Inbound, ParseError, Press, Speaker, What,
        vk::{Event, callback, parse},
    },
    ids::LaneId,
};

fn lane(group: i64) -> LaneId {
    LaneId(format!("vk:{group}"))
}

/// One event, by both ways in: they must agree.
fn inbound(event: &Value) -> Inbound {
    let lane = lane(event["group_id"].as_i64().unwrap());
    let body = event.to_string();
    let inbound = parse(body.as_bytes(), &lane).unwrap();
    assert_eq!(callback(body.as_bytes(), &lane, None), Ok(Event::Inbound(inbound.clone())));
    assert_eq!(inbound.source, lane.0);
    inbound
}

fn event(kind: &str, object: &Value) -> What {
    inbound(&json!({ "type": kind, "group_id": 1, "event_id": "e", "object": object, "v": "5.199" })).what
}

/// A private message with this content.
fn private(content: &Value) -> What {
    let mut message = json!({ "date": 1_700_000_000, "from_id": 573, "id": 9, "out": 0, "peer_id": 573, "text": "",
        "conversation_message_id": 9, "fwd_messages": [], "important": false, "attachments": [], "is_hidden": false });
    message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
    event("message_new", &json!({ "message": message }))
}

fn heard(content: &Value) -> Heard {
    match private(content) {
        What::Heard { heard, press: None, from } => {
            assert_eq!(from, speaker(1, "573"));
            heard
        }
        other => panic!("{other:?}"),
    }
}

fn in_chat(content: &Value) -> GroupEvent {
    let mut content = content.clone();
    content["peer_id"] = json!(2_000_000_012_i64);
    match private(&content) {
        What::Group(Group { event, chat, .. }) => {
            assert_eq!(chat, "2000000012");
            event
        }
        other => panic!("{other:?}"),
    }
}

fn speaker(group: i64, user: &str) -> Speaker {
    Speaker { lane: lane(group), channel: Channel::Vk, user: user.into(), chat: user.into(), lang: None, client: None }
}

fn samples(way: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../../../../tests/data/specs/vk/event-samples.json")).unwrap();
    file[way].as_array().unwrap().iter().map(|sample| sample["body"].clone()).collect()
}

#[test]
fn a_captured_message_is_heard_with_what_its_client_can() {
    let captured = inbound(&samples("callback")[0]);
    let client = Client { keyboard: true, inline_keyboard: true, callback: false, open_link: true, open_app: true };
    let from = Speaker { lang: Some("ru".into()), client: Some(client), ..speaker(193_668_024, "228970688") };
    assert_eq!(captured.id, "b0c936fa537622981a096bd5e38a252e7cac0d20");
    assert_eq!(captured.what, What::Heard { from, heard: Heard::Text("ПриВеТ".into()), press: None });

    let update = inbound(&samples("long_poll")[0]["updates"][0]);
    let from =
        Speaker { lang: Some("ru".into()), client: Some(Client::default()), ..speaker(202_308_925, "326596496") };
    assert_eq!(update.what, What::Heard { from, heard: Heard::Text("Добрый день!".into()), press: None });
}

#[test]
fn the_other_samples_are_what_they_say() {
    let samples = samples("callback");
    let confirmation = samples[1].to_string();
    let secret = SecretString::from("secret_123456");
    assert_eq!(callback(confirmation.as_bytes(), &lane(123_456), Some(&secret)), Ok(Event::Confirmation));

    let bare = inbound(&samples[2]);
    assert_eq!(bare.id, "2000000012:33", "an old event has no id of its own");
    assert!(matches!(bare.what, What::Group(Group { event: GroupEvent::Talk, .. })));

    assert_eq!(inbound(&samples[3]).what, What::Nothing);
    assert_eq!(inbound(&samples[4]).what, What::Reach { from: speaker(1, "573"), open: true });
    assert_eq!(inbound(&samples[5]).what, What::Reach { from: speaker(1, "573"), open: false });

    let press = inbound(&samples[6]);
    let waiting = Press { id: "inner-answer-id".into(), user: "573".into(), chat: "573".into(), message: None };
    let heard = Heard::Press { token: String::new() };
    assert_eq!(press.id, "outer-delivery-id");
    assert_eq!(press.what, What::Heard { from: speaker(1, "573"), heard, press: Some(waiting) });
}

#[test]
fn payloads_come_as_text_or_as_object() {
    let press = |token: &str| Heard::Press { token: token.into() };
    for (content, expected) in [
        (json!({ "text": "Да", "payload": "{\"token\":\"f1:a:1:y\"}" }), press("f1:a:1:y")),
        (json!({ "text": "Да", "payload": { "token": "f1:a:1:y" } }), press("f1:a:1:y")),
        (json!({ "text": "Начать", "payload": "{\"command\":\"start\"}" }), Heard::Start { payload: None }),
        (json!({ "text": "Начать", "payload": { "command": "start" } }), Heard::Start { payload: None }),
        (
            json!({ "text": "Начать", "payload": "{\"command\":\"start\"}", "ref": "ABC12", "ref_source": "qr" }),
            Heard::Start { payload: Some("ABC12".into()) },
        ),
        (json!({ "text": "Да", "payload": "{\"somebody\":\"else\"}" }), Heard::Text("Да".into())),
        (json!({ "text": "Да", "payload": "не JSON" }), Heard::Text("Да".into())),
    ] {
        assert_eq!(heard(&content), expected, "{content}");
    }
    let object = json!({ "user_id": 573, "peer_id": 573, "event_id": "in", "payload": { "token": "f1:a:1:y" } });
    let waiting = Press { id: "in".into(), user: "573".into(), chat: "573".into(), message: None };
    let expected = What::Heard { from: speaker(1, "573"), heard: press("f1:a:1:y"), press: Some(waiting.clone()) };
    assert_eq!(event("message_event", &object), expected);
    let object = json!({ "user_id": 573, "peer_id": 2_000_000_012_i64, "event_id": "in", "payload": "{}" });
    let pressed = GroupEvent::Pressed(Press { chat: "2000000012".into(), ..waiting });
    assert!(matches!(event("message_event", &object), What::Group(Group { event, .. }) if event == pressed));
}

#[test]
fn every_content_has_a_kind() {
    let unsupported = |kind: &str| Heard::Unsupported { kind: kind.into() };
    for (content, expected) in [
        (json!({ "attachments": [{ "type": "photo", "photo": {} }], "text": "вот" }), Heard::Photo),
        (json!({ "attachments": [{ "type": "doc", "doc": {} }] }), Heard::File),
        (
            json!({ "attachments": [{ "type": "link", "link": {} }], "text": "https://bvb.ru" }),
            Heard::Text("https://bvb.ru".into()),
        ),
        (json!({ "attachments": [{ "type": "audio_message" }] }), unsupported("voice")),
        (json!({ "attachments": [{ "type": "sticker" }] }), unsupported("sticker")),
        (json!({ "geo": { "type": "point" } }), unsupported("location")),
        (json!({ "fwd_messages": [{ "id": 1 }] }), unsupported("forward")),
        (json!({}), unsupported("unknown")),
        (json!({ "text": null, "attachments": 5 }), unsupported("unknown")),
    ] {
        assert_eq!(heard(&content), expected, "{content}");
    }
    assert_eq!(heard(&json!({ "text": "я".repeat(9000) })), Heard::Text("я".repeat(4096)));
}

#[test]
fn corrected_words_are_said_anew() {
    let edited = |more: Value| {
        let mut message =
            json!({ "from_id": 573, "id": 9, "out": 0, "peer_id": 573, "text": "код", "attachments": [] });
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event("message_edit", &message)
    };
    assert!(matches!(edited(json!({})), What::Heard { heard: Heard::Text(text), .. } if text == "код"));
    for other in [
        json!({ "out": 1 }),
        json!({ "from_id": -1 }),
        json!({ "peer_id": 2_000_000_001, "text": "/help" }),
        json!({ "text": "", "attachments": [{ "type": "photo" }] }),
        json!({ "text": "vk.com", "attachments": [{ "type": "link" }] }),
        json!({ "payload": "{\"token\":\"f1:abcdef:1:o0\"}" }),
    ] {
        assert_eq!(edited(other.clone()), What::Nothing, "{other}");
    }
}

#[test]
fn our_own_voice_is_no_voice() {
    assert_eq!(private(&json!({ "out": 1, "text": "мы" })), What::Nothing);
    assert_eq!(private(&json!({ "from_id": -1, "text": "мы" })), What::Nothing);
    for kind in ["message_reply", "message_typing_state", "a_kind_of_the_future"] {
        assert_eq!(event(kind, &json!({ "from_id": 573, "peer_id": 573, "text": "x" })), What::Nothing, "{kind}");
    }
}

#[test]
fn chats_take_us_in_and_throw_us_out_and_talk() {
    let addressed = |said: &str| GroupEvent::Addressed { said: said.to_owned() };
    let action = |kind: &str, member: i64| json!({ "action": { "type": kind, "member_id": member } });
    for (content, expected) in [
        (action("chat_invite_user", -1), GroupEvent::Joined),
        (action("chat_invite_user", 573), GroupEvent::Talk),
        (action("chat_kick_user", -1), GroupEvent::Left),
        (action("chat_kick_user", 573), GroupEvent::Talk),
        (json!({ "text": "кто дежурный?" }), GroupEvent::Talk),
        (json!({ "text": "/help" }), addressed("/help")),
        (json!({ "text": "[club1|@bvb] привет" }), addressed("[club1|@bvb] привет")),
        (json!({ "text": "[club12|@other] привет" }), GroupEvent::Talk),
        (json!({ "text": "да", "reply_message": { "from_id": -1 } }), addressed("да")),
        (json!({ "text": "Да", "payload": "{\"token\":\"x\"}" }), addressed("Да")),
    ] {
        assert_eq!(in_chat(&content), expected, "{content}");
    }
}

#[test]
fn an_old_client_can_nothing() {
    let message = json!({ "from_id": 573, "peer_id": 573, "text": "Привет" });
    let object = json!({ "message": message, "client_info": { "button_actions": ["text"], "lang_id": 3 } });
    let What::Heard { from, .. } = event("message_new", &object) else { panic!() };
    let nothing =
        Client { keyboard: false, inline_keyboard: false, callback: false, open_link: false, open_app: false };
    assert_eq!((from.client, from.lang.as_deref()), (Some(nothing), Some("en")));
}

#[test]
fn strangers_are_refused() {
    let secret = SecretString::from("right");
    let body =
        |secret: Value| json!({ "type": "group_join", "group_id": 1, "object": {}, "secret": secret }).to_string();
    let judged = |body: &str, group| callback(body.as_bytes(), &lane(group), Some(&secret)).map(drop);
    assert_eq!(judged(&body(json!("right")), 1), Ok(()));
    assert_eq!(judged(&body(json!("wrong")), 1), Err(ParseError::WrongSecret));
    assert_eq!(judged(&body(Value::Null), 1), Err(ParseError::WrongSecret));
    assert_eq!(judged(&body(json!("right")), 2), Err(ParseError::WrongGroup));
    assert_eq!(judged("{\"secret\":\"right\"}", 1), Err(ParseError::SHAPE));
    assert!(matches!(judged(&"{\"a\":".repeat(100_000), 1), Err(ParseError::Malformed { .. })));
}

#[test]
fn an_event_without_an_id_has_the_same_key_by_either_way() {
    let allow = json!({ "type": "message_allow", "group_id": 1, "object": { "user_id": 573, "key": "k" } });
    let denied = json!({ "type": "message_deny", "group_id": 1, "object": { "user_id": 573, "key": "k" } });
    assert_eq!(inbound(&allow).id, inbound(&allow).id);
    assert_ne!(inbound(&allow).id, inbound(&denied).id);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = callback(&body, &lane(1), None);
        let _ = parse(&body, &lane(1));
    }

    #[test]
    fn no_odd_field_makes_it_panic(field in 0usize..12, odd in odd_value(), kind in 0usize..4) {
        let names = ["from_id", "peer_id", "out", "text", "payload", "ref", "attachments", "geo", "fwd_messages", "action",
            "user_id", "event_id"];
        let kinds = ["message_new", "message_event", "message_allow", "x"];
        let mut message = json!({ "from_id": 573, "peer_id": 573, "user_id": 573, "event_id": "in", "text": "a" });
        message[names[field]] = odd.clone();
        for object in [message.clone(), json!({ "message": message, "client_info": odd })] {
            let event = json!({ "type": kinds[kind], "group_id": 1, "object": object });
            prop_assert!(parse(event.to_string().as_bytes(), &lane(1)).is_ok());
        }
    }
}

fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!([{ "type": 1 }, null])),
        Just(json!({ "type": "chat_kick_user", "token": 5, "command": [], "lang_id": "ru", "button_actions": 1 })),
    ]
}
