//! What the targets share: our own content, words for what somebody has made up, a conversation to play.

use std::{path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use provodnik::{
    content,
    fault::{Fault, Fix},
    flow::{self, About, Effect, Env, Input, Names, Program, Reply, State, Trace, Turn, check},
    locale::Tone,
};

/// The text of an input: UTF-8, and no longer than this.
pub fn text(data: &[u8], most: usize) -> Option<&str> {
    (data.len() <= most).then(|| std::str::from_utf8(data).ok()).flatten()
}

/// The flows and words of the programme.
pub fn ours() -> Arc<Program> {
    let (program, faults) = content::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    program.unwrap_or_else(|| panic!("{faults:?}"))
}

/// Checks one flow as the only one there is, as an author does: once without words, and once more with those that are missing.
pub fn sound(name: &str, flow: &str) -> Option<Program> {
    let flows = [
        ("flows/_global.yaml".to_owned(), format!("start: {name}\n")),
        (format!("flows/{name}.yaml"), flow.to_owned()),
    ];
    let (_, faults) = check::program(&flows, &[("locales/ru/all.ftl".to_owned(), String::new())]);
    let words = ("locales/ru/all.ftl".to_owned(), words(&faults));
    let (program, faults) = check::program(&flows, &[words]);
    let of_flow = |fault: &&Fault| fault.is_error() && fault.file.starts_with("flows/");
    program.filter(|_| !faults.iter().any(|fault| of_flow(&fault)))
}

/// A line for each text that is missing, attributes under their texts.
fn words(faults: &[Fault]) -> String {
    let keys = faults.iter().filter_map(|fault| match &fault.fix {
        Some(Fix::Text { key, .. }) => Some(key.as_str()),
        _ => None,
    });
    let mut keys: Vec<_> = keys.map(|key| key.split_once('.').unwrap_or((key, ""))).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut words = String::new();
    let mut last = "";
    for (key, attribute) in keys {
        if key != last {
            words += &format!("{key} = .\n");
            last = key;
        }
        if !attribute.is_empty() {
            words += &format!("    .{attribute} = .\n");
        }
    }
    words
}

/// One step of somebody who is called nothing in particular.
pub fn step(program: &Program, state: State, input: Input) -> Turn {
    let about = About { lang: "ru".to_owned(), tone: Tone::default() };
    let names = Names::default();
    flow::step(program, state, input, &Env { now: DateTime::<Utc>::UNIX_EPOCH, seed: 7, about: &about, names: &names })
}

/// The first call of a turn, answered with this outcome.
pub fn returned(turn: &Turn, outcome: &str) -> Option<Input> {
    turn.effects.iter().find_map(|effect| match effect {
        Effect::Call { run, seq, .. } => {
            Some(Input::Returned { run: run.clone(), seq: *seq, reply: Reply::plain(outcome) })
        }
        _ => None,
    })
}

/// What must hold after every step: what is stored is read as it was, and nobody is begun afresh.
pub fn holds(turn: &Turn) {
    assert_eq!(State::read(&turn.state.write()), turn.state);
    let afresh = turn.trace.iter().find(|trace| matches!(trace, Trace::Restarted(_)));
    assert_eq!(afresh, None);
}
