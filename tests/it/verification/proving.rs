//! Calls and digits: what rings, what is believed, what races and deaths come to.

use std::{future::poll_fn, task::Poll};

use super::*;

#[tokio::test]
async fn four_digits_prove_a_phone() {
    let world = World::new().await;
    let vera = world.pupil().await;
    assert_eq!(number(&world.inside(Action::VerificationStatus, Args::new(), vera).await, "days"), 7);
    let call = world.call_as(vera, PHONE, "mother").await;
    assert_eq!((call.outcome.as_str(), number(&call, "left"), number(&call, "failed_calls")), ("ok", 3, 0));
    assert_eq!(world.exchange.rang()[0].phone, "79161234567");
    assert_eq!(world.exchange.rang()[0].unique, attempt(&call));
    let proved = world.type_in(vera, &attempt(&call), &world.exchange.last4()).await;
    assert_eq!((proved.outcome.as_str(), &proved.values["replaced"]), ("ok", &Value::Flag(false)));
    let status = world.inside(Action::VerificationStatus, Args::new(), vera).await;
    assert_eq!((status.outcome.as_str(), &status.values["relation"]), ("verified", &Value::from("mother")));
    let Value::Phone(id) = status.values["phone"] else { panic!() };
    let mut db = world.db.pool.acquire().await.unwrap();
    let masked = verification::masked(&mut db, &world.outside.vault, &[id]).await.unwrap();
    assert_eq!(masked[&id], "+7 916 ***-**-67");
    assert_eq!(world.call(vera, PHONE).await.outcome, "already");
    assert_eq!(world.exchange.asked(), 1);
}

#[tokio::test]
async fn the_same_call_of_a_flow_dials_once_and_answers_the_same() {
    let world = World::new().await;
    let vera = world.pupil().await;
    let ask = || world.outside(Action::VerificationStart, args(&[("phone", PHONE), ("relation", "self")]), vera, "run");
    let replies = futures_util::future::join_all((0..20).map(|_| ask())).await;
    assert!(replies.iter().all(|reply| *reply == replies[0] && reply.outcome == "ok"), "{replies:?}");
    assert_eq!((world.exchange.asked(), world.number("select count(*) from challenge").await), (1, 1));
    let wrong = wrong_code(&world);
    let typed = [("attempt", attempt(&replies[0])), ("code", wrong)];
    let typed: Vec<_> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = || world.outside(Action::VerificationConfirm, args(&typed), vera, "typed");
    let replies = futures_util::future::join_all((0..20).map(|_| answer())).await;
    assert!(replies.iter().all(|reply| number(reply, "left") == 2), "{replies:?}");
    assert_eq!(world.number("select count(*) from code_try").await, 1);
    // A refusal, too, stays what it was, though by now the answer would be another.
    let again =
        || world.outside(Action::VerificationStart, args(&[("phone", PHONE), ("relation", "self")]), vera, "again");
    let told = again().await;
    world.pass(3600);
    assert_eq!((told.outcome.as_str(), again().await), ("wait", told.clone()));
    assert_eq!(world.exchange.asked(), 1);
}

#[tokio::test]
async fn a_death_between_the_call_and_its_answer_never_dials_again() {
    let world = Arc::new(World::new().await);
    let vera = world.pupil().await;
    world.exchange.be(Mood::Silent);
    let heard = world.exchange.heard.clone();
    let rings = heard.notified();
    let running = {
        let world = world.clone();
        tokio::spawn(async move {
            world.outside(Action::VerificationStart, args(&[("phone", PHONE), ("relation", "self")]), vera, "run").await
        })
    };
    rings.await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    world.exchange.be(Mood::Well);
    let rerun =
        world.outside(Action::VerificationStart, args(&[("phone", PHONE), ("relation", "self")]), vera, "run").await;
    assert_eq!((rerun.outcome.as_str(), world.exchange.asked()), ("ok", 1));
    assert_eq!(world.number("select count(*) from challenge where state = 'unanswered'").await, 1);
    // It rang with our code all the same.
    assert_eq!(world.type_in(vera, &attempt(&rerun), &world.exchange.last4()).await.outcome, "ok");
}

#[tokio::test]
async fn starts_that_die_anywhere_ring_once_at_most_and_none_stays_open() {
    deaths(0).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the full campaign: 10,000 starts that die somewhere; ten minutes"]
async fn ten_thousand_starts_that_die_anywhere() {
    deaths(10_000).await;
}

/// At least so many starts whose process dies at each place where it waits by turns, each place as often as any other (its
/// connections close with it), run again under the same key by another.
async fn deaths(least: usize) {
    let (exchange, base) = Exchange::open().await;
    let world = World::with(exchange, Dialler::new(vec![sandbox(http(), &base)])).await;
    let (mut starts, mut places, mut died) = (0, 0, 0);
    // One that lives, and two at each place.
    while starts == 0 || starts <= 2 * places || starts < least {
        let n = starts;
        let (who, run, phone) = (world.pupil().await, world.run(), format!("9{:09}", 100_000_000 + n * 20_011));
        let doomed = world.another_process(&base);
        let asked = args(&[("phone", &phone), ("relation", "self")]);
        let key = CallKey { run: &run, seq: 1, person: who.person, account: Some(who.account) };
        let life = programme::act_outside(Action::VerificationStart, &asked, &doomed, key);
        // The first lives, and shows how often there is something to wait for.
        let place = if n == 0 { usize::MAX } else { 1 + (n - 1) / 2 % places };
        let (waited, reply) = mortal(life, place, n % 2 == 0).await;
        places = if n == 0 { waited } else { places };
        died += usize::from(reply.is_none());
        doomed.pool.close().await;
        let asked = args(&[("phone", &phone), ("relation", "self")]);
        assert_eq!(world.outside(Action::VerificationStart, asked, who, &run).await.outcome, "ok");
        world.pass(31);
        starts += 1;
    }
    let mut rang: Vec<_> = world.exchange.rang().into_iter().map(|call| call.phone).collect();
    let all = rang.len();
    rang.sort_unstable();
    rang.dedup();
    assert_eq!(rang.len(), all, "a phone rang twice");
    assert_eq!(world.number("select count(*) from challenge where state = 'dialling'").await, 0);
    // On a busy machine an answer is often there before it is waited for: a life has fewer places then than the first had.
    assert!(died > starts / 8, "{died} of {starts} died, at {places} places");
    eprintln!("{died} of {starts} starts died, at {places} places; {all} calls rang");
}

/// Lives until it has waited so often, and dies then: with what it asked for on the way, or `unread`, when that has come. Gives
/// how often it has waited, and what it came to if it lived.
async fn mortal<T>(life: impl Future<Output = T>, place: usize, unread: bool) -> (usize, Option<T>) {
    let (mut life, mut waited) = (std::pin::pin!(life), 0);
    let output = poll_fn(|context| {
        if waited == place {
            return Poll::Ready(None);
        }
        let step = life.as_mut().poll(context).map(Some);
        waited += usize::from(step.is_pending());
        if step.is_pending() && waited == place && !unread { Poll::Ready(None) } else { step }
    });
    let output = output.await;
    (waited, output)
}

#[tokio::test]
async fn digits_may_be_typed_in_the_other_messenger() {
    let world = World::new().await;
    let vera = world.pupil().await;
    let elsewhere = world.account(vera.person).await;
    let call = attempt(&world.call(vera, PHONE).await);
    assert_eq!(world.type_in(elsewhere, &call, &world.exchange.last4()).await.outcome, "ok");
}

#[tokio::test]
async fn wrong_digits_count_down_and_then_the_right_ones_are_not_looked_at() {
    let world = World::new().await;
    let vera = world.pupil().await;
    let call = attempt(&world.call(vera, PHONE).await);
    let wrong = wrong_code(&world);
    assert_eq!(number(&world.type_in(vera, &call, &wrong).await, "left"), 2);
    assert_eq!(number(&world.type_in(vera, &call, "ой").await, "left"), 1);
    assert_eq!(world.type_in(vera, &call, &wrong).await.outcome, "exhausted");
    assert_eq!(world.type_in(vera, &call, &world.exchange.last4()).await.outcome, "exhausted");
    world.pass(61);
    // A new call brings a new budget, within the hour's five.
    let call = world.call(vera, PHONE).await;
    assert_eq!(number(&call, "left"), 2);
    assert_eq!(world.type_in(vera, &attempt(&call), &world.exchange.last4()).await.outcome, "ok");
}

#[tokio::test]
async fn codes_of_the_last_two_calls_are_taken_for_five_minutes() {
    let world = World::new().await;
    let vera = world.pupil().await;
    let mut calls = vec![attempt(&world.call(vera, PHONE).await)];
    world.pass(59);
    assert_eq!(number(&world.call(vera, PHONE).await, "seconds"), 1);
    for pause in [1, 120] {
        world.pass(pause);
        calls.push(attempt(&world.call(vera, PHONE).await));
    }
    let rang: Vec<_> = world.exchange.rang().into_iter().map(|call| call.last4).collect();
    assert_eq!(number(&world.type_in(vera, &calls[2], &rang[0]).await, "left"), 2, "the call before the last two");
    // The older of two, under the name of either.
    assert_eq!(world.type_in(vera, &calls[0], &rang[1]).await.outcome, "ok");
    assert_eq!(world.type_in(vera, &calls[2], &rang[1]).await.outcome, "expired", "used");

    let oleg = world.pupil().await;
    let call = attempt(&world.call(oleg, "9031112233").await);
    world.pass(300);
    assert_eq!(world.type_in(oleg, &call, &world.exchange.last4()).await.outcome, "expired");
}

#[tokio::test]
async fn of_many_right_codes_at_once_one_succeeds_and_of_many_wrong_ones_three_count() {
    let world = World::new().await;
    race(&world, 10, 50).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the full campaign: 1,000 challenges by 50 tries at once, twice; minutes"]
async fn the_full_race() {
    let world = World::new().await;
    race(&world, 1_000, 50).await;
}

async fn race(world: &World, challenges: usize, at_once: usize) {
    for n in 0..challenges {
        let phone = format!("9{:09}", 100_000_000 + n * 20_011);
        let (right, wrong) = (world.pupil().await, world.pupil().await);
        let call = attempt(&world.call(right, &phone).await);
        let code = world.exchange.last4();
        let replies = futures_util::future::join_all((0..at_once).map(|_| world.type_in(right, &call, &code))).await;
        assert_eq!(replies.iter().filter(|reply| reply.outcome == "ok").count(), 1, "{replies:?}");
        world.pass(31);
        let phone = format!("9{:09}", 500_000_000 + n * 20_011);
        let call = attempt(&world.call(wrong, &phone).await);
        let code = wrong_code(world);
        let replies = futures_util::future::join_all((0..at_once).map(|_| world.type_in(wrong, &call, &code))).await;
        assert!(replies.iter().all(|reply| reply.outcome != "ok"));
        assert_eq!(replies.iter().filter(|reply| reply.outcome == "wrong").count(), 2, "{replies:?}");
        let counted = "select count(*) from code_try where challenge = $1";
        let counted: i64 =
            sqlx::query_scalar(counted).bind(Uuid::parse_str(&call).unwrap()).fetch_one(&world.db.pool).await.unwrap();
        assert_eq!(counted, 3);
    }
}

#[tokio::test]
async fn two_sisters_and_their_mother_prove_one_phone_from_one_account() {
    let world = World::new().await;
    let mother = world.pupil().await;
    let sisters = [world.person().await, world.person().await];
    for person in sisters {
        world.share(Who { person, account: mother.account }).await;
    }
    for person in [mother.person, sisters[0], sisters[1]] {
        let who = Who { person, account: mother.account };
        assert_eq!(world.prove(who, PHONE).await.outcome, "ok");
    }
    assert_eq!(world.number("select count(*) from verification where state = 'verified'").await, 3);
}

#[tokio::test]
async fn a_sixth_pupil_at_a_phone_is_told_that_it_is_full_only_after_proving_it() {
    let world = World::new().await;
    for n in 0..6 {
        let outcome = world.prove(world.pupil().await, PHONE).await.outcome;
        assert_eq!(outcome, if n < 5 { "ok" } else { "full" });
        world.pass(86_400);
    }
}

#[tokio::test]
async fn a_change_of_number_voids_the_old_one_tells_the_other_messenger_and_rests_a_day() {
    let world = World::new().await;
    let vera = world.pupil().await;
    let elsewhere = world.account(vera.person).await;
    world.prove(vera, PHONE).await;
    let changed = world.prove(vera, "9031112233").await;
    assert_eq!(changed.values["replaced"], Value::Flag(true));
    let told: Vec<(Uuid, serde_json::Value)> =
        sqlx::query_as("select account, body from delivery").fetch_all(&world.db.pool).await.unwrap();
    assert_eq!((told.len(), told[0].0), (1, elsewhere.account.0));
    assert_eq!(told[0].1["send"]["words"]["key"], "notice-phone-changed");
    assert!(!told[0].1.to_string().contains("1112233"));
    let again = world.call(vera, "9050000001").await;
    assert_eq!(
        (again.outcome.as_str(), &again.values["until"]),
        ("limited", &Value::Moment(noon() + TimeDelta::days(1)))
    );
    assert_eq!(world.number("select count(*) from verification where state = 'voided'").await, 1);
}
