//! The commands.
//!
//! Exit codes: 0 done; 1 refused or failed, with the reason on stderr; 2 wrong usage.

mod admin;
mod check;
mod dev;
mod flows;
mod import;
mod migrate;
mod plan;
mod sandbox;
mod serve;

use std::{
    fmt::Display,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use tokio_util::sync::CancellationToken;

use crate::{
    app::keys,
    config::{self, Config, ConfigFault, Variables},
    ids::Dice,
    seal::{Keys, Vault},
    telemetry,
};

/// The conversational bot engine of «Билет в будущее»: Telegram and VK, from clone to a verified phone.
///
/// `provodnik dev` starts everything on this machine and needs nothing configured. All other commands read environment
/// variables, which `.env.example` explains. Exit codes: 0 done, 1 refused or failed (the reason is on stderr), 2 wrong usage.
#[derive(Debug, Parser)]
#[command(name = "provodnik", version)]
struct Cli {
    #[command(flatten)]
    places: Places,
    #[command(subcommand)]
    command: Command,
}

/// Where things are.
#[derive(Clone, Debug, Args)]
struct Places {
    /// Where this machine keeps things: the private Postgres (used without DATABASE_URL), the keys that `dev` makes,
    /// the sandbox's chats, the codes of an import.
    #[arg(long, global = true, value_name = "DIR", default_value = ".provodnik")]
    data: PathBuf,
    /// Where flows/ and locales/ are.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    content: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything on this machine and print one address: database, made-up people, stand-ins for Telegram and VK, engine.
    ///
    /// Uses a private Postgres under --data (or DATABASE_URL) and REDIS_URL if it is set. Nothing leaves this machine.
    /// Content is reloaded when a file changes. Everything survives a restart. Refuses a database that is neither empty nor
    /// one that `dev` has filled.
    Dev(dev::Options),
    /// Serve the configured bots until SIGTERM or ctrl-c, then end gracefully within ten seconds.
    ///
    /// Needs FIELD_KEYS and INDEX_KEY, and a database that `provodnik migrate` has prepared. Without REDIS_URL one process
    /// may serve a database; a second is refused.
    Serve(serve::Options),
    /// Bring the database's schema up to date.
    Migrate,
    /// Check the configuration, the flows and the texts, and show every fault at once.
    Check,
    /// Work on the flows. All but `plan` needs neither a database nor a configuration.
    #[command(subcommand)]
    Flows(flows::Command),
    /// Import a spreadsheet: the table of schools or a table of people, told apart by the header.
    ///
    /// Every row with a fault is named (`строка 12, «Пол (М или Ж)»: …`) and left out; the good ones are written after a
    /// yes. The same file twice changes nothing. One-time codes for new pupils are put into a file under --data.
    Import(import::Options),
    /// What is done at the machine: the first operator's invitation, the journal.
    #[command(subcommand)]
    Admin(admin::Command),
    /// Read a sheet from standard input, with little memory: what an upload or an import starts.
    #[command(name = crate::import::apart::COMMAND, hide = true)]
    ReadSheet,
    /// Run the stand-ins for Telegram, VK and the autodial providers alone, for an engine that runs elsewhere.
    Sandbox(sandbox::Options),
}

/// Reads the command line, does what it says, and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::ReadSheet = cli.command {
        // Before there are threads: it has little memory.
        return read_sheet();
    }
    telemetry::logs();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&error.into()),
    };
    let done = runtime.block_on(run(cli));
    // What still blocks a thread is of no use to anybody.
    runtime.shutdown_background();
    done.map_or_else(|error| complain(&error), |()| ExitCode::SUCCESS)
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let Cli { places, command } = cli;
    match command {
        Command::Dev(options) => dev::run(&places, &options).await,
        Command::Serve(options) => serve::run(&places, &options).await,
        Command::Migrate => migrate::run(&places).await,
        Command::Check => check::run(&places),
        Command::Flows(command) => flows::run(&places, &command).await,
        Command::Admin(command) => admin::run(&places, &command).await,
        Command::Import(options) => import::run(&places, &options).await,
        Command::ReadSheet => Ok(()),
        Command::Sandbox(options) => sandbox::run(&options).await,
    }
}

/// What somebody else has handed in is read: nothing of it is told but the answer.
fn read_sheet() -> ExitCode {
    if crate::import::apart::serve().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn complain(error: &anyhow::Error) -> ExitCode {
    writeln!(io::stderr(), "provodnik: {error:#}").ok();
    ExitCode::FAILURE
}

/// Writes an answer. Nobody reads on: no reason to fail.
fn say(text: impl Display) {
    writeln!(io::stdout(), "{text}").ok();
}

/// Reads the configuration, or names every fault.
fn configuration(variables: &Variables) -> anyhow::Result<Config> {
    Config::read(variables).map_err(|faults| faulty(&faults))
}

fn faulty(faults: &[ConfigFault]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
    anyhow::anyhow!("the configuration has faults:\n{}", lines.join("\n"))
}

/// The vault of a command that works on a database: configured keys, else those of the data directory. They are made only
/// where the database is this machine's own too.
fn vault(config: &mut Config, places: &Places, dice: &Dice) -> anyhow::Result<Vault> {
    let found: Option<Keys> = match config.keys.take() {
        Some(keys) => Some(keys),
        None if config.database.is_none() => Some(keys::read_or_make(&places.data, dice)?),
        None => keys::read(&places.data)?,
    };
    match found {
        Some(keys) => Ok(Vault::new(keys)),
        None => bail!("no keys: set FIELD_KEYS and INDEX_KEY (`openssl rand -base64 32` makes one; see .env.example)"),
    }
}

/// Cancelled by ctrl-c or SIGTERM. A second one ends the process at once.
fn stop_signal() -> anyhow::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate()).context("SIGTERM can't be heard")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT can't be heard")?;
    let stop = CancellationToken::new();
    let token = stop.clone();
    tokio::spawn(async move {
        let mut once = async || {
            tokio::select! { _ = term.recv() => {}, _ = interrupt.recv() => {} }
        };
        once().await;
        token.cancel();
        once().await;
        std::process::exit(1);
    });
    Ok(stop)
}

/// The variables of this process.
fn environment() -> Variables {
    config::environment()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed_and_explained() {
        let mut command = Cli::command();
        command.clone().debug_assert();
        for sub in command.get_subcommands_mut() {
            assert!(sub.get_about().is_some(), "{} is not explained", sub.get_name());
            for argument in sub.get_arguments().filter(|argument| argument.get_id() != "help") {
                assert!(argument.get_help().is_some(), "{} {} is not explained", sub.get_name(), argument.get_id());
            }
        }
    }
}
