//! The mark of a database that `dev` filled, and what else lies in one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Marks this database as one that `dev` filled. The moment is civil.
///
/// # Errors
/// When the database fails.
pub async fn mark(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("insert into demo (made_at) values ($1) on conflict do nothing", now).execute(db).await?;
    Ok(())
}

/// Whether `dev` filled this database.
///
/// # Errors
/// When the database fails.
pub async fn is_marked(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from demo) as "demo!""#).fetch_one(db).await
}

/// Whether nothing of the programme lies in this database yet.
///
/// # Errors
/// When the database fails.
pub async fn is_empty(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select not exists (select from territory) and not exists (select from person)
              and not exists (select from account) as "empty!""#
    )
    .fetch_one(db)
    .await
}

/// The names of the tables of this database's public schema: what is asked before migrations ran.
///
/// # Errors
/// When the database fails.
pub async fn tables(db: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(r#"select tablename::text as "name!" from pg_tables where schemaname = 'public' order by 1"#)
        .fetch_all(db)
        .await
}
