//! SQL and nothing else: free functions on a connection, one file per family of tables.
//!
//! The caller owns the transaction. Batches go in as slices and travel as arrays (`unnest`). Civil moments come as
//! arguments; leases, retries and pauses are counted by the database's own `clock_timestamp()`.

pub mod accounts;
pub mod answers;
pub mod birthdays;
pub mod broadcasts;
pub mod calls;
pub mod casts;
pub mod chats;
pub mod civil_clock;
pub mod classes;
pub mod codes;
pub mod consents;
pub mod conversations;
pub mod deliveries;
pub mod demo;
pub mod digests;
pub mod documents;
pub mod erasures;
pub mod events;
pub mod faces;
pub mod feedback;
pub mod flow_versions;
pub mod groups;
pub mod guardians;
pub mod held;
pub mod inbox;
pub mod invitations;
pub mod journal;
pub mod lanes;
pub mod lapses;
pub mod manual_requests;
pub mod needs;
pub mod notices;
pub mod once;
pub mod own;
pub mod people;
pub mod pictures;
pub mod proposals;
pub mod pupil_groups;
pub mod pupils;
pub mod replicas;
pub mod roles;
pub mod schema;
pub mod sealed;
pub mod season;
pub mod season_turns;
pub mod signals;
pub mod staff_season;
pub mod table_requests;
pub mod territories;
pub mod timers;
pub mod uploads;
pub mod verifications;

use sqlx::{PgPool, Postgres, Transaction};

/// A transaction, begun to its end even if nobody waits for it any more.
///
/// The pool's own `begin`, dropped while the server answers, gives its connection back inside a transaction that nothing
/// ends: what the next one writes over it is lost (sqlx 0.9.0, <https://github.com/transact-rs/sqlx/issues/4393>).
///
/// # Errors
/// When no connection is to be had.
#[expect(clippy::disallowed_methods, reason = "here it can't be dropped")]
pub async fn begin(pool: &PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin().await }).await;
    begun.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// Whether the same statements may succeed later. A value that the schema refuses, or that is not what its column should
/// hold, is refused at any time.
#[must_use]
pub fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        // <https://www.postgresql.org/docs/current/errcodes-appendix.html>: 22 is data exceptions, then not null, check.
        sqlx::Error::Database(refusal) => {
            refusal.code().is_none_or(|code| !code.starts_with("22") && !matches!(code.as_ref(), "23502" | "23514"))
        }
        sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => false,
        _ => true,
    }
}
