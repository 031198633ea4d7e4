//! A conversation on the way: what is stored of it, what it has armed and called, what its reader sees.

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};

use super::act::Act;
use crate::{
    flow::{
        About, Action, Effect, Input, Program, State,
        action::Kind,
        chat::{Begun, Fed, Timers, heed, written},
        model::{Awaited, Does as Step},
        state::{Run, Waits},
        step::{look, option_of},
    },
    message::{Args, Does, Offer, Said, Value, Words},
};

/// A conversation.
#[derive(Clone)]
pub(super) struct World {
    /// As it is stored, and read again: so it is before every turn.
    pub state: Rc<State>,
    pub now: DateTime<Utc>,
    /// Turns taken: chance goes by their number, as it does in a transcript.
    pub turns: u64,
    pub timers: Timers,
    /// Calls that are not answered, the newest last.
    pub calls: Vec<Called>,
    /// Under the newest message that asks something.
    pub buttons: Vec<Button>,
    /// Under an earlier one.
    pub old: Option<Button>,
    /// What the flow that it began with came to.
    pub ended: Option<String>,
    /// Where it has been since somebody did something.
    pub chain: Vec<String>,
    /// Whom the bot speaks to by now.
    pub about: Rc<About>,
    pub begun: Rc<Beginning>,
    path: Option<Rc<Link>>,
}

/// What a conversation began with.
pub(super) struct Beginning {
    pub flow: String,
    pub args: Args,
    pub about: About,
}

/// A call that waits for its answer.
#[derive(Clone, Debug)]
pub(super) struct Called {
    pub run: String,
    pub seq: u32,
    pub action: Action,
    pub args: Args,
}

/// A button that comes back to us.
#[derive(Clone, Debug)]
pub(super) struct Button {
    pub label: Words,
    pub token: String,
}

/// What was fed last, and what before.
struct Link {
    before: Option<Rc<Link>>,
    fed: Fed,
    /// What was done, if this is the end of it.
    act: Option<Act>,
}

/// When every conversation begins: by day, far from the ends of a month.
pub(super) fn beginning() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_740) + TimeDelta::hours(7)
}

impl World {
    pub fn new(flow: &str, args: &Args, about: &About) -> Self {
        Self {
            state: Rc::default(),
            now: beginning(),
            turns: 0,
            timers: Timers::default(),
            calls: Vec::new(),
            buttons: Vec::new(),
            old: None,
            ended: None,
            chain: Vec::new(),
            about: Rc::new(about.clone()),
            begun: Rc::new(Beginning { flow: flow.to_owned(), args: args.clone(), about: about.clone() }),
            path: None,
        }
    }

    /// What a turn has made of it.
    pub fn take(&mut self, state: State, effects: &[Effect]) {
        self.state = Rc::new(state);
        for effect in effects {
            self.timers.take(effect);
            match effect {
                Effect::Send { said, .. } | Effect::Edit { said, .. } => self.seen(said),
                Effect::Call { run, seq, action, args } => {
                    let (run, args) = (run.clone(), args.clone());
                    self.calls.push(Called { run, seq: *seq, action: *action, args });
                }
                Effect::Disarm { run, wait: None } => self.calls.retain(|call| call.run != *run),
                Effect::End { flow, outcome } if *flow == self.begun.flow => {
                    self.ended.get_or_insert_with(|| outcome.clone());
                }
                _ => {}
            }
        }
    }

    fn seen(&mut self, said: &Said) {
        let state = Rc::clone(&self.state);
        let offered = said.keyboard.iter().flat_map(|keyboard| &keyboard.buttons);
        let pressed = offered.filter_map(|button| match &button.does {
            Offer::Plain(Does::Press(token)) => Some(Button { label: button.label.clone(), token: token.clone() }),
            _ => None,
        });
        let buttons: Vec<_> = pressed.collect();
        if buttons.iter().any(|button| state.asks(&button.token)) {
            let before = std::mem::replace(&mut self.buttons, buttons);
            self.old = before.into_iter().find(|button| !state.asks(&button.token)).or(self.old.take());
        }
    }

    /// The button of the question that stands for this option.
    pub fn button(&self, option: &str) -> Option<&Button> {
        self.buttons.iter().find(|button| option_of(&button.token) == Some(option))
    }

    /// The call that the run with the floor waits for.
    pub fn awaited(&self) -> Option<&Called> {
        let run = self.state.runs.last()?;
        let Waits::Reply { seq, .. } = &run.waits else { return None };
        self.calls.iter().find(|call| call.run == run.id && call.seq == *seq)
    }

    /// A call is answered: it is open no more.
    pub fn answered(&mut self, run: &str, seq: u32) {
        let (answered, open) =
            std::mem::take(&mut self.calls).into_iter().partition(|call| call.run == run && call.seq == seq);
        self.calls = open;
        let answered: Vec<Called> = answered;
        for call in answered {
            heed(Rc::make_mut(&mut self.about), call.action, &call.args);
        }
    }

    /// A call inside a turn is under way: nothing else can happen before it is answered.
    pub fn is_inside_a_turn(&self) -> bool {
        self.awaited().is_some_and(|call| call.action.signature().kind != Kind::Outside)
    }

    /// What a run waits for, if that is a signal.
    pub fn awaits<'p>(program: &'p Program, run: &Run) -> Option<&'p Awaited> {
        let frame = run.frames.last().filter(|_| run.waits == Waits::Sleep)?;
        match &program.flow(&frame.hash)?.step(&frame.step)?.does {
            Step::Await(awaited) => Some(awaited),
            _ => None,
        }
    }

    /// What a signal must be about to be heard here by whoever waits for one of this name; `Some(None)`: anything will do.
    pub fn listens_about(&self, program: &Program, signal: &str) -> Option<Option<String>> {
        let wanted = |run: &Run| {
            let awaited = Self::awaits(program, run).filter(|awaited| awaited.signal == signal)?;
            let Some(about) = &awaited.about else { return Some(None) };
            let frame = run.frames.last()?;
            match about.expr.value(&|name| look(frame, name)) {
                Some(Value::Text(about)) => Some(Some(about)),
                _ => None,
            }
        };
        self.state.runs.iter().rev().find_map(wanted)
    }

    /// A run by its id.
    pub fn run(&self, id: &str) -> Option<&Run> {
        self.state.runs.iter().find(|run| run.id == id)
    }

    pub fn fed(&mut self, fed: Fed) {
        let before = self.path.take();
        self.path = Some(Rc::new(Link { before, fed, act: None }));
    }

    /// That what was fed last is the end of this.
    pub fn done(&mut self, act: &Act) {
        if let Some(Link { before, fed, .. }) = self.path.as_deref() {
            let link = Link { before: before.clone(), fed: fed.clone(), act: Some(act.clone()) };
            self.path = Some(Rc::new(link));
        }
    }

    /// What was put in last.
    pub fn last(&self) -> Option<&Fed> {
        self.path.as_deref().map(|link| &link.fed)
    }

    /// Everything that was done, in order.
    pub fn acts(&self) -> Vec<Act> {
        let mut acts: Vec<_> = self.links().filter_map(|link| link.act.clone()).collect();
        acts.reverse();
        acts
    }

    /// Everything that was put in, in order.
    pub fn inputs(&self) -> Vec<Fed> {
        let mut fed: Vec<_> = self.links().map(|link| link.fed.clone()).collect();
        fed.reverse();
        fed
    }

    fn links(&self) -> impl Iterator<Item = &Link> {
        std::iter::successors(self.path.as_deref(), |link| link.before.as_deref())
    }

    /// The conversation as a transcript.
    pub fn written(&self, program: &Program, title: &str) -> String {
        let Beginning { flow, args, about } = &*self.begun;
        let begun = Begun { about, at: beginning(), flow, args };
        written(program, title, &begun, &self.inputs())
    }

    /// What begins it.
    pub fn begin(&self) -> Input {
        Input::Begin { flow: self.begun.flow.clone(), args: self.begun.args.clone() }
    }
}
