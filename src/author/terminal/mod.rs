//! A conversation in the terminal, with the look of either channel.
//!
//! What is typed is what a person does: a text, the number or the label of a button, anything that may stand after `>` in a
//! transcript; `+90s` lets time pass, `^ name` brings a signal. An action that is called is answered here. From a pipe it works as from a keyboard.

use std::io::{self, BufRead, Write};

use crate::{
    author::words::{Interface, duration},
    channel::{
        Channel, Client,
        preview::{self, Bubble, KeyKind},
    },
    flow::{
        Program,
        chat::{Happening, Live, Samples, Setting},
    },
    message::Message,
};

mod answer;
mod draw;

pub use draw::Look;

/// A phone that is shared by its button.
const PHONE: &str = "+79161234567";
/// Ends the conversation.
const QUIT: &str = "/quit";

/// One button that can be pressed, by its number from 1.
struct Button {
    label: String,
    kind: KeyKind,
    instead: bool,
}

/// A conversation at a terminal.
pub struct Terminal<'t, I, O> {
    live: Live<'t>,
    samples: &'t Samples,
    channel: Channel,
    words: &'static Interface,
    look: Look,
    input: I,
    output: O,
    buttons: Vec<Button>,
}

/// Whether there is more to hear.
#[derive(Clone, Copy, PartialEq)]
enum Heard {
    More,
    Nothing,
}

impl<'t, I: BufRead, O: Write> Terminal<'t, I, O> {
    /// Begins a conversation.
    ///
    /// # Errors
    /// There is no such flow, or an argument does not fit.
    pub fn begin(
        program: &'t Program,
        setting: Setting,
        samples: &'t Samples,
        look: Look,
        (input, output): (I, O),
    ) -> Result<Self, String> {
        let channel = if setting.telegram { Channel::Telegram } else { Channel::Vk };
        let words = Interface::of(&setting.lang);
        let live = Live::begin(program, setting, samples)?;
        Ok(Self { live, samples, channel, words, look, input, output, buttons: Vec::new() })
    }

    /// Talks until the conversation is over, or nobody says anything any more.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn talk(&mut self) -> io::Result<()> {
        let (look, words, args) = (self.look, self.words, self.live.args());
        let args: Vec<_> = args.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        look.head(&mut self.output, self.channel, self.live.now(), &args)?;
        look.aside(&mut self.output, words.keys)?;
        loop {
            if self.happens()? == Heard::Nothing || self.live.is_over() {
                return self.output.flush();
            }
            let Some(line) = self.ask("› ")? else { return Ok(()) };
            self.acts(&line)?;
        }
    }

    /// What has been said, as a transcript for this file.
    #[must_use]
    pub fn transcript(&self, file: &str) -> Option<String> {
        self.live.transcript(self.words.title, file)
    }

    /// Everything that happens by itself.
    fn happens(&mut self) -> io::Result<Heard> {
        while let Some(happening) = self.live.happens() {
            match happening {
                Happening::Said(message) => self.said(&message, false)?,
                Happening::Edited(message) => self.said(&message, true)?,
                Happening::Toast(text) => self.look.toast(&mut self.output, &text)?,
                Happening::Ended(outcome) => {
                    let ended = format!("{} {outcome}", self.words.ended);
                    self.look.aside(&mut self.output, &ended)?;
                }
                Happening::Called(_) if self.live.is_over() => return Ok(Heard::More),
                Happening::Called(called) => {
                    if self.answers(&called)? == Heard::Nothing {
                        return Ok(Heard::Nothing);
                    }
                }
            }
        }
        Ok(Heard::More)
    }

    fn said(&mut self, message: &Message, edited: bool) -> io::Result<()> {
        let bubbles = preview::bubbles(self.channel, message, &Client::default());
        for bubble in &bubbles {
            self.put_up(bubble, message);
            let time = self.live.now().format("%H:%M");
            let below = if edited { format!("{} {time}", self.words.edited) } else { time.to_string() };
            self.look.bot(&mut self.output, self.channel, &below, bubble, self.words)?;
        }
        Ok(())
    }

    /// The buttons of the latest message that has some can be pressed by their numbers.
    fn put_up(&mut self, bubble: &Bubble, message: &Message) {
        if bubble.removes {
            self.buttons.retain(|button| !button.instead);
        }
        let keys = bubble.under.iter().flatten().map(|key| (key, false));
        let keys: Vec<_> = keys.chain(bubble.instead.iter().flatten().map(|key| (key, true))).collect();
        if keys.is_empty() {
            return;
        }
        let whole = |label: &str| {
            let shown = label.trim_end_matches('…');
            let buttons = message.keyboard.iter().flat_map(|keyboard| &keyboard.buttons);
            let mut fitting = buttons.filter(|button| button.label.trim().starts_with(shown));
            fitting.next().map_or_else(|| label.to_owned(), |button| button.label.clone())
        };
        let button =
            |(key, instead): (&preview::Key, bool)| Button { label: whole(&key.label), kind: key.kind, instead };
        self.buttons = keys.into_iter().map(button).collect();
    }

    /// A line of the person.
    fn acts(&mut self, line: &str) -> io::Result<()> {
        let done = if line.is_empty() {
            return Ok(());
        } else if let Some(written) = line.strip_prefix('>') {
            self.does(&format!("> {}", written.trim()))
        } else if line.starts_with('+') && self.live.act(&spaced(line)).is_ok() {
            let passed = format!(
                "{} · {}",
                duration(line.trim_start_matches('+'), self.words),
                self.look.moment(self.live.now())
            );
            return self.look.aside(&mut self.output, &passed);
        } else if let Some(signal) = line.strip_prefix('^') {
            return match self.live.act(&format!("^ {}", signal.trim())) {
                Ok(()) => Ok(()),
                Err(why) => self.look.aside(&mut self.output, &why),
            };
        } else if let Some(i) = self.button(line) {
            self.presses(i)
        } else {
            self.does(&format!("> {line}"))
        };
        match done {
            Ok(shown) => self.look.person(&mut self.output, self.channel, &shown),
            Err(why) => self.look.aside(&mut self.output, &why),
        }
    }

    /// Does what a transcript writes, and gives what is seen of it.
    fn does(&mut self, written: &str) -> Result<String, String> {
        self.live.act(written)?;
        Ok(written.trim_start_matches("> ").to_owned())
    }

    fn button(&self, line: &str) -> Option<usize> {
        let same = |label: &str| label.trim().to_lowercase() == line.to_lowercase();
        let labelled = self.buttons.iter().position(|button| same(&button.label));
        let numbered = line.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|i| *i < self.buttons.len());
        labelled.or(numbered)
    }

    fn presses(&mut self, i: usize) -> Result<String, String> {
        let Some(Button { label, kind, .. }) = self.buttons.get(i) else { return Ok(String::new()) };
        let label = label.clone();
        match kind {
            KeyKind::Press => self.live.press(&label)?,
            KeyKind::Contact => return self.does(&format!("> contact {PHONE}")),
            KeyKind::Link => return Err(self.words.opens_link.to_owned()),
            KeyKind::App => return Err(self.words.opens_app.to_owned()),
        }
        Ok(label)
    }

    /// The next line that is typed; `None`: that was all.
    fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        write!(self.output, "{prompt}")?;
        self.output.flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            writeln!(self.output)?;
            return Ok(None);
        }
        let line = line.trim().to_owned();
        self.look.typed(&mut self.output, &line)?;
        Ok(Some(line).filter(|line| line != QUIT))
    }
}

/// `+90s` → `+ 90s`
fn spaced(line: &str) -> String {
    format!("+ {}", line.trim_start_matches('+').trim())
}
