//! One-time codes: what they look like, what may be typed for them, how they are made.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use zeroize::Zeroizing;

use super::{load, reply};
use crate::{
    acting::{Acted, Acting, Error},
    ids::{CodeId, Dice, PersonId},
    message::Value,
    seal::Vault,
    store::{self, codes::NewCode},
};

/// 32 characters that nobody takes for one another: neither 0 and O nor 1 and I. 5 bits each.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a code: 8 × 5 = 40 bits, as *Personal data* asks of printed cards.
const LENGTH: usize = 8;
/// How long a card's code lives.
pub const CARD_LIVES: TimeDelta = TimeDelta::days(30);
/// How long a code lives that one messenger shows and the other is told.
const LINK: TimeDelta = TimeDelta::minutes(15);
/// Codes that one person may have shown per hour.
const LINKS_PER_HOUR: usize = 5;
/// The domain of the keyed hash.
const HASH: &str = "sign-in code";
/// The domain of the keyed hash that a link code is made of.
const OF_LINK: &str = "link code";

/// A one-time code in clear. It is shown once and kept nowhere; `Debug` masks it.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Code {
    /// A code of 40 random bits.
    #[must_use]
    pub fn new(bits: [u8; 5]) -> Self {
        let number = bits.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let character = |at: usize| char::from(ALPHABET[(number >> (5 * at)) as usize % ALPHABET.len()]);
        Self(Zeroizing::new((0..LENGTH).map(character).collect()))
    }

    /// What somebody typed: any case, with or without hyphens and blanks, Cyrillic letters for those that look the same.
    /// `None` when no code can be meant.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let folded: Zeroizing<String> =
            Zeroizing::new(typed.chars().filter(|c| c.is_alphanumeric()).take(LENGTH + 1).map(look_alike).collect());
        let ours = folded.len() == LENGTH && folded.bytes().all(|byte| ALPHABET.contains(&byte));
        ours.then_some(Self(folded))
    }

    /// [`Self::read`], or the one code that other words are around: «мой код ABCD-EFGH». There it must have a digit or its
    /// hyphen, for a word of the language may be eight look-alikes long.
    #[must_use]
    pub fn find(said: &str) -> Option<Self> {
        Self::read(said).or_else(|| {
            let words: Vec<&str> = said.split(|c: char| c.is_whitespace() || ":;,.!?«»\"()".contains(c)).collect();
            let pairs = words.windows(2).map(|two| Zeroizing::new(two.concat()));
            let all = words.iter().map(|word| Zeroizing::new((*word).to_owned())).chain(pairs);
            let mut codes = all.filter(|word| word.contains('-') || word.contains(|c: char| c.is_ascii_digit()));
            let first = codes.find_map(|word| Self::read(&word))?;
            codes.filter_map(|word| Self::read(&word)).all(|other| other == first).then_some(first)
        })
    }

    /// As it is shown: `XXXX-XXXX`.
    #[must_use]
    pub fn shown(&self) -> String {
        let (left, right) = self.0.split_at(LENGTH / 2);
        format!("{left}-{right}")
    }

    pub(super) fn hash(&self, vault: &Vault) -> [u8; 32] {
        self.hash_in(vault, HASH)
    }

    /// Its keyed hash in a domain of its own: a code of one kind is never taken for one of another.
    #[must_use]
    pub fn hash_in(&self, vault: &Vault, domain: &str) -> [u8; 32] {
        vault.blind(domain, self.0.as_bytes())
    }
}

/// The Latin letter or digit that a character is taken for.
fn look_alike(c: char) -> char {
    match c.to_uppercase().next().unwrap_or(c) {
        'А' => 'A',
        'В' => 'B',
        'С' => 'C',
        'Е' | 'Ё' => 'E',
        'Н' => 'H',
        'К' => 'K',
        'М' => 'M',
        'Р' => 'P',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        'З' => '3',
        other => other,
    }
}

/// Makes a card's code for each of these people; an older open one is void from now on.
///
/// # Errors
/// When the database fails.
pub async fn issue(
    db: &mut PgConnection,
    vault: &Vault,
    dice: &Dice,
    now: DateTime<Utc>,
    people: &[PersonId],
) -> Result<Vec<(PersonId, Code)>, Error> {
    let codes: Vec<_> = people.iter().map(|person| (*person, Code::new(dice.bytes()))).collect();
    keep(db, vault, dice, now, &codes).await?;
    Ok(codes)
}

/// Keeps these codes as cards: for [`issue`], and for the demo, which derives its own.
pub(crate) async fn keep(
    db: &mut PgConnection,
    vault: &Vault,
    dice: &Dice,
    now: DateTime<Utc>,
    codes: &[(PersonId, Code)],
) -> Result<(), Error> {
    let people: Vec<_> = codes.iter().map(|(person, _)| *person).collect();
    store::codes::void(db, &people, "card", now).await?;
    let rows = codes.iter().map(|(person, code)| NewCode {
        id: dice.uuid(now),
        person: *person,
        kind: "card",
        hash: code.hash(vault),
        expires_at: now + CARD_LIVES,
    });
    Ok(store::codes::put(db, &rows.collect::<Vec<_>>(), now).await?)
}

/// Lets those of these codes that ran out unused live on as if made now.
pub(crate) async fn renew(
    db: &mut PgConnection,
    vault: &Vault,
    now: DateTime<Utc>,
    codes: &[Code],
) -> Result<(), Error> {
    let hashes: Vec<_> = codes.iter().map(|code| code.hash(vault)).collect();
    Ok(store::codes::renew(db, &hashes, now, now + CARD_LIVES).await?)
}

/// The code of a link's row. It is made of the row's id by our key, so a message that shows it need not hold it.
#[must_use]
pub fn of_link(vault: &Vault, id: CodeId) -> Code {
    let hash = vault.blind(OF_LINK, id.0.as_bytes());
    Code::new([hash[0], hash[1], hash[2], hash[3], hash[4]])
}

/// Which of these codes still sign somebody in.
pub(crate) async fn still_open(
    db: &mut PgConnection,
    vault: &Vault,
    now: DateTime<Utc>,
    codes: &[Code],
) -> Result<Vec<bool>, Error> {
    let hashes: Vec<_> = codes.iter().map(|code| code.hash(vault)).collect();
    let open = store::codes::open(db, &hashes, now).await?;
    Ok(hashes.iter().map(|hash| open.iter().any(|o| o == hash)).collect())
}

/// `people.link_code`: a code that brings this person's profile into another messenger.
///
/// # Errors
/// When the database fails, or nobody has signed in here.
pub async fn link(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let person = acting.person;
    load(acting.db, person).await?.filter(|row| row.record).ok_or(Error::Nobody)?;
    let hour = TimeDelta::hours(1);
    let made = store::codes::made_since(acting.db, person, "link", acting.now - hour).await?;
    if made.len() >= LINKS_PER_HOUR {
        return Ok(reply("limited", [("until", Value::Moment(made[made.len() - LINKS_PER_HOUR] + hour))]));
    }
    let id = CodeId(acting.dice.uuid(acting.now));
    let hash = of_link(acting.vault, id).hash(acting.vault);
    store::codes::void(acting.db, &[person], "link", acting.now).await?;
    let row = NewCode { id: id.0, person, kind: "link", hash, expires_at: acting.now + LINK };
    store::codes::put(acting.db, &[row], acting.now).await?;
    Ok(reply("ok", [("code", Value::LinkCode(id)), ("minutes", LINK.num_minutes().into())]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_read_however_it_is_typed(bits: [u8; 5], lower: bool, cyrillic: bool, gap in "[-\u{2014} _.]{0,3}") {
            let code = Code::new(bits);
            let mut typed = code.shown().replace('-', &gap);
            if cyrillic {
                for (latin, look_alike) in "ABCEHKMPTYX3".chars().zip("АВСЕНКМРТУХЗ".chars()) {
                    typed = typed.replace(latin, &look_alike.to_string());
                }
            }
            if lower {
                typed = typed.to_lowercase();
            }
            prop_assert_eq!(Code::read(&typed), Some(code));
        }

        #[test]
        fn has_eight_characters_that_nobody_confuses(bits: [u8; 5]) {
            let shown = Code::new(bits).shown();
            prop_assert_eq!(shown.len(), 9);
            prop_assert!(!shown.contains(['0', 'O', '1', 'I']));
        }

        #[test]
        fn different_bits_are_different_codes(a: [u8; 5], b: [u8; 5]) {
            prop_assert_eq!(a == b, Code::new(a) == Code::new(b));
        }

        #[test]
        fn never_panics(typed: String) {
            let read = Code::find(&typed);
            prop_assert!(read.is_none_or(|code| code.shown().len() == 9));
        }
    }

    #[test]
    fn what_is_no_code_is_not_read() {
        for typed in ["", "ABCD", "ABCD-EFGHJ", "ABCD-EFG0", "ABCD-EFGI", "ЩЩЩЩ-ЩЩЩЩ", "+7 916 123-45-67", "привет"]
        {
            assert_eq!(Code::read(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_code_is_found_among_other_words() {
        let code = Code::read("XG6V-R5SF");
        for said in
            ["код: XG6V-R5SF", "Мой код хg6v r5sf, пусти!", "КОД:XG6VR5SF", "вот «XG6V-R5SF» и ещё раз XG6V-R5SF"]
        {
            assert_eq!(Code::find(said), code, "{said}");
        }
        for said in
            ["XG6V-R5SF или XG6V-R5SG", "в автомате нет", "где мой код", "8 (922) 345-67-89, позвоните", "код МАРТЕСАХ"]
        {
            assert_eq!(Code::find(said), None, "{said}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Code::new([1, 2, 3, 4, 5])), "Code(…)");
    }
}
