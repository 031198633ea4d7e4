//! Messages as either messenger shows them.

use maud::{Markup, html};

use super::Book;
use crate::{
    author::channel_name,
    channel::{
        Channel, Client,
        marks::{Mark, Marked},
        preview::{self, Bubble, Key, KeyKind},
    },
    message::Message,
};

/// Where a button leads, by its label.
pub(super) type Leads<'l> = &'l dyn Fn(&str) -> Option<String>;

/// A message in both messengers, side by side.
pub(super) fn both(message: &Message, leads: Leads<'_>, words: &Book) -> Markup {
    html! {
        div class="phones" {
            @for channel in [Channel::Telegram, Channel::Vk] {
                div class="phone" data-channel=(channel.as_str()) {
                    p class="messenger" { (channel_name(channel)) }
                    (seen(&preview::bubbles(channel, message, &Client::default()), leads, words))
                }
            }
        }
    }
}

/// A message in a client of long ago that shows no buttons; none where it has none anyway.
pub(super) fn old(message: &Message, words: &Book) -> Option<Markup> {
    let buttons = message.keyboard.as_ref().is_some_and(|keyboard| !keyboard.buttons.is_empty());
    let client = Client { keyboard: false, inline_keyboard: false, callback: false, open_link: false, open_app: false };
    let seen = buttons.then(|| seen(&preview::bubbles(Channel::Vk, message, &client), &|_| None, words))?;
    Some(html! { div class="phones" { div class="phone" data-channel="vk" { p class="messenger" { "VK" } (seen) } } })
}

fn seen(bubbles: &[Bubble], leads: Leads<'_>, words: &Book) -> Markup {
    html! {
        @for bubble in bubbles {
            div class="said" {
                @if let Some(alt) = &bubble.picture { p class="bubble" role="img" aria-label=(alt) { "🖼 " (alt) } }
                p class="bubble" { (marked(&bubble.text)) }
                (keys(&bubble.under, "keys", leads, words))
            }
            (keys(&bubble.instead, "reply", leads, words))
        }
    }
}

fn keys(rows: &[Vec<Key>], class: &str, leads: Leads<'_>, words: &Book) -> Markup {
    html! {
        @if !rows.is_empty() {
            div class=(class) role="group" aria-label=(words.buttons) {
                @for row in rows {
                    div class="row" { @for key in row { (one(key, leads)) } }
                }
            }
        }
    }
}

fn one(key: &Key, leads: Leads<'_>) -> Markup {
    let sign = match key.kind {
        KeyKind::Press | KeyKind::Contact => "",
        KeyKind::Link => " ↗",
        KeyKind::App => " ▣",
    };
    html! {
        @if let Some(to) = leads(&key.label) {
            a class="key" href=(to) { (key.label) (sign) }
        } @else {
            span class="key" { (key.label) (sign) }
        }
    }
}

/// A text with its marks.
pub(super) fn marked(marked: &Marked) -> Markup {
    span(marked, 0..marked.text.len(), 0)
}

/// A stretch of the text, with the spans from this one on that lie in it.
fn span(marked: &Marked, range: std::ops::Range<usize>, mut next: usize) -> Markup {
    let mut at = range.start;
    let mut parts = Vec::new();
    while let Some(span_) = marked.spans.get(next).filter(|one| one.range.start < range.end) {
        next += 1;
        if span_.range.start < at {
            continue;
        }
        let plain = marked.text.get(at..span_.range.start).unwrap_or_default();
        let inside = span(marked, span_.range.clone(), next);
        at = span_.range.end;
        parts.push(html! {
            (plain)
            @match &span_.mark {
                Mark::Bold => { strong { (inside) } }
                Mark::Italic => { em { (inside) } }
                Mark::Link(url) => { a href=(url.as_str()) rel="noreferrer" { (inside) } }
            }
        });
    }
    html! { @for part in &parts { (part) } (marked.text.get(at..range.end).unwrap_or_default()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::marks;

    #[test]
    fn marks_become_tags_and_all_else_text() {
        let shown = marked(&marks::read("*Раз _два_* <b> [там & тут](https://x.ru) три")).into_string();
        let wanted = "<strong>Раз <em>два</em></strong> &lt;b&gt; <a href=\"https://x.ru/\" rel=\"noreferrer\">там &amp; тут</a> три";
        assert_eq!(shown, wanted);
    }
}
