//! A broadcast on its way: undone within its minute, paused, called off, stopped by itself; who does not want it gets none of it.

use chrono::TimeDelta;
use provodnik::jobs;
use serde_json::json;

use crate::{
    world::{Phone, Setup, World, everywhere, seeded},
    world_broadcast::{HOLD, nina, writes},
    world_events::pupil,
};

const TEXT: &str = "Завтра в 15:00 экскурсия на завод";

/// So many pupils of Surgut with accounts in VK that no stand-in knows: of this name and a number.
async fn many(world: &World, name: &str, count: i32) {
    let sql = "with made as (
                 insert into person (id, kind, signed_in_at, made_at)
                 select gen_random_uuid(), 'record', '2026-09-01', '2026-09-01' from generate_series(1, $1) returning id
               ), numbered as (select id, row_number() over (order by id) as place from made
               ), pupils as (
                 insert into role (id, person, role, class, granted_at)
                 select gen_random_uuid(), n.id, 'pupil', (
                   select c.id from class c join school s on s.id = c.school join territory t on t.id = s.territory
                   where t.name = 'Сургут' and c.school_year = '2026-2027' limit 1), '2026-09-01' from numbered n
               ), accounts as (
                 insert into account (id, channel, lane, external, chat, person, first_seen, last_seen)
                 select n.id, 'vk', 'vk:700000001', $2 || 500000 + place, $2 || 500000 + place, n.id, '2026-09-01', '2026-09-01'
                 from numbered n
               )
               insert into account_person (account, person, linked_at, last_spoke_at)
               select id, id, '2026-09-01', '2026-09-01' from numbered";
    sqlx::query(sql).bind(count).bind(name).execute(&world.database.pool).await.unwrap();
}

/// Lets it go, and reads what she is told then.
async fn lets_go(nina: &Phone<'_>) {
    nina.says("рассылка").await;
    nina.presses("Ученикам").await;
    nina.says(TEXT).await;
    nina.unread().await;
    nina.presses("Отправить").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn within_its_minute_it_is_undone_as_if_it_had_never_been() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        lets_go(&nina).await;
        nina.sees(&["уйдёт через минуту…ученики: 1…[Отменить]", "Нина, чем помочь?"]).await;
        world.advance(TimeDelta::seconds(59)).await;
        nina.presses_at("уйдёт через минуту", "Отменить").await;
        assert!(nina.unread().await[0].contains("Отменено: никому ничего не ушло"));
        assert!(nina.bubble("Рассылка отменена").await.unwrap().ends_with("Никто ничего не получил."));
        world.advance(TimeDelta::days(1)).await;
        lev.sees(&[]).await;
        assert_eq!(world.count("select count(*) from delivery where broadcast is not null").await, 0);
        // Nobody got it: the same text is nothing to ask about.
        nina.says("рассылка").await;
        nina.presses("Ученикам").await;
        nina.says(TEXT).await;
        assert!(nina.last().await.contains("будет минута, чтобы передумать"));
        nina.presses("Отправить").await;
        world.advance(HOLD).await;
        lev.sees(&[TEXT]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_text_within_an_hour_is_asked_about() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    writes(&nina, "Ученикам", TEXT).await;
    let asks = async |text: &str| {
        nina.says("рассылка").await;
        nina.presses("Ученикам").await;
        nina.says(text).await;
        nina.last().await.contains("Такой же текст вы отправили меньше часа назад")
    };
    assert!(asks(&format!("  {TEXT}\n")).await);
    assert!(!asks("Завтра экскурсии не будет").await);
    world.advance(TimeDelta::hours(1)).await;
    assert!(!asks(TEXT).await);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paused_nothing_goes_out_and_it_goes_on_where_it_was() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let artyom = pupil(world, channel, &seeded(&people, "Артём")).await;
        // In the evening: all of it waits for the morning.
        world.advance(TimeDelta::hours(8)).await;
        writes(&nina, "Ученикам", TEXT).await;
        nina.unread().await;
        assert!(nina.bubble("Рассылка идёт").await.unwrap().ends_with("[Пауза] [Отменить]"));
        nina.presses_at("Рассылка идёт", "Пауза").await;
        assert!(nina.unread().await[0].contains("Пауза ⏸ Больше ничего не уходит"));
        world.advance(TimeDelta::hours(13)).await;
        lev.sees(&[]).await;
        nina.presses_at("Рассылка на паузе", "Продолжить").await;
        assert!(nina.unread().await[0].contains("Продолжаю с того места"));
        for pupil in [&lev, &artyom] {
            pupil.sees(&[TEXT]).await;
        }
        assert!(nina.bubble("Рассылка завершена").await.unwrap().contains("Дошло: 2"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_gone_out_is_called_off_and_what_has_is_counted() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        // Another's messenger is down: that part waits for its next try.
        let other = if channel == "telegram" { "vk" } else { "telegram" };
        let artyom = pupil(world, other, &seeded(&people, "Артём")).await;
        world.fault(json!({"channel": other, "kind": "server_error"})).await;
        writes(&nina, "Ученикам", TEXT).await;
        nina.unread().await;
        nina.presses_at("Рассылка идёт", "Отменить").await;
        assert!(nina.unread().await[0].contains("Отменено. Уже получили: 1. Остальным не придёт."));
        assert!(nina.bubble("Рассылка отменена").await.unwrap().contains("Успели получить: 1. Не ушло: 1."));
        world.repair().await;
        world.hurry().await;
        lev.sees(&[TEXT]).await;
        artyom.sees(&[]).await;
        let states = "select count(*) from delivery where error = 'cancelled' and state = 'dropped'";
        assert_eq!(world.count(states).await, 1);
        assert_eq!(world.count("select count(*) from broadcast where state = 'cancelled'").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_want_it_any_more_gets_nothing_from_that_moment_on() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let artyom = pupil(world, channel, &seeded(&people, "Артём")).await;
        world.advance(TimeDelta::hours(8)).await;
        writes(&nina, "Ученикам", TEXT).await;
        let opts_out = "update account_person set opted_out = true
                        where account = (select id from account where external = $1)";
        sqlx::query(opts_out).bind(lev.id.to_string()).execute(&world.database.pool).await.unwrap();
        world.advance(TimeDelta::hours(12)).await;
        lev.sees(&[]).await;
        artyom.sees(&[TEXT]).await;
        let told = nina.bubble("Рассылка завершена").await.unwrap();
        assert!(told.contains("Дошло: 1. Не дошло: 1; просили не писать – 1."), "{told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_it_once_and_by_the_other_messenger_if_this_one_is_blocked() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let other = if channel == "telegram" { "vk" } else { "telegram" };
        let there = world.person(other, "Лев там").await;
        lev.says("другой мессенджер").await;
        let said = lev.unread().await.join("\n");
        let code = said.split_whitespace().find(|word| word.len() == 9 && word.as_bytes()[4] == b'-');
        there.starts().await;
        there.says(code.unwrap_or_else(|| panic!("no code in {said}"))).await;
        there.unread().await;
        // Last spoken with there, which the messenger tells only when we write.
        world.fault(json!({"channel": other, "kind": "blocked", "chat": there.id})).await;
        lev.unread().await;
        writes(&nina, "Ученикам", TEXT).await;
        there.sees(&[]).await;
        lev.sees(&[TEXT]).await;
        assert!(nina.bubble("Рассылка завершена").await.unwrap().contains("Дошло: 1. Дошло до всех."));
        assert_eq!(world.count("select count(*) from delivery where broadcast is not null").await, 1);
        world.repair().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_failures_stop_it_and_its_author_is_told() {
    let world = World::with(Setup { paced: true, ..Setup::default() }).await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    // Nothing of this name is an id of VK's.
    many(&world, "x", 500).await;
    lets_go(&nina).await;
    world.advance(HOLD).await;
    let stopped = async || nina.bubble("слишком много ошибок").await;
    while stopped().await.is_none() {
        world.settle().await;
    }
    let told = stopped().await.unwrap();
    assert!(told.contains("Мессенджер не принял сообщений: ") && told.ends_with("[Продолжить] [Отменить]"), "{told}");
    let failed = world.count("select count(*) from delivery where state = 'failed'").await;
    let waiting = world.count("select count(*) from delivery where state = 'parked'").await;
    assert!(failed >= 20 && waiting > 0 && failed + waiting == 500, "{failed} failed, {waiting} wait");
    nina.presses_at("слишком много ошибок", "Отменить").await;
    assert_eq!(world.count("select count(*) from delivery where error = 'cancelled'").await, waiting);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_who_lost_the_role_is_told_and_nothing_more_goes_out() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let gives = "update role set revoked_at = $1 where role = 'coordinator'";
        let pool = &world.database.pool;
        // Between letting it go and its going.
        lets_go(&nina).await;
        nina.unread().await;
        sqlx::query(gives).bind(Some(world.clock.now())).execute(pool).await.unwrap();
        world.advance(TimeDelta::hours(2)).await;
        lev.sees(&[]).await;
        nina.sees(&["Рассылка остановлена: у вас больше нет этой роли…[Продолжить] [Отменить]"]).await;
        nina.presses("Продолжить").await;
        assert!(nina.unread().await[0].contains("Продолжить нельзя: вы больше не отвечаете"));
        lev.sees(&[]).await;
        // Given back, it goes on.
        sqlx::query(gives).bind(None::<chrono::DateTime<chrono::Utc>>).execute(pool).await.unwrap();
        nina.presses_at("Рассылка остановлена", "Продолжить").await;
        lev.sees(&[TEXT]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_go_before_a_broadcast_that_is_on_its_way() {
    let world = World::with(Setup { paced: true, ..Setup::default() }).await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    many(&world, "", 100).await;
    let lev = pupil(&world, "vk", &seeded(&people, "Лев")).await;
    lets_go(&nina).await;
    jobs::clock::advance(&world.parts.pool, &world.clock, &world.parts.nudge, HOLD).await.unwrap();
    let asked = async || world.asked_for(&["messages.send"]).await;
    let before = asked().await.len();
    while asked().await.len() == before {
        world.beats().await;
    }
    let before = asked().await.len();
    lev.does("say", json!({"text": "меню"})).await;
    while !lev.last().await.contains("Лев, осталось") {
        world.beats().await;
    }
    let waited = asked().await.len() - before;
    assert!(waited < 40, "the answer came after {waited} of 100");
    world.patience().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_broadcast_is_stopped_by_a_button() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let lev = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    lets_go(&nina).await;
    nina.unread().await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from broadcast").fetch_one(&world.database.pool).await.unwrap();
    for (update, flow) in [(7_000_001, "cast_cancel"), (7_000_002, "cast_pause"), (7_000_003, "cast_resume")] {
        let press = json!({"update_id": update, "callback_query": {
            "id": update.to_string(), "from": {"id": lev.id, "is_bot": false, "first_name": "Лев"}, "chat_instance": "1",
            "message": {"message_id": 5, "date": 1_790_000_000,
                        "chat": {"id": lev.id, "type": "private", "first_name": "Лев"}},
            "data": format!("g1:{flow}::{}", id.simple())}});
        assert_eq!(world.brings("telegram", press).await.0, 200);
        assert!(lev.unread().await[0].contains("Такой рассылки среди ваших нет"));
    }
    world.advance(HOLD).await;
    lev.sees(&[TEXT]).await;
    // What is over is over.
    for label in ["cast_pause", "cast_cancel"] {
        let press = json!({"update_id": 7_000_010 + label.len(), "callback_query": {
            "id": label, "from": {"id": nina.id, "is_bot": false, "first_name": "Нина"}, "chat_instance": "1",
            "message": {"message_id": 5, "date": 1_790_000_000,
                        "chat": {"id": nina.id, "type": "private", "first_name": "Нина"}},
            "data": format!("g1:{label}::{}", id.simple())}});
        assert_eq!(world.brings("telegram", press).await.0, 200);
        assert!(nina.unread().await[0].contains("ушла вся"), "{label}");
    }
    world.done().await;
}
