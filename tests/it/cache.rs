//! One contract, two implementations: within a process, and over Redis.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use provodnik::cache::{Cache, Nudges, Topic};

/// What both must do. `near` and `far` are two replicas, or the same one twice.
async fn keeps_the_contract(near: &Cache, far: &Cache, mut heard: Nudges) {
    near.nudge(Topic::Outbox);
    heard.next().await;

    let mut own = near.subscribe(Topic::Calls);
    near.nudge(Topic::Calls);
    near.nudge(Topic::Calls);
    own.next().await;

    let mut other = far.subscribe(Topic::Timers);
    near.nudge(Topic::Timers);
    far.nudge(Topic::Timers);
    other.next().await;
}

#[tokio::test]
async fn within_a_process() {
    let cache = Cache::in_process();
    let heard = cache.subscribe(Topic::Outbox);
    keeps_the_contract(&cache, &cache, heard).await;
}

#[tokio::test]
async fn a_nudge_of_one_topic_is_none_of_another() {
    let cache = Cache::in_process();
    let mut calls = cache.subscribe(Topic::Calls);
    cache.nudge(Topic::Outbox);
    let waits = tokio::time::timeout(std::time::Duration::ZERO, calls.next()).await;
    assert!(waits.is_err());
}

/// A Redis of a test's own.
pub struct Redis {
    server: Child,
    pub url: String,
}

impl Redis {
    /// `None` where there is no redis-server.
    pub fn start(dir: &Path) -> Option<Self> {
        let socket = dir.join("redis");
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--save", "", "--dir"]).arg(dir).arg("--unixsocket").arg(&socket);
        let Ok(mut server) = command.stdout(Stdio::piped()).spawn() else {
            eprintln!("skipped: no redis-server on this machine");
            return None;
        };
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.to_lowercase().contains("ready to accept connections")));
        Some(Self { server, url: format!("redis+unix://{}", socket.display()) })
    }

    pub fn stop(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

#[tokio::test]
async fn over_redis_and_after_redis_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut redis) = Redis::start(dir.path()) else { return };
    let url = redis.url.clone().into();
    let (near, far) = (Cache::redis(&url).unwrap(), Cache::redis(&url).unwrap());
    let mut heard = far.subscribe(Topic::Outbox);
    // The first ring is the connection itself.
    heard.next().await;
    keeps_the_contract(&near, &far, heard).await;

    redis.stop();
    let mut own = near.subscribe(Topic::Calls);
    near.nudge(Topic::Calls);
    own.next().await;
}
