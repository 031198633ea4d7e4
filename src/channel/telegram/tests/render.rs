use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    channel::{
        Press,
        profile::TELEGRAM,
        telegram::{Request, answer, edit, render},
    },
    message::{App, Button, Does, Keyboard, Message, Picture, PictureFile, Style},
};

fn message(text: &str, style: Style, buttons: &[(&str, Does)]) -> Message {
    let buttons = buttons.iter().map(|(label, does)| Button { label: (*label).to_owned(), does: does.clone() });
    Message {
        text: text.to_owned(),
        keyboard: Some(Keyboard { style, buttons: buttons.collect(), free: false }),
        picture: None,
    }
}

fn press(token: &str) -> Does {
    Does::Press(token.to_owned())
}

fn open(url: &str) -> Does {
    Does::Open(url.to_owned())
}

fn only(requests: Vec<Request>) -> Value {
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].method, "sendMessage");
    requests[0].body.clone()
}

#[test]
fn marks_become_entities_in_utf16() {
    let message =
        Message { text: "👋 *Аня*, вот [сайт](https://bvb.ru/)".into(), keyboard: None, picture: None };
    let expected = json!({ "chat_id": 501, "text": "👋 Аня, вот сайт", "entities": [
        { "type": "bold", "offset": 3, "length": 3 },
        { "type": "text_link", "url": "https://bvb.ru/", "offset": 12, "length": 4 },
    ]});
    assert_eq!(only(render("501", &message)), expected);
}

#[test]
fn buttons_stand_in_rows_by_their_length() {
    let buttons =
        [("Да", press("f1:a:1:y")), ("Нет", press("f1:a:1:n")), ("Расскажи подробнее", open("https://bvb.ru/"))];
    let body = only(render("501", &message("Идёшь?", Style::Inline, &buttons)));
    let expected = json!({ "inline_keyboard": [
        [{ "text": "Да", "callback_data": "f1:a:1:y" }, { "text": "Нет", "callback_data": "f1:a:1:n" }],
        [{ "text": "Расскажи подробнее", "url": "https://bvb.ru/" }],
    ]});
    assert_eq!(body["reply_markup"], expected);
}

#[test]
fn the_mini_app_opens_from_under_a_message_and_from_nowhere_else() {
    let page = Does::App(App::Page("https://bvb.ru/app/".to_owned()));
    let buttons = [("Мой трек", page), ("Да", press("y"))];
    let body = only(render("501", &message("Меню", Style::Inline, &buttons)));
    let first = json!([[{ "text": "Мой трек", "web_app": { "url": "https://bvb.ru/app/" } }, { "text": "Да", "callback_data": "y" }]]);
    assert_eq!(body["reply_markup"]["inline_keyboard"], first);
    let body = only(render("501", &message("Меню", Style::Reply, &buttons)));
    assert_eq!((&body["reply_markup"]["keyboard"], &body["text"]), (&json!([[{ "text": "Да" }]]), &json!("Меню")));
}

#[test]
fn a_contact_is_asked_for_by_a_reply_keyboard() {
    let buttons =
        [("Поделиться номером", Does::ShareContact), ("Не хочу", press("n")), ("Правила", open("https://bvb.ru/"))];
    let body = only(render("501", &message("Номер?", Style::Reply, &buttons)));
    let expected = json!({ "resize_keyboard": true, "one_time_keyboard": true, "keyboard": [
        [{ "text": "Поделиться номером", "request_contact": true }],
        [{ "text": "Не хочу" }],
    ]});
    assert_eq!(body["reply_markup"], expected);
    assert_eq!(body["text"], "Номер?\n\nПравила");
    assert_eq!(body["entities"][0]["url"], "https://bvb.ru/");
}

#[test]
fn a_reply_keyboard_goes_away() {
    let body = only(render("501", &message("Готово", Style::Remove, &[])));
    assert_eq!(body["reply_markup"], json!({ "remove_keyboard": true }));
}

#[test]
fn what_no_button_can_hold_becomes_lines() {
    let buttons = [("Да", press(&"x".repeat(65))), ("Нет*", press("n"))];
    let body = only(render("501", &message("Идёшь?", Style::Inline, &buttons)));
    assert_eq!(body["text"], "Идёшь?\n\n1 — Да\n2 — Нет*");
    assert_eq!(body.get("reply_markup"), None);
}

#[test]
fn a_long_text_goes_in_parts_and_the_buttons_under_the_last() {
    let text = format!("{}\n\n{}", "а".repeat(4000), "б".repeat(4000));
    let requests = render("501", &message(&text, Style::Inline, &[("Да", press("y"))]));
    let texts: Vec<_> = requests.iter().map(|request| request.body["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, ["а".repeat(4000), "б".repeat(4000)]);
    assert_eq!(requests[0].body.get("reply_markup"), None);
    assert!(requests[1].body["reply_markup"].is_object());
}

#[test]
fn an_edit_keeps_to_one_message_and_buttons_under_it() {
    let request = edit("501", "77", &message("Готово", Style::Reply, &[("Ещё", press("m"))])).unwrap();
    let markup = json!({ "inline_keyboard": [[{ "text": "Ещё", "callback_data": "m" }]] });
    assert_eq!(request.method, "editMessageText");
    assert_eq!(request.body, json!({ "chat_id": 501, "message_id": 77, "text": "Готово", "reply_markup": markup }));
    assert!(edit("501", "c7", &message("x", Style::Inline, &[])).is_err());
}

#[test]
fn a_press_is_answered() {
    let press = Press { id: "4382".into(), user: "501".into(), chat: "501".into(), message: None };
    assert_eq!(answer(&press, None).body, json!({ "callback_query_id": "4382" }));
    let long = answer(&press, Some(&"ы".repeat(300))).body;
    assert_eq!(long["text"].as_str().unwrap().chars().count(), TELEGRAM.toast);
}

fn buttons() -> impl Strategy<Value = Vec<Button>> {
    let does = prop_oneof![
        // No way into another flow (`g1:…`): that has no number of its own.
        8 => "[a-f0-9:]{0,70}".prop_map(Does::Press),
        1 => "(https://[a-z]{1,9}\\.ru/[a-z()]{0,9}|[a-z ]{0,9})".prop_map(Does::Open),
        1 => Just(Does::ShareContact),
        1 => Just(Does::App(App::Page("https://a.ru/app/".to_owned()))),
    ];
    let label = prop_oneof![".{0,60}", "[а-я😀👨‍👩‍👧 ]{0,200}"];
    let label = label.prop_filter("a number stands for itself", |label| label.trim().parse::<i64>().is_err());
    proptest::collection::vec((label, does).prop_map(|(label, does)| Button { label, does }), 0..50)
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![Just(Style::Inline), Just(Style::Reply), Just(Style::Remove)]
}

/// Every button and every numbered line that the requests show.
fn options(requests: &[Request]) -> usize {
    let last = &requests[requests.len() - 1].body["reply_markup"];
    let rows = last.get("inline_keyboard").or_else(|| last.get("keyboard")).and_then(Value::as_array);
    let others = ["url", "web_app", "request_contact"];
    let presses = |button: &&Value| others.iter().all(|other| button.get(other).is_none());
    let shown = rows.into_iter().flatten().flat_map(|row| row.as_array().unwrap()).filter(presses).count();
    if shown > 0 { shown } else { numbered(requests) }
}

fn numbered(requests: &[Request]) -> usize {
    let text: Vec<_> = requests.iter().map(|request| request.body["text"].as_str().unwrap()).collect();
    let text = text.join("\n");
    (1..).take_while(|number| text.contains(&format!("{number} — "))).count()
}

proptest! {
    #[test]
    fn no_keyboard_is_over_the_limits_and_no_option_is_lost(buttons in buttons(), style in style()) {
        let presses = buttons.iter().filter(|button| matches!(button.does, Does::Press(_))).count();
        let message = Message { text: "?".into(), keyboard: Some(Keyboard { style, buttons, free: false }), picture: None };
        let requests = render("501", &message);
        for request in &requests {
            let text = request.body["text"].as_str().unwrap();
            prop_assert!((1..=TELEGRAM.text).contains(&text.encode_utf16().count()));
        }
        let markup = &requests[requests.len() - 1].body["reply_markup"];
        let rows = markup.get("inline_keyboard").or_else(|| markup.get("keyboard")).and_then(Value::as_array);
        let rows: Vec<_> = rows.into_iter().flatten().map(|row| row.as_array().unwrap()).collect();
        prop_assert!(rows.iter().all(|row| (1..=8).contains(&row.len())));
        prop_assert!(rows.iter().map(|row| row.len()).sum::<usize>() <= 100);
        for button in rows.into_iter().flatten() {
            prop_assert!(!button["text"].as_str().unwrap().trim().is_empty());
            let data = button.get("callback_data").map_or(1, |data| data.as_str().unwrap().len());
            prop_assert!((1..=64).contains(&data));
        }
        prop_assert_eq!(options(&requests), presses);
    }

    #[test]
    fn entities_lie_on_what_they_mark(words in proptest::collection::vec("[а-яa-z😀👋]{1,6}", 1..8)) {
        let text: Vec<_> = words.iter().map(|word| format!("*{word}*")).collect();
        let body = only(render("501", &Message { text: text.join(" "), keyboard: None, picture: None }));
        let shown: Vec<u16> = body["text"].as_str().unwrap().encode_utf16().collect();
        let marked = body["entities"].as_array().unwrap().iter().map(|entity| {
            let at = usize::try_from(entity["offset"].as_u64().unwrap()).unwrap();
            let length = usize::try_from(entity["length"].as_u64().unwrap()).unwrap();
            String::from_utf16(&shown[at..at + length]).unwrap()
        });
        // A sign opens only where no letter stands before it and closes where none follows: emoji are no letters.
        prop_assert_eq!(marked.collect::<Vec<_>>(), words);
    }
}

#[test]
fn a_text_stands_under_its_picture_or_after_it() {
    let picture = |handle: Option<&str>| Picture {
        file: std::sync::Arc::new(PictureFile { hash: "ab".into(), mime: "image/png", bytes: vec![1] }),
        alt: "Билет".into(),
        handle: handle.map(str::to_owned),
    };
    let asked = |text: &str, handle| Message {
        picture: Some(picture(handle)),
        ..message(text, Style::Inline, &[("Да", press("y"))])
    };
    let requests = render("501", &asked("*Да*?", Some("file-7")));
    let under = json!({ "chat_id": 501, "photo": "file-7", "caption": "Да?",
        "caption_entities": [{ "type": "bold", "offset": 0, "length": 2 }],
        "reply_markup": { "inline_keyboard": [[{ "text": "Да", "callback_data": "y" }]] } });
    assert_eq!((requests.len(), requests[0].method, &requests[0].body), (1, "sendPhoto", &under));
    assert!(requests[0].upload.is_none());
    let requests = render("501", &asked(&"а".repeat(1_025), None));
    assert_eq!(requests.iter().map(|request| request.method).collect::<Vec<_>>(), ["sendPhoto", "sendMessage"]);
    assert_eq!(requests[0].body, json!({ "chat_id": 501, "photo": "attach://picture" }));
    assert!(requests[0].upload.is_some() && !requests[1].body["reply_markup"].is_null());
    let changed = edit("501", "9", &asked("Да", Some("file-7"))).unwrap();
    assert_eq!((changed.method, &changed.body["caption"]), ("editMessageCaption", &json!("Да")));
    assert!(changed.body["photo"].is_null() && changed.body["message_id"] == 9);
}
