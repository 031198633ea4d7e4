//! What was already acted on. The first writer of a key is the only one who acts.

use sqlx::PgConnection;

/// The key of one update: where it comes from, and the platform's id of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// A lane's id, or `call`.
    pub source: String,
    /// Unique within `source`.
    pub id: String,
}

/// Notes the keys, in sorted order, and tells which were new.
///
/// Waits for another transaction that is just noting one of them.
pub async fn admit(db: &mut PgConnection, keys: &[Key]) -> sqlx::Result<Vec<Key>> {
    let (sources, ids) = columns(keys);
    sqlx::query_as!(
        Key,
        "insert into inbox (source, id)
         select source, id from unnest($1::text[], $2::text[]) as k (source, id) order by source, id
         on conflict do nothing returning source, id",
        &sources,
        &ids,
    )
    .fetch_all(db)
    .await
}

/// Takes keys back that this transaction has noted: their updates wait for the next batch.
pub async fn withdraw(db: &mut PgConnection, keys: &[Key]) -> sqlx::Result<()> {
    let (sources, ids) = columns(keys);
    sqlx::query!(
        "delete from inbox using unnest($1::text[], $2::text[]) as k (source, id)
         where inbox.source = k.source and inbox.id = k.id",
        &sources,
        &ids,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets what came in more than `days` ago: no platform repeats an update that old. Gives how many rows went.
pub async fn purge(db: &mut PgConnection, days: i32) -> sqlx::Result<u64> {
    let gone =
        sqlx::query!("delete from inbox where received_at < clock_timestamp() - make_interval(days => $1::int)", days);
    Ok(gone.execute(db).await?.rows_affected())
}

fn columns(keys: &[Key]) -> (Vec<String>, Vec<String>) {
    keys.iter().map(|key| (key.source.clone(), key.id.clone())).unzip()
}
