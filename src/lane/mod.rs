//! One lane per bot or community: takes messages out of the outbox, puts them into words, sends them at a pace, settles.
//!
//! A lane belongs to one replica at a time (lease and fence). What it sends stays claimed by its own token, so that a late
//! answer counts even if the lane is somebody else's by then. A messenger that is down or slow slows its own lane only.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use sqlx::PgConnection;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    cache::Topic,
    channel::{
        Channel, SendError,
        sender::{Outgoing, Sender, Sent},
        telegram::BotName,
    },
    clock,
    doors::Doors,
    flow::Program,
    ids::{AccountId, BroadcastId, LaneId},
    message::{App, Message},
    store::{
        casts::{self, Release},
        deliveries::{self, Body, Claim, Claimed, Fate},
        lanes,
        pictures::Handle,
    },
    turn::Parts,
};

mod judge;
mod night;
mod pace;
mod pictures;
mod settle;
mod words;

use pace::Pace;
use pictures::{Busy, Slot, Uploads};
use words::{Book, Written};

/// A lane is its owner's for so long after the last sign of life …
const LEASE: Duration = Duration::from_secs(10);
/// … which is given so often.
const RENEW: Duration = Duration::from_secs(3);
/// All requests of one message together: a picture goes up in three, and a long text goes out in several.
const SEND_DEADLINE: Duration = Duration::from_secs(35);
/// A claimed message is its claimer's for so long: longer than its sending may take, with the wait for its turn.
const CLAIM_LEASE: Duration = Duration::from_secs(45);
/// Requests at the same time with a limited rate, and without a limit.
const IN_FLIGHT: (usize, usize) = (64, 256);
/// How long a beat waits for its requests to come back before it looks for more work.
const LANDING: Duration = Duration::from_millis(250);
/// How long a lane that stops waits for its requests: with time left, of the eight seconds that a stop has, to settle and to
/// give the lane back. What still flies then stays claimed, as after a crash.
const LAST_LANDING: Duration = Duration::from_secs(6);
/// Who finds a picture on its way up looks again after so many seconds.
const UPLOAD_PAUSE: f64 = 1.0;
/// Between two looks for more of a broadcast that has used up its share of the lane.
const SHARE: Duration = Duration::from_millis(100);
/// The longest pause between two looks into the outbox; the shortest is half of it.
const POLL: Duration = Duration::from_secs(1);

/// Which lane, and how fast.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name: `telegram:<bot id>` or `vk:<group id>`.
    pub id: LaneId,
    /// Its messenger.
    pub channel: Channel,
    /// Messages a second over all chats (`TELEGRAM_RATE`, `VK_RATE`); 0: no limit at all, for benchmarks.
    pub rate: u32,
    /// What its buttons open, if there is a mini app.
    pub app: Option<App>,
    /// Telegram: the bot's name, as soon as it is known.
    pub name: Arc<OnceLock<BotName>>,
    /// What stands in links that are sent to people.
    pub doors: Doors,
}

impl Settings {
    /// A command as it must be written in a group: neither messenger lets a bot hear all that is said there.
    fn command(&self, name: &str) -> String {
        match (self.channel, self.name.get()) {
            (Channel::Telegram, Some(bot)) => format!("/{name}@{}", bot.0),
            (Channel::Telegram, None) => format!("/{name}"),
            (Channel::Vk, _) => format!("@club{} /{name}", self.id.0.trim_start_matches("vk:")),
        }
    }
}

/// One lane as one replica sees it.
pub struct Lane {
    settings: Settings,
    sender: Sender,
    parts: Arc<Parts>,
    owner: Uuid,
    held: Option<Held>,
    pace: Pace,
    born: Instant,
    flying: JoinSet<Flown>,
    /// What came back and is not settled yet.
    landed: Vec<Flown>,
    /// What was uploaded since the process began: nothing is uploaded twice.
    uploads: Uploads,
}

struct Held {
    fence: i64,
    renewed: Instant,
}

/// What became of one request.
struct Flown {
    id: i64,
    token: Uuid,
    chat: String,
    account: Option<AccountId>,
    broadcast: Option<BroadcastId>,
    tries: i16,
    age: f64,
    /// The picture that was uploaded with it.
    picture: Option<Handle>,
    outcome: Outcome,
}

impl Flown {
    /// One that was never asked of the platform.
    fn grounded(delivery: Claimed, token: Uuid, fate: Fate) -> Self {
        let Claimed { id, chat, account, broadcast, tries, age, .. } = delivery;
        Self { id, token, chat, account, broadcast, tries, age, picture: None, outcome: Outcome::Unsent(fate) }
    }
}

enum Outcome {
    /// The platform's answer.
    Answered(Result<Sent, SendError>),
    /// Settled without asking the platform.
    Unsent(Fate),
}

/// What one beat came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    /// Whether the lane is ours.
    pub owned: bool,
    /// Messages of broadcasts that were let out of the park, into this lane or another.
    pub released: u64,
    /// Messages taken out of the outbox.
    pub claimed: usize,
    /// Messages that the platform took.
    pub sent: usize,
    /// There may be more to do after this, if nothing else wakes the lane.
    pub next_due: Duration,
}

impl Lane {
    /// A lane that is nobody's yet.
    #[must_use]
    pub fn new(settings: Settings, sender: Sender, parts: Arc<Parts>) -> Self {
        let owner = parts.replica;
        let pace = Pace::new(settings.channel, settings.rate);
        Self {
            settings,
            sender,
            parts,
            owner,
            held: None,
            pace,
            born: clock::tick(),
            flying: JoinSet::new(),
            landed: Vec::new(),
            uploads: Uploads::default(),
        }
    }

    /// One step by hand: take or keep the lane, claim, send, settle.
    ///
    /// # Errors
    /// When the database fails. What came back stays in memory and is settled by the next beat.
    pub async fn beat(&mut self) -> sqlx::Result<Beat> {
        let late = self.settle().await?;
        let Some(fence) = self.hold().await? else {
            return Ok(Beat { owned: false, released: 0, claimed: 0, sent: late, next_due: POLL });
        };
        let (released, held_back) = self.release(fence).await?;
        let token = self.parts.dice.uuid(self.parts.clock.now());
        let claimed = self.claim(fence, token).await?;
        let count = claimed.len();
        self.launch(claimed, token).await?;
        self.land(LANDING).await;
        let sent = late + self.settle().await?;
        let idle = if held_back { SHARE } else { POLL };
        let next_due = if count > 0 { Duration::ZERO } else { self.pace.resting().1.unwrap_or(POLL).min(idle) };
        Ok(Beat { owned: true, released, claimed: count, sent, next_due })
    }

    /// Waits a while for the requests in flight, settles what came back, and gives the lane back in any case.
    ///
    /// # Errors
    /// When the database fails; the lane is free when its lease has run out.
    pub async fn close(&mut self) -> sqlx::Result<()> {
        self.land(LAST_LANDING).await;
        let settled = self.settle().await;
        if let Some(held) = self.held.take() {
            let mut db = self.parts.pool.acquire().await?;
            lanes::release(&mut db, &self.settings.id, held.fence).await?;
            self.gauge_ownership(false);
        }
        settled.map(drop)
    }

    /// Acquires the lane or renews its lease. `None`: it is somebody else's.
    async fn hold(&mut self) -> sqlx::Result<Option<i64>> {
        let now = clock::tick();
        if let Some(held) = &self.held
            && now.duration_since(held.renewed) < RENEW
        {
            return Ok(Some(held.fence));
        }
        let mut db = self.parts.pool.acquire().await?;
        let (id, lease) = (&self.settings.id, LEASE.as_secs_f64());
        if let Some(held) = &mut self.held {
            if lanes::renew(&mut db, id, held.fence, lease).await? {
                held.renewed = now;
                return Ok(Some(held.fence));
            }
            tracing::warn!(lane = %id, "the lane is somebody else's now");
            self.held = None;
            self.gauge_ownership(false);
            return Ok(None);
        }
        let Some(fence) = lanes::acquire(&mut db, id, self.owner, lease).await? else { return Ok(None) };
        let recent = deliveries::recent(&mut db, id).await?;
        let resting = deliveries::resting(&mut db, id).await?;
        tracing::info!(lane = %id, fence, "the lane is ours");
        self.pace = Pace::new(self.settings.channel, self.settings.rate);
        self.born = now;
        self.pace.replay(&recent, resting);
        self.held = Some(Held { fence, renewed: now });
        self.gauge_ownership(true);
        Ok(Some(fence))
    }

    /// Lets out of the park what broadcasts may send within the next second. Gives how many came, and whether there may be more
    /// that the pace holds back.
    async fn release(&mut self, fence: i64) -> sqlx::Result<(u64, bool)> {
        self.set_pace();
        let all = IN_FLIGHT.1 as i64 * 2;
        let (ahead, limit) = self.pace.broadcasts().unwrap_or((all, all));
        let mut db = self.parts.pool.acquire().await?;
        if !casts::any(&mut db).await? {
            return Ok((0, false));
        }
        if limit == 0 {
            return Ok((0, true));
        }
        let release = Release { lane: &self.settings.id, fence, ahead, limit };
        let released = casts::release(&mut db, release, self.parts.clock.now()).await?;
        self.pace.spend_broadcasts(released);
        Ok((released, released > 0))
    }

    /// Claims no more than may be sent within a quarter of a second, so that an urgent message need not wait for many others.
    async fn claim(&mut self, fence: i64, token: Uuid) -> sqlx::Result<Vec<Claimed>> {
        self.set_pace();
        let (resting, _) = self.pace.resting();
        let share = match self.settings.rate {
            0 => IN_FLIGHT.1.saturating_sub(self.flying.len()),
            rate => (rate.div_ceil(4) as usize).min(IN_FLIGHT.0.saturating_sub(self.flying.len())),
        };
        if share == 0 {
            return Ok(Vec::new());
        }
        let lease = CLAIM_LEASE.as_secs_f64();
        let limit = i64::try_from(share).unwrap_or(1);
        let claim = Claim { lane: &self.settings.id, fence, token, lease, resting: &resting, limit };
        let mut db = self.parts.pool.acquire().await?;
        deliveries::claim(&mut db, claim, self.parts.clock.now()).await
    }

    /// Lets claimed messages fly, each when the pace allows it; what must not be said now is put off. Where the database fails
    /// in between, nothing has flown: all of it goes back, and nobody need wonder later whether it was sent.
    async fn launch(&mut self, mut claimed: Vec<Claimed>, token: Uuid) -> sqlx::Result<()> {
        if claimed.is_empty() {
            return Ok(());
        }
        let program = self.parts.program.current();
        let ready = self.ready(&program, &mut claimed, token).await;
        for delivery in &claimed {
            // What changes a message changes it to the same.
            if delivery.lapsed && delivery.body.get("send").is_some() {
                self.count_repeat(delivery.age);
            }
        }
        let (bodies, book) = match ready {
            Ok(ready) => ready,
            Err(error) => {
                self.put_back(claimed, token);
                return Err(error);
            }
        };
        for (delivery, body) in claimed.into_iter().zip(bodies) {
            let written = book.write(&program, &self.settings, &delivery, body.as_ref());
            let dropped = delivery.expired
                || book.is_void(&delivery)
                || book.is_unwanted(&delivery)
                || book.is_over(&delivery, body.as_ref());
            let flight = Flown::grounded(delivery, token, Fate::Dropped);
            match written {
                _ if dropped => self.landed.push(flight),
                Err(error) => {
                    tracing::error!(delivery = flight.id, lane = %self.settings.id, "a message can't be put into words: {error}");
                    let outcome = Outcome::Unsent(Fate::Failed(error.to_string()));
                    self.landed.push(Flown { outcome, ..flight });
                }
                Ok(written) => self.depart(flight, written).await,
            }
        }
        Ok(())
    }

    /// Puts off what must not be said now, and loads what the words of the others need.
    async fn ready(
        &mut self,
        program: &Program,
        claimed: &mut Vec<Claimed>,
        token: Uuid,
    ) -> sqlx::Result<(Vec<Option<Body>>, Book)> {
        let now = self.parts.clock.now();
        let mut db = self.parts.pool.acquire().await?;
        night::put_off(&mut db, claimed, token, now).await?;
        self.stop_some(&mut db, claimed, token).await?;
        let bodies = words::read(claimed);
        let book = words::load(&mut db, &self.parts, (program, &self.settings.id), claimed, &bodies).await?;
        Ok((bodies, book))
    }

    /// Parts of broadcasts that were stopped, or are not wanted any more, go back into the park.
    async fn stop_some(&mut self, db: &mut PgConnection, claimed: &mut Vec<Claimed>, token: Uuid) -> sqlx::Result<()> {
        let of_broadcasts = claimed.iter().filter(|delivery| delivery.broadcast.is_some());
        let of_broadcasts: Vec<_> = of_broadcasts.map(|delivery| delivery.id).collect();
        if of_broadcasts.is_empty() {
            return Ok(());
        }
        let stopped = casts::stopped(db, &of_broadcasts).await?;
        let parted = claimed.extract_if(.., |delivery| stopped.contains(&delivery.id));
        self.landed.extend(parted.map(|delivery| Flown::grounded(delivery, token, stop())));
        Ok(())
    }

    /// Whether it may fly still after it has waited for its turn; where nobody knows, it waits.
    async fn may_fly(&self, flight: &Flown) -> bool {
        let asked = async { casts::stopped(&mut *self.parts.pool.acquire().await?, &[flight.id]).await };
        match asked.await {
            Ok(stopped) => stopped.is_empty(),
            Err(error) => {
                tracing::error!(delivery = flight.id, lane = %self.settings.id, "a message waits: {error}");
                false
            }
        }
    }

    /// The next settle gives back what was taken out and has not flown.
    fn put_back(&mut self, claimed: Vec<Claimed>, token: Uuid) {
        let again = || Fate::Again { after: 0.0, counts: false, why: "taken out and not sent".to_owned() };
        self.landed.extend(claimed.into_iter().map(|delivery| Flown::grounded(delivery, token, again())));
    }

    /// Lets it fly, unless its chat rests or its picture goes up with another message just now.
    async fn depart(&mut self, flight: Flown, mut written: Written) {
        let slot = self.uploads.slot(self.settings.channel, &mut written, flight.tries);
        let answer = matches!(written, Written::Answer(..));
        let (after, why) = match slot {
            Err(Busy) => (UPLOAD_PAUSE, "its picture goes up"),
            Ok(slot) if answer || self.pace.spend(&flight.chat, flight.account.is_none()) => {
                return self.fly(flight, written, slot).await;
            }
            Ok(_) => (0.0, "its chat rests"),
        };
        let outcome = Outcome::Unsent(Fate::Again { after, counts: false, why: why.to_owned() });
        self.landed.push(Flown { outcome, ..flight });
    }

    async fn fly(&mut self, flight: Flown, written: Written, slot: Option<Slot>) {
        let mut waited = false;
        while let Some(wait) = self.pace.turn() {
            tokio::time::sleep(wait).await;
            self.set_pace();
            waited = true;
        }
        if waited && flight.broadcast.is_some() && !self.may_fly(&flight).await {
            self.landed.push(Flown { outcome: Outcome::Unsent(stop()), ..flight });
            return;
        }
        let (sender, uploads) = (self.sender.clone(), self.uploads.clone());
        self.flying.spawn(async move {
            let random_id = judge::random_id(flight.id);
            let (result, picture) = uploads.send(&sender, (&flight.chat, random_id), written, slot).await;
            Flown { picture, outcome: Outcome::Answered(result), ..flight }
        });
    }

    /// Collects what comes back within so long.
    async fn land(&mut self, patience: Duration) {
        // What is late lands in a later beat.
        let _ = tokio::time::timeout(patience, async { while self.next_landing().await {} }).await;
    }

    /// Waits for one request to come back; `false`: none is in flight.
    async fn next_landing(&mut self) -> bool {
        match self.flying.join_next().await {
            Some(Ok(flown)) => self.landed.push(flown),
            // Its message stays claimed until the claim runs out, and then goes out again.
            Some(Err(error)) => tracing::error!(lane = %self.settings.id, "a request ended without an answer: {error}"),
            None => return false,
        }
        true
    }

    fn set_pace(&self) {
        self.pace.set(pace::START + clock::tick().duration_since(self.born));
    }

    fn gauge_ownership(&self, owned: bool) {
        metrics::gauge!("lanes_owned", "lane" => self.settings.id.to_string()).set(f64::from(u8::from(owned)));
    }

    fn count_repeat(&self, age: f64) {
        if judge::may_repeat(self.settings.channel, age) {
            metrics::counter!("possible_repeats_total", "channel" => self.settings.channel.as_str()).increment(1);
        }
    }
}

/// What becomes of a part of a broadcast that must not fly now.
fn stop() -> Fate {
    Fate::Parked("stopped".to_owned())
}

async fn send(
    sender: &Sender,
    (chat, random_id): (&str, i32),
    written: &Written,
    uploaded: &mut Option<String>,
) -> Result<Sent, SendError> {
    let outgoing = match written {
        Written::Send(message, client) => Outgoing::Send { chat, message, client, random_id },
        Written::Edit(message_id, message, client) | Written::Rewrite(message_id, message, client) => {
            Outgoing::Edit { chat, message_id, message, client }
        }
        Written::Delete(message_id) => Outgoing::Delete { chat, message_id },
        Written::Answer(press, text) => Outgoing::Answer { press, text: text.as_deref() },
    };
    match (sender.send(&outgoing, uploaded).await, written) {
        // VK changes nothing that is older than a day.
        (Err(SendError::Refused { .. }), Written::Rewrite(_, message, client)) => {
            // What was an edit has no right to upload.
            let message =
                &Message { picture: message.picture.clone().filter(|it| it.handle.is_some()), ..message.clone() };
            sender.send(&Outgoing::Send { chat, message, client, random_id }, uploaded).await
        }
        (result, _) => result,
    }
}

/// Runs a lane until `shutdown`: woken when something is put into the outbox, and at the latest by its poll.
pub async fn run(mut lane: Lane, shutdown: CancellationToken) {
    let mut nudges = lane.parts.nudge.subscribe(Topic::Outbox);
    while !shutdown.is_cancelled() {
        let pause = match lane.beat().await {
            Ok(beat) => beat.next_due,
            Err(error) => {
                tracing::error!(lane = %lane.settings.id, "a beat failed: {error}");
                POLL
            }
        };
        if pause.is_zero() {
            continue;
        }
        // Replicas must not look in step.
        let pause = pause.mul_f64(0.5 + lane.parts.dice.below(1000) as f64 / 2000.0);
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = nudges.next() => {}
            true = lane.next_landing() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    if let Err(error) = lane.close().await {
        tracing::error!(lane = %lane.settings.id, "a lane could not be given back: {error}");
    }
}
