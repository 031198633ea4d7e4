//! At random, by a seed: longer ways than a search goes, with interruptions within interruptions.

use super::{Explorer, What, act::Act, world::World};
use crate::{
    flow::{Env, Names, State, step},
    locale::Tone,
};

/// Turns after which a walk begins anew.
const LONGEST: u64 = 60;

/// A stream of chance (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        u64::try_from(most).ok().and_then(|most| self.roll().checked_rem(most)).map_or(0, |n| n as usize)
    }

    fn one_of<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        all.get(self.below(all.len()))
    }
}

impl Explorer<'_> {
    /// Walks so many turns through a flow.
    pub(super) fn walk(&mut self, flow: &str, turns: usize, seed: u64) {
        let mut dice = Dice(seed);
        let until = self.report.turns + turns;
        let beginnings = self.beginnings(flow);
        let languages: Vec<_> = self.program.locales().languages().map(str::to_owned).collect();
        while self.report.turns < until {
            let before = self.report.turns;
            self.about.lang = dice.one_of(&languages).cloned().unwrap_or_default();
            self.about.tone = Tone { adult: dice.below(2) == 1, plain: dice.below(2) == 1 };
            let Some(args) = dice.one_of(&beginnings) else { return };
            let mut world = self.begin(flow, args);
            while world.turns < LONGEST && self.report.turns < until {
                let acts = self.chosen(&world, &mut dice);
                for act in &acts {
                    if self.act(&mut world, act).is_none() {
                        break;
                    }
                }
                if world.state.is_idle() {
                    break;
                }
            }
            self.replayed(&world);
            if self.report.turns == before {
                return;
            }
        }
    }

    /// Mostly something that leads on.
    fn chosen(&self, world: &World, dice: &mut Dice) -> Vec<Act> {
        let moves = self.moves(world);
        if world.is_inside_a_turn() || dice.below(10) < 7 {
            return dice.one_of(&moves).cloned().unwrap_or_else(|| vec![Act::Starts]);
        }
        let anything = self.anything(world);
        dice.one_of(&anything).cloned().into_iter().collect()
    }

    /// Everything from the start once more comes to the same.
    pub(super) fn replayed(&mut self, world: &World) {
        let names = Names::default();
        let mut state = State::default();
        for (nth, fed) in (1..).zip(world.inputs()) {
            let env = Env { now: fed.at, seed: nth, about: &fed.about, names: &names };
            state = step(self.program, state, fed.input, &env).state;
        }
        if state != *world.state {
            self.fail(world, What::Replay, "the whole conversation once more comes to another state");
        }
    }
}
