//! Telegram: updates in, requests out. teloxide's types and payloads, one sender of our own.

mod api;
mod errors;
pub mod launch;
mod parse;
mod poll;
mod render;
mod send;
#[cfg(test)]
mod tests;

pub use api::{Api, CallError, Me, Request};
pub use errors::Refusal;
pub use parse::{BotName, parse};
pub use poll::Poll;
pub use render::{answer, edit, render};
pub use send::send;
