//! The crash campaign: three replicas, 400 people, 20,000 updates, each brought one to three times and shuffled, while
//! processes are killed, Postgres is stopped at once and Redis is emptied. Beside them pupils sign in, compete for seats, say
//! how it was and are written to ([`story`]).
//!
//! `cargo test --test it campaign -- --ignored --nocapture`

mod story;

use std::{path::Path, time::Duration};

use provodnik::{clock::tick, embedded, ids::Dice};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{ConnectOptions, PgPool, postgres::PgPoolOptions};

use crate::{
    account::{account, keep_journal, may_repeat},
    cache::Redis,
    fleet::{self, Fleet, says, taken_and_sent, talk_patiently, timed},
    region,
    running::Control,
};
use story::{Story, scenes};

/// How long the updates between two disasters may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What strikes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Disaster {
    /// `kill -9` of a replica.
    Kill,
    /// Postgres stops at once, without writing down what it holds in memory.
    Stop,
    /// Redis is emptied.
    Flush,
}
use Disaster::{Flush, Kill, Stop};

/// How large a campaign is.
struct Scale {
    people: usize,
    /// Within what one account may do at once.
    acts_each: usize,
    /// One after the other, evenly over the updates.
    disasters: Vec<Disaster>,
    /// Whether everybody waits for each answer; who does not may have messages that give way to the same words said again …
    patient: bool,
    /// … but no more than so many of a hundred.
    superseded: usize,
}

/// Everybody says all that there is to say, in an order that chance makes.
async fn talk_hastily(control: Control, people: Vec<i64>, acts_each: usize) {
    let dice = Dice::loaded(13);
    let mut left: Vec<(i64, usize)> = people.into_iter().map(|person| (person, 0)).collect();
    while !left.is_empty() {
        let at = usize::try_from(dice.below(left.len() as u64)).unwrap();
        let (person, act) = left[at];
        says(&control, person, act).await;
        left[at].1 += 1;
        if left[at].1 == acts_each {
            left.swap_remove(at);
        }
    }
}

/// An immediate stop of Postgres: every connection breaks in the middle, and the next start reads the log again.
async fn immediate_stop(dir: &Path, cluster: &mut Option<embedded::Cluster>) {
    let home = dir.join("postgres");
    let data = std::fs::read_dir(&home).unwrap().map(|entry| entry.unwrap().path());
    let pid = data.filter_map(|data| std::fs::read_to_string(data.join("postmaster.pid")).ok()).next().unwrap();
    let pid = Pid::from_raw(pid.lines().next().unwrap().trim().parse().unwrap()).unwrap();
    kill_process(pid, Signal::QUIT).unwrap();
    cluster.take().unwrap().stop().await;
    *cluster = Some(embedded::start(dir, true).await.unwrap());
    let log = std::fs::read_to_string(home.join("postgres.log")).unwrap();
    let last = log.rsplit("starting PostgreSQL").next().unwrap();
    assert!(last.contains("was not properly shut down"), "it had time for an orderly end: {last}");
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
    let Scale { people: count, acts_each, disasters, patient, superseded } = scale;
    let dir = open_directory();
    let mut admin = redis::Client::open(redis.url.clone()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let cluster = embedded::start(dir.path(), true).await.unwrap();
    let url = cluster.options.to_url_lossy().to_string();
    let pool = PgPoolOptions::new().max_connections(4).connect_with(cluster.options.clone()).await.unwrap();
    let mut cluster = Some(cluster);
    fleet::migrate(&url);
    let clock = region::some_day(&pool).await;
    keep_journal(&pool).await;
    let mut fleet = Fleet::start(3, &url, &redis.url).await;
    let mut story = Story::new(fleet.control.clone(), pool.clone(), clock).await;
    let calm = fleet.calm(&pool, acts_each).await;
    let mut people = Vec::new();
    for number in 0..count {
        people.push(fleet.control.person(["telegram", "vk"][number % 2], "Некто").await);
    }
    let (before, updates) = (2 * acts_each, count * acts_each);
    let (mut acknowledged, dice, since) = (fleet.balancer.acknowledged(), Dice::loaded(7), tick());
    let (control, mut forgotten) = (fleet.control.clone(), 0);
    let talk = async {
        match patient {
            true => talk_patiently(control, people.clone(), calm.clone()).await,
            false => talk_hastily(control, people.clone(), acts_each).await,
        }
    };
    let strikes = async {
        for (number, (disaster, scene)) in disasters.iter().zip(scenes(disasters.len())).enumerate() {
            let due = before + updates * (number + 1) / (disasters.len() + 1);
            let come = tokio::time::timeout(PATIENCE, acknowledged.wait_for(|count| *count >= due)).await;
            come.expect("updates are acknowledged").unwrap();
            story.prepare(scene).await;
            let strike = async {
                // Somewhere among what is just being said and sent.
                fleet.control.passes(fleet.control.passed().await + dice.below(30)).await;
                let promised = fleet.balancer.acknowledged_ids();
                match disaster {
                    Kill => {
                        let victim = usize::try_from(dice.below(3)).unwrap();
                        fleet.kill_9(victim).await;
                        fleet.begin(victim).await;
                    }
                    Stop => immediate_stop(dir.path(), &mut cluster).await,
                    Flush => redis::cmd("FLUSHALL").exec_async(&mut admin).await.unwrap(),
                }
                forgotten += forgotten_of(&pool, &promised).await;
            };
            tokio::join!(story.play(scene), strike);
        }
    };
    tokio::join!(talk, strikes);
    let everything = before + updates + story.acts();
    let all = tokio::time::timeout(PATIENCE, acknowledged.wait_for(|count| *count >= everything)).await;
    all.expect("every update is acknowledged").unwrap();
    let took = since.elapsed();
    let rest = timed(taken_and_sent(&pool, everything)).await;
    fleet.balancer.repeat_the_rest().await;
    taken_and_sent(&pool, everything).await;
    assert_eq!(*acknowledged.borrow(), everything, "no update that nobody made");
    let result = account(&fleet.control, &pool, &people, &calm).await;
    let effects = story.is_right().await;
    let (counted, journal) = (fleet.possible_repeats().await, may_repeat(&pool).await);
    let brought = fleet.balancer.brought() - before;
    let struck = [Kill, Stop, Flush].map(|kind| disasters.iter().filter(|one| **one == kind).count());
    fleet.stop().await;
    drop(story);
    pool.close().await;
    cluster.unwrap().stop().await;
    assert_eq!(forgotten, 0);
    result.is_right(count, &calm, superseded);
    // What a process counts it has read in the journal's own row; what it read last it may have died before it counted.
    assert!(counted <= u64::try_from(journal).unwrap(), "{counted} of {journal}");
    format!(
        "{} updates, brought {brought} times, all acknowledged within {took:.0?} ({:.0} a second), all said {rest:.0?} later\n\
         killed {} times, Postgres stopped at once {} times, Redis emptied {} times\n\
         acknowledged before one of these and unknown after it {forgotten}\n\
         {} messages compared, {} others gave way to their repetition; lost {}, doubled in VK {}, shown again in Telegram {} of \
         {journal} that may be ({counted} by the replicas' counters), people out of order {}, miscounted {}; last message right \
         for {} of {count}\n{effects}",
        everything - before,
        (everything - before) as f64 / took.as_secs_f64(),
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
#[expect(clippy::print_stdout, reason = "whoever runs it with --nocapture wants its figures")]
async fn some_hundred_updates_survive_a_kill_an_immediate_stop_and_an_emptied_redis() {
    let dir = tempfile::tempdir().unwrap();
    let Some(redis) = Redis::start(dir.path()) else { return };
    let disasters = vec![Kill, Stop, Flush, Kill];
    println!("{}", play(Scale { people: 40, acts_each: 8, disasters, patient: true, superseded: 0 }, redis).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: cargo test --test it campaign -- --ignored --nocapture"]
#[expect(clippy::print_stdout, reason = "whoever runs it wants its figures")]
async fn twenty_thousand_updates_survive_everything() {
    let dir = tempfile::tempdir().unwrap();
    let redis = Redis::start(dir.path()).expect("the campaign needs redis-server");
    // Twenty kills, three immediate stops, three emptyings.
    let round = [Kill, Kill, Kill, Stop, Kill, Kill, Kill, Flush];
    let disasters = round.into_iter().cycle().take(24).chain([Kill, Kill]).collect();
    println!("{}", play(Scale { people: 400, acts_each: 50, disasters, patient: false, superseded: 10 }, redis).await);
}
