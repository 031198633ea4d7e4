//! The private Postgres: started, shared, killed, started again.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use provodnik::embedded;
use sqlx::{ConnectOptions, Connection, PgConnection};

async fn count(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select count(*) from kept").fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn data_outlives_the_server_and_a_second_start_shares_it() {
    let dir = tempfile::tempdir().unwrap();
    let first = embedded::start(dir.path(), true).await.unwrap();
    let second = embedded::start(dir.path(), true).await.unwrap();
    assert!(first.is_ours() && !second.is_ours());
    let mut connection = second.options.connect().await.unwrap();
    sqlx::query("create table kept as select 1 as one").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    first.stop().await;
    assert!(second.options.connect().await.is_err(), "the server ends with its owner");

    let again = embedded::start(dir.path(), true).await.unwrap();
    assert_eq!(count(&mut again.options.connect().await.unwrap()).await, 1);
    again.stop().await;
}

#[tokio::test]
async fn starts_at_once_make_one_server() {
    let dir = tempfile::tempdir().unwrap();
    let starts = (0..4).map(|_| embedded::start(dir.path(), false));
    let clusters = futures_util::future::join_all(starts).await;
    let clusters: Vec<_> = clusters.into_iter().map(Result::unwrap).collect();
    assert_eq!(clusters.iter().filter(|cluster| cluster.is_ours()).count(), 1);
}

#[tokio::test]
async fn a_pid_file_that_names_a_stranger_is_no_obstacle() {
    let dir = tempfile::tempdir().unwrap();
    let cluster = embedded::start(dir.path(), false).await.unwrap();
    let data: String = {
        let mut connection = cluster.options.connect().await.unwrap();
        sqlx::query_scalar("select current_setting('data_directory')").fetch_one(&mut connection).await.unwrap()
    };
    let pid_file = Path::new(&data).join("postmaster.pid");
    let left_behind = std::fs::read_to_string(&pid_file).unwrap();
    cluster.stop().await;
    let (_, rest) = left_behind.split_once('\n').unwrap();
    std::fs::write(&pid_file, format!("{}\n{rest}", std::os::unix::process::parent_id())).unwrap();
    embedded::start(dir.path(), false).await.unwrap().stop().await;
}

/// Runs this very test binary as the app that owns the server.
fn app(dir: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["embedded::the_app_that_gets_killed", "--exact", "--ignored", "--nocapture"]);
    child.env("KILLED_APP_DIR", dir).stdout(Stdio::piped()).spawn().unwrap()
}

#[tokio::test]
#[ignore = "is the child of the next test"]
#[expect(clippy::print_stdout, reason = "the parent counts these lines")]
async fn the_app_that_gets_killed() {
    let dir = std::env::var("KILLED_APP_DIR").unwrap();
    let cluster = embedded::start(Path::new(&dir), true).await.unwrap();
    let mut connection = cluster.options.connect().await.unwrap();
    sqlx::query("create table if not exists kept(one int)").execute(&mut connection).await.unwrap();
    loop {
        sqlx::query("insert into kept values (1)").execute(&mut connection).await.unwrap();
        println!("acknowledged");
    }
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn what_was_acknowledged_outlives_kill_9_of_the_app() {
    let dir = tempfile::tempdir().unwrap();
    for round in 1..=2_i64 {
        let mut app = app(dir.path());
        let lines = BufReader::new(app.stdout.take().unwrap()).lines().map_while(Result::ok);
        let acknowledged = lines.filter(|line| line == "acknowledged").take(20).count();
        app.kill().unwrap();
        app.wait().unwrap();
        let cluster = embedded::start(dir.path(), true).await.unwrap();
        assert!(cluster.is_ours(), "the killed app's server is gone");
        let kept = count(&mut cluster.options.connect().await.unwrap()).await;
        assert!(acknowledged == 20 && kept >= 20 * round);
        cluster.stop().await;
    }
}

/// As root Postgres runs as another user, who may be barred from where we keep things.
#[tokio::test]
async fn a_barred_directory_has_its_cluster_elsewhere() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let cluster = embedded::start(dir.path(), false).await.unwrap();
    let mut connection = cluster.options.connect().await.unwrap();
    let data: String =
        sqlx::query_scalar("select current_setting('data_directory')").fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    cluster.stop().await;
    if !rustix::process::geteuid().is_root() {
        assert!(data.starts_with(dir.path().to_str().unwrap()));
        return;
    }
    assert!(data.starts_with("/var/lib/provodnik/"), "{data}");
    let again = embedded::start(dir.path(), false).await.unwrap();
    assert!(again.is_ours());
    again.stop().await;
    std::fs::remove_dir_all(Path::new(&data).parent().unwrap()).unwrap();
}
