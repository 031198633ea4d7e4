//! Carries out calls outside: claim, commit, call, and the answer is a turn of its own.

use futures_util::future::join_all;
use uuid::Uuid;

use crate::{
    acting,
    channel::{Inbound, What},
    flow::{Action, Reply},
    programme, seal,
    store::calls::{self, Call},
    turn::{self, Parts, Taken, call_place, take_each},
    verification::{CallKey, Outside},
};

/// Calls at the same time.
const BATCH: i64 = 16;
/// A call is its claimer's for so many seconds: longer than a call takes at the most. Lost, it is carried out again, which
/// is harmless by its key.
const LEASE: f64 = 60.0;
/// A call that gave no answer is tried again after so many seconds.
const PUT_OFF: f64 = 10.0;

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Action(#[from] acting::Error),
    #[error(transparent)]
    Turn(#[from] turn::Error),
    #[error("its arguments do not open: {0}")]
    Seal(#[from] seal::Error),
    #[error("its arguments are not understood: {0}")]
    Args(#[from] serde_json::Error),
    #[error("there is no such action")]
    Unknown,
    #[error("its conversation is busy")]
    Busy,
}

/// Carries out what is open, side by side. Gives how many calls came to an answer.
///
/// # Errors
/// When the database fails.
pub async fn run_open(parts: &Parts, outside: &Outside) -> sqlx::Result<usize> {
    let token = parts.dice.uuid(parts.clock.now());
    let open = calls::claim(&mut *parts.pool.acquire().await?, token, LEASE, BATCH).await?;
    let done = join_all(open.iter().map(|call| settle(parts, outside, call, token))).await;
    Ok(done.into_iter().filter(|done| *done).count())
}

async fn settle(parts: &Parts, outside: &Outside, call: &Call, token: Uuid) -> bool {
    let Err(error) = carry_out(parts, outside, call).await else { return true };
    tracing::error!(person = %call.person, run = call.run, seq = call.seq, action = call.action, "a call outside failed and comes again: {error}");
    let put_off = async {
        let mut db = parts.pool.acquire().await?;
        calls::put_off(&mut db, token, &call.run, call.seq, PUT_OFF).await
    };
    if let Err(error) = put_off.await {
        tracing::error!(run = call.run, seq = call.seq, "a call outside comes again when its lease is over: {error}");
    }
    false
}

async fn carry_out(parts: &Parts, outside: &Outside, call: &Call) -> Result<(), Failed> {
    let action = Action::by_name(&call.action).ok_or(Failed::Unknown)?;
    let place = format!("{}:{}", call.run, call.seq);
    let args = serde_json::from_slice(&parts.vault.open(call_place(place.as_bytes()), &call.args)?)?;
    let seq = u32::try_from(call.seq).unwrap_or_default();
    let key = CallKey { run: &call.run, seq, person: call.person, account: call.account };
    let reply = programme::act_outside(action, &args, outside, key).await?;
    hand_in(parts, call, seq, reply).await
}

/// The answer's turn; it deletes the call's row in its own transaction.
async fn hand_in(parts: &Parts, call: &Call, seq: u32, reply: Reply) -> Result<(), Failed> {
    let (person, account, run) = (call.person, call.account, call.run.clone());
    let id = format!("{run}:{seq}");
    let inbound = Inbound { source: "call".to_owned(), id, what: What::Returned { person, account, run, seq, reply } };
    match take_each(parts, std::slice::from_ref(&inbound)).await.pop() {
        Some(Ok(Taken::Done | Taken::Seen)) => Ok(()),
        Some(Ok(Taken::Later)) | None => Err(Failed::Busy),
        Some(Err(error)) => Err(error.into()),
    }
}
