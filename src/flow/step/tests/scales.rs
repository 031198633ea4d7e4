//! Marks that are typed.

use super::*;

const FLOW: &str = "flow: rate
outcomes: [done, later]
steps:
  mark: { ask: scale, from: 0, to: 4 }
  who: { ask: choice, of: [a, b], next: done }
  done: { end: done }
";
const WORDS: &str = "home-hello = Привет
rate-mark = Сколько?
rate-who = Кто?
    .o-a = Первый
    .o-b = Второй
";

fn asked() -> (Program, State) {
    let flows = [("_global", "start: home\n"), ("home", HOME), ("rate", FLOW)];
    let flows = flows.map(|(name, text)| (format!("flows/{name}.yaml"), text.to_owned()));
    let words = ("locales/ru/all.ftl".to_owned(), check::filled(WORDS));
    let program = check::program(&flows, &[words]).0.unwrap();
    let state = put(&program, State::default(), Input::Begin { flow: "rate".to_owned(), args: Args::new() });
    (program, state)
}

fn put(program: &Program, state: State, input: Input) -> State {
    let about = About { lang: "ru".to_owned(), tone: Tone::default() };
    let env = Env { now: now(), seed: 1, about: &about, names: &Names::default() };
    step(program, state, input, &env).state
}

/// The mark that is kept, once it is taken.
fn taken(text: &str) -> Option<Value> {
    let (program, state) = asked();
    let state = put(&program, state, Input::Text(text.to_owned()));
    state.runs[0].frames[0].values.get("mark").cloned()
}

#[test]
fn a_number_is_the_mark_that_it_says() {
    for mark in 0..=4_i64 {
        assert_eq!(taken(&mark.to_string()), Some(Value::Number(mark)));
    }
    assert_eq!(taken("3."), Some(Value::Number(3)));
}

#[test]
fn a_number_beside_the_scale_is_no_mark() {
    for other in ["5", "-1", "+1", "−2", "99"] {
        assert_eq!(taken(other), None, "{other}");
    }
}

#[test]
fn words_keep_their_numbers() {
    let (program, state) = asked();
    let state = put(&program, put(&program, state, Input::Text("4".to_owned())), Input::Text("2".to_owned()));
    assert!(state.is_idle(), "the second of two");
}
