//! How messengers know the pictures that were uploaded to them.

use sqlx::PgConnection;

use crate::ids::LaneId;

/// A picture as one lane's messenger knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    /// Of the file's bytes.
    pub hash: String,
    /// Of what the file is called there.
    pub alt: String,
    /// What it is sent again by.
    pub handle: String,
}

/// What a lane's messenger knows of these files.
pub async fn handles(db: &mut PgConnection, lane: &LaneId, hashes: &[String]) -> sqlx::Result<Vec<Handle>> {
    sqlx::query_as!(Handle, "select hash, alt, handle from picture where lane = $1 and hash = any($2)", lane.0, hashes,)
        .fetch_all(db)
        .await
}

/// Keeps what a messenger calls them; the newest name counts.
pub async fn keep(db: &mut PgConnection, lane: &LaneId, handles: &[Handle]) -> sqlx::Result<()> {
    for Handle { hash, alt, handle } in handles {
        sqlx::query!(
            "insert into picture (lane, hash, alt, handle) values ($1, $2, $3, $4)
             on conflict (lane, hash, alt) do update set handle = excluded.handle",
            lane.0,
            hash,
            alt,
            handle,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
