//! What people answer to a question: what is just right, what is just not, and what is something else altogether.

use super::{act::Act, marks::Marks};
use crate::flow::model::{Answer, Whose};

/// A letter that begins no word of ours.
const LETTER: &str = "ъ";
/// A letter that takes up two units.
const WIDE: &str = "😀";
/// What texts are made of that mean something to messengers and to us.
const HOSTILE: &str = "ъ *b* _i_ [l](https://example.org) {$x} { $x } \\ <b> &amp; \u{202e} @all";
const PHONE: &str = "+7 916 123-45-67";
/// A phone has at most so many characters.
const LONGEST_PHONE: usize = 32;
/// What is typed beside a phone has at most so many.
const LONGEST_NAME: usize = 64;
/// A phone in the world has at most so many digits.
const MOST_DIGITS: usize = 15;

/// Answers that are taken, a usual one first; `long`: as long as they may be.
pub(super) fn valid(answer: &Answer, marks: Option<&Marks>, long: bool) -> Vec<Act> {
    match answer {
        // They are pressed: see the moves.
        Answer::Choice { .. } | Answer::Scale { .. } => Vec::new(),
        Answer::Choices { of, min, max } => several(of.len(), *min, *max),
        Answer::Text { max, .. } if long => vec![says(LETTER, *max), says(WIDE, *max)],
        Answer::Text { min, max } => {
            let fits = |text: &&str| (*min..=*max).contains(&text.chars().count());
            let marked = marks.into_iter().flat_map(Marks::texts).filter(|text| !text.is_empty()).filter(fits);
            let hostile = Some(HOSTILE).filter(|text| fits(text));
            let usual = says(LETTER, (*min).max(1).max((*max).min(4)));
            std::iter::once(usual)
                .chain(marked.map(Act::says))
                .chain(hostile.map(Act::says))
                .chain([says(LETTER, *min), says(LETTER, *max)].into_iter().filter(|_| *max <= 200))
                .collect()
        }
        Answer::Number { min, max } => {
            let marked = marks.map(Marks::numbers).unwrap_or_default();
            let numbers = [*min, *max].into_iter().chain(marked.into_iter().filter(|n| (min..=max).contains(&n)));
            numbers.map(|number| Act::Says(number.to_string())).collect()
        }
        Answer::Digits { length } => {
            let digits: String = "1234567890".chars().cycle().take(*length).collect();
            vec![Act::says(&digits), Act::Says("0".repeat(*length)), Act::Says(format!("«{digits}»."))]
        }
        Answer::Date => ["17.03.2012", "2012-03-17", "29/02/2024", "01.01.1900"].map(Act::says).into(),
        Answer::Phone if long => vec![Act::Says("9".repeat(LONGEST_PHONE))],
        Answer::Phone => vec![shares("+79161234567", "", true), Act::says(PHONE)],
        Answer::Contact { .. } if long => {
            vec![Act::Says(format!("{}: {}", LETTER.repeat(LONGEST_NAME), "9".repeat(MOST_DIGITS)))]
        }
        Answer::Contact { whose } => {
            let shared = [("+79161234567", true, Whose::Other), ("+79031112233", false, Whose::Own)];
            let shared = shared.into_iter().filter(|(.., refused)| whose != refused);
            let shared = shared.flat_map(|(phone, own, _)| ["", "Анна"].map(|name| shares(phone, name, own)));
            shared.chain([PHONE.to_owned(), format!("Мама, {PHONE}")].map(Act::Says)).collect()
        }
        Answer::Attachment => ["photo", "file"].map(|kind| Act::Sends(kind.to_owned())).into(),
    }
}

/// Answers that are not taken: the first of them is plainly none.
pub(super) fn junk(answer: &Answer) -> Vec<Act> {
    match answer {
        Answer::Choice { .. } => vec![Act::says("ъъъ"), Act::says("99"), Act::says("-1"), Act::says("…")],
        Answer::Choices { of, max, .. } => {
            let mut junk = vec![Act::says("ъъъ"), Act::says("99"), Act::says("1, ъъъ"), Act::says(", ,")];
            let all = (1..=of.len()).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
            junk.extend((*max < of.len()).then_some(Act::Says(all)));
            junk
        }
        Answer::Text { min, max } => {
            let short = (*min > 1).then(|| says(LETTER, min - 1));
            short.into_iter().chain([says(LETTER, max + 1)]).chain((*min > 0).then(|| Act::says(""))).collect()
        }
        Answer::Number { min, max } => {
            let beyond = [min.checked_sub(1), max.checked_add(1)].into_iter().flatten();
            let words = ["ъъъ", "1,5", "99999999999999999999", "--1"].map(Act::says);
            words.into_iter().chain(beyond.map(|n| Act::Says(n.to_string()))).collect()
        }
        Answer::Digits { length } => {
            let others = [length - 1, length + 1].into_iter().filter(|n| *n > 0);
            std::iter::once(Act::says("ъъъ")).chain(others.map(|n| Act::Says("7".repeat(n)))).collect()
        }
        Answer::Scale { from, to } => {
            ["ъъъ".to_owned(), (from - 1).to_string(), (to + 1).to_string()].map(Act::Says).into()
        }
        Answer::Date => ["ъъъ", "31.02.2012", "29.02.2023", "17.03.12", "2012-13-01", "99999999"].map(Act::says).into(),
        Answer::Phone => {
            let foreign = shares("+79031112233", "Анна", false);
            vec![says(LETTER, LONGEST_PHONE + 1), foreign]
        }
        Answer::Contact { whose } => {
            let shared = [("+79161234567", true, Whose::Other), ("+79031112233", false, Whose::Own)];
            let refused = shared.into_iter().filter(|(.., refused)| whose == refused);
            let refused = refused.map(|(phone, own, _)| shares(phone, "Анна", own));
            let long_name = format!("{}, {PHONE}", LETTER.repeat(LONGEST_NAME + 1));
            let typed = ["ъъъ", "123-45", ""].map(str::to_owned).into_iter();
            typed.chain([long_name, "9".repeat(MOST_DIGITS + 1)]).map(Act::Says).chain(refused).collect()
        }
        Answer::Attachment => vec![Act::says("ъъъ")],
    }
}

/// The numbers of several options: each alone, the fewest, all that may be.
fn several(of: usize, min: usize, max: usize) -> Vec<Act> {
    let min = min.max(1);
    let each = (0..of).map(|first| (0..min).map(|next| (first + next) % of + 1).collect::<Vec<_>>());
    let most = (1..=max.min(of)).collect();
    let written = |numbers: Vec<usize>| {
        let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        Act::Says(numbers.join(", "))
    };
    each.chain([most]).map(written).collect()
}

fn shares(phone: &str, name: &str, own: bool) -> Act {
    Act::Shares { phone: phone.to_owned(), name: name.to_owned(), own }
}

fn says(letter: &str, many: usize) -> Act {
    Act::Says(letter.repeat(many))
}
