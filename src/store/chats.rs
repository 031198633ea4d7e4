//! Chats of territories: the codes that make a group one, which there are, and how one ends.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::deliveries::Class;
use crate::ids::{LaneId, PersonId, TerritoryId};

/// Keeps a code that makes a group a territory's chat; older open ones of this person are void from now on.
///
/// # Errors
/// When the database fails.
pub async fn put_code(
    db: &mut PgConnection,
    id: Uuid,
    (author, territory): (PersonId, TerritoryId),
    hash: &[u8; 32],
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<()> {
    sqlx::query!(
        "update chat_code set expires_at = $2 where author = $1 and used_at is null and expires_at > $2",
        author.0,
        now
    )
    .execute(&mut *db)
    .await?;
    let kept = sqlx::query!(
        "insert into chat_code (id, author, territory, hash, made_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        author.0,
        territory.0,
        hash.as_slice(),
        now,
        until,
    );
    kept.execute(db).await.map(drop)
}

/// When this person's codes were made, since a moment, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn codes_since(
    db: &mut PgConnection,
    author: PersonId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    let made = sqlx::query_scalar!(
        "select made_at from chat_code where author = $1 and made_at > $2 order by made_at",
        author.0,
        since
    );
    made.fetch_all(db).await
}

/// A code that was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// Who was shown it.
    pub author: PersonId,
    /// Whose chat it makes.
    pub territory: TerritoryId,
}

/// Uses up the first of these codes that is still good.
///
/// # Errors
/// When the database fails.
pub async fn use_code(db: &mut PgConnection, hashes: &[Vec<u8>], now: DateTime<Utc>) -> sqlx::Result<Option<Used>> {
    sqlx::query_as!(
        Used,
        r#"update chat_code set used_at = $2
           where id = (select id from chat_code where hash = any($1) and used_at is null and expires_at > $2
                       order by id limit 1 for update)
           returning author as "author: PersonId", territory as "territory: TerritoryId""#,
        hashes,
        now,
    )
    .fetch_optional(db)
    .await
}

/// Makes a group the chat of the code's territory and gives its name; `None`: whoever was shown the code does not answer for
/// it any more.
///
/// # Errors
/// When the database fails.
pub async fn bind(
    db: &mut PgConnection,
    (lane, chat): (&LaneId, &str),
    title: Option<&str>,
    code: Used,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"with held as (
             select t.id, t.name from territory t where t.id = $4
             and t.id in (select territory from territories_of($3, ''))
           ), left_behind as (
             update delivery d set state = 'dropped', error = 'the chat is another territory''s now'
             from group_chat g, held
             where g.lane = $1 and g.external = $2 and g.territory <> held.id
               and d.lane = g.lane and d.chat = g.external and d.class = 2
               and d.state = 'queued' and (d.claimed_until is null or d.claimed_until < clock_timestamp())
           ), bound as (
             insert into group_chat as g (lane, external, title, present, changed_at, territory)
             select $1, $2, $6, true, $5, held.id from held
             on conflict (lane, external) do update set title = coalesce(excluded.title, g.title), present = true,
               changed_at = excluded.changed_at, territory = excluded.territory
           )
           select name from held"#,
        lane.0,
        chat,
        code.author.0,
        code.territory.0,
        now,
        title,
    )
    .fetch_optional(db)
    .await
}

/// A territory that somebody answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub id: TerritoryId,
    /// Its name.
    pub name: String,
    /// The name of what it lies in.
    pub above: Option<String>,
}

/// All territories that this person answers for, by name.
///
/// # Errors
/// When the database fails.
pub async fn places(db: &mut PgConnection, staff: PersonId) -> sqlx::Result<Vec<Place>> {
    sqlx::query_as!(
        Place,
        r#"select t.id as "id: TerritoryId", t.name, up.name as "above?"
           from territories_of($1, '') h join territory t on t.id = h.territory left join territory up on up.id = t.parent
           order by t.name, up.name, t.id"#,
        staff.0,
    )
    .fetch_all(db)
    .await
}

/// A group that is some territory's chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// By this it is named in a dialogue.
    pub id: i64,
    /// Of which bot or community.
    pub lane: LaneId,
    /// Its title, where the messenger tells it.
    pub title: Option<String>,
    /// The territory.
    pub place: String,
}

/// The chats of the territories that this person answers for, behind `after`; with `only`, that one.
///
/// # Errors
/// When the database fails.
pub async fn chats(
    db: &mut PgConnection,
    staff: PersonId,
    only: Option<i64>,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Chat>> {
    sqlx::query_as!(
        Chat,
        r#"select g.id, g.lane as "lane: LaneId", g.title, t.name as place
           from territories_of($1, '') h join group_chat g on g.territory = h.territory join territory t on t.id = g.territory
           where g.present and g.id > $3 and ($2::bigint is null or g.id = $2)
           order by g.id limit $4"#,
        staff.0,
        only,
        after,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Makes a chat nobody's, if it is one of the territories that this person answers for: broadcasts that still wait for it are
/// dropped. `false`: there is no such chat.
///
/// # Errors
/// When the database fails.
pub async fn disconnect(db: &mut PgConnection, staff: PersonId, id: i64, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let parted = sqlx::query!(
        "with parted as (
           update group_chat set territory = null, changed_at = $3
           where id = $2 and territory in (select territory from territories_of($1, '')) returning lane, external
         ), dropped as (
           update delivery d set state = 'dropped', error = 'the chat was disconnected'
           from parted p where d.lane = p.lane and d.chat = p.external and d.class = $4
             and d.state = 'queued' and (d.claimed_until is null or d.claimed_until < clock_timestamp())
         )
         select from parted",
        staff.0,
        id,
        now,
        Class::Broadcast as i16,
    );
    Ok(parted.fetch_optional(db).await?.is_some())
}

/// Deletes codes for chats that were made before a moment. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn purge_codes(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let purged = sqlx::query!("delete from chat_code where made_at < $1", before);
    Ok(purged.execute(db).await?.rows_affected())
}
