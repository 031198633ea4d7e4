use proptest::prelude::*;

use super::{act::Act, answers, world::World, *};
use crate::{
    flow::{Edge, Effect, Input, State, Trace, Turn, chat, check, model::Does, step},
    locale::Tone,
    message::Args,
};

mod made_up;
mod signals;

const GLOBAL: &str = "start: home\ncommands:\n  help: help\n  menu: { flow: home, replaces: true }\nstuck: [menu]\n";
const HOME: &str = "flow: home
args: { said: text }
outcomes: [done]
steps:
  hello: { say: hello, end: done }
";
const HELP: &str = "flow: help
outcomes: [done]
steps:
  more: { ask: choice, of: [more, back], next: { more: more, back: back } }
  back: { end: done }
";
const WORDS: &str = "global-menu =
    .label = Меню
    .words = меню
global-help =
    .words = помощь
home-hello = Привет
help-more = Ещё?
    .o-more = Да
    .o-back = Нет
";

fn program(flows: &[(&str, &str)], words: &str) -> Program {
    let all = [("_global", GLOBAL), ("home", HOME), ("help", HELP)].into_iter().chain(flows.iter().copied());
    let flows: Vec<_> = all.map(|(name, text)| (format!("flows/{name}.yaml"), text.to_owned())).collect();
    let words = ("locales/ru/all.ftl".to_owned(), check::filled(&format!("{WORDS}{words}")));
    let (program, faults) = check::program(&flows, &[words]);
    let errors: Vec<_> = faults.iter().filter(|fault| fault.is_error()).map(ToString::to_string).collect();
    assert_eq!(errors, [""; 0], "only what no check can see is left to walks");
    program.unwrap()
}

/// Everybody may be told everything.
fn anything(_: Shown<'_>) -> Vec<String> {
    Vec::new()
}

fn walked(program: &Program, flow: &str) -> Report {
    explore(program, &[], &Options { flow: Some(flow), turns: 200, seed: 1 }, &anything).unwrap()
}

fn only(report: &Report) -> &Failure {
    assert_eq!(report.failures.len(), 1, "{:#?}", report.failures);
    &report.failures[0]
}

/// A transcript that is shown reads as one, and goes as it says.
fn plays(program: &Program, failure: &Failure) {
    let played = chat::run(program, vec![("flows/x.chat".to_owned(), failure.chat.clone())], false);
    assert!(played.played == 1 && played.is_good(), "{played}\n{}", failure.chat);
}

#[test]
fn a_turn_without_end_is_found() {
    let round = "flow: round
outcomes: [done]
steps:
  go: { ask: choice, of: [on, off], next: { on: one, off: done } }
  one: { run: quick, next: { done: two, other: done } }
  two: { run: quick, next: { done: one, other: done } }
  done: { end: done }
";
    let quick = "flow: quick\noutcomes: [done, other]\nsteps:\n  done: { end: done }\n";
    let program = program(&[("round", round), ("quick", quick)], "round-go = Да?\n    .o-on = Да\n    .o-off = Нет\n");
    let report = walked(&program, "round");
    let failure = only(&report);
    assert_eq!((failure.what, failure.flow.as_str()), (What::Ends, "round"));
    assert!(failure.why.contains("too many steps in one turn"), "{}", failure.why);
    assert!(failure.chat.contains("\n< Да?  [Да] [Нет]\n> [Да]\n"), "{}", failure.chat);
    plays(&program, failure);
}

#[test]
fn calls_in_a_circle_are_found() {
    let round = "flow: round
outcomes: [done]
steps:
  go: { ask: choice, of: [on, off], next: { on: one, off: done } }
  one: { run: asks, next: { done: one, other: done } }
  done: { end: done }
";
    let asks = "flow: asks
outcomes: [done, other]
steps:
  who: { call: people.who, next: { nobody: done, pupil: other, adult: other, school: other, teacher: other, staff: other } }
  done: { end: done }
  other: { end: other }
";
    let program = program(&[("round", round), ("asks", asks)], "round-go = Да?\n    .o-on = Да\n    .o-off = Нет\n");
    let report = walked(&program, "round");
    let failure = only(&report);
    assert_eq!(failure.what, What::Waits);
    assert!(failure.chat.contains("> [Да]\n! people.who() -> nobody\n"), "{}", failure.chat);
    plays(&program, failure);
}

#[test]
fn what_may_not_be_said_is_found_with_long_values_only() {
    let echo = "flow: echo
outcomes: [done]
steps:
  what: { ask: text, max: 300 }
  told: { say: told, end: done }
";
    let program = program(&[("echo", echo)], "echo-what = Что?\necho-told = Вот: { $what }\n");
    let judge = |shown: Shown<'_>| match shown {
        Shown::Message(said) if said.words.args.values().any(|value| format!("{value:?}").len() > 250) => {
            vec!["too long".to_owned()]
        }
        _ => Vec::new(),
    };
    let report = explore(&program, &[], &Options { flow: None, turns: 0, seed: 1 }, &judge).unwrap();
    let failure = only(&report);
    assert_eq!((failure.what, failure.why.as_str()), (What::Sayable, "too long"));
    plays(&program, failure);
}

const EVERYTHING: &str = "flow: everything
args: { who: text, many: number }
outcomes: [done, lost]
expires: 7d
steps:
  first:
    branch:
      - { if: who == 'me' and many > 2, to: alone }
      - { to: name }
  name:
    ask: text
    max: 40
    buttons: [later]
    attempts: { max: 2, to: lost }
    remind: [1h]
    timeout: { after: 1d, to: lost }
    next: { answer: told, later: nap }
  nap: { wait: { for: 1d }, next: name }
  alone: { ask: digits, length: 4, interrupt: off, timeout: { after: 1d, to: lost }, next: told }
  told:
    form: { progress: true, back: true, review: true }
    questions:
      - { id: mark, type: scale, from: 1, to: 3, confirm: true }
      - { id: why, type: choices, of: [dull, far, other], when: mark < 3, optional: true, max: 2 }
      - { id: day, type: date, when: \"'other' in why\" }
      - { id: age, type: number, min: 6, max: 99, stop: { if: age > 60, to: lost } }
    remind: [1d]
    timeout: { after: 3d, to: lost }
    next: photo
  photo: { ask: attachment, next: dial }
  dial: { ask: phone, pii: true, next: ring }
  ring:
    call: verification.start
    with: { phone: dial, relation: \"'self'\" }
    save: ring
    next: { ok: tried, already: done, wait: dial, limited: lost, refused: lost, unavailable: lost }
  tried:
    branch:
      - { if: ring.left >= 1, to: pick }
      - { to: lost }
  pick: { call: people.profiles, save: people, next: whom }
  whom: { ask: choice, options: people.options, of: [nobody], next: { answer: sub, nobody: lost } }
  sub: { run: help, next: { done: done } }
  done: { end: done }
  lost: { end: lost }
";
const EVERY_WORD: &str = "everything-name = Имя?
    .b-later = Позже
    .remind-1 = Ну?
everything-alone = Код?
everything-mark = Оценка?
everything-why = Почему?
    .o-dull = Скучно
    .o-far = Далеко
    .o-other = Другое
everything-day = Когда?
everything-age = Возраст?
everything-told =
    .remind-1 = Анкета ждёт
everything-photo = Фото?
everything-dial = Телефон?
everything-whom = Кто?
    .o-nobody = Никто
";

fn everything() -> Program {
    program(&[("everything", EVERYTHING)], EVERY_WORD)
}

#[test]
fn a_sound_flow_is_walked_through_to_every_way_on() {
    let program = everything();
    let report = walked(&program, "everything");
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    let coverage = crate::flow::coverage::Coverage::of(&program, &report.covered);
    let part = coverage.flows.iter().find(|part| part.flow == "everything").unwrap();
    assert_eq!(part.missing, [], "left out");
    assert!(report.cut.is_empty() && report.waits > 15, "{report:?}");
    // Reminders and timeouts, an answer that ends it early, a form's buttons: all of it was there to be taken.
    for edge in [
        Edge::GaveUp,
        Edge::Remind(1),
        Edge::Timeout,
        Edge::Over,
        Edge::Stop,
        Edge::Back,
        Edge::Keep,
        Edge::Skip,
        Edge::Changed,
    ] {
        assert!(report.covered.edges.iter().any(|(_, _, taken)| *taken == edge), "{edge:?}");
    }
}

#[test]
fn the_same_seed_walks_the_same_way_and_another_does_not() {
    let program = everything();
    let report = |seed| {
        let mut explorer = Explorer::new(&program, &[], &anything);
        explorer.walk("everything", 300, seed);
        let report = explorer.report();
        (report.waits, report.turns, report.said, report.covered)
    };
    assert_eq!(report(5), report(5));
    assert_ne!(report(5), report(6));
}

#[test]
fn a_flow_that_is_not_there_is_named() {
    let options = Options { flow: Some("everythin"), turns: 0, seed: 1 };
    assert!(explore(&everything(), &[], &options, &anything).unwrap_err().contains("did you mean `everything`?"));
}

/// A conversation at its first question, and the turn that led there.
fn asked() -> (State, Turn) {
    let program = everything();
    let about = About { lang: "ru".to_owned(), tone: Tone::default() };
    let names = crate::flow::Names::default();
    let env = crate::flow::Env { now: world::beginning(), seed: 1, about: &about, names: &names };
    let args = Args::from([("who".to_owned(), "you".into()), ("many".to_owned(), 1_i64.into())]);
    let input = Input::Begin { flow: "everything".to_owned(), args };
    let turn = step(&program, State::default(), input, &env);
    (turn.state.clone(), turn)
}

#[test]
fn a_turn_that_breaks_a_promise_is_told() {
    let (state, turn) = asked();
    assert_eq!(checks::turn(&turn, &turn, &state), []);
    let what = |turn: &Turn, again: &Turn, read: &State| -> Vec<What> {
        checks::turn(turn, again, read).into_iter().map(|(what, _)| what).collect()
    };
    assert_eq!(what(&turn, &turn, &State::default()), [What::Reread]);
    let another = Turn { effects: Vec::new(), ..turn.clone() };
    assert_eq!(what(&turn, &another, &state), [What::Replay]);
    let mut stopped = turn.clone();
    stopped.trace.push(Trace::Restarted("a text is gone"));
    assert_eq!(what(&stopped, &stopped, &state), [What::Ends]);
}

#[test]
fn what_should_change_nothing_and_does_is_told() {
    let (state, turn) = asked();
    let said = turn.effects.iter().filter(|effect| matches!(effect, Effect::Send { .. })).cloned().collect::<Vec<_>>();
    assert_eq!(checks::unmoved(&state, &state, &said), None, "it may ask again");
    assert!(checks::nothing(&state, &state, &said).unwrap().contains("everything-name"));
    assert!(checks::unmoved(&state, &State::default(), &[]).unwrap().contains("waits for something else"));
    let ended = [Effect::End { flow: "x".to_owned(), outcome: "done".to_owned() }];
    assert!(checks::unmoved(&state, &state, &ended).is_some());
    let button = Input::Button { token: "f1:v:1:x".to_owned() };
    assert!(checks::twice(&button, false, &state, &State::default(), &said).is_some(), "a press acts twice");
    assert_eq!(checks::twice(&button, false, &state, &state, &said), None);
    let timer = |alarm| Input::Timer { run: "v".to_owned(), wait: 1, alarm };
    assert!(checks::twice(&timer(crate::flow::Alarm::Timeout), false, &state, &state, &said).is_some());
    assert_eq!(checks::twice(&timer(crate::flow::Alarm::Remind(1)), false, &state, &state, &said), None);
    let text = Input::Text("да".to_owned());
    assert_eq!(checks::twice(&text, false, &state, &State::default(), &said), None, "people may say a thing twice");
}

fn explorer<'e>(program: &'e Program, judge: &'e Judge<'e>) -> (Explorer<'e>, World) {
    let mut explorer = Explorer::new(program, &[], judge);
    let args = Args::from([("who".to_owned(), "you".into()), ("many".to_owned(), 1_i64.into())]);
    let world = explorer.begin("everything", &args);
    (explorer, world)
}

#[test]
fn a_question_that_does_not_come_back_is_told() {
    let program = everything();
    let (mut explorer, world) = explorer(&program, &anything);
    let run = world.state.runs.last().unwrap().clone();
    let help = Act::says("/help");
    let key = explorer.key(&run);
    explorer.interrupted(&world, &help, &run.id, &key);
    assert!(explorer.report.failures.is_empty());
    explorer.interrupted(&world, &help, &run.id, "another question");
    let failure = only(&explorer.report);
    assert_eq!(failure.what, What::Resumed);
    assert!(failure.chat.contains("> /help\n< Ещё?  [Да] [Нет]\n> [Нет]\n< Имя?  [Позже]\n"), "{}", failure.chat);
}

#[test]
fn a_conversation_that_comes_to_something_else_once_more_is_told() {
    let program = everything();
    let (mut explorer, mut world) = explorer(&program, &anything);
    explorer.act(&mut world, &Act::says("Аня")).unwrap();
    explorer.replayed(&world);
    assert!(explorer.report.failures.is_empty());
    world.state = std::rc::Rc::default();
    explorer.replayed(&world);
    assert_eq!(only(&explorer.report).what, What::Replay);
}

#[test]
fn failures_are_told_once_and_not_without_end() {
    let program = everything();
    let (mut explorer, world) = explorer(&program, &anything);
    for n in 0..2 * MOST_FAILURES {
        explorer.fail(&world, What::Once, &format!("{n}"));
        explorer.fail(&world, What::Once, &format!("{n}"));
    }
    assert_eq!((explorer.report.failures.len(), explorer.report.more), (MOST_FAILURES, MOST_FAILURES));
}

fn question() -> impl Strategy<Value = String> {
    let range = |low: i64, high: i64| (low..high, 0..high - low).prop_map(|(min, more)| (min, min + more));
    prop_oneof![
        range(1, 300).prop_map(|(min, max)| format!("ask: text, min: {min}, max: {max}")),
        range(-1_000_000, 1_000_000).prop_map(|(min, max)| format!("ask: number, min: {min}, max: {max}")),
        Just(format!("ask: number, min: {}, max: {}", i64::MIN + 1, i64::MAX)),
        (1_i64..=32).prop_map(|length| format!("ask: digits, length: {length}")),
        (0_i64..5, 0_i64..5).prop_map(|(from, more)| format!("ask: scale, from: {from}, to: {}", from + more)),
        (1_usize..3, 0_usize..3)
            .prop_map(|(min, more)| format!("ask: choices, of: [a, b, c, d, e], min: {min}, max: {}", min + more)),
        Just("ask: date".to_owned()),
        Just("ask: attachment".to_owned()),
        Just("ask: phone, pii: true".to_owned()),
        prop_oneof!["any", "own", "other"].prop_map(|whose| match whose.as_str() {
            "any" => "ask: contact, pii: true".to_owned(),
            whose => format!("ask: contact, whose: {whose}, pii: true"),
        }),
        Just("ask: choice, of: [a, b, c]".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn right_answers_are_taken_and_wrong_ones_are_not(question in question(), long: bool) {
        let flow = format!("flow: one\noutcomes: [done]\nsteps:\n  it: {{ {question}, attempts: {{ max: 50 }} }}\n  done: {{ end: done }}\n");
        let words = "one-it = ?\n    .o-a = Раз\n    .o-b = Два\n    .o-c = Три\n    .o-d = Четыре\n    .o-e = Пять\n";
        let program = program(&[("one", &flow)], words);
        let mut explorer = Explorer::new(&program, &[], &anything);
        explorer.long = long;
        let world = explorer.begin("one", &Args::new());
        let answer = match &program.current("one").unwrap().steps[0].does {
            Does::Ask(ask) => &ask.answer,
            _ => panic!("no question"),
        };
        let taken = |explorer: &mut Explorer<'_>, act: &Act| {
            let mut world = world.clone();
            explorer.act(&mut world, act).unwrap();
            world.state.is_idle()
        };
        for act in answers::valid(answer, None, long) {
            prop_assert!(taken(&mut explorer, &act), "{question}: {act:?} is refused");
        }
        for act in answers::junk(answer) {
            prop_assert!(!taken(&mut explorer, &act), "{question}: {act:?} is taken");
        }
    }
}
