//! The methods.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{
    Community, Fail, callback, keyboard, long_poll, photos,
    send::{self, Peers, TEXT, may_write, peers},
};
use crate::{
    clock,
    sandbox::{
        Core, locked,
        params::Params,
        world::{Bubble, Holds, Markup, Person, Toast, VK_CONVERSATION, World},
    },
};

/// How long a press may be answered.
const PRESS: Duration = Duration::from_secs(60);
/// How long «typing» stands.
const TYPING: Duration = Duration::from_secs(10);

/// Carries out one call.
pub(super) fn run(
    core: &Arc<Core>,
    community: &Arc<Community>,
    name: &str,
    params: &Params,
    base: &str,
) -> Result<Value, Fail> {
    let result = match name {
        "messages.send" => send::send(core, community, params),
        "messages.edit" => edit(core, community, params),
        "messages.delete" => delete(core, community, params),
        "messages.sendMessageEventAnswer" => answer_press(core, community, params),
        "messages.setActivity" => typing(core, community, params),
        "messages.markAsRead" | "groups.enableOnline" | "groups.disableOnline" => Ok(json!(1)),
        "messages.getConversationsById" => conversations(core, community, params),
        "messages.isMessagesFromGroupAllowed" => allowed(core, community, params),
        "groups.getLongPollServer" => own(community, params).map(|()| long_poll::server(community, base)),
        "groups.getLongPollSettings" => own(community, params).map(|()| long_poll_settings()),
        "groups.setLongPollSettings" | "groups.setCallbackSettings" => own(community, params).map(|()| json!(1)),
        "groups.getById" => Ok(about(community)),
        "groups.getTokenPermissions" => {
            Ok(json!({"mask": 4096, "permissions": [{"name": "messages", "setting": 4096}]}))
        }
        "groups.getCallbackConfirmationCode" => {
            own(community, params).map(|()| json!({"code": community.confirmation}))
        }
        "groups.getCallbackServers" => own(community, params).map(|()| servers(community)),
        "groups.addCallbackServer" => add_server(core, community, params),
        "groups.editCallbackServer" => edit_server(core, community, params),
        "groups.deleteCallbackServer" => match callback::remove(community, params.int("server_id").unwrap_or(0)) {
            true => Ok(json!(1)),
            false => Err(Fail::new(2000, "Servers number limit is reached")),
        },
        "photos.getMessagesUploadServer" => Ok(photos::server(community, base)),
        "photos.saveMessagesPhoto" => photos::save(core, community, params),
        "users.get" => Ok(users(core, params)),
        "utils.getServerTime" => Ok(core.now().timestamp().into()),
        _ => Err(Fail::new(3, "Unknown method passed")),
    };
    if result.is_ok() {
        core.touch();
    }
    result
}

/// The method's `group_id` must be the token's own.
fn own(community: &Community, params: &Params) -> Result<(), Fail> {
    match params.int("group_id") {
        None => Err(Fail::param("group_id is undefined")),
        Some(id) if id.abs() == community.group_id => Ok(()),
        Some(_) => Err(Fail::new(15, "Access denied: group_id is not the token's own")),
    }
}

/// The bubble that a request names by `message_id`, `conversation_message_id` or `cmid`.
fn named<'w>(world: &'w mut World, community: &Community, params: &Params) -> Result<&'w mut Bubble, Fail> {
    let peer = params.int("peer_id").ok_or_else(|| Fail::param("peer_id is undefined"))?;
    let chat = world.chat(community.line(), peer);
    let place = params.int("conversation_message_id").or_else(|| params.int("cmid"));
    let bubble = match (params.int("message_id").filter(|id| *id != 0), place) {
        (Some(id), _) => chat.bubble(id),
        (None, Some(place)) => chat.at_place(place),
        (None, None) => return Err(Fail::param("message_id is undefined")),
    };
    bubble.ok_or_else(|| Fail::param("message_id is invalid"))
}

fn edit(core: &Core, community: &Community, params: &Params) -> Result<Value, Fail> {
    let text = params.text("message").unwrap_or_default().into_owned();
    if text.chars().count() > TEXT {
        return Err(Fail::new(914, "Message is too long"));
    }
    let markup = keyboard::read(params.text("keyboard").as_deref())?;
    let mut world = locked(&core.world);
    let old = params.int("peer_id").and_then(|peer| world.people.get(&peer)).is_some_and(|person| person.old_client);
    let bubble = named(&mut world, community, params)?;
    if bubble.author.is_some() {
        return Err(Fail::new(15, "Access denied: can't edit this message"));
    }
    if (core.now() - bubble.at).num_hours() >= 24 {
        return Err(Fail::new(909, "Can't edit this message, because it's too old"));
    }
    // An edit that names no attachment takes what was shown away, as in VK.
    let file = params.text("attachment").and_then(|list| photos::named(core, &list));
    bubble.holds = if file.is_some() { Holds::Photo } else { Holds::Text };
    bubble.file = file;
    bubble.text = text;
    bubble.edited = true;
    // An edit without a keyboard takes the buttons under the message away, as in VK.
    bubble.keyboard = match markup {
        Markup::Show(keyboard) if !old => Some(keyboard),
        _ => None,
    };
    Ok(json!(1))
}

fn delete(core: &Core, community: &Community, params: &Params) -> Result<Value, Fail> {
    let ids = params.text("message_ids").or_else(|| params.text("cmids")).unwrap_or_default().into_owned();
    let ids: Vec<i64> = ids.split(',').filter_map(|id| id.trim().parse().ok()).collect();
    let peer = params.int("peer_id");
    let by_place = params.text("message_ids").is_none();
    let for_all = params.flag("delete_for_all");
    let mut world = locked(&core.world);
    let mut late = false;
    let chats = world
        .chats
        .iter_mut()
        .filter(|((line, id), _)| *line == community.line() && peer.is_none_or(|peer| peer == *id));
    let mut gone = Vec::new();
    for ((_, peer), chat) in chats {
        chat.bubbles.retain(|bubble| {
            let named = ids.contains(if by_place { &bubble.place } else { &bubble.id });
            if named && for_all && (core.now() - bubble.at).num_hours() >= 24 {
                late = true;
                return true;
            }
            if named {
                gone.push(json!({"peer_id": peer, "message_id": bubble.id, "conversation_message_id": bubble.place,
                    "response": 1}));
            }
            !named
        });
    }
    if late {
        return Err(Fail::new(924, "Can't delete this message for everybody"));
    }
    Ok(gone.into())
}

fn answer_press(core: &Core, community: &Community, params: &Params) -> Result<Value, Fail> {
    let invalid = || Fail::param("event_id is invalid");
    let id = params.text("event_id").ok_or_else(invalid)?;
    let (peer, person, at) = locked(&community.presses).remove(id.as_ref()).ok_or_else(invalid)?;
    if at.elapsed() >= PRESS || params.int("user_id") != Some(person) || params.int("peer_id") != Some(peer) {
        return Err(invalid());
    }
    let Some(data) = params.json("event_data") else { return Ok(json!(1)) };
    let data = data.map_err(|_| Fail::param("event_data should be a valid JSON"))?;
    let text = match data["type"].as_str() {
        Some("show_snackbar") => data["text"].as_str().filter(|text| text.chars().count() <= 90),
        Some("open_link") => data["link"].as_str(),
        Some("open_app") => Some(""),
        _ => None,
    };
    let text = text.ok_or_else(|| Fail::param("event_data is invalid"))?.to_owned();
    let toast = Toast { text, alert: false, at: core.now(), person, after: 0 };
    locked(&core.world).chat(community.line(), peer).toast(toast);
    Ok(json!(1))
}

fn typing(core: &Core, community: &Community, params: &Params) -> Result<Value, Fail> {
    let peer =
        params.int("peer_id").or_else(|| params.int("user_id")).ok_or_else(|| Fail::param("peer_id is undefined"))?;
    let mut world = locked(&core.world);
    may_write(&mut world, community, peer)?;
    world.chat(community.line(), peer).typing_until = Some(clock::tick() + TYPING);
    Ok(json!(1))
}

fn conversations(core: &Core, community: &Community, params: &Params) -> Result<Value, Fail> {
    let Peers::Many(peers) = peers(params)? else { return Err(Fail::param("peer_ids is undefined")) };
    let world = locked(&core.world);
    let items: Vec<Value> = peers
        .into_iter()
        .filter(|peer| world.people.contains_key(peer) || world.groups.contains_key(peer))
        .map(|peer| conversation(&world, community, peer))
        .collect();
    Ok(json!({"count": items.len(), "items": items}))
}

fn conversation(world: &World, community: &Community, peer: i64) -> Value {
    let chat = world.chats.get(&(community.line(), peer));
    let last = chat.and_then(|chat| chat.bubbles.back());
    let (id, place) = last.map_or((0, 0), |bubble| (bubble.id, bubble.place));
    let allowed = chat.is_some_and(|chat| chat.met && !chat.blocked);
    let kind = if peer > VK_CONVERSATION { "chat" } else { "user" };
    let local = if peer > VK_CONVERSATION { peer - VK_CONVERSATION } else { peer };
    let mut conversation = json!({
        "peer": {"id": peer, "type": kind, "local_id": local},
        "last_message_id": id, "last_conversation_message_id": place, "in_read": id, "out_read": id,
        "can_write": if allowed { json!({"allowed": true}) } else { json!({"allowed": false, "reason": 901}) },
        "important": false, "version": id * 10 + 1,
    });
    if let Some(group) = world.groups.get(&peer) {
        conversation["can_write"] = json!({"allowed": group.lines.contains(&community.line())});
        conversation["chat_settings"] = json!({"owner_id": group.people.first(), "title": group.title, "state": "in",
            "acl": {"can_change_info": false, "can_change_invite_link": false, "can_change_pin": false,
                "can_invite": false, "can_promote_users": false, "can_see_invite_link": false,
                "can_moderate": false, "can_copy_chat": false, "can_call": false,
                "can_use_mass_mentions": false},
            "members_count": group.people.len() + group.lines.len(), "active_ids": group.people, "is_group_channel": false});
    }
    conversation
}

fn allowed(core: &Core, community: &Community, params: &Params) -> Result<Value, Fail> {
    own(community, params)?;
    let user = params.int("user_id").ok_or_else(|| Fail::param("user_id is undefined"))?;
    let world = locked(&core.world);
    let chat = world.chats.get(&(community.line(), user));
    Ok(json!({"is_allowed": i32::from(chat.is_some_and(|chat| chat.met && !chat.blocked))}))
}

fn about(community: &Community) -> Value {
    let photo = "https://vk.com/images/community_200.png";
    json!({"groups": [{"id": community.group_id, "name": community.name,
        "screen_name": format!("club{}", community.group_id), "is_closed": 0, "type": "group",
        "photo_50": photo, "photo_100": photo, "photo_200": photo}], "profiles": []})
}

fn long_poll_settings() -> Value {
    json!({"is_enabled": true, "api_version": super::VERSION,
        "events": {"message_new": 1, "message_event": 1, "message_allow": 1, "message_deny": 1, "message_reply": 1}})
}

fn servers(community: &Community) -> Value {
    let servers = locked(&community.servers);
    let items: Vec<_> = servers
        .iter()
        .map(|server| {
            json!({"id": server.id, "title": server.title, "creator_id": 1, "url": server.url,
                "secret_key": server.secret.as_deref().unwrap_or(""), "status": server.status})
        })
        .collect();
    json!({"count": items.len(), "items": items})
}

fn word(params: &Params, key: &str) -> Option<String> {
    params.text(key).map(std::borrow::Cow::into_owned).filter(|word| !word.is_empty())
}

fn add_server(core: &Arc<Core>, community: &Arc<Community>, params: &Params) -> Result<Value, Fail> {
    own(community, params)?;
    let url = word(params, "url").filter(|url| reqwest::Url::parse(url).is_ok());
    let url = url.ok_or_else(|| Fail::param("url is invalid"))?;
    let title = word(params, "title").ok_or_else(|| Fail::param("title is undefined"))?;
    let id = callback::add(core, community, &title, &url, word(params, "secret_key"));
    Ok(json!({"server_id": id}))
}

fn edit_server(core: &Arc<Core>, community: &Arc<Community>, params: &Params) -> Result<Value, Fail> {
    own(community, params)?;
    let id = params.int("server_id").unwrap_or(0);
    let change = (word(params, "title"), word(params, "url"), word(params, "secret_key"));
    if callback::edit(core, community, id, change) { Ok(json!(1)) } else { Err(Fail::param("server_id is invalid")) }
}

fn users(core: &Core, params: &Params) -> Value {
    let ids = params.text("user_ids").or_else(|| params.text("user_id")).unwrap_or_default().into_owned();
    let world = locked(&core.world);
    let known = ids.split(',').filter_map(|id| world.people.get(&id.trim().parse().ok()?));
    known.take(1_000).map(user).collect()
}

fn user(person: &Person) -> Value {
    let (first, last) = person.names();
    json!({"id": person.id, "first_name": first, "last_name": last.unwrap_or(""), "can_access_closed": true,
        "is_closed": false})
}
