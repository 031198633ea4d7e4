//! Limits, nights, requests by hand, what is kept and for how long.

use super::*;

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
            policy: world.outside.policy.clone(),
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
    assert!(jobs::dial::purge(&world.db.pool, &world.outside.policy, &world.outside.clock).await.unwrap() > 0);
    assert_eq!(world.number("select count(*) from challenge").await, 0);
    assert_eq!(world.inside(Action::VerificationStatus, Args::new(), vera).await.outcome, "verified");
}

#[tokio::test]
async fn a_dear_hour_is_told_when_it_begins_and_not_at_every_look() {
    let world = World::new().await;
    world.prove(world.pupil().await, PHONE).await;
    world.pass(2 * 3600);
    world.prove(world.pupil().await, "8 926 765-43-21").await;
    let mut told = std::collections::BTreeSet::new();
    let mut looks = async |kopecks: i64| {
        let cost = "update challenge set cost = case when asked_at = $1 then 10 else $2 end";
        sqlx::query(cost).bind(noon()).bind(kopecks).execute(&world.db.pool).await.unwrap();
        let (pool, clock) = (&world.outside.pool, &world.outside.clock);
        jobs::dial::watch(pool, &world.outside.policy, clock, &mut told).await.unwrap()
    };
    assert_eq!([looks(31).await, looks(32).await, looks(30).await, looks(31).await], [1, 0, 0, 1]);
}
