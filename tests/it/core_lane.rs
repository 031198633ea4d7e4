//! The promises of a lane: in order, at a pace, by its owner, nothing lost and nothing twice.

use chrono::TimeDelta;
use provodnik::{
    channel::Press,
    clock::tick,
    message::{Said, Words},
    store::{
        deliveries::{self, Body, Claim, Class, Fate, NewDelivery},
        lanes,
    },
};
use serde_json::json;
use sqlx::Executor;
use uuid::Uuid;

use crate::core_room::{Platform, Room, lane};

fn said(key: &str) -> Said {
    Said { words: Words::plain(key), keyboard: None, picture: None }
}

pub fn message(room: &Room, chat: &str, class: Class, key: &str) -> NewDelivery {
    NewDelivery {
        lane: lane(),
        chat: chat.into(),
        class,
        person: None,
        account: None,
        body: Body::Send(said(key)),
        edits: None,
        due: room.clock.now(),
        drop_after: None,
        dedupe: None,
        zone: None,
    }
}

pub async fn put(room: &Room, new: &[NewDelivery]) {
    deliveries::put(&mut room.pool.acquire().await.unwrap(), new).await.unwrap();
}

pub async fn states(room: &Room) -> Vec<String> {
    let states = "select case when state = 'queued' and claimed_until is not null then 'claimed' else state end
                  from delivery order by id";
    sqlx::query_scalar(states).fetch_all(&room.pool).await.unwrap()
}

async fn tries(room: &Room) -> i64 {
    room.count("select sum(tries)::bigint from delivery").await
}

#[tokio::test]
async fn urgent_first_and_in_order_within_a_chat() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    let new = [
        message(&room, "7", Class::Broadcast, "home-gone"),
        message(&room, "7", Class::Reply, "home-hello"),
        message(&room, "7", Class::Reply, "home-ready"),
        message(&room, "8", Class::Reminder, "home-thanks"),
    ];
    put(&room, &new).await;
    let mut lane = room.lane(&platform, 0);
    while lane.beat().await.unwrap().claimed > 0 {}
    let to = |chat: &str| {
        platform.heard().into_iter().filter(|(to, _)| to == chat).map(|(_, text)| text).collect::<Vec<_>>()
    };
    assert_eq!(to("8"), ["Спасибо"]);
    let seven = to("7");
    let place = |text: &str| seven.iter().position(|heard| heard == text).unwrap();
    assert!(place("Привет") < place("Готов?"), "{seven:?}");
    assert_eq!(states(&room).await, ["sent"; 4]);
}

#[tokio::test]
async fn a_head_that_retries_holds_those_behind_it_and_no_other_chat() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    put(&room, &[message(&room, "7", Class::Reply, "home-hello")]).await;
    platform.will_answer(502, json!({"ok": false, "error_code": 502, "description": "Bad Gateway"}));
    let mut lane = room.lane(&platform, 0);
    lane.beat().await.unwrap();
    let behind = [message(&room, "7", Class::Reply, "home-ready"), message(&room, "8", Class::Reply, "home-thanks")];
    put(&room, &behind).await;
    lane.beat().await.unwrap();
    assert_eq!(states(&room).await, ["queued", "queued", "sent"]);
    assert_eq!(tries(&room).await, 1);
    sqlx::query("update delivery set retry_at = null").execute(&room.pool).await.unwrap();
    while lane.beat().await.unwrap().claimed > 0 {}
    let texts: Vec<_> = platform.heard().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["Привет", "Спасибо", "Привет", "Готов?"]);
}

#[tokio::test]
async fn an_edit_waits_for_its_original() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    put(&room, &[message(&room, "7", Class::Broadcast, "home-hello")]).await;
    let original = room.count("select id from delivery").await;
    let edit = NewDelivery {
        body: Body::Edit(said("home-gone")),
        edits: Some(original),
        ..message(&room, "7", Class::Reply, "home-gone")
    };
    put(&room, &[edit, message(&room, "7", Class::Reply, "home-thanks")]).await;
    let mut lane = room.lane(&platform, 0);
    lane.beat().await.unwrap();
    assert_eq!(states(&room).await, ["sent", "queued", "sent"], "the edit neither goes nor holds");
    lane.beat().await.unwrap();
    assert_eq!(platform.heard().last().unwrap().1, "До встречи");
    assert_eq!(states(&room).await, ["sent"; 3]);
}

#[tokio::test]
async fn a_429_rests_its_chat_exactly_and_two_pause_the_lane() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    let too_fast = |after: u32| {
        let description = format!("Too Many Requests: retry after {after}");
        json!({"ok": false, "error_code": 429, "description": description, "parameters": {"retry_after": after}})
    };
    platform.will_answer(429, too_fast(100));
    put(&room, &[message(&room, "7", Class::Reply, "home-hello")]).await;
    let mut lane = room.lane(&platform, 30);
    lane.beat().await.unwrap();
    let left = room.count("select extract(epoch from retry_at - clock_timestamp())::bigint from delivery").await;
    assert!((98..=100).contains(&left), "{left}");
    assert_eq!(tries(&room).await, 0);
    put(&room, &[message(&room, "7", Class::Reminder, "home-ready"), message(&room, "8", Class::Reply, "home-thanks")])
        .await;
    platform.will_answer(429, too_fast(50));
    lane.beat().await.unwrap();
    assert_eq!(platform.heard().last().unwrap().0, "8", "the other class of that chat rests as well");
    let paused = room.count("select extract(epoch from paused_until - clock_timestamp())::bigint from lane").await;
    assert!((48..=50).contains(&paused), "{paused}");
    put(&room, &[message(&room, "9", Class::Reply, "home-thanks")]).await;
    assert_eq!(lane.beat().await.unwrap().claimed, 0);
    assert_eq!(tries(&room).await, 0);
    // The pause outlives its owner, and so do the rests of chats.
    lane.close().await.unwrap();
    let mut next = room.lane(&platform, 30);
    assert_eq!(next.beat().await.unwrap().claimed, 0);
    sqlx::query("update lane set paused_until = null").execute(&room.pool).await.unwrap();
    assert_eq!(next.beat().await.unwrap().claimed, 1);
    assert_eq!(platform.heard().last().unwrap().0, "9");
}

#[tokio::test]
async fn a_lane_has_one_owner_and_the_late_answer_of_an_ousted_one_counts() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    platform.be_silent(true);
    put(&room, &[message(&room, "7", Class::Reply, "home-hello")]).await;
    let (mut one, mut other) = (room.lane(&platform, 0), room.lane(&platform, 0));
    assert!(one.beat().await.unwrap().owned);
    assert!(!other.beat().await.unwrap().owned, "the lease holds");
    sqlx::query("update lane set until = clock_timestamp() - interval '1 s'").execute(&room.pool).await.unwrap();
    let taken = other.beat().await.unwrap();
    assert!(taken.owned && taken.claimed == 0, "what flies belongs to its claim");
    assert_eq!(states(&room).await, ["claimed"]);
    platform.be_silent(false);
    one.close().await.unwrap();
    assert_eq!(states(&room).await, ["sent"]);
    assert_eq!(platform.heard().len(), 1);
    assert!(other.beat().await.unwrap().owned, "the ousted one gave back nothing");
}

#[tokio::test]
async fn a_claim_that_ran_out_goes_again_and_its_first_answer_is_void() {
    let room = Room::new().await;
    put(&room, &[message(&room, "7", Class::Reply, "home-hello")]).await;
    let mut db = room.pool.acquire().await.unwrap();
    let owner = Uuid::from_u128(1);
    let fence = lanes::acquire(&mut db, &lane(), owner, 10.0).await.unwrap().unwrap();
    let id = lane();
    let claim = |token, lease| Claim { lane: &id, fence, token, lease, resting: &[], limit: 10 };
    let (first, second) = (Uuid::from_u128(2), Uuid::from_u128(3));
    let now = room.clock.now();
    let lost = deliveries::claim(&mut db, claim(first, -1.0), now).await.unwrap();
    let again = deliveries::claim(&mut db, claim(second, 45.0), now).await.unwrap();
    assert_eq!((lost.len(), again.len()), (1, 1));
    assert!(again[0].lapsed && !lost[0].lapsed);
    let late = [(lost[0].id, first, Fate::Failed("late".into()))];
    assert_eq!(deliveries::settle(&mut db, &late).await.unwrap(), 0);
    let sent = [(again[0].id, second, Fate::Sent(Some("1".into())))];
    assert_eq!(deliveries::settle(&mut db, &sent).await.unwrap(), 1);
    let wrong = Claim { fence: fence - 1, ..claim(first, 45.0) };
    put(&room, &[message(&room, "7", Class::Reply, "home-hello")]).await;
    assert!(deliveries::claim(&mut db, wrong, now).await.unwrap().is_empty(), "an old fence claims nothing");
}

#[tokio::test]
async fn what_is_taken_out_in_the_night_is_put_back_until_the_morning_there() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    let zone = |name: &str| Some(name.to_owned());
    // Noon in Moscow is one in the morning in Los Angeles.
    let gentle =
        |chat, class| NewDelivery { zone: zone("America/Los_Angeles"), ..message(&room, chat, class, "home-hello") };
    put(&room, &[gentle("7", Class::Broadcast), gentle("7", Class::Broadcast), gentle("8", Class::Reminder)]).await;
    put(&room, &[message(&room, "7", Class::Reminder, "home-ready")]).await;
    put(&room, &[NewDelivery { zone: zone("Europe/Moscow"), ..message(&room, "9", Class::Broadcast, "home-thanks") }])
        .await;
    // One of them flew when a process died.
    let flew = "update delivery set claimed_until = '-infinity', first_try_at = made_at where chat = '8'";
    sqlx::query(flew).execute(&room.pool).await.unwrap();
    let mut lane = room.lane(&platform, 0);
    while lane.beat().await.unwrap().claimed > 0 {}
    let mut heard = platform.heard();
    heard.sort();
    assert_eq!(heard, [("7".to_owned(), "Готов?".to_owned()), ("9".to_owned(), "Спасибо".to_owned())]);
    assert_eq!(states(&room).await, ["queued", "queued", "claimed", "sent", "sent"]);
    let waits = "select count(*) from delivery where zone = 'America/Los_Angeles' and due = '2026-11-22T09:00:00-08:00'
                 and tries = 0 and (first_try_at is null) = (chat = '7')";
    assert_eq!(room.count(waits).await, 3);
    room.clock.advance(TimeDelta::hours(8));
    while lane.beat().await.unwrap().claimed > 0 {}
    assert_eq!(states(&room).await, ["sent"; 5]);
    assert_eq!(platform.heard().len(), 5);
}

#[tokio::test]
async fn an_answer_that_could_not_be_written_down_is_written_later_and_nothing_goes_twice() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    put(&room, &[message(&room, "7", Class::Reply, "home-hello"), message(&room, "7", Class::Reply, "home-ready")])
        .await;
    let trap = "create sequence deaths;
        create function die() returns trigger language plpgsql as
        $$begin if nextval('deaths') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return new; end$$;
        create trigger die before update on delivery for each row when (new.state = 'sent') execute function die();";
    room.pool.execute(trap).await.unwrap();
    let mut lane = room.lane(&platform, 0);
    assert!(lane.beat().await.is_err());
    assert_eq!(states(&room).await, ["claimed", "queued"], "sent, and nobody has noted it");
    while lane.beat().await.unwrap().claimed > 0 {}
    assert_eq!(states(&room).await, ["sent"; 2]);
    assert_eq!(platform.heard().len(), 2);
}

#[tokio::test]
async fn who_is_gone_gets_nothing_more() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    platform.will_answer(
        403,
        json!({"ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}),
    );
    put(&room, &[message(&room, "7", Class::Reply, "home-hello"), message(&room, "7", Class::Reply, "home-ready")])
        .await;
    let mut lane = room.lane(&platform, 0);
    while lane.beat().await.unwrap().claimed > 0 {}
    assert_eq!(states(&room).await, ["failed", "failed"]);
    assert_eq!(platform.heard().len(), 1);
}

#[tokio::test]
async fn of_changes_of_one_message_that_wait_the_last_is_made() {
    let room = Room::new().await;
    let rewrite = |of: &str, key: &str| NewDelivery {
        body: Body::Rewrite { message: of.into(), said: said(key) },
        ..message(&room, "7", Class::Reply, key)
    };
    put(&room, &[rewrite("5", "home-hello"), rewrite("6", "home-hello")]).await;
    let last = [rewrite("5", "home-thanks")];
    assert_eq!(deliveries::supersede(&mut room.pool.acquire().await.unwrap(), &last).await.unwrap(), 1);
    put(&room, &last).await;
    assert_eq!(states(&room).await, ["dropped", "queued", "queued"]);
}

#[tokio::test]
async fn a_missing_text_fails_its_own_message_only() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    put(&room, &[message(&room, "7", Class::Reply, "no-such-text"), message(&room, "7", Class::Reply, "home-hello")])
        .await;
    sqlx::query(
        "insert into delivery (lane, chat, class, kind, body, due) values ('telegram:1', '8', 0, 'send', '{}', $1)",
    )
    .bind(room.clock.now())
    .execute(&room.pool)
    .await
    .unwrap();
    let mut lane = room.lane(&platform, 0);
    while lane.beat().await.unwrap().claimed > 0 {}
    assert_eq!(states(&room).await, ["failed", "sent", "failed"]);
}

#[tokio::test]
async fn an_answer_that_nobody_waits_for_is_dropped_unsent() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    let press = |id: &str| Press { id: id.into(), user: "7".into(), chat: "7".into(), message: None };
    let answer = |id, keep| NewDelivery {
        body: Body::Answer { press: press(id), words: None },
        drop_after: Some(keep),
        ..message(&room, "7", Class::Reply, "")
    };
    put(&room, &[answer("1", -1.0), answer("2", 150.0)]).await;
    let mut lane = room.lane(&platform, 0);
    lane.beat().await.unwrap();
    assert_eq!(states(&room).await, ["dropped", "sent"]);
    assert_eq!(platform.heard(), [("press".to_owned(), "2".to_owned())]);
}

#[tokio::test]
async fn a_chat_gets_three_at_once_and_the_rest_waits() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    let new: Vec<_> = (0..5).map(|_| message(&room, "7", Class::Reply, "home-hello")).collect();
    put(&room, &new).await;
    let mut lane = room.lane(&platform, 1000);
    let began = tick();
    while lane.beat().await.unwrap().claimed > 0 {}
    // One more a second, should this take so long.
    let most = 3 + usize::try_from(began.elapsed().as_secs()).unwrap();
    assert!((3..=most.min(5)).contains(&platform.heard().len()), "{} of {most}", platform.heard().len());
}
