//! Puts in the calls that a conversation lacks, as one that was saved from outside does: the answers with which the bot says
//! what is written.
//!
//! A search over the declared outcomes. A text that an outcome gives is an unknown until a written line shows it; flags and
//! numbers are tried. Only a conversation that reads as written to its end is completed: nothing is guessed of another.

use super::{
    found::Found,
    script::{Conversation, Item, Person, What},
    stage::{Output, Stage},
    unknown::{self, Unknown},
};
use crate::{
    flow::{
        Program, Reply,
        action::{Kind, Type},
    },
    message::{Args, Value},
};

/// Texts that are words of the programme, by field: by these the menu chooses what it says, and no line shows them.
const WORDS: [(&str, &[&str]); 1] = [("consent", &["pupil", "parent", "blocked"])];
/// Answers that a search may try: many times what a saved conversation of hundreds of lines takes.
const BUDGET: u32 = 10_000;
/// The most people in one chat whose names are looked for.
const MOST_OPTIONS: usize = 8;
/// The numbers tried first: where nothing shows a number, the first will do.
const USUAL: [i64; 4] = [1, 2, 0, 3];

/// The conversation with all its calls, if it lacks some and they can be found.
pub(super) fn complete(program: &Program, conversation: &Conversation) -> Option<Conversation> {
    let mut stage = Stage::new(program, conversation, false);
    stage.begin(conversation).ok()?;
    let search = Search { stage, items: &conversation.items, at: 0, unknowns: Vec::new(), found: Vec::new() };
    let whole = search.go(&mut { BUDGET })?;
    (!whole.found.is_empty()).then(|| whole.written(conversation))
}

/// A conversation played up to a line.
#[derive(Clone)]
struct Search<'s> {
    stage: Stage<'s>,
    items: &'s [Item],
    at: usize,
    unknowns: Vec<Unknown>,
    found: Vec<Found>,
}

impl Search<'_> {
    /// Plays on to the end, past every call that is lacking.
    fn go(mut self, left: &mut u32) -> Option<Self> {
        loop {
            let next = self.items.get(self.at).map(|item| &item.what);
            match (self.stage.outputs.front(), next) {
                (_, Some(What::Blank)) => {}
                (Some(Output::Call { .. }), Some(What::Call(call))) => self.stage.call(call).ok()?,
                (
                    Some(Output::Call { action, .. }),
                    None | Some(What::Person(_) | What::Signal(_) | What::Later(_) | What::Outcome(_)),
                ) if action.signature().kind == Kind::Outside => {
                    // It may come back later.
                    self.stage.open.extend(self.stage.outputs.pop_front());
                    continue;
                }
                (Some(Output::Call { .. }), _) => return self.answered(left),
                (Some(Output::Bot(said)), Some(What::Bot(written))) => {
                    self.unknowns = if written == "…" {
                        self.stage.repeated(said).then(|| std::mem::take(&mut self.unknowns))?
                    } else {
                        unknown::read(&self.unknowns, said, written)?
                    };
                    self.stage.outputs.pop_front();
                }
                (Some(Output::Toast(said)), Some(What::Toast(written))) => {
                    self.unknowns = unknown::read(&self.unknowns, said, written)?;
                    self.stage.outputs.pop_front();
                }
                (Some(_), _) => return None,
                (None, None) => return Some(self),
                (None, Some(What::Bot(_) | What::Toast(_))) => {
                    self.stage.outputs.push_back(self.stage.open.pop_front()?);
                    continue;
                }
                (None, Some(What::Call(call))) => self.stage.call(call).ok()?,
                (None, Some(What::Person(person))) => self.person(person)?,
                (None, Some(What::Signal(signal))) => self.stage.signal(signal).ok()?,
                (None, Some(What::Later(by))) => self.stage.later(*by),
                (None, Some(What::Outcome(outcome))) => self.stage.outcome(outcome).ok()?,
            }
            self.at += 1;
        }
    }

    /// What the person does; a button may be labelled with an unknown.
    fn person(&mut self, person: &Person) -> Option<()> {
        let input = self.stage.input(person).ok().or_else(|| {
            let Person::Presses { label, oldest } = person else { return None };
            let meant = self.unknowns.iter().filter(|unknown| unknown.seen.as_ref() == Some(label));
            let press = |sign: char| Person::Presses { label: sign.to_string(), oldest: *oldest };
            meant.filter_map(|unknown| self.stage.input(&press(unknown.sign)).ok()).next_back()
        })?;
        self.stage.turn(input);
        Some(())
    }

    /// Tries every answer to the call that comes first.
    fn answered(mut self, left: &mut u32) -> Option<Self> {
        let Some(Output::Call { run, seq, action, args }) = self.stage.outputs.pop_front() else { return None };
        for outcome in action.signature().outcomes {
            for (mut next, values) in self.answers(outcome.gives) {
                *left = left.checked_sub(1)?;
                let now = next.stage.now;
                let reply = Reply { outcome: outcome.name.to_owned(), values: values.clone() };
                next.stage.returned((run.clone(), seq), action, &args, reply);
                next.found.push(Found { before: self.at, now, action, args: args.clone(), outcome, values });
                if let Some(whole) = next.go(left) {
                    return Some(whole);
                }
            }
        }
        None
    }

    /// All that an outcome may give, each with the search that goes on with it.
    fn answers(&self, gives: &[(&'static str, Type)]) -> Vec<(Self, Args)> {
        let mut answers = vec![(self.clone(), Args::new())];
        for (name, of) in gives {
            let each = |(search, args): (Self, Args)| {
                search.values(name, *of).into_iter().map(move |(search, value)| {
                    let mut args = args.clone();
                    args.insert((*name).to_owned(), value);
                    (search, args)
                })
            };
            answers = answers.into_iter().flat_map(each).collect();
        }
        answers
    }

    fn values(self, name: &str, of: Type) -> Vec<(Self, Value)> {
        match of {
            Type::Flag => [true, false].map(|flag| (self.clone(), flag.into())).into(),
            Type::Number => self.numbers().into_iter().map(|number| (self.clone(), number.into())).collect(),
            Type::Options => (1..=MOST_OPTIONS).map(|many| self.clone().options(many)).collect(),
            // No action gives these.
            Type::List | Type::Record | Type::Shape(_) => Vec::new(),
            Type::Text | Type::Shown | Type::Moment => {
                let words = WORDS.iter().filter(|(field, _)| *field == name).flat_map(|(_, words)| words.iter());
                let words: Vec<_> = words.map(|word| (self.clone(), Value::Text((*word).to_owned()))).collect();
                let mut search = self;
                let value = search.unknown(name);
                [(search, value)].into_iter().chain(words).collect()
            }
        }
    }

    fn unknown(&mut self, name: &str) -> Value {
        let unknown = Unknown::nth(self.unknowns.len(), name);
        let value = Value::Text(unknown.sign.to_string());
        self.unknowns.push(unknown);
        value
    }

    fn options(mut self, many: usize) -> (Self, Value) {
        let option = |n: usize| {
            let fields = [("value", Value::Text(format!("p{n}"))), ("label", self.unknown(&format!("p{n}")))];
            Value::Record(fields.map(|(name, value)| (name.to_owned(), value)).into())
        };
        let options = (1..=many).map(option).collect();
        (self, Value::List(options))
    }

    /// The usual ones, and those that the bot is about to say.
    fn numbers(&self) -> Vec<i64> {
        let mut numbers = USUAL.to_vec();
        for item in self.items.iter().skip(self.at).take_while(|item| !matches!(item.what, What::Person(_))) {
            let What::Bot(text) = &item.what else { continue };
            let said = text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
            numbers.extend(said.filter(|number| !USUAL.contains(number)));
        }
        numbers.dedup();
        numbers
    }

    /// The conversation with what was found in its place.
    fn written(&self, conversation: &Conversation) -> Conversation {
        let mut items = Vec::new();
        let mut found = self.found.iter().peekable();
        for (i, item) in conversation.items.iter().enumerate() {
            while let Some(call) = found.next_if(|call| call.before == i) {
                items.push(call.item(item.line, &self.unknowns, &self.stage));
            }
            items.push(item.clone());
        }
        items.extend(found.map(|call| call.item(conversation.head.line, &self.unknowns, &self.stage)));
        Conversation { items, ..conversation.clone() }
    }
}
