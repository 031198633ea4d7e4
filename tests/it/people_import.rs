//! The programme's own files, through the whole import.

use chrono::TimeDelta;
use provodnik::{
    flow::Action,
    ids::Dice,
    import::{self, Options, Report},
    message::Value,
};
use sqlx::PgConnection;

use crate::{
    cluster,
    people_help::{account, act, noon, vault},
};

const SCHOOLS: &[u8] = include_bytes!("../data/import/schools.xlsx");
const CLEAN: &[u8] = include_bytes!("../data/import/import-clean.xlsx");
const DIRTY: &[u8] = include_bytes!("../data/import/import-dirty.xlsx");

async fn run(db: &mut PgConnection, file: &[u8], options: &Options) -> Report {
    use sqlx::Connection;
    let mut tx = db.begin().await.unwrap();
    let report = import::run(&mut tx, &vault(), &Dice::fair(), noon(), file, options).await.unwrap();
    tx.commit().await.unwrap();
    report
}

fn yes() -> Options {
    Options { write: true, ..Options::default() }
}

async fn count(db: &mut PgConnection, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(db).await.unwrap()
}

const PUPILS: &str = "select count(*) from role where role = 'pupil' and revoked_at is null";
const TEACHERS: &str = "select count(distinct person) from role where role = 'teacher' and revoked_at is null";
const CLASSES: &str = "select count(*) from class";

#[tokio::test]
async fn schools_and_people_come_in_once() {
    let mut db = cluster::database().await.pool.acquire().await.unwrap().detach();
    assert_eq!(run(&mut db, SCHOOLS, &Options::default()).await.changes, 8);
    assert_eq!(count(&mut db, "select count(*) from territory").await, 0, "judging writes nothing");
    assert_eq!(run(&mut db, SCHOOLS, &yes()).await.changes, 8);
    assert_eq!(run(&mut db, SCHOOLS, &yes()).await.changes, 0);

    let judged = run(&mut db, CLEAN, &Options::default()).await;
    assert_eq!((judged.refused, count(&mut db, PUPILS).await), (0, 0));
    let written = run(&mut db, CLEAN, &yes()).await;
    assert_eq!(written.changes, judged.changes);
    assert_eq!(count(&mut db, CLASSES).await, 12);
    assert_eq!(count(&mut db, PUPILS).await, 300);
    assert_eq!(count(&mut db, PUPILS).await + count(&mut db, TEACHERS).await, i64::try_from(written.changes).unwrap());

    let rows =
        "select count(*) from (select xmin from person union all select xmin from role) x where xmin::text <> $1";
    let before: i64 = sqlx::query_scalar(rows).bind("0").fetch_one(&mut db).await.unwrap();
    let again = run(&mut db, CLEAN, &yes()).await;
    let after: i64 = sqlx::query_scalar(rows).bind("0").fetch_one(&mut db).await.unwrap();
    assert_eq!((again.changes, again.refused, after), (0, 0, before));
}

#[tokio::test]
async fn the_good_rows_of_a_dirty_file_come_in_and_the_rest_is_named() {
    let mut db = cluster::database().await.pool.acquire().await.unwrap().detach();
    run(&mut db, SCHOOLS, &yes()).await;
    let report = run(&mut db, DIRTY, &yes()).await;
    assert_eq!(report.refused, 19);
    assert_eq!(report.text.lines().filter(|line| line.starts_with("строка ")).count(), 19);
    assert_eq!(count(&mut db, PUPILS).await, 44);
    assert_eq!(count(&mut db, TEACHERS).await, 4);
    assert_eq!(run(&mut db, DIRTY, &yes()).await.changes, 0);
}

#[tokio::test]
async fn codes_are_made_once_for_those_who_need_one_and_sign_them_in() {
    let mut db = cluster::database().await.pool.acquire().await.unwrap().detach();
    run(&mut db, SCHOOLS, &yes()).await;
    assert_eq!(run(&mut db, CLEAN, &yes()).await.cards.len(), 0);
    let options = Options { codes: true, ..yes() };
    let cards = run(&mut db, CLEAN, &options).await.cards;
    assert_eq!(cards.len(), 300);
    assert_eq!(run(&mut db, CLEAN, &options).await.cards.len(), 0);
    assert_eq!(import::cards_csv(&cards).lines().count(), 301);

    let (mine, _) = account(&mut db, &Dice::fair(), "vk:1", "1").await;
    let code = cards[0].code.shown();
    let late = noon() + TimeDelta::days(29);
    assert_eq!(act(&mut db, mine, late, Action::PeopleRedeem, &[("code", &code)]).await.reply.outcome, "ok");
    let stored: i64 = sqlx::query_scalar("select count(*) from sign_in_code c where c::text like '%' || $1 || '%'")
        .bind(code.replace('-', ""))
        .fetch_one(&mut db)
        .await
        .unwrap();
    assert_eq!(stored, 0);
}

#[tokio::test]
async fn two_of_one_first_name_in_one_account_are_told_apart() {
    let mut db = cluster::database().await.pool.acquire().await.unwrap().detach();
    run(&mut db, SCHOOLS, &yes()).await;
    let cards = run(&mut db, CLEAN, &Options { codes: true, ..yes() }).await.cards;
    let called = |first: &str, n: usize| cards.iter().filter(|card| card.name.contains(first)).nth(n).unwrap();
    let (mine, _) = account(&mut db, &Dice::fair(), "vk:1", "1").await;
    for card in [called(" Тимур ", 0), called(" Тимур ", 1), called(" Вера ", 0)] {
        let code = card.code.shown();
        assert_eq!(act(&mut db, mine, noon(), Action::PeopleRedeem, &[("code", &code)]).await.reply.outcome, "ok");
    }
    let listed = act(&mut db, mine, noon(), Action::PeopleProfiles, &[]).await.reply;
    let Value::List(options) = &listed.values["options"] else { panic!("no list") };
    let short = |option: &&Value| matches!(option, Value::Record(r) if matches!(r["label"], Value::ShortName(_)));
    assert_eq!((options.len(), options.iter().filter(short).count()), (3, 2));
}

#[tokio::test]
async fn a_file_that_is_no_table_says_so() {
    let mut db = cluster::database().await.pool.acquire().await.unwrap().detach();
    for junk in [b"".as_slice(), &[0; 1000]] {
        let read = import::run(&mut db, &vault(), &Dice::fair(), noon(), junk, &yes()).await;
        assert!(matches!(read, Err(import::Error::Unreadable(_))));
    }
    // Words may be a table, with a header that is none.
    let read = import::run(&mut db, &vault(), &Dice::fair(), noon(), b"hello", &yes()).await;
    assert!(matches!(read, Err(import::Error::UnknownHeader(_))));
}
