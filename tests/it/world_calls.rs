//! Calls outside: nobody waits behind a robot that is slow for somebody else, and nobody waits for ever.

use provodnik::jobs::calls::{self, Queue};
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    changes::until,
    world::{Phone, World},
};

const OPEN: &str = "select count(*) from outside_call";

/// Somebody who has said a number, and is asked whose it is.
async fn with_number<'w>(world: &'w World, code: &str, phone: &str) -> Phone<'w> {
    let pupil = world.signed_in("telegram", "Аня", code).await;
    pupil.says(phone).await;
    assert!(pupil.last().await.contains("Чей это телефон"));
    pupil
}

/// What a worker does about calls; it ends its calls in hand.
fn worker(world: &World, stop: &CancellationToken) -> JoinSet<()> {
    let run = |queue| calls::run(queue, world.parts.clone(), world.outside.clone(), stop.clone());
    Queue::ALL.into_iter().map(run).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_robot_keeps_nobody_else_waiting() {
    let world = World::new().await;
    let codes = world.codes(3).await;
    let anya = with_number(&world, &codes[0], "9161234567").await;
    anya.presses("Мой").await;
    anya.sees(&["Минутку", "сейчас позвонит робот", "4 последние цифры"]).await;
    let (borya, vera) =
        (with_number(&world, &codes[1], "9261234568").await, with_number(&world, &codes[2], "9031234569").await);
    world.fault(json!({"channel": "autodial", "kind": "hold", "chat": 79_261_234_568_i64})).await;
    let stop = CancellationToken::new();
    let worker = worker(&world, &stop);
    borya.does("press", json!({"label": "Мой"})).await;
    let pool = &world.database.pool;
    until(pool, &["challenge"], "the robot is asked to call him", async || {
        (world.count("select count(*) from challenge where state = 'dialling'").await == 1).then_some(())
    })
    .await;

    let lent = "select count(*) from outside_call where claimed_until < clock_timestamp() + interval '20 s'";
    assert_eq!(world.count(lent).await, 1, "should his worker die, another soon carries on");
    world.settle().await;
    borya.sees(&["Минутку, проверяю номер"]).await;

    let digits = world.rang("79161234567").await.unwrap();
    anya.does("say", json!({"text": digits})).await;
    vera.does("press", json!({"label": "Мой"})).await;
    until(pool, &["verification", "outside_call"], "one is proved, another rings, and he alone waits", async || {
        let proved = world.count("select count(*) from verification where state = 'verified'").await == 1;
        (proved && world.rang("79031234569").await.is_some() && world.count(OPEN).await <= 1).then_some(())
    })
    .await;
    assert_eq!(world.count(OPEN).await, 1, "his call is still on its way");
    world.repair().await;
    stop.cancel();
    worker.join_all().await;
    world.settle().await;
    anya.sees(&["Номер подтверждён", "телефон подтверждён"]).await;
    borya.sees(&["сейчас позвонит робот", "4 последние цифры"]).await;
    vera.sees(&["Минутку", "сейчас позвонит робот", "4 последние цифры"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_can_never_be_made_is_given_up_at_once() {
    let world = World::new().await;
    let code = world.codes(1).await.remove(0);
    let anya = with_number(&world, &code, "9161234567").await;
    anya.does("press", json!({"label": "Мой"})).await;
    world.sandbox.delivered().await;
    sqlx::query("update outside_call set args = 'junk'").execute(&world.database.pool).await.unwrap();
    world.settle().await;
    anya.sees(&["Минутку", "Робот сейчас не может звонить…[Попробовать ещё раз] [Оставить заявку] [Позже]"]).await;
    anya.presses("Попробовать ещё раз").await;
    anya.sees(&["Минутку", "сейчас позвонит робот", "4 последние цифры"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails_again_and_again_is_given_up_in_the_end() {
    let world = World::new().await;
    let code = world.codes(1).await.remove(0);
    let anya = with_number(&world, &code, "9161234567").await;
    let rename = async |from: &str, to: &str| {
        let sql = format!("alter table {from} rename to {to}");
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&world.database.pool).await.unwrap();
    };
    rename("verification_reply", "gone").await;
    anya.presses("Мой").await;
    anya.sees(&["Минутку"]).await;
    for _ in 0..3 {
        world.hurry().await;
        anya.sees(&[]).await;
    }
    world.hurry().await;
    anya.sees(&["Робот сейчас не может звонить…[Попробовать ещё раз]"]).await;
    rename("gone", "verification_reply").await;
    anya.presses("Попробовать ещё раз").await;
    anya.sees(&["Минутку", "сейчас позвонит робот", "4 последние цифры"]).await;

    let digits = world.rang("79161234567").await.unwrap();
    rename("verification_reply", "gone").await;
    anya.says(&digits).await;
    for _ in 0..4 {
        anya.sees(&[]).await;
        world.hurry().await;
    }
    anya.sees(&["Эти цифры уже не подходят…[Позвонить ещё раз]"]).await;
    rename("gone", "verification_reply").await;
    world.done().await;
}
