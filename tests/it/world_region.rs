//! Whoever answers for several territories: each reader has the own hours and the own territory.

use chrono::TimeDelta;

use crate::{
    world::{Phone, World, everywhere, seeded},
    world_broadcast::{HOLD, connect, nina},
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
        nina.waits(HOLD).await;
        nina.sees(&["Рассылка завершена…Дошло: 1", "Нина, чем помочь?"]).await;
        mark.sees(&["Всем привет!…Калининград, координатор"]).await;

        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        nina.says("рассылка").await;
        nina.presses("Ученикам").await;
        nina.says("И ещё раз!").await;
        assert!(nina.last().await.contains("У кого сейчас ночь, тем придёт в 9 утра."));
        nina.presses("Отправить").await;
        nina.sees(&["ученики: 2. У кого сейчас ночь", "Нина, чем помочь?"]).await;
        nina.waits(HOLD).await;
        mark.sees(&["И ещё раз!"]).await;
        lev.sees(&[]).await;
        world.advance(TimeDelta::minutes(11 * 60 + 30)).await;
        lev.sees(&["И ещё раз!…Сургут, координатор"]).await;
        mark.sees(&[]).await;
    })
    .await;
}

/// Nina answers for these instead, as an operator.
async fn operates(world: &World, places: &[(&str, &str)]) {
    for (kind, name) in places {
        grant(world, "operator", kind, name).await;
    }
    let revoke = "update role set revoked_at = granted_at where role = 'coordinator'";
    sqlx::query(revoke).execute(&world.database.pool).await.unwrap();
}

const YUGRA: &str = "Ханты-Мансийский автономный округ — Югра";

/// The code that is shown for a territory, chosen by these answers.
async fn code_for(nina: &Phone<'_>, answers: &[&str]) -> String {
    nina.says("рассылка").await;
    nina.presses("Подключить чат").await;
    for answer in answers {
        nina.says(answer).await;
    }
    let said = nina.unread().await.join("\n");
    let words: Vec<_> = said.split_whitespace().collect();
    let place = words.iter().position(|word| word.starts_with("/chat")).unwrap_or_else(|| panic!("no code in {said}"));
    words[place + 1].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reads_the_own_territory_and_an_operator_is_no_coordinator() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        operates(world, &[("region", YUGRA), ("region", "Калининградская область")]).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let mark = pupil(world, "vk", &seeded(&people, "Марк")).await;
        let aina = pupil(world, "telegram", &seeded(&people, "Айна")).await;
        let (town, region) =
            (world.group("Сургут", channel, &[&nina]).await, world.group("Югра", channel, &[&nina]).await);
        let town_code = code_for(&nina, &["Сургут"]).await;
        connect(&nina, &town, &town_code).await;
        let region_code = code_for(&nina, &[YUGRA]).await;
        connect(&nina, &region, &region_code).await;
        assert!(town.unread().await.last().unwrap().contains("чат территории «Сургут»"));
        assert!(region.unread().await.last().unwrap().contains(&format!("чат территории «{YUGRA}»")));

        nina.says("рассылка").await;
        nina.presses("Ученикам и в чаты").await;
        nina.says("Всем привет!").await;
        nina.sees(&[
            "Рассылка: Калининградская область, Ханты",
            "Пришлите текст",
            "команда…ученики: 2, чаты: 2. В подписи у каждого своя территория",
        ])
        .await;
        nina.presses("Отправить").await;
        nina.waits(HOLD).await;
        let hello = |place: &str| format!("Всем привет!\n\n{place}, команда «Билета в будущее»");
        for (seen, place) in [
            (lev.unread().await, "Сургут"),
            (mark.unread().await, "Калининград"),
            (town.unread().await, "Сургут"),
            (region.unread().await, YUGRA),
        ] {
            assert_eq!(seen, [hello(place)]);
        }
        aina.sees(&[]).await;
        assert_eq!(
            world.count("select count(distinct territory) from group_chat where territory is not null").await,
            2
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_for_one_territory_and_dies_with_the_role_over_it() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    operates(&world, &[("federation", "Россия"), ("municipality", "Калининград")]).await;
    let chat = world.group("Чат", "telegram", &[&nina]).await;
    chat.unread().await;
    // Eleven are too many to choose from, and two have one name.
    nina.says("рассылка").await;
    nina.presses("Подключить чат").await;
    nina.sees(&["Рассылка: Калининград, Россия", "У вас их много"]).await;
    nina.says("такого нет").await;
    nina.sees(&["такой нет", "У вас их много"]).await;
    nina.says("МОСКВА").await;
    nina.sees(&["Для какой территории этот чат?…[Москва (Москва)] [Москва (Россия)]"]).await;
    nina.presses("Назад").await;
    nina.unread().await;
    let code = code_for(&nina, &["петропавловск"]).await;
    // She answers for Kaliningrad still.
    let revoke = "update role set revoked_at = granted_at where role = 'operator'
                  and territory = (select id from territory where kind = 'federation')";
    sqlx::query(revoke).execute(&world.database.pool).await.unwrap();
    connect(&nina, &chat, &code).await;
    chat.sees(&["Этот код не подходит"]).await;
    let code = code_for(&nina, &[]).await;
    connect(&nina, &chat, &code).await;
    chat.sees(&["Готово ✅ Теперь это чат территории «Калининград»"]).await;
    world.done().await;
}
