//! `provodnik flows …`: the flow author's tools.

use std::{
    io::{self, IsTerminal},
    sync::Arc,
};

use anyhow::{anyhow, bail};
use clap::Subcommand;

use super::{Places, say};
use crate::{author, content, flow::Program};

mod graph;
mod run;
mod show;

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
    /// Talk to a flow in the terminal, as in Telegram or in VK.
    ///
    /// Type an answer, a button's number or its label; `+90s` lets time pass, `>` before a line takes it exactly as it is, and
    /// `/quit` ends the conversation. An action that the flow calls asks you for its outcome and values: Enter takes the
    /// proposed one, `ok {left: 2}` gives them in one line. Works from a pipe too.
    Run(run::Options),
    /// Draw a flow: its steps with their first words, what leads from each to where, timers dashed, ends, subflows.
    Graph(graph::Options),
    /// Show a flow: what is said at each step and where each answer leads.
    ///
    /// With --html as pages that need nothing but themselves: open the one that is named in a browser.
    Show(show::Options),
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
        Command::Run(options) => run::run(places, options),
        Command::Graph(options) => graph::run(places, options),
        Command::Show(options) => show::run(places, options),
    }
}

/// The content, if it has no error, and words in this language.
fn program(places: &Places, lang: &str) -> anyhow::Result<Arc<Program>> {
    let Some(program) = content::load(&places.content).0 else {
        say(content::check(&places.content, io::stdout().is_terminal()).0);
        bail!("the flows have faults");
    };
    author::known_language(&program, lang).map_err(|why| anyhow!(why))?;
    Ok(program)
}
