//! A VK client of long ago: no keyboards at all. Every button is a line with a number, and the whole path works by typing.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    world::{Intake, Setup, World, seeded},
    world_events::{pupil, signs_up},
};

async fn a_day_by_numbers(world: World) {
    let code = world.codes(1).await.remove(0);
    let petya = world.old_vk("Петя").await;
    petya.starts().await;
    petya.sees(&["Привет! Я проводник", "Пришли код с карточки…\n\n1 — Нет кода"]).await;
    petya.says("1").await;
    petya.sees(&["Код даёт учитель"]).await;
    petya.says(&code).await;
    petya.sees(&["Привет…Теперь ты в программе", "Остался один шаг", "Напиши номер мобильного…\n\n1 — Позже"]).await;
    // A number that short is no phone: it is the button.
    petya.says("1").await;
    petya
        .sees(&[
            "вернёмся к этому",
            "1 — Подтвердить телефон\n2 — События\n3 — Мой трек\n4 — Добавить ученика\n5 — Другой мессенджер\n6 — Язык / Language\n7 — Помощь",
        ])
        .await;
    petya.says("1").await;
    petya.sees(&["Остался один шаг", "1 — Позже"]).await;
    petya.says("916 123-45-67").await;
    petya.sees(&["Чей это телефон?…1 — Мой\n2 — Мамы…7 — Другого взрослого"]).await;
    petya.says("2").await;
    petya.sees(&["Сначала скажи маме…1 — Да, не против\n2 — Другой номер\n3 — Позже"]).await;
    petya.says("1").await;
    petya
        .sees(&[
            "Минутку",
            "На +7 916 ***-**-67 сейчас позвонит робот",
            "4 последние цифры…1 — Позвонить ещё раз\n2 — Не звонит\n3 — Другой номер",
        ])
        .await;
    petya.says("2").await;
    petya.sees(&["Бывает…1 — Позвонить ещё раз\n2 — Оставить заявку\n3 — Другой номер"]).await;
    petya.says(&world.rang("+79161234567").await.unwrap()).await;
    petya
        .sees(&[
            "Номер подтверждён ✅",
            "1 — События\n2 — Мой трек\n3 — Добавить ученика\n4 — Другой мессенджер\n5 — Сменить номер\n6 — Язык / Language\n7 — Помощь",
        ])
        .await;
    petya.says("6").await;
    petya.sees(&["На каком языке…1 — Русский\n2 — English"]).await;
    petya.says("2").await;
    petya.sees(&["English", "1 — "]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_path_by_numbers() {
    a_day_by_numbers(World::new().await).await;
    a_day_by_numbers(World::with(Setup { intake: Intake::Asked, ..Setup::default() }).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_stuck_gets_out_by_a_number() {
    let world = World::new().await;
    let petya = world.old_vk("Петя").await;
    petya.starts().await;
    petya.last().await;
    petya.says("аб").await;
    petya.sees(&["Это не похоже на код…\n\n1 — Нет кода"]).await;
    petya.says("2").await;
    petya.sees(&["Это не похоже на код…1 — Нет кода"]).await;
    petya.says("вг").await;
    petya.sees(&["Покажи этот чат учителю…1 — Нет кода\n2 — Помощь\n3 — Меню"]).await;
    petya.says("2").await;
    petya.sees(&["Я помогаю войти", "Не получается?", "Пришли код с карточки"]).await;
    petya.says("3").await;
    petya.sees(&["Привет! Я проводник", "Пришли код с карточки…1 — Нет кода"]).await;
    petya.says("9").await;
    petya.sees(&["Это не похоже на код"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_pupils_of_one_old_phone_choose_by_numbers() {
    let world = World::new().await;
    let codes = world.codes(2).await;
    let petya = world.old_vk("Петя").await;
    petya.starts().await;
    petya.says(&codes[0]).await;
    petya.says("1").await;
    petya.last().await;
    petya.says("кто сейчас").await;
    petya.sees(&["Здесь сейчас…1 — Добавить ученика\n2 — Назад"]).await;
    petya.says("1").await;
    petya.sees(&["Хорошо, добавим", "Пришли код…1 — Нет кода"]).await;
    petya.says(&codes[1]).await;
    petya.says("позже").await;
    petya.last().await;
    petya.says("кто сейчас").await;
    petya.sees(&["Кто сейчас?…1 — …2 — …3 — ➕ Добавить ученика\n4 — Назад"]).await;
    petya.says("1").await;
    assert!(petya.chat().await.iter().any(|bubble| bubble["text"].as_str().unwrap().contains("Теперь здесь")));
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_filled_in_where_a_number_may_be_an_answer() {
    let world = World::new().await;
    let people = world.seed().await;
    let lev = pupil(&world, "vk", &seeded(&people, "Лев")).await;
    signs_up(&lev).await;
    world.advance("2026-10-04T17:00:00+05:00".parse::<DateTime<Utc>>().unwrap() - world.clock.now()).await;
    lev.presses("Рассказать").await;
    lev.unread().await;
    lev.does("client", json!({"old": true})).await;
    lev.says("5").await;
    lev.sees(&["Что понравилось?…5 — Пропустить\n6 — ← Назад"]).await;
    lev.says("2").await;
    lev.sees(&["Хочется узнать…1 — …4 — ← Назад"]).await;
    lev.says("1").await;
    // What is typed here is the answer, «1» too: there are words to be typed, no numbers.
    lev.sees(&["Расскажи парой слов…\n\nПропустить\n← Назад"]).await;
    lev.says("назад").await;
    lev.sees(&["Хочется узнать"]).await;
    lev.says("1").await;
    lev.sees(&["Расскажи парой слов…\n\nПропустить\n← Назад"]).await;
    lev.says("Пропустить").await;
    lev.sees(&["Спасибо!", "Лев, осталось"]).await;
    world.done().await;
}
