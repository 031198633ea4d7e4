//! `flows show`: flows as pages, and told in the terminal.

use std::fs;

use crate::running::{run, stderr};

fn shown(arguments: &[&str]) -> String {
    let output = run(&[&["flows", "show"], arguments].concat(), &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = run(&[&["flows", "show"], arguments].concat(), &[]);
    assert!(!output.status.success() && output.stdout.is_empty());
    stderr(&output)
}

#[test]
fn every_flow_gets_a_page_and_the_index_leads_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("pages");
    let told = shown(&["--all", "--html", "--out", &out.display().to_string()]);
    assert_eq!(told.trim_end(), out.join("index.html").display().to_string());
    let index = fs::read_to_string(out.join("index.html")).unwrap();
    let pages: Vec<_> =
        fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(pages.len() > 10, "{pages:?}");
    for page in pages.iter().filter(|page| *page != "index.html") {
        assert!(index.contains(&format!("<a href=\"{page}\">")), "{page}");
        let text = fs::read_to_string(out.join(page)).unwrap();
        assert!(text.contains("lang=\"en\" data-lang=\"en\"") && text.contains("</svg>"), "{page}");
        for at in text.match_indices("href=\"#").map(|(at, _)| at + "href=\"#".len()) {
            let anchor = text[at..].split('"').next().unwrap();
            assert!(text.contains(&format!("id=\"{anchor}\"")), "{page}: #{anchor} leads nowhere");
        }
    }
    let signup = fs::read_to_string(out.join("event_signup.html")).unwrap();
    for part in ["День открытых мастерских", "Записаться", "Sign up", "Последнее место заняли, пока читал"]
    {
        assert!(signup.contains(part), "{part}");
    }
}

#[test]
fn one_flow_is_a_page_under_data_or_told_here() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().display().to_string();
    let told = shown(&["event_signup", "--html", "--data", &data]);
    let page = dir.path().join("pages/event_signup.html");
    assert!(told.trim_end() == page.display().to_string() && page.exists(), "{told}");
    assert!(!dir.path().join("pages/index.html").exists());
    let told = shown(&["event_signup", "--lang", "en"]);
    assert!(told.contains("offer: asks choice\n") && told.contains("  Sign up → join\n"), "{told}");
}

#[test]
fn wrong_usage_is_named() {
    assert!(refused(&["event_singup", "--html"]).contains("did you mean `event_signup`?"));
    assert!(refused(&["event_singup"]).contains("did you mean `event_signup`?"));
    assert!(refused(&["event_signup", "--out", "x"]).contains("--html"));
    assert!(refused(&[]).contains("<FLOW>"));
}
