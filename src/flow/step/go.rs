//! The motion: steps are entered one after the other until the top run waits for something.

use super::{
    Trace,
    work::{DEPTH, Stop, Work, frame},
};
use crate::{
    flow::{
        Alarm, Edge, Effect,
        model::{Ask, Does, Ending, Sited, Step, Target},
        state::Waits,
    },
    message::{Said, Value},
};

/// Nudges of at least this many seconds keep quiet hours.
const GENTLE_SECONDS: i64 = 3_600;

impl<'w> Work<'w> {
    /// Goes on until the top run waits or nothing is left to do.
    pub fn go(&mut self, target: Target) -> Result<(), Stop> {
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

    pub(super) fn enter(&mut self, i: usize) -> Result<Option<Target>, Stop> {
        self.frame()?.filling = None;
        let hash = self.frame()?.hash.clone();
        let flow = self.program.flow(&hash).ok_or(Stop("an unknown flow version"))?;
        let step = flow.steps.get(i).ok_or(Stop("an unknown step"))?;
        self.frame()?.step.clone_from(&step.name);
        self.trace.push(Trace::Entered { flow: flow.name.clone(), step: step.name.clone() });
        match &step.does {
            Does::Say { key, .. } if !self.program.locales().has(key) => {
                Err(Stop("a text of an older version is gone"))
            }
            Does::Say { key, picture, next } => {
                let (words, picture) = (self.words(key), Self::picture(key, picture.as_ref()));
                self.send_said(Said { words, keyboard: None, picture });
                Ok(Some(next.clone()))
            }
            Does::Ask(ask) => self.pose(ask),
            Does::Form(form) => self.begin_form(form),
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
                let nth = arms.iter().position(|(when, _)| fits(when)).ok_or(Stop("no arm of a branch fits"))?;
                self.took_of_step(Edge::Arm(nth));
                Ok(arms.get(nth).map(|(_, to)| to.clone()))
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
            Does::Await(awaited) => {
                let run = self.run()?;
                run.wait = run.wait.wrapping_add(1);
                run.waits = Waits::Sleep;
                let (run, wait) = (run.id.clone(), run.wait);
                if let Some(lasts) = awaited.lasts {
                    self.arm(run, wait, Alarm::Over, lasts);
                }
                self.effects.push(Effect::Listen { signal: awaited.signal.clone() });
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

    pub(super) fn pose(&mut self, ask: &'w Ask) -> Result<Option<Target>, Stop> {
        if !self.program.locales().has(&ask.key) {
            return Err(Stop("a text of an older version is gone"));
        }
        let run = self.run()?;
        run.wait = run.wait.wrapping_add(1);
        run.waits = Waits::Answer;
        run.tries = 0;
        run.stuck = false;
        let (id, wait) = (run.id.clone(), run.wait);
        self.run()?.picked = self.marked_before();
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

    /// Ends the top frame: back to its caller, or to the question below; home after a command where there is none.
    fn end(&mut self, outcome: &str) -> Result<Option<Target>, Stop> {
        let program = self.program;
        let run = self.run()?;
        let ended = run.frames.pop().ok_or(Stop("no frame"))?;
        if let Some(caller) = run.frames.last() {
            let flow = program.flow(&caller.hash).ok_or(Stop("an unknown flow version"))?;
            return match flow.step(&caller.step).map(|step| &step.does) {
                Some(Does::Run { next, .. }) => {
                    let target = next.get(outcome).cloned().ok_or(Stop("nobody handles the subflow's outcome"))?;
                    self.took_of_step(Edge::Outcome(outcome.to_owned()));
                    Ok(Some(target))
                }
                _ => Err(Stop("the caller does not run a subflow")),
            };
        }
        let run = self.state.runs.pop().ok_or(Stop("no run"))?;
        let nowhere = run.by_command && ended.flow != program.start();
        self.effects.push(Effect::Disarm { run: run.id, wait: None });
        self.effects.push(Effect::End { flow: ended.flow, outcome: outcome.to_owned() });
        if self.state.runs.last().is_some_and(|run| run.waits != Waits::Sleep) {
            self.ask_again();
        } else if nowhere {
            self.home(String::new())?;
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

    /// Leaves the top run's wait for a step.
    pub fn leave_to(&mut self, target: Target) -> Result<(), Stop> {
        self.leave()?;
        self.go(target)
    }

    /// Leaves the top run's wait.
    pub(super) fn leave(&mut self) -> Result<(), Stop> {
        let listened =
            matches!(self.here(), Some((_, Step { does: Does::Await(awaited), .. })) if awaited.lasts.is_some());
        let armed = listened || self.asked().is_some_and(|ask| !ask.remind.is_empty() || ask.timeout.is_some());
        let run = self.run()?;
        run.waits = Waits::Nothing;
        run.tries = 0;
        let (run, wait) = (run.id.clone(), Some(run.wait));
        if armed {
            self.effects.push(Effect::Disarm { run, wait });
        }
        Ok(())
    }
}
