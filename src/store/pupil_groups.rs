//! Groups of pupils that cut across the classes of a school; each statement within what its reader may see.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{GroupId, PersonId, SchoolId};

/// A group that somebody may look at.
#[derive(Clone, Debug)]
pub struct Group {
    /// Which.
    pub id: GroupId,
    /// Of which school.
    pub school: SchoolId,
    /// Sealed for `pupil_group`, `name`, the id.
    pub name: Vec<u8>,
    /// Pupils in it whom the reader sees.
    pub pupils: i64,
}

/// The groups of a school that somebody may look at; `one`: only this one, of whichever school.
///
/// # Errors
/// When the database fails.
pub async fn seen(
    db: &mut PgConnection,
    reader: PersonId,
    school: Option<SchoolId>,
    one: Option<GroupId>,
) -> sqlx::Result<Vec<Group>> {
    sqlx::query_as!(
        Group,
        r#"select g.id as "id: GroupId", g.school as "school: SchoolId", g.name,
                  (select count(distinct m.person) from group_member m
                   join role r on r.person = m.person and r.role = 'pupil' and r.revoked_at is null
                   join classes_seen($1) c on c.class = r.class where m.pupil_group = g.id) as "pupils!"
           from groups_seen($1) s join pupil_group g on g.id = s.pupil_group
           where g.school = $2 or g.id = $3 order by g.made_at, g.id limit 200"#,
        reader.0,
        school.map(|s| s.0),
        one.map(|g| g.0),
    )
    .fetch_all(db)
    .await
}

/// A group to be made.
#[derive(Clone, Debug)]
pub struct NewGroup<'g> {
    /// Its id.
    pub id: GroupId,
    /// Its school.
    pub school: SchoolId,
    /// Sealed.
    pub name: &'g [u8],
    /// Keyed hash.
    pub index: &'g [u8],
    /// Who makes it.
    pub by: PersonId,
}

/// Makes a group; `false`: there is one of this name.
///
/// # Errors
/// When the database fails.
pub async fn make(db: &mut PgConnection, group: &NewGroup<'_>, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let made = sqlx::query!(
        "insert into pupil_group (id, school, name, name_index, made_by, made_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (school, name_index) where closed_at is null do nothing",
        group.id.0,
        group.school.0,
        group.name,
        group.index,
        group.by.0,
        now,
    );
    Ok(made.execute(db).await?.rows_affected() == 1)
}

/// Closes a group that somebody may look at; its pupils stay where they are.
///
/// # Errors
/// When the database fails.
pub async fn close(db: &mut PgConnection, staff: PersonId, group: GroupId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let closed = sqlx::query!(
        "update pupil_group set closed_at = $3 where id = $2 and id in (select pupil_group from groups_seen($1))",
        staff.0,
        group.0,
        now,
    );
    Ok(closed.execute(db).await?.rows_affected() == 1)
}

/// Of these pupils, those who are wanted are in the group from now on, and the others are not. Pupils and group are the caller's to
/// have judged. Gives how many were put in and taken out.
///
/// # Errors
/// When the database fails.
pub async fn set(
    db: &mut PgConnection,
    (staff, group): (PersonId, GroupId),
    (shown, wanted): (&[PersonId], &[PersonId]),
    now: DateTime<Utc>,
) -> sqlx::Result<(u64, u64)> {
    let ids = |people: &[PersonId]| people.iter().map(|p| p.0).collect::<Vec<Uuid>>();
    let out = sqlx::query!(
        "delete from group_member where pupil_group = $1 and person = any($2) and person <> all($3)",
        group.0,
        &ids(shown),
        &ids(wanted),
    );
    let out = out.execute(&mut *db).await?.rows_affected();
    let put = sqlx::query!(
        "insert into group_member (pupil_group, person, put_by, put_at)
         select $1, p, $3, $4 from unnest($2::uuid[]) p on conflict do nothing",
        group.0,
        &ids(wanted),
        staff.0,
        now,
    );
    Ok((put.execute(db).await?.rows_affected(), out))
}
