//! `provodnik flows …`: the flow author's tools.

use std::io::{self, IsTerminal};

use anyhow::bail;
use clap::Subcommand;

use super::{Places, say};
use crate::content;

/// What to do with the flows.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check all flows and texts under --content: every fault with its line and a caret.
    Check,
    /// Play all transcripts (flows/*.chat) under --content against the flows, and show where they differ.
    Test {
        /// Write what the flows really say into the transcripts.
        #[arg(long)]
        bless: bool,
    },
}

/// Does it.
pub fn run(places: &Places, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Test { bless } => {
            let report = content::test(&places.content, *bless);
            say(&report);
            if report.is_good() { Ok(()) } else { bail!("the transcripts differ from the flows") }
        }
        Command::Check => {
            let (report, sound) = content::check(&places.content, io::stdout().is_terminal());
            say(report);
            if sound { Ok(()) } else { bail!("the flows have faults") }
        }
    }
}
