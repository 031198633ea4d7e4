//! Who of the staff takes part in a season.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::{PersonId, SchoolId, TerritoryId};

/// Keeps what somebody says; the last word counts.
///
/// # Errors
/// When the database fails.
pub async fn put(
    db: &mut PgConnection,
    (person, season): (PersonId, &str),
    taking_part: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into staff_season (person, season, taking_part, at) values ($1, $2, $3, $4)
         on conflict (person, season) do update set taking_part = excluded.taking_part, at = excluded.at",
        person.0,
        season,
        taking_part,
        now,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Whether somebody owes an answer: among the staff, here since before this moment, and not taking part by their own word.
///
/// # Errors
/// When the database fails.
pub async fn owes(db: &mut PgConnection, person: PersonId, season: &str, begins: DateTime<Utc>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
             select from person p where p.id = $1 and p.signed_in_at < $3
               and exists (select from role r where r.person = p.id and r.role not in ('pupil', 'parent') and r.revoked_at is null)
               and not exists (select from staff_season s where s.person = p.id and s.season = $2 and s.taking_part)
           ) as "owes!""#,
        person.0,
        season,
        begins,
    )
    .fetch_one(db)
    .await
}

/// Somebody of the staff who has not said that they take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owing {
    /// Who.
    pub person: PersonId,
    /// Whether they said that they do not.
    pub declined: bool,
}

/// Those who owe an answer at a place and below it, as far as somebody answers for it.
///
/// # Errors
/// When the database fails.
pub async fn owing(
    db: &mut PgConnection,
    reader: PersonId,
    (territory, school): (Option<TerritoryId>, Option<SchoolId>),
    season: &str,
    begins: DateTime<Utc>,
) -> sqlx::Result<Vec<Owing>> {
    sqlx::query_as!(
        Owing,
        r#"with recursive below as (
             select $2::uuid as id where $2 is not null
             union all select t.id from territory t join below b on t.parent = b.id
           ), place as (
             select b.id as territory, null::uuid as school from below b join territories_seen($1) seen on seen.territory = b.id
             union all
             select null, s.id from school s join schools_seen($1) seen on seen.school = s.id
             where s.id = $3 or s.territory in (select id from below)
           )
           select distinct p.id as "person!: PersonId", s.person is not null as "declined!"
           from place join role r on r.territory = place.territory or r.school = place.school
           join person p on p.id = r.person and p.signed_in_at < $5
           left join staff_season s on s.person = p.id and s.season = $4
           where r.revoked_at is null and r.role not in ('pupil', 'parent') and s.taking_part is not true
           order by 1"#,
        reader.0,
        territory.map(|t| t.0),
        school.map(|s| s.0),
        season,
        begins,
    )
    .fetch_all(db)
    .await
}
