//! Pupils who turn 14: looked for once a day in each zone.

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::ids::PersonId;

/// Which of these days of these zones have not had their turn yet: their places in the slice.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &mut PgConnection, turns: &[(NaiveDate, String)]) -> sqlx::Result<Vec<usize>> {
    let (days, zones): (Vec<NaiveDate>, Vec<String>) = turns.iter().cloned().unzip();
    let places = sqlx::query_scalar!(
        r#"select place as "place!" from unnest($1::date[], $2::text[]) with ordinality as t (day, zone, place)
           where not exists (select from birthday_run r where r.day = t.day and r.zone = t.zone) order by place"#,
        &days,
        &zones,
    );
    let places = places.fetch_all(db).await?;
    Ok(places.into_iter().filter_map(|place| usize::try_from(place - 1).ok()).collect())
}

/// Takes the turn of a day in a zone; `false`: somebody else has.
///
/// # Errors
/// When the database fails.
pub async fn take_turn(db: &mut PgConnection, day: NaiveDate, zone: &str) -> sqlx::Result<bool> {
    let taken = sqlx::query!("insert into birthday_run (day, zone) values ($1, $2) on conflict do nothing", day, zone);
    Ok(taken.execute(db).await?.rows_affected() == 1)
}

/// A pupil who may be written to.
#[derive(Clone, Debug)]
pub struct Pupil {
    /// Who.
    pub person: PersonId,
    /// Sealed for `person`, `profile`, the person's id.
    pub profile: Vec<u8>,
    /// Sealed for `pupil_need`, `sealed`, the person's id.
    pub need: Option<Vec<u8>>,
}

/// The next pupils of a season in a zone, by their ids. `zones`: the same zone under every name that territories give it.
///
/// # Errors
/// When the database fails.
pub async fn pupils(
    db: &mut PgConnection,
    (default_zone, zones): (&str, &[String]),
    season: &str,
    (after, many): (PersonId, i64),
) -> sqlx::Result<Vec<Pupil>> {
    sqlx::query_as!(
        Pupil,
        r#"select distinct p.id as "person: PersonId", p.profile as "profile!", n.sealed as "need?"
           from territory_zones($1) z join reachable_pupil r on r.territory = z.territory and r.season = $3
           join person p on p.id = r.person and p.profile is not null left join pupil_need n on n.person = p.id
           where z.zone = any($2) and p.id > $4 order by p.id limit $5"#,
        default_zone,
        zones,
        season,
        after.0,
        many,
    )
    .fetch_all(db)
    .await
}
