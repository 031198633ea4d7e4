//! `provodnik flows show`: a flow to read.

use std::{fs, path::PathBuf};

use anyhow::{Context, anyhow};

use super::{Places, program};
use crate::{author::book, cli::say, content};

/// What to show, and how.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The flow.
    #[arg(required_unless_present = "all")]
    flow: Option<String>,
    /// Show all flows.
    #[arg(long, conflicts_with = "flow")]
    all: bool,
    /// Write pages: every step as Telegram and VK show it, in every language, with diagram and transcript.
    #[arg(long)]
    html: bool,
    /// The folder for the pages; pages/ under --data, if left out.
    #[arg(long, value_name = "DIR", requires = "html")]
    out: Option<PathBuf>,
    /// The language of what is shown here; pages have all.
    #[arg(long, default_value = "ru", conflicts_with = "html")]
    lang: String,
}

/// Shows.
pub fn run(places: &Places, options: &Options) -> anyhow::Result<()> {
    let program = program(places, &options.lang)?;
    let chats = content::chats(&places.content);
    if !options.html {
        let names: Vec<&str> = options.flow.as_deref().map_or_else(|| program.names().collect(), |flow| vec![flow]);
        for (i, name) in names.iter().enumerate() {
            let gap = if i > 0 { "\n\n" } else { "" };
            let told = book::told(&program, &chats, name, &options.lang).map_err(|why| anyhow!(why))?;
            say(format_args!("{gap}{told}"));
        }
        return Ok(());
    }
    let pages = book::pages(&program, &chats, options.flow.as_deref()).map_err(|why| anyhow!(why))?;
    let folder = options.out.clone().unwrap_or_else(|| places.data.join("pages"));
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    for (name, page) in &pages {
        let file = folder.join(name);
        fs::write(&file, page).with_context(|| file.display().to_string())?;
    }
    // The last one is the index, or the only one.
    if let Some((name, _)) = pages.last() {
        say(folder.join(name).display());
    }
    Ok(())
}
