//! `initData`: how a Telegram mini app proves who opened it.
//! <https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app>

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::channel::launch::{Launched, Unproved, is_fresh, is_plain, language, pairs};

/// How long an `initData` proves anything. A page that stays open keeps the one it was opened with.
const LIVES: TimeDelta = TimeDelta::hours(24);

#[derive(Deserialize)]
struct User {
    id: u64,
    language_code: Option<String>,
}

/// Checks an `initData`, exactly as the page has it, and says who opened the page.
///
/// # Errors
/// Why it proves nothing.
pub fn proved(init_data: &str, token: &SecretString, now: DateTime<Utc>) -> Result<Launched, Unproved> {
    let mut fields = Vec::new();
    for (key, value) in pairs(init_data)? {
        match value {
            Some(value) if is_plain(&key) => fields.push((key, value)),
            _ => return Err(Unproved::Malformed),
        }
    }
    fields.sort();
    if fields.windows(2).any(|two| two[0].0 == two[1].0) {
        return Err(Unproved::Twice);
    }
    let at = fields.iter().position(|(key, _)| key == "hash").ok_or(Unproved::Unsigned)?;
    let (_, given) = fields.remove(at);
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    // Compared as text: of all spellings of a hash, Telegram writes one. Before the date: only what was signed can be late.
    if !bool::from(given.as_bytes().ct_eq(hash(&fields, token).as_bytes())) {
        return Err(Unproved::Forged);
    }
    is_fresh(field("auth_date"), LIVES, now)?;
    let user = field("user").and_then(|json| serde_json::from_str::<User>(json).ok()).ok_or(Unproved::Nobody)?;
    Ok(Launched { user: user.id.to_string(), lang: language(user.language_code.as_deref()) })
}

/// Over all pairs but the hash itself, `signature` among them, in the order of their keys.
fn hash(fields: &[(String, String)], token: &SecretString) -> String {
    let lines: Vec<String> = fields.iter().map(|(key, value)| format!("{key}={value}")).collect();
    signed(&lines.join("\n"), token)
}

/// What Telegram signs a text with for the bot of this token, in hexadecimal.
pub(super) fn signed(text: &str, token: &SecretString) -> String {
    hex::encode(mac(&secret(token), text.as_bytes()))
}

/// The key that only Telegram and the bot know.
pub(super) fn secret(token: &SecretString) -> [u8; 32] {
    mac(b"WebAppData", token.expose_secret().as_bytes())
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}
