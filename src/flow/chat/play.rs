//! Plays one conversation of a transcript.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{
    Failure,
    script::{Call, Conversation, Item, Person, What},
    value,
};
use crate::{
    flow::{
        About, Action, Alarm, Effect, Env, Input, Names, Program, Reply, State,
        action::{Kind, Type},
        step,
    },
    locale,
    message::{Args, Does, Said, Style, Words},
};

/// What came of playing a conversation.
pub(super) struct Played {
    pub failure: Option<Failure>,
    /// The conversation's lines, blessed if that was wanted and possible.
    pub lines: Vec<String>,
}

/// Something that the bot does.
#[derive(Debug)]
enum Output {
    Bot(String),
    Toast(String),
    Call { run: String, seq: u32, action: Action, args: Args },
}

struct Shown {
    text: String,
    /// On a Telegram reply keyboard a press comes as the label's text.
    as_text: bool,
    buttons: Vec<(String, Does)>,
}

struct Timer {
    run: String,
    wait: u32,
    alarm: Alarm,
    at: DateTime<Utc>,
}

struct Stage<'p> {
    program: &'p Program,
    about: About,
    telegram: bool,
    zone: Tz,
    now: DateTime<Utc>,
    turns: u64,
    /// As it is stored: the state goes through JSON before every turn.
    stored: Vec<u8>,
    timers: Vec<Timer>,
    outputs: VecDeque<Output>,
    /// Outside calls that have not come back while the conversation went on.
    open: VecDeque<Output>,
    shown: Vec<Shown>,
    ended: Vec<String>,
    /// With `bless`: the bot's lines as written since the last rewritten ones.
    written: VecDeque<String>,
    lines: Vec<String>,
    bless: bool,
}

/// Why a line fails: what is wrong, what was written, what happened.
type Fail = (String, Option<String>, Option<String>);

fn fail(what: impl Into<String>) -> Fail {
    (what.into(), None, None)
}

pub(super) fn play(program: &Program, file: &str, conversation: &Conversation, bless: bool) -> Played {
    let mut stage = Stage::new(program, conversation, bless);
    let mut failure = None;
    let at = |line: usize, (what, written, happened): Fail| Failure {
        file: file.to_owned(),
        line,
        title: conversation.title.clone(),
        what,
        written,
        happened,
    };
    if let Err(why) = stage.begin(conversation) {
        failure = Some(at(conversation.head.line, why));
    }
    let mut last = conversation.head.line;
    for item in &conversation.items {
        last = item.line;
        if failure.is_some() {
            stage.lines.push(item.raw.clone());
        } else if let Err(why) = stage.item(item) {
            stage.lines.extend(std::mem::take(&mut stage.written));
            stage.lines.push(item.raw.clone());
            failure = Some(at(item.line, why));
        }
    }
    if failure.is_none()
        && let Err(why) = stage.quiet()
    {
        failure = Some(at(last, why));
    }
    Played { failure, lines: [conversation.preface.clone(), stage.lines].concat() }
}

impl<'p> Stage<'p> {
    fn new(program: &'p Program, conversation: &Conversation, bless: bool) -> Self {
        let head = &conversation.head;
        // Etc/GMT-3 is what everybody else calls +03:00.
        let hours = head.at.offset().local_minus_utc() / 3_600;
        let zone = format!("Etc/GMT{:+}", -hours).parse().unwrap_or(Tz::UTC);
        Self {
            program,
            about: About { lang: head.lang.clone(), adult: head.adult },
            telegram: head.telegram,
            zone,
            now: head.at.with_timezone(&Utc),
            turns: 0,
            stored: State::default().write(),
            timers: Vec::new(),
            outputs: VecDeque::new(),
            open: VecDeque::new(),
            shown: Vec::new(),
            ended: Vec::new(),
            written: VecDeque::new(),
            lines: Vec::new(),
            bless,
        }
    }

    /// If the person speaks first, nothing is begun.
    fn begin(&mut self, conversation: &Conversation) -> Result<(), Fail> {
        let head = &conversation.head;
        let first = conversation.items.iter().find(|item| !matches!(item.what, What::Blank));
        if first.is_some_and(|item| matches!(item.what, What::Person(_))) {
            return Ok(());
        }
        let flow = self.program.current(&head.flow).ok_or_else(|| fail(format!("there is no flow `{}`", head.flow)))?;
        let mut args = Args::new();
        for (name, kind) in &flow.args {
            let given = head.args.get(name).and_then(|json| value::typed(json, kind.of));
            let said = (name == "said").then(|| "".into());
            args.insert(name.clone(), given.or(said).ok_or_else(|| fail(format!("the flow wants `{name}`")))?);
        }
        self.turn(Input::Begin { flow: head.flow.clone(), args });
        Ok(())
    }

    fn turn(&mut self, input: Input) {
        self.turns += 1;
        let names = Names::default();
        let env = Env { now: self.now, seed: self.turns, about: &self.about, names: &names };
        let turn = step(self.program, State::read(&self.stored), input, &env);
        self.stored = turn.state.write();
        for effect in turn.effects {
            self.effect(effect);
        }
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Send { said, .. } => {
                let shown = self.show(&said);
                self.outputs.push_back(Output::Bot(shown.text.clone()));
                self.shown.push(shown);
            }
            Effect::Toast(words) => self.outputs.push_back(Output::Toast(self.text(&words))),
            Effect::Call { run, seq, action, args } => {
                self.outputs.push_back(Output::Call { run, seq, action, args });
            }
            Effect::Arm { run, wait, alarm, at, .. } => self.timers.push(Timer { run, wait, alarm, at }),
            Effect::Disarm { run, wait } => {
                self.timers.retain(|timer| timer.run != run || wait.is_some_and(|wait| timer.wait != wait));
            }
            Effect::End { outcome, .. } => self.ended.push(outcome),
            Effect::Answer { .. } => {}
        }
    }

    fn text(&self, words: &Words) -> String {
        let lang = &self.about.lang;
        let plain = |value| locale::plain(value, lang, self.zone);
        let mut args: Args = words.args.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
        args.insert(locale::YOU.to_owned(), locale::you(self.about.adult));
        let text = self.program.locales().text(lang, &words.key, &args);
        text.unwrap_or_else(|| format!("({})", words.key))
    }

    fn show(&self, said: &Said) -> Shown {
        let keyboard = said.keyboard.as_ref();
        let telegram = self.telegram;
        // VK has no button for a contact.
        let there = |does: &Does| telegram || !matches!(does, Does::ShareContact);
        let buttons = keyboard.iter().flat_map(|keyboard| &keyboard.buttons).filter(|button| there(&button.does));
        let buttons: Vec<_> = buttons.map(|button| (self.text(&button.label), button.does.clone())).collect();
        let mut text = self.text(&said.words);
        if !buttons.is_empty() {
            let labels: Vec<_> = buttons.iter().map(|(label, _)| format!("[{label}]")).collect();
            text = format!("{text}  {}", labels.join(" "));
        }
        let as_text = telegram && keyboard.is_some_and(|keyboard| keyboard.style == Style::Reply);
        Shown { text, as_text, buttons }
    }

    fn item(&mut self, item: &Item) -> Result<(), Fail> {
        match &item.what {
            What::Bot(_) | What::Toast(_) if self.bless => {
                self.written.push_back(item.raw.clone());
                return Ok(());
            }
            What::Bot(text) => return self.said(text, item),
            What::Toast(text) => return self.toasted(text, item),
            What::Blank => self.rewrite(),
            What::Call(call) => {
                self.rewrite();
                self.call(call)?;
            }
            What::Person(person) => {
                self.quiet()?;
                let input = self.input(person)?;
                self.turn(input);
            }
            What::Later(by) => {
                self.quiet()?;
                self.later(*by);
            }
            What::Outcome(outcome) => {
                self.quiet()?;
                self.outcome(outcome)?;
            }
        }
        self.lines.push(item.raw.clone());
        Ok(())
    }

    fn said(&mut self, written: &str, item: &Item) -> Result<(), Fail> {
        match self.outputs.pop_front() {
            Some(Output::Bot(text)) if written == text => Ok(()),
            Some(Output::Bot(text)) if written == "…" => {
                let before = self.shown.iter().filter(|shown| shown.text == text).count();
                let waiting =
                    self.outputs.iter().filter(|output| matches!(output, Output::Bot(t) if *t == text)).count();
                if before > waiting + 1 { Ok(()) } else { Err(unlike(item, &Output::Bot(text))) }
            }
            Some(other) => Err(unlike(item, &other)),
            None => Err(("the bot says nothing here".to_owned(), Some(item.raw.clone()), None)),
        }
    }

    fn toasted(&mut self, written: &str, item: &Item) -> Result<(), Fail> {
        match self.outputs.pop_front() {
            Some(Output::Toast(text)) if written == text => Ok(()),
            Some(other) => Err(unlike(item, &other)),
            None => Err(("nothing is answered to a press here".to_owned(), Some(item.raw.clone()), None)),
        }
    }

    /// With `bless`: what was said takes the place of what was written.
    fn rewrite(&mut self) {
        if !self.bless {
            return;
        }
        while let Some(output) = self.next_if(|output| !matches!(output, Output::Call { .. })) {
            let written = self.written.pop_front();
            let line = match &output {
                Output::Bot(text) if written.as_deref() == Some("< …") && self.repeated(text) => "< …".to_owned(),
                other => line(other),
            };
            self.lines.push(line);
        }
        self.written.clear();
    }

    fn next_if(&mut self, fits: fn(&Output) -> bool) -> Option<Output> {
        self.outputs.front().is_some_and(fits).then(|| self.outputs.pop_front()).flatten()
    }

    fn repeated(&self, text: &str) -> bool {
        self.shown.iter().filter(|shown| shown.text == text).count() > 1
    }

    /// Nothing is left unsaid; calls outside may stay open.
    fn quiet(&mut self) -> Result<(), Fail> {
        self.rewrite();
        while let Some(output) = self.outputs.pop_front() {
            match output {
                Output::Call { action, .. } if action.signature().kind == Kind::Outside => self.open.push_back(output),
                Output::Call { .. } => {
                    return Err(("a call that the transcript lacks".to_owned(), None, Some(line(&output))));
                }
                _ => return Err(("the bot says more than is written".to_owned(), None, Some(line(&output)))),
            }
        }
        Ok(())
    }

    fn call(&mut self, call: &Call) -> Result<(), Fail> {
        let output = self.next_if(|output| matches!(output, Output::Call { .. }));
        let happened = self.outputs.front().map(line);
        let output = output.or_else(|| self.open.pop_front().filter(|_| self.outputs.is_empty()));
        let Some(Output::Call { run, seq, action, args }) = output else {
            return Err(("nothing is called here".to_owned(), None, happened));
        };
        let signature = action.signature();
        let shown = value::shown(&args, signature.args);
        if call.action != signature.name || call.args.as_ref().is_some_and(|args| *args != shown) {
            let written = format!("! {}({})", call.action, call.args.as_deref().unwrap_or_default());
            let happened = format!("! {}({shown})", signature.name);
            return Err(("another call than is written".to_owned(), Some(written), Some(happened)));
        }
        let outcome = signature.outcomes.iter().find(|outcome| outcome.name == call.outcome);
        let Some(outcome) = outcome else {
            return Err(fail(format!("`{}` has no outcome `{}`", signature.name, call.outcome)));
        };
        let values = scripted(call, outcome.gives)?;
        self.turn(Input::Returned { run, seq, reply: Reply { outcome: call.outcome.clone(), values } });
        Ok(())
    }

    fn input(&self, person: &Person) -> Result<Input, Fail> {
        Ok(match person {
            Person::Says(text) => Input::Text(text.clone()),
            Person::Starts(payload) => Input::Start { payload: payload.clone() },
            Person::Shares { phone, own } => Input::Contact { phone: phone.clone(), own: *own },
            Person::Sends(kind) if kind == "photo" || kind == "file" => Input::Attachment { kind: kind.clone() },
            Person::Sends(kind) => Input::Unsupported { kind: kind.clone() },
            Person::Presses { label, oldest } => self.press(label, *oldest)?,
        })
    }

    fn press(&self, label: &str, oldest: bool) -> Result<Input, Fail> {
        let has = |shown: &&Shown| shown.buttons.iter().any(|(there, _)| there == label);
        let mut with = self.shown.iter().filter(has);
        let shown = if oldest { with.next() } else { with.next_back() };
        let found = shown.and_then(|shown| Some((shown, shown.buttons.iter().find(|(there, _)| there == label)?)));
        match found {
            Some((shown, (label, Does::Press(_)))) if shown.as_text => Ok(Input::Text(label.clone())),
            Some((_, (_, Does::Press(token)))) => Ok(Input::Button { token: token.clone() }),
            Some(_) => Err(fail("this button is not pressed but used: `> contact +7…`")),
            None => Err(fail(format!("there is no button [{label}]"))),
        }
    }

    /// Lets time pass; timers fire in their order, those that are armed on the way too.
    fn later(&mut self, by: TimeDelta) {
        let until = self.now + by;
        while let Some(i) = self.due(until) {
            let timer = self.timers.remove(i);
            self.now = self.now.max(timer.at);
            self.turn(Input::Timer { run: timer.run, wait: timer.wait, alarm: timer.alarm });
        }
        self.now = until;
    }

    fn due(&self, until: DateTime<Utc>) -> Option<usize> {
        let due = self.timers.iter().enumerate().filter(|(_, timer)| timer.at <= until);
        due.min_by_key(|(_, timer)| (timer.at, timer.alarm)).map(|(i, _)| i)
    }

    fn outcome(&mut self, written: &str) -> Result<(), Fail> {
        let happened = std::mem::take(&mut self.ended);
        match happened.last() {
            Some(outcome) if outcome == written => Ok(()),
            Some(outcome) => Err(("it ends otherwise".to_owned(), Some(written.to_owned()), Some(outcome.clone()))),
            None => Err(fail("nothing has ended here")),
        }
    }
}

fn scripted(call: &Call, gives: &[(&'static str, Type)]) -> Result<Args, Fail> {
    if let Some(name) = call.values.keys().find(|name| !gives.iter().any(|(given, _)| given == *name)) {
        return Err(fail(format!("the outcome `{}` does not give `{name}`", call.outcome)));
    }
    let value = |(name, of): &(&'static str, Type)| {
        let json =
            call.values.get(*name).ok_or_else(|| fail(format!("the outcome `{}` gives `{name}`", call.outcome)))?;
        let value = value::typed(json, *of).ok_or_else(|| fail(format!("`{name}` is no {of:?}")))?;
        Ok(((*name).to_owned(), value))
    };
    gives.iter().map(value).collect()
}

fn unlike(item: &Item, happened: &Output) -> Fail {
    ("it goes otherwise".to_owned(), Some(item.raw.clone()), Some(line(happened)))
}

/// An output as a transcript writes it.
fn line(output: &Output) -> String {
    match output {
        Output::Bot(text) => format!("< {}", text.replace('\n', "\n| ")),
        Output::Toast(text) => format!("~ {text}"),
        Output::Call { action, args, .. } => {
            let signature = action.signature();
            format!("! {}({})", signature.name, value::shown(args, signature.args))
        }
    }
}
