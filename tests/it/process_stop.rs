//! A stop that is asked for: nothing is lost, and nobody is waited for longer than ten seconds.

use std::time::Duration;

use serde_json::json;
use sqlx::PgPool;
use tokio::time::{Instant, timeout_at};

use crate::{
    changes::Changes,
    cluster,
    running::{Control, GIVEN_UP, KEY, Running, Variables, free_address, variables},
};

/// What there is while something is still to be taken in or sent.
const WORK: [&str; 2] = ["inbox", "delivery"];
/// Longer than a platform pauses, after many refusals, before it brings an update again.
const NO_PROGRESS: Duration = Duration::from_secs(150);
/// What people say: each is answered in its own way, so that a gap or a change of order shows.
const ACTS: [&str; 4] = ["/help", "/start", "ку-ку", "/cancel"];

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

/// What the bot answers in each messenger to so many acts, when nothing fails and nobody hurries.
async fn script(control: &Control, pool: &PgPool, acts: usize) -> [Vec<String>; 2] {
    let calm = people(control, 2).await;
    for act in 0..acts {
        for person in &calm {
            control.does(*person, "say", json!({"text": ACTS[act % ACTS.len()]})).await;
        }
        all_sent(pool, calm.len() * (act + 1)).await;
    }
    [control.heard(calm[0]).await, control.heard(calm[1]).await]
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

/// Waits until every update is taken in and every answer sent, as long as there is progress.
async fn all_sent(pool: &PgPool, updates: usize) {
    let mut changes = Changes::of(pool, &WORK).await;
    let (mut before, mut deadline) = ((0, 0), Instant::now() + NO_PROGRESS);
    loop {
        let now = (
            count(pool, "select count(*) from inbox where source <> 'call'").await,
            count(pool, "select count(*) from delivery where state = 'queued'").await,
        );
        if now.0 >= i64::try_from(updates).unwrap() && now.1 == 0 {
            return;
        }
        if now != before {
            (before, deadline) = (now, Instant::now() + NO_PROGRESS);
        }
        let change = timeout_at(deadline, changes.next()).await;
        assert!(change.is_ok(), "no progress; taken, unsent: {now:?}; of {updates}");
    }
}

/// Everything that was accepted before SIGTERM is answered by the next process: in order, in VK never twice.
#[tokio::test]
async fn a_graceful_stop_under_load_loses_nothing() {
    let database = cluster::database().await;
    let sandbox = Running::sandbox(&[]);
    let (control, address) = (Control::new(&sandbox.base), free_address());
    let mut variables = variables(&sandbox.base, &address, true);
    with_keys(&mut variables, &database.url);
    let serve = Running::serve(&address, &variables, &[]);
    serve.ready().await;
    control.bring_vk(&serve.base).await;
    let calm = script(&control, &database.pool, ACTS.len()).await;
    let people = people(&control, 20).await;
    for act in ACTS.iter() {
        for person in &people {
            control.does(*person, "say", json!({"text": act})).await;
        }
    }
    let said = serve.stop().await;
    assert!(!said.contains(GIVEN_UP), "what it waits for it waits for in time: {said}");
    let serve = Running::serve(&address, &variables, &[]);
    serve.ready().await;
    all_sent(&database.pool, (people.len() + 2) * 4).await;
    for (number, person) in people.iter().enumerate() {
        let wanted = still_worth_saying(&database.pool, *person, &calm[number % 2]).await;
        assert_eq!(control.heard(*person).await, wanted, "person {number}");
        assert!(wanted.len() >= 4, "{wanted:?}");
    }
    let repeats = "select count(*) from delivery where state not in ('sent', 'dropped') and kind <> 'answer'";
    assert_eq!(count(&database.pool, repeats).await, 0);
    serve.stop().await;
}

/// A request that the messenger never answers stays claimed; the lane is given back all the same.
#[tokio::test]
async fn a_stop_does_not_wait_for_a_slow_messenger() {
    let database = cluster::database().await;
    let sandbox = Running::sandbox(&[]);
    let (control, address) = (Control::new(&sandbox.base), free_address());
    let mut variables = variables(&sandbox.base, &address, true);
    with_keys(&mut variables, &database.url);
    let serve = Running::serve(&address, &variables, &[]);
    serve.ready().await;
    let anya = control.person("telegram", "Аня").await;
    let held = control.hold("telegram", "sendMessage").await;
    control.does(anya, "start", json!({})).await;
    control.strikes(held).await;
    let said = serve.stop().await;
    assert!(said.contains("stopping") && !said.contains(GIVEN_UP), "what it waits for it waits for in time: {said}");
    assert_eq!(count(&database.pool, "select count(owner) from lane").await, 0, "the lane is given back");
    assert_eq!(
        count(&database.pool, "select count(*) from delivery where state = 'queued' and claimed_until is not null")
            .await,
        1
    );
}
