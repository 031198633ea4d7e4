//! What people said of events that they were signed up for.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::{EventId, PersonId};

/// An event as somebody sees it who was signed up for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The event's title.
    pub title: String,
    /// When it ended, or will.
    pub ends_at: DateTime<Utc>,
    /// The season and the stage that feedback closes.
    pub season: String,
    /// `None`: it counts for no stage.
    pub stage: Option<String>,
    /// Whether this person has said something of it already.
    pub given: bool,
    /// The grade that this person is in that season; 0: in none.
    pub grade: i16,
}

/// The event, if this person is signed up for it.
///
/// # Errors
/// When the database fails.
pub async fn visit(db: &mut PgConnection, person: PersonId, event: EventId) -> sqlx::Result<Option<Visit>> {
    sqlx::query_as!(
        Visit,
        r#"select e.title, e.ends_at, e.season, e.stage,
                  exists (select from feedback f where f.event = e.id and f.person = $1) as "given!",
                  coalesce((select max(c.grade) from role r join class c on c.id = r.class
                            where r.person = $1 and r.role = 'pupil' and r.revoked_at is null
                              and c.school_year = e.season), 0::smallint) as "grade!"
           from event_signup g join event e on e.id = g.event
           where g.person = $1 and g.event = $2 and g.state = 'signed'"#,
        person.0,
        event.0,
    )
    .fetch_optional(db)
    .await
}

/// What somebody says of an event.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// From 1 to 5.
    pub mark: i16,
    /// All answers as sealed JSON; place: `feedback`, `answers`, the ids of event and person.
    pub answers: Vec<u8>,
}

/// Keeps it; `false`: something is there already, and stays.
///
/// # Errors
/// When the database fails.
pub async fn keep(
    db: &mut PgConnection,
    (event, person): (EventId, PersonId),
    feedback: &Feedback,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let kept = sqlx::query!(
        "insert into feedback (event, person, mark, answers, given_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        event.0,
        person.0,
        feedback.mark,
        feedback.answers,
        now,
    );
    Ok(kept.execute(db).await?.rows_affected() == 1)
}

/// Events that are over and whose visitors have not been asked how it was, the first ended first.
///
/// # Errors
/// When the database fails.
pub async fn to_ask(db: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> sqlx::Result<Vec<EventId>> {
    sqlx::query_scalar!(
        r#"select id as "id: EventId" from event where asked_at is null and ends_at <= $1 order by ends_at, id limit $2"#,
        now,
        limit,
    )
    .fetch_all(db)
    .await
}

/// An event whose visitors are about to be asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its title.
    pub title: String,
    /// When it ended.
    pub ends_at: DateTime<Utc>,
    /// Its season …
    pub season: String,
    /// … and the stage that feedback on it closes.
    pub stage: Option<String>,
}

/// Takes the turn of asking an event's visitors; `None`: somebody else has.
///
/// # Errors
/// When the database fails.
pub async fn take_turn(db: &mut PgConnection, event: EventId, now: DateTime<Utc>) -> sqlx::Result<Option<Asked>> {
    sqlx::query_as!(
        Asked,
        "update event set asked_at = $2 where id = $1 and asked_at is null returning title, ends_at, season, stage",
        event.0,
        now,
    )
    .fetch_optional(db)
    .await
}

/// Who was signed up and has said nothing yet.
///
/// # Errors
/// When the database fails.
pub async fn visitors(db: &mut PgConnection, event: EventId) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"select g.person as "person: PersonId" from event_signup g
           where g.event = $1 and g.state = 'signed'
             and not exists (select from feedback f where f.event = g.event and f.person = g.person)
           order by g.person"#,
        event.0,
    )
    .fetch_all(db)
    .await
}

/// Forgets what was answered before; that something was, and the mark, stay. At most so many in one go; gives how many rows
/// changed.
///
/// # Errors
/// When the database fails.
pub async fn forget_answers(db: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> sqlx::Result<u64> {
    let forgotten = sqlx::query!(
        "update feedback set answers = null where ctid = any (array(
             select ctid from feedback where answers is not null and given_at < $1 limit $2))",
        before,
        limit,
    );
    Ok(forgotten.execute(db).await?.rows_affected())
}
