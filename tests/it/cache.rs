//! One contract, two implementations: within a process, and over Redis. And the cache that the worlds run on.

use std::{
    io::{BufRead, BufReader},
    num::NonZeroU32,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use proptest::{
    collection::vec,
    prelude::{any, prop_assert_eq},
    test_runner::{Config, TestRunner},
};
use provodnik::cache::{Cache, Limiter, Nudges, PREFIX, Quota, Topic, Verdict, Watch};

use crate::{cluster::Database, running::PATIENCE};

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

/// Whether worlds run on a real Redis.
pub fn is_redis() -> bool {
    std::env::var("CACHE").as_deref() == Ok("redis")
}

static SERVER: OnceLock<(Child, String)> = OnceLock::new();

/// The cache of a world: in the process, or with `CACHE=redis` on a real server, apart from other worlds by its prefix.
pub fn of_world(database: &Database) -> Cache {
    match std::env::var("CACHE").as_deref() {
        Err(_) | Ok("in-process") => Cache::in_process(),
        Ok("redis") => {
            let (_, url) = SERVER.get_or_init(server_of_this_process);
            Cache::redis(&url.clone().into(), &format!("{}:", database.url), PATIENCE).unwrap()
        }
        Ok(other) => panic!("CACHE={other}: it is redis or in-process"),
    }
}

/// With `CACHE=redis`: that the server is there and has counted, and no process by itself instead.
pub async fn has_counted() {
    let Some((_, url)) = SERVER.get() else { return };
    let mut redis = redis::Client::open(url.as_str()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let told: String = redis::cmd("INFO").arg("commandstats").query_async(&mut redis).await.unwrap();
    assert!(told.contains("cmdstat_eval"), "Redis has counted nothing: {told}");
}

/// A server that ends with this process, however that ends: its keeper reads from us until there is nobody to read from.
fn server_of_this_process() -> (Child, String) {
    let dir = std::env::temp_dir().join(format!("provodnik-redis-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let keeper = "redis-server --port 0 --save '' --dir \"$0\" --unixsocket \"$0/redis\" &
                  cat > /dev/null; kill $!; wait $!; rm -r \"$0\"";
    let mut command = Command::new("sh");
    command.args(["-c", keeper]).arg(&dir).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
    let mut server = command.spawn().unwrap();
    is_up(&mut server);
    (server, format!("redis+unix://{}", dir.join("redis").display()))
}

/// Waits until a server says that it is up.
fn is_up(server: &mut Child) {
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.to_lowercase().contains("ready to accept connections")), "no redis-server");
}

/// A Redis of a test's own; it ends with it.
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
            assert!(std::env::var_os("CI").is_none(), "no redis-server, and here every test is to run");
            eprintln!("skipped: no redis-server on this machine");
            return None;
        };
        is_up(&mut server);
        Some(Self { server, url: format!("redis+unix://{}", socket.display()) })
    }

    pub fn stop(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

#[tokio::test]
async fn over_redis_and_after_redis_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut redis) = Redis::start(dir.path()) else { return };
    let url = redis.url.clone().into();
    let (near, far) = (Cache::redis(&url, PREFIX, PATIENCE).unwrap(), Cache::redis(&url, PREFIX, PATIENCE).unwrap());
    let mut heard = far.subscribe(Topic::Outbox);
    // The first ring is the connection itself.
    heard.next().await;
    keeps_the_contract(&near, &far, heard).await;

    redis.stop();
    let mut own = near.subscribe(Topic::Calls);
    near.nudge(Topic::Calls);
    own.next().await;
}

fn quota(period: Duration, burst: u32) -> Quota {
    Quota { period, burst: NonZeroU32::new(burst).unwrap() }
}

/// What a limiter must do. `near` and `far` are two replicas, or the same one twice; two events at once, then one a second.
async fn keeps_the_limit(near: &Limiter, far: &Limiter, watch: &Watch) {
    let anya = || "anya".to_owned();
    assert_eq!(near.take_one(anya()).await, Verdict::Passes);
    assert_eq!(far.take_one(anya()).await, Verdict::Passes);
    for limiter in [near, far] {
        assert_eq!(limiter.take_one(anya()).await, Verdict::Wait(Duration::from_secs(1)));
    }
    let both = near.take(&["borya".to_owned(), anya()]).await;
    assert_eq!(both, [Verdict::Passes, Verdict::Wait(Duration::from_secs(1))], "one at the limit is no other's matter");
    watch.advance(Duration::from_millis(999));
    assert_eq!(far.take_one(anya()).await, Verdict::Wait(Duration::from_millis(1)));
    watch.advance(Duration::from_millis(1));
    assert_eq!(far.take_one(anya()).await, Verdict::Passes);
    assert!(matches!(near.take_one(anya()).await, Verdict::Wait(_)));
    far.give_back(&[anya()]).await;
    assert_eq!(near.take_one(anya()).await, Verdict::Passes, "what came to nothing is not counted");
    near.give_back(&["nobody".to_owned()]).await;
}

#[tokio::test]
async fn a_limit_within_a_process() {
    let watch = Watch::held();
    let limiter = Limiter::new("test", quota(Duration::from_secs(1), 2), &Cache::in_process(), watch.clone());
    keeps_the_limit(&limiter, &limiter, &watch).await;
}

#[tokio::test]
async fn a_limit_over_redis_and_after_redis_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut redis) = Redis::start(dir.path()) else { return };
    let (watch, url) = (Watch::held(), redis.url.clone().into());
    let replica = || {
        let cache = Cache::redis(&url, PREFIX, PATIENCE).unwrap();
        Limiter::new("test", quota(Duration::from_secs(1), 2), &cache, watch.clone())
    };
    let (near, far) = (replica(), replica());
    keeps_the_limit(&near, &far, &watch).await;
    redis.stop();
    watch.advance(Duration::from_secs(60));
    // Each for itself, and nobody is refused for it.
    for limiter in [&near, &far] {
        for verdict in [Verdict::Passes, Verdict::Passes, Verdict::Wait(Duration::from_secs(1))] {
            assert_eq!(limiter.take_one("anya".to_owned()).await, verdict);
        }
    }
}

#[tokio::test]
async fn a_running_limit_goes_by_the_clock_of_redis_and_forgets_who_is_quiet() {
    let dir = tempfile::tempdir().unwrap();
    let Some(redis) = Redis::start(dir.path()) else { return };
    let cache = Cache::redis(&redis.url.clone().into(), PREFIX, PATIENCE).unwrap();
    let watch = Watch::Running(provodnik::clock::tick());
    let limiter = Limiter::new("test", quota(Duration::from_secs(60), 1), &cache, watch);
    assert_eq!(limiter.take_one("anya".to_owned()).await, Verdict::Passes);
    assert!(matches!(limiter.take_one("anya".to_owned()).await, Verdict::Wait(wait) if wait > Duration::from_secs(50)));
    let client = redis::Client::open(redis.url.clone()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let left: i64 = redis::cmd("PTTL").arg("provodnik:limit:test:anya").query_async(&mut admin).await.unwrap();
    assert!((50_000..=60_000).contains(&left), "{left}");
}

/// Any quota, any events, any pauses: three replicas over one Redis let through exactly what one process does.
#[test]
fn replicas_with_redis_judge_as_one_process_does() {
    let dir = tempfile::tempdir().unwrap();
    let Some(redis) = Redis::start(dir.path()) else { return };
    let (url, number) = (redis.url.clone().into(), AtomicU32::new(0));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let events = vec((0u64..3_000, 0usize..3, 0u8..2, any::<bool>()), 1..60);
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let judged = runner.run(&(1u64..2_000, 1u32..6, events), |(period, burst, events)| {
        runtime.block_on(async {
            let (quota, watch) = (quota(Duration::from_millis(period), burst), Watch::held());
            let prefix = format!("case-{}:", number.fetch_add(1, Ordering::Relaxed));
            let alone = Limiter::new("test", quota, &Cache::in_process(), watch.clone());
            let replicas = [(); 3]
                .map(|()| Limiter::new("test", quota, &Cache::redis(&url, &prefix, PATIENCE).unwrap(), watch.clone()));
            for (pause, replica, sender, idle) in events {
                watch.advance(Duration::from_millis(pause));
                let (sender, replica) = (sender.to_string(), &replicas[replica]);
                let alone_passes = alone.take_one(sender.clone()).await == Verdict::Passes;
                let passes = replica.take_one(sender.clone()).await == Verdict::Passes;
                prop_assert_eq!(passes, alone_passes);
                if passes && idle {
                    alone.give_back(std::slice::from_ref(&sender)).await;
                    replica.give_back(&[sender]).await;
                }
            }
            Ok(())
        })
    });
    judged.unwrap();
}
