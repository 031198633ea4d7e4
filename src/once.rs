//! Pages of ours that are opened by a link from the chat: for what a messenger must not carry, such as tables of children, scans
//! and names in Telegram.
//!
//! A link lives for fifteen minutes and opens once. Messengers look at links by themselves to preview them, so a link is used up
//! by a button on the page it leads to, never by looking. What is opened then goes by a pass
//! ([`Pass`]): signed, not stored, good for one page, one person and half an hour; the page's forms carry it, no cookie does.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use subtle::ConstantTimeEq;

use crate::{
    acting::Acting,
    ids::{AccountId, CodeId, PersonId},
    seal::Vault,
    store::once::{self, NewOnce},
};

/// How long a link waits to be opened: *Personal data* in the rules.
pub const LINK_LIVES: TimeDelta = TimeDelta::minutes(15);
/// How long a page that was opened may be worked with.
pub const PASS_LIVES: TimeDelta = TimeDelta::minutes(30);
/// How long an address works that shows one scan: *Personal data* in the rules.
pub const SCAN_LIVES: TimeDelta = TimeDelta::seconds(60);
/// Pages that one person may ask for per hour.
const PER_HOUR: usize = 60;
/// The domains of the keyed hashes.
const OF_LINK: &str = "once token";
const HASH: &str = "once";
const PASS: &str = "page pass";

/// The token of a link's row. It is made of the row's id by our key, so a message that shows it need not hold it.
#[must_use]
pub fn token(vault: &Vault, id: CodeId) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&vault.blind(OF_LINK, id.0.as_bytes())[..24])
}

fn hash(vault: &Vault, token: &str) -> [u8; 32] {
    vault.blind(HASH, token.as_bytes())
}

/// A link that was made, or when the next one may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// To be said as a page's address, made out when sending.
    Link(CodeId),
    /// Nobody has configured where our pages are.
    Nowhere,
    /// Too many within the hour.
    Limited(DateTime<Utc>),
}

/// Makes a link to a page for whoever speaks; `args` are ids, never personal data. Whoever opens it is judged anew.
///
/// # Errors
/// When the database fails.
pub async fn make(acting: &mut Acting<'_>, page: &str, args: &serde_json::Value) -> sqlx::Result<Made> {
    make_for(acting, page, args, LINK_LIVES).await
}

/// The same for a link that is passed on by hand to somebody who is not here, and shows nothing of anybody: it may wait longer.
///
/// # Errors
/// When the database fails.
pub async fn make_for(
    acting: &mut Acting<'_>,
    page: &str,
    args: &serde_json::Value,
    lives: TimeDelta,
) -> sqlx::Result<Made> {
    if !acting.pages {
        return Ok(Made::Nowhere);
    }
    let hour = TimeDelta::hours(1);
    let made = once::made_since(acting.db, acting.person, acting.now - hour).await?;
    if made.len() >= PER_HOUR {
        return Ok(Made::Limited(made[made.len() - PER_HOUR] + hour));
    }
    let id = CodeId(acting.dice.uuid(acting.now));
    let new = NewOnce {
        id,
        hash: hash(acting.vault, &token(acting.vault, id)),
        page,
        person: acting.person,
        account: acting.account,
        args,
        expires_at: acting.now + lives,
    };
    once::put(acting.db, &new, acting.now).await?;
    Ok(Made::Link(id))
}

/// Whether a link may still be opened.
///
/// # Errors
/// When the database fails.
pub async fn is_good(db: &mut PgConnection, vault: &Vault, token: &str, now: DateTime<Utc>) -> sqlx::Result<bool> {
    once::look(db, &hash(vault, token), now).await
}

/// Uses a link up and gives what it opens.
///
/// # Errors
/// When the database fails.
pub async fn open(
    db: &mut PgConnection,
    vault: &Vault,
    token: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Opened>> {
    let asked = once::open(db, &hash(vault, token), now).await?;
    Ok(asked.map(|asked| Opened {
        page: asked.page,
        person: asked.person,
        account: asked.account,
        args: asked.args.0,
        until: (now + PASS_LIVES).timestamp(),
    }))
}

/// A page that somebody has open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// What it is.
    pub page: String,
    /// Who.
    pub person: PersonId,
    /// From which account.
    pub account: Option<AccountId>,
    /// What it is about.
    pub args: serde_json::Value,
    /// Until when, in seconds since 1970.
    until: i64,
}

impl Opened {
    /// What the page is about, as its own type; `None`: it is about something else.
    #[must_use]
    pub fn about<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_value(self.args.clone()).ok()
    }

    /// The same page about something else: whoever has it open is judged by every request, whatever it is about.
    #[must_use]
    pub fn turned(&self, args: serde_json::Value) -> Self {
        Self { args, ..self.clone() }
    }

    /// What the same person may look at for a minute, from here.
    #[must_use]
    pub fn brief(&self, page: &str, args: serde_json::Value, now: DateTime<Utc>) -> Self {
        Self { page: page.to_owned(), args, until: (now + SCAN_LIVES).timestamp(), ..self.clone() }
    }

    /// Another page for the same person, for as long as this one is open.
    #[must_use]
    pub fn onto(&self, page: &str, args: serde_json::Value) -> Self {
        Self { page: page.to_owned(), args, ..self.clone() }
    }

    /// The pass to go on with.
    #[must_use]
    pub fn pass(&self, vault: &Vault) -> Pass {
        let signed = serde_json::to_vec(self).unwrap_or_default();
        Pass(BASE64_URL_SAFE_NO_PAD.encode([vault.blind(PASS, &signed).as_slice(), &signed].concat()))
    }
}

/// What a page's forms carry. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pass(String);

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pass(…)")
    }
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Pass {
    /// What it opens, if it is ours and not over.
    #[must_use]
    pub fn opens(&self, vault: &Vault, now: DateTime<Utc>) -> Option<Opened> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&self.0).ok()?;
        let (hash, signed) = bytes.split_at_checked(32)?;
        bool::from(vault.blind(PASS, signed).ct_eq(hash)).then_some(())?;
        let opened: Opened = serde_json::from_slice(signed).ok()?;
        (now.timestamp() < opened.until).then_some(opened)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;
    use uuid::Uuid;

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

    fn opened(now: DateTime<Utc>) -> Opened {
        let person = PersonId(Uuid::from_u128(1));
        let until = (now + PASS_LIVES).timestamp();
        Opened { page: "people".into(), person, account: None, args: serde_json::json!({"place": "t1"}), until }
    }

    #[test]
    fn a_pass_is_good_for_half_an_hour_and_for_our_key_only() {
        let now = DateTime::UNIX_EPOCH;
        let pass = opened(now).pass(&vault(1));
        assert_eq!(pass.opens(&vault(1), now), Some(opened(now)));
        assert_eq!(pass.opens(&vault(1), now + PASS_LIVES), None);
        assert_eq!(pass.opens(&vault(2), now), None);
        assert_eq!(format!("{pass:?}"), "Pass(…)");
    }

    proptest! {
        #[test]
        fn a_changed_letter_is_no_pass(at in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_-]") {
            let now = DateTime::UNIX_EPOCH;
            let pass = opened(now).pass(&vault(1)).to_string();
            let at = at.index(pass.len());
            prop_assume!(pass[at..=at] != letter);
            let changed = Pass(format!("{}{letter}{}", &pass[..at], &pass[at + 1..]));
            prop_assert_eq!(changed.opens(&vault(1), now), None);
        }

        #[test]
        fn junk_is_no_pass(junk: String) {
            prop_assert_eq!(Pass(junk).opens(&vault(1), DateTime::UNIX_EPOCH), None);
        }
    }
}
