//! One-time codes for signing in, and the misses that the guessing limit counts.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{AccountId, PersonId};

/// A code as it is kept: by its keyed hash.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// The row.
    pub id: Uuid,
    /// Whose profile it opens.
    pub person: PersonId,
    /// `card` or `link`.
    pub kind: &'static str,
    /// Keyed hash of the code.
    pub hash: [u8; 32],
    /// Civil.
    pub expires_at: DateTime<Utc>,
}

/// A code that somebody named.
#[derive(Clone, Debug)]
pub struct Found {
    /// The row.
    pub id: Uuid,
    /// Whose profile it opens.
    pub person: PersonId,
    /// Civil.
    pub expires_at: DateTime<Utc>,
    /// Civil; a used code opens nothing any more.
    pub used_at: Option<DateTime<Utc>>,
}

/// Keeps new codes.
///
/// # Errors
/// When the database fails, or a hash is there already.
pub async fn put(db: &mut PgConnection, codes: &[NewCode], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into sign_in_code (id, person, kind, hash, made_at, expires_at)
         select id, person, kind, hash, $6, expires_at
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::timestamptz[])
              as n (id, person, kind, hash, expires_at)",
        &codes.iter().map(|c| c.id).collect::<Vec<_>>(),
        &codes.iter().map(|c| c.person.0).collect::<Vec<_>>(),
        &codes.iter().map(|c| c.kind.to_owned()).collect::<Vec<_>>(),
        &codes.iter().map(|c| c.hash.to_vec()).collect::<Vec<_>>(),
        &codes.iter().map(|c| c.expires_at).collect::<Vec<_>>(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Finds a code by its hash and locks it: two who redeem it at once stand in line here.
///
/// # Errors
/// When the database fails.
pub async fn lock(db: &mut PgConnection, hash: &[u8; 32]) -> sqlx::Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        r#"select id, person as "person: PersonId", expires_at, used_at from sign_in_code where hash = $1 for update"#,
        hash.as_slice(),
    )
    .fetch_optional(db)
    .await
}

/// Uses a code up. `false`: somebody else already has.
///
/// # Errors
/// When the database fails.
pub async fn consume(db: &mut PgConnection, id: Uuid, by: AccountId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "update sign_in_code set used_at = $3, used_by = $2 where id = $1 and used_at is null",
        id,
        by.0,
        now,
    );
    Ok(used.execute(db).await?.rows_affected() == 1)
}

/// Ends the open codes of one kind of these people: a new one takes their place.
///
/// # Errors
/// When the database fails.
pub async fn void(db: &mut PgConnection, people: &[PersonId], kind: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update sign_in_code set expires_at = $3
         where person = any($1) and kind = $2 and used_at is null and expires_at > $3",
        &people.iter().map(|p| p.0).collect::<Vec<_>>(),
        kind,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When this person's codes of one kind were made, since a moment, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn made_since(
    db: &mut PgConnection,
    person: PersonId,
    kind: &str,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select made_at from sign_in_code where person = $1 and kind = $2 and made_at > $3 order by made_at",
        person.0,
        kind,
        since,
    )
    .fetch_all(db)
    .await
}

/// Which of these people have neither signed in nor an open card code: those who need a card.
///
/// # Errors
/// When the database fails.
pub async fn lacking(db: &mut PgConnection, people: &[PersonId], now: DateTime<Utc>) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"select p.id as "id: PersonId" from person p
           where p.id = any($1) and p.signed_in_at is null and not exists (
             select from sign_in_code c
             where c.person = p.id and c.kind = 'card' and c.used_at is null and c.expires_at > $2)
           order by p.id"#,
        &people.iter().map(|p| p.0).collect::<Vec<_>>(),
        now,
    )
    .fetch_all(db)
    .await
}

/// Which of these codes are still good.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &mut PgConnection, hashes: &[[u8; 32]], now: DateTime<Utc>) -> sqlx::Result<Vec<Vec<u8>>> {
    sqlx::query_scalar!(
        "select hash from sign_in_code where hash = any($1) and used_at is null and expires_at > $2",
        &hashes.iter().map(|h| h.to_vec()).collect::<Vec<_>>(),
        now,
    )
    .fetch_all(db)
    .await
}

/// Lets those of these codes that ran out unused live on.
///
/// # Errors
/// When the database fails.
pub async fn renew(
    db: &mut PgConnection,
    hashes: &[[u8; 32]],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update sign_in_code set expires_at = $3 where hash = any($1) and used_at is null and expires_at <= $2",
        &hashes.iter().map(|h| h.to_vec()).collect::<Vec<_>>(),
        now,
        until,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Counts a code that did not sign anybody in.
///
/// # Errors
/// When the database fails.
pub async fn miss(db: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("insert into sign_in_miss (account, at) values ($1, $2)", account.0, now).execute(db).await?;
    Ok(())
}

/// This account's misses since a moment, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn misses(
    db: &mut PgConnection,
    account: AccountId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!("select at from sign_in_miss where account = $1 and at > $2 order by at", account.0, since)
        .fetch_all(db)
        .await
}

/// The misses of all accounts together since a moment.
///
/// # Errors
/// When the database fails.
pub async fn misses_of_all(db: &mut PgConnection, since: DateTime<Utc>) -> sqlx::Result<i64> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from sign_in_miss where at > $1"#, since);
    count.fetch_one(db).await
}

/// Forgets misses that no limit counts any more.
///
/// # Errors
/// When the database fails.
pub async fn purge_misses(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    Ok(sqlx::query!("delete from sign_in_miss where at < $1", before).execute(db).await?.rows_affected())
}
