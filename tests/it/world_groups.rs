//! Group chats: we say who we are, ask to be written to in private, and keep silent otherwise.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{World, everywhere};

const HELLO: &str = "Здравствуйте! Я проводник…напишите мне";
const PRIVATE: &str = "Здесь нас читают все. Напишите мне лично…«меню»";

/// What somebody writes who means us, and what somebody writes who does not.
fn words(channel: &str) -> ([&'static str; 3], [&'static str; 3]) {
    match channel {
        "telegram" => (
            ["/start", "/help@provodnik_bot", "Эй, @Provodnik_Bot, что дальше?"],
            ["Всем привет!", "/help@other_bot", "спросите @provodnik_bot_2"],
        ),
        _ => (
            ["/start", "[club700000001|@provodnik] привет", "@club700000001 что дальше?"],
            ["Всем привет!", "[club7000000012|@other] привет", "отмена"],
        ),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_group_it_speaks_only_when_spoken_to() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let (anya, borya) = (world.person(channel, "Аня").await, world.person(channel, "Боря").await);
        // Where it hears everything, it keeps as silent.
        let class = world.group_that_is_heard("8 А", channel, &[&anya, &borya]).await;
        class.sees(&[HELLO]).await;
        let (ours, theirs) = words(channel);
        for text in ours {
            class.hears(&anya, text).await;
            class.sees(&[PRIVATE]).await;
            // A class that plays with us fills no chat.
            for _ in 0..3 {
                class.hears(&borya, text).await;
            }
            class.sees(&[]).await;
            world.advance(TimeDelta::minutes(10)).await;
        }
        for text in theirs {
            class.hears(&borya, text).await;
            class.sees(&[]).await;
        }
        // A code said aloud opens nothing, and nobody has a conversation because of a group.
        class.hears(&borya, &code).await;
        class.sees(&[]).await;
        assert_eq!(world.count("select count(*) from account").await, 0);
        // The advice is good, whoever follows it, and however often.
        borya.says("меню").await;
        borya.sees(&["Привет! Я проводник", "Пришли код"]).await;
        borya.says(&code).await;
        assert!(borya.last().await.contains("номер мобильного"));
        for _ in 0..2 {
            borya.says("меню").await;
            borya.sees(&["осталось подтвердить телефон"]).await;
        }
        class.sees(&[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_the_messengers_have_it_it_hears_only_what_is_meant_for_it() {
    everywhere(async |world, channel| {
        let anya = world.person(channel, "Аня").await;
        let class = world.group("8 А", channel, &[&anya]).await;
        class.sees(&[HELLO]).await;
        let heard = "select count(*) from inbox";
        let before = world.count(heard).await;
        let (ours, theirs) = words(channel);
        for text in theirs {
            class.hears(&anya, text).await;
        }
        assert_eq!(world.count(heard).await, before);
        // In VK a command alone calls nobody.
        let called = ours.iter().filter(|text| channel == "telegram" || text.contains("club"));
        for (text, told) in called.zip(1..) {
            class.hears(&anya, text).await;
            assert_eq!(world.count(heard).await, before + told, "{text}");
        }
        class.sees(&[PRIVATE]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comings_and_goings_are_noted() {
    everywhere(async |world, channel| {
        let (anya, borya) = (world.person(channel, "Аня").await, world.person(channel, "Боря").await);
        let class = world.group("8 А", channel, &[&anya]).await;
        class.sees(&[HELLO]).await;
        class.act("people", json!({"person": borya.id})).await;
        class.sees(&[]).await;
        let present = "select count(*) from group_chat where present";
        assert_eq!(world.count(present).await, 1);
        class.act("bot", json!({"in": false})).await;
        assert_eq!(world.count(present).await, 0);
        class.sees(&[]).await;
        class.act("bot", json!({"in": true})).await;
        class.sees(&[HELLO]).await;
        assert_eq!(world.count(present).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_before_it_could_speak_keeps_silent() {
    everywhere(async |world, channel| {
        let anya = world.person(channel, "Аня").await;
        let class = world.group("8 А", channel, &[&anya]).await;
        class.sees(&[HELLO]).await;
        world.fault(json!({"channel": channel, "kind": "server_error"})).await;
        class.commands(&anya, "help").await;
        class.act("bot", json!({"in": false})).await;
        world.repair().await;
        world.hurry().await;
        class.sees(&[]).await;
        assert_eq!(world.count("select count(*) from delivery where state = 'failed'").await, 1);
    })
    .await;
}

fn press_in(channel: &str, group: i64, person: i64) -> Value {
    match channel {
        "telegram" => json!({"update_id": 7_000_001, "callback_query": {
            "id": "4711", "from": {"id": person, "is_bot": false, "first_name": "Аня"}, "chat_instance": "1",
            "message": {"message_id": 5, "date": 1_790_000_000, "chat": {"id": group, "type": "group", "title": "8 А"}},
            "data": "f1:abcdef:1:stop"}}),
        _ => json!({"type": "message_event", "event_id": "e7000001", "v": "5.199", "object": {
            "user_id": person, "peer_id": group, "event_id": "4711", "conversation_message_id": 5,
            "payload": {"token": "f1:abcdef:1:stop"}}}),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_in_a_group_is_answered_and_does_nothing() {
    everywhere(async |world, channel| {
        let anya = world.person(channel, "Аня").await;
        let class = world.group("8 А", channel, &[&anya]).await;
        class.sees(&[HELLO]).await;
        let press = press_in(channel, class.id, anya.id);
        for _ in 0..2 {
            assert_eq!(world.brings(channel, press.clone()).await.0, 200);
        }
        let answers = world.asked_for(&["answerCallbackQuery", "messages.sendMessageEventAnswer"]).await;
        assert_eq!(answers.len(), 1);
        class.sees(&[]).await;
        anya.sees(&[]).await;
        assert_eq!(world.count("select count(*) from account").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_becomes_a_supergroup_is_followed() {
    let world = World::new().await;
    let anya = world.telegram("Аня").await;
    let class = world.group("8 А", "telegram", &[&anya]).await;
    class.sees(&[HELLO]).await;
    // What could not be said before the move is said after it.
    world.fault(json!({"channel": "telegram", "kind": "server_error"})).await;
    class.hears(&anya, "/help").await;
    let large = class.becomes_a_supergroup().await;
    world.repair().await;
    world.hurry().await;
    class.sees(&[]).await;
    large.sees(&[PRIVATE]).await;
    large.hears(&anya, "/help").await;
    large.sees(&[PRIVATE]).await;
    assert_eq!(world.count("select count(*) from group_chat where present").await, 1);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_group_that_has_moved_finds_it() {
    let world = World::new().await;
    let anya = world.telegram("Аня").await;
    let class = world.group("8 А", "telegram", &[&anya]).await;
    let large = class.becomes_a_supergroup().await;
    // Written just before the move and brought after it: Telegram refuses the old id and names the new one.
    let late = json!({"update_id": 7_000_001, "message": {
        "message_id": 9, "date": 1_790_000_000, "text": "/help", "entities": [],
        "from": {"id": anya.id, "is_bot": false, "first_name": "Аня"},
        "chat": {"id": class.id, "type": "group", "title": "8 А"}}});
    assert_eq!(world.brings("telegram", late).await.0, 200);
    large.sees(&[PRIVATE]).await;
    world.done().await;
}
