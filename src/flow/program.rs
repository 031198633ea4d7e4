//! Everything a step looks things up in: the current flows, older versions that conversations are pinned to, the words.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    load::{self, Loaded},
    model::{Command, Does, Flow, Global, Pictured, Step},
    spelled::{self, Spelled, Spellings},
};
use crate::{
    calendar::Seasons,
    fault::{Fault, Place},
    locale::{Locales, Tone},
    message::{Args, PictureFile},
};

/// Pictures by their names.
pub type Pictures = BTreeMap<String, Arc<PictureFile>>;

/// The current flows, every version that was taught, the locales and the seasons. Shared between threads behind an `Arc`.
#[derive(Clone, Debug)]
pub struct Program {
    current: BTreeMap<String, String>,
    versions: HashMap<String, Arc<Flow>>,
    global: Arc<Global>,
    /// Folded words and labels → command.
    words: Arc<HashMap<String, String>>,
    locales: Arc<Locales>,
    spellings: Arc<Spellings>,
    seasons: Arc<Seasons>,
    pictures: Arc<Pictures>,
}

/// One version of one flow's logic, as it is stored for conversations pinned to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Of the normalised logic, subflows included; comments and texts do not count.
    pub hash: String,
    /// The flow's name.
    pub flow: String,
    /// The normalised logic (JSON), subflows included: what [`Program::learn`] takes.
    pub source: String,
}

impl Program {
    /// Puts together what was loaded; `None` without `_global.yaml`.
    pub(crate) fn new(loaded: Loaded, locales: Locales) -> Option<Self> {
        let global = loaded.global?;
        let current = loaded.flows.iter().map(|flow| (flow.name.clone(), flow.hash.clone())).collect();
        let versions = loaded.flows.into_iter().map(|flow| (flow.hash.clone(), flow)).collect();
        let words = Arc::new(words(&global, &locales));
        Some(Self {
            current,
            versions,
            global: Arc::new(global),
            words,
            spellings: Arc::new(Spellings::new(&locales)),
            locales: Arc::new(locales),
            seasons: Arc::default(),
            pictures: Arc::default(),
        })
    }

    /// The versions in use now: to be stored before any conversation begins with them.
    pub fn versions(&self) -> impl Iterator<Item = Version> {
        self.flows().filter(|flow| !flow.draft).map(|flow| Version {
            hash: flow.hash.clone(),
            flow: flow.name.clone(),
            source: flow.source.clone(),
        })
    }

    /// Whether a conversation pinned to this hash can go on.
    #[must_use]
    pub fn knows(&self, hash: &str) -> bool {
        self.versions.contains_key(hash)
    }

    /// Teaches a stored version.
    ///
    /// # Errors
    /// The source is not understood any more, or has another hash: conversations pinned to it start afresh.
    pub fn learn(&mut self, hash: &str, source: &str) -> Result<(), Vec<Fault>> {
        for flow in load::learn(hash, source)? {
            self.versions.entry(flow.hash.clone()).or_insert_with(|| Arc::new(flow));
        }
        Ok(())
    }

    /// The same with these seasons.
    #[must_use]
    pub fn with_seasons(self, seasons: Seasons) -> Self {
        Self { seasons: Arc::new(seasons), ..self }
    }

    /// The same with these pictures.
    #[must_use]
    pub fn with_pictures(self, pictures: Pictures) -> Self {
        Self { pictures: Arc::new(pictures), ..self }
    }

    /// A picture, by its name.
    #[must_use]
    pub fn picture(&self, name: &str) -> Option<&Arc<PictureFile>> {
        self.pictures.get(name)
    }

    /// Where steps name pictures: file, picture, place.
    pub fn pictured(&self) -> impl Iterator<Item = (&str, &str, Place)> {
        self.flows().flat_map(|flow| {
            let all = flow.steps.iter().flat_map(pictures);
            all.map(|picture| (flow.file.as_str(), picture.name.as_str(), picture.place))
        })
    }

    /// The seasons.
    #[must_use]
    pub fn seasons(&self) -> &Seasons {
        &self.seasons
    }

    /// Whether a button outside of a conversation may begin this flow, with one argument or without any; `None`: there is no
    /// such flow.
    #[must_use]
    pub fn begins(&self, flow: &str, with_argument: bool) -> Option<bool> {
        let begins = |flow: &Flow| flow.way_in().is_some_and(|entry| entry.arg.is_some() == with_argument);
        self.current(flow).map(begins)
    }

    /// Whether this flow is still being written.
    #[must_use]
    pub fn is_draft(&self, flow: &str) -> bool {
        self.current(flow).is_some_and(|flow| flow.draft)
    }

    /// All words.
    #[must_use]
    pub fn locales(&self) -> &Locales {
        &self.locales
    }
}

impl Program {
    /// Any version, by its hash.
    pub(crate) fn flow(&self, hash: &str) -> Option<&Flow> {
        self.versions.get(hash).map(Arc::as_ref)
    }

    /// The same, to be shared.
    pub(crate) fn version(&self, hash: &str) -> Option<&Arc<Flow>> {
        self.versions.get(hash)
    }

    /// The version that begins now.
    pub(crate) fn current(&self, name: &str) -> Option<&Flow> {
        self.flow(self.current.get(name)?)
    }

    /// The flows as they are now.
    pub(crate) fn flows(&self) -> impl Iterator<Item = &Flow> {
        self.current.values().filter_map(|hash| self.flow(hash))
    }

    /// The home flow.
    pub(crate) fn start(&self) -> &str {
        &self.global.start
    }

    pub(crate) fn global(&self) -> &Global {
        &self.global
    }

    pub(crate) fn command(&self, name: &str) -> Option<&Command> {
        self.global.commands.get(name)
    }

    /// The command that a folded word stands for.
    pub(crate) fn command_by_word(&self, folded: &str) -> Option<&str> {
        self.words.get(folded).map(String::as_str)
    }

    /// A label or synonyms as they are compared with what people type; `None` where arguments decide how it reads.
    pub(crate) fn spelled(&self, lang: &str, tone: Tone, key: &str) -> Option<&Spelled> {
        self.spellings.of(&self.locales, lang, tone, key)
    }

    /// The commands that are offered when an answer fails again and again.
    pub(crate) fn ways_out(&self) -> impl Iterator<Item = &str> {
        self.global.stuck.iter().map(String::as_str)
    }
}

fn pictures(step: &Step) -> Vec<&Pictured> {
    match &step.does {
        Does::Say { picture, .. } => picture.iter().collect(),
        Does::Ask(ask) => ask.picture.iter().collect(),
        Does::Form(form) => form.questions.iter().filter_map(|one| one.ask.picture.as_ref()).collect(),
        _ => Vec::new(),
    }
}

/// `global-help.words = помощь | помоги` and `global-help.label`, in every language.
fn words(global: &Global, locales: &Locales) -> HashMap<String, String> {
    let mut words = HashMap::new();
    for name in global.commands.keys() {
        for lang in locales.languages() {
            for attribute in ["words", "label"] {
                let text = locales.text(lang, &format!("global-{name}.{attribute}"), &Args::new()).unwrap_or_default();
                words.extend(spelled::parts(&text).into_iter().map(|word| (word, name.clone())));
            }
        }
    }
    words
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A program that knows no flow.
    pub(crate) fn empty() -> Program {
        let loaded = Loaded { global: Some(Global::default()), ..Loaded::default() };
        Program::new(loaded, Locales::default()).unwrap()
    }
}
