//! Buttons that stand outside of a conversation (in a reminder, in a broadcast) and begin a flow: `g1:<flow>:<tag>:<with>`,
//! at most 64 bytes (Telegram's `callback_data`).
//!
//! A token is no secret and proves nothing: whoever holds it may change it. Only a flow with an `entry` begins by it, for
//! somebody of the account that pressed, and the flow's actions judge the argument like anything else that was said.

use crate::{
    ids::PersonId,
    message::{App, Does, Offer},
};

/// The longest name of a flow that fits.
pub(crate) const LONGEST_FLOW: usize = 21;
/// The longest argument that fits: a UUID without hyphens.
const LONGEST_WITH: usize = 32;
/// Letters of a person's tag: 30 bits tell the few people of one account apart.
const TAG: usize = 6;

/// Such a token taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'t> {
    /// The flow.
    pub flow: &'t str,
    /// What its argument is filled with; empty for none.
    pub with: &'t str,
    tag: &'t str,
}

impl Token<'_> {
    /// Whether the message was about this person. Among the profiles of one account that tells whom a press means.
    #[must_use]
    pub fn is_for(&self, person: PersonId) -> bool {
        self.tag == tag(person)
    }

    /// Whether the message was about somebody, and not about this person.
    #[must_use]
    pub fn is_for_another(&self, person: PersonId) -> bool {
        !self.tag.is_empty() && !self.is_for(person)
    }
}

/// Puts a token together; without a person for whoever presses. What is too long is cut: such a button begins nothing.
#[must_use]
pub fn make(flow: &str, person: Option<PersonId>, with: Option<&str>) -> String {
    let with: String = with.unwrap_or_default().chars().filter(char::is_ascii).take(LONGEST_WITH).collect();
    let flow: String = flow.chars().filter(char::is_ascii).take(LONGEST_FLOW).collect();
    format!("g1:{flow}:{}:{with}", person.map(tag).unwrap_or_default())
}

/// Takes a token apart; `None` if it is not one of ours.
#[must_use]
pub fn parse(token: &str) -> Option<Token<'_>> {
    let mut parts = token.strip_prefix("g1:")?.splitn(3, ':');
    let (flow, tag, with) = (parts.next()?, parts.next()?, parts.next()?);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (with.len() <= LONGEST_WITH && with.chars().all(plain)).then_some(Token { flow, with, tag })
}

/// What a button does, once it is known whom its message is about and which mini app there is; `None`: there is nothing that
/// it could do.
#[must_use]
pub fn does(offer: &Offer, person: Option<PersonId>, app: Option<&App>) -> Option<Does> {
    match offer {
        Offer::Begin { flow, with } => Some(Does::Press(make(flow, person, with.as_deref()))),
        Offer::App => app.cloned().map(Does::App),
        Offer::Plain(does) => Some(does.clone()),
    }
}

fn tag(person: PersonId) -> String {
    let low = person.0.as_u128() as u32;
    (0..TAG).filter_map(|i| char::from_digit(low >> (5 * i) & 31, 32)).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn fits_and_comes_back() {
        let person = PersonId(Uuid::from_u128(0x0192_aaaa_bbbb_7ccc_8ddd_1234_5678_9abc));
        let with = "0123456789abcdef0123456789abcdef";
        let token = make(&"f".repeat(LONGEST_FLOW), Some(person), Some(with));
        assert_eq!(token.len(), 64);
        let parsed = parse(&token).unwrap();
        assert_eq!((parsed.flow.len(), parsed.with), (LONGEST_FLOW, with));
        assert!(parsed.is_for(person));
        assert!(!parsed.is_for(PersonId(Uuid::from_u128(1))));
        assert!(parsed.is_for_another(PersonId(Uuid::from_u128(1))) && !parsed.is_for_another(person));
        assert!(!parse("g1:flow::").unwrap().is_for_another(person), "whoever presses");
    }

    #[test]
    fn nothing_but_plain_letters_comes_through() {
        for broken in ["g1:flow", "g1:flow:tag", "f1:a:1:b", "g1:flow:tag:a b", "g1:flow:tag:{$x}"] {
            assert_eq!(parse(broken), None, "{broken}");
        }
        assert_eq!(parse("g1:flow::").unwrap().with, "");
        assert!(make("flow", None, Some(&"x".repeat(99))).len() <= 64);
    }
}
