//! Tables that were uploaded and wait for a word.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::PersonId;

/// Keeps a table.
///
/// # Errors
/// When the database fails.
pub async fn put(
    db: &mut PgConnection,
    (id, person): (Uuid, PersonId),
    rows: &[u8],
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into upload (id, person, rows, made_at, expires_at) values ($1, $2, $3, $4, $5)",
        id,
        person.0,
        rows,
        now,
        until,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A table of this person's own, sealed.
///
/// # Errors
/// When the database fails.
pub async fn get(
    db: &mut PgConnection,
    person: PersonId,
    id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Vec<u8>>> {
    let rows = sqlx::query_scalar!(
        "select rows from upload where id = $1 and person = $2 and expires_at > $3",
        id,
        person.0,
        now
    );
    rows.fetch_optional(db).await
}

/// Forgets a table.
///
/// # Errors
/// When the database fails.
pub async fn remove(db: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from upload where id = $1", id).execute(db).await?;
    Ok(())
}

/// Forgets tables that are over.
///
/// # Errors
/// When the database fails.
pub async fn sweep(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    Ok(sqlx::query!("delete from upload where expires_at <= $1", now).execute(db).await?.rows_affected())
}
