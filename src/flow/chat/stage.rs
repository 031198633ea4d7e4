//! The engine behind a transcript: time, timers, and what the person sees and presses.

use std::collections::VecDeque;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{
    Covered,
    reader::{Reader, heed},
    script::{Conversation, Person, Signal},
    timers::Timers,
    value,
};
use crate::{
    flow::{
        About, Action, Effect, Env, Input, Names, Program, Reply, State,
        action::Type,
        step::{listener, step},
    },
    locale,
    message::{App, Args, Does, Message, Said, Style, Value, Words},
};

/// Something that the bot does.
#[derive(Clone, Debug)]
pub(super) enum Output {
    Bot(String),
    Toast(String),
    Call { run: String, seq: u32, action: Action, args: Args },
}

#[derive(Clone)]
pub(super) struct Shown {
    /// As a transcript writes it.
    pub text: String,
    /// Before a channel has made anything of it.
    pub message: Message,
    /// An earlier message says this from now on.
    pub edited: bool,
    /// On a Telegram reply keyboard a press comes as the label's text.
    as_text: bool,
    buttons: Vec<(String, Does)>,
}

#[derive(Clone)]
pub(super) struct Stage<'p> {
    pub program: &'p Program,
    reader: Reader,
    telegram: bool,
    pub now: DateTime<Utc>,
    turns: u64,
    /// As it is stored: the state goes through JSON before every turn.
    pub stored: Vec<u8>,
    timers: Timers,
    pub outputs: VecDeque<Output>,
    /// Outside calls that have not come back while the conversation went on.
    pub open: VecDeque<Output>,
    pub shown: Vec<Shown>,
    pub ended: Vec<String>,
    /// With `bless`: the bot's lines as written since the last rewritten ones.
    pub written: VecDeque<String>,
    pub lines: Vec<String>,
    pub bless: bool,
    pub covered: Covered,
}

/// Why a line fails: what is wrong, what was written, what happened.
pub(super) type Fail = (String, Option<String>, Option<String>);

pub(super) fn fail(what: impl Into<String>) -> Fail {
    (what.into(), None, None)
}

impl<'p> Stage<'p> {
    pub fn new(program: &'p Program, conversation: &Conversation, bless: bool) -> Self {
        let head = &conversation.head;
        // Etc/GMT-3 is what everybody else calls +03:00.
        let hours = head.at.offset().local_minus_utc() / 3_600;
        let zone = format!("Etc/GMT{:+}", -hours).parse().unwrap_or(Tz::UTC);
        Self {
            program,
            reader: Reader { about: About { lang: head.lang.clone(), tone: head.tone }, zone },
            telegram: head.telegram,
            now: head.at.with_timezone(&Utc),
            turns: 0,
            stored: State::default().write(),
            timers: Timers::default(),
            outputs: VecDeque::new(),
            open: VecDeque::new(),
            shown: Vec::new(),
            ended: Vec::new(),
            written: VecDeque::new(),
            lines: Vec::new(),
            bless,
            covered: Covered::default(),
        }
    }

    pub fn turn(&mut self, input: Input) {
        self.turns += 1;
        let names = Names::default();
        let env = Env { now: self.now, seed: self.turns, about: &self.reader.about, names: &names };
        let turn = step(self.program, State::read(&self.stored), input, &env);
        self.stored = turn.state.write();
        self.covered.add(turn.trace);
        for effect in turn.effects {
            self.effect(effect);
        }
    }

    /// A call comes back. What it says of the reader holds from then on.
    pub fn returned(&mut self, (run, seq): (String, u32), action: Action, args: &Args, reply: Reply) {
        heed(&mut self.reader.about, action, args);
        self.turn(Input::Returned { run, seq, reply });
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            // A transcript shows what the message says now.
            Effect::Send { ref said, .. } | Effect::Edit { ref said, .. } => {
                let edited = matches!(effect, Effect::Edit { .. });
                let shown = Shown { edited, ..self.show(said) };
                self.outputs.push_back(Output::Bot(shown.text.clone()));
                self.shown.push(shown);
            }
            Effect::Toast(words) => self.outputs.push_back(Output::Toast(self.text(&words))),
            Effect::Call { run, seq, action, args } => {
                self.outputs.push_back(Output::Call { run, seq, action, args });
            }
            Effect::Arm { .. } | Effect::Disarm { .. } => self.timers.take(&effect),
            Effect::End { outcome, .. } => self.ended.push(outcome),
            Effect::Answer { .. } | Effect::Complete { .. } | Effect::Listen { .. } => {}
        }
    }

    pub fn text(&self, words: &Words) -> String {
        self.reader.text(self.program.locales(), words)
    }

    fn show(&self, said: &Said) -> Shown {
        // In a transcript there is a mini app: which one, no line shows.
        let message = self.reader.message(self.program, said, &App::Page(String::new()));
        let keyboard = message.keyboard.as_ref();
        let telegram = self.telegram;
        // VK has no button for a contact.
        let there = |does: &Does| telegram || !matches!(does, Does::ShareContact);
        let buttons = keyboard.iter().flat_map(|keyboard| &keyboard.buttons).filter(|button| there(&button.does));
        let buttons: Vec<_> = buttons.map(|button| (button.label.clone(), button.does.clone())).collect();
        let seen = message.picture.as_ref().map(|picture| format!("🖼 {}\n", picture.alt));
        let mut text = seen.unwrap_or_default() + &message.text;
        if !buttons.is_empty() {
            let labels: Vec<_> = buttons.iter().map(|(label, _)| format!("[{label}]")).collect();
            text = format!("{text}  {}", labels.join(" "));
        }
        let as_text = telegram && keyboard.is_some_and(|keyboard| keyboard.style == Style::Reply);
        Shown { text, message, edited: false, as_text, buttons }
    }

    pub fn input(&self, person: &Person) -> Result<Input, Fail> {
        Ok(match person {
            Person::Says(text) => Input::Text(text.clone()),
            Person::Starts(payload) => Input::Start { payload: payload.clone() },
            Person::Shares { phone, name, own } => {
                Input::Contact { phone: phone.clone(), name: name.clone(), own: *own }
            }
            Person::Sends(kind) if kind == "photo" || kind == "file" => Input::Attachment { kind: kind.clone() },
            Person::Sends(kind) => Input::Unsupported { kind: kind.clone() },
            Person::Presses { label, oldest } => self.press(label, *oldest)?,
            Person::Forges(token) => Input::Button { token: token.clone() },
        })
    }

    /// A signal comes, with what whoever waits for it wants.
    pub fn signal(&mut self, signal: &Signal) -> Result<(), Fail> {
        let state = State::read(&self.stored);
        let listener = listener(self.program, &state, &signal.name, signal.about.as_deref());
        let Some((_, awaited)) = listener else {
            return Err(fail(format!("nobody waits for the signal `{}`", signal.name)));
        };
        if let Some(other) = signal.values.keys().find(|name| !awaited.gives.iter().any(|(given, _)| given == *name)) {
            return Err(fail(format!("the signal `{}` brings no `{other}`", signal.name)));
        }
        let value = |(name, of): &(String, Type)| {
            let json = signal.values.get(name);
            let json = json.ok_or_else(|| fail(format!("the signal `{}` brings `{name}`", signal.name)))?;
            Ok((name.clone(), value::typed(json, *of).ok_or_else(|| fail(format!("`{name}` is no {of:?}")))?))
        };
        let values = awaited.gives.iter().map(value).collect::<Result<_, Fail>>()?;
        self.turn(Input::Signal { signal: signal.name.clone(), about: signal.about.clone(), values });
        Ok(())
    }

    fn press(&self, label: &str, oldest: bool) -> Result<Input, Fail> {
        let has = |shown: &&Shown| shown.buttons.iter().any(|(there, _)| there == label);
        let mut with = self.shown.iter().filter(has);
        let shown = if oldest { with.next() } else { with.next_back() };
        let found = shown.and_then(|shown| Some((shown, shown.buttons.iter().find(|(there, _)| there == label)?)));
        match found {
            Some((shown, (label, Does::Press(_)))) if shown.as_text => Ok(Input::Text(label.clone())),
            Some((_, (_, Does::Press(token)))) => Ok(Input::Button { token: token.clone() }),
            Some((_, (_, Does::App(_)))) => {
                Err(fail("this button opens the mini app: nothing of that comes to a flow"))
            }
            Some(_) => Err(fail("this button is not pressed but used: `> contact +7…`")),
            None => Err(fail(format!("there is no button [{label}]"))),
        }
    }

    /// Lets time pass; timers fire in their order, those that are armed on the way too.
    pub fn later(&mut self, by: TimeDelta) {
        let until = self.now + by;
        while let Some(timer) = self.timers.due(until) {
            self.now = self.now.max(timer.at);
            self.turn(timer.input());
        }
        self.now = until;
    }

    /// The first moment from `from` on, to the minute and within a year, that reads so.
    pub fn moment(&self, text: &str, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let at = |minute| from.duration_trunc(TimeDelta::minutes(1)).ok().map(|from| from + TimeDelta::minutes(minute));
        let reads = |at: &DateTime<Utc>| {
            locale::plain(&Value::Moment(*at), &self.reader.about.lang, self.reader.zone) == Value::from(text)
        };
        (0..366 * 24 * 60).filter_map(at).find(reads)
    }
}

/// An output as a transcript writes it.
pub(super) fn line(output: &Output) -> String {
    match output {
        Output::Bot(text) => format!("< {}", text.replace('\n', "\n| ")),
        Output::Toast(text) => format!("~ {text}"),
        Output::Call { action, args, .. } => {
            let signature = action.signature();
            format!("! {}({})", signature.name, value::shown(args, signature.args))
        }
    }
}
