//! Every logic that a conversation may still be pinned to.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// One logic: the normalised source of a flow under its hash.
#[derive(Clone, Debug)]
pub struct FlowVersion {
    /// Of the normalised source.
    pub hash: String,
    /// The flow's name.
    pub flow: String,
    /// Normalised source.
    pub source: String,
}

/// Keeps the versions that are not kept yet.
pub async fn keep(db: &mut PgConnection, versions: &[FlowVersion], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into flow_version (hash, flow, source, first_seen)
         select hash, flow, source, $4 from unnest($1::text[], $2::text[], $3::text[]) as v (hash, flow, source)
         order by hash on conflict do nothing",
        &versions.iter().map(|v| v.hash.clone()).collect::<Vec<_>>(),
        &versions.iter().map(|v| v.flow.clone()).collect::<Vec<_>>(),
        &versions.iter().map(|v| v.source.clone()).collect::<Vec<_>>(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The versions of these hashes, as far as they are known.
pub async fn load(db: &mut PgConnection, hashes: &[String]) -> sqlx::Result<Vec<FlowVersion>> {
    sqlx::query_as!(FlowVersion, "select hash, flow, source from flow_version where hash = any($1)", hashes)
        .fetch_all(db)
        .await
}
