//! Stages and reminders: at the local hour, once, and not to who has closed the stage.

use chrono::{DateTime, TimeDelta, Utc};
use provodnik::{ids::PersonId, jobs, season};
use serde_json::json;

use crate::world::{Phone, World, everywhere, seeded};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn until(world: &World, moment: &str) {
    world.advance(at(moment) - world.clock.now()).await;
}

/// A pupil of the demo region, signed in, who puts the phone off.
async fn pupil<'w>(world: &'w World, channel: &str, code: &str) -> Phone<'w> {
    let phone = world.signed_in(channel, "Кто-то", code).await;
    phone.presses("Позже").await;
    phone.unread().await;
    phone
}

/// Of the newest account of that phone's messenger.
async fn person(world: &World, phone: &Phone<'_>) -> PersonId {
    let id = sqlx::query_scalar("select person from account where external = $1").bind(phone.id.to_string());
    PersonId(id.fetch_one(&world.database.pool).await.unwrap())
}

async fn close(world: &World, person: PersonId, stage: &str) -> bool {
    let mut db = world.database.pool.acquire().await.unwrap();
    season::close(&mut db, person, ("2026-2027", stage), "test", world.clock.now()).await.unwrap()
}

const ENGAGE: &str = "Осталось 3 дня: этап «Увлекаюсь» закрывается 10 октября…[Мой трек]";

#[tokio::test(flavor = "multi_thread")]
async fn each_zone_is_reminded_at_its_own_ten_oclock_and_once() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let move_east = "update territory set zone = 'Asia/Vladivostok' where zone = 'Asia/Kamchatka'";
        sqlx::query(move_east).execute(&world.database.pool).await.unwrap();
        let west = pupil(world, channel, &seeded(&people, "Марк")).await;
        let east = pupil(world, channel, &seeded(&people, "Айна")).await;

        until(world, "2026-10-07T09:59:59+10:00").await;
        east.sees(&[]).await;
        until(world, "2026-10-07T10:00:00+10:00").await;
        east.sees(&[ENGAGE]).await;
        west.sees(&[]).await;
        until(world, "2026-10-07T09:59:59+02:00").await;
        west.sees(&[]).await;
        until(world, "2026-10-07T10:00:00+02:00").await;
        west.sees(&[ENGAGE]).await;
        until(world, "2026-10-07T20:00:00+02:00").await;
        west.sees(&[]).await;
        east.sees(&[]).await;

        // The button begins the track, and what was open is asked again. It is tomorrow there by now.
        east.presses("Мой трек").await;
        east.sees(&["Твой трек 2026-2027…👉 Увлекаюсь: профориентационный урок и отзыв о нём. До 10 октября, осталось 2 дня…▫️ Понимаю, до 16 октября…▫️ Планирую, до 15 февраля", "Айна, осталось"])
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_closed_the_stage_is_not_reminded_even_after_the_notice_was_queued() {
    let world = World::new().await;
    let people = world.seed().await;
    let artyom = pupil(&world, "telegram", &seeded(&people, "Артём")).await;
    let timur = pupil(&world, "vk", &seeded(&people, "Тимур")).await;
    let mark = pupil(&world, "vk", &seeded(&people, "Марк")).await;
    assert!(close(&world, person(&world, &artyom).await, "engage").await);
    assert!(!close(&world, person(&world, &artyom).await, "engage").await, "once");

    // Both live five hours east of Greenwich; only one is asked for, and closes the stage before it is sent.
    jobs::clock::advance(
        &world.parts.pool,
        &world.clock,
        &world.parts.nudge,
        at("2026-10-07T10:00:00+05:00") - world.clock.now(),
    )
    .await
    .unwrap();
    assert!(jobs::reminders::fire_due(&world.parts).await.unwrap() > 0);
    assert_eq!(world.count("select count(*) from delivery where dedupe like 'stage:%' and state = 'queued'").await, 1);
    assert!(close(&world, person(&world, &timur).await, "engage").await);
    world.settle().await;
    artyom.sees(&[]).await;
    timur.sees(&[]).await;
    assert_eq!(world.count("select count(*) from delivery where dedupe like 'stage:%' and state = 'dropped'").await, 1);
    timur.says("мой трек").await;
    timur.sees(&["✅ Увлекаюсь…👉 Понимаю", "Тимур, осталось"]).await;

    until(&world, "2026-10-07T10:00:00+02:00").await;
    mark.sees(&[ENGAGE]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_over_a_restart_and_two_who_look_at_the_same_time() {
    let world = World::new().await;
    let people = world.seed().await;
    let mark = pupil(&world, "telegram", &seeded(&people, "Марк")).await;
    jobs::clock::advance(
        &world.parts.pool,
        &world.clock,
        &world.parts.nudge,
        at("2026-10-07T11:30:00+02:00") - world.clock.now(),
    )
    .await
    .unwrap();
    // Nobody ran at ten: it is caught up.
    let looks = (0..4).map(|_| jobs::reminders::fire_due(&world.parts));
    futures_util::future::try_join_all(looks).await.unwrap();
    assert_eq!(world.count("select count(*) from delivery where dedupe like 'stage:%'").await, 1);
    assert_eq!(
        world.count("select count(*) from reminder_run where zone = 'Europe/Kaliningrad' and queued = 1").await,
        1
    );

    let again = world.restarted().await;
    jobs::clock::follow(&again.parts).await.unwrap();
    let mark = mark.after(&again);
    again.settle().await;
    mark.sees(&[ENGAGE]).await;
    again.advance(TimeDelta::hours(2)).await;
    mark.sees(&[]).await;
    again.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_ran_for_is_left_out_in_the_night() {
    let world = World::new().await;
    let people = world.seed().await;
    let mark = pupil(&world, "vk", &seeded(&people, "Марк")).await;
    until(&world, "2026-10-07T21:00:00+02:00").await;
    mark.sees(&[]).await;
    until(&world, "2026-10-08T10:00:00+02:00").await;
    mark.sees(&[]).await;
    let left_out = "select count(*) from reminder_run where zone = 'Europe/Kaliningrad' and queued is null";
    assert_eq!(world.count(left_out).await, 1);
    // The next one has its turn.
    until(&world, "2026-10-13T10:00:00+02:00").await;
    mark.sees(&["этап «Понимаю» закрывается 16 октября"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_outage_carries_into_the_night_comes_in_the_morning_once_and_counts_the_days_anew() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let mark = pupil(world, channel, &seeded(&people, "Марк")).await;
        world.fault(json!({"channel": channel, "kind": "server_error"})).await;
        until(world, "2026-10-07T10:00:00+02:00").await;
        until(world, "2026-10-07T21:00:00+02:00").await;
        world.repair().await;
        world.hurry().await;
        mark.sees(&[]).await;
        // Somebody's own act is answered at any hour.
        mark.says("мой трек").await;
        mark.sees(&["Твой трек", "Марк, осталось"]).await;
        until(world, "2026-10-08T08:59:59+02:00").await;
        world.hurry().await;
        mark.sees(&[]).await;
        until(world, "2026-10-08T09:00:00+02:00").await;
        mark.sees(&["Осталось 2 дня: этап «Увлекаюсь» закрывается 10 октября…[Мой трек]"]).await;
        until(world, "2026-10-09T09:00:00+02:00").await;
        mark.sees(&[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_of_a_day_that_is_over() {
    let world = World::new().await;
    let people = world.seed().await;
    let mark = pupil(&world, "vk", &seeded(&people, "Марк")).await;
    world.fault(json!({"channel": "vk", "kind": "server_error"})).await;
    until(&world, "2026-10-07T10:00:00+02:00").await;
    until(&world, "2026-10-11T12:00:00+02:00").await;
    world.repair().await;
    world.hurry().await;
    mark.sees(&[]).await;
    assert_eq!(world.count("select count(*) from delivery where dedupe like 'stage:%' and state = 'dropped'").await, 1);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adults_strangers_and_pupils_of_another_year_are_not_reminded() {
    let world = World::new().await;
    let people = world.seed().await;
    let teacher = world.telegram("Ольга").await;
    teacher.says(&seeded(&people, "Ольга")).await;
    let old = pupil(&world, "vk", &seeded(&people, "Марк")).await;
    let away =
        "update class set school_year = '2025-2026' where school in (select id from school where kpp = '390001101')";
    sqlx::query(away).execute(&world.database.pool).await.unwrap();
    teacher.unread().await;
    until(&world, "2026-10-07T20:00:00+02:00").await;
    assert_eq!(world.count("select count(*) from delivery where dedupe like 'stage:%'").await, 0);
    old.says("мой трек").await;
    old.sees(&["Твой трек", "Марк, осталось"]).await;
    teacher.says("мой трек").await;
    assert!(teacher.unread().await[0].contains("Трек есть у учеников"));
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sisters_on_one_account_are_each_reminded_and_the_press_means_the_right_one() {
    let world = World::new().await;
    let people = world.seed().await;
    let family = pupil(&world, "vk", &seeded(&people, "Алина")).await;
    let alina = person(&world, &family).await;
    family.says(&seeded(&people, "Вера")).await;
    family.presses("Позже").await;
    family.unread().await;
    until(&world, "2026-10-07T10:00:00+05:00").await;
    let seen = family.unread().await;
    assert_eq!(seen.len(), 2, "{seen:#?}");
    assert!(
        seen.iter().any(|text| text.starts_with("Алина")) && seen.iter().any(|text| text.starts_with("Вера")),
        "{seen:#?}"
    );
    close(&world, alina, "engage").await;
    family.presses_at("Алина\n", "Мой трек").await;
    family.sees(&["Алина…✅ Увлекаюсь", "Алина…сталось подтвердить"]).await;
    family.presses_at("Вера\n", "Мой трек").await;
    family.sees(&["Вера…👉 Увлекаюсь", "Вера…сталось подтвердить"]).await;
    world.done().await;
}
