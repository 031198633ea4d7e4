//! `provodnik flows run`: a conversation in the terminal.

use std::{
    fs::OpenOptions,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use chrono::{DateTime, DurationRound, FixedOffset, TimeDelta};
use clap::ValueEnum;

use super::{Places, program};
use crate::{
    author::terminal::{Look, Terminal},
    cli::say,
    clock::Clock,
    content,
    flow::chat::{self, Samples, Setting},
    locale::Tone,
};

/// Seconds that Moscow is ahead of UTC.
const MOSCOW: i32 = 3 * 3_600;
/// The columns of a terminal that does not say.
const COLUMNS: usize = 72;

/// Whom to talk to, and how.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The flow.
    flow: String,
    /// Where the conversation is had.
    #[arg(long, value_enum, default_value_t = Messenger::Telegram)]
    channel: Messenger,
    /// The language of its words.
    #[arg(long, default_value = "ru")]
    lang: String,
    /// Talk as an adult, with «вы».
    #[arg(long)]
    adult: bool,
    /// Talk to somebody who reads plain words.
    #[arg(long)]
    plain: bool,
    /// When it begins, such as 2026-10-01T10:00+03:00; now, if left out.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<DateTime<FixedOffset>>,
    /// An argument of the flow; one that is left out is taken from the transcripts.
    #[arg(long, value_name = "NAME=VALUE", value_parser = named)]
    arg: Vec<(String, String)>,
    /// Write the conversation into this file as a transcript, after what it holds already.
    #[arg(long, value_name = "FILE.chat")]
    save: Option<PathBuf>,
}

/// A messenger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Messenger {
    Telegram,
    Vk,
}

fn moment(text: &str) -> Result<DateTime<FixedOffset>, String> {
    chat::moment(text).ok_or_else(|| "a time is written 2026-10-01T10:00+03:00".to_owned())
}

fn named(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("an argument is written name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Talks.
pub fn run(places: &Places, options: &Options) -> anyhow::Result<()> {
    let program = program(places, &options.lang)?;
    let at = options.at.unwrap_or_else(now);
    let samples = Samples::read(&content::chats(&places.content), &options.flow, &options.lang, at);
    let setting = Setting {
        flow: options.flow.clone(),
        telegram: options.channel == Messenger::Telegram,
        lang: options.lang.clone(),
        tone: Tone { adult: options.adult, plain: options.plain },
        at,
        args: options.arg.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect(),
    };
    let ends = (io::stdin().lock(), io::stdout().lock());
    let mut terminal = Terminal::begin(&program, setting, &samples, look(), ends).map_err(|why| anyhow!(why))?;
    terminal.talk().or_else(|error| match error.kind() {
        // Nobody reads on: no reason to lose what was said.
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })?;
    let Some(file) = &options.save else { return Ok(()) };
    let transcript = terminal.transcript(&file.to_string_lossy());
    drop(terminal);
    match transcript {
        Some(transcript) => {
            save(file, &transcript).with_context(|| file.display().to_string())?;
            say(format_args!("saved: {}", file.display()));
        }
        None => say("nothing was said that could be saved"),
    }
    Ok(())
}

/// The civil minute, as in Moscow.
fn now() -> DateTime<FixedOffset> {
    let now = Clock::system().now();
    let zone = FixedOffset::east_opt(MOSCOW).unwrap_or(chrono::Offset::fix(&chrono::Utc));
    now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now).with_timezone(&zone)
}

fn look() -> Look {
    let seen = io::stdout().is_terminal();
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| usize::from(size.ws_col));
    Look {
        colour: seen && std::env::var_os("NO_COLOR").is_none(),
        typing_seen: seen && io::stdin().is_terminal(),
        columns: size.filter(|columns| *columns > 0).unwrap_or(COLUMNS),
    }
}

/// After what the file holds already.
fn save(file: &Path, transcript: &str) -> io::Result<()> {
    let mut open = OpenOptions::new().append(true).create(true).open(file)?;
    let gap = if open.metadata()?.len() > 0 { "\n" } else { "" };
    write!(open, "{gap}{transcript}")
}
