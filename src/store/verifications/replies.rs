//! What was answered to a call of a flow, so that the same call again gets the same answer.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use crate::flow::Reply;

/// Whether a call of a flow was here before.
#[derive(Clone, Debug, PartialEq)]
pub enum Claimed {
    /// It was not: it is ours.
    Fresh,
    /// It was, and this was answered.
    Answered(Reply),
    /// It was, and whoever took it has not answered.
    Unfinished {
        /// What it would have answered.
        promise: Option<Reply>,
        /// The try that it counted.
        counted: Option<i64>,
    },
}

/// Takes a call of a flow, unless it was taken before. Waits for a transaction that takes it at the same moment.
pub async fn claim_reply(db: &mut PgConnection, run: &str, seq: i32, now: DateTime<Utc>) -> sqlx::Result<Claimed> {
    let fresh = sqlx::query!(
        "insert into verification_reply (run, seq, made_at) values ($1, $2, $3) on conflict do nothing",
        run,
        seq,
        now,
    );
    if fresh.execute(&mut *db).await?.rows_affected() == 1 {
        return Ok(Claimed::Fresh);
    }
    let row = sqlx::query!(
        r#"select reply as "reply: Json<Reply>", promise as "promise: Json<Reply>", try as counted
           from verification_reply where run = $1 and seq = $2 for update"#,
        run,
        seq,
    )
    .fetch_one(db)
    .await?;
    Ok(match row.reply {
        Some(Json(reply)) => Claimed::Answered(reply),
        None => Claimed::Unfinished { promise: row.promise.map(|p| p.0), counted: row.counted },
    })
}

/// Notes what a call of a flow would answer if its run dies now.
pub async fn promise(db: &mut PgConnection, run: &str, seq: i32, reply: &Reply) -> sqlx::Result<()> {
    sqlx::query!("update verification_reply set promise = $3 where run = $1 and seq = $2", run, seq, Json(reply) as _)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes the try that a call of a flow counted.
pub async fn note_try(db: &mut PgConnection, run: &str, seq: i32, counted: i64) -> sqlx::Result<()> {
    sqlx::query!("update verification_reply set try = $3 where run = $1 and seq = $2", run, seq, counted)
        .execute(db)
        .await?;
    Ok(())
}

/// Answers a call of a flow. The first answer stands; it is given back.
pub async fn answer(db: &mut PgConnection, run: &str, seq: i32, reply: &Reply) -> sqlx::Result<Reply> {
    let answered = sqlx::query_scalar!(
        r#"update verification_reply set reply = coalesce(reply, $3) where run = $1 and seq = $2
           returning reply as "reply!: Json<Reply>""#,
        run,
        seq,
        Json(reply) as _,
    );
    Ok(answered.fetch_optional(db).await?.map_or_else(|| reply.clone(), |stored| stored.0))
}
