//! Calls outside: asked for in a turn's transaction, carried out after its commit.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::{AccountId, PersonId};

/// A call to be carried out.
#[derive(Clone, Debug)]
pub struct Call {
    /// Whose conversation asked.
    pub person: PersonId,
    /// The account that spoke.
    pub account: Option<AccountId>,
    /// The run that asked.
    pub run: String,
    /// The call's number within the conversation; with `run` its key.
    pub seq: i32,
    /// The action's name.
    pub action: String,
    /// Sealed JSON; place: `outside_call`, `args`, `run:seq`.
    pub args: Vec<u8>,
    /// How many times it has been claimed, this time among them.
    pub tries: i32,
}

/// Which calls are claimed, and how many.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'c> {
    /// The claimer's token.
    pub token: Uuid,
    /// Seconds.
    pub lease: f64,
    /// Calls of this action …
    pub action: &'c str,
    /// … or all but these.
    pub others: bool,
    /// The most.
    pub limit: i64,
}

/// Asks for calls. One of the same key is already asked for.
pub async fn put(db: &mut PgConnection, calls: &[Call]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into outside_call (person, account, run, seq, action, args)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::bytea[])
         on conflict do nothing",
        &calls.iter().map(|c| c.person.0).collect::<Vec<_>>(),
        &calls.iter().map(|c| c.account.map(|a| a.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &calls.iter().map(|c| c.run.clone()).collect::<Vec<_>>(),
        &calls.iter().map(|c| c.seq).collect::<Vec<_>>(),
        &calls.iter().map(|c| c.action.clone()).collect::<Vec<_>>(),
        &calls.iter().map(|c| c.args.clone()).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes calls for a while. A lost lease makes a call free again: carrying one out twice is harmless by its key.
pub async fn claim(db: &mut PgConnection, claim: Claim<'_>) -> sqlx::Result<Vec<Call>> {
    sqlx::query_as!(
        Call,
        r#"update outside_call c set claim = $1, tries = c.tries + 1,
                  claimed_until = clock_timestamp() + make_interval(secs => $2)
           from (select id from outside_call
                 where (claimed_until is null or claimed_until < clock_timestamp()) and (action <> $4) = $5
                 order by id limit $3 for update skip locked) as free
           where c.id = free.id
           returning c.person as "person: PersonId", c.account as "account: AccountId", c.run, c.seq, c.action, c.args,
                     c.tries"#,
        claim.token,
        claim.lease,
        claim.limit,
        claim.action,
        claim.others,
    )
    .fetch_all(db)
    .await
}

/// Lets a call wait that could not be carried out; ours by its claim.
pub async fn put_off(db: &mut PgConnection, claim: Uuid, run: &str, seq: i32, seconds: f64) -> sqlx::Result<()> {
    sqlx::query!(
        "update outside_call set claim = null, claimed_until = clock_timestamp() + make_interval(secs => $4)
         where run = $1 and seq = $2 and claim = $3",
        run,
        seq,
        claim,
        seconds,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets calls whose answer this transaction takes in.
pub async fn remove(db: &mut PgConnection, keys: &[(String, i32)]) -> sqlx::Result<()> {
    let (runs, seqs): (Vec<String>, Vec<i32>) = keys.iter().cloned().unzip();
    sqlx::query!(
        "delete from outside_call c using unnest($1::text[], $2::int[]) as k (run, seq)
         where c.run = k.run and c.seq = k.seq",
        &runs,
        &seqs,
    )
    .execute(db)
    .await?;
    Ok(())
}
