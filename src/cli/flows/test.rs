//! `provodnik flows test`: the transcripts, played.

use anyhow::bail;
use clap::ValueEnum;

use super::{Language, Places, told_in};
use crate::{author::coverage, cli::say, content, fault::Lang};

/// What to do with the transcripts.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Write what the flows really say into the transcripts.
    #[arg(long)]
    bless: bool,
    /// Show, flow by flow, how many of the steps and of the ways on from them (options, buttons, outcomes, branches, timeouts,
    /// reminders, what forms offer) the transcripts go through, and name each that is left out. Fails under 100 %, or under the
    /// percentage that is given: --coverage=80.
    #[arg(long, value_name = "PERCENT", num_args = 0..=1, require_equals = true, default_missing_value = "100")]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=100))]
    coverage: Option<u8>,
    /// `text` for people, `json` for tools.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The language of the coverage; without it Russian where LANG begins with `ru`, else English.
    #[arg(long)]
    lang: Option<Language>,
}

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Where conversations differ, and how.
    Text,
    /// One document.
    Json,
}

/// Plays them.
pub fn run(places: &Places, options: &Options) -> anyhow::Result<()> {
    let (report, coverage) = content::test_covering(&places.content, options.bless);
    let coverage = coverage.filter(|_| options.coverage.is_some());
    match options.format {
        Format::Json => say(coverage::json(&report, coverage.as_ref())),
        Format::Text => {
            let lang = if told_in(options.lang) == Lang::Ru { "ru" } else { "en" };
            coverage.iter().for_each(|coverage| say(coverage::text(coverage, lang)));
            say(&report);
        }
    }
    if !report.is_good() {
        bail!("the transcripts differ from the flows");
    }
    if let (Some(coverage), Some(percent)) = (coverage, options.coverage)
        && !coverage.reaches(usize::from(percent))
    {
        bail!("the transcripts leave something of the flows out");
    }
    Ok(())
}
