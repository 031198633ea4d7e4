//! The sender of the Callback API: confirmation first, then events, retried until they are taken.

use std::{sync::Arc, time::Duration};

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{Community, Server, events};
use crate::{
    clock,
    sandbox::{
        CommunityOptions, Core,
        courier::{Courier, Manners, Parcel},
        locked,
    },
};

/// How long VK goes on trying.
const LIFETIME: Duration = Duration::from_secs(24 * 3_600);
/// How much later an event comes when the fault `disorder` strikes.
const DISORDER: Duration = Duration::from_millis(400);
/// How often the stand-in asks a server that was set up from the start to confirm.
const CONFIRM_EVERY: Duration = Duration::from_millis(500);

/// Starts the servers that the options name. They may not listen yet: they are asked until they confirm.
pub(in crate::sandbox) fn begin(core: &Arc<Core>, options: &[CommunityOptions]) {
    for (community, options) in core.communities.iter().zip(options) {
        if let Some(callback) = &options.callback {
            let secret = callback.secret.as_ref().map(|secret| secret.expose_secret().to_owned());
            add(core, community, "provodnik", &callback.url, secret);
        }
    }
}

/// Adds a server and asks it to confirm; gives its id.
pub(in crate::sandbox) fn add(
    core: &Arc<Core>,
    community: &Arc<Community>,
    title: &str,
    url: &str,
    secret: Option<String>,
) -> i64 {
    let mut servers = locked(&community.servers);
    let id = servers.last().map_or(1, |server| server.id + 1);
    let server = Server { id, title: title.to_owned(), url: url.to_owned(), secret, status: "wait", courier: None };
    servers.push(server);
    drop(servers);
    tokio::spawn(confirm(Arc::downgrade(core), Arc::clone(community), id));
    id
}

/// Changes a server's address and asks it to confirm again.
pub(in crate::sandbox) fn edit(
    core: &Arc<Core>,
    community: &Arc<Community>,
    id: i64,
    (title, url, secret): (Option<String>, Option<String>, Option<String>),
) -> bool {
    let mut servers = locked(&community.servers);
    let Some(server) = servers.iter_mut().find(|server| server.id == id) else { return false };
    server.title = title.unwrap_or_else(|| server.title.clone());
    server.url = url.unwrap_or_else(|| server.url.clone());
    server.secret = secret.or_else(|| server.secret.clone());
    server.status = "wait";
    if let Some(courier) = server.courier.take() {
        courier.close();
    }
    drop(servers);
    tokio::spawn(confirm(Arc::downgrade(core), Arc::clone(community), id));
    true
}

/// Takes a server away.
pub(in crate::sandbox) fn remove(community: &Community, id: i64) -> bool {
    let mut servers = locked(&community.servers);
    let Some(at) = servers.iter().position(|server| server.id == id) else { return false };
    if let Some(courier) = servers.remove(at).courier {
        courier.close();
    }
    true
}

async fn confirm(core: std::sync::Weak<Core>, community: Arc<Community>, id: i64) {
    loop {
        let Some(core) = core.upgrade() else { return };
        let asked = {
            let servers = locked(&community.servers);
            servers
                .iter()
                .find(|server| server.id == id && server.status != "ok")
                .map(|one| (one.url.clone(), one.secret.clone()))
        };
        let Some((url, secret)) = asked else { return };
        let event =
            json!({"type": "confirmation", "group_id": community.group_id, "event_id": core.hex(), "v": "5.199"});
        let request = core.http.post(&url).header("content-type", "application/json");
        let answer = match request.body(events::body(&event, secret.as_deref())).send().await {
            Ok(answer) if answer.status().is_success() => answer.text().await.ok(),
            _ => None,
        };
        let confirmed = answer.is_some_and(|answer| answer.trim() == community.confirmation);
        settle(&core, &community, id, &url, confirmed);
        drop(core);
        tokio::time::sleep(CONFIRM_EVERY).await;
    }
}

/// Opens the way to a server that confirmed; what happened before stays with Long Poll.
fn settle(core: &Core, community: &Community, id: i64, url: &str, confirmed: bool) {
    let mut servers = locked(&community.servers);
    let Some(server) = servers.iter_mut().find(|server| server.id == id && server.url == url) else { return };
    server.status = if confirmed { "ok" } else { "failed" };
    core.touch();
    if confirmed {
        let done = Box::new(|_: &Parcel, _| {});
        server.courier = Some(Courier::new(url.to_owned(), None, Manners::Vk, 40, core.first_pause, done));
    }
}

/// Sends an event to every confirmed server.
pub(super) fn send(
    core: &Arc<Core>,
    community: &Community,
    ts: i64,
    key: i64,
    event: &Value,
    (twice, late): (bool, bool),
) {
    for server in locked(&community.servers).iter() {
        let Some(courier) = &server.courier else { continue };
        let parcel = Parcel {
            id: ts,
            key,
            name: event["type"].as_str().unwrap_or_default().to_owned(),
            body: events::body(event, server.secret.as_deref()),
            expires: clock::tick() + LIFETIME,
            twice,
            delay: if late { DISORDER } else { Duration::ZERO },
        };
        courier.push(core, parcel);
    }
}
