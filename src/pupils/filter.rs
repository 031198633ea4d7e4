//! Which pupils of a list are to be seen: what they lack, one thing or several at once.

use serde::{Deserialize, Serialize};

use super::facts::Facts;

/// Something that a pupil may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Has not signed in.
    SignIn,
    /// Has no verified phone.
    Phone,
    /// Has no consent of this season.
    Consent,
    /// Has no linked parent.
    Parent,
}

impl Lack {
    /// In the order in which they are offered.
    pub const EACH: [Self; 4] = [Self::SignIn, Self::Phone, Self::Consent, Self::Parent];

    /// The word in forms and keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "absent",
            Self::Phone => "unverified",
            Self::Consent => "consentless",
            Self::Parent => "orphans",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Whether a pupil lacks it.
    #[must_use]
    pub fn of(self, pupil: &Facts) -> bool {
        match self {
            Self::SignIn => !pupil.row.signed_in,
            Self::Phone => pupil.row.relation.is_none(),
            Self::Consent => !pupil.consents(),
            Self::Parent => !pupil.row.parent,
        }
    }
}

/// What all pupils that are to be seen lack; nothing: all pupils are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Filter(u8);

/// No filter is called so.
#[derive(Debug, thiserror::Error)]
#[error("no such filter")]
pub struct NoFilter;

impl Filter {
    /// All pupils.
    pub const ALL: Self = Self(0);

    /// Who lacks one thing.
    #[must_use]
    pub const fn one(lack: Lack) -> Self {
        Self(lack.bit())
    }

    /// Who lacks each of these.
    pub fn each(lacks: impl IntoIterator<Item = Lack>) -> Self {
        Self(lacks.into_iter().fold(0, |bits, lack| bits | lack.bit()))
    }

    /// Whether this is among what they lack.
    #[must_use]
    pub const fn has(self, lack: Lack) -> bool {
        self.0 & lack.bit() != 0
    }

    /// What they lack.
    pub fn lacks(self) -> impl Iterator<Item = Lack> {
        Lack::EACH.into_iter().filter(move |lack| self.has(*lack))
    }

    /// The word in forms, flows and the journal: `all`, `absent`, `absent-consentless` …
    #[must_use]
    pub fn word(self) -> String {
        if self == Self::ALL { "all".to_owned() } else { self.lacks().map(Lack::word).collect::<Vec<_>>().join("-") }
    }

    /// Reads [`Self::word`].
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        if word == "all" {
            return Some(Self::ALL);
        }
        let one = |word: &str| Lack::EACH.into_iter().find(|lack| lack.word() == word);
        word.split('-').map(one).collect::<Option<Vec<_>>>().map(Self::each)
    }

    pub(super) fn passes(self, pupil: &Facts) -> bool {
        self.lacks().all(|lack| lack.of(pupil))
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.word()
    }
}

impl TryFrom<String> for Filter {
    type Error = NoFilter;

    fn try_from(word: String) -> Result<Self, NoFilter> {
        Self::read(&word).ok_or(NoFilter)
    }
}

/// How many pupils there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// Not signed in.
    pub absent: usize,
    /// Without a verified phone.
    pub unverified: usize,
    /// Without this season's consent.
    pub consentless: usize,
    /// Without a linked parent.
    pub orphans: usize,
    /// With a card that signs in.
    pub cards: usize,
}

impl Counts {
    /// Counts pupils.
    #[must_use]
    pub fn of(pupils: &[Facts]) -> Self {
        let lacking = |lack: Lack| pupils.iter().filter(|pupil| lack.of(pupil)).count();
        Self {
            all: pupils.len(),
            absent: lacking(Lack::SignIn),
            unverified: lacking(Lack::Phone),
            consentless: lacking(Lack::Consent),
            orphans: lacking(Lack::Parent),
            cards: pupils.iter().filter(|pupil| pupil.row.card).count(),
        }
    }

    /// How many lack something.
    #[must_use]
    pub const fn lacking(&self, lack: Lack) -> usize {
        match lack {
            Lack::SignIn => self.absent,
            Lack::Phone => self.unverified,
            Lack::Consent => self.consentless,
            Lack::Parent => self.orphans,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_filter_is_read_as_it_is_written(bits in 0_u8..16) {
            let filter = Filter(bits);
            prop_assert_eq!(Filter::read(&filter.word()), Some(filter));
            prop_assert_eq!(Filter::each(filter.lacks()), filter);
        }

        #[test]
        fn nothing_else_is_a_filter(word: String) {
            prop_assert!(Filter::read(&word).is_none_or(|filter| word.split('-').count() >= filter.lacks().count()));
        }
    }

    #[test]
    fn what_a_flow_says_is_understood() {
        assert_eq!(Filter::read("all"), Some(Filter::ALL));
        assert_eq!(Filter::read("absent-consentless"), Some(Filter::each([Lack::SignIn, Lack::Consent])));
        assert_eq!(Filter::read(""), None);
        assert_eq!(Filter::read("absent-"), None);
    }
}
