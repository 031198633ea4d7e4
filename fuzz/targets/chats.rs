//! A transcript as somebody wrote it, played against our own flows, and blessed. Its first line may name the flow: `% track`.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use provodnik::flow::{Program, chat};
use provodnik_fuzz::{ours, text};

static PROGRAM: LazyLock<Arc<Program>> = LazyLock::new(ours);

fuzz_target!(|data: &[u8]| {
    let Some(chat) = text(data, 4_096) else { return };
    let (name, chat) = match chat.split_once('\n') {
        Some((first, rest)) if first.starts_with("% ") => (first.trim_start_matches("% ").trim(), rest),
        _ => ("home", chat),
    };
    let file = format!("flows/{name}.chat");
    let report = chat::run(&PROGRAM, vec![(file.clone(), chat.to_owned())], false);
    assert!(report.blessed.is_empty());
    // What is blessed once is as it should be: blessed again it stays, and plays.
    let blessed = chat::run(&PROGRAM, vec![(file.clone(), chat.to_owned())], true);
    if let Some((_, new)) = blessed.blessed.first().filter(|_| blessed.is_good()) {
        let again = chat::run(&PROGRAM, vec![(file, new.clone())], false);
        assert!(again.is_good(), "{again}\n{new}");
    }
});
