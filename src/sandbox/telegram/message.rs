//! Telegram's JSON for what the world holds.

use serde_json::{Value, json};

use super::Bot;
use crate::sandbox::world::{Bubble, File, Group, Holds, Person, World};

pub(super) fn user(person: &Person) -> Value {
    let (first, last) = person.names();
    let mut user = json!({"id": person.id, "is_bot": false, "first_name": first, "language_code": person.lang});
    if let Some(last) = last {
        user["last_name"] = last.into();
    }
    user
}

pub(super) fn bot_user(bot: &Bot) -> Value {
    json!({"id": bot.id, "is_bot": true, "first_name": bot.name, "username": bot.username})
}

pub(super) fn private_chat(person: &Person) -> Value {
    let (first, last) = person.names();
    let mut chat = json!({"id": person.id, "type": "private", "first_name": first});
    if let Some(last) = last {
        chat["last_name"] = last.into();
    }
    chat
}

pub(super) fn group_chat(group: &Group) -> Value {
    if group.supergroup {
        json!({"id": group.id, "type": "supergroup", "title": group.title})
    } else {
        json!({"id": group.id, "type": "group", "title": group.title})
    }
}

/// The chat object of a person or a group.
pub(super) fn chat(world: &World, id: i64) -> Option<Value> {
    match world.people.get(&id) {
        Some(person) => Some(private_chat(person)),
        None => world.groups.get(&id).map(group_chat),
    }
}

/// A message as the bot sees it.
pub(super) fn message(world: &World, bot: &Bot, chat_id: i64, bubble: &Bubble) -> Value {
    let mut message = alone(world, bot, chat_id, bubble);
    let chat = world.chats.get(&(bot.id, chat_id));
    let answered = chat.and_then(|chat| chat.bubbles.get(chat.index(bubble.answers?)?));
    if let Some(answered) = answered {
        // One deep, as in reality: what that message answered in its turn is left out.
        message["reply_to_message"] = alone(world, bot, chat_id, answered);
    }
    message
}

/// A message without the one that it answers.
fn alone(world: &World, bot: &Bot, chat_id: i64, bubble: &Bubble) -> Value {
    let from = match bubble.author.and_then(|author| world.people.get(&author)) {
        Some(person) => user(person),
        None => bot_user(bot),
    };
    let mut message = json!({
        "message_id": bubble.id,
        "from": from,
        "chat": chat(world, chat_id),
        "date": bubble.at.timestamp(),
    });
    content(&mut message, bubble);
    if bubble.edited {
        message["edit_date"] = bubble.at.timestamp().into();
    }
    if !bubble.markup.is_null() {
        message["reply_markup"] = bubble.markup.clone();
    }
    if let Some(extra) = bubble.extra.as_object() {
        for (key, value) in extra {
            message[key] = value.clone();
        }
    }
    message
}

fn content(message: &mut Value, bubble: &Bubble) {
    let (text, entities) = match bubble.holds {
        Holds::Text => ("text", "entities"),
        Holds::Photo | Holds::Document | Holds::Voice => ("caption", "caption_entities"),
        Holds::Sticker | Holds::Contact | Holds::Service => ("", ""),
    };
    if !text.is_empty() && !bubble.text.is_empty() {
        message[text] = bubble.text.clone().into();
        if bubble.entities.as_array().is_some_and(|list| !list.is_empty()) {
            message[entities] = bubble.entities.clone();
        }
    }
    let Some(file) = &bubble.file else { return };
    match bubble.holds {
        Holds::Photo => message["photo"] = json!([photo_size(file)]),
        Holds::Document => message["document"] = document(file),
        Holds::Voice => {
            message["voice"] = json!({"file_id": file.id, "file_unique_id": unique(file), "duration": 3,
                "mime_type": "audio/ogg", "file_size": file.size});
        }
        Holds::Sticker => {
            message["sticker"] = json!({"file_id": file.id, "file_unique_id": unique(file), "type": "regular",
                "width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": "👍"});
        }
        _ => {}
    }
}

fn unique(file: &File) -> &str {
    file.id.get(..16).unwrap_or(&file.id)
}

fn photo_size(file: &File) -> Value {
    json!({"file_id": file.id, "file_unique_id": unique(file), "width": 800, "height": 600, "file_size": file.size})
}

fn document(file: &File) -> Value {
    json!({"file_id": file.id, "file_unique_id": unique(file), "file_name": file.name, "mime_type": file.mime,
        "file_size": file.size})
}
