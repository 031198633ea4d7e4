//! Drafts are their author's, and what came of a broadcast is counted truly.

use chrono::TimeDelta;
use provodnik::{acting::Acting, broadcast, flow::Reply, ids::PersonId};
use serde_json::json;
use uuid::Uuid;

use crate::{
    world::{World, everywhere, seeded},
    world_broadcast::{HOLD, nina, writes},
    world_events::pupil,
};

/// What comes of sending this draft in that person's name.
async fn sends(world: &World, person: PersonId, draft: &str) -> Reply {
    let program = world.parts.program.current();
    let mut db = world.parts.pool.acquire().await.unwrap();
    let args = [("draft", draft), ("to", "pupils"), ("at", ""), ("by", "local")]
        .map(|(name, text)| (name.to_owned(), text.into()))
        .into();
    let mut acting = Acting {
        db: &mut db,
        vault: &world.parts.vault,
        dice: &world.parts.dice,
        policy: &world.parts.policy,
        seasons: program.seasons(),
        now: world.clock.now(),
        person,
        account: None,
        pages: true,
    };
    broadcast::send(&args, &mut acting).await.unwrap().reply
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_draft_is_not_there() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let lev = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    nina.says("рассылка").await;
    nina.presses("Ученикам").await;
    nina.says("Это ещё не всё").await;
    nina.unread().await;
    let pool = &world.database.pool;
    let (draft, author): (Uuid, Uuid) =
        sqlx::query_as("select id, author from broadcast").fetch_one(pool).await.unwrap();
    // Another coordinator of the same town.
    let other = "with role as (insert into role (id, person, role, territory, granted_at)
                   select gen_random_uuid(), p.person, 'coordinator', r.territory, r.granted_at
                   from role r, role p where r.role = 'coordinator' and p.role = 'teacher' limit 1 returning person)
                 select person from role";
    let other: Uuid = sqlx::query_scalar(other).fetch_one(pool).await.unwrap();
    let (foreign, none) = (draft.to_string(), Uuid::from_u128(1).to_string());
    for wrong in [&foreign, &none, "no id at all"] {
        assert_eq!(sends(&world, PersonId(other), wrong).await, Reply::plain("gone"), "{wrong}");
    }
    // No button begins a broadcast, whatever is written on it.
    for (update, data) in [(7_000_001, format!("g1:broadcast::{}", draft.simple())), (7_000_002, foreign)] {
        let press = json!({"update_id": update, "callback_query": {
            "id": update.to_string(), "from": {"id": lev.id, "is_bot": false, "first_name": "Лев"}, "chat_instance": "1",
            "message": {"message_id": 5, "date": 1_790_000_000,
                        "chat": {"id": lev.id, "type": "private", "first_name": "Лев"}},
            "data": data}});
        assert_eq!(world.brings("telegram", press).await.0, 200);
    }
    assert!(lev.unread().await.iter().all(|seen| seen.contains("Лев, осталось")), "the menu, as for any old button");
    assert_eq!(world.count("select count(*) from delivery where broadcast is not null").await, 0);
    assert_eq!(world.count("select count(*) from broadcast where sent_at is not null").await, 0);
    // Its author sends it, once.
    assert_eq!(sends(&world, PersonId(author), &draft.to_string()).await.outcome, "ok");
    assert_eq!(sends(&world, PersonId(author), &draft.to_string()).await, Reply::plain("gone"));
    world.advance(HOLD).await;
    lev.sees(&["Это ещё не всё"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_arrives_is_counted_apart() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let mut pupils = Vec::new();
        for name in ["Лев", "Майя", "Артём"] {
            pupils.push(pupil(world, channel, &seeded(&people, name)).await);
        }
        // In the evening all of it waits; one blocks us before the morning.
        world.advance(TimeDelta::hours(8)).await;
        writes(&nina, "Ученикам", "Кто придёт?").await;
        nina.unread().await;
        pupils[0].blocks_the_bot().await;
        nina.says("рассылка").await;
        nina.presses("Как дошло").await;
        nina.sees(&["Рассылка: Сургут", "Дошло: 0…ждёт утра: 3…Не дошло: 0", "Рассылка: Сургут"]).await;
        // Of another the messenger says so only when we write.
        world.fault(json!({"channel": channel, "kind": "blocked", "chat": pupils[1].id})).await;
        world.advance(TimeDelta::hours(12)).await;
        world.repair().await;
        pupils[2].sees(&["Кто придёт?"]).await;
        nina.says("рассылка").await;
        nina.presses("Как дошло").await;
        nina.sees(&["Рассылка: Сургут", "Дошло: 1…ждёт утра: 0…Не дошло: 2", "Рассылка: Сургут"]).await;
    })
    .await;
}
