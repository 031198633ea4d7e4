//! Four digits that prove a call was seen.

use std::fmt;

use serde_json::Value as Json;

use crate::ids::Dice;

/// The last four digits of the calling number, `0001`–`9999`: a string, so that leading zeros survive. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// A code of our own making, for providers that let us choose.
    #[must_use]
    pub fn roll(dice: &Dice) -> Self {
        Self(format!("{:04}", dice.below(9999) + 1))
    }

    /// What a person typed: exactly four digits once blanks and hyphens are gone.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        (digits.len() == 4).then(|| Self::told(&digits)).flatten()
    }

    /// What a provider said: four to six digits, of which the last four are the code. `0000` is nobody's code.
    #[must_use]
    pub fn told(text: &str) -> Option<Self> {
        let fits = (4..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let last = fits.then(|| text[text.len() - 4..].to_owned())?;
        (last != "0000").then_some(Self(last))
    }

    /// The code in a provider's JSON. A number has lost its leading zeros, and they are put back.
    #[must_use]
    pub fn in_json(value: &Json) -> Option<Self> {
        match value {
            Json::String(text) => Self::told(text),
            Json::Number(number) => number.as_u64().and_then(|n| Self::told(&format!("{n:04}"))),
            _ => None,
        }
    }

    /// The digits, for the keyed hash and for the provider's request; nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(****)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn leading_zeros_survive_every_way_in() {
        for said in [json!("0427"), json!(427), json!("550427"), json!(550_427)] {
            assert_eq!(Code::in_json(&said).unwrap().expose(), "0427");
        }
        assert_eq!(Code::typed("04 27").unwrap().expose(), "0427");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for said in [json!("0000"), json!(0), json!("123"), json!("1234567"), json!("12a4"), json!(-427), json!(null)] {
            assert_eq!(Code::in_json(&said), None, "{said}");
        }
        assert_eq!(Code::typed("550427"), None);
        assert_eq!(Code::typed("٠٤٢٧"), None);
    }

    #[test]
    fn a_code_is_never_printed() {
        assert!(!format!("{:?}", Code::told("1435").unwrap()).contains("1435"));
    }

    proptest! {
        #[test]
        fn rolled_codes_are_four_digits_and_not_zero(seed: u64) {
            let dice = Dice::loaded(seed);
            for _ in 0..50 {
                let code = Code::roll(&dice);
                prop_assert_eq!(Code::told(code.expose()), Some(code.clone()));
                prop_assert_eq!(code.expose().len(), 4);
            }
        }

        #[test]
        fn typing_never_panics(text in "\\PC{0,12}") {
            let _ = Code::typed(&text);
            let _ = Code::told(&text);
        }
    }
}
