//! A coordinator writes to the chat and the pupils of the own municipality, in both messengers, and sees what came of it.

use chrono::TimeDelta;
use provodnik::{demo::SeedPerson, jobs};
use serde_json::json;

use crate::{
    world::{GroupChat, Phone, World, everywhere, seeded},
    world_events::pupil,
};

const LETTER: &str = "Завтра в 15:00 экскурсия на завод…Сургут, координатор «Билета в будущее»";

/// Nina Serova, the coordinator of Surgut, at her menu.
pub async fn nina<'w>(world: &'w World, channel: &str, people: &[SeedPerson]) -> Phone<'w> {
    let nina = world.signed_in(channel, "Нина Серова", &seeded(people, "Нина")).await;
    nina.presses("Позже").await;
    nina.unread().await;
    nina
}

/// The minute in which it can be undone.
pub const HOLD: TimeDelta = TimeDelta::seconds(60);

/// Writes and sends, from wherever she is, and waits until it goes out.
pub async fn writes(nina: &Phone<'_>, to: &str, text: &str) {
    nina.says("рассылка").await;
    nina.presses(to).await;
    nina.says(text).await;
    nina.unread().await;
    nina.presses("Отправить").await;
    nina.waits(HOLD).await;
}

/// The code that her menu shows.
pub async fn chat_code(nina: &Phone<'_>) -> String {
    nina.says("рассылка").await;
    nina.presses("Подключить чат").await;
    let said = nina.unread().await.join("\n");
    let mut words = said.split_whitespace().skip_while(|word| !word.starts_with("/chat"));
    words.nth(1).unwrap_or_else(|| panic!("no code in {said}")).to_owned()
}

pub async fn connect(nina: &Phone<'_>, chat: &GroupChat<'_>, code: &str) {
    chat.commands(nina, &format!("chat {code}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn her_chat_and_her_pupils_get_it_and_nobody_else() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        nina.says("меню").await;
        nina.sees(&["Нина, чем помочь?…[Рассылка] [Люди и роли] [Ученики] [Мой номер]"]).await;
        // One pupil of hers in each messenger, one of another town; who has not signed in is not counted.
        let artyom = pupil(world, "telegram", &seeded(&people, "Артём")).await;
        let maya = pupil(world, "vk", &seeded(&people, "Майя")).await;
        let mark = pupil(world, channel, &seeded(&people, "Марк")).await;
        let teachers = world.group("Педагоги Сургута", channel, &[&nina]).await;
        let others = world.group("Чужой чат", channel, &[&mark]).await;
        teachers.unread().await;
        others.unread().await;

        let code = chat_code(&nina).await;
        connect(&nina, &teachers, &code).await;
        teachers.sees(&["Готово ✅ Теперь это чат территории «Сургут»"]).await;

        nina.says("рассылка").await;
        nina.sees(&["Рассылка: Сургут…можно писать: 2…чаты: 1…[Ученикам и в чаты] [Ученикам] [В чаты]"]).await;
        nina.presses("Ученикам и в чаты").await;
        nina.says("Завтра в 15:00 экскурсия на завод").await;
        nina.sees(&["Пришлите текст", "Так это прочитают:…экскурсия на завод…ученики: 2, чаты: 1…[Отправить]"]).await;
        artyom.sees(&[]).await;
        nina.presses("Отправить").await;
        nina.sees(&["уйдёт через минуту…ученики: 2, чаты: 1…[Отменить]", "Нина, чем помочь?"]).await;
        world.advance(TimeDelta::seconds(59)).await;
        artyom.sees(&[]).await;
        world.advance(TimeDelta::seconds(1)).await;
        assert_eq!(
            nina.bubble("Рассылка завершена").await.unwrap(),
            "Рассылка завершена ✅\n\nДошло: 3. Дошло до всех. [Что дальше]"
        );
        artyom.sees(&[LETTER]).await;
        maya.sees(&[LETTER]).await;
        teachers.sees(&[LETTER]).await;
        mark.sees(&[]).await;
        others.sees(&[]).await;

        nina.says("рассылка").await;
        nina.presses("Как дошло").await;
        nina.sees(&["Рассылка: Сургут", "Рассылка 1 октября…Дошло: 3…ждёт утра: 0…Не дошло: 0", "Рассылка: Сургут"])
            .await;
        // What is written lies sealed, and in one place.
        let bare = "select count(*) from broadcast where position('экскурсия'::bytea in text) > 0";
        assert_eq!(world.count(bare).await, 0);
        assert_eq!(
            world
                .count("select count(*) from delivery where body::text like '%экскурсия%' and broadcast is not null")
                .await,
            0
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialogue_goes_on_as_if_nothing_had_come() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = world.signed_in(channel, "Лев", &seeded(&people, "Лев")).await;
        lev.unread().await;
        writes(&nina, "Ученикам", "Завтра в 15:00 экскурсия на завод").await;
        lev.sees(&[LETTER]).await;
        // The number that was asked for before it.
        lev.verifies("+79161234567", Some("Мой")).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_woken() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let lev = pupil(&world, "vk", &seeded(&people, "Лев")).await;
    // Half past nine in the evening in Surgut.
    world.advance(TimeDelta::minutes(7 * 60 + 30)).await;
    nina.unread().await;
    writes(&nina, "Ученикам", "Завтра в 15:00 экскурсия на завод").await;
    nina.sees(&["Рассылка идёт…Ждут своего часа: 1, ближайшие – 2 октября, 09:00", "Нина, чем помочь?"]).await;
    lev.sees(&[]).await;
    nina.says("рассылка").await;
    nina.presses("Как дошло").await;
    nina.sees(&["Рассылка: Сургут", "Дошло: 0…ждёт утра: 1", "Рассылка: Сургут"]).await;
    world.advance(TimeDelta::minutes(11 * 60 + 28)).await;
    lev.sees(&[]).await;
    world.advance(TimeDelta::minutes(1)).await;
    lev.sees(&[LETTER]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_outage_carries_into_the_night_comes_at_nine_in_order_and_once() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        // She writes from the messenger that works.
        let nina = nina(world, if channel == "vk" { "telegram" } else { "vk" }, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let teachers = world.group("Педагоги Сургута", channel, &[&lev]).await;
        let code = chat_code(&nina).await;
        connect(&lev, &teachers, &code).await;
        teachers.unread().await;
        // A quarter to nine in the evening in Surgut.
        world.advance(TimeDelta::minutes(6 * 60 + 45)).await;
        nina.unread().await;
        world.fault(json!({"channel": channel, "kind": "server_error"})).await;
        for text in ["Завтра в 15:00 экскурсия на завод", "Автобус будет синий"]
        {
            writes(&nina, "Ученикам и в чаты", text).await;
            nina.sees(&["Рассылка идёт…Дошло: 0, осталось: 2", "Нина, чем помочь?"]).await;
        }
        world.advance(TimeDelta::minutes(15)).await;
        world.repair().await;
        world.hurry().await;
        lev.sees(&[]).await;
        teachers.sees(&[]).await;
        // Somebody's own act is answered at any hour.
        lev.says("меню").await;
        lev.sees(&["Лев, осталось"]).await;
        nina.says("рассылка").await;
        nina.presses("Как дошло").await;
        nina.sees(&["Рассылка: Сургут", "Дошло: 0…ждёт утра: 2…Не дошло: 0", "Рассылка: Сургут"]).await;
        world.advance(TimeDelta::minutes(11 * 60 + 56)).await;
        world.hurry().await;
        lev.sees(&[]).await;
        teachers.sees(&[]).await;
        world.advance(TimeDelta::minutes(2)).await;
        lev.sees(&[LETTER, "Автобус будет синий"]).await;
        teachers.sees(&[LETTER, "Автобус будет синий"]).await;
        world.advance(TimeDelta::days(1)).await;
        lev.sees(&[]).await;
        teachers.sees(&[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_kept_for_a_week_and_a_chats_code_for_a_day() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    pupil(&world, "vk", &seeded(&people, "Лев")).await;
    let purge = async || jobs::drafts::purge(&world.parts.pool, &world.clock).await.unwrap();
    chat_code(&nina).await;
    writes(&nina, "Ученикам", "Это ушло").await;
    // From the menu, which stays open for longer than a draft is kept.
    nina.presses("Рассылка").await;
    nina.presses("Ученикам").await;
    nina.says("Это лежит").await;
    // The code was made before the minute in which the broadcast could be undone.
    world.advance(TimeDelta::days(1) - HOLD).await;
    assert_eq!(purge().await, 0, "a day is not over");
    world.advance(TimeDelta::seconds(1)).await;
    assert_eq!(purge().await, 1);
    assert_eq!(world.count("select count(*) from chat_code").await, 0);
    world.advance(TimeDelta::days(6) + HOLD).await;
    assert_eq!(purge().await, 1);
    assert_eq!(world.count("select count(*) from broadcast where sent_at is not null").await, 1);
    // The question may still stand there, and is asked again.
    nina.unread().await;
    nina.says("помощь").await;
    let seen = nina.unread().await.join("\n");
    assert!(seen.contains("этого текста больше нет"), "{seen}");
    nina.presses("Отправить").await;
    nina.sees(&["Этого текста больше нет", "Рассылка: Сургут"]).await;
    assert_eq!(world.count("select count(*) from delivery where state = 'failed'").await, 0);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_blocked_us_is_counted_and_written_to_no_more() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        lev.blocks_the_bot().await;
        nina.says("рассылка").await;
        nina.sees(&["можно писать: 0"]).await;
        nina.presses("Ученикам").await;
        nina.sees(&["сейчас нет: они появятся", "Рассылка: Сургут"]).await;
        // While the text is being written.
        lev.unblocks_the_bot().await;
        nina.says("рассылка").await;
        nina.presses("Ученикам").await;
        lev.blocks_the_bot().await;
        nina.says("Кто здесь?").await;
        let nobody = "Учеников, которым можно писать, сейчас нет…не отправлен";
        nina.sees(&["можно писать: 1", "Пришлите текст", nobody, "Рассылка: Сургут"]).await;
        // Between the preview and the sending.
        lev.unblocks_the_bot().await;
        nina.says("рассылка").await;
        nina.presses("Ученикам").await;
        nina.says("А теперь?").await;
        lev.blocks_the_bot().await;
        nina.unread().await;
        nina.presses("Отправить").await;
        nina.sees(&[nobody, "Рассылка: Сургут"]).await;
        nina.presses("Как дошло").await;
        nina.sees(&["Рассылок ещё не было", "Рассылка: Сургут"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_answers_for_a_territory_writes_to_it() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        lev.says("рассылка").await;
        assert!(lev.unread().await[0].contains("Рассылки отправляют координаторы"));
        // A role that is gone between writing and sending reaches nobody.
        let nina = nina(world, channel, &people).await;
        let code = chat_code(&nina).await;
        nina.presses("Ученикам").await;
        nina.says("Всем привет!").await;
        nina.unread().await;
        sqlx::query("update role set revoked_at = granted_at where role = 'coordinator'")
            .execute(&world.database.pool)
            .await
            .unwrap();
        nina.presses("Отправить").await;
        assert!(nina.unread().await[0].contains("Рассылки отправляют координаторы"));
        lev.sees(&[]).await;
        // Nor does the code that she was shown before.
        let chat = world.group("Чат", channel, &[&nina]).await;
        chat.unread().await;
        connect(&nina, &chat, &code).await;
        chat.sees(&["Этот код не подходит"]).await;
        assert_eq!(world.count("select count(*) from group_chat where territory is not null").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chats_code_works_once_for_a_quarter_of_an_hour_and_signs_nobody_in() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let stranger = world.person(channel, "Кто-то").await;
        let (first, second) =
            (world.group("Первый", channel, &[&nina]).await, world.group("Второй", channel, &[&nina, &stranger]).await);
        first.unread().await;
        second.unread().await;
        let code = chat_code(&nina).await;
        // It is said aloud, so whoever reads it must not become her by it.
        stranger.says(&code).await;
        assert!(!stranger.unread().await.join("\n").contains("Нина"));
        // Written in two pieces, in small letters.
        connect(&nina, &first, &code.to_lowercase().replace('-', " ")).await;
        first.sees(&["Готово ✅"]).await;
        connect(&stranger, &second, &code).await;
        second.sees(&["Этот код не подходит"]).await;
        let late = chat_code(&nina).await;
        world.advance(TimeDelta::minutes(15)).await;
        connect(&nina, &second, &late).await;
        second.sees(&["Этот код не подходит"]).await;
        assert_eq!(world.count("select count(*) from group_chat where territory is not null").await, 1);
    })
    .await;
}
