//! Many people at once, a database that goes away in the middle, a cache that forgets.

use provodnik::cache::{Cache, PREFIX};
use serde_json::json;
use sqlx::Executor;

use crate::{
    cache::Redis,
    cluster,
    running::PATIENCE,
    world::{Intake, Phone, Setup, World, everywhere},
};

async fn first_three_steps(phone: &Phone<'_>, code: &str) {
    phone.does("start", json!({})).await;
    phone.does("say", json!({"text": code})).await;
    phone.does("say", json!({"text": "9161234567"})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_people_at_once_are_each_served_in_order() {
    for intake in [Intake::Brought, Intake::Asked] {
        let world = World::with(Setup { intake, ..Setup::default() }).await;
        let codes = world.codes(30).await;
        let mut crowd = Vec::new();
        for nth in 0..30 {
            crowd.push(world.person(["telegram", "vk"][nth % 2], "Кто-то").await);
        }
        futures_util::future::join_all(crowd.iter().zip(&codes).map(|(phone, code)| first_three_steps(phone, code)))
            .await;
        world.settle().await;
        for phone in &crowd {
            phone
                .sees(&[
                    "Привет! Я проводник",
                    "Пришли код с карточки",
                    "Привет…Теперь ты в программе",
                    "Остался один шаг",
                    "номер мобильного",
                    "Чей это телефон?",
                ])
                .await;
        }
        assert_eq!(world.count("select count(*) from account").await, 30);
        assert_eq!(world.count("select count(distinct person) from account").await, 30);
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_pupil_who_speaks_in_both_messengers_at_once_is_answered_in_each() {
    for intake in [Intake::Brought, Intake::Asked] {
        let world = World::with(Setup { intake, ..Setup::default() }).await;
        let code = world.codes(1).await.remove(0);
        let here = world.signed_in("telegram", "Аня", &code).await;
        here.says("другой мессенджер").await;
        let shown = here.unread().await.remove(0);
        let link = shown.split("код: ").nth(1).unwrap().split_whitespace().next().unwrap();
        let there = world.signed_in("vk", "Аня", link).await;
        here.unread().await;
        for _ in 0..5 {
            tokio::join!(here.does("say", json!({"text": "помощь"})), there.does("say", json!({"text": "помощь"})));
        }
        world.settle().await;
        // Nothing went out in between, and what was asked for over and over is said once.
        for phone in [&here, &there] {
            phone.sees(&["Я помогаю войти", "Не получается?", "номер мобильного"]).await;
        }
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_faster_than_we_may_answer_gets_help_soon() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let anya = world.person(channel, "Аня").await;
        anya.starts().await;
        anya.unread().await;
        for _ in 0..50 {
            anya.does("say", json!({"text": "а"})).await;
        }
        anya.does("say", json!({"text": "помощь"})).await;
        world.sandbox.delivered().await;
        let waiting = world.count("select count(*) from delivery where state = 'queued'").await;
        assert!(waiting < 10, "{waiting} messages wait");
        assert_eq!(world.count("select count(*) from inbox").await, 52);
        world.settle().await;
        let seen = anya.unread().await;
        assert_eq!(seen.len() as i64, waiting);
        assert!(seen.iter().any(|said| said.contains("Я помогаю войти")), "{seen:#?}");
        assert!(seen.last().unwrap().contains("Пришли код"), "{seen:#?}");
        world.done().await;
    }
}

/// The database throws the turn's connection out at this statement, twice: as if it were restarted.
async fn dies_at(world: &World, table: &str) {
    let trap = format!(
        "drop function if exists die cascade; drop sequence if exists deaths; create sequence deaths;
         create function die() returns trigger language plpgsql as
         $$begin if nextval('deaths') <= 2 then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end$$;
         create trigger die after insert on {table} execute function die();"
    );
    world.database.pool.execute(sqlx::AssertSqlSafe(trap)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_in_mid_turn_is_brought_the_update_again() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.person(channel, "Аня").await;
        dies_at(world, "delivery").await;
        anya.starts().await;
        anya.sees(&["Привет! Я проводник", "Пришли код с карточки"]).await;
        dies_at(world, "inbox").await;
        anya.says(&code).await;
        anya.sees(&["Привет", "Остался один шаг", "номер мобильного"]).await;
        // Both lives were spent: the updates were not acknowledged, came again, and acted once.
        assert_eq!(world.count("select last_value from deaths").await, 3);
        assert_eq!(world.count("select count(*) from inbox").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_between_two_turns_are_made_again() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.person(channel, "Аня").await;
        for (text, words) in [("/start", "Пришли код"), (code.as_str(), "номер мобильного"), ("9161234567", "Чей это")]
        {
            let cut = "select pg_terminate_backend(pid) from pg_stat_activity
                       where datname = current_database() and pid <> pg_backend_pid()";
            world.database.pool.execute(cut).await.unwrap();
            anya.says(text).await;
            assert!(anya.last().await.contains(words));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_forgets_and_then_dies_loses_and_doubles_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut redis) = Redis::start(dir.path()) else { return };
    let cache = Cache::redis(&redis.url.clone().into(), PREFIX, PATIENCE).unwrap();
    let world = World::beside(cache, cluster::database().await, Setup::default()).await;
    let codes = world.codes(2).await;
    let client = redis::Client::open(redis.url.clone()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    for (channel, code) in ["telegram", "vk"].into_iter().zip(&codes) {
        let anya = world.person(channel, "Аня").await;
        for (text, words) in [
            ("начать", &["Привет! Я проводник", "Пришли код"][..]),
            (code, &["Привет", "Остался один шаг", "номер мобильного"]),
            ("9161234567", &["Чей это телефон?"]),
            ("мой", &["Минутку", "сейчас позвонит робот", "4 последние цифры"]),
        ] {
            redis::cmd("FLUSHALL").exec_async(&mut admin).await.unwrap();
            anya.says(text).await;
            anya.sees(words).await;
        }
        if channel == "telegram" {
            anya.says(&world.rang("79161234567").await.unwrap()).await;
            anya.sees(&["Номер подтверждён", "телефон подтверждён"]).await;
        }
    }
    redis.stop();
    let borya = world.vk("Боря").await;
    borya.starts().await;
    borya.sees(&["Привет! Я проводник", "Пришли код"]).await;
    world.done().await;
}
