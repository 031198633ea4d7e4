//! Envelopes: what is too large for a row is encrypted under a key of its own, and the key is sealed into the row. With the row
//! goes all that opens the envelope, wherever copies of it lie.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use super::{Error, KEY, Key, NONCE};
use crate::ids::Dice;

/// The key of one envelope. `Debug` shows nothing.
pub struct EnvelopeKey(Key);

impl std::fmt::Debug for EnvelopeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnvelopeKey(…)")
    }
}

impl EnvelopeKey {
    /// A new one: for one envelope and no other.
    #[must_use]
    pub fn fresh(dice: &Dice) -> Self {
        Self(Zeroizing::new(dice.bytes()))
    }

    /// As it lay sealed; `None`: that is no key.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut key = Key::default();
        (bytes.len() == KEY).then(|| key.copy_from_slice(bytes))?;
        Some(Self(key))
    }

    /// To be sealed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &*self.0
    }

    /// Encrypts what belongs to a row of this key.
    #[must_use]
    pub fn close(&self, dice: &Dice, row: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce = dice.bytes::<NONCE>();
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        let closed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: row }).unwrap_or_default();
        [nonce.as_slice(), &closed].concat()
    }

    /// Opens what was encrypted for that row.
    ///
    /// # Errors
    /// When it is cut short, was changed, or belongs to another row or key.
    pub fn open(&self, row: &[u8], closed: &[u8]) -> Result<Vec<u8>, Error> {
        let (nonce, body) = closed.split_first_chunk::<NONCE>().ok_or(Error::Short)?;
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: row }).map_err(|_| Error::Refused)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_envelope_opens_by_its_key_and_for_its_row_only(
            plain in prop::collection::vec(any::<u8>(), 0..2000), row in any::<[u8; 16]>(), other in any::<[u8; 16]>(), seed: u64,
        ) {
            let dice = Dice::loaded(seed);
            let key = EnvelopeKey::fresh(&dice);
            let closed = key.close(&dice, &row, &plain);
            prop_assert_eq!(EnvelopeKey::read(key.bytes()).unwrap().open(&row, &closed), Ok(plain.clone()));
            prop_assert_eq!(EnvelopeKey::fresh(&dice).open(&row, &closed), Err(Error::Refused));
            prop_assume!(row != other);
            prop_assert_eq!(key.open(&other, &closed), Err(Error::Refused));
        }

        #[test]
        fn a_changed_byte_does_not_open(at in any::<prop::sample::Index>(), by in 1..=255u8) {
            let dice = Dice::loaded(1);
            let key = EnvelopeKey::fresh(&dice);
            let mut closed = key.close(&dice, b"row", b"a scan");
            let at = at.index(closed.len());
            closed[at] ^= by;
            prop_assert!(key.open(b"row", &closed).is_err());
        }
    }

    #[test]
    fn the_same_scan_twice_is_two_objects() {
        let dice = Dice::loaded(1);
        let key = EnvelopeKey::fresh(&dice);
        assert_ne!(key.close(&dice, b"row", b"x"), key.close(&dice, b"row", b"x"));
        assert_eq!(format!("{key:?}"), "EnvelopeKey(…)");
        assert!(EnvelopeKey::read(b"short").is_none());
    }
}
