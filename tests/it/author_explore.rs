//! `flows explore`: what it finds, as its reader gets it.

use std::{fs, path::Path, process::Output};

use serde_json::Value;

use crate::{
    process_content::copy,
    running::{run, stderr},
};

fn explore(dir: &Path, arguments: &[&str]) -> Output {
    run(&[&["--content", &dir.display().to_string(), "flows", "explore"], arguments].concat(), &[])
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The programme's own content with a flow more, that asks itself in a circle behind the back of every check.
fn content() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["flows", "locales"] {
        copy(&root.join(part), &dir.path().join(part));
    }
    let round = "flow: round
entry: []
outcomes: [done]
steps:
  go: { ask: choice, of: [on, off], next: { on: one, off: done } }
  one: { run: quick, next: { done: one, other: done } }
  done: { end: done }
";
    let quick = "flow: quick\noutcomes: [done, other]\nsteps:\n  done: { end: done }\n";
    for (name, text) in [("round", round), ("quick", quick)] {
        fs::write(dir.path().join(format!("flows/{name}.yaml")), text).unwrap();
    }
    for lang in ["ru", "en"] {
        let words = "round-go = Ещё круг?\n    .o-on = Да\n    .o-off = Нет\n";
        fs::write(dir.path().join(format!("locales/{lang}/round.ftl")), words).unwrap();
    }
    dir
}

#[test]
fn a_sound_flow_holds() {
    let output = explore(Path::new(env!("CARGO_MANIFEST_DIR")), &["event_signup", "--turns", "100"]);
    let said = stdout(&output);
    assert!(output.status.success(), "{said}{}", stderr(&output));
    assert!(said.contains(" waits, 20/20 edges, ") && said.trim_end().ends_with(" s, 0 failures"), "{said}");
}

#[test]
fn what_fails_is_a_conversation_to_be_pasted() {
    let dir = content();
    let output = explore(dir.path(), &["round", "--turns", "50"]);
    let said = stdout(&output);
    assert!(!output.status.success() && stderr(&output).contains("something does not hold"), "{said}");
    assert!(said.contains("round: turn-does-not-end: too many steps in one turn (round.one)\n"), "{said}");
    let chat = said.split_once("\n\n").unwrap().1.split_once("\n\n").unwrap().0;
    assert!(chat.starts_with("# explore, turn-does-not-end") && chat.contains("\n> [Да]\n"), "{chat}");
    fs::write(dir.path().join("flows/round.chat"), format!("{chat}\n")).unwrap();
    let tested = run(&["--content", &dir.path().display().to_string(), "flows", "test"], &[]);
    assert!(tested.status.success(), "{}", stdout(&tested));
}

#[test]
fn the_same_seed_tells_the_same() {
    let dir = content();
    let told = |seed: &str| {
        let output = explore(dir.path(), &["round", "--seed", seed, "--turns", "60", "--format", "json"]);
        let mut document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(document["seconds"].take().as_f64().unwrap() > 0.0);
        document
    };
    assert_eq!(told("3"), told("3"));
    assert_eq!(told("3")["failures"][0]["what"], "turn-does-not-end");
}

#[test]
fn wrong_usage_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(stderr(&explore(root, &["event_singup"])).contains("did you mean `event_signup`?"));
}
