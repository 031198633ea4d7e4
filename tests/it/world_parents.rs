//! Parents: a child shows a code, and whoever redeems it is a parent from then on.

use chrono::TimeDelta;
use provodnik::journal;

use reqwest::Method;

use crate::{
    world::{Phone, World, everywhere, seeded},
    world_events::pupil,
    world_staff::ask,
};

/// The code that a child is shown.
pub async fn shows_code(child: &Phone<'_>) -> String {
    child.says("родители").await;
    child.presses("Я ученик").await;
    let said = child.unread().await.join("\n");
    let code = said.split_once("опекуна: ").unwrap_or_else(|| panic!("{said}")).1;
    code.split_whitespace().next().unwrap().to_owned()
}

/// Says who one is and gives the code.
pub async fn redeems(phone: &Phone<'_>, relation: &str, name: Option<[&str; 2]>, code: &str) {
    phone.says("я родитель").await;
    phone.presses(relation).await;
    for part in name.into_iter().flatten() {
        phone.says(part).await;
    }
    phone.unread().await;
    phone.says(code).await;
}

const LINKED: &str = "select count(*) from guardian where unlinked_at is null";

#[tokio::test(flavor = "multi_thread")]
async fn a_mother_links_her_daughter_from_her_own_phone() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let maya = pupil(world, channel, &seeded(&people, "Майя")).await;
        let code = shows_code(&maya).await;
        let mother = world.telegram("Мама").await;
        redeems(&mother, "Мама", Some(["Котова", "Анна"]), &code).await;
        let said = mother.unread().await;
        assert!(said.iter().any(|bubble| bubble.contains("Вы привязаны как родитель: Майя")), "{said:?}");
        maya.sees(&["Готово ✅ Родитель теперь с тобой", "Майя, осталось"]).await;
        assert_eq!(world.count(LINKED).await, 1);

        // Once; and neither signs it anybody in as the child.
        let stranger = world.vk("Чужой").await;
        redeems(&stranger, "Папа", Some(["Чужов", "Иван"]), &code).await;
        assert!(stranger.unread().await[0].contains("Этот код уже сработал"));
        stranger.says("меню").await;
        assert_eq!(
            world.count("select count(*) from role where role = 'parent' and revoked_at is null").await,
            2,
            "one is of the demo"
        );

        // A second child, and one unlinked again.
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let code = shows_code(&lev).await;
        mother.says("я родитель").await;
        mother.presses("Ещё ребёнок").await;
        mother.presses("Опекун").await;
        mother.says(&code).await;
        assert!(mother.unread().await.iter().any(|bubble| bubble.contains("Вы привязаны как родитель: Лев")));
        mother.says("я родитель").await;
        let said = mother.last().await;
        assert!(said.contains("[Майя]") && said.contains("[Лев]") && said.contains("[Ещё ребёнок]"), "{said}");
        mother.presses("Лев").await;
        mother.presses("Отвязать").await;
        assert!(mother.unread().await.iter().any(|bubble| bubble.contains("Лев: связь убрана")));
        assert_eq!(world.count(LINKED).await, 1);
        let mut db = world.database.pool.acquire().await.unwrap();
        let seen = journal::verify(&mut db, &world.parts.vault, None).await.unwrap();
        assert_eq!((seen.lines, seen.broken), (3, None));
    })
    .await;
}

/// A child has no phone of her own, or her mother none: one account, two people.
#[tokio::test(flavor = "multi_thread")]
async fn a_mother_links_on_her_childs_own_account() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let maya = pupil(world, channel, &seeded(&people, "Майя")).await;
        let code = shows_code(&maya).await;
        maya.says("отмена").await;
        maya.says("я родитель").await;
        maya.presses("Я родитель").await;
        maya.presses("Мама").await;
        maya.says("Котова").await;
        maya.says("Анна").await;
        maya.unread().await;
        maya.says(&code).await;
        let said = maya.unread().await;
        assert!(said.iter().any(|bubble| bubble.contains("Вы привязаны как родитель: Майя")), "{said:?}");
        maya.says("кто сейчас").await;
        let said = maya.unread().await;
        assert!(["[Майя]", "[Анна]"].iter().all(|name| said.last().unwrap().contains(name)), "{said:?}");
        maya.presses("Майя").await;
        let said = maya.unread().await;
        assert!(said.last().unwrap().contains("сталось подтвердить"), "{said:?}");
    })
    .await;
}

/// What is held is shown to whom it is about, and to a parent; to nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_sees_what_is_held_of_them_and_of_their_child() {
    let world = World::new().await;
    let people = world.seed().await;
    let maya = pupil(&world, "telegram", &seeded(&people, "Майя")).await;
    let mother = world.vk("Мама").await;
    let code = shows_code(&maya).await;
    redeems(&mother, "Мама", Some(["Котова", "Анна"]), &code).await;
    maya.unread().await;
    maya.says("мои данные").await;
    maya.sees(&["Кто видит твои данные…муниципальный координатор, Сургут: 1…родитель: 1…первая линия поддержки…[Что хранится] [Согласия] [Удалить] [Назад]"]).await;
    maya.presses("Что хранится").await;
    let link = |said: Vec<String>| {
        let said = said.join("\n");
        said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    let (status, page) = ask(&world, Method::POST, &link(maya.unread().await), &[]).await;
    assert_eq!(status, 200, "{page}");
    for words in ["Котова Майя Игоревна", "ученик, МБОУ СОШ № 100, 7 В", "Telegram", "родитель: Анна К."]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    mother.says("мои данные").await;
    mother.presses("О ребёнке").await;
    mother.presses("Майя").await;
    let of_maya = link(mother.unread().await);
    let (_, page) = ask(&world, Method::POST, &of_maya, &[]).await;
    assert!(page.contains("Котова Майя Игоревна"), "{page}");
    // A link that was asked for by a parent who is none any more opens nothing.
    mother.says("мои данные").await;
    mother.presses("О ребёнке").await;
    mother.presses("Майя").await;
    let late = link(mother.unread().await);
    sqlx::query("update guardian set unlinked_at = linked_at").execute(&world.database.pool).await.unwrap();
    assert_eq!(ask(&world, Method::POST, &late, &[]).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slow_and_an_old_code_is_none() {
    let world = World::new().await;
    let people = world.seed().await;
    let maya = pupil(&world, "telegram", &seeded(&people, "Майя")).await;
    let code = shows_code(&maya).await;
    world.advance(TimeDelta::hours(1)).await;
    assert!(maya.last().await.contains("Майя, осталось"), "nobody came, and she is told");
    let mother = world.vk("Мама").await;
    redeems(&mother, "Мама", Some(["Котова", "Анна"]), &code).await;
    assert!(mother.unread().await[0].contains("Срок этого кода вышел"));
    for n in 2..6 {
        mother.says(&format!("AAAA-BBB{n}")).await;
    }
    mother.unread().await;
    mother.says("AAAA-BBB7").await;
    assert!(mother.unread().await[0].contains("Слишком много неверных кодов подряд"));
    assert_eq!(world.count(LINKED).await, 0);
    // Four parents are the most; children are told so before a code is shown.
    for n in 0..4 {
        let code = shows_code(&maya).await;
        let parent = world.telegram(&format!("Родитель {n}")).await;
        redeems(&parent, "Опекун", Some(["Разный", "Кто-то"]), &code).await;
        maya.unread().await;
    }
    assert_eq!(world.count(LINKED).await, 4);
    maya.says("родители").await;
    maya.presses("Я ученик").await;
    assert!(maya.unread().await.iter().any(|bubble| bubble.contains("столько родителей, сколько можно")));
}
