//! Texts of consents and what people did about them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{AccountId, PersonId};

/// A text to be kept as it is.
#[derive(Clone, Debug)]
pub struct Text<'t> {
    /// What it asks for.
    pub purpose: &'t str,
    /// Whom it addresses.
    pub audience: &'t str,
    /// Its language.
    pub locale: &'t str,
    /// Markdown.
    pub body: &'t str,
    /// Of the body.
    pub sha256: [u8; 32],
}

/// Keeps a text unless it is the newest version already, and gives its row.
///
/// # Errors
/// When the database fails.
pub async fn keep_text(
    db: &mut PgConnection,
    text: &Text<'_>,
    id: impl Fn(i32) -> Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let newest = sqlx::query!(
        "select id, version, sha256 from consent_text where purpose = $1 and audience = $2 and locale = $3
         order by version desc limit 1",
        text.purpose,
        text.audience,
        text.locale,
    );
    let newest = newest.fetch_optional(&mut *db).await?;
    if let Some(kept) = newest.as_ref().filter(|kept| kept.sha256 == text.sha256) {
        return Ok(kept.id);
    }
    let version = newest.map_or(1, |kept| kept.version + 1);
    // Two processes that start together put the same row in.
    sqlx::query!(
        "insert into consent_text (id, purpose, audience, version, locale, body, sha256, valid_from)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        id(version),
        text.purpose,
        text.audience,
        version,
        text.locale,
        text.body,
        text.sha256.as_slice(),
        now,
    )
    .execute(db)
    .await?;
    Ok(id(version))
}

/// Something that somebody did about a consent.
#[derive(Clone, Debug)]
pub struct Act<'a> {
    /// Its id.
    pub id: Uuid,
    /// Whose data it is about.
    pub person: PersonId,
    /// `2026-2027`
    pub season: &'a str,
    /// What it is for.
    pub purpose: &'a str,
    /// `given`, `refused`, `withdrawn`.
    pub act: &'a str,
    /// `pupil`, `parent`, `paper`, `adult`.
    pub method: &'a str,
    /// Who.
    pub giver: Option<PersonId>,
    /// By which account.
    pub account: Option<AccountId>,
    /// What was read.
    pub text: Option<Uuid>,
    /// The scan.
    pub document: Option<Uuid>,
    /// Who looked at it.
    pub checked_by: Option<PersonId>,
}

/// Writes an act down.
///
/// # Errors
/// When the database fails.
pub async fn append(db: &mut PgConnection, act: &Act<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into consent (id, person, season, purpose, act, method, giver, account, text, document, checked_by, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        act.id,
        act.person.0,
        act.season,
        act.purpose,
        act.act,
        act.method,
        act.giver.map(|giver| giver.0),
        act.account.map(|account| account.0),
        act.text,
        act.document,
        act.checked_by.map(|by| by.0),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Locks a person, so that what two do about one consent comes one after the other.
///
/// # Errors
/// When the database fails.
pub async fn lock(db: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    sqlx::query!("select id from person where id = $1 for update", person.0).fetch_optional(db).await.map(drop)
}

/// The newest act of a purpose.
#[derive(Clone, Debug)]
pub struct Now {
    /// What it is for.
    pub purpose: String,
    /// `given`, `refused`, `withdrawn`.
    pub act: String,
    /// `pupil`, `parent`, `paper`, `adult`.
    pub method: String,
    /// Who.
    pub giver: Option<PersonId>,
    /// The scan.
    pub document: Option<Uuid>,
    /// Civil.
    pub at: DateTime<Utc>,
}

/// What counts of a person's consents in a season.
///
/// # Errors
/// When the database fails.
pub async fn now_of(db: &mut PgConnection, person: PersonId, season: &str) -> sqlx::Result<Vec<Now>> {
    sqlx::query_as!(
        Now,
        r#"select distinct on (purpose) purpose, act, method, giver as "giver: PersonId", document, at from consent
           where person = $1 and season = $2 order by purpose, seq desc"#,
        person.0,
        season,
    )
    .fetch_all(db)
    .await
}

/// What the state of a consent follows from.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Whose.
    pub person: PersonId,
    /// Sealed for `person`, `profile`, the person's id.
    pub profile: Option<Vec<u8>>,
    /// Sealed for `pupil_need`, `sealed`, the person's id.
    pub need: Option<Vec<u8>>,
    /// The newest act about processing.
    pub act: Option<String>,
    /// Its method.
    pub method: Option<String>,
}

/// How these people stand in a season.
///
/// # Errors
/// When the database fails.
pub async fn standings(db: &mut PgConnection, people: &[PersonId], season: &str) -> sqlx::Result<Vec<Standing>> {
    sqlx::query_as!(
        Standing,
        r#"select p.id as "person: PersonId", p.profile, n.sealed as "need?", c.act as "act?", c.method as "method?"
           from person p left join pupil_need n on n.person = p.id
           left join lateral consent_act(p.id, $2, 'processing') c on true
           where p.id = any($1) order by p.id"#,
        &people.iter().map(|person| person.0).collect::<Vec<_>>(),
        season,
    )
    .fetch_all(db)
    .await
}

/// Whether a person took processing back.
///
/// # Errors
/// When the database fails.
pub async fn is_blocked(db: &mut PgConnection, person: PersonId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select is_blocked($1) as "blocked!""#, person.0).fetch_one(db).await
}

/// Those of these people to whom nobody writes first.
///
/// # Errors
/// When the database fails.
pub async fn silenced(db: &mut PgConnection, people: &[PersonId]) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"select person as "person!: PersonId" from unnest($1::uuid[]) person where is_silenced(person)"#,
        &people.iter().map(|person| person.0).collect::<Vec<_>>(),
    )
    .fetch_all(db)
    .await
}

/// Takes everything that a person did about consents, as a part of erasing that person: within the
/// transaction that does. Gives how much.
///
/// # Errors
/// When the database fails.
pub async fn erase(db: &mut PgConnection, person: PersonId) -> sqlx::Result<u64> {
    sqlx::query!("select set_config('provodnik.erasing', 'on', true)").fetch_one(&mut *db).await?;
    let gone = sqlx::query!("delete from consent where person = $1", person.0).execute(&mut *db).await?.rows_affected();
    sqlx::query!("select set_config('provodnik.erasing', '', true)").fetch_one(db).await?;
    Ok(gone)
}
