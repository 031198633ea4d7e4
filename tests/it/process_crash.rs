//! What crashes may not do: lose, double or disorder anything. Processes are killed, Postgres and Redis with them.
//!
//! The long campaign is in `campaign`.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use provodnik::{clock::tick, embedded, ids::Dice};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use sqlx::{ConnectOptions, PgPool, postgres::PgPoolOptions};

use crate::{
    cluster,
    running::{Control, KEY, Running, Variables, free_address, run, stderr, until, variables},
};

/// What people say: each is answered in its own way, so that a gap or a change of order shows.
const ACTS: [&str; 4] = ["/help", "/start", "ку-ку", "/cancel"];

/// A Redis of our own; killed when dropped.
struct Redis {
    child: Child,
    port: u16,
}

impl Redis {
    async fn start() -> Option<Self> {
        let port: u16 = free_address().rsplit(':').next()?.parse().ok()?;
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
        let redis = Self { child, port };
        until("Redis", async || redis.flush().await).await;
        Some(redis)
    }

    async fn flush(&self) -> Option<()> {
        let client = redis::Client::open(self.url()).ok()?;
        let mut connection = client.get_multiplexed_async_connection().await.ok()?;
        redis::cmd("FLUSHALL").query_async(&mut connection).await.ok()
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn with_keys(variables: &mut Variables, url: &str) {
    variables.push(("DATABASE_URL", url.to_owned()));
    variables.push(("FIELD_KEYS", format!("1:{KEY}")));
    variables.push(("INDEX_KEY", KEY.to_owned()));
}

/// People by turns in Telegram and VK.
async fn people(control: &Control, count: usize) -> Vec<i64> {
    let mut people = Vec::new();
    for number in 0..count {
        let channel = ["telegram", "vk"][number % 2];
        people.push(control.person(channel, "Некто").await);
    }
    people
}

/// What the bot answers to so many acts, when nothing fails.
async fn script(control: &Control, channel: &str, acts: usize, address: &str) -> Vec<String> {
    let calm = control.person(channel, "Спокойный").await;
    for act in 0..acts {
        let before = control.heard(calm).await.len();
        control.does(calm, "say", json!({"text": ACTS[act % ACTS.len()]})).await;
        until(address, async || (control.heard(calm).await.len() > before).then_some(())).await;
        quiet(control, &[calm]).await;
    }
    control.heard(calm).await
}

/// Waits until nobody has heard anything new for a while: the longest pause between two messages to one chat is a second.
async fn quiet(control: &Control, people: &[i64]) {
    let mut heard = Vec::new();
    loop {
        let mut now = Vec::new();
        for person in people {
            now.push(control.heard(*person).await.len());
        }
        if now == heard {
            return;
        }
        heard = now;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Messages that came twice in a row, taken together: what Telegram may show after a crash.
fn without_repeats(heard: &[String]) -> Vec<String> {
    let mut heard = heard.to_vec();
    heard.dedup();
    heard
}

async fn count(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

/// Of all that there was to say to somebody, in order, what was not said again while it still waited to go out.
async fn still_worth_saying(pool: &PgPool, person: i64, all: &[String]) -> Vec<String> {
    let states = sqlx::query_scalar::<_, String>(
        "select d.state from delivery d join account a on a.id = d.account where a.external = $1 order by d.id",
    );
    let states = states.bind(person.to_string()).fetch_all(pool).await.unwrap();
    assert_eq!(states.len(), all.len(), "person {person}");
    all.iter().zip(states).filter(|(_, state)| state != "dropped").map(|(said, _)| said.clone()).collect()
}

/// Waits until every update is taken in and every answer sent, as long as there is progress: after many refusals a platform
/// pauses for up to two minutes before it brings an update again.
async fn all_sent(pool: &PgPool, updates: usize) {
    let (mut before, mut since) = ((0, 0), tick());
    loop {
        let now = (
            count(pool, "select count(*) from inbox where source <> 'call'").await,
            count(pool, "select count(*) from delivery where state in ('queued', 'claimed')").await,
        );
        if now.0 >= i64::try_from(updates).unwrap() && now.1 == 0 {
            return;
        }
        if now != before {
            (before, since) = (now, tick());
        }
        assert!(since.elapsed() < Duration::from_secs(150), "taken, unsent: {now:?}; of {updates}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Postgres dies at once, as after a power cut, and comes again.
async fn power_cut(dir: &Path, cluster: embedded::Cluster) -> embedded::Cluster {
    let data = std::fs::read_dir(dir.join("postgres")).unwrap().map(|entry| entry.unwrap().path());
    let pid = data.filter_map(|data| std::fs::read_to_string(data.join("postmaster.pid")).ok()).next().unwrap();
    let pid = Pid::from_raw(pid.lines().next().unwrap().trim().parse().unwrap()).unwrap();
    kill_process(pid, Signal::QUIT).unwrap();
    cluster.stop().await;
    embedded::start(dir, true).await.unwrap()
}

/// A directory that Postgres's own user may enter: then the cluster lies in it.
fn open_directory() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

/// 30 people write at once while everything dies by turns.
async fn campaign(acts: usize, kills: usize) {
    let Some(redis) = Redis::start().await else { return };
    let (dir, log) = (open_directory(), tempfile::NamedTempFile::new().unwrap());
    let mut cluster = embedded::start(dir.path(), true).await.unwrap();
    let url = cluster.options.to_url_lossy().to_string();
    let sandbox = Running::sandbox(&["--no-limits"]);
    let (control, address) = (Control::new(&sandbox.base), free_address());
    let mut variables = variables(&sandbox.base, &address, true);
    with_keys(&mut variables, &url);
    variables.push(("REDIS_URL", redis.url()));
    variables.extend([("TELEGRAM_RATE", "0".to_owned()), ("VK_RATE", "0".to_owned())]);
    let migrated = run(&["migrate"], &[("DATABASE_URL", &url)]);
    assert!(migrated.status.success(), "{}", stderr(&migrated));
    let mut serve = Running::serve(&address, &variables, &[], log.path());
    serve.ready().await;
    control.bring_vk(&serve.base).await;
    let calm = [script(&control, "telegram", acts, "calm").await, script(&control, "vk", acts, "calm").await];

    let people = people(&control, 30).await;
    let talk = {
        let (control, people) = (control.clone(), people.clone());
        tokio::spawn(async move {
            for act in 0..acts {
                for person in &people {
                    control.does(*person, "say", json!({"text": ACTS[act % ACTS.len()]})).await;
                }
            }
        })
    };
    let dice = Dice::loaded(7);
    for number in 0..kills {
        tokio::time::sleep(Duration::from_millis(150 + dice.below(400))).await;
        serve.kill_9();
        if number == 1 {
            cluster = power_cut(dir.path(), cluster).await;
        }
        serve = Running::serve(&address, &variables, &[], log.path());
        serve.ready().await;
        redis.flush().await;
        if number == 2 {
            cluster = power_cut(dir.path(), cluster).await;
        }
    }
    talk.await.unwrap();
    let pool = PgPoolOptions::new().max_connections(2).connect_with(cluster.options.clone()).await.unwrap();
    all_sent(&pool, (people.len() + 2) * acts).await;
    quiet(&control, &people).await;
    for (number, person) in people.iter().enumerate() {
        let heard = control.heard(*person).await;
        let calm = still_worth_saying(&pool, *person, &calm[number % 2]).await;
        let telegram = number % 2 == 0;
        let (heard, calm) = if telegram { (without_repeats(&heard), without_repeats(&calm)) } else { (heard, calm) };
        assert_eq!(heard, calm, "person {number}");
    }
    let each = "select count(distinct c) from (select count(*) as c from delivery group by account) as per_person";
    assert!(count(&pool, each).await <= 2, "everybody got as many messages as those whom nothing disturbed");
    serve.stop();
    pool.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn nothing_is_lost_doubled_or_disordered_by_crashes() {
    campaign(8, 3).await;
}

/// Everything that was accepted before SIGTERM is answered by the next process: in order, in VK never twice.
#[tokio::test]
async fn a_graceful_stop_under_load_loses_nothing() {
    let database = cluster::database().await;
    let log = tempfile::NamedTempFile::new().unwrap();
    let sandbox = Running::sandbox(&[]);
    let (control, address) = (Control::new(&sandbox.base), free_address());
    let mut variables = variables(&sandbox.base, &address, true);
    with_keys(&mut variables, &database.url);
    let serve = Running::serve(&address, &variables, &[], log.path());
    serve.ready().await;
    control.bring_vk(&serve.base).await;
    let calm = people(&control, 2).await;
    for (number, act) in ACTS.iter().enumerate() {
        for person in &calm {
            control.does(*person, "say", json!({"text": act})).await;
        }
        all_sent(&database.pool, calm.len() * (number + 1)).await;
    }
    let calm = [control.heard(calm[0]).await, control.heard(calm[1]).await];
    let people = people(&control, 20).await;
    for act in ACTS.iter() {
        for person in &people {
            control.does(*person, "say", json!({"text": act})).await;
        }
    }
    let took = serve.stop();
    assert!(took < Duration::from_secs(10), "{took:?}");
    let serve = Running::serve(&address, &variables, &[], log.path());
    serve.ready().await;
    all_sent(&database.pool, (people.len() + 2) * 4).await;
    for (number, person) in people.iter().enumerate() {
        let wanted = still_worth_saying(&database.pool, *person, &calm[number % 2]).await;
        assert_eq!(control.heard(*person).await, wanted, "person {number}");
        assert!(wanted.len() >= 4, "{wanted:?}");
    }
    let repeats = "select count(*) from delivery where state not in ('sent', 'dropped') and kind <> 'answer'";
    assert_eq!(count(&database.pool, repeats).await, 0);
    serve.stop();
}

/// A request that the messenger holds for longer than a stop may take stays claimed; the lane is given back all the same.
#[tokio::test]
async fn a_stop_does_not_wait_for_a_slow_messenger() {
    let database = cluster::database().await;
    let log = tempfile::NamedTempFile::new().unwrap();
    let sandbox = Running::sandbox(&[]);
    let (control, address) = (Control::new(&sandbox.base), free_address());
    let mut variables = variables(&sandbox.base, &address, true);
    with_keys(&mut variables, &database.url);
    let serve = Running::serve(&address, &variables, &[], log.path());
    serve.ready().await;
    let anya = control.person("telegram", "Аня").await;
    control.post("faults", json!({"channel": "telegram", "kind": "slow", "ms": 9300, "method": "sendMessage"})).await;
    control.does(anya, "start", json!({})).await;
    until("a message is on its way", async || {
        (count(&database.pool, "select count(*) from delivery where state = 'claimed'").await > 0).then_some(())
    })
    .await;
    let took = serve.stop();
    assert!(took < Duration::from_millis(8500), "{took:?}");
    assert_eq!(count(&database.pool, "select count(owner) from lane").await, 0, "the lane is given back");
    assert_eq!(count(&database.pool, "select count(*) from delivery where state = 'claimed'").await, 1);
}

/// Two processes over one Postgres and one Redis: updates to either, each lane owned by one, and it moves when that one dies.
#[tokio::test]
async fn two_processes_share_the_work() {
    let Some(redis) = Redis::start().await else { return };
    let database = cluster::database().await;
    let sandbox = Running::sandbox(&[]);
    let control = Control::new(&sandbox.base);
    let addresses = [free_address(), free_address()];
    let logs = [tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap()];
    let mut running = Vec::new();
    for (address, log) in addresses.iter().zip(&logs) {
        let mut variables = variables(&sandbox.base, address, true);
        with_keys(&mut variables, &database.url);
        variables.push(("REDIS_URL", redis.url()));
        let serve = Running::serve(address, &variables, &[], log.path());
        serve.ready().await;
        running.push(serve);
    }
    // Telegram brings updates to the one that started last; VK to the first.
    control.bring_vk(&running[0].base).await;
    let owners = "select count(distinct owner) from lane";
    until("both lanes are owned", async || {
        (count(&database.pool, "select count(owner) from lane").await == 2).then_some(())
    })
    .await;
    assert!(count(&database.pool, owners).await <= 2);
    let people = people(&control, 6).await;
    for person in &people {
        control.does(*person, "say", json!({"text": "/start"})).await;
    }
    all_sent(&database.pool, 6).await;
    let owned: f64 = {
        let mut sum = 0.0;
        for serve in &running {
            let metrics = serve.get("/metrics").await.unwrap().1;
            let lanes = metrics.lines().filter(|line| line.starts_with("lanes_owned{"));
            sum += lanes.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum::<f64>();
        }
        sum
    };
    assert!((owned - 2.0).abs() < f64::EPSILON, "each lane has one owner: {owned}");

    // The first dies; what VK brings to it waits, what Telegram brings to the second goes out within the lease.
    running.remove(0).kill_9();
    control.does(people[0], "say", json!({"text": "/help"})).await;
    all_sent(&database.pool, 7).await;
    for serve in running {
        serve.stop();
    }
}
