//! Waiting for rows: the database tells of every change, and only then somebody looks.

use std::panic::Location;

use sqlx::{AssertSqlSafe, PgPool, postgres::PgListener};
use tokio::time::timeout;

use crate::running::PATIENCE;

/// The changes of some tables, from a moment on.
pub struct Changes(PgListener);

impl Changes {
    /// Listens to what changes in these tables from now on.
    pub async fn of(pool: &PgPool, tables: &[&str]) -> Self {
        let tell = "create or replace function tell() returns trigger language plpgsql as
            $$begin perform pg_notify('changes', ''); return null; end$$;";
        let triggers = tables.iter().map(|table| {
            format!(
                "create or replace trigger tell after insert or update or delete on {table}
                 for each row execute function tell();"
            )
        });
        sqlx::raw_sql(AssertSqlSafe(tell.to_owned() + &triggers.collect::<String>())).execute(pool).await.unwrap();
        let mut listener = PgListener::connect_with(pool).await.unwrap();
        listener.listen("changes").await.unwrap();
        Self(listener)
    }

    /// Waits for a change; those that have come together are one. A line that broke counts as well.
    pub async fn next(&mut self) {
        self.0.try_recv().await.unwrap();
        while self.0.next_buffered().is_some() {}
    }
}

/// Looks, and again whenever something has changed in these tables, until there is an answer.
#[track_caller]
pub fn until<'a, T>(
    pool: &'a PgPool,
    tables: &'a [&'a str],
    what: &'a str,
    mut look: impl AsyncFnMut() -> Option<T> + 'a,
) -> impl Future<Output = T> {
    let place = Location::caller();
    async move {
        let mut changes = Changes::of(pool, tables).await;
        let found = timeout(PATIENCE, async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                changes.next().await;
            }
        });
        found.await.unwrap_or_else(|_| panic!("{place}: not in time: {what}"))
    }
}
