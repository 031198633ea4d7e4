//! Notices: what is said to people outside of any conversation (reminders, news of an event, a broadcast's single messages).

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::deliveries::{Body, Class};
use crate::{ids::PersonId, message::Said};

/// One notice to one person.
#[derive(Clone, Debug)]
pub struct Notice {
    /// To whom, and about whom.
    pub person: PersonId,
    /// What.
    pub said: Said,
    /// Civil: not before.
    pub due: DateTime<Utc>,
    /// Said in this zone's waking hours only.
    pub zone: String,
    /// What must be said once at most.
    pub dedupe: String,
    /// What makes it void: once [`void`] is told this key, it is not sent any more.
    pub void_key: Option<String>,
}

/// Puts notices into the outbox, each to the account that its person spoke with last and may be written to. Whoever has none
/// gets nothing, and nor does anybody who took messages back, unless it answers an act of theirs; what was said before is not
/// said again. Gives how many are new.
pub async fn queue(db: &mut PgConnection, class: Class, notices: &[Notice]) -> sqlx::Result<u64> {
    let queued = sqlx::query!(
        "insert into delivery (lane, chat, class, kind, person, account, body, due, dedupe, void_key, zone)
         select w.lane, w.chat, $1, 'send', n.person, w.account, n.body, n.due, n.dedupe, n.void_key, n.zone
         from unnest($2::uuid[], $3::jsonb[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
              with ordinality as n (person, body, due, dedupe, void_key, zone, place)
         cross join lateral way_to(n.person) w
         where not $8::bool or not is_silenced(n.person)
         order by n.place
         on conflict (dedupe) where dedupe is not null do nothing",
        class as i16,
        &notices.iter().map(|n| n.person.0).collect::<Vec<Uuid>>(),
        &notices.iter().map(|n| Json(Body::Send(n.said.clone()))).collect::<Vec<_>>() as &[Json<Body>],
        &notices.iter().map(|n| n.due).collect::<Vec<_>>(),
        &notices.iter().map(|n| n.dedupe.clone()).collect::<Vec<_>>(),
        &notices.iter().map(|n| n.void_key.clone()).collect::<Vec<_>>() as &[Option<String>],
        &notices.iter().map(|n| n.zone.clone()).collect::<Vec<_>>(),
        !matches!(class, Class::Reply),
    );
    Ok(queued.execute(db).await?.rows_affected())
}

/// What these keys name has happened: notices that wait for it are dropped when they would be sent, those that a transaction
/// is just putting in among them.
///
/// # Errors
/// When the database fails.
pub async fn void(db: &mut PgConnection, keys: &[String], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into notice_void (key, since) select k, $2 from unnest($1::text[]) k on conflict do nothing",
        keys,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Those of these keys that have made their notices void.
///
/// # Errors
/// When the database fails.
pub async fn voided(db: &mut PgConnection, keys: &[String]) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("select key from notice_void where key = any($1)", keys).fetch_all(db).await
}
