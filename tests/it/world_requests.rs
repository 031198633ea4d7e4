//! First-line support: a request is taken, looked at and decided; whoever made it is told, and nobody else sees any of it.

use chrono::TimeDelta;
use provodnik::demo::SeedPerson;
use reqwest::Method;

use crate::{
    world::{Phone, World, everywhere, seeded},
    world_staff::ask,
};

/// Timur of Baikonur, whose Kazakh number no robot rings, has made a request.
async fn timur<'w>(world: &'w World, channel: &str, people: &[SeedPerson]) -> Phone<'w> {
    let timur = world.signed_in(channel, "Тимур", &seeded(people, "Тимур")).await;
    timur.says("+7 701 123-45-67").await;
    timur.presses("Оставить заявку").await;
    timur.presses("Отправить заявку").await;
    assert!(timur.unread().await.iter().any(|said| said.contains("Заявка № 1 отправлена")));
    timur
}

async fn denis<'w>(world: &'w World, channel: &str, people: &[SeedPerson]) -> Phone<'w> {
    let denis = world.signed_in(channel, "Денис", &seeded(people, "Денис")).await;
    denis.presses("Позже").await;
    denis.unread().await;
    denis
}

const OPEN: &str = "select count(*) from manual_request where state = 'open'";
const VERIFIED: &str = "select count(*) from verification where state = 'verified'";

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_taken_looked_at_and_decided_and_the_pupil_is_told() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let other = if channel == "vk" { "telegram" } else { "vk" };
        let timur = timur(world, other, &people).await;
        let denis = denis(world, channel, &people).await;
        denis.says("заявки").await;
        denis.sees(&["Заявки: 1…[№ 1: номер другой страны] [Назад]"]).await;
        denis.presses("№ 1: номер другой страны").await;
        denis
            .sees(&[
                "Заявка № 1…номер другой страны. Номер: +7 701 ***-**-67…[Номер верный] [Отказать] [Показать номер]",
            ])
            .await;
        denis.presses("Показать номер").await;
        denis.presses("Перезвонить").await;
        let said = denis.unread().await.join("\n");
        let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
        let (status, page) = ask(world, Method::POST, link, &[]).await;
        assert!(status == 200 && page.contains("+7 701 123-45-67"), "{page}");
        denis.presses("Номер верный").await;
        denis.sees(&["Заявка № 1 решена ✅", "Заявок сейчас нет", "Денис, "]).await;
        timur.sees(&["Заявка № 1: номер подтверждён ✅"]).await;
        assert_eq!((world.count(OPEN).await, world.count(VERIFIED).await), (0, 1));
        assert_eq!(world.count("select count(*) from manual_request where phone is not null").await, 0, "not kept");
        timur.says("меню").await;
        assert!(timur.unread().await.last().unwrap().contains("телефон подтверждён, всё готово ✅"));
        let told: Vec<String> =
            sqlx::query_scalar("select act from journal order by seq").fetch_all(&world.database.pool).await.unwrap();
        assert_eq!(told, ["revealed", "request_decided"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_the_second_is_told_and_a_forgotten_one_is_free_again() {
    let world = World::new().await;
    let people = world.seed().await;
    let timur = timur(&world, "telegram", &people).await;
    let denis = denis(&world, "vk", &people).await;
    // A colleague: a parent of the demo who helps here as well.
    let irina = world.signed_in("vk", "Ирина", &seeded(&people, "Ирина")).await;
    irina.presses("Позже").await;
    let colleague = "insert into role (id, person, role, territory, granted_at)
        select gen_random_uuid(), p.person, 'support', t.id,
               p.granted_at + make_interval(secs => (select count(*) from role r where r.person = p.person)) from role p, territory t
        where p.role = 'parent' and t.kind = 'region' and t.name = $1";
    sqlx::query(colleague).bind("Москва").execute(&world.database.pool).await.unwrap();
    irina.unread().await;
    // Of another region: as if there were none.
    irina.says("заявки").await;
    assert!(irina.unread().await[0].contains("Заявок сейчас нет"));
    sqlx::query(colleague).bind("Байконур").execute(&world.database.pool).await.unwrap();
    irina.says("заявки").await;
    irina.unread().await;
    denis.says("заявки").await;
    denis.presses("№ 1: номер другой страны").await;
    denis.unread().await;
    irina.presses("№ 1: номер другой страны").await;
    irina
        .sees(&[
            "Эту заявку уже взял другой человек…освободится: 1 октября",
            "Свободных заявок нет, в работе у других: 1",
            "Ирина, ",
        ])
        .await;
    world.advance(TimeDelta::minutes(30)).await;
    irina.says("заявки").await;
    irina.presses("№ 1: номер другой страны").await;
    irina.presses("Отказать").await;
    irina.presses("Не дозвониться").await;
    assert!(irina.unread().await.iter().any(|said| said.contains("решена ✅")));
    timur.sees(&["Заявка № 1: по этому номеру никто не ответил…подай заявку ещё раз"]).await;
    // Whoever had it in hand before decides nothing any more.
    denis.presses("Номер верный").await;
    denis.sees(&["Этой заявки больше нет", "Заявок сейчас нет", "Денис, "]).await;
    assert_eq!(world.count(VERIFIED).await, 0);
    // Nobody else has a queue.
    timur.says("заявки").await;
    assert!(timur.unread().await[0].contains("Заявки видит первая линия поддержки"));
}

/// A phone that has five pupils needs two people to agree, and the same one is not two.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_phone_needs_two_pairs_of_eyes() {
    let world = World::new().await;
    let people = world.seed().await;
    let timur = timur(&world, "telegram", &people).await;
    let denis = denis(&world, "vk", &people).await;
    let irina = world.signed_in("vk", "Ирина", &seeded(&people, "Ирина")).await;
    irina.presses("Позже").await;
    irina.unread().await;
    let colleague = "insert into role (id, person, role, territory, granted_at)
        select gen_random_uuid(), p.person, 'support', t.id,
               p.granted_at + make_interval(secs => (select count(*) from role r where r.person = p.person)) from role p, territory t
        where p.role = 'parent' and t.kind = 'federation'";
    sqlx::query(colleague).execute(&world.database.pool).await.unwrap();
    let index = provodnik::verification::index_of(&world.parts.vault, "+77011234567");
    let full =
        "insert into verification (id, person, speaker, phone, phone_index, relation, state, opened_at, verified_at)
        select gen_random_uuid(), p.id, p.id, '\\x00', $1, 'self', 'verified', p.made_at, p.made_at
        from person p join role r on r.person = p.id and r.role = 'pupil'
        where p.signed_in_at is null order by p.id limit 5";
    assert_eq!(
        sqlx::query(full).bind(index.as_slice()).execute(&world.database.pool).await.unwrap().rows_affected(),
        5
    );
    for (phone, words) in [(&denis, "решает ещё один человек"), (&denis, "Нужен другой человек"), (&irina, "решена ✅")]
    {
        phone.says("заявки").await;
        phone.presses("№ 1: номер другой страны").await;
        assert!(phone.last().await.contains("уже подтверждены ученики: 5"));
        phone.presses("Номер верный").await;
        let said = phone.unread().await;
        assert!(said.iter().any(|bubble| bubble.contains(words)), "{words}: {said:?}");
        phone.says("отмена").await;
        phone.unread().await;
    }
    timur.sees(&["Заявка № 1: номер подтверждён ✅"]).await;
    assert_eq!(world.count(VERIFIED).await, 6);
}
