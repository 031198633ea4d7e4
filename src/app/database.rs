//! Reaching Postgres: the one that is configured, or the private one of the data directory.

use std::{path::Path, str::FromStr, time::Duration};

use anyhow::{Context, anyhow, bail};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    ConnectOptions, PgConnection, PgPool,
    migrate::Migrate,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use super::MIGRATOR;
use crate::{
    clock::Clock,
    consents::texts,
    embedded::{self, Cluster},
    store,
};

/// Connections of one process: a desk's eight turns, the lanes, the loops, and some for the edge.
const CONNECTIONS: u32 = 24;
/// How long somebody waits for a free connection before the work is refused.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks after our place.
const LOOK: Duration = Duration::from_secs(1);
/// A place whose connection is silent for so long is taken again, before others take its holder for gone.
const ANSWER: Duration = Duration::from_secs(2);

/// Beside whom a process may work on a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// Nobody: `dev` empties it when asked, and its stand-ins know one engine only.
    Dev,
    /// Nobody: what may be forgotten lives in this process.
    WithoutRedis,
    /// Others with Redis.
    WithRedis,
}

/// What a statement of a running program may take; migrations and imports have [no limits](Database::unhurried).
const LIMITS: [(&str, &str); 3] = [
    // Whoever waits longer for a row than platforms wait for us is refused, and comes again: a queue behind one stuck
    // transaction does not take up every connection.
    ("lock_timeout", "5s"),
    // The slowest ones, the hourly cleaning among them, take a second.
    ("statement_timeout", "30s"),
    // A process that hangs within a transaction, or a machine that is gone, gives back the conversations that it holds.
    ("idle_in_transaction_session_timeout", "30s"),
];

impl Company {
    fn refusal(self) -> anyhow::Error {
        anyhow!(match self {
            Self::Dev => "another process already runs on this database: stop it, or choose another --data",
            Self::WithoutRedis => "another process serves this database: set REDIS_URL for both, or stop it",
            Self::WithRedis => {
                "a process without REDIS_URL serves this database: stop it, or set REDIS_URL for it"
            }
        })
    }
}

/// Our place among the processes of a database, ours as long as its connection lives.
#[derive(Debug)]
pub struct Place {
    connection: PgConnection,
    company: Company,
    /// What the others know this process by.
    pub replica: Uuid,
}

/// A database that can be used.
#[derive(Debug)]
pub struct Database {
    /// Connections to it.
    pub pool: PgPool,
    /// How it is reached, without limits.
    options: PgConnectOptions,
    /// The private Postgres, if it is that.
    cluster: Option<Cluster>,
}

impl Database {
    /// Opens the configured database, or starts the private one under `data`.
    ///
    /// # Errors
    /// When it can't be reached.
    pub async fn open(url: Option<&SecretString>, data: &Path) -> anyhow::Result<Self> {
        let (options, cluster) = match url {
            Some(url) => (PgConnectOptions::from_str(url.expose_secret()).context("DATABASE_URL")?, None),
            None => {
                let cluster = embedded::start(data, true).await?;
                if !cluster.is_ours() {
                    tracing::info!(
                        "another process runs the Postgres of {}: it ends with that process",
                        data.display()
                    );
                }
                (cluster.options.clone(), Some(cluster))
            }
        };
        // Slow statements are worth a line; their arguments never stand in one.
        let options = options.application_name("provodnik").log_statements(tracing::log::LevelFilter::Off);
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        let pool = pool.connect_with(options.clone().options(LIMITS)).await;
        Ok(Self { pool: pool.context("the database can't be reached")?, options, cluster })
    }

    /// A connection of one's own for work that may take its time.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn unhurried(&self) -> anyhow::Result<PgConnection> {
        self.options.connect().await.context("the database can't be reached")
    }

    /// Brings the schema up to date, and keeps the texts of consents that this program asks. Several processes may do it at once: one of them does.
    ///
    /// # Errors
    /// When a step fails, or the database has steps that this program does not know.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let mut db = self.unhurried().await?;
        MIGRATOR.run(&mut db).await.context("the database's schema can't be brought up to date")?;
        let clock = Clock::system();
        clock.set_offset(store::civil_clock::offset(&mut db).await?);
        texts::keep_all(&mut db, clock.now()).await.context("the texts of consents can't be kept")
    }

    /// Brings a private database's schema up to date; a configured one must be already.
    ///
    /// # Errors
    /// As [`Database::migrate`] and [`Database::is_current`].
    pub async fn migrate_own(&self, own: bool) -> anyhow::Result<()> {
        if own { self.migrate().await } else { self.is_current().await }
    }

    /// Makes sure that the schema is the one this program was built for.
    ///
    /// # Errors
    /// When it is not, with the command that cures it.
    pub async fn is_current(&self) -> anyhow::Result<()> {
        let mut db = self.pool.acquire().await?;
        let applied = db.list_applied_migrations(&MIGRATOR.table_name).await.unwrap_or_default();
        let known = |version| applied.iter().any(|step| step.version == version);
        match MIGRATOR.iter().find(|step| !known(step.version)) {
            None => Ok(()),
            Some(step) => {
                bail!("the database lacks migration {} and later ones: run `provodnik migrate`", step.version)
            }
        }
    }

    /// Takes a place among the processes of this database, under that name.
    ///
    /// # Errors
    /// When the others do not allow it, or this process does not allow them.
    pub async fn join(&self, company: Company, replica: Uuid) -> anyhow::Result<Place> {
        match self.ask_to_join(company, replica).await? {
            Some(connection) => Ok(Place { connection, company, replica }),
            None => Err(company.refusal()),
        }
    }

    async fn ask_to_join(&self, company: Company, replica: Uuid) -> sqlx::Result<Option<PgConnection>> {
        let mut db = self.pool.acquire().await?.detach();
        if !store::replicas::join(&mut db, company != Company::WithRedis).await? {
            return Ok(None);
        }
        store::replicas::announce(&mut db, replica).await?;
        Ok(Some(db))
    }

    /// Looks after our place and our Postgres for as long as they can be kept; then gives the reason.
    pub async fn keep(&self, mut place: Place) -> anyhow::Error {
        loop {
            tokio::time::sleep(LOOK).await;
            if let Err(why) = self.look_after(&mut place).await {
                return why;
            }
        }
    }

    /// One look after our place and our Postgres. A place that a restart of Postgres took is taken again.
    ///
    /// # Errors
    /// The reason when there is no going on.
    pub async fn look_after(&self, place: &mut Place) -> anyhow::Result<()> {
        if self.cluster.as_ref().is_some_and(Cluster::has_ended) {
            bail!("the private Postgres has ended by itself; its last words are in postgres.log under --data");
        }
        // A server that vanished without a word answers never.
        let answer = tokio::time::timeout(ANSWER, store::replicas::answers(&mut place.connection)).await;
        if matches!(answer, Ok(Ok(()))) {
            return Ok(());
        }
        match self.ask_to_join(place.company, place.replica).await {
            Ok(Some(connection)) => place.connection = connection,
            Ok(None) => return Err(place.company.refusal().context("this process has lost its place on the database")),
            Err(_) if self.cluster.as_ref().is_some_and(|cluster| !cluster.is_ours()) => {
                bail!("the process that ran our Postgres has ended, and it with that process");
            }
            // Whoever needs the database says so.
            Err(_) => {}
        }
        Ok(())
    }

    /// Closes the connections, and the private Postgres if it is ours.
    pub async fn close(self) {
        self.pool.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}
