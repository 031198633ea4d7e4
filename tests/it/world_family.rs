//! One account, several people; one person, several accounts.

use chrono::TimeDelta;

use crate::world::{World, card, seeded};

const MUM: &str = "+79161234567";

#[tokio::test(flavor = "multi_thread")]
async fn two_sisters_and_their_mother_share_one_vk_account() {
    let world = World::new().await;
    let people = world.seed().await;
    let family = world.vk("Соколовы").await;
    family.signs_in(&seeded(&people, "Алина")).await;
    family.verifies(MUM, Some("Мамы")).await;
    world.advance(TimeDelta::minutes(10)).await;

    family.says(&seeded(&people, "Вера")).await;
    family.sees(&["Вера…Привет, Вера! Теперь ты в программе", "Вера…Остался один шаг", "Вера…Напиши номер"]).await;
    family.verifies(MUM, Some("Мамы")).await;
    world.advance(TimeDelta::minutes(10)).await;

    family.says(&seeded(&people, "Ирина")).await;
    family
        .sees(&["Ирина…Здравствуйте, Ирина! Вы в программе", "Ирина…Остался…На ваш номер", "Ирина…Напишите номер"])
        .await;
    family.verifies(MUM, None).await;

    family.says("кто сейчас").await;
    family.sees(&["Кто сейчас? Пока здесь Ирина. [Алина] [Вера] [Ирина] [➕ Добавить ученика] [Назад]"]).await;
    family.presses("Вера").await;
    family.sees(&["Вера…Теперь здесь Вера", "Вера…Телефон подтверждён…[Кто сейчас?]"]).await;
    family.presses("Кто сейчас?").await;
    family.presses("Алина").await;
    family.sees(&["Вера…Кто сейчас? Пока здесь Вера", "Алина…Теперь здесь Алина", "Алина…Телефон подтверждён"]).await;
    assert_eq!(world.count("select count(*) from verification where state = 'verified'").await, 3);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_done_question_waits_while_the_sister_acts_and_its_digits_stay_its_own() {
    let world = World::new().await;
    let people = world.seed().await;
    let family = world.vk("Соколовы").await;
    family.signs_in(&seeded(&people, "Алина")).await;
    let alina = family.is_rung(MUM, Some("Мамы")).await;
    family.says("кто сейчас").await;
    family.sees(&["Здесь сейчас Алина…[Добавить ученика]"]).await;
    family.presses("Добавить ученика").await;
    family.says(&seeded(&people, "Вера")).await;
    family.sees(&["Хорошо, добавим", "Пришли код", "Вера…Привет, Вера!", "Вера…Остался", "Вера…Напиши"]).await;
    let vera = family.is_rung("+79261234568", Some("Папы")).await;
    family.says(&vera).await;
    family.sees(&["Вера…Номер подтверждён ✅ +7 926 ***-**-68", "Вера…Телефон подтверждён…[Кто сейчас?]"]).await;

    // The reminder says whose call it is about, and its buttons bring the talk back to her.
    world.advance(TimeDelta::seconds(91)).await;
    family.sees(&["Алина…Звонок был?…[Позвонить ещё раз] [Не звонит] [Другой номер]"]).await;
    family.presses("Не звонит").await;
    family.sees(&["Алина…Бывает: операторы"]).await;
    family.says(&alina).await;
    family.sees(&["Алина…Номер подтверждён ✅ +7 916 ***-**-67", "Алина…Телефон подтверждён"]).await;
    assert_eq!(world.count("select count(*) from verification where state = 'verified'").await, 2);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_after_another_finds_the_menu() {
    let world = World::new().await;
    let school = world.school().await;
    let sisters = [("Ёлкина Анна", "Ёлкина Алия"), ("Лебедева Анна", "Лебедева Полина П")];
    for (phone, (one, two)) in world.both().await.iter().zip(sisters) {
        let second = two.split(' ').nth(1).unwrap();
        let (now, about) = (format!("{second}…Теперь здесь {second}."), format!("{second}…Осталось…[Кто сейчас?]"));
        phone.signs_in(&card(&school, one)).await;
        phone.presses("Позже").await;
        phone.says("кто сейчас").await;
        phone.presses("Добавить ученика").await;
        phone.says(&card(&school, two)).await;
        phone.unread().await;
        phone.presses("Позже").await;
        phone.sees(&["Хорошо, вернёмся", &about]).await;
        phone.says("кто сейчас").await;
        phone.presses("Анна").await;
        phone.sees(&["Кто сейчас?", "Анна…Теперь здесь Анна.", "Анна…Осталось…[Кто сейчас?]"]).await;
        // A menu of a month ago is over.
        world.advance(TimeDelta::days(31)).await;
        phone.says("кто сейчас").await;
        phone.presses("Назад").await;
        phone.sees(&["Кто сейчас?", "Анна…Осталось…[Кто сейчас?]"]).await;
        phone.says("кто сейчас").await;
        phone.presses(second).await;
        phone.sees(&["Кто сейчас?", &now, &about]).await;
        phone.says("язык").await;
        phone.presses("Русский").await;
        phone.sees(&["На каком языке", "Готово", &about]).await;
        world.advance(-TimeDelta::days(31)).await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sister_who_does_not_want_to_hear_is_not_written_to() {
    let world = World::new().await;
    let people = world.seed().await;
    let family = world.vk("Соколовы").await;
    family.signs_in(&seeded(&people, "Алина")).await;
    family.presses("Позже").await;
    family.says(&seeded(&people, "Вера")).await;
    family.is_rung(MUM, Some("Мамы")).await;
    sqlx::query(
        "update account_person ap set opted_out = true from account a where a.id = ap.account and a.person = ap.person",
    )
    .execute(&world.database.pool)
    .await
    .unwrap();
    world.advance(TimeDelta::seconds(91)).await;
    family.sees(&[]).await;
    // Whoever speaks is answered.
    family.says("помощь").await;
    family.sees(&["Вера…Я помогаю", "Вера…Не получается?", "Вера…Пришли 4 последние цифры"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_pupil_in_two_messengers_is_answered_where_he_spoke() {
    let world = World::new().await;
    let people = world.seed().await;
    let [telegram, vk] = world.both().await;
    telegram.signs_in(&seeded(&people, "Артём")).await;
    telegram.presses("Позже").await;
    telegram.unread().await;

    telegram.says("другой мессенджер").await;
    let old = telegram.unread().await[0].split("код: ").nth(1).unwrap()[..9].to_owned();
    world.advance(TimeDelta::minutes(16)).await;
    vk.says(&old).await;
    vk.sees(&["Срок этого кода вышел…Код из другого мессенджера живёт 15 минут", "Пришли код"]).await;

    telegram.presses("Другой мессенджер").await;
    let link = telegram.unread().await[0].split("код: ").nth(1).unwrap()[..9].to_owned();
    vk.says(&link).await;
    vk.sees(&["Привет, Артём! Рад видеть тебя снова", "Артём, осталось подтвердить телефон"]).await;
    vk.presses("Подтвердить телефон").await;
    vk.sees(&["Остался один шаг", "Напиши номер"]).await;
    let thief = world.vk("Чужой").await;
    thief.says(&link).await;
    thief.sees(&["Этот код уже сработал", "Пришли код"]).await;

    // What Telegram asked is asked in Telegram, what VK said is answered in VK.
    vk.is_rung("+79161234567", Some("Мой")).await;
    telegram.sees(&[]).await;
    telegram.says("помощь").await;
    telegram.sees(&["Я помогаю", "Не получается?", "Пришли 4 последние цифры"]).await;
    vk.sees(&[]).await;
    // A timer goes to where he spoke last.
    world.advance(TimeDelta::seconds(91)).await;
    telegram.sees(&["Звонок был?"]).await;
    vk.says(&world.rang("+79161234567").await.unwrap()).await;
    vk.sees(&["Номер подтверждён ✅", "Артём, телефон подтверждён"]).await;

    for n in 0..3 {
        telegram.says("другой мессенджер").await;
        let said = telegram.unread().await;
        assert_eq!(said[0].contains("Откройте") || said[0].contains("Открой этого бота"), n < 3, "{said:?}");
    }
    world.advance(TimeDelta::hours(2)).await;
    for n in 0..6 {
        vk.says("другой мессенджер").await;
        assert_eq!(vk.unread().await[0].contains("Кодов уже было много. Следующий: 1 октября"), n == 5);
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_in_the_middle_of_something_becomes_a_pupil_who_was_in_the_middle_of_something() {
    let world = World::new().await;
    let people = world.seed().await;
    let [telegram, vk] = world.both().await;
    telegram.signs_in(&seeded(&people, "Артём")).await;
    telegram.is_rung("+79161234567", Some("Мой")).await;
    telegram.says("другой мессенджер").await;
    let link = telegram.unread().await[0].split("код: ").nth(1).unwrap()[..9].to_owned();

    vk.says("отмена").await;
    vk.sees(&["Отменять пока нечего", "Привет! Я проводник", "Пришли код"]).await;
    vk.says("язык").await;
    vk.sees(&["На каком языке говорим?"]).await;
    vk.says("меню").await;
    vk.sees(&["Привет! Я проводник", "Пришли код"]).await;
    vk.says(&link).await;
    vk.sees(&["Привет, Артём! Рад видеть", "Пришли 4 последние цифры"]).await;
    // The stranger's talk is over, and what Telegram had begun goes on.
    assert_eq!(
        world
            .count(
                "select count(*) from conversation c join person p on p.id = c.person
                     where p.kind = 'provisional' and c.state is not null"
            )
            .await,
        0
    );
    telegram.says(&world.rang("+79161234567").await.unwrap()).await;
    telegram.sees(&["Номер подтверждён ✅", "Артём, телефон подтверждён"]).await;
    world.done().await;
}
