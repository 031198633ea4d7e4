//! `dev` puts changed content in use without a restart, and keeps the old when the new is faulty.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::running::{Control, PATIENCE, Running, run, stderr};

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What the page says of content that is not in use.
async fn shown_on_the_page(dev: &Running) -> Value {
    serde_json::from_str(&dev.get("/sandbox/api/content").await.unwrap().1).unwrap()
}

/// Before other flows are put in use: what the conversation of somebody who is asked for a code would do.
fn planned(content: &Path, data: &Path) {
    let data = data.display().to_string();
    let plan = |content: &Path| {
        let output = run(&["--data", &data, "--content", &content.display().to_string(), "flows", "plan"], &[]);
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output))
    };
    let (good, said) = plan(content);
    assert!(good && said.contains("1 conversations, 1 runs") && said.contains("nothing has changed"), "{said}");
    let next = tempfile::tempdir().unwrap();
    for part in ["flows", "locales"] {
        copy(&content.join(part), &next.path().join(part));
    }
    let flow = next.path().join("flows/sign_in.yaml");
    let old = fs::read_to_string(&flow).unwrap();
    fs::write(&flow, old.replace("expires: 7d", "expires: 9d")).unwrap();
    let (good, said) = plan(next.path());
    assert!(good && said.contains("goes on with the logic that it began with"), "{said}");
}

#[tokio::test]
async fn good_content_is_live_at_once_and_faulty_content_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["flows", "locales"] {
        copy(&root.join(part), &dir.path().join(part));
    }
    let content = dir.path().display().to_string();
    let dev = Running::dev(&dir.path().join("data"), &["--content", &content]);
    dev.ready().await;
    let control = Control::new(&format!("{}/sandbox", dev.base));
    let somebody = control.person("vk", "Некто").await;
    control.does(somebody, "start", json!({})).await;
    control.hears(somebody, "Пришли код с карточки").await;

    let texts: Vec<_> =
        fs::read_dir(dir.path().join("locales/ru")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let place = texts.iter().find(|path| fs::read_to_string(path).unwrap().contains("Пришли код с карточки")).unwrap();
    let old = fs::read_to_string(place).unwrap();
    fs::write(place, old.replace("Пришли код с карточки", "Давай сюда код с карточки")).unwrap();
    dev.says("content reloaded").await;
    control.does(somebody, "start", json!({})).await;
    control.hears(somebody, "Давай сюда код с карточки").await;

    planned(dir.path(), &dir.path().join("data"));

    fs::write(dir.path().join("flows/broken.yaml"), "flow: [").unwrap();
    dev.says("the old content stays").await;
    assert!(dev.said().contains("broken.yaml"), "{}", dev.said());
    let shown = shown_on_the_page(&dev).await;
    let (file, line, column) = (&shown[0]["file"], shown[0]["line"].as_u64(), shown[0]["column"].as_u64());
    assert!(*file == "flows/broken.yaml" && line.is_some() && column.is_some(), "{shown}");
    assert!(shown[0]["what"].as_str().unwrap().chars().any(|letter| ('а'..='я').contains(&letter)), "{shown}");
    control.does(somebody, "start", json!({})).await;
    control.hears(somebody, "Давай сюда код с карточки").await;

    let mut news = reqwest::get(format!("{}/sandbox/api/events", dev.base)).await.unwrap();
    fs::remove_file(dir.path().join("flows/broken.yaml")).unwrap();
    let mended = timeout(PATIENCE, async {
        while shown_on_the_page(&dev).await != json!([]) {
            news.chunk().await.unwrap();
        }
    });
    mended.await.expect("the page hears that all is well again");
    dev.stop().await;
}

#[test]
fn check_tells_people_and_tools_in_their_language_and_mends() {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["flows", "locales"] {
        copy(&root.join(part), &dir.path().join(part));
    }
    let content = dir.path().display().to_string();
    let check = |more: &[&str], lang: &str| {
        let done = run(&[&["flows", "check", "--content", &content], more].concat(), &[("LANG", lang)]);
        (done.status.success(), String::from_utf8(done.stdout).unwrap())
    };
    let (sound, said) = check(&[], "C");
    assert!(
        sound && said.contains(" 0 errors") || said.starts_with("0 errors") || said.contains("\n0 errors"),
        "{said}"
    );

    let track = dir.path().join("flows/track.yaml");
    let flow = fs::read_to_string(&track).unwrap();
    let broken = flow.replacen("say: show", "say: showing", 1).replacen("next: { ok: show", "next: { ok: shw", 1);
    assert_ne!(broken, flow);
    fs::write(&track, &broken).unwrap();
    let (sound, said) = check(&[], "ru_RU.UTF-8");
    assert!(!sound, "{said}");
    for wanted in ["ошибка[unknown-step]: нет шага `shw`", "flows/track.yaml:", "возможно, имелось в виду `show`"]
    {
        assert!(said.contains(wanted), "{wanted}\n{said}");
    }
    assert!(check(&["--lang", "en"], "ru_RU.UTF-8").1.contains("error[unknown-step]: there is no step `shw`"));
    let (_, told) = check(&["--format", "json"], "C");
    let told: Value = serde_json::from_str(&told).unwrap();
    assert!(told["faults"].as_array().unwrap().iter().any(|fault| fault["code"] == "missing-text"), "{told}");
    let (_, log) = check(&["--format", "sarif"], "C");
    let log: Value = serde_json::from_str(&log).unwrap();
    assert_eq!(log["version"], "2.1.0");

    let (sound, said) = check(&["--fix"], "C");
    assert!(sound && said.contains("mended: flows/track.yaml"), "{said}");
    assert!(said.contains("unfinished-text"), "{said}");
    assert!(fs::read_to_string(&track).unwrap().contains("ok: show"));
    assert!(fs::read_to_string(dir.path().join("locales/en/track.ftl")).unwrap().contains("track-showing = ✎"));
}
