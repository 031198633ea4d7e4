//! A transcript as something to read.

use chrono::{DateTime, FixedOffset};

use super::{
    Source,
    script::{self, Person, What},
};
use crate::flow::load;

/// One conversation of a transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// What it shows.
    pub title: String,
    /// In Telegram, else in VK.
    pub telegram: bool,
    /// The reader's language.
    pub lang: String,
    /// When it begins.
    pub at: DateTime<FixedOffset>,
    /// What happens.
    pub lines: Vec<Line>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The person says something.
    Says(String),
    /// The person presses a button.
    Presses(String),
    /// The bot says something, with these buttons. `…`: what it has said before.
    Bot(String, Vec<String>),
    /// A short answer to a press.
    Toast(String),
    /// A call and its outcome.
    Call(String),
    /// A signal comes.
    Signal(String),
    /// Time passes.
    Later(String),
    /// The flow has ended.
    Ended(String),
}

/// The conversations about a flow: those of its own file.
#[must_use]
pub fn told(chats: &[Source], flow: &str) -> Vec<Told> {
    let own = chats.iter().filter(|(file, _)| load::stem(file) == flow);
    let parsed = own.filter_map(|(file, text)| script::parse(file, text).ok()).flatten();
    let told = |conversation: script::Conversation| Told {
        title: conversation.title,
        telegram: conversation.head.telegram,
        lang: conversation.head.lang,
        at: conversation.head.at,
        lines: conversation.items.iter().filter_map(|item| line(&item.what, &item.raw)).collect(),
    };
    parsed.map(told).collect()
}

fn line(what: &What, raw: &str) -> Option<Line> {
    let rest = raw.get(1..).unwrap_or_default().trim().to_owned();
    Some(match what {
        What::Blank => return None,
        What::Person(Person::Presses { label, .. }) => Line::Presses(label.clone()),
        What::Person(_) => Line::Says(rest),
        What::Bot(text) => {
            let (text, buttons) = buttons(text);
            Line::Bot(text.to_owned(), buttons)
        }
        What::Toast(text) => Line::Toast(text.clone()),
        What::Call(_) => Line::Call(rest),
        What::Signal(_) => Line::Signal(rest),
        What::Later(_) => Line::Later(rest),
        What::Outcome(outcome) => Line::Ended(outcome.clone()),
    })
}

/// `Да?  [Да] [Нет]` → `Да?`, `Да` `Нет`
fn buttons(text: &str) -> (&str, Vec<String>) {
    let found = text.find("  [").and_then(|at| {
        let (said, labels) = text.split_at(at);
        let labels = labels.trim().strip_prefix('[')?.strip_suffix(']')?;
        Some((said, labels.split("] [").map(str::to_owned).collect()))
    });
    found.unwrap_or((text, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_line() {
        let chat = "# Проба\n@ vk en 2026-03-02T10:00+03:00\n< Да?\n| Точно?  [Да] [Нет, не надо]\n> [Да]\n~ Ага\n! a.b() -> ok\n> ну\n^ seat(e1) {left: 1}\n+ 90s\n< …\n= done\n";
        let told = told(&[("flows/x.chat".to_owned(), chat.to_owned())], "x");
        assert_eq!((told[0].title.as_str(), told[0].telegram, told[0].lang.as_str()), ("Проба", false, "en"));
        let own = |text: &str| text.to_owned();
        let lines = [
            Line::Bot(own("Да?\nТочно?"), vec![own("Да"), own("Нет, не надо")]),
            Line::Presses(own("Да")),
            Line::Toast(own("Ага")),
            Line::Call(own("a.b() -> ok")),
            Line::Says(own("ну")),
            Line::Signal(own("seat(e1) {left: 1}")),
            Line::Later(own("90s")),
            Line::Bot(own("…"), Vec::new()),
            Line::Ended(own("done")),
        ];
        assert_eq!(told[0].lines, lines);
    }
}
