//! A flow with all that it says, in one language: what drawings and pages are made of.

use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;

use super::words::Interface;
use crate::{
    channel::marks,
    flow::{
        About, Posed, Program, Source, When,
        chat::{Reader, Samples},
        outline::{Asked, Outline, Part, To, Way, Why},
    },
    locale::Tone,
    message::{App, Message, Value, Words},
};

/// When what is shown is said: always the same moment, so that the same content makes the same pages.
const SAID_AT: &str = "2026-10-01T10:00:00+03:00";
/// Characters of a text that a drawing has room for.
const FIRST_WORDS: usize = 56;

/// A flow in one language.
pub(super) struct Scene<'p> {
    program: &'p Program,
    pub words: &'static Interface,
    pub lang: String,
    pub outline: Outline,
    /// What each step says.
    pub spoken: Vec<Vec<Spoken>>,
    reader: Reader,
}

/// One thing that a step says.
pub(super) struct Spoken {
    pub when: When,
    /// At which question of a form.
    pub question: Option<String>,
    pub message: Message,
    /// The text without how far a form has come.
    pub alone: String,
    /// The same to an adult, where that is otherwise.
    pub adult: Option<Message>,
    /// The same in plain words, where there are any; to an adult only where that is otherwise.
    pub plain: Vec<Message>,
}

impl<'p> Scene<'p> {
    /// Looks at a flow, with the values of these transcripts.
    pub fn new(program: &'p Program, chats: &[Source], flow: &str, lang: &str) -> Result<Self, String> {
        let outline = program.outline(flow)?;
        let samples = Samples::read(chats, flow, lang, said_at());
        let reader = |adult, plain| Reader {
            about: About { lang: lang.to_owned(), tone: Tone { adult, plain } },
            zone: Tz::Europe__Moscow,
        };
        let (pupil, grown) = (reader(false, false), reader(true, false));
        let plainly = [reader(false, true), reader(true, true)];
        let spoken = |posed: Posed| {
            let read = |reader: &Reader| reader.message(program, &posed.said, &App::Page(String::new()));
            let (message, adult) = (read(&pupil), read(&grown));
            let mut plain: Vec<_> =
                plainly.iter().map(read).filter(|said| *said != message && *said != adult).collect();
            plain.dedup();
            let adult = (adult != message).then_some(adult);
            let alone = pupil.text(program.locales(), alone(&posed.said.words));
            Spoken { when: posed.when, question: posed.question, message, alone, adult, plain }
        };
        let step = |i| program.posed(flow, i, &samples, &pupil.about).into_iter().map(spoken).collect();
        let spoken = (0..outline.steps.len()).map(step).collect();
        Ok(Self { program, words: Interface::of(lang), lang: lang.to_owned(), outline, spoken, reader: pupil })
    }

    /// What stands on a way; nothing where there is no other.
    pub fn way(&self, way: &Way) -> String {
        match &way.why {
            Why::Pressed(key) => self.reader.text(self.program.locales(), &Words::plain(key)),
            why => self.words.why(why),
        }
    }

    /// Where a way leads, in a word.
    pub fn to(&self, to: &To) -> String {
        match to {
            To::Step(i) => self.outline.steps.get(*i).map(|step| step.name.clone()).unwrap_or_default(),
            To::End(outcome) => outcome.clone(),
            To::All => self.words.all_ends.to_owned(),
        }
    }

    /// The first words of what a step says; for a silent one what it does.
    pub fn first_words(&self, i: usize, part: &Part) -> String {
        let said = self.spoken.get(i).and_then(|spoken| spoken.iter().find(|spoken| spoken.when == When::Entered));
        match said {
            Some(said) => first_words(&said.message.text),
            None if !part.questions.is_empty() => {
                part.questions.iter().map(|question| question.id.as_str()).collect::<Vec<_>>().join(", ")
            }
            None => part.with.clone(),
        }
    }

    /// The first words of a question of a form.
    pub fn question(&self, i: usize, asked: &Asked) -> String {
        let is = |spoken: &&Spoken| spoken.when == When::Entered && spoken.question.as_ref() == Some(&asked.id);
        let said = self.spoken.get(i).and_then(|spoken| spoken.iter().find(is));
        said.map(|said| first_words(&said.alone)).unwrap_or_default()
    }

    /// When a question of a form is asked, and whether it must be answered, in words; nothing where it always is and must.
    pub fn terms(&self, asked: &Asked) -> String {
        let when = asked.when.iter().map(|when| format!("{} {when}", self.words.only_if));
        when.chain(asked.optional.then(|| self.words.optional.to_owned())).collect::<Vec<_>>().join("; ")
    }

    /// The ways that lead to a step: from which, and by what.
    pub fn led(&self, i: usize) -> Vec<(usize, &Way)> {
        let steps = self.outline.steps.iter().enumerate();
        steps
            .flat_map(|(from, part)| part.ways.iter().map(move |way| (from, way)))
            .filter(|(_, way)| way.to == To::Step(i))
            .collect()
    }
}

/// A question without how far its form has come.
fn alone(words: &Words) -> &Words {
    match words.args.get("text") {
        Some(Value::Lines(lines)) if words.key == "form-progress" => lines.first().unwrap_or(words),
        _ => words,
    }
}

/// The beginning of a text, without marks, in one line.
pub(super) fn first_words(text: &str) -> String {
    let plain = marks::read(text).text;
    let mut short = String::new();
    for word in plain.split_whitespace() {
        let gap = usize::from(!short.is_empty());
        if short.chars().count() + gap + word.chars().count() > FIRST_WORDS {
            short.push('…');
            return short;
        }
        if gap > 0 {
            short.push(' ');
        }
        short.push_str(word);
    }
    short
}

fn said_at() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(SAID_AT).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_end_at_a_word() {
        assert_eq!(first_words("*Код* с\nкарточки"), "Код с карточки");
        let long = first_words(&"слово ".repeat(20));
        assert!(long.ends_with("слово…") && long.chars().count() <= FIRST_WORDS + 1, "{long}");
    }
}
