//! Who is what, where; and the people of a school as the import must know them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{ClassId, PersonId, SchoolId, TerritoryId};

/// A role to be given.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// The row.
    pub id: Uuid,
    /// To whom.
    pub person: PersonId,
    /// `pupil`, `teacher`, …
    pub role: &'static str,
    /// Over a territory.
    pub territory: Option<TerritoryId>,
    /// In a school.
    pub school: Option<SchoolId>,
    /// In a class.
    pub class: Option<ClassId>,
}

/// Gives roles; one that a person has already stays.
///
/// # Errors
/// When the database fails.
pub async fn grant(db: &mut PgConnection, roles: &[NewRole], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into role (id, person, role, territory, school, class, granted_at)
         select id, person, role, territory, school, class, $7
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[])
              as n (id, person, role, territory, school, class)
         on conflict do nothing",
        &roles.iter().map(|r| r.id).collect::<Vec<_>>(),
        &roles.iter().map(|r| r.person.0).collect::<Vec<_>>(),
        &roles.iter().map(|r| r.role.to_owned()).collect::<Vec<_>>(),
        &roles.iter().map(|r| r.territory.map(|t| t.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &roles.iter().map(|r| r.school.map(|s| s.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &roles.iter().map(|r| r.class.map(|c| c.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the pupil's role in every class from these people: they are about to be in another.
///
/// # Errors
/// When the database fails.
pub async fn leave_classes(db: &mut PgConnection, pupils: &[PersonId], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update role set revoked_at = $2 where person = any($1) and role = 'pupil' and revoked_at is null",
        &pupils.iter().map(|p| p.0).collect::<Vec<_>>(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One role of one person in a class of a school.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Who.
    pub person: PersonId,
    /// Sealed for `person`, `profile`, the person's id.
    pub profile: Option<Vec<u8>>,
    /// `pupil` or `teacher`.
    pub role: String,
    /// Where.
    pub school: SchoolId,
    /// `2026-2027`.
    pub school_year: String,
    /// 6–11.
    pub grade: i16,
    /// `А`, `Б1` …
    pub letter: String,
}

/// Everybody who sits or teaches in a class of these schools, and these people wherever they do.
///
/// # Errors
/// When the database fails.
pub async fn seats(db: &mut PgConnection, schools: &[SchoolId], people: &[PersonId]) -> sqlx::Result<Vec<Seat>> {
    sqlx::query_as!(
        Seat,
        r#"select p.id as "person: PersonId", p.profile, r.role, c.school as "school: SchoolId", c.school_year, c.grade,
                  c.letter
           from role r join person p on p.id = r.person join class c on c.id = r.class
           where r.revoked_at is null and r.role in ('pupil', 'teacher')
             and (c.school = any($1) or p.id = any($2))
           order by p.id, c.school_year, c.grade, c.letter"#,
        &schools.iter().map(|s| s.0).collect::<Vec<_>>(),
        &people.iter().map(|p| p.0).collect::<Vec<_>>(),
    )
    .fetch_all(db)
    .await
}

/// Holds every other import until the end of this transaction: two at once would add the same people twice.
///
/// # Errors
/// When the database fails.
pub async fn import_alone(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('provodnik import', 0))").execute(db).await?;
    Ok(())
}
