//! Plays one conversation of a transcript.

use super::{
    Covered, Failure,
    script::{Call, Conversation, Item, What},
    stage::{Fail, Output, Stage, fail, line},
    value,
};
use crate::{
    flow::{
        Input, Program, Reply,
        action::{Kind, Type},
    },
    message::Args,
};

/// What came of playing a conversation.
pub(super) struct Played {
    pub failure: Option<Failure>,
    /// The conversation's lines, blessed if that was wanted; one that fails stays as it is written.
    pub lines: Vec<String>,
    pub covered: Covered,
}

pub(super) fn play(program: &Program, file: &str, conversation: &Conversation, bless: bool) -> Played {
    let mut stage = Stage::new(program, conversation, bless);
    let mut failure = stage.begin(conversation).err().map(|why| failed(file, conversation, None, why));
    for (nth, item) in conversation.items.iter().enumerate() {
        if failure.is_some() {
            break;
        }
        failure = stage.item(item).err().map(|why| failed(file, conversation, Some(nth), why));
    }
    if failure.is_none()
        && let Err(why) = stage.quiet()
    {
        failure = Some(failed(file, conversation, Some(conversation.items.len()), why));
    }
    let written = || conversation.items.iter().map(|item| item.raw.clone()).collect();
    let lines = if failure.is_none() { stage.lines } else { written() };
    Played { failure, lines: [conversation.preface.clone(), lines].concat(), covered: stage.covered }
}

/// Lines of the conversation that are shown before and after one that fails.
const AROUND: [usize; 2] = [4, 2];

/// A conversation that fails at its nth line; at none of its lines, if it does not even begin.
fn failed(file: &str, conversation: &Conversation, nth: Option<usize>, (what, written, happened): Fail) -> Failure {
    let raw = |item: &Item| (!item.raw.trim().is_empty()).then(|| item.raw.clone());
    let items = &conversation.items;
    let [before, after] = AROUND;
    let at = nth.unwrap_or_default();
    // What is written at the line stands there as what differs, or else follows.
    let next = at + usize::from(written.is_some());
    let mut behind: Vec<_> = items.iter().take(at).rev().filter_map(raw).take(before).collect();
    behind.reverse();
    Failure {
        file: file.to_owned(),
        line: nth.and_then(|nth| items.get(nth).or(items.last())).map_or(conversation.head.line, |item| item.line),
        title: conversation.title.clone(),
        what,
        before: behind,
        written,
        happened,
        after: nth.map_or_else(Vec::new, |_| items.iter().skip(next).filter_map(raw).take(after).collect()),
    }
}

impl Stage<'_> {
    /// If the person speaks first, nothing is begun.
    pub fn begin(&mut self, conversation: &Conversation) -> Result<(), Fail> {
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
                self.written.clear();
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
        // What else is written may be what the bot says once a call has come back.
        if self.outputs.is_empty() && self.open.is_empty() {
            self.written.clear();
        }
    }

    fn next_if(&mut self, fits: fn(&Output) -> bool) -> Option<Output> {
        self.outputs.front().is_some_and(fits).then(|| self.outputs.pop_front()).flatten()
    }

    pub fn repeated(&self, text: &str) -> bool {
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
        if self.written.is_empty() {
            return Ok(());
        }
        Err(("a call that the transcript lacks".to_owned(), None, self.open.front().map(line)))
    }

    pub fn call(&mut self, call: &Call) -> Result<(), Fail> {
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

    pub fn outcome(&mut self, written: &str) -> Result<(), Fail> {
        let happened = std::mem::take(&mut self.ended);
        match happened.last() {
            Some(outcome) if outcome == written => Ok(()),
            Some(outcome) => Err(("it ends otherwise".to_owned(), Some(written.to_owned()), Some(outcome.clone()))),
            None => Err(fail("nothing has ended here")),
        }
    }
}

pub(super) fn scripted(call: &Call, gives: &[(&'static str, Type)]) -> Result<Args, Fail> {
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
