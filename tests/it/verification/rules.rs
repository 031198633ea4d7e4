//! Numbers of the rules at their edges, where the database counts.

use super::*;

#[tokio::test]
async fn a_code_is_taken_for_five_minutes_and_not_a_second_longer() {
    let world = World::new().await;
    for (seconds, outcome) in [(299, "ok"), (300, "expired")] {
        let (pupil, phone) = (world.pupil().await, format!("9161234{seconds}"));
        let call = attempt(&world.call(pupil, &phone).await);
        world.pass(seconds);
        assert_eq!(world.type_in(pupil, &call, &world.exchange.last4()).await.outcome, outcome, "{seconds} s");
    }
}

#[tokio::test]
async fn a_guessed_prefix_is_closed_for_an_hour() {
    let world = World::new().await;
    for n in 0..21 {
        world.call(world.pupil().await, &format!("916123{n:04}")).await;
    }
    assert_eq!(world.exchange.asked(), 21, "the twenty-first is the one too many");
    for (last4, pause, rung) in [(9001, 0, 21), (9002, 3599, 21), (9003, 1, 22)] {
        world.pass(pause);
        assert_eq!(world.call(world.pupil().await, &format!("916123{last4}")).await.outcome, "ok");
        assert_eq!(world.exchange.asked(), rung, "{pause} s later");
    }
}

#[tokio::test]
async fn the_days_money_ends_at_its_last_kopeck_and_begins_anew_after_a_day() {
    let world = World::new().await;
    let spent = async |kopecks: i64| {
        let first =
            "update challenge set cost = case when id = (select min(id::text)::uuid from challenge) then $1 else 0 end";
        sqlx::query(first).bind(kopecks).execute(&world.db.pool).await.unwrap();
    };
    world.call(world.pupil().await, PHONE).await;
    spent(499_999).await;
    assert_eq!(world.call(world.pupil().await, "9031112233").await.outcome, "ok");
    spent(500_000).await;
    assert_eq!(world.call(world.pupil().await, "9052223344").await.outcome, "unavailable");
    world.pass(86_399);
    assert_eq!(world.call(world.pupil().await, "9052223344").await.outcome, "unavailable");
    world.pass(1);
    assert_eq!(world.call(world.pupil().await, "9052223344").await.outcome, "ok");
}

#[tokio::test]
async fn two_requests_by_hand_a_day() {
    let world = World::new().await;
    let vera = world.pupil().await;
    let ask = async || {
        let asked = args(&[("phone", "8 495 123-45-67"), ("reason", "landline")]);
        let outcome = world.inside(Action::VerificationManual, asked, vera).await.outcome;
        sqlx::query("update manual_request set state = 'done'").execute(&world.db.pool).await.unwrap();
        outcome
    };
    assert_eq!([ask().await, ask().await, ask().await], ["ok", "ok", "limited"]);
    world.pass(86_399);
    assert_eq!(ask().await, "limited");
    world.pass(1);
    assert_eq!(ask().await, "ok");
}

#[tokio::test]
async fn a_number_changes_once_a_day() {
    let world = World::new().await;
    let vera = world.pupil().await;
    world.prove(vera, PHONE).await;
    world.prove(vera, "9031112233").await;
    for (pause, outcome) in [(0, "limited"), (86_399, "limited"), (1, "ok")] {
        world.pass(pause);
        assert_eq!(world.call(vera, "9052223344").await.outcome, outcome, "{pause} s later");
    }
}

#[tokio::test]
async fn calls_are_kept_for_thirty_days_to_the_second() {
    let world = World::new().await;
    world.call(world.pupil().await, PHONE).await;
    for (pause, left) in [(30 * 86_400, 1), (1, 0)] {
        world.pass(pause);
        jobs::dial::purge(&world.db.pool, &world.outside.policy, &world.outside.clock).await.unwrap();
        assert_eq!(world.number("select count(*) from challenge").await, left, "{pause} s later");
    }
}
