//! `flows run`: a conversation that is typed in, and what is left of it.

use std::{fs, io::Write, path::Path, process::Output, process::Stdio};

use crate::{
    process_content::copy,
    running::{provodnik, run, stderr},
};

/// The programme's own content, to be written into.
fn content() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["flows", "locales"] {
        copy(&root.join(part), &dir.path().join(part));
    }
    dir
}

/// Runs it with these lines from a pipe.
fn typed(dir: &Path, arguments: &[&str], lines: &[&str]) -> Output {
    let content = dir.display().to_string();
    let arguments = [&["--content", &content, "flows", "run", "--at", "2026-11-23T10:00+03:00"], arguments].concat();
    let mut child = provodnik(&arguments, &[]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
    drop(input);
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// `flows test` takes the file as it is.
fn plays(dir: &Path) {
    let tested = run(&["--content", &dir.display().to_string(), "flows", "test"], &[]);
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stdout));
}

#[test]
fn a_conversation_is_had_saved_and_is_a_test() {
    let dir = content();
    let file = dir.path().join("flows/tryout.chat");
    let save = file.display().to_string();
    let lines = [
        "pupil {verified: false}",
        "open {days: 3}",
        "8 916 123-45-67",
        "1",
        "1",
        "> ну что там?",
        "ok {left: 3, failed_calls: 0}",
        "+90s",
        "1234",
        "wrong",
        "2",
        "Не звонит",
        "/quit",
    ];
    let said = stdout(&typed(dir.path(), &["verify_phone", "--channel", "vk", "--save", &save], &lines));
    for shown in [
        "VK  2026-11-23 10:00",
        "⚙ people.who()",
        "  2 pupil: name, verified, profiles",
        "⚙ verification.start(phone=8 916 123-45-67, relation=self)",
        "│ ну что там? │",
        "1 мин 30 с",
        "╭",
        "saved: ",
    ] {
        assert!(said.contains(shown), "{shown}\n{said}");
    }
    let saved = fs::read_to_string(&file).unwrap();
    for line in [
        "@ vk 2026-11-23T10:00+03:00 verify_phone",
        "! verification.status() -> open {days: 3}",
        "> 8 916 123-45-67",
        "+ 90s",
        "! verification.confirm(attempt=",
        "> [Не звонит]",
    ] {
        assert!(saved.contains(line), "{line}\n{saved}");
    }
    plays(dir.path());
    // A second conversation is put after the first.
    stdout(&typed(
        dir.path(),
        &["event_signup", "--lang", "en", "--arg", "event=e7", "--save", &save],
        &["", "", "", "", "", "2", "2"],
    ));
    let both = fs::read_to_string(&file).unwrap();
    assert!(
        both.starts_with(&saved) && both.contains("@ telegram en 2026-11-23T10:00+03:00 event_signup {event: \"e7\"}")
    );
    assert!(both.ends_with("> [Back]\n= done\n"), "{both}");
    plays(dir.path());
}

#[test]
fn what_a_call_without_an_answer_belongs_to_is_not_saved() {
    let dir = content();
    let file = dir.path().join("flows/tryout.chat");
    let save = file.display().to_string();
    let said = stdout(&typed(dir.path(), &["event_signup", "--save", &save], &["/quit"]));
    assert!(said.contains("nothing was said") && !file.exists(), "{said}");
    stdout(&typed(dir.path(), &["event_signup", "--save", &save], &["free {left: 1}", "1", "/quit"]));
    let saved = fs::read_to_string(&file).unwrap();
    assert!(saved.trim_end().ends_with("[Записаться] [Назад]"), "{saved}");
    plays(dir.path());
}

#[test]
fn buttons_time_and_values_are_taken_as_people_type_them() {
    let dir = content();
    let lines = ["nobody", "/quit"];
    let said = stdout(&typed(dir.path(), &["verify_phone"], &lines));
    assert!(said.contains("· Конец: later"), "{said}");
    // A contact is shared by its button; the person's own contact fills the question.
    let lines = ["pupil", "", "no", "x", "1", "", "late", "1", "not_a_phone", "/quit"];
    let said = stdout(&typed(dir.path(), &["verify_phone", "--adult"], &lines));
    for shown in
        ["⌨ вместо клавиатуры", "┃", "contact +79161234567", "нужно целое число", "check_phone(phone=+79161234567)"]
    {
        assert!(said.contains(shown), "{shown}\n{said}");
    }
    // The mini app opens nowhere here; what is no button is said.
    let lines = ["pupil {verified: true}", "1", "old [Нет такой]", "помощь", "/quit"];
    let said = stdout(&typed(dir.path(), &["home"], &lines));
    assert!(said.contains("мини-приложение") && said.contains("there is no button [Нет такой]"), "{said}");
}

#[test]
fn wrong_usage_is_named() {
    let dir = content();
    let fails = |arguments: &[&str]| {
        let output = typed(dir.path(), arguments, &[]);
        assert!(!output.status.success());
        stderr(&output)
    };
    assert!(fails(&["event_singup"]).contains("there is no flow `event_singup`: did you mean `event_signup`?"));
    assert!(fails(&["event_signup", "--lang", "tt"]).contains("there are no words in `tt`: there are ru, en"));
    assert!(fails(&["event_signup", "--arg", "evnt=1"]).contains("takes no `evnt`"));
    assert!(fails(&["event_signup", "--arg", "event"]).contains("name=value"));
    fs::write(dir.path().join("flows/broken.yaml"), "flow: [").unwrap();
    assert!(fails(&["event_signup"]).contains("the flows have faults"));
}

#[test]
fn a_message_that_changes_is_told_from_a_new_one() {
    let dir = content();
    let flow = "flow: likes\nentry: []\noutcomes: [done]\nsteps:\n  what: { ask: choices, of: [sea, hills] }\n  done: { end: done }\n";
    fs::write(dir.path().join("flows/likes.yaml"), flow).unwrap();
    for (lang, words) in [("ru", ["Что?", "Море", "Горы"]), ("en", ["What?", "Sea", "Hills"])] {
        let [what, sea, hills] = words;
        let words = format!("likes-what = {what}\n    .o-sea = {sea}\n    .o-hills = {hills}\n");
        fs::write(dir.path().join(format!("locales/{lang}/likes.ftl")), words).unwrap();
    }
    for (lang, edited) in [("ru", " изменено 10:00 "), ("en", " edited 10:00 ")] {
        let said = stdout(&typed(dir.path(), &["likes", "--lang", lang], &["1", "2", "3"]));
        assert_eq!(said.matches(edited).count(), 2, "two options were ticked: {said}");
        assert_eq!(said.matches(" 10:00 ").count(), 3, "the question itself is not changed: {said}");
    }
}
