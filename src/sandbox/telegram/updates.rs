//! What waits to be taken by the bot: by `getUpdates` or by its webhook.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{Bot, Fail, lifetime, methods};
use crate::{
    clock,
    sandbox::{
        Core,
        courier::{Courier, Manners, Parcel, Said},
        fault::{About, Kind},
        locked,
        params::Params,
    },
};

/// Sent by default: everything but these three.
const NOT_BY_DEFAULT: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];
/// The real server waits no longer.
const LONGEST_POLL: i64 = 50;
/// How much later updates of some chats come when the fault `disorder` strikes.
const DISORDER: Duration = Duration::from_millis(400);

/// One update that waits.
#[derive(Clone)]
pub(in crate::sandbox) struct Waiting {
    pub(in crate::sandbox) key: i64,
    pub(in crate::sandbox) update: Value,
    expires: Instant,
    twice: bool,
    late: bool,
}

/// A bot's updates.
#[derive(Default)]
pub(in crate::sandbox) struct Desk {
    pub(in crate::sandbox) state: Mutex<State>,
    came: Notify,
}

#[derive(Default)]
pub(in crate::sandbox) struct State {
    pub(in crate::sandbox) last: i64,
    pub(in crate::sandbox) waiting: BTreeMap<i64, Waiting>,
    /// Which `getUpdates` is the newest.
    poll: u64,
    hook: Option<Arc<Courier>>,
    connections: usize,
    allowed: Option<Vec<String>>,
}

impl Desk {
    /// Puts an update in line. `key`: the chat, or the user of a press: one is in flight per key.
    pub(in crate::sandbox) fn put(&self, core: &Arc<Core>, key: i64, kind: &str, content: Value) {
        let now = clock::tick();
        let struck = core.strike(About::Update, "telegram", Some(key), kind);
        let mut state = locked(&self.state);
        if !state.allows(kind) {
            return;
        }
        state.last += 1;
        let id = state.last;
        let update = json!({"update_id": id, kind: content});
        let twice = struck.is_some_and(|struck| struck.kind == Kind::Duplicate);
        let late = struck.is_some_and(|struck| struck.kind == Kind::Disorder);
        let waiting = Waiting { key, expires: now + lifetime(&update), update, twice, late };
        if let Some(hook) = &state.hook {
            hook.push(core, waiting.parcel(id));
        }
        state.waiting.insert(id, waiting);
        drop(state);
        self.came.notify_waiters();
    }

    /// Takes back what a snapshot held.
    pub(in crate::sandbox) fn restore(&self, last: i64, updates: Vec<(i64, Value)>) {
        let now = clock::tick();
        let mut state = locked(&self.state);
        state.last = last;
        for (key, update) in updates {
            let id = update["update_id"].as_i64().unwrap_or(0);
            let waiting = Waiting { key, expires: now + lifetime(&update), update, twice: false, late: false };
            state.waiting.insert(id, waiting);
        }
    }
}

impl State {
    fn allows(&self, kind: &str) -> bool {
        match &self.allowed {
            Some(allowed) if !allowed.is_empty() => allowed.iter().any(|one| one == kind),
            _ => !NOT_BY_DEFAULT.contains(&kind),
        }
    }

    /// Up to `limit` updates from the front; those that expired are forgotten.
    fn batch(&mut self, limit: usize, now: Instant) -> Vec<Value> {
        let expired: Vec<_> =
            self.waiting.iter().take(limit).filter(|(_, one)| one.expires <= now).map(|(id, _)| *id).collect();
        for id in expired {
            self.waiting.remove(&id);
        }
        let mut batch: Vec<_> = self.waiting.values().take(limit).collect();
        // Late ones go to the end: people change places, each one's own order stays only among the late.
        batch.sort_by_key(|one| one.late);
        batch.into_iter().flat_map(|one| std::iter::repeat_n(one.update.clone(), 1 + usize::from(one.twice))).collect()
    }

    /// Forgets everything before `offset`; a negative one keeps the last so many.
    fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let keep = usize::try_from(-offset).unwrap_or(usize::MAX);
            while self.waiting.len() > keep {
                self.waiting.pop_first();
            }
        } else if offset > 0 {
            self.waiting = self.waiting.split_off(&offset);
        }
    }
}

impl Waiting {
    fn parcel(&self, id: i64) -> Parcel {
        let name = self.update.as_object().and_then(|map| map.keys().find(|key| *key != "update_id"));
        Parcel {
            id,
            key: self.key,
            name: name.cloned().unwrap_or_default(),
            body: Bytes::from(self.update.to_string()),
            expires: self.expires,
            twice: self.twice,
            delay: if self.late { DISORDER } else { Duration::ZERO },
        }
    }
}

/// `getUpdates`.
pub(super) async fn get(bot: &Bot, params: &Params) -> Result<Value, Fail> {
    let limit = usize::try_from(params.int("limit").unwrap_or(100).clamp(1, 100)).unwrap_or(100);
    let wait = params.int("timeout").unwrap_or(0).clamp(0, LONGEST_POLL).unsigned_abs();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(wait);
    let mine = claim(bot, params)?;
    loop {
        let came = bot.desk.came.notified();
        tokio::pin!(came);
        came.as_mut().enable();
        {
            let mut state = locked(&bot.desk.state);
            if state.poll != mine {
                let why = "terminated by other getUpdates request; make sure that only one bot instance is running";
                return Err(Fail::new(409, format!("Conflict: {why}")));
            }
            refuse_beside_webhook(&state)?;
            let batch = state.batch(limit, clock::tick());
            if !batch.is_empty() {
                return Ok(batch.into());
            }
        }
        if tokio::time::timeout_at(deadline, came).await.is_err() {
            return Ok(json!([]));
        }
    }
}

/// Becomes the newest `getUpdates`: another that waits ends with a conflict.
fn claim(bot: &Bot, params: &Params) -> Result<u64, Fail> {
    let mut state = locked(&bot.desk.state);
    refuse_beside_webhook(&state)?;
    if let Some(allowed) = allowed(params) {
        state.allowed = Some(allowed);
    }
    state.confirm(params.int("offset").unwrap_or(0));
    state.poll += 1;
    let mine = state.poll;
    drop(state);
    bot.desk.came.notify_waiters();
    Ok(mine)
}

fn refuse_beside_webhook(state: &State) -> Result<(), Fail> {
    if state.hook.is_none() {
        return Ok(());
    }
    let why = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    Err(Fail::new(409, format!("Conflict: {why}")))
}

fn allowed(params: &Params) -> Option<Vec<String>> {
    serde_json::from_value(params.json("allowed_updates")?.ok()?).ok()
}

/// `setWebhook`; an empty address deletes.
pub(super) fn set(core: &Arc<Core>, bot: &Arc<Bot>, params: &Params) -> Result<Value, Fail> {
    let url = params.text("url").unwrap_or_default().into_owned();
    if url.is_empty() {
        return Ok(delete(bot, params));
    }
    // The real one wants https; a stand-in on the same machine is content with http.
    if !(url.starts_with("http://") || url.starts_with("https://")) || reqwest::Url::parse(&url).is_err() {
        return Err(Fail::bad("invalid webhook URL specified"));
    }
    let secret = params.text("secret_token").map(std::borrow::Cow::into_owned).filter(|secret| !secret.is_empty());
    check_secret(secret.as_deref())?;
    let slots = usize::try_from(params.int("max_connections").unwrap_or(40).clamp(1, 100)).unwrap_or(40);
    // Weak: the courier belongs to the bot, which belongs to the core.
    let owner = (Arc::downgrade(core), Arc::downgrade(bot));
    let delivered = move |parcel: &Parcel, answer: Said| {
        if let (Some(core), Some(bot)) = (owner.0.upgrade(), owner.1.upgrade()) {
            taken(&core, &bot, parcel, answer);
        }
    };
    let hook = Courier::new(url, secret, Manners::Telegram, slots, core.first_pause, Box::new(delivered));
    let mut state = locked(&bot.desk.state);
    if let Some(old) = state.hook.replace(Arc::clone(&hook)) {
        old.close();
    }
    state.connections = slots;
    if let Some(allowed) = allowed(params) {
        state.allowed = Some(allowed);
    }
    if params.flag("drop_pending_updates") {
        state.waiting.clear();
    }
    for (id, waiting) in &state.waiting {
        hook.push(core, waiting.parcel(*id));
    }
    drop(state);
    bot.desk.came.notify_waiters();
    Ok(true.into())
}

fn check_secret(secret: Option<&str>) -> Result<(), Fail> {
    let Some(secret) = secret else { return Ok(()) };
    if secret.len() > 256 {
        return Err(Fail::bad("secret token is too long"));
    }
    if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        return Err(Fail::bad("secret token contains unallowed characters"));
    }
    Ok(())
}

/// An update was taken by the webhook; its answer may hold a call, written as any request is.
fn taken(core: &Arc<Core>, bot: &Arc<Bot>, parcel: &Parcel, answer: Said) {
    locked(&bot.desk.state).waiting.remove(&parcel.id);
    let (core, bot) = (Arc::clone(core), Arc::clone(bot));
    tokio::spawn(async move {
        let Ok(params) = Params::read(None, Some(&answer.kind), &answer.body).await else { return };
        let Some(method) = params.text("method") else { return };
        // The real server tells nobody what came of it either.
        drop(methods::run(&core, &bot, &method, &params).await);
    });
}

/// `deleteWebhook`.
pub(super) fn delete(bot: &Bot, params: &Params) -> Value {
    let mut state = locked(&bot.desk.state);
    if let Some(old) = state.hook.take() {
        old.close();
    }
    if params.flag("drop_pending_updates") {
        state.waiting.clear();
    }
    true.into()
}

/// `getWebhookInfo`.
pub(super) fn info(bot: &Bot) -> Value {
    let state = locked(&bot.desk.state);
    let url = state.hook.as_ref().map_or("", |hook| hook.url.as_str());
    let mut info = json!({"url": url, "has_custom_certificate": false, "pending_update_count": state.waiting.len()});
    if let Some(hook) = &state.hook {
        info["max_connections"] = state.connections.into();
        info["ip_address"] = "127.0.0.1".into();
        if let Some((at, why)) = &*locked(&hook.last_error) {
            info["last_error_date"] = (*at).into();
            info["last_error_message"] = why.clone().into();
        }
    }
    if let Some(allowed) = &state.allowed {
        info["allowed_updates"] = allowed.clone().into();
    }
    info
}
