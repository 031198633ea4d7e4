//! The flow author's tools: a conversation in the terminal, a flow as a drawing, a flow as a page, what transcripts go through.

pub mod book;
pub mod coverage;
pub mod explore;
pub mod picture;
mod scene;
pub mod terminal;
mod words;

use crate::{channel::Channel, flow::Program};

/// How a channel is called.
const fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Telegram => "Telegram",
        Channel::Vk => "VK",
    }
}

/// The languages that there are words in.
///
/// # Errors
/// There are none in this one.
pub fn known_language(program: &Program, lang: &str) -> Result<(), String> {
    let languages: Vec<_> = program.locales().languages().collect();
    if languages.contains(&lang) {
        return Ok(());
    }
    Err(format!("there are no words in `{lang}`: there are {}", languages.join(", ")))
}
