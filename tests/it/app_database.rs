//! What a program asks of its database: limits for its statements, and a place that is looked after.

use std::{future::poll_fn, task::Poll};

use provodnik::{
    app::database::{Company, Database, Place},
    store::{self, replicas},
};
use sqlx::{Connection, PgConnection, PgPool, postgres::PgPoolOptions};

use crate::cluster;

async fn open(database: &cluster::Database) -> Database {
    let nowhere = tempfile::tempdir().unwrap();
    Database::open(Some(&database.url.clone().into()), nowhere.path()).await.unwrap()
}

async fn limits(db: &mut PgConnection) -> [String; 3] {
    let mut limits = [String::new(), String::new(), String::new()];
    let shows = ["show lock_timeout", "show statement_timeout", "show idle_in_transaction_session_timeout"];
    for (limit, show) in limits.iter_mut().zip(shows) {
        *limit = sqlx::query_scalar(show).fetch_one(&mut *db).await.unwrap();
    }
    limits
}

const PLACES: &str = "from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())";

async fn held(pool: &PgPool) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) {PLACES}"))).fetch_one(pool).await.unwrap()
}

/// As when Postgres starts anew: whoever holds a place holds it no more.
async fn cut(pool: &PgPool) {
    let kill = format!("select pg_terminate_backend(pid, 60000) {PLACES}");
    let ended: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(kill)).fetch_one(pool).await.unwrap();
    assert!(ended && held(pool).await == 0, "the place is free");
}

async fn place(database: &Database) -> Place {
    database.join(Company::WithoutRedis, uuid::Uuid::from_u128(7)).await.unwrap()
}

#[tokio::test]
async fn a_running_programs_statements_have_limits_and_migrations_have_none() {
    let raw = cluster::database().await;
    let database = open(&raw).await;
    let pooled = limits(&mut database.pool.acquire().await.unwrap()).await;
    assert_eq!(pooled, ["5s", "30s", "30s"]);
    assert_eq!(limits(&mut database.unhurried().await.unwrap()).await, ["0", "0", "0"]);
    database.migrate().await.unwrap();
}

#[tokio::test]
async fn a_place_that_is_lost_is_taken_again() {
    let raw = cluster::database().await;
    let database = open(&raw).await;
    let mut place = place(&database).await;
    cut(&raw.pool).await;
    database.look_after(&mut place).await.unwrap();
    assert_eq!(held(&raw.pool).await, 2, "the place is taken again");
    let second = database.join(Company::WithoutRedis, uuid::Uuid::from_u128(7)).await.unwrap_err();
    assert!(second.to_string().contains("another process serves this database"), "{second}");
}

#[tokio::test]
async fn a_place_that_another_has_taken_ends_the_program() {
    let raw = cluster::database().await;
    let database = open(&raw).await;
    let place = place(&database).await;
    cut(&raw.pool).await;
    let mut other = PgConnection::connect(&raw.url).await.unwrap();
    assert!(replicas::join(&mut other, true).await.unwrap());
    let lost = format!("{:#}", database.keep(place).await);
    assert!(lost.contains("lost its place") && lost.contains("another process serves this database"), "{lost}");
}

/// Waits for a transaction so many times, and then no more.
async fn broken_off(pool: &PgPool, patience: usize) {
    let (mut begun, mut waited) = (std::pin::pin!(store::begin(pool)), 0);
    poll_fn(|context| {
        let pending = begun.as_mut().poll(context).is_pending();
        waited += usize::from(pending);
        if pending && waited < patience { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_nobody_waits_for_any_more_keeps_nothing_of_the_next_ones() {
    let raw = cluster::database().await;
    let pool = PgPoolOptions::new().max_connections(1).connect(&raw.url).await.unwrap();
    for patience in 1..8 {
        broken_off(&pool, patience).await;
        sqlx::query("insert into lane (id) values ($1)").bind(patience.to_string()).execute(&pool).await.unwrap();
        let there: i64 = sqlx::query_scalar("select count(*) from lane").fetch_one(&raw.pool).await.unwrap();
        assert_eq!(there, i64::try_from(patience).unwrap(), "what was written stands");
    }
}
