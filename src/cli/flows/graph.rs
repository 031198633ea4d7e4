//! `provodnik flows graph`: a flow as a drawing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow, bail};
use clap::ValueEnum;

use super::{Places, program};
use crate::{
    author::picture::{Format, Picture},
    cli::say,
    content,
};

/// What to draw, and how.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The flow.
    #[arg(required_unless_present = "all")]
    flow: Option<String>,
    /// Draw all flows, and which of them runs which.
    #[arg(long, conflicts_with = "flow")]
    all: bool,
    /// What the drawing is written in.
    #[arg(long, value_enum, default_value_t = Written::Mermaid)]
    format: Written,
    /// The language of its words.
    #[arg(long, default_value = "ru")]
    lang: String,
    /// Write files into this folder, one for each flow, instead of showing the drawing.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What a drawing is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Written {
    /// Text that many sites and editors draw; all flows together are a Markdown page.
    Mermaid,
    /// For Graphviz.
    Dot,
    /// A picture, light or dark as its reader is, that needs nothing else.
    Svg,
}

/// Draws.
pub fn run(places: &Places, options: &Options) -> anyhow::Result<()> {
    let program = program(places, &options.lang)?;
    let chats = content::chats(&places.content);
    let format = match options.format {
        Written::Mermaid => Format::Mermaid,
        Written::Dot => Format::Dot,
        Written::Svg => Format::Svg,
    };
    let of_flow = |flow: &str| Picture::of_flow(&program, &chats, flow, &options.lang).map_err(|why| anyhow!(why));
    let mut pictures = Vec::new();
    match &options.flow {
        Some(flow) => pictures.push((flow.clone(), of_flow(flow)?)),
        None => {
            pictures.push(("index".to_owned(), Picture::of_all(&program, &options.lang)));
            for flow in program.names() {
                pictures.push((flow.to_owned(), of_flow(flow)?));
            }
        }
    }
    match &options.out {
        Some(folder) => keep(folder, format, &pictures),
        None if format == Format::Svg && options.all => bail!("many pictures are not one: say where to with --out DIR"),
        None => {
            show(format, options.all, &pictures);
            Ok(())
        }
    }
}

fn show(format: Format, all: bool, pictures: &[(String, Picture)]) {
    for (_, picture) in pictures {
        let drawn = picture.drawn(format);
        match format {
            Format::Mermaid if all => say(format_args!("## {}\n\n```mermaid\n{drawn}```\n", picture.title)),
            _ => say(drawn.trim_end()),
        }
    }
}

fn keep(folder: &Path, format: Format, pictures: &[(String, Picture)]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (name, picture) in pictures {
        let file = folder.join(format!("{name}.{}", format.ending()));
        fs::write(&file, picture.drawn(format)).with_context(|| file.display().to_string())?;
        say(file.display());
    }
    Ok(())
}
