//! `provodnik flows …`: the flow author's tools.

use std::{
    env,
    io::{self, IsTerminal},
    sync::Arc,
};

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::{Places, plan, say};
use crate::{
    author, content,
    fault::{Lang, report},
    flow::{Program, schema},
};

mod explore;
mod graph;
mod run;
mod show;
mod test;

/// What to do with the flows.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check all flows and texts under --content: every fault with its line, a caret and what would mend it.
    Check(Check),
    /// Say what each live conversation would do under the flows of --content: go on as it is, move to the new logic, stay with
    /// the logic that it began with, or begin afresh. Looks at the configured database, else at that of --data; changes nothing.
    Plan,
    /// Play all transcripts (flows/*.chat) under --content against the flows, and show where they differ.
    ///
    /// Fails where one differs; with --coverage also where a step, or a way on from one, is in none of them.
    Test(test::Options),
    /// Walk through the flows with made-up input, and look whether everything that must hold does.
    ///
    /// At every wait: right, wrong and foreign answers, old and forged buttons, timers, commands, everything that a call may come
    /// back with, everything twice. Every turn must end, everything said must be whole and fit both messengers in every language,
    /// a stored conversation must read as it was, the same again must come to the same. What fails is shown as a transcript.
    Explore(explore::Options),
    /// Show the JSON Schema of flows, by which editors complete and explain them.
    Schema {
        /// The language of the explanations; without it as for `check`.
        #[arg(long)]
        lang: Option<Language>,
        /// That of seasons instead.
        #[arg(long, conflicts_with = "write")]
        seasons: bool,
        /// Write both to flows/schema.json and flows/seasons/schema.json under --content instead.
        #[arg(long)]
        write: bool,
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

/// How to tell what was found.
#[derive(Debug, Args)]
pub struct Check {
    /// The language of the report; without it Russian where LANG begins with `ru`, else English.
    #[arg(long)]
    lang: Option<Language>,
    /// `text` for people, `json` and `sarif` (2.1.0) for tools.
    #[arg(long, default_value = "text")]
    format: Format,
    /// Mend first what can be mended without asking: mistyped names that only one name is near to; for texts that are
    /// missing a line to be written.
    #[arg(long)]
    fix: bool,
}

/// A language of the report.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Language {
    /// Russian.
    Ru,
    /// English.
    En,
}

/// A form of the report.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// Each fault with its line and a caret.
    Text,
    /// One document.
    Json,
    /// The log that editors and code hosts read.
    Sarif,
}

/// Does it.
pub async fn run(places: &Places, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Plan => plan::run(places).await,
        Command::Test(options) => test::run(places, options),
        Command::Explore(options) => explore::run(places, options),
        Command::Check(how) => check(places, how),
        Command::Schema { lang, seasons, write: false } => {
            let schema = if *seasons { content::season_schema } else { schema };
            say(schema(told_in(*lang)).trim_end());
            Ok(())
        }
        Command::Schema { lang, write: true, .. } => Ok(content::write_schema(&places.content, told_in(*lang))?),
        Command::Run(options) => run::run(places, options),
        Command::Graph(options) => graph::run(places, options),
        Command::Show(options) => show::run(places, options),
    }
}

fn check(places: &Places, how: &Check) -> anyhow::Result<()> {
    let lang = told_in(how.lang);
    let mended = if how.fix { content::fix(&places.content)? } else { Vec::new() };
    let checked = content::check(&places.content);
    match how.format {
        Format::Json => say(report::json(&checked.faults, lang)),
        Format::Sarif => say(report::sarif(&checked.faults, lang)),
        Format::Text => {
            mended.iter().for_each(|file| say(format_args!("mended: {file}")));
            say(checked.report(lang, io::stdout().is_terminal()));
        }
    }
    if checked.sound { Ok(()) } else { bail!("the flows have faults") }
}

fn told_in(lang: Option<Language>) -> Lang {
    lang.map_or_else(language, |lang| match lang {
        Language::Ru => Lang::Ru,
        Language::En => Lang::En,
    })
}

/// That of the environment.
pub fn language() -> Lang {
    Lang::of(env::var("LANG").ok().as_deref())
}

/// The content, if it has no error.
fn sound(places: &Places) -> anyhow::Result<Arc<Program>> {
    if let Some(program) = content::load(&places.content).0 {
        return Ok(program);
    }
    say(content::check(&places.content).report(language(), io::stdout().is_terminal()));
    bail!("the flows have faults")
}

/// The content, if it has no error, and words in this language.
fn program(places: &Places, lang: &str) -> anyhow::Result<Arc<Program>> {
    let program = sound(places)?;
    author::known_language(&program, lang).map_err(|why| anyhow!(why))?;
    Ok(program)
}
