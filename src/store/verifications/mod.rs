//! Verifications, their calls, the codes that were typed, and the journal of all that.
//!
//! Windows are computed from these rows and from nothing else.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{AccountId, ChallengeId, LaneId, PersonId, VerificationId};

mod challenges;
mod replies;
mod windows;

pub use challenges::*;
pub use replies::*;
pub use windows::*;

/// Holds off everybody else who works with one of these keys, until the transaction ends.
pub async fn lock(db: &mut PgConnection, keys: &[&[u8]]) -> sqlx::Result<()> {
    let mut keys: Vec<i64> = keys.iter().filter_map(|k| k.first_chunk()).map(|k| i64::from_be_bytes(*k)).collect();
    keys.sort_unstable();
    for key in keys {
        sqlx::query!("select pg_advisory_xact_lock($1)", key).execute(&mut *db).await?;
    }
    Ok(())
}

/// A verification to be opened.
#[derive(Clone, Debug)]
pub struct NewVerification<'n> {
    /// Its id, should it be new.
    pub id: VerificationId,
    /// Whose.
    pub person: PersonId,
    /// By whom.
    pub speaker: Uuid,
    /// The sealed phone; place: `verification`, `phone`, id.
    pub phone: Vec<u8>,
    /// Its blind index.
    pub phone_index: &'n [u8],
    /// Whose phone it is to the person.
    pub relation: &'n str,
}

/// The open verification of this phone, or a new one; one of another number is dropped.
pub async fn open(
    db: &mut PgConnection,
    new: &NewVerification<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<VerificationId> {
    sqlx::query!(
        "update verification set state = 'dropped', closed_at = $4
         where person = $1 and speaker = $2 and state = 'open' and phone_index <> $3",
        new.person.0,
        new.speaker,
        new.phone_index,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query_scalar!(
        r#"insert into verification (id, person, speaker, phone, phone_index, relation, state, opened_at)
           values ($1, $2, $3, $4, $5, $6, 'open', $7)
           on conflict (person, speaker) where state = 'open' do update set relation = excluded.relation
           returning id as "id: VerificationId""#,
        new.id.0,
        new.person.0,
        new.speaker,
        new.phone,
        new.phone_index,
        new.relation,
        now,
    )
    .fetch_one(db)
    .await
}

/// A person's proved phone.
#[derive(Clone, Debug)]
pub struct Verified {
    /// By which verification.
    pub id: VerificationId,
    /// The phone's blind index.
    pub phone_index: Vec<u8>,
    /// Whose phone it is to the person.
    pub relation: String,
}

/// A person's proved phone, if there is one.
pub async fn verified(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<Verified>> {
    sqlx::query_as!(
        Verified,
        r#"select id as "id: VerificationId", phone_index, relation from verification
           where person = $1 and state = 'verified'"#,
        person.0,
    )
    .fetch_optional(db)
    .await
}

/// When a person's number changed since then, the latest first.
pub async fn changes(
    db: &mut PgConnection,
    person: PersonId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"select closed_at as "at!" from verification
           where person = $1 and state = 'voided' and closed_at > $2 order by closed_at desc"#,
        person.0,
        since,
    )
    .fetch_all(db)
    .await
}

/// When a person signed in; `None`: not yet, or no such person.
pub async fn signed_in_at(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<DateTime<Utc>>> {
    let found = sqlx::query_scalar!("select signed_in_at from person where id = $1", person.0);
    Ok(found.fetch_optional(db).await?.flatten())
}

/// Lets nobody else change what is proved of a person, until the transaction ends.
pub async fn lock_person(db: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    sqlx::query!("select id from person where id = $1 for no key update", person.0).fetch_optional(db).await?;
    Ok(())
}

/// How many people have this phone proved, but for one.
pub async fn pupils_at(db: &mut PgConnection, phone_index: &[u8], but: PersonId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from verification
           where phone_index = $1 and state = 'verified' and person <> $2"#,
        phone_index,
        but.0,
    )
    .fetch_one(db)
    .await
}

/// Makes an open verification the person's own and voids the one before. Gives the voided one.
pub async fn accept(
    db: &mut PgConnection,
    id: VerificationId,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<VerificationId>> {
    let voided = sqlx::query_scalar!(
        r#"update verification set state = 'voided', closed_at = $2 where person = $1 and state = 'verified'
           returning id as "id: VerificationId""#,
        person.0,
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query!("update verification set state = 'verified', verified_at = $2 where id = $1", id.0, now)
        .execute(db)
        .await?;
    Ok(voided)
}

/// Gives a verification up.
pub async fn drop(db: &mut PgConnection, id: VerificationId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update verification set state = 'dropped', closed_at = $2 where id = $1", id.0, now)
        .execute(db)
        .await?;
    Ok(())
}

/// A chat of a person.
#[derive(Clone, Debug)]
pub struct Chat {
    /// Of which account.
    pub account: AccountId,
    /// Through which bot.
    pub lane: LaneId,
    /// Where.
    pub chat: String,
}

/// The chats of a person's other accounts that may be written to.
pub async fn other_chats(db: &mut PgConnection, person: PersonId, but: Option<AccountId>) -> sqlx::Result<Vec<Chat>> {
    sqlx::query_as!(
        Chat,
        r#"select a.id as "account: AccountId", a.lane as "lane: LaneId", a.chat
           from account_person ap join account a on a.id = ap.account
           where ap.person = $1 and a.id is distinct from $2 and a.reachable and not ap.opted_out order by a.id"#,
        person.0,
        but.map(|a| a.0),
    )
    .fetch_all(db)
    .await
}

/// Something that happened, for the journal: ids only.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// A word of ours.
    pub what: &'static str,
    /// Whose.
    pub person: PersonId,
    /// By which account.
    pub account: Option<AccountId>,
    /// In which verification.
    pub verification: Option<VerificationId>,
    /// At which call.
    pub challenge: Option<ChallengeId>,
}

/// Adds to the journal.
pub async fn note(db: &mut PgConnection, event: &Event, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into verification_event (happened_at, what, person, account, verification, challenge)
         values ($1, $2, $3, $4, $5, $6)",
        now,
        event.what,
        event.person.0,
        event.account.map(|a| a.0),
        event.verification.map(|v| v.0),
        event.challenge.map(|c| c.0),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The sealed phones of these verifications; place: `verification`, `phone`, id.
pub async fn phones(db: &mut PgConnection, ids: &[VerificationId]) -> sqlx::Result<Vec<(VerificationId, Vec<u8>)>> {
    let rows = sqlx::query!(
        r#"select id as "id: VerificationId", phone from verification where id = any($1)"#,
        &ids.iter().map(|id| id.0).collect::<Vec<_>>(),
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.phone)).collect())
}

/// Forgets calls, tries, answers and numbers that are nobody's any more, all of before `until`. What is proved or being
/// proved stays. Gives how many rows went.
pub async fn purge(db: &mut PgConnection, until: DateTime<Utc>) -> sqlx::Result<u64> {
    let replies = sqlx::query!("delete from verification_reply where made_at < $1", until);
    let mut gone = replies.execute(&mut *db).await?.rows_affected();
    let tries = sqlx::query!(
        "delete from code_try t where tried_at < $1 and not exists (select from verification_reply r where r.try = t.id)",
        until,
    );
    gone += tries.execute(&mut *db).await?.rows_affected();
    let calls = sqlx::query!(
        "delete from challenge c where asked_at < $1 and not exists (select from code_try t where t.challenge = c.id)",
        until,
    );
    gone += calls.execute(&mut *db).await?.rows_affected();
    let numbers = sqlx::query!(
        "delete from verification v where state in ('voided', 'dropped') and closed_at < $1
         and not exists (select from challenge c where c.verification = v.id)",
        until,
    );
    gone += numbers.execute(&mut *db).await?.rows_affected();
    let prefixes = sqlx::query!("delete from closed_prefix where until < $1", until);
    Ok(gone + prefixes.execute(db).await?.rows_affected())
}
