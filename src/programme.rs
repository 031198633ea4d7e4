//! What the flow's actions do: one `match`, a missing arm fails the build.
//!
//! Reads and writes run inside the turn's transaction ([`act`]); what needs the network, or a commit before it is judged,
//! runs after it ([`act_outside`]), keyed by the call, so that a rerun neither dials nor counts again.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::{
    clock::Clock,
    flow::{Action, Reply},
    ids::{AccountId, Dice, PersonId},
    message::{Args, Value},
    people,
    seal::{self, Vault},
    territory,
    verification::{Dialler, Policy, confirm, manual, standing, start},
};

/// What an action inside the turn works with.
pub struct Acting<'t> {
    /// The turn's transaction.
    pub db: &'t mut PgConnection,
    /// Seals and opens personal data.
    pub vault: &'t Vault,
    /// Ids and codes.
    pub dice: &'t Dice,
    /// Civil time.
    pub now: DateTime<Utc>,
    /// Whose conversation it is.
    pub person: PersonId,
    /// The account that spoke; none when a timer did.
    pub account: Option<AccountId>,
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Acted {
    /// Its answer.
    pub reply: Reply,
    /// The run goes on in this person's conversation (a sign-in, a switch of profiles).
    pub moved_to: Option<PersonId>,
}

impl From<Reply> for Acted {
    fn from(reply: Reply) -> Self {
        Self { reply, moved_to: None }
    }
}

/// What an action outside the turn works with. It opens its own transactions.
pub struct Outside {
    /// The database.
    pub pool: PgPool,
    /// Seals and opens personal data.
    pub vault: Arc<Vault>,
    /// Ids and codes.
    pub dice: Arc<Dice>,
    /// Civil time.
    pub clock: Clock,
    /// Places calls.
    pub dialler: Dialler,
}

/// What makes a call outside happen once.
#[derive(Clone, Copy, Debug)]
pub struct CallKey<'c> {
    /// The run that calls.
    pub run: &'c str,
    /// The call's number within the conversation.
    pub seq: u32,
    /// Whose conversation it is.
    pub person: PersonId,
    /// The account that spoke.
    pub account: Option<AccountId>,
}

/// Why an action gave no answer at all. What a person can do something about is an outcome, not an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database; the turn is rolled back and comes again.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// A sealed value does not open.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// A sealed value opens, but is not what its column holds.
    #[error("a sealed profile is not a profile")]
    Profile,
    /// A flow called with an argument missing or of another type; `flows check` refuses such a flow.
    #[error("argument `{0}` is missing or of another type")]
    Argument(&'static str),
    /// The action is about a person of the programme, and nobody has signed in here.
    #[error("nobody has signed in here")]
    Nobody,
    /// The action is not of the kind that was asked for here.
    #[error("{0:?} does not run here")]
    Kind(Action),
}

/// Carries out a read or write action in the turn's transaction.
///
/// # Errors
/// When the database fails, a sealed value does not open, or the flow called wrongly.
pub async fn act(action: Action, args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    match action {
        Action::PeopleWho => people::who(acting).await,
        Action::PeopleRedeem => people::redeem::redeem(text(args, "code")?, acting).await,
        Action::PeopleProfiles => people::profiles(acting).await,
        Action::PeopleSwitch => people::switch(text(args, "profile")?, acting).await,
        Action::PeopleLinkCode => people::codes::link(acting).await,
        Action::PeopleLanguage => people::language(text(args, "lang")?, acting).await,
        Action::TerritoryContacts => territory::contacts(acting).await,
        Action::VerificationStatus => standing::status(acting, &Policy::DEFAULT).await,
        Action::VerificationCheckPhone => standing::check_phone(text(args, "phone")?, acting, &Policy::DEFAULT).await,
        Action::VerificationManual => {
            manual::request(text(args, "phone")?, text(args, "reason")?, acting, &Policy::DEFAULT).await
        }
        Action::VerificationStart | Action::VerificationConfirm => Err(Error::Kind(action)),
    }
}

/// Carries out an action of [`crate::flow::action::Kind::Outside`], once per key.
///
/// # Errors
/// When the database fails, a sealed value does not open, or the flow called wrongly.
pub async fn act_outside(action: Action, args: &Args, outside: &Outside, key: CallKey<'_>) -> Result<Reply, Error> {
    match action {
        Action::VerificationStart => {
            let asked = (text(args, "phone")?, text(args, "relation")?);
            start::start(asked, outside, &outside.dialler, &Policy::DEFAULT, key).await
        }
        Action::VerificationConfirm => {
            let typed = (text(args, "attempt")?, text(args, "code")?);
            confirm::confirm(typed, outside, &Policy::DEFAULT, key).await
        }
        _ => Err(Error::Kind(action)),
    }
}

/// A text argument of an action.
///
/// # Errors
/// When it is missing or of another type.
pub fn text<'a>(args: &'a Args, name: &'static str) -> Result<&'a str, Error> {
    match args.get(name) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(Error::Argument(name)),
    }
}
