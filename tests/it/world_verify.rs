//! From a number to «Номер подтверждён»: everything that may happen on the way.

use chrono::TimeDelta;
use serde_json::json;

use crate::world::{World, card, seeded};

const NUMBER: &str = "+79161234567";

/// Two numbers, one for each messenger.
const NUMBERS: [&str; 2] = ["+79161234567", "+79261234568"];
const NAMES: [&str; 2] = ["Хмуров Иван", "Цой Юлия"];

/// Digits that are not these.
fn wrong(digits: &str) -> &'static str {
    if digits == "1111" { "2222" } else { "1111" }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_wrong_codes_use_a_call_up_and_the_next_call_has_digits_of_its_own() {
    let world = World::new().await;
    let school = world.school().await;
    for ((phone, name), number) in world.both().await.iter().zip(NAMES).zip(NUMBERS) {
        phone.signs_in(&card(&school, name)).await;
        let digits = phone.is_rung(number, Some("Мамы")).await;
        phone.says("12345").await;
        phone.sees(&["Нужны ровно 4 цифры…[Позвонить ещё раз] [Не звонит] [Другой номер]"]).await;
        phone.says(wrong(&digits)).await;
        phone.sees(&["Цифры не подошли. Осталось 2 попытки", "Пришли 4 последние цифры"]).await;
        phone.says(wrong(&digits)).await;
        phone.sees(&["Цифры не подошли. Осталась 1 попытка", "Пришли 4 последние цифры"]).await;
        phone.says(wrong(&digits)).await;
        phone.sees(&["Попытки для этого звонка закончились…[Позвонить ещё раз] [Другой номер] [Позже]"]).await;
        world.advance(TimeDelta::seconds(61)).await;
        phone.presses("Позвонить ещё раз").await;
        phone.sees(&["Минутку", "На +7 9…сейчас позвонит робот", "Пришли 4 последние цифры"]).await;
        phone.says(&world.rang(number).await.unwrap()).await;
        phone.sees(&["Номер подтверждён ✅", "телефон подтверждён"]).await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digits_of_the_call_before_are_good_and_those_of_six_minutes_ago_are_not() {
    let world = World::new().await;
    let school = world.school().await;
    for ((phone, name), number) in world.both().await.iter().zip(NAMES).zip(NUMBERS) {
        phone.signs_in(&card(&school, name)).await;
        let first = phone.is_rung(number, Some("Мой")).await;
        phone.presses("Позвонить ещё раз").await;
        phone
            .sees(&["Минутку", "Следующий звонок можно заказать через 60 секунд…цифры ещё подходят", "Пришли 4"])
            .await;
        world.advance(TimeDelta::seconds(6 * 60)).await;
        phone.sees(&["Звонок был?…«Не звонит»"]).await;
        phone.says(&first).await;
        phone.sees(&["Эти цифры уже не подходят: они живут всего несколько минут…[Позвонить ещё раз]"]).await;
        phone.presses("Позвонить ещё раз").await;
        phone.sees(&["Минутку", "сейчас позвонит робот", "Пришли 4"]).await;
        let second = world.rang(number).await.unwrap();
        world.advance(TimeDelta::seconds(121)).await;
        phone.sees(&["Звонок был?"]).await;
        phone.presses("Позвонить ещё раз").await;
        phone.sees(&["Бывает…[Позвонить ещё раз] [Оставить заявку]"]).await;
        phone.presses("Позвонить ещё раз").await;
        phone.sees(&["Минутку", "сейчас позвонит робот", "Пришли 4"]).await;
        assert_ne!(world.rang(number).await.unwrap(), second);
        phone.says(&second).await;
        phone.sees(&["Номер подтверждён ✅", "телефон подтверждён"]).await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_number_that_is_not_called_another_may_be_sent_at_once() {
    let world = World::new().await;
    let school = world.school().await;
    for ((phone, name), number) in world.both().await.iter().zip(NAMES).zip(NUMBERS) {
        phone.signs_in(&card(&school, name)).await;
        phone.says("8 495 123-45-67").await;
        phone.sees(&["Это городской номер…[Оставить заявку] [Позже]"]).await;
        phone.says("+7 701 123 45 67").await;
        phone.sees(&["Это номер другой страны…Напиши российский мобильный"]).await;
        phone.says("+375 29 123-45-67").await;
        phone.sees(&["Это номер другой страны"]).await;
        phone.says("не знаю").await;
        phone.sees(&["Не похоже на номер телефона", "Напиши номер мобильного"]).await;
        phone.verifies(number, Some("Папы")).await;
    }
    assert_eq!(world.calls().await, 2);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_contact_is_not_taken_and_ones_own_is() {
    let world = World::new().await;
    let school = world.school().await;
    let olya = world.telegram("Оля").await;
    olya.signs_in(&card(&school, "Ёлкина Ольга")).await;
    olya.shares_foreign_contact("+79031112233").await;
    olya.sees(&["Это контакт другого человека, его я не беру…[📱 Отправить мой номер] [Позже]"]).await;
    olya.says("84951234567").await;
    olya.sees(&["Это городской номер"]).await;
    olya.shares_foreign_contact("+79031112233").await;
    olya.sees(&["Это контакт другого человека…[📱 Отправить мой номер]"]).await;
    olya.shares_own_contact(NUMBER).await;
    olya.sees(&["Чей это телефон?"]).await;
    assert_eq!(world.calls().await, 0);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kazakh_number_is_baikonurs_and_goes_to_a_human() {
    let world = World::new().await;
    let people = world.seed().await;
    let timur = world.telegram("Тимур").await;
    timur.signs_in(&seeded(&people, "Тимур")).await;
    timur.says("+7 701 123 45 67").await;
    timur.sees(&["Номер подходит, но робот туда пока не дозванивается…[Оставить заявку] [Позже]"]).await;
    timur.presses("Оставить заявку").await;
    timur.sees(&["Отправить заявку в поддержку?…[Отправить заявку] [Назад]"]).await;
    timur.presses("Отправить заявку").await;
    timur.sees(&["Заявка № 1 отправлена", "Тимур, осталось подтвердить телефон"]).await;
    let artyom = world.telegram("Артём").await;
    artyom.signs_in(&seeded(&people, "Артём")).await;
    artyom.says("87011234567").await;
    artyom.sees(&["Это номер другой страны"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_does_not_come_ends_with_a_human_and_a_second_request_is_not_needed() {
    let world = World::new().await;
    let school = world.school().await;
    world.fault(json!({"channel": "autodial", "kind": "no_ring"})).await;
    for ((phone, name), number) in world.both().await.iter().zip(NAMES).zip(NUMBERS) {
        phone.signs_in(&card(&school, name)).await;
        phone.says(number).await;
        phone.presses("Бабушки или дедушки").await;
        phone.presses("Да, не против").await;
        phone
            .sees(&["Чей", "Телефон бабушки или дедушки подойдёт", "Минутку", "сейчас позвонит робот", "Пришли 4"])
            .await;
        assert_eq!(world.rang(number).await, None);
        phone.presses("Не звонит").await;
        phone
            .sees(&["Бывает: операторы иногда не пропускают…[Позвонить ещё раз] [Оставить заявку] [Другой номер]"])
            .await;
        world.advance(TimeDelta::seconds(61)).await;
        phone.presses("Позвонить ещё раз").await;
        phone.sees(&["Минутку", "сейчас позвонит робот", "Пришли 4"]).await;
        phone.presses("Не звонит").await;
        phone.sees(&["Бывает"]).await;
        phone.presses("Оставить заявку").await;
        phone.sees(&["Отправить заявку в поддержку?"]).await;
        phone.presses("Отправить заявку").await;
        phone.sees(&["Заявка №…отправлена", "осталось подтвердить телефон"]).await;
        phone.presses("Подтвердить телефон").await;
        phone.sees(&["Остался один шаг", "Напиши номер"]).await;
        phone.says("84951234567").await;
        phone.presses("Оставить заявку").await;
        phone.presses("Отправить заявку").await;
        phone.sees(&["городской", "Отправить заявку", "Твоя заявка №…уже у поддержки", "осталось подтвердить"]).await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_came_after_all_is_proved_where_one_is() {
    let world = World::new().await;
    let school = world.school().await;
    for ((phone, name), number) in world.both().await.iter().zip(NAMES).zip(NUMBERS) {
        phone.signs_in(&card(&school, name)).await;
        let digits = phone.is_rung(number, Some("Мой")).await;
        phone.presses("Не звонит").await;
        phone.sees(&["Бывает…А если звонок пришёл, пришли 4 последние цифры"]).await;
        phone.says(&digits).await;
        phone.sees(&["Номер подтверждён ✅", "телефон подтверждён"]).await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_buttons_their_numbers_are_typed() {
    let world = World::new().await;
    let school = world.school().await;
    let phone = world.old_vk("Юлия").await;
    phone.says(&card(&school, "Цой Юлия")).await;
    phone.sees(&["Привет, Юлия!", "Остался", "Напиши номер…1 — Позже"]).await;
    phone.says("84951234567").await;
    phone.sees(&["Это городской номер…1 — Оставить заявку…2 — Позже"]).await;
    phone.says("2").await;
    phone.sees(&["Хорошо, вернёмся", "Юлия, осталось…1 — Подтвердить телефон…7 — Помощь"]).await;
    phone.says("1").await;
    phone.says(NUMBER).await;
    phone.says("2").await;
    phone.says("1").await;
    phone
        .sees(&[
            "Остался",
            "Напиши",
            "Чей это телефон?…2 — Мамы",
            "Сначала скажи маме…1 — Да, не против",
            "Минутку",
            "сейчас позвонит",
            "Пришли 4…2 — Не звонит",
        ])
        .await;
    phone.says("2").await;
    phone.sees(&["Бывает…1 — Позвонить ещё раз"]).await;
    phone.says(&world.rang(NUMBER).await.unwrap()).await;
    phone.sees(&["Номер подтверждён ✅", "Юлия, телефон подтверждён"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_night_on_kamchatka_only_the_phone_in_ones_hand_is_rung() {
    let world = World::new().await;
    let people = world.seed().await;
    // Noon in Moscow is 21:00 there.
    world.advance(TimeDelta::minutes(150)).await;
    let aina = world.telegram("Айна").await;
    aina.signs_in(&seeded(&people, "Айна")).await;
    aina.says("9161234567").await;
    aina.sees(&["Робот звонит с 7:00 до 23:00…[Это мой телефон, звони] [Позже]"]).await;
    aina.says("+7 926 123 45 68").await;
    aina.sees(&["Робот звонит с 7:00 до 23:00"]).await;
    aina.presses("Это мой телефон, звони").await;
    aina.sees(&["Минутку", "На +7 926 ***-**-68 сейчас позвонит робот", "Пришли 4"]).await;
    aina.says(&world.rang("+79261234568").await.unwrap()).await;
    aina.sees(&["Номер подтверждён ✅ +7 926 ***-**-68", "Айна, телефон подтверждён"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_number_is_told_to_the_other_messenger_and_changes_once_a_day() {
    let world = World::new().await;
    let school = world.school().await;
    let [telegram, vk] = world.both().await;
    telegram.signs_in(&card(&school, "Хмуров Иван")).await;
    telegram.verifies(NUMBERS[0], Some("Мой")).await;
    telegram.says("другой мессенджер").await;
    let shown = telegram.unread().await;
    let link = shown[0].split("код: ").nth(1).unwrap()[..9].to_owned();
    vk.says(&link).await;
    vk.sees(&["Привет, Иван! Рад видеть тебя снова", "Иван, телефон подтверждён…[Сменить номер]"]).await;
    vk.presses("Сменить номер").await;
    vk.sees(&["Твой подтверждённый номер: +7 916 ***-**-67. Сменить его?"]).await;
    vk.presses("Сменить номер").await;
    let digits = vk.is_rung(NUMBERS[1], Some("Мамы")).await;
    telegram.sees(&[]).await;
    vk.says(&digits).await;
    vk.sees(&["Номер подтверждён ✅ Теперь это +7 926 ***-**-68, старый отключён", "Иван, телефон подтверждён"]).await;
    telegram.sees(&["Иван: номер телефона сменён, теперь это +7 926 ***-**-68…напиши «помощь»"]).await;
    vk.presses("Сменить номер").await;
    vk.presses("Сменить номер").await;
    vk.says("+79371234569").await;
    vk.presses("Мой").await;
    let said = vk.last().await;
    assert!(said.contains("Следующий звонок: 2 октября, 14:00"), "{said}");
    world.advance(TimeDelta::hours(25)).await;
    vk.says("+79371234569").await;
    vk.presses("Мой").await;
    assert!(vk.last().await.contains("4 последние цифры"));
    world.done().await;
}
