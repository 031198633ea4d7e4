//! Acts of erasure, as those see them who answer for a territory: what is held, what was done, and taking back what is held.

pub mod lapse;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    acting::{Acted, Acting, Error},
    flow::Reply,
    ids::PersonId,
    message::Value,
    once::{self, Made},
    people::erase,
    seal::Vault,
    store::{erasures, roles},
};

pub use crate::store::erasures::Seen;

/// The page, in links.
pub const PAGE: &str = "erasures";
/// Acts on one page.
pub const ROWS: i64 = 50;

/// `erasures.page`: a page with the acts of the territories that somebody answers for.
///
/// # Errors
/// When the database fails.
pub async fn page(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    if !roles::answers_for_a_territory(acting.db, acting.person).await? {
        return Ok(Reply::plain("stranger").into());
    }
    let reply = |outcome: &str, values: Vec<(&str, Value)>| Reply {
        outcome: outcome.to_owned(),
        values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    };
    Ok(match once::make(acting, PAGE, &serde_json::json!({})).await? {
        Made::Link(id) => {
            let minutes = once::LINK_LIVES.num_minutes();
            reply("ok", vec![("page", Value::Page(id)), ("minutes", minutes.into())]).into()
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", vec![("until", Value::Moment(until))]).into(),
    })
}

/// The acts that a reader sees, the newest first, behind the first `past`.
///
/// # Errors
/// When the database fails.
pub async fn see(db: &mut PgConnection, reader: PersonId, past: i64) -> sqlx::Result<(Vec<Seen>, bool)> {
    let mut acts = erasures::seen(db, reader, None, (past, ROWS + 1)).await?;
    let more = acts.len() as i64 > ROWS;
    acts.truncate(ROWS as usize);
    Ok((acts, more))
}

/// One of them; `None`: out of scope, or not there.
///
/// # Errors
/// When the database fails.
pub async fn one(db: &mut PgConnection, reader: PersonId, act: Uuid) -> sqlx::Result<Option<Seen>> {
    Ok(erasures::seen(db, reader, Some(act), (0, 1)).await?.pop())
}

/// Takes an act back that is held, for everybody in it. `false`: there is none such in scope, or it is too late.
///
/// # Errors
/// When the database fails.
pub async fn take_back(
    db: &mut PgConnection,
    vault: &Vault,
    (staff, act): (PersonId, Uuid),
    now: chrono::DateTime<chrono::Utc>,
) -> sqlx::Result<bool> {
    if one(&mut *db, staff, act).await?.is_none_or(|seen| seen.state != "held") {
        return Ok(false);
    }
    let mut any = false;
    for person in erasures::next(&mut *db, act, i64::MAX).await? {
        any |= erase::restore(&mut *db, vault, (PersonId(person), staff), now).await?;
    }
    Ok(any)
}
