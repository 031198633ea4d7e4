//! A process's place among those of its database: without Redis there is one only.

use std::time::Duration;

use anyhow::{Context, bail};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::time::sleep;

use crate::store::replicas;

/// Between two looks whether the place is still ours.
const LOOK: Duration = Duration::from_secs(3);

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

/// A place. A connection holds it, and nobody else's with it: when that is lost, the place is.
#[derive(Debug)]
pub struct Place {
    held: Option<PgConnection>,
    options: PgConnectOptions,
    company: Company,
}

impl Place {
    pub(super) async fn take(options: PgConnectOptions, company: Company) -> anyhow::Result<Self> {
        let mut place = Self { held: None, options, company };
        let db = place.options.connect().await.context("the database can't be reached")?;
        place.settle(db).await.context("no place on the database")??;
        Ok(place)
    }

    /// Looks whether the place is still held, and takes it again if not: a Postgres that starts anew has forgotten it.
    ///
    /// # Errors
    /// When somebody else has taken it meanwhile. While the database can't be reached nobody can.
    pub async fn look(&mut self) -> anyhow::Result<()> {
        if let Some(db) = &mut self.held
            && replicas::answers(db).await.is_ok()
        {
            return Ok(());
        }
        if let Some(lost) = self.held.take() {
            tracing::warn!("the connection that holds this process's place on the database is lost");
            lost.close_hard().await.ok();
        }
        let Ok(db) = self.options.connect().await else { return Ok(()) };
        match self.settle(db).await {
            Ok(taken) => taken.context("this process has lost its place on the database"),
            Err(error) => {
                tracing::warn!("this process's place on the database can't be taken again: {error}");
                Ok(())
            }
        }
    }

    /// Looks after the place until it is lost for good; gives the reason.
    pub async fn keep(&mut self) -> anyhow::Error {
        loop {
            sleep(LOOK).await;
            if let Err(error) = self.look().await {
                return error;
            }
        }
    }

    /// Takes the place with this connection. The outer error is the database's, the inner one the others' refusal.
    async fn settle(&mut self, mut db: PgConnection) -> sqlx::Result<anyhow::Result<()>> {
        let taken = replicas::join(&mut db, self.company != Company::WithRedis).await?;
        if taken {
            self.held = Some(db);
            return Ok(Ok(()));
        }
        db.close().await.ok();
        Ok(self.company.refusal())
    }
}

impl Company {
    fn refusal(self) -> anyhow::Result<()> {
        match self {
            Self::Dev => bail!("another process already runs on this database: stop it, or choose another --data"),
            Self::WithoutRedis => bail!("another process serves this database: set REDIS_URL for both, or stop it"),
            Self::WithRedis => {
                bail!("a process without REDIS_URL serves this database: stop it, or set REDIS_URL for it")
            }
        }
    }
}
