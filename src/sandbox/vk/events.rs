//! What people do in VK, and the events that it makes.

use std::sync::Arc;

use axum::body::Bytes;
use serde_json::{Value, json};

use super::{Community, FeedEvent, VERSION, callback};
use crate::{
    clock,
    sandbox::{
        Core,
        fault::{About, Kind},
        locked,
        params::Upload,
        world::{Bubble, File, Holds, Markup, Pressed, World},
    },
};

/// How many events Long Poll remembers.
const REMEMBERED: usize = 1_000;

/// An event on its way: to Long Poll and to every confirmed server.
pub(super) fn emit(core: &Arc<Core>, community: &Community, key: i64, kind: &str, object: Value) {
    let struck = core.strike(About::Update, "vk", Some(key), kind);
    let twice = struck.is_some_and(|struck| struck.kind == Kind::Duplicate);
    let late = struck.is_some_and(|struck| struck.kind == Kind::Disorder);
    let event = json!({"group_id": community.group_id, "type": kind, "event_id": core.hex(), "v": VERSION,
        "object": object});
    let mut feed = locked(&community.feed);
    for _ in 0..1 + usize::from(twice) {
        feed.ts += 1;
        let ts = feed.ts;
        if feed.events.len() >= REMEMBERED {
            feed.events.pop_front();
        }
        feed.events.push_back(FeedEvent { ts, body: event.clone(), late });
    }
    let ts = feed.ts;
    drop(feed);
    community.came.notify_waiters();
    callback::send(core, community, ts, key, &event, (twice, late));
}

/// What a client can show: an old one only text.
fn client_info(old: bool) -> Value {
    if old {
        return json!({"button_actions": ["text"], "keyboard": false, "inline_keyboard": false, "carousel": false,
            "lang_id": 0});
    }
    json!({"button_actions": ["text", "vkpay", "open_app", "location", "open_link", "open_photo", "callback",
        "intent_subscribe", "intent_unsubscribe"], "keyboard": true, "inline_keyboard": true, "carousel": true,
        "lang_id": 0})
}

/// A message object, as VK makes it in 5.199.
pub(super) fn message(community: &Community, peer: i64, bubble: &Bubble) -> Value {
    let mut message = json!({
        "date": bubble.at.timestamp(),
        "from_id": bubble.author.unwrap_or(community.line()),
        "id": if peer > 2_000_000_000 { 0 } else { bubble.id },
        "version": bubble.id * 10 + 1,
        "out": i32::from(bubble.author.is_none()),
        "important": false,
        "is_hidden": false,
        "attachments": attachments(bubble),
        "conversation_message_id": bubble.place,
        "fwd_messages": [],
        "text": if bubble.holds == Holds::Service { "" } else { &bubble.text },
        "peer_id": peer,
        "random_id": bubble.random_id,
    });
    if let Some(extra) = bubble.extra.as_object() {
        for (key, value) in extra {
            message[key] = value.clone();
        }
    }
    message
}

fn attachments(bubble: &Bubble) -> Value {
    let (Some(file), Some(author)) = (&bubble.file, bubble.author) else { return json!([]) };
    let date = bubble.at.timestamp();
    let url = format!("https://sun9-1.userapi.com/{}", file.id);
    json!([match bubble.holds {
        Holds::Photo => json!({"type": "photo", "photo": {"id": 457_239_017 + bubble.id, "album_id": -3,
            "owner_id": author, "date": date, "access_key": file.id, "text": "", "has_tags": false,
            "sizes": [{"type": "x", "width": 604, "height": 453, "url": url}]}}),
        Holds::Voice => json!({"type": "audio_message", "audio_message": {"id": bubble.id, "owner_id": author,
            "duration": 3, "waveform": [1, 2, 3], "link_mp3": url, "link_ogg": url, "access_key": file.id}}),
        Holds::Sticker => json!({"type": "sticker", "sticker": {"inner_type": "base_sticker_new", "product_id": 1,
            "sticker_id": 1, "images": [], "images_with_background": [], "is_allowed": true}}),
        _ => json!({"type": "doc", "doc": {"id": 600_000_000 + bubble.id, "owner_id": author, "title": file.name,
            "size": file.size, "ext": file.name.rsplit('.').next().unwrap_or("bin"), "date": date, "type": 1,
            "url": url, "access_key": file.id}}),
    }])
}

fn speak(core: &Arc<Core>, community: &Community, world: &mut World, peer: i64, bubble: Bubble) -> i64 {
    put(core, community, world, peer, bubble, true)
}

/// The same; what the community does not hear stands in the conversation, and no event tells of it.
fn put(core: &Arc<Core>, community: &Community, world: &mut World, peer: i64, bubble: Bubble, heard: bool) -> i64 {
    let old = bubble.author.and_then(|author| world.people.get(&author)).is_some_and(|person| person.old_client);
    let id = world.next_id(community.line());
    let chat = world.chat(community.line(), peer);
    chat.met = true;
    chat.blocked = false;
    let bubble = chat.put(bubble, id, Markup::Untouched).clone();
    if heard {
        let object = json!({"message": message(community, peer, &bubble), "client_info": client_info(old)});
        emit(core, community, peer, "message_new", object);
    }
    id
}

/// A text; in a conversation the community hears where it is mentioned. `payload` is what a pressed text button carries, `link` what a `ref` link carried.
pub(in crate::sandbox) fn say(
    core: &Arc<Core>,
    community: &Community,
    person: i64,
    peer: i64,
    text: &str,
    (payload, link): (Option<&str>, Option<&str>),
) -> i64 {
    let mut bubble = Bubble::text(Some(person), text, core.now());
    let mut extra = serde_json::Map::new();
    if let Some(payload) = payload {
        extra.insert("payload".to_owned(), payload.into());
    }
    if let Some(link) = link.filter(|link| !link.is_empty()) {
        extra.insert("ref".to_owned(), link.into());
        extra.insert("ref_source".to_owned(), "link".into());
    }
    bubble.extra = extra.into();
    let mut world = locked(&core.world);
    let chat = world.chat(community.line(), peer);
    if payload.is_some() && chat.standing.as_ref().is_some_and(|(_, keyboard)| keyboard.one_time) {
        chat.standing = None;
    }
    let names = ["club", "public"].map(|word| format!("{word}{}", community.group_id));
    let names: Vec<String> = names.iter().flat_map(|name| [format!("@{name}"), format!("[{name}")]).collect();
    let group = world.groups.get(&peer);
    let heard = payload.is_some() || group.is_none_or(|group| group.is_heard(text, &names));
    put(core, community, &mut world, peer, bubble, heard)
}

/// A photo, a document, a sticker or a voice message.
pub(in crate::sandbox) fn file(
    core: &Arc<Core>,
    community: &Community,
    person: i64,
    holds: Holds,
    upload: &Upload,
    caption: &str,
) -> i64 {
    let mut bubble = Bubble::text(Some(person), caption, core.now());
    bubble.holds = holds;
    let (name, mime) = (upload.name.clone(), upload.mime.clone());
    bubble.file = Some(File { id: core.hex(), name, mime, size: upload.bytes.len() });
    locked(&core.files).insert(bubble.file.as_ref().map(|file| file.id.clone()).unwrap_or_default(), upload.clone());
    let mut world = locked(&core.world);
    speak(core, community, &mut world, person, bubble)
}

/// A press of a callback button: `message_event`.
pub(in crate::sandbox) fn press_callback(
    core: &Arc<Core>,
    community: &Community,
    person: i64,
    peer: i64,
    bubble_id: i64,
    (label, payload): (&str, Option<&str>),
) -> Option<String> {
    let mut world = locked(&core.world);
    let chat = world.chat(community.line(), peer);
    let place = chat.bubble(bubble_id)?.place;
    let after = chat.last_id();
    chat.presses.push(Pressed { after, label: label.to_owned(), at: core.now() });
    let id = core.hex()[..12].to_owned();
    let payload: Value = payload.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
    let mut presses = locked(&community.presses);
    if presses.len() > 10_000 {
        presses.retain(|_, (.., at)| at.elapsed().as_secs() < 60);
    }
    presses.insert(id.clone(), (peer, person, clock::tick()));
    drop(presses);
    let object = json!({"user_id": person, "peer_id": peer, "event_id": id, "payload": payload,
        "conversation_message_id": place});
    emit(core, community, peer, "message_event", object);
    Some(id)
}

/// Allows or forbids messages: `message_allow`, `message_deny`.
pub(in crate::sandbox) fn allow(core: &Arc<Core>, community: &Community, person: i64, allowed: bool) {
    let mut world = locked(&core.world);
    let chat = world.chat(community.line(), person);
    let was = chat.met && !chat.blocked;
    chat.blocked = !allowed;
    chat.met = chat.met || allowed;
    if was == allowed {
        return;
    }
    let (kind, object) = match allowed {
        true => ("message_allow", json!({"user_id": person, "key": ""})),
        false => ("message_deny", json!({"user_id": person})),
    };
    emit(core, community, person, kind, object);
}

/// Somebody (the community too) joins or leaves a conversation: a message with an action.
pub(in crate::sandbox) fn chat_action(
    core: &Arc<Core>,
    community: &Community,
    (by, peer, member): (i64, i64, i64),
    kind: &str,
) {
    let mut bubble = Bubble::text(Some(by), kind, core.now());
    bubble.holds = Holds::Service;
    bubble.extra = json!({"action": {"type": kind, "member_id": member}});
    let mut world = locked(&core.world);
    if member == community.line()
        && let Some(group) = world.groups.get_mut(&peer)
    {
        group.lines.retain(|line| *line != member);
        if kind == "chat_invite_user" {
            group.lines.push(member);
        }
    }
    speak(core, community, &mut world, peer, bubble);
}

/// A community's own message, coming back.
pub(super) fn echo(core: &Arc<Core>, community: &Community, peer: i64, bubble: &Bubble) {
    emit(core, community, peer, "message_reply", message(community, peer, bubble));
}

/// The body of an event for a server: with its secret.
pub(super) fn body(event: &Value, secret: Option<&str>) -> Bytes {
    let mut event = event.clone();
    if let Some(secret) = secret {
        event["secret"] = secret.into();
    }
    Bytes::from(event.to_string())
}
