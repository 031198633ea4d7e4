//! A short bearer: which account speaks, until when. Signed, not stored; it says nothing of the person.
//!
//! `base64url(version 1 · account 16 · until, seconds since 1970, 8 · keyed hash 32)`

use axum::{extract::FromRequestParts, http::request::Parts as Head};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{MiniApp, authorization, refusal::Refusal};
use crate::{http::Parts, ids::AccountId, seal::Vault};

/// How long a bearer is good for. The page gets another one with its launch.
pub const LIVES: TimeDelta = TimeDelta::minutes(30);

/// The domain of the hash: nothing else that the vault hashes can be taken for a bearer.
const DOMAIN: &str = "mini app's bearer";
const VERSION: u8 = 1;
/// Bytes that are signed.
const SIGNED: usize = 1 + 16 + 8;

/// A bearer for this account.
pub(super) fn issue(vault: &Vault, account: AccountId, now: DateTime<Utc>) -> String {
    let until = (now + LIVES).timestamp();
    let signed = [&[VERSION], account.0.as_bytes().as_slice(), &until.to_be_bytes()].concat();
    BASE64_URL_SAFE_NO_PAD.encode([signed.as_slice(), &vault.blind(DOMAIN, &signed)].concat())
}

/// Whose bearer this is. One that we have not signed is forged, one that we have may be over.
fn account_of(vault: &Vault, bearer: &str, now: DateTime<Utc>) -> Result<AccountId, Refusal> {
    let (account, until) = signed(vault, bearer).ok_or(Refusal::Forged)?;
    if now < until { Ok(account) } else { Err(Refusal::SessionOver) }
}

fn signed(vault: &Vault, bearer: &str) -> Option<(AccountId, DateTime<Utc>)> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(bearer).ok()?;
    let (signed, hash) = bytes.split_at_checked(SIGNED)?;
    bool::from(vault.blind(DOMAIN, signed).ct_eq(hash)).then_some(())?;
    let (head, until) = signed.split_last_chunk()?;
    let (version, account) = head.split_first()?;
    let until = DateTime::from_timestamp(i64::from_be_bytes(*until), 0)?;
    (*version == VERSION).then(|| Some((AccountId(Uuid::from_slice(account).ok()?), until)))?
}

/// The account whose launch was proved, at most [`LIVES`] ago.
pub struct Bearer(pub AccountId);

impl FromRequestParts<Parts> for Bearer {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Head, parts: &Parts) -> Result<Self, Refusal> {
        let app: &MiniApp = parts.app.as_deref().ok_or(Refusal::NotConfigured)?;
        let bearer = authorization(&head.headers, "Bearer").ok_or(Refusal::Unproved)?;
        account_of(&app.vault, bearer, app.clock.now()).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::{
        ids::Dice,
        seal::{Keys, fresh_key},
    };

    fn vault(seed: u64) -> Vault {
        let dice = Dice::loaded(seed);
        let fields = format!("1:{}", fresh_key(&dice).expose_secret());
        Vault::new(Keys::parse(&fields.into(), &fresh_key(&dice)).unwrap())
    }

    const ME: AccountId = AccountId(Uuid::from_u128(7));

    #[test]
    fn it_is_good_for_its_account_until_it_is_over() {
        let (vault, now) = (vault(1), DateTime::UNIX_EPOCH);
        let bearer = issue(&vault, ME, now);
        assert_eq!(account_of(&vault, &bearer, now), Ok(ME));
        assert_eq!(account_of(&vault, &bearer, now + LIVES - TimeDelta::seconds(1)), Ok(ME));
        assert_eq!(account_of(&vault, &bearer, now + LIVES), Err(Refusal::SessionOver));
        assert_ne!(bearer, issue(&vault, AccountId(Uuid::from_u128(8)), now));
    }

    #[test]
    fn another_key_signs_another() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(account_of(&vault(2), &issue(&vault(1), ME, now), now), Err(Refusal::Forged));
    }

    proptest! {
        #[test]
        fn a_changed_letter_is_no_bearer(at in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_-]") {
            let (vault, now) = (vault(1), DateTime::UNIX_EPOCH);
            let bearer = issue(&vault, ME, now);
            let at = at.index(bearer.len());
            prop_assume!(bearer[at..=at] != letter);
            let changed = format!("{}{letter}{}", &bearer[..at], &bearer[at + 1..]);
            prop_assert_eq!(account_of(&vault, &changed, now), Err(Refusal::Forged));
        }

        #[test]
        fn junk_is_no_bearer(junk in "[A-Za-z0-9_=-]{0,120}") {
            prop_assert_eq!(account_of(&vault(1), &junk, DateTime::UNIX_EPOCH), Err(Refusal::Forged));
        }
    }
}
