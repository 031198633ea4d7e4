//! What a client shows of a message: the requests of the channel's own renderer, read back.

use serde_json::Value;

use super::{
    Channel, Client,
    marks::{self, Mark, Marked, Span},
    telegram, vk,
};
use crate::message::{App, Does, Message};

/// One message as it is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bubble {
    /// What can be seen on its picture.
    pub picture: Option<String>,
    /// The words.
    pub text: Marked,
    /// Rows of buttons under it.
    pub under: Vec<Vec<Key>>,
    /// Rows of buttons in place of the phone's keyboard.
    pub instead: Vec<Vec<Key>>,
    /// An earlier keyboard goes away.
    pub removes: bool,
}

/// One button as it is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its label, perhaps shortened.
    pub label: String,
    /// What it is.
    pub kind: KeyKind,
}

/// What a button is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// One to press: it answers.
    Press,
    /// It shares one's phone.
    Contact,
    /// It opens a link.
    Link,
    /// It opens the mini app.
    App,
}

/// What a client shows of a message. Which mini app there is does not matter: one of this channel takes its place.
#[must_use]
pub fn bubbles(channel: Channel, message: &Message, client: &Client) -> Vec<Bubble> {
    let message = with_app(channel, message);
    let mut bubbles: Vec<_> = match channel {
        Channel::Telegram => telegram::render("1", &message).iter().map(|sent| of_telegram(&sent.body)).collect(),
        Channel::Vk => vk::render(1, &message, client, 1).iter().filter_map(of_vk).collect(),
    };
    let shown = channel == Channel::Telegram || client.keyboard;
    if let (Some(first), Some(picture)) = (bubbles.first_mut(), message.picture.filter(|_| shown)) {
        first.picture = Some(picture.alt);
    }
    bubbles
}

fn with_app(channel: Channel, message: &Message) -> Message {
    let app = match channel {
        Channel::Telegram => App::Page("https://example.org/app/".to_owned()),
        Channel::Vk => App::Numbered { app: 1, community: -1 },
    };
    let mut message = message.clone();
    for button in message.keyboard.iter_mut().flat_map(|keyboard| &mut keyboard.buttons) {
        if let Does::App(which) = &mut button.does {
            which.clone_from(&app);
        }
    }
    message
}

fn of_telegram(body: &Value) -> Bubble {
    let words_of =
        |text: &str, caption: &str| if body["photo"].is_null() { body[text].clone() } else { body[caption].clone() };
    let text = words_of("text", "caption").as_str().unwrap_or_default().to_owned();
    let spans = list(&words_of("entities", "caption_entities")).filter_map(|entity| span(&text, entity)).collect();
    let markup = &body["reply_markup"];
    let key = |button: &Value| {
        let has = |field: &str| !button[field].is_null();
        let kind = match () {
            () if has("url") => KeyKind::Link,
            () if has("web_app") => KeyKind::App,
            () if has("request_contact") => KeyKind::Contact,
            () => KeyKind::Press,
        };
        Key { label: words(&button["text"]), kind }
    };
    Bubble {
        under: rows(&markup["inline_keyboard"], key),
        instead: rows(&markup["keyboard"], key),
        removes: markup["remove_keyboard"] == Value::Bool(true),
        picture: None,
        text: Marked { text, spans },
    }
}

fn span(text: &str, entity: &Value) -> Option<Span> {
    let at = |field: &str| usize::try_from(entity[field].as_u64()?).ok();
    let (offset, length) = (at("offset")?, at("length")?);
    let mark = match entity["type"].as_str()? {
        "bold" => Mark::Bold,
        "italic" => Mark::Italic,
        _ => Mark::Link(marks::link_target(entity["url"].as_str()?)?),
    };
    Some(Span { range: byte(text, offset)..byte(text, offset + length), mark })
}

/// UTF-16 units → bytes.
fn byte(text: &str, units: usize) -> usize {
    let mut left = units;
    text.char_indices()
        .find(|(_, letter)| match left.checked_sub(letter.len_utf16()) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
        .map_or(text.len(), |(at, _)| at)
}

fn of_vk(request: &vk::Request) -> Option<Bubble> {
    let vk::Request::Send { text, keyboard, .. } = request else { return None };
    let json: Value = keyboard.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let key = |button: &Value| {
        let action = &button["action"];
        let kind = match action["type"].as_str() {
            Some("open_link") => KeyKind::Link,
            Some("open_app") => KeyKind::App,
            _ => KeyKind::Press,
        };
        Key { label: words(&action["label"]), kind }
    };
    let buttons = rows(&json["buttons"], key);
    let inline = json["inline"] == Value::Bool(true);
    let text = Marked { text: text.clone(), spans: Vec::new() };
    let removes = !json.is_null() && buttons.is_empty();
    let (under, instead) = if inline { (buttons, Vec::new()) } else { (Vec::new(), buttons) };
    Some(Bubble { picture: None, text, under, instead, removes })
}

fn rows(rows: &Value, key: impl Fn(&Value) -> Key) -> Vec<Vec<Key>> {
    list(rows).map(|row| list(row).map(&key).collect()).collect()
}

fn list(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().into_iter().flatten()
}

fn words(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Button, Keyboard, Style};

    fn asked(style: Style, buttons: &[(&str, Does)]) -> Message {
        let button = |(label, does): &(&str, Does)| Button { label: (*label).to_owned(), does: does.clone() };
        let keyboard = Some(Keyboard { style, buttons: buttons.iter().map(button).collect(), free: false });
        Message { text: "😀 *Да*? [там](https://x.ru)".to_owned(), keyboard, picture: None }
    }

    fn labels(rows: &[Vec<Key>]) -> Vec<Vec<(&str, KeyKind)>> {
        rows.iter().map(|row| row.iter().map(|key| (key.label.as_str(), key.kind)).collect()).collect()
    }

    #[test]
    fn telegram_is_seen_with_its_marks_and_rows() {
        let app = Does::App(App::Page(String::new()));
        let message = asked(Style::Inline, &[("Да", Does::Press("t".to_owned())), ("Трек", app)]);
        let seen = bubbles(Channel::Telegram, &message, &Client::default());
        let [bubble] = seen.as_slice() else { panic!("{seen:?}") };
        let marked: Vec<_> = bubble.text.spans.iter().map(|span| &bubble.text.text[span.range.clone()]).collect();
        assert_eq!(marked, ["Да", "там"]);
        assert_eq!(labels(&bubble.under), [[("Да", KeyKind::Press), ("Трек", KeyKind::App)]]);
        let reply = asked(Style::Reply, &[("Номер", Does::ShareContact), ("Потом", Does::Press("t".to_owned()))]);
        let seen = bubbles(Channel::Telegram, &reply, &Client::default());
        assert_eq!(labels(&seen[0].instead), [[("Номер", KeyKind::Contact), ("Потом", KeyKind::Press)]]);
        assert!(bubbles(Channel::Telegram, &asked(Style::Remove, &[]), &Client::default())[0].removes);
    }

    #[test]
    fn vk_is_seen_plain_and_an_old_client_in_lines() {
        let message = asked(Style::Reply, &[("Номер", Does::ShareContact), ("Потом", Does::Press("t".to_owned()))]);
        let seen = bubbles(Channel::Vk, &message, &Client::default());
        assert_eq!(seen[0].text.text, "😀 Да? там: https://x.ru/");
        assert_eq!(labels(&seen[0].under), [[("Потом", KeyKind::Press)]]);
        let old = Client { keyboard: false, inline_keyboard: false, ..Client::default() };
        let seen = bubbles(Channel::Vk, &message, &old);
        assert!(seen[0].text.text.ends_with("1 — Потом") && seen[0].under.is_empty(), "{seen:?}");
        let gone = bubbles(Channel::Vk, &asked(Style::Remove, &[]), &Client::default());
        assert!(gone[0].removes && gone[0].instead.is_empty());
    }
}
