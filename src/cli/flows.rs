//! `provodnik flows …`: the flow author's tools.

use std::io::{self, IsTerminal};

use anyhow::bail;
use clap::Subcommand;

use super::{Places, plan, say};
use crate::content;

/// What to do with the flows.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check all flows and texts under --content: every fault with its line and a caret.
    Check,
    /// Say what each live conversation would do under the flows of --content: go on as it is, move to the new logic, stay with
    /// the logic that it began with, or begin afresh. Looks at the configured database, else at that of --data; changes nothing.
    Plan,
    /// Play all transcripts (flows/*.chat) under --content against the flows, and show where they differ.
    Test {
        /// Write what the flows really say into the transcripts.
        #[arg(long)]
        bless: bool,
    },
}

/// Does it.
pub async fn run(places: &Places, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Plan => plan::run(places).await,
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
