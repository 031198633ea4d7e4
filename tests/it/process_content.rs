//! `dev` puts changed content in use without a restart, and keeps the old when the new is faulty.

use std::{fs, path::Path, time::Duration};

use provodnik::clock::tick;
use serde_json::json;

use crate::running::{Control, Running};

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
    let since = tick();
    dev.says("content reloaded").await;
    assert!(since.elapsed() < Duration::from_millis(1500), "{:?}", since.elapsed());
    control.does(somebody, "start", json!({})).await;
    control.hears(somebody, "Давай сюда код с карточки").await;

    fs::write(dir.path().join("flows/broken.yaml"), "flow: [").unwrap();
    dev.says("the old content stays").await;
    assert!(dev.said().contains("broken.yaml"), "{}", dev.said());
    control.does(somebody, "start", json!({})).await;
    control.hears(somebody, "Давай сюда код с карточки").await;
    dev.stop();
}
