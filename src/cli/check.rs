//! `provodnik check`: what `serve` would refuse to start with, before it does.

use std::io::{self, IsTerminal};

use anyhow::bail;

use super::{Places, environment, flows, say, serve};
use crate::content;

/// Shows all faults of the configuration and of the content.
pub fn run(places: &Places) -> anyhow::Result<()> {
    let configured = serve::configured(&environment(), &places.data);
    if let Err(faults) = &configured {
        say(faults);
    }
    let checked = content::check(&places.content);
    say(checked.report(flows::language(), io::stdout().is_terminal()));
    if configured.is_err() || !checked.sound {
        bail!("there are faults");
    }
    Ok(())
}
