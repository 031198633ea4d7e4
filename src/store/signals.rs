//! Signals on their way to a person's conversation.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::PersonId;

/// A signal as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Unlike any other's: raised twice it is one signal.
    pub id: Uuid,
    /// Whose conversation it is for.
    pub person: PersonId,
    /// Its name in flows.
    pub name: String,
    /// What it is about.
    pub about: Option<String>,
    /// Sealed.
    pub brings: Vec<u8>,
    /// Civil: worth nothing from then on.
    pub until: DateTime<Utc>,
}

/// Raises a signal; one of the same id only once. A provisional person's is for the record that it turned out to be: the row is
/// shared, so that whoever merges it waits for this signal, or this for the merge.
pub async fn raise(db: &mut PgConnection, signal: &Signal, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let raised = sqlx::query!(
        "insert into signal (id, person, name, about, brings, raised_at, until)
         select $1, coalesce(p.merged_into, p.id), $3, $4, $5, $6, $7 from person p where p.id = $2 for share
         on conflict (id) do nothing",
        signal.id,
        signal.person.0,
        signal.name,
        signal.about,
        signal.brings,
        now,
        signal.until,
    );
    Ok(raised.execute(db).await?.rows_affected() == 1)
}

/// The next signals to bring, the oldest first.
pub async fn open(db: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> sqlx::Result<Vec<Signal>> {
    sqlx::query_as!(
        Signal,
        r#"select id, person as "person: PersonId", name, about, brings, until from signal
           where not parked and until > $1 and (retry_at is null or retry_at <= clock_timestamp())
           order by raised_at, id limit $2"#,
        now,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Holds signals that are still to be brought to these people, until the end of the transaction. Gives which.
pub async fn hold(db: &mut PgConnection, signals: &[(Uuid, PersonId)]) -> sqlx::Result<Vec<Uuid>> {
    let (ids, people): (Vec<_>, Vec<_>) = signals.iter().map(|(id, person)| (*id, person.0)).unzip();
    sqlx::query_scalar!(
        "select s.id from signal s join unnest($1::uuid[], $2::uuid[]) as n (id, person) on s.id = n.id
         where s.person = n.person and not s.parked for update of s",
        &ids,
        &people,
    )
    .fetch_all(db)
    .await
}

/// These have been brought.
pub async fn remove(db: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query!("delete from signal where id = any($1)", ids).execute(db).await?;
    Ok(())
}

/// Nobody waits for these yet.
pub async fn park(db: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query!("update signal set parked = true where id = any($1)", ids).execute(db).await?;
    Ok(())
}

/// Somebody waits now for signals of these names: those that came before come again.
pub async fn recall(db: &mut PgConnection, waits: &[(PersonId, String)]) -> sqlx::Result<()> {
    let (people, names): (Vec<_>, Vec<_>) = waits.iter().map(|(person, name)| (person.0, name.clone())).unzip();
    sqlx::query!(
        "update signal s set parked = false from unnest($1::uuid[], $2::text[]) as w (person, name)
         where s.person = w.person and s.name = w.name and s.parked",
        &people,
        &names,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets signals wait whose turn failed, so that the others behind them get theirs.
pub async fn put_off(db: &mut PgConnection, ids: &[Uuid], seconds: f64) -> sqlx::Result<()> {
    sqlx::query!(
        "update signal set retry_at = clock_timestamp() + make_interval(secs => $2) where id = any($1)",
        ids,
        seconds,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What was meant for a provisional person is for the one that this is.
pub async fn rekey(db: &mut PgConnection, from: PersonId, to: PersonId) -> sqlx::Result<()> {
    sqlx::query!("update signal set person = $2, parked = false where person = $1", from.0, to.0).execute(db).await?;
    Ok(())
}

/// Forgets the signals that are worth nothing any more. Gives how many.
pub async fn purge(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    Ok(sqlx::query!("delete from signal where until <= $1", now).execute(db).await?.rows_affected())
}
