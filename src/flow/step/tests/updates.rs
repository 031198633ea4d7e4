//! Conversations that are under way when their flows change.

use super::*;
use crate::flow::Fate;

const FIRST: &str = "flow: poll
args: { said: text }
outcomes: [done]
expires: 7d
steps:
  name: { ask: text, max: 20, remind: [1d] }
  grade: { ask: scale, from: 6, to: 11 }
  round: { run: round, with: { grade: grade }, next: told }
  told:
    form: { back: true, review: true }
    questions:
      - { id: score, type: scale, from: 1, to: 5 }
      - { id: wrong, type: text, max: 20, when: score <= 3 }
    next: nap
  nap: { wait: { for: 1d }, next: bye }
  bye: { ask: choice, of: [yes, no], next: thanks }
  thanks: { say: thanks, end: done }
";
const ROUND: &str = "flow: round
args: { grade: number }
outcomes: [done]
steps:
  like: { ask: choice, of: [much, little], next: done }
  done: { end: done }
";
const WORDS: &str = "home-hello = Привет
poll-name = Имя?
    .remind-1 = Имя!
poll-nick = Прозвище?
poll-grade = Класс?
poll-score = Оценка?
poll-mark = Отметка?
poll-wrong = Что не так?
poll-city = Город?
poll-bye = Ещё?
    .o-yes = Да
    .o-no = Нет
poll-thanks = Спасибо
round-like = Нравится?
    .o-much = Да
    .o-little = Нет
form-back = Назад
";

/// Another season: a step and a question have other names, a question is gone, one has come.
fn second(on_update: &str) -> String {
    FIRST
        .replace("expires: 7d", &format!("expires: 7d\n{on_update}"))
        .replace("  name: {", "  nick: {")
        .replace(
            "      - { id: score, type: scale, from: 1, to: 5 }\n",
            "      - { id: mark, type: scale, from: 1, to: 10 }\n",
        )
        .replace(
            "      - { id: wrong, type: text, max: 20, when: score <= 3 }\n",
            "      - { id: city, type: text, max: 20 }\n",
        )
        .replace("remind: [1d]", "remind: [2d]")
}

fn program(poll: &str) -> Program {
    let source = |name: &str, text: &str| (format!("flows/{name}.yaml"), text.to_owned());
    let flows = [source("_global", "start: home"), source("home", HOME), source("poll", poll), source("round", ROUND)];
    let words =
        check::filled(&WORDS.replace("poll-nick = Прозвище?", "poll-nick = Прозвище?\n    .remind-1 = Прозвище!"));
    let (program, faults) = check::program(&flows, &[("locales/ru/all.ftl".to_owned(), words)]);
    assert_eq!(faults.iter().filter(|fault| fault.is_error()).map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
    program.unwrap()
}

/// Today's program, which knows yesterday's versions as a database teaches them.
fn after(update: &str) -> Program {
    let mut program = program(&second(update));
    for version in self::program(FIRST).versions() {
        program.learn(&version.hash, &version.source).unwrap();
    }
    program
}

/// Somebody who does whatever the last question offers, by luck.
struct Walker {
    talk: Talk,
    luck: u64,
}

impl Walker {
    fn new(luck: u64) -> Self {
        let mut talk = Talk { program: program(FIRST), ..Talk::new() };
        talk.put(Input::Begin { flow: "poll".to_owned(), args: [("said".to_owned(), "".into())].into() });
        Self { talk, luck }
    }

    fn below(&mut self, n: usize) -> usize {
        self.luck = self.luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.luck >> 33).unwrap() % n
    }

    fn act(&mut self) {
        let asleep = self.talk.state().runs.first().is_some_and(|run| run.waits == Waits::Sleep);
        if asleep {
            let run = &self.talk.state().runs[0];
            self.talk.put(Input::Timer { run: run.id.clone(), wait: run.wait, alarm: Alarm::Over });
            return;
        }
        let buttons = self.talk.buttons();
        if buttons.is_empty() || self.below(3) == 0 {
            let said = ["12", "8", "Казань", "да"][self.below(4)];
            self.talk.say(said);
            return;
        }
        let nth = self.below(buttons.len());
        let pressed = self.talk.token(nth);
        self.talk.put(pressed);
    }

    fn never_began_afresh(&self) -> bool {
        !self.talk.trace.iter().any(|trace| matches!(trace, Trace::Restarted(_)))
    }

    /// To the end of the poll, whatever it takes.
    fn finishes(&mut self) {
        for _ in 0..300 {
            self.act();
            assert!(self.never_began_afresh(), "{:?}", self.talk.trace);
            let done = |effect: &Effect| matches!(effect, Effect::End { flow, outcome } if flow == "poll" && outcome == "done");
            if self.talk.effects.iter().any(done) {
                return;
            }
        }
        panic!("it stands still: {:?}", self.talk.state());
    }
}

fn all_states(update: &str) -> std::collections::BTreeMap<Fate, usize> {
    let next = after(update);
    let mut fates = std::collections::BTreeMap::new();
    for luck in 0..400_u64 {
        let mut walker = Walker::new(luck);
        for _ in 0..luck % 12 {
            walker.act();
        }
        if walker.talk.state().is_idle() {
            continue;
        }
        walker.talk.program = next.clone();
        let foreseen = next.foresee(&walker.talk.state());
        for one in &foreseen {
            *fates.entry(one.fate).or_default() += 1;
        }
        // What is on the screen is yesterday's.
        walker.act();
        assert!(walker.never_began_afresh());
        let moved = walker.talk.trace.iter().any(|trace| matches!(trace, Trace::Moved { .. }));
        assert_eq!(moved, foreseen.iter().any(|one| one.fate == Fate::Moves), "as foreseen: {foreseen:?}");
        let ended = walker.talk.effects.iter().any(|effect| matches!(effect, Effect::End { .. }));
        if !ended {
            walker.finishes();
        }
    }
    fates
}

#[test]
fn who_is_under_way_stays_with_the_logic_of_the_beginning() {
    let fates = all_states("");
    assert_eq!(fates.keys().copied().collect::<Vec<_>>(), [Fate::Pinned]);
    assert!(fates[&Fate::Pinned] > 200);
}

#[test]
fn who_can_goes_on_with_the_new_logic_and_nobody_is_stuck() {
    let fates = all_states("on_update: migrate\nrenamed: { name: nick, score: mark }");
    assert!(fates.get(&Fate::Moves).is_some_and(|moves| *moves > 200), "{fates:?}");
    assert!(!fates.contains_key(&Fate::Restarts), "{fates:?}");
}

#[test]
fn an_answer_that_was_given_counts_under_its_new_name() {
    let mut walker = Walker::new(0);
    walker.talk.say("Аня");
    walker.talk.say("7");
    walker.talk.say("да");
    walker.talk.say("5");
    walker.talk.program = after("on_update: migrate\nrenamed: { name: nick, score: mark }");
    walker.talk.put(Input::Unsupported { kind: "voice".to_owned() });
    assert!(walker.talk.trace.contains(&Trace::Moved { flow: "poll".to_owned() }));
    let kept = |question: &str, value: Option<Value>| {
        let is = |effect: &Effect| matches!(effect, Effect::Answer { question: q, value: v, .. } if q == question && *v == value);
        walker.talk.effects.iter().any(is)
    };
    assert!(kept("score", None) && kept("mark", Some(5.into())), "what is kept has the new name too");
    let state = walker.talk.state();
    let frame = state.runs[0].frames.last().unwrap();
    assert_eq!((&frame.values["nick"], &frame.values["mark"]), (&Value::from("Аня"), &Value::Number(5)));
    assert!(!frame.values.contains_key("name") && !frame.values.contains_key("score"));
}

/// A form whose answers the step after it needs.
fn asked_all(questions: &str, next: &str) -> Program {
    let poll = format!(
        "flow: poll\nentry: []\noutcomes: [done]\non_update: migrate\nexpires: 7d\nsteps:\n  told:\n    form: {{ review: true }}\n    \
         questions: [{{ id: score, type: scale, from: 1, to: 5 }}{questions}]\n    next: {next}\n  \
         kept: {{ set: {{ kept: city }}, next: thanks }}\n  thanks: {{ say: thanks, end: done }}\n"
    );
    let poll = if next == "kept" { poll } else { poll.replace("  kept: { set: { kept: city }, next: thanks }\n", "") };
    let flows = [("_global", "start: home"), ("home", HOME), ("poll", &poll)];
    let flows = flows.map(|(name, text)| (format!("flows/{name}.yaml"), text.to_owned()));
    let words = "home-hello = Привет\npoll-score = Оценка?\npoll-city = Город?\npoll-thanks = Спасибо\n";
    check::program(&flows, &[("locales/ru/all.ftl".to_owned(), check::filled(words))]).0.unwrap()
}

#[test]
fn what_was_read_through_is_not_sent_without_a_question_that_has_come() {
    let city = |optional: &str| format!(", {{ id: city, type: text, max: 20{optional} }}");
    let optional = city(", optional: true");
    for (before, skips) in [(asked_all("", "thanks"), false), (asked_all(&optional, "thanks"), true)] {
        let mut talk = Talk { program: before.clone(), ..Talk::new() };
        talk.put(Input::Begin { flow: "poll".to_owned(), args: Args::new() });
        talk.say("5");
        if skips {
            let skip = talk.token(0);
            talk.put(skip);
        }
        let send = talk.token(talk.buttons().len() - 1);
        talk.program = asked_all(&city(""), "kept");
        before.versions().for_each(|version| talk.program.learn(&version.hash, &version.source).unwrap());
        assert_eq!(talk.put(send), ["poll-city"], "{:?}", talk.trace);
        assert_eq!(talk.say("Казань"), ["form-review"]);
        let send = talk.token(talk.buttons().len() - 1);
        assert_eq!(talk.put(send), ["poll-thanks"], "{:?}", talk.trace);
    }
}

/// A run that waits for a signal or an answer, for a time or without end, and one that asks.
fn waiting(lasts: &str, timeout: &str) -> Program {
    let poll = format!(
        "flow: poll\nentry: []\noutcomes: [done]\non_update: migrate\nexpires: 7d\nsteps:\n  \
         seat: {{ wait: {{ signal: seat{lasts} }}, next: {{ signal: name{} }} }}\n  \
         name: {{ ask: text, max: 20{timeout}, next: thanks }}\n  thanks: {{ say: thanks, end: done }}\n",
        if lasts.is_empty() { "" } else { ", timeout: thanks" }
    );
    let help = "flow: help\noutcomes: [done]\nsteps:\n  sure: { ask: choice, of: [yes, no], next: bye }\n  bye: { end: done }\n";
    let flows = [("_global", "start: home\ncommands: { help: help }"), ("home", HOME), ("poll", &poll), ("help", help)];
    let flows = flows.map(|(name, text)| (format!("flows/{name}.yaml"), text.to_owned()));
    let words = "home-hello = Привет\npoll-name = Имя?\npoll-thanks = Спасибо\nglobal-help =\n    .words = помощь\nhelp-sure = Да?\n    .o-yes = Да\n    .o-no = Нет\n";
    let (program, faults) = check::program(&flows, &[("locales/ru/all.ftl".to_owned(), check::filled(words))]);
    program.unwrap_or_else(|| panic!("{faults:#?}"))
}

#[test]
fn a_timer_that_the_new_logic_does_not_have_takes_nobody_the_floor() {
    let before = waiting(", for: 3d", ", timeout: { after: 1d, to: thanks }");
    let after = || {
        let mut program = waiting("", "");
        before.versions().for_each(|version| program.learn(&version.hash, &version.source).unwrap());
        program
    };
    for asks in [false, true] {
        let mut talk = Talk { program: before.clone(), ..Talk::new() };
        talk.begin("poll");
        let mut timer = talk.alarm(Alarm::Over);
        if asks {
            talk.put(Input::Signal { signal: "seat".to_owned(), about: None, values: Args::new() });
            timer = talk.alarm(Alarm::Timeout);
        }
        assert_eq!(talk.say("/help"), ["help-sure"]);
        talk.program = after();
        assert_eq!(talk.put(timer), [""; 0]);
        assert!(talk.trace.contains(&Trace::Ignored("a timer that the step does not have")), "{:?}", talk.trace);
        let top = talk.state().runs.last().unwrap().frames[0].flow.clone();
        assert_eq!(top, "help", "what is asked has the floor");
        talk.say("Да");
        assert!(!talk.trace.iter().any(|trace| matches!(trace, Trace::Restarted(_))), "{:?}", talk.trace);
    }
}

/// A program with a flow that asks an action, perhaps as it was written for the action as it was.
fn asks(next: &str, says: &str) -> Program {
    let flow = format!(
        "flow: asks\nentry: []\noutcomes: [done]\nsteps:\n  code: {{ call: people.link_code, save: code, next: {next} }}\n  \
         told: {{ say: {says}, end: done }}\n  over: {{ end: done }}\n"
    );
    let flows = [("_global", "start: home"), ("home", HOME), ("asks", &flow)];
    let flows = flows.map(|(name, text)| (format!("flows/{name}.yaml"), text.to_owned()));
    let words = "home-hello = Привет\nasks-told = Код { $code }\nasks-once = Код { $digits }\n";
    check::program(&flows, &[("locales/ru/all.ftl".to_owned(), check::filled(words))]).0.unwrap()
}

#[test]
fn an_older_call_that_the_action_of_today_does_not_fit_is_told() {
    let mut next = asks("{ ok: told, limited: over }", "told");
    let begin = || Input::Begin { flow: "asks".to_owned(), args: Args::new() };
    // What does not fit those who began with this, and what becomes of them.
    let mut judged = |older: &Program| {
        let about = About { lang: "ru".to_owned(), tone: Tone::default() };
        let env = Env { now: now(), seed: 1, about: &about, names: &Names::default() };
        let state = step(older, State::default(), begin(), &env).state;
        let version = older.versions().find(|version| version.flow == "asks").unwrap();
        let unfit = next.learn_and_judge("asks", &version.hash, &version.source);
        let why: Vec<_> = unfit.into_iter().map(|unfit| unfit.why).collect();
        (why, next.older(&state).len(), next.foresee(&state)[0].fate)
    };
    assert_eq!(judged(&asks("{ ok: told, limited: over }", "told")), (vec![], 0, Fate::Current));
    assert_eq!(judged(&asks("over", "told")), (vec![], 1, Fate::Pinned));
    // It gives no digits any more.
    let (why, older, fate) = judged(&asks("{ ok: told, limited: over }", "once"));
    assert!(why[0].contains("`asks-once`") && why[0].contains("`$digits`"), "{why:?}");
    assert_eq!((why.len(), older, fate), (1, 1, Fate::Pinned));
    // It did not come to `limited`, but to what it does not come to now.
    let (why, older, fate) = judged(&asks("{ ok: told, full: over }", "told"));
    assert!(why[0].contains("no outcome `full`") && why[1].contains("the outcome `limited`"), "{why:?}");
    assert_eq!((why.len(), older, fate), (2, 1, Fate::Restarts));
}

#[test]
fn words_that_are_gone_are_told_and_restart_nobody_in_silence() {
    let before = program(FIRST);
    let source = |name: &str, text: &str| (format!("flows/{name}.yaml"), text.to_owned());
    let flows = [source("_global", "start: home"), source("home", HOME)];
    let (next, _) =
        check::program(&flows, &[("locales/ru/all.ftl".to_owned(), check::filled("home-hello = Привет\n"))]);
    let mut next = next.unwrap();
    before.versions().for_each(|version| next.learn(&version.hash, &version.source).unwrap());
    let mut walker = Walker::new(0);
    assert_eq!(next.foresee(&walker.talk.state())[0].fate, Fate::Pinned);
    assert!(next.missing_words(&walker.talk.state()).contains(&"poll-grade".to_owned()));
    walker.talk.program = next;
    assert_eq!(walker.talk.say("Аня"), ["global-restarted", "home-hello"]);
}
