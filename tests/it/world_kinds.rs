//! Everything that people send which is no text: a kind answer, never silence, and the question stays open.

use serde_json::{Value, json};

use crate::world::{World, everywhere};

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_asked_for_is_answered_kindly() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.person(channel, "Аня").await;
        // With nothing going on a picture is a hello.
        anya.sends("photo").await;
        anya.sees(&["Фото сейчас не нужно", "Привет! Я проводник", "Пришли код…[Нет кода]"]).await;
        for (kind, words) in [
            ("photo", "Фото сейчас не нужно, я его не сохраняю…[Нет кода]"),
            ("document", "Файл сейчас не нужен, я его не сохраняю…[Нет кода]"),
            ("sticker", "Стикер хороший…[Нет кода]"),
            ("voice", "Голосовые я пока не понимаю…[Нет кода]"),
        ] {
            // However often: it is no wrong answer.
            for _ in 0..2 {
                anya.sends(kind).await;
                anya.sees(&[words]).await;
            }
        }
        anya.says(&code).await;
        assert!(anya.last().await.contains("номер мобильного"));
    })
    .await;
}

/// A message with these contents, as each messenger brings it.
fn message(channel: &str, person: i64, nth: i64, contents: &Value) -> Value {
    let mut message = match channel {
        "telegram" => json!({"message_id": 900 + nth, "date": 1_790_000_000, "chat": {"id": person, "type": "private"},
            "from": {"id": person, "is_bot": false, "first_name": "Аня"}}),
        _ => json!({"id": 900 + nth, "date": 1_790_000_000, "peer_id": person, "from_id": person, "out": 0, "text": "",
            "conversation_message_id": 900 + nth, "attachments": []}),
    };
    for (name, value) in contents.as_object().unwrap() {
        message[name] = value.clone();
    }
    match channel {
        "telegram" => json!({"update_id": 7_000_000 + nth, "message": message}),
        _ => json!({"type": "message_new", "event_id": format!("by-hand-{nth}"), "v": "5.199", "object": {
            "message": message, "client_info": {"keyboard": true, "inline_keyboard": true, "button_actions": ["text", "callback"]}}}),
    }
}

fn rarities(channel: &str) -> Vec<Value> {
    match channel {
        "telegram" => vec![
            json!({"location": {"latitude": 55.7, "longitude": 37.6}}),
            json!({"venue": {"title": "Школа", "location": {"latitude": 55.7, "longitude": 37.6}, "address": "x"}}),
            json!({"video_note": {"file_id": "x", "length": 1, "duration": 1}}),
            json!({"video": {"file_id": "x"}, "caption": "смотри"}),
            json!({"poll": {"id": "1", "question": "?"}}),
            json!({"dice": {"emoji": "🎲", "value": 3}}),
            json!({"animation": {"file_id": "x"}, "document": {"file_id": "x"}}),
            json!({"hologram": {"of": "a kind that does not exist yet"}}),
            json!({}),
        ],
        _ => vec![
            json!({"geo": {"type": "point", "coordinates": {"latitude": 55.7, "longitude": 37.6}}}),
            json!({"attachments": [{"type": "video", "video": {"id": 1}}]}),
            json!({"attachments": [{"type": "wall", "wall": {"id": 1}}]}),
            json!({"attachments": [{"type": "graffiti", "graffiti": {}}]}),
            json!({"attachments": [{"type": "hologram"}]}),
            json!({"fwd_messages": [{"id": 1, "text": "чужое"}]}),
            json!({}),
        ],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rare_kinds_and_kinds_to_come_are_answered_too() {
    everywhere(async |world, channel| {
        let anya = world.person(channel, "Аня").await;
        anya.starts().await;
        anya.last().await;
        for (nth, contents) in (1..).zip(rarities(channel)) {
            assert_eq!(world.brings(channel, message(channel, anya.id, nth, &contents)).await.0, 200);
            anya.sees(&["Такое я пока не понимаю. Напиши словами или нажми кнопку…[Нет кода]"]).await;
        }
        anya.presses("Нет кода").await;
        anya.sees(&["Код даёт учитель"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_counts_only_where_a_phone_is_asked() {
    let world = World::new().await;
    let code = world.codes(1).await.remove(0);
    let anya = world.telegram("Аня").await;
    anya.starts().await;
    anya.last().await;
    anya.shares_own_contact("+79161234567").await;
    anya.sees(&["Номер телефона сейчас не нужен, я его не сохраняю…[Нет кода]"]).await;
    anya.says(&code).await;
    anya.last().await;
    anya.shares_foreign_contact("+79161234567").await;
    anya.sees(&["Это контакт другого человека"]).await;
    anya.shares_own_contact("+79161234567").await;
    anya.sees(&["Чей это телефон?"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_and_kinds_that_nobody_knows_yet_are_survived() {
    everywhere(async |world, channel| {
        let anya = world.person(channel, "Аня").await;
        anya.starts().await;
        anya.last().await;
        let new = json!({"text": "привет", "mood": {"deep": [1, {"er": null}]}, "entities": [
            {"type": "smell", "offset": 0, "length": 3, "strength": 9.5}], "payload": 5, "ref": null});
        let mut update = message(channel, anya.id, 1, &new);
        update["epoch"] = json!(["new", {}]);
        assert_eq!(world.brings(channel, update).await.0, 200);
        anya.sees(&["Это не похоже на код", "Пришли код"]).await;

        let strange = match channel {
            "telegram" => vec![
                json!({"update_id": 7_000_101, "quantum_message": {"text": "привет"}}),
                json!({"update_id": 7_000_102, "edited_message": {"message_id": 901, "date": 1, "caption": "привет",
                    "photo": [], "from": {"id": anya.id, "is_bot": false, "first_name": "Аня"},
                    "chat": {"id": anya.id, "type": "private"}}}),
                json!({"update_id": 7_000_103, "channel_post": {"message_id": 1, "date": 1, "text": "/start",
                    "chat": {"id": -100, "type": "channel", "title": "Новости"}}}),
                json!({"update_id": 7_000_104, "message": {"message_id": "five", "chat": 5, "from": null}}),
                json!({"update_id": 7_000_105, "callback_query": {"id": 5}}),
                json!({"update_id": 7_000_106}),
            ],
            _ => vec![
                json!({"type": "quantum_message", "event_id": "s1", "object": {"message": {"text": "привет"}}}),
                json!({"type": "message_typing_state", "event_id": "s2", "object": {"state": "typing", "from_id": anya.id}}),
                json!({"type": "message_edit", "event_id": "s3", "object": {"from_id": anya.id, "peer_id": anya.id,
                    "text": "см. vk.com", "attachments": [{"type": "link"}]}}),
                json!({"type": "wall_post_new", "event_id": "s4", "object": {"id": 1, "text": "Новость"}}),
                json!({"type": "message_new", "event_id": "s5", "object": {"message": {"from_id": "five"}}}),
                json!({"type": "message_event", "event_id": "s6", "object": {"user_id": null}}),
                json!({"type": "message_new", "event_id": "s7"}),
            ],
        };
        for update in strange {
            let (status, answer) = world.brings(channel, update.clone()).await;
            assert_eq!((status, answer.as_str()), (200, if channel == "vk" { "ok" } else { "" }), "{update}");
            anya.sees(&[]).await;
        }
    })
    .await;
}

fn correction(channel: &str, person: i64, id: u32, text: &str) -> Value {
    match channel {
        "telegram" => json!({"update_id": 7_000_000 + id, "edited_message": {
            "message_id": 901, "date": 1_790_000_000, "edit_date": 1_790_000_009, "text": text,
            "from": {"id": person, "is_bot": false, "first_name": "Аня"}, "chat": {"id": person, "type": "private"}}}),
        _ => json!({"type": "message_edit", "event_id": format!("c{id}"), "v": "5.199", "object": {
            "id": 901, "date": 1_790_000_000, "out": 0, "from_id": person, "peer_id": person, "text": text,
            "conversation_message_id": 2, "attachments": [], "update_time": 1_790_000_009}}),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_corrects_a_message_has_said_it_anew() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.person(channel, "Аня").await;
        anya.starts().await;
        anya.says(&code[1..]).await;
        anya.unread().await;
        let corrected = correction(channel, anya.id, 1, &code);
        for _ in 0..2 {
            assert_eq!(world.brings(channel, corrected.clone()).await.0, 200);
        }
        anya.sees(&["Привет…Теперь ты в программе", "Остался один шаг", "номер мобильного"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_an_old_version_of_vk_is_understood() {
    let world = World::new().await;
    let anya = world.vk("Аня").await;
    // She lets us write to her, and has said nothing yet: nobody knows her client: an ordinary one.
    anya.unblocks_the_bot().await;
    anya.sees(&[]).await;
    let bare = json!({"type": "message_new", "object": {"id": 901, "date": 1_790_000_000, "out": 0, "peer_id": anya.id,
        "from_id": anya.id, "text": "привет", "conversation_message_id": 901, "random_id": 0, "attachments": []}});
    for _ in 0..2 {
        assert_eq!(world.brings("vk", bare.clone()).await, (200, "ok".to_owned()));
    }
    // Once, though such events have no id.
    anya.sees(&["Привет! Я проводник", "Пришли код…[Нет кода]"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_database_can_store_is_taken_all_the_same() {
    everywhere(async |world, channel| {
        let anya = world.person(channel, "Аня").await;
        anya.starts().await;
        anya.last().await;
        let mut update = message(channel, anya.id, 1, &json!({"text": "нет\0 кода"}));
        match channel {
            "telegram" => update["message"]["from"]["language_code"] = json!("ru\0"),
            _ => update["event_id"] = json!(format!("\0{}", "ы".repeat(5_000))),
        }
        assert_eq!(world.brings(channel, update).await.0, 200);
        anya.sees(&["Код даёт учитель"]).await;
        let class = world.group("8\0 А", channel, &[&anya]).await;
        class.sees(&["Здравствуйте! Я проводник"]).await;
        let press = match channel {
            "telegram" => json!({"update_id": 7_000_050, "callback_query": {"id": "4\u{0}7", "chat_instance": "1",
                "from": {"id": anya.id, "is_bot": false, "first_name": "Аня"}, "data": "f1:\0:1:\0"}}),
            _ => json!({"type": "message_event", "event_id": "n", "object": {"user_id": anya.id, "peer_id": anya.id,
                "event_id": "4\u{0}7", "payload": {"token": "f1:\0:1:\0"}}}),
        };
        assert_eq!(world.brings(channel, press).await.0, 200);
        anya.sees(&["Привет! Я проводник", "Пришли код"]).await;
    })
    .await;
}

/// Buttons in place of the keyboard, none under messages: a press comes as a text with our token.
#[tokio::test(flavor = "multi_thread")]
async fn a_vk_client_without_buttons_under_messages_gets_them_below() {
    let world = World::new().await;
    let anya = world.vk("Аня").await;
    anya.unblocks_the_bot().await;
    let with = |nth, contents: Value| {
        let mut event = message("vk", anya.id, nth, &contents);
        event["object"]["client_info"] =
            json!({"keyboard": true, "inline_keyboard": false, "button_actions": ["text"]});
        event
    };
    world.brings("vk", with(1, json!({"text": "привет"}))).await;
    anya.sees(&["Привет! Я проводник", "Пришли код…[Нет кода]"]).await;
    let bubble = anya.chat().await.pop().unwrap();
    let button = &bubble["buttons"][0];
    assert_eq!((&button["does"], &button["inline"]), (&json!("text"), &json!(false)), "{bubble}");
    let press = json!({"text": "Нет кода", "payload": button["token"]});
    world.brings("vk", with(2, press.clone())).await;
    anya.sees(&["Код даёт учитель"]).await;
    // A press that came as a text has no toast: that it is too late is said as a message.
    world.brings("vk", with(3, press)).await;
    anya.sees(&["Эта кнопка уже не работает", "Привет! Я проводник", "Пришли код"]).await;
    world.done().await;
}
