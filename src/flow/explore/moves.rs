//! What may happen where a conversation waits, and leads on.

use super::{Explorer, act::Act, answers, marks::Marks, world::World};
use crate::flow::{
    Alarm,
    model::{Answer, Ask, Does, Flow, Step},
    state::{Run, Spot, State, Waits},
    step::{ask_at, option_of},
};

/// More wrong answers in a row than this are not tried.
const MOST_TRIES: u16 = 20;

impl Explorer<'_> {
    /// What may happen to the run that has the floor, each a few acts in a row.
    pub(super) fn moves(&self, world: &World) -> Vec<Vec<Act>> {
        let Some(run) = world.state.runs.last() else { return Vec::new() };
        let mut moves: Vec<Vec<Act>> = match &run.waits {
            Waits::Nothing => Vec::new(),
            Waits::Sleep => self.signals(run).into_iter().map(|act| vec![act]).collect(),
            Waits::Reply { action, .. } => {
                let Some((flow, step)) = self.here(run) else { return Vec::new() };
                self.replies(flow, step, *action).into_iter().map(|reply| vec![Act::Replies(reply)]).collect()
            }
            Waits::Answer => self.asked(&world.state).map(|ask| self.answers(world, run, ask)).unwrap_or_default(),
        };
        if !world.is_inside_a_turn() {
            let mut alarms: Vec<Alarm> =
                world.timers.armed().filter(|timer| timer.run == run.id).map(|timer| timer.alarm).collect();
            alarms.sort_unstable();
            moves.extend(alarms.into_iter().map(|alarm| vec![Act::Waits(alarm)]));
        }
        moves
    }

    /// The signal that a run waits for, with all that it may bring.
    pub(super) fn signals(&self, run: &Run) -> Vec<Act> {
        let Some((awaited, flow)) = World::awaits(self.program, run).zip(run.frames.last().map(|frame| &frame.flow))
        else {
            return Vec::new();
        };
        let all = self.brought(flow, awaited).into_iter();
        all.map(|values| Act::Signals(awaited.signal.clone(), values)).collect()
    }

    fn answers(&self, world: &World, run: &Run, ask: &Ask) -> Vec<Vec<Act>> {
        let mut moves: Vec<Vec<Act>> = pressed(world, ask).into_iter().map(|act| vec![act]).collect();
        let valid = answers::valid(&ask.answer, self.answer_marks(run), self.long);
        moves.extend(valid.into_iter().map(|act| vec![act]));
        if let Answer::Choices { of, max, .. } = &ask.answer {
            moves.push(ticked(of, *max));
        }
        let junk = answers::junk(&ask.answer).into_iter().next();
        let tries = usize::from(ask.attempts);
        moves.extend(junk.filter(|_| ask.attempts <= MOST_TRIES).map(|junk| vec![junk; tries]));
        moves
    }

    /// What conditions make of the answer to the question that stands.
    fn answer_marks(&self, run: &Run) -> Option<&Marks> {
        let frame = run.frames.last()?;
        let name = match frame.filling.as_ref().map(|filling| &filling.at) {
            Some(Spot::Question(id)) => id,
            _ => &frame.step,
        };
        self.live.get(&frame.flow)?.marks(name)
    }

    /// The question of the run that has the floor.
    pub(super) fn asked(&self, state: &State) -> Option<&Ask> {
        let run = state.runs.last().filter(|run| run.waits == Waits::Answer)?;
        match &self.here(run)?.1.does {
            Does::Ask(ask) => Some(ask),
            Does::Form(form) => ask_at(form, &run.frames.last()?.filling.as_ref()?.at),
            _ => None,
        }
    }

    /// Where a run stands.
    pub(super) fn here(&self, run: &Run) -> Option<(&Flow, &Step)> {
        let frame = run.frames.last()?;
        let flow = self.program.flow(&frame.hash)?;
        Some((flow, flow.step(&frame.step)?))
    }
}

/// The buttons of the question: of options that are data the first and the last; ways out are commands.
fn pressed(world: &World, ask: &Ask) -> Vec<Act> {
    let options: Vec<&str> = world.buttons.iter().filter_map(|button| option_of(&button.token)).collect();
    let data = |option: &&&str| matches!(ask.answer, Answer::Choice { .. }) && option.parse::<usize>().is_ok();
    let last = options.iter().rfind(data);
    let chosen = options.iter().filter(|option| {
        let one_of_several = matches!(&ask.answer, Answer::Choices { of, .. } if of.iter().any(|one| one == **option));
        let between = data(option) && **option != "0" && Some(*option) != last;
        !one_of_several && !between && !option.starts_with('/')
    });
    chosen.map(|option| Act::Press((*option).to_owned())).collect()
}

/// Marks all, one too many among them, takes one away and marks it again, and is done.
fn ticked(of: &[String], max: usize) -> Vec<Act> {
    let press = |option: &String| Act::Press(option.clone());
    let all = of.iter().take(max + 1).map(press);
    let twice = of.first().into_iter().flat_map(|first| [press(first), press(first)]);
    all.chain(twice).chain([Act::Press("-done".to_owned())]).collect()
}
