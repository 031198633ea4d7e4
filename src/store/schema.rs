//! The schema as a whole.

use sqlx::PgConnection;

/// Drops everything. Ask whether it may be dropped before (`demo::admits`).
///
/// # Errors
/// When the database fails.
pub async fn wipe(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("drop schema public cascade").execute(&mut *db).await?;
    sqlx::query!("create schema public").execute(db).await.map(drop)
}
