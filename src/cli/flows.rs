//! `provodnik flows …`: the flow author's tools.

use std::io::{self, IsTerminal};

use anyhow::bail;
use clap::Subcommand;

use super::{Places, say};
use crate::flow::check;

/// What to do with the flows.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check all flows and texts under --content: every fault with its line and a caret.
    Check,
}

/// Does it.
pub fn run(places: &Places, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Check => {
            let (report, sound) = check::report(&places.content, io::stdout().is_terminal());
            say(report);
            if sound { Ok(()) } else { bail!("the flows have faults") }
        }
    }
}
