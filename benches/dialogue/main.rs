//! A five-step dialogue, played by many people at once with a bot: ours, and the same one written with others' libraries.
//!
//!     cargo bench --bench dialogue -- [--chats 10,50,200,1000] [--rounds 5] [--bots provodnik,grammy,aiogram] [--updates 5000]
//!
//! The project's own stand-in for Telegram runs in this process, the bot in one of its own; it asks for its updates. Nothing is
//! paced. Rounds are interleaved, and each has an empty database or an empty Redis. What is measured, and how, stands where it is
//! done: [`load`] (the people), [`bots`] (the programs), [`usage`] (what they cost).

#![expect(clippy::print_stdout, reason = "a benchmark is there to print figures")]

use std::{path::PathBuf, time::Duration};

use clap::Parser as _;

mod bots;
mod load;
mod peers;
mod table;
mod usage;

use bots::{Bot, Ground};
use load::{Load, Stand};
use table::{Cell, Table};

#[derive(Debug, clap::Parser)]
struct Options {
    /// How many people talk at once.
    #[arg(long, value_delimiter = ',', default_values_t = [10, 50, 200, 1000])]
    chats: Vec<usize>,
    /// How often each is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Which bots.
    #[arg(long, value_delimiter = ',', value_enum, default_values_t = [Bot::Provodnik, Bot::Grammy, Bot::Aiogram])]
    bots: Vec<Bot>,
    /// Updates in a round, at least; every person has two whole dialogues at least.
    #[arg(long, default_value_t = 5_000)]
    updates: usize,
    /// Cargo says so; nothing changes.
    #[arg(long, hide = true)]
    bench: bool,
}

/// One bot in one round.
#[derive(Clone, Debug)]
pub struct Figures {
    per_second: f64,
    p50: f64,
    p99: f64,
    bot_cpu: f64,
    store_cpu: f64,
    memory: f64,
    lost: f64,
    doubled: f64,
    disordered: f64,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    // Two threads: the stand-in must not be what is measured, and must not take the machine away from the bots either.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure(&options))
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("dialogue");
    std::fs::create_dir_all(&target)?;
    let peers = peers::install(&target, &options.bots).await?;
    let ground = Ground::prepare(&target, peers, &options.bots).await?;
    let mut table = Table::default();
    for chats in &options.chats {
        for round in 1..=options.rounds {
            for bot in &options.bots {
                let figures = run(&ground, *bot, *chats, options.updates).await?;
                eprintln!("{bot}, {chats} chats, round {round}: {}", table::line(&figures));
                table.put(Cell { chats: *chats, bot: *bot }, figures);
            }
        }
    }
    ground.stop().await;
    print!("{}", table.markdown(options.rounds));
    Ok(())
}

/// One bot, from an empty start: everybody has one dialogue to warm it up, then it counts.
async fn run(ground: &Ground, bot: Bot, chats: usize, updates: usize) -> anyhow::Result<Figures> {
    let stand = Stand::open().await?;
    let running = ground.start(bot, stand.base()).await?;
    let load = Load::meet(&stand, chats).await?;
    let warm = load.play(1).await;
    anyhow::ensure!(warm.latencies.len() > chats, "{bot} does not answer: see {}", ground.log(bot).display());

    let dialogues = updates.div_ceil(chats * load::STEPS).max(2);
    let before = running.cost()?;
    let mut played = load.play(dialogues).await;
    let after = running.cost()?;
    let memory = running.peak_memory()?;
    // What is said once too often may come late.
    played.add(&load.aftermath(Duration::from_millis(300)).await);
    running.stop().await?;

    let count = played.latencies.len();
    let per_update = |cost: Duration| cost.as_secs_f64() * 1_000.0 / count as f64;
    played.latencies.sort_unstable();
    let percentile = |share: f64| {
        let place = ((count as f64 * share).ceil() as usize).clamp(1, count) - 1;
        played.latencies[place].as_secs_f64() * 1_000.0
    };
    Ok(Figures {
        per_second: count as f64 / played.took.as_secs_f64(),
        p50: percentile(0.5),
        p99: percentile(0.99),
        bot_cpu: per_update(after.bot.saturating_sub(before.bot)),
        store_cpu: per_update(after.store.saturating_sub(before.store)),
        memory,
        lost: played.lost as f64,
        doubled: played.doubled as f64,
        disordered: played.disordered as f64,
    })
}
