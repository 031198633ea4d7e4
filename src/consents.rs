//! Consents: given, refused and withdrawn for a season, purpose by purpose, by whoever may.
//!
//! From 14 on a pupil decides in person; for the younger, and for pupils with ОВЗ, a parent does, on paper or on a page of
//! ours. The newest act counts ([`state`]); what was read is kept as it was read ([`texts`]).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    acting::Error,
    ids::{AccountId, Dice, PersonId},
    journal::{self, Act as Journalled, Entry},
    people::{Profile, needs::Need},
    seal::Vault,
    store::{self as rooms, consents as store},
};

pub mod dialogue;
pub mod state;
pub mod texts;

pub use dialogue::Whose;
pub use state::{Facts, State};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$about])* $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// The word in the database, in flows and in keys of texts.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one of this word.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// What a consent is for: each its own document and its own record.
    Purpose {
        /// To take part at all: the profile, classes, stages.
        Processing = "processing",
        /// Reminders and what the programme's people write.
        Messages = "messages",
        /// Photo and video of events, and publishing them. Refusing it closes nothing.
        Photo = "photo",
        /// Passing data on to venues and partners for whose events somebody signs up.
        Passing = "passing",
    }
}

words! {
    /// Whom a text addresses.
    Audience {
        /// A pupil of 14 and older, for him- or herself.
        Pupil = "pupil",
        /// A parent, for the child.
        Parent = "parent",
        /// Staff, for themselves.
        Adult = "adult",
    }
}

words! {
    /// What was done about it.
    Act {
        /// Given.
        Given = "given",
        /// Asked, and not given.
        Refused = "refused",
        /// Given before, and taken back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// By whom and how.
    Method {
        /// The pupil, in the chat or on a page.
        Pupil = "pupil",
        /// A linked parent, on a page.
        Parent = "parent",
        /// A paper that a parent signed and a teacher uploaded.
        Paper = "paper",
        /// Staff, for themselves.
        Adult = "adult",
    }
}

/// Who decides about whose data.
#[derive(Clone, Copy, Debug)]
pub struct Giver {
    /// Whose data it is about.
    pub person: PersonId,
    /// Who decides.
    pub giver: PersonId,
    /// From which account; none from a page that was opened without one.
    pub account: Option<AccountId>,
    /// As what.
    pub audience: Audience,
}

impl Giver {
    /// Somebody for him- or herself.
    #[must_use]
    pub fn own(person: PersonId, account: Option<AccountId>, audience: Audience) -> Self {
        Self { person, giver: person, account, audience }
    }

    const fn method(&self) -> Method {
        match self.audience {
            Audience::Pupil => Method::Pupil,
            Audience::Parent => Method::Parent,
            Audience::Adult => Method::Adult,
        }
    }
}

/// Writes down what somebody did about a purpose, having read this text. Whoever calls has judged that they decide.
///
/// # Errors
/// When the database fails.
pub async fn record(
    db: &mut PgConnection,
    dice: &Dice,
    by: &Giver,
    (season, purpose, act): (&str, Purpose, Act),
    locale: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let text = texts::keep(&mut *db, texts::current(purpose, by.audience, locale), now).await?;
    let act = store::Act {
        id: dice.uuid(now),
        person: by.person,
        season,
        purpose: purpose.word(),
        act: act.word(),
        method: by.method().word(),
        giver: Some(by.giver),
        account: by.account,
        text: Some(text),
        document: None,
        checked_by: None,
    };
    store::append(db, &act, now).await
}

/// A paper that staff looked at.
#[derive(Clone, Copy, Debug)]
pub struct Paper<'p> {
    /// Whose data it is about.
    pub pupil: PersonId,
    /// `2026-2027`
    pub season: &'p str,
    /// The scan's row.
    pub document: Uuid,
    /// Who looked at it, and answers for that it is what it says.
    pub checked_by: PersonId,
}

/// A paper was taken: a parent has given these purposes by hand, and refused the others that the paper asks for.
/// `Processing` must be among them: without it there is no paper to take.
///
/// # Errors
/// When the database fails.
pub async fn paper_given(
    db: &mut PgConnection,
    (vault, dice): (&Vault, &Dice),
    paper: Paper<'_>,
    given: &[Purpose],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for purpose in Purpose::ALL {
        let act = if given.contains(&purpose) { Act::Given } else { Act::Refused };
        on_paper(&mut *db, dice, paper, (purpose, act), now).await?;
    }
    let detail = [("season", paper.season.to_owned()), ("document", paper.document.to_string())];
    let entry = Entry::of(Some(paper.checked_by), Journalled::ConsentOnPaper, Some(paper.pupil.0), detail);
    Ok(journal::write(db, vault, now, &entry).await?)
}

/// A paper that was taken turns out to be none, or its parent takes it back by hand: what rested on it is withdrawn. What
/// somebody confirmed since stays.
///
/// # Errors
/// When the database fails.
pub async fn paper_withdrawn(
    db: &mut PgConnection,
    (vault, dice): (&Vault, &Dice),
    paper: Paper<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    store::lock(&mut *db, paper.pupil).await?;
    let on_this = store::now_of(&mut *db, paper.pupil, paper.season).await?.into_iter();
    let on_this = on_this.filter(|now| now.document == Some(paper.document) && now.act == Act::Given.word());
    for purpose in on_this.filter_map(|now| Purpose::of(&now.purpose)).collect::<Vec<_>>() {
        on_paper(&mut *db, dice, paper, (purpose, Act::Withdrawn), now).await?;
    }
    let detail = [("season", paper.season.to_owned()), ("document", paper.document.to_string())];
    let entry = Entry::of(Some(paper.checked_by), Journalled::PaperWithdrawn, Some(paper.pupil.0), detail);
    Ok(journal::write(db, vault, now, &entry).await?)
}

async fn on_paper(
    db: &mut PgConnection,
    dice: &Dice,
    paper: Paper<'_>,
    (purpose, act): (Purpose, Act),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let text = texts::keep(&mut *db, texts::current(purpose, Audience::Parent, texts::LANGUAGES[0]), now).await?;
    let act = store::Act {
        id: dice.uuid(now),
        person: paper.pupil,
        season: paper.season,
        purpose: purpose.word(),
        act: act.word(),
        method: Method::Paper.word(),
        giver: None,
        account: None,
        text: Some(text),
        document: Some(paper.document),
        checked_by: Some(paper.checked_by),
    };
    store::append(db, &act, now).await
}

/// How the consents of these people stand in a season, on a day of their zone's calendar; who is not there is left out.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn states(
    db: &mut PgConnection,
    vault: &Vault,
    (season, today): (&str, NaiveDate),
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, State>, Error> {
    let facts = facts(db, vault, season, people).await?;
    Ok(facts.into_iter().map(|(person, facts)| (person, state::state(facts, today))).collect())
}

/// How one person's consent stands.
///
/// # Errors
/// As [`states`].
pub async fn state_of(
    db: &mut PgConnection,
    vault: &Vault,
    on: (&str, NaiveDate),
    person: PersonId,
) -> Result<Option<State>, Error> {
    Ok(states(db, vault, on, &[person]).await?.remove(&person))
}

/// What the states of these people follow from.
///
/// # Errors
/// As [`states`].
pub async fn facts(
    db: &mut PgConnection,
    vault: &Vault,
    season: &str,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, Facts>, Error> {
    let rows = store::standings(db, people, season).await?;
    let facts = rows.into_iter().map(|row| {
        let birth = match &row.profile {
            Some(sealed) => Profile::open(vault, row.person, sealed)?.birth,
            None => None,
        };
        let need = match &row.need {
            Some(sealed) => Need::open(vault, row.person, sealed)?,
            None => Need::default(),
        };
        let newest = row.act.as_deref().and_then(Act::of).zip(row.method.as_deref().and_then(Method::of));
        Ok((row.person, Facts { birth, limited_health: need.limited_health, newest }))
    });
    facts.collect()
}

/// Whose consents these are for a reader: the reader's own, or those of a child of theirs. `None`: neither.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn whose(
    db: &mut PgConnection,
    vault: &Vault,
    (season, today): (&str, NaiveDate),
    (reader, person): (PersonId, PersonId),
) -> Result<Option<Whose>, Error> {
    let audience = if reader == person {
        match rooms::people::load(&mut *db, &[person]).await?.pop().filter(|row| row.record) {
            Some(row) if row.pupil => Audience::Pupil,
            Some(_) => Audience::Adult,
            None => return Ok(None),
        }
    } else if rooms::guardians::children(&mut *db, reader).await?.contains(&person) {
        Audience::Parent
    } else {
        return Ok(None);
    };
    let facts = facts(db, vault, season, &[person]).await?.remove(&person);
    Ok(facts.map(|facts| Whose { person, audience, facts, today }))
}

/// Whether processing was taken back: nothing is done for this person but what leads back, or to the erasure.
///
/// # Errors
/// When the database fails.
pub async fn is_blocked(db: &mut PgConnection, person: PersonId) -> sqlx::Result<bool> {
    store::is_blocked(db, person).await
}

/// What counts of one person's consents in a season: for each purpose that somebody answered, what and when.
///
/// # Errors
/// When the database fails.
pub async fn answers(db: &mut PgConnection, person: PersonId, season: &str) -> sqlx::Result<BTreeMap<Purpose, Answer>> {
    let rows = store::now_of(db, person, season).await?;
    let answer = |row: store::Now| {
        let (act, method) = (Act::of(&row.act)?, Method::of(&row.method)?);
        Some((Purpose::of(&row.purpose)?, Answer { act, method, giver: row.giver, at: row.at }))
    };
    Ok(rows.into_iter().filter_map(answer).collect())
}

/// The newest act about a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What.
    pub act: Act,
    /// How.
    pub method: Method,
    /// Who; none for a paper.
    pub giver: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether staff still owe their own consent for this season: asked at its turn, before their menu opens.
///
/// # Errors
/// When the database fails.
pub async fn adult_owes(db: &mut PgConnection, person: PersonId, season: &str) -> sqlx::Result<bool> {
    let answers = answers(db, person, season).await?;
    Ok(answers.get(&Purpose::Processing).is_none_or(|answer| answer.act != Act::Given))
}

/// Staff confirm for themselves what they agreed to; the rest they refuse.
///
/// # Errors
/// When the database fails.
pub async fn adult_given(
    db: &mut PgConnection,
    dice: &Dice,
    (person, account): (PersonId, Option<AccountId>),
    (season, given): (&str, &[Purpose]),
    locale: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let by = Giver::own(person, account, Audience::Adult);
    for purpose in Purpose::ALL {
        let act = if given.contains(&purpose) { Act::Given } else { Act::Refused };
        record(&mut *db, dice, &by, (season, purpose, act), locale, now).await?;
    }
    Ok(())
}

/// Takes everything that a person did about consents, and what staff said of ОВЗ, as a part of erasing that
/// person: within the transaction that does.
///
/// # Errors
/// When the database fails.
pub async fn erase(db: &mut PgConnection, person: PersonId) -> sqlx::Result<u64> {
    rooms::needs::clear(&mut *db, person).await?;
    store::erase(db, person).await
}
