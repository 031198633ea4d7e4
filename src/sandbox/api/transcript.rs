//! A conversation as a `.chat` transcript: the beginning of a test. What the flows call (`!`) is not seen from here.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};

use super::{Refusal, Which, chats};
use crate::sandbox::{
    Core, locked,
    world::{Bubble, Chat, Holds, Pressed, Toast},
};

/// Shorter pauses are no part of the story.
const PAUSE: TimeDelta = TimeDelta::seconds(60);
/// Transcripts are written in Moscow time.
const MOSCOW: Option<FixedOffset> = FixedOffset::east_opt(3 * 3_600);

pub(super) async fn get(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
) -> Result<Response, Refusal> {
    let place = chats::place(&core, id, &which)?;
    let world = locked(&core.world);
    // Only Telegram says which language somebody speaks.
    let english = world.people.get(&id).is_some_and(|person| person.lang.starts_with("en"));
    let channel = match place.0 > 0 {
        true if english => "telegram en",
        true => "telegram",
        false => "vk",
    };
    let text = world.chats.get(&place).map(|chat| written(channel, chat)).unwrap_or_default();
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// The last comment before a conversation is its title.
const TITLE: &str = "# Вызовы (строки с «!») со стороны не видны: их впишет `provodnik flows test --bless`.\n\
                     # Сохранённый разговор\n";

/// What happened, in order: a press stands behind the bubble that it follows, and its short answer behind it.
#[derive(Clone, Copy)]
enum Line<'c> {
    Bubble(&'c Bubble),
    Pressed(&'c Pressed),
    Toast(&'c Toast),
}

impl Line<'_> {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Bubble(bubble) => bubble.at,
            Self::Pressed(pressed) => pressed.at,
            Self::Toast(toast) => toast.at,
        }
    }

    fn place(&self) -> (i64, u8) {
        match self {
            Self::Bubble(bubble) => (bubble.id, 0),
            Self::Pressed(pressed) => (pressed.after, 1),
            Self::Toast(toast) => (toast.after, 2),
        }
    }
}

fn written(channel: &str, chat: &Chat) -> String {
    let mut lines: Vec<_> = chat.bubbles.iter().map(Line::Bubble).collect();
    lines.extend(chat.presses.iter().map(Line::Pressed));
    lines.extend(chat.toasts.iter().map(Line::Toast));
    lines.sort_by_key(Line::place);
    let mut text = TITLE.to_owned();
    let mut before: Option<DateTime<Utc>> = None;
    for line in lines {
        let at = line.at();
        match before {
            None => text.push_str(&begin(channel, at)),
            Some(before) if at - before >= PAUSE => text.push_str(&pause(at - before)),
            Some(_) => {}
        }
        before = Some(at);
        text.push_str(&told(&line));
    }
    text
}

fn begin(channel: &str, at: DateTime<Utc>) -> String {
    let at = MOSCOW.map_or_else(
        || at.to_rfc3339_opts(SecondsFormat::Secs, true),
        |zone| at.with_timezone(&zone).format("%Y-%m-%dT%H:%M%:z").to_string(),
    );
    format!("@ {channel} {at} home\n")
}

fn pause(pause: TimeDelta) -> String {
    match pause.num_seconds() {
        seconds if seconds % 86_400 == 0 => format!("+ {}d\n", seconds / 86_400),
        seconds if seconds % 3_600 == 0 => format!("+ {}h\n", seconds / 3_600),
        seconds if seconds % 60 == 0 => format!("+ {}m\n", seconds / 60),
        seconds => format!("+ {seconds}s\n"),
    }
}

fn told(line: &Line<'_>) -> String {
    match line {
        Line::Pressed(pressed) => format!("> [{}]\n", pressed.label),
        Line::Toast(toast) => format!("~ {}\n", folded(&toast.text)),
        Line::Bubble(bubble) if bubble.author.is_none() => said(bubble),
        Line::Bubble(bubble) => match bubble.holds {
            Holds::Contact if bubble.extra["contact"]["user_id"].is_null() => {
                format!("> contact-foreign {}\n", bubble.text)
            }
            Holds::Contact => format!("> contact {}\n", bubble.text),
            Holds::Photo => "> (photo)\n".to_owned(),
            Holds::Document => "> (file)\n".to_owned(),
            Holds::Sticker => "> (sticker)\n".to_owned(),
            Holds::Voice => "> (voice)\n".to_owned(),
            Holds::Service => String::new(),
            Holds::Text if bubble.extra.get("payload").is_some() && bubble.text != "Начать" => {
                format!("> [{}]\n", bubble.text)
            }
            Holds::Text => format!("> {}\n", folded(&bubble.text)),
        },
    }
}

/// What the bot said, its buttons behind it.
fn said(bubble: &Bubble) -> String {
    let rows = bubble.keyboard.iter().flat_map(|keyboard| &keyboard.rows);
    let buttons: Vec<_> = rows.flatten().map(|button| format!("[{}]", button.label)).collect();
    let gap = if buttons.is_empty() { "" } else { "  " };
    format!("< {}{gap}{}\n", bubble.text.replace('\n', "\n| "), buttons.join(" "))
}

/// On one line.
fn folded(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::{Button, Does, Keyboard, Markup};

    #[test]
    fn a_conversation_reads_like_its_test() {
        let at = |seconds: i64| DateTime::from_timestamp(1_772_434_800 + seconds, 0).unwrap();
        let mut chat = Chat::default();
        chat.put(Bubble::text(Some(1), "/start", at(0)), 1, Markup::Untouched);
        let button = Button { label: "Ещё раз".to_owned(), does: Does::Callback, token: None, color: None };
        let keyboard = Keyboard { inline: true, one_time: false, rows: vec![vec![button]] };
        chat.put(Bubble::text(None, "Привет!\n\nВведите код.", at(1)), 2, Markup::Show(keyboard));
        chat.presses.push(Pressed { after: 2, label: "Ещё раз".to_owned(), at: at(121) });
        chat.toast(Toast { text: "Поздно".to_owned(), alert: false, at: at(121), person: 1, after: 0 });
        let expected = "@ telegram 2026-03-02T10:00+03:00 home\n> /start\n< Привет!\n| \n| Введите код.  [Ещё раз]\n\
                        + 2m\n> [Ещё раз]\n~ Поздно\n";
        assert_eq!(written("telegram", &chat), format!("{TITLE}{expected}"));
    }
}
