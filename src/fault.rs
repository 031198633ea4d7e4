//! What is wrong with content, and where.

use std::fmt;

mod kinds;
pub mod report;
mod words;

pub use kinds::{Kind, Phrase};
pub use words::Lang;
pub(crate) use words::{counted, word};

/// One fault in a flow, a locale or a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, relative to the content directory.
    pub file: String,
    /// Where in it, if anywhere in particular.
    pub place: Option<Place>,
    /// What is wrong.
    pub kind: Kind,
    /// What would mend it, where a program could do that.
    pub fix: Option<Fix>,
}

/// A change that mends a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Another name at the fault's place.
    Rename {
        /// What stands there.
        from: String,
        /// What was meant.
        to: String,
        /// No other name is as near: it may be changed without asking.
        sure: bool,
    },
    /// A text that is missing in every language.
    Text {
        /// The flow, or what else the file of words is called by.
        flow: String,
        /// The text.
        key: String,
    },
}

impl Fix {
    /// The same, to be shown and not to be made without asking.
    pub(crate) fn perhaps(self) -> Self {
        match self {
            Self::Rename { from, to, .. } => Self::Rename { from, to, sure: false },
            other => other,
        }
    }
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In characters; at least 1.
    pub length: usize,
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth a look.
    Warning,
    /// The content is refused.
    Error,
}

impl Fault {
    /// A fault at a place, if it has one.
    #[must_use]
    pub fn new(file: &str, place: impl Into<Option<Place>>, kind: Kind) -> Self {
        Self { file: file.to_owned(), place: place.into(), kind, fix: None }
    }

    /// The same fault with what would mend it.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Whether the content is refused for it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.kind.weight() == Weight::Error
    }
}

/// For a log: in English.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(place) = self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        let weight = if self.is_error() { "error" } else { "warning" };
        write!(f, ": {weight}: {}", self.what(Lang::En))?;
        self.help(Lang::En).map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

/// “Did you mean …”: the known name that is nearest to a mistyped one.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n String>) -> Option<Fix> {
    let mut near: Vec<_> = known.into_iter().map(|known| (distance(name, known), known)).collect();
    near.sort();
    near.dedup();
    let (best, to) = near.first().copied()?;
    let allowed = (name.chars().count() / 3).max(1);
    let sure = near.get(1).is_none_or(|(next, _)| *next > best);
    (best <= allowed).then(|| Fix::Rename { from: name.to_owned(), to: to.clone(), sure })
}

/// Levenshtein's distance.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut corner = i;
        let mut last = i + 1;
        for (r, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let changed = corner + usize::from(l != *r);
            corner = *cell;
            last = changed.min(corner + 1).min(last + 1);
            *cell = last;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_what_was_meant() {
        let known = ["check".to_owned(), "give_up".to_owned()];
        assert_eq!(distance("kitten", "sitting"), 3);
        let meant = |name: &str| match nearest(name, &known) {
            Some(Fix::Rename { to, sure, .. }) => Some((to, sure)),
            _ => None,
        };
        assert_eq!(meant("chek"), Some(("check".to_owned(), true)));
        assert_eq!(meant("giveup"), Some(("give_up".to_owned(), true)));
        assert_eq!(meant("thanks"), None);
        let alike = ["one_a".to_owned(), "one_b".to_owned()];
        assert!(matches!(nearest("one_c", &alike), Some(Fix::Rename { sure: false, .. })));
    }
}
