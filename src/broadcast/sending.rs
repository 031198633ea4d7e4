//! A broadcast on its way: held, filled, sent, paused, called off, done. Every step is one transaction, and whoever comes next
//! goes on where the last one was: a crash or a deploy in the middle is noticed by nobody.
//!
//! `held` → `filling` → `sending` ⇄ `paused` → `done`, or `cancelling` → `cancelled`. Lanes send only what they have released,
//! and they release only of what is being sent; so whatever is written here holds within a second.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{progress, reply};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::BroadcastId,
    message::Args,
    store::{
        casts::{self, Cast, Counts, To},
        deliveries::Body,
    },
    territory::DEFAULT_ZONE,
};

/// Operational seconds between two changes of the message that tells how it goes, while nothing happens but that it goes on.
pub const QUIET: f64 = 5.0;
/// Messages called off in one transaction.
const DROPPED: i64 = 10_000;
/// So many failures that are nobody's own doing stop a broadcast …
const FAILURES: i64 = 20;
/// … if they are at least so large a part of what was tried.
const FAILING: f64 = 0.2;

/// Does what is to be done about one broadcast now. `true`: it is another one than before, there may be more to do.
///
/// # Errors
/// When the database fails.
pub async fn advance(db: &mut PgConnection, id: BroadcastId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let Some(mut cast) = casts::take(&mut *db, id, None).await? else { return Ok(false) };
    let to = match cast.state.as_str() {
        "held" if cast.starts_at > now => return Ok(false),
        "held" | "sending" if !cast.allowed => Some(To::Paused("role")),
        "held" => Some(To::Filling),
        "filling" => {
            let rows = casts::fill(&mut *db, &cast, DEFAULT_ZONE.name()).await?;
            metrics::counter!("broadcast_deliveries_total").increment(rows);
            (cast.filled + 1 >= cast.slices).then_some(To::Sending)
        }
        "cancelling" => {
            let dropped = casts::drop_some(&mut *db, id, DROPPED).await?;
            let over = dropped == 0 && casts::counts(&mut *db, id, now).await?.is_over();
            if !over {
                return Ok(dropped > 0);
            }
            Some(To::Cancelled)
        }
        "sending" => return send(db, &cast, now).await,
        _ => return Ok(false),
    };
    if let Some(to) = to {
        become_of(&mut *db, &mut cast, to, now).await?;
        if !matches!(to, To::Filling) {
            let counts = casts::counts(&mut *db, id, now).await?;
            tell(db, &cast, &counts, now).await?;
        }
    }
    Ok(true)
}

/// Looks after one that is being sent: stopped where too much of it fails, done where nothing is left, else its author sees how
/// far it is.
async fn send(db: &mut PgConnection, cast: &Cast, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let mut cast = cast.clone();
    let counts = casts::counts(&mut *db, cast.id, now).await?;
    let to = if counts.is_over() {
        Some(To::Done)
    } else if fails(&counts, cast.forgiven) {
        Some(To::Paused("errors"))
    } else {
        None
    };
    if let Some(to) = to {
        become_of(&mut *db, &mut cast, to, now).await?;
    } else if cast.told.is_some_and(|told| told < QUIET) {
        return Ok(false);
    }
    tell(db, &cast, &counts, now).await?;
    Ok(to.is_some())
}

fn fails(counts: &Counts, forgiven: i64) -> bool {
    let failures = counts.failed - forgiven;
    failures >= FAILURES && failures as f64 >= FAILING * (counts.sent + counts.failed - forgiven) as f64
}

async fn become_of(db: &mut PgConnection, cast: &mut Cast, to: To, now: DateTime<Utc>) -> sqlx::Result<()> {
    casts::turn(db, cast.id, to, now).await?;
    let before = std::mem::replace(&mut cast.state, to.name().to_owned());
    cast.why = if let To::Paused(why) = to { Some(why.to_owned()) } else { None };
    tracing::info!(broadcast.id = %cast.id, from = before, to = cast.state, why = cast.why, "a broadcast moves on");
    metrics::counter!("broadcasts_total", "state" => to.name()).increment(1);
    Ok(())
}

/// What its author did not ask for comes as a message of its own.
async fn tell(db: &mut PgConnection, cast: &Cast, counts: &Counts, now: DateTime<Utc>) -> sqlx::Result<()> {
    let said = progress::standing(cast, counts);
    match cast.why.as_deref() {
        Some("errors" | "role") => casts::announce(db, cast.id, None, &Body::Send(said), now).await,
        _ => casts::tell(db, cast.id, &Body::Edit(said), now).await,
    }
}

/// The author's own, of those that were let go.
async fn own(args: &Args, acting: &mut Acting<'_>) -> Result<Option<Cast>, Error> {
    let id = BroadcastId(Uuid::try_parse(text(args, "cast")?).unwrap_or_default());
    Ok(casts::take(acting.db, id, Some(acting.person)).await?)
}

async fn moved(acting: &mut Acting<'_>, cast: &mut Cast, to: To) -> Result<Counts, Error> {
    become_of(acting.db, cast, to, acting.now).await?;
    let counts = casts::counts(acting.db, cast.id, acting.now).await?;
    tell(acting.db, cast, &counts, acting.now).await?;
    Ok(counts)
}

/// `broadcast.pause`: nothing more goes out until its author says so.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn pause(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(mut cast) = own(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    if cast.state == "paused" {
        return Ok(Reply::plain("ok").into());
    }
    if !matches!(cast.state.as_str(), "filling" | "sending") {
        return Ok(Reply::plain("over").into());
    }
    moved(acting, &mut cast, To::Paused("author")).await?;
    Ok(Reply::plain("ok").into())
}

/// `broadcast.resume`: goes on where it was paused.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn resume(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(mut cast) = own(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    match cast.state.as_str() {
        "paused" if !cast.allowed => return Ok(Reply::plain("stranger").into()),
        "paused" => {}
        "filling" | "sending" => return Ok(Reply::plain("ok").into()),
        _ => return Ok(Reply::plain("over").into()),
    }
    let to = if cast.filled < cast.slices { To::Filling } else { To::Sending };
    let counts = moved(acting, &mut cast, to).await?;
    casts::forgive(acting.db, cast.id, counts.failed).await?;
    Ok(Reply::plain("ok").into())
}

/// `broadcast.cancel`: what has not gone out will not.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn cancel(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(mut cast) = own(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    match cast.state.as_str() {
        "held" => {
            moved(acting, &mut cast, To::Cancelled).await?;
            Ok(Reply::plain("undone").into())
        }
        "filling" | "sending" | "paused" => {
            let counts = moved(acting, &mut cast, To::Cancelling).await?;
            Ok(reply("ok", [("sent", counts.sent.into())]))
        }
        _ => Ok(Reply::plain("over").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_failures_stop_it_and_few_or_forgiven_ones_do_not() {
        let counts = |sent, failed| Counts { sent, failed, ..Counts::default() };
        assert!(fails(&counts(80, 20), 0));
        assert!(!fails(&counts(81, 20), 0), "less than a fifth");
        assert!(!fails(&counts(0, 19), 0), "few");
        assert!(!fails(&counts(80, 39), 20), "its author has gone on after those");
        assert!(fails(&counts(80, 40), 20));
    }
}
