//! Several replicas as whole processes over one Postgres and one Redis, people who talk to them, and what came of it.

use std::{collections::BTreeMap, time::Duration};

use provodnik::clock::tick;
use serde_json::json;
use sqlx::PgPool;

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
    _sandbox: Running,
}

impl Fleet {
    /// So many replicas behind a balancer; `database` is empty.
    pub async fn start(count: usize, database: &str, redis: &str) -> Self {
        let migrated = run(&["migrate"], &[("DATABASE_URL", database)]);
        assert!(migrated.status.success(), "{}", stderr(&migrated));
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
        self.running[number].take().unwrap().kill_9().await;
    }

    /// Which replica owns this messenger's lane.
    pub async fn owner(&self, pool: &PgPool, messenger: &str) -> usize {
        let owner = "select owner from lane where starts_with(id, $1)";
        let owner = until(pool, &["lane"], "the lane has an owner", async || {
            sqlx::query_scalar::<_, Option<uuid::Uuid>>(owner).bind(messenger).fetch_one(pool).await.ok()?
        });
        self.number_of(owner.await)
    }

    /// Which replica has that name, by what it says of itself.
    pub fn number_of(&self, replica: uuid::Uuid) -> usize {
        let says =
            |running: &Option<Running>| running.as_ref().is_some_and(|it| it.said().contains(&replica.to_string()));
        self.running.iter().position(says).unwrap()
    }

    pub fn stop(self) {
        for replica in self.running.into_iter().flatten() {
            replica.stop();
        }
    }

    /// What was answered to so many acts while nothing failed: first in Telegram, then in VK.
    pub async fn calm(&self, pool: &PgPool, acts: usize) -> [Vec<String>; 2] {
        let mut calm = [Vec::new(), Vec::new()];
        for (number, channel) in ["telegram", "vk"].into_iter().enumerate() {
            let person = self.control.person(channel, "Спокойный").await;
            for act in 0..acts {
                self.control.does(person, "say", json!({"text": ACTS[act % ACTS.len()]})).await;
                taken_and_sent(pool, number * acts + act + 1).await;
            }
            calm[number] = self.control.heard(person).await;
        }
        calm
    }
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
            let unsent = count(pool, "select count(*) from delivery where state in ('queued', 'claimed')").await?;
            (last != Some((taken, unsent))).then_some(Some((taken, unsent)))
        })
        .await;
    }
}

/// What became of many people's messages.
#[derive(Debug, Default)]
pub struct Account {
    /// Messages that were worth saying.
    pub compared: usize,
    /// Messages that gave way to the same words said again.
    pub superseded: usize,
    /// Messages that were said and never seen.
    pub lost: usize,
    /// Messages that VK showed twice.
    pub doubled: usize,
    /// Messages that Telegram showed again after a crash between a send and its settle, as it may.
    pub shown_again: usize,
    /// People who saw everything, in another order.
    pub disordered: usize,
    /// People whose last message is the one that it should be.
    pub last_right: usize,
    /// People who did not get as many messages as those whom nothing disturbed.
    pub miscounted: usize,
}

/// Compares what each person saw with what was seen in calm; `people` are by turns in Telegram and VK.
pub async fn account(control: &Control, pool: &PgPool, people: &[i64], calm: &[Vec<String>; 2]) -> Account {
    let mut account = Account::default();
    for (number, person) in people.iter().enumerate() {
        let (seen, all) = (control.heard(*person).await, &calm[number % 2]);
        let states = states(pool, *person).await;
        if states.len() != all.len() {
            account.miscounted += 1;
            continue;
        }
        let said = all.iter().zip(states).filter(|(_, state)| state != "dropped").map(|(said, _)| said.clone());
        let said: Vec<String> = said.collect();
        account.compared += said.len();
        account.superseded += all.len() - said.len();
        account.last_right += usize::from(seen.last() == said.last());
        let (lost, again) = difference(&said, &seen);
        account.lost += lost;
        if number % 2 == 0 {
            account.shown_again += again
        } else {
            account.doubled += again
        }
        account.disordered += usize::from(lost == 0 && !in_order(&said, &seen));
    }
    account
}

/// The states of everything said to somebody, in order.
async fn states(pool: &PgPool, person: i64) -> Vec<String> {
    sqlx::query_scalar(
        "select d.state from delivery d join account a on a.id = d.account where a.external = $1 order by d.id",
    )
    .bind(person.to_string())
    .fetch_all(pool)
    .await
    .unwrap()
}

/// How many of `said` were not seen, and how many were seen more often than said.
fn difference(said: &[String], seen: &[String]) -> (usize, usize) {
    let mut left: BTreeMap<&String, i64> = BTreeMap::new();
    said.iter().for_each(|text| *left.entry(text).or_default() += 1);
    seen.iter().for_each(|text| *left.entry(text).or_default() -= 1);
    let sum = |of: fn(&i64) -> i64| usize::try_from(left.values().map(of).sum::<i64>()).unwrap();
    (sum(|left| (*left).max(0)), sum(|left| (-left).max(0)))
}

/// Whether what was seen is what was said, each message one or more times in a row.
fn in_order(said: &[String], seen: &[String]) -> bool {
    let mut rest = seen.iter().peekable();
    for (at, text) in said.iter().enumerate() {
        if rest.next() != Some(text) {
            return false;
        }
        // A repeat, unless the next one says the same.
        while rest.peek() == Some(&text) && said.get(at + 1) != Some(text) {
            rest.next();
        }
    }
    rest.next().is_none()
}

/// How long something took.
pub async fn timed(what: impl Future<Output = ()>) -> Duration {
    let since = tick();
    what.await;
    since.elapsed()
}

#[test]
fn a_gap_a_repeat_and_a_change_of_order_show() {
    let texts = |letters: &str| letters.chars().map(String::from).collect::<Vec<_>>();
    let said = texts("abcbb");
    assert_eq!(difference(&said, &texts("abcb")), (1, 0));
    assert_eq!(difference(&said, &texts("abccbb")), (0, 1));
    assert!(in_order(&said, &said) && in_order(&said, &texts("aabccbbb")));
    assert!(
        !in_order(&said, &texts("acbbb")) && !in_order(&said, &texts("abcb")) && !in_order(&said, &texts("abcbba"))
    );
}
