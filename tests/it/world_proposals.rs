//! A school's head proposes an administrator; whoever answers for the school grants or refuses. Where a municipality has no
//! coordinator, its region acts for it.

use chrono::TimeDelta;
use provodnik::{demo::SeedPerson, journal, people::roles::Role};
use reqwest::Method;

use crate::{
    world::{Phone, World, seeded},
    world_broadcast::nina,
    world_staff::{ask, field, granted, takes},
};

const UGRA: &str = "Ханты-Мансийский автономный округ — Югра";
const GOOD: [(&str, &str); 6] = [
    ("last", "Канарейкина"),
    ("first", "Зоя"),
    ("patronymic", ""),
    ("position", "deputy"),
    ("email", "Zoya@canary.example.ru"),
    ("phone", "+7 912 000-11-22"),
];

/// The link in the last messages.
async fn link(phone: &Phone<'_>) -> String {
    let said = phone.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/"));
    link.unwrap_or_else(|| panic!("{said}")).to_owned()
}

/// Ольга, who teaches in the demo school.
async fn olga<'w>(world: &'w World, channel: &str, people: &[SeedPerson]) -> Phone<'w> {
    let phone = world.signed_in(channel, "Ольга", &seeded(people, "Ольга")).await;
    phone.presses("Позже").await;
    phone.unread().await;
    phone
}

/// The head opens the form by this link, and gives its pass.
async fn opens_form(world: &World, link: &str) -> String {
    let (_, door) = ask(world, Method::GET, link, &[]).await;
    assert!(door.contains("Открыть"), "{door}");
    let (status, page) = ask(world, Method::POST, link, &[]).await;
    assert!(status == 200 && page.contains("Администратор школы: МБОУ СОШ № 100"), "{page}");
    field(&page, "pass").to_owned()
}

async fn sends(world: &World, pass: &str, form: &[(&str, &str)]) -> (u16, String) {
    let form: Vec<_> = [("pass", pass)].into_iter().chain(form.iter().copied()).collect();
    ask(world, Method::POST, "/page/propose", &form).await
}

/// Opens the list from the menu of places.
async fn opens_list(world: &World, phone: &Phone<'_>, place: &str) -> String {
    phone.says("люди").await;
    if phone.last().await.contains("Для какого места") {
        phone.presses(place).await;
    }
    phone.presses("Заявки директоров").await;
    ask(world, Method::POST, &link(phone).await, &[]).await.1
}

async fn posts(world: &World, pass: &str, more: &[(&str, &str)]) -> (u16, String) {
    let form: Vec<_> = [("pass", pass)].into_iter().chain(more.iter().copied()).collect();
    ask(world, Method::POST, "/page/proposals", &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_proposes_and_the_coordinator_grants() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let nina = nina(&world, channel, &people).await;
        let olga = olga(&world, channel, &people).await;
        olga.says("администратор школы").await;
        let form = link(&olga).await;
        // The head takes a few days, and makes slips: nothing that was written is lost.
        world.advance(TimeDelta::days(3)).await;
        olga.unread().await;
        nina.unread().await;
        let pass = opens_form(&world, &form).await;
        let slips: Vec<_> = GOOD.map(|(name, value)| (name, if name == "email" { "zoya" } else { value })).into();
        let (_, page) = sends(&world, &pass, &slips).await;
        assert!(page.contains("Впишите адрес вида имя@сайт.ru") && page.contains("value=\"Канарейкина\""), "{page}");
        assert!(page.contains("<option value=\"deputy\" selected>"), "{page}");
        assert_eq!(world.count("select count(*) from proposal").await, 0);
        let (_, page) = sends(&world, &pass, &GOOD).await;
        assert!(page.contains("Спасибо, заявка ушла"), "{page}");
        world.settle().await;
        nina.sees(&["Директор предлагает администратора школы: МБОУ СОШ № 100"]).await;

        let page = opens_list(&world, &nina, "МБОУ СОШ № 100").await;
        assert!(page.contains("Зоя К.") && page.contains("Заместитель директора, МБОУ СОШ № 100"), "{page}");
        assert!(!page.contains("Канарейкина") && !page.contains("canary") && !page.contains("912"), "{page}");
        let (pass, id) = (field(&page, "pass").to_owned(), field(&page, "look").to_owned());
        let (_, page) = posts(&world, &pass, &[("look", &id)]).await;
        for words in ["Канарейкина Зоя", "zoya@canary.example.ru", "+7 912 000-11-22"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let revealed = "select count(*) from journal where act = 'revealed'";
        assert_eq!(world.count(revealed).await, 1);
        let (_, page) = posts(&world, &pass, &[("grant", &id)]).await;
        assert!(page.contains("Назначено. Перешлите приглашение") && page.contains("Зоя К., вас приглашают"), "{page}");
        world.settle().await;
        assert!(olga.unread().await.iter().any(|said| said.contains("координатор согласен с администратором")));
        let code = page.split("?start=").nth(1).unwrap()[..9].to_owned();
        let zoya = takes(&world, channel, &code, ["Канарейкина", "Зоя"]).await;
        let said = zoya.unread().await.join("\n");
        assert!(said.contains("администратор школы, МБОУ СОШ № 100") && said.contains("[Люди и роли]"), "{said}");
        // Decided once; taken, it is gone from the list.
        let (_, page) = posts(&world, &pass, &[("grant", &id)]).await;
        assert!(page.contains("Этой заявки уже нет") && page.contains("Заявок сейчас нет"), "{page}");
        // Sealed, and nothing of anybody in the outbox or in the journal.
        let bare =
            "select (select count(*) from proposal where position(convert_to('Канарейкина', 'UTF8') in sealed) > 0)
                    + (select count(*) from delivery where body::text like '%анарейк%' or body::text like '%canary%')
                    + (select count(*) from journal where detail like '%анарейк%')";
        assert_eq!(world.count(bare).await, 0);
        let mut db = world.database.pool.acquire().await.unwrap();
        assert_eq!(journal::verify(&mut db, &world.parts.vault, None).await.unwrap().broken, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why_and_erases_what_was_written() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    let olga = olga(&world, "telegram", &people).await;
    olga.says("администратор школы").await;
    let pass = opens_form(&world, &link(&olga).await).await;
    sends(&world, &pass, &GOOD).await;
    world.settle().await;
    nina.unread().await;
    let page = opens_list(&world, &nina, "Сургут").await;
    let (pass, id) = (field(&page, "pass").to_owned(), field(&page, "look").to_owned());
    let (_, page) = posts(&world, &pass, &[("refuse", &id), ("remark", " ")]).await;
    assert!(page.contains("Напишите, почему"), "{page}");
    let remark = "Нужен приказ, пришлите ещё раз";
    let (_, page) = posts(&world, &pass, &[("refuse", &id), ("remark", remark)]).await;
    assert!(page.contains("данные заявки стёрты") && page.contains("Заявок сейчас нет"), "{page}");
    world.settle().await;
    let said = olga.unread().await.join("\n");
    assert!(said.contains(&format!("Координатор пишет: {remark}")), "{said}");
    let left = "select count(*) from proposal where sealed is not null
                or position(convert_to('приказ', 'UTF8') in remark) > 0";
    assert_eq!(world.count(left).await, 0);
    assert_eq!(world.count("select count(*) from delivery where body::text like '%приказ%'").await, 0);
    assert_eq!(world.count("select count(*) from invitation").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_town_without_a_coordinator_is_acted_for_by_its_region() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    let code = granted(&world, Role::Operator, UGRA).await;
    let operator = takes(&world, "telegram", &code, ["Первова", "Вера"]).await;
    operator.unread().await;
    let olga = olga(&world, "telegram", &people).await;
    let proposes = async || {
        olga.says("администратор школы").await;
        let pass = opens_form(&world, &link(&olga).await).await;
        assert_eq!(sends(&world, &pass, &GOOD).await.0, 200);
        world.settle().await;
    };
    proposes().await;
    nina.sees(&["Директор предлагает администратора"]).await;
    operator.sees(&[]).await;
    let revoke = "update role set revoked_at = granted_at where role = 'coordinator'";
    sqlx::query(revoke).execute(&world.database.pool).await.unwrap();
    proposes().await;
    nina.sees(&[]).await;
    operator.sees(&["Директор предлагает администратора школы: МБОУ СОШ № 100"]).await;
    // Both are the operator's to decide now, and Nina's no more.
    let page = opens_list(&world, &operator, "Сургут").await;
    assert_eq!(page.matches("Зоя К.").count(), 2, "{page}");
    let (pass, id) = (field(&page, "pass").to_owned(), field(&page, "look").to_owned());
    let (_, page) = posts(&world, &pass, &[("grant", &id)]).await;
    assert!(page.contains("Назначено"), "{page}");
    nina.says("люди").await;
    assert!(nina.unread().await[0].contains("Приглашают на роли операторы"));
}

#[tokio::test(flavor = "multi_thread")]
async fn districts_and_the_country_look_down_the_tree_until_the_role_is_taken() {
    let world = World::new().await;
    let people = world.seed().await;
    let lay = "with district as (
                 insert into territory (id, parent, kind, name)
                 select gen_random_uuid(), id, 'district', 'Уральский округ' from territory where kind = 'federation' returning id)
               update territory set parent = (select id from district) where kind = 'region' and name = $1";
    sqlx::query(lay).bind(UGRA).execute(&world.database.pool).await.unwrap();
    sqlx::query("update role set revoked_at = granted_at where role = 'coordinator'")
        .execute(&world.database.pool)
        .await
        .unwrap();
    let olga = olga(&world, "vk", &people).await;
    olga.says("администратор школы").await;
    let pass = opens_form(&world, &link(&olga).await).await;
    let code = granted(&world, Role::Operator, "Уральский округ").await;
    let district = takes(&world, "telegram", &code, ["Окружнова", "Инна"]).await;
    let code = granted(&world, Role::Operator, "Россия").await;
    let country = takes(&world, "vk", &code, ["Федорова", "Роза"]).await;
    district.unread().await;
    country.unread().await;
    sends(&world, &pass, &GOOD).await;
    world.settle().await;
    district.sees(&["Директор предлагает администратора"]).await;
    country.sees(&[]).await;
    let page = opens_list(&world, &district, "Сургут").await;
    let (own, id) = (field(&page, "pass").to_owned(), field(&page, "look").to_owned());
    country.says("люди").await;
    country.says("Сургут").await;
    country.presses("Заявки директоров").await;
    let page = ask(&world, Method::POST, &link(&country).await, &[]).await.1;
    assert!(page.contains("Зоя К."), "{page}");
    // Elsewhere nobody sees it, whatever a form says.
    let code = granted(&world, Role::Coordinator, "Калининград").await;
    let marta = takes(&world, "vk", &code, ["Чужова", "Марта"]).await;
    marta.unread().await;
    let page = opens_list(&world, &marta, "Калининград").await;
    assert!(page.contains("Заявок сейчас нет"), "{page}");
    let pass = field(&page, "pass").to_owned();
    assert_eq!(posts(&world, &pass, &[("look", &id)]).await.0, 404);
    for what in ["grant", "refuse"] {
        let (_, page) = posts(&world, &pass, &[(what, &id), ("remark", "нет")]).await;
        assert!(page.contains("Этой заявки уже нет"), "{what}: {page}");
    }
    // A role that is taken shows nothing from that moment on.
    let revoke = "update role set revoked_at = granted_at where role = 'operator'";
    sqlx::query(revoke).execute(&world.database.pool).await.unwrap();
    for more in [vec![], vec![("grant", id.as_str())]] {
        let (status, page) = posts(&world, &own, &more).await;
        assert_eq!(status, 404, "{page}");
    }
    assert_eq!(world.count("select count(*) from proposal where decided_at is null").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_somebody_of_the_school_asks_and_only_while_they_are() {
    let world = World::new().await;
    let people = world.seed().await;
    let lev = world.signed_in("vk", "Лев", &seeded(&people, "Лев")).await;
    lev.presses("Позже").await;
    lev.unread().await;
    lev.says("администратор школы").await;
    assert!(lev.unread().await[0].contains("Администратора предлагает директор"));
    let olga = olga(&world, "telegram", &people).await;
    olga.says("администратор школы").await;
    let first = link(&olga).await;
    let pass = opens_form(&world, &first).await;
    assert_eq!(ask(&world, Method::POST, &first, &[]).await.0, 410, "once");
    olga.says("администратор школы").await;
    let late = link(&olga).await;
    // A flood from one link ends.
    for n in 0..12 {
        let (_, page) = sends(&world, &pass, &GOOD).await;
        assert_eq!(page.contains("Заявок за день уже много"), n >= 10, "{n}: {page}");
    }
    world.advance(TimeDelta::days(7)).await;
    assert_eq!(ask(&world, Method::POST, &late, &[]).await.0, 410, "seven days");
    olga.unread().await;
    olga.says("администратор школы").await;
    let gone = link(&olga).await;
    let revoke = "update role set revoked_at = granted_at where role = 'teacher'";
    sqlx::query(revoke).execute(&world.database.pool).await.unwrap();
    assert_eq!(ask(&world, Method::POST, &gone, &[]).await.0, 404);
}
