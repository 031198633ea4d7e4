//! Hundreds of conversations under way, in every state that a flow has, through three deploys: nobody is stuck.

mod content;
mod talker;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use provodnik::{
    app::{self, Plan},
    flow::Fate,
};

use crate::world::World;
use content::{MOVES, STAYS, Season, program};
use talker::{Act, Spot, Talker};

/// What the runs would do under what is in use.
async fn foreseen(world: &World, season: Season) -> Plan {
    let program = std::sync::Arc::unwrap_or_clone(program(season));
    let mut db = world.database.pool.acquire().await.unwrap();
    app::foresee(&mut db, &world.parts.vault, program).await.unwrap()
}

async fn deploy(world: &World, season: Season) {
    app::content::put_in_use(program(season), &world.parts.program, &world.database.pool, &world.clock).await.unwrap();
}

async fn day(world: &World) {
    world.advance(TimeDelta::days(1)).await;
}

/// Everybody's next act, all at once; whoever has come where they wanted waits.
async fn approach(world: &World, talkers: &[Talker<'_>]) {
    for _ in 0..20 {
        world.settle().await;
        world.watch.advance(std::time::Duration::from_secs(2));
        let mut moved = false;
        for talker in talkers {
            moved |= talker.approaches().await;
        }
        if !moved {
            return;
        }
    }
    panic!("somebody does not come where they should");
}

/// As many newcomers at every spot as this, in both messengers, in both flows.
async fn newcomers<'w>(world: &'w World, season: Season, copies: usize) -> Vec<Talker<'w>> {
    let begin = async |spots: &[Spot]| {
        let mut talkers = Vec::new();
        for spot in spots.iter().copied().filter(|spot| spot.exists(season)) {
            for (flow, channel) in [(MOVES, "telegram"), (MOVES, "vk"), (STAYS, "telegram"), (STAYS, "vk")] {
                for _ in 0..copies {
                    let phone = world.person(channel, "Аня").await;
                    talkers.push(Talker::new(phone, flow, spot, season).await);
                }
            }
        }
        approach(world, &talkers).await;
        talkers
    };
    let mut all = begin(&Spot::LATE).await;
    day(world).await;
    approach(world, &all).await;
    all.extend(begin(&Spot::EARLY).await);
    for talker in &all {
        assert!(talker.stands().await, "{:?}", talker.spot);
        talker.goes_further().await;
    }
    world.settle().await;
    // Last those whose call has no answer while the deploy goes on: nothing but the hooks moves from here.
    let mut pending = begin(&[Spot::Pending]).await;
    for talker in &pending {
        talker.goes_further().await;
    }
    world.sandbox.delivered().await;
    assert_eq!(world.count("select count(*) from outside_call").await, i64::try_from(pending.len()).unwrap());
    all.append(&mut pending);
    all
}

/// Everybody, until nothing is under way.
async fn to_the_end(world: &World, talkers: &[Talker<'_>]) {
    for _ in 0..60 {
        world.settle().await;
        world.watch.advance(std::time::Duration::from_secs(2));
        let mut moved = false;
        for talker in talkers {
            moved |= talker.answers().await;
        }
        if !moved {
            let plan = foreseen(world, Season::More).await;
            if plan.runs.is_empty() {
                return;
            }
            day(world).await;
        }
    }
    panic!("still under way: {:?}", foreseen(world, Season::More).await.runs);
}

fn fates(plan: &Plan, flow: &str) -> BTreeMap<Fate, u64> {
    let mut fates = BTreeMap::new();
    for (run, count) in plan.runs.iter().filter(|(run, _)| run.flow == flow) {
        *fates.entry(run.fate).or_default() += count;
    }
    fates
}

/// What a deploy makes of those who are under way is foreseen, and nobody is begun afresh.
fn judge(plan: &Plan, season: Season) {
    assert_eq!((plan.unreadable, plan.missing.len()), (0, 0), "{:?}", plan.missing);
    assert!(!plan.runs.keys().any(|run| run.fate == Fate::Restarts), "{:?}", plan.runs);
    let (moves, stays) = (fates(plan, MOVES), fates(plan, STAYS));
    assert!(moves.contains_key(&Fate::Moves) && !stays.contains_key(&Fate::Moves), "{moves:?} {stays:?}");
    assert!(stays.contains_key(&Fate::Pinned), "{stays:?}");
    // Whoever is asked what is asked no more ends as they began.
    assert_eq!(moves.contains_key(&Fate::Pinned), season >= Season::Fewer, "{moves:?}");
}

/// Three deploys over a world; gives how many conversations there were.
async fn three_deploys(copies: usize) -> usize {
    let world = World::new().await;
    deploy(&world, Season::First).await;
    let (mut talkers, mut before) = (Vec::new(), Season::First);
    for (round, season) in [Season::Renamed, Season::Fewer, Season::More].into_iter().enumerate() {
        talkers.extend(newcomers(&world, before, copies).await);
        let plan = foreseen(&world, season).await;
        judge(&plan, season);
        deploy(&world, season).await;
        for (place, talker) in talkers.iter_mut().enumerate() {
            // Another act for another copy, another channel, another deploy.
            talker.speaks(Act::ALL[(place + place / Act::ALL.len() + round) % Act::ALL.len()]).await;
        }
        world.settle().await;
        for talker in &talkers {
            talker.was_heard().await;
        }
        before = season;
    }
    to_the_end(&world, &talkers).await;
    for talker in &talkers {
        ended_well(talker).await;
    }
    // The log of so many is not whole any more: only that nothing is left over.
    assert_eq!(world.count("select count(*) from delivery where state = 'queued'").await, 0, "unsent");
    assert_eq!(world.count("select count(*) from outside_call").await, 0, "calls outside");
    assert_eq!(world.count("select count(*) from timer").await, 0, "timers");
    talkers.len()
}

/// It came to its end, by the logic that it should.
async fn ended_well(talker: &Talker<'_>) {
    let heard = talker.heard().await;
    let count = |words: &str| heard.iter().filter(|said| said.contains(words)).count();
    let (spot, began) = (talker.spot, talker.began);
    let runs = if spot == Spot::Stacked { 2 } else { 1 };
    assert_eq!(count("Спасибо за разговор"), runs, "{} {spot:?} {began:?}: {heard:#?}", talker.flow);
    if talker.flow == STAYS && spot != Spot::Stacked {
        assert_eq!(count("кружок?") > 0, began < Season::Fewer, "{spot:?} {began:?}: {heard:#?}");
        assert_eq!(count("прозвище") > 0, began >= Season::Renamed, "{spot:?} {began:?}: {heard:#?}");
        assert_eq!(count("Какой город"), 0, "{spot:?} {began:?}: {heard:#?}");
    }
    let before_the_city = [Spot::Name, Spot::Grade, Spot::Wish, Spot::Review, Spot::Interrupted].contains(&spot);
    if talker.flow == MOVES && began == Season::Fewer && before_the_city {
        assert!(count("Какой город") > 0, "{spot:?} {began:?}: {heard:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_under_way_comes_through_three_deploys() {
    assert!(three_deploys(1).await > 140);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "some minutes"]
async fn a_thousand_under_way_come_through_three_deploys() {
    assert!(three_deploys(7).await > 1000);
}
