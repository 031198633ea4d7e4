//! «Save this conversation»: the file is a transcript that the flows' own tools read.

use std::path::Path;

use chrono::TimeDelta;
use provodnik::{content, flow::chat};
use serde_json::json;

use crate::world::{World, card};

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

fn beside_the_flows(transcript: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for part in ["flows", "locales"] {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(part), &dir.path().join(part));
    }
    std::fs::write(dir.path().join("flows/saved.chat"), transcript).unwrap();
    dir
}

/// Plays a transcript against the programme's flows.
fn played(transcript: &str) -> chat::Report {
    content::test(beside_the_flows(transcript).path(), false)
}

/// Blesses a transcript among the programme's flows: what it reads then.
fn blessed(transcript: &str) -> String {
    let dir = beside_the_flows(transcript);
    let report = content::test(dir.path(), true);
    assert!(report.is_good(), "{report}\n{transcript}");
    std::fs::read_to_string(dir.path().join("flows/saved.chat")).unwrap()
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
        world.advance(TimeDelta::minutes(2)).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_day_is_whole_after_one_blessing() {
    let world = World::new().await;
    let school = world.school().await;
    let people =
        [("Ёлкина Анна", "Ёлкина Алия", "+79161234567"), ("Лебедева Анна", "Лебедева Полина П", "+79261234568")];
    for (phone, (one, two, number)) in world.both().await.iter().zip(people) {
        phone.starts().await;
        phone.says("AAAA-AAAA").await;
        phone.says(&card(&school, one)).await;
        phone.says("не скажу").await;
        phone.says("84951234567").await;
        phone.says(number).await;
        world.fault(json!({"channel": "autodial", "kind": "no_ring", "count": 1})).await;
        phone.presses("Мамы").await;
        phone.presses("Да, не против").await;
        world.advance(TimeDelta::seconds(90)).await;
        phone.presses("Не звонит").await;
        phone.presses("Позвонить ещё раз").await;
        let digits = world.rang(number).await.unwrap();
        phone.says("ой").await;
        phone.says(if digits == "1111" { "2222" } else { "1111" }).await;
        phone.says(&digits).await;
        phone.says("помощь").await;
        phone.presses("Другой мессенджер").await;
        phone.says("отмена").await;
        phone.says(&card(&school, two)).await;
        phone.presses("Позже").await;
        phone.presses("Кто сейчас?").await;
        phone.presses("Анна").await;
        phone.says("AAAA-AAAB").await;
        phone.says("AAAA-AAAC").await;
        phone.says("AAAA-AAAD").await;
        phone.says("AAAA-AAAE").await;
        phone.says("AAAA-AAAF").await;
        assert!(phone.last().await.contains("[Кто сейчас?]"));

        let saved = world.text(&format!("people/{}/chat.chat", phone.id)).await;
        assert!(!saved.lines().any(|line| line.starts_with('!')) && !played(&saved).is_good());
        let whole = blessed(&saved);
        assert!(played(&whole).is_good(), "{whole}");
        for call in [
            "people.redeem(code=AAAA-AAAA) -> unknown",
            "-> ok {first: true, name: \"Анна\", pupil: true, verified: false}",
            "-> landline",
            "-> ok {attempt: \"attempt\", failed_calls: 1, left: 1, phone: \"+7 9",
            "-> wrong {left: 2}",
            "-> ok {phone: \"+7 9",
            "territory.contacts() -> none",
            "people.link_code() -> ok {code: \"",
            "people.switch(profile=p1) -> ok {name: \"Анна\"}",
            "-> limited {until: \"2026-10-01T",
        ] {
            assert!(whole.lines().any(|line| line.starts_with("! ") && line.contains(call)), "{call}\n{whole}");
        }
    }
    world.done().await;
}
