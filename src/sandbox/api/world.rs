//! The world around the chats: seed, calls, faults, clock, log, what changed.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::Stream;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, Which, absurd, body, community, conflict, missing};
use crate::{
    clock as time,
    sandbox::{
        Core, Direction, autodial,
        fault::{Fault, Kind},
        locked,
        log::LogEntry,
        vk,
        world::Messenger,
    },
};

/// Changes of so long are told together.
const REST: Duration = Duration::from_millis(60);

pub(super) async fn seed(State(core): State<Arc<Core>>) -> Json<Value> {
    match &core.seed {
        Some(seed) => Json(seed().await),
        None => Json(json!([])),
    }
}

#[derive(Deserialize)]
pub(super) struct Of {
    phone: Option<String>,
}

pub(super) async fn calls(State(core): State<Arc<Core>>, Query(of): Query<Of>) -> Json<Value> {
    Json(json!(autodial::rang(&core, of.phone.as_deref())))
}

#[derive(Deserialize)]
struct Ended {
    how: Option<String>,
}

pub(super) async fn end_call(State(core): State<Arc<Core>>, Path(id): Path<i64>, bytes: Bytes) -> Answer {
    let ended: Ended = body(&bytes)?;
    let how = match ended.how.as_deref() {
        None | Some("missed") => "missed",
        Some("answered") => "answered",
        Some("busy") => "busy",
        Some(_) => return Err(absurd("how is answered, busy or missed")),
    };
    if autodial::end(&core, id, how) { Ok(Json(json!({"ended": how}))) } else { Err(missing("call")) }
}

pub(super) async fn faults(State(core): State<Arc<Core>>) -> Json<Value> {
    Json(json!(core.faults.list(time::tick())))
}

pub(super) async fn add_fault(State(core): State<Arc<Core>>, bytes: Bytes) -> Answer {
    let fault: Fault = body(&bytes)?;
    if !["telegram", "vk", "autodial"].contains(&fault.channel.as_str()) {
        return Err(absurd("channel is telegram, vk or autodial"));
    }
    if fault.kind == Kind::Hold && fault.seconds.is_some() {
        return Err(absurd("hold ends when it is removed"));
    }
    let id = core.faults.add(fault, time::tick());
    core.touch();
    Ok(Json(json!({"id": id})))
}

pub(super) async fn clear_faults(State(core): State<Arc<Core>>) -> Json<Value> {
    core.faults.remove(None);
    core.touch();
    Json(json!([]))
}

pub(super) async fn remove_fault(State(core): State<Arc<Core>>, Path(id): Path<u64>) -> Json<Value> {
    core.faults.remove(Some(id));
    core.touch();
    Json(json!(core.faults.list(time::tick())))
}

pub(super) async fn clock(State(core): State<Arc<Core>>) -> Json<Value> {
    Json(shown(&core))
}

fn shown(core: &Core) -> Value {
    json!({"now": core.now(), "offset_seconds": core.clock.offset().num_seconds(), "can_advance": core.advance.is_some()})
}

#[derive(Deserialize)]
struct Advance {
    advance_seconds: i64,
}

pub(super) async fn advance(State(core): State<Arc<Core>>, bytes: Bytes) -> Answer {
    let asked: Advance = body(&bytes)?;
    if asked.advance_seconds < 0 {
        return Err(absurd("time goes forward only"));
    }
    let Some(advance) = &core.advance else { return Err(conflict("civil time can't be advanced here")) };
    advance(asked.advance_seconds).await.map_err(|why| conflict(&why))?;
    core.touch();
    Ok(Json(shown(&core)))
}

#[derive(Deserialize)]
pub(super) struct After {
    after: Option<u64>,
    all: Option<String>,
}

pub(super) async fn log(State(core): State<Arc<Core>>, Query(after): Query<After>) -> Json<Vec<LogEntry>> {
    let mut entries = core.log.after(after.after.unwrap_or(0)).await;
    if after.all.is_none() {
        entries.retain(|entry| entry.direction == Direction::Request);
    }
    Json(entries)
}

/// The longest that an answer about the log's growth may take.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

#[derive(Deserialize)]
pub(super) struct Grown {
    after: Option<u64>,
    #[serde(default)]
    wait: u64,
}

pub(super) async fn log_last(State(core): State<Arc<Core>>, Query(asked): Query<Grown>) -> Json<Value> {
    if let Some(after) = asked.after {
        let longest = Duration::from_millis(asked.wait).min(LONGEST_WAIT);
        // Late is no fault: the answer says how far it came.
        tokio::time::timeout(longest, core.log.passes(after)).await.ok();
    }
    Json(json!({"seq": core.log.last()}))
}

pub(super) async fn clear_log(State(core): State<Arc<Core>>) -> Json<Value> {
    core.log.clear();
    Json(json!([]))
}

pub(super) async fn lines(State(core): State<Arc<Core>>) -> Json<Value> {
    let bots = core.bots.iter().map(|bot| json!({"id": bot.id, "username": bot.username, "name": bot.name}));
    let communities = core.communities.iter().map(|community| {
        let servers = locked(&community.servers);
        let servers = servers.iter().map(|one| json!({"id": one.id, "url": one.url, "status": one.status}));
        json!({"id": community.line(), "group_id": community.group_id, "name": community.name,
            "callback": servers.collect::<Vec<_>>()})
    });
    Json(json!({"telegram": bots.collect::<Vec<_>>(), "vk": communities.collect::<Vec<_>>()}))
}

/// The community that is meant.
fn named(core: &Core, which: &Which) -> Result<Arc<vk::Community>, Refusal> {
    community(core, which.line(core, Messenger::Vk)?)
}

#[derive(Deserialize)]
struct Callback {
    url: String,
    secret: Option<String>,
}

pub(super) async fn vk_callback(State(core): State<Arc<Core>>, Query(which): Query<Which>, bytes: Bytes) -> Answer {
    let asked: Callback = body(&bytes)?;
    let id = vk::callback::add(&core, &named(&core, &which)?, "provodnik", &asked.url, asked.secret);
    Ok(Json(json!({"server_id": id})))
}

#[derive(Deserialize)]
struct Spoil {
    #[serde(default)]
    new_key: bool,
    #[serde(default)]
    lose: bool,
}

pub(super) async fn vk_long_poll(State(core): State<Arc<Core>>, Query(which): Query<Which>, bytes: Bytes) -> Answer {
    let asked: Spoil = body(&bytes)?;
    let community = named(&core, &which)?;
    if asked.new_key {
        vk::long_poll::turn_key(&community);
    }
    if asked.lose {
        vk::long_poll::lose(&community);
    }
    Ok(Json(json!({})))
}

pub(super) async fn events(State(core): State<Arc<Core>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = core.changes.subscribe();
    let stream = futures_util::stream::unfold(changes, |mut changes| async move {
        changes.changed().await.ok()?;
        tokio::time::sleep(REST).await;
        let count = *changes.borrow_and_update();
        Some((Ok(Event::default().id(count.to_string()).data("changed")), changes))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
