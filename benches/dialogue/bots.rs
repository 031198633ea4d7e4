//! The programs: each bot a process of its own, and what it keeps its state in.

use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::Context as _;
use provodnik::embedded::{self, Cluster};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::{
    load::TOKEN,
    peers::{self, Peers},
    usage,
};

/// A database that has the schema and no rows.
const TEMPLATE: &str = "bench_template";
/// Keys of nobody's data.
const FIELD_KEYS: &str = "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const INDEX_KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Bot {
    /// Ours: durable turns in Postgres, `fsync` and all.
    Provodnik,
    /// grammY, its runner, sessions in Redis, one update of a chat at a time.
    Grammy,
    /// aiogram, its states in Redis.
    Aiogram,
}

impl Bot {
    /// With what it keeps.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Provodnik => "provodnik + Postgres",
            Self::Grammy => "grammY + Redis",
            Self::Aiogram => "aiogram + Redis",
        }
    }
}

impl fmt::Display for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// What the bots stand on: a private Postgres, a Redis that writes nothing down, and the peers' libraries.
pub struct Ground {
    target: PathBuf,
    peers: Peers,
    postgres: Option<(Cluster, u32)>,
    redis: Option<(Child, PathBuf)>,
}

/// Processor time so far.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Of the bot's process.
    pub bot: Duration,
    /// Of Postgres's processes, or of Redis.
    pub store: Duration,
}

impl Ground {
    /// Starts what these bots need.
    pub async fn prepare(target: &Path, peers: Peers, bots: &[Bot]) -> anyhow::Result<Self> {
        let mut ground = Self { target: target.to_owned(), peers, postgres: None, redis: None };
        if bots.contains(&Bot::Provodnik) {
            let cluster = embedded::start(&target.join("postgres"), true).await?;
            let mut admin = cluster.options.connect().await?;
            let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut admin).await?;
            // Any backend's parent is the server.
            let server = usage::parent(pid.try_into()?)?;
            run(&mut admin, format!("drop database if exists {TEMPLATE} with (force)")).await?;
            run(&mut admin, format!("create database {TEMPLATE} template template0")).await?;
            admin.close().await?;
            ground.postgres = Some((cluster, server));
            let status = ground.provodnik(TEMPLATE, "migrate")?.status().await?;
            anyhow::ensure!(status.success(), "provodnik migrate: {status}");
        }
        if bots.iter().any(|bot| *bot != Bot::Provodnik) {
            ground.redis = Some(redis(target).await?);
        }
        Ok(ground)
    }

    /// Where a bot's own words go.
    pub fn log(&self, bot: Bot) -> PathBuf {
        self.target.join(format!("{bot:?}.log").to_lowercase())
    }

    /// Starts a bot that talks to the stand-in at `base`, with an empty store.
    pub async fn start(&self, bot: Bot, base: &str) -> anyhow::Result<Running<'_>> {
        let mut command = match bot {
            Bot::Provodnik => {
                let mut admin = self.admin().await?;
                run(&mut admin, "drop database if exists bench with (force)".to_owned()).await?;
                run(&mut admin, format!("create database bench template {TEMPLATE}")).await?;
                // What the last round left to be written must not be written in this one.
                run(&mut admin, "checkpoint".to_owned()).await?;
                admin.close().await?;
                let mut command = self.provodnik("bench", "serve")?;
                command.envs([("TELEGRAM_API_URL", format!("{base}/telegram"))]);
                command
            }
            Bot::Grammy => self.peer(Path::new("node"), &self.peers.node.join("grammy_bot.js"), base).await?,
            Bot::Aiogram => self.peer(&self.peers.python, &peers::bot("aiogram_bot.py"), base).await?,
        };
        let log = File::create(self.log(bot))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("{bot} does not start"))?;
        Ok(Running { ground: self, bot, child })
    }

    fn provodnik(&self, database: &str, what: &str) -> anyhow::Result<Command> {
        let (cluster, _) = self.postgres.as_ref().context("no Postgres")?;
        let url = cluster.options.clone().database(database).to_url_lossy();
        let mut command = Command::new(env!("CARGO_BIN_EXE_provodnik"));
        // Nothing of whoever runs the benchmark gets in.
        command.env_clear().arg(what).arg("--data").arg(self.target.join("provodnik"));
        command.arg("--content").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/dialogue/content"));
        command.envs([
            ("DATABASE_URL", url.as_str()),
            ("FIELD_KEYS", FIELD_KEYS),
            ("INDEX_KEY", INDEX_KEY),
            ("LISTEN", "127.0.0.1:0"),
            ("TELEGRAM_BOT_TOKEN", TOKEN),
            ("TELEGRAM_MODE", "poll"),
            ("TELEGRAM_RATE", "0"),
            ("ACCOUNT_RATE", "0"),
        ]);
        Ok(command)
    }

    async fn peer(&self, program: &Path, script: &Path, base: &str) -> anyhow::Result<Command> {
        let (_, socket) = self.redis.as_ref().context("no Redis")?;
        let mut redis = tokio::net::UnixStream::connect(socket).await?;
        tokio::io::AsyncWriteExt::write_all(&mut redis, b"FLUSHALL\r\n").await?;
        let mut answer = String::new();
        BufReader::new(redis).read_line(&mut answer).await?;
        anyhow::ensure!(answer.starts_with("+OK"), "Redis was not emptied: {answer}");
        let mut command = Command::new(program);
        command.arg(script).env("NODE_ENV", "production").env("BOT_TOKEN", TOKEN);
        command.env("API_ROOT", format!("{base}/telegram")).env("REDIS_SOCKET", socket);
        Ok(command)
    }

    async fn admin(&self) -> anyhow::Result<PgConnection> {
        let (cluster, _) = self.postgres.as_ref().context("no Postgres")?;
        Ok(cluster.options.connect().await?)
    }

    /// Stops it all.
    pub async fn stop(self) {
        if let Some((cluster, _)) = self.postgres {
            cluster.stop().await;
        }
        if let Some((mut redis, socket)) = self.redis {
            redis.kill().await.ok();
            std::fs::remove_file(socket).ok();
        }
    }
}

/// A bot that runs.
pub struct Running<'g> {
    ground: &'g Ground,
    bot: Bot,
    child: Child,
}

impl Running<'_> {
    /// What it has cost so far.
    pub fn cost(&self) -> anyhow::Result<Cost> {
        let bot = usage::cpu(self.pid()?)?;
        let store = match (self.bot, &self.ground.postgres, &self.ground.redis) {
            (Bot::Provodnik, Some((_, server)), _) => usage::cpu_of_family(*server)?,
            (_, _, Some((redis, _))) => usage::cpu(redis.id().context("Redis has ended")?)?,
            _ => Duration::ZERO,
        };
        Ok(Cost { bot, store })
    }

    /// The most memory it ever had.
    pub fn peak_memory(&self) -> anyhow::Result<f64> {
        usage::peak_memory(self.pid()?)
    }

    /// Ends it.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().with_context(|| format!("{} has ended: see {}", self.bot, self.ground.log(self.bot).display()))
    }
}

/// A Redis on a socket, as fast as it gets: nothing is written down.
async fn redis(target: &Path) -> anyhow::Result<(Child, PathBuf)> {
    // The path of a socket must be short, and that of a target directory may be long.
    let socket = std::env::temp_dir().join(format!("provodnik-bench-{}.redis", std::process::id()));
    let mut command = Command::new("redis-server");
    command.args(["--port", "0", "--save", "", "--appendonly", "no", "--dir"]).arg(target);
    command.arg("--unixsocket").arg(&socket).stdout(Stdio::piped()).kill_on_drop(true);
    let mut server = command.spawn().context("redis-server")?;
    let mut lines = BufReader::new(server.stdout.take().context("no output")?).lines();
    while let Some(line) = lines.next_line().await? {
        if line.to_lowercase().contains("ready to accept connections") {
            // Its pipe must stay open, or the next line ends it.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((server, socket));
        }
    }
    anyhow::bail!("redis-server did not come up")
}

async fn run(db: &mut PgConnection, statement: String) -> sqlx::Result<()> {
    sqlx::query(AssertSqlSafe(statement)).execute(db).await.map(drop)
}
