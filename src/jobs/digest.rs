//! Tells teachers once a week what their classes still owe, in each zone on Monday at its own hour.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::{
    cache::Topic,
    calendar::local,
    clock::WAKING,
    ids::PersonId,
    message::{Offer, Said, SaidButton, SaidKeyboard, Style, Value, Words},
    pupils::{
        Look,
        tasks::{self, Task},
    },
    store::{
        begin,
        deliveries::Class,
        digests,
        notices::{self, Notice},
        season::zones,
    },
    turn::{Parts, zone},
};

/// The local hour: ours, after the first lesson.
const HOUR: NaiveTime = NaiveTime::from_hms_opt(10, 0, 0).unwrap();
/// The flow that its button begins.
const FLOW: &str = "teacher_tasks";

/// Sends the digest in every zone where Monday's hour has come. What was missed is caught up the same day until nine in the evening.
/// Gives how many zones had their turn.
///
/// # Errors
/// When the database fails; then the zone at hand has its turn again, and nobody the digest twice.
pub async fn send_due(parts: &Parts) -> Result<usize, crate::acting::Error> {
    let now = parts.clock.now();
    // It is Monday nowhere: nothing is asked.
    let far = [Tz::Pacific__Kiritimati, Tz::Pacific__Pago_Pago];
    let days: Vec<u32> = far.iter().map(|zone| now.with_timezone(zone).weekday().num_days_from_monday()).collect();
    if days.iter().all(|day| *day != 0) {
        return Ok(0);
    }
    let program = parts.program.current();
    let home = zone(None);
    let mut names: BTreeMap<&str, (Tz, Vec<String>)> = BTreeMap::new();
    names.insert(home.name(), (home, vec![home.name().to_owned()]));
    let mut db = parts.pool.acquire().await?;
    for name in zones(&mut db).await? {
        let zone = zone(Some(&name));
        names.entry(zone.name()).or_insert_with(|| (zone, Vec::new())).1.push(name);
    }
    let mut turns = 0;
    for (name, (zone, names)) in &names {
        let Some(week) = due(now, *zone) else { continue };
        let Some(season) = program.seasons().on(week) else { continue };
        if digests::has_run(&mut db, name, week).await? {
            continue;
        }
        let teachers = digests::teachers(&mut db, home.name(), names, &season.key).await?;
        let mut queued = 0;
        for teacher in teachers {
            queued += send(parts, (teacher, &season.key), (week, *zone)).await?;
        }
        digests::ran(&mut db, name, week, now).await?;
        tracing::info!(zone = name, queued, "teachers have their digest");
        turns += 1;
    }
    if turns > 0 {
        parts.nudge.nudge(Topic::Outbox);
    }
    Ok(turns)
}

/// The Monday whose hour has come and whose evening has not.
fn due(now: chrono::DateTime<chrono::Utc>, zone: Tz) -> Option<NaiveDate> {
    let today = now.with_timezone(&zone).date_naive();
    let monday = today.checked_sub_days(Days::new(u64::from(today.weekday().num_days_from_monday())))?;
    (local(monday, HOUR, zone)..local(monday, WAKING.1, zone)).contains(&now).then_some(monday)
}

async fn send(
    parts: &Parts,
    (teacher, season): (PersonId, &str),
    (week, zone): (NaiveDate, Tz),
) -> Result<u64, crate::acting::Error> {
    let mut tx = begin(&parts.pool).await?;
    let look = Look { reader: teacher, now: parts.clock.now() };
    let mut open = tasks::of(&mut tx, &parts.vault, look, season).await?;
    open.retain(Task::is_open);
    if open.is_empty() {
        return Ok(0);
    }
    let notice = Notice {
        person: teacher,
        said: said(&open),
        due: look.now,
        zone: zone.name().to_owned(),
        dedupe: format!("digest:{teacher}:{week}"),
        void_key: None,
    };
    let queued = notices::queue(&mut tx, Class::Reminder, &[notice]).await?;
    tx.commit().await?;
    Ok(queued)
}

fn said(open: &[Task]) -> Said {
    let mut lines: Vec<Words> = open.iter().map(|task| task.line("notice-digest-line")).collect();
    if open.iter().any(|task| task.counts.unverified > 0) {
        lines.push(Words::plain("notice-digest-relatives"));
    }
    let words = Words { key: "notice-digest".into(), args: [("lines".to_owned(), Value::Lines(lines))].into() };
    let does = Offer::Begin { flow: FLOW.into(), with: None };
    let buttons = vec![SaidButton { label: Words::plain("notice-digest-begin"), does }];
    Said { words, keyboard: Some(SaidKeyboard { style: Style::Inline, buttons, free: false }), picture: None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_zone_has_its_own_monday() {
        let at = |text: &str| text.parse().unwrap();
        let monday = NaiveDate::from_ymd_opt(2026, 10, 5);
        for (now, zone, week) in [
            ("2026-10-05T10:00:00+03:00", Tz::Europe__Moscow, monday),
            ("2026-10-05T09:59:59+03:00", Tz::Europe__Moscow, None),
            ("2026-10-05T20:59:59+03:00", Tz::Europe__Moscow, monday),
            ("2026-10-05T21:00:00+03:00", Tz::Europe__Moscow, None),
            ("2026-10-05T00:00:00Z", Tz::Asia__Vladivostok, monday),
            ("2026-10-06T12:00:00+03:00", Tz::Europe__Moscow, None),
        ] {
            assert_eq!(due(at(now), zone), week, "{now} {zone}");
        }
    }

    proptest! {
        #[test]
        fn it_is_monday_by_day_wherever_it_is_due(
            zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()), minutes in 0_i64..(60 * 24 * 30),
        ) {
            let start: chrono::DateTime<chrono::Utc> = "2026-10-01T00:00:00Z".parse().unwrap();
            let now = start + chrono::TimeDelta::minutes(minutes);
            if let Some(week) = due(now, zone) {
                let seen = now.with_timezone(&zone);
                prop_assert_eq!(seen.date_naive(), week);
                prop_assert!((HOUR..WAKING.1).contains(&seen.time()));
                let far = [Tz::Pacific__Kiritimati, Tz::Pacific__Pago_Pago];
                let monday = far.iter().any(|far| now.with_timezone(far).weekday().num_days_from_monday() == 0);
                prop_assert!(monday, "the cheap look misses nothing");
            }
        }
    }
}
