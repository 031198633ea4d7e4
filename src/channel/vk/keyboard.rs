//! Buttons as VK's keyboards, as far as the reader's client shows them.
//!
//! Step by step: under the message; in place of the keyboard; as numbered lines of the text. Nobody loses an option.

use serde_json::{Value, json};

use crate::{
    channel::{
        Client, layout, marks,
        profile::{Grid, VK},
    },
    message::{App, Button, Does, Keyboard, Style},
};

/// Buttons in their place.
pub(super) struct Laid {
    /// The keyboard as VK's JSON.
    pub json: Option<String>,
    /// Lines, with marks, of what is no button.
    pub lines: String,
}

/// A place that buttons may take.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Inline,
    Reply { once: bool },
}

/// Buttons of a new message.
pub(super) fn lay(keyboard: &Keyboard, client: &Client) -> Laid {
    let buttons = &keyboard.buttons;
    let inline = Some(Place::Inline).filter(|_| client.inline_keyboard);
    let reply = |once| Some(Place::Reply { once }).filter(|_| client.keyboard);
    // A contact is why these stand in place of the keyboard elsewhere; VK has no such button, and what is left of them
    // must not outlive the question.
    let for_contact = buttons.iter().any(|button| button.does == Does::ShareContact);
    match keyboard.style {
        Style::Inline => first([inline, reply(true)], keyboard, client),
        Style::Reply if for_contact => first([inline, reply(true)], keyboard, client),
        Style::Reply => first([reply(false), None], keyboard, client),
        Style::Remove => {
            let json = client.keyboard.then(|| json!({ "buttons": [] }).to_string());
            Laid { json, lines: layout::lines(buttons, keyboard.free) }
        }
    }
}

/// Buttons of an edited message: only those under it can change.
pub(super) fn relay(keyboard: &Keyboard, client: &Client) -> Laid {
    first([Some(Place::Inline).filter(|_| client.inline_keyboard), None], keyboard, client)
}

/// Our token in a button's payload, which comes back as an object or as the text that we sent.
pub(super) fn token_of(payload: &Value) -> Option<String> {
    let parsed = payload.as_str().and_then(|json| serde_json::from_str::<Value>(json).ok());
    parsed.as_ref().unwrap_or(payload).get("token")?.as_str().map(str::to_owned)
}

/// The first place that has room; links may leave the keyboard before the presses leave their place.
fn first(places: [Option<Place>; 2], shown: &Keyboard, client: &Client) -> Laid {
    let (buttons, free) = (&shown.buttons, shown.free);
    let absent = |does: &Does| matches!(does, Does::ShareContact | Does::App(App::Page(_)));
    let offered: Vec<_> = buttons.iter().filter(|button| !absent(&button.does)).collect();
    if offered.is_empty() {
        return Laid { json: None, lines: String::new() };
    }
    let (links, presses): (Vec<_>, Vec<_>) =
        offered.iter().partition(|button| matches!(button.does, Does::Open(_) | Does::App(_)));
    for place in places.into_iter().flatten() {
        if let Some(json) = keyboard(place, &offered, client) {
            return Laid { json: Some(json), lines: String::new() };
        }
        if let Some(json) = keyboard(place, &presses, client) {
            return Laid { json: Some(json), lines: layout::lines(links, free) };
        }
    }
    Laid { json: None, lines: layout::lines(buttons, free) }
}

/// The keyboard's JSON; `None` where there is nothing to show, or a button that the place can't hold.
fn keyboard(place: Place, buttons: &[&Button], client: &Client) -> Option<String> {
    let actions = buttons.iter().map(|button| action(button, place, client)).collect::<Option<Vec<_>>>()?;
    let rows = layout::rows(actions, place.grid(), |action| &action.label, |action| action.alone)?;
    let rows: Vec<Vec<Value>> =
        rows.into_iter().map(|row| row.into_iter().map(|action| action.json).collect()).collect();
    (!rows.is_empty()).then(|| match place {
        Place::Inline => json!({ "inline": true, "buttons": rows }).to_string(),
        Place::Reply { once } => json!({ "one_time": once, "buttons": rows }).to_string(),
    })
}

struct Action {
    label: String,
    /// A link and the mini app take a whole row.
    alone: bool,
    json: Value,
}

fn action(button: &Button, place: Place, client: &Client) -> Option<Action> {
    let label = layout::label(&button.label, VK.label);
    match &button.does {
        Does::Press(token) => {
            let payload = json!({ "token": token }).to_string();
            let kind = if place == Place::Inline && client.callback { "callback" } else { "text" };
            let json = json!({
                "action": { "type": kind, "label": label, "payload": payload },
                "color": "secondary",
            });
            (payload.len() <= VK.payload).then_some(Action { label, alone: false, json })
        }
        Does::Open(url) => {
            let url = marks::link_target(url).filter(|url| client.open_link && url.scheme() != "tg")?;
            let json = json!({ "action": { "type": "open_link", "label": label, "link": url.as_str() } });
            Some(Action { label, alone: true, json })
        }
        Does::App(App::Numbered { app, community }) if client.open_app => {
            let opens =
                json!({ "type": "open_app", "label": label, "app_id": app, "owner_id": community, "hash": "track" });
            Some(Action { label, alone: true, json: json!({ "action": opens }) })
        }
        Does::App(app) => {
            let link = layout::app_link(app).filter(|_| client.open_link)?;
            let json = json!({ "action": { "type": "open_link", "label": label, "link": link } });
            Some(Action { label, alone: true, json })
        }
        Does::ShareContact => None,
    }
}

impl Place {
    const fn grid(self) -> Grid {
        match self {
            Self::Inline => VK.inline,
            Self::Reply { .. } => VK.reply,
        }
    }
}
