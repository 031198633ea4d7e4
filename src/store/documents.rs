//! Scans of signed papers: what is known of each, and which objects belong to none. Each query asks for the classes of its reader.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::ids::{ClassId, DocumentId, PersonId, SchoolId};

/// A scan to be kept.
#[derive(Clone, Debug)]
pub struct NewDocument<'d> {
    /// The row.
    pub id: DocumentId,
    /// The pupil.
    pub person: PersonId,
    /// `2026-2027`
    pub season: &'d str,
    /// Who brought it.
    pub uploaded_by: PersonId,
    /// What stands on the paper.
    pub signed_on: NaiveDate,
    /// `pdf`, `jpeg`, `doc`, `docx`, `zip`.
    pub kind: &'d str,
    /// Bytes that are kept, before they are encrypted.
    pub size: i32,
    /// Of what was received.
    pub sha256: [u8; 32],
    /// Sealed for `document`, `key`, the row's id.
    pub key: &'d [u8],
    /// The object.
    pub object: &'d str,
}

/// Keeps a scan; its object is loose no longer.
///
/// # Errors
/// When the database fails, or the pupil has one already.
pub async fn put(db: &mut PgConnection, new: &NewDocument<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into document (id, person, season, uploaded_by, at, signed_on, kind, size, sha256, key, object)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        new.id.0,
        new.person.0,
        new.season,
        new.uploaded_by.0,
        now,
        new.signed_on,
        new.kind,
        new.size,
        new.sha256.as_slice(),
        new.key,
        new.object,
    )
    .execute(&mut *db)
    .await?;
    tidied(db, new.object).await
}

/// A scan as lists show it.
#[derive(Clone, Debug)]
pub struct Document {
    /// The row.
    pub id: DocumentId,
    /// The pupil.
    pub person: PersonId,
    /// Civil.
    pub at: DateTime<Utc>,
    /// What stands on the paper.
    pub signed_on: NaiveDate,
    /// `pdf`, `jpeg`, `doc`, `docx`, `zip`.
    pub kind: String,
    /// Bytes.
    pub size: i32,
}

/// The scans of the pupils of a class or a school, as far as somebody sees these.
///
/// # Errors
/// When the database fails.
pub async fn of(
    db: &mut PgConnection,
    reader: PersonId,
    (class, school): (Option<ClassId>, Option<SchoolId>),
    season: &str,
) -> sqlx::Result<Vec<Document>> {
    sqlx::query_as!(
        Document,
        r#"select distinct d.id as "id!: DocumentId", d.person as "person!: PersonId", d.at as "at!", d.signed_on as "signed_on!",
                  d.kind as "kind!", d.size as "size!"
           from classes_seen($1) seen join class c on c.id = seen.class
           join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
           join document d on d.person = r.person and d.season = $4
           where c.id = $2 or c.school = $3"#,
        reader.0,
        class.map(|c| c.0),
        school.map(|s| s.0),
        season,
    )
    .fetch_all(db)
    .await
}

/// What opens a scan.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The row.
    pub id: DocumentId,
    /// The pupil.
    pub person: PersonId,
    /// `pdf`, `jpeg`, `doc`, `docx`, `zip`.
    pub kind: String,
    /// Sealed for `document`, `key`, the row's id.
    pub key: Vec<u8>,
    /// The object.
    pub object: String,
}

/// A pupil's scan of a season, if somebody sees the pupil's class.
///
/// # Errors
/// When the database fails.
pub async fn opening(db: &mut PgConnection, reader: PersonId, id: DocumentId) -> sqlx::Result<Option<Opening>> {
    sqlx::query_as!(
        Opening,
        r#"select d.id as "id: DocumentId", d.person as "person: PersonId", d.kind, d.key, d.object from document d
           where d.id = $2 and exists (
             select from role r join classes_seen($1) seen on seen.class = r.class
             where r.person = d.person and r.role = 'pupil' and r.revoked_at is null)"#,
        reader.0,
        id.0,
    )
    .fetch_optional(db)
    .await
}

/// Whether somebody sees the class of this pupil; holds the pupil until the end of the transaction, so that two who bring a paper
/// for one stand in line here.
///
/// # Errors
/// When the database fails.
pub async fn hold(db: &mut PgConnection, reader: PersonId, pupil: PersonId) -> sqlx::Result<bool> {
    let held = sqlx::query!(
        "select p.id from person p where p.id = $2 and exists (
           select from role r join classes_seen($1) seen on seen.class = r.class
           where r.person = p.id and r.role = 'pupil' and r.revoked_at is null) for no key update",
        reader.0,
        pupil.0,
    );
    Ok(held.fetch_optional(db).await?.is_some())
}

/// Takes a pupil's scan of a season away, if there is one; its object becomes a loose one.
///
/// # Errors
/// When the database fails.
pub async fn take(
    db: &mut PgConnection,
    pupil: PersonId,
    season: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(DocumentId, String)>> {
    let gone = sqlx::query!(
        r#"delete from document where person = $1 and season = $2 returning id as "id: DocumentId", object"#,
        pupil.0,
        season,
    );
    let Some(gone) = gone.fetch_optional(&mut *db).await? else { return Ok(None) };
    loose(db, &gone.object, now).await?;
    Ok(Some((gone.id, gone.object)))
}

/// Takes all scans of a person away; their objects become loose ones.
///
/// # Errors
/// When the database fails.
pub async fn erase(db: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "with gone as (delete from document where person = $1 returning object)
         insert into loose_object (name, since) select object, $2 from gone returning name",
        person.0,
        now,
    )
    .fetch_all(db)
    .await
}

/// Whether a pupil has a scan in this season.
///
/// # Errors
/// When the database fails.
pub async fn is_there(db: &mut PgConnection, pupil: PersonId, season: &str) -> sqlx::Result<bool> {
    let there = sqlx::query_scalar!(
        r#"select exists (select from document where person = $1 and season = $2) as "there!""#,
        pupil.0,
        season,
    );
    there.fetch_one(db).await
}

/// Notes an object that no document has, before it is there or after it should be gone.
///
/// # Errors
/// When the database fails.
pub async fn loose(db: &mut PgConnection, name: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("insert into loose_object (name, since) values ($1, $2) on conflict do nothing", name, now)
        .execute(db)
        .await?;
    Ok(())
}

/// Loose objects since before a moment.
///
/// # Errors
/// When the database fails.
pub async fn loose_since(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("select name from loose_object where since < $1 order by since limit 1000", before)
        .fetch_all(db)
        .await
}

/// Forgets a loose object: it is gone, or a document's.
///
/// # Errors
/// When the database fails.
pub async fn tidied(db: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    sqlx::query!("delete from loose_object where name = $1", name).execute(db).await?;
    Ok(())
}

/// What the region of a class or a school is called, as far as somebody sees these.
///
/// # Errors
/// When the database fails.
pub async fn region(
    db: &mut PgConnection,
    reader: PersonId,
    (class, school): (Option<ClassId>, Option<SchoolId>),
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select t.name from classes_seen($1) seen join class c on c.id = seen.class join school s on s.id = c.school
         cross join lateral territories_above(s.territory) a join territory t on t.id = a.territory
         where (c.id = $2 or c.school = $3) and t.kind = 'region' limit 1",
        reader.0,
        class.map(|c| c.0),
        school.map(|s| s.0),
    )
    .fetch_optional(db)
    .await
}
