//! The territory tree, schools and classes.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{ClassId, PersonId, SchoolId, TerritoryId};

/// A territory, as far as it concerns somebody below it.
#[derive(Clone, Debug)]
pub struct Above {
    /// Which.
    pub id: TerritoryId,
    /// IANA zone, if this one names one.
    pub zone: Option<String>,
    /// Phone prefixes that may be dialled, if this one names any.
    pub destinations: Option<Vec<String>>,
    /// Whether it names contacts.
    pub contacts: bool,
}

/// The territories above a person, nearest first: of the school, else of the role, else of a child's school.
///
/// # Errors
/// When the database fails.
pub async fn above(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<Above>> {
    sqlx::query_as!(
        Above,
        r#"with recursive seat as (
             select coalesce(s.territory, r.territory) as territory
             from (select $1::uuid as person, 0 as far
                   union all select g.child, 1 from guardian g where g.parent = $1 and g.unlinked_at is null) near
             join role r on r.person = near.person
             left join class c on c.id = r.class left join school s on s.id = coalesce(r.school, c.school)
             where r.revoked_at is null and coalesce(s.territory, r.territory) is not null
             order by near.far, (s.id is null), r.granted_at desc limit 1
           ), above as (
             select t.*, 1 as height from seat join territory t on t.id = seat.territory
             union all
             select t.*, above.height + 1 from above join territory t on t.id = above.parent where above.height < 10
           )
           select id as "id!: TerritoryId", zone, destinations, contacts is not null as "contacts!"
           from above order by height"#,
        person.0,
    )
    .fetch_all(db)
    .await
}

/// A territory to be written.
#[derive(Clone, Debug)]
pub struct NewTerritory<'t> {
    /// Its id, should it be new.
    pub id: TerritoryId,
    /// What it lies in.
    pub parent: Option<TerritoryId>,
    /// `federation`, `district`, `region`, `municipality`.
    pub kind: &'t str,
    /// Its name.
    pub name: &'t str,
}

/// The territory of this kind and name in this parent; made if there is none. A region or a district is found wherever it lies.
///
/// # Errors
/// When the database fails.
pub async fn find_or_add(db: &mut PgConnection, new: &NewTerritory<'_>) -> sqlx::Result<TerritoryId> {
    let found = sqlx::query_scalar!(
        r#"select id as "id: TerritoryId" from territory
           where kind = $1 and name = $2 and (kind in ('region', 'district') or parent is not distinct from $3)
           order by id limit 1"#,
        new.kind,
        new.name,
        new.parent.map(|p| p.0),
    );
    if let Some(id) = found.fetch_optional(&mut *db).await? {
        return Ok(id);
    }
    sqlx::query!(
        "insert into territory (id, parent, kind, name) values ($1, $2, $3, $4)",
        new.id.0,
        new.parent.map(|p| p.0),
        new.kind,
        new.name,
    )
    .execute(db)
    .await?;
    Ok(new.id)
}

/// A territory that was asked for by its name.
#[derive(Clone, Debug)]
pub struct Named {
    /// Which.
    pub id: TerritoryId,
    /// `federation`, `district`, `region`, `municipality`.
    pub kind: String,
}

/// The territories of this name, of one kind if that is said.
///
/// # Errors
/// When the database fails.
pub async fn named(db: &mut PgConnection, name: &str, kind: Option<&str>) -> sqlx::Result<Vec<Named>> {
    sqlx::query_as!(
        Named,
        r#"select id as "id: TerritoryId", kind from territory where name = $1 and ($2::text is null or kind = $2) order by id"#,
        name,
        kind,
    )
    .fetch_all(db)
    .await
}

/// Sets the zone and the phone prefixes that hold for a territory and all below it; `None` leaves them. `true`: something
/// changed.
///
/// # Errors
/// When the database fails.
pub async fn set(
    db: &mut PgConnection,
    id: TerritoryId,
    zone: Option<&str>,
    destinations: Option<&[String]>,
) -> sqlx::Result<bool> {
    let set = sqlx::query!(
        "update territory t set zone = n.zone, destinations = n.destinations
         from (select coalesce($2, zone) as zone, coalesce($3, destinations) as destinations from territory where id = $1) n
         where t.id = $1 and (t.zone, t.destinations) is distinct from (n.zone, n.destinations)",
        id.0,
        zone,
        destinations,
    );
    Ok(set.execute(db).await?.rows_affected() == 1)
}

/// The contacts of these territories, sealed for `territory`, `contacts`, the territory's id; of those that name any.
///
/// # Errors
/// When the database fails.
pub async fn contacts(db: &mut PgConnection, ids: &[TerritoryId]) -> sqlx::Result<Vec<(TerritoryId, Vec<u8>)>> {
    let rows = sqlx::query!(
        r#"select id as "id: TerritoryId", contacts as "contacts!" from territory where id = any($1) and contacts is not null"#,
        &ids.iter().map(|id| id.0).collect::<Vec<_>>(),
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.contacts)).collect())
}

/// Keeps the contacts of a territory, sealed for its place.
///
/// # Errors
/// When the database fails.
pub async fn set_contacts(db: &mut PgConnection, id: TerritoryId, sealed: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("update territory set contacts = $2 where id = $1", id.0, sealed).execute(db).await?;
    Ok(())
}

/// The country, if it is there.
///
/// # Errors
/// When the database fails.
pub async fn country(db: &mut PgConnection) -> sqlx::Result<Option<TerritoryId>> {
    sqlx::query_scalar!(
        r#"select id as "id: TerritoryId" from territory where kind = 'federation' order by id limit 1"#
    )
    .fetch_optional(db)
    .await
}

/// Lets a territory lie in another from now on. `true`: it lay elsewhere before.
///
/// # Errors
/// When the database fails.
pub async fn lay(db: &mut PgConnection, id: TerritoryId, within: TerritoryId) -> sqlx::Result<bool> {
    let laid =
        sqlx::query!("update territory set parent = $2 where id = $1 and parent is distinct from $2", id.0, within.0);
    Ok(laid.execute(db).await?.rows_affected() == 1)
}

/// A school, as the programme knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Ours.
    pub id: SchoolId,
    /// The municipality.
    pub territory: TerritoryId,
    /// Its name.
    pub name: String,
    /// ИНН, 10 digits.
    pub inn: String,
    /// КПП, 9 digits.
    pub kpp: String,
}

/// The schools that have one of these ИНН.
///
/// # Errors
/// When the database fails.
pub async fn schools(db: &mut PgConnection, inns: &[String]) -> sqlx::Result<Vec<School>> {
    schools_for(db, inns, None).await
}

/// The same, as far as somebody may look into them.
///
/// # Errors
/// When the database fails.
pub async fn schools_for(
    db: &mut PgConnection,
    inns: &[String],
    reader: Option<PersonId>,
) -> sqlx::Result<Vec<School>> {
    sqlx::query_as!(
        School,
        r#"select id as "id: SchoolId", territory as "territory: TerritoryId", name, inn, kpp
           from school where inn = any($1) and ($2::uuid is null or id in (select school from schools_seen($2)))
           order by inn, kpp"#,
        inns,
        reader.map(|reader| reader.0),
    )
    .fetch_all(db)
    .await
}

/// Writes a school, found by ИНН and КПП.
///
/// # Errors
/// When the database fails.
pub async fn write_school(db: &mut PgConnection, school: &School) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into school (id, territory, name, inn, kpp) values ($1, $2, $3, $4, $5)
         on conflict (inn, kpp) do update set territory = excluded.territory, name = excluded.name",
        school.id.0,
        school.territory.0,
        school.name,
        school.inn,
        school.kpp,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A class to be found or made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassKey {
    /// Where.
    pub school: SchoolId,
    /// `2026-2027`.
    pub school_year: String,
    /// 6–11.
    pub grade: i16,
    /// `А`, `Б1` …
    pub letter: String,
}

/// The ids of these classes; those that are missing are made with the ids given.
///
/// # Errors
/// When the database fails.
pub async fn classes(db: &mut PgConnection, keys: &[(ClassKey, Uuid)]) -> sqlx::Result<Vec<(ClassKey, ClassId)>> {
    let schools: Vec<_> = keys.iter().map(|(k, _)| k.school.0).collect();
    let years: Vec<_> = keys.iter().map(|(k, _)| k.school_year.clone()).collect();
    let grades: Vec<_> = keys.iter().map(|(k, _)| k.grade).collect();
    let letters: Vec<_> = keys.iter().map(|(k, _)| k.letter.clone()).collect();
    sqlx::query!(
        "insert into class (id, school, school_year, grade, letter)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int2[], $5::text[]) on conflict do nothing",
        &keys.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
        &schools,
        &years,
        &grades,
        &letters,
    )
    .execute(&mut *db)
    .await?;
    let rows = sqlx::query!(
        r#"select c.id as "id: ClassId", c.school as "school: SchoolId", c.school_year, c.grade, c.letter
           from class c join unnest($1::uuid[], $2::text[], $3::int2[], $4::text[]) as k (school, school_year, grade, letter)
             using (school, school_year, grade, letter)"#,
        &schools,
        &years,
        &grades,
        &letters,
    );
    let rows = rows.fetch_all(db).await?;
    Ok(rows
        .into_iter()
        .map(|r| (ClassKey { school: r.school, school_year: r.school_year, grade: r.grade, letter: r.letter }, r.id))
        .collect())
}

/// A place that somebody answers for, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPlace {
    /// `federation`, `district`, `region`, `municipality`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// What it lies in.
    pub above: Option<String>,
    /// Whether it is theirs as an operator's, not as a coordinator's.
    pub operator: bool,
}

/// The territories that somebody answers for.
///
/// # Errors
/// When the database fails.
pub async fn own(db: &mut PgConnection, staff: PersonId) -> sqlx::Result<Vec<OwnPlace>> {
    sqlx::query_as!(
        OwnPlace,
        r#"select t.kind, t.name, u.name as "above?",
                  exists (select from territories_above(t.id) a join role r on r.territory = a.territory
                          where r.person = $1 and r.role = 'operator' and r.revoked_at is null) as "operator!"
           from territories_seen($1) seen join territory t on t.id = seen.territory left join territory u on u.id = t.parent"#,
        staff.0,
    )
    .fetch_all(db)
    .await
}
