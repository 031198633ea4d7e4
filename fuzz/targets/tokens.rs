//! Buttons that nobody has made, pressed in conversations that wait: one press a line, `$` the run and `#` the wait of the last
//! question. The first line names the flow that is begun and the outcomes of what it calls: `feedback_trial ok`.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use provodnik::{
    flow::{Effect, Input, Program, State, Turn},
    message::{Args, Does, Offer, Value},
};
use provodnik_fuzz::{holds, ours, returned, step, text};

static PROGRAM: LazyLock<Arc<Program>> = LazyLock::new(ours);

/// Run and wait of the newest button.
fn newest(turn: &Turn) -> Option<(String, String)> {
    let said = turn.effects.iter().rev().find_map(|effect| match effect {
        Effect::Send { said, .. } | Effect::Edit { said, .. } => said.keyboard.as_ref(),
        _ => None,
    })?;
    let token = said.buttons.iter().find_map(|button| match &button.does {
        Offer::Plain(Does::Press(token)) => Some(token),
        _ => None,
    })?;
    let mut parts = token.split(':').skip(1).map(str::to_owned);
    Some((parts.next()?, parts.next()?))
}

fuzz_target!(|data: &[u8]| {
    let Some(script) = text(data, 1_024) else { return };
    let mut lines = script.lines();
    let mut head = lines.next().unwrap_or_default().split(' ');
    let flow = head.next().unwrap_or_default();
    let args = Args::from([("event".to_owned(), Value::from("1")), ("said".to_owned(), Value::from(""))]);
    let mut turn = step(&PROGRAM, State::default(), Input::Begin { flow: flow.to_owned(), args });
    let mut known = ("abcdefghijkl".to_owned(), "1".to_owned());
    for outcome in head.take(8) {
        let Some(input) = returned(&turn, outcome) else { break };
        turn = step(&PROGRAM, turn.state, input);
    }
    for line in lines.take(32) {
        known = newest(&turn).unwrap_or(known);
        let token = line.replace('$', &known.0).replace('#', &known.1);
        let asked = turn.state.asks(&token);
        turn = step(&PROGRAM, turn.state, Input::Button { token: token.clone() });
        assert_eq!(State::read(&turn.state.write()), turn.state);
        // A press is never met with silence.
        assert!(!turn.effects.is_empty(), "{token}");
        if !asked {
            holds(&turn);
        }
    }
});
