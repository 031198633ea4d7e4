//! The machine: a stack of runs. What is on it, what is begun, what is given up; [`super::go`] moves it on.

use super::{Trace, Turn, form::fits, say::look};
use crate::{
    flow::{
        Alarm, Effect, Env, Program, State,
        action::Type,
        expr::Expr,
        model::{Does, Flow, Sited, Step, Target},
        state::{Frame, Run, Waits},
        update,
    },
    message::{Args, Value, Words},
};

/// Steps that one turn may enter; more is a circle.
const BUDGET: u16 = 100;
/// Frames of one run, and runs of one conversation.
pub(in crate::flow) const DEPTH: usize = 8;

/// Why a conversation can't go on.
#[derive(Debug)]
pub(super) struct Stop(pub &'static str);

/// A turn in the making.
pub(super) struct Work<'w> {
    pub program: &'w Program,
    pub env: &'w Env<'w>,
    pub state: State,
    pub effects: Vec<Effect>,
    pub trace: Vec<Trace>,
    /// Steps that this turn may still enter.
    pub budget: u16,
    begun: u64,
}

impl<'w> Work<'w> {
    pub fn new(program: &'w Program, state: State, env: &'w Env<'w>) -> Self {
        Self { program, env, state, effects: Vec::new(), trace: Vec::new(), budget: BUDGET, begun: 0 }
    }

    pub fn into_turn(self) -> Turn {
        Turn { state: self.state, effects: self.effects, trace: self.trace }
    }

    pub fn ignore(&mut self, why: &'static str) {
        self.trace.push(Trace::Ignored(why));
    }

    /// Takes runs along to their flows' new logic, where the flow wants it and the run can.
    pub fn update(&mut self) {
        let program = self.program;
        for run in &mut self.state.runs {
            let Some(frames) = update::moved(program, run) else { continue };
            for (old, new) in run.frames.iter().zip(&frames) {
                let kept = update::changed(program, old, new).into_iter().map(|(question, value)| {
                    let (run, flow) = (run.id.clone(), new.flow.clone());
                    Effect::Answer { run, flow, question, value }
                });
                self.effects.extend(kept);
            }
            run.frames = frames;
            // What was ticked may not be there any more: one ticks anew.
            run.picked.clear();
            let flow = run.frames.first().map(|frame| frame.flow.clone()).unwrap_or_default();
            self.trace.push(Trace::Moved { flow });
        }
    }

    /// Whether every run stands where this program can go on with it.
    pub fn sound(&self) -> Result<(), Stop> {
        if self.state.foreign {
            return Err(Stop("the state is not understood"));
        }
        self.state.runs.iter().try_for_each(|run| self.sound_run(run))
    }

    fn sound_run(&self, run: &Run) -> Result<(), Stop> {
        let mut last = Err(Stop("a run without frames"));
        for frame in &run.frames {
            let flow = self.program.flow(&frame.hash).ok_or(Stop("an unknown flow version"))?;
            let step = flow.step(&frame.step).ok_or(Stop("an unknown step"))?;
            last = Ok(&step.does);
        }
        match (&run.waits, last?) {
            (Waits::Answer, Does::Ask(_)) => Ok(()),
            (Waits::Answer, Does::Form(form)) if run.frames.last().is_some_and(|frame| fits(form, frame)) => Ok(()),
            (Waits::Reply { .. }, Does::Call { .. }) | (Waits::Sleep, Does::Sleep { .. } | Does::Await(_)) => Ok(()),
            _ => Err(Stop("a run waits for what its step does not give")),
        }
    }

    /// Begins afresh: never a dead chat.
    pub fn restart(&mut self, why: &'static str) {
        self.effects.clear();
        self.trace.push(Trace::Restarted(why));
        self.drop_all();
        self.state.foreign = false;
        self.budget = BUDGET;
        self.send(Words::plain("global-restarted"), None);
        if let Err(Stop(why)) = self.home(String::new()) {
            self.trace.push(Trace::Restarted(why));
            self.drop_all();
        }
    }

    fn drop_all(&mut self) {
        for run in std::mem::take(&mut self.state.runs) {
            self.effects.push(Effect::Disarm { run: run.id, wait: None });
        }
    }

    /// Gives up every open question; what sleeps goes on sleeping.
    pub fn clear(&mut self) {
        let runs = std::mem::take(&mut self.state.runs);
        for run in runs {
            if run.waits == Waits::Sleep {
                self.state.runs.push(run);
            } else {
                self.effects.push(Effect::Disarm { run: run.id, wait: None });
            }
        }
    }

    /// Begins the home flow.
    pub fn home(&mut self, said: String) -> Result<(), Stop> {
        let start = self.program.start();
        self.begin_saying(start, said, false)
    }

    pub fn command(&mut self, name: &str, said: String) -> Result<(), Stop> {
        let Some(command) = self.program.command(name) else { return Ok(()) };
        if command.replaces {
            self.clear();
        }
        self.drop_runs_of(&command.flow);
        self.begin_saying(&command.flow, said, true)
    }

    /// Interrupts of one flow do not pile up, and what the menu has opened of it is begun anew: the menu follows anyway.
    pub fn drop_runs_of(&mut self, flow: &str) {
        let start = self.program.start();
        let is = |run: &Run| {
            let first = run.frames.first().map(|frame| frame.flow.as_str());
            let holds = run.frames.iter().any(|frame| frame.flow == flow);
            run.waits != Waits::Sleep && (first == Some(flow) || (first == Some(start) && holds))
        };
        let (dropped, kept) = std::mem::take(&mut self.state.runs).into_iter().partition(is);
        self.state.runs = kept;
        let dropped: Vec<Run> = dropped;
        self.effects.extend(dropped.into_iter().map(|run| Effect::Disarm { run: run.id, wait: None }));
    }

    fn begin_saying(&mut self, name: &str, said: String, by_command: bool) -> Result<(), Stop> {
        let flow = self.program.current(name).ok_or(Stop("a flow is missing"))?;
        let args = [("said".to_owned(), Value::Text(said)), ("open".to_owned(), Value::Flag(self.is_open()))];
        self.begin(flow, args.into(), by_command)
    }

    /// Something has been begun and is not over; the menu itself does not count.
    fn is_open(&self) -> bool {
        let start = self.program.start();
        let menu = |run: &Run| run.frames.len() == 1 && run.frames.iter().all(|frame| frame.flow == start);
        self.state.runs.iter().any(|run| run.waits != Waits::Sleep && !menu(run))
    }

    pub fn begin_from_outside(&mut self, name: &str, args: Args) -> Result<(), Stop> {
        let Some(flow) = self.program.current(name) else {
            self.ignore("no such flow");
            return Ok(());
        };
        if flow.args.iter().any(|(arg, kind)| !args.get(arg).is_some_and(|value| kind.of.takes(value))) {
            self.ignore("an argument is missing or of another type");
            return Ok(());
        }
        self.begin(flow, args, false)
    }

    pub fn begin(&mut self, flow: &'w Flow, args: Args, by_command: bool) -> Result<(), Stop> {
        if self.state.runs.len() >= DEPTH {
            self.make_room();
        }
        let id = self.new_id();
        if let Some(expires) = flow.expires {
            let at = self.env.now + expires;
            let run = id.clone();
            self.effects.push(Effect::Arm { run, wait: 0, alarm: Alarm::Expire, at, gentle: false });
        }
        let run = Run { by_command, ..Run::new(id, frame(flow, args)) };
        self.state.runs.push(run);
        self.go(Target::Step(0))
    }

    /// Gives a run up: one that sleeps for a time before one that somebody is asked in, and one that waits for a signal last,
    /// for nobody could tell it any more. Of several it is the one that has waited longest: whoever falls asleep lies down at
    /// the bottom, a question that comes stands on top.
    fn make_room(&mut self) {
        let rank = |(place, run): (usize, &Run)| {
            let listens = matches!(self.stands(run), Some((_, Step { does: Does::Await(_), .. })));
            let (rank, age) = match run.waits {
                Waits::Sleep if listens => (3, place),
                Waits::Sleep => (0, place),
                Waits::Reply { .. } => (2, usize::MAX - place),
                _ => (1, usize::MAX - place),
            };
            (std::cmp::Reverse(rank), age)
        };
        let runs = self.state.runs.iter().enumerate();
        let Some((place, _)) = runs.max_by_key(|one| rank(*one)) else { return };
        let dropped = self.state.runs.remove(place);
        let flow = dropped.frames.into_iter().next().map(|frame| frame.flow).unwrap_or_default();
        self.trace.push(Trace::Dropped { flow });
        self.effects.push(Effect::Disarm { run: dropped.id, wait: None });
    }

    /// Twelve characters out of the turn's chance (splitmix64): calls and their answers are known by a run's id alone, for
    /// weeks and among everybody, so 60 bits, as many as a button's token has room for.
    fn new_id(&mut self) -> String {
        loop {
            self.begun = self.begun.wrapping_add(1);
            let mut x = self.env.seed.wrapping_add(self.begun.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            x ^= x >> 31;
            let id: String = (0..12).filter_map(|i| char::from_digit((x >> (5 * i)) as u32 & 31, 32)).collect();
            if self.state.runs.iter().all(|run| run.id != id) {
                return id;
            }
        }
    }

    /// Where the top run stands.
    pub fn here(&self) -> Option<(&'w Flow, &'w Step)> {
        self.stands(self.state.runs.last()?)
    }

    /// Where a run stands.
    pub(super) fn stands(&self, run: &Run) -> Option<(&'w Flow, &'w Step)> {
        let frame = run.frames.last()?;
        let flow = self.program.flow(&frame.hash)?;
        Some((flow, flow.step(&frame.step)?))
    }

    /// The top run asks something that no command may interrupt.
    pub fn asks_alone(&self) -> bool {
        self.asked().is_some_and(|ask| !ask.interrupt)
    }

    pub fn run(&mut self) -> Result<&mut Run, Stop> {
        self.state.runs.last_mut().ok_or(Stop("no run"))
    }

    pub fn frame(&mut self) -> Result<&mut Frame, Stop> {
        self.run()?.frames.last_mut().ok_or(Stop("no frame"))
    }

    /// An expression over the top frame.
    pub fn value(&self, expr: &Expr) -> Option<Value> {
        let frame = self.state.runs.last()?.frames.last()?;
        expr.value(&|name| look(frame, name)).or_else(|| {
            // All that a call gave, as a record.
            let Expr::Name(name) = expr else { return None };
            let (_, fields) = frame.saved.iter().find(|(saved, _)| saved == name)?;
            Some(Value::Record(fields.clone()))
        })
    }

    pub fn values(&self, with: &[(String, Sited)]) -> Result<Args, Stop> {
        let value = |(name, sited): &(String, Sited)| {
            Ok((name.clone(), self.value(&sited.expr).ok_or(Stop("a value is unset"))?))
        };
        with.iter().map(value).collect()
    }

    /// Gives a run the floor.
    pub fn raise(&mut self, id: &str) -> bool {
        let Some(i) = self.state.runs.iter().position(|run| run.id == id) else { return false };
        let run = self.state.runs.remove(i);
        self.state.runs.push(run);
        true
    }

    pub fn waiting(&self, id: &str) -> Option<&Run> {
        self.state.runs.iter().find(|run| run.id == id)
    }
}

/// A flow at its first step.
pub(super) fn frame(flow: &Flow, args: Args) -> Frame {
    let step = flow.steps.first().map(|step| step.name.clone()).unwrap_or_default();
    let value = |(name, value): (String, Value)| {
        let kind = flow.args.get(&name)?;
        Some((name, narrowed(value, kind.of)))
    };
    let values = args.into_iter().filter_map(value).collect();
    Frame { flow: flow.name.clone(), hash: flow.hash.clone(), step, values, saved: Vec::new(), filling: None }
}

/// Of a record, what its type knows.
fn narrowed(value: Value, of: Type) -> Value {
    match (value, of) {
        (Value::Record(mut fields), Type::Shape(shape)) => {
            fields.retain(|field, _| shape.field(field).is_some());
            Value::Record(fields)
        }
        (value, _) => value,
    }
}
