//! Groups and the people in them.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Answer, Refusal, Which, absurd, body, bot as bot_of, community, conflict, missing, people,
    press::{Wanted, push},
};
use crate::sandbox::{
    Core, locked,
    telegram::{self, ChatChange},
    vk,
    world::{Group, Line, Messenger, Person},
};

#[derive(Deserialize)]
struct Opened {
    title: String,
    channel: Messenger,
    #[serde(default, alias = "people")]
    members: Option<Vec<i64>>,
    #[serde(default)]
    supergroup: bool,
    bot: Option<bool>,
    #[serde(default)]
    hears_all: bool,
}

pub(super) async fn add(State(core): State<Arc<Core>>, Query(which): Query<Which>, bytes: Bytes) -> Answer {
    let opened: Opened = body(&bytes)?;
    let line = which.line(&core, opened.channel)?;
    let members = opened.members.unwrap_or_default();
    let group = {
        let mut world = locked(&core.world);
        let known = |id: &i64| world.people.get(id).is_some_and(|person| person.channel == opened.channel);
        if !members.iter().all(known) {
            return Err(missing("person in that messenger"));
        }
        let group = world.add_group(&opened.title, opened.channel, opened.supergroup);
        group.people = members;
        group.hears_all = opened.hears_all;
        group.clone()
    };
    if opened.bot != Some(false) {
        invite(&core, line, &group, true)?;
    }
    core.touch();
    Ok(Json(json!(group)))
}

pub(super) async fn list(State(core): State<Arc<Core>>) -> Json<Value> {
    let world = locked(&core.world);
    let mut groups: Vec<_> = world.groups.values().collect();
    groups.sort_by_key(|group| group.id.unsigned_abs());
    Json(json!(groups))
}

fn group(core: &Core, id: i64, which: &Which) -> Result<(Group, Line), Refusal> {
    let group = locked(&core.world).groups.get(&id).cloned().ok_or_else(|| missing("group"))?;
    let line = which.line(core, group.channel)?;
    Ok((group, line))
}

/// Adds the bot or removes it, by the hand of the first member; a group without members has a made-up founder.
fn invite(core: &Arc<Core>, line: Line, group: &Group, inside: bool) -> Result<(), Refusal> {
    let by = match group.people.first() {
        Some(by) => *by,
        None => {
            let mut world = locked(&core.world);
            let founder = world.add_person("Основатель чата", group.channel).id;
            if let Some(group) = world.groups.get_mut(&group.id) {
                group.people.push(founder);
            }
            founder
        }
    };
    match group.channel {
        Messenger::Telegram => {
            let bot = bot_of(core, line)?;
            let change = if inside { ChatChange::Joined } else { ChatChange::Left };
            telegram::membership(core, &bot, by, group.id, change);
        }
        Messenger::Vk => {
            let community = community(core, line)?;
            let kind = if inside { "chat_invite_user" } else { "chat_kick_user" };
            vk::chat_action(core, &community, (by, group.id, community.line()), kind);
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Joins {
    #[serde(alias = "id")]
    person: i64,
}

pub(super) async fn join(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let joins: Joins = body(&bytes)?;
    member(&core, id, &which, joins.person, true)
}

pub(super) async fn leave(
    State(core): State<Arc<Core>>,
    Path((id, person)): Path<(i64, i64)>,
    Query(which): Query<Which>,
) -> Answer {
    member(&core, id, &which, person, false)
}

fn member(core: &Arc<Core>, id: i64, which: &Which, person: i64, joins: bool) -> Answer {
    let (group, line) = group(core, id, which)?;
    {
        let mut world = locked(&core.world);
        if world.people.get(&person).is_none_or(|person| person.channel != group.channel) {
            return Err(missing("person in that messenger"));
        }
        let people = world.groups.get_mut(&id).map(|group| &mut group.people).ok_or_else(|| missing("group"))?;
        people.retain(|member| *member != person);
        if joins {
            people.push(person);
        }
    }
    if group.lines.contains(&line) {
        match group.channel {
            Messenger::Telegram => {
                let bot = bot_of(core, line)?;
                telegram::group_people(core, &bot, id, person, joins);
            }
            Messenger::Vk => {
                let community = community(core, line)?;
                let kind = if joins { "chat_invite_user" } else { "chat_kick_user" };
                vk::chat_action(core, &community, (person, id, person), kind);
            }
        }
    }
    core.touch();
    Ok(Json(json!(locked(&core.world).groups.get(&id))))
}

/// Who speaks in a group: the one who is named, else the first member.
fn speaker(core: &Core, group: &Group, person: Option<i64>) -> Result<Person, Refusal> {
    let id = person.or_else(|| group.people.first().copied()).ok_or_else(|| conflict("nobody is in the group"))?;
    if !group.people.contains(&id) {
        return Err(conflict("that person is not in the group"));
    }
    locked(&core.world).people.get(&id).cloned().ok_or_else(|| missing("person"))
}

#[derive(Deserialize)]
struct Said {
    text: String,
    person: Option<i64>,
}

pub(super) async fn say(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let said: Said = body(&bytes)?;
    let (group, line) = group(&core, id, &which)?;
    let person = speaker(&core, &group, said.person)?;
    Ok(Json(json!({"id": people::write(&core, &person, line, id, &said.text)?})))
}

pub(super) async fn press(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let wanted: Wanted = body(&bytes)?;
    let (group, line) = group(&core, id, &which)?;
    let person = speaker(&core, &group, wanted.person)?;
    push(&core, &person, line, id, &wanted)
}

#[derive(Deserialize)]
struct Inside {
    #[serde(rename = "in")]
    inside: bool,
}

pub(super) async fn bot(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
    bytes: Bytes,
) -> Answer {
    let inside: Inside = body(&bytes)?;
    let (group, line) = group(&core, id, &which)?;
    invite(&core, line, &group, inside.inside)?;
    core.touch();
    Ok(Json(json!(locked(&core.world).groups.get(&id))))
}

pub(super) async fn migrate(State(core): State<Arc<Core>>, Path(id): Path<i64>, Query(which): Query<Which>) -> Answer {
    let (group, line) = group(&core, id, &which)?;
    if group.channel != Messenger::Telegram {
        return Err(absurd("only a Telegram group becomes a supergroup"));
    }
    let bot = bot_of(&core, line)?;
    let id = telegram::migrate(&core, &bot, id).ok_or_else(|| conflict("it is a supergroup already, or empty"))?;
    core.touch();
    Ok(Json(json!({"id": id})))
}
