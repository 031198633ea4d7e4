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
    running::Control,
};

/// How long the updates between two disasters may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What strikes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Disaster {
    Kill,
    PowerCut,
    Flush,
}
use Disaster::{Flush, Kill, PowerCut};

/// How large a campaign is.
struct Scale {
    people: usize,
    /// Within what one account may do at once.
    acts_each: usize,
    /// One after the other, evenly over the updates.
    disasters: Vec<Disaster>,
}

/// Everybody says all that they have to say, in an order that chance makes.
async fn talk(control: Control, people: Vec<i64>, acts_each: usize) {
    let dice = Dice::loaded(13);
    let mut left: Vec<(i64, usize)> = people.into_iter().map(|person| (person, 0)).collect();
    while !left.is_empty() {
        let at = usize::try_from(dice.below(left.len() as u64)).unwrap();
        let (person, act) = left[at];
        control.does(person, "say", json!({"text": ACTS[act % ACTS.len()]})).await;
        left[at].1 += 1;
        if left[at].1 == acts_each {
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
    let unknown = "select count(*) from unnest($1::text[]) as promised (id)
                   where not exists (select from inbox where inbox.id = promised.id)";
    usize::try_from(sqlx::query_scalar::<_, i64>(unknown).bind(ids).fetch_one(pool).await.unwrap()).unwrap()
}

/// A directory that Postgres's own user may enter: then the cluster lies in it.
fn open_directory() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    dir
}

/// Plays a campaign, and gives its figures.
async fn play(scale: Scale, redis: Redis) -> String {
    let Scale { people: count, acts_each, disasters } = scale;
    let dir = open_directory();
    let mut admin = redis::Client::open(redis.url.clone()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let mut cluster = embedded::start(dir.path(), true).await.unwrap();
    let url = cluster.options.to_url_lossy().to_string();
    let mut fleet = Fleet::start(3, &url, &redis.url).await;
    let pool = PgPoolOptions::new().max_connections(2).connect_with(cluster.options.clone()).await.unwrap();
    let calm = fleet.calm(&pool, acts_each).await;
    let mut people = Vec::new();
    for number in 0..count {
        people.push(fleet.control.person(["telegram", "vk"][number % 2], "Некто").await);
    }
    let (before, updates) = (2 * acts_each, count * acts_each);
    let (mut acknowledged, dice, since) = (fleet.balancer.acknowledged(), Dice::loaded(7), tick());
    let said = tokio::spawn(talk(fleet.control.clone(), people.clone(), acts_each));
    let mut forgotten = 0;
    for (number, disaster) in disasters.iter().enumerate() {
        let due = before + updates * (number + 1) / (disasters.len() + 1);
        let come = tokio::time::timeout(PATIENCE, acknowledged.wait_for(|count| *count >= due)).await;
        come.expect("updates are acknowledged").unwrap();
        // Somewhere among what is just being said and sent.
        fleet.control.passes(fleet.control.passed().await + dice.below(30)).await;
        let promised = fleet.balancer.acknowledged_ids();
        match disaster {
            Kill => {
                let victim = usize::try_from(dice.below(3)).unwrap();
                fleet.kill_9(victim).await;
                fleet.begin(victim).await;
            }
            PowerCut => cluster = power_cut(dir.path(), cluster).await,
            Flush => redis::cmd("FLUSHALL").exec_async(&mut admin).await.unwrap(),
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
    let brought = fleet.balancer.brought() - before;
    let struck = [Kill, PowerCut, Flush].map(|kind| disasters.iter().filter(|one| **one == kind).count());
    fleet.stop();
    pool.close().await;
    cluster.stop().await;
    assert_eq!(forgotten, 0);
    assert_eq!((result.lost, result.doubled, result.disordered, result.miscounted), (0, 0, 0, 0), "{result:?}");
    assert_eq!(result.last_right, count);
    format!(
        "{updates} updates, brought {brought} times, all acknowledged within {took:.0?} ({:.0} a second), all said {rest:.0?} later\n\
         killed {} times, Postgres cut off {} times, Redis emptied {} times\n\
         acknowledged before one of these and unknown after it {forgotten}\n\
         {} messages compared, {} others gave way to their repetition; lost {}, doubled in VK {}, shown again in Telegram {}, \
         people out of order {}, miscounted {}; last message right for {} of {count}",
        updates as f64 / took.as_secs_f64(),
        struck[0],
        struck[1],
        struck[2],
        result.compared,
        result.superseded,
        result.lost,
        result.doubled,
        result.shown_again,
        result.disordered,
        result.miscounted,
        result.last_right,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn some_hundred_updates_survive_a_kill_a_power_cut_and_an_emptied_redis() {
    let dir = tempfile::tempdir().unwrap();
    let Some(redis) = Redis::start(dir.path()) else { return };
    play(Scale { people: 40, acts_each: 8, disasters: vec![Kill, PowerCut, Flush, Kill] }, redis).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: cargo test --test it campaign -- --ignored --nocapture"]
#[expect(clippy::print_stdout, reason = "whoever runs it wants its figures")]
async fn twenty_thousand_updates_survive_everything() {
    let dir = tempfile::tempdir().unwrap();
    let redis = Redis::start(dir.path()).expect("the campaign needs redis-server");
    // Twenty kills, three power cuts, three emptyings.
    let round = [Kill, Kill, Kill, PowerCut, Kill, Kill, Kill, Flush];
    let disasters = round.into_iter().cycle().take(24).chain([Kill, Kill]).collect();
    println!("{}", play(Scale { people: 400, acts_each: 50, disasters }, redis).await);
}
