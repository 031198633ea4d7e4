//! Sealing of personal data at field level, and keyed blind indexes for finding it again.
//!
//! A sealed value is `key version (1 byte) · nonce (24) · XChaCha20-Poly1305`, bound by associated data to its place:
//! table, column, row and key version. Moved to another place, or changed in one bit, it does not open.
//!
//! The nonce is synthetic: a keyed hash of place and plaintext, as SIV constructions do it. No source of chance can fail
//! here, and two different values never share a nonce; only the same value written again to the same place repeats one.

use std::{collections::BTreeMap, fmt};

use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::ids::Dice;

mod envelope;

pub use envelope::EnvelopeKey;

/// Bytes of a field key and of the index key.
const KEY: usize = 32;
/// Bytes of an XChaCha20 nonce.
const NONCE: usize = 24;
/// Bytes of an SHA-256 block.
const BLOCK: usize = 64;

type Key = Zeroizing<[u8; KEY]>;

/// Where a sealed value stands. It opens only there.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// The table.
    pub table: &'p str,
    /// The column.
    pub column: &'p str,
    /// The row's key, in bytes.
    pub row: &'p [u8],
}

/// Why a sealed value did not open. It never says what was inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Shorter than an empty sealed value.
    #[error("a sealed value is cut short")]
    Short,
    /// Sealed with a key that is not among ours.
    #[error("a sealed value needs field key {0}, which is not in FIELD_KEYS")]
    UnknownKey(u8),
    /// Tampered with, or moved from another place.
    #[error("a sealed value does not belong where it stands")]
    Refused,
}

/// What is wrong with a key variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// No field key at all.
    #[error("no key: expected `1:<base64 of 32 bytes>`, several separated by commas")]
    None,
    /// A part is not `version:key`.
    #[error("key {0} in the list is not `version:<base64>` with a version of 1–255")]
    Shape(usize),
    /// A part's key is not 32 bytes of base64.
    #[error("key {0} in the list is not base64 of 32 bytes")]
    Length(usize),
    /// A version twice.
    #[error("version {0} stands twice")]
    Twice(u8),
}

/// The keys of a vault: versioned field keys, of which the newest writes and all read, and the index key.
pub struct Keys {
    fields: BTreeMap<u8, Key>,
    index: Key,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("versions", &self.fields.keys()).finish_non_exhaustive()
    }
}

impl Keys {
    /// From a list of field keys (see [`field_keys`]) and an index key (see [`index_key`]).
    ///
    /// # Errors
    /// The first fault of either.
    pub fn parse(fields: &SecretString, index: &SecretString) -> Result<Self, KeyFault> {
        Ok(Self { fields: field_keys(fields)?, index: index_key(index)? })
    }
}

/// Reads `FIELD_KEYS`: `1:<base64 of 32 bytes>,2:…`.
///
/// # Errors
/// The first fault.
pub fn field_keys(text: &SecretString) -> Result<BTreeMap<u8, Key>, KeyFault> {
    let mut keys = BTreeMap::new();
    for (n, part) in text.expose_secret().split(',').map(str::trim).filter(|part| !part.is_empty()).enumerate() {
        let (version, key) = part.split_once(':').ok_or(KeyFault::Shape(n + 1))?;
        let version = version.trim().parse().ok().filter(|v| *v != 0).ok_or(KeyFault::Shape(n + 1))?;
        let key = key_of(key).ok_or(KeyFault::Length(n + 1))?;
        if keys.insert(version, key).is_some() {
            return Err(KeyFault::Twice(version));
        }
    }
    if keys.is_empty() { Err(KeyFault::None) } else { Ok(keys) }
}

/// Reads `INDEX_KEY`: base64 of 32 bytes.
///
/// # Errors
/// When it is not.
pub fn index_key(text: &SecretString) -> Result<Key, KeyFault> {
    key_of(text.expose_secret()).ok_or(KeyFault::Length(1))
}

fn key_of(text: &str) -> Option<Key> {
    let bytes = Zeroizing::new(BASE64_STANDARD.decode(text.trim()).ok()?);
    let mut key = Key::default();
    (bytes.len() == KEY).then(|| key.copy_from_slice(&bytes))?;
    Some(key)
}

/// A new key in the spelling of `INDEX_KEY`, and behind `1:` of `FIELD_KEYS`: for `dev`, which makes its own.
#[must_use]
pub fn fresh_key(dice: &Dice) -> SecretString {
    BASE64_STANDARD.encode(Zeroizing::new(dice.bytes::<KEY>())).into()
}

/// Seals and opens. Shared by reference; holds nothing but keys.
pub struct Vault {
    keys: Keys,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.keys.fmt(f)
    }
}

impl Vault {
    /// A vault with these keys.
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        Self { keys }
    }

    /// The version of the newest key, which seals; 0 where there is none.
    #[must_use]
    pub fn newest(&self) -> u8 {
        self.keys.fields.last_key_value().map_or(0, |(version, _)| *version)
    }

    /// Seals a value for its place with the newest key.
    #[must_use]
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        // `Keys` is never without a field key: `field_keys` refuses an empty list.
        let Some((&version, key)) = self.keys.fields.last_key_value() else { return Vec::new() };
        let aad = place.bytes(version);
        let nonce = nonce(key, &aad, plain);
        let cipher = XChaCha20Poly1305::new((&**key).into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad }).unwrap_or_default();
        [&[version], nonce.as_slice(), &sealed].concat()
    }

    /// Opens a value that was sealed for this place, with whichever key it names.
    ///
    /// # Errors
    /// When it is cut short, names an unknown key, was changed or stands elsewhere.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let (&version, rest) = sealed.split_first().ok_or(Error::Short)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or(Error::Short)?;
        let key = self.keys.fields.get(&version).ok_or(Error::UnknownKey(version))?;
        let cipher = XChaCha20Poly1305::new((&**key).into());
        let payload = Payload { msg: body, aad: &place.bytes(version) };
        cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| Error::Refused)
    }

    /// A keyed hash for equality search: the same data in the same domain gives the same index, and without the key
    /// nobody can invert it by trying all phones or codes.
    #[must_use]
    pub fn blind(&self, domain: &str, data: &[u8]) -> [u8; 32] {
        hash(&self.keys.index, &[domain.as_bytes(), data])
    }
}

impl Place<'_> {
    /// The associated data: every part with its length in front, so that no two places spell the same bytes.
    fn bytes(self, version: u8) -> Vec<u8> {
        let mut bytes = vec![version];
        for part in [self.table.as_bytes(), self.column.as_bytes(), self.row] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

fn nonce(key: &Key, aad: &[u8], plain: &[u8]) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(&hash(key, &[b"nonce", aad, plain])[..NONCE]);
    nonce
}

/// HMAC-SHA256 over parts, each with its length in front.
fn hash(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros up to its block.
    let mut block = Zeroizing::new([0; BLOCK]);
    block[..KEY].copy_from_slice(&**key);
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vault(fields: &[(u8, u8)]) -> Vault {
        let fields: Vec<_> =
            fields.iter().map(|(v, byte)| format!("{v}:{}", BASE64_STANDARD.encode([*byte; KEY]))).collect();
        Vault::new(Keys::parse(&fields.join(",").into(), &BASE64_STANDARD.encode([9; KEY]).into()).unwrap())
    }

    const HOME: Place<'static> = Place { table: "person", column: "profile", row: b"1" };

    proptest! {
        #[test]
        fn opens_only_where_it_was_sealed(
            plain in prop::collection::vec(any::<u8>(), 0..200),
            table in "[a-z]{1,8}", column in "[a-z]{1,8}", row in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let vault = vault(&[(1, 1)]);
            let sealed = vault.seal(HOME, &plain);
            prop_assert_eq!(vault.open(HOME, &sealed), Ok(plain));
            let elsewhere = Place { table: &table, column: &column, row: &row };
            prop_assert_eq!(vault.open(elsewhere, &sealed), Err(Error::Refused));
            prop_assert_eq!(vault.open(Place { table: &table, ..HOME }, &sealed), Err(Error::Refused));
            prop_assert_eq!(vault.open(Place { column: "other", ..HOME }, &sealed), Err(Error::Refused));
            prop_assert_eq!(vault.open(Place { row: b"2", ..HOME }, &sealed), Err(Error::Refused));
        }

        #[test]
        fn a_changed_bit_does_not_open(plain in prop::collection::vec(any::<u8>(), 0..50), at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let vault = vault(&[(1, 1)]);
            let mut sealed = vault.seal(HOME, &plain);
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(vault.open(HOME, &sealed).is_err());
        }

        #[test]
        fn junk_never_opens(junk in prop::collection::vec(any::<u8>(), 0..100)) {
            prop_assert!(vault(&[(1, 1), (2, 2)]).open(HOME, &junk).is_err());
        }
    }

    #[test]
    fn the_newest_key_writes_and_all_read() {
        let (old, both, new) = (vault(&[(1, 1)]), vault(&[(2, 2), (1, 1)]), vault(&[(2, 2)]));
        let (before, after) = (old.seal(HOME, b"x"), both.seal(HOME, b"x"));
        assert_eq!((before[0], after[0]), (1, 2));
        assert_eq!(both.open(HOME, &before), Ok(b"x".to_vec()));
        assert_eq!(new.open(HOME, &after), Ok(b"x".to_vec()));
        assert_eq!(new.open(HOME, &before), Err(Error::UnknownKey(1)));
    }

    #[test]
    fn a_value_sealed_under_one_version_does_not_open_as_another() {
        // The same key bytes under both numbers: only the associated data differs.
        let vault = vault(&[(1, 1), (2, 1)]);
        let mut sealed = vault.seal(HOME, b"x");
        sealed[0] = 1;
        assert_eq!(vault.open(HOME, &sealed), Err(Error::Refused));
    }

    #[test]
    fn different_values_have_different_nonces() {
        let vault = vault(&[(1, 1)]);
        assert_ne!(vault.seal(HOME, b"x")[1..25], vault.seal(HOME, b"y")[1..25]);
        assert_ne!(vault.seal(HOME, b"x")[1..25], vault.seal(Place { row: b"2", ..HOME }, b"x")[1..25]);
    }

    #[test]
    fn blind_indexes_depend_on_key_domain_and_data() {
        let vault = vault(&[(1, 1)]);
        let phone = vault.blind("phone", b"+79161234567");
        assert_eq!(phone, vault.blind("phone", b"+79161234567"));
        assert_ne!(phone, vault.blind("phon", b"e+79161234567"));
        assert_ne!(phone, vault.blind("code", b"+79161234567"));
        let other =
            Keys::parse(&format!("1:{}", BASE64_STANDARD.encode([1; KEY])).into(), &fresh_key(&Dice::loaded(1)));
        assert_ne!(phone, Vault::new(other.unwrap()).blind("phone", b"+79161234567"));
    }

    #[test]
    fn says_which_key_is_wrong() {
        let key = BASE64_STANDARD.encode([1; KEY]);
        for (text, fault) in [
            (String::new(), KeyFault::None),
            (key.clone(), KeyFault::Shape(1)),
            (format!("0:{key}"), KeyFault::Shape(1)),
            (format!("1:{key},300:{key}"), KeyFault::Shape(2)),
            ("1:AAAA".to_owned(), KeyFault::Length(1)),
            (format!("1:{key},1:{key}"), KeyFault::Twice(1)),
        ] {
            assert_eq!(field_keys(&text.into()).unwrap_err(), fault);
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", vault(&[(1, 77)]));
        assert!(!shown.contains("77") && !shown.contains("TU1N"), "{shown}");
    }
}
