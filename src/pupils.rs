//! «Мои ученики»: whoever teaches a class, or answers for a school or a territory, sees how its pupils stand, and hands out cards
//! to sign in with. Numbers stand in the chat, names on a page of ours; ОВЗ in neither.
//!
//! Names lie sealed, so they are opened, filtered and sorted here, within one school at most.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    ids::{ClassId, PersonId, SchoolId},
    store::pupils::{self as rows, Class},
};

pub mod cards;
pub mod chat;
pub mod list;

/// The page, in links.
pub const PAGE: &str = "class";

/// Whose pupils: those of a class, or of all classes of a school that somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One class.
    Class(ClassId),
    /// A school's.
    School(SchoolId),
}

impl Place {
    /// How a flow names it: `c` or `s`, and 32 hexadecimal digits.
    #[must_use]
    pub fn named(self) -> String {
        match self {
            Self::Class(id) => format!("c{}", id.0.simple()),
            Self::School(id) => format!("s{}", id.0.simple()),
        }
    }

    /// Reads [`Self::named`].
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        let (kind, id) = name.split_at_checked(1)?;
        let id = Uuid::try_parse(id).ok()?;
        match kind {
            "c" => Some(Self::Class(ClassId(id))),
            "s" => Some(Self::School(SchoolId(id))),
            _ => None,
        }
    }

    /// The class or the school, for queries.
    #[must_use]
    pub const fn ids(self) -> (Option<ClassId>, Option<SchoolId>) {
        match self {
            Self::Class(id) => (Some(id), None),
            Self::School(id) => (None, Some(id)),
        }
    }

    /// What it is called; `None`: it is out of scope, or not there.
    async fn name(self, db: &mut PgConnection, reader: PersonId) -> sqlx::Result<Option<String>> {
        Ok(rows::seen(db, reader, self.ids()).await?.map(|class| self.called(&class)))
    }

    fn called(self, class: &Class) -> String {
        match self {
            Self::Class(_) => format!("{}, {}", class_name(class), class.school_name),
            Self::School(_) => class.school_name.clone(),
        }
    }
}

/// What a page is opened with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// [`Place::named`].
    pub place: String,
    /// What is shown first.
    pub view: View,
}

/// What of a class a page shows first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Who is in it.
    List,
    /// The cards to be printed.
    Cards,
    /// The papers that pupils owe.
    Papers,
}

impl About {
    /// The place, if it is one.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        Place::read(&self.place)
    }
}

/// «7Б»
fn class_name(class: &Class) -> String {
    format!("{}{}", class.grade, class.letter)
}

/// A moment and who looks: what every look at pupils goes by.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Who.
    pub reader: PersonId,
    /// Civil.
    pub now: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_read_as_it_is_named(id: u128, school: bool) {
            let id = Uuid::from_u128(id);
            let place = if school { Place::School(SchoolId(id)) } else { Place::Class(ClassId(id)) };
            prop_assert_eq!(Place::read(&place.named()), Some(place));
        }

        #[test]
        fn nothing_else_is_a_place(name: String) {
            prop_assert!(Place::read(&name).is_none_or(|place| place.named().len() == 33));
        }
    }
}
