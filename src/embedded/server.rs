//! The server's process: its data, its start, its end.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::sync::oneshot;

use super::{
    Error,
    binaries::{Binaries, last_line},
    place::{Place, at, own_directory},
};
use crate::clock;

/// The superuser of the cluster, and its database.
const NAME: &str = "postgres";
/// A start after a crash reads the log again; more than this is a fault.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at a server that starts or ends.
const GLANCE: Duration = Duration::from_millis(5);

/// How to reach the server of a socket directory.
pub fn options(socket: &Path) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass().socket(socket).port(5432).username(NAME).database(NAME)
}

/// Whether a server runs.
pub enum Presence {
    /// It takes connections.
    Answers,
    /// Nobody listens.
    Absent,
}

/// Looks for a running server; one that is just starting or ending is waited for.
pub async fn presence(options: &PgConnectOptions) -> Result<Presence, Error> {
    let since = clock::tick();
    loop {
        match PgConnection::connect_with(options).await {
            Ok(connection) => {
                connection.close().await.ok();
                return Ok(Presence::Answers);
            }
            Err(sqlx::Error::Io(_)) => return Ok(Presence::Absent),
            Err(error) if since.elapsed() > PATIENCE => return Err(Error::Silent(error.to_string())),
            Err(_) => tokio::time::sleep(GLANCE).await,
        }
    }
}

/// The data directory of a major version; made by `initdb` when it is missing.
pub fn data_directory(place: &Place, binaries: &Binaries, fsync: bool) -> Result<PathBuf, Error> {
    let data = place.home.join(format!("data-{}", binaries.major));
    if data.exists() {
        return Ok(data);
    }
    // Made beside it first: an initdb that was killed half-way is never taken for a cluster.
    let fresh = data.with_extension("new");
    fs::remove_dir_all(&fresh).ok();
    own_directory(&fresh, place.user)?;
    let mut initdb = command(place, binaries, "initdb");
    initdb.arg("--pgdata").arg(&fresh).args(["--username", NAME, "--auth=trust", "--encoding=UTF8"]);
    initdb.args(["--locale=C.UTF-8", "--no-instructions"]);
    if !fsync {
        initdb.arg("--no-sync");
    }
    let output = initdb.output().map_err(|error| Error::Child { program: "initdb", why: error.to_string() })?;
    if !output.status.success() {
        return Err(Error::Child { program: "initdb", why: last_line(&output.stderr) });
    }
    fs::rename(&fresh, &data).map_err(at(&data))?;
    Ok(data)
}

fn command(place: &Place, binaries: &Binaries, program: &str) -> Command {
    let mut command = Command::new(binaries.dir.join(program));
    if let Some(user) = place.user {
        command.uid(user.uid).gid(user.gid);
    }
    // A directory that the server's user may enter: the caller's own may be barred.
    command.current_dir(&place.home).stdin(Stdio::null());
    command
}

/// A server that runs as our child.
#[derive(Debug)]
pub struct Server {
    pid: Pid,
    place: Place,
    ended: oneshot::Receiver<Option<ExitStatus>>,
    keeper: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts `postgres` on the data directory.
    pub fn spawn(place: &Place, binaries: &Binaries, data: &Path, fsync: bool) -> Result<Self, Error> {
        disown_pid_file(data)?;
        own_directory(&place.socket, place.user)?;
        let log = log(place);
        let output = File::create(&log).map_err(at(&log))?;
        let mut postgres = command(place, binaries, "postgres");
        postgres.arg("-D").arg(data).arg("-k").arg(&place.socket).args(settings(fsync));
        postgres.stdout(Stdio::null()).stderr(output);
        // Ctrl-c in a terminal goes to our group only: we stop the server ourselves, last of all.
        postgres.process_group(0);
        end_with_us(&mut postgres);
        keep(postgres, place.clone())
    }

    /// Whether it runs no more.
    pub fn has_ended(&self) -> bool {
        self.keeper.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until the server takes connections.
    pub async fn answers(&mut self, options: &PgConnectOptions) -> Result<(), Error> {
        let since = clock::tick();
        loop {
            let error = match PgConnection::connect_with(options).await {
                Ok(connection) => return connection.close().await.map_err(|error| Error::Silent(error.to_string())),
                Err(error) => error,
            };
            if !matches!(self.ended.try_recv(), Err(oneshot::error::TryRecvError::Empty)) {
                let log = fs::read(log(&self.place)).unwrap_or_default();
                return Err(Error::Child { program: "postgres", why: last_line(&log) });
            }
            if since.elapsed() > PATIENCE {
                return Err(Error::Silent(error.to_string()));
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
}

impl Drop for Server {
    /// A "fast" shutdown: open transactions are rolled back, everything acknowledged is written down.
    fn drop(&mut self) {
        if self.keeper.as_ref().is_some_and(|keeper| !keeper.is_finished()) {
            kill_process(self.pid, Signal::INT).ok();
        }
        if let Some(keeper) = self.keeper.take() {
            keeper.join().ok();
        }
        // The next start makes it again; whoever is starting right now keeps it.
        if File::open(&self.place.starting).is_ok_and(|file| file.try_lock().is_ok()) {
            fs::remove_dir(&self.place.socket).ok();
        }
    }
}

fn log(place: &Place) -> PathBuf {
    place.home.join("postgres.log")
}

/// The thread that starts the server and waits for its end. The kernel ties a child's life to the thread that made it,
/// and this one lives as long as the child, or as we do.
fn keep(mut postgres: Command, place: Place) -> Result<Server, Error> {
    let failed = |why: String| Error::Child { program: "postgres", why };
    let (started, start) = std::sync::mpsc::channel();
    let (end, ended) = oneshot::channel();
    let keeper = thread::Builder::new().name("postgres".to_owned()).spawn(move || match postgres.spawn() {
        Ok(mut child) => {
            started.send(Ok(Pid::from_child(&child))).ok();
            end.send(child.wait().ok()).ok();
        }
        Err(error) => {
            started.send(Err(error)).ok();
        }
    });
    let keeper = keeper.map_err(|error| failed(error.to_string()))?;
    let pid = start.recv().map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
    Ok(Server { pid, place, ended, keeper: Some(keeper) })
}

fn settings(fsync: bool) -> Vec<String> {
    let mut settings = vec!["listen_addresses=", "unix_socket_permissions=0700", "log_statement=none"];
    settings.push("log_min_error_statement=panic");
    settings.push("max_connections=200");
    if !fsync {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]);
    }
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting.to_owned()]).collect()
}

/// Linux only: the server gets SIGINT when we end, even by kill -9. Elsewhere it is found by its socket at the next start.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "only async-signal-safe system calls between fork and exec: prctl and getppid")]
fn end_with_us(postgres: &mut Command) {
    let us = rustix::process::getpid();
    // SAFETY: the closure allocates nothing and takes no lock. It runs after the change of user, which would clear the signal.
    unsafe {
        postgres.pre_exec(move || {
            rustix::process::set_parent_process_death_signal(Some(Signal::INT))?;
            // We may have ended between fork and prctl: then nobody is left to send the signal.
            if rustix::process::getppid() == Some(us) { Ok(()) } else { Err(rustix::io::Errno::SRCH.into()) }
        });
    }
}

#[cfg(not(target_os = "linux"))]
fn end_with_us(_postgres: &mut Command) {}

/// A pid file may name a process that has long been somebody else: Postgres would refuse to start beside it.
///
/// It ignores its own parent's pid there, and still makes sure that no orphan of the old server uses its shared memory;
/// so our pid is written over the stranger's.
fn disown_pid_file(data: &Path) -> Result<(), Error> {
    let file = data.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&file) else { return Ok(()) };
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    let ours = std::process::id();
    fs::write(&file, format!("{ours}\n{rest}")).map_err(at(&file))
}

/// Waits until a server that still holds the data directory, but has no socket any more, is gone: one that is ending after
/// its app was killed, or one whose socket was cleaned away.
pub async fn predecessor_ended(data: &Path) -> Result<(), Error> {
    let since = clock::tick();
    while let Some(pid) = predecessor(data) {
        if since.elapsed() > PATIENCE {
            return Err(Error::Silent(format!("process {} still holds {}", pid.as_raw_nonzero(), data.display())));
        }
        kill_process(pid, Signal::INT).ok();
        tokio::time::sleep(GLANCE).await;
    }
    Ok(())
}

fn predecessor(data: &Path) -> Option<Pid> {
    let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?)?;
    runs_on(pid, data).then_some(pid)
}

fn runs_on(pid: Pid, data: &Path) -> bool {
    let pid = pid.as_raw_nonzero().to_string();
    let line = fs::read(Path::new("/proc").join(&pid).join("cmdline")).ok().or_else(|| {
        let output = Command::new("ps").args(["-o", "args=", "-p", &pid]).output().ok()?;
        Some(output.stdout)
    });
    let data = data.as_os_str().as_encoded_bytes();
    line.is_some_and(|line| line.windows(data.len()).any(|part| part == data))
}
