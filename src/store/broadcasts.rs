//! Broadcasts: who is reached, what was written, what came of it.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::deliveries::{Body, Class};
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

/// Writes a draft down, its text sealed.
///
/// # Errors
/// When the database fails.
pub async fn draft(
    db: &mut PgConnection,
    id: BroadcastId,
    author: PersonId,
    text: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let added = sqlx::query!(
        "insert into broadcast (id, author, text, made_at) values ($1, $2, $3, $4)",
        id.0,
        author.0,
        text,
        now
    );
    added.execute(db).await.map(drop)
}

/// Lets the author's own draft go; `false`: there is no such draft, or it has gone.
///
/// # Errors
/// When the database fails.
pub async fn release(
    db: &mut PgConnection,
    id: BroadcastId,
    author: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let released = sqlx::query!(
        "update broadcast set sent_at = $3 where id = $1 and author = $2 and sent_at is null",
        id.0,
        author.0,
        now
    );
    Ok(released.execute(db).await?.rows_affected() == 1)
}

/// What goes out in a broadcast's name, and to whom.
#[derive(Clone, Debug)]
pub struct Filling<'f> {
    /// Which broadcast.
    pub id: BroadcastId,
    /// Whose it is: the scope is asked for anew.
    pub author: PersonId,
    /// The zone of territories without one.
    pub home: &'f str,
    /// The school year whose pupils are meant.
    pub season: &'f str,
    /// Whether pupils get it.
    pub pupils: bool,
    /// Whether chats get it.
    pub chats: bool,
    /// What is said in each territory that is reached, and from when on.
    pub places: &'f [(TerritoryId, Body, DateTime<Utc>)],
}

/// How many got into the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Pupils.
    pub pupils: i64,
    /// Chats.
    pub chats: i64,
    /// Those of them that wait for the morning.
    pub later: i64,
}

/// Puts it into the outbox for everybody who is reached.
///
/// # Errors
/// When the database fails.
pub async fn fill(db: &mut PgConnection, filling: &Filling<'_>, now: DateTime<Utc>) -> sqlx::Result<Filled> {
    sqlx::query_as!(
        Filled,
        r#"with filled as (
             insert into delivery (lane, chat, class, kind, person, account, body, due, zone, dedupe, broadcast)
             select r.lane, r.chat, $5, 'send', r.person, r.account, n.body, n.due, r.zone,
                    'broadcast:' || $4::uuid || ':' || coalesce(r.person::text, r.lane || ':' || r.chat), $4
             from reached($1, $2, $3) r
             join unnest($6::uuid[], $7::jsonb[], $8::timestamptz[]) as n (territory, body, due) on n.territory = r.territory
             where case when r.person is null then $9::bool else $10::bool end
             order by r.person, r.lane, r.chat
             returning person, due
           )
           select count(person) as "pupils!", count(*) - count(person) as "chats!",
                  count(*) filter (where due > $11) as "later!"
           from filled"#,
        filling.author.0,
        filling.home,
        filling.season,
        filling.id.0,
        Class::Broadcast as i16,
        &filling.places.iter().map(|(territory, ..)| territory.0).collect::<Vec<_>>(),
        &filling.places.iter().map(|(_, body, _)| Json(body)).collect::<Vec<_>>() as &[Json<&Body>],
        &filling.places.iter().map(|(.., due)| *due).collect::<Vec<_>>(),
        filling.chats,
        filling.pupils,
        now,
    )
    .fetch_one(db)
    .await
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
    /// Never to arrive: blocked, left, refused.
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
                  count(*) filter (where d.state = 'queued') as "waiting!",
                  count(*) filter (where d.state in ('failed', 'dropped')) as "failed!"
           from (select id, sent_at from broadcast where author = $1 and sent_at is not null
                 order by sent_at desc, id desc limit 1) b
           left join delivery d on d.broadcast = b.id
           group by b.sent_at"#,
        author.0,
    )
    .fetch_optional(db)
    .await
}

/// The sealed texts of these broadcasts.
///
/// # Errors
/// When the database fails.
pub async fn texts(db: &mut PgConnection, ids: &[BroadcastId]) -> sqlx::Result<Vec<(BroadcastId, Vec<u8>)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select id as "id: BroadcastId", text as "text!" from broadcast where id = any($1) and text is not null"#,
        &ids
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.text)).collect())
}

/// Deletes drafts that were made before a moment and never let go. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn purge_drafts(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let purged = sqlx::query!("delete from broadcast where sent_at is null and made_at < $1", before);
    Ok(purged.execute(db).await?.rows_affected())
}
