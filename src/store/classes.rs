//! Classes and who sits in them, made and changed by hand. Each statement asks for what whoever does it may see.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::territories::{ClassKey, School};
use crate::ids::{ClassId, PersonId, SchoolId, TerritoryId};

/// The schools in which somebody may make a class, by name, at most `many`.
///
/// # Errors
/// When the database fails.
pub async fn schools(db: &mut PgConnection, staff: PersonId, many: i64) -> sqlx::Result<Vec<School>> {
    sqlx::query_as!(
        School,
        r#"select s.id as "id: SchoolId", s.territory as "territory: TerritoryId", s.name, s.inn, s.kpp
           from schools_taught($1) t join school s on s.id = t.school order by s.name, s.id limit $2"#,
        staff.0,
        many,
    )
    .fetch_all(db)
    .await
}

/// One school in which somebody may make a class.
///
/// # Errors
/// When the database fails.
pub async fn school(db: &mut PgConnection, staff: PersonId, school: SchoolId) -> sqlx::Result<Option<School>> {
    sqlx::query_as!(
        School,
        r#"select s.id as "id: SchoolId", s.territory as "territory: TerritoryId", s.name, s.inn, s.kpp
           from schools_taught($1) t join school s on s.id = t.school where s.id = $2"#,
        staff.0,
        school.0,
    )
    .fetch_optional(db)
    .await
}

/// The class of this name, if there is one, and whether somebody sees it.
///
/// # Errors
/// When the database fails.
pub async fn named(db: &mut PgConnection, staff: PersonId, key: &ClassKey) -> sqlx::Result<Option<(ClassId, bool)>> {
    let found = sqlx::query!(
        r#"select c.id as "id: ClassId", exists (select from classes_seen($1) seen where seen.class = c.id) as "seen!"
           from class c where c.school = $2 and c.school_year = $3 and c.grade = $4 and c.letter = $5"#,
        staff.0,
        key.school.0,
        key.school_year,
        key.grade,
        key.letter,
    );
    Ok(found.fetch_optional(db).await?.map(|row| (row.id, row.seen)))
}

/// Whether somebody teaches in a school without answering for it: whoever does takes a class that is made by hand.
///
/// # Errors
/// When the database fails.
pub async fn teaches_in(db: &mut PgConnection, staff: PersonId, school: SchoolId) -> sqlx::Result<bool> {
    let taught = sqlx::query_scalar!(
        r#"select exists (
             select from role r left join class c on c.id = r.class
             where r.person = $1 and r.role = 'teacher' and r.revoked_at is null and coalesce(r.school, c.school) = $2
           ) as "taught!""#,
        staff.0,
        school.0,
    );
    taught.fetch_one(db).await
}

/// A class of a school, as a pupil may be moved there.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Which.
    pub id: ClassId,
    /// By which it is found.
    pub key: ClassKey,
    /// The school's ИНН.
    pub inn: String,
    /// The school's КПП.
    pub kpp: String,
}

/// The classes of a school that somebody sees, this year's first, at most 300.
///
/// # Errors
/// When the database fails.
pub async fn of_school(db: &mut PgConnection, staff: PersonId, school: SchoolId) -> sqlx::Result<Vec<Seat>> {
    let rows = sqlx::query!(
        r#"select c.id as "id: ClassId", c.school as "school: SchoolId", c.school_year, c.grade, c.letter, s.inn, s.kpp
           from classes_seen($1) seen join class c on c.id = seen.class join school s on s.id = c.school
           where c.school = $2 order by c.school_year desc, c.grade, c.letter limit 300"#,
        staff.0,
        school.0,
    );
    let rows = rows.fetch_all(db).await?.into_iter();
    Ok(rows
        .map(|row| Seat {
            id: row.id,
            key: ClassKey { school: row.school, school_year: row.school_year, grade: row.grade, letter: row.letter },
            inn: row.inn,
            kpp: row.kpp,
        })
        .collect())
}

/// Puts pupils who are taken out of their classes into the archive, each from the class that he or she sits in. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn archive(
    db: &mut PgConnection,
    (pupils, by): (&[PersonId], Option<PersonId>),
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let ids: Vec<Uuid> = pupils.iter().map(|p| p.0).collect();
    let kept = sqlx::query!(
        "insert into archived (person, class, archived_by, archived_at)
         select distinct on (r.person) r.person, r.class, $2::uuid, $3 from role r join class c on c.id = r.class
         where r.person = any($1) and r.role = 'pupil' and r.revoked_at is null
         order by r.person, c.school_year desc
         on conflict (person) do update
         set class = excluded.class, archived_by = excluded.archived_by, archived_at = excluded.archived_at",
        &ids,
        by.map(|by| by.0),
        now,
    );
    let kept = kept.execute(&mut *db).await?.rows_affected();
    sqlx::query!(
        "update role set revoked_at = $2, revoked_by = $3
         where person = any($1) and role = 'pupil' and revoked_at is null",
        &ids,
        now,
        by.map(|by| by.0),
    )
    .execute(db)
    .await?;
    Ok(kept)
}

/// A pupil in the archive.
#[derive(Clone, Debug)]
pub struct Archived {
    /// Who.
    pub id: PersonId,
    /// Sealed for `person`, `profile`, the person's id.
    pub profile: Option<Vec<u8>>,
    /// From which class.
    pub class: ClassId,
    /// 6–11.
    pub grade: i16,
    /// `А`, `Б1` …
    pub letter: String,
    /// `2026-2027`.
    pub school_year: String,
    /// Civil.
    pub at: DateTime<Utc>,
}

/// The pupils who were archived from classes of a school that somebody sees; `one`: only this one.
///
/// # Errors
/// When the database fails.
pub async fn archived(
    db: &mut PgConnection,
    staff: PersonId,
    (class, school): (Option<ClassId>, Option<SchoolId>),
    one: Option<PersonId>,
) -> sqlx::Result<Vec<Archived>> {
    sqlx::query_as!(
        Archived,
        r#"select p.id as "id: PersonId", p.profile, c.id as "class: ClassId", c.grade, c.letter, c.school_year,
                  a.archived_at as at
           from archived a join classes_seen($1) seen on seen.class = a.class join class c on c.id = a.class
           join person p on p.id = a.person
           where (c.id = $2 or c.school = $3) and ($4::uuid is null or p.id = $4)
           order by a.archived_at desc, p.id limit 500"#,
        staff.0,
        class.map(|c| c.0),
        school.map(|s| s.0),
        one.map(|p| p.0),
    )
    .fetch_all(db)
    .await
}

/// Takes somebody out of the archive: he or she sits in a class again. `false`: was not there.
///
/// # Errors
/// When the database fails.
pub async fn leave_archive(db: &mut PgConnection, pupils: &[PersonId]) -> sqlx::Result<u64> {
    let ids: Vec<Uuid> = pupils.iter().map(|p| p.0).collect();
    Ok(sqlx::query!("delete from archived where person = any($1)", &ids).execute(db).await?.rows_affected())
}

/// Notes that somebody reminds these pupils on this day; `false`: has done so.
///
/// # Errors
/// When the database fails.
pub async fn remind_once(
    db: &mut PgConnection,
    staff: PersonId,
    (place, what): (&str, &str),
    (day, now): (NaiveDate, DateTime<Utc>),
) -> sqlx::Result<bool> {
    let noted = sqlx::query!(
        "insert into reminded (staff, place, what, day, at) values ($1, $2, $3, $4, $5) on conflict do nothing",
        staff.0,
        place,
        what,
        day,
        now,
    );
    Ok(noted.execute(db).await?.rows_affected() == 1)
}

/// Whether somebody has reminded these pupils on this day.
///
/// # Errors
/// When the database fails.
pub async fn has_reminded(
    db: &mut PgConnection,
    staff: PersonId,
    (place, what): (&str, &str),
    day: NaiveDate,
) -> sqlx::Result<bool> {
    let noted = sqlx::query_scalar!(
        r#"select exists (select from reminded where staff = $1 and place = $2 and what = $3 and day = $4) as "noted!""#,
        staff.0,
        place,
        what,
        day,
    );
    noted.fetch_one(db).await
}

/// Forgets who reminded whom before a moment.
///
/// # Errors
/// When the database fails.
pub async fn forget_reminders(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    Ok(sqlx::query!("delete from reminded where at < $1", before).execute(db).await?.rows_affected())
}

/// The zone of a school; `home`: where none is named.
///
/// # Errors
/// When the database fails.
pub async fn zone(db: &mut PgConnection, school: SchoolId, home: &str) -> sqlx::Result<Option<String>> {
    let zone = sqlx::query_scalar!(
        "select z.zone from school s join territory_zones($2) z on z.territory = s.territory where s.id = $1",
        school.0,
        home,
    );
    Ok(zone.fetch_optional(db).await?.flatten())
}
