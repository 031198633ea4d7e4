//! What may come wherever a conversation waits, and should lead nowhere, or away and back.

use std::rc::Rc;

use super::{
    Explorer, What,
    act::Act,
    answers, checks, key,
    world::{Beginning, World},
};
use crate::{
    flow::{
        About, Alarm, Input, Reply,
        action::Type,
        chat::Reader,
        entry,
        model::Awaited,
        state::{Run, State, Waits},
        step::{look, option_of},
    },
    message::{Args, Value},
};

/// What must hold after a probe, besides all that always must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Anything,
    /// Every run waits as it did.
    Unmoved,
    /// Nothing is said or done either.
    Nothing,
}

/// Turns after which an interruption that has not come back is left alone.
const LONGEST_WAY_BACK: usize = 12;

impl Explorer<'_> {
    /// Tries everything here that should change nothing, and every interruption; once at each place.
    pub(super) fn probe(&mut self, world: &World) {
        let state = Rc::clone(&world.state);
        if self.long || !self.probed.insert(key::places(&state)) {
            return;
        }
        let inside = world.is_inside_a_turn();
        let mut probes = self.strays(&state);
        if !inside {
            probes.extend(self.unasked(world, &state));
        }
        for (act, after) in probes {
            self.tried(world, &act, after);
        }
        if !inside {
            self.labels(world);
            self.interruptions(world, &state);
        }
    }

    /// Everything of that kind, for chance to choose from.
    pub(super) fn anything(&self, world: &World) -> Vec<Act> {
        let state = &*world.state;
        let commands = self.program.global().commands.keys().map(|name| Act::Says(format!("/{name}")));
        let unasked = self.unasked(world, state).into_iter().chain(self.strays(state)).map(|(act, _)| act);
        let signals = state.runs.iter().flat_map(|run| self.signals(run)).collect::<Vec<_>>();
        let words = self.program.locales().languages().flat_map(|lang| {
            let text = |name: &String| {
                self.program.locales().text(lang, &format!("global-{name}.words"), &Args::new()).unwrap_or_default()
            };
            let first = |name: &String| text(name).split('|').next().map(|word| Act::says(word.trim()));
            self.program.global().commands.keys().filter_map(first).collect::<Vec<_>>()
        });
        commands.chain(words).chain(unasked).chain(signals).chain([Act::Starts, Act::Again]).collect()
    }

    fn tried(&mut self, world: &World, act: &Act, after: After) {
        let mut tried = world.clone();
        let before = Rc::clone(&world.state);
        let Some(happened) = self.act(&mut tried, act) else { return };
        let now = &*tried.state;
        let wrong = match after {
            After::Anything => None,
            After::Unmoved => checks::unmoved(&before, now, &happened.effects),
            After::Nothing => checks::nothing(&before, now, &happened.effects),
        };
        if let Some(why) = wrong {
            self.fail(&tried, What::Unmoved, &why);
        }
    }

    /// What people send that is no answer, and buttons that nobody was offered.
    fn unasked(&self, world: &World, state: &State) -> Vec<(Act, After)> {
        // Where nobody is asked, whatever comes begins at home.
        let asked = matches!(state.runs.last().map(|run| &run.waits), Some(Waits::Answer | Waits::Reply { .. }));
        let unmoved = if asked { After::Unmoved } else { After::Anything };
        let mut probes: Vec<(Act, After)> =
            forged(state).into_iter().map(|token| (Act::Forged(token), unmoved)).collect();
        probes.push((Act::Old, unmoved));
        let ways_out = world.buttons.iter().filter_map(|button| option_of(&button.token));
        let ways_out = ways_out.filter(|option| option.starts_with('/'));
        probes.extend(ways_out.map(|option| (Act::Press(option.to_owned()), After::Anything)));
        let kinds = ["photo", "file", "sticker", "voice", "location"].map(|kind| Act::Sends(kind.to_owned()));
        let contacts =
            [true, false].map(|own| Act::Shares { phone: "+79031112233".to_owned(), name: "Анна".to_owned(), own });
        let words = ["ъъъ", "?", "1", "0", "-1", "999", "/нет", "*_[", "{$x}", "👍"].map(Act::says);
        let others = kinds.into_iter().chain(contacts).chain(words);
        let junk = self.asked(state).map(|ask| answers::junk(&ask.answer)).unwrap_or_default();
        probes.extend(others.chain(junk).map(|act| (act, After::Anything)));
        let entries = self.program.flows().filter_map(|flow| {
            let entry = flow.entry.as_ref()?;
            Some(Act::Forged(entry::make(&flow.name, None, entry.arg.as_ref().map(|_| "e1"))))
        });
        probes.extend(entries.map(|act| (act, After::Anything)));
        probes.extend((!world.buttons.is_empty()).then(|| (Act::says(&" ".repeat(3)), After::Anything)));
        probes
    }

    /// Timers, answers and signals that nobody waits for.
    pub(super) fn strays(&self, state: &State) -> Vec<(Act, After)> {
        let Some(run) = state.runs.last() else { return Vec::new() };
        let id = &run.id;
        let earlier = run.wait.wrapping_sub(1);
        let timer = |run: &str, wait, alarm| Input::Timer { run: run.to_owned(), wait, alarm };
        let reply = |run: &str, seq| Input::Returned { run: run.to_owned(), seq, reply: Reply::plain("ok") };
        let strays = [
            timer("vvvvvvvvvvvv", 1, Alarm::Expire),
            timer(id, earlier, Alarm::Timeout),
            timer(id, earlier, Alarm::Remind(1)),
            timer(id, earlier, Alarm::Over),
            reply("vvvvvvvvvvvv", 1),
            reply(id, run.calls.wrapping_add(1)),
            Input::Begin { flow: "no_such_flow".to_owned(), args: Args::new() },
            Input::Signal { signal: "no_such_signal".to_owned(), about: None, values: Args::new() },
        ];
        let waiting: Vec<_> =
            state.runs.iter().filter_map(|run| Some((run, World::awaits(self.program, run)?))).collect();
        // Where two wait for signals of one name, what is about something else to one may be for the other.
        let alone = |awaited: &Awaited| waiting.iter().filter(|(_, other)| other.signal == awaited.signal).count() == 1;
        let unfit = waiting.iter().filter(|(_, awaited)| alone(awaited)).flat_map(|(run, awaited)| unfit(run, awaited));
        strays.into_iter().chain(unfit).map(|input| (Act::Stray(input), After::Nothing)).collect()
    }

    /// The labels of all buttons, typed, in every language.
    fn labels(&mut self, world: &World) {
        let languages: Vec<_> = self.program.locales().languages().map(str::to_owned).collect();
        for lang in languages {
            let mut tried = world.clone();
            let about = About { lang, ..About::clone(&world.about) };
            let (flow, args) = (world.begun.flow.clone(), world.begun.args.clone());
            tried.begun = Rc::new(Beginning { about: about.clone(), flow, args });
            tried.about = Rc::new(about.clone());
            let reader = Reader { about, zone: chrono_tz::Europe::Moscow };
            let labels: Vec<_> =
                world.buttons.iter().map(|button| reader.text(self.program.locales(), &button.label)).collect();
            for label in labels {
                self.act(&mut tried.clone(), &Act::Says(label));
            }
        }
    }

    /// Every command, and the way back from it.
    fn interruptions(&mut self, world: &World, state: &State) {
        self.tried(world, &Act::Starts, After::Anything);
        let commands: Vec<_> =
            self.program.global().commands.iter().map(|(name, command)| (name.clone(), command.replaces)).collect();
        let interruptible = self.asked(state).is_some_and(|ask| ask.interrupt);
        for (name, replaces) in commands {
            let act = Act::Says(format!("/{name}"));
            match state.runs.last().filter(|_| interruptible) {
                Some(run) if !replaces => self.interrupted(world, &act, &run.id, &self.key(run)),
                _ => self.tried(world, &act, After::Anything),
            }
        }
    }

    /// Interrupts a question, goes the shortest way through whatever that begins, and looks whether the question stands again.
    pub(super) fn interrupted(&mut self, world: &World, act: &Act, id: &str, asked: &str) {
        let mut world = world.clone();
        let on_top = |world: &World| world.state.runs.last().is_some_and(|top| top.id == id);
        // A label may be called like a command.
        if self.act(&mut world, act).is_none() || on_top(&world) {
            return;
        }
        for _ in 0..LONGEST_WAY_BACK {
            let Some(waits) = world.run(id) else { return };
            if on_top(&world) {
                let now = self.key(waits);
                if now != *asked {
                    self.fail(&world, What::Resumed, &format!("asked before: {asked}; asked after: {now}"));
                }
                return;
            }
            let Some(way) = self.shortest(&world) else { return };
            if way.iter().any(|act| self.act(&mut world, act).is_none()) {
                return;
            }
        }
    }

    /// The way that most likely leads out: the last button, the first outcome.
    fn shortest(&self, world: &World) -> Option<Vec<Act>> {
        let moves = self.moves(world);
        let pressed = moves.iter().rfind(|acts| matches!(acts.as_slice(), [Act::Press(_)]));
        pressed.or(moves.first()).cloned()
    }
}

/// Buttons that nobody was offered.
fn forged(state: &State) -> Vec<String> {
    let mut forged =
        ["f1:", "f1:::", "f1:vvvvvvvvvvvv:1:yes", "g1:", "g1:no_such_flow::", "g1:::x", "f1:v:99999999999:x"]
            .map(str::to_owned)
            .to_vec();
    if let Some(run) = state.runs.last() {
        let (id, wait) = (&run.id, run.wait);
        forged.push(format!("f1:{id}:{}:0", wait.wrapping_add(1)));
        forged.push(format!("f1:{id}:{}:0", wait.wrapping_sub(1)));
        forged.extend(
            ["no_such_option", "", "/no_such_command", "-no_such_control"]
                .map(|other| format!("f1:{id}:{wait}:{other}")),
        );
    }
    forged
}

/// Signals that a run must not hear: about something else, without what is wanted of them, with something of another type.
fn unfit(run: &Run, awaited: &Awaited) -> Vec<Input> {
    let frame = run.frames.last();
    let about = awaited.about.as_ref().zip(frame);
    let about = about.and_then(|(about, frame)| match about.expr.value(&|name| look(frame, name)) {
        Some(Value::Text(about)) => Some(about),
        _ => None,
    });
    let signal = |about: Option<String>, values: Args| Input::Signal { signal: awaited.signal.clone(), about, values };
    let others = about.iter().flat_map(|about| [None, Some(format!("{about}-")), Some(String::new())]);
    let mut unfit: Vec<Input> = others.map(|other| signal(other, Args::new())).collect();
    if !awaited.gives.is_empty() {
        let odd = |of: Type| if of == Type::Number { Value::Flag(true) } else { Value::Number(1) };
        let odd = awaited.gives.iter().map(|(name, of)| (name.clone(), odd(*of))).collect();
        unfit.extend([Args::new(), odd].map(|values| signal(about.clone(), values)));
    }
    unfit
}
