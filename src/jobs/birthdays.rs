//! Asks pupils in person for their consent when they turn 14, once, on a morning of their zone.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use uuid::Uuid;

use crate::{
    cache::Topic,
    calendar::waking,
    clock::WAKING,
    consents::{dialogue, state},
    ids::PersonId,
    message::{Offer, Said, SaidButton, SaidKeyboard, Style, Value, Words},
    people::{Profile, needs::Need},
    store::{
        begin,
        birthdays::{Pupil, open, pupils, take_turn},
        deliveries::Class,
        notices::{self, Notice},
        season::zones,
    },
    turn::{Parts, zone},
};

/// The local hour from which a day has its turn.
const FROM: NaiveTime = NaiveTime::from_hms_opt(10, 0, 0).unwrap();
/// Whoever turned 14 so many days ago while nobody looked is asked all the same.
const CAUGHT_UP: TimeDelta = TimeDelta::days(7);
/// Pupils looked at in one go.
const BATCH: i64 = 1000;

/// Gives each zone its turn once a day. Gives how many had it.
///
/// # Errors
/// When the database fails; then the zone at hand has not had its turn.
pub async fn ask_due(parts: &Parts) -> sqlx::Result<usize> {
    let (now, program) = (parts.clock.now(), parts.program.current());
    if program.seasons().iter().next().is_none() {
        return Ok(0);
    }
    let mut db = parts.pool.acquire().await?;
    let home = zone(None);
    let mut names: BTreeMap<&str, (Tz, Vec<String>)> = BTreeMap::new();
    names.insert(home.name(), (home, vec![home.name().to_owned()]));
    for name in zones(&mut db).await? {
        let zone = zone(Some(&name));
        names.entry(zone.name()).or_insert_with(|| (zone, Vec::new())).1.push(name);
    }
    let local = |zone: Tz| now.with_timezone(&zone).naive_local();
    let awake = names.values().filter(|(zone, _)| (FROM..WAKING.1).contains(&local(*zone).time()));
    let turns: Vec<_> = awake.map(|(zone, _)| (local(*zone).date(), zone.name().to_owned())).collect();
    let due = open(&mut db, &turns).await?;
    drop(db);
    for (day, name) in due.iter().filter_map(|place| turns.get(*place)) {
        let Some(((zone, names), season)) = names.get(name.as_str()).zip(program.seasons().on(*day)) else {
            continue;
        };
        let mut tx = begin(&parts.pool).await?;
        if !take_turn(&mut tx, *day, name).await? {
            continue;
        }
        let (mut after, mut asked) = (PersonId(Uuid::nil()), 0);
        loop {
            let found = pupils(&mut tx, (home.name(), names), &season.key, (after, BATCH)).await?;
            let Some(last) = found.last() else { break };
            after = last.person;
            let of_age = found.iter().filter(|pupil| turns_14(parts, pupil, *day));
            let all: Vec<Notice> = of_age.map(|pupil| notice(pupil.person, *zone, waking(now, *zone))).collect();
            asked += notices::queue(&mut tx, Class::Reminder, &all).await?;
        }
        tx.commit().await?;
        if asked > 0 {
            tracing::info!(zone = name, asked, "pupils who turned 14 are asked for their consent");
            parts.nudge.nudge(Topic::Outbox);
        }
    }
    Ok(due.len())
}

/// Whether this pupil turns 14 on that day, or did within the last week, and decides from then on.
fn turns_14(parts: &Parts, pupil: &Pupil, day: NaiveDate) -> bool {
    let opened = Profile::open(&parts.vault, pupil.person, &pupil.profile).and_then(|profile| {
        let need = pupil.need.as_deref().map(|need| Need::open(&parts.vault, pupil.person, need)).transpose()?;
        Ok((profile.birth, need.unwrap_or_default()))
    });
    match opened {
        Ok((birth, need)) => birth.and_then(state::birthday).is_some_and(|birthday| {
            !need.limited_health && birthday <= day && day.signed_duration_since(birthday) < CAUGHT_UP
        }),
        Err(error) => {
            tracing::error!(person = %pupil.person, "a pupil's birthday can't be read: {error}");
            false
        }
    }
}

fn notice(person: PersonId, zone: Tz, due: chrono::DateTime<chrono::Utc>) -> Notice {
    let args = [("name".to_owned(), Value::FirstName(person))].into();
    let does = Offer::Begin { flow: dialogue::FLOW.into(), with: None };
    let buttons = vec![SaidButton { label: Words::plain("notice-consent-begin"), does }];
    Notice {
        person,
        said: Said {
            words: Words { key: "notice-consent-birthday".into(), args },
            keyboard: Some(SaidKeyboard { style: Style::Inline, buttons, free: false }),
            picture: None,
        },
        due,
        zone: zone.name().to_owned(),
        dedupe: format!("consent:14:{person}"),
        void_key: None,
    }
}
