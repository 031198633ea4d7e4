//! The numbers of the rules, as somebody with a phone meets them: the programme's, and an operator's.
//!
//! It is noon in Moscow, and two in the afternoon where the imported pupils live.

use chrono::TimeDelta;
use provodnik::policy::{self, Policy};

use crate::world::{Phone, Setup, World, card, seeded};

const NUMBER: &str = "+79161234567";
const CHANNELS: [&str; 2] = ["telegram", "vk"];

/// Among what the bot has said since one last looked are these words.
async fn hears(phone: &Phone<'_>, words: &str) {
    let said = phone.unread().await;
    assert!(said.iter().any(|bubble| bubble.contains(words)), "{words}: {said:#?}");
}

/// Rules as an operator writes them.
fn rules(text: &str) -> Policy {
    policy::read("policy.yaml", text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Asks for one more call where two have not come: a person is offered first.
async fn insists(phone: &Phone<'_>) {
    phone.presses("Позвонить ещё раз").await;
    hears(phone, "Или оставь заявку").await;
    phone.presses("Позвонить ещё раз").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_programmes_limits_are_told_with_their_end() {
    for channel in CHANNELS {
        let world = World::new().await;
        let school = world.school().await;
        let ivan = world.person(channel, "Иван").await;
        ivan.signs_in(&card(&school, "Хмуров Иван")).await;
        ivan.is_rung(NUMBER, Some("Мой")).await;
        world.advance(TimeDelta::seconds(59)).await;
        ivan.presses("Позвонить ещё раз").await;
        hears(&ivan, "через 1 секунду").await;
        world.advance(TimeDelta::seconds(1)).await;
        ivan.presses("Позвонить ещё раз").await;
        hears(&ivan, "сейчас позвонит робот").await;
        insists(&ivan).await;
        hears(&ivan, "через 120 секунд").await;
        world.advance(TimeDelta::seconds(120)).await;
        insists(&ivan).await;
        hears(&ivan, "сейчас позвонит робот").await;
        insists(&ivan).await;
        hears(&ivan, "Следующий звонок: 1 октября, 15:00").await;
        assert_eq!(world.calls().await, 3);
        world.advance(TimeDelta::hours(1) - TimeDelta::seconds(181)).await;
        ivan.says("меню").await;
        ivan.presses("Подтвердить телефон").await;
        ivan.says(NUMBER).await;
        ivan.presses("Мой").await;
        hears(&ivan, "нужен перерыв. Следующий звонок: 1 октября, 15:00").await;
        world.advance(TimeDelta::seconds(1)).await;
        ivan.verifies(NUMBER, Some("Мой")).await;
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_two_calls_that_did_not_come_a_person_is_offered() {
    for channel in CHANNELS {
        let world = World::new().await;
        let school = world.school().await;
        let yulia = world.person(channel, "Юлия").await;
        yulia.signs_in(&card(&school, "Цой Юлия")).await;
        yulia.is_rung(NUMBER, Some("Мамы")).await;
        world.advance(TimeDelta::seconds(61)).await;
        yulia.presses("Позвонить ещё раз").await;
        yulia.sees(&["Минутку", "сейчас позвонит робот", "Пришли 4"]).await;
        world.advance(TimeDelta::seconds(80)).await;
        yulia.presses("Позвонить ещё раз").await;
        yulia.sees(&["Бывает…[Позвонить ещё раз] [Оставить заявку] [Другой номер]"]).await;
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_requests_a_day_and_the_third_is_told_whom_to_ask() {
    for channel in CHANNELS {
        let world = World::new().await;
        let school = world.school().await;
        let olya = world.person(channel, "Оля").await;
        olya.signs_in(&card(&school, "Ёлкина Ольга")).await;
        for answer in ["Заявка № 1 отправлена", "Заявка № 2 отправлена", "прошлая заявка была совсем недавно"]
        {
            olya.says("8 495 123-45-67").await;
            olya.presses("Оставить заявку").await;
            olya.presses("Отправить заявку").await;
            hears(&olya, answer).await;
            sqlx::query("update manual_request set state = 'done'").execute(&world.database.pool).await.unwrap();
            olya.presses("Подтвердить телефон").await;
        }
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_programmes_week_ends_at_its_second() {
    for channel in CHANNELS {
        let world = World::new().await;
        let school = world.school().await;
        let ivan = world.person(channel, "Иван").await;
        ivan.says(&card(&school, "Хмуров Иван")).await;
        hears(&ivan, "ещё 7 дней").await;
        ivan.presses("Позже").await;
        world.advance(TimeDelta::days(7) - TimeDelta::seconds(1)).await;
        ivan.presses("Подтвердить телефон").await;
        hears(&ivan, "ещё 1 день").await;
        ivan.presses("Позже").await;
        world.advance(TimeDelta::seconds(1)).await;
        ivan.presses("Подтвердить телефон").await;
        hears(&ivan, "Срок прошёл, но ничего не пропало").await;
        ivan.verifies(NUMBER, Some("Мой")).await;
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_rules_reach_every_answer() {
    let policy = rules(
        "tries_per_call: 1
pause_after_call: [40s, 40s, 40s, 40s]
calls_per_account: [2 in 2h, 3 in 1d, 10 in 7d]
calls_from: \"8:00\"
calls_to: \"11:30\"
pupils_per_phone: 1
deadline: 2d
manual_requests: 1 in 1d
",
    );
    for channel in CHANNELS {
        let world = World::with(Setup { policy: policy.clone(), ..Setup::default() }).await;
        let school = world.school().await;
        let ivan = world.person(channel, "Иван").await;
        ivan.says(&card(&school, "Хмуров Иван")).await;
        hears(&ivan, "ещё 2 дня").await;
        ivan.says(NUMBER).await;
        hears(&ivan, "Робот звонит с 8:00 до 11:30").await;
        ivan.presses("Это мой телефон, звони").await;
        let digits = world.rang(NUMBER).await.unwrap();
        ivan.says(if digits == "1111" { "2222" } else { "1111" }).await;
        hears(&ivan, "Попытки для этого звонка закончились").await;
        world.advance(TimeDelta::seconds(40)).await;
        ivan.presses("Позвонить ещё раз").await;
        ivan.says(&world.rang(NUMBER).await.unwrap()).await;
        hears(&ivan, "Номер подтверждён").await;
        ivan.presses("Сменить номер").await;
        ivan.presses("Сменить номер").await;
        ivan.says("+79261234568").await;
        ivan.presses("Это мой телефон, звони").await;
        hears(&ivan, "Следующий звонок: 1 октября, 16:00").await;

        let yulia = world.person(channel, "Юлия").await;
        yulia.signs_in(&card(&school, "Цой Юлия")).await;
        yulia.says(NUMBER).await;
        yulia.presses("Это мой телефон, звони").await;
        yulia.says(&world.rang(NUMBER).await.unwrap()).await;
        hears(&yulia, "столько учеников, сколько можно").await;
        yulia.presses("Оставить заявку").await;
        yulia.presses("Отправить заявку").await;
        sqlx::query("update manual_request set state = 'done'").execute(&world.database.pool).await.unwrap();
        yulia.presses("Подтвердить телефон").await;
        yulia.says("84951234567").await;
        yulia.presses("Оставить заявку").await;
        yulia.presses("Отправить заявку").await;
        hears(&yulia, "прошлая заявка была совсем недавно").await;
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_provider_rings_kazakhstan_baikonur_is_rung_and_digits_live_as_long_as_the_rules_say() {
    let policy = rules("served: [\"+79\", \"+77\"]\ncode_lives: 2m\n");
    for channel in CHANNELS {
        let world = World::with(Setup { policy: policy.clone(), ..Setup::default() }).await;
        let people = world.seed().await;
        let timur = world.person(channel, "Тимур").await;
        timur.signs_in(&seeded(&people, "Тимур")).await;
        let digits = timur.is_rung("+7 701 123 45 67", Some("Папы")).await;
        world.advance(TimeDelta::seconds(120)).await;
        timur.says(&digits).await;
        hears(&timur, "Эти цифры уже не подходят").await;
        timur.presses("Позвонить ещё раз").await;
        let digits = world.rang("+77011234567").await.unwrap();
        world.advance(TimeDelta::seconds(119)).await;
        timur.says(&digits).await;
        hears(&timur, "Номер подтверждён ✅ +7 701 ***-**-67").await;
        world.done().await;
    }
}
