//! `keyboard`: a string of JSON, checked as VK checks it.

use serde_json::{Map, Value};

use super::Fail;
use crate::sandbox::world::{Button, Does, Keyboard, Markup};

/// Buttons in a row.
const ROW: usize = 5;
/// Rows and buttons of a standing keyboard.
const STANDING: (usize, usize) = (10, 40);
/// Rows and buttons under a message.
const INLINE: (usize, usize) = (6, 10);
/// Characters of a label.
const LABEL: usize = 40;
/// Characters of a payload.
const PAYLOAD: usize = 255;

/// Reads the parameter.
pub(super) fn read(text: Option<&str>) -> Result<Markup, Fail> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Markup::Untouched) };
    let Ok(Value::Object(map)) = serde_json::from_str(text) else {
        return Err(invalid("keyboard should be a JSON object"));
    };
    let flag = |key: &str| map.get(key).is_some_and(|flag| flag == &Value::Bool(true));
    let (inline, one_time) = (flag("inline"), flag("one_time"));
    if inline && one_time {
        return Err(invalid("one_time is not allowed for inline keyboard"));
    }
    let rows = map.get("buttons").and_then(Value::as_array).ok_or_else(|| invalid("buttons is required"))?;
    let rows = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let count: usize = rows.iter().map(Vec::len).sum();
    let (most_rows, most) = if inline { INLINE } else { STANDING };
    if rows.len() > most_rows || count > most {
        return Err(invalid("too much buttons"));
    }
    Ok(match (count, inline) {
        (0, true) => Markup::Untouched,
        (0, false) => Markup::Remove,
        _ => Markup::Show(Keyboard { inline, one_time, rows }),
    })
}

fn invalid(why: &str) -> Fail {
    Fail::new(911, format!("Keyboard format is invalid: {why}"))
}

fn row(row: &Value) -> Result<Vec<Button>, Fail> {
    let row = row.as_array().ok_or_else(|| invalid("row should be an array"))?;
    if row.is_empty() {
        return Err(invalid("row should not be empty"));
    }
    let buttons = row.iter().map(button).collect::<Result<Vec<_>, _>>()?;
    let whole = buttons.iter().any(|button| matches!(button.does, Does::Link | Does::Location | Does::App));
    if buttons.len() > ROW || (whole && buttons.len() > 1) {
        return Err(invalid("row has too much buttons"));
    }
    Ok(buttons)
}

fn button(button: &Value) -> Result<Button, Fail> {
    let action = button.get("action").and_then(Value::as_object).ok_or_else(|| invalid("action is required"))?;
    let word = |key: &str| action.get(key).and_then(Value::as_str).map(str::to_owned);
    let payload = payload(action)?;
    let (does, token, labelled) = match word("type").as_deref() {
        Some("text") => (Does::Text, payload, true),
        Some("callback") => (Does::Callback, payload, true),
        Some("open_link") => (Does::Link, Some(word("link").ok_or_else(|| invalid("link is required"))?), true),
        Some("open_app") => (Does::App, Some(app(action)?), true),
        Some("location") => (Does::Location, payload, false),
        Some("vkpay") => (Does::Other, payload, false),
        _ => return Err(invalid("unknown action type")),
    };
    let label = label(word("label"), labelled)?;
    let color = button.get("color").and_then(Value::as_str).map(str::to_owned);
    let known = color.as_deref().is_none_or(|one| ["primary", "secondary", "negative", "positive"].contains(&one));
    if !known {
        return Err(invalid("unknown color"));
    }
    Ok(Button { label, does, token, color })
}

/// A mini app by its number, with the community that it is opened for and a place in it: `app51_-7#track`.
fn app(action: &Map<String, Value>) -> Result<String, Fail> {
    let number = |key: &str| match action.get(key) {
        Some(Value::String(text)) => text.parse::<i64>().ok(),
        Some(value) => value.as_i64(),
        None => None,
    };
    let id = number("app_id").filter(|id| *id > 0).ok_or_else(|| invalid("app_id is required"))?;
    let owner = number("owner_id").map(|owner| format!("_{owner}")).unwrap_or_default();
    let hash = action.get("hash").and_then(Value::as_str).map(|hash| format!("#{hash}")).unwrap_or_default();
    Ok(format!("app{id}{owner}{hash}"))
}

fn label(label: Option<String>, needed: bool) -> Result<String, Fail> {
    match label {
        Some(label) if label.chars().count() > LABEL => Err(invalid("label is too long")),
        Some(label) if !label.is_empty() => Ok(label),
        _ if needed => Err(invalid("label is required")),
        _ => Ok("📍".to_owned()),
    }
}

/// The payload as JSON text: a string of JSON, or (as reality allows) JSON itself.
fn payload(action: &Map<String, Value>) -> Result<Option<String>, Fail> {
    let text = match action.get("payload") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.is_empty() => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    if text.chars().count() > PAYLOAD {
        return Err(invalid("payload is too long"));
    }
    if serde_json::from_str::<Value>(&text).is_err() {
        return Err(invalid("payload should be a valid JSON"));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keyboard(inline: bool, rows: &[usize], label: usize, payload: usize) -> Result<Markup, u32> {
        let payload = format!("\"{}\"", "x".repeat(payload - 2));
        let action = json!({"type": "text", "label": "я".repeat(label), "payload": payload});
        let rows: Vec<_> = rows.iter().map(|count| vec![json!({"action": action}); *count]).collect();
        read(Some(&json!({"inline": inline, "buttons": rows}).to_string())).map_err(|fail| fail.code)
    }

    #[test]
    fn sizes_are_vks() {
        assert!(keyboard(true, &[5, 5], 40, 255).is_ok());
        assert_eq!(keyboard(true, &[5, 5, 1], 40, 255), Err(911));
        assert_eq!(keyboard(true, &[1; 7], 1, 5), Err(911));
        assert!(keyboard(true, &[1; 6], 1, 5).is_ok());
        assert!(keyboard(false, &[4; 10], 1, 5).is_ok());
        assert_eq!(keyboard(false, &[4; 11], 1, 5), Err(911));
        assert_eq!(keyboard(false, &[5; 9], 1, 5), Err(911));
        assert_eq!(keyboard(false, &[6], 1, 5), Err(911));
        assert_eq!(keyboard(false, &[1], 41, 5), Err(911));
        assert_eq!(keyboard(false, &[1], 1, 256), Err(911));
    }

    #[test]
    fn an_empty_keyboard_clears_and_a_link_takes_a_row() {
        assert_eq!(read(Some(r#"{"buttons":[]}"#)).ok(), Some(Markup::Remove));
        assert_eq!(read(None).ok(), Some(Markup::Untouched));
        let link = json!({"action": {"type": "open_link", "label": "a", "link": "https://x.y"}});
        let text = json!({"action": {"type": "text", "label": "a"}, "color": "secondary"});
        let rows = |rows: Value| read(Some(&json!({"buttons": rows}).to_string())).is_ok();
        let app = |id: Value| json!({"action": {"type": "open_app", "label": "a", "app_id": id, "owner_id": -7, "hash": "b"}});
        assert!(rows(json!([[app(51.into())], [text]])) && !rows(json!([[app(51.into()), text]])));
        assert!(!rows(json!([[app(Value::Null)]])));
        assert!(rows(json!([[link], [text]])));
        assert!(!rows(json!([[link, text]])));
        assert!(read(Some(r#"{"inline":true,"one_time":true,"buttons":[]}"#)).is_err());
        assert!(read(Some("[]")).is_err());
    }
}
