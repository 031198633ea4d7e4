//! Conversations: the lock of a person, and the sealed state of what is going on with them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::PersonId;

/// A conversation whose row this transaction has locked.
#[derive(Clone, Debug)]
pub struct Locked {
    /// Whose.
    pub person: PersonId,
    /// Grows with each turn.
    pub seq: i64,
    /// Sealed; place: `conversation`, `state`, the person's id. `None`: nothing is going on.
    pub state: Option<Vec<u8>>,
}

/// What to do about a conversation that another turn holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Wait for it.
    Wait,
    /// Go on without it.
    Skip,
}

/// Locks these people's conversations in sorted order, making those that are missing.
pub async fn lock(db: &mut PgConnection, people: &[PersonId], held: Held) -> sqlx::Result<Vec<Locked>> {
    let people: Vec<Uuid> = people.iter().map(|p| p.0).collect();
    let locked = lock_known(&mut *db, &people, held).await?;
    if locked.len() == people.len() {
        return Ok(locked);
    }
    // Somebody has none yet, as before the very first word; or it is held by another turn, and stays so.
    sqlx::query!(
        "insert into conversation (person, changed_at)
         select p, clock_timestamp() from unnest($1::uuid[]) as p
         where not exists (select from conversation c where c.person = p) order by p
         on conflict do nothing",
        &people,
    )
    .execute(&mut *db)
    .await?;
    lock_known(db, &people, held).await
}

async fn lock_known(db: &mut PgConnection, people: &[Uuid], held: Held) -> sqlx::Result<Vec<Locked>> {
    match held {
        Held::Wait => {
            sqlx::query_as!(
                Locked,
                r#"select person as "person: PersonId", seq, state from conversation where person = any($1)
                   order by person for update"#,
                people,
            )
            .fetch_all(db)
            .await
        }
        Held::Skip => {
            sqlx::query_as!(
                Locked,
                r#"select person as "person: PersonId", seq, state from conversation where person = any($1)
                   order by person for update skip locked"#,
                people,
            )
            .fetch_all(db)
            .await
        }
    }
}

/// Keeps the new states. The rows must have been locked by this transaction.
pub async fn save(
    db: &mut PgConnection,
    states: &[(PersonId, Option<Vec<u8>>)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (people, states): (Vec<Uuid>, Vec<Option<Vec<u8>>>) =
        states.iter().map(|(person, state)| (person.0, state.clone())).unzip();
    sqlx::query!(
        "update conversation c set seq = c.seq + 1, state = s.state, changed_at = $3
         from unnest($1::uuid[], $2::bytea[]) as s (person, state) where c.person = s.person",
        &people,
        &states as &[Option<Vec<u8>>],
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Conversations in which something is going on, in the order of their people: those after this one.
pub async fn page(
    db: &mut PgConnection,
    after: Option<PersonId>,
    limit: i64,
) -> sqlx::Result<Vec<(PersonId, Vec<u8>)>> {
    let rows = sqlx::query!(
        r#"select person as "person: PersonId", state as "state!" from conversation
           where state is not null and ($1::uuid is null or person > $1) order by person limit $2"#,
        after.map(|person| person.0),
        limit,
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.person, row.state)).collect())
}
