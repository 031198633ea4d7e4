//! A transcript as it is written.

use std::fmt;

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::{Failure, value};
use crate::{
    flow::load,
    locale::{FALLBACK, Tone},
};

/// One conversation of a transcript.
#[derive(Clone, Debug)]
pub(super) struct Conversation {
    pub title: String,
    pub head: Head,
    /// The title and head as written, with what stands around them.
    pub preface: Vec<String>,
    pub items: Vec<Item>,
}

/// `@ vk adult plain 2026-11-23T10:00+03:00 verify_phone {said: привет}`
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub line: usize,
    pub telegram: bool,
    pub lang: String,
    pub tone: Tone,
    pub at: DateTime<FixedOffset>,
    pub flow: String,
    pub args: serde_json::Map<String, serde_json::Value>,
}

/// One line, with the lines that continue it.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub line: usize,
    pub raw: String,
    pub what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Blank,
    Person(Person),
    Bot(String),
    Toast(String),
    Call(Call),
    Signal(Signal),
    Later(TimeDelta),
    Outcome(String),
}

/// What the person does.
#[derive(Clone, Debug)]
pub(super) enum Person {
    Says(String),
    Starts(Option<String>),
    Presses {
        label: String,
        oldest: bool,
    },
    Shares {
        phone: String,
        name: String,
        own: bool,
    },
    Sends(String),
    /// A button that we did not make like this.
    Forges(String),
}

/// `! action(arg=value) -> outcome {name: value}`
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub action: String,
    /// As written, without the brackets; `None` without brackets: any arguments will do.
    pub args: Option<String>,
    pub outcome: String,
    pub values: serde_json::Map<String, serde_json::Value>,
}

/// `^ name(about) {name: value}`
#[derive(Clone, Debug)]
pub(super) struct Signal {
    pub name: String,
    pub about: Option<String>,
    pub values: serde_json::Map<String, serde_json::Value>,
}

impl Head {
    /// The line, as it stands in this file.
    pub fn written(&self, file: &str) -> String {
        let mut words = vec!["@".to_owned(), if self.telegram { "telegram" } else { "vk" }.to_owned()];
        match self.lang.as_str() {
            FALLBACK => {}
            "en" => words.push("en".to_owned()),
            other => words.push(format!("lang={other}")),
        }
        words.extend(self.tone.adult.then(|| "adult".to_owned()));
        words.extend(self.tone.plain.then(|| "plain".to_owned()));
        words.push(self.at.format("%Y-%m-%dT%H:%M%:z").to_string());
        words.extend((self.flow != load::stem(file)).then(|| self.flow.clone()));
        words.extend(map(&self.args));
        words.join(" ")
    }
}

/// JSON but for the quotes around names; nothing for nothing.
fn map(values: &serde_json::Map<String, serde_json::Value>) -> Option<String> {
    let values: Vec<_> = values.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    (!values.is_empty()).then(|| format!("{{{}}}", values.join(", ")))
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "! {}", self.action)?;
        if let Some(args) = &self.args {
            write!(f, "({args})")?;
        }
        write!(f, " -> {}", self.outcome)?;
        map(&self.values).map_or(Ok(()), |values| write!(f, " {values}"))
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "^ {}", self.name)?;
        if let Some(about) = &self.about {
            write!(f, "({about})")?;
        }
        map(&self.values).map_or(Ok(()), |values| write!(f, " {values}"))
    }
}

pub(super) fn parse(file: &str, text: &str) -> Result<Vec<Conversation>, Box<Failure>> {
    let mut conversations: Vec<Conversation> = Vec::new();
    let mut preface = Vec::new();
    let mut title = None;
    for (i, raw) in text.lines().enumerate() {
        let line = i + 1;
        let fail = |what: String| failure(file, line, title.as_deref().unwrap_or_default(), what, raw);
        if let Some(words) = raw.strip_prefix('#') {
            title = Some(words.trim().to_owned());
            preface.push(raw.to_owned());
        } else if let Some(words) = raw.strip_prefix('@') {
            let head = head(file, line, words).map_err(fail)?;
            preface.push(raw.to_owned());
            let title = title.clone().unwrap_or_default();
            conversations.push(Conversation { title, head, preface: std::mem::take(&mut preface), items: Vec::new() });
        } else {
            match conversations.last_mut().filter(|_| preface.is_empty()) {
                Some(conversation) => add(&mut conversation.items, line, raw).map_err(fail)?,
                None if raw.trim().is_empty() => preface.push(raw.to_owned()),
                None => return Err(fail("a conversation begins with `# title` and `@ channel time`".to_owned())),
            }
        }
    }
    Ok(conversations)
}

fn failure(file: &str, line: usize, title: &str, what: String, raw: &str) -> Box<Failure> {
    let written = Some(raw.to_owned());
    Box::new(Failure { file: file.to_owned(), line, title: title.to_owned(), what, written, ..Failure::default() })
}

fn add(items: &mut Vec<Item>, line: usize, raw: &str) -> Result<(), String> {
    if let Some(more) = raw.strip_prefix('|') {
        let Some(Item { raw: whole, what: What::Bot(text), .. }) = items.last_mut() else {
            return Err("`|` continues a line of the bot".to_owned());
        };
        whole.push_str(&format!("\n{raw}"));
        text.push_str(&format!("\n{}", more.strip_prefix(' ').unwrap_or(more)));
        return Ok(());
    }
    items.push(Item { line, raw: raw.to_owned(), what: item(raw)? });
    Ok(())
}

/// What a line says, one that continues another aside.
pub(super) fn item(raw: &str) -> Result<What, String> {
    let (sign, rest) = raw.split_at(raw.chars().next().map_or(0, char::len_utf8));
    let rest = rest.trim();
    Ok(match sign {
        "" => What::Blank,
        ">" => What::Person(person(rest)),
        "<" => What::Bot(rest.to_owned()),
        "~" => What::Toast(rest.to_owned()),
        "!" => What::Call(call(rest)?),
        "^" => What::Signal(signal(rest)?),
        "+" => What::Later(later(rest)?),
        "=" => What::Outcome(rest.to_owned()),
        _ if raw.trim().is_empty() => What::Blank,
        _ => return Err("a line begins with >, <, |, ~, !, ^, + or =".to_owned()),
    })
}

fn signal(rest: &str) -> Result<Signal, String> {
    let (named, values) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
    let values = if values.is_empty() { serde_json::Map::new() } else { value::map(values)? };
    let (name, about) = match named.trim().split_once('(') {
        Some((name, about)) => (name, Some(about.strip_suffix(')').ok_or("`)` is missing")?.trim().to_owned())),
        None => (named.trim(), None),
    };
    Ok(Signal { name: name.trim().to_owned(), about, values })
}

fn later(rest: &str) -> Result<TimeDelta, String> {
    let parts: Option<Vec<_>> = rest.split_whitespace().map(load::duration).collect();
    let whole = parts.filter(|parts| !parts.is_empty()).map(|parts| parts.into_iter().sum());
    whole.ok_or_else(|| "time passes as `+ 90s`, `+ 10m`, `+ 2h 30m`, `+ 3d`".to_owned())
}

fn person(rest: &str) -> Person {
    let label = |text: &str| text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).map(str::to_owned);
    if let Some(label) = label(rest) {
        return Person::Presses { label, oldest: false };
    }
    if let Some(label) = rest.strip_prefix("old ").and_then(label) {
        return Person::Presses { label, oldest: true };
    }
    if let Some(token) =
        rest.strip_prefix("button ").filter(|token| token.starts_with("f1:") || token.starts_with("g1:"))
    {
        return Person::Forges(token.to_owned());
    }
    for (word, own) in [("contact ", true), ("contact-foreign ", false)] {
        if let Some(shared) = rest.strip_prefix(word) {
            let (phone, name) = shared.split_at(shared.find(char::is_alphabetic).unwrap_or(shared.len()));
            let phone = phone.trim();
            return Person::Shares { phone: phone.to_owned(), name: name.trim().to_owned(), own };
        }
    }
    if let Some(kind) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return Person::Sends(kind.to_owned());
    }
    match rest.strip_prefix("/start") {
        Some(payload) if payload.is_empty() || payload.starts_with(' ') => {
            Person::Starts(Some(payload.trim().to_owned()).filter(|payload| !payload.is_empty()))
        }
        _ => Person::Says(rest.to_owned()),
    }
}

fn call(rest: &str) -> Result<Call, String> {
    let (asked, answered) = rest.split_once("->").ok_or("a call is `! action(args) -> outcome`")?;
    let asked = asked.trim();
    let (action, args) = match asked.split_once('(') {
        Some((action, args)) => (action, Some(args.strip_suffix(')').ok_or("`)` is missing")?.trim().to_owned())),
        None => (asked, None),
    };
    let answered = answered.trim();
    let (outcome, values) = answered
        .split_once('{')
        .map_or((answered, ""), |(outcome, _)| (outcome.trim(), answered.get(outcome.len()..).unwrap_or_default()));
    let values = if values.is_empty() { serde_json::Map::new() } else { value::map(values)? };
    Ok(Call { action: action.trim().to_owned(), args, outcome: outcome.to_owned(), values })
}

fn head(file: &str, line: usize, words: &str) -> Result<Head, String> {
    let (words, args) = match words.find('{') {
        Some(at) => (words.get(..at).unwrap_or_default(), value::map(words.get(at..).unwrap_or_default())?),
        None => (words, serde_json::Map::new()),
    };
    let mut words = words.split_whitespace();
    let telegram = match words.next() {
        Some("telegram") => true,
        Some("vk") => false,
        other => return Err(format!("a conversation is on `telegram` or `vk`, not {other:?}")),
    };
    let (mut lang, mut tone, mut at) = (FALLBACK.to_owned(), Tone::default(), None);
    let mut flow = load::stem(file).to_owned();
    for word in words {
        match word {
            "adult" => tone.adult = true,
            "plain" => tone.plain = true,
            "ru" | "en" => word.clone_into(&mut lang),
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => {
                at = Some(value::moment(word).ok_or_else(|| format!("`{word}` is no time: 2026-11-23T10:00+03:00"))?);
            }
            _ => word.strip_prefix("lang=").map_or_else(|| word.clone_into(&mut flow), |tag| tag.clone_into(&mut lang)),
        }
    }
    let at = at.ok_or("the time is missing: 2026-11-23T10:00+03:00")?;
    Ok(Head { line, telegram, lang, tone, at, flow, args })
}
