//! THE use case: something happened, a conversation moves on by one step, and all that follows is written down at once.
//!
//! One transaction: dedupe → lock → pure step → answers, timers, outbox, calls → commit. Nothing is sent inside it and
//! nothing is lost after it. A batch is many turns in one commit, at most one per person; a turn of one is a batch of one.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    acting,
    cache::Cache,
    channel::Inbound,
    clock::{self, Clock},
    ids::Dice,
    policy::Policy,
    seal::Vault,
    store::{self, conversations::Held},
};

mod cast;
mod content;
mod desk;
mod group;
mod haste;
mod manners;
mod plan;
mod scene;
mod talk;

mod writes;

pub use cast::Key;
pub use content::Content;
pub use desk::{Desk, Refused, Size};
pub use haste::Haste;
pub use manners::{lang, zone};
pub use plan::{Plan, foresee};
pub(crate) use scene::call_place;

/// What a turn works with. One per process, shared.
pub struct Parts {
    /// This process, among those that share the database.
    pub replica: Uuid,
    /// The database.
    pub pool: PgPool,
    /// The flows and words in use.
    pub program: Content,
    /// Seals conversations and arguments.
    pub vault: Arc<Vault>,
    /// The rules.
    pub policy: Arc<Policy>,
    /// Civil time.
    pub clock: Clock,
    /// Ids and seeds.
    pub dice: Arc<Dice>,
    /// Wakes those who carry out what a turn wrote down.
    pub nudge: Cache,
    /// How fast an account may speak.
    pub haste: Haste,
    /// Whether pages of ours can be opened from the chat (`PUBLIC_URL`).
    pub pages: bool,
}

/// What became of one inbound of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Acted on, and committed.
    Done,
    /// It had been acted on before; or a timer that is not set any more.
    Seen,
    /// Not acted on: its person has another one in this batch or in a turn that is going on. Bring it again.
    Later,
}

/// Why nothing of a batch was committed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// An action gave no answer.
    #[error(transparent)]
    Action(#[from] acting::Error),
    /// A state or arguments that can't be written as JSON.
    #[error("can't be stored: {0}")]
    Unstorable(#[from] serde_json::Error),
    /// A run moves into a conversation that another turn holds; alone it would have waited.
    #[error("the conversation that a run moves to is held")]
    Held,
    /// A flow calls actions without ever waiting for a person.
    #[error("a flow called {0} actions in one turn")]
    Endless(usize),
    /// A fault of ours. Its words may quote what somebody said: only the hook of the process sees them.
    #[error("the turn panicked")]
    Panicked,
}

impl Error {
    /// Whether the same turn may succeed later: it failed for a reason that lies outside of it.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Store(error) | Self::Action(acting::Error::Store(error)) => store::is_transient(error),
            Self::Held => true,
            Self::Action(_) | Self::Unstorable(_) | Self::Endless(_) | Self::Panicked => false,
        }
    }
}

/// Takes a batch in one transaction and says of each what became of it.
///
/// # Errors
/// Then nothing of the batch is stored, and each may be brought again alone ([`take_each`]).
pub async fn take(parts: &Parts, batch: &[Inbound]) -> Result<Vec<Taken>, Error> {
    let started = clock::tick();
    let verdicts = guarded(perform(parts, batch, None)).await?;
    count(&verdicts, started.elapsed());
    Ok(verdicts)
}

/// The transaction. With `failed`, the turn can't be played: its conversations begin anew.
async fn perform(parts: &Parts, batch: &[Inbound], failed: Option<&Error>) -> Result<Vec<Taken>, Error> {
    let now = parts.clock.now();
    let held = if batch.len() == 1 { Held::Wait } else { Held::Skip };

    let mut tx = store::begin(&parts.pool).await?;
    let mut cast = cast::gather(&mut tx, parts, batch, held, now).await?;
    let mut writes = writes::Writes::default();
    let mut scene = scene::Scene { parts, db: &mut tx, cast: &mut cast, writes: &mut writes, held, now };
    for (place, inbound) in batch.iter().enumerate() {
        if scene.cast.verdicts[place] == Taken::Done {
            match failed {
                None => scene.play(place, inbound).await?,
                Some(why) => scene.begin_anew(place, inbound, why).await?,
            }
        }
    }
    cast.save(&mut tx, &parts.vault, now).await?;
    writes.flush(&mut tx).await?;
    tx.commit().await?;

    writes.nudge(&parts.nudge);
    Ok(cast.verdicts)
}

/// A panic is an error of the turn like any other: its transaction is rolled back, and whoever called goes on.
async fn guarded(turn: impl Future<Output = Result<Vec<Taken>, Error>>) -> Result<Vec<Taken>, Error> {
    AssertUnwindSafe(turn).catch_unwind().await.unwrap_or(Err(Error::Panicked))
}

/// Takes one inbound. Were a turn that can never succeed brought again and again, its chat would be dead and a poller stand
/// still: it is admitted, and its conversation begins anew.
async fn take_alone(parts: &Parts, inbound: &Inbound) -> Result<Taken, Error> {
    let one = std::slice::from_ref(inbound);
    let mut taken = take(parts, one).await;
    if let Err(error) = &taken
        && !error.is_transient()
    {
        taken = guarded(perform(parts, one, Some(error))).await;
        if matches!(taken.as_deref(), Ok([Taken::Done])) {
            metrics::counter!("turns_total", "result" => "poison").increment(1);
        }
    }
    if taken.is_err() {
        metrics::counter!("turns_total", "result" => "failed").increment(1);
    }
    taken.map(|taken| taken.first().copied().unwrap_or(Taken::Later))
}

/// Takes a batch; if it fails as a whole, each alone, and in order: after a failed one its person's others wait.
pub async fn take_each(parts: &Parts, batch: &[Inbound]) -> Vec<Result<Taken, Error>> {
    if let [inbound] = batch {
        return vec![take_alone(parts, inbound).await];
    }
    match take(parts, batch).await {
        Ok(taken) => return taken.into_iter().map(Ok).collect(),
        // Whoever fails alone as well is told of by whoever brought it.
        Err(error) => tracing::debug!(size = batch.len(), "a batch of turns failed, each is tried alone: {error}"),
    }
    let mut keys = std::collections::HashSet::new();
    let mut taken = Vec::with_capacity(batch.len());
    for inbound in batch {
        let first = Key::of(inbound).is_none_or(|key| keys.insert(key));
        taken.push(if first { take_alone(parts, inbound).await } else { Ok(Taken::Later) });
    }
    taken
}

fn count(verdicts: &[Taken], took: std::time::Duration) {
    for (taken, name) in [(Taken::Done, "done"), (Taken::Seen, "seen"), (Taken::Later, "later")] {
        let count = verdicts.iter().filter(|verdict| **verdict == taken).count();
        if count > 0 {
            metrics::counter!("turns_total", "result" => name).increment(count as u64);
        }
    }
    metrics::histogram!("turn_seconds").record(took.as_secs_f64());
    metrics::histogram!("turn_batch_size").record(verdicts.len() as f64);
}
