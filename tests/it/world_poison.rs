//! What can't be acted on today or ever: the chat it stands in lives on, and nobody waits behind it.

use serde_json::json;
use sqlx::Executor;

use crate::world::everywhere;

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_can_never_succeed_is_left_out_and_the_conversation_begins_anew() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.signed_in(channel, "Аня", &code).await;
        let borya = world.person(channel, "Боря").await;
        let spoil = "create table kept as select id, profile from person where profile is not null;
                     update person set profile = '\\x00' where profile is not null;";
        world.database.pool.execute(spoil).await.unwrap();
        for _ in 0..2 {
            anya.does("say", json!({"text": "кто сейчас"})).await;
            borya.does("start", json!({})).await;
            world.settle().await;
            anya.sees(&["Бот обновился, и этот разговор не сохранился"]).await;
            borya.sees(&["Привет! Я проводник", "Пришли код"]).await;
        }
        let mend = "update person set profile = kept.profile from kept where kept.id = person.id";
        world.database.pool.execute(mend).await.unwrap();
        anya.says("меню").await;
        anya.sees(&["осталось подтвердить телефон"]).await;
    })
    .await;
}
