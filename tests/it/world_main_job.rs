//! From a card with a code to a verified phone: a pupil's day.

use chrono::TimeDelta;

use crate::world::World;

/// Ольга Ёлкина of `import-clean.xlsx`, 8 А.
async fn card(world: &World, name: &str) -> String {
    world.import("schools.xlsx").await;
    let report = world.import("import-clean.xlsx").await;
    report.cards.iter().find(|card| card.name.contains(name)).unwrap().code.shown()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_pupil_signs_in_and_verifies_a_phone() {
    let world = World::new().await;
    let code = card(&world, "Ёлкина Ольга").await;
    let olya = world.telegram("Оля").await;
    olya.starts().await;
    olya.sees(&["Привет! Я проводник", "Пришли код с карточки…[Нет кода]"]).await;
    olya.says(&code).await;
    olya.sees(&["Привет, Ольга!", "Остался один шаг…7 дней", "Напиши номер мобильного…[📱 Отправить мой номер]"]).await;
    olya.shares_own_contact("+79161234567").await;
    olya.sees(&["Чей это телефон?…[Мой] [Мамы]"]).await;
    olya.presses("Мой").await;
    olya.sees(&["Минутку", "На +7 916 ***-**-67 сейчас позвонит робот", "Пришли 4 последние цифры"]).await;
    let digits = world.rang("+79161234567").await.unwrap();
    olya.says(&digits).await;
    olya.sees(&["Номер подтверждён ✅", "Ольга, телефон подтверждён"]).await;
    world.advance(TimeDelta::days(1)).await;
    olya.sees(&[]).await;
    world.done().await;
}
