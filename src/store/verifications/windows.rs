//! What the rules are judged by: calls, tries, prefixes and money of the last days.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A call in the attempt log, as far as the rules care. Only calls that may have rung are in it, and withheld ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// By the account that asks now.
    pub mine: bool,
    /// The account's blind mark: only equality matters.
    pub account: Uuid,
    /// The phone's blind index.
    pub phone: Vec<u8>,
    /// `false`: withheld, nothing rang.
    pub rang: bool,
    /// Its code was typed.
    pub proved: bool,
    /// The provider has not answered yet.
    pub dialling: bool,
}

/// A code that was typed at a phone and was not the right one, or has not been judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// When.
    pub at: DateTime<Utc>,
    /// By the account that types now.
    pub mine: bool,
}

/// Every call since then by a speaker or to a phone, but those that a provider refused to place.
pub async fn calls(
    db: &mut PgConnection,
    speaker: Uuid,
    phone_index: &[u8],
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<Call>> {
    sqlx::query_as!(
        Call,
        r#"select asked_at as at, speaker = $1 as "mine!", speaker as account, phone_index as phone,
                  state <> 'withheld' as "rang!", spent_at is not null as "proved!", state = 'dialling' as "dialling!"
           from challenge where (speaker = $1 or phone_index = $2) and asked_at > $3 and state <> 'refused'"#,
        speaker,
        phone_index,
        since,
    )
    .fetch_all(db)
    .await
}

/// Every code typed at a phone since then that was not the right one.
pub async fn tries(
    db: &mut PgConnection,
    speaker: Uuid,
    phone_index: &[u8],
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<Try>> {
    sqlx::query_as!(
        Try,
        r#"select tried_at as at, speaker = $1 as "mine!" from code_try
           where phone_index = $2 and tried_at > $3 and verdict <> 'right'"#,
        speaker,
        phone_index,
        since,
    )
    .fetch_all(db)
    .await
}

/// What calls to one prefix look like.
#[derive(Clone, Copy, Debug)]
pub struct Prefix {
    /// It is closed now.
    pub closed: bool,
    /// Different numbers called since then.
    pub numbers: i64,
    /// Those of them that proved good.
    pub proved: i64,
}

/// How a prefix stands.
pub async fn prefix(
    db: &mut PgConnection,
    prefix_index: &[u8],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Prefix> {
    sqlx::query_as!(
        Prefix,
        r#"select exists (select from closed_prefix where prefix_index = $1 and until > $3) as "closed!",
                  count(distinct phone_index) as "numbers!",
                  count(distinct phone_index) filter (where spent_at is not null) as "proved!"
           from challenge where prefix_index = $1 and asked_at > $2 and state <> 'refused'"#,
        prefix_index,
        since,
        now,
    )
    .fetch_one(db)
    .await
}

/// Closes a prefix.
pub async fn close_prefix(db: &mut PgConnection, prefix_index: &[u8], until: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into closed_prefix (prefix_index, until) values ($1, $2)
         on conflict (prefix_index) do update set until = greatest(closed_prefix.until, excluded.until)",
        prefix_index,
        until,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Kopecks that calls since then cost.
pub async fn spent(db: &mut PgConnection, since: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select coalesce(sum(cost), 0)::bigint as "spent!" from challenge where asked_at > $1"#,
        since
    )
    .fetch_one(db)
    .await
}

/// Kopecks that the last hour cost, and the median of what an hour with calls cost in the week before it.
pub async fn hourly_spend(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<(i64, f64)> {
    let row = sqlx::query!(
        r#"with hour as (
             select date_bin('1 hour', asked_at, $1) as hour, sum(cost)::float8 as cost from challenge
             where asked_at > $1 - interval '7 days' and asked_at <= $1 group by 1
           )
           select coalesce(sum(cost) filter (where hour >= $1 - interval '1 hour'), 0)::bigint as "last!",
                  coalesce(percentile_cont(0.5) within group (order by cost)
                           filter (where hour < $1 - interval '1 hour'), 0) as "median!"
           from hour"#,
        now,
    );
    let row = row.fetch_one(db).await?;
    Ok((row.last, row.median))
}

/// Of each provider the calls it took since then, and those of them that were proved.
pub async fn conversion(db: &mut PgConnection, since: DateTime<Utc>) -> sqlx::Result<Vec<(String, i64, i64)>> {
    let rows = sqlx::query!(
        r#"select provider as "provider!", count(*) as "placed!", count(spent_at) as "proved!" from challenge
           where asked_at > $1 and provider is not null and state in ('started', 'placed', 'not_connected')
           group by provider"#,
        since,
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.provider, row.placed, row.proved)).collect())
}
