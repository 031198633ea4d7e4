//! Several replicas as whole processes over one Postgres and one Redis, people who talk to them, and what came of it.

use std::time::Duration;

use futures_util::future::join_all;
use provodnik::clock::tick;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    balancer::Balancer,
    changes::until,
    running::{Control, KEY, Running, Variables, free_address, run, stderr, variables},
};

/// What people say: each is answered in its own way, so that a gap or a change of order shows.
pub const ACTS: [&str; 4] = ["/help", "/start", "ку-ку", "/cancel"];

/// The replicas.
pub struct Fleet {
    pub addresses: Vec<String>,
    pub running: Vec<Option<Running>>,
    pub balancer: Balancer,
    pub control: Control,
    variables: Variables,
    /// What replicas that were killed had counted of messages for Telegram that may be shown twice.
    lost_counts: u64,
    _sandbox: Running,
}

impl Fleet {
    /// So many replicas behind a balancer; `database` is empty, or migrated.
    pub async fn start(count: usize, database: &str, redis: &str) -> Self {
        migrate(database);
        let sandbox = Running::sandbox(&["--no-limits"]);
        let addresses: Vec<_> = (0..count).map(|_| free_address()).collect();
        let balancer = Balancer::before(&addresses, 5).await;
        let mut variables = variables(&sandbox.base, balancer.base.trim_start_matches("http://"), true);
        for (name, value) in [
            ("DATABASE_URL", database),
            ("REDIS_URL", redis),
            ("FIELD_KEYS", &format!("1:{KEY}")),
            ("INDEX_KEY", KEY),
            ("TELEGRAM_RATE", "0"),
            ("VK_RATE", "0"),
        ] {
            variables.push((name, value.to_owned()));
        }
        let mut fleet = Self {
            running: (0..count).map(|_| None).collect(),
            control: Control::new(&sandbox.base),
            addresses,
            balancer,
            variables,
            lost_counts: 0,
            _sandbox: sandbox,
        };
        for number in 0..count {
            fleet.begin(number).await;
        }
        fleet.control.bring_vk(&fleet.balancer.base).await;
        fleet
    }

    /// Starts a replica that does not run, and waits until it is ready.
    pub async fn begin(&mut self, number: usize) {
        let replica = Running::serve(&self.addresses[number], &self.variables, &[]);
        replica.ready().await;
        self.running[number] = Some(replica);
    }

    pub async fn kill_9(&mut self, number: usize) {
        let victim = self.running[number].take().unwrap();
        // Nobody else knows what it has counted.
        self.lost_counts += possible_repeats(&victim).await;
        victim.kill_9().await;
    }

    /// How many messages for Telegram all replicas say that they may have shown twice (`possible_repeats_total`).
    pub async fn possible_repeats(&self) -> u64 {
        let living = self.running.iter().flatten().map(possible_repeats);
        self.lost_counts + join_all(living).await.into_iter().sum::<u64>()
    }

    /// Which replica owns this messenger's lane.
    pub async fn owner(&self, pool: &PgPool, messenger: &str) -> Uuid {
        let owner = "select owner from lane where starts_with(id, $1)";
        let owner = until(pool, &["lane"], "the lane has an owner", async || {
            sqlx::query_scalar::<_, Option<Uuid>>(owner).bind(messenger).fetch_one(pool).await.ok()?
        });
        owner.await
    }

    /// Which replica has that name, by what it says of itself.
    pub fn number_of(&self, replica: Uuid) -> usize {
        let says =
            |running: &Option<Running>| running.as_ref().is_some_and(|it| it.said().contains(&replica.to_string()));
        self.running.iter().position(says).unwrap()
    }

    pub async fn stop(self) {
        for replica in self.running.into_iter().flatten() {
            replica.stop().await;
        }
    }

    /// What is answered to so many acts while nothing fails.
    pub async fn calm(&self, pool: &PgPool, acts: usize) -> Calm {
        let mut calm = Calm::default();
        for (number, channel) in ["telegram", "vk"].into_iter().enumerate() {
            let person = self.control.person(channel, "Спокойный").await;
            for act in 0..acts {
                says(&self.control, person, act).await;
                taken_and_sent(pool, number * acts + act + 1).await;
                calm.said[number] = self.control.heard(person).await;
                calm.after[number].push(calm.said[number].len());
            }
        }
        calm
    }
}

/// What is answered while nothing fails: first in Telegram, then in VK.
#[derive(Clone, Default)]
pub struct Calm {
    /// Everything.
    pub said: [Vec<String>; 2],
    /// How much of it after each act.
    pub after: [Vec<usize>; 2],
}

/// Somebody's next act.
pub async fn says(control: &Control, person: i64, act: usize) {
    control.does(person, "say", json!({"text": ACTS[act % ACTS.len()]})).await;
}

/// Everybody says all there is to say, each the next thing when the one before is answered; `people` are by turns in Telegram
/// and VK. So nobody has so many messages waiting that one could give way to another.
pub async fn talk_patiently(control: Control, people: Vec<i64>, calm: Calm) {
    let one = async |(number, person): (usize, i64)| {
        for (act, answers) in calm.after[number % 2].iter().enumerate() {
            says(&control, person, act).await;
            let answered = async || (control.heard(person).await.len() >= *answers).then_some(());
            control.until("an answer", answered).await;
        }
    };
    join_all(people.into_iter().enumerate().map(one)).await;
}

/// Makes the tables of an empty database.
pub fn migrate(database: &str) {
    let migrated = run(&["migrate"], &[("DATABASE_URL", database)]);
    assert!(migrated.status.success(), "{}", stderr(&migrated));
}

async fn possible_repeats(replica: &Running) -> u64 {
    let (_, metrics) = replica.get("/metrics").await.unwrap();
    let mut counted = metrics.lines().filter(|line| line.starts_with("possible_repeats_total{channel=\"telegram\"}"));
    counted.next().map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}

async fn count(pool: &PgPool, sql: &'static str) -> Option<i64> {
    sqlx::query_scalar(sql).fetch_one(pool).await.ok()
}

/// Waits until so many updates are taken in and everything said is sent: for as long as there is progress.
pub async fn taken_and_sent(pool: &PgPool, updates: usize) {
    let updates = i64::try_from(updates).unwrap();
    let mut before = None;
    while before != Some((updates, 0)) {
        let last = before;
        before = until(pool, &["inbox", "delivery"], "some progress", async || {
            let taken = count(pool, "select count(*) from inbox where source <> 'call'").await?;
            let unsent = count(pool, "select count(*) from delivery where state = 'queued'").await?;
            (last != Some((taken, unsent))).then_some(Some((taken, unsent)))
        })
        .await;
    }
}

/// How long something took.
pub async fn timed(what: impl Future<Output = ()>) -> Duration {
    let since = tick();
    what.await;
    since.elapsed()
}
