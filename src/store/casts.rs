//! Broadcasts on their way: let go, filled in slices, released, paused, called off; and how they stand.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use super::deliveries::{Body, Class};
use crate::ids::{AccountId, BroadcastId, LaneId, PersonId, TerritoryId};
pub use ledger::{Ledger, Line, ledger, ledger_counts};
pub use undo::{Undo, again, fill_undo, newcomers, repark, undo};

mod ledger;
mod undo;

/// What a broadcast is when it is let go.
#[derive(Clone, Debug)]
pub struct Going<'g> {
    /// Which.
    pub id: BroadcastId,
    /// Whose it is.
    pub author: PersonId,
    /// Civil: nothing of it goes out before, and until then it can be undone.
    pub starts_at: DateTime<Utc>,
    /// The school year whose pupils are meant.
    pub season: &'g str,
    /// Whether pupils get it.
    pub pupils: bool,
    /// Whether chats get it.
    pub chats: bool,
    /// How many are reached as things stand.
    pub expected: i64,
    /// In how many slices it is filled.
    pub slices: i16,
    /// What is said in each territory that is reached, and from when (civil) on.
    pub places: &'g [(TerritoryId, Body, DateTime<Utc>)],
}

/// Lets the author's own draft go, held for the while in which it can be undone; `false`: there is no such draft, or it has gone.
///
/// # Errors
/// When the database fails.
pub async fn hold(db: &mut PgConnection, going: &Going<'_>, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let held = sqlx::query!(
        "update broadcast set state = 'held', sent_at = $3, starts_at = $4, season = $5, pupils = $6, chats = $7, expected = $8,
           slices = $9
         where id = $1 and author = $2 and state in ('draft', 'waiting_approval')",
        going.id.0,
        going.author.0,
        now,
        going.starts_at,
        going.season,
        going.pupils,
        going.chats,
        going.expected,
        going.slices,
    );
    if held.execute(&mut *db).await?.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "insert into broadcast_place (broadcast, territory, body, due)
         select $1, * from unnest($2::uuid[], $3::jsonb[], $4::timestamptz[])",
        going.id.0,
        &going.places.iter().map(|(territory, ..)| territory.0).collect::<Vec<_>>(),
        &going.places.iter().map(|(_, body, _)| Json(body)).collect::<Vec<_>>() as &[Json<&Body>],
        &going.places.iter().map(|(.., due)| *due).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(true)
}

/// Puts the message in which an author sees how it goes into the outbox, to the account that he or she spoke with. Without an
/// account nobody is told.
///
/// # Errors
/// When the database fails.
pub async fn announce(
    db: &mut PgConnection,
    id: BroadcastId,
    account: Option<AccountId>,
    said: &Body,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with told as (
           insert into delivery (lane, chat, class, kind, person, account, body, due)
           select a.lane, a.chat, $4, 'send', b.author, a.id, $3, $5
           from broadcast b cross join lateral (
             select a.id, a.lane, a.chat from account a
             where a.id = coalesce($2, (select d.account from delivery d where d.id = b.progress)) and a.reachable) a
           where b.id = $1
           returning id
         )
         update broadcast b set progress = t.id, told_at = clock_timestamp() from told t where b.id = $1",
        id.0,
        account.map(|account| account.0),
        Json(said) as Json<&Body>,
        Class::Reply as i16,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Changes that message, if it says anything else than before. What waited to be said of it is not said any more.
///
/// # Errors
/// When the database fails.
pub async fn tell(db: &mut PgConnection, id: BroadcastId, said: &Body, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update delivery d set state = 'dropped', error = 'changed again' from broadcast b
         where b.id = $1 and d.edits = b.progress and d.state = 'queued' and d.claimed_until is null",
        id.0
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "with told as (
           insert into delivery (lane, chat, class, kind, person, account, body, edits, due)
           select d.lane, d.chat, d.class, 'edit', d.person, d.account, $2, d.id, $3
           from broadcast b join delivery d on d.id = b.progress
           where b.id = $1 and d.state in ('queued', 'sent') and $2 is distinct from (
             select e.body from delivery e where e.edits = d.id and e.state in ('queued', 'sent') order by e.id desc limit 1)
         )
         update broadcast set told_at = clock_timestamp() where id = $1",
        id.0,
        Json(said) as Json<&Body>,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A broadcast that is not over yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Cast {
    /// Which.
    pub id: BroadcastId,
    /// Whose.
    pub author: PersonId,
    /// `held`, `filling`, `sending`, `paused`, `cancelling`, `cancelled`, `done`.
    pub state: String,
    /// Of a paused one: `author`, `errors`, `role`.
    pub why: Option<String>,
    /// Civil: since then.
    pub starts_at: DateTime<Utc>,
    /// In how many slices it is filled.
    pub slices: i16,
    /// How many of them are.
    pub filled: i16,
    /// Failures that were gone on after.
    pub forgiven: i64,
    /// `send`, `edit`, `delete`.
    pub doing: String,
    /// Of one that is sent again: `failed`, `new`.
    pub again: Option<String>,
    /// Whether its author may still write to all whom it goes to.
    pub allowed: bool,
    /// Operational seconds since its author was told how it goes; none: never.
    pub told: Option<f64>,
}

/// Those that something is to be done about now: their time has come, they are being filled, nothing is left to come of them,
/// their author is to be told something, or may not write there any more. `quiet`: operational seconds between two tellings.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &mut PgConnection, now: DateTime<Utc>, quiet: f64, limit: i64) -> sqlx::Result<Vec<BroadcastId>> {
    sqlx::query_scalar!(
        r#"select id as "id: BroadcastId" from broadcast b
           where b.state in ('filling', 'cancelling') or (b.state = 'held' and b.starts_at <= $1)
             or (b.state = 'sending' and (
               b.told_at is null or b.told_at < clock_timestamp() - make_interval(secs => $2)
               or not broadcast_allowed(b.id, b.author)
               or not exists (select from delivery d where d.broadcast = b.id and d.state in ('parked', 'queued'))))
           order by b.starts_at, b.id limit $3"#,
        now,
        quiet,
        limit,
    )
    .fetch_all(db)
    .await
}

/// One of them, until the end of the transaction nobody else's; with an author, only that one's. `None`: it is not there, was
/// never let go, or another process is at it.
///
/// # Errors
/// When the database fails.
pub async fn take(db: &mut PgConnection, id: BroadcastId, author: Option<PersonId>) -> sqlx::Result<Option<Cast>> {
    // Whoever asks for the own one waits; a job leaves it to the other process.
    let locked = if let Some(author) = author {
        sqlx::query_scalar!(
            "select id from broadcast where id = $1 and author = $2 and state not in ('draft', 'waiting_approval') for update",
            id.0,
            author.0
        )
        .fetch_optional(&mut *db)
        .await?
    } else {
        sqlx::query_scalar!(
            "select id from broadcast where id = $1 and state not in ('draft', 'waiting_approval') for update skip locked",
            id.0
        )
        .fetch_optional(&mut *db)
        .await?
    };
    if locked.is_none() {
        return Ok(None);
    }
    sqlx::query_as!(
        Cast,
        r#"select id as "id: BroadcastId", author as "author: PersonId", state, why, coalesce(starts_at, made_at) as "starts_at!",
                  slices, filled, forgiven, doing, again, broadcast_allowed(id, author) as "allowed!",
                  extract(epoch from clock_timestamp() - told_at)::float8 as told
           from broadcast where id = $1"#,
        id.0,
    )
    .fetch_optional(db)
    .await
}

/// Puts the next slice into the outbox, parked, for everybody who is reached now; who is in it already stays. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn fill(db: &mut PgConnection, cast: &Cast, home: &str) -> sqlx::Result<u64> {
    let filled = sqlx::query!(
        "insert into delivery (lane, chat, class, kind, person, account, body, due, zone, dedupe, broadcast, state)
         select r.lane, r.chat, $3, 'send', r.person, r.account, p.body, p.due, r.zone,
                'broadcast:' || $1::uuid || ':' || coalesce(r.person::text, r.lane || ':' || r.chat), $1, 'parked'
         from broadcast_audience($1, $2) r join broadcast_place p on p.broadcast = $1 and p.territory = r.territory
         where case when r.person is null then $4 = 0 else get_byte(uuid_send(r.person), 15) % $5 = $4 end
         order by p.due, r.person, r.lane, r.chat
         on conflict (dedupe) where dedupe is not null do nothing",
        cast.id.0,
        home,
        Class::Broadcast as i16,
        i32::from(cast.filled),
        i32::from(cast.slices),
    );
    let rows = filled.execute(&mut *db).await?.rows_affected();
    sqlx::query!("update broadcast set filled = filled + 1 where id = $1", cast.id.0).execute(db).await?;
    Ok(rows)
}

/// What a broadcast becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Its messages are put into the outbox.
    Filling,
    /// They go out.
    Sending,
    /// They wait: `author`, `errors`, `role`.
    Paused(&'static str),
    /// What has not gone out will not.
    Cancelling,
    /// Nothing is left to come: it was called off.
    Cancelled,
    /// Nothing is left to come.
    Done,
}

impl To {
    /// As it is written down.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Filling => "filling",
            Self::Sending => "sending",
            Self::Paused(_) => "paused",
            Self::Cancelling => "cancelling",
            Self::Cancelled => "cancelled",
            Self::Done => "done",
        }
    }
}

/// Moves a broadcast that was [taken](take) on.
///
/// # Errors
/// When the database fails.
pub async fn turn(db: &mut PgConnection, id: BroadcastId, to: To, now: DateTime<Utc>) -> sqlx::Result<()> {
    let state = to.name();
    let why = if let To::Paused(why) = to { Some(why) } else { None };
    sqlx::query!(
        "update broadcast
         set state = $2, why = $3, again = case when $2 in ('filling', 'held') then again end, ended_at = case when $2 in ('done', 'cancelled') then $4::timestamptz end,
             started_at = case when $2 = 'sending' then clock_timestamp() else started_at end
         where id = $1",
        id.0,
        state,
        why,
        now,
    )
    .execute(&mut *db)
    .await?;
    if matches!(to, To::Paused(_)) {
        // What was released already waits as well; what is in the air is judged before it flies.
        sqlx::query!(
            "update delivery set state = 'parked' where broadcast = $1 and state = 'queued'
             and (claimed_until is null or claimed_until < clock_timestamp())",
            id.0
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Goes on after its author has seen so many failures.
///
/// # Errors
/// When the database fails.
pub async fn forgive(db: &mut PgConnection, id: BroadcastId, failed: i64) -> sqlx::Result<()> {
    sqlx::query!("update broadcast set forgiven = $2 where id = $1", id.0, failed).execute(db).await?;
    Ok(())
}

/// Calls off some of what has not gone out, whatever it was to do. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn drop_some(db: &mut PgConnection, id: BroadcastId, limit: i64) -> sqlx::Result<u64> {
    let dropped = sqlx::query!(
        "update delivery d set state = 'dropped', error = 'cancelled'
         from (select id from delivery where broadcast = $1 and state in ('parked', 'queued')
               and (claimed_until is null or claimed_until < clock_timestamp()) limit $2 for update) s
         where d.id = s.id",
        id.0,
        limit,
    );
    Ok(dropped.execute(db).await?.rows_affected())
}

/// How a broadcast stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Taken by the messengers.
    pub sent: i64,
    /// To go out now.
    pub left: i64,
    /// Whose hour has not come.
    pub later: i64,
    /// Civil: when the first of those comes.
    pub next: Option<DateTime<Utc>>,
    /// Refused by the messengers, or not to be put into words: nobody's own doing.
    pub failed: i64,
    /// Blocked us, or cannot be written to.
    pub blocked: i64,
    /// Do not want such messages.
    pub opted_out: i64,
    /// Called off before it went out.
    pub cancelled: i64,
    /// Messages a minute, lately.
    pub rate: f64,
}

impl Counts {
    /// Whether nothing is left to come.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.left + self.later == 0
    }
}

/// Counts what became of a broadcast so far.
///
/// # Errors
/// When the database fails.
pub async fn counts(db: &mut PgConnection, id: BroadcastId, now: DateTime<Utc>) -> sqlx::Result<Counts> {
    // The words of `error` are those that `release`, `drop_some`, lanes and turns write.
    sqlx::query_as!(
        Counts,
        r#"select count(*) filter (where d.state = 'sent') as "sent!",
                  count(*) filter (where d.state in ('parked', 'queued') and d.due <= $2) as "left!",
                  count(*) filter (where d.state in ('parked', 'queued') and d.due > $2) as "later!",
                  min(d.due) filter (where d.state in ('parked', 'queued') and d.due > $2) as next,
                  count(*) filter (where d.state = 'failed' and not d.gone) as "failed!",
                  count(*) filter (where d.state = 'failed' and d.gone
                                   or d.state = 'dropped' and d.error not in ('opted out', 'cancelled')) as "blocked!",
                  count(*) filter (where d.state = 'dropped' and d.error = 'opted out') as "opted_out!",
                  count(*) filter (where d.state = 'dropped' and coalesce(d.error, 'cancelled') = 'cancelled') as "cancelled!",
                  (count(*) filter (where d.sent_at > clock_timestamp() - interval '20 seconds') * 60 / greatest(1, least(20,
                    extract(epoch from clock_timestamp() - (select started_at from broadcast where id = $1)))))::float8 as "rate!"
           from (select e.*, e.error like 'gone%' or e.error in ('blocked', 'removed from the group') as gone
                 from delivery e join broadcast b on b.id = e.broadcast and b.doing = e.kind
                 where b.id = $1 and (b.doing_since is null or e.made_at >= b.doing_since)) d"#,
        id.0,
        now,
    )
    .fetch_one(db)
    .await
}

/// On whose behalf messages are released.
#[derive(Clone, Copy, Debug)]
pub struct Release<'r> {
    /// The lane.
    pub lane: &'r LaneId,
    /// Its fence as we know it.
    pub fence: i64,
    /// At most so many are to wait there at a time …
    pub ahead: i64,
    /// … and at most so many come now.
    pub limit: i64,
}

/// Whether any broadcast is being sent.
///
/// # Errors
/// When the database fails.
pub async fn any(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from broadcast where state = 'sending') as "any!""#)
        .fetch_one(db)
        .await
}

/// Lets messages of broadcasts that are being sent out of the park, in their order. Each person is judged anew: by which
/// account, whether at all; a chat, whether it is one of theirs still. Gives how many were judged.
///
/// # Errors
/// When the database fails.
pub async fn release(db: &mut PgConnection, release: Release<'_>, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let released = sqlx::query!(
        "with picked as (
           select d.id, d.kind, d.person, d.lane, d.chat, b.id as broadcast
           from broadcast b cross join lateral (
             select o.id, o.kind, o.person, o.lane, o.chat, o.due from delivery o
             where o.broadcast = b.id and o.lane = $1 and o.state = 'parked' and o.due <= $3
             order by o.due, o.id limit $4 for update skip locked
           ) as d
           where b.state = 'sending' and broadcast_allowed(b.id, b.author)
             and exists (select from lane l where l.id = $1 and l.fence = $2 and l.until > clock_timestamp())
           order by d.due, d.id
           limit (select least($4, $5 - count(*)) from (
             select from delivery q where q.lane = $1 and q.class = $6 and q.state = 'queued' and q.broadcast is not null
             and q.due <= $3 and (q.retry_at is null or q.retry_at <= clock_timestamp()) limit $5) as ahead)
         ), judged as (
           select p.id, w.account, w.lane, w.chat,
             case
               when p.kind <> 'send' then null
               when p.person is not null and is_silenced(p.person) then 'opted out'
               when p.person is not null and w.account is not null then null
               when p.person is not null and exists (
                 select from account_person ap join account a on a.id = ap.account
                 where ap.person = p.person and a.reachable and ap.opted_out) then 'opted out'
               when p.person is not null then 'no way'
               when not exists (
                 select from group_chat g join broadcast_place n on n.broadcast = p.broadcast and n.territory = g.territory
                 where g.lane = p.lane and g.external = p.chat and g.present) then 'disconnected'
             end as why
           from picked p left join lateral way_to(p.person) w on p.person is not null and p.kind = 'send'
         )
         update delivery d
         set state = case when j.why is not null then 'dropped' when coalesce(j.lane, d.lane) = $1 then 'queued' else 'parked' end,
             error = coalesce(j.why, d.error), lane = coalesce(j.lane, d.lane), chat = coalesce(j.chat, d.chat),
             account = coalesce(j.account, d.account), tries = case when j.lane <> d.lane then 0 else d.tries end
         from judged j where d.id = j.id",
        release.lane.0,
        release.fence,
        now,
        release.limit,
        release.ahead,
        Class::Broadcast as i16,
    );
    Ok(released.execute(db).await?.rows_affected())
}

/// Those of these deliveries of broadcasts that must not fly now: paused, called off, its author without the role, its reader
/// without the wish. They are judged anew before they do.
///
/// # Errors
/// When the database fails.
pub async fn stopped(db: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select d.id from delivery d join broadcast b on b.id = d.broadcast
         where d.id = any($1) and not (
           b.state = 'sending' and b.doing = d.kind and broadcast_allowed(b.id, b.author)
           and (d.kind <> 'send' or d.account is null or exists (
             select from account_person ap join account a on a.id = ap.account
             where ap.account = d.account and ap.person = d.person and a.reachable and not ap.opted_out
               and not is_silenced(d.person))))",
        ids,
    )
    .fetch_all(db)
    .await
}

/// Whether anything of it is still to come.
///
/// # Errors
/// When the database fails.
pub async fn is_open(db: &mut PgConnection, id: BroadcastId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from delivery where broadcast = $1 and state in ('parked', 'queued')) as "open!""#,
        id.0
    )
    .fetch_one(db)
    .await
}
