//! What an action after the commit works with, and what makes it happen once.

use std::sync::Arc;

use sqlx::PgPool;

use super::{Dialler, Policy};
use crate::{
    clock::Clock,
    ids::{AccountId, Dice, PersonId},
    seal::Vault,
};

/// What an action outside the turn works with. It opens its own transactions.
pub struct Outside {
    /// The database.
    pub pool: PgPool,
    /// Seals and opens personal data.
    pub vault: Arc<Vault>,
    /// Ids and codes.
    pub dice: Arc<Dice>,
    /// The rules.
    pub policy: Arc<Policy>,
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
