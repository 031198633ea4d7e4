//! What the actions of flows work with, and what they answer. The actions themselves lie in the programme's folders; which
//! name means which is told in `programme`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    calendar::Seasons,
    flow::{Action, Reply},
    ids::{AccountId, Dice, PersonId},
    message::{Args, Value},
    policy::Policy,
    seal::{self, Vault},
};

/// What an action inside the turn works with.
pub struct Acting<'t> {
    /// The turn's transaction.
    pub db: &'t mut PgConnection,
    /// Seals and opens personal data.
    pub vault: &'t Vault,
    /// Ids and codes.
    pub dice: &'t Dice,
    /// The rules.
    pub policy: &'t Policy,
    /// The seasons.
    pub seasons: &'t Seasons,
    /// Civil time.
    pub now: DateTime<Utc>,
    /// Whose conversation it is.
    pub person: PersonId,
    /// The account that spoke; none when a timer did.
    pub account: Option<AccountId>,
    /// Whether pages of ours can be opened from the chat.
    pub pages: bool,
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
    /// The action is declared, and its service is yet to come; `flows check` refuses a live flow that calls it.
    #[error("{0:?} is not there yet")]
    ToCome(Action),
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

/// An argument that is a flag.
///
/// # Errors
/// When it is missing or something else.
pub fn flag(args: &Args, name: &'static str) -> Result<bool, Error> {
    match args.get(name) {
        Some(Value::Flag(flag)) => Ok(*flag),
        _ => Err(Error::Argument(name)),
    }
}
