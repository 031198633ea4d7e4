//! Which processes share the database.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::LaneId;

/// The advisory lock that every process holds as long as it runs: alone without Redis, shared with it.
const PRESENT: i64 = 0x70_72_6f_76_6f_64_01;

/// The database answers.
///
/// # Errors
/// When it does not.
pub async fn answers(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select 1 as one").fetch_one(db).await.map(drop)
}

/// Takes a place for this process, as long as the connection lives; `false` when the others do not allow it.
///
/// # Errors
/// When the database fails.
pub async fn join(db: &mut PgConnection, alone: bool) -> sqlx::Result<bool> {
    let joined = if alone {
        sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "joined!""#, PRESENT).fetch_one(db).await?
    } else {
        sqlx::query_scalar!(r#"select pg_try_advisory_lock_shared($1) as "joined!""#, PRESENT).fetch_one(db).await?
    };
    Ok(joined)
}

/// Lets the others see that this process is alive, as long as the connection lives: Postgres notices the end of a process that
/// is killed at once, that of a machine that is gone when its connection times out.
///
/// # Errors
/// When the database fails.
pub async fn announce(db: &mut PgConnection, replica: Uuid) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_lock_shared(hashtextextended($1::text, 2))", replica.to_string())
        .execute(db)
        .await
        .map(drop)
}

/// Who holds lanes or calls outside and is [announced](announce) by no connection.
///
/// # Errors
/// When the database fails.
pub async fn absent(db: &mut PgConnection) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"select holder as "holder!"
           from (select owner from lane where owner is not null
                 union select claim from outside_call where claim is not null) as held (holder)
           where not exists (
             select from pg_locks l
             where l.locktype = 'advisory' and l.granted and l.objsubid = 1
               and l.database = (select oid from pg_database where datname = current_database())
               and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(holder::text, 2))"#
    )
    .fetch_all(db)
    .await
}

/// Frees what these processes held, as [`inherit`] does: they are gone. Gives how many lanes and calls that were.
///
/// # Errors
/// When the database fails.
pub async fn inherit_from(db: &mut PgConnection, replicas: &[Uuid]) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"with lanes as (update lane set owner = null, until = null where owner = any($1) returning id),
                messages as (update delivery d set claimed_until = clock_timestamp() from lanes
                             where d.lane = lanes.id and d.state = 'queued' and d.claimed_until is not null),
                calls as (update outside_call set claim = null, claimed_until = null where claim = any($1) returning 1)
           select (select count(*) from lanes) + (select count(*) from calls) as "freed!""#,
        replicas,
    )
    .fetch_one(db)
    .await
}

/// Frees what processes that are gone held: lanes, messages on their way, calls outside. Only for a process that has
/// [joined](join) alone: whoever held anything has ended, and nobody need wait for leases to run out.
///
/// # Errors
/// When the database fails.
pub async fn inherit(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(
        "with lanes as (update lane set owner = null, until = null where owner is not null),
              messages as (update delivery set claimed_until = clock_timestamp() where state = 'queued' and claimed_until is not null)
         update outside_call set claim = null, claimed_until = null where claim is not null"
    )
    .execute(db)
    .await
    .map(drop)
}

/// Where asking for a lane's updates goes on.
///
/// # Errors
/// When the database fails.
pub async fn mark(db: &mut PgConnection, lane: &LaneId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select mark from intake where lane = $1", lane.0).fetch_optional(db).await
}

/// Remembers where asking for a lane's updates goes on.
///
/// # Errors
/// When the database fails.
pub async fn set_mark(db: &mut PgConnection, lane: &LaneId, mark: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into intake (lane, mark) values ($1, $2)
         on conflict (lane) do update set mark = excluded.mark, marked_at = clock_timestamp()",
        lane.0,
        mark,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Takes the place of the one process that asks for a lane's updates, as long as the connection lives; `false` when another
/// has it.
///
/// # Errors
/// When the database fails.
pub async fn take_intake(db: &mut PgConnection, lane: &LaneId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select pg_try_advisory_lock(hashtextextended($1, 1)) as "taken!""#, lane.0)
        .fetch_one(db)
        .await
}
