use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    channel::{
        Channel, Group, GroupEvent, Heard, ParseError, Press, Speaker, What,
        telegram::{BotName, parse},
    },
    ids::LaneId,
};

fn lane() -> LaneId {
    LaneId("telegram:7000".into())
}

fn parsed(update: &Value) -> What {
    let inbound = parse(update.to_string().as_bytes(), &lane(), &BotName("bvb_bot".into())).unwrap();
    assert_eq!((inbound.source.as_str(), inbound.id.as_str()), ("telegram:7000", "9000000001"));
    inbound.what
}

fn update(kind: &str, content: &Value) -> Value {
    json!({ "a_new_field": {"first": true}, "update_id": 9_000_000_001_i64, kind: content })
}

fn anna() -> Value {
    json!({ "id": 501, "is_bot": false, "first_name": "Анна", "language_code": "ru", "is_new": 1 })
}

/// A private message with this content.
fn private(content: &Value) -> What {
    let chat = json!({ "id": 501, "type": "private", "first_name": "Анна" });
    let mut message = json!({ "message_id": 3, "date": 1_700_000_000, "chat": chat, "from": anna() });
    message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
    parsed(&update("message", &message))
}

fn heard(content: &Value) -> Heard {
    match private(content) {
        What::Heard { heard, press: None, from } => {
            assert_eq!(from, speaker());
            heard
        }
        other => panic!("{other:?}"),
    }
}

fn speaker() -> Speaker {
    Speaker {
        lane: lane(),
        channel: Channel::Telegram,
        user: "501".into(),
        chat: "501".into(),
        lang: Some("ru".into()),
        client: None,
    }
}

fn group_chat() -> Value {
    json!({ "id": -100_200, "type": "supergroup", "title": "7 «Б»" })
}

fn in_group(content: &Value) -> Option<GroupEvent> {
    let mut message = json!({ "message_id": 3, "date": 1_700_000_000, "chat": group_chat(), "from": anna() });
    message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
    event(parsed(&update("message", &message)))
}

fn event(what: What) -> Option<GroupEvent> {
    match what {
        What::Group(Group { event, chat, title, .. }) => {
            assert_eq!((chat.as_str(), title.as_deref()), ("-100200", Some("7 «Б»")));
            Some(event)
        }
        What::Nothing => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_and_starts() {
    let start = |payload: Option<&str>| Heard::Start { payload: payload.map(str::to_owned) };
    for (text, expected) in [
        ("Привет", Heard::Text("Привет".into())),
        ("/start", start(None)),
        ("/start ABC-12_z", start(Some("ABC-12_z"))),
        ("/start@bvb_bot x", start(Some("x"))),
        ("/started", Heard::Text("/started".into())),
        ("/help", Heard::Text("/help".into())),
    ] {
        assert_eq!(heard(&json!({ "text": text })), expected, "{text}");
    }
    let long = "я".repeat(5000);
    assert_eq!(heard(&json!({ "text": long })), Heard::Text("я".repeat(4096)));
}

#[test]
fn a_text_with_an_entity_of_the_future_is_still_heard() {
    let entities = json!([{ "type": "hologram", "offset": 0, "length": 2, "depth": 3 }]);
    assert_eq!(heard(&json!({ "text": "ой", "entities": entities })), Heard::Text("ой".into()));
}

#[test]
fn a_contact_is_own_only_by_its_user_id() {
    let contact =
        |id: Value| json!({ "contact": { "phone_number": "+79161234567", "first_name": "А", "user_id": id } });
    let shared = |own| Heard::Contact { phone: "+79161234567".into(), name: "А".into(), own };
    assert_eq!(heard(&contact(json!(501))), shared(true));
    assert_eq!(heard(&contact(json!(502))), shared(false));
    assert_eq!(heard(&contact(Value::Null)), shared(false));
}

#[test]
fn a_contact_has_its_plus_even_where_the_client_left_it_out() {
    for (given, heard_as) in
        [("79161234567", "+79161234567"), ("+79161234567", "+79161234567"), ("375291234567", "+375291234567"), ("", "")]
    {
        let contact = json!({ "contact": { "phone_number": given, "first_name": "А", "user_id": 501 } });
        assert_eq!(heard(&contact), Heard::Contact { phone: heard_as.into(), name: "А".into(), own: true });
    }
}

#[test]
fn every_other_content_has_a_kind() {
    let unsupported = |kind: &str| Heard::Unsupported { kind: kind.into() };
    for (content, expected) in [
        (json!({ "photo": [], "caption": "вот" }), Heard::Photo),
        (json!({ "document": { "file_id": "x" } }), Heard::File),
        (json!({ "document": { "file_id": "x" }, "animation": {} }), unsupported("animation")),
        (json!({ "sticker": {} }), unsupported("sticker")),
        (json!({ "voice": {} }), unsupported("voice")),
        (json!({ "location": {}, "venue": {} }), unsupported("venue")),
        (json!({ "hologram": {} }), unsupported("unknown")),
    ] {
        assert_eq!(heard(&content), expected, "{content}");
    }
    assert_eq!(private(&json!({ "pinned_message": {} })), What::Nothing);
    assert_eq!(private(&json!({ "write_access_allowed": {} })), What::Reach { from: speaker(), open: true });
}

#[test]
fn a_press_brings_its_token_and_waits() {
    let chat = json!({ "id": 501, "type": "private", "first_name": "Анна" });
    let message = json!({ "message_id": 3, "date": 0, "chat": chat });
    let query = json!({ "id": "4382", "from": anna(), "message": message, "chat_instance": "1", "data": "f1:a:1:yes" });
    let press = Press { id: "4382".into(), user: "501".into(), chat: "501".into(), message: Some("3".into()) };
    let heard = Heard::Press { token: "f1:a:1:yes".into() };
    let expected = What::Heard { from: speaker(), heard, press: Some(press.clone()) };
    assert_eq!(parsed(&update("callback_query", &query)), expected);

    let query = json!({ "id": "4382", "from": anna(), "message": { "chat": group_chat() }, "data": "x" });
    let press = Press { chat: "-100200".into(), message: None, ..press };
    assert_eq!(event(parsed(&update("callback_query", &query))), Some(GroupEvent::Pressed(press)));
}

#[test]
fn blocking_and_unblocking_is_reach() {
    let chat = json!({ "id": 501, "type": "private", "first_name": "Анна" });
    for (status, open) in [("kicked", false), ("member", true)] {
        let member = json!({ "user": { "id": 7000 }, "status": status });
        let change = json!({ "chat": chat, "from": anna(), "date": 1, "new_chat_member": member });
        assert_eq!(parsed(&update("my_chat_member", &change)), What::Reach { from: speaker(), open });
    }
}

#[test]
fn groups_take_us_in_and_throw_us_out() {
    let moved = |old: &str, new: &str| {
        let change = json!({ "chat": group_chat(), "from": anna(), "date": 1,
            "old_chat_member": { "status": old }, "new_chat_member": { "status": new } });
        event(parsed(&update("my_chat_member", &change)))
    };
    assert_eq!(moved("left", "member"), Some(GroupEvent::Joined));
    assert_eq!(moved("kicked", "administrator"), Some(GroupEvent::Joined));
    assert_eq!(moved("member", "kicked"), Some(GroupEvent::Left));
    assert_eq!(moved("member", "administrator"), None);
}

#[test]
fn groups_talk_and_sometimes_to_us() {
    let addressed = |said: &str| GroupEvent::Addressed { said: said.to_owned() };
    for (content, expected) in [
        (json!({ "text": "кто дежурный?" }), GroupEvent::Talk),
        (json!({ "text": "/help" }), addressed("/help")),
        (json!({ "text": "/help@BVB_bot" }), addressed("/help@BVB_bot")),
        (json!({ "text": "/help@other_bot" }), GroupEvent::Talk),
        (json!({ "text": "а что скажет @bvb_bot?" }), addressed("а что скажет @bvb_bot?")),
        (json!({ "text": "а что скажет @bvb_bot_2?" }), GroupEvent::Talk),
        (
            json!({ "text": "да", "reply_to_message": { "from": { "id": 7000, "is_bot": true, "first_name": "b" } } }),
            addressed("да"),
        ),
        (json!({ "migrate_to_chat_id": -1_001_234 }), GroupEvent::MovedTo("-1001234".into())),
        (json!({ "new_chat_title": "8 «Б»" }), GroupEvent::Talk),
    ] {
        assert_eq!(in_group(&content), Some(expected), "{content}");
    }
}

#[test]
fn corrected_words_are_said_anew() {
    let edited = |content: Value| {
        let mut message = json!({ "message_id": 3, "date": 1_700_000_000, "from": anna(),
            "chat": { "id": 501, "type": "private", "first_name": "Анна" } });
        message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        parsed(&update("edited_message", &message))
    };
    assert_eq!(edited(json!({ "text": "код" })), private(&json!({ "text": "код" })));
    for other in [json!({ "photo": [], "caption": "код" }), json!({ "location": { "live_period": 60 } })] {
        assert_eq!(edited(other), What::Nothing);
    }
}

#[test]
fn what_is_no_concern_of_ours_is_nothing() {
    let ours = json!({ "id": 7000, "is_bot": true, "first_name": "bvb" });
    assert_eq!(in_group(&json!({ "text": "/эхо", "from": ours })), None);
    for kind in ["edited_message", "channel_post", "inline_query", "a_kind_of_the_future"] {
        assert_eq!(parsed(&update(kind, &json!({ "text": "x", "chat": group_chat() }))), What::Nothing, "{kind}");
    }
    assert_eq!(parsed(&update("message", &json!({ "chat": 5 }))), What::Nothing);
}

#[test]
fn what_is_no_update_is_refused() {
    let refused = |body: &str| parse(body.as_bytes(), &lane(), &BotName("b".into())).unwrap_err();
    assert_eq!(refused("{}"), ParseError::SHAPE);
    assert_eq!(refused("[1]"), ParseError::SHAPE);
    assert!(matches!(refused("{\"update_id\": "), ParseError::Malformed { line: 1, .. }));
    assert!(matches!(refused(&"[".repeat(100_000)), ParseError::Malformed { .. }));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&body, &lane(), &BotName("b".into()));
    }

    #[test]
    fn no_odd_field_makes_it_panic(field in 0usize..9, odd in odd_value(), inner in odd_value()) {
        let names = ["from", "chat", "text", "entities", "contact", "reply_to_message", "photo", "migrate_to_chat_id", "x"];
        let mut message = json!({ "chat": { "id": 501, "type": "private" }, "from": anna(), "text": inner });
        message[names[field]] = odd;
        for kind in ["message", "callback_query", "my_chat_member"] {
            let update = json!({ "update_id": 1, kind: message });
            prop_assert!(parse(update.to_string().as_bytes(), &lane(), &BotName("b".into())).is_ok());
        }
    }
}

fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!([{ "id": -1 }])),
        Just(json!({ "id": u64::MAX, "type": "private" })),
        Just(json!({ "id": 1, "type": "channel", "status": "kicked" })),
    ]
}
