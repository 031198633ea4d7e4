//! The texts of consents: a file for each purpose, audience and language, kept in the database as they were read.
//!
//! Another body is another version: a release that changes one leaves everything that was given under the older one as it is.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Audience, Purpose};
use crate::store::consents as store;

/// The languages that texts are written in; the first stands in for any other.
pub const LANGUAGES: [&str; 2] = ["ru", "en"];

/// A text as this program has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it asks for.
    pub purpose: Purpose,
    /// Whom it addresses.
    pub audience: Audience,
    /// Its language.
    pub locale: &'static str,
    /// The title in the first line behind `# `, then paragraphs with a blank line between them.
    pub body: &'static str,
}

macro_rules! text {
    ($audience:ident, $purpose:ident, $locale:literal, $file:literal) => {
        Text {
            purpose: Purpose::$purpose,
            audience: Audience::$audience,
            locale: $locale,
            body: include_str!(concat!("../../consents/", $file, ".", $locale, ".md")),
        }
    };
}

macro_rules! texts {
    ($(($audience:ident, $purpose:ident, $file:literal)),* $(,)?) => {
        /// All of them.
        pub const ALL: &[Text] = &[$(text!($audience, $purpose, "ru", $file), text!($audience, $purpose, "en", $file)),*];
    };
}

texts![
    (Pupil, Processing, "pupil-processing"),
    (Pupil, Messages, "pupil-messages"),
    (Pupil, Photo, "pupil-photo"),
    (Pupil, Passing, "pupil-passing"),
    (Parent, Processing, "parent-processing"),
    (Parent, Messages, "parent-messages"),
    (Parent, Photo, "parent-photo"),
    (Parent, Passing, "parent-passing"),
    (Adult, Processing, "adult-processing"),
    (Adult, Messages, "adult-messages"),
    (Adult, Photo, "adult-photo"),
    (Adult, Passing, "adult-passing"),
];

/// The text that somebody is asked by now, in their language or in the first.
#[must_use]
pub fn current(purpose: Purpose, audience: Audience, locale: &str) -> &'static Text {
    let of = |locale: &str| {
        ALL.iter().find(|text| (text.purpose, text.audience, text.locale) == (purpose, audience, locale))
    };
    // Every purpose and audience has each language: a test holds it.
    of(locale).or_else(|| of(LANGUAGES[0])).unwrap_or(&ALL[0])
}

/// The language of texts that comes next to what somebody reads.
#[must_use]
pub fn language(reads: Option<&str>) -> &'static str {
    let known = |reads: &str| LANGUAGES.into_iter().find(|known| reads.starts_with(known));
    reads.and_then(known).unwrap_or(LANGUAGES[0])
}

impl Text {
    /// What tells one body from another: of the body's bytes.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.body).into()
    }

    /// The sha256, as it travels in forms and flows.
    #[must_use]
    pub fn mark(&self) -> String {
        hex::encode(&self.sha256()[..8])
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.body.lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    /// The paragraphs below the title.
    pub fn paragraphs(&self) -> impl Iterator<Item = &'static str> {
        self.body.split("\n\n").skip(1).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The row's id: the same text is the same row, whoever puts it in.
    fn id(&self, version: i32) -> Uuid {
        let parts = [self.purpose.word(), self.audience.word(), self.locale, &version.to_string(), self.body];
        let hash = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update([0])).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

/// Keeps a text as it is now, unless it is there, and gives its row.
///
/// # Errors
/// When the database fails.
pub async fn keep(db: &mut PgConnection, text: &Text, now: DateTime<Utc>) -> sqlx::Result<Uuid> {
    let row = store::Text {
        purpose: text.purpose.word(),
        audience: text.audience.word(),
        locale: text.locale,
        body: text.body,
        sha256: text.sha256(),
    };
    store::keep_text(db, &row, |version| text.id(version), now).await
}

/// Keeps all texts of this program: whatever is asked is in the database before anybody answers.
///
/// # Errors
/// When the database fails.
pub async fn keep_all(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<()> {
    for text in ALL {
        keep(&mut *db, text, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_purpose_has_a_text_for_everybody_in_every_language() {
        for purpose in Purpose::ALL {
            for audience in Audience::ALL {
                for locale in LANGUAGES {
                    let text = current(purpose, audience, locale);
                    assert_eq!((text.purpose, text.audience, text.locale), (purpose, audience, locale));
                    assert!(text.body.starts_with("# ") && text.paragraphs().count() >= 3, "{text:?}");
                    // It is read in a chat too: with its question a message has room for it in every messenger.
                    assert!(text.body.chars().count() <= 3_000, "{}-{}.{locale}", audience.word(), purpose.word());
                }
            }
        }
        assert_eq!(current(Purpose::Photo, Audience::Pupil, "de").locale, "ru");
        assert_eq!([Some("en-GB"), Some("ru"), Some("tt"), None].map(language), ["en", "ru", "ru", "ru"]);
    }

    #[test]
    fn no_two_texts_are_one() {
        let bodies: BTreeSet<_> = ALL.iter().map(Text::sha256).collect();
        let rows: BTreeSet<_> = ALL.iter().map(|text| text.id(1)).collect();
        assert_eq!((bodies.len(), rows.len()), (ALL.len(), ALL.len()));
        assert_ne!(ALL[0].id(1), ALL[0].id(2));
    }
}
