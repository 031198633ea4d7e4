//! Pupils without a consent for a season: how many, who, and which schools are yet to be warned.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::{PersonId, SchoolId};

/// How a school's pupils stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapsed {
    /// Which.
    pub school: SchoolId,
    /// What it is called.
    pub name: String,
    /// Its pupils in the season.
    pub pupils: i64,
    /// Of them: nobody has answered.
    pub silent: i64,
    /// Of them: refused.
    pub refused: i64,
    /// Of them: given before, and taken back.
    pub withdrawn: i64,
}

impl Lapsed {
    /// Those whose profiles go.
    #[must_use]
    pub const fn all(&self) -> i64 {
        self.silent + self.refused + self.withdrawn
    }
}

/// The schools of the territories that somebody answers for, with pupils in a season, by name. Whoever has a consent on record that
/// stands, be it a confirmation or a paper, lacks nothing, whatever else would be wanted.
///
/// # Errors
/// When the database fails.
pub async fn schools(db: &mut PgConnection, staff: PersonId, season: &str) -> sqlx::Result<Vec<Lapsed>> {
    sqlx::query_as!(
        Lapsed,
        r#"select s.id as "school: SchoolId", s.name, count(*) as "pupils!",
                  count(*) filter (where a.act is null) as "silent!",
                  count(*) filter (where a.act = 'refused') as "refused!",
                  count(*) filter (where a.act = 'withdrawn') as "withdrawn!"
           from territories_seen($1) t join school s on s.territory = t.territory
           join class c on c.school = s.id and c.school_year = $2
           join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
           left join lateral consent_act(r.person, $2, 'processing') a on true
           group by s.id, s.name order by s.name, s.id"#,
        staff.0,
        season,
    )
    .fetch_all(db)
    .await
}

/// Whose profiles go there.
///
/// # Errors
/// When the database fails.
pub async fn pupils(db: &mut PgConnection, staff: PersonId, season: &str) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"select distinct r.person as "person!: PersonId"
           from territories_seen($1) t join school s on s.territory = t.territory
           join class c on c.school = s.id and c.school_year = $2
           join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
           left join lateral consent_act(r.person, $2, 'processing') a on true
           where a.act is distinct from 'given' order by 1"#,
        staff.0,
        season,
    )
    .fetch_all(db)
    .await
}

/// A school that is yet to be warned.
#[derive(Clone, Debug)]
pub struct Unwarned {
    /// Which.
    pub school: SchoolId,
    /// IANA name of its zone.
    pub zone: String,
}

/// Schools with pupils in a season of whom nobody has been warned. `home` is the zone of territories without one.
///
/// # Errors
/// When the database fails.
pub async fn unwarned(db: &mut PgConnection, season: &str, home: &str, many: i64) -> sqlx::Result<Vec<Unwarned>> {
    sqlx::query_as!(
        Unwarned,
        r#"select s.id as "school: SchoolId", z.zone as "zone!" from school s join territory_zones($2) z on z.territory = s.territory
           where exists (select from class c join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
                         where c.school = s.id and c.school_year = $1)
             and not exists (select from erasure_warning w where w.season = $1 and w.school = s.id)
           order by s.id limit $3"#,
        season,
        home,
        many,
    )
    .fetch_all(db)
    .await
}

/// Somebody to be warned: a pupil, or a teacher with how many of theirs.
#[derive(Clone, Debug)]
pub struct Warned {
    /// Who.
    pub person: PersonId,
    /// Pupils of a teacher's; `None`: the pupil themselves.
    pub pupils: Option<i64>,
}

/// Takes a school's turn to be warned, and gives whom to tell. `None`: another process has.
///
/// # Errors
/// When the database fails.
pub async fn take_turn(
    db: &mut PgConnection,
    season: &str,
    school: SchoolId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Vec<Warned>>> {
    let taken = sqlx::query!(
        "insert into erasure_warning (season, school, warned_at, pupils)
         select $1, $2, $3, count(*) from class c join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
         left join lateral consent_act(r.person, $1, 'processing') a on true
         where c.school = $2 and c.school_year = $1 and a.act is distinct from 'given'
         on conflict do nothing",
        season,
        school.0,
        now,
    );
    if taken.execute(&mut *db).await?.rows_affected() == 0 {
        return Ok(None);
    }
    let warned = sqlx::query_as!(
        Warned,
        r#"with lacking as (
             select r.person, c.id as class from class c join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
             left join lateral consent_act(r.person, $1, 'processing') a on true
             where c.school = $2 and c.school_year = $1 and a.act is distinct from 'given'
           )
           select person as "person!: PersonId", null::bigint as pupils from lacking
           union all
           select t.person, count(*) from lacking l
           join role t on t.class = l.class and t.role = 'teacher' and t.revoked_at is null group by t.person"#,
        season,
        school.0,
    );
    Ok(Some(warned.fetch_all(db).await?))
}
