//! What a step says by itself, so that it can be looked at without talking to anybody: it is entered with given values, and
//! then tried with what people and time do.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta};

use super::{
    Trace, step,
    work::{Work, frame},
};
use crate::{
    flow::{
        About, Alarm, Effect, Env, Input, Names, Program, State,
        chat::Samples,
        model::{Does, Flow, Form},
        outline::Given,
        state::{Filling, Run, Spot, Waits},
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
    /// At which question of a form.
    pub question: Option<String>,
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
    /// Another's contact than is wanted is shared.
    Foreign,
    /// Nobody has answered for so long.
    Remind(TimeDelta),
    /// The answer is read back: is it right?
    Confirm,
    /// All answers of a form are read back.
    Review,
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
        let given = Given::sample(flow, step, samples);
        let mut trial = Trial { program: self, env, state: State::default(), question: None, posed: Vec::new() };
        trial.put(flow, step, &given);
        match flow.steps.get(step).map(|step| &step.does) {
            Some(Does::Form(form)) => trial.form((flow, step), form, &given),
            _ => trial.step(step),
        }
        trial.posed
    }
}

struct Trial<'t> {
    program: &'t Program,
    env: Env<'t>,
    state: State,
    question: Option<String>,
    posed: Vec<Posed>,
}

impl Trial<'_> {
    /// A conversation that is about to enter a step, with these values.
    fn put(&mut self, flow: &Flow, step: usize, given: &Given) {
        let mut frame = frame(flow, Args::new());
        (frame.values, frame.saved) = (given.values.clone(), given.saved.clone());
        frame.step = flow.steps.get(step).map(|step| step.name.clone()).unwrap_or_default();
        self.state = State { runs: vec![Run::new("sample".to_owned(), frame)], ..State::default() };
    }

    /// Enters it, and gives what that does.
    fn enter(&mut self, step: usize) -> Option<Vec<Effect>> {
        let mut work = Work::new(self.program, self.state.clone(), &self.env);
        work.enter(step).ok()?;
        let turn = work.into_turn();
        self.state = turn.state;
        Some(turn.effects)
    }

    fn step(&mut self, step: usize) {
        let Some(effects) = self.enter(step) else { return };
        self.keep(When::Entered, &effects);
        self.nudged(&effects);
        match self.state.runs.last().map(|run| run.waits.clone()) {
            Some(Waits::Answer) => self.probed(),
            Some(Waits::Reply { action, .. }) if action.gave_up().is_some() => {
                self.tried(When::Busy, "", Input::Text("?".to_owned()));
            }
            _ => {}
        }
    }

    /// Every question of a form, as if those before had been answered.
    fn form(&mut self, (flow, step): (&Flow, usize), form: &Form, given: &Given) {
        for question in &form.questions {
            self.question = Some(question.id.clone());
            self.put(flow, step, &given.clone().before(form, question));
            if self.ask_at(When::Entered, Spot::Question(question.id.clone())) {
                self.probed();
            }
            if let (Some(_), Some(value)) = (&question.confirm, given.values.get(&question.id)) {
                self.put(flow, step, &given.clone().before(form, question));
                self.ask_at(When::Confirm, Spot::Confirm { id: question.id.clone(), value: value.clone() });
            }
        }
        self.question = None;
        if form.review.is_some() {
            self.put(flow, step, given);
            self.ask_at(When::Review, Spot::Review);
        }
        self.put(flow, step, given);
        if let Some(effects) = self.enter(step) {
            self.nudged(&effects);
        }
    }

    /// Asks what stands at this spot of a form.
    fn ask_at(&mut self, when: When, at: Spot) -> bool {
        if let Some(run) = self.state.runs.last_mut() {
            run.waits = Waits::Answer;
            if let Some(frame) = run.frames.last_mut() {
                frame.filling = Some(Filling { at, skipped: BTreeSet::new() });
            }
        }
        let mut work = Work::new(self.program, self.state.clone(), &self.env);
        work.ask_again();
        let turn = work.into_turn();
        self.state = turn.state;
        let before = self.posed.len();
        self.keep(when, &turn.effects);
        self.posed.len() > before
    }

    /// The reminders that were asked for.
    fn nudged(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Arm { run, wait, alarm: alarm @ Alarm::Remind(_), at, .. } = effect {
                let timer = Input::Timer { run: run.clone(), wait: *wait, alarm: *alarm };
                self.tried(When::Remind(*at - self.env.now), "", timer);
            }
        }
    }

    /// What people send that is no answer.
    fn probed(&mut self) {
        self.tried(When::Unfit, ".hint", Input::Unsupported { kind: "sticker".to_owned() });
        let shared = |own| Input::Contact { phone: "+79161234567".to_owned(), name: String::new(), own };
        self.tried(When::Foreign, "foreign", shared(false));
        self.tried(When::Foreign, ".own", shared(true));
        self.tried(When::Foreign, "-own_contact", shared(true));
        self.misunderstood();
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
        let question = self.question.clone();
        self.posed.extend(said.map(|said| Posed { question, when, said: said.clone() }));
    }
}
