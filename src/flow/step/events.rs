//! What happens to a run that waits: timers, replies, presses, answers.

use super::{
    Trace,
    answer::{self, Judged},
    heard::Heard,
    token,
    work::{Stop, Work},
};
use crate::{
    flow::{
        Alarm, Edge, Effect, Reply, entry,
        model::{ANSWER, Answer, Ask, Does, Step, TIMEOUT, Target},
        state::{Frame, Run, Waits},
    },
    message::{Args, Value, Words},
};

impl<'w> Work<'w> {
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
        // A run that is moved to another logic may not have it any more: then it keeps its place.
        let Some((target, edge)) = self.rung(run, alarm) else {
            self.ignore("a timer that the step does not have");
            return Ok(());
        };
        self.raise(id);
        self.took_of_step(edge);
        self.leave_to(target)
    }

    /// Where a run's timer leads, and by which edge.
    fn rung(&self, run: &Run, alarm: Alarm) -> Option<(Target, Edge)> {
        match (&self.stands(run)?.1.does, alarm) {
            (_, Alarm::Timeout) => Some((self.asked_in(run)?.timeout.as_ref()?.1.clone(), Edge::Timeout)),
            (Does::Sleep { next, .. }, Alarm::Over) => Some((next.clone(), Edge::Over)),
            (Does::Await(awaited), Alarm::Over) => Some((awaited.next.get(TIMEOUT)?.clone(), Edge::Over)),
            _ => None,
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
            let key = format!("{}.remind-{n}", ask.nudges);
            if !self.program.locales().has(&key) {
                return self.ignore("a reminder that has no words any more");
            }
            let words = self.words(&key);
            let keyboard = self.keyboard(ask, false);
            self.send(words, keyboard);
            self.took_of_step(Edge::Remind(n));
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
        self.took_of_step(Edge::Outcome(reply.outcome));
        if let Some(name) = save {
            keep(self.frame()?, name, reply.values);
        }
        self.leave_to(target)
    }

    pub fn pressed(&mut self, text: &str) -> Result<(), Stop> {
        if let Some(token) = entry::parse(text) {
            return self.enter_by(token);
        }
        let Some(token) = token::parse(text) else { return self.refuse_button(true) };
        // A question that was never asked.
        let forged = self.waiting(token.run).is_some_and(|run| run.wait < token.wait);
        let current = self.waiting(token.run).is_some_and(|run| run.wait == token.wait && run.waits == Waits::Answer);
        let on_top = self.state.runs.last().is_some_and(|top| top.id == token.run);
        if !current || (!on_top && self.asks_alone()) {
            return self.refuse_button(forged);
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
        match answer::press(ask, token.option, &self.shown(ask)) {
            Some(judged) => self.judged(ask, judged),
            None => self.refuse_button(true),
        }
    }

    /// A button of a reminder or a broadcast. What is open is not given up: it is asked again afterwards.
    fn enter_by(&mut self, token: entry::Token<'_>) -> Result<(), Stop> {
        let Some(flow) = self.program.current(token.flow) else { return self.stale() };
        let Some(entry) = flow.way_in() else { return self.stale() };
        if entry.arg.is_some() == token.with.is_empty() {
            return self.stale();
        }
        if self.asks_alone() {
            self.effects.push(Effect::Toast(Words::plain("global-first_this")));
            self.ask_again();
            return Ok(());
        }
        let args = entry.arg.iter().map(|arg| (arg.clone(), Value::from(token.with)));
        self.drop_runs_of(token.flow);
        self.begin(flow, args.collect(), true)
    }

    /// A button of a question that is over, or of a flow that has no way in any more.
    fn stale(&mut self) -> Result<(), Stop> {
        self.refuse_button(false)
    }

    /// To whoever pressed it a forged button is an old one.
    fn refuse_button(&mut self, forged: bool) -> Result<(), Stop> {
        self.trace.push(Trace::Refused { forged });
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
        let judged = answer::judge(ask, &heard, &self.shown(ask));
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
            Judged::Out(command) => return self.command(&command, String::new()),
            Judged::Moved(control) => return self.control(ask, control),
            Judged::Marked(option) => {
                self.mark(ask, &option);
                return Ok(());
            }
            Judged::Own => return self.refuse(ask, self.words_or(&ask.key, "own", "global-own_contact")),
            Judged::Foreign => return self.refuse(ask, self.words_or(&ask.key, "foreign", "global-foreign")),
            Judged::Invalid | Judged::Unfit => {
                let words = match &ask.invalid {
                    Some(key) => self.words(key),
                    None => self.words_or(&ask.key, "invalid", "global-invalid"),
                };
                return self.refuse(ask, words);
            }
        };
        self.took_answer(&edge, value.as_ref());
        if let Some((_, Step { does: Does::Form(form), .. })) = self.here() {
            return self.form_answered(form, value.ok_or(Stop("an answer without a value"))?);
        }
        let target = ask.next.get(&edge).cloned().ok_or(Stop("an answer that nobody handles"))?;
        if let Some(value) = value {
            let frame = self.frame()?;
            frame.values.insert(frame.step.clone(), value);
        }
        self.leave_to(target)
    }

    /// What is chosen of several is enough, or is not.
    pub(super) fn chose(&mut self, ask: &'w Ask, picked: &[String]) -> Result<(), Stop> {
        let Answer::Choices { min, max, .. } = &ask.answer else { return Err(Stop("nothing is chosen of several")) };
        if picked.len() < *min || picked.len() > *max {
            return self.judged(ask, Judged::Invalid);
        }
        let chosen = picked.iter().map(|option| Value::from(option.as_str())).collect();
        self.judged(ask, Judged::Taken { edge: ANSWER.to_owned(), value: Some(Value::List(chosen)) })
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
            self.took(Edge::GaveUp);
            return self.leave_to(target.clone());
        }
        run.stuck = true;
        let words = self.words_or(&ask.key, "stuck", "global-stuck");
        let keyboard = self.keyboard(ask, true);
        self.send(words, keyboard);
        Ok(())
    }
}

/// Adds what a call gave or a signal brought to the record of that name, which becomes the latest.
pub(super) fn keep(frame: &mut Frame, name: &str, values: Args) {
    let at = frame.saved.iter().position(|(saved, _)| saved == name);
    let mut record = at.map(|i| frame.saved.remove(i).1).unwrap_or_default();
    record.extend(values);
    frame.saved.push((name.to_owned(), record));
}
