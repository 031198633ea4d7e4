//! Opening a mini app as VK does: its page, with who opens it signed by the app's secret.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;

use super::Community;
use crate::sandbox::{Core, world::Person};

/// The address that a person's client opens for a button's app (`app51_-7#track`); `None` if the community has another app.
pub(in crate::sandbox) fn launch(core: &Core, community: &Community, person: &Person, named: &str) -> Option<String> {
    let app = community.app.as_ref()?;
    let (name, place) = named.split_once('#').unwrap_or((named, ""));
    let id = name.strip_prefix("app")?.split('_').next()?;
    (id == app.id.to_string()).then_some(())?;
    let parameters = BTreeMap::from([
        ("vk_access_token_settings", String::new()),
        ("vk_app_id", id.to_owned()),
        ("vk_are_notifications_enabled", "0".to_owned()),
        ("vk_group_id", community.group_id.to_string()),
        ("vk_is_app_user", "1".to_owned()),
        ("vk_is_favorite", "0".to_owned()),
        ("vk_language", person.lang.clone()),
        ("vk_platform", "desktop_web".to_owned()),
        ("vk_ref", "group_messages".to_owned()),
        ("vk_ts", core.now().timestamp().to_string()),
        ("vk_user_id", person.id.to_string()),
        ("vk_viewer_group_role", "none".to_owned()),
    ]);
    // A map of strings always has a form. VK writes a blank as `%20`; none of these values has one.
    let signed = serde_urlencoded::to_string(&parameters).unwrap_or_default();
    let mac = Hmac::<Sha256>::new_from_slice(app.secret.expose_secret().as_bytes()).ok()?;
    let sign = URL_SAFE_NO_PAD.encode(mac.chain_update(&signed).finalize().into_bytes());
    let place = if place.is_empty() { String::new() } else { format!("#{place}") };
    Some(format!("{}?{signed}&sign={sign}{place}", app.url))
}
