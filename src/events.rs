//! Events with seats: what a pupil may come to, taking a seat, giving it back.
//!
//! The last seat goes to one: whoever takes one holds the event's row until the commit. An event out of scope (another
//! territory, school or grade) looks like one that is not there.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::EventId,
    message::{Args, Value, Words},
    store::{
        self,
        events::{self, Event},
    },
};

/// As many as a message of VK has buttons for, beside two others.
const SHOWN: usize = 8;

/// The event that an argument names. Whoever has a button can make it carry anything: what is no id names none.
///
/// # Errors
/// When the argument is missing.
pub fn id(args: &Args) -> Result<Option<EventId>, Error> {
    Ok(Uuid::try_parse(text(args, "event")?).ok().map(EventId))
}

/// `events.list`: what the pupil may come to and what he or she has signed up for, the next first, so many at once, behind the one
/// that was shown last.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn list(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let who = store::people::load(acting.db, &[acting.person]).await?.pop();
    if !who.is_some_and(|row| row.record && row.pupil) {
        return Ok(Reply::plain("stranger").into());
    }
    let after = Uuid::try_parse(text(args, "after")?).ok().map(EventId);
    // One more than is shown tells whether there are more.
    let mut open = events::of(acting.db, acting.person, None, (acting.now, after), SHOWN as i64 + 1).await?;
    let more = open.len() > SHOWN;
    open.truncate(SHOWN);
    let Some(last) = open.last().map(|event| event.id.0.simple().to_string()) else {
        return Ok(Reply::plain("none").into());
    };
    let option = |event: &Event| {
        let (value, label) = (event.id.0.simple().to_string(), event.title.clone());
        Value::Record(BTreeMap::from([("value".to_owned(), value.into()), ("label".to_owned(), label.into())]))
    };
    let mut values = Args::from([
        ("options".to_owned(), Value::List(open.iter().map(option).collect())),
        ("lines".to_owned(), Value::Lines(open.iter().map(line).collect())),
    ]);
    if more {
        values.insert("last".to_owned(), last.into());
    }
    Ok(Reply { outcome: if more { "more" } else { "some" }.to_owned(), values }.into())
}

fn line(event: &Event) -> Words {
    let mut args = Args::from([
        ("title".to_owned(), event.title.clone().into()),
        ("at".to_owned(), Value::Moment(event.starts_at)),
    ]);
    if event.signed {
        return Words { key: "events-mine".into(), args };
    }
    args.insert("left".into(), event.left.max(0).into());
    Words { key: "events-line".into(), args }
}

/// `events.show`: one event, and what can be done about it.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn show(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(event) = seen(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    let outcome = match &event {
        event if event.starts_at <= acting.now => "closed",
        Event { signed: true, .. } => "mine",
        Event { left: ..=0, .. } => "full",
        _ => "free",
    };
    Ok(told(outcome, &event))
}

/// `events.sign_up`: takes a seat.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn sign_up(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    // Out of scope nothing is held.
    let Some(event) = seen(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    events::hold(acting.db, event.id).await?;
    // What was seen before may be over; what is seen now stays until the commit.
    let Some(event) = seen(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    if event.signed {
        return Ok(told("already", &event));
    }
    if event.starts_at <= acting.now {
        return Ok(told("closed", &event));
    }
    if event.left <= 0 {
        return Ok(told("full", &event));
    }
    if let Some((other, at)) = events::overlapping(acting.db, acting.person, event.id).await? {
        let values = [("other".to_owned(), other.into()), ("other_at".to_owned(), Value::Moment(at))];
        return Ok(Reply { outcome: "overlap".into(), values: values.into() }.into());
    }
    events::set(acting.db, event.id, acting.person, true, acting.now).await?;
    Ok(told("ok", &event))
}

/// `events.leave`: gives the seat back, until the event begins.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn leave(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(event) = seen(args, acting).await?.filter(|event| event.signed) else {
        return Ok(Reply::plain("unknown").into());
    };
    if event.starts_at <= acting.now {
        return Ok(told("closed", &event));
    }
    events::set(acting.db, event.id, acting.person, false, acting.now).await?;
    Ok(told("ok", &event))
}

async fn seen(args: &Args, acting: &mut Acting<'_>) -> Result<Option<Event>, Error> {
    let Some(id) = id(args)? else { return Ok(None) };
    Ok(events::of(acting.db, acting.person, Some(id), (acting.now, None), 1).await?.pop())
}

fn told(outcome: &str, event: &Event) -> Acted {
    let values = [
        ("id".to_owned(), event.id.0.simple().to_string().into()),
        ("title".to_owned(), event.title.clone().into()),
        ("place".to_owned(), event.place.clone().into()),
        ("at".to_owned(), Value::Moment(event.starts_at)),
        ("left".to_owned(), event.left.max(0).into()),
    ];
    Reply { outcome: outcome.to_owned(), values: values.into() }.into()
}
