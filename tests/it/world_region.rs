//! Whoever answers for several territories: each reader has the own hours and the own territory.

use chrono::TimeDelta;

use crate::{
    world::{World, everywhere, seeded},
    world_broadcast::nina,
    world_events::pupil,
};

/// Gives Nina another role, over a territory of that kind and name.
async fn grant(world: &World, role: &str, kind: &str, name: &str) {
    let grant = "insert into role (id, person, role, territory, granted_at)
                 select gen_random_uuid(), person, $1, (select id from territory where kind = $2 and name = $3), granted_at
                 from role where role = 'coordinator' limit 1";
    sqlx::query(grant).bind(role).bind(kind).bind(name).execute(&world.database.pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_morning_is_spoken_of_only_if_somebody_waits_for_it() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        grant(world, "coordinator", "municipality", "Калининград").await;
        let mark = pupil(world, channel, &seeded(&people, "Марк")).await;
        // Half past nine in the evening in Surgut, where nobody has signed in; half past six in Kaliningrad.
        world.advance(TimeDelta::minutes(7 * 60 + 30)).await;
        nina.unread().await;
        nina.says("рассылка").await;
        nina.presses("Ученикам").await;
        nina.says("Всем привет!").await;
        let seen = nina.unread().await.pop().unwrap();
        assert!(seen.contains("ученики: 1") && !seen.contains("ночь") && !seen.contains("своя территория"), "{seen}");
        nina.presses("Отправить").await;
        nina.sees(&["Отправляю ✅ Ученики: 1, чаты: 0. Что дошло", "Нина, чем помочь?"]).await;
        mark.sees(&["Всем привет!…Калининград, координатор"]).await;

        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        nina.says("рассылка").await;
        nina.presses("Ученикам").await;
        nina.says("И ещё раз!").await;
        assert!(nina.last().await.contains("У кого сейчас ночь, тем придёт в 9 утра."));
        nina.presses("Отправить").await;
        nina.sees(&["Отправляю ✅ Ученики: 2, чаты: 0. У кого сейчас ночь", "Нина, чем помочь?"]).await;
        mark.sees(&["И ещё раз!"]).await;
        lev.sees(&[]).await;
        world.advance(TimeDelta::minutes(11 * 60 + 30)).await;
        lev.sees(&["И ещё раз!…Сургут, координатор"]).await;
        mark.sees(&[]).await;
    })
    .await;
}
