use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    channel::{
        Client,
        profile::VK,
        vk::{Request, answer, client::messages::MessageId, edit, render},
    },
    message::{App, Button, Does, Keyboard, Message, Picture, PictureFile, Style},
};

const OLD: Client =
    Client { keyboard: false, inline_keyboard: false, callback: false, open_link: false, open_app: false };

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

/// The one request's text and keyboard.
fn shown(message: &Message, client: &Client) -> (String, Option<Value>) {
    let requests = render(573, message, client, 42);
    let [Request::Send { peer_id: 573, random_id: 42, text, keyboard, attachment: None }] = requests.as_slice() else {
        panic!("{requests:?}");
    };
    (text.clone(), keyboard.as_deref().map(|json| serde_json::from_str(json).unwrap()))
}

fn question() -> Message {
    let buttons = [
        ("Да", press("y")),
        ("Нет", press("n")),
        ("Номер", Does::ShareContact),
        ("Правила", Does::Open("https://bvb.ru/".into())),
    ];
    message("*Идёшь*?", Style::Inline, &buttons)
}

fn button(kind: &str, label: &str, token: &str) -> Value {
    let payload = format!("{{\"token\":\"{token}\"}}");
    json!({ "action": { "type": kind, "label": label, "payload": payload }, "color": "secondary" })
}

#[test]
fn a_modern_client_has_callback_buttons_under_the_message() {
    let link = json!({ "action": { "type": "open_link", "label": "Правила", "link": "https://bvb.ru/" } });
    let rows = json!([[button("callback", "Да", "y"), button("callback", "Нет", "n")], [link]]);
    let expected = json!({ "inline": true, "buttons": rows });
    assert_eq!(shown(&question(), &Client::default()), ("Идёшь?".into(), Some(expected)));
}

#[test]
fn older_clients_lose_buttons_step_by_step_and_no_option() {
    let texts = json!([[button("text", "Да", "y"), button("text", "Нет", "n")]]);
    let no_callback = Client { callback: false, open_link: false, ..Client::default() };
    let inline = json!({ "inline": true, "buttons": texts });
    let with_link = "Идёшь?\n\nПравила: https://bvb.ru/";
    assert_eq!(shown(&question(), &no_callback), (with_link.into(), Some(inline)));

    let no_inline = Client { inline_keyboard: false, ..no_callback };
    let reply = json!({ "one_time": true, "buttons": texts });
    assert_eq!(shown(&question(), &no_inline), (with_link.into(), Some(reply)));

    assert_eq!(shown(&question(), &OLD), ("Идёшь?\n\n1 — Да\n2 — Нет\nПравила: https://bvb.ru/".into(), None));
}

#[test]
fn marks_of_a_scale_stand_for_themselves() {
    let scale = [("0", press("0")), ("1", press("1")), ("Не знаю", press("d"))];
    assert_eq!(shown(&message("Как?", Style::Inline, &scale), &OLD).0, "Как?\n\n0\n1\n3 — Не знаю");
}

#[test]
fn what_stands_beside_a_contact_goes_under_the_message() {
    let buttons = [("Поделиться", Does::ShareContact), ("Не хочу", press("n"))];
    let (_, keyboard) = shown(&message("Номер?", Style::Reply, &buttons), &Client::default());
    assert_eq!(keyboard, Some(json!({ "inline": true, "buttons": [[button("callback", "Не хочу", "n")]] })));
    assert_eq!(shown(&message("Номер?", Style::Reply, &buttons[..1]), &Client::default()), ("Номер?".into(), None));
}

#[test]
fn too_many_for_a_message_go_in_place_of_the_keyboard_then_into_the_text() {
    let many = |count: usize| {
        let labels: Vec<_> = (1..=count).map(|number| format!("Школа {number}")).collect();
        let buttons: Vec<_> = labels.iter().map(|label| (label.as_str(), press(label))).collect();
        shown(&message("Где?", Style::Inline, &buttons), &Client::default())
    };
    let inline = |keyboard: &Option<Value>| keyboard.as_ref().map(|keyboard| keyboard.get("inline").is_some());
    assert_eq!(inline(&many(10).1), Some(true));
    assert_eq!(inline(&many(11).1), Some(false));
    assert_eq!(inline(&many(40).1), Some(false));
    let (text, keyboard) = many(41);
    assert!(keyboard.is_none() && text.ends_with("\n41 — Школа 41"), "{text}");
}

#[test]
fn a_reply_keyboard_stays_until_it_is_taken_away() {
    let (_, keyboard) = shown(&message("Меню", Style::Reply, &[("Помощь", press("h"))]), &Client::default());
    assert_eq!(keyboard, Some(json!({ "one_time": false, "buttons": [[button("text", "Помощь", "h")]] })));
    let gone = message("Готово", Style::Remove, &[]);
    assert_eq!(shown(&gone, &Client::default()).1, Some(json!({ "buttons": [] })));
    assert_eq!(shown(&gone, &OLD).1, None);
}

#[test]
fn a_long_label_is_cut_and_says_so() {
    let long = "Средняя общеобразовательная школа № 1234 имени Гагарина";
    let (_, keyboard) = shown(&message("?", Style::Inline, &[(long, press("x"))]), &Client::default());
    let label = keyboard.unwrap()["buttons"][0][0]["action"]["label"].as_str().unwrap().to_owned();
    assert!(label.ends_with('…') && label.chars().count() == 40, "{label}");
}

#[test]
fn parts_have_random_ids_of_their_own_and_the_same_again() {
    let text = format!("{}\n\n{}", "а".repeat(9000), "б".repeat(10));
    let ids = |random_id| -> Vec<i32> {
        let requests = render(1, &Message { text: text.clone(), keyboard: None, picture: None }, &OLD, random_id);
        let id = |request: &Request| match request {
            Request::Send { random_id, .. } => *random_id,
            Request::Edit { .. } | Request::Delete { .. } => panic!(),
        };
        requests.iter().map(id).collect()
    };
    assert_eq!(ids(42)[0], 42);
    assert_ne!(ids(42)[0], ids(42)[1]);
    assert_eq!(ids(42), ids(42));
    assert!(ids(0x9E37_79B9_u32.cast_signed().wrapping_neg()).iter().all(|id| *id != 0));
}

const APP: App = App::Numbered { app: 51, community: -7 };

#[test]
fn the_mini_app_has_a_row_of_its_own_and_is_a_link_where_a_client_knows_none() {
    let menu = message("Меню", Style::Inline, &[("Мой трек", Does::App(APP)), ("Да", press("y"))]);
    let rows = |app: Value| Some(json!({ "inline": true, "buttons": [[app], [button("callback", "Да", "y")]] }));
    let opens = json!({ "type": "open_app", "label": "Мой трек", "app_id": 51, "owner_id": -7, "hash": "track" });
    assert_eq!(shown(&menu, &Client::default()), ("Меню".into(), rows(json!({ "action": opens }))));
    let link = json!({ "type": "open_link", "label": "Мой трек", "link": "https://vk.com/app51_-7" });
    let older = Client { open_app: false, ..Client::default() };
    assert_eq!(shown(&menu, &older), ("Меню".into(), rows(json!({ "action": link }))));
    assert_eq!(shown(&menu, &OLD), ("Меню\n\nМой трек: https://vk.com/app51_-7\n1 — Да".into(), None));
}

#[test]
fn an_edit_changes_what_stands_under_the_message() {
    let request =
        edit(573, MessageId::Message(5), &message("Да!", Style::Reply, &[("Ещё", press("m"))]), &Client::default());
    let keyboard = json!({ "inline": true, "buttons": [[button("callback", "Ещё", "m")]] }).to_string();
    let (id, text) = (MessageId::Message(5), "Да!".to_owned());
    assert_eq!(request, Request::Edit { peer_id: 573, id, text, keyboard: Some(keyboard), attachment: None });
}

#[test]
fn a_press_is_answered_by_a_snackbar() {
    let data: Value = serde_json::from_str(&answer(&"ы".repeat(300))).unwrap();
    assert_eq!(data["type"], "show_snackbar");
    assert_eq!(data["text"].as_str().unwrap().chars().count(), VK.toast);
}

fn buttons() -> impl Strategy<Value = Vec<Button>> {
    let does = prop_oneof![
        8 => "[a-z0-9:\"]{0,70}".prop_map(Does::Press),
        1 => "(https://[a-z]{1,9}\\.ru/[a-z()]{0,9}|[a-z ]{0,9})".prop_map(Does::Open),
        1 => Just(Does::ShareContact),
        1 => Just(Does::App(APP)),
    ];
    let label = prop_oneof![".{0,60}", "[а-я😀👨‍👩‍👧 ]{0,200}"];
    let label = label.prop_filter("a number stands for itself", |label| label.trim().parse::<i64>().is_err());
    proptest::collection::vec((label, does).prop_map(|(label, does)| Button { label, does }), 0..50)
}

fn clients() -> impl Strategy<Value = Client> {
    any::<[bool; 5]>().prop_map(|[keyboard, inline_keyboard, callback, open_link, open_app]| Client {
        keyboard,
        inline_keyboard,
        callback,
        open_link,
        open_app,
    })
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![Just(Style::Inline), Just(Style::Reply), Just(Style::Remove)]
}

proptest! {
    #[test]
    fn no_keyboard_is_over_the_limits_and_no_option_is_lost(
        buttons in buttons(), style in style(), client in clients(),
    ) {
        let presses = buttons.iter().filter(|button| matches!(button.does, Does::Press(_))).count();
        let links = buttons.iter().filter_map(|button| match &button.does {
            Does::Open(url) if !url.trim().is_empty() => Some(url.trim().replace(')', "%29")),
            _ => None,
        }).collect::<Vec<_>>();
        let requests = render(1, &Message { text: "?".into(), keyboard: Some(Keyboard { style, buttons, free: false }), picture: None }, &client, 1);
        let mut everything = String::new();
        let mut options = 0;
        for request in &requests {
            let Request::Send { text, keyboard, .. } = request else { panic!() };
            prop_assert!((1..=VK.text).contains(&text.encode_utf16().count()));
            everything.push_str(text);
            everything.push('\n');
            let Some(json) = keyboard else { continue };
            everything.push_str(&json.replace(')', "%29"));
            options += checked(&serde_json::from_str(json).unwrap(), &client)?;
        }
        let numbered = (1..).take_while(|number| everything.contains(&format!("{number} — "))).count();
        prop_assert_eq!(if options > 0 { options } else { numbered }, presses);
        for link in links {
            prop_assert!(everything.contains(&link), "{} is not in {}", link, everything);
        }
    }
}

/// Holds a keyboard against VK's limits and the client's abilities; the number of presses in it.
fn checked(keyboard: &Value, client: &Client) -> Result<usize, TestCaseError> {
    let inline = keyboard["inline"] == true;
    let able = if inline { client.inline_keyboard } else { client.keyboard };
    prop_assert!(able);
    let grid = if inline { VK.inline } else { VK.reply };
    let rows: Vec<_> = keyboard["buttons"].as_array().unwrap().iter().map(|row| row.as_array().unwrap()).collect();
    prop_assert!(rows.len() <= grid.rows);
    prop_assert!(rows.iter().map(|row| row.len()).sum::<usize>() <= grid.buttons);
    let mut presses = 0;
    for row in rows {
        prop_assert!((1..=grid.per_row).contains(&row.len()));
        for button in row {
            let action = &button["action"];
            let label = action["label"].as_str().unwrap();
            prop_assert!(!label.trim().is_empty() && label.encode_utf16().count() <= VK.label);
            if action["type"] == "open_app" {
                prop_assert!(client.open_app && row.len() == 1);
            } else if action["type"] == "open_link" {
                prop_assert!(client.open_link && row.len() == 1);
            } else {
                prop_assert!(action["payload"].as_str().unwrap().len() <= VK.payload);
                prop_assert!(action["type"] == "text" || client.callback);
                presses += 1;
            }
        }
    }
    Ok(presses)
}

#[test]
fn a_client_of_long_ago_gets_a_picture_in_words() {
    let file = PictureFile { hash: "ab".into(), mime: "image/png", bytes: vec![1] };
    let (alt, handle) = ("Билет".to_owned(), Some("photo-1_2_k".to_owned()));
    let picture = Some(Picture { file: std::sync::Arc::new(file), alt, handle });
    let message = Message { text: "Вот".into(), keyboard: None, picture };
    let seen = |client: &Client| match render(1, &message, client, 1).remove(0) {
        Request::Send { text, attachment, .. } => (text, attachment),
        Request::Edit { .. } | Request::Delete { .. } => panic!(),
    };
    assert_eq!(seen(&Client::default()), ("Вот".to_owned(), Some("photo-1_2_k".to_owned())));
    assert_eq!(seen(&OLD), ("(Билет)\nВот".to_owned(), None));
}
