//! Limits on what comes in: a child in a hurry, somebody who tries secrets, two replicas that count together.

use std::time::Duration;

use chrono::TimeDelta;
use provodnik::cache::{Cache, PREFIX};
use serde_json::{Value, json};

use crate::{
    cache::Redis,
    cluster,
    running::PATIENCE,
    world::{Phone, Setup, World, everywhere},
};

const HASTY: &str = "Не так быстро! Последние сообщения я не успел прочитать";

async fn times_told(phone: &Phone<'_>) -> usize {
    phone.unread().await.iter().filter(|text| text.contains(HASTY)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_who_presses_a_hundred_times_is_told_once_and_then_helped() {
    everywhere(async |world, channel| {
        let (anya, borya) = (world.person(channel, "Аня").await, world.person(channel, "Боря").await);
        anya.starts().await;
        anya.unread().await;
        for _ in 0..100 {
            anya.does("press", json!({"label": "Нет кода"})).await;
        }
        borya.does("start", json!({})).await;
        world.settle().await;
        let seen = anya.unread().await;
        assert_eq!(seen.iter().filter(|text| text.contains(HASTY)).count(), 1, "{seen:#?}");
        assert!(seen.len() < 12, "{seen:#?}");
        assert_eq!(world.count("select count(*) from inbox").await, 102, "all was taken in");
        borya.sees(&["Привет! Я проводник", "Пришли код"]).await;
        // A second later there is room for one act, and she has been told within this minute.
        anya.says("помощь").await;
        assert!(anya.unread().await.iter().any(|text| text.contains("Я помогаю войти")));
        anya.does("say", json!({"text": "помощь"})).await;
        world.settle().await;
        anya.sees(&[]).await;
        world.advance(TimeDelta::minutes(1)).await;
        anya.does("say", json!({"text": "помощь"})).await;
        world.settle().await;
        assert_eq!(times_told(&anya).await, 1);
        world.watch.advance(Duration::from_secs(60));
        for _ in 0..20 {
            anya.says("помощь").await;
            assert!(anya.unread().await.iter().any(|text| text.contains("Я помогаю войти")));
        }
        world.done().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_repeats_itself_is_not_the_person() {
    let world = World::new().await;
    let anya = world.telegram("Аня").await;
    anya.starts().await;
    anya.unread().await;
    for _ in 0..100 {
        assert_eq!(world.brings("telegram", said(&anya, 900_001, "помощь")).await.0, 200);
    }
    assert_eq!(anya.unread().await.iter().filter(|text| text.contains("Я помогаю войти")).count(), 1);
    for number in 0..58 {
        world.brings("telegram", said(&anya, 900_100 + number, "меню")).await;
    }
    assert_eq!(times_told(&anya).await, 0, "sixty acts, however often they were brought");
    anya.does("say", json!({"text": "меню"})).await;
    world.settle().await;
    assert_eq!(times_told(&anya).await, 1);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_not_held_against_the_person() {
    let world = World::new().await;
    let anya = world.telegram("Аня").await;
    anya.starts().await;
    anya.unread().await;
    let rename = async |from: &str, to: &str| {
        let sql = format!("alter table {from} rename to {to}");
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&world.database.pool).await.unwrap();
    };
    rename("conversation", "gone").await;
    // In vain, far oftener than the limit lets anybody through.
    for _ in 0..100 {
        assert_eq!(world.brings("telegram", said(&anya, 900_001, "помощь")).await.0, 503);
    }
    rename("gone", "conversation").await;
    assert_eq!(world.brings("telegram", said(&anya, 900_001, "помощь")).await.0, 200);
    assert!(anya.unread().await.iter().any(|text| text.contains("Я помогаю войти")));
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tries_secrets_soon_gets_nothing_and_takes_nothing_from_others() {
    let world = World::new().await;
    let anya = world.telegram("Аня").await;
    let answers = async |count: usize| {
        let mut answers = Vec::new();
        for number in 0..count {
            answers.push(world.knocks(["telegram", "vk"][number % 2], &format!("guess-{number}")).await);
        }
        answers
    };
    let first = answers(30).await;
    assert!(first.iter().all(|status| [401, 403].contains(status)), "{first:?}");
    let more = answers(200).await;
    assert!(more.iter().all(|status| *status == 429), "{more:?}");
    // The messengers call from the same address here.
    anya.starts().await;
    anya.sees(&["Привет! Я проводник", "Пришли код"]).await;
    world.watch.advance(Duration::from_secs(2));
    assert_eq!(answers(2).await, [401, 429]);
    assert_eq!(world.count("select count(*) from inbox").await, 1);
    world.done().await;
}

/// Two replicas over one Postgres and one Redis: what comes to either counts for both.
#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_share_one_count() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut redis) = Redis::start(dir.path()) else { return };
    let url = redis.url.clone().into();
    let cache = || Cache::redis(&url, PREFIX, PATIENCE).unwrap();
    let one = World::beside(cache(), cluster::database().await, Setup::default()).await;
    let other = one.replica(cache()).await;
    let anya = one.telegram("Аня").await;
    anya.starts().await;
    other.watch.advance(Duration::from_secs(1));
    for number in 0..59 {
        let here = [&one, &other][number % 2];
        here.brings("telegram", said(&anya, 900_000 + number as i64, "меню")).await;
    }
    one.settle().await;
    assert_eq!(times_told(&anya).await, 0);
    other.brings("telegram", said(&anya, 900_100, "меню")).await;
    one.settle().await;
    assert_eq!(times_told(&anya).await, 1, "the sixty-first, wherever it came to");

    for number in 0..30 {
        assert_eq!([&one, &other][number % 2].knocks("telegram", "guess").await, 401);
    }
    for world in [&one, &other] {
        assert_eq!(world.knocks("telegram", "guess").await, 429);
    }
    // Without Redis each counts for itself, and nobody is refused for its loss.
    redis.stop();
    one.watch.advance(Duration::from_secs(60));
    for number in 0..30 {
        one.brings("telegram", said(&anya, 901_000 + number, "меню")).await;
    }
    assert_eq!(times_told(&anya).await, 0);
    one.done().await;
}

fn said(phone: &Phone<'_>, update: i64, text: &str) -> Value {
    let (from, chat) =
        (json!({"id": phone.id, "is_bot": false, "first_name": "Аня"}), json!({"id": phone.id, "type": "private"}));
    json!({"update_id": update, "message": {
        "message_id": update, "date": 1_790_000_000, "text": text, "from": from, "chat": chat}})
}
