//! How fast broadcasts go, and how soon they stop: figures, by hand, over real Postgres and HTTP.
//!
//! `cargo test --release --test it -- --ignored --nocapture cast_figures`, with `CAST_PEOPLE` (default 400) recipients.

use std::sync::Arc;

use provodnik::{cache::Topic, jobs};
use serde_json::json;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::{
    world::{Setup, World},
    world_broadcast::{HOLD, nina},
};

fn size() -> usize {
    std::env::var("CAST_PEOPLE").ok().and_then(|text| text.parse().ok()).unwrap_or(400)
}

/// So many pupils of Surgut with a chat, half of them in each messenger.
async fn crowd(world: &World, count: usize) {
    let mut ids = Vec::new();
    for place in 0..count {
        let phone = world.person(["telegram", "vk"][place % 2], "Ученик").await;
        phone.does("start", json!({})).await;
        ids.push(phone.id.to_string());
        if place % 100 == 99 {
            world.settle().await;
        }
    }
    world.settle().await;
    let pupils = "with crowd as (select person from account where external = any($1)), signed as (
                    update person set kind = 'record', signed_in_at = '2026-09-01' where id in (select person from crowd)
                  )
                  insert into role (id, person, role, class, granted_at)
                  select gen_random_uuid(), person, 'pupil', (
                    select c.id from class c join school s on s.id = c.school join territory t on t.id = s.territory
                    where t.name = 'Сургут' and c.school_year = '2026-2027' limit 1), '2026-09-01' from crowd";
    sqlx::query(pupils).bind(&ids).execute(&world.database.pool).await.unwrap();
}

/// A broadcast to so many that has just been let go, in a world that goes by itself from here on.
async fn let_go(count: usize, paced: bool) -> World {
    let quick = World::new().await;
    let people = quick.seed().await;
    let her = nina(&quick, "vk", &people).await;
    crowd(&quick, count).await;
    her.says("рассылка").await;
    her.presses("Ученикам").await;
    her.says("Завтра в 15:00 экскурсия на завод").await;
    her.presses("Отправить").await;
    quick.frees_lanes().await;
    let (chats, database) = (quick.chats().await, quick.database.clone());
    let world = World::resumed(database, Setup { paced, ..Setup::default() }, chats, 43).await;
    jobs::clock::advance(&world.parts.pool, &world.clock, &world.parts.nudge, HOLD).await.unwrap();
    world
}

/// Runs lanes and jobs as `serve` does, until `over`.
async fn run(world: &World, over: impl AsyncFn(&PgPool) -> bool) {
    let stop = CancellationToken::new();
    let lanes = world.run_lanes(&stop).await;
    let parts = Arc::clone(&world.parts);
    let (parts, over, ended) = (&parts, &over, &stop);
    let step = move || async move {
        let moved = jobs::broadcasts::step(parts).await.unwrap();
        if over(&parts.pool).await {
            ended.cancel();
        }
        moved
    };
    jobs::repeat(parts.nudge.subscribe(Topic::Timers), &parts.dice, stop.clone(), step).await;
    for lane in lanes {
        lane.await.unwrap();
    }
}

async fn number(pool: &PgPool, sql: &'static str) -> f64 {
    sqlx::query_scalar::<_, Option<f64>>(sql).fetch_one(pool).await.unwrap().unwrap_or_default()
}

async fn is_done(pool: &PgPool) -> bool {
    number(pool, "select count(*)::float8 from broadcast where state = 'done'").await > 0.0
}

/// Seconds from the beginning to the last that was sent by this messenger.
const TOOK: &str = "select extract(epoch from max(d.sent_at) - min(b.started_at))::float8
                    from delivery d join broadcast b on b.id = d.broadcast";
const TOOK_VK: &str = "select extract(epoch from max(d.sent_at) - min(b.started_at))::float8
                       from delivery d join broadcast b on b.id = d.broadcast where d.lane like 'vk:%'";
const SENT: &str = "select count(*)::float8 from delivery where broadcast is not null and state = 'sent'";

/// Seconds that four fifths of the slower messenger's pace need for its half.
fn ideal(count: usize) -> f64 {
    count as f64 / 2.0 / 16.0
}

async fn refused(world: &World) -> usize {
    world
        .sandbox
        .log()
        .await
        .iter()
        .filter(|entry| entry.status == 429 || entry.answer.contains("\"error_code\":6"))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures"]
async fn at_the_real_limits() {
    let count = size();
    let world = let_go(count, true).await;
    run(&world, is_done).await;
    let pool = &world.database.pool;
    let (took, sent) = (number(pool, TOOK).await, number(pool, SENT).await);
    let refused = refused(&world).await;
    eprintln!(
        "{sent} of {count} in {took:.1} s, ideal {:.1} s: {:.3}; 429s {refused}",
        ideal(count),
        took / ideal(count)
    );
    assert_eq!((sent as usize, refused), (count, 0));
    assert!(took <= ideal(count) * 1.01 + 2.0, "the last second's worth goes out at once at the beginning");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures"]
async fn with_the_limits_lifted() {
    let count = size();
    let world = let_go(count, false).await;
    run(&world, is_done).await;
    let pool = &world.database.pool;
    let (took, sent) = (number(pool, TOOK).await, number(pool, SENT).await);
    eprintln!("{sent} of {count} in {took:.2} s: {:.0} a second, sent and settled", sent / took);
    assert_eq!(sent as usize, count);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures"]
async fn a_quarter_opts_out_in_the_middle() {
    let count = size().min(1_500);
    let world = let_go(count, true).await;
    let pool = &world.database.pool;
    let third = count as f64 / 3.0;
    run(&world, async |pool| number(pool, SENT).await > third).await;
    // Those who have it, or whose message is in the air, opt out as well: to them nothing more is begun either.
    let opts_out = "with out as (
                      update account_person ap set opted_out = true
                      where ap.person in (select person from delivery where broadcast is not null order by md5(id::text) limit $1)
                      returning account
                    ) select a.chat from account a join out on out.account = a.id";
    let stop = CancellationToken::new();
    let lanes = world.run_lanes(&stop).await;
    let out: Vec<String> =
        sqlx::query_scalar(opts_out).bind(i64::try_from(count / 4).unwrap()).fetch_all(pool).await.unwrap();
    let after = world.sandbox.log().await.last().map_or(0, |entry| entry.seq);
    stop.cancel();
    for lane in lanes {
        lane.await.unwrap();
    }
    run(&world, is_done).await;
    let log = world.sandbox.log().await;
    let began = log.iter().filter(|entry| {
        let to = entry.params.get("chat_id").or_else(|| entry.params.get("peer_ids"));
        entry.seq > after && to.is_some_and(|to| out.contains(&to.to_string().replace('"', "")))
    });
    let began = began.count();
    eprintln!("{} of {count} opted out; sends begun after that: {began}", out.len());
    assert_eq!(began, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "figures"]
async fn a_storm_of_429_slows_its_own_lane_only() {
    let count = size();
    let world = let_go(count, true).await;
    world.fault(json!({"channel": "telegram", "kind": "rate", "retry_after": 5, "for": 10})).await;
    run(&world, is_done).await;
    let took = number(&world.database.pool, TOOK_VK).await;
    eprintln!("VK: {took:.1} s beside the storm, ideal {:.1} s: {:.0} %", ideal(count), 100.0 * ideal(count) / took);
    assert!(ideal(count) / took >= 0.95 || took - ideal(count) < 2.0);
    assert_eq!(number(&world.database.pool, SENT).await as usize, count);
}
