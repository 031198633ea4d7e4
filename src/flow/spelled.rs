//! Labels and their synonyms as they are compared with what people type: folded once for all readers of a kind, not at each turn.

use std::{collections::HashMap, sync::OnceLock};

use super::step::fold;
use crate::{
    locale::{Locales, Tone},
    message::{Args, Words},
};

/// A text without arguments, folded.
#[derive(Debug)]
pub(crate) struct Spelled {
    /// As a label.
    pub whole: String,
    /// As synonyms: `помощь | помоги`.
    pub parts: Vec<String>,
}

/// Each language with each tone; made when the first reader of the kind speaks.
#[derive(Debug)]
pub(crate) struct Spellings(Vec<OnceLock<HashMap<String, Spelled>>>);

/// As many tones as there are.
const TONES: usize = 4;

impl Spellings {
    pub(crate) fn new(locales: &Locales) -> Self {
        Self((0..locales.languages().count() * TONES).map(|_| OnceLock::new()).collect())
    }

    /// How a label or a list of synonyms reads; `None` where it is told something, or is neither.
    pub(crate) fn of(&self, locales: &Locales, lang: &str, tone: Tone, key: &str) -> Option<&Spelled> {
        // Whoever reads an unknown language reads the first.
        let lang = locales.languages().position(|name| name == lang).unwrap_or_default();
        let slot = self.0.get(lang * TONES + usize::from(tone.adult) * 2 + usize::from(tone.plain))?;
        slot.get_or_init(|| all(locales, locales.languages().nth(lang).unwrap_or_default(), tone)).get(key)
    }
}

fn all(locales: &Locales, lang: &str, tone: Tone) -> HashMap<String, Spelled> {
    let keys = locales.keys().filter(|key| compared(key) && locales.arguments(key).is_empty());
    let spelled = |key: &str| {
        let whole = locales.words(lang, &Words::plain(key), tone, &|value| value.clone()).unwrap_or_default();
        let words = locales.text(lang, key, &Args::new()).unwrap_or_default();
        (key.to_owned(), Spelled { whole: fold(&whole), parts: parts(&words) })
    };
    keys.map(spelled).collect()
}

/// Whether a text is ever compared with what is typed.
fn compared(key: &str) -> bool {
    let attribute = key.split_once('.').map_or("", |(_, attribute)| attribute);
    attribute.starts_with("o-")
        || attribute.starts_with("b-")
        || ["words", "skip"].contains(&attribute)
        || key.starts_with("form-")
}

/// Synonyms one by one.
pub(crate) fn parts(words: &str) -> Vec<String> {
    words.split('|').map(fold).filter(|word| !word.is_empty()).collect()
}
