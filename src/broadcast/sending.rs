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
    message::{Args, Value},
    once::{self, Made},
    store::{
        casts::{self, Cast, Counts, To, Undo},
        deliveries::Body,
    },
    territory::DEFAULT_ZONE,
};

/// The page that shows a ledger.
pub const LEDGER: &str = "ledger";
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
        "filling" => match fill(&mut *db, &cast, now).await? {
            Filled::Waits => return Ok(false),
            Filled::Some => None,
            Filled::All => Some(To::Sending),
        },
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

/// How far the filling is.
enum Filled {
    /// Something is in the air yet.
    Waits,
    /// There is more to fill.
    Some,
    /// All of it.
    All,
}

/// Puts another slice into the outbox.
async fn fill(db: &mut PgConnection, cast: &Cast, now: DateTime<Utc>) -> sqlx::Result<Filled> {
    if cast.again.as_deref() == Some("failed") {
        let parked = casts::repark(db, cast.id, DROPPED).await?;
        return Ok(if parked == 0 { Filled::All } else { Filled::Some });
    }
    let rows = if cast.doing == "send" {
        casts::fill(db, cast, DEFAULT_ZONE.name()).await?
    } else {
        // What was still to come does not, and whatever is in the air lands first.
        if cast.filled == 0 {
            if casts::drop_some(&mut *db, cast.id, DROPPED).await? > 0 {
                return Ok(Filled::Some);
            }
            if casts::is_open(&mut *db, cast.id).await? {
                return Ok(Filled::Waits);
            }
        }
        casts::fill_undo(db, cast, now).await?
    };
    metrics::counter!("broadcast_deliveries_total").increment(rows);
    Ok(if cast.filled + 1 >= cast.slices { Filled::All } else { Filled::Some })
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
            // Sent once more or not, what was sent before is.
            let to = if cast.again.is_some() { To::Done } else { To::Cancelled };
            moved(acting, &mut cast, to).await?;
            Ok(Reply::plain("undone").into())
        }
        "filling" | "sending" | "paused" => {
            let counts = moved(acting, &mut cast, To::Cancelling).await?;
            Ok(reply("ok", [("sent", counts.sent.into())]))
        }
        _ => Ok(Reply::plain("over").into()),
    }
}

/// `broadcast.show`: what may be done about one that was let go.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn show(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(cast) = own(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    if !is_over(&cast) {
        return Ok(Reply::plain("going").into());
    }
    let counts = casts::counts(acting.db, cast.id, acting.now).await?;
    let ledger = casts::ledger_counts(acting.db, cast.id).await?;
    let new = if cast.allowed { casts::newcomers(acting.db, cast.id, DEFAULT_ZONE.name()).await? } else { 0 };
    let undone = if cast.doing == "delete" { counts.sent } else { 0 };
    let values = [
        ("sent", ledger.sent.into()),
        ("lost", ledger.lost.into()),
        ("new", new.into()),
        ("gone", undone.into()),
        ("letter", Value::Letter(cast.id)),
    ];
    Ok(reply("ok", values))
}

/// Nothing of it is on its way.
fn is_over(cast: &Cast) -> bool {
    matches!(cast.state.as_str(), "done" | "cancelled")
}

/// `broadcast.again`: lets one that is over go once more, to those to whom it failed or to those who came since.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn again(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let whom = match text(args, "whom")? {
        "failed" => "failed",
        "new" => "new",
        _ => return Err(Error::Argument("whom")),
    };
    let Some(cast) = own(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    if !is_over(&cast) {
        return Ok(Reply::plain("going").into());
    }
    if !cast.allowed {
        return Ok(Reply::plain("stranger").into());
    }
    let many = if cast.doing != "send" {
        // What was recalled is not sent again.
        0
    } else if whom == "failed" {
        casts::ledger_counts(acting.db, cast.id).await?.lost
    } else {
        casts::newcomers(acting.db, cast.id, DEFAULT_ZONE.name()).await?
    };
    if many == 0 {
        return Ok(Reply::plain("nobody").into());
    }
    casts::again(acting.db, cast.id, whom, acting.now + super::HOLD).await?;
    let said = progress::again(cast.id, whom, many);
    casts::announce(acting.db, cast.id, acting.account, &said, acting.now).await?;
    Ok(reply("ok", [("many", many.into())]))
}

/// `broadcast.recall`: takes away what was sent, or puts the text of a draft in its place.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn recall(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let draft = text(args, "draft")?;
    let Some(mut cast) = own(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    if !is_over(&cast) {
        return Ok(Reply::plain("going").into());
    }
    if !cast.allowed {
        return Ok(Reply::plain("stranger").into());
    }
    let sent = casts::ledger_counts(acting.db, cast.id).await?.sent;
    if sent == 0 || cast.doing == "delete" {
        return Ok(Reply::plain("nobody").into());
    }
    let undo = if draft.is_empty() {
        Undo::Delete
    } else {
        Undo::Correct(BroadcastId(Uuid::try_parse(draft).unwrap_or_default()))
    };
    if !casts::undo(acting.db, &cast, undo, acting.now).await? {
        return Ok(Reply::plain("gone").into());
    }
    become_of(acting.db, &mut cast, To::Filling, acting.now).await?;
    cast.doing = if draft.is_empty() { "delete" } else { "edit" }.to_owned();
    let said = progress::standing(&cast, &Counts { left: sent, ..Counts::default() });
    casts::announce(acting.db, cast.id, acting.account, &Body::Send(said), acting.now).await?;
    Ok(reply("ok", [("sent", sent.into())]))
}

/// `broadcast.ledger`: a page with who got it, and who did not and why.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn ledger(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(cast) = own(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    Ok(match once::make(acting, LEDGER, &serde_json::json!({"cast": cast.id})).await? {
        Made::Link(id) => {
            let minutes = once::LINK_LIVES.num_minutes();
            reply("ok", [("page", Value::Page(id)), ("minutes", minutes.into())])
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", [("until", Value::Moment(until))]),
    })
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
