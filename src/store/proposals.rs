//! Proposals of school administrators.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{CodeId, PersonId, RequestId, SchoolId, TerritoryId};

/// Keeps a proposal, sealed for `proposal`, `sealed`, its id.
///
/// # Errors
/// When the database fails.
pub async fn put(
    db: &mut PgConnection,
    (id, school): (Uuid, SchoolId),
    sealed: &[u8],
    asked_by: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into proposal (id, school, sealed, asked_by, made_at) values ($1, $2, $3, $4, $5)",
        id,
        school.0,
        sealed,
        asked_by.0,
        now,
    )
    .execute(db)
    .await
    .map(drop)
}

/// How many proposals came from links of this person since a moment.
///
/// # Errors
/// When the database fails.
pub async fn asked_since(db: &mut PgConnection, person: PersonId, since: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "many!" from proposal where asked_by = $1 and made_at > $2"#,
        person.0,
        since
    )
    .fetch_one(db)
    .await
}

/// A proposal as whoever answers for the school sees it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which.
    pub id: Uuid,
    /// For which school,
    pub school: SchoolId,
    /// and what that is called.
    pub school_name: String,
    /// Sealed.
    pub sealed: Vec<u8>,
    /// Who asked for the link.
    pub asked_by: Option<PersonId>,
    /// Civil.
    pub made_at: DateTime<Utc>,
    /// The invitation that was made of it,
    pub invitation: Option<CodeId>,
    /// and until when it is good, if it still is.
    pub until: Option<DateTime<Utc>>,
}

/// The proposals for schools that somebody answers for as coordinator or operator, at a place: those that wait, and those whose
/// invitation does. The oldest first, locked.
///
/// # Errors
/// When the database fails.
pub async fn open(
    db: &mut PgConnection,
    staff: PersonId,
    (territory, school): (Option<TerritoryId>, Option<SchoolId>),
    many: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select p.id, p.school as "school: SchoolId", s.name as "school_name!", p.sealed as "sealed!",
                  p.asked_by as "asked_by: PersonId", p.made_at, p.invitation as "invitation: CodeId",
                  i.expires_at as "until?"
           from proposal p join schools_at($1, $2, $3) seen on seen.school = p.school
           join school s on s.id = p.school and s.territory in (select territory from territories_seen($1))
           left join invitation i on i.id = p.invitation and i.used_at is null and i.revoked_at is null and i.expires_at > $5
           where p.sealed is not null and (p.decided_at is null or i.id is not null)
           order by p.made_at, p.id limit $4 for update of p"#,
        staff.0,
        territory.map(|t| t.0),
        school.map(|s| s.0),
        many,
        now,
    )
    .fetch_all(db)
    .await
}

/// Closes a proposal: with the invitation that was made, or with a remark, and then what it held is forgotten.
///
/// # Errors
/// When the database fails.
pub async fn decide(
    db: &mut PgConnection,
    (id, by): (Uuid, PersonId),
    invitation: Option<CodeId>,
    remark: Option<&[u8]>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update proposal set decided_at = $3, decided_by = $2, invitation = $4, remark = $5,
                sealed = case when $4::uuid is null then null else sealed end
         where id = $1 and decided_at is null",
        id,
        by.0,
        now,
        invitation.map(|i| i.0),
        remark,
    )
    .execute(db)
    .await
    .map(drop)
}

/// The remarks of these proposals, sealed for `proposal`, `remark`, the id.
///
/// # Errors
/// When the database fails.
pub async fn remarks(db: &mut PgConnection, ids: &[RequestId]) -> sqlx::Result<Vec<(RequestId, Vec<u8>)>> {
    let rows = sqlx::query!(
        r#"select id, remark as "remark!" from proposal where id = any($1) and remark is not null"#,
        &ids.iter().map(|id| id.0).collect::<Vec<_>>(),
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (RequestId(row.id), row.remark)).collect())
}

/// The schools where somebody teaches or is an administrator, and those that are seen as coordinator or operator and hold
/// `like` in their names, if it is not empty.
///
/// # Errors
/// When the database fails.
pub async fn schools(db: &mut PgConnection, person: PersonId, many: i64) -> sqlx::Result<Vec<(SchoolId, String)>> {
    let rows = sqlx::query!(
        r#"select distinct s.id as "id: SchoolId", s.name from role r join school s on s.id = r.school
           where r.person = $1 and r.role in ('teacher', 'school_admin') and r.revoked_at is null
           order by s.name, s.id limit $2"#,
        person.0,
        many,
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Whether somebody may ask for a link for this school: of the school, or answering for it; and what it is called.
///
/// # Errors
/// When the database fails.
pub async fn may_ask(db: &mut PgConnection, person: PersonId, school: SchoolId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select s.name from school s where s.id = $2 and (
           s.id in (select school from schools_seen($1)) or exists (
             select from role r where r.person = $1 and r.school = s.id and r.role = 'teacher' and r.revoked_at is null))",
        person.0,
        school.0,
    )
    .fetch_optional(db)
    .await
}

/// Those who answer for a school's municipality; where nobody does, for its region.
///
/// # Errors
/// When the database fails.
pub async fn responsible(db: &mut PgConnection, school: SchoolId) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"select person as "person!: PersonId" from school s, responsible_for(s.territory) where s.id = $1 order by person"#,
        school.0,
    )
    .fetch_all(db)
    .await
}

/// Forgets what proposals of before this moment held.
///
/// # Errors
/// When the database fails.
pub async fn sweep(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let swept = sqlx::query!("update proposal set sealed = null where sealed is not null and made_at < $1", before);
    Ok(swept.execute(db).await?.rows_affected())
}
