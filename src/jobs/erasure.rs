//! Erases people once the hold of their erasure is over: in batches, each a transaction of its own, so that whatever ends the process
//! loses nothing, and the next one goes on where it stopped.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    acting::Error,
    ids::PersonId,
    journal::{self, Act, Entry},
    store::{
        begin,
        conversations::{self, Held},
        erasures::{self, Running},
        held,
    },
    turn::Parts,
};

/// People of one transaction.
const PEOPLE: i64 = 20;
/// Deliveries that one transaction looks through: they have no index by person, which every message would have to pay for.
const WALK: i64 = 20_000;

/// Carries the erasures that are due one batch further. Gives 1 while there may be more.
///
/// # Errors
/// When the database fails; then the batch at hand is as it was.
pub async fn run_due(parts: &Parts) -> Result<usize, Error> {
    let now = parts.clock.now();
    let mut tx = begin(&parts.pool).await?;
    let Some(running) = erasures::claim(&mut tx, now).await? else { return Ok(0) };
    let people = erasures::next(&mut tx, running.id, PEOPLE).await?;
    if !people.is_empty() {
        if !erase(&mut tx, &running, &people).await? {
            // Somebody of them has just spoken: they are looked at anew.
            return Ok(1);
        }
    } else if let Some((_, gone)) = erasures::walk(&mut tx, &running, WALK).await? {
        erasures::note(&mut tx, running.id, &BTreeMap::from([("delivery", gone)]), (&[], &[])).await?;
    } else {
        erasures::end(&mut tx, running.id, now).await?;
        let detail = [("number", running.number.to_string()), ("people", running.people.to_string())];
        let entry = Entry::of(None, Act::Erased, Some(running.id), detail);
        journal::write(&mut tx, &parts.vault, now, &entry).await?;
        tracing::info!(act = running.number, people = running.people, "people are erased");
    }
    tx.commit().await?;
    Ok(1)
}

/// Everything but the deliveries. `false`: whose data it is has changed meanwhile, and nothing may be committed.
async fn erase(db: &mut sqlx::PgConnection, running: &Running, people: &[Uuid]) -> Result<bool, Error> {
    let company = erasures::company(&mut *db, people).await?;
    // As turns do: conversations first, in order. Whoever speaks by one of the accounts just now ends first.
    conversations::lock(&mut *db, &company.0, Held::Wait).await?;
    if erasures::company(&mut *db, people).await? != company {
        return Ok(false);
    }
    let (everybody, accounts) = company;
    let everybody: Vec<Uuid> = everybody.into_iter().map(|PersonId(id)| id).collect();
    let mut gone: BTreeMap<&str, u64> = BTreeMap::new();
    for (table, rows) in
        held::of_people(&mut *db, &everybody).await?.into_iter().chain(held::of_accounts(&mut *db, &accounts).await?)
    {
        *gone.entry(table).or_default() += rows;
    }
    gone.retain(|_, rows| *rows > 0);
    erasures::note(&mut *db, running.id, &gone, (&everybody, &accounts)).await?;
    Ok(true)
}
