//! Opening a mini app as Telegram does: its page, with who opens it signed by the bot's token.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::Sha256;

use super::Bot;
use crate::sandbox::{Core, world::Person};

/// The version of the mini apps' protocol that is spoken.
const VERSION: &str = "9.1";

/// The address that a person's client opens for a button's page.
pub(in crate::sandbox) fn launch(core: &Core, bot: &Bot, person: &Person, page: &str) -> Option<String> {
    let mut url = Url::parse(page).ok()?;
    let fragment = form(&[
        ("tgWebAppData", &init_data(core, bot, person)),
        ("tgWebAppVersion", VERSION),
        ("tgWebAppPlatform", "web"),
        ("tgWebAppThemeParams", &theme().to_string()),
    ]);
    url.set_fragment(Some(&fragment));
    Some(url.into())
}

/// What the light client looks like; the phone on the page tells of a dark one.
fn theme() -> Value {
    json!({"bg_color": "#ffffff", "text_color": "#000000", "hint_color": "#707579", "link_color": "#00488f",
        "button_color": "#3390ec", "button_text_color": "#ffffff", "secondary_bg_color": "#f4f4f5"})
}

fn init_data(core: &Core, bot: &Bot, person: &Person) -> String {
    let (first, last) = person.names();
    let mut user =
        json!({"id": person.id, "first_name": first, "language_code": person.lang, "allows_write_to_pm": true});
    if let Some(last) = last {
        user["last_name"] = last.into();
    }
    // Telegram signs with a key of its own too; whoever knows the bot's token needs not look at it, but it is hashed with the
    // rest.
    let signature = core.hex();
    let (query, date, user) = (format!("AA{}", core.hex()), core.now().timestamp().to_string(), user.to_string());
    let mut pairs =
        vec![("query_id", query.as_str()), ("user", &user), ("auth_date", &date), ("signature", &signature)];
    let hash = hash(&pairs, bot.token());
    pairs.push(("hash", &hash));
    form(&pairs)
}

/// <https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app>
fn hash(pairs: &[(&str, &str)], token: &str) -> String {
    let mut lines: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    lines.sort();
    let secret = hmac(b"WebAppData", token.as_bytes());
    hex::encode(hmac(&secret, lines.join("\n").as_bytes()))
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec());
    mac.unwrap_or_default()
}

/// As `encodeURIComponent` writes it: a blank is `%20`, so that reading it as a form or as an address comes to the same.
fn form(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap_or_default().replace('+', "%20")
}
