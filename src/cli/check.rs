//! `provodnik check`: what `serve` would refuse to start with, before it does.

use std::io::{self, IsTerminal};

use anyhow::bail;

use super::{Places, configuration, environment, say};
use crate::content;

/// Shows all faults of the configuration and of the content.
pub fn run(places: &Places) -> anyhow::Result<()> {
    let configured = configuration(&environment());
    if let Err(faults) = &configured {
        say(faults);
    }
    let (report, sound) = content::check(&places.content, io::stdout().is_terminal());
    say(report);
    if configured.is_err() || !sound {
        bail!("there are faults");
    }
    Ok(())
}
