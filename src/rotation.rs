//! Sealing everything anew under the newest key, so that an older one can be given up.
//!
//! Rows go by batches, each in a transaction of its own: whoever breaks it off loses nothing and begins again where it is needed.
//! What a turn holds just now is left out and comes with the next round.

use sqlx::{Connection, PgConnection};

use crate::{
    seal::{self, Place, Vault},
    store::sealed::{self, Column, Resealed},
};

/// Rows of one transaction.
const BATCH: i64 = 500;
/// Rounds over a column whose rows others hold; more are left to the next time.
const ROUNDS: usize = 10;
/// Before the first row.
const BEGINNING: &str = "(0,0)";

/// Why it goes no further.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// A value does not open with the keys that there are.
    #[error("{}.{}: {}", .0.table, .0.column, .1)]
    Seal(Column, seal::Error),
}

/// Seals the values of a column anew; gives how many.
///
/// # Errors
/// When the database fails or a value does not open. What was sealed anew before stays so.
pub async fn column(db: &mut PgConnection, vault: &Vault, of: Column) -> Result<u64, Error> {
    let mut all = 0;
    for _ in 0..ROUNDS {
        let done = round(db, vault, of).await?;
        all += done;
        if done == 0 {
            break;
        }
    }
    Ok(all)
}

async fn round(db: &mut PgConnection, vault: &Vault, of: Column) -> Result<u64, Error> {
    let newest = i32::from(vault.newest());
    let (mut behind, mut all) = (BEGINNING.to_owned(), 0);
    loop {
        let mut tx = db.begin().await?;
        let found = sealed::find(&mut tx, of, (newest, &behind), BATCH).await?;
        let Some(last) = found.last() else { return Ok(all) };
        behind.clone_from(&last.at);
        let mut anew = Vec::with_capacity(found.len());
        for value in &found {
            let place = Place { table: of.table, column: of.column, row: &value.row };
            let plain = zeroize::Zeroizing::new(vault.open(place, &value.value).map_err(|why| Error::Seal(of, why))?);
            anew.push(Resealed { at: value.at.clone(), value: vault.seal(place, &plain) });
        }
        sealed::put(&mut tx, of, &anew).await?;
        tx.commit().await?;
        all += anew.len() as u64;
    }
}
