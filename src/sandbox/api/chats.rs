//! What a phone shows.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Refusal, Which, missing};
use crate::{
    clock,
    sandbox::{
        Core, autodial, locked,
        world::{Bubble, Does, Keyboard, Line, World},
    },
};

/// The chat of a person or a group: its line and its id.
pub(super) fn place(core: &Core, id: i64, which: &Which) -> Result<(Line, i64), Refusal> {
    let world = locked(&core.world);
    let channel = match (world.people.get(&id), world.groups.get(&id)) {
        (Some(person), _) => person.channel,
        (None, Some(group)) => group.channel,
        (None, None) => return Err(missing("person or group")),
    };
    drop(world);
    Ok((which.line(core, channel)?, id))
}

pub(super) async fn chat(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
) -> Result<Json<Value>, Refusal> {
    let place = place(&core, id, &which)?;
    let world = locked(&core.world);
    let bubbles = world.chats.get(&place).map(|chat| chat.bubbles.iter().map(|bubble| shown(&world, bubble)).collect());
    Ok(Json(bubbles.unwrap_or_else(|| json!([]))))
}

/// A file that was sent.
pub(super) async fn file(State(core): State<Arc<Core>>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let file = locked(&core.files).get(&id).cloned().ok_or_else(|| missing("file"))?;
    Ok(([("content-type", file.mime)], file.bytes).into_response())
}

fn shown(world: &World, bubble: &Bubble) -> Value {
    let author = bubble.author.and_then(|author| world.people.get(&author));
    let mut shown = json!({
        "id": bubble.id,
        "from": if bubble.author.is_none() { "bot" } else { "person" },
        "person": bubble.author,
        "name": author.map(|person| &person.name),
        "kind": bubble.holds,
        "text": bubble.text,
        "buttons": bubble.keyboard.as_ref().map_or_else(|| json!([]), buttons),
        "at": bubble.at,
        "edited": bubble.edited,
    });
    if let Some(answers) = bubble.answers {
        shown["answers"] = answers.into();
    }
    if let Some(file) = &bubble.file {
        shown["file"] = json!(file);
    }
    if !bubble.entities.is_null() {
        shown["entities"] = bubble.entities.clone();
    }
    shown
}

/// Buttons in reading order, each with its place.
fn buttons(keyboard: &Keyboard) -> Value {
    let rows = keyboard.rows.iter().enumerate();
    let placed = rows.flat_map(|(row, buttons)| {
        buttons.iter().enumerate().map(move |(column, button)| {
            let opens = (button.does == Does::Link).then_some(&button.token);
            let mut button = json!(button);
            if let Some(url) = opens {
                button["url"] = json!(url);
            }
            button["row"] = row.into();
            button["column"] = column.into();
            button["inline"] = keyboard.inline.into();
            button
        })
    });
    placed.collect()
}

fn standing(world: &World, place: (Line, i64)) -> Value {
    let standing = world.chats.get(&place).and_then(|chat| chat.standing.as_ref());
    standing.map_or(
        Value::Null,
        |(bubble, keyboard)| json!({"bubble": bubble, "one_time": keyboard.one_time, "rows": keyboard.rows}),
    )
}

pub(super) async fn keyboard(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
) -> Result<Json<Value>, Refusal> {
    let place = place(&core, id, &which)?;
    Ok(Json(standing(&locked(&core.world), place)))
}

pub(super) async fn state(
    State(core): State<Arc<Core>>,
    Path(id): Path<i64>,
    Query(which): Query<Which>,
) -> Result<Json<Value>, Refusal> {
    let place = place(&core, id, &which)?;
    let phone = locked(&core.world).people.get(&id).and_then(|person| person.phone.clone());
    let ringing: Vec<_> = match phone {
        Some(phone) => autodial::rang(&core, Some(&phone)).into_iter().filter(|call| call.ringing).collect(),
        None => Vec::new(),
    };
    let world = locked(&core.world);
    let chat = world.chats.get(&place);
    Ok(Json(json!({
        "typing": chat.and_then(|chat| chat.typing_until).is_some_and(|until| until > clock::tick()),
        "blocked": chat.is_some_and(|chat| chat.blocked),
        "met": chat.is_some_and(|chat| chat.met),
        "toasts": chat.map(|chat| &chat.toasts),
        "ringing": ringing,
        "keyboard": standing(&world, place),
    })))
}
