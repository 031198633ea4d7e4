//! Presses of buttons, in dialogues and in groups.

use std::sync::Arc;

use axum::Json;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, absurd, bot, community, conflict, people::write};
use crate::sandbox::{
    Core, locked, telegram, vk,
    world::{Button, Does, Line, Messenger, Person},
};

/// Which button is meant.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) label: Option<String>,
    pub(super) token: Option<String>,
    pub(super) bubble: Option<i64>,
    pub(super) row: Option<usize>,
    pub(super) column: Option<usize>,
    pub(super) person: Option<i64>,
}

impl Wanted {
    fn fits(&self, button: &Button, row: usize, column: usize) -> bool {
        self.label.as_ref().is_none_or(|label| label.trim() == button.label.trim())
            && self.token.as_ref().is_none_or(|token| Some(token) == button.token.as_ref())
            && self.row.is_none_or(|wanted| wanted == row)
            && self.column.is_none_or(|wanted| wanted == column)
    }
}

/// Opens the mini app of a button, as the person's client would.
pub(super) fn open_app(core: &Core, person: &Person, line: Line, wanted: &Wanted) -> Answer {
    let found = find(core, line, person.id, wanted).filter(|(.., button)| button.does == Does::App);
    let (.., button) = found.ok_or_else(|| conflict("there is no such button that opens an app"))?;
    Ok(Json(json!({"url": launch(core, person, line, &button)?})))
}

fn launch(core: &Core, person: &Person, line: Line, button: &Button) -> Result<String, Refusal> {
    let named = button.token.as_deref().unwrap_or_default();
    let url = match person.channel {
        Messenger::Telegram => telegram::launch(core, &*bot(core, line)?, person, named),
        Messenger::Vk => vk::launch(core, &*community(core, line)?, person, named),
    };
    url.ok_or_else(|| conflict("there is no such app"))
}

/// Finds the button and presses it.
pub(super) fn push(core: &Arc<Core>, person: &Person, line: Line, chat: i64, wanted: &Wanted) -> Answer {
    if wanted.label.is_none() && wanted.token.is_none() && wanted.bubble.is_none() {
        return Err(absurd("label, token or bubble is missing"));
    }
    let (bubble, inline, button) =
        find(core, line, chat, wanted).ok_or_else(|| conflict("there is no such button in the chat"))?;
    let did = match button.does {
        Does::Callback => callback(core, person, line, chat, (bubble, &button))?,
        Does::Text => text_button(core, person, line, chat, &button)?,
        Does::Contact if inline => json!({}),
        Does::Contact => {
            let phone = person.phone.clone().ok_or_else(|| conflict("this person has no phone: use share_contact"))?;
            json!({"id": telegram::contact(core, &*bot(core, line)?, person.id, &phone, false)})
        }
        Does::Link => json!({"url": button.token}),
        Does::App => json!({"url": launch(core, person, line, &button)?}),
        Does::Location | Does::Other => json!({}),
    };
    let mut answer = did;
    answer["did"] = json!(button.does);
    core.touch();
    Ok(Json(answer))
}

/// The newest button that fits: its bubble, whether it is under it, and itself.
fn find(core: &Core, line: Line, chat: i64, wanted: &Wanted) -> Option<(i64, bool, Button)> {
    let mut world = locked(&core.world);
    let chat = world.chat(line, chat);
    let standing = chat.standing.as_ref().map(|(id, _)| *id);
    let seen = chat.bubbles.iter().rev().filter_map(|bubble| Some((bubble.id, bubble.keyboard.as_ref()?)));
    // Of the standing keyboards only the last can be seen, unless a bubble is named.
    let seen = seen.filter(|(id, keyboard)| match wanted.bubble {
        Some(bubble) => bubble == *id,
        None => keyboard.inline || Some(*id) == standing,
    });
    for (id, keyboard) in seen {
        for (row, buttons) in keyboard.rows.iter().enumerate() {
            for (column, button) in buttons.iter().enumerate() {
                if wanted.fits(button, row, column) {
                    return Some((id, keyboard.inline, button.clone()));
                }
            }
        }
    }
    None
}

fn callback(
    core: &Arc<Core>,
    person: &Person,
    line: Line,
    chat: i64,
    (bubble, button): (i64, &Button),
) -> Result<Value, Refusal> {
    let id = match person.channel {
        Messenger::Telegram => {
            let pressed = (button.label.as_str(), button.token.as_deref().unwrap_or_default());
            telegram::press_inline(core, &*bot(core, line)?, person.id, chat, bubble, pressed)
        }
        Messenger::Vk => {
            let pressed = (button.label.as_str(), button.token.as_deref());
            vk::press_callback(core, &*community(core, line)?, person.id, chat, bubble, pressed)
        }
    };
    Ok(json!({"id": id}))
}

fn text_button(core: &Arc<Core>, person: &Person, line: Line, chat: i64, button: &Button) -> Result<Value, Refusal> {
    let id = match person.channel {
        Messenger::Telegram => write(core, person, line, chat, &button.label)?,
        Messenger::Vk => {
            let pressed = (button.token.as_deref(), None);
            vk::say(core, &*community(core, line)?, person.id, chat, &button.label, pressed)
        }
    };
    Ok(json!({"id": id}))
}
