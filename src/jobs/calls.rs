//! Carries out calls outside: claim, commit, call, and the answer is a turn of its own.

use std::sync::Arc;

use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::POLL;
use crate::{
    acting,
    cache::Topic,
    channel::{Inbound, What},
    flow::{Action, Reply},
    message::Args,
    programme, seal,
    store::calls::{self, Call, Claim},
    turn::{self, Parts, Taken, call_place, take_each},
    verification::{CallKey, Outside},
};

/// A call is its claimer's for so many seconds: twice what the ladder of providers may take, so that a call whose process
/// died is carried on before its person wonders. Lost, it is carried out again, which is harmless by its key.
const LEASE: f64 = 20.0;
/// A call that gave no answer is tried again after so many seconds.
const PUT_OFF: f64 = 10.0;
/// After so many tries a call is answered with what its action [gives up](Action::gave_up) with.
const TRIES: i32 = 5;

/// Which calls wait for the same slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Digits to be judged: a moment in the database, and never behind a robot that is slow to answer.
    Judging,
    /// Whatever else: robots are asked to ring.
    Dialling,
}

impl Queue {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Judging, Self::Dialling];

    /// Calls at the same time. Who waits for a provider holds no connection of the database.
    const fn slots(self) -> usize {
        match self {
            Self::Judging => 8,
            Self::Dialling => 32,
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Action(#[from] acting::Error),
    #[error("its arguments do not open: {0}")]
    Seal(#[from] seal::Error),
    // Its words may quote what somebody said.
    #[error("its arguments are not understood: {:?} at column {}", .0.classify(), .0.column())]
    Args(#[from] serde_json::Error),
    #[error("there is no such action")]
    Unknown,
}

impl Failed {
    /// Another try can't end otherwise.
    const fn for_good(&self) -> bool {
        !matches!(self, Self::Action(acting::Error::Store(_)))
    }
}

/// Why an answer was not taken in: it is on record, and comes again.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Turn(#[from] turn::Error),
    #[error("its conversation is busy")]
    Busy,
}

/// The calls of one queue that are being carried out.
struct Slots {
    queue: Queue,
    parts: Arc<Parts>,
    outside: Arc<Outside>,
    running: JoinSet<bool>,
}

/// Carries out what is open until nothing is, by hand. Gives how many calls came to an answer.
///
/// # Errors
/// When the database fails.
pub async fn run_open(parts: &Arc<Parts>, outside: &Arc<Outside>) -> sqlx::Result<usize> {
    let [judging, dialling] = Queue::ALL.map(|queue| Slots::new(queue, parts, outside).drain());
    // What has begun in one queue ends, whatever becomes of the other: a call broken off in the middle is never made again.
    let (judged, dialled) = tokio::join!(judging, dialling);
    Ok(judged? + dialled?)
}

/// Carries out the calls of a queue until `shutdown`, each as soon as a slot is free, and then ends those in hand.
pub async fn run(queue: Queue, parts: Arc<Parts>, outside: Arc<Outside>, shutdown: CancellationToken) {
    let mut nudges = parts.nudge.subscribe(Topic::Calls);
    let mut slots = Slots::new(queue, &parts, &outside);
    while !shutdown.is_cancelled() {
        if let Err(error) = slots.fill().await {
            tracing::error!(work = "calls", "background work failed: {error}");
        }
        let pause = POLL.mul_f64(0.5 + parts.dice.below(1000) as f64 / 2000.0);
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = nudges.next() => {}
            Some(_) = slots.running.join_next() => {}
            () = sleep(pause) => {}
        }
    }
    while slots.running.join_next().await.is_some() {}
}

impl Slots {
    fn new(queue: Queue, parts: &Arc<Parts>, outside: &Arc<Outside>) -> Self {
        Self { queue, parts: Arc::clone(parts), outside: Arc::clone(outside), running: JoinSet::new() }
    }

    /// Claims as many calls as there are free slots.
    async fn fill(&mut self) -> sqlx::Result<()> {
        let free = self.queue.slots().saturating_sub(self.running.len());
        if free == 0 {
            return Ok(());
        }
        // Its process's name, so that the others can tell whose it was.
        let token = self.parts.replica;
        let action = Action::VerificationConfirm.signature().name;
        let limit = i64::try_from(free).unwrap_or(1);
        let claim = Claim { token, lease: LEASE, action, others: self.queue == Queue::Dialling, limit };
        for call in calls::claim(&mut *self.parts.pool.acquire().await?, claim).await? {
            let (parts, outside) = (Arc::clone(&self.parts), Arc::clone(&self.outside));
            self.running.spawn(async move { settle(&parts, &outside, &call, token).await });
        }
        Ok(())
    }

    async fn drain(mut self) -> sqlx::Result<usize> {
        let mut done = 0;
        loop {
            let filled = self.fill().await;
            match self.running.join_next().await {
                None => return filled.map(|()| done),
                Some(ended) => done += usize::from(ended.unwrap_or(false)),
            }
        }
    }
}

/// One call, from its claim to its turn; `false`: it comes again.
async fn settle(parts: &Parts, outside: &Outside, call: &Call, token: Uuid) -> bool {
    let Call { person, run, seq, action, .. } = call;
    let reply = match carry_out(parts, outside, call).await {
        Ok(reply) => Some(reply),
        Err(error) if error.for_good() || call.tries >= TRIES => {
            let reply = gave_up(action);
            tracing::error!(%person, run, seq, action, tries = call.tries, outcome = reply.outcome, "a call outside is given up: {error}");
            metrics::counter!("outside_calls_given_up_total").increment(1);
            Some(reply)
        }
        Err(error) => {
            tracing::error!(%person, run, seq, action, tries = call.tries, "a call outside failed and comes again: {error}");
            None
        }
    };
    if let Some(reply) = reply {
        let Err(error) = hand_in(parts, call, reply).await else { return true };
        tracing::error!(%person, run, seq, action, "the answer of a call outside is not taken in and comes again: {error}");
    }
    let put_off = async {
        let mut db = parts.pool.acquire().await?;
        calls::put_off(&mut db, token, run, *seq, PUT_OFF).await
    };
    if let Err(error) = put_off.await {
        tracing::error!(run, seq, "a call outside comes again when its lease is over: {error}");
    }
    false
}

/// What the flow hears, so that nobody is left waiting. An action that this program does not know is of another version.
fn gave_up(action: &str) -> Reply {
    Reply::plain(Action::by_name(action).and_then(Action::gave_up).unwrap_or("unavailable"))
}

async fn carry_out(parts: &Parts, outside: &Outside, call: &Call) -> Result<Reply, Failed> {
    let action = Action::by_name(&call.action).ok_or(Failed::Unknown)?;
    let place = format!("{}:{}", call.run, call.seq);
    let args: Args = serde_json::from_slice(&parts.vault.open(call_place(place.as_bytes()), &call.args)?)?;
    let key = CallKey { run: &call.run, seq: number(call), person: call.person, account: call.account };
    Ok(programme::act_outside(action, &args, outside, key).await?)
}

/// The answer's turn; it deletes the call's row in its own transaction.
async fn hand_in(parts: &Parts, call: &Call, reply: Reply) -> Result<(), Refused> {
    let (person, account, run, seq) = (call.person, call.account, call.run.clone(), number(call));
    let id = format!("{run}:{seq}");
    let inbound = Inbound { source: "call".to_owned(), id, what: What::Returned { person, account, run, seq, reply } };
    match take_each(parts, std::slice::from_ref(&inbound)).await.pop() {
        Some(Ok(Taken::Done | Taken::Seen)) => Ok(()),
        Some(Ok(Taken::Later)) | None => Err(Refused::Busy),
        Some(Err(error)) => Err(error.into()),
    }
}

fn number(call: &Call) -> u32 {
    u32::try_from(call.seq).unwrap_or_default()
}
