//! Launch parameters: how a VK mini app proves who opened it.
//! <https://dev.vk.com/mini-apps/development/launch-params-sign>

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::channel::launch::{Launched, Unproved, is_fresh, is_plain, language, pairs};

/// How long launch parameters prove anything.
const LIVES: TimeDelta = TimeDelta::hours(1);

/// A mini app of ours.
#[derive(Clone, Debug)]
pub struct App {
    /// Its number.
    pub id: u64,
    /// What its launch parameters are signed with.
    pub secret: SecretString,
}

/// Checks launch parameters, exactly as the page's address has them behind `?`, and says who opened the page.
///
/// # Errors
/// Why they prove nothing.
pub fn proved(query: &str, app: &App, now: DateTime<Utc>) -> Result<Launched, Unproved> {
    let mut signed = BTreeMap::new();
    let mut given = None;
    for (key, value) in pairs(query)? {
        let value = value.unwrap_or_default();
        let twice = match key.as_str() {
            "sign" => given.replace(value).is_some(),
            // What others put beside them is not signed, and not looked at.
            _ if !key.starts_with("vk_") => false,
            _ if !is_plain(&key) => return Err(Unproved::Malformed),
            _ => signed.insert(key, value).is_some(),
        };
        if twice {
            return Err(Unproved::Twice);
        }
    }
    let given = given.ok_or(Unproved::Unsigned)?;
    // Compared as text: of all spellings of a signature, VK writes one.
    if signed.is_empty() || !bool::from(given.as_bytes().ct_eq(sign(&signed, &app.secret).as_bytes())) {
        return Err(Unproved::Forged);
    }
    let field = |name: &str| signed.get(name).map(String::as_str);
    is_fresh(field("vk_ts"), LIVES, now)?;
    if field("vk_app_id").and_then(|id| id.parse().ok()) != Some(app.id) {
        return Err(Unproved::Elsewhere);
    }
    let user = field("vk_user_id").and_then(|id| id.parse::<u64>().ok()).filter(|id| *id > 0);
    let user = user.ok_or(Unproved::Nobody)?;
    Ok(Launched { user: user.to_string(), lang: language(field("vk_language")) })
}

/// Over the parameters that begin with `vk_`, in the order of their keys' bytes, an empty value included.
fn sign(parameters: &BTreeMap<String, String>, secret: &SecretString) -> String {
    let parts: Vec<String> = parameters.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect();
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { return String::new() };
    mac.update(parts.join("&").as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Everything escaped but what RFC 3986 lets stand: a comma becomes `%2C`.
fn encoded(value: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    value.bytes().map(one).collect()
}
