use std::sync::Arc;

use super::*;
use crate::{
    flow::{
        chat, check,
        explore::{Failure, What},
    },
    message::PictureFile,
};

const GLOBAL: &str = "start: test\n";

/// A program that the check lets pass.
fn program(flows: &[(&str, &str)], words: &[(&str, &str)]) -> Program {
    let named = |(name, text): &(&str, &str)| (format!("flows/{name}.yaml"), (*text).to_owned());
    let flows: Vec<_> = [("_global", GLOBAL)].iter().chain(flows).map(named).collect();
    let words: Vec<_> = words.iter().map(|(lang, text)| (format!("locales/{lang}/all.ftl"), filled(text))).collect();
    let (program, faults) = check::program(&flows, &words);
    let errors: Vec<_> = faults.iter().filter(|fault| fault.is_error()).map(ToString::to_string).collect();
    assert_eq!(errors, [""; 0], "only what no check can see is left to walks");
    program.unwrap()
}

fn filled(words: &str) -> String {
    check::filled(words)
}

fn walked(program: &Program) -> Report {
    explore(program, &[], &Options { flow: None, turns: 100, seed: 1 }).unwrap()
}

fn only(report: &Report) -> &Failure {
    assert_eq!(report.failures.len(), 1, "{:#?}", report.failures);
    &report.failures[0]
}

/// Pasted as it is, the conversation shows what happens.
fn plays(program: &Program, failure: &Failure) {
    let played = chat::run(program, vec![("flows/test.chat".to_owned(), failure.chat.clone())], false);
    assert!(played.played == 1 && played.is_good(), "{played}\n{}", failure.chat);
}

#[test]
fn a_text_that_only_a_long_answer_makes_too_long_is_found() {
    let outer = "flow: test
outcomes: [done]
steps:
  what: { ask: text, max: 4000 }
  told: { run: inner, with: { about: what }, next: { done: done } }
  done: { end: done }
";
    let inner = "flow: inner
args: { about: text }
outcomes: [done]
steps:
  told: { say: told, end: done }
";
    let told = format!("test-what = Что?\ninner-told = {} {{ $about }}\n", "Вот что мы записали. ".repeat(10));
    let program = program(&[("test", outer), ("inner", inner)], &[("ru", &told), ("en", &told)]);
    let report = walked(&program);
    let of_test: Vec<_> = report.failures.iter().filter(|failure| failure.flow == "test").collect();
    assert!(!of_test.is_empty() && of_test.iter().all(|failure| failure.what == What::Sayable), "{report:?}");
    let why = &of_test[0].why;
    assert!(why.contains("`inner-told` in Telegram: 2 messages instead of one"), "{why}");
    assert!(of_test[0].chat.starts_with("# explore, not-sayable: `inner-told`"), "{}", of_test[0].chat);
    plays(&program, of_test[0]);
}

const HANDED: &str = "flow: test
outcomes: [done]
steps:
  what: { ask: text, max: 950 }
  told: { run: inner, with: { about: what }, next: { done: done } }
  done: { end: done }
";

/// A flow that is handed a text and says it under a picture, or without one.
fn inner(picture: &str) -> String {
    format!(
        "flow: inner\nargs: {{ about: text }}\noutcomes: [done]\nsteps:\n  told: {{ say: told{picture}, end: done }}\n"
    )
}

#[test]
fn a_caption_that_a_long_answer_makes_too_long_is_found() {
    let pictured = inner(", picture: ticket");
    let words = "test-what = Что?\ninner-told = Вот твой билет: { $about }\n    .alt = Билет\n";
    let program = program(&[("test", HANDED), ("inner", &pictured)], &[("ru", words)]);
    let why = |program: &Program| {
        let report = walked(program);
        let of_test = report.failures.into_iter().filter(|failure| failure.flow == "test");
        of_test.map(|failure| failure.why).collect::<Vec<_>>()
    };
    assert_eq!(why(&program), ["the picture `ticket` is not there (ru)"]);
    let file = PictureFile { hash: "1".to_owned(), mime: "image/png", bytes: Vec::new() };
    let program = program.with_pictures([("ticket".to_owned(), Arc::new(file))].into());
    // Without the line with a name they would be less than 1,024.
    let found = why(&program);
    assert_eq!(found[0], "`inner-told` in Telegram: 2 messages instead of one: 1033 of 1024 (ru)", "{found:?}");
    assert!(found.iter().all(|why| why.contains("`inner-told` in Telegram: 2 messages")), "{found:?}");
}

#[test]
fn plain_words_that_are_too_long_are_found() {
    let long = HANDED.replace("950", "4000");
    let usual = inner("");
    let plain = format!(
        "test-what = Что?\ninner-told = {{ $about }}\n    .plain = {} {{ $about }}\n",
        "Это твой ответ. ".repeat(10)
    );
    let program = program(&[("test", &long), ("inner", &usual)], &[("ru", &plain)]);
    let report = walked(&program);
    let of_test: Vec<_> = report.failures.iter().filter(|failure| failure.flow == "test").collect();
    let why = &of_test[0].why;
    assert!(why.contains("`inner-told` in Telegram: 2 messages instead of one"), "{why}");
}

#[test]
fn buttons_that_find_no_place_are_found() {
    let many: Vec<_> = (0..35).map(|n| format!("o{n}")).collect();
    let flow = format!(
        "flow: test\noutcomes: [done]\nsteps:\n  who: {{ call: people.profiles, save: people }}\n  pick: {{ ask: choice, \
         options: people.options, of: [{}] }}\n  done: {{ end: done }}\n",
        many.join(", ")
    );
    let labels: String = many.iter().map(|option| format!("    .o-{option} = {option}\n")).collect();
    let program = program(&[("test", &flow)], &[("ru", &format!("test-pick = Кто?\n{labels}"))]);
    let report = walked(&program);
    assert!(report.failures.iter().all(|failure| failure.what == What::Sayable), "{:#?}", report.failures);
    assert!(report.failures[0].why.contains("`test-pick` in VK: 0 of 47 buttons are left"), "{:#?}", report.failures);
}

#[test]
fn a_short_answer_to_a_press_that_is_cut_is_found() {
    let flow = "flow: test
outcomes: [done]
steps:
  pick: { ask: choices, of: [a, b, c], max: 2 }
  done: { end: done }
";
    let words = format!(
        "test-pick = Что?\n    .o-a = Раз\n    .o-b = Два\n    .o-c = Три\nform-most = {} {{ $max }}\n",
        "слишком много ".repeat(8)
    );
    let program = program(&[("test", flow)], &[("ru", &words)]);
    let report = walked(&program);
    let failure = only(&report);
    assert!(failure.why.starts_with("`form-most` is cut in VK: 114 of 90"), "{}", failure.why);
    assert!(failure.chat.contains("> [. Три]\n~ слишком много"), "{}", failure.chat);
    plays(&program, failure);
}

#[test]
fn what_a_reader_would_see_in_braces_is_found() {
    let flow = "flow: test\noutcomes: [done]\nsteps:\n  told: { say: told, end: done }\n";
    let flows = [("flows/_global.yaml", GLOBAL), ("flows/test.yaml", flow)];
    let flows = flows.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let words = ("locales/ru/all.ftl".to_owned(), filled("test-told = Осталось { $left }\n"));
    let (program, faults) = check::program(&flows, &[words]);
    assert!(faults.iter().any(|fault| fault.is_error()), "the check sees it too");
    let program = program.unwrap();
    let report = walked(&program);
    let failure = only(&report);
    assert_eq!(failure.why, "`test-told: $left` is not there (ru)");
    plays(&program, failure);
}

fn sound() -> Program {
    let flow = "flow: test\noutcomes: [done]\nsteps:\n  pick: { ask: choice, of: [a, b], next: { a: done, b: more } }\n  more: { say: more, next: done }\n  done: { end: done }\n";
    program(&[("test", flow)], &[("ru", "test-pick = Что?\n    .o-a = Раз\n    .o-b = Два\ntest-more = Ещё\n")])
}

#[test]
fn figures_are_told_to_people_and_to_tools() {
    let program = sound();
    let options = Options { flow: None, turns: 0, seed: 1 };
    let mut report = explore(&program, &[], &options).unwrap();
    let told = text(&program, &options, &report, 0.25);
    assert!(told.starts_with("1 waits, 2/2 edges, ") && told.ends_with(" s, 0 failures"), "{told}");
    report.covered.edges.clear();
    report.covered.steps.remove(&("test".to_owned(), "more".to_owned()));
    report.cut.insert("test".to_owned());
    let failure = Failure {
        flow: "test".to_owned(),
        what: What::Once,
        why: "it acts".to_owned(),
        chat: "# explore\n".to_owned(),
    };
    report.failures.push(failure);
    report.more = 3;
    let told = text(&program, &options, &report, 0.25);
    for line in [
        "test: acts-twice: it acts\n\n# explore\n",
        "and 3 more\n",
        "not come to: flows/test.yaml:4:3: pick: option `a`\n",
        "not come to: flows/test.yaml:5:3: more: step\n",
        "test: it has more states than are tried",
        "0/2 edges",
        "4 failures",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let document: serde_json::Value = serde_json::from_str(&json(&program, &options, &report, 0.25)).unwrap();
    assert_eq!(document["edges"], serde_json::json!({ "taken": 0, "of": 2 }));
    assert_eq!(document["failures"][0]["what"], "acts-twice");
    assert_eq!((&document["not_come_to"][0]["name"], &document["more"]), (&"a".into(), &3.into()));
    assert_eq!(document["cut"][0], "test");
}
