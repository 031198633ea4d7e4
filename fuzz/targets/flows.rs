//! A flow as somebody wrote it: read, checked with all its faults, and, where it has none, begun and talked to.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provodnik::{
    flow::{Effect, Input, State},
    message::Args,
};
use provodnik_fuzz::{holds, sound, step, text};

fuzz_target!(|data: &[u8]| {
    let Some(flow) = text(data, 8_192) else { return };
    // A flow is called as its file.
    let name = flow.lines().find_map(|line| line.strip_prefix("flow:")).unwrap_or("home");
    let name = name.split('#').next().unwrap_or_default().trim();
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let name = if !name.is_empty() && name.chars().all(plain) { name } else { "home" };
    let Some(program) = sound(name, flow) else { return };
    // Nobody gives the arguments here: a flow without them goes on, any other says so.
    let mut turn = step(&program, State::default(), Input::Begin { flow: name.to_owned(), args: Args::new() });
    for input in
        [Input::Text("да".to_owned()), Input::Text("5".to_owned()), Input::Unsupported { kind: "voice".to_owned() }]
    {
        let calls = turn.effects.iter().any(|effect| matches!(effect, Effect::Call { .. }));
        if calls || turn.state.is_idle() {
            return;
        }
        turn = step(&program, turn.state, input);
        if !flow.contains("args") {
            holds(&turn);
        }
    }
});
