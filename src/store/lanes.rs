//! Lanes: which replica speaks for a bot. Operational time throughout.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::LaneId;

/// Takes a lane that is free or whose owner's lease ran out, for `lease` seconds. Gives the new fence, or `None`:
/// somebody else has it.
pub async fn acquire(db: &mut PgConnection, lane: &LaneId, owner: Uuid, lease: f64) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "insert into lane as l (id, owner, fence, until)
         values ($1, $2, 1, clock_timestamp() + make_interval(secs => $3))
         on conflict (id) do update set owner = excluded.owner, fence = l.fence + 1, until = excluded.until
         where l.owner is null or l.until < clock_timestamp()
         returning fence",
        lane.0,
        owner,
        lease,
    )
    .fetch_optional(db)
    .await
}

/// Prolongs our lease. `false`: it is somebody else's now.
pub async fn renew(db: &mut PgConnection, lane: &LaneId, fence: i64, lease: f64) -> sqlx::Result<bool> {
    let renewed = sqlx::query!(
        "update lane set until = clock_timestamp() + make_interval(secs => $3)
         where id = $1 and fence = $2 and owner is not null",
        lane.0,
        fence,
        lease,
    );
    Ok(renewed.execute(db).await?.rows_affected() == 1)
}

/// Gives our lane back, so that another replica need not wait for the lease to run out.
pub async fn release(db: &mut PgConnection, lane: &LaneId, fence: i64) -> sqlx::Result<()> {
    sqlx::query!("update lane set owner = null, until = null where id = $1 and fence = $2", lane.0, fence)
        .execute(db)
        .await?;
    Ok(())
}

/// Nothing goes out for so many seconds; a longer pause stays. Outlives its owner.
pub async fn pause(db: &mut PgConnection, lane: &LaneId, seconds: f64) -> sqlx::Result<()> {
    sqlx::query!(
        "update lane set paused_until = greatest(paused_until, clock_timestamp() + make_interval(secs => $2)) where id = $1",
        lane.0,
        seconds,
    )
    .execute(db)
    .await?;
    Ok(())
}
