//! The chats of a territory: seen, disconnected after a question, followed when they move.

use chrono::TimeDelta;
use provodnik::demo::SeedPerson;

use crate::{
    world::{GroupChat, Phone, World, everywhere},
    world_broadcast::{chat_code, connect, nina, writes},
};

/// Nina, and the chat of her teachers in Telegram.
async fn connected<'w>(world: &'w World, people: &[SeedPerson]) -> (Phone<'w>, GroupChat<'w>) {
    let nina = nina(world, "telegram", people).await;
    let teachers = world.group("Педагоги", "telegram", &[&nina]).await;
    let code = chat_code(&nina).await;
    connect(&nina, &teachers, &code).await;
    (nina, teachers)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_seen_and_disconnected_after_a_question() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        nina.says("рассылка").await;
        nina.presses("Мои чаты").await;
        nina.sees(&["Рассылка: Сургут", "Подключённых чатов нет", "Рассылка: Сургут"]).await;
        let teachers = world.group("Педагоги", channel, &[&nina]).await;
        let code = chat_code(&nina).await;
        connect(&nina, &teachers, &code).await;
        teachers.unread().await;
        // VK does not tell what a chat is called.
        let (title, messenger) =
            if channel == "telegram" { ("Педагоги", "Telegram") } else { ("№ 1", "ВКонтакте") };

        // Written in the evening, it waits for the morning.
        world.advance(TimeDelta::hours(8)).await;
        writes(&nina, "В чаты", "Жду списки").await;
        nina.unread().await;
        nina.says("рассылка").await;
        nina.presses("Мои чаты").await;
        nina.sees(&["Рассылка: Сургут", &format!("Мои чаты…{title}: {messenger}, Сургут…[{title}] [Назад]")]).await;
        nina.presses(title).await;
        let question = format!("Отключить чат «{title}» ({messenger}, Сургут)?…ждут утра…[Отключить] [Оставить]");
        nina.sees(&[&question]).await;
        nina.presses("Оставить").await;
        nina.sees(&["Мои чаты"]).await;
        nina.presses(title).await;
        nina.presses("Отключить").await;
        nina.sees(&[&question, "отключён", "Рассылка: Сургут…чаты: 0"]).await;
        world.advance(TimeDelta::hours(12)).await;
        teachers.sees(&[]).await;
        nina.says("рассылка").await;
        nina.presses("Как дошло").await;
        nina.sees(&["Рассылка: Сургут", "Дошло: 0…ждёт утра: 0…Не дошло: 1", "Рассылка: Сургут"]).await;
        // A new code connects it again.
        let code = chat_code(&nina).await;
        connect(&nina, &teachers, &code).await;
        teachers.sees(&["Готово ✅"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_chats_eight_are_shown_at_once() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let many = "insert into group_chat (lane, external, title, changed_at, territory)
                select 'telegram:1', '-' || i, 'Чат ' || i, now(), (select id from territory where name = 'Сургут')
                from generate_series(1, 17) i";
    sqlx::query(many).execute(&world.database.pool).await.unwrap();
    nina.says("рассылка").await;
    nina.presses("Мои чаты").await;
    nina.sees(&["Рассылка: Сургут", "Чат 1:…Чат 8:…[Чат 1]…[Чат 8] [Ещё] [Назад]"]).await;
    nina.presses("Ещё").await;
    nina.sees(&["Чат 9:…Чат 16:…[Чат 16] [Ещё] [Назад]"]).await;
    nina.presses("Ещё").await;
    nina.sees(&["Чат 17:…[Чат 17] [Назад]"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_of_another_territory_is_not_there() {
    let world = World::new().await;
    let people = world.seed().await;
    let (nina, _) = connected(&world, &people).await;
    nina.says("рассылка").await;
    nina.presses("Мои чаты").await;
    nina.presses("Педагоги").await;
    nina.unread().await;
    // Whoever stands at the question when the territory is somebody else's does nothing any more.
    let elsewhere = "update group_chat set territory = (select id from territory where name = 'Калининград')";
    sqlx::query(elsewhere).execute(&world.database.pool).await.unwrap();
    nina.presses("Отключить").await;
    nina.sees(&["Такого чата среди подключённых уже нет", "Рассылка: Сургут"]).await;
    assert_eq!(world.count("select count(*) from group_chat where territory is not null").await, 1);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_becomes_a_supergroup_keeps_its_territory() {
    let world = World::new().await;
    let people = world.seed().await;
    let (nina, teachers) = connected(&world, &people).await;
    teachers.unread().await;
    world.advance(TimeDelta::hours(8)).await;
    writes(&nina, "В чаты", "Жду списки").await;
    let large = teachers.becomes_a_supergroup().await;
    nina.unread().await;
    nina.says("рассылка").await;
    nina.presses("Мои чаты").await;
    nina.sees(&["Рассылка: Сургут…чаты: 1", "Мои чаты…Педагоги: Telegram, Сургут"]).await;
    // What waited for the morning goes where the chat is now.
    world.advance(TimeDelta::hours(12)).await;
    teachers.sees(&[]).await;
    large.sees(&["Жду списки…Сургут, координатор"]).await;
    assert_eq!(world.count("select count(*) from group_chat where territory is not null").await, 1);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_that_is_shown_is_heard_as_it_stands() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let teachers = world.group("Педагоги", channel, &[&nina]).await;
        teachers.unread().await;
        nina.says("рассылка").await;
        nina.presses("Подключить чат").await;
        let said = nina.unread().await.join("\n");
        let line = said.lines().find(|line| line.contains("/chat")).unwrap();
        let called = if channel == "telegram" { "/chat@provodnik_bot " } else { "@club700000001 /chat " };
        assert!(line.starts_with(called), "{line}");
        teachers.hears(&nina, line).await;
        teachers.sees(&["Готово ✅ Теперь это чат территории «Сургут»"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_changes_hands_does_not_get_what_was_written_before() {
    let world = World::new().await;
    let people = world.seed().await;
    let (nina, teachers) = connected(&world, &people).await;
    teachers.unread().await;
    // Written in the evening, it waits for the morning.
    world.advance(TimeDelta::hours(8)).await;
    writes(&nina, "В чаты", "Жду списки").await;
    nina.unread().await;
    let moved =
        "update role set territory = (select id from territory where name = 'Калининград') where role = 'coordinator'";
    sqlx::query(moved).execute(&world.database.pool).await.unwrap();
    let code = chat_code(&nina).await;
    connect(&nina, &teachers, &code).await;
    teachers.sees(&["Готово ✅…Калининград"]).await;
    world.advance(TimeDelta::hours(12)).await;
    teachers.sees(&[]).await;
    // She does not answer any more for whom it was written.
    let stopped = "select count(*) from broadcast where state = 'paused' and why = 'role'";
    assert_eq!(world.count(stopped).await, 1);
    nina.presses_at("Рассылка остановлена", "Отменить").await;
    assert_eq!(world.count("select count(*) from delivery where state = 'dropped' and class = 2").await, 1);
    world.done().await;
}
