//! What a database holds as a whole: asked before `dev` takes one for its own.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// What lies in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// No tables at all, or ours without a single person.
    Nothing,
    /// People that `dev` has made up.
    Demo,
    /// Anything else.
    Others,
}

/// Looks at the whole database.
///
/// # Errors
/// When the database fails.
pub async fn holds(db: &mut PgConnection) -> sqlx::Result<Holds> {
    let tables = sqlx::query_scalar!(
        r#"select count(*) as "count!" from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f')"#
    );
    if tables.fetch_one(&mut *db).await? == 0 {
        return Ok(Holds::Nothing);
    }
    let ours = sqlx::query_scalar!(
        r#"select to_regclass('public.demo') is not null and to_regclass('public.person') is not null as "ours!""#
    );
    if !ours.fetch_one(&mut *db).await? {
        return Ok(Holds::Others);
    }
    let row = sqlx::query!(
        r#"select exists (select from demo) as "demo!", exists (select from person) or exists (select from school) as "used!""#
    );
    let row = row.fetch_one(db).await?;
    Ok(match (row.demo, row.used) {
        (true, _) => Holds::Demo,
        (false, false) => Holds::Nothing,
        (false, true) => Holds::Others,
    })
}

/// Marks the database as `dev`'s own.
///
/// # Errors
/// When the database fails.
pub async fn mark_demo(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("insert into demo (made_at) values ($1) on conflict do nothing", now).execute(db).await.map(drop)
}

/// Drops everything. Ask [`holds`] before.
///
/// # Errors
/// When the database fails.
pub async fn wipe(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("drop schema public cascade").execute(&mut *db).await?;
    sqlx::query!("create schema public").execute(db).await.map(drop)
}
