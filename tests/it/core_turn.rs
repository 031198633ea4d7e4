//! The promises of a turn: acts once, is whole, keeps the order. That it does so wherever it dies is proved in `core_kill`.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use provodnik::{
    jobs::timers,
    store::deliveries::Class,
    turn::{Desk, Error, Size, Taken, take, take_each},
};
use sqlx::Executor;

use crate::core_room::{Room, at, presses, reach, says, start};

#[tokio::test]
async fn an_update_delivered_twice_acts_once() {
    let room = Room::new().await;
    assert_eq!(take(&room.parts, &[start(1, "7")]).await.unwrap(), [Taken::Done]);
    let said = room.said("7").await;
    assert_eq!(said, ["home-hello", "home-ready"]);
    assert_eq!(take(&room.parts, &[start(1, "7")]).await.unwrap(), [Taken::Seen]);
    assert_eq!(room.said("7").await, said);
}

#[tokio::test]
async fn of_the_same_update_at_the_same_time_one_acts() {
    let room = Room::new().await;
    let update = [start(1, "7")];
    let (one, other) = tokio::join!(take_each(&room.parts, &update), take_each(&room.parts, &update));
    let mut taken: Vec<_> = one.into_iter().chain(other).map(Result::unwrap).map(|t| format!("{t:?}")).collect();
    taken.sort();
    assert_eq!(taken, ["Done", "Seen"]);
    assert_eq!(room.said("7").await, ["home-hello", "home-ready"]);
}

#[tokio::test]
async fn a_batch_takes_one_turn_per_person() {
    let room = Room::new().await;
    let batch = [start(1, "7"), start(2, "8"), says(3, "7", "1"), start(2, "8")];
    let taken = take(&room.parts, &batch).await.unwrap();
    assert_eq!(taken, [Taken::Done, Taken::Done, Taken::Later, Taken::Later]);
    let again = take(&room.parts, &[says(3, "7", "1"), start(2, "8")]).await.unwrap();
    assert_eq!(again, [Taken::Done, Taken::Seen]);
    assert_eq!(room.said("7").await, ["home-hello", "home-ready", "home-thanks"]);
}

#[tokio::test]
async fn every_press_is_answered_and_a_stale_one_is_not_an_error() {
    let room = Room::new().await;
    take(&room.parts, &[start(1, "7")]).await.unwrap();
    take(&room.parts, &[presses(2, "7", "f1:aaaaaa:9:o0")]).await.unwrap();
    let answers = room.count("select count(*) from delivery where kind = 'answer' and drop_after > clock_timestamp()");
    assert_eq!(answers.await, 1);
}

#[tokio::test]
async fn the_desk_keeps_a_persons_order_and_answers_after_the_commit() {
    let room = Room::new().await;
    let desk = Desk::open(Arc::clone(&room.parts), Size { workers: 4, batch: 8, queue: 64 });
    let talks = (0..20).map(|user| {
        let (desk, name) = (desk.clone(), user.to_string());
        async move {
            let (one, two, three) = tokio::join!(
                desk.submit(start(user * 10 + 1, &name)),
                desk.submit(says(user * 10 + 2, &name, "1")),
                desk.submit(start(user * 10 + 3, &name)),
            );
            one.and(two).and(three).map(|()| name)
        }
    });
    for done in futures_util::future::join_all(talks).await {
        let said = room.said(&done.unwrap()).await;
        assert_eq!(said, ["home-hello", "home-ready", "home-thanks", "home-hello", "home-ready"]);
    }
    desk.stop().await;
    assert!(desk.submit(start(999, "7")).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_together_is_committed_together() {
    let room = Room::new().await;
    let desk = Desk::open(Arc::clone(&room.parts), Size { workers: 4, batch: 64, queue: 20 });
    let together = (1..=21).map(|user| start(user, &user.to_string())).collect();
    let taken = desk.submit_all(together).await;
    assert!(taken[..20].iter().all(Result::is_ok));
    assert!(matches!(taken[20..], [Err(provodnik::turn::Refused::Busy)]), "no room for the last");
    assert_eq!(room.count("select count(*) from inbox").await, 20);
    assert_eq!(room.count("select count(distinct xmin::text) from inbox").await, 1, "one transaction");
    desk.stop().await;
}

/// Were the second acted on, the first would come again after it: the person would be answered in another order than asked.
#[tokio::test]
async fn what_waits_behind_a_turn_that_failed_comes_again_after_it() {
    let room = Room::new().await;
    let desk = Desk::open(Arc::clone(&room.parts), Size { workers: 1, batch: 8, queue: 64 });
    // A sequence keeps its step when the transaction is rolled back: the first write to the inbox fails, once.
    for sql in [
        "create sequence just_once",
        "create function fails_once() returns trigger language plpgsql as $$ begin
           if nextval('just_once') = 1 then raise 'serialization' using errcode = '40001'; end if; return new; end $$",
        "create trigger fails_once before insert on inbox for each row execute function fails_once()",
    ] {
        sqlx::query(sql).execute(&room.parts.pool).await.unwrap();
    }
    let both = || desk.submit_all(vec![start(1, "7"), says(2, "7", "1")]);
    assert!(both().await.iter().all(Result::is_err), "neither is acted on");
    assert_eq!(room.count("select count(*) from inbox").await, 0);
    assert!(both().await.iter().all(Result::is_ok));
    assert_eq!(room.said("7").await, ["home-hello", "home-ready", "home-thanks"]);
    desk.stop().await;
}

/// A civil time in which no alarm can be set makes each turn of the program panic.
#[tokio::test]
async fn a_panic_costs_one_conversation_and_nobody_else_anything() {
    let room = Room::new().await;
    let desk = Desk::open(Arc::clone(&room.parts), Size { workers: 1, batch: 8, queue: 64 });
    take(&room.parts, &[start(1, "7"), start(2, "8")]).await.unwrap();
    let today = room.clock.offset();
    room.clock.set_offset(DateTime::<Utc>::MAX_UTC - room.clock.now() - TimeDelta::hours(1));
    assert!(matches!(take(&room.parts, &[start(3, "7")]).await, Err(Error::Panicked)));
    let (anya, borya) = tokio::join!(desk.submit(start(3, "7")), desk.submit(reach(4, "8", true)));
    anya.and(borya).unwrap();
    assert_eq!(room.said("7").await, ["home-hello", "home-ready", "global-restarted"]);
    room.clock.set_offset(today);
    for id in [3, 5] {
        desk.submit(start(id, "7")).await.unwrap();
    }
    assert_eq!(room.said("7").await[3..], ["home-hello", "home-ready"], "the lone worker lives, and 3 is known");
    assert_eq!(room.said("8").await, ["home-hello", "home-ready"]);
    desk.stop().await;
}

#[tokio::test]
async fn the_desk_refuses_what_it_has_no_room_for() {
    let room = Room::new().await;
    let desk = Desk::open(Arc::clone(&room.parts), Size { workers: 1, batch: 1, queue: 0 });
    assert!(matches!(desk.submit(start(1, "7")).await, Err(provodnik::turn::Refused::Busy)));
    assert_eq!(room.count("select count(*) from inbox").await, 0);
    desk.stop().await;
}

#[tokio::test]
async fn a_nudge_comes_once_in_waking_hours_through_the_account_that_spoke_last() {
    let room = Room::new().await;
    room.clock.set_offset(TimeDelta::hours(8));
    take(&room.parts, &[start(1, "7")]).await.unwrap();
    room.clock.advance(TimeDelta::hours(3));
    assert_eq!(timers::fire_due(&room.parts).await.unwrap(), 0, "eleven in the evening");
    room.clock.advance(TimeDelta::hours(10) + TimeDelta::minutes(1));
    assert_eq!(timers::fire_due(&room.parts).await.unwrap(), 1);
    assert_eq!(timers::fire_due(&room.parts).await.unwrap(), 0);
    let reminders = sqlx::query_scalar::<_, i64>("select count(*) from delivery where class = $1 and due >= $2")
        .bind(Class::Reminder as i16)
        .bind(at("2026-11-23T09:00:00+03:00"));
    assert_eq!(reminders.fetch_one(&room.pool).await.unwrap(), 1);
}

#[tokio::test]
async fn who_blocked_us_is_not_written_to_until_they_speak() {
    let room = Room::new().await;
    take(&room.parts, &[start(1, "7")]).await.unwrap();
    take(&room.parts, &[reach(2, "7", false)]).await.unwrap();
    assert_eq!(room.count("select count(*) from delivery where state = 'queued'").await, 0);
    room.clock.advance(TimeDelta::hours(3));
    assert_eq!(timers::fire_due(&room.parts).await.unwrap(), 1);
    assert_eq!(room.count("select count(*) from delivery where class = 1").await, 0);
    take(&room.parts, &[says(3, "7", "1")]).await.unwrap();
    assert_eq!(room.count("select count(*) from account where reachable").await, 1);
}

#[tokio::test]
async fn an_unreadable_conversation_begins_afresh() {
    let room = Room::new().await;
    take(&room.parts, &[start(1, "7")]).await.unwrap();
    room.pool.execute("update conversation set state = 'junk'").await.unwrap();
    take(&room.parts, &[says(2, "7", "1")]).await.unwrap();
    assert_eq!(room.said("7").await[2..], ["global-restarted", "home-hello", "home-ready"]);
}

#[tokio::test]
async fn a_turn_waits_for_its_persons_lock_and_a_batch_goes_on_without_it() {
    let room = Room::new().await;
    take_each(&room.parts, &[start(1, "7"), start(2, "8")]).await;
    let mut other = provodnik::store::begin(&room.pool).await.unwrap();
    other
        .execute("select 1 from conversation c join account a using (person) where a.external = '7' for update of c")
        .await
        .unwrap();
    let taken = take(&room.parts, &[says(3, "7", "1"), says(4, "8", "1")]).await.unwrap();
    assert_eq!(taken, [Taken::Later, Taken::Done]);
    let alone = [says(3, "7", "1")];
    let mut waiting = Box::pin(take(&room.parts, &alone));
    tokio::select! {
        taken = &mut waiting => panic!("{taken:?} while its person is locked"),
        () = somebody_waits(&room) => {}
    }
    other.rollback().await.unwrap();
    assert_eq!(waiting.await.unwrap(), [Taken::Done]);
}

/// Looks until a statement of this database waits for a lock.
async fn somebody_waits(room: &Room) {
    let locked =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while room.count(locked).await == 0 {}
}
