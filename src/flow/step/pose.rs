//! What a step says by itself, so that it can be looked at without talking to anybody: it is entered with given values, and
//! then tried with what people and time do.

use chrono::{DateTime, TimeDelta};

use super::{
    Trace, step,
    work::{Work, frame},
};
use crate::{
    flow::{
        About, Alarm, Effect, Env, Input, Names, Program, State,
        chat::Samples,
        model::Flow,
        outline::Given,
        state::{Run, Waits},
    },
    message::{Args, Said},
};

/// Longer than any answer may be.
const TOO_LONG: usize = 5_000;
/// Wrong answers that are tried until help comes.
const TRIES: usize = 10;

/// One thing that a step says.
#[derive(Clone, Debug, PartialEq)]
pub struct Posed {
    /// When.
    pub when: When,
    /// What.
    pub said: Said,
}

/// When a step says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// As it is entered.
    Entered,
    /// The answer is not understood.
    Invalid,
    /// Several answers were not understood: the ways out stand there.
    Stuck,
    /// Something comes that is no answer at all.
    Unfit,
    /// Somebody else's contact is shared.
    Foreign,
    /// Nobody has answered for so long.
    Remind(TimeDelta),
    /// Something is said while an action is at work.
    Busy,
}

impl Program {
    /// All that a step of a flow says, with sample values in its texts.
    #[must_use]
    pub fn posed(&self, flow: &str, step: usize, samples: &Samples, about: &About) -> Vec<Posed> {
        let Some(flow) = self.current(flow) else { return Vec::new() };
        let names = Names::default();
        let env = Env { now: DateTime::UNIX_EPOCH, seed: 1, about, names: &names };
        let mut trial = Trial { program: self, env, state: State::default(), posed: Vec::new() };
        trial.enter(flow, step, Given::sample(flow, step, samples));
        trial.posed
    }
}

struct Trial<'t> {
    program: &'t Program,
    env: Env<'t>,
    state: State,
    posed: Vec<Posed>,
}

impl Trial<'_> {
    fn enter(&mut self, flow: &Flow, step: usize, given: Given) {
        let mut frame = frame(flow, Args::new());
        (frame.values, frame.saved) = (given.values, given.saved);
        let run = Run {
            id: "sample".to_owned(),
            wait: 0,
            calls: 0,
            waits: Waits::Nothing,
            tries: 0,
            stuck: false,
            by_command: false,
            frames: vec![frame],
        };
        self.state.runs.push(run);
        let mut work = Work::new(self.program, self.state.clone(), &self.env);
        if work.enter(step).is_err() {
            return;
        }
        let turn = work.into_turn();
        self.state = turn.state;
        let nudge = |effect: &Effect| match effect {
            Effect::Arm { run, wait, alarm: alarm @ Alarm::Remind(_), at, .. } => {
                Some((Input::Timer { run: run.clone(), wait: *wait, alarm: *alarm }, *at - self.env.now))
            }
            _ => None,
        };
        let nudges: Vec<_> = turn.effects.iter().filter_map(nudge).collect();
        self.keep(When::Entered, &turn.effects);
        for (input, after) in nudges {
            self.tried(When::Remind(after), "", input);
        }
        match self.state.runs.last().map(|run| run.waits.clone()) {
            Some(Waits::Answer) => {
                self.tried(When::Unfit, ".hint", Input::Unsupported { kind: "sticker".to_owned() });
                self.tried(When::Foreign, "foreign", Input::Contact { phone: "+79161234567".to_owned(), own: false });
                self.misunderstood();
            }
            Some(Waits::Reply { action, .. }) if action.gave_up().is_some() => {
                self.tried(When::Busy, "", Input::Text("?".to_owned()));
            }
            _ => {}
        }
    }

    /// What is answered to an input, if it ends like this; nothing has happened afterwards.
    fn tried(&mut self, when: When, ending: &str, input: Input) {
        let turn = step(self.program, self.state.clone(), input, &self.env);
        let ends = |effect: &Effect| matches!(effect, Effect::Send { said, .. } if said.words.key.ends_with(ending));
        if turn.effects.iter().any(ends) {
            self.keep(when, &turn.effects);
        }
    }

    /// One wrong answer after the other, until help comes or the step is left.
    fn misunderstood(&mut self) {
        for attempt in 0..TRIES {
            let wrong = Input::Text("?".repeat(TOO_LONG));
            let turn = step(self.program, self.state.clone(), wrong, &self.env);
            if turn.trace.iter().any(|trace| matches!(trace, Trace::Entered { .. } | Trace::Restarted(_))) {
                return;
            }
            self.state = turn.state;
            let stuck = self.state.runs.last().is_some_and(|run| run.stuck);
            if stuck || attempt == 0 {
                self.keep(if stuck { When::Stuck } else { When::Invalid }, &turn.effects);
            }
            if stuck {
                return;
            }
        }
    }

    fn keep(&mut self, when: When, effects: &[Effect]) {
        let said =
            effects.iter().find_map(|effect| if let Effect::Send { said, .. } = effect { Some(said) } else { None });
        self.posed.extend(said.map(|said| Posed { when, said: said.clone() }));
    }
}
