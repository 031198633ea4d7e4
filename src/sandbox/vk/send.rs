//! Sending: whom a request names, whether the community may write there, and what is said.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Community, Fail, events, keyboard, photos};
use crate::{
    clock,
    sandbox::{
        Core, locked,
        params::Params,
        world::{Bubble, File, Holds, Markup, VK_CONVERSATION, World},
    },
};

/// Characters of a message.
pub(super) const TEXT: usize = 9_000;
/// Peers of one `messages.send`.
const PEERS: usize = 100;
/// Error 901.
pub(super) const NO_PERMISSION: &str = "Can't send messages for users without permission";

/// Whom a `messages.send` names.
pub(super) enum Peers {
    One(i64),
    Many(Vec<i64>),
}

pub(super) fn peers(params: &Params) -> Result<Peers, Fail> {
    let list = params.text("peer_ids").or_else(|| params.text("user_ids")).filter(|list| !list.is_empty());
    if let Some(list) = list {
        let list: Result<Vec<i64>, _> = list.split(',').map(|one| one.trim().parse()).collect();
        let list = list.map_err(|_| Fail::param("peer_ids should be a list of integers"))?;
        if list.len() > PEERS {
            return Err(Fail::param("peer_ids has more than 100 elements"));
        }
        return Ok(Peers::Many(list));
    }
    let chat = params.int("chat_id").map(|chat| VK_CONVERSATION + chat);
    let one = params.int("peer_id").or_else(|| params.int("user_id")).or(chat);
    one.filter(|peer| *peer != 0).map(Peers::One).ok_or_else(|| Fail::param("peer_id or user_id is not specified"))
}

/// A message before it has a peer.
struct Draft {
    text: String,
    random_id: i32,
    markup: Markup,
    photo: bool,
    file: Option<File>,
    answers: Option<Answers>,
}

/// The message that a draft answers.
#[derive(Clone, Copy)]
enum Answers {
    /// By its id.
    Id(i64),
    /// By its place in the conversation.
    Place(i64),
}

/// `reply_to`, or `forward` with `is_reply`.
fn answers(params: &Params) -> Result<Option<Answers>, Fail> {
    if let Some(id) = params.int("reply_to").filter(|id| *id != 0) {
        return Ok(Some(Answers::Id(id)));
    }
    let Some(forward) = params.json("forward") else { return Ok(None) };
    let forward = forward.map_err(|_| Fail::param("forward should be a valid JSON"))?;
    let replies = matches!(&forward["is_reply"], Value::Bool(true)) || forward["is_reply"] == 1;
    // A list, or, as vk-io writes it, a number alone.
    let first = |name: &str| forward[name].get(0).unwrap_or(&forward[name]).as_i64().filter(|_| replies);
    Ok(first("conversation_message_ids").map(Answers::Place).or_else(|| first("message_ids").map(Answers::Id)))
}

fn draft(core: &Core, params: &Params) -> Result<Draft, Fail> {
    let Some(random_id) = params.int("random_id") else {
        return Err(Fail::param("random_id is a required parameter"));
    };
    // VK keeps the low half of a longer one: vk-io always sends such.
    let random_id = random_id as i32;
    let text = params.text("message").unwrap_or_default().into_owned();
    let attachment = params.text("attachment").filter(|list| !list.is_empty());
    if text.trim().is_empty() && attachment.is_none() && params.text("sticker_id").is_none() {
        return Err(Fail::param("message is empty or invalid"));
    }
    if text.chars().count() > TEXT {
        return Err(Fail::new(914, "Message is too long"));
    }
    let markup = keyboard::read(params.text("keyboard").as_deref())?;
    let photo = attachment.as_ref().is_some_and(|list| list.starts_with("photo"));
    let file = attachment.and_then(|list| photos::named(core, &list));
    Ok(Draft { text, random_id, markup, photo, file, answers: answers(params)? })
}

/// `messages.send`.
pub(super) fn send(core: &Arc<Core>, community: &Arc<Community>, params: &Params) -> Result<Value, Fail> {
    let peers = peers(params)?;
    let draft = draft(core, params)?;
    match peers {
        Peers::One(peer) => send_one(core, community, peer, &draft).map(|(id, _)| id.into()),
        Peers::Many(peers) => {
            let sent = peers.into_iter().map(|peer| match send_one(core, community, peer, &draft) {
                Ok((id, place)) => json!({"peer_id": peer, "message_id": id, "conversation_message_id": place}),
                Err(fail) => json!({"peer_id": peer, "message_id": 0,
                    "error": {"code": fail.code, "description": fail.message}}),
            });
            Ok(sent.collect())
        }
    }
}

fn send_one(core: &Arc<Core>, community: &Arc<Community>, peer: i64, draft: &Draft) -> Result<(i64, i64), Fail> {
    let mut world = locked(&core.world);
    may_write(&mut world, community, peer)?;
    let now = clock::tick();
    if let Some(id) = world.chat(community.line(), peer).seen(draft.random_id, now) {
        let place = world.chat(community.line(), peer).bubble(id).map_or(0, |bubble| bubble.place);
        return Ok((id, place));
    }
    // An old client is sent the buttons and shows none.
    let old = world.people.get(&peer).is_some_and(|person| person.old_client);
    let shown = if old { Markup::Untouched } else { draft.markup.clone() };
    let mut bubble = Bubble::text(None, &draft.text, core.now());
    bubble.random_id = draft.random_id;
    if draft.photo {
        bubble.holds = Holds::Photo;
        bubble.file.clone_from(&draft.file);
    }
    let id = world.next_id(community.line());
    let chat = world.chat(community.line(), peer);
    bubble.answers = match draft.answers {
        Some(Answers::Id(id)) => chat.bubble(id).map(|answered| answered.id),
        Some(Answers::Place(place)) => chat.at_place(place).map(|answered| answered.id),
        None => None,
    };
    chat.remember(draft.random_id, id, now);
    let bubble = chat.put(bubble, id, shown).clone();
    drop(world);
    if core.own_echoes {
        events::echo(core, community, peer, &bubble);
    }
    Ok((if peer > VK_CONVERSATION { 0 } else { id }, bubble.place))
}

/// Whether the community may write to that peer now.
pub(super) fn may_write(world: &mut World, community: &Community, peer: i64) -> Result<(), Fail> {
    if peer > VK_CONVERSATION {
        return match world.groups.get(&peer) {
            Some(group) if group.lines.contains(&community.line()) => Ok(()),
            Some(_) => Err(Fail::new(917, "You don't have access to this chat")),
            None => Err(Fail::new(927, "Chat does not exist")),
        };
    }
    match world.people.get(&peer) {
        None => Err(Fail::param("peer_id is invalid")),
        Some(person) if person.deactivated => Err(Fail::new(18, "User was deleted or banned")),
        Some(_) => {
            let chat = world.chat(community.line(), peer);
            if chat.met && !chat.blocked { Ok(()) } else { Err(Fail::new(901, NO_PERMISSION)) }
        }
    }
}
