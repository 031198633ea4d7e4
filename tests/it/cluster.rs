//! Databases for tests: one server per test process, one migrated template, a clone of it per test.
//!
//! With `DATABASE_URL` set that server is used, else a private one without fsync in the build directory. The template is
//! named for the migrations and stays between runs; clones of processes that have ended are dropped at the next start.

use std::{
    fs::File,
    path::Path,
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
};

use provodnik::{app::MIGRATOR, embedded};
use rustix::process::{Pid, test_kill_process};
use sha2::{Digest, Sha256};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::OnceCell;

/// A test's own database.
#[derive(Clone)]
pub struct Database {
    /// Connections to it.
    pub pool: PgPool,
    /// The same as an address, for a program that is started as a process.
    pub url: String,
}

struct Server {
    options: PgConnectOptions,
    template: String,
    /// Alive as long as the process; the server is told when we end.
    _cluster: Option<(embedded::Cluster, File)>,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A new database with the whole schema and no rows.
pub async fn database() -> Database {
    let server = SERVER.get_or_init(Server::start).await;
    let name = server.create(&server.template).await;
    server.open(&name).await
}

/// A new database with nothing in it.
pub async fn empty_database() -> Database {
    let server = SERVER.get_or_init(Server::start).await;
    let name = server.create("template0").await;
    server.open(&name).await
}

impl Server {
    async fn start() -> Self {
        let (options, cluster) = match std::env::var("DATABASE_URL") {
            Ok(url) => (PgConnectOptions::from_str(&url).unwrap(), None),
            Err(_) => {
                let (dir, busy) = free_directory();
                let cluster = embedded::start(&dir, false).await.unwrap();
                (cluster.options.clone(), Some((cluster, busy)))
            }
        };
        let mut admin = options.connect().await.unwrap();
        let template = template(&mut admin, &options).await;
        admin.close().await.unwrap();
        drop_old_databases(options.clone());
        Self { options, template, _cluster: cluster }
    }

    async fn create(&self, template: &str) -> String {
        let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut admin = self.options.connect().await.unwrap();
        run(&mut admin, format!("create database {name} template {template}")).await;
        admin.close().await.unwrap();
        name
    }

    async fn open(&self, name: &str) -> Database {
        let options = self.options.clone().database(name);
        let url = options.to_url_lossy().to_string();
        let pool = PgPoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
        Database { pool, url }
    }
}

/// The first directory that no other test process uses: it stays ours until we end.
fn free_directory() -> (std::path::PathBuf, File) {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(root).unwrap();
    for number in 0.. {
        let busy = File::create(root.join(format!("cluster-{number}.lock"))).unwrap();
        if busy.try_lock().is_ok() {
            return (root.join(format!("cluster-{number}")), busy);
        }
    }
    unreachable!("there is always one more number")
}

/// The migrated template; made under another name first, so that half a template is never cloned.
async fn template(admin: &mut PgConnection, options: &PgConnectOptions) -> String {
    let digest = MIGRATOR.iter().fold(Sha256::new(), |digest, step| digest.chain_update(&step.checksum));
    let name = format!("template_{}", hex::encode(&digest.finalize()[..8]));
    let (fresh, lock) = (format!("{name}_new"), "select pg_advisory_lock(20261122)");
    sqlx::query(lock).execute(&mut *admin).await.unwrap();
    let known = sqlx::query("select from pg_database where datname = $1").bind(&name);
    if known.fetch_optional(&mut *admin).await.unwrap().is_none() {
        run(admin, format!("drop database if exists {fresh}")).await;
        run(admin, format!("create database {fresh} template template0")).await;
        let mut inside = options.clone().database(&fresh).connect().await.unwrap();
        MIGRATOR.run(&mut inside).await.unwrap();
        inside.close().await.unwrap();
        run(admin, format!("alter database {fresh} rename to {name}")).await;
    }
    sqlx::query("select pg_advisory_unlock(20261122)").execute(admin).await.unwrap();
    name
}

/// In the background: nobody waits for the rubbish of yesterday.
fn drop_old_databases(options: PgConnectOptions) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let mut admin = options.connect().await.unwrap();
            let names: Vec<String> =
                sqlx::query_scalar("select datname from pg_database where datname like 'test\\_%'")
                    .fetch_all(&mut admin)
                    .await
                    .unwrap();
            for name in names.into_iter().filter(|name| maker_has_ended(name)) {
                sqlx::query(AssertSqlSafe(format!("drop database if exists {name} with (force)")))
                    .execute(&mut admin)
                    .await
                    .ok();
            }
        });
    });
}

fn maker_has_ended(name: &str) -> bool {
    let pid = name.split('_').nth(1).and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw);
    pid.is_none_or(|pid| test_kill_process(pid).is_err())
}

async fn run(admin: &mut PgConnection, statement: String) {
    sqlx::query(AssertSqlSafe(statement)).execute(admin).await.unwrap();
}

#[tokio::test]
async fn each_test_has_a_migrated_database_of_its_own() {
    let (one, other) = tokio::join!(database(), database());
    sqlx::query("insert into inbox (source, id) values ('here', '1')").execute(&one.pool).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from inbox").fetch_one(&other.pool).await.unwrap();
    assert_eq!(seen, 0);
    let bare = empty_database().await;
    assert!(sqlx::query("select from inbox").execute(&bare.pool).await.is_err());
    assert_ne!(one.url, other.url);
}
