//! In the middle of everything: commands, photos, silence, night, a restart.

use chrono::TimeDelta;

use crate::world::{Phone, World, card, seeded};

const NUMBER: &str = "+79161234567";

/// Whatever else somebody does in the middle of a question, the question comes back.
async fn is_not_lost(phone: &Phone<'_>, question: &str) {
    for (word, middle) in [("помощь", "Я помогаю"), ("/help", "Я помогаю")] {
        phone.says(word).await;
        phone.sees(&[middle, "Не получается?", question]).await;
    }
    let at_menu = question.contains("осталось");
    for word in ["отмена", "/cancel"] {
        phone.says(word).await;
        if at_menu {
            phone.sees(&["отменять нечего…Вот меню", question]).await;
            continue;
        }
        phone.sees(&["Остановить?…[Да, остановить] [Продолжить]"]).await;
        phone.presses("Продолжить").await;
        phone.sees(&[question]).await;
    }
    phone.sends("photo").await;
    phone.sees(&["Фото сейчас не нужно, я его не сохраняю"]).await;
    phone.sends("sticker").await;
    phone.sees(&["Стикер хороший"]).await;
    phone.sends("voice").await;
    phone.sees(&["Голосовые я пока не понимаю"]).await;
    phone.sends("document").await;
    phone.sees(&["Файл сейчас не нужен"]).await;
    phone.says("язык").await;
    phone.presses("Русский").await;
    phone.sees(&["На каком языке", "Готово, говорим по-русски", question]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_survives_help_second_thoughts_and_photos() {
    let world = World::new().await;
    let school = world.school().await;
    for (phone, (name, number)) in
        world.both().await.iter().zip([("Хмуров Иван", NUMBER), ("Цой Юлия", "+79261234568")])
    {
        phone.signs_in(&card(&school, name)).await;
        is_not_lost(phone, "Напиши номер мобильного").await;
        phone.says("84951234567").await;
        phone.sees(&["городской"]).await;
        is_not_lost(phone, "Это городской номер").await;
        phone.says(number).await;
        phone.sees(&["Чей это телефон?"]).await;
        is_not_lost(phone, "Чей это телефон?").await;
        phone.presses("Мой").await;
        phone.sees(&["Минутку", "сейчас позвонит робот", "Пришли 4"]).await;
        is_not_lost(phone, "Пришли 4 последние цифры").await;
        phone.presses("Не звонит").await;
        phone.sees(&["Бывает"]).await;
        is_not_lost(phone, "Бывает").await;
        phone.presses("Оставить заявку").await;
        phone.sees(&["Отправить заявку в поддержку?"]).await;
        is_not_lost(phone, "Отправить заявку в поддержку?").await;
        phone.says("отмена").await;
        phone.presses("Да, остановить").await;
        phone.sees(&["Остановить?", "Хорошо, остановились", "осталось подтвердить телефон"]).await;
        is_not_lost(phone, "осталось подтвердить телефон").await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_broken_once_and_ends_kindly() {
    let world = World::new().await;
    let school = world.school().await;
    for (phone, (name, number)) in
        world.both().await.iter().zip([("Хмуров Иван", NUMBER), ("Цой Юлия", "+79261234568")])
    {
        phone.signs_in(&card(&school, name)).await;
        phone.is_rung(number, Some("Мой")).await;
        world.advance(TimeDelta::seconds(89)).await;
        phone.sees(&[]).await;
        world.advance(TimeDelta::seconds(1)).await;
        phone.sees(&["Звонок был? Тогда пришли 4 последние цифры…[Позвонить ещё раз] [Не звонит]"]).await;
        world.advance(TimeDelta::minutes(9)).await;
        phone.sees(&["Цифры от этого звонка уже не подойдут…начни ещё раз", "осталось подтвердить телефон"]).await;
        world.advance(TimeDelta::days(3)).await;
        phone.sees(&[]).await;
        phone.presses("Подтвердить телефон").await;
        phone.sees(&["ещё 4 дня", "Напиши номер"]).await;
        phone.verifies(number, Some("Мой")).await;
        world.advance(-TimeDelta::days(3) - TimeDelta::minutes(11)).await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_later_the_phone_may_still_be_proved() {
    let world = World::new().await;
    let school = world.school().await;
    let phone = world.vk("Иван").await;
    phone.signs_in(&card(&school, "Хмуров Иван")).await;
    world.advance(TimeDelta::days(8)).await;
    phone.sees(&[]).await;
    phone.says("привет").await;
    phone.sees(&["Не похоже на номер телефона", "Напиши номер"]).await;
    phone.presses("Позже").await;
    phone.presses("Подтвердить телефон").await;
    phone.sees(&["Хорошо", "осталось подтвердить", "Срок прошёл, но ничего не пропало", "Напиши номер"]).await;
    phone.verifies(NUMBER, Some("Тёти или дяди")).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_is_not_noticed() {
    let world = World::new().await;
    let school = world.school().await;
    let [telegram, vk] = world.both().await;
    telegram.signs_in(&card(&school, "Хмуров Иван")).await;
    vk.signs_in(&card(&school, "Цой Юлия")).await;
    let (first, second) = (telegram.is_rung(NUMBER, Some("Мой")).await, vk.is_rung("+79261234568", Some("Мамы")).await);
    let after = world.restarted().await;
    for (phone, digits) in [(&telegram, &first), (&vk, &second)] {
        let phone = phone.after(&after);
        phone.says("ой").await;
        after.hurry().await;
        phone.sees(&["Нужны ровно 4 цифры"]).await;
        phone.says(digits).await;
        phone.sees(&["Номер подтверждён ✅", "телефон подтверждён"]).await;
    }
    after.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn english_is_spoken_to_whoever_speaks_it_or_asks_for_it() {
    let world = World::new().await;
    let school = world.school().await;
    let kate = world.speaker("Kate", "telegram", "en-GB").await;
    kate.starts().await;
    kate.sees(&["Hi! I'm the guide", "Send the code from the card…[No code]"]).await;
    kate.says(&card(&school, "Ёлкина Ольга")).await;
    kate.sees(&["Hi Ольга!", "One step left", "Write a mobile number…[📱 Share my number] [Later]"]).await;
    kate.says("84951234567").await;
    kate.sees(&["This is a landline…[Send a request] [Later]"]).await;
    kate.says("cancel").await;
    kate.presses("Go on").await;
    kate.unread().await;
    kate.shares_own_contact(NUMBER).await;
    kate.presses("Mine").await;
    kate.sees(&["Whose phone", "One moment", "A robot will call +7 916 ***-**-67", "Send the last 4 digits"]).await;
    kate.says("language").await;
    kate.presses("Русский").await;
    kate.sees(&["Which language?", "Готово, говорим по-русски", "Пришли 4 последние цифры"]).await;
    kate.says(&world.rang(NUMBER).await.unwrap()).await;
    kate.sees(&["Номер подтверждён ✅", "Ольга, телефон подтверждён"]).await;
    let oleg = world.vk("Олег").await;
    oleg.signs_in(&card(&school, "Цой Юлия")).await;
    oleg.presses("Позже").await;
    oleg.presses("Язык / Language").await;
    oleg.presses("English").await;
    assert!(oleg.last().await.contains("Юлия, all that's left is to confirm a phone"));
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adult_is_addressed_as_adults_are() {
    let world = World::new().await;
    let people = world.seed().await;
    let adults = [
        ("Ольга", NUMBER, "Ольга, чем помочь?…Мои ученики"),
        ("Нина", "+79261234568", "Нина, чем помочь?…вашей территории"),
    ];
    for (phone, (name, number, menu)) in world.both().await.iter().zip(adults) {
        phone.says(&seeded(&people, name)).await;
        phone
            .sees(&[&format!("Здравствуйте, {name}! Вы в программе"), "На ваш номер", "Напишите номер мобильного"])
            .await;
        phone.says("84951234567").await;
        phone.sees(&["Напишите мобильный номер. Если его нет, оставьте заявку"]).await;
        phone.says(number).await;
        phone.sees(&["Минутку", "посмотрите, с какого номера звонят", "Пришлите 4 последние цифры"]).await;
        phone.sends("photo").await;
        phone.sees(&["Напишите словами или нажмите кнопку"]).await;
        phone.says(&world.rang(number).await.unwrap()).await;
        phone.sees(&["Номер подтверждён ✅", menu]).await;
    }
    world.done().await;
}
