//! The crash campaign: three replicas, 400 people, 20,000 updates, each brought one to three times and shuffled, while
//! processes are killed, Postgres is cut off and Redis is emptied.
//!
//! `cargo test --test it campaign -- --ignored --nocapture`

use std::{path::Path, time::Duration};

use provodnik::{clock::tick, embedded, ids::Dice};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use sqlx::{ConnectOptions, PgPool, postgres::PgPoolOptions};

use crate::{
    cache::Redis,
    fleet::{ACTS, Fleet, account, taken_and_sent, timed},
    running::{Control, until},
};

const PEOPLE: usize = 400;
/// Within what one account may do at once.
const ACTS_EACH: usize = 50;
/// Twenty kills, three power cuts, three emptyings: by turns, evenly over the updates.
const DISASTERS: usize = 26;
/// How long a twenty-sixth of the updates may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What strikes.
enum Disaster {
    Kill,
    PowerCut,
    Flush,
}

fn disaster(number: usize) -> Disaster {
    match number % 8 {
        3 => Disaster::PowerCut,
        7 => Disaster::Flush,
        _ => Disaster::Kill,
    }
}

/// Everybody says all that they have to say, in an order that chance makes.
async fn talk(control: Control, people: Vec<i64>) {
    let dice = Dice::loaded(13);
    let mut left: Vec<(i64, usize)> = people.into_iter().map(|person| (person, 0)).collect();
    while !left.is_empty() {
        let at = usize::try_from(dice.below(left.len() as u64)).unwrap();
        let (person, act) = left[at];
        control.does(person, "say", json!({"text": ACTS[act % ACTS.len()]})).await;
        left[at].1 += 1;
        if left[at].1 == ACTS_EACH {
            left.swap_remove(at);
        }
    }
}

/// Postgres is gone at once, as after a power cut, and comes again.
async fn power_cut(dir: &Path, cluster: embedded::Cluster) -> embedded::Cluster {
    let homes = std::fs::read_dir(dir.join("postgres")).unwrap().map(|entry| entry.unwrap().path());
    let pid = homes.filter_map(|home| std::fs::read_to_string(home.join("postmaster.pid")).ok()).next().unwrap();
    let pid = Pid::from_raw(pid.lines().next().unwrap().trim().parse().unwrap()).unwrap();
    kill_process(pid, Signal::QUIT).unwrap();
    cluster.stop().await;
    embedded::start(dir, true).await.unwrap()
}

/// How many of these updates the inbox does not know.
async fn forgotten_of(pool: &PgPool, ids: &[String]) -> usize {
    until("the database answers", async || {
        let unknown = "select count(*) from unnest($1::text[]) as promised (id)
                       where not exists (select from inbox where inbox.id = promised.id)";
        let unknown = sqlx::query_scalar::<_, i64>(unknown).bind(ids).fetch_one(pool).await.ok()?;
        usize::try_from(unknown).ok()
    })
    .await
}

/// A directory that Postgres's own user may enter: then the cluster lies in it.
fn open_directory() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    dir
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: cargo test --test it campaign -- --ignored --nocapture"]
#[expect(clippy::print_stdout, reason = "whoever runs it wants its figures")]
async fn twenty_thousand_updates_survive_everything() {
    let (dir, redis_dir) = (open_directory(), tempfile::tempdir().unwrap());
    let redis = Redis::start(redis_dir.path()).expect("the campaign needs redis-server");
    let mut admin = redis::Client::open(redis.url.clone()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let mut cluster = embedded::start(dir.path(), true).await.unwrap();
    let url = cluster.options.to_url_lossy().to_string();
    let mut fleet = Fleet::start(3, &url, &redis.url).await;
    let pool = PgPoolOptions::new().max_connections(2).connect_with(cluster.options.clone()).await.unwrap();
    let calm = fleet.calm(&pool, ACTS_EACH).await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(fleet.control.person(["telegram", "vk"][number % 2], "Некто").await);
    }
    let (before, updates) = (2 * ACTS_EACH, PEOPLE * ACTS_EACH);
    let (mut acknowledged, dice, since) = (fleet.balancer.acknowledged(), Dice::loaded(7), tick());
    let said = tokio::spawn(talk(fleet.control.clone(), people.clone()));
    let (mut struck, mut forgotten) = ([0; 3], 0);
    for number in 0..DISASTERS {
        let due = before + updates * (number + 1) / (DISASTERS + 1);
        let come = tokio::time::timeout(PATIENCE, acknowledged.wait_for(|count| *count >= due)).await;
        come.expect("updates are acknowledged").unwrap();
        let promised = fleet.balancer.acknowledged_ids();
        match disaster(number) {
            Disaster::Kill => {
                let victim = usize::try_from(dice.below(3)).unwrap();
                fleet.kill_9(victim);
                fleet.begin(victim).await;
                struck[0] += 1;
            }
            Disaster::PowerCut => {
                cluster = power_cut(dir.path(), cluster).await;
                struck[1] += 1;
            }
            Disaster::Flush => {
                redis::cmd("FLUSHALL").exec_async(&mut admin).await.unwrap();
                struck[2] += 1;
            }
        }
        forgotten += forgotten_of(&pool, &promised).await;
    }
    said.await.unwrap();
    let all = tokio::time::timeout(PATIENCE, acknowledged.wait_for(|count| *count >= before + updates)).await;
    all.expect("every update is acknowledged").unwrap();
    let took = since.elapsed();
    let rest = timed(taken_and_sent(&pool, before + updates)).await;
    fleet.balancer.repeat_the_rest().await;
    taken_and_sent(&pool, before + updates).await;
    let result = account(&fleet.control, &pool, &people, &calm).await;
    println!(
        "{updates} updates, brought {} times, all acknowledged within {took:.0?} ({:.0} a second), all said {rest:.0?} later\n\
         killed {} times, Postgres cut off {} times, Redis emptied {} times\n\
         acknowledged before one of these and unknown after it {forgotten}\n\
         lost {}, doubled in VK {}, shown again in Telegram {}, people out of order {}, miscounted {}; last message right for {} of {PEOPLE}",
        fleet.balancer.brought() - before,
        updates as f64 / took.as_secs_f64(),
        struck[0],
        struck[1],
        struck[2],
        result.lost,
        result.doubled,
        result.shown_again,
        result.disordered,
        result.miscounted,
        result.last_right,
    );
    assert_eq!((struck, forgotten), ([20, 3, 3], 0));
    assert_eq!((result.lost, result.doubled, result.disordered, result.miscounted), (0, 0, 0, 0), "{result:?}");
    assert_eq!(result.last_right, PEOPLE);
    fleet.stop();
    pool.close().await;
    cluster.stop().await;
}
