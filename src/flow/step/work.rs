//! The machine: a stack of runs, moved until each of them waits for something.

use super::{
    Trace, Turn,
    answer::{self, Judged},
    heard::Heard,
    say::look,
    token,
};
use crate::{
    flow::{
        Alarm, Effect, Env, Program, Reply, State,
        expr::Expr,
        model::{Answer, Ask, Does, Ending, Flow, Sited, Step, Target},
        state::{Frame, Run, Waits},
    },
    message::{Args, Value, Words},
};

/// Steps that one turn may enter; more is a circle.
const BUDGET: u16 = 100;
/// Frames of one run, and runs of one conversation.
const DEPTH: usize = 8;
/// Nudges of at least this many seconds keep quiet hours.
const GENTLE_SECONDS: i64 = 3_600;

/// Why a conversation can't go on.
#[derive(Debug)]
pub(super) struct Stop(pub &'static str);

/// A turn in the making.
pub(super) struct Work<'w> {
    pub program: &'w Program,
    pub env: &'w Env<'w>,
    pub state: State,
    pub effects: Vec<Effect>,
    trace: Vec<Trace>,
    budget: u16,
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
            (Waits::Answer, Does::Ask(_))
            | (Waits::Reply { .. }, Does::Call { .. })
            | (Waits::Sleep, Does::Sleep { .. }) => Ok(()),
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
        self.begin_saying(start, said)
    }

    pub fn command(&mut self, name: &str, said: String) -> Result<(), Stop> {
        let Some(command) = self.program.command(name) else { return Ok(()) };
        if command.replaces {
            self.clear();
        }
        self.drop_runs_of(&command.flow);
        self.begin_saying(&command.flow, said)
    }

    /// Interrupts of one flow do not pile up.
    fn drop_runs_of(&mut self, flow: &str) {
        let is = |run: &Run| run.waits != Waits::Sleep && run.frames.first().is_some_and(|frame| frame.flow == flow);
        let (dropped, kept) = std::mem::take(&mut self.state.runs).into_iter().partition(is);
        self.state.runs = kept;
        let dropped: Vec<Run> = dropped;
        self.effects.extend(dropped.into_iter().map(|run| Effect::Disarm { run: run.id, wait: None }));
    }

    fn begin_saying(&mut self, name: &str, said: String) -> Result<(), Stop> {
        let flow = self.program.current(name).ok_or(Stop("a flow is missing"))?;
        let wants = flow.args.contains_key("said");
        let args = wants.then(|| ("said".to_owned(), Value::Text(said)));
        self.begin(flow, args.into_iter().collect())
    }

    pub fn begin_from_outside(&mut self, name: &str, args: Args) -> Result<(), Stop> {
        let Some(flow) = self.program.current(name) else {
            self.ignore("no such flow");
            return Ok(());
        };
        if flow.args.keys().any(|arg| !args.contains_key(arg)) {
            self.ignore("an argument is missing");
            return Ok(());
        }
        self.begin(flow, args)
    }

    fn begin(&mut self, flow: &'w Flow, args: Args) -> Result<(), Stop> {
        if self.state.runs.len() >= DEPTH {
            let oldest = self.state.runs.remove(0);
            self.effects.push(Effect::Disarm { run: oldest.id, wait: None });
        }
        let id = self.new_id();
        if let Some(expires) = flow.expires {
            let at = self.env.now + expires;
            let run = id.clone();
            self.effects.push(Effect::Arm { run, wait: 0, alarm: Alarm::Expire, at, gentle: false });
        }
        let frames = vec![frame(flow, args)];
        self.state.runs.push(Run { id, wait: 0, calls: 0, waits: Waits::Nothing, tries: 0, frames });
        self.go(Target::Step(0))
    }

    /// Six characters out of the turn's chance (splitmix64), unlike those of the other runs.
    fn new_id(&mut self) -> String {
        loop {
            self.begun = self.begun.wrapping_add(1);
            let mut x = self.env.seed.wrapping_add(self.begun.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            x ^= x >> 31;
            let id: String = (0..6).filter_map(|i| char::from_digit((x >> (5 * i)) as u32 & 31, 32)).collect();
            if self.state.runs.iter().all(|run| run.id != id) {
                return id;
            }
        }
    }

    /// Where the top run stands.
    pub fn here(&self) -> Option<(&'w Flow, &'w Step)> {
        let frame = self.state.runs.last()?.frames.last()?;
        let flow = self.program.flow(&frame.hash)?;
        Some((flow, flow.step(&frame.step)?))
    }

    /// The top run asks something that no command may interrupt.
    pub fn asks_alone(&self) -> bool {
        self.asked().is_some_and(|ask| !ask.interrupt)
    }

    fn run(&mut self) -> Result<&mut Run, Stop> {
        self.state.runs.last_mut().ok_or(Stop("no run"))
    }

    fn frame(&mut self) -> Result<&mut Frame, Stop> {
        self.run()?.frames.last_mut().ok_or(Stop("no frame"))
    }

    /// An expression over the top frame.
    pub fn value(&self, expr: &Expr) -> Option<Value> {
        let frame = self.state.runs.last()?.frames.last()?;
        expr.value(&|name| look(frame, name)).or(None)
    }

    fn values(&self, with: &[(String, Sited)]) -> Result<Args, Stop> {
        let value = |(name, sited): &(String, Sited)| {
            Ok((name.clone(), self.value(&sited.expr).ok_or(Stop("a value is unset"))?))
        };
        with.iter().map(value).collect()
    }

    /// Goes on until the top run waits or nothing is left to do.
    fn go(&mut self, target: Target) -> Result<(), Stop> {
        let mut next = Some(target);
        while let Some(target) = next {
            self.budget = self.budget.checked_sub(1).ok_or(Stop("too many steps in one turn"))?;
            next = match target {
                Target::Step(i) => self.enter(i)?,
                Target::End(Ending::Outcome(outcome)) => self.end(&outcome)?,
                Target::End(Ending::All) => return self.end_all(),
            };
        }
        Ok(())
    }

    fn enter(&mut self, i: usize) -> Result<Option<Target>, Stop> {
        let hash = self.frame()?.hash.clone();
        let flow = self.program.flow(&hash).ok_or(Stop("an unknown flow version"))?;
        let step = flow.steps.get(i).ok_or(Stop("an unknown step"))?;
        self.frame()?.step.clone_from(&step.name);
        self.trace.push(Trace::Entered { flow: flow.name.clone(), step: step.name.clone() });
        match &step.does {
            Does::Say { key, next } => {
                let words = self.words(key);
                self.send(words, None);
                Ok(Some(next.clone()))
            }
            Does::Ask(ask) => self.pose(ask),
            Does::Call { action, with, .. } => {
                let args = self.values(with)?;
                let run = self.run()?;
                run.calls = run.calls.wrapping_add(1);
                run.wait = run.wait.wrapping_add(1);
                let (seq, action) = (run.calls, *action);
                run.waits = Waits::Reply { seq, action };
                let run = run.id.clone();
                self.effects.push(Effect::Call { run, seq, action, args });
                Ok(None)
            }
            Does::Branch { arms } => {
                let fits = |when: &Option<Sited>| {
                    when.as_ref().is_none_or(|when| self.value(&when.expr) == Some(Value::Flag(true)))
                };
                let arm = arms.iter().find(|(when, _)| fits(when));
                arm.map(|(_, to)| Some(to.clone())).ok_or(Stop("no arm of a branch fits"))
            }
            Does::Sleep { lasts, .. } => {
                let run = self.run()?;
                run.wait = run.wait.wrapping_add(1);
                run.waits = Waits::Sleep;
                let (run, wait) = (run.id.clone(), run.wait);
                self.arm(run, wait, Alarm::Over, *lasts);
                self.sink();
                Ok(None)
            }
            Does::Run { flow: sub, with, .. } => {
                let args = self.values(with)?;
                let hash = flow.subs.get(sub).ok_or(Stop("a subflow is missing"))?;
                let sub = self.program.flow(hash).ok_or(Stop("a subflow is missing"))?;
                let frames = &mut self.run()?.frames;
                if frames.len() >= DEPTH {
                    return Err(Stop("subflows are nested too deeply"));
                }
                frames.push(frame(sub, args));
                Ok(Some(Target::Step(0)))
            }
            Does::Set { values, next } => {
                for (name, sited) in values {
                    let value = self.value(&sited.expr).ok_or(Stop("a value is unset"))?;
                    self.frame()?.values.insert(name.clone(), value);
                }
                Ok(Some(next.clone()))
            }
            Does::End(ending) => Ok(Some(Target::End(ending.clone()))),
        }
    }

    fn pose(&mut self, ask: &'w Ask) -> Result<Option<Target>, Stop> {
        let run = self.run()?;
        run.wait = run.wait.wrapping_add(1);
        run.waits = Waits::Answer;
        run.tries = 0;
        let (id, wait) = (run.id.clone(), run.wait);
        self.ask_now(ask);
        for (n, after) in (1_u16..).zip(&ask.remind) {
            self.arm(id.clone(), wait, Alarm::Remind(n), *after);
        }
        if let Some((after, _)) = &ask.timeout {
            self.arm(id, wait, Alarm::Timeout, *after);
        }
        Ok(None)
    }

    fn arm(&mut self, run: String, wait: u32, alarm: Alarm, after: chrono::TimeDelta) {
        let gentle = after.num_seconds() >= GENTLE_SECONDS;
        self.effects.push(Effect::Arm { run, wait, alarm, at: self.env.now + after, gentle });
    }

    /// What sleeps lies below what is open.
    fn sink(&mut self) {
        let open = self.state.runs.iter().any(|run| run.waits != Waits::Sleep);
        if let Some(asleep) = self.state.runs.pop() {
            self.state.runs.insert(0, asleep);
        }
        if open {
            self.ask_again();
        }
    }

    /// Ends the top frame: back to its caller, or to the question below.
    fn end(&mut self, outcome: &str) -> Result<Option<Target>, Stop> {
        let program = self.program;
        let run = self.run()?;
        let ended = run.frames.pop().ok_or(Stop("no frame"))?;
        if let Some(caller) = run.frames.last() {
            let flow = program.flow(&caller.hash).ok_or(Stop("an unknown flow version"))?;
            return match flow.step(&caller.step).map(|step| &step.does) {
                Some(Does::Run { next, .. }) => {
                    next.get(outcome).cloned().map(Some).ok_or(Stop("nobody handles the subflow's outcome"))
                }
                _ => Err(Stop("the caller does not run a subflow")),
            };
        }
        let run = self.state.runs.pop().ok_or(Stop("no run"))?;
        self.effects.push(Effect::Disarm { run: run.id, wait: None });
        self.effects.push(Effect::End { flow: ended.flow, outcome: outcome.to_owned() });
        if self.state.runs.last().is_some_and(|run| run.waits != Waits::Sleep) {
            self.ask_again();
        }
        Ok(None)
    }

    /// Ends everything that is open, and goes home (unless it is home that ends).
    fn end_all(&mut self) -> Result<(), Stop> {
        let root = self.run()?.frames.first().map(|frame| frame.flow.clone()).unwrap_or_default();
        self.clear();
        let at_home = root == self.program.start();
        self.effects.push(Effect::End { flow: root, outcome: "all".to_owned() });
        if at_home { Ok(()) } else { self.home(String::new()) }
    }

    /// Gives a run the floor.
    fn raise(&mut self, id: &str) -> bool {
        let Some(i) = self.state.runs.iter().position(|run| run.id == id) else { return false };
        let run = self.state.runs.remove(i);
        self.state.runs.push(run);
        true
    }

    fn waiting(&self, id: &str) -> Option<&Run> {
        self.state.runs.iter().find(|run| run.id == id)
    }

    pub fn timer(&mut self, id: &str, wait: u32, alarm: Alarm) -> Result<(), Stop> {
        let Some(run) = self.waiting(id) else {
            self.ignore("a timer of a run that is over");
            return Ok(());
        };
        if alarm == Alarm::Expire {
            return self.expire(id);
        }
        if run.wait != wait {
            self.ignore("a timer of an earlier wait");
            return Ok(());
        }
        let on_top = self.state.runs.last().is_some_and(|top| top.id == id);
        if let Alarm::Remind(n) = alarm {
            if on_top {
                self.remind(n)
            } else {
                self.ignore("a reminder of a question that is interrupted")
            }
            return Ok(());
        }
        self.raise(id);
        let target = match (self.here().map(|(_, step)| &step.does), alarm) {
            (Some(Does::Ask(ask)), Alarm::Timeout) => ask.timeout.as_ref().map(|(_, to)| to.clone()),
            (Some(Does::Sleep { next, .. }), Alarm::Over) => Some(next.clone()),
            _ => None,
        };
        match target {
            Some(target) => self.leave_to(target),
            None => {
                self.ignore("a timer that the step does not have");
                Ok(())
            }
        }
    }

    fn expire(&mut self, id: &str) -> Result<(), Stop> {
        self.raise(id);
        let Some(run) = self.state.runs.pop() else { return Ok(()) };
        let flow = run.frames.into_iter().next().map(|frame| frame.flow).unwrap_or_default();
        self.effects.push(Effect::Disarm { run: run.id, wait: None });
        self.effects.push(Effect::End { flow, outcome: "expired".to_owned() });
        Ok(())
    }

    fn remind(&mut self, n: u16) {
        if let Some(ask) = self.asked() {
            let words = self.words(&format!("{}.remind-{n}", ask.key));
            let keyboard = self.keyboard(ask, false);
            self.send(words, keyboard);
        }
    }

    pub fn returned(&mut self, id: &str, seq: u32, reply: Reply) -> Result<(), Stop> {
        match self.waiting(id).map(|run| &run.waits) {
            Some(Waits::Reply { seq: awaited, .. }) if *awaited == seq => {}
            _ => {
                self.ignore("an answer that nobody waits for");
                return Ok(());
            }
        }
        self.raise(id);
        let Some((_, Step { does: Does::Call { save, next, .. }, .. })) = self.here() else {
            return Err(Stop("a reply where no call is"));
        };
        let target = next.get(&reply.outcome).cloned().ok_or(Stop("an outcome that nobody handles"))?;
        if let Some(name) = save {
            keep(self.frame()?, name, reply.values);
        }
        self.leave_to(target)
    }

    pub fn pressed(&mut self, text: &str) -> Result<(), Stop> {
        let Some(token) = token::parse(text) else { return self.stale() };
        let current = self.waiting(token.run).is_some_and(|run| run.wait == token.wait && run.waits == Waits::Answer);
        let on_top = self.state.runs.last().is_some_and(|top| top.id == token.run);
        if !current || (!on_top && self.asks_alone()) {
            return self.stale();
        }
        if let Some(command) = token.option.strip_prefix('/') {
            let alone = self.asks_alone();
            return match self.program.command(command) {
                Some(_) if !alone => self.command(command, String::new()),
                _ => self.stale(),
            };
        }
        self.raise(token.run);
        let Some(ask) = self.asked() else { return self.stale() };
        match answer::press(ask, token.option, &self.choices(ask)) {
            Some(judged) => self.judged(ask, judged),
            None => self.stale(),
        }
    }

    /// A button of a question that is over.
    fn stale(&mut self) -> Result<(), Stop> {
        self.effects.push(Effect::Toast(Words::plain("global-stale")));
        match self.state.runs.last().map(|run| &run.waits) {
            Some(Waits::Answer | Waits::Reply { .. }) => {
                self.ask_again();
                Ok(())
            }
            _ => self.home(String::new()),
        }
    }

    pub fn answer(&mut self, heard: Heard) -> Result<(), Stop> {
        let Some(ask) = self.asked() else { return Err(Stop("an answer where no question is")) };
        let judged = answer::judge(ask, &heard, &self.choices(ask), &self.side_buttons(ask));
        if judged == Judged::Unfit {
            let hint = format!("{}.hint", ask.key);
            let words = if self.program.locales().has(&hint) { self.words(&hint) } else { self.unasked(&heard) };
            let keyboard = self.keyboard(ask, false);
            self.send(words, keyboard);
            return Ok(());
        }
        self.judged(ask, judged)
    }

    fn judged(&mut self, ask: &'w Ask, judged: Judged) -> Result<(), Stop> {
        let (edge, value) = match judged {
            Judged::Taken { edge, value } => (edge, value),
            Judged::Foreign => return self.refuse(ask, self.words_or(&ask.key, "foreign", "global-invalid")),
            Judged::Invalid | Judged::Unfit => {
                let words = match &ask.invalid {
                    Some(key) => self.words(key),
                    None => self.words_or(&ask.key, "invalid", "global-invalid"),
                };
                return self.refuse(ask, words);
            }
        };
        let target = ask.next.get(&edge).cloned().ok_or(Stop("an answer that nobody handles"))?;
        if let Some(value) = value {
            self.store(ask, value)?;
        }
        self.leave_to(target)
    }

    fn store(&mut self, ask: &Ask, value: Value) -> Result<(), Stop> {
        let frame = self.frame()?;
        let id = format!("{}.{}", frame.flow, frame.step);
        frame.values.insert(frame.step.clone(), value.clone());
        if !ask.private && !matches!(ask.answer, Answer::Phone) {
            self.effects.push(Effect::Answer { id, value });
        }
        Ok(())
    }

    /// A wrong answer: said so, and after some of them help with a way out.
    fn refuse(&mut self, ask: &'w Ask, words: Words) -> Result<(), Stop> {
        let run = self.run()?;
        run.tries = run.tries.saturating_add(1);
        if run.tries < ask.attempts {
            let keyboard = self.keyboard(ask, false);
            self.send(words, keyboard);
            return Ok(());
        }
        run.tries = 0;
        if let Some(target) = &ask.give_up {
            return self.leave_to(target.clone());
        }
        let words = self.words_or(&ask.key, "stuck", "global-stuck");
        let keyboard = self.keyboard(ask, true);
        self.send(words, keyboard);
        Ok(())
    }

    /// Leaves the top run's wait.
    fn leave_to(&mut self, target: Target) -> Result<(), Stop> {
        let armed = self.asked().is_some_and(|ask| !ask.remind.is_empty() || ask.timeout.is_some());
        let run = self.run()?;
        run.waits = Waits::Nothing;
        run.tries = 0;
        let (run, wait) = (run.id.clone(), Some(run.wait));
        if armed {
            self.effects.push(Effect::Disarm { run, wait });
        }
        self.go(target)
    }
}

fn frame(flow: &Flow, args: Args) -> Frame {
    let step = flow.steps.first().map(|step| step.name.clone()).unwrap_or_default();
    let values = args.into_iter().filter(|(name, _)| flow.args.contains_key(name)).collect();
    Frame { flow: flow.name.clone(), hash: flow.hash.clone(), step, values, saved: Vec::new() }
}

/// Adds what a call gave to the record of that name, which becomes the latest.
fn keep(frame: &mut Frame, name: &str, values: Args) {
    let at = frame.saved.iter().position(|(saved, _)| saved == name);
    let mut record = at.map(|i| frame.saved.remove(i).1).unwrap_or_default();
    record.extend(values);
    frame.saved.push((name.to_owned(), record));
}
