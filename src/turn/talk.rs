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
    /// Whom we talk to.
    pub face: Face,
    /// Whether it must be saved.
    pub changed: bool,
}

impl Talk {
    /// Opens what a row holds.
    pub fn open(vault: &Vault, locked: &Locked, face: Face) -> Self {
        let state = match &locked.state {
            None => State::default(),
            // What does not open is as little understood as what holds nothing.
            Some(sealed) => State::read(&vault.open(place(&locked.person), sealed).unwrap_or_default()),
        };
        if state.is_foreign() {
            tracing::error!(person = %locked.person, "a stored conversation is unreadable and begins afresh");
        }
        Self { state, face, changed: false }
    }

    /// What the row is to hold: nothing if nothing was ever said.
    pub fn seal(&self, vault: &Vault) -> Option<Vec<u8>> {
        let said = self.state != State::default();
        said.then(|| vault.seal(place(&self.face.person), &self.state.write()))
    }
}

pub(super) fn place(person: &PersonId) -> Place<'_> {
    Place { table: "conversation", column: "state", row: person.0.as_bytes() }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::{ids::Dice, seal};

    #[test]
    fn what_is_not_understood_is_foreign_and_keeps_its_number() {
        let dice = Dice::loaded(3);
        let fields = format!("1:{}", seal::fresh_key(&dice).expose_secret());
        let vault = Vault::new(seal::Keys::parse(&fields.into(), &seal::fresh_key(&dice)).unwrap());
        let person = PersonId(uuid::Uuid::from_u128(7));
        let face =
            || Face { person, provisional: false, lang: None, adult: false, plain: false, profile: None, zone: None };
        let open = |state| Talk::open(&vault, &Locked { person, seq: 0, state }, face());
        let sealed = |plain: &[u8]| Some(vault.seal(place(&person), plain));

        assert!(!open(None).state.is_foreign());
        assert!(open(Some(b"junk".to_vec())).state.is_foreign());
        let old = open(sealed(br#"{"seq":41,"runs":"a shape of long ago"}"#));
        assert!(old.state.is_foreign());
        let kept = open(old.seal(&vault));
        assert!(!kept.state.is_foreign());
        assert_eq!(kept.state, open(sealed(br#"{"seq":41}"#)).state);
    }
}
