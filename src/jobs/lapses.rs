//! Warns pupils without a consent, and their teachers, before their profiles go.

use chrono::{NaiveTime, TimeDelta};

use crate::{
    cache::Topic,
    message::{Said, Value, Words},
    store::{
        begin,
        deliveries::Class,
        lapses::{self, Warned},
        notices::{self, Notice},
    },
    territory::DEFAULT_ZONE,
    turn::{Parts, zone},
};

/// How many days before. Ours: a weekend is shorter.
const DAYS: i64 = 3;
/// From which local hour on.
const HOUR: NaiveTime = match NaiveTime::from_hms_opt(10, 0, 0) {
    Some(hour) => hour,
    None => NaiveTime::MIN,
};
/// Schools looked at in one go: all, for those of one zone must not wait behind those of another.
const BATCH: i64 = 10_000;

/// Queues the warnings that are due, school by school. Gives how many schools had their turn.
///
/// # Errors
/// When the database fails; then the school at hand has not had its turn.
pub async fn warn_due(parts: &Parts) -> sqlx::Result<usize> {
    let (now, program) = (parts.clock.now(), parts.program.current());
    let mut warned = 0;
    for season in program.seasons().iter() {
        let Some(days) = season.consents else { continue };
        let first = days.delete - TimeDelta::days(DAYS);
        // A day on either side holds every zone.
        let today = now.date_naive();
        if today < first - TimeDelta::days(1) || today > days.delete {
            continue;
        }
        let home = DEFAULT_ZONE.name();
        let schools = lapses::unwarned(&mut *parts.pool.acquire().await?, &season.key, home, BATCH).await?;
        for school in schools {
            let local = now.with_timezone(&zone(Some(&school.zone))).naive_local();
            if local < first.and_time(HOUR) || local.date() >= days.delete {
                continue;
            }
            let mut tx = begin(&parts.pool).await?;
            let Some(people) = lapses::take_turn(&mut tx, &season.key, school.school, now).await? else { continue };
            let notices = people.iter().map(|one| notice(one, &season.key, days.delete, (&school.zone, now)));
            let notices: Vec<Notice> = notices.collect();
            let queued = notices::queue(&mut tx, Class::Reminder, &notices).await?;
            tx.commit().await?;
            tracing::info!(school = %school.school, queued, "warned that profiles without a consent go");
            warned += 1;
        }
    }
    if warned > 0 {
        parts.nudge.nudge(Topic::Outbox);
    }
    Ok(warned)
}

fn notice(
    one: &Warned,
    season: &str,
    day: chrono::NaiveDate,
    (zone, now): (&str, chrono::DateTime<chrono::Utc>),
) -> Notice {
    let (key, many) = match one.pupils {
        None => ("notice-consent_last", 1),
        Some(many) => ("notice-consent_last_class", many),
    };
    let args: [(&str, Value); 2] = [("day", Value::Day(day)), ("many", many.into())];
    let words = Words { key: key.to_owned(), args: args.map(|(name, value)| (name.to_owned(), value)).into() };
    Notice {
        person: one.person,
        said: Said { words, keyboard: None, picture: None },
        due: now,
        zone: zone.to_owned(),
        dedupe: format!("consent_last:{season}:{}", one.person),
        void_key: None,
    }
}
