//! A broadcast that is over: who got it, once more to whom it failed or who came since, corrected, taken back.

use chrono::TimeDelta;
use provodnik::import::table;
use reqwest::Method;
use serde_json::json;

use crate::{
    world::{Phone, World, everywhere, seeded},
    world_broadcast::{HOLD, nina, writes},
    world_events::pupil,
    world_staff::{ask, field},
};

const TEXT: &str = "Завтра в 15:00 экскурсия на завод";

/// What may be done about the latest that is over.
async fn opens(nina: &Phone<'_>) {
    nina.unread().await;
    let done = ["Рассылка завершена", "Рассылка исправлена", "Рассылка отменена"];
    for words in done {
        if nina.bubble(words).await.is_some() {
            return nina.presses_at(words, "Что дальше").await;
        }
    }
    panic!("no broadcast is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_is_taken_back_from_all_who_have_it() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, "telegram", &seeded(&people, "Лев")).await;
        let maya = pupil(world, "vk", &seeded(&people, "Майя")).await;
        let blocked = pupil(world, channel, &seeded(&people, "Артём")).await;
        blocked.blocks_the_bot().await;
        writes(&nina, "Ученикам", TEXT).await;
        lev.sees(&[TEXT]).await;
        maya.sees(&[TEXT]).await;
        opens(&nina).await;
        nina.sees(&["Ваша рассылка…экскурсия…Дошло: 2, не дошло: 0, появились позже: 0…[Кто получил]…[Отозвать]"])
            .await;
        nina.presses("Отозвать").await;
        nina.sees(&["Отозвать рассылку у всех, кто получил (2)?…[Отозвать] [Назад]"]).await;
        nina.presses("Отозвать").await;
        let told = nina.bubble("Рассылка отозвана").await.unwrap();
        assert!(told.contains("Удалено у получивших: 2.") && !told.contains("Не вышло"), "{told}");
        for phone in [&lev, &maya] {
            assert_eq!(phone.bubble("экскурсия").await, None);
        }
        // It is taken back once, and goes to nobody any more.
        nina.unread().await;
        nina.presses_at("Рассылка отозвана", "Что дальше").await;
        nina.presses("Новым").await;
        assert!(nina.unread().await.join("\n").contains("никто новый не появился, или рассылка отозвана"));
        nina.presses("Отозвать").await;
        nina.presses("Отозвать").await;
        assert!(nina.unread().await.join("\n").contains("Отзывать нечего"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_stays_and_is_counted() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let lev = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    let maya = pupil(&world, "vk", &seeded(&people, "Майя")).await;
    writes(&nina, "Ученикам", TEXT).await;
    // VK takes nothing back after a day, Telegram after two.
    world.advance(TimeDelta::hours(25)).await;
    opens(&nina).await;
    nina.presses("Отозвать").await;
    nina.presses("Отозвать").await;
    let told = nina.bubble("Рассылка отозвана").await.unwrap();
    assert!(told.contains("Удалено у получивших: 1. Не вышло: 1."), "{told}");
    assert_eq!(lev.bubble("экскурсия").await, None);
    assert!(maya.bubble("экскурсия").await.is_some());
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_is_corrected_where_it_stands() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        writes(&nina, "Ученикам", TEXT).await;
        lev.sees(&[TEXT]).await;
        for (text, before) in [("Завтра в 16:00 экскурсия на завод", "15:00"), ("Экскурсии не будет", "16:00")]
        {
            opens(&nina).await;
            nina.presses("Исправить у всех").await;
            nina.says(text).await;
            assert!(nina.last().await.contains(text));
            nina.presses("Исправить").await;
            assert!(nina.bubble("Рассылка исправлена").await.unwrap().contains("Исправлено у получивших: 1."));
            let now = lev.bubble(text).await.unwrap();
            assert!(now.contains("Сургут, координатор") && !now.contains(before), "{now}");
        }
        lev.sees(&[]).await;
        // Then it is taken back as it stands.
        opens(&nina).await;
        nina.presses("Отозвать").await;
        nina.presses("Отозвать").await;
        assert_eq!(lev.bubble("Экскурсии не будет").await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_more_goes_to_whom_it_failed_and_to_who_came_since_and_to_nobody_twice() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let artyom = pupil(world, channel, &seeded(&people, "Артём")).await;
        world.fault(json!({"channel": channel, "kind": "blocked", "chat": artyom.id})).await;
        writes(&nina, "Ученикам", TEXT).await;
        world.repair().await;
        lev.sees(&[TEXT]).await;
        artyom.sees(&[]).await;
        let maya = pupil(world, channel, &seeded(&people, "Майя")).await;
        // He writes himself: the way is open again.
        artyom.says("меню").await;
        artyom.unread().await;
        opens(&nina).await;
        nina.sees(&["Дошло: 1, не дошло: 1, появились позже: 1"]).await;
        nina.presses("Не получившим").await;
        assert!(nina.bubble("ещё раз через минуту").await.unwrap().contains("всего не дошло: 1"));
        world.advance(HOLD).await;
        artyom.sees(&[TEXT]).await;
        maya.sees(&[]).await;
        assert!(nina.bubble("Рассылка завершена").await.unwrap().contains("Дошло: 2. Дошло до всех."));
        opens(&nina).await;
        nina.presses("Новым").await;
        nina.unread().await;
        // Undone, what it was stays.
        nina.presses_at("ещё раз через минуту", "Отменить").await;
        assert!(nina.unread().await[0].contains("Отменено: никому ничего не ушло"));
        world.advance(HOLD).await;
        maya.sees(&[]).await;
        opens(&nina).await;
        nina.presses("Новым").await;
        world.advance(HOLD).await;
        maya.sees(&[TEXT]).await;
        lev.sees(&[]).await;
        artyom.sees(&[]).await;
        assert!(nina.bubble("Рассылка завершена").await.unwrap().contains("Дошло: 3. Дошло до всех."));
        opens(&nina).await;
        nina.presses("Не получившим").await;
        assert!(nina.unread().await.join("\n").contains("Повторять некому"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_got_it_and_who_did_not_and_why_is_a_table_for_its_author() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let lev = pupil(&world, "vk", &seeded(&people, "Лев")).await;
    let artyom = pupil(&world, "telegram", &seeded(&people, "Артём")).await;
    world.fault(json!({"channel": "telegram", "kind": "blocked", "chat": artyom.id})).await;
    writes(&nina, "Ученикам", TEXT).await;
    world.repair().await;
    lev.sees(&[TEXT]).await;
    opens(&nina).await;
    nina.presses("Кто получил").await;
    let said = nina.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    let (status, page) = ask(&world, Method::POST, link, &[]).await;
    assert_eq!(status, 200, "{page}");
    for words in ["Всего получателей: 2", "Дошло: <b>1</b>", "Нельзя написать: <b>1</b>"]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/page/ledger/file", world.base)).form(&[("pass", field(&page, "pass"))]);
    let book = table::read(&request.send().await.unwrap().bytes().await.unwrap()).unwrap();
    let rows: Vec<Vec<String>> =
        book.rows.iter().map(|row| [0, 2, 3].map(|column| row.cell(column).text()).to_vec()).collect();
    let row = |name: &str| rows.iter().find(|row| row[0].starts_with(name)).unwrap_or_else(|| panic!("{rows:?}"));
    assert_eq!((rows.len(), row("Лев")[1].as_str(), row("Лев")[2].as_str()), (2, "ВКонтакте", "Дошло"));
    assert_eq!((row("Артём")[1].as_str(), row("Артём")[2].as_str()), ("Telegram", "Нельзя написать"));
    let opened = "select count(*) from journal where act = 'page_opened' and detail like '%ledger%'";
    assert_eq!(world.count(opened).await, 1);
    // A pass of another page opens none.
    let forged = client.post(format!("{}/page/ledger/file", world.base)).form(&[("pass", "junk")]);
    assert_ne!(forged.send().await.unwrap().status().as_u16(), 200);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_ten_where_each_one_lives_or_to_all_at_once() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let grant = "insert into role (id, person, role, territory, granted_at)
                     select gen_random_uuid(), person, role, (select id from territory where name = 'Калининград'), granted_at
                     from role where role = 'coordinator' limit 1";
        sqlx::query(grant).execute(&world.database.pool).await.unwrap();
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let mark = pupil(world, channel, &seeded(&people, "Марк")).await;
        let plans = async |at: &str| {
            nina.says("рассылка").await;
            nina.presses("Ученикам").await;
            nina.says(TEXT).await;
            nina.presses("Позже").await;
            nina.unread().await;
            nina.says(at).await;
        };
        plans("завтра 10:00").await;
        // Surgut is three hours before Kaliningrad, by whose clock she reads it.
        let waves = "Когда придёт…02.10 10:00 у них = 2 октября, 07:00 у вас: Сургут, ученики: 1…\
                     02.10 10:00 у них = 2 октября, 10:00 у вас: Калининград, ученики: 1";
        nina.sees(&[waves]).await;
        nina.presses("Отправить").await;
        nina.sees(&["Рассылка уйдёт: 2 октября, 07:00", "Нина, чем помочь?"]).await;
        // Noon in Moscow, so 14:00 in Surgut: twenty hours to ten.
        world.advance(TimeDelta::hours(20) - TimeDelta::minutes(1)).await;
        lev.sees(&[]).await;
        world.advance(TimeDelta::minutes(1)).await;
        lev.sees(&[TEXT]).await;
        mark.sees(&[]).await;
        assert!(nina.bubble("Рассылка идёт").await.unwrap().contains("Ждут своего часа: 1, ближайшие – 2 октября, 10:00"));
        world.advance(TimeDelta::hours(3)).await;
        mark.sees(&[TEXT]).await;
        lev.sees(&[]).await;
        // To all at once, but nobody is woken.
        nina.unread().await;
        plans("завтра 10:00").await;
        nina.presses("Всем сразу").await;
        nina.sees(&["у вас: Сургут", "13:00 у них = 3 октября, 10:00 у вас: Сургут…10:00 у них = 3 октября, 10:00 у вас: Калининград"]).await;
        nina.presses("Отправить").await;
        world.advance(TimeDelta::days(1)).await;
        lev.sees(&[TEXT]).await;
        mark.sees(&[TEXT]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_is_none_is_told_and_the_text_is_kept() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    let lev = pupil(&world, "vk", &seeded(&people, "Лев")).await;
    nina.says("рассылка").await;
    nina.presses("Ученикам").await;
    nina.says(TEXT).await;
    nina.presses("Позже").await;
    nina.unread().await;
    for (said, told) in [
        ("утром", "Не получилось понять время"),
        ("сегодня 09:00", "Это время уже прошло"),
        ("23:30", "В это время спят"),
        ("01.09 10:00", "не больше 60 дней"),
    ] {
        nina.says(said).await;
        nina.sees(&[told, "Когда отправить?"]).await;
    }
    // Its moment goes by while she looks at it.
    nina.says("15:00").await;
    nina.unread().await;
    world.advance(TimeDelta::hours(2)).await;
    nina.presses("Отправить").await;
    nina.sees(&["Это время уже прошло", "Когда отправить?"]).await;
    lev.sees(&[]).await;
}
