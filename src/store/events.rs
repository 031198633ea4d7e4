//! Events and who comes to them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::{EventId, PersonId, SchoolId, TerritoryId};

/// An event to be written.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// Everybody's under this territory …
    pub territory: Option<TerritoryId>,
    /// … or this school's; exactly one of both.
    pub school: Option<SchoolId>,
    /// Its title.
    pub title: String,
    /// Where, as it is read.
    pub place: String,
    /// When it begins; sign-up ends then.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// How many may come.
    pub seats: i32,
    /// The lowest and the highest grade, 6–11.
    pub grades: (i16, i16),
    /// `2026-2027`: whose classes may come.
    pub season: String,
    /// The stage that feedback on it closes.
    pub stage: Option<String>,
}

/// An event as somebody sees it who may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which.
    pub id: EventId,
    /// Its title.
    pub title: String,
    /// Where.
    pub place: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Seats that are free.
    pub left: i64,
    /// Whether this person has one.
    pub signed: bool,
}

/// Writes an event; one that is there stays.
///
/// # Errors
/// When the database fails.
pub async fn add(db: &mut PgConnection, event: &NewEvent, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into event (id, territory, school, title, place, starts_at, ends_at, seats, grade_from, grade_to, season,
                            stage, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (id) do nothing",
        event.id.0,
        event.territory.map(|t| t.0),
        event.school.map(|s| s.0),
        event.title,
        event.place,
        event.starts_at,
        event.ends_at,
        event.seats,
        event.grades.0,
        event.grades.1,
        event.season,
        event.stage,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The events that this pupil may come to, of the own school or of a territory above it, for the own grade, and those with a seat
/// of the pupil's, wherever he or she has moved since. With `one` that event alone, otherwise those that begin after `from`, the
/// next first, behind the one that was shown last.
///
/// # Errors
/// When the database fails.
pub async fn of(
    db: &mut PgConnection,
    person: PersonId,
    one: Option<EventId>,
    (from, after): (DateTime<Utc>, Option<EventId>),
    limit: i64,
) -> sqlx::Result<Vec<Event>> {
    sqlx::query_as!(
        Event,
        r#"with recursive seat as (
             select s.id as school, s.territory, c.grade, c.school_year
             from role r join class c on c.id = r.class join school s on s.id = c.school
             where r.person = $1 and r.role = 'pupil' and r.revoked_at is null
           ), above as (
             select territory as id from seat
             union
             select t.parent from above join territory t on t.id = above.id where t.parent is not null
           )
           select e.id as "id: EventId", e.title, e.place, e.starts_at, e.ends_at,
                  e.seats - (select count(*) from event_signup g where g.event = e.id and g.state = 'signed') as "left!",
                  exists (select from event_signup g
                          where g.event = e.id and g.person = $1 and g.state = 'signed') as "signed!"
           from event e
           where (e.id = $2 or ($2 is null and e.starts_at > $3))
             and ($5::uuid is null or (e.starts_at, e.id) > (select l.starts_at, l.id from event l where l.id = $5))
             and (exists (select from event_signup g where g.event = e.id and g.person = $1 and g.state = 'signed')
                  or exists (select from seat where seat.grade between e.grade_from and e.grade_to
                               and seat.school_year = e.season and (e.school is null or e.school = seat.school))
                     and (e.territory is null or e.territory in (select id from above)))
           order by e.starts_at, e.id limit $4"#,
        person.0,
        one.map(|event| event.0),
        from,
        limit,
        after.map(|event| event.0),
    )
    .fetch_all(db)
    .await
}

/// Holds an event until the end of the transaction: nobody else gives out its seats meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn hold(db: &mut PgConnection, event: EventId) -> sqlx::Result<()> {
    sqlx::query!("select id from event where id = $1 for update", event.0).fetch_optional(db).await?;
    Ok(())
}

/// What this person has signed up for that shares time with that event.
///
/// # Errors
/// When the database fails.
pub async fn overlapping(
    db: &mut PgConnection,
    person: PersonId,
    event: EventId,
) -> sqlx::Result<Option<(String, DateTime<Utc>)>> {
    let other = sqlx::query!(
        "select o.title, o.starts_at
         from event e join event_signup g on g.person = $1 and g.state = 'signed' and g.event <> e.id
         join event o on o.id = g.event and o.starts_at < e.ends_at and e.starts_at < o.ends_at
         where e.id = $2 order by o.starts_at limit 1",
        person.0,
        event.0,
    );
    Ok(other.fetch_optional(db).await?.map(|other| (other.title, other.starts_at)))
}

/// Gives somebody a seat, or takes it back. Whoever gives one holds the event ([`hold`]) and has counted.
///
/// # Errors
/// When the database fails.
pub async fn set(
    db: &mut PgConnection,
    event: EventId,
    person: PersonId,
    signed: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into event_signup (event, person, state, at) values ($1, $2, $3, $4)
         on conflict (event, person) do update set state = excluded.state, at = excluded.at",
        event.0,
        person.0,
        if signed { "signed" } else { "left" },
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
