//! Parents of pupils, and the codes that make one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{CodeId, PersonId, SchoolId};

/// Keeps a code that makes somebody this child's parent; older open ones are void from now on.
///
/// # Errors
/// When the database fails.
pub async fn put_code(
    db: &mut PgConnection,
    (id, child): (CodeId, PersonId),
    hash: &[u8; 32],
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<()> {
    sqlx::query!(
        "update parent_code set expires_at = $2 where child = $1 and used_at is null and expires_at > $2",
        child.0,
        now
    )
    .execute(&mut *db)
    .await?;
    let kept = sqlx::query!(
        "insert into parent_code (id, child, hash, made_at, expires_at) values ($1, $2, $3, $4, $5)",
        id.0,
        child.0,
        hash.as_slice(),
        now,
        until,
    );
    kept.execute(db).await.map(drop)
}

/// When this child's codes were made, since a moment, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn codes_since(
    db: &mut PgConnection,
    child: PersonId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select made_at from parent_code where child = $1 and made_at > $2 order by made_at",
        child.0,
        since
    )
    .fetch_all(db)
    .await
}

/// A code that somebody named.
#[derive(Clone, Debug)]
pub struct Found {
    /// The row.
    pub id: CodeId,
    /// Whose parent it makes.
    pub child: PersonId,
    /// Civil.
    pub expires_at: DateTime<Utc>,
    /// Used already.
    pub used: bool,
}

/// Finds a code by its hash and locks it.
///
/// # Errors
/// When the database fails.
pub async fn lock(db: &mut PgConnection, hash: &[u8; 32]) -> sqlx::Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        r#"select id as "id: CodeId", child as "child: PersonId", expires_at, used_at is not null as "used!"
           from parent_code where hash = $1 for update"#,
        hash.as_slice(),
    )
    .fetch_optional(db)
    .await
}

/// Uses a code up.
///
/// # Errors
/// When the database fails.
pub async fn consume(db: &mut PgConnection, id: CodeId, by: PersonId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update parent_code set used_at = $3, used_by = $2 where id = $1", id.0, by.0, now)
        .execute(db)
        .await?;
    Ok(())
}

/// The parents of a child, but for those who have asked to be erased; the child is locked, so that no two become the last one.
///
/// # Errors
/// When the database fails.
pub async fn parents(db: &mut PgConnection, child: PersonId) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query!("select id from person where id = $1 for update", child.0).fetch_optional(&mut *db).await?;
    sqlx::query_scalar!(
        r#"select g.parent as "parent: PersonId" from guardian g join person p on p.id = g.parent and p.kind = 'record'
           where g.child = $1 and g.unlinked_at is null order by g.linked_at, g.id"#,
        child.0,
    )
    .fetch_all(db)
    .await
}

/// The children of a parent, but for those who are blocked, the first linked first.
///
/// # Errors
/// When the database fails.
pub async fn children(db: &mut PgConnection, parent: PersonId) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"select g.child as "child: PersonId" from guardian g join person p on p.id = g.child and p.kind = 'record'
           where g.parent = $1 and g.unlinked_at is null order by g.linked_at, g.id"#,
        parent.0,
    )
    .fetch_all(db)
    .await
}

/// Links a parent.
///
/// # Errors
/// When the database fails.
pub async fn link(
    db: &mut PgConnection,
    id: Uuid,
    (child, parent): (PersonId, PersonId),
    relation: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into guardian (id, child, parent, relation, linked_at) values ($1, $2, $3, $4, $5)",
        id,
        child.0,
        parent.0,
        relation,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Unlinks a parent. `false`: was none.
///
/// # Errors
/// When the database fails.
pub async fn unlink(
    db: &mut PgConnection,
    (child, parent): (PersonId, PersonId),
    by: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let unlinked = sqlx::query!(
        "update guardian set unlinked_at = $3, unlinked_by = $4 where child = $1 and parent = $2 and unlinked_at is null",
        child.0,
        parent.0,
        now,
        by.0,
    );
    Ok(unlinked.execute(db).await?.rows_affected() == 1)
}

/// The schools of these children now, each once.
///
/// # Errors
/// When the database fails.
pub async fn schools(db: &mut PgConnection, children: &[PersonId]) -> sqlx::Result<Vec<SchoolId>> {
    sqlx::query_scalar!(
        r#"select distinct c.school as "school!: SchoolId" from role r join class c on c.id = r.class
           where r.person = any($1) and r.role = 'pupil' and r.revoked_at is null"#,
        &children.iter().map(|child| child.0).collect::<Vec<_>>(),
    )
    .fetch_all(db)
    .await
}

/// Takes the parent's role of these people at schools where no child of theirs is any more.
///
/// # Errors
/// When the database fails.
pub async fn leave_schools(db: &mut PgConnection, parent: PersonId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update role r set revoked_at = $2 where r.person = $1 and r.role = 'parent' and r.revoked_at is null
         and not exists (select from guardian g join role p on p.person = g.child and p.role = 'pupil' and p.revoked_at is null
                         join class c on c.id = p.class
                         where g.parent = $1 and g.unlinked_at is null and c.school = r.school)",
        parent.0,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
