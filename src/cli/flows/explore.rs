//! `provodnik flows explore`: what holds of the flows, whatever comes.

use anyhow::{anyhow, bail};
use clap::ValueEnum;

use super::{Places, sound};
use crate::{author::explore, cli::say, clock, content, flow::explore::Options as Walk};

/// What to walk through.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The flow, with what it runs; all, if left out.
    flow: Option<String>,
    /// How many turns to walk at random through each flow, after everything was tried once.
    #[arg(long, default_value_t = 300)]
    turns: usize,
    /// What chance goes by: the same seed walks the same way.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// `text` for people, `json` for tools.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Each failure as a conversation, and the figures.
    Text,
    /// One document.
    Json,
}

/// Walks.
pub fn run(places: &Places, options: &Options) -> anyhow::Result<()> {
    let program = sound(places)?;
    let chats = content::chats(&places.content);
    let walk = Walk { flow: options.flow.as_deref(), turns: options.turns, seed: options.seed };
    let begun = clock::tick();
    let report = explore::explore(&program, &chats, &walk).map_err(|why| anyhow!(why))?;
    let seconds = begun.elapsed().as_secs_f64();
    match options.format {
        Format::Text => say(explore::text(&program, &walk, &report, seconds)),
        Format::Json => say(explore::json(&program, &walk, &report, seconds)),
    }
    if report.failures.is_empty() { Ok(()) } else { bail!("something does not hold") }
}
