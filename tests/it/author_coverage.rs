//! `flows test`: how much the transcripts go through, and a failure as its reader sees it.

use std::{fs, path::Path, process::Output};

use serde_json::Value;

use crate::{
    process_content::copy,
    running::{run, stderr},
};

fn test(dir: &Path, arguments: &[&str]) -> Output {
    run(&[&["--content", &dir.display().to_string(), "flows", "test"], arguments].concat(), &[])
}

fn content() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["flows", "locales"] {
        copy(&root.join(part), &dir.path().join(part));
    }
    dir
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_step_and_an_edge_that_nobody_takes_are_named_and_fail() {
    let dir = content();
    let whole = test(dir.path(), &["--coverage", "--lang", "en"]);
    assert!(whole.status.success(), "{}{}", stdout(&whole), stderr(&whole));
    assert!(
        stdout(&whole).contains("\ntotal: steps ")
            && stdout(&whole).contains("help: steps 4/4 (100 %), edges 2/2 (100 %)\n")
    );
    // A conversation fewer.
    let chat = dir.path().join("flows/feedback_trial.chat");
    let told = fs::read_to_string(&chat).unwrap();
    let (before, after) = told.split_once("-> early").unwrap();
    let after = after.split_once('\n').unwrap().1;
    fs::write(&chat, format!("{before}-> unknown\n{after}")).unwrap();
    let blessed = test(dir.path(), &["--bless", "--coverage", "--lang", "en"]);
    let said = stdout(&blessed);
    assert!(!blessed.status.success() && stderr(&blessed).contains("leave something of the flows out"), "{said}");
    assert!(said.contains("feedback_trial: steps 7/8 (87 %), edges 31/32 (96 %)\n"), "{said}");
    let flow = fs::read_to_string(dir.path().join("flows/feedback_trial.yaml")).unwrap();
    let line = |step: &str| flow.lines().position(|line| line.starts_with(&format!("  {step}:"))).unwrap() + 1;
    let file = "  flows/feedback_trial.yaml";
    assert!(said.contains(&format!("{file}:{}:3: look: outcome `early`\n", line("look"))), "{said}");
    assert!(said.contains(&format!("{file}:{}:3: early: no conversation comes here\n", line("early"))), "{said}");
    // Less may be enough, and without the question nobody fails.
    assert!(test(dir.path(), &["--coverage=95"]).status.success());
    assert!(test(dir.path(), &[]).status.success());
    let json = test(dir.path(), &["--coverage", "--format", "json"]);
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(!json.status.success());
    let flows = document["coverage"]["flows"].as_array().unwrap();
    let feedback = flows.iter().find(|part| part["flow"] == "feedback_trial").unwrap();
    assert_eq!(feedback["missing"][0]["kind"], "outcome");
    assert_eq!(feedback["missing"][0]["line"], line("look"));
    assert_eq!(document["failed"], 0);
}

#[test]
fn a_failure_is_shown_within_its_conversation() {
    let dir = content();
    let chat = dir.path().join("flows/language.chat");
    let told = fs::read_to_string(&chat).unwrap();
    fs::write(&chat, told.replacen("< Готово, говорим", "< Готово! Говорим", 1)).unwrap();
    let output = test(dir.path(), &[]);
    let said = stdout(&output);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("    > [Русский]\n    ! people.language(lang=ru) -> ok\n  - < Готово! Говорим по-русски.\n  + < Готово, говорим по-русски.\n"), "{said}");
}

#[test]
fn wrong_usage_is_named() {
    let dir = content();
    assert!(stderr(&test(dir.path(), &["--coverage=101"])).contains("101"));
    assert!(stderr(&test(dir.path(), &["--coverage", "80"])).contains("80"));
}
