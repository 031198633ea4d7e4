//! Reminds pupils of stages that close soon, in each zone at its own hour.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::{
    cache::Topic,
    calendar::Due,
    message::{Offer, Said, SaidButton, SaidKeyboard, Style, Value, Words},
    season,
    store::{
        begin,
        deliveries::Body,
        season::{Reminder, Run, not_run, remind, take_turn, zones},
    },
    turn::{Parts, zone},
};

/// Gives every rule its turn whose local hour has come: what was missed is caught up the same day until nine in the evening,
/// and left out later. Gives how many had their turn.
///
/// # Errors
/// When the database fails; then the rule at hand has not had its turn.
pub async fn fire_due(parts: &Parts) -> sqlx::Result<usize> {
    let now = parts.clock.now();
    let program = parts.program.current();
    if program.seasons().iter().next().is_none() {
        return Ok(0);
    }
    let mut db = parts.pool.acquire().await?;
    let mut names: BTreeMap<&str, (Tz, Vec<String>)> = BTreeMap::new();
    let home = zone(None);
    names.insert(home.name(), (home, vec![home.name().to_owned()]));
    for name in zones(&mut db).await? {
        let zone = zone(Some(&name));
        names.entry(zone.name()).or_insert_with(|| (zone, Vec::new())).1.push(name);
    }
    let due = program.seasons().due(names.values().map(|(zone, _)| *zone), now);
    if due.is_empty() {
        return Ok(0);
    }
    let runs: Vec<Run> = due.iter().map(run).collect();
    let mut left_out = Vec::new();
    let open = not_run(&mut db, &runs).await?;
    drop(db);
    for (due, run) in open.iter().filter_map(|&place| Some((due.get(place)?, runs.get(place)?))) {
        let mut tx = begin(&parts.pool).await?;
        if !take_turn(&mut tx, run, now).await? {
            continue;
        }
        match due.until {
            None => left_out.push(format!("{} {} {}", run.stage, run.rule, run.zone)),
            Some(_) => {
                let zones = names.get(run.zone.as_str()).map_or([].as_slice(), |(_, names)| names);
                let void_key = season::void_key(&run.season, &run.stage);
                let reminder = Reminder { run, zones, default_zone: home.name(), body: body(due), void_key: &void_key };
                let queued = remind(&mut tx, &reminder, now).await?;
                tracing::info!(stage = run.stage, rule = run.rule, zone = run.zone, queued, "pupils are reminded");
                metrics::counter!("reminders_total", "result" => "queued").increment(queued);
            }
        }
        tx.commit().await?;
    }
    if !left_out.is_empty() {
        // The first look of a new database finds all that was before it, so this is no alarm by itself.
        tracing::info!(rules = left_out.join(", "), "reminders came too late and are left out");
        metrics::counter!("reminders_total", "result" => "left_out").increment(left_out.len() as u64);
    }
    if !open.is_empty() {
        parts.nudge.nudge(Topic::Outbox);
    }
    Ok(open.len())
}

fn run(due: &Due<'_>) -> Run {
    Run {
        season: due.season.key.clone(),
        stage: due.stage.key.clone(),
        rule: due.rule.name(),
        zone: due.zone.name().to_owned(),
        due: due.at,
    }
}

fn body(due: &Due<'_>) -> Body {
    let (key, by) = (&due.stage.key, due.stage.by);
    // Counted when it goes out, for an outage may carry it over the night.
    let args = [("days".to_owned(), Value::DaysTo(by)), ("by".to_owned(), Value::Day(by))].into();
    let does = Offer::Begin { flow: due.stage.begin.clone(), with: None };
    let buttons = vec![SaidButton { label: Words::plain(format!("stage-{key}.begin")), does }];
    let keyboard = Some(SaidKeyboard { style: Style::Inline, buttons, free: false });
    Body::Send(Said { words: Words { key: format!("stage-{key}.remind"), args }, keyboard, picture: None })
}
