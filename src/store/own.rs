//! What is held of one person, and who sees it: for that person alone, or a parent.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::{PersonId, VerificationId};

/// A person and the stand-ins that they once were.
///
/// # Errors
/// When the database fails.
pub async fn selves(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<uuid::Uuid>> {
    sqlx::query_scalar!("select id from person where id = $1 or merged_into = $1 order by id", person.0)
        .fetch_all(db)
        .await
}

/// How many people see a person's data by which role.
#[derive(Clone, Debug)]
pub struct Watcher {
    /// The role's word.
    pub role: String,
    /// What the territory or school is called.
    pub place: String,
    /// How many hold it there.
    pub many: i64,
}

/// Who sees a pupil's data by a role: the teachers of the class, the administrators of the school, whoever answers for what it lies
/// in. Nobody else has a page with it.
///
/// # Errors
/// When the database fails.
pub async fn watchers(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<Watcher>> {
    sqlx::query_as!(
        Watcher,
        r#"with seat as (
             select r.class, s.id as school, s.name as school_name, s.territory
             from role r join class c on c.id = r.class join school s on s.id = c.school
             where r.person = $1 and r.role = 'pupil' and r.revoked_at is null
           ), seen as (
             select t.person, t.role, seat.school_name as place, 0 as height from seat
             join role t on t.class = seat.class and t.role = 'teacher' and t.revoked_at is null
             union
             select t.person, t.role, seat.school_name, 1 from seat
             join role t on t.school = seat.school and t.role = 'school_admin' and t.revoked_at is null
             union
             select t.person, t.role, place.name, 2 + a.height from seat cross join lateral territories_above(seat.territory) a
             join territory place on place.id = a.territory
             join role t on t.territory = a.territory and t.role in ('coordinator', 'operator') and t.revoked_at is null
           )
           select role as "role!", place as "place!", count(distinct person) as "many!"
           from seen group by role, place, height order by height"#,
        person.0,
    )
    .fetch_all(db)
    .await
}

/// A role that a person holds, in a class too.
#[derive(Clone, Debug)]
pub struct Held {
    /// The role's word.
    pub role: String,
    /// What the territory or school is called, if the role has one.
    pub place: Option<String>,
    /// `8 А`
    pub class: Option<String>,
    /// Civil.
    pub since: DateTime<Utc>,
}

/// What a person is.
///
/// # Errors
/// When the database fails.
pub async fn roles(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<Held>> {
    sqlx::query_as!(
        Held,
        r#"select r.role, coalesce(s.name, t.name) as place, c.grade || ' ' || c.letter as class, r.granted_at as since
           from role r left join class c on c.id = r.class left join school s on s.id = coalesce(r.school, c.school)
           left join territory t on t.id = r.territory
           where r.person = $1 and r.revoked_at is null order by r.granted_at, r.id"#,
        person.0,
    )
    .fetch_all(db)
    .await
}

/// An account by which a person speaks.
#[derive(Clone, Debug)]
pub struct Account {
    /// `telegram` or `vk`.
    pub channel: String,
    /// Civil.
    pub linked_at: DateTime<Utc>,
    /// Civil.
    pub last_spoke_at: DateTime<Utc>,
}

/// The accounts by which a person speaks.
///
/// # Errors
/// When the database fails.
pub async fn accounts(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<Account>> {
    sqlx::query_as!(
        Account,
        "select a.channel, ap.linked_at, ap.last_spoke_at from account_person ap join account a on a.id = ap.account
         where ap.person = $1 order by ap.linked_at, a.id",
        person.0,
    )
    .fetch_all(db)
    .await
}

/// A person's proved phone: by which verification, whose it is, since when.
///
/// # Errors
/// When the database fails.
pub async fn phone(
    db: &mut PgConnection,
    person: PersonId,
) -> sqlx::Result<Option<(VerificationId, String, Option<DateTime<Utc>>)>> {
    let phone = sqlx::query!(
        r#"select id as "id: VerificationId", relation, verified_at from verification
           where person = $1 and state = 'verified'"#,
        person.0,
    );
    Ok(phone.fetch_optional(db).await?.map(|row| (row.id, row.relation, row.verified_at)))
}

/// What a person has signed up for.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Its title.
    pub title: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// What was said of it: a mark of five.
    pub mark: Option<i16>,
}

/// The events that a person has signed up for, and what was said of them.
///
/// # Errors
/// When the database fails.
pub async fn visits(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<Visit>> {
    sqlx::query_as!(
        Visit,
        r#"select e.title, e.starts_at, f.mark as "mark?"
           from event_signup g join event e on e.id = g.event
           left join feedback f on f.event = e.id and f.person = g.person
           where g.person = $1 and g.state = 'signed' order by e.starts_at, e.id"#,
        person.0,
    )
    .fetch_all(db)
    .await
}

/// An answer to a question of a form.
#[derive(Clone, Debug)]
pub struct Answered {
    /// One filling in.
    pub run: String,
    /// Of which flow.
    pub flow: String,
    /// To which question.
    pub question: String,
    /// Sealed for `answer`, `value`, `run:flow:question`.
    pub value: Vec<u8>,
    /// Civil.
    pub given_at: DateTime<Utc>,
}

/// What a person has answered in forms.
///
/// # Errors
/// When the database fails.
pub async fn answers(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<Answered>> {
    sqlx::query_as!(
        Answered,
        "select run, flow, question, value, given_at from answer where person = $1 order by given_at, flow, question",
        person.0,
    )
    .fetch_all(db)
    .await
}

/// How many hold each role that sees people's data just now; who holds one at several places counts once.
///
/// # Errors
/// When the database fails.
pub async fn holders(db: &mut PgConnection) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select role, count(distinct person) as "many!" from role
           where revoked_at is null and role in ('operator', 'coordinator', 'school_admin', 'teacher', 'support') group by role"#
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.role, row.many)).collect())
}
