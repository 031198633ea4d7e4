//! Where buttons go when a channel leaves rows to us, and what becomes of those that have no place.

use super::profile::shorten;
pub(super) use crate::limits::rows;
use crate::{
    flow::entry,
    message::{App, Button, Does},
};

/// A label that a button can bear: one line, short enough, and never blank, which platforms refuse.
pub(super) fn label(text: &str, max: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "…".to_owned() } else { shorten(&text, max) }
}

/// The buttons as lines of a text, with marks: presses numbered in their order («1 — Да»), as the engine reads numbers;
/// links as links, the mini app among them. A label that is a number itself stands for itself: «1 — 0» would be read as the answer 1. A contact
/// cannot be shared by a line, and the way into another flow has no number of its own: a number answers the question that is
/// open. Where the answer is `free`, a number would be one: the labels stand there as they are to be typed («Пропустить»).
pub(super) fn lines<'b>(buttons: impl IntoIterator<Item = &'b Button>, free: bool) -> String {
    let mut number = 0;
    let line = |button: &Button| {
        let label = super::marks::escape(&label(&button.label, usize::MAX));
        match &button.does {
            Does::Press(token) if entry::parse(token).is_some() => None,
            Does::Press(_) => {
                number += 1;
                let own_number = label.parse::<i64>().is_ok();
                Some(if free || own_number { label } else { format!("{number} — {label}") })
            }
            Does::Open(url) => match super::marks::link_target(url) {
                Some(_) => Some(format!("[{label}]({})", url.replace(')', "%29"))),
                None => Some(format!("{label}: {}", super::marks::escape(url))),
            },
            Does::App(app) => app_link(app).map(|link| format!("[{label}]({link})")),
            Does::ShareContact => None,
        }
    };
    buttons.into_iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// Where a browser opens the mini app. Telegram's page would not know there who opened it.
pub(super) fn app_link(app: &App) -> Option<String> {
    match app {
        App::Page(_) => None,
        App::Numbered { app, community } => Some(format!("https://vk.com/app{app}_{community}")),
    }
}

/// The text with lines under it.
pub(super) fn with_lines(text: &str, lines: &str) -> String {
    match (text.trim(), lines) {
        (text, "") => text.to_owned(),
        ("", lines) => lines.to_owned(),
        (text, lines) => format!("{text}\n\n{lines}"),
    }
}
