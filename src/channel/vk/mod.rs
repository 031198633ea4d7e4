//! VK: events in, requests out, through a client of our own ([`client`]).

pub mod client;
mod errors;
mod keyboard;
pub mod launch;
mod parse;
mod poll;
mod render;
mod send;
#[cfg(test)]
mod tests;

pub use client::Client;
pub use parse::{Event, callback, parse};
pub use poll::Poll;
pub use render::{Request, answer, edit, render};
pub use send::send;
