//! How a mini app proves who opened it: what both messengers' proofs share.
//!
//! A messenger hands the page a query string, signed with a secret that only it and we know. Whoever shows us such a string,
//! while it is fresh, is the user whom it names. The proofs themselves are in each channel's `launch`. Pure: time is an
//! argument.

use chrono::{DateTime, TimeDelta, Utc};

/// Bytes of a launch that are looked at: several times what platforms send (a name of 128 letters, escaped, and a photo's
/// address make about 2 KB).
const LONGEST: usize = 4096;

/// How far the platform's clock may be ahead of ours.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// Who opened the mini app, as the messenger vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launched {
    /// The platform's id of the user.
    pub user: String,
    /// The language of their client, if the platform tells: `ru`, `en`, …
    pub lang: Option<String>,
}

/// Why a launch proves nothing. It never quotes what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// Longer than any real one.
    #[error("too long")]
    TooLong,
    /// Not a query string, or with a key or value that no platform writes.
    #[error("malformed")]
    Malformed,
    /// A key that counts stands twice: nobody knows which one is meant.
    #[error("a key stands twice")]
    Twice,
    /// No signature.
    #[error("unsigned")]
    Unsigned,
    /// The signature is another's: changed on its way, or made with another secret.
    #[error("the signature is wrong")]
    Forged,
    /// No date.
    #[error("undated")]
    Undated,
    /// A date that is none.
    #[error("the date is none")]
    Misdated,
    /// Too old.
    #[error("stale")]
    Stale,
    /// From the future.
    #[error("from the future")]
    Early,
    /// Signed, but for another app of the platform.
    #[error("another app's")]
    Elsewhere,
    /// Signed, but it names no user.
    #[error("it names nobody")]
    Nobody,
}

/// The decoded pairs of a query string, in its order; a word without `=` has no value.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, Option<String>)>, Unproved> {
    if query.len() > LONGEST {
        return Err(Unproved::TooLong);
    }
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').map_or((pair, None), |(key, value)| (key, Some(value)));
        Ok((decoded(key)?, value.map(decoded).transpose()?))
    };
    query.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

/// Decodes once, strictly: an escape that is none, bytes that are no UTF-8 and control characters are refused. No platform
/// writes them, and a line break within a value could make one signed string of two different lists.
fn decoded(text: &str) -> Result<String, Unproved> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                let (high, low) = (digit().ok_or(Unproved::Malformed)?, digit().ok_or(Unproved::Malformed)?);
                u8::try_from(high * 16 + low).map_err(|_| Unproved::Malformed)?
            }
            other => other,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| Unproved::Malformed)?;
    if text.chars().any(char::is_control) { Err(Unproved::Malformed) } else { Ok(text) }
}

/// Whether a key is one that platforms use: nothing in it could be read as part of a signed string.
pub(super) fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether a date (seconds since 1970) is neither too old nor ahead of us.
pub(super) fn is_fresh(date: Option<&str>, lives: TimeDelta, now: DateTime<Utc>) -> Result<(), Unproved> {
    let date = date.ok_or(Unproved::Undated)?;
    let date = date.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)).ok_or(Unproved::Misdated)?;
    match now.signed_duration_since(date) {
        age if age < -SKEW => Err(Unproved::Early),
        age if age > lives => Err(Unproved::Stale),
        _ => Ok(()),
    }
}

/// A platform's language tag, if it is one.
pub(super) fn language(tag: Option<&str>) -> Option<String> {
    let is_tag =
        |tag: &&str| (2..=16).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    tag.filter(is_tag).map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_once_and_strictly() {
        let one = |query| pairs(query).map(|pairs| pairs[0].clone());
        assert_eq!(one("a=b+c%2B%2541"), Ok(("a".to_owned(), Some("b c+%41".to_owned()))));
        assert_eq!(one("a=b=c"), Ok(("a".to_owned(), Some("b=c".to_owned()))));
        assert_eq!(one("a"), Ok(("a".to_owned(), None)));
        for broken in ["a=%", "a=%4", "a=%zz", "a=%+1", "a=%ff", "a=%0A", "%00=a"] {
            assert_eq!(pairs(broken), Err(Unproved::Malformed), "{broken}");
        }
        assert_eq!(pairs(&"a".repeat(LONGEST + 1)), Err(Unproved::TooLong));
        assert!(pairs(&"a".repeat(LONGEST)).is_ok());
    }

    #[test]
    fn a_date_is_fresh_up_to_its_limits() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let lives = TimeDelta::hours(1);
        let fresh = |now| is_fresh(Some("10000"), lives, at(now));
        assert_eq!(fresh(10_000 + 3_600), Ok(()));
        assert_eq!(fresh(10_000 + 3_601), Err(Unproved::Stale));
        assert_eq!(fresh(10_000 - 60), Ok(()));
        assert_eq!(fresh(10_000 - 61), Err(Unproved::Early));
        assert_eq!(is_fresh(None, lives, at(0)), Err(Unproved::Undated));
        for none in ["", "soon", "1e9", "9999999999999999999", "1.5", "9223372036854775807"] {
            assert_eq!(is_fresh(Some(none), lives, at(0)), Err(Unproved::Misdated), "{none}");
        }
    }
}
