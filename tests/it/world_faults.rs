//! Messengers that are down, slow, lying, or do not want us: the lane waits and goes on, and nothing is lost.

use std::time::Duration;

use provodnik::clock;
use serde_json::json;

use crate::world::{Intake, Phone, Setup, World, everywhere};

const SENDS: [&str; 2] = ["sendMessage", "messages.send"];

fn other(channel: &str) -> &'static str {
    if channel == "vk" { "telegram" } else { "vk" }
}

async fn sees_the_beginning(phone: &Phone<'_>) {
    phone.sees(&["Привет! Я проводник", "Пришли код с карточки"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_blocks_us_hears_nothing_more_and_is_welcome_back() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.signed_in(channel, "Аня", &code).await;
        anya.says("9161234567").await;
        anya.presses("Мой").await;
        anya.last().await;
        anya.blocks_the_bot().await;
        let said = world.asked_for(&SENDS).await.len();
        // The nudge and the end of the patience both fall into the silence.
        world.advance(chrono::TimeDelta::seconds(91)).await;
        world.advance(chrono::TimeDelta::minutes(30)).await;
        assert_eq!(world.asked_for(&SENDS).await.len(), said);
        anya.unblocks_the_bot().await;
        anya.sees(&[]).await;
        anya.says("меню").await;
        anya.sees(&["осталось подтвердить телефон…[Подтвердить телефон]"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_blocks_one_messenger_is_reached_in_the_other() {
    let world = World::new().await;
    let code = world.codes(1).await.remove(0);
    let there = world.signed_in("vk", "Аня", &code).await;
    there.says("другой мессенджер").await;
    let shown = there.unread().await.remove(0);
    let link = shown.split("код: ").nth(1).unwrap().split_whitespace().next().unwrap();
    let here = world.signed_in("telegram", "Аня", link).await;
    here.says("9161234567").await;
    here.presses("Мой").await;
    here.last().await;
    there.unread().await;
    here.blocks_the_bot().await;
    world.advance(chrono::TimeDelta::seconds(91)).await;
    there.sees(&["Звонок был?…[Позвонить ещё раз] [Не звонит]"]).await;
    there.says(&world.rang("79161234567").await.unwrap()).await;
    there.sees(&["Номер подтверждён", "телефон подтверждён"]).await;
    here.sees(&[]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_found_to_have_blocked_us_comes_back_by_writing() {
    everywhere(async |world, channel| {
        let (anya, borya) = (world.person(channel, "Аня").await, world.person(channel, "Боря").await);
        world.fault(json!({"channel": channel, "kind": "blocked", "chat": anya.id})).await;
        anya.starts().await;
        borya.starts().await;
        sees_the_beginning(&borya).await;
        anya.sees(&[]).await;
        assert_eq!(world.asked_for(&SENDS).await.len(), 3, "the second message to her was not even tried");
        assert_eq!(world.count("select count(*) from account where not reachable").await, 1);
        world.repair().await;
        world.hurry().await;
        anya.sees(&[]).await;
        anya.says("я тут").await;
        anya.sees(&["Это не похоже на код", "Пришли код…[Нет кода]"]).await;
        assert_eq!(world.count("select count(*) from account where not reachable").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_slow_down_it_waits_as_told_and_keeps_the_order() {
    everywhere(async |world, channel| {
        let (anya, borya) = (world.person(channel, "Аня").await, world.person(other(channel), "Боря").await);
        let before = clock::tick();
        for method in SENDS {
            let fault = json!({"channel": channel, "kind": "rate", "count": 1, "retry_after": 1, "method": method});
            world.fault(fault).await;
        }
        anya.does("start", json!({})).await;
        anya.does("say", json!({"text": "нет кода"})).await;
        borya.starts().await;
        sees_the_beginning(&borya).await;
        world.patience().await;
        assert!(before.elapsed() >= Duration::from_secs(1));
        anya.sees(&["Привет! Я проводник", "Пришли код с карточки", "Код даёт учитель"]).await;
        assert_eq!(world.count("select count(*) from delivery where tries > 0").await, 0, "no try is counted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_messenger_that_is_down_loses_nothing_and_does_not_hold_the_other() {
    everywhere(async |world, channel| {
        let (anya, borya) = (world.person(channel, "Аня").await, world.person(other(channel), "Боря").await);
        world.fault(json!({"channel": channel, "kind": "server_error"})).await;
        anya.starts().await;
        anya.says("нет кода").await;
        borya.starts().await;
        sees_the_beginning(&borya).await;
        anya.sees(&[]).await;
        world.hurry().await;
        world.repair().await;
        world.hurry().await;
        world.patience().await;
        anya.sees(&["Привет! Я проводник", "Пришли код с карточки", "Код даёт учитель"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_messenger_is_waited_for_and_does_not_hold_the_other() {
    everywhere(async |world, channel| {
        let (anya, borya) = (world.person(channel, "Аня").await, world.person(other(channel), "Боря").await);
        for method in SENDS {
            world.fault(json!({"channel": channel, "kind": "slow", "ms": 700, "count": 2, "method": method})).await;
        }
        anya.starts().await;
        borya.starts().await;
        sees_the_beginning(&borya).await;
        world.patience().await;
        sees_the_beginning(&anya).await;
        assert_eq!(world.asked_for(&SENDS).await.len(), 4, "nothing was sent twice");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_before_the_message_is_taken_loses_nothing() {
    everywhere(async |world, channel| {
        let anya = world.person(channel, "Аня").await;
        for method in SENDS {
            world.fault(json!({"channel": channel, "kind": "drop_before", "count": 1, "method": method})).await;
        }
        anya.starts().await;
        anya.sees(&[]).await;
        world.hurry().await;
        sees_the_beginning(&anya).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_after_it_repeats_at_most_in_telegram() {
    everywhere(async |world, channel| {
        let anya = world.person(channel, "Аня").await;
        for method in SENDS {
            world.fault(json!({"channel": channel, "kind": "drop_after", "count": 1, "method": method})).await;
        }
        anya.starts().await;
        world.hurry().await;
        match channel {
            "telegram" => anya.sees(&["Привет! Я проводник", "Привет! Я проводник", "Пришли код с карточки"]).await,
            _ => sees_the_beginning(&anya).await,
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_whose_token_is_refused_rests_and_goes_on_where_it_was() {
    everywhere(async |world, channel| {
        let (anya, borya) = (world.person(channel, "Аня").await, world.person(other(channel), "Боря").await);
        for method in SENDS {
            world.fault(json!({"channel": channel, "kind": "token", "method": method})).await;
        }
        anya.starts().await;
        anya.says("нет кода").await;
        borya.starts().await;
        sees_the_beginning(&borya).await;
        anya.sees(&[]).await;
        assert_eq!(world.count("select count(*) from lane where paused_until > clock_timestamp()").await, 1);
        world.repair().await;
        world.hurry().await;
        anya.sees(&["Привет! Я проводник", "Пришли код с карточки", "Код даёт учитель"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_words_that_come_back_are_no_answer() {
    for intake in [Intake::Brought, Intake::Asked] {
        let world = World::with(Setup { intake, echoes: true, ..Setup::default() }).await;
        let code = world.codes(1).await.remove(0);
        let anya = world.vk("Аня").await;
        anya.starts().await;
        sees_the_beginning(&anya).await;
        anya.says(&code).await;
        anya.sees(&["Привет", "Остался один шаг", "номер мобильного"]).await;
        // Two acts of hers, and the five echoes.
        assert_eq!(world.count("select count(*) from inbox").await, 7);
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_brought_twice_acts_once() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.person(channel, "Аня").await;
        world.fault(json!({"channel": channel, "kind": "duplicate"})).await;
        anya.starts().await;
        sees_the_beginning(&anya).await;
        anya.says(&code).await;
        anya.sees(&["Привет", "Остался один шаг", "номер мобильного"]).await;
        anya.says("9161234567").await;
        anya.sees(&["Чей это телефон?"]).await;
        anya.presses("Мой").await;
        anya.sees(&["Минутку", "сейчас позвонит робот", "4 последние цифры"]).await;
        assert_eq!(world.calls().await, 1);
        assert_eq!(world.count("select count(*) from inbox where source <> 'call'").await, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_another_order_is_each_ones_own_all_the_same() {
    everywhere(async |world, channel| {
        let codes = world.codes(2).await;
        let (anya, borya) = (world.person(channel, "Аня").await, world.person(channel, "Боря").await);
        world.fault(json!({"channel": channel, "kind": "disorder", "count": 1})).await;
        anya.does("start", json!({})).await;
        borya.does("start", json!({})).await;
        world.settle().await;
        sees_the_beginning(&anya).await;
        sees_the_beginning(&borya).await;
        world.fault(json!({"channel": channel, "kind": "disorder", "count": 1})).await;
        anya.does("say", json!({"text": codes[0]})).await;
        borya.does("say", json!({"text": codes[1]})).await;
        world.settle().await;
        for phone in [&anya, &borya] {
            phone.sees(&["Привет", "Остался один шаг", "номер мобильного"]).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_poll_that_forgets_is_begun_again() {
    let world = World::with(Setup { intake: Intake::Asked, ..Setup::default() }).await;
    let anya = world.vk("Аня").await;
    world.long_poll_forgets("new_key").await;
    anya.starts().await;
    sees_the_beginning(&anya).await;
    // What VK itself has lost nobody can bring back; what comes after it arrives.
    world.long_poll_forgets("lose").await;
    world.settle().await;
    anya.says("нет кода").await;
    anya.sees(&["Код даёт учитель"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_arrives_in_order_at_the_pace_that_the_platforms_allow() {
    let world = World::with(Setup { paced: true, ..Setup::default() }).await;
    let mut crowd = Vec::new();
    for channel in ["telegram", "vk"] {
        for _ in 0..12 {
            crowd.push(world.person(channel, "Кто-то").await);
        }
    }
    // Everybody at once, and the first of each messenger without pausing for breath.
    let talkers = [&crowd[0], &crowd[12]];
    futures_util::future::join_all(crowd.iter().map(|phone| phone.does("start", json!({})))).await;
    for phone in talkers {
        phone.does("say", json!({"text": "нет кода"})).await;
        phone.does("start", json!({})).await;
        phone.does("say", json!({"text": "нет кода"})).await;
    }
    world.patience().await;
    for phone in talkers {
        let once = ["Привет! Я проводник", "Пришли код с карточки", "Код даёт учитель"];
        phone.sees(&[once, once].concat()).await;
    }
    for (nth, phone) in crowd.iter().enumerate() {
        if nth != 0 && nth != 12 {
            sees_the_beginning(phone).await;
        }
    }
    let refused = world.asked_for(&SENDS).await.into_iter().filter(|entry| entry.answer.contains("Too "));
    assert_eq!(refused.map(|entry| entry.answer).collect::<Vec<_>>(), [""; 0]);
    world.done().await;
}
