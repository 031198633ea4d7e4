//! `provodnik sandbox` alone and `serve` pointed at it by its variables: the whole main job, however updates come in.

use std::path::Path;

use serde_json::{Value, json};

use crate::{
    region::TODAY,
    running::{Control, Running, Variables, free_address, variables},
    specs::check_log,
};

/// A data directory that `dev` has filled, with its pupils' codes: (name, code).
async fn demo(data: &Path) -> Vec<(String, String)> {
    // Whatever the machine's clock says: in the night nobody is called.
    let dev = Running::dev(data, &["--at", TODAY]);
    dev.ready().await;
    let seed = Control::new(&format!("{}/sandbox", dev.base)).get("seed").await;
    let pupils = seed.as_array().unwrap().iter().filter(|person| person["role"] == "pupil");
    let pupils = pupils.filter(|person| person["account"].is_null() && person["code"].is_string());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let pupils = pupils.map(|person| (text(&person["name"]), text(&person["code"]))).collect();
    dev.stop().await;
    pupils
}

struct Engine<'e> {
    address: String,
    variables: Variables,
    data: &'e Path,
    /// What those said that were killed.
    said: String,
}

impl Engine<'_> {
    fn start(&self) -> Running {
        let data = self.data.display().to_string();
        Running::serve(&self.address, &self.variables, &["--data", &data])
    }
}

/// From a code on a card to a verified phone, with a `kill -9` while the robot rings and has not said so yet.
async fn main_job(
    control: &Control,
    engine: &mut Engine<'_>,
    mut serve: Running,
    channel: &str,
    phone: &str,
    code: &str,
) -> Running {
    let pupil = control.person(channel, "Канарейкина").await;
    control.does(pupil, "start", json!({})).await;
    control.hears(pupil, "Пришли код с карточки").await;
    control.does(pupil, "say", json!({"text": code})).await;
    control.hears(pupil, "Напиши номер мобильного").await;
    control.does(pupil, "say", json!({"text": phone})).await;
    control.hears(pupil, "Чей это телефон").await;
    // The provider keeps its answer to itself, so that the end always comes after the ring: before it the ring would be lost,
    // which is by design, and not what is proved here.
    control.post("faults", json!({"channel": "autodial", "kind": "timeout", "count": 1})).await;
    control.does(pupil, "press", json!({"label": "Мой"})).await;
    let rang = control.until("a call", async || control.rang(phone).await.pop()).await;
    engine.said += &serve.kill_9().await;
    serve = engine.start();
    serve.ready().await;
    control.hears(pupil, "Пришли 4 последние цифры").await;
    control.does(pupil, "say", json!({"text": rang})).await;
    control.hears(pupil, "телефон подтверждён").await;
    assert_eq!(control.rang(phone).await.len(), 1, "the phone rings once, killed or not");
    serve
}

/// What must never be read in a log, whatever is logged.
fn nothing_of_people(said: &str, secrets: &[&str]) {
    for secret in secrets {
        let line = said.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

fn metrics_of_a_path(metrics: &str, channel: &str) {
    let value = |name: &str, label: &str| {
        let lines = metrics.lines().filter(|line| line.starts_with(name) && line.contains(label));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum::<f64>()
    };
    for (name, label) in [
        ("turns_total", "done"),
        ("turn_seconds_count", ""),
        ("lanes_owned", "telegram"),
        ("lanes_owned", "vk"),
        ("sends_total", channel),
        ("verification_events_total", ""),
        ("http_requests_total", ""),
    ] {
        assert!(value(name, label) >= 1.0, "{name} {label}:\n{metrics}");
    }
    assert!(metrics.contains("outbox_depth"), "{metrics}");
}

async fn the_main_job(brought: bool) {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let pupils = demo(&data).await;
    let sandbox = Running::sandbox(&[]);
    let (control, address) = (Control::new(&sandbox.base), free_address());
    let mut variables = variables(&sandbox.base, &address, brought);
    variables.push(("RUST_LOG", "debug".to_owned()));
    let mut engine = Engine { address, variables, data: &data, said: String::new() };
    let mut serve = engine.start();
    serve.ready().await;
    if brought {
        control.bring_vk(&serve.base).await;
    }
    assert_eq!(serve.get("/sandbox/").await.unwrap().0, 404, "serve has no sandbox");
    assert_eq!(serve.get("/sandbox/api/seed").await.unwrap().0, 404);
    serve = main_job(&control, &mut engine, serve, "telegram", "+79161110001", &pupils[0].1).await;
    serve = main_job(&control, &mut engine, serve, "vk", "+79161110002", &pupils[1].1).await;
    metrics_of_a_path(&serve.get("/metrics").await.unwrap().1, "vk");
    let said = engine.said + &serve.said();
    serve.stop().await;
    assert_eq!(check_log(&control.log().await), Vec::<String>::new());
    let first_names: Vec<&str> = pupils[..2].iter().map(|(name, _)| name.as_str()).collect();
    let mut secrets = vec!["Канарейкина", "9161110001", "9161110002", "7000000001:sandbox", "vk1.a.sandbox"];
    secrets.extend(pupils[..2].iter().flat_map(|(name, code)| [name.split(' ').next().unwrap(), code.as_str()]));
    secrets.extend(first_names);
    assert!(said.contains("DEBUG"), "the log is at its most talkative");
    nothing_of_people(&said, &secrets);
}

#[tokio::test]
async fn the_main_job_with_updates_brought() {
    the_main_job(true).await;
}

#[tokio::test]
async fn the_main_job_with_updates_asked_for() {
    the_main_job(false).await;
}
