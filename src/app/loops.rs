//! What goes on in the background for as long as the process runs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::PgPool;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    cache::Topic,
    clock,
    ids::LaneId,
    jobs,
    papers::{self, Cabinet},
    store,
    turn::Parts,
    verification::Outside,
};

/// Between two looks after calls.
const SETTLE: Duration = Duration::from_secs(10);
/// Between two looks after the other processes.
const WATCH: Duration = Duration::from_secs(1);
/// Whoever has been missing for so long is gone: a living process takes its place again within a second or two, and half a
/// lane's lease is left.
const GONE: Duration = Duration::from_secs(5);
/// Between two looks at the outbox.
const MEASURE: Duration = Duration::from_secs(5);
/// Between two cleanings.
const PURGE: Duration = Duration::from_secs(3600);
/// How long an update's key is kept: longer than any platform brings the same one again.
const INBOX_DAYS: i32 = 7;

/// The loops of this process.
#[derive(Debug)]
pub struct Loops {
    running: JoinSet<()>,
    /// Ends them.
    pub stop: CancellationToken,
}

impl Loops {
    /// None yet.
    pub fn new() -> Self {
        Self { running: JoinSet::new(), stop: CancellationToken::new() }
    }

    /// A loop that may be broken off at any point where it waits.
    pub fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.running.spawn(async move {
            stop.run_until_cancelled(work).await;
        });
    }

    /// A loop that is told to stop, and finishes what it has in hand.
    pub fn spawn_careful(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.running.spawn(work);
    }

    /// Waits until all have ended, or one has died, which none ever should: then its fault is the whole program's.
    pub async fn ended(&mut self) -> anyhow::Result<()> {
        while let Some(ended) = self.running.join_next().await {
            ended?;
        }
        Ok(())
    }
}

/// Tells of a failure, and that there was nothing to do: the next look comes soon enough.
fn found<E: Display>(work: &'static str, result: Result<usize, E>) -> usize {
    result.unwrap_or_else(|error| {
        tracing::error!(work, "background work failed: {error}");
        0
    })
}

/// What every process of a database does: it follows the civil clock.
pub fn start_common(loops: &mut Loops, parts: &Arc<Parts>) {
    let clock = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&clock);
        async move { found("clock", jobs::clock::follow(&parts).await) }
    });
}

/// What a worker does besides its lanes: timers, reminders, calls outside, and what is looked after by the hour.
pub fn start_jobs(loops: &mut Loops, parts: &Arc<Parts>, outside: Outside, cabinet: &Cabinet) {
    let outside = Arc::new(outside);
    let timers = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&timers);
        async move { found("timers", jobs::timers::fire_due(&parts).await) }
    });
    let signals = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&signals);
        async move { found("signals", jobs::signals::bring_open(&parts).await) }
    });
    let broadcasts = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&broadcasts);
        async move { found("broadcasts", jobs::broadcasts::step(&parts).await) }
    });
    let reminders = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&reminders);
        async move { found("reminders", jobs::reminders::fire_due(&parts).await) }
    });
    let feedback = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&feedback);
        async move { found("feedback", jobs::feedback::ask_due(&parts).await) }
    });
    let erasure = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&erasure);
        async move { found("erasure", jobs::erasure::run_due(&parts).await) }
    });
    let birthdays = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&birthdays);
        async move { found("birthdays", jobs::birthdays::ask_due(&parts).await) }
    });
    let digest = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&digest);
        async move { found("digest", jobs::digest::send_due(&parts).await) }
    });
    let lapses = Arc::clone(parts);
    repeat(loops, parts, Topic::Timers, move || {
        let parts = Arc::clone(&lapses);
        async move { found("lapses", jobs::lapses::warn_due(&parts).await) }
    });
    for queue in jobs::calls::Queue::ALL {
        let (parts, outside) = (Arc::clone(parts), Arc::clone(&outside));
        loops.spawn_careful(jobs::calls::run(queue, parts, outside, loops.stop.clone()));
    }
    loops.spawn(settle_calls(Arc::clone(&outside)));
    loops.spawn(forget(parts.pool.clone(), outside, cabinet.clone()));
}

fn repeat<F>(loops: &mut Loops, parts: &Arc<Parts>, topic: Topic, work: impl FnMut() -> F + Send + 'static)
where
    F: Future<Output = usize> + Send,
{
    let (parts, stop) = (Arc::clone(parts), loops.stop.clone());
    loops.spawn_careful(async move { jobs::repeat(parts.nudge.subscribe(topic), &parts.dice, stop, work).await });
}

/// Asks providers what became of calls, and watches over how many of them prove a phone.
async fn settle_calls(outside: Arc<Outside>) {
    let mut told = BTreeSet::new();
    loop {
        if let Err(error) = jobs::dial::settle(&outside.pool, &outside.dialler).await {
            tracing::error!("calls are not settled: {error}");
        }
        if let Err(error) = jobs::dial::watch(&outside.pool, &outside.policy, &outside.clock, &mut told).await {
            tracing::error!("calls are not watched over: {error}");
        }
        sleep(SETTLE).await;
    }
}

/// Takes over what a process held that has ended without giving it back. One whose connection alone was cut, as all are when
/// Postgres restarts, is back within a look or two.
pub async fn bury(parts: Arc<Parts>) {
    let mut missing: BTreeMap<Uuid, Instant> = BTreeMap::new();
    loop {
        sleep(WATCH).await;
        let look = async {
            let mut db = parts.pool.acquire().await?;
            let (absent, now) = (store::replicas::absent(&mut db).await?, clock::tick());
            missing.retain(|replica, _| absent.contains(replica));
            // Our own line may be cut too; that we live, we know.
            for replica in absent.into_iter().filter(|replica| *replica != parts.replica) {
                missing.entry(replica).or_insert(now);
            }
            let gone: Vec<Uuid> =
                missing.iter().filter(|(_, since)| now.duration_since(**since) >= GONE).map(|(id, _)| *id).collect();
            if !gone.is_empty() && store::replicas::inherit_from(&mut db, &gone).await? > 0 {
                tracing::warn!(replicas = ?gone, "what they held is free: they are gone");
                parts.nudge.nudge(Topic::Outbox);
                parts.nudge.nudge(Topic::Calls);
            }
            Ok::<(), sqlx::Error>(())
        };
        if let Err(error) = look.await {
            // An outage is nobody's end: whoever is missing after it begins to be missing then.
            missing.clear();
            tracing::error!("other processes are not looked after: {error}");
        }
    }
}

/// Measures how much waits to be sent, lane by lane.
pub async fn measure_outbox(parts: Arc<Parts>, lanes: Vec<LaneId>) {
    loop {
        for lane in &lanes {
            let depth = async {
                let mut db = parts.pool.acquire().await?;
                store::deliveries::depth(&mut db, lane, parts.clock.now()).await
            };
            match depth.await {
                Ok(depth) => metrics::gauge!("outbox_depth", "lane" => lane.0.clone()).set(depth as f64),
                Err(error) => tracing::error!(%lane, "the outbox is not measured: {error}"),
            }
        }
        sleep(MEASURE).await;
    }
}

/// Forgets what is old enough: keys of updates that can't come again, calls and tries behind every window,
/// drafts that nobody sent, answers of last year.
async fn forget(pool: PgPool, outside: Arc<Outside>, cabinet: Cabinet) {
    loop {
        let inbox = async { store::inbox::purge(&mut *pool.acquire().await?, INBOX_DAYS).await };
        if let Err(error) = inbox.await {
            tracing::error!("the inbox is not cleaned: {error}");
        }
        if let Err(error) = jobs::dial::purge(&outside.pool, &outside.policy, &outside.clock).await {
            tracing::error!("old calls are not forgotten: {error}");
        }
        if let Err(error) = jobs::drafts::purge(&pool, &outside.clock).await {
            tracing::error!("old drafts are not forgotten: {error}");
        }
        if let Err(error) = jobs::answers::purge(&pool, &outside.policy, &outside.clock).await {
            tracing::error!("old answers are not forgotten: {error}");
        }
        if let Err(error) = jobs::signals::purge(&pool, &outside.clock).await {
            tracing::error!("old signals are not forgotten: {error}");
        }
        if let Err(error) = papers::desk::sweep(&pool, &cabinet, outside.clock.now()).await {
            tracing::error!("scans that nobody has any more are not deleted: {error}");
        }
        sleep(PURGE).await;
    }
}
