//! Invitations to a role.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{CodeId, PersonId, SchoolId, TerritoryId};

/// An invitation to be kept.
#[derive(Clone, Debug)]
pub struct NewInvitation<'n> {
    /// The row; the code is made of it.
    pub id: CodeId,
    /// Keyed hash of the code.
    pub hash: [u8; 32],
    /// To which role.
    pub role: &'static str,
    /// Where: a territory,
    pub territory: Option<TerritoryId>,
    /// or a school.
    pub school: Option<SchoolId>,
    /// The person of a table whom it is for; whoever takes it is that person.
    pub person: Option<PersonId>,
    /// For whom, sealed for `invitation`, `note`, the row's id.
    pub note: Option<&'n [u8]>,
    /// By whom; `None`: the command line.
    pub made_by: Option<PersonId>,
    /// Civil.
    pub expires_at: DateTime<Utc>,
}

/// Keeps an invitation.
///
/// # Errors
/// When the database fails.
pub async fn put(db: &mut PgConnection, new: &NewInvitation<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into invitation (id, hash, role, territory, school, note, made_by, made_at, expires_at, person)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.id.0,
        new.hash.as_slice(),
        new.role,
        new.territory.map(|t| t.0),
        new.school.map(|s| s.0),
        new.note,
        new.made_by.map(|p| p.0),
        now,
        new.expires_at,
        new.person.map(|p| p.0),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An invitation that somebody named.
#[derive(Clone, Debug)]
pub struct Found {
    /// The row.
    pub id: CodeId,
    /// To which role.
    pub role: String,
    /// Where: a territory,
    pub territory: Option<TerritoryId>,
    /// or a school.
    pub school: Option<SchoolId>,
    /// What that is called.
    pub place: String,
    /// By whom.
    pub made_by: Option<PersonId>,
    /// The person whom whoever takes it turns out to be.
    pub person: Option<PersonId>,
    /// Civil.
    pub expires_at: DateTime<Utc>,
    /// Taken already.
    pub used: bool,
    /// Taken back.
    pub revoked: bool,
}

/// Finds an invitation by its code's hash and locks it.
///
/// # Errors
/// When the database fails.
pub async fn lock(db: &mut PgConnection, hash: &[u8; 32]) -> sqlx::Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        r#"select i.id as "id: CodeId", i.role, i.territory as "territory: TerritoryId", i.school as "school: SchoolId",
                  coalesce(t.name, s.name) as "place!", i.made_by as "made_by: PersonId", i.person as "person: PersonId", i.expires_at,
                  i.used_at is not null as "used!", i.revoked_at is not null as "revoked!"
           from invitation i left join territory t on t.id = i.territory left join school s on s.id = i.school
           where i.hash = $1 for update of i"#,
        hash.as_slice(),
    )
    .fetch_optional(db)
    .await
}

/// Uses an invitation up.
///
/// # Errors
/// When the database fails.
pub async fn consume(db: &mut PgConnection, id: CodeId, by: PersonId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update invitation set used_at = $3, used_by = $2 where id = $1", id.0, by.0, now).execute(db).await?;
    Ok(())
}

/// When this person made invitations one by one, since a moment, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn made_since(
    db: &mut PgConnection,
    staff: PersonId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select made_at from invitation where made_by = $1 and made_at > $2 and person is null order by made_at",
        staff.0,
        since
    )
    .fetch_all(db)
    .await
}

/// An invitation that waits to be taken.
#[derive(Clone, Debug)]
pub struct Open {
    /// The row.
    pub id: Uuid,
    /// To which role.
    pub role: String,
    /// What the territory or school is called.
    pub place: String,
    /// For whom, sealed.
    pub note: Option<Vec<u8>>,
    /// Civil.
    pub expires_at: DateTime<Utc>,
}

/// The invitations that wait to be taken, in all that somebody looks after; those for teachers of a table have a list of their own.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &mut PgConnection, staff: PersonId, now: DateTime<Utc>) -> sqlx::Result<Vec<Open>> {
    sqlx::query_as!(
        Open,
        r#"select i.id, i.role, coalesce(t.name, s.name) as "place!", i.note, i.expires_at
           from invitation i left join territory t on t.id = i.territory left join school s on s.id = i.school
           where i.used_at is null and i.revoked_at is null and i.expires_at > $2 and i.person is null
             and (i.territory in (select territory from territories_seen($1)) or i.school in (select school from schools_seen($1)))
           order by i.made_at, i.id"#,
        staff.0,
        now,
    )
    .fetch_all(db)
    .await
}

/// Takes back an invitation that waits, in what this person looks after. `false`: there is none such.
///
/// # Errors
/// When the database fails.
pub async fn revoke(db: &mut PgConnection, staff: PersonId, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let revoked = sqlx::query!(
        "update invitation i set revoked_at = $3, revoked_by = $1
         where i.id = $2 and i.used_at is null and i.revoked_at is null
           and (i.territory in (select territory from territories_seen($1)) or i.school in (select school from schools_seen($1)))",
        staff.0,
        id,
        now,
    );
    Ok(revoked.execute(db).await?.rows_affected() == 1)
}

/// A teacher of an imported table who has not come yet, and the invitation that waits for them.
#[derive(Clone, Debug)]
pub struct Awaited {
    /// Who.
    pub person: PersonId,
    /// Sealed for `person`, `profile`, the person's id.
    pub profile: Option<Vec<u8>>,
    /// A school where they teach.
    pub school: SchoolId,
    /// What it is called.
    pub school_name: String,
    /// Their classes there, «7А, 8Б».
    pub classes: String,
    /// The invitation that is still good, if one is.
    pub invitation: Option<CodeId>,
    /// Until when, civil.
    pub until: Option<DateTime<Utc>>,
}

/// The teachers who have never signed in, of the schools that somebody looks after at a place (without one: everywhere), by person;
/// behind this person, at most `many`.
///
/// # Errors
/// When the database fails.
pub async fn awaited(
    db: &mut PgConnection,
    staff: PersonId,
    (territory, school): (Option<TerritoryId>, Option<SchoolId>),
    (behind, many): (Option<PersonId>, i64),
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Awaited>> {
    sqlx::query_as!(
        Awaited,
        r#"select distinct on (p.id) p.id as "person!: PersonId", p.profile, s.id as "school!: SchoolId",
                  s.name as "school_name!",
                  (select coalesce(string_agg(distinct c.grade || c.letter, ', '), '') from role o join class c on c.id = o.class
                   where o.person = p.id and o.role = 'teacher' and o.revoked_at is null and c.school = s.id) as "classes!",
                  i.id as "invitation?: CodeId", i.expires_at as "until?"
           from schools_at($1, $2, $3) seen join school s on s.id = seen.school
           join role r on r.school = s.id and r.role = 'teacher' and r.revoked_at is null
           join person p on p.id = r.person and p.kind = 'record' and p.signed_in_at is null
           left join invitation i on i.person = p.id and i.used_at is null and i.revoked_at is null and i.expires_at > $6
           where $4::uuid is null or p.id > $4
           order by p.id, s.name, s.id, i.made_at desc limit $5"#,
        staff.0,
        territory.map(|t| t.0),
        school.map(|s| s.0),
        behind.map(|p| p.0),
        many,
        now,
    )
    .fetch_all(db)
    .await
}

/// How many of them there are, and how many have an invitation that is good.
///
/// # Errors
/// When the database fails.
pub async fn awaited_count(
    db: &mut PgConnection,
    staff: PersonId,
    (territory, school): (Option<TerritoryId>, Option<SchoolId>),
    now: DateTime<Utc>,
) -> sqlx::Result<(i64, i64)> {
    let counts = sqlx::query!(
        r#"select count(distinct p.id) as "all!", count(distinct i.person) as "invited!"
           from schools_at($1, $2, $3) seen
           join role r on r.school = seen.school and r.role = 'teacher' and r.revoked_at is null
           join person p on p.id = r.person and p.kind = 'record' and p.signed_in_at is null
           left join invitation i on i.person = p.id and i.used_at is null and i.revoked_at is null and i.expires_at > $4"#,
        staff.0,
        territory.map(|t| t.0),
        school.map(|s| s.0),
        now,
    );
    let counts = counts.fetch_one(db).await?;
    Ok((counts.all, counts.invited))
}

/// Takes back all invitations that wait for this person; `by`: nobody when one of them was taken.
///
/// # Errors
/// When the database fails.
pub async fn revoke_for(
    db: &mut PgConnection,
    person: PersonId,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let revoked = sqlx::query!(
        "update invitation set revoked_at = $2, revoked_by = $3 where person = $1 and used_at is null and revoked_at is null",
        person.0,
        now,
        by.map(|p| p.0),
    );
    Ok(revoked.execute(db).await?.rows_affected())
}

/// Which of these people have an invitation that is still good.
///
/// # Errors
/// When the database fails.
pub async fn invited(db: &mut PgConnection, people: &[PersonId], now: DateTime<Utc>) -> sqlx::Result<Vec<PersonId>> {
    let ids: Vec<Uuid> = people.iter().map(|p| p.0).collect();
    sqlx::query_scalar!(
        r#"select distinct person as "person!: PersonId" from invitation
           where person = any($1) and used_at is null and revoked_at is null and expires_at > $2"#,
        &ids,
        now,
    )
    .fetch_all(db)
    .await
}

/// Locks people who are about to be invited: two at once would make two invitations for one.
///
/// # Errors
/// When the database fails.
pub async fn hold(db: &mut PgConnection, people: &[PersonId]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = people.iter().map(|p| p.0).collect();
    sqlx::query!("select id from person where id = any($1) order by id for no key update", &ids)
        .fetch_all(db)
        .await
        .map(drop)
}
