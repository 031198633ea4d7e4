//! Requests to first-line support to verify a phone by hand.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{AccountId, PersonId};

/// The number of a person's open request.
pub async fn open_number(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!("select number from manual_request where person = $1 and state = 'open'", person.0)
        .fetch_optional(db)
        .await
}

/// How many requests a person made since then.
pub async fn count(db: &mut PgConnection, person: PersonId, since: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from manual_request where person = $1 and made_at > $2"#,
        person.0,
        since,
    )
    .fetch_one(db)
    .await
}

/// A request to be made.
#[derive(Clone, Debug)]
pub struct NewRequest<'n> {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub person: PersonId,
    /// By which account.
    pub account: Option<AccountId>,
    /// What the person wrote for a phone, sealed; place: `manual_request`, `phone`, id.
    pub phone: Vec<u8>,
    /// `no_call`, `landline`, `abroad`, `other`.
    pub reason: &'n str,
}

/// Makes a request. Gives its number, or `None` if one is open already.
pub async fn add(db: &mut PgConnection, new: &NewRequest<'_>, now: DateTime<Utc>) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "insert into manual_request (id, person, account, phone, reason, made_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (person) where state = 'open' do nothing returning number",
        new.id,
        new.person.0,
        new.account.map(|a| a.0),
        new.phone,
        new.reason,
        now,
    )
    .fetch_optional(db)
    .await
}

/// A request as first-line support sees it.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its id.
    pub id: Uuid,
    /// What the person was told.
    pub number: i64,
    /// Whose.
    pub person: PersonId,
    /// By which account it was made.
    pub account: Option<AccountId>,
    /// Sealed: what the person wrote for a phone; place: `manual_request`, `phone`, id.
    pub phone: Option<Vec<u8>>,
    /// `no_call`, `landline`, `abroad`, `other`.
    pub reason: String,
    /// Civil.
    pub made_at: DateTime<Utc>,
    /// Who has it in hand.
    pub taken_by: Option<PersonId>,
    /// Who has agreed already, where two must.
    pub approved_by: Option<PersonId>,
}

/// The open requests that somebody may see to, their own in hand first, then by age: those that nobody else has taken since
/// `since`. At most `many`.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    db: &mut PgConnection,
    staff: PersonId,
    since: DateTime<Utc>,
    many: i64,
) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        r#"select id, number, person as "person: PersonId", account as "account: AccountId", phone, reason, made_at,
                  taken_by as "taken_by: PersonId", approved_by as "approved_by: PersonId"
           from manual_request
           where state = 'open' and supported($1, person) and person <> $1
             and (taken_by is null or taken_by = $1 or taken_at <= $2)
           order by (taken_by = $1) desc nulls last, made_at, number limit $3"#,
        staff.0,
        since,
        many,
    )
    .fetch_all(db)
    .await
}

/// How many open requests somebody may see to, whoever has them in hand.
///
/// # Errors
/// When the database fails.
pub async fn many(db: &mut PgConnection, staff: PersonId) -> sqlx::Result<i64> {
    let many = sqlx::query_scalar!(
        r#"select count(*) as "count!" from manual_request where state = 'open' and supported($1, person) and person <> $1"#,
        staff.0
    );
    many.fetch_one(db).await
}

/// One open request that somebody may see to, locked: of two who take it one comes second.
///
/// # Errors
/// When the database fails.
pub async fn lock(db: &mut PgConnection, staff: PersonId, id: Uuid) -> sqlx::Result<Option<Waiting>> {
    sqlx::query_as!(
        Waiting,
        r#"select id, number, person as "person: PersonId", account as "account: AccountId", phone, reason, made_at,
                  taken_by as "taken_by: PersonId", approved_by as "approved_by: PersonId"
           from manual_request
           where id = $2 and state = 'open' and supported($1, person) and person <> $1 for update"#,
        staff.0,
        id,
    )
    .fetch_optional(db)
    .await
}

/// When it was taken, if it is in somebody's hand.
///
/// # Errors
/// When the database fails.
pub async fn taken_at(db: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<DateTime<Utc>>> {
    let at = sqlx::query_scalar!("select taken_at from manual_request where id = $1 and taken_by is not null", id);
    Ok(at.fetch_optional(db).await?.flatten())
}

/// Puts it into somebody's hand.
///
/// # Errors
/// When the database fails.
pub async fn take(db: &mut PgConnection, id: Uuid, by: PersonId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update manual_request set taken_by = $2, taken_at = $3 where id = $1", id, by.0, now)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes that the first of two has agreed, and lets it out of the hand: the other one takes it.
///
/// # Errors
/// When the database fails.
pub async fn approve(db: &mut PgConnection, id: Uuid, by: PersonId) -> sqlx::Result<()> {
    sqlx::query!(
        "update manual_request set approved_by = $2, taken_by = null, taken_at = null where id = $1",
        id,
        by.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Closes it, and forgets what was written for a phone.
///
/// # Errors
/// When the database fails.
pub async fn decide(
    db: &mut PgConnection,
    id: Uuid,
    by: PersonId,
    verdict: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update manual_request set state = case when $3 = 'verified' then 'done' else 'refused' end, verdict = $3,
                decided_by = $2, closed_at = $4, phone = null where id = $1",
        id,
        by.0,
        verdict,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What was written for a phone in these requests, sealed.
///
/// # Errors
/// When the database fails.
pub async fn phones(db: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Option<Vec<u8>>)>> {
    let rows = sqlx::query!("select id, phone from manual_request where id = any($1)", ids).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.phone)).collect())
}
