//! What people do in Telegram, and the updates that it makes.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Bot, message, send};
use crate::{
    clock,
    sandbox::{
        Core, locked,
        params::Upload,
        world::{Bubble, Holds, Markup, Pressed, World},
    },
};

/// What happened to the bot's place in a chat.
#[derive(Clone, Copy)]
pub(in crate::sandbox) enum ChatChange {
    Joined,
    Left,
}

/// Puts a person's bubble into a chat and sends it to the bot.
fn speak(core: &Arc<Core>, bot: &Bot, world: &mut World, chat: i64, bubble: Bubble) -> i64 {
    put(core, bot, world, chat, bubble, true)
}

/// The same; what the bot does not hear stands in the chat, and no update tells of it.
fn put(core: &Arc<Core>, bot: &Bot, world: &mut World, chat: i64, bubble: Bubble, heard: bool) -> i64 {
    let id = world.next_id(bot.id);
    let place = world.chat(bot.id, chat);
    place.met = true;
    place.blocked = false;
    let bubble = place.put(bubble, id, Markup::Untouched).clone();
    if heard {
        let update = message::message(world, bot, chat, &bubble);
        bot.desk.put(core, chat, "message", update);
    }
    id
}

/// A text; `/word` at its beginning is a command. In a group the bot hears what its privacy mode lets through.
pub(in crate::sandbox) fn say(core: &Arc<Core>, bot: &Bot, person: i64, chat: i64, text: &str) -> i64 {
    let mut bubble = Bubble::text(Some(person), text, core.now());
    if text.starts_with('/') {
        let length = text.split_whitespace().next().unwrap_or_default().encode_utf16().count();
        bubble.entities = json!([{"type": "bot_command", "offset": 0, "length": length}]);
    }
    let mut world = locked(&core.world);
    unblock(core, bot, &mut world, person, chat);
    let names = [format!("@{}", bot.username)];
    let heard = world.groups.get(&chat).is_none_or(|group| group.is_heard(text, &names));
    put(core, bot, &mut world, chat, bubble, heard)
}

/// Writing to a bot that one has blocked takes the block off first, as in the real client.
fn unblock(core: &Arc<Core>, bot: &Bot, world: &mut World, person: i64, chat: i64) {
    if world.chat(bot.id, chat).blocked && person == chat {
        change(core, bot, world, person, false);
    }
}

/// A contact: one's own carries one's own user id.
pub(in crate::sandbox) fn contact(core: &Arc<Core>, bot: &Bot, person: i64, phone: &str, foreign: bool) -> i64 {
    let mut world = locked(&core.world);
    let mut card = json!({"phone_number": phone.trim_start_matches('+'), "first_name": "Контакт"});
    if let Some(person) = world.people.get(&person).filter(|_| !foreign) {
        card["first_name"] = person.names().0.into();
        card["user_id"] = person.id.into();
    }
    let mut bubble = Bubble::text(Some(person), phone, core.now());
    bubble.holds = Holds::Contact;
    bubble.extra = json!({"contact": card});
    one_time(&mut world, bot, person);
    speak(core, bot, &mut world, person, bubble)
}

/// A one-time keyboard goes away when it is used.
fn one_time(world: &mut World, bot: &Bot, chat: i64) {
    let chat = world.chat(bot.id, chat);
    if chat.standing.as_ref().is_some_and(|(_, keyboard)| keyboard.one_time) {
        chat.standing = None;
    }
}

/// A photo, a document, a sticker or a voice message.
pub(in crate::sandbox) fn file(
    core: &Arc<Core>,
    bot: &Bot,
    person: i64,
    holds: Holds,
    upload: Upload,
    caption: &str,
) -> i64 {
    let mut bubble = Bubble::text(Some(person), caption, core.now());
    bubble.holds = holds;
    bubble.file = Some(send::keep_file(core, upload));
    let mut world = locked(&core.world);
    speak(core, bot, &mut world, person, bubble)
}

/// A press of an inline button: `callback_query`.
pub(in crate::sandbox) fn press_inline(
    core: &Arc<Core>,
    bot: &Bot,
    person: i64,
    chat: i64,
    bubble_id: i64,
    (label, data): (&str, &str),
) -> Option<String> {
    let mut world = locked(&core.world);
    let id = u64::from_be_bytes(core.dice.bytes::<8>()).to_string();
    let place = world.chat(bot.id, chat);
    let bubble = place.bubble(bubble_id)?.clone();
    let after = place.last_id();
    place.presses.push(Pressed { after, label: label.to_owned(), at: core.now() });
    let query = json!({
        "id": id,
        "from": message::user(world.people.get(&person)?),
        "message": message::message(&world, bot, chat, &bubble),
        "chat_instance": (chat.wrapping_mul(7_919)).to_string(),
        "data": data,
    });
    let mut presses = locked(&bot.presses);
    if presses.len() > 10_000 {
        presses.retain(|_, (.., at)| at.elapsed().as_secs() < 150);
    }
    presses.insert(id.clone(), (chat, person, clock::tick()));
    drop(presses);
    bot.desk.put(core, person, "callback_query", query);
    Some(id)
}

/// Blocks or unblocks the bot: `my_chat_member`.
pub(in crate::sandbox) fn reach(core: &Arc<Core>, bot: &Bot, person: i64, blocked: bool) {
    let mut world = locked(&core.world);
    change(core, bot, &mut world, person, blocked);
}

fn change(core: &Arc<Core>, bot: &Bot, world: &mut World, person: i64, blocked: bool) {
    let chat = world.chat(bot.id, person);
    if std::mem::replace(&mut chat.blocked, blocked) == blocked {
        return;
    }
    let Some(person) = world.people.get(&person) else { return };
    let state = |out: bool| {
        let user = message::bot_user(bot);
        if out {
            json!({"status": "kicked", "user": user, "until_date": 0})
        } else {
            json!({"status": "member", "user": user})
        }
    };
    let update = json!({
        "chat": message::private_chat(person), "from": message::user(person), "date": core.now().timestamp(),
        "old_chat_member": state(!blocked), "new_chat_member": state(blocked),
    });
    bot.desk.put(core, person.id, "my_chat_member", update);
}

/// The bot joins or leaves a group, by somebody's hand.
pub(in crate::sandbox) fn membership(core: &Arc<Core>, bot: &Bot, by: i64, group: i64, change: ChatChange) {
    let mut world = locked(&core.world);
    let Some(place) = world.groups.get_mut(&group) else { return };
    place.lines.retain(|line| *line != bot.id);
    if matches!(change, ChatChange::Joined) {
        place.lines.push(bot.id);
    }
    world.chat(bot.id, group);
    let Some(from) = world.people.get(&by).map(message::user) else { return };
    let user = message::bot_user(bot);
    let (member, left) = (json!({"status": "member", "user": user}), json!({"status": "left", "user": user}));
    let (old, new) = match change {
        ChatChange::Joined => (left, member),
        ChatChange::Left => (member, json!({"status": "kicked", "user": user, "until_date": 0})),
    };
    let update = json!({"chat": message::chat(&world, group), "from": from, "date": core.now().timestamp(),
        "old_chat_member": old, "new_chat_member": new});
    bot.desk.put(core, group, "my_chat_member", update);
    if matches!(change, ChatChange::Joined) {
        service(core, bot, &mut world, by, group, "бота добавили в чат", json!({"new_chat_members": [user]}));
    }
}

fn service(core: &Arc<Core>, bot: &Bot, world: &mut World, by: i64, chat: i64, text: &str, extra: Value) {
    let mut bubble = Bubble::text(Some(by), text, core.now());
    bubble.holds = Holds::Service;
    bubble.extra = extra;
    speak(core, bot, world, chat, bubble);
}

/// A person joins or leaves a group in which the bot is.
pub(in crate::sandbox) fn group_people(core: &Arc<Core>, bot: &Bot, group: i64, person: i64, joined: bool) {
    let mut world = locked(&core.world);
    let Some(user) = world.people.get(&person).map(message::user) else { return };
    let (text, extra) = match joined {
        true => ("присоединяется к чату", json!({"new_chat_members": [user]})),
        false => ("выходит из чата", json!({"left_chat_member": user})),
    };
    service(core, bot, &mut world, person, group, text, extra);
}

/// A group becomes a supergroup; gives the new id.
pub(in crate::sandbox) fn migrate(core: &Arc<Core>, bot: &Bot, group: i64) -> Option<i64> {
    let mut world = locked(&core.world);
    let old = world.groups.get(&group).filter(|old| !old.supergroup && old.moved_to.is_none())?.clone();
    let new = world.add_group(&old.title, old.channel, true);
    new.people.clone_from(&old.people);
    new.lines.clone_from(&old.lines);
    new.hears_all = old.hears_all;
    let id = new.id;
    let by = old.people.first().copied()?;
    service(core, bot, &mut world, by, group, "группа стала супергруппой", json!({"migrate_to_chat_id": id}));
    service(core, bot, &mut world, by, id, "супергруппа создана", json!({"migrate_from_chat_id": group}));
    world.groups.get_mut(&group)?.moved_to = Some(id);
    Some(id)
}
