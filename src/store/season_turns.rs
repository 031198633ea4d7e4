//! The turn of a season in one school: who sits in which class of the old year, and where they go.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{ClassId, PersonId, SchoolId};

/// The schools with anybody in a class of this school year, by name.
///
/// # Errors
/// When the database fails.
pub async fn schools(db: &mut PgConnection, year: &str) -> sqlx::Result<Vec<(SchoolId, String)>> {
    let rows = sqlx::query!(
        r#"select s.id as "id: SchoolId", s.name from school s
           where exists (select from class c join role r on r.class = c.id and r.revoked_at is null
                         where c.school = s.id and c.school_year = $1)
           order by s.name, s.id"#,
        year,
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// A seat in a class: a pupil's, or a teacher's.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The role.
    pub role: Uuid,
    /// Whose.
    pub person: PersonId,
    /// `pupil` or `teacher`.
    pub kind: String,
    /// The class.
    pub class: ClassId,
    /// 6–11.
    pub grade: i16,
    /// `А`, `Б1` …
    pub letter: String,
    /// Sits in a class of the next year already: an import was faster.
    pub ahead: bool,
}

/// The seats in a school's classes of a year, locked.
///
/// # Errors
/// When the database fails.
pub async fn seats(db: &mut PgConnection, school: SchoolId, (from, to): (&str, &str)) -> sqlx::Result<Vec<Seat>> {
    sqlx::query_as!(
        Seat,
        r#"select r.id as role, r.person as "person: PersonId", r.role as kind, c.id as "class: ClassId", c.grade, c.letter,
                  (r.role = 'pupil' and exists (
                     select from role n join class k on k.id = n.class and k.school_year = $3
                     where n.person = r.person and n.role = 'pupil' and n.revoked_at is null)) as "ahead!"
           from class c join role r on r.class = c.id and r.revoked_at is null and r.role in ('pupil', 'teacher')
           where c.school = $1 and c.school_year = $2 order by c.grade, c.letter, r.id for update of r"#,
        school.0,
        from,
        to,
    )
    .fetch_all(db)
    .await
}

/// The class of this name, made if it is not there.
///
/// # Errors
/// When the database fails.
pub async fn class(
    db: &mut PgConnection,
    id: ClassId,
    (school, year): (SchoolId, &str),
    (grade, letter): (i16, &str),
) -> sqlx::Result<ClassId> {
    sqlx::query_scalar!(
        r#"insert into class (id, school, school_year, grade, letter) values ($1, $2, $3, $4, $5)
           on conflict (school, school_year, grade, letter) do update set letter = excluded.letter
           returning id as "id: ClassId""#,
        id.0,
        school.0,
        year,
        grade,
        letter,
    )
    .fetch_one(db)
    .await
}

/// Ends these seats.
///
/// # Errors
/// When the database fails.
pub async fn leave(db: &mut PgConnection, roles: &[Uuid], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update role set revoked_at = $2 where id = any($1)", roles, now).execute(db).await?;
    Ok(())
}

/// Gives seats: (role, person, `pupil` or `teacher`, class). One that is held already stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn take(
    db: &mut PgConnection,
    seats: &[(Uuid, PersonId, &str, ClassId)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into role (id, person, role, class, granted_at)
         select id, person, role, class, $5 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) as n (id, person, role, class)
         on conflict do nothing",
        &seats.iter().map(|seat| seat.0).collect::<Vec<_>>(),
        &seats.iter().map(|seat| seat.1.0).collect::<Vec<_>>(),
        &seats.iter().map(|seat| seat.2.to_owned()).collect::<Vec<_>>(),
        &seats.iter().map(|seat| seat.3.0).collect::<Vec<_>>(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
