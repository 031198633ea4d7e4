//! Three replicas over one Postgres and one Redis, updates at random, one killed in the middle and not brought back.
//!
//! How soon others take over is printed, not judged: a busy machine is slow. Judged is that they need not wait for a lease to
//! run out: those of whoever is killed never do here.

use std::time::Duration;

use chrono::{DateTime, Utc};
use provodnik::clock::{Clock, tick};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    account::{account, keep_journal, may_repeat},
    cache::Redis,
    changes::until,
    cluster,
    fleet::{Fleet, taken_and_sent, talk_patiently},
    region,
    running::Control,
};

const PEOPLE: usize = 40;
const ACTS_EACH: usize = 8;
const PHONE: &str = "+79161110001";

/// The code of a pupil of the demo region.
async fn pupil(pool: &PgPool) -> String {
    let clock = region::some_day(pool).await;
    let mut people = region::seeded(pool, &clock).await.into_iter();
    people.find_map(|person| person.code.filter(|_| person.role == "pupil" && person.account.is_none())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_three_dies_and_nothing_is_lost_doubled_or_disordered() {
    let dir = tempfile::tempdir().unwrap();
    let Some(redis) = Redis::start(dir.path()) else { return };
    let database = cluster::database().await;
    let mut fleet = Fleet::start(3, &database.url, &redis.url).await;
    keep_journal(&database.pool).await;
    let calm = fleet.calm(&database.pool, ACTS_EACH).await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(fleet.control.person(["telegram", "vk"][number % 2], "Некто").await);
    }
    let talk = talk_patiently(fleet.control.clone(), people.clone(), calm.clone());
    let all = (PEOPLE + 2) * ACTS_EACH;
    let death = async {
        fleet.balancer.acknowledged().wait_for(|count| *count >= all / 2).await.unwrap();
        let owner = fleet.owner(&database.pool, "telegram").await;
        let fences = fences(&database.pool).await;
        let last_breath = Clock::system().now();
        fleet.kill_9(fleet.number_of(owner)).await;
        let killed = tick();
        keeps_for_ever(&database.pool, owner).await;
        // Each lane of the dead one goes to another once.
        let moved = until(&database.pool, &["lane"], "the lane has moved", async || {
            let now = self::fences(&database.pool).await;
            (now[0].1 > fences[0].1 && now[0].2).then_some(now)
        })
        .await;
        eprintln!("the lane moved {:?} after the kill", killed.elapsed());
        assert_eq!(moved[0].1, fences[0].1 + 1, "it moved once");
        last_breath
    };
    let ((), last_breath) = tokio::join!(talk, death);
    taken_and_sent(&database.pool, all).await;
    fleet.balancer.repeat_the_rest().await;
    taken_and_sent(&database.pool, all).await;
    let account = account(&fleet.control, &database.pool, &people, &calm).await;
    account.is_right(PEOPLE, &calm, 0);
    // Those that live have taken over all that was on its way, and count it as it is.
    // What the one that died counted in its last moment nobody has read.
    assert!(fleet.possible_repeats().await <= u64::try_from(may_repeat(&database.pool).await).unwrap());
    eprintln!("Telegram heard nothing for {:?}", silence(&fleet.control, last_breath).await);
    fleet.stop().await;
}

/// What this process holds runs out no more: the lanes, what is on its way in them, the calls. Only who sees that it is gone takes
/// over.
async fn keeps_for_ever(pool: &PgPool, dead: Uuid) {
    let held = "
        with lanes as (update lane set until = 'infinity' where owner = $1 returning id),
             calls as (update outside_call set claimed_until = 'infinity' where claim = $1)
        update delivery d set claimed_until = 'infinity' from lanes where d.lane = lanes.id and d.claimed_until is not null";
    sqlx::query(held).bind(dead).execute(pool).await.unwrap();
}

/// The longest pause between two messages to Telegram from a moment on, as the stand-in saw them.
async fn silence(control: &Control, from: DateTime<Utc>) -> Duration {
    let log = control.get("log").await;
    let sends = log.as_array().unwrap().iter();
    let sends = sends.filter(|entry| entry["name"].as_str().unwrap().eq_ignore_ascii_case("sendMessage"));
    let moments = sends.map(|entry| entry["at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap());
    let moments: Vec<_> = std::iter::once(from).chain(moments.filter(|at| *at > from)).collect();
    assert!(moments.len() > 1, "nothing was sent after the kill");
    moments.windows(2).map(|pair| (pair[1] - pair[0]).to_std().unwrap_or_default()).max().unwrap()
}

/// Each lane: its name, its fence, whether it is owned.
async fn fences(pool: &PgPool) -> Vec<(String, i64, bool)> {
    let rows = sqlx::query_as("select id, fence, owner is not null from lane order by id");
    rows.fetch_all(pool).await.unwrap()
}

/// The process that is just asking for a ring is killed: another takes its call over, and the phone rings once.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_while_it_dials_is_replaced_and_the_phone_rings_once() {
    let dir = tempfile::tempdir().unwrap();
    let Some(redis) = Redis::start(dir.path()) else { return };
    let database = cluster::database().await;
    let code = pupil(&database.pool).await;
    let mut fleet = Fleet::start(3, &database.url, &redis.url).await;
    let control = fleet.control.clone();
    let pupil = control.person("telegram", "Канарейкина").await;
    control.does(pupil, "say", json!({"text": code})).await;
    control.hears(pupil, "Напиши номер мобильного").await;
    control.does(pupil, "say", json!({"text": PHONE})).await;
    control.hears(pupil, "Чей это телефон").await;
    control.post("faults", json!({"channel": "autodial", "kind": "timeout", "count": 1})).await;
    control.does(pupil, "press", json!({"label": "Мой"})).await;
    // It rings, and whoever asked for that does not know it yet.
    let rang = control.until("a call", async || control.rang(PHONE).await.pop()).await;
    let dials = "select claim from outside_call where claim is not null";
    let dialler: Uuid = sqlx::query_scalar(dials).fetch_one(&database.pool).await.unwrap();
    fleet.kill_9(fleet.number_of(dialler)).await;
    let killed = tick();
    keeps_for_ever(&database.pool, dialler).await;
    control.hears(pupil, "Пришли 4 последние цифры").await;
    eprintln!("asked for the digits {:?} after the kill", killed.elapsed());
    control.does(pupil, "say", json!({"text": rang})).await;
    control.hears(pupil, "телефон подтверждён").await;
    assert_eq!(control.rang(PHONE).await.len(), 1, "it rings once");
    fleet.stop().await;
}
