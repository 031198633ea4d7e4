//! «Мои ученики»: whoever teaches a class, or answers for a school or a territory, sees how its pupils stand, and hands out cards
//! to sign in with. Numbers stand in the chat, names on a page of ours; ОВЗ in neither.
//!
//! Names lie sealed, so they are opened, filtered and sorted here, within one school at most.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    acting::Error,
    ids::{ClassId, GroupId, PersonId, SchoolId},
    message::Value,
    seal::Vault,
    store::pupils::{self as rows, Class, Of},
};

pub mod cards;
pub mod chat;
pub mod facts;
pub mod filter;
pub mod groups;
pub mod hand;
pub mod list;
pub mod remind;
pub mod tasks;

/// The page, in links.
pub const PAGE: &str = "class";

/// Whose pupils: those of a class, of all classes of a school that somebody sees, or of a group across these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One class.
    Class(ClassId),
    /// A school's.
    School(SchoolId),
    /// A group's.
    Group(GroupId),
}

impl Place {
    /// How a flow names it: `c`, `s` or `g`, and 32 hexadecimal digits.
    #[must_use]
    pub fn named(self) -> String {
        match self {
            Self::Class(id) => format!("c{}", id.0.simple()),
            Self::School(id) => format!("s{}", id.0.simple()),
            Self::Group(id) => format!("g{}", id.0.simple()),
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
            "g" => Some(Self::Group(GroupId(id))),
            _ => None,
        }
    }

    /// The class or the school, for queries; a group is neither.
    #[must_use]
    pub const fn ids(self) -> (Option<ClassId>, Option<SchoolId>) {
        let of = self.of();
        (of.class, of.school)
    }

    /// Whose pupils, for queries.
    #[must_use]
    pub const fn of(self) -> Of {
        match self {
            Self::Class(id) => Of { class: Some(id), school: None, group: None },
            Self::School(id) => Of { class: None, school: Some(id), group: None },
            Self::Group(id) => Of { class: None, school: None, group: Some(id) },
        }
    }

    /// What it is called; `None`: it is out of scope, or not there.
    async fn name(self, db: &mut PgConnection, vault: &Vault, reader: PersonId) -> Result<Option<String>, Error> {
        let Some(class) = rows::seen(db, reader, self.of()).await? else { return Ok(None) };
        let Self::Group(id) = self else { return Ok(Some(self.called(&class))) };
        let group = groups::one(db, vault, reader, id).await?;
        Ok(group.map(|group| format!("{}, {}", group.name, class.school_name)))
    }

    /// A school that it lies in, as far as somebody sees it.
    pub async fn school(self, db: &mut PgConnection, reader: PersonId) -> sqlx::Result<Option<SchoolId>> {
        Ok(rows::seen(db, reader, self.of()).await?.map(|class| class.school))
    }

    fn called(self, class: &Class) -> String {
        match self {
            Self::Class(_) => format!("{}, {}", class_name(class), class.school_name),
            Self::School(_) | Self::Group(_) => class.school_name.clone(),
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
    /// Which of its pupils.
    #[serde(default)]
    pub filter: filter::Filter,
}

/// What of a class a page shows first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Who is in it.
    List,
    /// The cards to be printed.
    Cards,
    /// A class to be made; the place is the school, or empty.
    Make,
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

fn number(count: usize) -> Value {
    Value::from(i64::try_from(count).unwrap_or(i64::MAX))
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
        fn a_place_is_read_as_it_is_named(id: u128) {
            let id = Uuid::from_u128(id);
            for place in [Place::School(SchoolId(id)), Place::Class(ClassId(id)), Place::Group(GroupId(id))] {
                prop_assert_eq!(Place::read(&place.named()), Some(place));
            }
        }

        #[test]
        fn nothing_else_is_a_place(name: String) {
            prop_assert!(Place::read(&name).is_none_or(|place| place.named().len() == 33));
        }
    }
}
