//! Breadth-first through one flow, over states that make a difference.
//!
//! What a subflow comes to hangs on what it is run with and on nothing else of its caller: it is found once, by a search of its
//! own, and where it is run the shortest ways to its outcomes are gone once more.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
};

use super::{
    Explorer, What,
    act::{self, Act},
    checks, key,
    world::World,
};
use crate::{
    flow::state::{Frame, Run},
    message::Args,
};

/// States of one flow that are tried; more are left to chance.
const MOST_STATES: usize = 2_000;

/// A flow, and what it is begun with as far as that makes a difference.
pub(super) type RootKey = (String, String);

/// How a flow is brought to each of its outcomes, the shortest way that was found.
#[derive(Debug, Default)]
pub(super) struct Plans(BTreeMap<String, Vec<Act>>);

/// A search through one flow.
#[derive(Default)]
struct Search {
    /// The run that is walked through.
    run: String,
    queue: VecDeque<World>,
    seen: BTreeSet<String>,
    plans: Plans,
}

impl Explorer<'_> {
    /// Searches through a flow that begins with these arguments; once, however often it is asked for.
    pub(super) fn root(&mut self, flow: &str, args: &Args) -> Rc<Plans> {
        let known = self.live.get(flow).map(|live| live.begun_with(args)).unwrap_or_default();
        let key = (flow.to_owned(), known);
        if let Some(plans) = self.roots.get(&key) {
            return Rc::clone(plans);
        }
        let world = self.begin(flow, args);
        let run = world.state.runs.last().map(|run| run.id.clone()).unwrap_or_default();
        let mut search = Search { run, ..Search::default() };
        self.arrive(&mut search, world);
        while let Some(world) = search.queue.pop_front() {
            self.expand(&mut search, &world);
        }
        if search.seen.len() >= MOST_STATES {
            self.report.cut.insert(flow.to_owned());
        }
        let plans = Rc::new(search.plans);
        self.roots.insert(key, Rc::clone(&plans));
        plans
    }

    /// Tries everything at a state.
    fn expand(&mut self, search: &mut Search, world: &World) {
        for acts in self.moves(world) {
            let mut next = world.clone();
            if acts.iter().any(|act| self.act(&mut next, act).is_none()) {
                continue;
            }
            self.twice(&next);
            self.arrive(search, next);
        }
        self.probe(world);
    }

    /// The same input again must not act again.
    pub(super) fn twice(&mut self, world: &World) {
        let before = &*world.state;
        if self.long || world.is_inside_a_turn() {
            return;
        }
        let mut twice = world.clone();
        let Some(input) = world.last().map(|fed| fed.input.clone()) else { return };
        let Some(happened) = self.act(&mut twice, &Act::Again) else { return };
        let heard = act::is_heard(self.program, world, &input);
        if let Some(why) = checks::twice(&input, heard, before, &twice.state, &happened.effects) {
            self.fail(&twice, What::Once, &why);
        }
    }

    /// A conversation has come to wait somewhere: here, in a subflow, or nowhere any more.
    fn arrive(&mut self, search: &mut Search, mut world: World) {
        let state = Rc::clone(&world.state);
        let Some(run) = state.runs.iter().find(|run| run.id == search.run) else {
            if let Some(outcome) = world.ended.clone() {
                search.plans.0.entry(outcome).or_insert_with(|| world.acts());
            }
            return;
        };
        let key = match run.frames.get(1) {
            Some(sub) => self.run_key(run, sub),
            None => self.key(run),
        };
        if world.chain.contains(&key) {
            self.fail(&world, What::Waits, &key);
            return;
        }
        world.chain.push(key.clone());
        if search.seen.len() >= MOST_STATES || !search.seen.insert(key) {
            // Perhaps somebody is stuck here.
            return self.probe(&world);
        }
        match run.frames.get(1) {
            Some(sub) => self.through(search, &world, sub),
            None => search.queue.push_back(world),
        }
    }

    /// A subflow that has just been entered: by whom, and with what.
    fn run_key(&self, run: &Run, sub: &Frame) -> String {
        let caller: Vec<_> =
            run.frames.iter().take(1).map(|frame| format!("{}{}", frame.step, self.values(frame))).collect();
        let with = self.live.get(&sub.flow).map(|live| live.begun_with(&self.args(sub))).unwrap_or_default();
        format!("{} runs {}({with}) {}", caller.join(""), sub.flow, key::place(run))
    }

    /// What a subflow's frame was begun with.
    fn args(&self, sub: &Frame) -> Args {
        let flow = self.program.flow(&sub.hash);
        let own = |name: &String| flow.is_some_and(|flow| flow.args.contains_key(name));
        sub.values.iter().filter(|(name, _)| own(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Goes through a subflow to each of its outcomes.
    fn through(&mut self, search: &mut Search, world: &World, sub: &Frame) {
        let plans = self.root(&sub.flow, &self.args(sub));
        for acts in plans.0.values() {
            let mut next = world.clone();
            if acts.iter().all(|act| self.act(&mut next, act).is_some()) {
                self.arrive(search, next);
            }
        }
    }
}
