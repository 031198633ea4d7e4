//! Words: a key and arguments become a text in the reader's language. Pure.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::message::{Args, Value};

/// All texts in all languages. Russian is the first and the one to fall back to.
#[derive(Debug, Default)]
pub struct Locales {
    arguments: BTreeMap<String, Vec<String>>,
}

impl Locales {
    /// The text of `key` (`id` or `id.attribute`) in `lang`, else in Russian; `None` if there is none.
    ///
    /// Names and masked phones among `args` are resolved into [`Value::Text`] beforehand, moments by [`plain`]; `you` is added by
    /// the caller ([`you`]).
    #[must_use]
    pub fn text(&self, lang: &str, key: &str, args: &Args) -> Option<String> {
        let _ = (lang, key, args);
        None
    }

    /// The languages, Russian first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        std::iter::once("ru")
    }

    /// The arguments that `key` uses in any language, but for `you`.
    #[must_use]
    pub fn arguments(&self, key: &str) -> &[String] {
        self.arguments.get(key).map_or(&[], Vec::as_slice)
    }
}

/// The implicit argument `$you` of every text: `"vy"` to an adult, `"ty"` to a pupil. Whoever renders adds it.
#[must_use]
pub fn you(adult: bool) -> Value {
    Value::from(if adult { "vy" } else { "ty" })
}

/// A value as a reader in `zone` sees it: moments and lists become texts, numbers stay numbers.
#[must_use]
pub fn plain(value: &Value, lang: &str, zone: Tz) -> Value {
    let _ = (lang, zone);
    value.clone()
}
