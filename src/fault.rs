//! What is wrong with content, and where.

use std::fmt;

/// One fault in a flow, a locale or a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, relative to the content directory.
    pub file: String,
    /// Where in it, if anywhere in particular.
    pub place: Option<Place>,
    /// Whether the content can't be used.
    pub weight: Weight,
    /// What is wrong.
    pub what: String,
    /// What would mend it.
    pub help: Option<String>,
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
    /// An error at a place.
    #[must_use]
    pub fn error(file: &str, place: Option<Place>, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place, weight: Weight::Error, what: what.into(), help: None }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(file: &str, place: Option<Place>, what: impl Into<String>) -> Self {
        Self { weight: Weight::Warning, ..Self::error(file, place, what) }
    }

    /// The same fault with a cure.
    #[must_use]
    pub fn help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// Whether the content is refused for it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.weight == Weight::Error
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(place) = self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        let weight = if self.is_error() { "error" } else { "warning" };
        write!(f, ": {weight}: {}", self.what)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

/// “Did you mean …”: the known name that is nearest to a mistyped one.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n String>) -> Option<String> {
    let near = known.into_iter().map(|known| (distance(name, known), known)).min()?;
    let allowed = (name.chars().count() / 3).max(1);
    (near.0 <= allowed).then(|| format!("did you mean `{}`?", near.1))
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
        assert_eq!(nearest("chek", &known), Some("did you mean `check`?".to_owned()));
        assert_eq!(nearest("giveup", &known), Some("did you mean `give_up`?".to_owned()));
        assert_eq!(nearest("thanks", &known), None);
    }
}
