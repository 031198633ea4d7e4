//! Verifications, their calls, the codes that were typed, and the journal of all that.
//!
//! Windows are computed from these rows and from nothing else.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    flow::Reply,
    ids::{AccountId, ChallengeId, LaneId, PersonId, VerificationId},
    verification::policy::{Call, Try},
};

/// Holds off everybody else who works with one of these keys, until the transaction ends.
pub async fn lock(db: &mut PgConnection, keys: &[&[u8]]) -> sqlx::Result<()> {
    let mut keys: Vec<i64> = keys.iter().filter_map(|k| k.first_chunk()).map(|k| i64::from_be_bytes(*k)).collect();
    keys.sort_unstable();
    for key in keys {
        sqlx::query!("select pg_advisory_xact_lock($1)", key).execute(&mut *db).await?;
    }
    Ok(())
}

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

/// A verification to be opened.
#[derive(Clone, Debug)]
pub struct NewVerification<'n> {
    /// Its id, should it be new.
    pub id: VerificationId,
    /// Whose.
    pub person: PersonId,
    /// By whom.
    pub speaker: Uuid,
    /// The sealed phone; place: `verification`, `phone`, id.
    pub phone: Vec<u8>,
    /// Its blind index.
    pub phone_index: &'n [u8],
    /// Whose phone it is to the person.
    pub relation: &'n str,
}

/// The open verification of this phone, or a new one; one of another number is dropped.
pub async fn open(
    db: &mut PgConnection,
    new: &NewVerification<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<VerificationId> {
    sqlx::query!(
        "update verification set state = 'dropped', closed_at = $4
         where person = $1 and speaker = $2 and state = 'open' and phone_index <> $3",
        new.person.0,
        new.speaker,
        new.phone_index,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query_scalar!(
        r#"insert into verification (id, person, speaker, phone, phone_index, relation, state, opened_at)
           values ($1, $2, $3, $4, $5, $6, 'open', $7)
           on conflict (person, speaker) where state = 'open' do update set relation = excluded.relation
           returning id as "id: VerificationId""#,
        new.id.0,
        new.person.0,
        new.speaker,
        new.phone,
        new.phone_index,
        new.relation,
        now,
    )
    .fetch_one(db)
    .await
}

/// A person's proved phone.
#[derive(Clone, Debug)]
pub struct Verified {
    /// By which verification.
    pub id: VerificationId,
    /// The phone's blind index.
    pub phone_index: Vec<u8>,
    /// Whose phone it is to the person.
    pub relation: String,
}

/// A person's proved phone, if there is one.
pub async fn verified(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<Verified>> {
    sqlx::query_as!(
        Verified,
        r#"select id as "id: VerificationId", phone_index, relation from verification
           where person = $1 and state = 'verified'"#,
        person.0,
    )
    .fetch_optional(db)
    .await
}

/// When a person's number changed since then, the latest first.
pub async fn changes(
    db: &mut PgConnection,
    person: PersonId,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"select closed_at as "at!" from verification
           where person = $1 and state = 'voided' and closed_at > $2 order by closed_at desc"#,
        person.0,
        since,
    )
    .fetch_all(db)
    .await
}

/// When a person signed in; `None`: not yet, or no such person.
pub async fn signed_in_at(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<DateTime<Utc>>> {
    let found = sqlx::query_scalar!("select signed_in_at from person where id = $1", person.0);
    Ok(found.fetch_optional(db).await?.flatten())
}

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

/// Lets nobody else change what is proved of a person, until the transaction ends.
pub async fn lock_person(db: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    sqlx::query!("select id from person where id = $1 for no key update", person.0).fetch_optional(db).await?;
    Ok(())
}

/// How many people have this phone proved, but for one.
pub async fn pupils_at(db: &mut PgConnection, phone_index: &[u8], but: PersonId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from verification
           where phone_index = $1 and state = 'verified' and person <> $2"#,
        phone_index,
        but.0,
    )
    .fetch_one(db)
    .await
}

/// Makes an open verification the person's own and voids the one before. Gives the voided one.
pub async fn accept(
    db: &mut PgConnection,
    id: VerificationId,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<VerificationId>> {
    let voided = sqlx::query_scalar!(
        r#"update verification set state = 'voided', closed_at = $2 where person = $1 and state = 'verified'
           returning id as "id: VerificationId""#,
        person.0,
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query!("update verification set state = 'verified', verified_at = $2 where id = $1", id.0, now)
        .execute(db)
        .await?;
    Ok(voided)
}

/// Gives a verification up.
pub async fn drop(db: &mut PgConnection, id: VerificationId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update verification set state = 'dropped', closed_at = $2 where id = $1", id.0, now)
        .execute(db)
        .await?;
    Ok(())
}

/// A chat of a person.
#[derive(Clone, Debug)]
pub struct Chat {
    /// Of which account.
    pub account: AccountId,
    /// Through which bot.
    pub lane: LaneId,
    /// Where.
    pub chat: String,
}

/// The chats of a person's other accounts that may be written to.
pub async fn other_chats(db: &mut PgConnection, person: PersonId, but: Option<AccountId>) -> sqlx::Result<Vec<Chat>> {
    sqlx::query_as!(
        Chat,
        r#"select a.id as "account: AccountId", a.lane as "lane: LaneId", a.chat
           from account_person ap join account a on a.id = ap.account
           where ap.person = $1 and a.id is distinct from $2 and a.reachable and not ap.opted_out order by a.id"#,
        person.0,
        but.map(|a| a.0),
    )
    .fetch_all(db)
    .await
}

/// Something that happened, for the journal: ids only.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// A word of ours.
    pub what: &'static str,
    /// Whose.
    pub person: PersonId,
    /// By which account.
    pub account: Option<AccountId>,
    /// In which verification.
    pub verification: Option<VerificationId>,
    /// At which call.
    pub challenge: Option<ChallengeId>,
}

/// Adds to the journal.
pub async fn note(db: &mut PgConnection, event: &Event, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into verification_event (happened_at, what, person, account, verification, challenge)
         values ($1, $2, $3, $4, $5, $6)",
        now,
        event.what,
        event.person.0,
        event.account.map(|a| a.0),
        event.verification.map(|v| v.0),
        event.challenge.map(|c| c.0),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The sealed phones of these verifications; place: `verification`, `phone`, id.
pub async fn phones(db: &mut PgConnection, ids: &[VerificationId]) -> sqlx::Result<Vec<(VerificationId, Vec<u8>)>> {
    let rows = sqlx::query!(
        r#"select id as "id: VerificationId", phone from verification where id = any($1)"#,
        &ids.iter().map(|id| id.0).collect::<Vec<_>>(),
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.phone)).collect())
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

/// Forgets calls, tries, answers and numbers that are nobody's any more, all of before `until`. What is proved or being
/// proved stays. Gives how many rows went.
pub async fn purge(db: &mut PgConnection, until: DateTime<Utc>) -> sqlx::Result<u64> {
    let replies = sqlx::query!("delete from verification_reply where made_at < $1", until);
    let mut gone = replies.execute(&mut *db).await?.rows_affected();
    let tries = sqlx::query!(
        "delete from code_try t where tried_at < $1 and not exists (select from verification_reply r where r.try = t.id)",
        until,
    );
    gone += tries.execute(&mut *db).await?.rows_affected();
    let calls = sqlx::query!(
        "delete from challenge c where asked_at < $1 and not exists (select from code_try t where t.challenge = c.id)",
        until,
    );
    gone += calls.execute(&mut *db).await?.rows_affected();
    let numbers = sqlx::query!(
        "delete from verification v where state in ('voided', 'dropped') and closed_at < $1
         and not exists (select from challenge c where c.verification = v.id)",
        until,
    );
    gone += numbers.execute(&mut *db).await?.rows_affected();
    let prefixes = sqlx::query!("delete from closed_prefix where until < $1", until);
    Ok(gone + prefixes.execute(db).await?.rows_affected())
}
