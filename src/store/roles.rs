//! Who is what, where; and the people of a school as the import must know them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{ClassId, PersonId, SchoolId, TerritoryId};

/// A role to be given.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// The row.
    pub id: Uuid,
    /// To whom.
    pub person: PersonId,
    /// `pupil`, `teacher`, …
    pub role: &'static str,
    /// Over a territory.
    pub territory: Option<TerritoryId>,
    /// In a school.
    pub school: Option<SchoolId>,
    /// In a class.
    pub class: Option<ClassId>,
}

/// Gives roles; one that a person has already stays.
///
/// # Errors
/// When the database fails.
pub async fn grant(db: &mut PgConnection, roles: &[NewRole], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into role (id, person, role, territory, school, class, granted_at)
         select id, person, role, territory, school, class, $7
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[])
              as n (id, person, role, territory, school, class)
         on conflict do nothing",
        &roles.iter().map(|r| r.id).collect::<Vec<_>>(),
        &roles.iter().map(|r| r.person.0).collect::<Vec<_>>(),
        &roles.iter().map(|r| r.role.to_owned()).collect::<Vec<_>>(),
        &roles.iter().map(|r| r.territory.map(|t| t.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &roles.iter().map(|r| r.school.map(|s| s.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &roles.iter().map(|r| r.class.map(|c| c.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the pupil's role in every class from these people: they are about to be in another.
///
/// # Errors
/// When the database fails.
pub async fn leave_classes(db: &mut PgConnection, pupils: &[PersonId], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update role set revoked_at = $2 where person = any($1) and role = 'pupil' and revoked_at is null",
        &pupils.iter().map(|p| p.0).collect::<Vec<_>>(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One role of one person in a class of a school.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Who.
    pub person: PersonId,
    /// Sealed for `person`, `profile`, the person's id.
    pub profile: Option<Vec<u8>>,
    /// `pupil` or `teacher`.
    pub role: String,
    /// Where.
    pub school: SchoolId,
    /// `2026-2027`.
    pub school_year: String,
    /// 6–11.
    pub grade: i16,
    /// `А`, `Б1` …
    pub letter: String,
}

/// Everybody who sits or teaches in a class of these schools, and these people wherever they do.
///
/// # Errors
/// When the database fails.
pub async fn seats(db: &mut PgConnection, schools: &[SchoolId], people: &[PersonId]) -> sqlx::Result<Vec<Seat>> {
    sqlx::query_as!(
        Seat,
        r#"select p.id as "person: PersonId", p.profile, r.role, c.school as "school: SchoolId", c.school_year, c.grade,
                  c.letter
           from role r join person p on p.id = r.person join class c on c.id = r.class
           where r.revoked_at is null and r.role in ('pupil', 'teacher')
             and (c.school = any($1) or p.id = any($2))
           order by p.id, c.school_year, c.grade, c.letter"#,
        &schools.iter().map(|s| s.0).collect::<Vec<_>>(),
        &people.iter().map(|p| p.0).collect::<Vec<_>>(),
    )
    .fetch_all(db)
    .await
}

/// Holds every other import until the end of this transaction: two at once would add the same people twice.
///
/// # Errors
/// When the database fails.
pub async fn import_alone(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('provodnik import', 0))").execute(db).await?;
    Ok(())
}

/// By which roles somebody answers for a territory or a school: held there, or over what lies above it.
///
/// # Errors
/// When the database fails.
pub async fn over(
    db: &mut PgConnection,
    staff: PersonId,
    territory: Option<TerritoryId>,
    school: Option<SchoolId>,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select distinct r.role from role r
           where r.person = $1 and r.revoked_at is null and (
             r.role in ('operator', 'coordinator', 'support') and r.territory in (
               select a.territory from territories_above(coalesce($2, (select s.territory from school s where s.id = $3))) a)
             or r.role = 'school_admin' and r.school = $3)"#,
        staff.0,
        territory.map(|t| t.0),
        school.map(|s| s.0),
    )
    .fetch_all(db)
    .await
}

/// Whether somebody holds a role anywhere.
///
/// # Errors
/// When the database fails.
pub async fn is(db: &mut PgConnection, person: PersonId, role: &str) -> sqlx::Result<bool> {
    let held = sqlx::query_scalar!(
        r#"select exists (select from role where person = $1 and role = $2 and revoked_at is null) as "held!""#,
        person.0,
        role
    );
    held.fetch_one(db).await
}

/// Whether somebody answers for a territory.
///
/// # Errors
/// When the database fails.
pub async fn answers_for_a_territory(db: &mut PgConnection, staff: PersonId) -> sqlx::Result<bool> {
    let any = sqlx::query_scalar!(r#"select exists (select from territories_seen($1)) as "any!""#, staff.0);
    any.fetch_one(db).await
}

/// The names of the regions that somebody answers for as their operator: whose table of schools they may hand in.
///
/// # Errors
/// When the database fails.
pub async fn regions_of(db: &mut PgConnection, staff: PersonId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select t.name from territory t where t.kind = 'region' and exists (
           select from territories_above(t.id) a join role r on r.territory = a.territory
           where r.person = $1 and r.role = 'operator' and r.revoked_at is null)",
        staff.0,
    )
    .fetch_all(db)
    .await
}

/// A place that somebody answers for.
#[derive(Clone, Debug)]
pub struct Place {
    /// A territory,
    pub territory: Option<TerritoryId>,
    /// or a school.
    pub school: Option<SchoolId>,
    /// `federation`, `district`, `region`, `municipality`, `school`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// What it lies in.
    pub above: Option<String>,
}

/// The places that somebody answers for whose names hold `like` (small letters, «е» for «ё»), at most `many`: territories from
/// above, then schools.
///
/// # Errors
/// When the database fails.
pub async fn places(db: &mut PgConnection, staff: PersonId, like: &str, many: i64) -> sqlx::Result<Vec<Place>> {
    sqlx::query_as!(
        Place,
        r#"with place as (
             select t.id as territory, null::uuid as school, t.kind, t.name, u.name as above,
                    array_position(array['federation', 'district', 'region', 'municipality'], t.kind) as rank
             from territories_seen($1) seen join territory t on t.id = seen.territory left join territory u on u.id = t.parent
             union all
             select null, s.id, 'school', s.name, t.name, 9
             from schools_seen($1) seen join school s on s.id = seen.school join territory t on t.id = s.territory
           )
           select territory as "territory: TerritoryId", school as "school: SchoolId", kind as "kind!", name as "name!", above
           from place where position($2 in translate(lower(name), 'ё', 'е')) > 0
           order by (translate(lower(name), 'ё', 'е') = $2) desc, rank, name, territory, school limit $3"#,
        staff.0,
        like,
        many,
    )
    .fetch_all(db)
    .await
}

/// What a territory or a school is called, and its kind.
///
/// # Errors
/// When the database fails.
pub async fn place(
    db: &mut PgConnection,
    territory: Option<TerritoryId>,
    school: Option<SchoolId>,
) -> sqlx::Result<Option<(String, String)>> {
    let found = sqlx::query!(
        r#"select t.kind as "kind!", t.name as "name!" from territory t where t.id = $1
           union all select 'school', s.name from school s where s.id = $2"#,
        territory.map(|t| t.0),
        school.map(|s| s.0),
    );
    Ok(found.fetch_optional(db).await?.map(|row| (row.kind, row.name)))
}

/// Gives one role at a place, unless it is held already. `true`: it was given.
///
/// # Errors
/// When the database fails.
pub async fn give(
    db: &mut PgConnection,
    role: &NewRole,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let given = sqlx::query!(
        "insert into role (id, person, role, territory, school, class, granted_at, granted_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        role.id,
        role.person.0,
        role.role,
        role.territory.map(|t| t.0),
        role.school.map(|s| s.0),
        role.class.map(|c| c.0),
        now,
        by.map(|p| p.0),
    );
    Ok(given.execute(db).await?.rows_affected() == 1)
}

/// Whether somebody holds a role at a place.
///
/// # Errors
/// When the database fails.
pub async fn holds(
    db: &mut PgConnection,
    person: PersonId,
    role: &str,
    territory: Option<TerritoryId>,
    school: Option<SchoolId>,
) -> sqlx::Result<bool> {
    let held = sqlx::query_scalar!(
        r#"select exists (select from role where person = $1 and role = $2 and revoked_at is null
             and territory is not distinct from $3 and school is not distinct from $4) as "held!""#,
        person.0,
        role,
        territory.map(|t| t.0),
        school.map(|s| s.0),
    );
    held.fetch_one(db).await
}

/// A role that is held, as whoever answers for the place sees it.
#[derive(Clone, Debug)]
pub struct HeldRole {
    /// The row.
    pub id: Uuid,
    /// Who holds it.
    pub person: PersonId,
    /// Sealed for `person`, `profile`, the person's id.
    pub profile: Option<Vec<u8>>,
    /// Which.
    pub role: String,
    /// Where: a territory,
    pub territory: Option<TerritoryId>,
    /// or a school.
    pub school: Option<SchoolId>,
    /// What that is called.
    pub place: String,
    /// Civil.
    pub granted_at: DateTime<Utc>,
    /// Whether its holder has ever been here.
    pub signed_in: bool,
}

/// The roles of staff at a place and below it, as far as somebody answers for it; one of a teacher of several classes once. At
/// most `many`, behind the first `past`.
///
/// # Errors
/// When the database fails.
pub async fn staff(
    db: &mut PgConnection,
    reader: PersonId,
    (territory, school): (Option<TerritoryId>, Option<SchoolId>),
    (past, many): (i64, i64),
) -> sqlx::Result<Vec<HeldRole>> {
    sqlx::query_as!(
        HeldRole,
        r#"with recursive below as (
             select $2::uuid as id where $2 is not null
             union all select t.id from territory t join below b on t.parent = b.id
           ), place as (
             select b.id as territory, null::uuid as school from below b join territories_seen($1) seen on seen.territory = b.id
             union all
             select null, s.id from school s join schools_seen($1) seen on seen.school = s.id
             where s.id = $3 or s.territory in (select id from below)
           )
           select distinct on (coalesce(t.name, s.name), r.role, r.person)
                  r.id, r.person as "person: PersonId", p.profile, r.role, r.territory as "territory: TerritoryId",
                  r.school as "school: SchoolId", coalesce(t.name, s.name) as "place!", r.granted_at,
                  p.signed_in_at is not null as "signed_in!"
           from place join role r on r.territory = place.territory or r.school = place.school
           join person p on p.id = r.person
           left join territory t on t.id = r.territory left join school s on s.id = r.school
           where r.revoked_at is null and r.role not in ('pupil', 'parent')
           order by coalesce(t.name, s.name), r.role, r.person, r.granted_at offset $4 limit $5"#,
        reader.0,
        territory.map(|t| t.0),
        school.map(|s| s.0),
        past,
        many,
    )
    .fetch_all(db)
    .await
}

/// One role that is held.
///
/// # Errors
/// When the database fails.
pub async fn held(db: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<HeldRole>> {
    sqlx::query_as!(
        HeldRole,
        r#"select r.id, r.person as "person: PersonId", p.profile, r.role, r.territory as "territory: TerritoryId",
                  r.school as "school: SchoolId", coalesce(t.name, s.name) as "place!", r.granted_at,
                  p.signed_in_at is not null as "signed_in!"
           from role r join person p on p.id = r.person
           left join territory t on t.id = r.territory left join school s on s.id = r.school
           where r.id = $1 and r.revoked_at is null and coalesce(t.name, s.name) is not null for update of r"#,
        id,
    )
    .fetch_optional(db)
    .await
}

/// Takes a role away at a place: in all classes of the school, if it is one there.
///
/// # Errors
/// When the database fails.
pub async fn revoke(db: &mut PgConnection, role: &HeldRole, by: PersonId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update role set revoked_at = $5, revoked_by = $6
         where person = $1 and role = $2 and territory is not distinct from $3 and school is not distinct from $4
           and revoked_at is null",
        role.person.0,
        role.role,
        role.territory.map(|t| t.0),
        role.school.map(|s| s.0),
        now,
        by.0,
    )
    .execute(db)
    .await?;
    Ok(())
}
