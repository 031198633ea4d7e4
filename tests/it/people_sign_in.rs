//! Signing in with a code, one account for several people, one person in two messengers.

use chrono::TimeDelta;
use provodnik::{
    demo,
    flow::Action,
    ids::{AccountId, Dice, PersonId},
    message::Value,
    people, territory,
};
use sqlx::{PgConnection, PgPool};

use crate::{
    cluster,
    people_help::{account, act, current, noon, vault},
};

/// A database with the demo region, and the unused code of each person.
async fn region() -> (PgPool, Vec<demo::SeedPerson>) {
    let pool = cluster::database().await.pool;
    let mut db = pool.acquire().await.unwrap();
    demo::seed(&mut db, &vault(), &Dice::loaded(1), noon()).await.unwrap();
    let people = demo::people(&mut db, &vault(), noon()).await.unwrap();
    (pool, people)
}

fn code(people: &[demo::SeedPerson], first: &str) -> String {
    people.iter().find(|p| p.name.starts_with(first)).and_then(|p| p.code.clone()).unwrap()
}

async fn redeem(db: &mut PgConnection, account: AccountId, code: &str) -> (String, Option<PersonId>) {
    let acted = act(db, account, noon(), Action::PeopleRedeem, &[("code", code)]).await;
    (acted.reply.outcome, acted.moved_to)
}

async fn outcome(db: &mut PgConnection, account: AccountId, action: Action) -> String {
    act(db, account, noon(), action, &[]).await.reply.outcome
}

#[tokio::test]
async fn a_code_signs_in_once_and_the_provisional_person_is_merged() {
    let (pool, people) = region().await;
    let mut db = pool.acquire().await.unwrap();
    let dice = Dice::loaded(2);
    let (mine, provisional) = account(&mut db, &dice, "telegram:1", "10").await;
    let (other, _) = account(&mut db, &dice, "telegram:1", "11").await;
    assert_eq!(outcome(&mut db, mine, Action::PeopleWho).await, "nobody");

    let typed = code(&people, "Артём").to_lowercase().replace('-', " ");
    let acted = act(&mut db, mine, noon(), Action::PeopleRedeem, &[("code", &typed)]).await;
    let person = acted.moved_to.unwrap();
    assert_eq!(acted.reply.outcome, "ok");
    assert_eq!(acted.reply.values["name"], Value::FirstName(person));
    assert_eq!(acted.reply.values["first"], Value::Flag(true));
    assert_eq!(acted.reply.values["pupil"], Value::Flag(true));
    assert_eq!(current(&mut db, mine).await, person);
    let merged: Option<uuid::Uuid> = sqlx::query_scalar("select merged_into from person where id = $1")
        .bind(provisional.0)
        .fetch_one(&mut *db)
        .await
        .unwrap();
    assert_eq!(merged, Some(person.0));

    assert_eq!(outcome(&mut db, mine, Action::PeopleWho).await, "pupil");
    assert_eq!(redeem(&mut db, mine, &typed).await, ("yours".into(), None));
    assert_eq!(redeem(&mut db, other, &typed).await, ("used".into(), None));
    let seeds = demo::people(&mut db, &vault(), noon()).await.unwrap();
    assert!(seeds.iter().all(|p| p.code.is_none() == p.name.starts_with("Артём")));
}

#[tokio::test]
async fn words_are_no_code_a_wrong_code_is_unknown_and_an_old_one_expired() {
    let (pool, people) = region().await;
    let mut db = pool.acquire().await.unwrap();
    let (mine, provisional) = account(&mut db, &Dice::loaded(2), "vk:1", "10").await;
    assert_eq!(redeem(&mut db, mine, "привет").await.0, "not_a_code");
    assert_eq!(redeem(&mut db, mine, "ABCD-EFGH").await.0, "unknown");
    let late = noon() + TimeDelta::days(30);
    let old = act(&mut db, mine, late, Action::PeopleRedeem, &[("code", &code(&people, "Марк"))]).await;
    assert_eq!((old.reply.outcome.as_str(), old.moved_to), ("expired", None));
    assert_eq!(current(&mut db, mine).await, provisional);
}

#[tokio::test]
async fn guessing_stops_after_five_and_a_right_code_says_nothing_then() {
    let (pool, people) = region().await;
    let mut db = pool.acquire().await.unwrap();
    let (mine, _) = account(&mut db, &Dice::loaded(2), "vk:1", "10").await;
    for guess in ["AAAA-AAAA", "AAAA-AAAB", "AAAA-AAAC", "AAAA-AAAD", "AAAA-AAAE"] {
        assert_eq!(redeem(&mut db, mine, guess).await.0, "unknown");
    }
    let right = code(&people, "Марк");
    let acted = act(&mut db, mine, noon(), Action::PeopleRedeem, &[("code", &right)]).await;
    assert_eq!(acted.reply.outcome, "limited");
    assert_eq!(acted.reply.values["until"], Value::Moment(noon() + TimeDelta::hours(1)));
    assert_eq!(redeem(&mut db, mine, "AAAA-AAAF").await.0, "limited");
    let later = act(&mut db, mine, noon() + TimeDelta::hours(1), Action::PeopleRedeem, &[("code", &right)]).await;
    assert_eq!(later.reply.outcome, "ok");
}

#[tokio::test]
async fn of_many_who_redeem_one_code_at_once_exactly_one_gets_in() {
    let (pool, people) = region().await;
    let dice = Dice::loaded(2);
    let code = code(&people, "Марк");
    let mut tries = tokio::task::JoinSet::new();
    for user in 0..8 {
        let mut tx = provodnik::store::begin(&pool).await.unwrap();
        let (mine, _) = account(&mut tx, &dice, "vk:1", &user.to_string()).await;
        tx.commit().await.unwrap();
        let (pool, code) = (pool.clone(), code.clone());
        tries.spawn(async move {
            let mut tx = provodnik::store::begin(&pool).await.unwrap();
            let (outcome, _) = redeem(&mut tx, mine, &code).await;
            tx.commit().await.unwrap();
            outcome
        });
    }
    let mut outcomes = tries.join_all().await;
    outcomes.sort();
    assert_eq!(outcomes.iter().map(String::as_str).collect::<Vec<_>>(), [["ok"].as_slice(), &["used"; 7]].concat());
}

#[tokio::test]
async fn two_sisters_and_their_mother_share_an_account() {
    let (pool, people) = region().await;
    let mut db = pool.acquire().await.unwrap();
    let (mine, _) = account(&mut db, &Dice::loaded(2), "vk:1", "10").await;
    let mut ids = Vec::new();
    for (first, minute) in ["Алина", "Вера", "Ирина"].into_iter().zip(0..) {
        let (now, code) = (noon() + TimeDelta::minutes(minute), code(&people, first));
        let acted = act(&mut db, mine, now, Action::PeopleRedeem, &[("code", &code)]).await;
        assert_eq!(acted.reply.outcome, "ok");
        ids.push(acted.moved_to.unwrap());
    }
    assert_eq!(outcome(&mut db, mine, Action::PeopleWho).await, "adult");
    let listed = act(&mut db, mine, noon(), Action::PeopleProfiles, &[]).await.reply;
    assert_eq!(listed.outcome, "several");
    let Value::List(options) = &listed.values["options"] else { panic!("no list") };
    let label = |n: usize| match &options[n] {
        Value::Record(record) => record["label"].clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!([label(0), label(1), label(2)], [ids[0], ids[1], ids[2]].map(Value::FirstName));

    let to = ids[1].to_string();
    let switched = act(&mut db, mine, noon(), Action::PeopleSwitch, &[("profile", &to)]).await;
    assert_eq!((switched.reply.outcome.as_str(), switched.moved_to), ("ok", Some(ids[1])));
    assert_eq!(current(&mut db, mine).await, ids[1]);
    let stay = act(&mut db, mine, noon(), Action::PeopleSwitch, &[("profile", &to)]).await;
    assert_eq!(stay.moved_to, None);
    for nobody in ["", "mother", &PersonId(uuid::Uuid::nil()).to_string()] {
        let refused = act(&mut db, mine, noon(), Action::PeopleSwitch, &[("profile", nobody)]).await;
        assert_eq!(refused.reply.outcome, "unknown");
    }
}

#[tokio::test]
async fn a_link_code_brings_a_pupil_into_the_other_messenger_within_15_minutes() {
    let (pool, people) = region().await;
    let mut db = pool.acquire().await.unwrap();
    let dice = Dice::loaded(2);
    let (telegram, _) = account(&mut db, &dice, "telegram:1", "10").await;
    let (vk, _) = account(&mut db, &dice, "vk:1", "20").await;
    let (_, me) = redeem(&mut db, telegram, &code(&people, "Артём")).await;

    let first = act(&mut db, telegram, noon(), Action::PeopleLinkCode, &[]).await.reply;
    let second = act(&mut db, telegram, noon(), Action::PeopleLinkCode, &[]).await.reply;
    let shown = |reply: &provodnik::flow::Reply| match &reply.values["code"] {
        Value::LinkCode(id) => people::codes::of_link(&vault(), *id).shown(),
        other => panic!("{other:?}"),
    };
    assert_eq!(redeem(&mut db, vk, &shown(&first)).await.0, "expired");
    let late = noon() + TimeDelta::minutes(15);
    let missed = act(&mut db, vk, late, Action::PeopleRedeem, &[("code", &shown(&second))]).await;
    assert_eq!(missed.reply.outcome, "expired");
    let linked = act(&mut db, vk, noon(), Action::PeopleRedeem, &[("code", &shown(&second))]).await;
    assert_eq!((linked.reply.outcome.as_str(), linked.moved_to), ("ok", me));
    assert_eq!(linked.reply.values["first"], Value::Flag(false));

    for _ in 0..3 {
        assert_eq!(outcome(&mut db, telegram, Action::PeopleLinkCode).await, "ok");
    }
    assert_eq!(outcome(&mut db, telegram, Action::PeopleLinkCode).await, "limited");
}

#[tokio::test]
async fn a_person_has_the_zone_and_the_destinations_of_the_school() {
    let (pool, people) = region().await;
    let mut db = pool.acquire().await.unwrap();
    for (first, zone, destinations) in [
        ("Марк", "Europe/Kaliningrad", ["+79"].as_slice()),
        ("Айна", "Asia/Kamchatka", &["+79"]),
        ("Тимур", "Asia/Qyzylorda", &["+79", "+77"]),
        ("Денис", "Europe/Moscow", &["+79"]),
    ] {
        let (mine, _) = account(&mut db, &Dice::fair(), "vk:1", first).await;
        let (_, me) = redeem(&mut db, mine, &code(&people, first)).await;
        assert_eq!(territory::zone(&mut db, me.unwrap()).await.unwrap().name(), zone);
        assert_eq!(territory::destinations(&mut db, me.unwrap()).await.unwrap(), destinations);
        assert_eq!(outcome(&mut db, mine, Action::TerritoryContacts).await, "ok");
    }
}

#[tokio::test]
async fn no_name_lies_open_in_the_database() {
    let (pool, _) = region().await;
    let mut db = pool.acquire().await.unwrap();
    let dump: String =
        sqlx::query_scalar("select string_agg(p::text, ' ') from person p").fetch_one(&mut *db).await.unwrap();
    assert!(!dump.contains("Соколова") && !dump.contains(&hex::encode("Соколова")));
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("select id from person").fetch_all(&mut *db).await.unwrap();
    let ids: Vec<PersonId> = ids.into_iter().map(PersonId).collect();
    let opened = people::profiles_of(&mut db, &vault(), &ids).await.unwrap();
    assert_eq!(opened.values().filter(|p| p.last == "Соколова").count(), 3);
}
