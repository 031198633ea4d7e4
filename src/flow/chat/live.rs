//! A conversation that is had now: the same stage on which transcripts are played, and what is said on it is written down as
//! one.

use chrono::{DateTime, FixedOffset};
use serde_json::Value as Json;

use super::{
    play::scripted,
    samples::Samples,
    script::{Call, Conversation, Head, Person, What, item},
    stage::{Fail, Output, Stage, line},
    value,
};
use crate::{
    flow::{Action, Program, Reply, State, action::Kind},
    locale::Tone,
    message::{Args, Message},
};

/// Where and with whom.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The flow that is begun.
    pub flow: String,
    /// In Telegram, else in VK.
    pub telegram: bool,
    /// The reader's language.
    pub lang: String,
    /// «вы» instead of «ты», plain words.
    pub tone: Tone,
    /// When it begins.
    pub at: DateTime<FixedOffset>,
    /// What the flow is begun with, as a transcript writes it.
    pub args: serde_json::Map<String, Json>,
}

/// Something that happens on the bot's side.
#[derive(Clone, Debug)]
pub enum Happening {
    /// It says something.
    Said(Message),
    /// The message whose button was pressed says something else now.
    Edited(Message),
    /// It answers a press shortly.
    Toast(String),
    /// It asks an action: [`Live::answer`].
    Called(Called),
    /// The flow has ended with this outcome.
    Ended(String),
}

/// A call that waits for its answer.
#[derive(Clone, Debug)]
pub struct Called {
    /// Which action.
    pub action: Action,
    /// Its arguments, as a transcript writes them.
    pub args: String,
}

impl Called {
    /// Whether the conversation may go on before it is answered.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        self.action.signature().kind == Kind::Outside
    }
}

/// A conversation.
pub struct Live<'p> {
    stage: Stage<'p>,
    head: Head,
    /// Messages of the stage that have been told.
    told: usize,
    lines: Vec<String>,
    /// Lines after which nothing was owed: a transcript may end there.
    sound: usize,
}

impl<'p> Live<'p> {
    /// Begins it. An argument that is not given is taken from the samples.
    ///
    /// # Errors
    /// There is no such flow, or an argument does not fit; in words.
    pub fn begin(program: &'p Program, setting: Setting, samples: &Samples) -> Result<Self, String> {
        let Setting { flow: name, telegram, lang, tone, at, mut args } = setting;
        let flow = program.current(&name).ok_or_else(|| program.missing(&name))?;
        if let Some(other) = args.keys().find(|given| !flow.args.contains_key(*given)) {
            return Err(format!("the flow `{name}` takes no `{other}`"));
        }
        for (arg, kind) in &flow.args {
            let sample = || if arg == "said" { "".into() } else { samples.arg(&name, arg, kind.of) };
            let json = args.entry(arg.clone()).or_insert_with(sample);
            *json = value::retyped(json, kind.of).ok_or_else(|| format!("`{arg}` is no {:?}: {json}", kind.of))?;
        }
        let head = Head { line: 1, telegram, lang, tone, at, flow: name, args };
        let conversation =
            Conversation { title: String::new(), head: head.clone(), preface: Vec::new(), items: Vec::new() };
        let mut stage = Stage::new(program, &conversation, false);
        stage.begin(&conversation).map_err(words)?;
        Ok(Self { stage, head, told: 0, lines: Vec::new(), sound: 0 })
    }

    /// The next thing that happens by itself; `None`: it is the person's turn.
    pub fn happens(&mut self) -> Option<Happening> {
        if let Some(call @ Output::Call { .. }) = self.stage.outputs.front() {
            return called(call);
        }
        match self.stage.outputs.pop_front() {
            Some(said @ Output::Bot(_)) => {
                self.lines.push(line(&said));
                let shown = self.stage.shown.get(self.told)?;
                self.told += 1;
                let message = shown.message.clone();
                Some(if shown.edited { Happening::Edited(message) } else { Happening::Said(message) })
            }
            Some(toast @ Output::Toast(_)) => {
                self.lines.push(line(&toast));
                let Output::Toast(text) = toast else { return None };
                Some(Happening::Toast(text))
            }
            _ => {
                self.sound = self.lines.len();
                if let Some(call) = self.stage.open.front() {
                    return called(call);
                }
                let outcome = std::mem::take(&mut self.stage.ended).pop()?;
                self.lines.push(format!("= {outcome}"));
                self.sound = self.lines.len();
                Some(Happening::Ended(outcome))
            }
        }
    }

    /// Nothing is going on any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        State::read(&self.stage.stored).is_idle()
    }

    /// The moment, in the zone of the beginning.
    #[must_use]
    pub fn now(&self) -> DateTime<FixedOffset> {
        self.stage.now.with_timezone(self.head.at.offset())
    }

    /// What the flow was begun with.
    #[must_use]
    pub fn args(&self) -> &serde_json::Map<String, Json> {
        &self.head.args
    }

    /// The person says something, a signal comes, or time passes: a line as a transcript has it (`> [Да]`, `^ name`, `+ 90s`). A call that is open stays
    /// so.
    ///
    /// # Errors
    /// The line is none, or nothing can be done with it; in words.
    pub fn act(&mut self, written: &str) -> Result<(), String> {
        let item = item(written)?;
        match &item {
            What::Person(person) => {
                let input = self.stage.input(person).map_err(words)?;
                self.defer()?;
                self.stage.turn(input);
            }
            What::Later(by) => {
                self.defer()?;
                self.stage.later(*by);
            }
            What::Signal(signal) => {
                self.defer()?;
                self.stage.signal(signal).map_err(words)?;
            }
            _ => return Err("a person says something (`>`), a signal comes (`^`) or time passes (`+`)".to_owned()),
        }
        self.lines.push(written.to_owned());
        Ok(())
    }

    /// Presses the newest button with this label.
    ///
    /// # Errors
    /// There is no such button, or it is not one to press; in words.
    pub fn press(&mut self, label: &str) -> Result<(), String> {
        // Only the check: a label with a bracket in it would be read otherwise.
        let person = Person::Presses { label: label.to_owned(), oldest: false };
        self.stage.input(&person).map_err(words)?;
        self.act(&format!("> [{label}]"))
    }

    /// A call that is open may stay so; one inside the turn is answered first.
    fn defer(&mut self) -> Result<(), String> {
        match self.stage.outputs.front().and_then(called) {
            Some(Happening::Called(call)) if call.is_outside() && self.stage.outputs.len() == 1 => {
                self.stage.open.extend(self.stage.outputs.pop_front());
                Ok(())
            }
            Some(_) => Err("the call is answered first".to_owned()),
            None => Ok(()),
        }
    }

    /// Answers the call that comes first.
    ///
    /// # Errors
    /// No call is open, or the outcome does not give such values; in words.
    pub fn answer(&mut self, outcome: &str, values: serde_json::Map<String, Json>) -> Result<(), String> {
        let in_turn = self.stage.outputs.front().is_some();
        let open = if in_turn { self.stage.outputs.front() } else { self.stage.open.front() };
        let Some(Output::Call { run, seq, action, args }) = open.cloned() else {
            return Err("nothing is called".to_owned());
        };
        let signature = action.signature();
        let known = signature.outcomes.iter().find(|known| known.name == outcome);
        let known = known.ok_or_else(|| format!("`{}` has no outcome `{outcome}`", signature.name))?;
        let call = Call {
            action: signature.name.to_owned(),
            args: written(&args, action),
            outcome: outcome.to_owned(),
            values,
        };
        let values = scripted(&call, known.gives).map_err(words)?;
        if in_turn {
            self.stage.outputs.pop_front()
        } else {
            self.stage.open.pop_front()
        };
        self.lines.push(call.to_string());
        let reply = Reply { outcome: outcome.to_owned(), values };
        self.stage.returned((run, seq), action, &args, reply);
        Ok(())
    }

    /// What was said so far, as a transcript for this file; `None`: nothing yet that could be played again. What a call that
    /// was never answered belongs to is left out.
    #[must_use]
    pub fn transcript(&self, title: &str, file: &str) -> Option<String> {
        let lines = self.lines.get(..self.sound).filter(|lines| !lines.is_empty())?;
        Some(format!("# {title}\n{}\n{}\n", self.head.written(file), lines.join("\n")))
    }
}

fn called(output: &Output) -> Option<Happening> {
    let Output::Call { action, args, .. } = output else { return None };
    Some(Happening::Called(Called { action: *action, args: value::shown(args, action.signature().args) }))
}

/// The arguments, unless they could not be read again from one line: then any will do.
fn written(args: &Args, action: Action) -> Option<String> {
    Some(value::shown(args, action.signature().args)).filter(|args| !args.contains('\n') && !args.contains("->"))
}

fn words((what, ..): Fail) -> String {
    what
}
