//! Verification over a real database and a real provider's HTTP: what rings, what is believed, what is told.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use provodnik::{
    clock::Clock,
    flow::{Action, Reply},
    ids::{AccountId, Dice, PersonId},
    jobs,
    message::{Args, Value},
    programme::{self, Acting, CallKey, Outside},
    seal::{Keys, Vault},
    verification::{
        self, Dialler,
        provider::{Provider, sandbox::sandbox, smsru::SmsRu, ucaller::Ucaller},
    },
};
use uuid::Uuid;

use crate::{
    cluster::{self, Database},
    verification_exchange::{Exchange, Mood},
};

const PHONE: &str = "8 916 123-45-67";

/// A world with one provider, where it is noon in Moscow.
struct World {
    db: Database,
    outside: Outside,
    exchange: Exchange,
}

/// A person as one account speaks for it.
#[derive(Clone, Copy)]
struct Who {
    person: PersonId,
    account: AccountId,
}

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 10, 9, 0, 0).unwrap()
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap()
}

fn vault() -> Arc<Vault> {
    let key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    Arc::new(Vault::new(Keys::parse(&format!("1:{key}").into(), &key.to_owned().into()).unwrap()))
}

impl World {
    async fn new() -> Self {
        let (exchange, base) = Exchange::open().await;
        Self::with(exchange, Dialler::new(vec![sandbox(http(), &base)])).await
    }

    async fn with(exchange: Exchange, dialler: Dialler) -> Self {
        let db = cluster::database().await;
        let outside = Outside {
            pool: db.pool.clone(),
            vault: vault(),
            dice: Arc::new(Dice::loaded(7)),
            clock: Clock::frozen(noon()),
            dialler,
        };
        Self { db, outside, exchange }
    }

    /// What a second process of ours works with.
    fn another_process(&self, base: &str) -> Outside {
        Outside {
            pool: sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_lazy(&self.db.url).unwrap(),
            vault: vault(),
            dice: self.outside.dice.clone(),
            clock: self.outside.clock.clone(),
            dialler: Dialler::new(vec![sandbox(http(), base)]),
        }
    }

    fn pass(&self, seconds: i64) {
        self.outside.clock.advance(TimeDelta::seconds(seconds));
    }

    async fn person(&self) -> PersonId {
        let id = self.outside.dice.uuid(noon());
        let new = "insert into person (id, kind, signed_in_at, made_at) values ($1, 'record', $2, $2)";
        sqlx::query(new).bind(id).bind(noon()).execute(&self.db.pool).await.unwrap();
        PersonId(id)
    }

    async fn account(&self, person: PersonId) -> Who {
        let id = self.outside.dice.uuid(noon());
        sqlx::query("insert into lane (id) values ('telegram:1') on conflict do nothing")
            .execute(&self.db.pool)
            .await
            .unwrap();
        sqlx::query(
            "insert into account (id, channel, lane, external, chat, person, first_seen, last_seen)
             values ($1, 'telegram', 'telegram:1', $1::text, $1::text, $2, $3, $3)",
        )
        .bind(id)
        .bind(person.0)
        .bind(noon())
        .execute(&self.db.pool)
        .await
        .unwrap();
        self.share(Who { person, account: AccountId(id) }).await
    }

    async fn share(&self, who: Who) -> Who {
        sqlx::query("insert into account_person (account, person, linked_at, last_spoke_at) values ($1, $2, $3, $3)")
            .bind(who.account.0)
            .bind(who.person.0)
            .bind(noon())
            .execute(&self.db.pool)
            .await
            .unwrap();
        who
    }

    async fn pupil(&self) -> Who {
        self.account(self.person().await).await
    }

    async fn outside(&self, action: Action, args: Args, who: Who, run: &str) -> Reply {
        let key = CallKey { run, seq: 1, person: who.person, account: Some(who.account) };
        programme::act_outside(action, &args, &self.outside, key).await.unwrap()
    }

    async fn call_as(&self, who: Who, phone: &str, relation: &str) -> Reply {
        self.outside(Action::VerificationStart, args(&[("phone", phone), ("relation", relation)]), who, &self.run())
            .await
    }

    async fn call(&self, who: Who, phone: &str) -> Reply {
        self.call_as(who, phone, "self").await
    }

    async fn type_in(&self, who: Who, attempt: &str, code: &str) -> Reply {
        self.outside(Action::VerificationConfirm, args(&[("attempt", attempt), ("code", code)]), who, &self.run()).await
    }

    /// Calls, and types what rang.
    async fn prove(&self, who: Who, phone: &str) -> Reply {
        let call = self.call(who, phone).await;
        assert_eq!(call.outcome, "ok", "{call:?}");
        self.type_in(who, &attempt(&call), &self.exchange.last4()).await
    }

    async fn inside(&self, action: Action, args: Args, who: Who) -> Reply {
        let mut db = self.db.pool.begin().await.unwrap();
        let mut acting = Acting {
            db: &mut db,
            vault: &self.outside.vault,
            dice: &self.outside.dice,
            now: self.outside.clock.now(),
            person: who.person,
            account: Some(who.account),
        };
        let acted = programme::act(action, &args, &mut acting).await.unwrap();
        db.commit().await.unwrap();
        acted.reply
    }

    fn run(&self) -> String {
        self.outside.dice.uuid(noon()).to_string()
    }

    async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.db.pool).await.unwrap()
    }
}

fn args(pairs: &[(&str, &str)]) -> Args {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect()
}

fn attempt(reply: &Reply) -> String {
    let Some(Value::Text(attempt)) = reply.values.get("attempt") else { panic!("{reply:?}") };
    attempt.clone()
}

fn number(reply: &Reply, name: &str) -> i64 {
    let Some(Value::Number(number)) = reply.values.get(name) else { panic!("{reply:?}") };
    *number
}

/// Four digits that none of these calls had.
fn wrong_code(world: &World) -> String {
    let rang: Vec<_> = world.exchange.rang().into_iter().map(|call| call.last4).collect();
    (1..9999).map(|n| format!("{n:04}")).find(|code| !rang.contains(code)).unwrap()
}

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
    deaths(40).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the full campaign: 10,000 starts that die somewhere; ten minutes"]
async fn ten_thousand_starts_that_die_anywhere() {
    deaths(10_000).await;
}

/// Starts whose process dies after a random while (its connections close with it), run again under the same key by another.
async fn deaths(starts: usize) {
    let (exchange, base) = Exchange::open().await;
    let world = World::with(exchange, Dialler::new(vec![sandbox(http(), &base)])).await;
    for n in 0..starts {
        let (who, run, phone) = (world.pupil().await, world.run(), format!("9{:09}", 100_000_000 + n * 20_011));
        let doomed = world.another_process(&base);
        let (pool, alive) = (doomed.pool.clone(), Duration::from_micros(world.outside.dice.below(20_000)));
        let (asked, key) = (args(&[("phone", &phone), ("relation", "self")]), run.clone());
        let first = tokio::spawn(async move {
            let key = CallKey { run: &key, seq: 1, person: who.person, account: Some(who.account) };
            programme::act_outside(Action::VerificationStart, &asked, &doomed, key).await
        });
        tokio::time::sleep(alive).await;
        first.abort();
        first.await.ok();
        pool.close().await;
        let asked = args(&[("phone", &phone), ("relation", "self")]);
        assert_eq!(world.outside(Action::VerificationStart, asked, who, &run).await.outcome, "ok");
        world.pass(31);
    }
    let mut rang: Vec<_> = world.exchange.rang().into_iter().map(|call| call.phone).collect();
    let all = rang.len();
    rang.sort_unstable();
    rang.dedup();
    assert_eq!(rang.len(), all, "a phone rang twice");
    assert_eq!(world.number("select count(*) from challenge where state = 'dialling'").await, 0);
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

#[tokio::test]
async fn who_asks_about_a_phone_that_others_used_up_hears_what_everybody_hears() {
    let world = World::new().await;
    for _ in 0..3 {
        world.call(world.pupil().await, PHONE).await;
        world.pass(31);
    }
    let stranger = world.pupil().await;
    let (known, unknown) = (world.call(stranger, PHONE).await, world.call(stranger, "9031112233").await);
    assert_eq!(known.outcome, "ok");
    assert_eq!(known.values.keys().collect::<Vec<_>>(), unknown.values.keys().collect::<Vec<_>>());
    assert_eq!((number(&known, "left"), number(&known, "failed_calls")), (3, 0));
    assert_eq!(world.exchange.rang().iter().filter(|call| call.phone == "79161234567").count(), 3);
    // No digits prove what never rang, those of the others' calls least of all.
    let typed = world.type_in(stranger, &attempt(&known), &world.exchange.rang()[2].last4).await;
    assert_ne!(typed.outcome, "ok");
}

#[tokio::test]
async fn limits_are_told_with_their_end_and_outlive_a_restart() {
    let world = World::new().await;
    let vera = world.pupil().await;
    for pause in [60, 120, 300] {
        assert_eq!(world.call(vera, PHONE).await.outcome, "ok");
        world.pass(pause);
    }
    let restarted = World {
        outside: Outside {
            pool: world.db.pool.clone(),
            vault: vault(),
            dice: Arc::new(Dice::loaded(8)),
            clock: world.outside.clock.clone(),
            dialler: Dialler::new(vec![]),
        },
        db: Database { pool: world.db.pool.clone(), url: world.db.url.clone() },
        exchange: world.exchange.clone(),
    };
    let told = restarted.call(vera, PHONE).await;
    assert_eq!(
        (told.outcome.as_str(), &told.values["until"]),
        ("limited", &Value::Moment(noon() + TimeDelta::hours(1)))
    );
}

#[tokio::test]
async fn somebody_elses_attempt_is_not_found() {
    let world = World::new().await;
    let (vera, oleg) = (world.pupil().await, world.pupil().await);
    let call = attempt(&world.call(vera, PHONE).await);
    assert_eq!(world.type_in(oleg, &call, &world.exchange.last4()).await.outcome, "expired");
    assert_eq!(world.type_in(vera, "not an id", "1234").await.outcome, "expired");
    assert_eq!(world.type_in(vera, &call, &world.exchange.last4()).await.outcome, "ok");
}

#[tokio::test]
async fn strange_answers_of_a_provider_are_read_for_what_they_are() {
    for mood in [Mood::Html, Mood::FalseStatus, Mood::Integer] {
        let world = World::new().await;
        world.exchange.be(mood);
        let vera = world.pupil().await;
        assert_eq!(world.prove(vera, PHONE).await.outcome, "ok", "{mood:?}");
    }
    for (mood, outcome) in [(Mood::Broke, "unavailable"), (Mood::BadNumber, "refused")] {
        let world = World::new().await;
        world.exchange.be(mood);
        let vera = world.pupil().await;
        assert_eq!(world.call(vera, PHONE).await.outcome, outcome);
        world.exchange.be(Mood::Well);
        // No attempt was spent: nothing rang.
        let next = world.call(vera, "9031112233").await;
        assert_eq!(next.outcome, if mood == Mood::Broke { "unavailable" } else { "ok" }, "our account rests a minute");
    }
}

#[tokio::test]
async fn the_next_rung_is_tried_after_a_refusal_and_never_after_silence() {
    let (first, second) = (Exchange::open().await, Exchange::open().await);
    let rungs = |deadline| {
        let ucaller = Ucaller::new(http(), &first.1, &"key".to_owned().into(), "1");
        Dialler::new(vec![Provider::Ucaller(ucaller), sandbox(http(), &second.1)]).with_deadline(deadline)
    };
    let world = World::with(second.0.clone(), rungs(Duration::from_millis(300))).await;
    first.0.be(Mood::Silent);
    assert_eq!(world.call(world.pupil().await, PHONE).await.outcome, "ok");
    assert_eq!((first.0.asked(), second.0.asked()), (1, 0));

    let world = World::with(second.0.clone(), rungs(Duration::from_secs(10))).await;
    first.0.be(Mood::Broke);
    assert_eq!(world.prove(world.pupil().await, PHONE).await.outcome, "ok");
    assert_eq!((first.0.asked(), second.0.asked()), (2, 1));
    // The one whose account is refused rests.
    world.call(world.pupil().await, "9031112233").await;
    assert_eq!((first.0.asked(), second.0.asked()), (2, 2));
}

#[tokio::test]
async fn without_a_connection_nothing_was_placed() {
    let (exchange, base) = Exchange::open().await;
    let nowhere = SmsRu::new(http(), "http://127.0.0.1:1", "id".to_owned().into());
    let world = World::with(exchange, Dialler::new(vec![Provider::SmsRu(nowhere), sandbox(http(), &base)])).await;
    assert_eq!(world.prove(world.pupil().await, PHONE).await.outcome, "ok");
}

#[tokio::test]
async fn the_sweep_settles_what_is_left_open_and_touches_no_spent_code() {
    let world = World::new().await;
    let (vera, oleg) = (world.pupil().await, world.pupil().await);
    world.prove(vera, PHONE).await;
    world.call(oleg, "9031112233").await;
    world.exchange.will_say(0);
    sqlx::query("update challenge set dialled_at = dialled_at - interval '2 minutes'")
        .execute(&world.db.pool)
        .await
        .unwrap();
    assert_eq!(jobs::dial::settle(&world.db.pool, &world.outside.dialler).await.unwrap(), 1);
    assert_eq!(
        world.number("select count(*) from challenge where state = 'started' and spent_at is not null").await,
        1
    );
    assert_eq!(world.number("select count(*) from challenge where state = 'not_connected'").await, 1);
    sqlx::query("update challenge set state = 'dialling' where spent_at is null")
        .execute(&world.db.pool)
        .await
        .unwrap();
    assert_eq!(jobs::dial::settle(&world.db.pool, &world.outside.dialler).await.unwrap(), 1);
    assert_eq!(world.number("select count(*) from challenge where state = 'dialling'").await, 0);
    assert_eq!(world.exchange.asked(), 2);
}

#[tokio::test]
async fn at_night_only_ones_own_phone_rings() {
    let world = World::new().await;
    let vera = world.pupil().await;
    world.pass(12 * 3600);
    let checked = world.inside(Action::VerificationCheckPhone, args(&[("phone", PHONE)]), vera).await;
    assert_eq!(
        (checked.outcome.as_str(), &checked.values["from"], &checked.values["to"]),
        ("late_hour", &"7:00".into(), &"23:00".into())
    );
    assert_eq!(world.call_as(vera, PHONE, "grandparent").await.outcome, "limited");
    assert_eq!(world.call(vera, PHONE).await.outcome, "ok");
}

#[tokio::test]
async fn a_territorys_data_says_what_may_be_dialled() {
    let world = World::new().await;
    let vera = world.pupil().await;
    let kazakh = args(&[("phone", "+7 777 123 45 67")]);
    assert_eq!(world.inside(Action::VerificationCheckPhone, kazakh.clone(), vera).await.outcome, "abroad");
    assert_eq!(world.call(vera, "+7 777 123 45 67").await.outcome, "refused");
    let place = world.outside.dice.uuid(noon());
    sqlx::query(
        "insert into territory (id, kind, name, zone, destinations)
         values ($1, 'municipality', 'Байконур', 'Asia/Qyzylorda', '{+79,+77}')",
    )
    .bind(place)
    .execute(&world.db.pool)
    .await
    .unwrap();
    sqlx::query("insert into role (id, person, role, territory, granted_at) values ($1, $2, 'pupil', $1, $3)")
        .bind(place)
        .bind(vera.person.0)
        .bind(noon())
        .execute(&world.db.pool)
        .await
        .unwrap();
    assert_eq!(world.inside(Action::VerificationCheckPhone, kazakh, vera).await.outcome, "by_hand");
    assert_eq!(world.call(vera, "+7 777 123 45 67").await.outcome, "ok");
}

#[tokio::test]
async fn a_request_by_hand_is_one_at_a_time_and_two_a_day() {
    let world = World::new().await;
    let vera = world.pupil().await;
    let ask = || {
        world.inside(Action::VerificationManual, args(&[("phone", "8 495 123-45-67"), ("reason", "landline")]), vera)
    };
    let first = ask().await;
    let again = ask().await;
    assert_eq!((first.outcome.as_str(), again.outcome.as_str()), ("ok", "already"));
    assert_eq!(first.values, again.values);
    let close = || sqlx::query("update manual_request set state = 'done'").execute(&world.db.pool);
    close().await.unwrap();
    assert_eq!(ask().await.outcome, "ok");
    close().await.unwrap();
    assert_eq!(ask().await.outcome, "limited");
    world.pass(86_400);
    assert_eq!(ask().await.outcome, "ok");
}

#[tokio::test]
async fn guessed_prefixes_close() {
    let world = World::new().await;
    for n in 0..21 {
        world.call(world.pupil().await, &format!("916123{n:04}")).await;
    }
    assert_eq!(world.exchange.asked(), 21);
    assert_eq!(world.call(world.pupil().await, "9161239999").await.outcome, "ok");
    assert_eq!(world.exchange.asked(), 21);
    assert_eq!(world.call(world.pupil().await, "9161240000").await.outcome, "ok");
    assert_eq!(world.exchange.asked(), 22);
    world.pass(3601);
    world.call(world.pupil().await, "9161239998").await;
    assert_eq!(world.exchange.asked(), 23);
}

#[tokio::test]
async fn the_days_money_has_an_end() {
    let world = World::new().await;
    world.call(world.pupil().await, PHONE).await;
    sqlx::query("update challenge set cost = 500000").execute(&world.db.pool).await.unwrap();
    assert_eq!(world.call(world.pupil().await, "9031112233").await.outcome, "unavailable");
    world.pass(86_400);
    assert_eq!(world.call(world.pupil().await, "9031112233").await.outcome, "ok");
}

#[tokio::test]
async fn the_journal_only_grows_and_holds_no_phone() {
    let world = World::new().await;
    world.prove(world.pupil().await, PHONE).await;
    let what: Vec<String> =
        sqlx::query_scalar("select what from verification_event order by id").fetch_all(&world.db.pool).await.unwrap();
    assert_eq!(what, ["dialling", "started", "verified"]);
    for change in
        ["update verification_event set what = ''", "delete from verification_event", "truncate verification_event"]
    {
        assert!(sqlx::query(change).execute(&world.db.pool).await.is_err(), "{change}");
    }
}

#[tokio::test]
async fn rows_go_after_thirty_days_and_what_was_proved_stays() {
    let world = World::new().await;
    let vera = world.pupil().await;
    world.prove(vera, PHONE).await;
    world.pass(31 * 86_400);
    assert!(jobs::dial::purge(&world.db.pool, &world.outside.clock).await.unwrap() > 0);
    assert_eq!(world.number("select count(*) from challenge").await, 0);
    assert_eq!(world.inside(Action::VerificationStatus, Args::new(), vera).await.outcome, "verified");
}
