//! Who may do what, and where: the roles of `domain.md`, the tree that they reach over, and who gives which.
//!
//! A scope is never a list that somebody keeps: each query asks for what its reader may see (`territories_seen`, `schools_seen`,
//! `classes_seen` in the database), so a role that is taken away reaches nobody from that moment on. What is out of scope looks
//! as if it were not there.

use std::collections::BTreeSet;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    ids::{PersonId, SchoolId, TerritoryId},
    store::roles,
};

pub mod awaited;
pub mod invite;
pub mod manage;
pub mod offer;
pub mod proposals;

/// What somebody is in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Региональный оператор; also of a federal district, or of the country.
    Operator,
    /// Муниципальный координатор.
    Coordinator,
    /// Администратор школы.
    SchoolAdmin,
    /// Педагог-навигатор.
    Teacher,
    /// Организатор площадки.
    Host,
    /// Партнёр-работодатель.
    Partner,
    /// Наставник.
    Mentor,
    /// 1-я линия поддержки.
    Support,
    /// Родитель, законный представитель.
    Parent,
    /// Ученик.
    Pupil,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Operator,
        Self::Coordinator,
        Self::SchoolAdmin,
        Self::Teacher,
        Self::Host,
        Self::Partner,
        Self::Mentor,
        Self::Support,
        Self::Parent,
        Self::Pupil,
    ];

    /// The word in the database and in flows.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Coordinator => "coordinator",
            Self::SchoolAdmin => "school_admin",
            Self::Teacher => "teacher",
            Self::Host => "host",
            Self::Partner => "partner",
            Self::Mentor => "mentor",
            Self::Support => "support",
            Self::Parent => "parent",
            Self::Pupil => "pupil",
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Who invites to this role, within their own scope. Parents and pupils come in other ways: by a child's code, by a card.
    #[must_use]
    pub const fn given_by(self) -> &'static [Self] {
        match self {
            Self::Operator | Self::Coordinator | Self::Support => &[Self::Operator],
            Self::SchoolAdmin | Self::Host | Self::Partner | Self::Mentor => &[Self::Operator, Self::Coordinator],
            Self::Teacher => &[Self::Operator, Self::Coordinator, Self::SchoolAdmin],
            Self::Parent | Self::Pupil => &[],
        }
    }

    /// Whether the role may be held at such a place: `federation`, `district`, `region`, `municipality` or `school`.
    #[must_use]
    pub fn fits(self, kind: &str) -> bool {
        match self {
            Self::Operator => matches!(kind, "federation" | "district" | "region"),
            Self::Coordinator => kind == "municipality",
            Self::SchoolAdmin | Self::Teacher => kind == "school",
            Self::Support => matches!(kind, "federation" | "region"),
            Self::Host | Self::Partner | Self::Mentor => matches!(kind, "region" | "municipality"),
            Self::Parent | Self::Pupil => false,
        }
    }

    /// The roles that one who holds `held` over a place of this kind may give there, in the order of [`Self::ALL`].
    #[must_use]
    pub fn givable(held: &BTreeSet<Self>, kind: &str) -> Vec<Self> {
        let gives = |role: &Self| role.fits(kind) && role.given_by().iter().any(|giver| held.contains(giver));
        Self::ALL.into_iter().filter(gives).collect()
    }
}

/// Where a role is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// A node of the tree, and all below it.
    Territory(TerritoryId),
    /// One school.
    School(SchoolId),
}

impl Place {
    /// How a flow names it: `t` or `s`, and 32 hexadecimal digits.
    #[must_use]
    pub fn named(self) -> String {
        match self {
            Self::Territory(id) => format!("t{}", id.0.simple()),
            Self::School(id) => format!("s{}", id.0.simple()),
        }
    }

    /// Reads [`Self::named`].
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        let (kind, id) = name.split_at_checked(1)?;
        let id = Uuid::try_parse(id).ok()?;
        match kind {
            "t" => Some(Self::Territory(TerritoryId(id))),
            "s" => Some(Self::School(SchoolId(id))),
            _ => None,
        }
    }

    /// Its territory, if it is one.
    #[must_use]
    pub const fn territory(self) -> Option<TerritoryId> {
        if let Self::Territory(id) = self { Some(id) } else { None }
    }

    /// Its school, if it is one.
    #[must_use]
    pub const fn school(self) -> Option<SchoolId> {
        if let Self::School(id) = self { Some(id) } else { None }
    }
}

/// The roles by which somebody answers for a place: held there, or over what lies above it.
///
/// # Errors
/// When the database fails.
pub async fn over(db: &mut PgConnection, staff: PersonId, place: Place) -> sqlx::Result<BTreeSet<Role>> {
    let words = roles::over(db, staff, place.territory(), place.school()).await?;
    Ok(words.iter().filter_map(|word| Role::of(word)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [&str; 5] = ["federation", "district", "region", "municipality", "school"];

    fn held(roles: &[Role]) -> BTreeSet<Role> {
        roles.iter().copied().collect()
    }

    #[test]
    fn nobody_gives_what_is_not_theirs_to_give() {
        use Role::{Coordinator, Host, Mentor, Operator, Partner, SchoolAdmin, Support, Teacher};
        let cells = [
            (Operator, "federation", vec![Operator, Support]),
            (Operator, "district", vec![Operator]),
            (Operator, "region", vec![Operator, Host, Partner, Mentor, Support]),
            (Operator, "municipality", vec![Coordinator, Host, Partner, Mentor]),
            (Operator, "school", vec![SchoolAdmin, Teacher]),
            (Coordinator, "municipality", vec![Host, Partner, Mentor]),
            (Coordinator, "school", vec![SchoolAdmin, Teacher]),
            (SchoolAdmin, "school", vec![Teacher]),
        ];
        for giver in Role::ALL {
            for kind in KINDS {
                let expected = cells.iter().find(|(role, at, _)| (*role, *at) == (giver, kind));
                // A coordinator never holds a region; what an administrator holds is a school.
                let possible = expected.is_some() || !matches!(giver, Operator | Coordinator | SchoolAdmin);
                let given = Role::givable(&held(&[giver]), kind);
                if possible {
                    assert_eq!(
                        given,
                        expected.map(|(_, _, roles)| roles.clone()).unwrap_or_default(),
                        "{giver:?} {kind}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_word_is_one_role() {
        for role in Role::ALL {
            assert_eq!(Role::of(role.word()), Some(role));
        }
    }

    proptest! {
        #[test]
        fn a_place_is_read_as_it_is_named(id: u128, school: bool) {
            let id = Uuid::from_u128(id);
            let place = if school { Place::School(SchoolId(id)) } else { Place::Territory(TerritoryId(id)) };
            prop_assert_eq!(Place::read(&place.named()), Some(place));
        }

        #[test]
        fn nothing_else_is_a_place(name: String) {
            prop_assert!(Place::read(&name).is_none_or(|place| place.named().len() == 33));
        }
    }
}
