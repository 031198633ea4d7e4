//! The program as a process: started, found ready, told to stop, killed, started again.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{
    cluster,
    running::{GIVEN_UP, KEY, Running, run, stderr},
};

async fn seed(dev: &Running) -> Vec<Value> {
    reqwest::get(format!("{}/sandbox/api/seed", dev.base)).await.unwrap().json().await.unwrap()
}

/// What the clock on the page shows.
async fn shown(dev: &Running) -> String {
    let clock: Value = reqwest::get(format!("{}/sandbox/api/clock", dev.base)).await.unwrap().json().await.unwrap();
    clock["now"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn dev_survives_kill_9_and_begins_anew_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    let mut dev = Running::dev(&dir.path().join("data"), &[]);
    dev.ready().await;
    let people = seed(&dev).await;
    assert!(people.iter().any(|person| person["role"] == json!("pupil") && person["code"].is_string()), "{people:?}");
    let client = reqwest::Client::builder().build().unwrap();
    let person = json!({"name": "Аня", "channel": "telegram"});
    let made = client.post(format!("{}/sandbox/api/people", dev.base)).json(&person).send().await.unwrap();
    assert!(made.status().is_success());
    dev.child.kill().unwrap();
    dev.child.wait().unwrap();

    let again = Running::dev(&dir.path().join("data"), &[]);
    again.ready().await;
    assert_eq!(seed(&again).await, people, "the same keys, the same people");
    drop(again);
    let fresh = Running::dev(&dir.path().join("data"), &["--fresh", "--at", "2026-10-01T12:00:00+05:00"]);
    fresh.ready().await;
    assert_eq!(seed(&fresh).await.len(), people.len());
    let begun = shown(&fresh).await;
    assert!(begun.starts_with("2026-10-01T07:0"), "{begun}");
    drop(fresh);
    let later = Running::dev(&dir.path().join("data"), &["--at", "2027-10-01T12:00:00+05:00"]);
    later.ready().await;
    let goes_on = shown(&later).await;
    assert!(goes_on.starts_with("2026-10-01T07:"), "a region that exists keeps its time: {goes_on}");
}

#[tokio::test]
async fn sigterm_ends_dev_in_order() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let dev = Running::dev(&dir.path().join("data"), &[]);
    dev.ready().await;
    let said = dev.stop().await;
    // Nothing was in hand, so there was nothing to wait for: what it gives up it gives up after the time that it has.
    assert!(said.contains("stopping") && !said.contains(GIVEN_UP), "{said}");
    let log = std::fs::read_to_string(dir.path().join("data/postgres/postgres.log")).unwrap();
    assert!(log.trim_end().ends_with("database system is shut down"), "{log}");
}

#[tokio::test]
async fn dev_leaves_a_database_of_others_alone() {
    let database = cluster::empty_database().await;
    sqlx::query("create table theirs (one int)").execute(&database.pool).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().display().to_string();
    for more in [&[][..], &["--fresh"]] {
        let arguments = [&["dev", "--port", "0", "--data", &data], more].concat();
        let output = run(&arguments, &[("DATABASE_URL", &database.url)]);
        assert!(output.status.code() == Some(1) && stderr(&output).contains("neither empty"), "{}", stderr(&output));
        assert!(output.stdout.is_empty(), "no address of something that does not run");
    }
    sqlx::query("select from theirs").execute(&database.pool).await.unwrap();
}

#[tokio::test]
async fn serve_names_what_it_lacks() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().display().to_string();
    let output = run(&["serve", "--data", &data], &[("TELEGRAM_MODE", "pull"), ("VK_GROUP_ID", "1")]);
    assert_eq!(output.status.code(), Some(1));
    let faults = stderr(&output);
    for name in ["TELEGRAM_MODE", "VK_ACCESS_TOKEN", "FIELD_KEYS"] {
        assert!(faults.contains(name), "{faults}");
    }
    let bare = run(&["serve", "--data", &data], &[]);
    let faults = stderr(&bare);
    assert!(bare.status.code() == Some(1) && faults.contains("TELEGRAM_BOT_TOKEN") && faults.contains("FIELD_KEYS"));
    let wrong = run(&["serve", "--role", "everything"], &[]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[tokio::test]
async fn a_second_replica_without_redis_is_refused() {
    let database = cluster::database().await;
    let keys = format!("1:{KEY}");
    let variables = [
        ("DATABASE_URL", database.url.as_str()),
        ("LISTEN", "127.0.0.1:0"),
        ("TELEGRAM_BOT_TOKEN", "1:a"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:1"),
        ("FIELD_KEYS", &keys),
        ("INDEX_KEY", KEY),
    ];
    let mut place = database.pool.acquire().await.unwrap();
    assert!(provodnik::store::replicas::join(&mut place, true).await.unwrap());
    let output = run(&["serve"], &variables);
    assert!(output.status.code() == Some(1) && stderr(&output).contains("REDIS_URL"), "{}", stderr(&output));
}

#[tokio::test]
async fn a_second_dev_touches_nothing_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Running::dev(&dir.path().join("data"), &[]);
    dev.ready().await;
    let people = seed(&dev).await;
    let data = dir.path().join("data").display().to_string();
    for more in [&[][..], &["--fresh"]] {
        let arguments = [&["dev", "--port", "0", "--data", &data], more].concat();
        let second = run(&arguments, &[]);
        assert_eq!(second.status.code(), Some(1));
        assert!(second.stdout.is_empty() && stderr(&second).contains("stop it"), "{}", stderr(&second));
    }
    assert_eq!(seed(&dev).await, people);
    let import = run(&["import", "tests/data/import/schools.xlsx", "--yes", "--data", &data], &[]);
    assert!(import.status.success(), "an import works beside a running dev: {}", stderr(&import));
}

#[tokio::test]
async fn check_names_what_serve_would_refuse() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().display().to_string();
    let bare = run(&["check", "--data", &data], &[("VK_GROUP_ID", "1")]);
    let said = String::from_utf8(bare.stdout).unwrap();
    assert!(bare.status.code() == Some(1) && said.contains("FIELD_KEYS") && said.contains("VK_ACCESS_TOKEN"), "{said}");
    let keys = format!("1:{KEY}");
    let variables = [("FIELD_KEYS", keys.as_str()), ("INDEX_KEY", KEY), ("TELEGRAM_BOT_TOKEN", "1:a")];
    let whole = run(&["check", "--data", &data], &variables);
    assert!(whole.status.success(), "{}", String::from_utf8(whole.stdout).unwrap());
}

#[tokio::test]
async fn an_import_says_last_where_the_codes_are() {
    let (database, dir) = (cluster::database().await, tempfile::tempdir().unwrap());
    let (data, keys) = (dir.path().display().to_string(), format!("1:{KEY}"));
    let variables = [("DATABASE_URL", database.url.as_str()), ("FIELD_KEYS", keys.as_str()), ("INDEX_KEY", KEY)];
    let import = |file: &str| run(&["import", file, "--yes", "--data", &data], &variables);
    assert!(import("tests/data/import/schools.xlsx").status.success());
    let people = import("tests/data/import/import-clean.xlsx");
    let said = String::from_utf8(people.stdout).unwrap();
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("коды для входа: ") && said.lines().count() > 1, "{said}");
}

#[tokio::test]
async fn an_import_writes_nothing_without_a_yes() {
    let (database, dir) = (cluster::database().await, tempfile::tempdir().unwrap());
    let (data, keys) = (dir.path().display().to_string(), format!("1:{KEY}"));
    let variables = [("DATABASE_URL", database.url.as_str()), ("FIELD_KEYS", keys.as_str()), ("INDEX_KEY", KEY)];
    let import = |words: &[&str]| run(&[&["import", "--data", &data], words].concat(), &variables);
    let count = async |sql| sqlx::query_scalar::<_, i64>(sql).fetch_one(&database.pool).await.unwrap();
    let (people, schools) = ("tests/data/import/import-dirty.xlsx", "tests/data/import/schools.xlsx");
    assert_eq!(import(&[schools]).status.code(), Some(1), "nobody is there to say yes");
    assert_eq!(count("select count(*) from school").await, 0);
    assert!(import(&[schools, "--yes"]).status.success());
    for (words, code) in [(&[people][..], 1), (&[people, "--dry-run"], 0)] {
        let judged = import(words);
        assert_eq!(judged.status.code(), Some(code), "{words:?}: {}", stderr(&judged));
        assert!(String::from_utf8_lossy(&judged.stdout).lines().any(|line| line.starts_with("строка ")), "{words:?}");
        assert_eq!(count("select count(*) from person").await, 0, "{words:?}");
    }
}

/// A `dev` without its Postgres could only say so for ever.
#[tokio::test]
async fn dev_ends_when_its_postgres_has_ended() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let data = dir.path().join("data");
    let mut dev = Running::dev(&data, &[]);
    dev.ready().await;
    let files = std::fs::read_dir(data.join("postgres")).unwrap().map(|entry| entry.unwrap().path());
    let pid = files.filter_map(|file| std::fs::read_to_string(file.join("postmaster.pid")).ok()).next().unwrap();
    let pid = Pid::from_raw(pid.lines().next().unwrap().parse().unwrap()).unwrap();
    kill_process(pid, Signal::QUIT).unwrap();
    assert_eq!(dev.child.wait().unwrap().code(), Some(1));
    dev.says("postgres.log").await;
}
