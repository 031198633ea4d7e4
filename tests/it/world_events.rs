//! Events with seats: signing up, the last seat, giving it back, and nobody else's events.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use provodnik::{
    channel::{Channel, Heard, Inbound, Speaker, What},
    flow::entry,
    ids::{EventId, LaneId},
    store::{self, events::NewEvent},
    turn::{Taken, take_each},
};
use serde_json::json;
use uuid::Uuid;

use crate::world::{Intake, Phone, Setup, World, everywhere, seeded};

pub const WORKSHOPS: &str = "День открытых мастерских";
const OFFER: &str = "День открытых мастерских…Когда: 4 октября, 15:00…Где: Сургут, Центр «Мастерская»…Записать тебя? [Записаться] [Назад]";

/// A pupil who has signed in and put the phone off.
pub async fn pupil<'w>(world: &'w World, channel: &str, code: &str) -> Phone<'w> {
    let phone = world.signed_in(channel, "Кто-то", code).await;
    phone.presses("Позже").await;
    phone.unread().await;
    phone
}

/// Opens the workshops from the menu.
pub async fn opens_workshops(phone: &Phone<'_>) {
    phone.presses("События").await;
    phone.unread().await;
    phone.presses(WORKSHOPS).await;
}

/// Takes a seat from the menu on.
pub async fn signs_up(phone: &Phone<'_>) {
    opens_workshops(phone).await;
    phone.presses("Записаться").await;
    assert!(phone.unread().await.iter().any(|said| said.contains("Готово, место твоё ✅")));
}

pub async fn uuid(world: &World, sql: &'static str) -> Uuid {
    sqlx::query_scalar(sql).fetch_one(&world.database.pool).await.unwrap()
}

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);
const SIGNED: &str = "select count(*) from event_signup where state = 'signed'";

/// An event of the region of Surgut.
async fn event(world: &World, title: &str, from: DateTime<Utc>, seats: i32, change: impl Fn(&mut NewEvent)) -> EventId {
    let region = uuid(world, "select parent from territory where name = 'Сургут'").await;
    let mut event = NewEvent {
        id: EventId(world.parts.dice.uuid(world.clock.now())),
        territory: Some(provodnik::ids::TerritoryId(region)),
        school: None,
        title: title.to_owned(),
        place: "Сургут".to_owned(),
        starts_at: from,
        ends_at: from + TimeDelta::hours(2),
        seats,
        grades: (6, 11),
        season: "2026-2027".to_owned(),
        stage: None,
    };
    change(&mut event);
    let mut db = world.database.pool.acquire().await.unwrap();
    store::events::add(&mut db, &event, world.clock.now()).await.unwrap();
    event.id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_signs_up_and_gives_the_seat_back() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        lev.presses("События").await;
        lev.sees(&["События для тебя…▫️ День открытых мастерских: 4 октября, 15:00. Свободно 3 места…[День открытых мастерских] [Назад]"]).await;
        lev.presses(WORKSHOPS).await;
        lev.sees(&[OFFER]).await;
        lev.presses("Записаться").await;
        lev.sees(&["Готово, место твоё ✅…Когда: 4 октября, 15:00", "Лев, осталось подтвердить…[События] [Мой трек]"]).await;
        assert_eq!(world.count(SIGNED).await, 1);

        lev.says("события").await;
        lev.sees(&["✅ День открытых мастерских: 4 октября, 15:00. Твоё место за тобой"]).await;
        lev.presses(WORKSHOPS).await;
        lev.sees(&["Твоё место за тобой…[Хорошо] [Отписаться]"]).await;
        lev.presses("Отписаться").await;
        lev.sees(&["Точно отписаться…[Да, отписаться] [Нет, приду]"]).await;
        lev.presses("Нет, приду").await;
        lev.sees(&["Отлично, ждём тебя!", "Лев, осталось"]).await;
        opens_workshops(&lev).await;
        lev.presses("Отписаться").await;
        lev.presses("Да, отписаться").await;
        assert!(lev.unread().await.iter().any(|said| said.contains("Записи на «День открытых мастерских» больше нет")));
        assert_eq!(world.count(SIGNED).await, 0);

        // It has begun.
        signs_up(&lev).await;
        opens_workshops(&lev).await;
        lev.presses("Отписаться").await;
        lev.unread().await;
        world.advance("2026-10-04T15:00:00+05:00".parse::<DateTime<Utc>>().unwrap() - world.clock.now()).await;
        lev.presses("Да, отписаться").await;
        lev.sees(&["Запись на «День открытых мастерских» уже закончилась", "Лев, осталось"]).await;
        lev.presses("События").await;
        lev.sees(&["Сейчас событий для тебя нет", "Лев, осталось"]).await;
        assert_eq!(world.count(SIGNED).await, 1);
    })
    .await;
}

/// Four of Surgut in front of three seats.
async fn four<'w>(world: &'w World, channels: [&str; 4]) -> Vec<Phone<'w>> {
    let people = world.seed().await;
    let mut four = Vec::new();
    for (name, channel) in ["Артём", "Лев", "Майя", "Алина"].into_iter().zip(channels) {
        let phone = pupil(world, channel, &seeded(&people, name)).await;
        opens_workshops(&phone).await;
        assert!(phone.unread().await[0].contains("Осталось 3 места"));
        four.push(phone);
    }
    four
}

/// Three have a seat, one hears kind words; then somebody leaves, and the fourth gets in.
async fn three_seats_are_three(world: &World, four: &[Phone<'_>]) {
    assert_eq!(world.count(SIGNED).await, 3);
    let (mut lucky, mut late) = (Vec::new(), Vec::new());
    for phone in four {
        let said = phone.unread().await;
        match said[0].contains("место твоё") {
            true => lucky.push(phone),
            false => late.push((phone, said)),
        }
    }
    assert_eq!(lucky.len(), 3);
    let (late, said) = &late[0];
    assert!(said[0].contains("все места уже заняты. Так бывает, когда событие хорошее"), "{said:?}");
    opens_workshops(late).await;
    late.sees(&["все места уже заняты", "сталось подтвердить"]).await;

    opens_workshops(lucky[0]).await;
    lucky[0].presses("Отписаться").await;
    lucky[0].presses("Да, отписаться").await;
    signs_up(late).await;
    assert_eq!(world.count(SIGNED).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn four_pupils_press_at_once_and_three_have_a_seat() {
    for channels in [["telegram"; 4], ["vk"; 4], ["telegram", "vk", "vk", "telegram"]] {
        let world = World::new().await;
        let four = four(&world, channels).await;
        futures_util::future::join_all(four.iter().map(|phone| phone.does("press", json!({"label": "Записаться"}))))
            .await;
        world.settle().await;
        three_seats_are_three(&world, &four).await;
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_presses_in_one_transaction_and_three_have_a_seat() {
    for channel in ["telegram", "vk"] {
        let world = World::with(Setup { intake: Intake::Asked, ..Setup::default() }).await;
        let four = four(&world, [channel; 4]).await;
        for phone in &four {
            phone.does("press", json!({"label": "Записаться"})).await;
        }
        world.sandbox.delivered().await;
        world.takes_one_batch().await;
        assert_eq!(world.count(SIGNED).await, 3, "in that one transaction");
        world.settle().await;
        three_seats_are_three(&world, &four).await;
        world.done().await;
    }
}

fn says(n: u32, phone: &Phone<'_>, text: &str) -> Inbound {
    let lane = LaneId("telegram:7000000001".to_owned());
    let user = phone.id.to_string();
    let from = Speaker {
        lane: lane.clone(),
        channel: Channel::Telegram,
        user: user.clone(),
        chat: user,
        lang: None,
        client: None,
    };
    let heard = Heard::Text(text.to_owned());
    Inbound { source: lane.0, id: format!("by hand {n}"), what: What::Heard { from, heard, press: None } }
}

/// Two batches hold one event each and want the other's: Postgres ends one of them, and its turns are taken alone.
#[tokio::test(flavor = "multi_thread")]
async fn two_batches_that_wait_for_each_other_both_come_through() {
    let world = World::new().await;
    let people = world.seed().await;
    let soon = world.clock.now() + TimeDelta::days(1);
    event(&world, "Аэродром", soon, 1, |_| {}).await;
    event(&world, "Верфь", soon, 1, |_| {}).await;
    let mut phones = Vec::new();
    for (name, title) in [("Артём", "Аэродром"), ("Лев", "Верфь"), ("Майя", "Верфь"), ("Алина", "Аэродром")]
    {
        let phone = pupil(&world, "telegram", &seeded(&people, name)).await;
        phone.presses("События").await;
        phone.presses(title).await;
        phone.unread().await;
        phones.push(phone);
    }
    let mut gate = store::begin(&world.database.pool).await.unwrap();
    sqlx::query("select id from event for update").execute(&mut *gate).await.unwrap();
    let batch = |one: usize, two: usize| {
        let parts = world.parts.clone();
        let says = [one, two].map(|n| says(u32::try_from(n).unwrap(), &phones[n], "Записаться"));
        tokio::spawn(async move { take_each(&parts, &says).await })
    };
    let (first, second) = (batch(0, 1), batch(2, 3));
    // Both stand at the gate, one before each event.
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let both = async { while world.count(waiting).await < 2 {} };
    tokio::time::timeout(PATIENCE, both).await.expect("both wait for an event");
    gate.rollback().await.unwrap();
    for taken in first.await.unwrap().into_iter().chain(second.await.unwrap()) {
        assert_eq!(taken.unwrap(), Taken::Done);
    }
    world.settle().await;
    assert_eq!(world.count(SIGNED).await, 2, "one seat each");
    assert_eq!(world.count("select count(distinct event) from event_signup where state = 'signed'").await, 2);
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    let seen = async { while world.count(deadlocks).await == 0 {} };
    tokio::time::timeout(PATIENCE, seen).await.expect("they did wait for each other");
    for phone in &phones {
        let said = phone.unread().await;
        assert!(said[0].contains("место твоё") || said[0].contains("все места уже заняты"), "{said:?}");
    }
    world.done().await;
}

/// Whoever moves away takes what is theirs along: the seat, and the way to give it back.
#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_who_has_moved_gives_the_seat_back() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        signs_up(&lev).await;
        let away = "update role set (school, class) =
                      (select s.id, c.id from class c join school s on s.id = c.school where s.inn = '3900000101' limit 1)
                    where role = 'pupil' and class in (select id from class where grade = 9 and letter = 'Б')";
        sqlx::query(away).execute(&world.database.pool).await.unwrap();
        lev.says("события").await;
        lev.sees(&["События для тебя\n\n✅ День открытых мастерских: 4 октября, 12:00. Твоё место за тобой\n\nНажми"]).await;
        lev.presses(WORKSHOPS).await;
        lev.presses("Отписаться").await;
        lev.presses("Да, отписаться").await;
        assert!(lev.unread().await.iter().any(|said| said.contains("Записи на «День открытых мастерских» больше нет")));
        assert_eq!(world.count(SIGNED).await, 0);
        // Now it is nobody's of that town.
        lev.says("события").await;
        lev.sees(&["Сейчас событий для тебя нет", "Лев, осталось"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_message_has_no_room_for_comes_with_the_next() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let soon = world.clock.now() + TimeDelta::days(10);
        for n in 0..16 {
            event(world, &format!("Мастерская {n:02}"), soon + TimeDelta::hours(n / 2), 9, |_| {}).await;
        }
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        lev.presses("События").await;
        let mut seen = lev.unread().await;
        for _ in 0..2 {
            lev.presses("Ещё").await;
            seen.extend(lev.unread().await);
        }
        assert!(seen[0].contains("[Ещё] [Назад]") && !seen[2].contains("[Ещё]"), "{seen:?}");
        let all = seen.join("\n");
        let titles = (0..16).map(|n| format!("Мастерская {n:02}")).chain([WORKSHOPS.to_owned()]);
        for title in titles {
            assert_eq!(all.matches(&format!("▫️ {title}:")).count(), 1, "{title}: {all}");
        }
        let last = if seen[2].contains("Мастерская 15") {
            "Мастерская 15"
        } else {
            "Мастерская 14"
        };
        lev.presses(last).await;
        lev.sees(&[&format!("{last}…Записать тебя?")]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_scope_looks_like_what_is_not_there() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let soon = world.clock.now() + TimeDelta::days(1);
        let school = provodnik::ids::SchoolId(uuid(&world, "select id from school where inn = '8600000100'").await);
        let other = provodnik::ids::SchoolId(uuid(&world, "select id from school where inn = '3900000101'").await);
        event(&world, "Своя школа", soon, 9, |new| (new.territory, new.school) = (None, Some(school))).await;
        let hidden = [
            event(&world, "Чужая школа", soon, 9, |new| (new.territory, new.school) = (None, Some(other))).await,
            event(&world, "Старшим", soon, 9, |new| new.grades = (10, 11)).await,
            event(&world, "Прошлый год", soon, 9, |new| new.season = "2025-2026".to_owned()).await,
            EventId(Uuid::from_u128(7)),
        ];
        let lev = pupil(&world, channel, &seeded(&people, "Лев")).await;
        lev.presses("События").await;
        let said = lev.unread().await;
        assert!(said[0].contains("Своя школа") && said[0].contains(WORKSHOPS), "{said:?}");
        assert!(["Чужая", "Старшим", "Прошлый"].iter().all(|word| !said[0].contains(word)), "{said:?}");
        // Of another region and school: what is theirs.
        let mark = pupil(&world, channel, &seeded(&people, "Марк")).await;
        mark.presses("События").await;
        mark.sees(&["События для тебя\n\n▫️ Чужая школа: 2 октября, 11:00. Свободно 9 мест\n\nНажми"]).await;

        // A button made by hand.
        if channel == "telegram" {
            for (n, id) in hidden.into_iter().enumerate() {
                let with = id.0.simple().to_string();
                for with in [with.as_str(), "junk"] {
                    let token = entry::make("event_signup", None, Some(with));
                    let query = json!({"id": format!("q{n}{with}"), "from": {"id": lev.id, "is_bot": false, "first_name": "Л"},
                        "chat_instance": "1", "data": token, "message": {"message_id": 1, "date": 1, "text": "x",
                        "chat": {"id": lev.id, "type": "private", "first_name": "Л"}}});
                    world.bring_telegram(query).await;
                    assert!(lev.unread().await[0].starts_with("Такого события нет"), "{with}");
                }
            }
            assert_eq!(world.count(SIGNED).await, 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_events_at_the_same_time_are_one_too_many() {
    let world = World::new().await;
    let people = world.seed().await;
    let from = "2026-10-04T16:59:00+05:00".parse().unwrap();
    event(&world, "Экскурсия", from, 9, |_| {}).await;
    event(&world, "Концерт", from + TimeDelta::minutes(1), 9, |new| {
        new.ends_at = new.starts_at + TimeDelta::hours(1)
    })
    .await;
    let maya = pupil(&world, "vk", &seeded(&people, "Майя")).await;
    signs_up(&maya).await;
    for (title, answer) in [
        ("Экскурсия", "у тебя уже есть событие: «День открытых мастерских», 4 октября, 15:00"),
        ("Концерт", "Готово, место твоё"),
    ] {
        maya.presses("События").await;
        maya.presses(title).await;
        maya.unread().await;
        maya.presses("Записаться").await;
        assert!(maya.unread().await[0].contains(answer), "{title}");
    }
    world.done().await;
}
