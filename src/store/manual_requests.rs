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
