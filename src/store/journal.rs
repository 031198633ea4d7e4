//! The journal's rows. Each is hashed with the one before it by whoever writes it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::PersonId;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1, without a gap.
    pub seq: i64,
    /// Civil.
    pub at: DateTime<Utc>,
    /// Who; `None`: the command line, or the program itself.
    pub actor: Option<PersonId>,
    /// What was done, in one word.
    pub act: String,
    /// Whom or what it was about.
    pub subject: Option<Uuid>,
    /// JSON, as it was hashed.
    pub detail: String,
    /// Of this line and the one before.
    pub hash: Vec<u8>,
}

/// The last line, locked until the end of the transaction: its number and hash, 0 and empty before the first.
///
/// # Errors
/// When the database fails.
pub async fn head(db: &mut PgConnection) -> sqlx::Result<(i64, Vec<u8>)> {
    let head = sqlx::query!("select seq, hash from journal_head for update").fetch_one(db).await?;
    Ok((head.seq, head.hash))
}

/// Writes a line and makes it the last.
///
/// # Errors
/// When the database fails.
pub async fn append(db: &mut PgConnection, line: &Line) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into journal (seq, at, actor, act, subject, detail, hash) values ($1, $2, $3, $4, $5, $6, $7)",
        line.seq,
        line.at,
        line.actor.map(|actor| actor.0),
        line.act,
        line.subject,
        line.detail,
        line.hash,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update journal_head set seq = $1, hash = $2", line.seq, line.hash).execute(db).await?;
    Ok(())
}

/// So many lines behind this one, in order.
///
/// # Errors
/// When the database fails.
pub async fn after(db: &mut PgConnection, seq: i64, many: i64) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"select seq, at, actor as "actor: PersonId", act, subject, detail, hash from journal
           where seq > $1 order by seq limit $2"#,
        seq,
        many,
    )
    .fetch_all(db)
    .await
}

/// The last line as it is remembered, without a lock.
///
/// # Errors
/// When the database fails.
pub async fn remembered(db: &mut PgConnection) -> sqlx::Result<(i64, Vec<u8>)> {
    let head = sqlx::query!("select seq, hash from journal_head").fetch_one(db).await?;
    Ok((head.seq, head.hash))
}
