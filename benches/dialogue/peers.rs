//! The other bots' libraries, exactly those that are pinned beside them, installed under the target directory.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio::process::Command;

use crate::bots::Bot;

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/dialogue/peers");

/// Where they are.
#[derive(Clone, Debug)]
pub struct Peers {
    /// Holds `grammy_bot.js` beside its `node_modules`.
    pub node: PathBuf,
    /// The Python that has aiogram.
    pub python: PathBuf,
}

/// Installs what these bots need and is not there yet.
pub async fn install(target: &Path, bots: &[Bot]) -> anyhow::Result<Peers> {
    let peers = Peers { node: target.join("node"), python: target.join("python/bin/python") };
    if bots.contains(&Bot::Grammy) {
        std::fs::create_dir_all(&peers.node)?;
        let pinned = pins("package-lock.json")?;
        if !installed(&peers.node, &pinned) {
            for file in ["package.json", "package-lock.json"] {
                std::fs::copy(Path::new(HERE).join(file), peers.node.join(file))?;
            }
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-fund", "--no-audit", "--silent"]).current_dir(&peers.node);
            succeed(npm).await?;
            std::fs::write(peers.node.join("pins"), pinned)?;
        }
        std::fs::copy(bot("grammy_bot.js"), peers.node.join("grammy_bot.js"))?;
    }
    if bots.contains(&Bot::Aiogram) {
        let home = target.join("python");
        let pinned = pins("requirements.txt")?;
        if !installed(&home, &pinned) {
            let mut venv = Command::new("python3");
            venv.args(["-m", "venv", "--clear"]).arg(&home);
            succeed(venv).await?;
            let mut pip = Command::new(&peers.python);
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]);
            succeed({
                pip.arg(bot("requirements.txt"));
                pip
            })
            .await?;
            std::fs::write(home.join("pins"), pinned)?;
        }
    }
    Ok(peers)
}

/// A file of the peers.
pub fn bot(file: &str) -> PathBuf {
    Path::new(HERE).join(file)
}

fn pins(file: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(bot(file)).with_context(|| file.to_owned())
}

fn installed(home: &Path, pinned: &str) -> bool {
    std::fs::read_to_string(home.join("pins")).is_ok_and(|found| found == pinned)
}

async fn succeed(mut command: Command) -> anyhow::Result<()> {
    let shown = format!("{:?}", command.as_std());
    let status = command.status().await.with_context(|| shown.clone())?;
    anyhow::ensure!(status.success(), "{shown}: {status}");
    Ok(())
}
