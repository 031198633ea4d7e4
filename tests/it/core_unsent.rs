//! What was taken out to be sent, and could not be sent since the database failed before anything flew.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use provodnik::store::deliveries::{Class, NewDelivery};
use sqlx::Executor;

use crate::{
    core_lane::{message, put, states},
    core_room::{Platform, Room, at},
};

/// Two who are in their night, and one who is not. To one of the two something was sent by a process that died.
async fn a_night(room: &Room) {
    let gentle = |chat, zone: &str| NewDelivery {
        zone: Some(zone.to_owned()),
        ..message(room, chat, Class::Reminder, "home-hello")
    };
    put(room, &[gentle("7", "America/Los_Angeles"), gentle("8", "America/Los_Angeles"), gentle("9", "Europe/Moscow")])
        .await;
    room.pool.execute("update delivery set void_key = 'key of ' || chat").await.unwrap();
    died_with(room, "8").await;
}

/// As a process leaves a message that dies while it flies.
async fn died_with(room: &Room, chat: &str) {
    let flew = "update delivery set claimed_until = '-infinity', first_try_at = made_at where chat = $1";
    sqlx::query(flew).bind(chat).execute(&room.pool).await.unwrap();
}

/// How many messages were counted that may have been shown twice.
fn repeats(recorder: &PrometheusRecorder) -> u64 {
    let metrics = recorder.handle().render();
    let mut counts = metrics.lines().filter(|line| line.starts_with("possible_repeats_total{"));
    counts.next().map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}

#[tokio::test]
async fn what_could_not_be_put_off_is_put_off_at_once_and_nobody_wonders_whether_it_was_sent() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let (room, platform) = (Room::new().await, Platform::new().await);
    a_night(&room).await;
    let trap = "create sequence deaths;
        create function die() returns trigger language plpgsql as
        $$begin if nextval('deaths') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return new; end$$;
        create trigger die before update on delivery for each row when (new.due > old.due) execute function die();";
    room.pool.execute(trap).await.unwrap();
    let mut lane = room.lane(&platform, 0);
    assert!(lane.beat().await.is_err());
    while lane.beat().await.unwrap().claimed > 0 {}
    assert_eq!(platform.heard(), [("9".to_owned(), "Привет".to_owned())]);
    let morning =
        "select count(*) from delivery where state <> 'sent' and due = '2026-11-22T09:00:00-08:00' and claim is null";
    assert_eq!(room.count(morning).await, 2);
    assert_eq!(repeats(&recorder), 1, "of the one that flew");
    room.clock.advance(at("2026-11-22T09:00:00-08:00") - room.clock.now());
    while lane.beat().await.unwrap().claimed > 0 {}
    assert_eq!(states(&room).await, ["sent"; 3]);
    assert_eq!(platform.heard().len(), 3);
    assert_eq!(repeats(&recorder), 1, "once");
}

#[tokio::test]
async fn what_could_not_be_put_into_words_for_want_of_a_database_goes_as_soon_as_there_is_one() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let (room, platform) = (Room::new().await, Platform::new().await);
    a_night(&room).await;
    room.clock.advance(at("2026-11-22T09:00:00-08:00") - room.clock.now());
    room.pool.execute("alter table notice_void rename to gone").await.unwrap();
    let mut lane = room.lane(&platform, 0);
    assert!(lane.beat().await.is_err());
    assert_eq!(platform.heard().len(), 0);
    room.pool.execute("alter table gone rename to notice_void").await.unwrap();
    while lane.beat().await.unwrap().claimed > 0 {}
    assert_eq!(states(&room).await, ["sent"; 3]);
    assert_eq!(platform.heard().len(), 3);
    assert_eq!(repeats(&recorder), 1, "of the one that flew");
    assert_eq!(room.count("select sum(tries)::bigint from delivery").await, 0);
}
