//! How far civil time has been advanced (`dev` only). Every process reads it.

use chrono::TimeDelta;
use sqlx::PgConnection;

/// The offset that stands.
pub async fn offset(db: &mut PgConnection) -> sqlx::Result<TimeDelta> {
    sqlx::query_scalar!("select offset_ms from civil_clock").fetch_one(db).await.map(TimeDelta::milliseconds)
}

/// Advances civil time and gives the new offset.
pub async fn advance(db: &mut PgConnection, by: TimeDelta) -> sqlx::Result<TimeDelta> {
    let by = by.num_milliseconds();
    sqlx::query_scalar!("update civil_clock set offset_ms = offset_ms + $1 returning offset_ms", by)
        .fetch_one(db)
        .await
        .map(TimeDelta::milliseconds)
}
