//! Signals: raised in anybody's transaction, brought once, kept until somebody waits for them.

use chrono::TimeDelta;
use provodnik::{
    cache::Topic,
    ids::PersonId,
    jobs::{signals, timers},
    message::{Args, Value},
    signal::{Signal, raise},
    store,
    turn::{Taken, take},
};
use uuid::Uuid;

use crate::core_room::{Room, says};

async fn person(room: &Room) -> PersonId {
    let id = sqlx::query_scalar::<_, Uuid>("select person from account where external = '7'");
    PersonId(id.fetch_one(&room.pool).await.unwrap())
}

async fn approve(room: &Room, id: u128, agreed: bool) -> bool {
    let now = room.clock.now();
    let signal = Signal {
        id: Uuid::from_u128(id),
        person: person(room).await,
        name: "approval".to_owned(),
        about: None,
        brings: Args::from([("agreed".to_owned(), Value::Flag(agreed))]),
        until: now + TimeDelta::days(7),
    };
    let mut tx = store::begin(&room.pool).await.unwrap();
    let new = raise(&mut tx, &room.parts.vault, signal, now).await.unwrap();
    tx.commit().await.unwrap();
    new
}

async fn waiting() -> Room {
    let room = Room::new().await;
    take(&room.parts, &[says(1, "7", "/parent")]).await.unwrap();
    assert_eq!(take(&room.parts, &[says(2, "7", "да")]).await.unwrap(), [Taken::Done]);
    room
}

async fn left(room: &Room) -> i64 {
    room.count("select count(*) from signal").await
}

#[tokio::test]
async fn a_signal_is_brought_once_however_often_it_is_raised() {
    let room = waiting().await;
    assert!(approve(&room, 1, true).await);
    assert!(!approve(&room, 1, false).await, "the same once more");
    let (one, other) = tokio::join!(signals::bring_open(&room.parts), signals::bring_open(&room.parts));
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    assert_eq!(room.said("7").await[..2], ["parent-sure", "parent-agreed"]);
    assert_eq!(left(&room).await, 0);
    let waits = "select count(*) from timer where alarm = '\"over\"'";
    assert_eq!(room.count(waits).await, 0, "it is waited for no more");
}

#[tokio::test]
async fn one_that_comes_too_soon_waits_for_its_listener() {
    let room = Room::new().await;
    take(&room.parts, &[says(1, "7", "/parent")]).await.unwrap();
    approve(&room, 1, true).await;
    assert_eq!(signals::bring_open(&room.parts).await.unwrap(), 1);
    assert_eq!(signals::bring_open(&room.parts).await.unwrap(), 0, "nobody waits for it, so it is not brought");
    assert_eq!(room.said("7").await, ["parent-sure"]);
    let mut bell = room.parts.nudge.subscribe(Topic::Timers);
    take(&room.parts, &[says(2, "7", "да")]).await.unwrap();
    bell.next().await;
    assert_eq!(signals::bring_open(&room.parts).await.unwrap(), 1);
    assert_eq!(room.said("7").await[..2], ["parent-sure", "parent-agreed"]);
    assert_eq!(left(&room).await, 0);
}

#[tokio::test]
async fn what_nobody_waits_for_in_time_is_forgotten() {
    let room = waiting().await;
    room.clock.advance(TimeDelta::days(3));
    assert_eq!(timers::fire_due(&room.parts).await.unwrap(), 1);
    assert_eq!(room.said("7").await[..2], ["parent-sure", "parent-late"]);
    approve(&room, 1, true).await;
    assert_eq!(signals::bring_open(&room.parts).await.unwrap(), 1);
    signals::purge(&room.pool, &room.clock).await.unwrap();
    assert_eq!(left(&room).await, 1);
    room.clock.advance(TimeDelta::days(7));
    signals::purge(&room.pool, &room.clock).await.unwrap();
    assert_eq!(left(&room).await, 0);
}

#[tokio::test]
async fn what_it_brings_is_sealed_and_what_does_not_open_is_worth_nothing() {
    let room = waiting().await;
    approve(&room, 1, true).await;
    assert_eq!(room.count("select count(*) from signal where position('agreed'::bytea in brings) > 0").await, 0);
    sqlx::query("update signal set brings = 'junk'").execute(&room.pool).await.unwrap();
    assert_eq!(signals::bring_open(&room.parts).await.unwrap(), 1);
    assert_eq!(left(&room).await, 0);
    assert_eq!(room.said("7").await, ["parent-sure"]);
}

#[tokio::test]
async fn what_follows_a_signal_wakes_nobody() {
    let room = waiting().await;
    room.clock.advance(TimeDelta::hours(13));
    approve(&room, 1, true).await;
    signals::bring_open(&room.parts).await.unwrap();
    let by_day = "select count(*) from delivery where zone is not null and due = '2026-11-23T09:00:00+03:00'";
    let said = room.said("7").await.len() - 1;
    assert!(said >= 1 && usize::try_from(room.count(by_day).await).unwrap() == said, "one in the morning is no time");
}
