//! The program as a process: started, found ready, told to stop, killed, started again.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use provodnik::clock::tick;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::cluster;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn provodnik(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provodnik"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(variables.iter().copied());
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    provodnik(arguments, variables).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A running process with an address of its own.
struct Running {
    child: Child,
    base: String,
}

impl Running {
    fn dev(data: &Path, more: &[&str]) -> Self {
        let data = data.display().to_string();
        let mut child = provodnik(&["dev", "--port", "0", "--data", &data], &[]).args(more).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_suffix("/sandbox/").expect("one address").to_owned();
        Self { child, base }
    }

    async fn ready(&self) {
        let since = tick();
        while reqwest::get(format!("{}/readyz", self.base))
            .await
            .is_ok_and(|answer| answer.status().is_success())
            .eq(&false)
        {
            assert!(since.elapsed() < Duration::from_secs(20), "not ready in time");
            tokio::task::yield_now().await;
        }
    }

    async fn seed(&self) -> Vec<Value> {
        reqwest::get(format!("{}/sandbox/api/seed", self.base)).await.unwrap().json().await.unwrap()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[tokio::test]
async fn dev_survives_kill_9_and_begins_anew_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    let mut dev = Running::dev(dir.path(), &[]);
    dev.ready().await;
    let seed = dev.seed().await;
    assert!(seed.iter().any(|person| person["role"] == json!("pupil") && person["code"].is_string()), "{seed:?}");
    let client = reqwest::Client::builder().build().unwrap();
    let person = json!({"name": "Аня", "channel": "telegram"});
    let made = client.post(format!("{}/sandbox/api/people", dev.base)).json(&person).send().await.unwrap();
    assert!(made.status().is_success());
    dev.child.kill().unwrap();
    dev.child.wait().unwrap();

    let again = Running::dev(dir.path(), &[]);
    again.ready().await;
    assert_eq!(again.seed().await, seed, "the same keys, the same people");
    drop(again);
    let fresh = Running::dev(dir.path(), &["--fresh"]);
    fresh.ready().await;
    assert_eq!(fresh.seed().await.len(), seed.len());
}

#[tokio::test]
async fn sigterm_ends_dev_gracefully_and_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let mut dev = Running::dev(dir.path(), &[]);
    dev.ready().await;
    let since = tick();
    dev.signal(Signal::TERM);
    assert!(dev.child.wait().unwrap().success());
    assert!(since.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn dev_leaves_a_database_of_others_alone() {
    let database = cluster::empty_database().await;
    sqlx::query("create table theirs (one int)").execute(&database.pool).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().display().to_string();
    for more in [&[][..], &["--fresh"]] {
        let arguments = [&["dev", "--port", "0", "--data", &data], more].concat();
        let output = run(&arguments, &[("DATABASE_URL", &database.url)]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    }
    sqlx::query("select from theirs").execute(&database.pool).await.unwrap();
}

#[tokio::test]
async fn serve_names_what_it_lacks() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().display().to_string();
    let output = run(&["serve", "--data", &data], &[("TELEGRAM_MODE", "pull"), ("VK_GROUP_ID", "1")]);
    assert_eq!(output.status.code(), Some(1));
    let faults = stderr(&output);
    assert!(faults.contains("TELEGRAM_MODE") && faults.contains("VK_ACCESS_TOKEN"), "{faults}");

    let output = run(&["serve", "--data", &data], &[("TELEGRAM_BOT_TOKEN", "1:a")]);
    assert!(output.status.code() == Some(1) && stderr(&output).contains("FIELD_KEYS"));
    let wrong = run(&["serve", "--role", "everything"], &[]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[tokio::test]
async fn a_second_replica_without_redis_is_refused() {
    let database = cluster::database().await;
    let keys = format!("1:{KEY}");
    let variables = [
        ("DATABASE_URL", database.url.as_str()),
        ("LISTEN", "127.0.0.1:0"),
        ("TELEGRAM_BOT_TOKEN", "1:a"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:1"),
        ("FIELD_KEYS", &keys),
        ("INDEX_KEY", KEY),
    ];
    let mut place = database.pool.acquire().await.unwrap();
    assert!(provodnik::store::replicas::join(&mut place, true).await.unwrap());
    let output = run(&["serve"], &variables);
    assert!(output.status.code() == Some(1) && stderr(&output).contains("REDIS_URL"), "{}", stderr(&output));
}
