//! «Save this conversation»: the file is a transcript that the flows' own tools read.

use std::path::Path;

use provodnik::{content, flow::chat};

use crate::world::World;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else if entry.path().extension().is_none_or(|extension| extension != "chat") {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Plays a transcript against the programme's flows.
fn played(transcript: &str) -> chat::Report {
    let dir = tempfile::tempdir().unwrap();
    for part in ["flows", "locales"] {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(part), &dir.path().join(part));
    }
    std::fs::write(dir.path().join("flows/saved.chat"), transcript).unwrap();
    content::test(dir.path(), false)
}

/// What an author does with a saved file: the calls that `flows test` misses are written in, one by one.
fn with_calls(mut transcript: String, outcomes: &mut dyn Iterator<Item = &str>) -> String {
    loop {
        let report = played(&transcript);
        let Some(failure) = report.failures.first() else { return transcript };
        let happened = failure.happened.clone().unwrap_or_default();
        assert!(happened.starts_with("! "), "{report}\n{transcript}");
        let mut lines: Vec<_> = transcript.lines().map(str::to_owned).collect();
        lines.insert(failure.line - 1, format!("{happened} -> {}", outcomes.next().unwrap()));
        transcript = lines.join("\n") + "\n";
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_conversation_is_a_transcript() {
    let world = World::new().await;
    for channel in ["telegram", "vk"] {
        let phone = if channel == "vk" { world.vk("Оля").await } else { world.telegram("Оля").await };
        phone.says("привет\nкто тут").await;
        phone.sends("photo").await;
        phone.sends("sticker").await;
        phone.shares_foreign_contact("+79161234567").await;
        phone.says("МАМА-2222").await;
        world.advance(chrono::TimeDelta::minutes(2)).await;
        phone.presses("Нет кода").await;
        phone.presses("Нет кода").await;
        let saved = world.text(&format!("people/{}/chat.chat", phone.id)).await;
        assert!(saved.contains("> (photo)\n") && saved.contains("\n~ Эта кнопка"), "{saved}");
        assert_eq!(saved.contains("> contact-foreign +79161234567"), channel == "telegram", "{saved}");
        // In VK a contact is typed, and so taken for a code.
        let typed = if channel == "vk" { vec!["not_a_code"] } else { Vec::new() };
        let outcomes = [vec!["not_a_code", "nobody"], typed, vec!["unknown", "nobody", "nobody"]].concat();
        let whole = with_calls(saved, &mut outcomes.into_iter());
        assert!(played(&whole).is_good());
    }
    world.done().await;
}
