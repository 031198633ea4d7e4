//! `VERIFICATION_POLICY`: an operator's file, from its faults to what a pupil is told.

use std::fs;

use serde_json::json;

use crate::running::{Control, KEY, Running, free_address, run, stderr, variables};

#[tokio::test]
async fn check_names_every_fault_of_the_rules_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("rules.yaml");
    fs::write(&file, "tries_per_call: 0\ndeadlin: 7d\ncalls_per_account: [3 in 1h, 5 in 1d]\n").unwrap();
    let (data, file) = (dir.path().display().to_string(), file.display().to_string());
    let keys = format!("1:{KEY}");
    let set = |file| {
        let policy = ("VERIFICATION_POLICY", file);
        [("FIELD_KEYS", keys.as_str()), ("INDEX_KEY", KEY), ("TELEGRAM_BOT_TOKEN", "1:a"), policy]
    };
    let checked = run(&["check", "--data", &data], &set(&file));
    let said = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(1));
    for fault in [
        "rules.yaml:1:17: error: `0` can't be used here (a number from 1 to 10)",
        "rules.yaml:2:1: error: there is no `deadlin` among the rules (did you mean `deadline`?)",
        "rules.yaml:3:20: error: a list of 3 belongs here",
    ] {
        assert!(said.contains(fault), "{fault}: {said}");
    }
    for command in [&["serve"][..], &["dev", "--port", "0"]] {
        let refused = run(&[command, &["--data", &data]].concat(), &set(&file));
        assert!(refused.status.code() == Some(1) && stderr(&refused).contains("`deadlin`"), "{}", stderr(&refused));
    }
    let missing = run(&["check", "--data", &data], &set("/nowhere/rules.yaml"));
    let said = String::from_utf8(missing.stdout).unwrap();
    assert!(missing.status.code() == Some(1) && said.contains("/nowhere/rules.yaml can't be read"), "{said}");
    fs::write(&file, "deadline: 3d\n").unwrap();
    assert!(run(&["check", "--data", &data], &set(&file)).status.success());
}

#[tokio::test]
async fn a_pupil_is_told_what_the_operators_file_says() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let dev = Running::dev(&data, &[]);
    dev.ready().await;
    let seed = Control::new(&format!("{}/sandbox", dev.base)).get("seed").await;
    let fresh = |person: &&serde_json::Value| person["role"] == "pupil" && person["account"].is_null();
    let code = seed.as_array().unwrap().iter().filter(fresh).find_map(|person| person["code"].as_str()).unwrap();
    dev.stop().await;

    let rules = dir.path().join("rules.yaml");
    fs::write(&rules, "deadline: 3d\n").unwrap();
    let (sandbox, address) = (Running::sandbox(&[]), free_address());
    let mut variables = variables(&sandbox.base, &address, false);
    variables.push(("VERIFICATION_POLICY", rules.display().to_string()));
    let data = data.display().to_string();
    let serve = Running::serve(&address, &variables, &["--data", &data]);
    serve.ready().await;
    let control = Control::new(&sandbox.base);
    let pupil = control.person("telegram", "Аня").await;
    control.does(pupil, "say", json!({"text": code})).await;
    control.hears(pupil, "Напиши номер мобильного").await;
    assert!(control.heard(pupil).await.iter().any(|text| text.contains("На это есть ещё 3 дня")));
    serve.stop().await;
}
