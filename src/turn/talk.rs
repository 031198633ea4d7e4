//! A conversation in memory: opened from its sealed row, sealed again when the turn is over.

use crate::{
    flow::State,
    ids::PersonId,
    seal::{Place, Vault},
    store::{conversations::Locked, faces::Face},
};

/// A locked conversation.
pub(super) struct Talk {
    /// Where it stands.
    pub state: State,
    /// The row held something that nobody can read any more: the person is told and begins afresh.
    pub unreadable: bool,
    /// Whom we talk to.
    pub face: Face,
    /// Whether it must be saved.
    pub changed: bool,
}

impl Talk {
    /// Opens what a row holds.
    pub fn open(vault: &Vault, locked: &Locked, face: Face) -> Self {
        let state = match &locked.state {
            None => Some(State::default()),
            Some(sealed) => {
                vault.open(place(&locked.person), sealed).ok().and_then(|plain| serde_json::from_slice(&plain).ok())
            }
        };
        if state.is_none() {
            tracing::error!(person = %locked.person, "a stored conversation is unreadable and begins afresh");
        }
        Self { unreadable: state.is_none(), state: state.unwrap_or_default(), face, changed: false }
    }

    /// What the row is to hold: nothing if nothing was ever said.
    pub fn seal(&self, vault: &Vault) -> serde_json::Result<Option<Vec<u8>>> {
        if self.state == State::default() {
            return Ok(None);
        }
        let plain = serde_json::to_vec(&self.state)?;
        Ok(Some(vault.seal(place(&self.face.person), &plain)))
    }
}

fn place(person: &PersonId) -> Place<'_> {
    Place { table: "conversation", column: "state", row: person.0.as_bytes() }
}
