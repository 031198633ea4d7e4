//! A transcript as a conversation on a phone.

use maud::{Markup, html};

use super::{Book, phone};
use crate::{
    author::words::{Interface, duration},
    channel::marks,
    flow::chat::{Line, Told},
};

/// The conversations about a flow, the first one open.
pub(super) fn talks(told: &[Told], words: &Book, interface: &Interface) -> Markup {
    html! {
        @for (i, talk) in told.iter().enumerate() {
            details class="talk" open[i == 0] {
                summary { (talk.title) " " span class="kind" { (if talk.telegram { "Telegram" } else { "VK" }) } }
                div class="phone" lang=(talk.lang) data-channel=(if talk.telegram { "telegram" } else { "vk" }) {
                    p class="aside" { (talk.at.format("%Y-%m-%d %H:%M").to_string()) }
                    @for line in &talk.lines { (shown(line, words, interface)) }
                }
            }
        }
    }
}

fn shown(line: &Line, words: &Book, interface: &Interface) -> Markup {
    match line {
        Line::Says(text) => mine(text, words),
        Line::Presses(label) => mine(label, words),
        Line::Bot(text, buttons) => html! {
            div class="said" {
                p class="bubble" {
                    span class="quiet" { (words.bot) ": " }
                    @if text == "…" { em { (words.before) } } @else { (phone::marked(&marks::read(text))) }
                }
                @if !buttons.is_empty() {
                    div class="chips" role="group" aria-label=(words.buttons) { @for button in buttons { span class="chip" { (button) } } }
                }
            }
        },
        Line::Toast(text) => html! { p class="toast" { (text) } },
        Line::Call(call) => html! { p class="call" { code { (call) } } },
        Line::Signal(signal) => html! { p class="call" { code { "^ " (signal) } } },
        Line::Later(by) => html! { p class="aside" { (words.passes) " " (duration(by, interface)) } },
        Line::Ended(outcome) => html! { p class="aside" { (words.ends) ": " b { (outcome) } } },
    }
}

fn mine(text: &str, words: &Book) -> Markup {
    html! { div class="said mine" { p class="bubble" { span class="quiet" { (words.person) ": " } (text) } } }
}
