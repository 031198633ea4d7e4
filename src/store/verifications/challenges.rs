//! Calls, from the attempt that is written before anybody dials to the outcome that is told late.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{ChallengeId, PersonId, VerificationId};

/// A call to be written into the attempt log.
#[derive(Clone, Debug)]
pub struct NewChallenge<'n> {
    /// Its id, and the idempotency key for the provider.
    pub id: ChallengeId,
    /// Under which verification.
    pub verification: VerificationId,
    /// By whom.
    pub speaker: Uuid,
    /// The phone's blind index.
    pub phone_index: &'n [u8],
    /// Its prefix's.
    pub prefix_index: &'n [u8],
    /// The flow's call.
    pub run: &'n str,
    /// Its number.
    pub seq: i32,
    /// Nothing will ring.
    pub withheld: bool,
    /// The keyed hash of our code.
    pub code_mac: Option<&'n [u8]>,
}

/// Writes a call into the attempt log. `false`: another call to this phone is in flight.
pub async fn add_challenge(db: &mut PgConnection, new: &NewChallenge<'_>, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        "insert into challenge
           (id, verification, speaker, phone_index, prefix_index, run, seq, asked_at, state, code_mac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (phone_index) where state = 'dialling' do nothing",
        new.id.0,
        new.verification.0,
        new.speaker,
        new.phone_index,
        new.prefix_index,
        new.run,
        new.seq,
        now,
        if new.withheld { "withheld" } else { "dialling" },
        new.code_mac,
    );
    Ok(added.execute(db).await?.rows_affected() == 1)
}

/// What the ladder came to.
#[derive(Clone, Debug)]
pub struct Settled<'s> {
    /// Of which call.
    pub id: ChallengeId,
    /// `started`, `refused`, `unanswered`.
    pub state: &'static str,
    /// By which provider.
    pub provider: Option<&'s str>,
    /// The provider's id of the call.
    pub reference: Option<&'s str>,
    /// The keyed hash of the code that rings.
    pub code_mac: Option<&'s [u8]>,
    /// Kopecks.
    pub cost: i64,
}

/// Writes down what the ladder came to. A spent code is not touched.
pub async fn settle(db: &mut PgConnection, settled: &Settled<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "update challenge set state = $2, provider = $3, reference = $4, code_mac = $5, cost = $6
         where id = $1 and state in ('dialling', 'unanswered') and spent_at is null",
        settled.id.0,
        settled.state,
        settled.provider,
        settled.reference,
        settled.code_mac,
        settled.cost,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Of a flow's call whose first run died: nobody knows whether it rang.
pub async fn give_up(db: &mut PgConnection, run: &str, seq: i32) -> sqlx::Result<()> {
    sqlx::query!(
        "update challenge set state = 'unanswered' where run = $1 and seq = $2 and state = 'dialling'",
        run,
        seq
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The verification that an attempt belongs to.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Which.
    pub verification: VerificationId,
    /// By whom.
    pub speaker: Uuid,
    /// The phone's blind index.
    pub phone_index: Vec<u8>,
}

/// The open verification of this person that an attempt belongs to, whichever of the person's accounts speaks now. Anybody
/// else's is not found.
pub async fn attempt(db: &mut PgConnection, id: ChallengeId, person: PersonId) -> sqlx::Result<Option<Attempt>> {
    sqlx::query_as!(
        Attempt,
        r#"select v.id as "verification: VerificationId", v.speaker, v.phone_index
           from challenge c join verification v on v.id = c.verification
           where c.id = $1 and v.person = $2 and v.state = 'open'"#,
        id.0,
        person.0,
    )
    .fetch_optional(db)
    .await
}

/// A call whose code is taken.
#[derive(Clone, Debug)]
pub struct Live {
    /// Which.
    pub id: ChallengeId,
    /// The keyed hash of its code, if anybody knows it.
    pub code_mac: Option<Vec<u8>>,
    /// Tries since it, if it is the newest.
    pub tries: i16,
}

/// The last two calls of a verification, those of them that were asked for after `since` and are not spent; newest first.
pub async fn live(
    db: &mut PgConnection,
    verification: VerificationId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<Live>> {
    sqlx::query_as!(
        Live,
        r#"select id as "id!: ChallengeId", code_mac, tries as "tries!" from (
             select * from challenge where verification = $1 and state <> 'refused' order by asked_at desc, id desc limit 2
           ) as last_two
           where asked_at > $2 and spent_at is null order by asked_at desc, id desc"#,
        verification.0,
        since,
    )
    .fetch_all(db)
    .await
}

/// Spends a call's code, if its verification is still open. Of all who try at once exactly one succeeds.
pub async fn spend(db: &mut PgConnection, challenge: ChallengeId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let spent = sqlx::query!(
        "update challenge c set spent_at = $2 from verification v
         where c.id = $1 and c.spent_at is null and v.id = c.verification and v.state = 'open'",
        challenge.0,
        now,
    );
    Ok(spent.execute(db).await?.rows_affected() == 1)
}

/// Settles calls that were about to be placed when their process died, `age` operational seconds ago. Gives how many.
pub async fn give_up_stuck(db: &mut PgConnection, age: f64) -> sqlx::Result<u64> {
    let stuck = sqlx::query!(
        "update challenge set state = 'unanswered'
         where state = 'dialling' and dialled_at < clock_timestamp() - make_interval(secs => $1)",
        age,
    );
    Ok(stuck.execute(db).await?.rows_affected())
}

/// A call whose outcome may be asked for.
#[derive(Clone, Debug)]
pub struct Unsettled {
    /// Which.
    pub id: ChallengeId,
    /// Of which provider.
    pub provider: String,
    /// The provider's id of it.
    pub reference: String,
}

/// Takes calls of these providers whose outcome is due to be asked for: `after` operational seconds after they were
/// placed and after each question, `polls` times at most. Codes that are spent need no outcome.
pub async fn claim_unsettled(
    db: &mut PgConnection,
    providers: &[String],
    after: f64,
    polls: i16,
    limit: i64,
) -> sqlx::Result<Vec<Unsettled>> {
    sqlx::query_as!(
        Unsettled,
        r#"update challenge c set polls = c.polls + 1, polled_at = clock_timestamp()
           from (select id from challenge
                 where state = 'started' and spent_at is null and reference is not null and provider = any($1)
                   and polls < $3
                   and coalesce(polled_at, dialled_at) < clock_timestamp() - make_interval(secs => $2)
                 order by dialled_at limit $4 for update skip locked) as due
           where c.id = due.id
           returning c.id as "id: ChallengeId", c.provider as "provider!", c.reference as "reference!""#,
        providers,
        after,
        polls,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Writes down a late outcome, unless the code is spent by now.
pub async fn settle_late(db: &mut PgConnection, id: ChallengeId, state: &'static str) -> sqlx::Result<bool> {
    let settled = sqlx::query!(
        "update challenge set state = $2 where id = $1 and state = 'started' and spent_at is null",
        id.0,
        state,
    );
    Ok(settled.execute(db).await?.rows_affected() == 1)
}

/// Counts a try before it is looked at. Gives its id.
pub async fn count_try(
    db: &mut PgConnection,
    challenge: ChallengeId,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "with counted as (update challenge set tries = tries + 1 where id = $1)
         insert into code_try (challenge, speaker, phone_index, tried_at) values ($1, $2, $3, $4) returning id",
        challenge.0,
        attempt.speaker,
        attempt.phone_index,
        now,
    )
    .fetch_one(db)
    .await
}

/// Writes down what a try was: `wrong` or `right`.
pub async fn judge_try(db: &mut PgConnection, counted: i64, verdict: &'static str) -> sqlx::Result<()> {
    sqlx::query!("update code_try set verdict = $2 where id = $1", counted, verdict).execute(db).await?;
    Ok(())
}
