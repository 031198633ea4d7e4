//! Bots Long Poll.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    response::Response,
};
use serde_json::{Value, json};

use super::{Community, Feed};
use crate::{
    clock,
    sandbox::{
        Core,
        fault::{About, Kind},
        locked,
        log::{Direction, Raw},
        params::Params,
        reply::Answer,
    },
};

/// The real server waits no longer.
const LONGEST: i64 = 90;
/// What it waits unless told.
const USUAL: i64 = 25;

/// `groups.getLongPollServer`.
pub(super) fn server(community: &Community, base: &str) -> Value {
    let feed = locked(&community.feed);
    let server = format!("{base}/longpoll/{}", community.group_id);
    json!({"key": key(&feed, community), "server": server, "ts": feed.ts.to_string()})
}

/// The key that is good now.
fn key(feed: &Feed, community: &Community) -> String {
    format!("{:040x}", feed.keys.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ community.group_id.unsigned_abs())
}

/// Makes every key that was given out invalid: the next check answers `failed: 2`.
pub(in crate::sandbox) fn turn_key(community: &Community) {
    locked(&community.feed).keys += 1;
    community.came.notify_waiters();
}

/// Forgets the history: the next check answers `failed: 3`.
pub(in crate::sandbox) fn lose(community: &Community) {
    let mut feed = locked(&community.feed);
    feed.keys += 1;
    feed.ts += 1_000;
    feed.events.clear();
    drop(feed);
    community.came.notify_waiters();
}

pub(super) async fn check(
    State(core): State<Arc<Core>>,
    Path(group_id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Response {
    let begun = clock::tick();
    let answer = wait(&core, group_id, query.as_deref()).await;
    core.log.put(Raw {
        direction: Direction::Request,
        channel: "vk",
        method: "GET",
        path: format!("/vk/longpoll/{group_id}"),
        name: "a_check".to_owned(),
        kind: String::new(),
        query: query.unwrap_or_default(),
        body: Bytes::new(),
        status: answer.status,
        answer: answer.body.clone(),
        at: core.now(),
        ms: begun.elapsed().as_secs_f64() * 1_000.0,
    });
    answer.into_response()
}

async fn wait(core: &Core, group_id: i64, query: Option<&str>) -> Answer {
    let params = Params::read(query, None, &Bytes::new()).await.unwrap_or_default();
    let Some(community) = core.communities.iter().find(|community| community.group_id == group_id) else {
        return Answer::text(404, "", "text/html");
    };
    let struck = core.strike(About::Request, "vk", None, "a_check");
    match struck.map(|struck| struck.kind) {
        Some(Kind::DropBefore | Kind::DropAfter) => return Answer::dropped(),
        Some(Kind::ServerError) => return Answer::text(502, "<html>502 Bad Gateway</html>", "text/html"),
        _ => {}
    }
    if let Some(struck) = struck {
        core.faults.wait(struck).await;
    }
    let seconds = params.int("wait").unwrap_or(USUAL).clamp(0, LONGEST).unsigned_abs();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(seconds);
    loop {
        let came = community.came.notified();
        tokio::pin!(came);
        came.as_mut().enable();
        if let Some(answer) = look(community, &params) {
            return Answer::json(200, &answer);
        }
        if tokio::time::timeout_at(deadline, came).await.is_err() {
            let ts = params.int("ts").unwrap_or(0).to_string();
            return Answer::json(200, &json!({"ts": ts, "updates": []}));
        }
    }
}

/// What there is to say at once.
fn look(community: &Community, params: &Params) -> Option<Value> {
    let feed = locked(&community.feed);
    judge(&feed, &key(&feed, community), params.text("key").as_deref(), params.int("ts"))
}

fn judge(feed: &Feed, good: &str, key: Option<&str>, ts: Option<i64>) -> Option<Value> {
    let oldest = feed.events.front().map_or(feed.ts, |event| event.ts - 1);
    let Some(ts) = ts.filter(|ts| *ts <= feed.ts) else { return Some(json!({"failed": 3})) };
    if key != Some(good) {
        let lost = ts < oldest;
        return Some(json!({"failed": if lost { 3 } else { 2 }}));
    }
    if ts < oldest {
        return Some(json!({"failed": 1, "ts": feed.ts}));
    }
    let mut updates: Vec<_> = feed.events.iter().filter(|event| event.ts > ts).collect();
    if updates.is_empty() {
        return None;
    }
    updates.sort_by_key(|event| event.late);
    let updates: Vec<_> = updates.into_iter().map(|event| &event.body).collect();
    Some(json!({"ts": feed.ts.to_string(), "updates": updates}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::vk::FeedEvent;

    fn feed() -> Feed {
        let event = |ts, body: &str| FeedEvent { ts, body: json!(body), late: false };
        Feed { keys: 1, ts: 12, events: [event(11, "a"), event(12, "b")].into() }
    }

    #[test]
    fn a_late_event_comes_after_those_it_waits_with_and_is_never_lost() {
        let mut feed = feed();
        feed.events[0].late = true;
        let told = |ts| judge(&feed, "k", Some("k"), Some(ts));
        assert_eq!(told(10), Some(json!({"ts": "12", "updates": ["b", "a"]})));
        assert_eq!(told(11), Some(json!({"ts": "12", "updates": ["b"]})));
    }

    #[test]
    fn events_come_after_the_ts_that_is_named() {
        let told = |ts| judge(&feed(), "k", Some("k"), Some(ts));
        assert_eq!(told(10), Some(json!({"ts": "12", "updates": ["a", "b"]})));
        assert_eq!(told(11), Some(json!({"ts": "12", "updates": ["b"]})));
        assert_eq!(told(12), None);
    }

    #[test]
    fn stale_history_a_bad_key_and_lost_information_fail_as_documented() {
        assert_eq!(judge(&feed(), "k", Some("k"), Some(3)), Some(json!({"failed": 1, "ts": 12})));
        assert_eq!(judge(&feed(), "k", Some("old"), Some(11)), Some(json!({"failed": 2})));
        assert_eq!(judge(&feed(), "k", Some("old"), Some(3)), Some(json!({"failed": 3})));
        assert_eq!(judge(&feed(), "k", Some("k"), Some(13)), Some(json!({"failed": 3})));
        assert_eq!(judge(&feed(), "k", Some("k"), None), Some(json!({"failed": 3})));
    }
}
