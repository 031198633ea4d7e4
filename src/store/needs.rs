//! ОВЗ and disability of pupils, sealed.

use sqlx::PgConnection;

use crate::ids::PersonId;

/// What is kept of somebody, sealed for `pupil_need`, `sealed`, the person's id.
///
/// # Errors
/// When the database fails.
pub async fn of(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("select sealed from pupil_need where person = $1", person.0).fetch_optional(db).await
}

/// Keeps it.
///
/// # Errors
/// When the database fails.
pub async fn set(db: &mut PgConnection, person: PersonId, sealed: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into pupil_need (person, sealed) values ($1, $2) on conflict (person) do update set sealed = excluded.sealed",
        person.0,
        sealed,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Keeps nothing of somebody any more.
///
/// # Errors
/// When the database fails.
pub async fn clear(db: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    sqlx::query!("delete from pupil_need where person = $1", person.0).execute(db).await.map(drop)
}
