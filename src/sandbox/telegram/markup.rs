//! `reply_markup`: checked as the real server checks it, read into a keyboard.

use serde_json::{Value, json};

use super::Fail;
use crate::sandbox::{
    params::Params,
    world::{Button, Does, Keyboard, Markup},
};

/// Inline buttons in one row.
const INLINE_ROW: usize = 8;
/// Inline buttons in all.
const INLINE: usize = 100;
/// Bytes of `callback_data`.
const DATA: usize = 64;
/// Buttons of a reply keyboard.
const REPLY: usize = 300;

/// The markup of a request: what the phone shows, and what the message carries.
pub(super) fn read(params: &Params) -> Result<(Markup, Value), Fail> {
    let Some(markup) = params.json("reply_markup") else { return Ok((Markup::Untouched, Value::Null)) };
    let markup = markup.map_err(|_| Fail::bad("can't parse reply keyboard markup JSON object"))?;
    let Value::Object(map) = &markup else { return Err(Fail::bad("object expected as reply markup")) };
    if let Some(rows) = map.get("inline_keyboard") {
        let keyboard = Keyboard { inline: true, one_time: false, rows: rows_of(rows, inline_button)? };
        let count: usize = keyboard.rows.iter().map(Vec::len).sum();
        if count > INLINE || keyboard.rows.iter().any(|row| row.len() > INLINE_ROW) {
            return Err(Fail::bad("reply markup is too long"));
        }
        let carried = json!({"inline_keyboard": rows});
        return Ok(if count == 0 { (Markup::Untouched, Value::Null) } else { (Markup::Show(keyboard), carried) });
    }
    if let Some(rows) = map.get("keyboard") {
        let one_time = map.get("one_time_keyboard").and_then(Value::as_bool).unwrap_or(false);
        let keyboard = Keyboard { inline: false, one_time, rows: rows_of(rows, reply_button)? };
        if keyboard.rows.iter().map(Vec::len).sum::<usize>() > REPLY {
            return Err(Fail::bad("reply markup is too long"));
        }
        return Ok((if keyboard.rows.is_empty() { Markup::Untouched } else { Markup::Show(keyboard) }, Value::Null));
    }
    let removes = map.get("remove_keyboard").is_some_and(|flag| flag == &Value::Bool(true));
    Ok((if removes { Markup::Remove } else { Markup::Untouched }, Value::Null))
}

fn rows_of(rows: &Value, button: fn(&Value) -> Result<Button, Fail>) -> Result<Vec<Vec<Button>>, Fail> {
    let broken = || Fail::bad("can't parse reply keyboard markup JSON object");
    let mut read = Vec::new();
    for row in rows.as_array().ok_or_else(broken)? {
        let row = row.as_array().ok_or_else(broken)?;
        let row = row.iter().map(button).collect::<Result<Vec<_>, _>>()?;
        if !row.is_empty() {
            read.push(row);
        }
    }
    Ok(read)
}

fn inline_button(button: &Value) -> Result<Button, Fail> {
    let Value::Object(map) = button else { return Err(Fail::bad("inlineKeyboardButton must be an Object")) };
    let label = label(map)?;
    let word = |key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(data) = word("callback_data") {
        if data.is_empty() || data.len() > DATA {
            return Err(Fail::bad("BUTTON_DATA_INVALID"));
        }
        return Ok(Button { label, does: Does::Callback, token: Some(data), color: None });
    }
    if let Some(url) = word("url") {
        let known = ["http://", "https://", "tg://", "tonsite://"].iter().any(|scheme| url.starts_with(scheme));
        if !known {
            return Err(Fail::bad("BUTTON_URL_INVALID"));
        }
        return Ok(Button { label, does: Does::Link, token: Some(url), color: None });
    }
    if let Some(app) = map.get("web_app") {
        let url = app.get("url").and_then(Value::as_str).ok_or_else(|| Fail::bad("can't find field \"url\""))?;
        let why = |why: &str| Fail::bad(&format!("inline keyboard button Web App URL '{url}' is invalid: {why}"));
        // As Telegram's test environment does, so that a page on this machine needs no certificate.
        let here = ["http://127.0.0.1", "http://localhost"].iter().any(|start| url.starts_with(start));
        return match url.parse::<reqwest::Url>() {
            Err(_) => Err(why("URL host is empty")),
            Ok(parsed) if parsed.scheme() != "https" && !here => Err(why("Only HTTPS links are allowed")),
            Ok(_) => Ok(Button { label, does: Does::App, token: Some(url.to_owned()), color: None }),
        };
    }
    let others = [
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "pay",
        "copy_text",
        "switch_inline_query_chosen_chat",
        "callback_game",
    ];
    if others.iter().any(|key| map.contains_key(*key)) {
        return Ok(Button { label, does: Does::Other, token: None, color: None });
    }
    Err(Fail::bad("text buttons are unallowed in the inline keyboard"))
}

fn reply_button(button: &Value) -> Result<Button, Fail> {
    let map = match button {
        Value::String(label) => {
            return Ok(Button { label: label.clone(), does: Does::Text, token: None, color: None });
        }
        Value::Object(map) => map,
        _ => return Err(Fail::bad("keyboardButton must be a String or an Object")),
    };
    let label = label(map)?;
    let set = |key: &str| map.get(key) == Some(&Value::Bool(true));
    let does = if set("request_contact") {
        Does::Contact
    } else if set("request_location") {
        Does::Location
    } else if map.contains_key("web_app") {
        Does::App
    } else if map.keys().any(|key| key.starts_with("request_") && !set(key) && map[key].is_object()) {
        Does::Other
    } else {
        Does::Text
    };
    let token = map.get("web_app").and_then(|app| app.get("url")).and_then(Value::as_str).map(str::to_owned);
    Ok(Button { label, does, token, color: None })
}

fn label(map: &serde_json::Map<String, Value>) -> Result<String, Fail> {
    match map.get("text").and_then(Value::as_str) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        Some(_) => Err(Fail::bad("BUTTON_TEXT_INVALID")),
        None => Err(Fail::bad("field \"text\" must be of type String")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markup(value: Value) -> Result<Markup, String> {
        let mut params = Params::default();
        params.map.insert("reply_markup".to_owned(), value);
        read(&params).map(|(markup, _)| markup).map_err(|fail| fail.description)
    }

    fn inline(rows: usize, row: usize, data: &str) -> Result<Markup, String> {
        let row = vec![json!({"text": "a", "callback_data": data}); row];
        markup(json!({"inline_keyboard": vec![row; rows]}))
    }

    #[test]
    fn inline_limits_are_telegrams() {
        assert!(inline(12, 8, "x").is_ok());
        assert_eq!(inline(1, 9, "x"), Err("Bad Request: reply markup is too long".to_owned()));
        assert_eq!(inline(26, 4, "x"), Err("Bad Request: reply markup is too long".to_owned()));
        assert!(inline(1, 1, &"я".repeat(32)).is_ok());
        assert_eq!(inline(1, 1, &"я".repeat(33)), Err("Bad Request: BUTTON_DATA_INVALID".to_owned()));
        assert_eq!(inline(1, 1, ""), Err("Bad Request: BUTTON_DATA_INVALID".to_owned()));
    }

    #[test]
    fn a_mini_app_needs_https_but_on_this_machine() {
        let app = |app: Value| markup(json!({"inline_keyboard": [[{"text": "a", "web_app": app}]]}));
        for url in ["https://bvb.ru/app/", "http://127.0.0.1:8080/app/"] {
            let Ok(Markup::Show(keyboard)) = app(json!({"url": url})) else { panic!("{url}") };
            assert_eq!((keyboard.rows[0][0].does, keyboard.rows[0][0].token.as_deref()), (Does::App, Some(url)));
        }
        assert!(
            app(json!({"url": "http://bvb.ru/app/"})).is_err_and(|why| why.ends_with("Only HTTPS links are allowed"))
        );
        assert!(app(json!({"url": "app"})).is_err() && app(json!({})).is_err());
    }

    #[test]
    fn a_markup_may_be_json_in_a_string() {
        let text = json!({"keyboard": [[{"text": "📱", "request_contact": true}, "other"]]}).to_string();
        let Ok(Markup::Show(keyboard)) = markup(text.into()) else { panic!("no keyboard") };
        let does: Vec<_> = keyboard.rows[0].iter().map(|button| button.does).collect();
        assert_eq!(does, [Does::Contact, Does::Text]);
        assert!(matches!(markup(json!("{broken")), Err(why) if why.contains("can't parse reply keyboard markup")));
        assert_eq!(markup(json!({"remove_keyboard": true})), Ok(Markup::Remove));
    }
}
