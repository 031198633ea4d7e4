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
        "insert into invitation (id, hash, role, territory, school, note, made_by, made_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.id.0,
        new.hash.as_slice(),
        new.role,
        new.territory.map(|t| t.0),
        new.school.map(|s| s.0),
        new.note,
        new.made_by.map(|p| p.0),
        now,
        new.expires_at,
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
                  coalesce(t.name, s.name) as "place!", i.made_by as "made_by: PersonId", i.expires_at,
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

/// When this person made invitations, since a moment, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn made_since(
    db: &mut PgConnection,
    staff: PersonId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select made_at from invitation where made_by = $1 and made_at > $2 order by made_at",
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

/// The invitations that wait to be taken, in all that somebody looks after.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &mut PgConnection, staff: PersonId, now: DateTime<Utc>) -> sqlx::Result<Vec<Open>> {
    sqlx::query_as!(
        Open,
        r#"select i.id, i.role, coalesce(t.name, s.name) as "place!", i.note, i.expires_at
           from invitation i left join territory t on t.id = i.territory left join school s on s.id = i.school
           where i.used_at is null and i.revoked_at is null and i.expires_at > $2
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
