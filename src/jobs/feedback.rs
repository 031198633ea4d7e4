//! Asks those who came to an event how it was, once it is over.

use chrono::TimeDelta;

use crate::{
    cache::Topic,
    calendar::waking,
    feedback,
    ids::EventId,
    message::{Offer, Said, SaidButton, SaidKeyboard, Style, Words},
    store::{
        begin,
        deliveries::Class,
        faces,
        feedback::{take_turn, to_ask, visitors},
        notices::{self, Notice},
    },
    turn::{Parts, zone},
};

/// Events looked at in one go.
const BATCH: i64 = 16;
/// Nobody is asked about what is longer ago.
const FRESH: TimeDelta = TimeDelta::days(14);

/// Puts a notice into the outbox for everybody who is signed up for an event that has ended, within waking hours. Gives how
/// many events had their turn.
///
/// # Errors
/// When the database fails; then the event at hand has not had its turn.
pub async fn ask_due(parts: &Parts) -> sqlx::Result<usize> {
    let now = parts.clock.now();
    let events = to_ask(&mut *parts.pool.acquire().await?, now, BATCH).await?;
    for event in &events {
        let mut tx = begin(&parts.pool).await?;
        let Some(asked) = take_turn(&mut tx, *event, now).await? else { continue };
        let program = parts.program.current();
        let stage = asked.stage.as_ref().and_then(|stage| program.seasons().stage(&asked.season, stage));
        let flow = stage.and_then(|stage| stage.feedback.as_deref()).unwrap_or(feedback::FLOW);
        let mut people = visitors(&mut tx, *event).await?;
        if now - asked.ends_at > FRESH {
            tracing::warn!(event = %event, people = people.len(), "an event ended too long ago: nobody is asked about it");
            people.clear();
        }
        let notices: Vec<Notice> = faces::load(&mut tx, &people)
            .await?
            .into_iter()
            .map(|face| {
                let key = format!("{}{}", feedback::void_key(*event), face.person);
                let zone = zone(face.zone.as_deref());
                Notice {
                    person: face.person,
                    said: said(*event, &asked.title, flow),
                    due: waking(now, zone),
                    zone: zone.name().to_owned(),
                    dedupe: key.clone(),
                    void_key: Some(key),
                }
            })
            .collect();
        let queued = notices::queue(&mut tx, Class::Reminder, &notices).await?;
        tx.commit().await?;
        tracing::info!(event = %event, queued, "visitors are asked how it was");
    }
    if !events.is_empty() {
        parts.nudge.nudge(Topic::Outbox);
    }
    Ok(events.len())
}

fn said(event: EventId, title: &str, flow: &str) -> Said {
    let words = Words { key: "notice-feedback".into(), args: [("title".to_owned(), title.into())].into() };
    let does = Offer::Begin { flow: flow.into(), with: Some(event.0.simple().to_string()) };
    let buttons = vec![SaidButton { label: Words::plain("notice-feedback-begin"), does }];
    Said { words, keyboard: Some(SaidKeyboard { style: Style::Inline, buttons, free: false }), picture: None }
}
