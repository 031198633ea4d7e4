//! How people come to us: what stands in the links that are sent to them.

use std::sync::{Arc, OnceLock};

use crate::channel::telegram::BotName;

/// Our ways in, as far as they are configured.
#[derive(Clone, Debug, Default)]
pub struct Doors {
    /// Where our own pages are (`PUBLIC_URL`).
    pub public_url: Option<String>,
    /// The bot in Telegram, as soon as its name is known.
    pub telegram: Option<Arc<OnceLock<BotName>>>,
    /// The community in VK.
    pub vk: Option<i64>,
}

/// A link by which somebody comes to us with a code in the hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What the messenger is called.
    pub messenger: &'static str,
    /// What we are called there, to be typed.
    pub address: String,
    /// Where to go.
    pub link: String,
}

impl Doors {
    /// The links that bring a code to us, one for each messenger.
    #[must_use]
    pub fn ways(&self, code: &str) -> Vec<Way> {
        let telegram = self.telegram.as_ref().and_then(|name| name.get()).map(|bot| Way {
            messenger: "Telegram",
            address: format!("@{}", bot.0),
            link: format!("https://t.me/{}?start={code}", bot.0),
        });
        let vk = self.vk.map(|group| Way {
            messenger: "VK",
            address: format!("vk.me/club{group}"),
            link: format!("https://vk.me/club{group}?ref={code}"),
        });
        [telegram, vk].into_iter().flatten().collect()
    }

    /// The ways to take an invitation: a link for each messenger, and the code for whoever can't follow one.
    #[must_use]
    pub fn invitation(&self, code: &str) -> String {
        let ways = self.ways(code).into_iter().map(|way| format!("{}: {}", way.messenger, way.link));
        ways.chain([code.to_owned()]).collect::<Vec<_>>().join("\n")
    }

    /// The address of a page for anybody.
    #[must_use]
    pub fn site(&self, path: &str) -> String {
        let base = self.public_url.as_deref().unwrap_or_default();
        format!("{}/{path}", base.trim_end_matches('/'))
    }

    /// The address of a page that opens once. Without `PUBLIC_URL` nobody is offered one.
    #[must_use]
    pub fn page(&self, token: &str) -> String {
        let base = self.public_url.as_deref().unwrap_or_default();
        format!("{}/once/{token}", base.trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_has_a_link_for_each_messenger_that_is_there() {
        let name = Arc::new(OnceLock::from(BotName("bot_of_ours".to_owned())));
        let doors = Doors { public_url: None, telegram: Some(name), vk: Some(7) };
        assert_eq!(
            doors.invitation("K7QM-2XPD"),
            "Telegram: https://t.me/bot_of_ours?start=K7QM-2XPD\nVK: https://vk.me/club7?ref=K7QM-2XPD\nK7QM-2XPD"
        );
        assert_eq!(Doors::default().invitation("K7QM-2XPD"), "K7QM-2XPD");
    }

    #[test]
    fn a_page_lies_under_our_own_address() {
        let doors = Doors { public_url: Some("https://bot.example.ru/".to_owned()), ..Doors::default() };
        assert_eq!(doors.page("abc"), "https://bot.example.ru/once/abc");
        assert_eq!(doors.site("privacy"), "https://bot.example.ru/privacy");
    }
}
