//! Fires the timers of conversations that are due in civil time.

use crate::{
    channel::{Inbound, What},
    flow::Alarm,
    store::timers::{self, Name},
    turn::{Error, Parts, Taken, take_each},
};

/// Timers in one transaction.
const BATCH: i64 = 64;
/// A timer whose turn failed waits so many seconds, and the others behind it get theirs.
const PUT_OFF: f64 = 30.0;

/// Fires one batch of due timers. Gives how many turns were taken.
///
/// # Errors
/// When the database fails.
pub async fn fire_due(parts: &Parts) -> sqlx::Result<usize> {
    let mut db = parts.pool.acquire().await?;
    let due = timers::due(&mut db, parts.clock.now(), BATCH).await?;
    drop(db);
    let (names, inbounds): (Vec<Name>, Vec<Inbound>) =
        due.into_iter().filter_map(|name| inbound(&name).map(|inbound| (name, inbound))).unzip();
    if inbounds.is_empty() {
        return Ok(0);
    }
    let taken = take_each(parts, &inbounds).await;
    let failed: Vec<Name> = names.into_iter().zip(&taken).filter_map(|(name, taken)| blamed(name, taken)).collect();
    if !failed.is_empty() {
        timers::put_off(&mut *parts.pool.acquire().await?, &failed, PUT_OFF).await?;
    }
    Ok(taken.iter().filter(|taken| matches!(taken, Ok(Taken::Done))).count())
}

fn inbound(name: &Name) -> Option<Inbound> {
    let alarm: Alarm = serde_json::from_str(&name.alarm)
        .inspect_err(
            |error| tracing::error!(person = %name.person, run = name.run, "a timer is not understood: {error}"),
        )
        .ok()?;
    let wait = u32::try_from(name.wait).ok()?;
    let what = What::Due { person: name.person, run: name.run.clone(), wait, alarm };
    let id = format!("{}:{}:{}:{}", name.person, name.run, name.wait, name.alarm);
    Some(Inbound { source: "timer".to_owned(), id, what })
}

fn blamed(name: Name, taken: &Result<Taken, Error>) -> Option<Name> {
    let error = taken.as_ref().err()?;
    tracing::error!(person = %name.person, run = name.run, "a timer's turn failed and comes again: {error}");
    Some(name)
}
