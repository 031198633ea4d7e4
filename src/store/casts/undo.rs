//! What is done to a broadcast that is over: once more, corrected, taken back.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Cast;
use crate::ids::BroadcastId;

/// What is done to what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// It is taken away.
    Delete,
    /// The text of this draft stands in its place.
    Correct(BroadcastId),
}

/// Begins to undo a broadcast that was [taken](super::take): what has not gone out will not, what has is taken away or corrected. `false`:
/// the correction is no draft of this author's.
///
/// # Errors
/// When the database fails.
pub async fn undo(db: &mut PgConnection, cast: &Cast, undo: Undo, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let (doing, correction) = match undo {
        Undo::Delete => ("delete", None),
        Undo::Correct(id) => ("edit", Some(id)),
    };
    if let Some(id) = correction {
        let kept = sqlx::query!(
            "update broadcast set state = 'done', ended_at = $3
             where id = $1 and author = $2 and state = 'draft'",
            id.0,
            cast.author.0,
            now
        );
        if kept.execute(&mut *db).await?.rows_affected() == 0 {
            return Ok(false);
        }
    }
    sqlx::query!(
        "update broadcast set doing = $2, doing_since = clock_timestamp(), correction = $3, filled = 0, forgiven = 0, again = null
         where id = $1",
        cast.id.0,
        doing,
        correction.map(|id| id.0),
    )
    .execute(db)
    .await?;
    Ok(true)
}

/// Puts the next slice of an undoing into the outbox, parked: for everybody who has it, in the order in which they got it. Gives
/// how many.
///
/// # Errors
/// When the database fails.
pub async fn fill_undo(db: &mut PgConnection, cast: &Cast, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let filled = sqlx::query!(
        r#"insert into delivery (lane, chat, class, kind, person, account, body, edits, due, dedupe, broadcast, state)
         select d.lane, d.chat, d.class, b.doing, d.person, d.account,
                case when b.doing = 'delete' then '"delete"'::jsonb
                     else jsonb_build_object('edit', jsonb_set(d.body -> 'send', '{words,args,text,letter}',
                                                              to_jsonb(b.correction::text))) end,
                d.id, $2, b.doing || ':' || coalesce(b.correction::text, '') || ':' || d.id, b.id, 'parked'
         from broadcast b join delivery d on d.broadcast = b.id
         where b.id = $1 and d.kind = 'send' and d.state = 'sent' and d.message_id is not null
           and case when d.person is null then $3 = 0 else get_byte(uuid_send(d.person), 15) % $4 = $3 end
         order by d.id
         on conflict (dedupe) where dedupe is not null do nothing"#,
        cast.id.0,
        now,
        i32::from(cast.filled),
        i32::from(cast.slices),
    );
    let rows = filled.execute(&mut *db).await?.rows_affected();
    sqlx::query!("update broadcast set filled = filled + 1 where id = $1", cast.id.0).execute(db).await?;
    Ok(rows)
}

/// Lets a broadcast that is over go once more: to those to whom it failed, or to those who came since.
///
/// # Errors
/// When the database fails.
pub async fn again(db: &mut PgConnection, id: BroadcastId, whom: &str, starts_at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update broadcast set state = 'held', why = null, again = $2, starts_at = $3, filled = 0, ended_at = null where id = $1",
        id.0,
        whom,
        starts_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many would get it if it went once more to those who came since: they are reached and not in its ledger.
///
/// # Errors
/// When the database fails.
pub async fn newcomers(db: &mut PgConnection, id: BroadcastId, home: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from broadcast_audience($1, $2) r
           join broadcast_place p on p.broadcast = $1 and p.territory = r.territory
           where not exists (select from delivery d
             where d.dedupe = 'broadcast:' || $1::uuid || ':' || coalesce(r.person::text, r.lane || ':' || r.chat))"#,
        id.0,
        home,
    )
    .fetch_one(db)
    .await
}

/// Parks some of what failed or was called off once more. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn repark(db: &mut PgConnection, id: BroadcastId, limit: i64) -> sqlx::Result<u64> {
    let parked = sqlx::query!(
        "update delivery d set state = 'parked', error = null, tries = 0, retry_at = null, first_try_at = null, claim = null,
           claimed_until = null
         from (select id from delivery where broadcast = $1 and kind = 'send' and state in ('failed', 'dropped')
               order by id limit $2 for update) s
         where d.id = s.id",
        id.0,
        limit,
    );
    Ok(parked.execute(db).await?.rows_affected())
}
