//! Whom the weekly digest is for, and of which weeks it has gone out.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::pupils::Class;
use crate::ids::{ClassId, PersonId, SchoolId};

/// Whether the teachers of a zone have had the digest of this week.
///
/// # Errors
/// When the database fails.
pub async fn has_run(db: &mut PgConnection, zone: &str, week: NaiveDate) -> sqlx::Result<bool> {
    let run = sqlx::query_scalar!(
        r#"select exists (select from digest_run where zone = $1 and week = $2) as "run!""#,
        zone,
        week
    );
    run.fetch_one(db).await
}

/// Notes that they have.
///
/// # Errors
/// When the database fails.
pub async fn ran(db: &mut PgConnection, zone: &str, week: NaiveDate, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into digest_run (zone, week, ran_at) values ($1, $2, $3) on conflict do nothing",
        zone,
        week,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The teachers who can be written to and have classes of a season in schools of a zone, under whichever name territories give it;
/// `home`: the zone of territories above which none is named.
///
/// # Errors
/// When the database fails.
pub async fn teachers(
    db: &mut PgConnection,
    home: &str,
    zones: &[String],
    season: &str,
) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"select distinct r.person as "person: PersonId"
           from territory_zones($1) z join school s on s.territory = z.territory
           join class c on c.school = s.id and c.school_year = $3
           join role r on r.class = c.id and r.role = 'teacher' and r.revoked_at is null
           join person p on p.id = r.person and p.signed_in_at is not null
           cross join lateral way_to(r.person) w
           where z.zone = any($2) order by 1"#,
        home,
        zones,
        season,
    )
    .fetch_all(db)
    .await
}

/// The classes of a season that somebody teaches.
///
/// # Errors
/// When the database fails.
pub async fn taught(db: &mut PgConnection, teacher: PersonId, season: &str) -> sqlx::Result<Vec<Class>> {
    sqlx::query_as!(
        Class,
        r#"select distinct c.id as "id: ClassId", c.school as "school: SchoolId", s.name as school_name, c.school_year, c.grade,
                  c.letter
           from role r join class c on c.id = r.class and c.school_year = $2 join school s on s.id = c.school
           where r.person = $1 and r.role = 'teacher' and r.revoked_at is null
           order by s.name, c.grade, c.letter, c.id"#,
        teacher.0,
        season,
    )
    .fetch_all(db)
    .await
}
