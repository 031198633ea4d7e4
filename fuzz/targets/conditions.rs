//! A condition as somebody wrote it: read, its types checked, tried over all values that matter, and asked of some.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provodnik::{
    flow::{Input, State},
    message::{Args, Value},
};
use provodnik_fuzz::{holds, sound, step, text};

fuzz_target!(|data: &[u8]| {
    let Some(condition) = text(data, 256) else { return };
    // What JSON quotes YAML understands.
    let condition = serde_json::Value::from(condition).to_string();
    let flow = format!(
        "flow: home
args: {{ n: number, t: text, f: flag, l: list, m: moment }}
outcomes: [done]
steps:
  mark: {{ ask: scale, from: 1, to: 5 }}
  pick: {{ ask: choice, of: [more, less] }}
  some: {{ ask: choices, of: [food, talk] }}
  way:
    branch:
      - {{ if: {condition}, to: one }}
      - {{ to: two }}
  one: {{ say: one, end: done }}
  two: {{ say: two, end: done }}
"
    );
    let Some(program) = sound("home", &flow) else { return };
    for (number, words) in [(i64::MIN, ""), (3, "Сургут"), (i64::MAX, "'\"\\")] {
        let moment = Value::Moment(chrono::DateTime::UNIX_EPOCH);
        let args = [
            ("n", Value::from(number)),
            ("t", Value::from(words)),
            ("f", Value::Flag(number > 0)),
            ("l", Value::List(vec![Value::from(words)])),
            ("m", moment),
        ];
        let args: Args = args.map(|(name, value)| (name.to_owned(), value)).into();
        let mut turn = step(&program, State::default(), Input::Begin { flow: "home".to_owned(), args });
        holds(&turn);
        for answer in ["5", "1", "1", "готово"] {
            turn = step(&program, turn.state, Input::Text(answer.to_owned()));
            holds(&turn);
        }
    }
});
