//! The providers' faults, as a child meets them.

use chrono::TimeDelta;
use serde_json::json;

use crate::world::{Setup, World, card};

const NUMBER: &str = "+79161234567";

#[tokio::test(flavor = "multi_thread")]
async fn strange_answers_of_a_provider_are_read_and_the_digits_work() {
    for kind in ["six_digits", "integer_code", "status_false", "timeout"] {
        for smsru_first in [false, true] {
            // SMS.RU knows no `status: false`, and the digits of an unanswered call of its own are known to nobody.
            if smsru_first && ["status_false", "timeout"].contains(&kind) {
                continue;
            }
            let world = World::with(Setup { smsru_first, ..Setup::default() }).await;
            let school = world.school().await;
            let phone = world.vk("Иван").await;
            phone.signs_in(&card(&school, "Хмуров Иван")).await;
            world.fault(json!({"channel": "autodial", "kind": kind})).await;
            phone.verifies(NUMBER, Some("Мой")).await;
            assert_eq!(world.calls().await, 1, "{kind}");
            world.done().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_understands_is_never_dialled_twice_by_itself() {
    let world = World::with(Setup { smsru_first: true, ..Setup::default() }).await;
    let school = world.school().await;
    let phone = world.telegram("Иван").await;
    phone.signs_in(&card(&school, "Хмуров Иван")).await;
    world.fault(json!({"channel": "autodial", "kind": "html", "count": 1})).await;
    phone.says(NUMBER).await;
    phone.presses("Мой").await;
    phone.sees(&["Чей это телефон?", "Минутку", "сейчас позвонит робот", "Пришли 4"]).await;
    assert_eq!(world.calls().await, 0);
    world.advance(TimeDelta::seconds(91)).await;
    phone.sees(&["Звонок был?"]).await;
    phone.presses("Позвонить ещё раз").await;
    phone.sees(&["Минутку", "сейчас позвонит робот", "Пришли 4"]).await;
    phone.says(&world.rang(NUMBER).await.unwrap()).await;
    phone.sees(&["Номер подтверждён ✅", "Иван, телефон подтверждён"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_without_money_leaves_the_call_to_the_next() {
    let world = World::with(Setup { smsru_first: true, ..Setup::default() }).await;
    let school = world.school().await;
    let phone = world.vk("Иван").await;
    phone.signs_in(&card(&school, "Хмуров Иван")).await;
    world.fault(json!({"channel": "autodial", "kind": "no_money", "method": "smsru/code/call"})).await;
    phone.verifies(NUMBER, Some("Мамы")).await;
    assert_eq!(world.calls().await, 1);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_provider_is_nobodys_fault_and_costs_no_try() {
    let world = World::new().await;
    let school = world.school().await;
    for (phone, (name, number)) in
        world.both().await.iter().zip([("Хмуров Иван", NUMBER), ("Цой Юлия", "+79261234568")])
    {
        phone.signs_in(&card(&school, name)).await;
        world.fault(json!({"channel": "autodial", "kind": "no_money"})).await;
        phone.says(number).await;
        phone.presses("Мой").await;
        phone
            .sees(&["Чей", "Минутку", "Робот сейчас не может звонить…[Попробовать ещё раз] [Оставить заявку] [Позже]"])
            .await;
        world.repair().await;
        phone.presses("Позже").await;
        phone.sees(&["Хорошо, вернёмся", "осталось подтвердить"]).await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_a_provider_refuses_is_not_called_and_another_is_taken_at_once() {
    let world = World::new().await;
    let school = world.school().await;
    let phone = world.telegram("Иван").await;
    phone.signs_in(&card(&school, "Хмуров Иван")).await;
    world.fault(json!({"channel": "autodial", "kind": "refused", "chat": 79_161_234_567_i64})).await;
    phone.says(NUMBER).await;
    phone.presses("Мой").await;
    phone
        .sees(&["Чей", "Минутку", "На этот номер позвонить не получится. Напиши другой…[Оставить заявку] [Позже]"])
        .await;
    phone.verifies("+79261234568", Some("Мой")).await;
    world.done().await;
}
