//! Tables that teachers have handed in: kept sealed until whoever answers for the territory imports or returns them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{PersonId, SchoolId};

/// Keeps a table; one of the same teacher and school that still waits is replaced.
///
/// # Errors
/// When the database fails.
pub async fn put(
    db: &mut PgConnection,
    (id, school, teacher): (Uuid, SchoolId, PersonId),
    rows: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update table_request set state = 'replaced', rows = null, decided_at = $3
         where teacher = $1 and school = $2 and state = 'waiting'",
        teacher.0,
        school.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into table_request (id, school, teacher, rows, made_at) values ($1, $2, $3, $4, $5)",
        id,
        school.0,
        teacher.0,
        rows,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A table as its teacher sees it again.
#[derive(Clone, Debug)]
pub struct Own {
    /// Which.
    pub id: Uuid,
    /// What the school is called.
    pub school_name: String,
    /// `waiting`, `imported`, `returned`, `replaced`.
    pub state: String,
    /// Sealed.
    pub remark: Option<Vec<u8>>,
    /// Civil: when it was decided, or handed in.
    pub at: DateTime<Utc>,
}

/// The last five tables of a teacher.
///
/// # Errors
/// When the database fails.
pub async fn of(db: &mut PgConnection, teacher: PersonId) -> sqlx::Result<Vec<Own>> {
    sqlx::query_as!(
        Own,
        r#"select t.id, s.name as school_name, t.state, t.remark, coalesce(t.decided_at, t.made_at) as "at!"
           from table_request t join school s on s.id = t.school
           where t.teacher = $1 and t.state <> 'replaced' order by t.made_at desc, t.id desc limit 5"#,
        teacher.0,
    )
    .fetch_all(db)
    .await
}

/// A table that waits, as whoever answers for the territory sees it.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Which.
    pub id: Uuid,
    /// Whose.
    pub teacher: PersonId,
    /// Sealed for `person`, `profile`, the teacher's id.
    pub profile: Option<Vec<u8>>,
    /// Of which school.
    pub school: SchoolId,
    /// What that is called.
    pub school_name: String,
    /// Sealed.
    pub rows: Vec<u8>,
    /// Civil.
    pub at: DateTime<Utc>,
}

/// How many tables wait in the territories that somebody answers for, and which; `one`: only this one. At most a hundred.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &mut PgConnection, staff: PersonId, one: Option<Uuid>) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        r#"select t.id, t.teacher as "teacher: PersonId", p.profile, t.school as "school: SchoolId", s.name as school_name,
                  t.rows as "rows!", t.made_at as at
           from territories_seen($1) seen join school s on s.territory = seen.territory
           join table_request t on t.school = s.id and t.state = 'waiting' join person p on p.id = t.teacher
           where $2::uuid is null or t.id = $2 order by t.made_at, t.id limit 100"#,
        staff.0,
        one,
    )
    .fetch_all(db)
    .await
}

/// Decides a table that waits, in the territories that somebody answers for. `false`: it waits no longer, or is not theirs.
///
/// # Errors
/// When the database fails.
pub async fn decide(
    db: &mut PgConnection,
    (id, staff): (Uuid, PersonId),
    (state, remark): (&str, Option<&[u8]>),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let decided = sqlx::query!(
        "update table_request t set state = $3, remark = $4, rows = null, decided_at = $5, decided_by = $2
         from school s where t.id = $1 and t.state = 'waiting' and s.id = t.school
           and s.territory in (select territory from territories_seen($2))",
        id,
        staff.0,
        state,
        remark,
        now,
    );
    Ok(decided.execute(db).await?.rows_affected() == 1)
}

/// Who decides the tables of a school: whoever answers for the nearest territory above it that anybody answers for.
///
/// # Errors
/// When the database fails.
pub async fn deciders(db: &mut PgConnection, school: SchoolId) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"with held as (
             select r.person, a.height from school s cross join lateral territories_above(s.territory) a
             join role r on r.territory = a.territory and r.role in ('coordinator', 'operator') and r.revoked_at is null
             where s.id = $1)
           select distinct person as "person: PersonId" from held where height = (select min(height) from held)"#,
        school.0,
    )
    .fetch_all(db)
    .await
}

/// Forgets what was handed in before a moment and never decided.
///
/// # Errors
/// When the database fails.
pub async fn forget(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let gone = sqlx::query!("delete from table_request where made_at < $1", before);
    Ok(gone.execute(db).await?.rows_affected())
}
