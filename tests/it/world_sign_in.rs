//! Cards and their codes: typed in every way, old, used, guessed, opened as a link.

use chrono::TimeDelta;

use crate::world::{World, card};

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_read_however_a_child_types_it() {
    let world = World::new().await;
    let school = world.school().await;
    let [telegram, vk] = world.both().await;
    let names = ["Ёлкина Анна", "Хмуров Иван"];
    for (phone, name) in [(&telegram, names[0]), (&vk, names[1])] {
        let code = card(&school, name);
        phone.starts().await;
        phone.sees(&["Привет! Я проводник", "Пришли код с карточки…[Нет кода]"]).await;
        let cyrillic: String = code
            .chars()
            .map(|c| "ABCEHKMPTYX".find(c).map_or(c, |at| "АВСЕНКМРТУХ".chars().nth(at).unwrap()))
            .collect();
        phone.says(&format!(" {} ", cyrillic.to_lowercase().replace('-', " "))).await;
        let first = name.split(' ').nth(1).unwrap();
        phone.sees(&[&format!("Привет, {first}! Теперь ты в программе"), "7 дней", "Напиши номер мобильного"]).await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deep_link_signs_in_at_once_and_greets_by_first_name() {
    let world = World::new().await;
    let school = world.school().await;
    let [telegram, vk] = world.both().await;
    for (phone, name) in [(&telegram, "Ёлкина Алия"), (&vk, "Сорокин Лев")] {
        phone.follows_link(&card(&school, name)).await;
        let first = name.split(' ').nth(1).unwrap();
        phone.sees(&[&format!("Привет, {first}!"), "Остался один шаг", "Напиши номер мобильного"]).await;
        // Once more, by mistake: nothing is lost, and nobody is scolded.
        phone.follows_link(&card(&school, name)).await;
        phone
            .sees(&[&format!("{first} уже здесь, код больше не нужен"), &format!("{first}, осталось подтвердить")])
            .await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn used_old_and_unknown_codes_each_have_their_answer() {
    let world = World::new().await;
    let school = world.school().await;
    let (ivan, anna) = (card(&school, "Хмуров Иван"), card(&school, "Ёлкина Анна"));
    let owner = world.telegram("Иван").await;
    owner.signs_in(&ivan).await;
    for stranger in world.both().await {
        stranger.starts().await;
        stranger.unread().await;
        stranger.says(&ivan).await;
        stranger.sees(&["Этот код уже сработал…скажи учителю", "Пришли код"]).await;
        stranger.says("AAAA-AAAA").await;
        stranger.sees(&["Такого кода у меня нет. Сверь с карточкой", "Пришли код"]).await;
        stranger.says("когда урок").await;
        stranger.sees(&["Это не похоже на код", "Пришли код"]).await;
        stranger.presses("Нет кода").await;
        stranger.sees(&["Код даёт учитель…просто пришли его сюда"]).await;
    }
    world.advance(TimeDelta::days(31)).await;
    for late in world.both().await {
        late.says(&anna).await;
        late.sees(&["Срок этого кода вышел. Если он с карточки, попроси у учителя новый", "Пришли код"]).await;
    }
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_ends_after_five_and_a_right_code_is_not_told_from_a_wrong_one() {
    let world = World::new().await;
    let school = world.school().await;
    for (phone, name) in world.both().await.iter().zip(["Цой Иван", "Цой Юлия"]) {
        for guess in ["AAAAAAAA", "AAAAAAAB", "AAAAAAAC", "AAAAAAAD", "AAAAAAAE"] {
            phone.says(guess).await;
            phone.sees(&["Такого кода у меня нет", "Пришли код"]).await;
        }
        phone.says(&card(&school, name)).await;
        phone.sees(&["Слишком много неверных кодов подряд…Следующая попытка: 1 октября, 13:00"]).await;
        phone.says("AAAAAAAF").await;
        phone.sees(&["Слишком много неверных кодов подряд"]).await;
    }
    world.advance(TimeDelta::minutes(61)).await;
    let other = world.vk("Ещё").await;
    other.signs_in(&card(&school, "Цой Юлия")).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sisters_card_is_taken_in_the_middle_of_the_menu() {
    let world = World::new().await;
    let school = world.school().await;
    for (phone, (one, two)) in
        world.both().await.iter().zip([("Ёлкина Анна", "Ёлкина Алия"), ("Лебедева Анна", "Лебедева Полина П")])
    {
        phone.signs_in(&card(&school, one)).await;
        phone.presses("Позже").await;
        phone.sees(&["Хорошо, вернёмся", "Анна, осталось подтвердить телефон"]).await;
        phone.says("что дальше делать").await;
        phone.sees(&["Не понял. Нажми кнопку", "Анна, осталось"]).await;
        phone.says(&card(&school, two).to_lowercase()).await;
        let first = two.split(' ').nth(1).unwrap();
        phone.sees(&[&format!("{first}…Привет, {first}!"), "Остался один шаг", "Напиши номер мобильного"]).await;
    }
    world.done().await;
}
