//! One turn of a walk: taken, and looked at.

use std::rc::Rc;

use super::{Explorer, Failure, MOST_FAILURES, Shown, What, act::Act, checks, key, world::World};
use crate::{
    flow::{
        Alarm, Effect, Env, Input, Names, State, Trace,
        chat::{Fed, Put, Timer},
        step,
    },
    message::{Args, Offer, Said},
};

/// Calls that are answered after a failure.
const LONGEST_END: usize = 12;

/// What came of something that happened.
#[derive(Debug, Default)]
pub(super) struct Happened {
    pub effects: Vec<Effect>,
    pub trace: Vec<Trace>,
}

impl Explorer<'_> {
    /// A conversation that has just begun.
    pub(super) fn begin(&mut self, flow: &str, args: &Args) -> World {
        let mut world = World::new(flow, args, &self.about);
        let input = world.begin();
        self.turn(&mut world, Put::Unwritten, input);
        world
    }

    /// Lets something happen; `None`: it can't happen here.
    pub(super) fn act(&mut self, world: &mut World, act: &Act) -> Option<Happened> {
        let happened = if let Act::Waits(alarm) = act {
            self.later(world, *alarm)?
        } else {
            let (put, input) = act.input(self.program, world)?;
            if let Input::Returned { run, seq, .. } = &input {
                world.answered(run, *seq);
            }
            self.turn(world, put, input)
        };
        world.done(act);
        if !matches!(act, Act::Replies(_)) {
            world.chain.clear();
        }
        Some(happened)
    }

    /// Lets time pass until a timer has come; those before it come on the way. A call inside a turn is answered first.
    fn later(&mut self, world: &mut World, alarm: Alarm) -> Option<Happened> {
        let top = world.state.runs.last()?.id.clone();
        let wanted = |timer: &Timer| timer.alarm == alarm && timer.run == top;
        let until = world.timers.armed().filter(|timer| wanted(timer)).map(|timer| timer.at).min()?;
        let mut happened = Happened::default();
        while let Some(timer) = world.timers.due(until) {
            world.now = world.now.max(timer.at);
            let one = self.turn(world, Put::Later, timer.input());
            happened.effects.extend(one.effects);
            happened.trace.extend(one.trace);
            if wanted(&timer) || world.is_inside_a_turn() {
                break;
            }
        }
        Some(happened)
    }

    pub(super) fn turn(&mut self, world: &mut World, put: Put, input: Input) -> Happened {
        self.report.turns += 1;
        world.turns += 1;
        let (about, names) = (Rc::clone(&world.about), Names::default());
        let env = Env { now: world.now, seed: world.turns, about: &about, names: &names };
        let taken = || step(self.program, State::clone(&world.state), input.clone(), &env);
        let (turn, again) = (taken(), taken());
        world.fed(Fed { put, input, at: world.now, about: Rc::clone(&about) });
        let read = State::read(&turn.state.write());
        let wrong = checks::turn(&turn, &again, &read);
        world.take(read, &turn.effects);
        for (what, why) in wrong {
            let at = turn.trace.iter().find_map(entered).unwrap_or_default();
            self.fail(world, what, &format!("{why}{at}"));
        }
        self.listen(world, &turn.effects);
        self.waits.extend(turn.state.runs.last().map(key::place));
        self.report.covered.add(turn.trace.clone());
        Happened { effects: turn.effects, trace: turn.trace }
    }

    /// Has everything judged that is said, each thing once.
    fn listen(&mut self, world: &World, effects: &[Effect]) {
        for effect in effects {
            let (shown, heard) = match effect {
                Effect::Send { said, .. } | Effect::Edit { said, .. } => (Shown::Message(said), heard(said)),
                Effect::Toast(words) => (Shown::Toast(words), serde_json::to_string(words).unwrap_or_default()),
                _ => continue,
            };
            if self.said.insert(heard) {
                for why in (self.judge)(shown) {
                    self.fail(world, What::Sayable, &why);
                }
            }
        }
    }

    /// Notes what did not hold, with the conversation that led there: each fault of a flow once.
    pub(super) fn fail(&mut self, world: &World, what: What, why: &str) {
        let flow = world.begun.flow.clone();
        if !self.failed.insert((what, format!("{flow}: {why}"))) {
            return;
        }
        if self.report.failures.len() >= MOST_FAILURES {
            self.report.more += 1;
            return;
        }
        let title = format!("explore, {}: {}", what.code(), why.replace('\n', " "));
        // What comes after it may fail as well: its place is kept.
        let nth = self.report.failures.len();
        self.report.failures.push(Failure { flow, what, why: why.to_owned(), chat: String::new() });
        let chat = self.until_its_turn_ends(world).written(self.program, &title);
        if let Some(failure) = self.report.failures.get_mut(nth) {
            failure.chat = chat;
        }
    }

    /// With answers to the calls inside a turn, whatever they are: no transcript ends before them. One answer after the other,
    /// so that a circle is left too.
    fn until_its_turn_ends(&mut self, world: &World) -> World {
        let mut world = world.clone();
        for nth in 0..LONGEST_END {
            let replies = if world.is_inside_a_turn() { self.moves(&world) } else { Vec::new() };
            let Some(acts) = nth.checked_rem(replies.len()).and_then(|nth| replies.get(nth)) else { break };
            if acts.iter().any(|act| self.act(&mut world, act).is_none()) {
                break;
            }
        }
        world
    }
}

fn entered(trace: &Trace) -> Option<String> {
    if let Trace::Entered { flow, step } = trace { Some(format!(" ({flow}.{step})")) } else { None }
}

/// What is said, whatever its buttons' tokens are.
fn heard(said: &Said) -> String {
    let buttons = said.keyboard.iter().flat_map(|keyboard| &keyboard.buttons);
    let labels: Vec<_> = buttons.map(|button| (&button.label, matches!(button.does, Offer::App))).collect();
    let style = said.keyboard.as_ref().map(|keyboard| keyboard.style);
    serde_json::to_string(&(&said.words, style, labels, &said.picture)).unwrap_or_default()
}
