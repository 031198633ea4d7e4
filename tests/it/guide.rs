//! `flows/guide.md`, followed to the letter: what it tells to write is sound, and the conversations in it go as it says.

use std::{fs, path::Path, process::Output};

use crate::{
    process_content::copy,
    running::{run, stderr},
};

/// The blocks that name a file, with it.
fn files(guide: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        let Some((_, file)) = line.strip_prefix("```").and_then(|fence| fence.split_once(' ')) else { continue };
        let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        files.push((file.to_owned(), block.join("\n") + "\n"));
    }
    files
}

fn flows(content: &Path, command: &[&str]) -> Output {
    let content = content.display().to_string();
    run(&[&["--content", &content, "flows"], command].concat(), &[])
}

#[test]
fn a_questionnaire_written_by_the_guide_is_sound_and_goes_as_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let content = tempfile::tempdir().unwrap();
    for part in ["flows", "locales"] {
        copy(&root.join(part), &content.path().join(part));
    }
    let files = files(&fs::read_to_string(root.join("flows/guide.md")).unwrap());
    assert_eq!(files.len(), 4);
    for (file, text) in &files {
        fs::write(content.path().join(file), text).unwrap();
    }
    let blessed = flows(content.path(), &["test", "--bless"]);
    assert!(blessed.status.success(), "{}{}", String::from_utf8_lossy(&blessed.stdout), stderr(&blessed));
    let chat = fs::read_to_string(content.path().join("flows/hobby.chat")).unwrap();
    for said in [
        "| Чем ты занимаешься в свободное время?",
        "[☑ Спортом]",
        "< _3 из 4_\n| Что не так?",
        "Анкета о кружках ждёт тебя",
        "• Занятия – Спортом, Другим",
        "• Пожелание – записано",
    ] {
        assert!(chat.contains(said), "{said}\n{chat}");
    }
    let checked = flows(content.path(), &["check"]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success() && said.contains("0 errors, 0 warnings"), "{said}");
    assert!(flows(content.path(), &["test"]).status.success());
    // As the guide says of a condition that can't be.
    let flow = content.path().join("flows/hobby.yaml");
    let impossible = fs::read_to_string(&flow).unwrap().replace("mark <= 3", "mark <= 3 and kind == 'sport'");
    fs::write(&flow, impossible).unwrap();
    assert!(!flows(content.path(), &["check"]).status.success());
}
