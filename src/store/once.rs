//! Links that open a page once.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use crate::ids::{AccountId, CodeId, PersonId};

/// A link to be kept.
#[derive(Clone, Debug)]
pub struct NewOnce<'n> {
    /// The row; the token is made of it.
    pub id: CodeId,
    /// Keyed hash of the token.
    pub hash: [u8; 32],
    /// What the page is.
    pub page: &'n str,
    /// For whom.
    pub person: PersonId,
    /// By which account it was asked for.
    pub account: Option<AccountId>,
    /// What it is about, ids only.
    pub args: &'n serde_json::Value,
    /// Civil.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a link.
///
/// # Errors
/// When the database fails.
pub async fn put(db: &mut PgConnection, new: &NewOnce<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into once (id, hash, page, person, account, args, made_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id.0,
        new.hash.as_slice(),
        new.page,
        new.person.0,
        new.account.map(|a| a.0),
        new.args,
        now,
        new.expires_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When this person asked for pages, since a moment, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn made_since(
    db: &mut PgConnection,
    person: PersonId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!("select made_at from once where person = $1 and made_at > $2 order by made_at", person.0, since)
        .fetch_all(db)
        .await
}

/// A page that was asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What it is.
    pub page: String,
    /// For whom.
    pub person: PersonId,
    /// By which account it was asked for.
    pub account: Option<AccountId>,
    /// What it is about.
    pub args: Json<serde_json::Value>,
}

/// Whether a link is still good, without using it up: whoever previews a link does no harm.
///
/// # Errors
/// When the database fails.
pub async fn look(db: &mut PgConnection, hash: &[u8; 32], now: DateTime<Utc>) -> sqlx::Result<bool> {
    let good = sqlx::query_scalar!(
        r#"select exists (select from once where hash = $1 and opened_at is null and expires_at > $2) as "good!""#,
        hash.as_slice(),
        now,
    );
    good.fetch_one(db).await
}

/// Uses a link up; `None`: it is used, or over, or never was.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &mut PgConnection, hash: &[u8; 32], now: DateTime<Utc>) -> sqlx::Result<Option<Asked>> {
    sqlx::query_as!(
        Asked,
        r#"update once set opened_at = $2 where hash = $1 and opened_at is null and expires_at > $2
           returning page, person as "person: PersonId", account as "account: AccountId",
                     args as "args: Json<serde_json::Value>""#,
        hash.as_slice(),
        now,
    )
    .fetch_optional(db)
    .await
}

/// Forgets links that are long over.
///
/// # Errors
/// When the database fails.
pub async fn sweep(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    Ok(sqlx::query!("delete from once where expires_at < $1", before).execute(db).await?.rows_affected())
}
