//! How it was: a short questionnaire after an event, for those who were signed up, once each. It closes the stage that the
//! event counts for.

use crate::{
    acting::{Acted, Acting, Error},
    events,
    flow::Reply,
    ids::{EventId, PersonId},
    message::{Args, Value},
    seal::Place,
    season,
    store::{
        self,
        feedback::{Feedback, Visit},
    },
};

/// What a mark may be.
const MARKS: std::ops::RangeInclusive<i64> = 1..=5;

/// The flow that asks how an event was, unless its stage names another.
pub const FLOW: &str = "feedback_trial";

/// What makes asking for it void, up to the person's id.
#[must_use]
pub fn void_key(event: EventId) -> String {
    format!("feedback:{event}:")
}

/// `feedback.open`: whether this person may say something of the event.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn open(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some((_, visit)) = visit(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    let grade = ("grade".to_owned(), Value::from(i64::from(visit.grade)));
    let title = ("title".to_owned(), Value::from(visit.title));
    let (outcome, values) = if visit.given {
        ("already", [title].into())
    } else if visit.ends_at > acting.now {
        ("early", [title, ("until".to_owned(), Value::Moment(visit.ends_at))].into())
    } else {
        ("ok", [title, grade].into())
    };
    Ok(Reply { outcome: outcome.to_owned(), values }.into())
}

/// `feedback.save`: keeps it and closes the stage.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn save(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let mark = match args.get("mark") {
        Some(Value::Number(mark)) if MARKS.contains(mark) => i16::try_from(*mark).unwrap_or(1),
        _ => return Err(Error::Argument("mark")),
    };
    let Some(Value::Record(answers)) = args.get("answers") else { return Err(Error::Argument("answers")) };
    let visit = visit(args, acting).await?;
    let Some((event, visit)) = visit.filter(|(_, visit)| visit.ends_at <= acting.now) else {
        return Ok(Reply::plain("unknown").into());
    };
    let row = row(event, acting.person);
    let plain = serde_json::to_vec(answers).unwrap_or_default();
    let feedback = Feedback { mark, answers: acting.vault.seal(place(&row), &plain) };
    if !store::feedback::keep(acting.db, (event, acting.person), &feedback, acting.now).await? {
        return Ok(Reply::plain("already").into());
    }
    let key = format!("{}{}", void_key(event), acting.person);
    store::notices::void(acting.db, &[key], acting.now).await?;
    let Some(stage) = &visit.stage else { return Ok(Reply::plain("ok").into()) };
    let closed = season::close(acting.db, acting.person, (&visit.season, stage), "feedback.save", acting.now).await?;
    Ok(Reply::plain(if closed { "closed" } else { "ok" }).into())
}

async fn visit(args: &Args, acting: &mut Acting<'_>) -> Result<Option<(EventId, Visit)>, Error> {
    let Some(event) = events::id(args)? else { return Ok(None) };
    let visit = store::feedback::visit(acting.db, acting.person, event).await?;
    Ok(visit.map(|visit| (event, visit)))
}

fn row(event: EventId, person: PersonId) -> [u8; 32] {
    let mut row = [0; 32];
    row[..16].copy_from_slice(event.0.as_bytes());
    row[16..].copy_from_slice(person.0.as_bytes());
    row
}

fn place(row: &[u8; 32]) -> Place<'_> {
    Place { table: "feedback", column: "answers", row }
}
