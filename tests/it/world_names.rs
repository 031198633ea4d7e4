//! Several pupils in one chat: their names are buttons, and words.

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_shown_may_be_typed() {
    let world = World::new().await;
    let codes = world.codes(2).await;
    let mama = world.signed_in("vk", "Мама", &codes[0]).await;
    mama.says("кто сейчас").await;
    mama.presses("Добавить ученика").await;
    mama.says(&codes[1]).await;
    mama.says("позже").await;

    mama.says("кто сейчас").await;
    let asked = mama.last().await;
    let names: Vec<_> = asked.split('[').skip(1).map(|label| label.split(']').next().unwrap().to_owned()).collect();
    assert!(asked.contains("Кто сейчас?") && names.len() == 4, "{asked}");
    for name in &names[..2] {
        mama.says("Никто").await;
        assert!(mama.last().await.contains("Не нашёл такого имени"));
        mama.says(&format!(" {}!", name.to_lowercase())).await;
        let heard = mama.unread().await;
        assert!(heard.iter().any(|bubble| bubble.contains(&format!("Теперь здесь {name}."))), "{heard:?}");
        mama.says("кто сейчас").await;
        mama.last().await;
    }
    world.done().await;
}
