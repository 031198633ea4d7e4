//! Collects what comes in from webhooks and pollers into batches, and answers each when its transaction is committed.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::{Notify, oneshot},
    task::JoinSet,
};

use super::{Error, Key, Parts, Taken, take_each};
use crate::channel::Inbound;

/// How often an inbound that another turn stood in the way of is brought again before it is refused.
const ATTEMPTS: u32 = 8;

/// How much a desk does at once.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Batches at the same time; each takes a connection.
    pub workers: usize,
    /// Turns in one transaction.
    pub batch: usize,
    /// Inbounds that wait; one more is refused, so that the platform slows down.
    pub queue: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { workers: 8, batch: 64, queue: 4096 }
    }
}

/// Why an inbound was not stored: the platform must bring it again.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Too many wait already.
    #[error("too much at once")]
    Busy,
    /// The process is about to stop.
    #[error("stopping")]
    Stopping,
    /// Its turn failed; why stands in the log.
    #[error("the turn failed")]
    Failed,
}

/// Takes inbounds in order per chat and person. Clones share the desk.
#[derive(Clone)]
pub struct Desk(Arc<Inside>);

struct Inside {
    parts: Arc<Parts>,
    size: Size,
    board: Mutex<Board>,
    work: Notify,
    workers: tokio::sync::Mutex<JoinSet<()>>,
}

#[derive(Default)]
struct Board {
    waiting: VecDeque<Job>,
    busy: HashSet<Key>,
    stopping: bool,
}

struct Job {
    inbound: Inbound,
    key: Option<Key>,
    answer: oneshot::Sender<Result<(), Refused>>,
}

impl Desk {
    /// Opens a desk; its workers run until [`Desk::stop`].
    #[must_use]
    pub fn open(parts: Arc<Parts>, size: Size) -> Self {
        let mut workers = JoinSet::new();
        let inside = Arc::new(Inside {
            parts,
            size,
            board: Mutex::default(),
            work: Notify::new(),
            workers: tokio::sync::Mutex::new(JoinSet::new()),
        });
        for _ in 0..size.workers.max(1) {
            workers.spawn(Arc::clone(&inside).work());
        }
        if let Ok(mut kept) = inside.workers.try_lock() {
            *kept = workers;
        }
        Self(inside)
    }

    /// Hands an inbound in, and returns when its transaction is committed.
    ///
    /// # Errors
    /// Then it is not stored, and must be brought again.
    pub async fn submit(&self, inbound: Inbound) -> Result<(), Refused> {
        let answer = {
            let mut board = self.0.board();
            board.post(inbound, self.0.size.queue)
        };
        self.0.work.notify_one();
        answered(answer).await
    }

    /// Hands in what came together, in order, and gives the verdict on each when its transaction is committed.
    ///
    /// All of it is on the board before a worker looks: brought one by one, the first would be a transaction of its own.
    pub async fn submit_all(&self, inbounds: Vec<Inbound>) -> Vec<Result<(), Refused>> {
        let answers: Vec<_> = {
            let mut board = self.0.board();
            inbounds.into_iter().map(|inbound| board.post(inbound, self.0.size.queue)).collect()
        };
        for _ in 0..answers.len().div_ceil(self.0.size.batch.max(1)) {
            self.0.work.notify_one();
        }
        let mut verdicts = Vec::with_capacity(answers.len());
        for answer in answers {
            verdicts.push(answered(answer).await);
        }
        verdicts
    }

    /// Begins no new turn, refuses what waits, and returns when the running turns are finished.
    pub async fn stop(&self) {
        {
            let mut board = self.0.board();
            board.stopping = true;
            board.waiting.clear();
        }
        self.0.work.notify_waiters();
        for _ in 0..self.0.size.workers.max(1) {
            self.0.work.notify_one();
        }
        let mut workers = self.0.workers.lock().await;
        while workers.join_next().await.is_some() {
            self.0.work.notify_one();
        }
    }
}

impl Inside {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn work(self: Arc<Self>) {
        loop {
            let called = self.work.notified();
            let jobs = {
                let mut board = self.board();
                if board.stopping {
                    return;
                }
                board.pick(self.size.batch)
            };
            if jobs.is_empty() {
                called.await;
                continue;
            }
            self.serve(jobs).await;
        }
    }

    async fn serve(&self, jobs: Vec<Job>) {
        let (mut inbounds, jobs): (Vec<_>, Vec<_>) =
            jobs.into_iter().map(|job| (job.inbound, (job.key, job.answer))).unzip();
        self.parts.haste.judge(&mut inbounds).await;
        let taken = take_each(&self.parts, &inbounds).await;
        let (mut freed, mut stuck, mut idle) = (Vec::new(), Vec::new(), Vec::new());
        // Turns that failed, by why: with the database away all of a batch does so at once.
        let mut failed = BTreeMap::<String, usize>::new();
        for ((inbound, (key, answer)), taken) in inbounds.iter().zip(jobs).zip(taken) {
            let taken = match taken {
                Ok(Taken::Later) => self.insist(inbound).await,
                taken => taken,
            };
            if !matches!(taken, Ok(Taken::Done)) {
                idle.push(inbound);
            }
            if let Err(error) = &taken {
                *failed.entry(error.to_string()).or_default() += 1;
            }
            let verdict = judge(&taken);
            if verdict.is_err() {
                stuck.extend(key.clone());
            }
            // Nobody listens when the connection that brought it is gone; the turn stands all the same.
            let _ = answer.send(verdict);
            freed.extend(key);
        }
        for (error, turns) in failed {
            tracing::error!(turns, "turns failed and were rolled back: {error}");
        }
        self.parts.haste.give_back(&idle).await;
        let more = {
            let mut board = self.board();
            board.refuse_behind(&stuck);
            for key in freed {
                board.busy.remove(&key);
            }
            !board.waiting.is_empty()
        };
        if more {
            self.work.notify_one();
        }
    }

    /// Alone an inbound waits for the lock that it had to leave in the batch.
    async fn insist(&self, inbound: &Inbound) -> Result<Taken, Error> {
        for _ in 0..ATTEMPTS {
            match take_each(&self.parts, std::slice::from_ref(inbound)).await.pop() {
                Some(Ok(Taken::Later)) => {}
                Some(taken) => return taken,
                None => break,
            }
        }
        Ok(Taken::Later)
    }
}

const fn judge(taken: &Result<Taken, Error>) -> Result<(), Refused> {
    match taken {
        Ok(Taken::Done | Taken::Seen) => Ok(()),
        Ok(Taken::Later) => Err(Refused::Busy),
        Err(_) => Err(Refused::Failed),
    }
}

/// Waits for the verdict on a job that was taken in.
async fn answered(job: Result<oneshot::Receiver<Result<(), Refused>>, Refused>) -> Result<(), Refused> {
    // A job that is dropped unanswered was still waiting when the desk stopped.
    job?.await.unwrap_or(Err(Refused::Stopping))
}

impl Board {
    /// Takes a job in, if there is room.
    fn post(&mut self, inbound: Inbound, room: usize) -> Result<oneshot::Receiver<Result<(), Refused>>, Refused> {
        if self.stopping {
            return Err(Refused::Stopping);
        }
        if self.waiting.len() >= room {
            return Err(Refused::Busy);
        }
        let (answer, answered) = oneshot::channel();
        self.waiting.push_back(Job { key: Key::of(&inbound), inbound, answer });
        Ok(answered)
    }

    /// What waits behind a turn that will come again must come again after it: acted on now, it would be out of order.
    fn refuse_behind(&mut self, stuck: &[Key]) {
        if stuck.is_empty() {
            return;
        }
        let behind = |job: &Job| job.key.as_ref().is_some_and(|key| stuck.contains(key));
        let (refused, kept) = std::mem::take(&mut self.waiting).into_iter().partition(behind);
        self.waiting = kept;
        let refused: VecDeque<Job> = refused;
        for job in refused {
            let _ = job.answer.send(Err(Refused::Failed));
        }
    }

    /// The first jobs whose key nobody works on, one per key. What is passed over keeps its place.
    fn pick(&mut self, most: usize) -> Vec<Job> {
        let mut picked = Vec::new();
        let mut passed = VecDeque::new();
        while picked.len() < most {
            let Some(job) = self.waiting.pop_front() else { break };
            if job.key.as_ref().is_none_or(|key| self.busy.insert(key.clone())) {
                picked.push(job);
            } else {
                passed.push_back(job);
            }
        }
        passed.append(&mut self.waiting);
        self.waiting = passed;
        picked
    }
}
