//! Civil alarms of conversations.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::PersonId;

/// A timer's name: at most one row has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// Whose.
    pub person: PersonId,
    /// The run it was armed for.
    pub run: String,
    /// The wait it was armed for.
    pub wait: i32,
    /// [`crate::flow::Alarm`] as JSON text.
    pub alarm: String,
}

/// A timer as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Which.
    pub name: Name,
    /// Civil.
    pub due: DateTime<Utc>,
    /// Whether what it says waits for waking hours.
    pub gentle: bool,
}

/// Sets timers; one of the same name moves.
pub async fn arm(db: &mut PgConnection, timers: &[Timer]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into timer (person, run, wait, alarm, due, gentle)
         select * from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::timestamptz[], $6::bool[])
         on conflict (person, run, wait, alarm)
         do update set due = excluded.due, gentle = excluded.gentle, retry_at = null",
        &timers.iter().map(|t| t.name.person.0).collect::<Vec<_>>(),
        &timers.iter().map(|t| t.name.run.clone()).collect::<Vec<_>>(),
        &timers.iter().map(|t| t.name.wait).collect::<Vec<_>>(),
        &timers.iter().map(|t| t.name.alarm.clone()).collect::<Vec<_>>(),
        &timers.iter().map(|t| t.due).collect::<Vec<_>>(),
        &timers.iter().map(|t| t.gentle).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets the timers of these (person, run, wait); no wait: all of the run.
pub async fn disarm(db: &mut PgConnection, waits: &[(PersonId, String, Option<i32>)]) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from timer t using unnest($1::uuid[], $2::text[], $3::int[]) as w (person, run, wait)
         where t.person = w.person and t.run = w.run and (w.wait is null or t.wait = w.wait)",
        &waits.iter().map(|w| w.0.0).collect::<Vec<_>>(),
        &waits.iter().map(|w| w.1.clone()).collect::<Vec<_>>(),
        &waits.iter().map(|w| w.2).collect::<Vec<_>>() as &[Option<i32>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The next timers that are due, the oldest first.
pub async fn due(db: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> sqlx::Result<Vec<Name>> {
    sqlx::query_as!(
        Name,
        r#"select person as "person: PersonId", run, wait, alarm from timer
           where due <= $1 and (retry_at is null or retry_at <= clock_timestamp()) order by due, id limit $2"#,
        now,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Takes due timers out: who deletes one is the one who fires it. Gives each with its gentleness.
pub async fn take(db: &mut PgConnection, names: &[Name], now: DateTime<Utc>) -> sqlx::Result<Vec<(Name, bool)>> {
    let (people, runs, waits, alarms) = columns(names);
    let rows = sqlx::query!(
        r#"delete from timer t using unnest($1::uuid[], $2::text[], $3::int[], $4::text[]) as n (person, run, wait, alarm)
           where t.person = n.person and t.run = n.run and t.wait = n.wait and t.alarm = n.alarm and t.due <= $5
           returning t.person as "person: PersonId", t.run, t.wait, t.alarm, t.gentle"#,
        &people,
        &runs,
        &waits,
        &alarms,
        now,
    );
    let taken = rows.fetch_all(db).await?.into_iter();
    Ok(taken
        .map(|row| (Name { person: row.person, run: row.run, wait: row.wait, alarm: row.alarm }, row.gentle))
        .collect())
}

/// Lets timers wait whose turn failed, so that the others behind them get theirs.
pub async fn put_off(db: &mut PgConnection, names: &[Name], seconds: f64) -> sqlx::Result<()> {
    let (people, runs, waits, alarms) = columns(names);
    sqlx::query!(
        "update timer t set retry_at = clock_timestamp() + make_interval(secs => $5)
         from unnest($1::uuid[], $2::text[], $3::int[], $4::text[]) as n (person, run, wait, alarm)
         where t.person = n.person and t.run = n.run and t.wait = n.wait and t.alarm = n.alarm",
        &people,
        &runs,
        &waits,
        &alarms,
        seconds,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A run goes on in another person's conversation, and its timers with it.
pub async fn rekey(db: &mut PgConnection, run: &str, from: PersonId, to: PersonId) -> sqlx::Result<()> {
    sqlx::query!("update timer set person = $3 where person = $2 and run = $1", run, from.0, to.0).execute(db).await?;
    Ok(())
}

/// Forgets every timer of a person whose conversation is cleared.
pub async fn clear(db: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    sqlx::query!("delete from timer where person = $1", person.0).execute(db).await?;
    Ok(())
}

/// When the next timer comes due, if there is one.
pub async fn next(db: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select min(due) from timer").fetch_one(db).await
}

type Columns = (Vec<uuid::Uuid>, Vec<String>, Vec<i32>, Vec<String>);

fn columns(names: &[Name]) -> Columns {
    (
        names.iter().map(|n| n.person.0).collect(),
        names.iter().map(|n| n.run.clone()).collect(),
        names.iter().map(|n| n.wait).collect(),
        names.iter().map(|n| n.alarm.clone()).collect(),
    )
}
