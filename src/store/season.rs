//! Closed stages, and the runs of reminder rules.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use super::deliveries::{Body, Class};
use crate::ids::PersonId;

/// The stages of a season that a person has closed, and when.
///
/// # Errors
/// When the database fails.
pub async fn done(db: &mut PgConnection, person: PersonId, season: &str) -> sqlx::Result<Vec<(String, DateTime<Utc>)>> {
    let rows =
        sqlx::query!("select stage, done_at from stage_done where person = $1 and season = $2", person.0, season);
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.stage, row.done_at)).collect())
}

/// Notes that a person has closed a stage of a season; `false`: it was known.
///
/// # Errors
/// When the database fails.
pub async fn close(
    db: &mut PgConnection,
    person: PersonId,
    (season, stage): (&str, &str),
    by: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let closed = sqlx::query!(
        "insert into stage_done (person, season, stage, closed_by, done_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        person.0,
        season,
        stage,
        by,
        now,
    );
    Ok(closed.execute(db).await?.rows_affected() == 1)
}

/// The zones that territories name.
///
/// # Errors
/// When the database fails.
pub async fn zones(db: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(r#"select distinct zone as "zone!" from territory where zone is not null"#).fetch_all(db).await
}

/// The turn of one rule in one zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Run {
    /// `2026-2027`
    pub season: String,
    /// The stage's key.
    pub stage: String,
    /// `3d@10:00`
    pub rule: String,
    /// IANA name.
    pub zone: String,
    /// Civil: when its local hour came.
    pub due: DateTime<Utc>,
}

/// Which of these rules have not had their turn yet: their places in the slice.
///
/// # Errors
/// When the database fails.
pub async fn not_run(db: &mut PgConnection, runs: &[Run]) -> sqlx::Result<Vec<usize>> {
    let places = sqlx::query_scalar!(
        r#"select n.place as "place!"
           from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
                as n (season, stage, rule, zone, place)
           where not exists (select from reminder_run r where r.season = n.season and r.stage = n.stage
                               and r.rule = n.rule and r.zone = n.zone)
           order by n.place"#,
        &runs.iter().map(|r| r.season.clone()).collect::<Vec<_>>(),
        &runs.iter().map(|r| r.stage.clone()).collect::<Vec<_>>(),
        &runs.iter().map(|r| r.rule.clone()).collect::<Vec<_>>(),
        &runs.iter().map(|r| r.zone.clone()).collect::<Vec<_>>(),
    );
    let places = places.fetch_all(db).await?;
    Ok(places.into_iter().filter_map(|place| usize::try_from(place - 1).ok()).collect())
}

/// Takes the rule's turn; `false`: somebody else has. It counts as left out until [`remind`] says otherwise.
///
/// # Errors
/// When the database fails.
pub async fn take_turn(db: &mut PgConnection, run: &Run, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let taken = sqlx::query!(
        "insert into reminder_run (season, stage, rule, zone, due, ran_at) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
        run.season,
        run.stage,
        run.rule,
        run.zone,
        run.due,
        now,
    );
    Ok(taken.execute(db).await?.rows_affected() == 1)
}

/// What a rule says, and to whom it may.
#[derive(Clone, Debug)]
pub struct Reminder<'r> {
    /// The rule's turn.
    pub run: &'r Run,
    /// The same zone under every name that territories give it.
    pub zones: &'r [String],
    /// The zone of territories above which none is named.
    pub default_zone: &'r str,
    /// The same for everybody.
    pub body: Body,
    /// What makes it void, up to the person's id.
    pub void_key: &'r str,
}

/// A zone is asked for in so many statements of one transaction, by schools: about 10,000 pupils are reminded in a second, and a
/// statement may take thirty.
const SLICES: i32 = 16;

/// Reminds the pupils of the season's classes who signed in, whose school lies in the zone and who have not closed the stage:
/// each by the account that he or she spoke with last. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn remind(db: &mut PgConnection, reminder: &Reminder<'_>, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let run = reminder.run;
    let mut queued = 0;
    for slice in 0..SLICES {
        queued += remind_slice(&mut *db, reminder, slice, now).await?;
    }
    sqlx::query!(
        "update reminder_run set queued = $5 where season = $1 and stage = $2 and rule = $3 and zone = $4",
        run.season,
        run.stage,
        run.rule,
        run.zone,
        i64::try_from(queued).unwrap_or(i64::MAX),
    )
    .execute(db)
    .await?;
    Ok(queued)
}

/// The pupils of every sixteenth school.
async fn remind_slice(
    db: &mut PgConnection,
    reminder: &Reminder<'_>,
    slice: i32,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let run = reminder.run;
    let queued = sqlx::query!(
        "insert into delivery (lane, chat, class, kind, person, account, body, due, zone, dedupe, void_key)
         select r.lane, r.chat, $2, 'send', r.person, r.account, $3, $4, $5,
                'stage:' || $6 || ':' || $7 || ':' || $8 || ':' || r.person, $9 || r.person
         from territory_zones($1) z join reachable_pupil r on r.territory = z.territory and r.season = $6
         where z.zone = any($10) and get_byte(uuid_send(r.school), 15) % $11 = $12
           and not exists (select from stage_done d where d.person = r.person and d.season = $6 and d.stage = $7)
         on conflict (dedupe) where dedupe is not null do nothing",
        reminder.default_zone,
        Class::Reminder as i16,
        Json(&reminder.body) as Json<&Body>,
        now,
        run.zone,
        run.season,
        run.stage,
        run.rule,
        reminder.void_key,
        reminder.zones,
        SLICES,
        slice,
    );
    Ok(queued.execute(db).await?.rows_affected())
}
