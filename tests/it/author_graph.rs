//! `flows graph`: drawings as their reader gets them.

use std::{fs, process::Output};

use crate::running::{run, stderr};

fn graph(arguments: &[&str]) -> Output {
    run(&[&["flows", "graph"], arguments].concat(), &[])
}

fn drawn(arguments: &[&str]) -> String {
    let output = graph(arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = graph(arguments);
    assert!(!output.status.success() && output.stdout.is_empty());
    stderr(&output)
}

#[test]
fn one_flow_is_shown_in_each_form_and_language() {
    let mermaid = drawn(&["event_signup"]);
    assert!(
        mermaid.starts_with("flowchart TD\n") && mermaid.contains("step_offer -->|\"Записаться\"| step_join"),
        "{mermaid}"
    );
    assert!(drawn(&["event_signup", "--lang", "en"]).contains("step_offer -->|\"Sign up\"| step_join"));
    assert!(drawn(&["event_signup", "--format", "dot"]).starts_with("digraph \"event_signup\" {\n"));
    let svg = drawn(&["event_signup", "--format", "svg"]);
    assert!(svg.starts_with("<?xml") && svg.trim_end().ends_with("</svg>") && svg.contains("Записаться"), "{svg}");
}

#[test]
fn all_flows_are_a_page_or_a_folder() {
    let flows: Vec<_> = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/flows"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".yaml").filter(|name| *name != "_global").map(str::to_owned))
        .collect();
    assert!(flows.len() > 10);
    let page = drawn(&["--all"]);
    for flow in &flows {
        assert!(page.contains(&format!("## {flow}\n\n```mermaid\nflowchart TD\n")), "{flow}");
    }
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("drawings");
    let told = drawn(&["--all", "--format", "svg", "--out", &out.display().to_string()]);
    for flow in flows.iter().map(String::as_str).chain(["index"]) {
        let svg = fs::read_to_string(out.join(format!("{flow}.svg"))).unwrap();
        assert!(svg.contains("<title id=\"title\">") && !svg.contains("NaN"), "{flow}");
        assert!(told.contains(&format!("{flow}.svg")), "{told}");
    }
}

#[test]
fn wrong_usage_is_named() {
    assert!(refused(&["event_singup"]).contains("did you mean `event_signup`?"));
    assert!(refused(&["--all", "--format", "svg"]).contains("--out DIR"));
    assert!(refused(&["home", "--lang", "tt"]).contains("there are ru, en"));
    assert!(refused(&[]).contains("<FLOW>"));
}
