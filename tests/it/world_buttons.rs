//! Presses: each is answered, an old one is told so, and pressing twice does a thing once.

use crate::world::everywhere;
use serde_json::json;

const ANSWERS: [&str; 2] = ["answerCallbackQuery", "messages.sendMessageEventAnswer"];
const STALE: &str = "Эта кнопка уже не работает. Новые – внизу, в последнем сообщении.";

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_a_question_that_is_over_is_told_so() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.signed_in(channel, "Аня", &code).await;
        anya.says("9161234567").await;
        anya.sees(&["Чей это телефон?"]).await;
        // Another flow's button, of before the sign-in.
        anya.presses_at("Пришли код с карточки", "Нет кода").await;
        anya.sees(&["Чей это телефон?…[Мой] [Мамы]"]).await;
        assert_eq!(anya.toast().await.as_deref(), Some(STALE));
        assert_eq!(world.asked_for(&ANSWERS).await.len(), 1);
        anya.presses("Мой").await;
        anya.sees(&["Минутку", "сейчас позвонит робот", "4 последние цифры"]).await;
        // The same flow, an earlier question of it.
        anya.presses_at("Чей это телефон?", "Папы").await;
        anya.sees(&["4 последние цифры…[Позвонить ещё раз]"]).await;
        assert_eq!(world.asked_for(&ANSWERS).await.len(), 3);
        assert_eq!(world.calls().await, 1);
        // After a beginning anew.
        anya.starts().await;
        anya.last().await;
        anya.presses_at("4 последние цифры", "Позвонить ещё раз").await;
        anya.sees(&["осталось подтвердить телефон…[Подтвердить телефон]"]).await;
        assert_eq!(world.calls().await, 1);
        assert_eq!(world.asked_for(&ANSWERS).await.len(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_pressed_twice_rings_once() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.signed_in(channel, "Аня", &code).await;
        anya.says("9161234567").await;
        anya.last().await;
        anya.does("press", json!({"label": "Мой"})).await;
        anya.does("press", json!({"label": "Мой"})).await;
        world.settle().await;
        let seen = anya.unread().await;
        assert!(seen.iter().filter(|text| text.contains("сейчас позвонит робот")).count() == 1, "{seen:#?}");
        assert_eq!(world.calls().await, 1);
        assert_eq!(world.asked_for(&ANSWERS).await.len(), 2);
        anya.says(&world.rang("9161234567").await.or(world.rang("79161234567").await).unwrap()).await;
        anya.sees(&["Номер подтверждён", "телефон подтверждён"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_label_typed_is_the_button() {
    everywhere(async |world, channel| {
        let anya = world.person(channel, "Аня").await;
        anya.starts().await;
        anya.last().await;
        anya.says("нет кода!").await;
        anya.sees(&["Код даёт учитель"]).await;
        anya.presses("Нет кода").await;
        anya.sees(&["Привет! Я проводник", "Пришли код"]).await;
        assert_eq!(anya.toast().await.as_deref(), Some(STALE));
    })
    .await;
}
