//! Brings signals to the conversations that wait for them.

use sqlx::PgPool;

use crate::{
    channel::{Inbound, What},
    clock::Clock,
    store::signals,
    turn::{Parts, Taken, take_each},
};

/// Signals in one transaction.
const BATCH: i64 = 64;
/// A signal whose turn failed waits so many seconds, and the others behind it get theirs.
const PUT_OFF: f64 = 30.0;

/// Brings one batch of signals. Gives how many turns were taken.
///
/// # Errors
/// When the database fails.
pub async fn bring_open(parts: &Parts) -> sqlx::Result<usize> {
    let mut db = parts.pool.acquire().await?;
    let open = signals::open(&mut db, parts.clock.now(), BATCH).await?;
    drop(db);
    if open.is_empty() {
        return Ok(0);
    }
    let inbound = |signal: &signals::Signal| Inbound {
        source: "signal".to_owned(),
        id: signal.id.to_string(),
        what: What::Signalled {
            id: signal.id,
            person: signal.person,
            signal: signal.name.clone(),
            about: signal.about.clone(),
            brings: signal.brings.clone(),
        },
    };
    let inbounds: Vec<_> = open.iter().map(inbound).collect();
    let taken = take_each(parts, &inbounds).await;
    let mut failed = Vec::new();
    for (signal, taken) in open.iter().zip(&taken) {
        if let Err(error) = taken {
            tracing::error!(person = %signal.person, signal = signal.name, "a signal's turn failed and comes again: {error}");
            failed.push(signal.id);
        }
    }
    if !failed.is_empty() {
        signals::put_off(&mut *parts.pool.acquire().await?, &failed, PUT_OFF).await?;
    }
    Ok(taken.iter().filter(|taken| matches!(taken, Ok(Taken::Done))).count())
}

/// Forgets the signals that nobody has waited for in time.
///
/// # Errors
/// When the database fails.
pub async fn purge(pool: &PgPool, clock: &Clock) -> sqlx::Result<()> {
    let forgotten = signals::purge(&mut *pool.acquire().await?, clock.now()).await?;
    if forgotten > 0 {
        metrics::counter!("signals_total", "result" => "forgotten").increment(forgotten);
    }
    Ok(())
}
