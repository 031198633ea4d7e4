//! What is an answer to a question.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::{fold, form::Control, heard::Heard};
use crate::{
    flow::model::{ANSWER, Answer, Ask, Whose},
    message::Value,
};

/// A phone is judged by an action; here it only has to be short.
const LONGEST_PHONE: usize = 32;
/// What is typed beside a contact's phone.
const LONGEST_NAME: usize = 64;
/// Digits of a phone, by E.164 at most; fewer than so many are no phone anywhere.
const FEWEST_DIGITS: usize = 7;
const MOST_DIGITS: usize = 15;

/// What a question makes of something heard.
#[derive(Debug, PartialEq)]
pub(super) enum Judged {
    /// An answer: the edge, and the value unless it was a button beside free input.
    Taken { edge: String, value: Option<Value> },
    /// A button of a form, or of a choice of several.
    Moved(Control),
    /// An option of several was marked, or is not any more.
    Marked(String),
    /// A way out that stands under the question: this command.
    Out(String),
    /// Of the right kind, but not acceptable.
    Invalid,
    /// Somebody else's contact.
    Foreign,
    /// One's own contact, where somebody else's is wanted.
    Own,
    /// A kind that was not asked for.
    Unfit,
}

/// An option as it can be chosen.
#[derive(Debug)]
pub(super) struct Choice<'c> {
    /// The token's last part: a name, or the number of a dynamic option.
    pub option: String,
    pub value: Value,
    /// Folded; empty where it is a name that nobody told ([`crate::flow::Names`]).
    pub label: Cow<'c, str>,
    /// Folded synonyms.
    pub words: &'c [String],
}

/// What a question shows, in the order in which it shows it.
#[derive(Debug, Default)]
pub(super) struct Shown<'c> {
    /// What there is to choose from.
    pub choices: Vec<Choice<'c>>,
    /// The buttons beside free input.
    pub buttons: Vec<Choice<'c>>,
    /// The buttons of a form, and of a choice of several.
    pub controls: Vec<Choice<'c>>,
    /// Commands, under a question that somebody is stuck at.
    pub ways_out: Vec<String>,
}

/// Judges something heard.
pub(super) fn judge(ask: &Ask, heard: &Heard, shown: &Shown<'_>) -> Judged {
    let text = match (heard, &ask.answer) {
        (Heard::Text(text), _) => text.trim(),
        (Heard::Contact { phone, own: true, .. }, Answer::Phone) => phone.trim(),
        (Heard::Contact { own: false, .. }, Answer::Phone | Answer::Contact { whose: Whose::Own }) => {
            return Judged::Foreign;
        }
        (Heard::Contact { own: true, .. }, Answer::Contact { whose: Whose::Other }) => return Judged::Own,
        (Heard::Contact { phone, name, own }, Answer::Contact { .. }) => return taken(contact(phone, name, *own)),
        (Heard::Attachment(kind), Answer::Attachment) => return taken(Value::Text(kind.clone())),
        _ => return Judged::Unfit,
    };
    let folded = fold(text);
    if let Some(button) = by_word(&shown.buttons, &folded) {
        return beside(button);
    }
    if let Some(moved) = by_word(&shown.controls, &folded).and_then(moved) {
        return moved;
    }
    if matches!(ask.answer, Answer::Choices { .. }) {
        return several(ask, shown, text);
    }
    if let Some(choice) = by_word(&shown.choices, &folded) {
        return chosen(ask, choice);
    }
    // Where a number can be an answer it is one; a phone as short as a button's number does not exist.
    let numbered = by_number(ask, shown, text);
    match free(&ask.answer, text) {
        Some(value) if numbered.is_none() || !ask.answer.is_personal() => taken(value),
        _ => numbered.unwrap_or(Judged::Invalid),
    }
}

/// A pressed option; `None` if the question has no such option.
pub(super) fn press(ask: &Ask, option: &str, shown: &Shown<'_>) -> Option<Judged> {
    if let Some(control) = shown.controls.iter().find(|control| control.option == option) {
        return moved(control);
    }
    if ask.buttons.iter().any(|button| button == option) {
        return Some(Judged::Taken { edge: option.to_owned(), value: None });
    }
    let choice = shown.choices.iter().find(|choice| choice.option == option)?;
    Some(match ask.answer {
        Answer::Choices { .. } => Judged::Marked(choice.option.clone()),
        _ => chosen(ask, choice),
    })
}

fn moved(control: &Choice<'_>) -> Option<Judged> {
    Control::by_option(&control.option).map(Judged::Moved)
}

/// `1, 3` or labels with commas between them: all that is chosen, at once.
fn several(ask: &Ask, shown: &Shown<'_>, text: &str) -> Judged {
    let Answer::Choices { of, min, max } = &ask.answer else { return Judged::Invalid };
    let one = |part: &str| {
        by_word(&shown.choices, &fold(part)).map(|choice| choice.option.clone()).or_else(|| {
            match by_number(ask, shown, part.trim())? {
                Judged::Taken { value: Some(Value::Text(option)), .. } => Some(option),
                _ => None,
            }
        })
    };
    // A label may have a comma in it.
    let whole = one(text).map(|option| vec![option]);
    let parts = || text.split([',', ';', '\n']).filter(|part| !part.trim().is_empty()).map(one).collect();
    let Some(mut chosen) = whole.or_else(parts) else {
        // A single number is perhaps that of a button beside the options.
        return by_number(ask, shown, text)
            .filter(|judged| matches!(judged, Judged::Moved(_)))
            .unwrap_or(Judged::Invalid);
    };
    chosen.sort_by_key(|option| of.iter().position(|one| one == option));
    chosen.dedup();
    if chosen.len() < *min || chosen.len() > *max {
        return Judged::Invalid;
    }
    taken(Value::List(chosen.into_iter().map(Value::from).collect()))
}

fn chosen(ask: &Ask, choice: &Choice<'_>) -> Judged {
    let edge = if ask.next.contains_key(&choice.option) { choice.option.clone() } else { ANSWER.to_owned() };
    Judged::Taken { edge, value: Some(choice.value.clone()) }
}

fn taken(value: Value) -> Judged {
    Judged::Taken { edge: ANSWER.to_owned(), value: Some(value) }
}

fn by_word<'s, 'c>(choices: &'s [Choice<'c>], folded: &str) -> Option<&'s Choice<'c>> {
    let fits = |choice: &&Choice<'_>| choice.label == folded || choice.words.iter().any(|word| word == folded);
    let mut fitting = choices.iter().filter(|_| !folded.is_empty()).filter(fits);
    // Of two namesakes nobody is meant.
    fitting.next().filter(|_| fitting.next().is_none())
}

fn beside(button: &Choice<'_>) -> Judged {
    Judged::Taken { edge: button.option.clone(), value: None }
}

/// The buttons as a text numbers them for a client that shows none: all that can be pressed, in the keyboard's order.
/// `2`, `2.` and `2)` are such numbers, `-2` and `+2` are not. A label that is a number itself has no other: on a scale from 0
/// to 10 nobody means 10 by 11.
fn by_number(ask: &Ask, shown: &Shown<'_>, text: &str) -> Option<Judged> {
    let digits = text.trim_end_matches(['.', ')']);
    let counts = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse::<usize>().ok().filter(|_| counts)?.checked_sub(1)?;
    let choices = shown.choices.iter().map(|choice| choice.label.parse::<u64>().is_err().then(|| chosen(ask, choice)));
    let buttons = shown.buttons.iter().map(|button| Some(beside(button)));
    let controls = shown.controls.iter().filter_map(moved).map(Some);
    let ways_out = shown.ways_out.iter().map(|command| Some(Judged::Out(command.clone())));
    choices.chain(buttons).chain(controls).chain(ways_out).nth(number)?
}

/// Whether one of the numbers that so many buttons would have is an answer itself: then no button has one.
pub(super) fn takes_numbers(answer: &Answer, buttons: usize) -> bool {
    !answer.is_personal() && (1..=buttons).any(|number| free(answer, &number.to_string()).is_some())
}

fn free(answer: &Answer, text: &str) -> Option<Value> {
    let length = text.chars().count();
    match answer {
        Answer::Choice { .. } | Answer::Choices { .. } | Answer::Attachment | Answer::Scale { .. } => None,
        Answer::Text { min, max } => (length >= *min && length <= *max).then(|| Value::from(text)),
        Answer::Number { min, max } => {
            let number: i64 = text.split_whitespace().collect::<String>().parse().ok()?;
            (number >= *min && number <= *max).then_some(Value::Number(number))
        }
        Answer::Digits { length } => digits(text).filter(|digits| digits.len() == *length).map(Value::Text),
        Answer::Date => date(text).map(|date| Value::Text(date.to_string())),
        Answer::Contact { .. } => typed_contact(text),
        Answer::Phone => (length > 0 && length <= LONGEST_PHONE).then(|| Value::from(text)),
    }
}

/// The value of a contact.
fn contact(phone: &str, name: &str, own: bool) -> Value {
    let fields = [("phone", Value::from(phone.trim())), ("name", Value::from(name.trim())), ("own", Value::Flag(own))];
    Value::Record(fields.map(|(field, value)| (field.to_owned(), value)).into())
}

/// `Мама, +7 916 123-45-67` or the phone alone: whose it is nobody vouches for. How good the phone is, an action judges.
fn typed_contact(text: &str) -> Option<Value> {
    let is_name = |c: char| c.is_alphabetic();
    let (phone, name): (Vec<&str>, Vec<&str>) = text.split_whitespace().partition(|word| !word.contains(is_name));
    let (phone, name) = (phone.join(" "), name.join(" "));
    let name = name.trim_end_matches([',', ':', '–', '-']);
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let fits = (FEWEST_DIGITS..=MOST_DIGITS).contains(&digits) && phone.len() <= LONGEST_PHONE;
    (fits && name.chars().count() <= LONGEST_NAME)
        .then(|| contact(phone.trim_matches([' ', ',', ':', '–']), name, false))
}

/// `12 34`, `12-34` and `«1234».` are four digits; `1234 рубля` are not.
fn digits(text: &str) -> Option<String> {
    let told: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    told.bytes().all(|byte| byte.is_ascii_digit()).then_some(told)
}

/// `17.03.2012`, `17/03/2012`, `17 03 2012`, `2012-03-17`
fn date(text: &str) -> Option<NaiveDate> {
    let parts: Vec<u32> = text.split(['.', '/', '-', ' ']).map(str::parse).collect::<Result<_, _>>().ok()?;
    let (day, month, year) = match parts.as_slice() {
        [year, month, day] if *year > 31 => (*day, *month, *year),
        [day, month, year] if *year > 1000 => (*day, *month, *year),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok().filter(|year| *year < 10_000)?, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        assert_eq!(free(&Answer::Digits { length: 4 }, "00 42"), Some(Value::from("0042")));
        for tidy in ["1234.", "«1-2-3-4»", "*1234*", "\u{200e}1234 👍"] {
            assert_eq!(free(&Answer::Digits { length: 4 }, tidy), Some(Value::from("1234")), "{tidy}");
        }
        for other in ["код 1234", "1234а", "١٢٣٤", "", "😀"] {
            assert_eq!(free(&Answer::Digits { length: 4 }, other), None, "{other}");
        }
        assert_eq!(free(&Answer::Date, "17.03.2012"), Some(Value::from("2012-03-17")));
        assert_eq!(free(&Answer::Date, "2012-03-17"), Some(Value::from("2012-03-17")));
        assert_eq!(free(&Answer::Date, "31.02.2012"), None);
        assert_eq!(free(&Answer::Number { min: 0, max: 9_999 }, "1 200"), Some(Value::Number(1_200)));
        assert_eq!(free(&Answer::Number { min: 0, max: 9 }, "10"), None);
        assert_eq!(free(&Answer::Phone, &"9".repeat(33)), None);
        let anybody = Answer::Contact { whose: Whose::Any };
        for (typed, phone, name) in [
            ("+7 916 123-45-67", "+7 916 123-45-67", ""),
            ("Мама: 8(916)1234567", "8(916)1234567", "Мама"),
            ("+79161234567 Анна Сергеевна", "+79161234567", "Анна Сергеевна"),
            ("Тётя Оля – 89161234567", "89161234567", "Тётя Оля"),
        ] {
            assert_eq!(free(&anybody, typed), Some(contact(phone, name, false)), "{typed}");
        }
        for other in ["Мама", "12-34", "", "позвоните мне", &"1".repeat(16)] {
            assert_eq!(free(&anybody, other), None, "{other}");
        }
        assert_eq!(free(&Answer::Text { min: 1, max: 3 }, "много"), None);
    }
}
