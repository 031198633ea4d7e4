//! Broadcasts: who is reached, what was written, what came of it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{BroadcastId, PersonId, TerritoryId};

/// The territories that this person answers for, by name; none: nobody is reached.
///
/// # Errors
/// When the database fails.
pub async fn held(db: &mut PgConnection, staff: PersonId) -> sqlx::Result<Vec<String>> {
    let names = sqlx::query_scalar!(
        "select name from territory where id in
           (select territory from role where person = $1 and role in ('coordinator', 'operator') and revoked_at is null)
         order by name",
        staff.0,
    );
    names.fetch_all(db).await
}

/// A territory with somebody in it whom the author reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Which.
    pub territory: TerritoryId,
    /// Its name.
    pub name: String,
    /// IANA name.
    pub zone: String,
    /// Whether the author answers for it as a coordinator.
    pub coordinator: bool,
    /// Pupils who have signed in and may be written to.
    pub pupils: i64,
    /// Chats of it.
    pub chats: i64,
}

/// Whom this person may write to, territory by territory. `home` is the zone of territories without one, `season` the school
/// year whose pupils are meant.
///
/// # Errors
/// When the database fails.
pub async fn reach(db: &mut PgConnection, staff: PersonId, home: &str, season: &str) -> sqlx::Result<Vec<Reached>> {
    sqlx::query_as!(
        Reached,
        r#"select t.id as "territory: TerritoryId", t.name, r.zone as "zone!", r.coordinator as "coordinator!",
                  count(r.person) as "pupils!", count(*) - count(r.person) as "chats!"
           from reached($1, $2, $3) r join territory t on t.id = r.territory
           group by t.id, t.name, r.zone, r.coordinator order by t.name, t.id"#,
        staff.0,
        home,
        season,
    )
    .fetch_all(db)
    .await
}

/// Writes a draft down: its text sealed, and a keyed hash by which the same text is known again.
///
/// # Errors
/// When the database fails.
pub async fn draft(
    db: &mut PgConnection,
    id: BroadcastId,
    author: PersonId,
    (text, text_index): (&[u8], &[u8]),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let added = sqlx::query!(
        "insert into broadcast (id, author, text, text_index, made_at) values ($1, $2, $3, $4, $5)",
        id.0,
        author.0,
        text,
        text_index,
        now
    );
    added.execute(db).await.map(drop)
}

/// What came of a broadcast so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Civil: when it was let go.
    pub sent_at: DateTime<Utc>,
    /// Taken by the messengers.
    pub sent: i64,
    /// On its way, or waiting for the morning.
    pub waiting: i64,
    /// Never to arrive: blocked, left, refused, called off.
    pub failed: i64,
}

/// What came of the latest broadcast of this author.
///
/// # Errors
/// When the database fails.
pub async fn latest(db: &mut PgConnection, author: PersonId) -> sqlx::Result<Option<Standing>> {
    sqlx::query_as!(
        Standing,
        r#"select b.sent_at as "sent_at!",
                  count(*) filter (where d.state = 'sent') as "sent!",
                  greatest(count(*) filter (where d.state in ('parked', 'queued')),
                           case when b.state in ('held', 'filling') then b.expected - count(d.id) end) as "waiting!",
                  count(*) filter (where d.state in ('failed', 'dropped')) as "failed!"
           from (select id, sent_at, state, expected from broadcast where author = $1 and sent_at is not null
                 order by sent_at desc, id desc limit 1) b
           left join delivery d on d.broadcast = b.id
           group by b.sent_at, b.state, b.expected"#,
        author.0,
    )
    .fetch_optional(db)
    .await
}

/// Whether this author has let go the same text since a moment.
///
/// # Errors
/// When the database fails.
pub async fn is_again(
    db: &mut PgConnection,
    id: BroadcastId,
    author: PersonId,
    since: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
             select from broadcast b join broadcast d on d.text_index = b.text_index
             where d.id = $1 and d.author = $2 and b.author = $2 and b.id <> d.id and b.sent_at > $3
               and (b.state <> 'cancelled' or b.started_at is not null)) as "again!""#,
        id.0,
        author.0,
        since,
    )
    .fetch_one(db)
    .await
}

/// The sealed texts of these broadcasts.
///
/// # Errors
/// When the database fails.
pub async fn texts(db: &mut PgConnection, ids: &[BroadcastId]) -> sqlx::Result<Vec<(BroadcastId, Vec<u8>)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(r#"select id as "id: BroadcastId", text from broadcast where id = any($1)"#, &ids);
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.text)).collect())
}

/// Deletes drafts that were made before a moment and never let go. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn purge_drafts(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let purged = sqlx::query!("delete from broadcast where state = 'draft' and made_at < $1", before);
    Ok(purged.execute(db).await?.rows_affected())
}
