//! Words on a page: by key, in the reader's language and zone.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{
    flow::Program,
    locale::{FALLBACK, plain},
    message::{Args, Value},
};

/// Who is spoken to.
pub(super) struct Say<'p> {
    program: &'p Program,
    lang: String,
    zone: Tz,
}

impl<'p> Say<'p> {
    /// Somebody of whom nothing is known.
    pub fn nobody(program: &'p Program) -> Self {
        Self::to(program, FALLBACK.to_owned(), crate::territory::DEFAULT_ZONE)
    }

    /// Somebody who reads this language in this zone.
    pub fn to(program: &'p Program, lang: String, zone: Tz) -> Self {
        Self { program, lang, zone }
    }

    /// The language, for the page's head.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// A text without arguments.
    pub fn text(&self, key: &str) -> String {
        self.filled(key, Args::new())
    }

    /// What a role is called.
    pub fn role(&self, role: &str) -> String {
        self.filled("staff-role", [("role".to_owned(), Value::from(role))].into())
    }

    /// A text with a moment, `$at`.
    pub fn day(&self, key: &str, at: &DateTime<Utc>) -> String {
        self.filled(key, [("at".to_owned(), plain(&Value::Moment(*at), &self.lang, self.zone))].into())
    }

    /// A text with a day, `$day`.
    pub fn date(&self, key: &str, day: &NaiveDate) -> String {
        self.filled(key, [("day".to_owned(), plain(&Value::Day(*day), &self.lang, self.zone))].into())
    }

    /// A moment by itself.
    pub fn moment(&self, at: &DateTime<Utc>) -> String {
        if let Value::Text(text) = plain(&Value::Moment(*at), &self.lang, self.zone) { text } else { String::new() }
    }

    /// A question of a flow as it reads today; one that is gone by its name.
    pub fn question(&self, key: &str) -> String {
        let text = self.program.locales().text(&self.lang, key, &Args::new());
        text.unwrap_or_else(|| key.to_owned()).replace(['*', '_'], "")
    }

    /// A text about somebody, `$name`.
    pub fn about(&self, key: &str, name: &str) -> String {
        self.filled(key, [("name".to_owned(), Value::from(name))].into())
    }

    /// A text with several words in it.
    pub fn words(&self, key: &str, args: &[(&str, &str)]) -> String {
        self.filled(key, args.iter().map(|(name, word)| ((*name).to_owned(), Value::from(*word))).collect())
    }

    /// A text with a number, `$n`.
    pub fn counted(&self, key: &str, n: &usize) -> String {
        self.filled(key, [("n".to_owned(), Value::Number(i64::try_from(*n).unwrap_or(i64::MAX)))].into())
    }

    fn filled(&self, key: &str, args: Args) -> String {
        let text = self.program.locales().text(&self.lang, key, &args);
        text.unwrap_or_else(|| {
            tracing::error!(key, "a page has no such text");
            String::new()
        })
    }
}
