//! A pupil's way through a season: which stages are closed, and what comes next.

pub mod turn;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::{
    acting::{Acted, Acting, Error},
    calendar::{Season, Seasons},
    consents::dialogue,
    flow::Reply,
    ids::PersonId,
    message::{Args, Value, Words},
    store, territory,
};

pub mod staff;

/// A person's way through the running season.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// `2026-2027`
    pub season: String,
    /// In the season's order.
    pub stages: Vec<Standing>,
}

/// How one stage stands for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its key; the name is the text `stage-<key>`, what closes it `stage-<key>.do`.
    pub key: String,
    /// The last day on which it is in time, in the person's zone.
    pub by: NaiveDate,
    /// When it was closed, if it was.
    pub done_at: Option<DateTime<Utc>>,
    /// What that means today.
    pub state: State,
}

/// What a stage is for somebody today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Closed.
    Done,
    /// The next one to close, with so many days left: 0 on the last day.
    Open(i64),
    /// Its day is over; it may be closed all the same.
    Late,
    /// One after the next.
    Ahead,
}

/// The person's way through the season that runs in his or her zone; none in the holidays.
///
/// # Errors
/// When the database fails.
pub async fn track(
    db: &mut PgConnection,
    seasons: &Seasons,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Track>> {
    let today = now.with_timezone(&territory::zone(&mut *db, person).await?).date_naive();
    let Some(season) = seasons.on(today) else { return Ok(None) };
    let done = store::season::done(db, person, &season.key).await?;
    Ok(Some(Track { season: season.key.clone(), stages: stand(season, &done, today) }))
}

fn stand(season: &Season, done: &[(String, DateTime<Utc>)], today: NaiveDate) -> Vec<Standing> {
    let mut next = true;
    let standing = |stage: &crate::calendar::Stage| {
        let done_at = done.iter().find(|(key, _)| *key == stage.key).map(|(_, at)| *at);
        let left = stage.by.signed_duration_since(today).num_days();
        let state = match done_at {
            Some(_) => State::Done,
            None if left < 0 => State::Late,
            None if std::mem::take(&mut next) => State::Open(left),
            None => State::Ahead,
        };
        Standing { key: stage.key.clone(), by: stage.by, done_at, state }
    };
    season.stages.iter().map(standing).collect()
}

/// Closes a stage for somebody, once; what would have reminded of it is void. `by`: the action that closes it. `true`: it was
/// open until now.
///
/// # Errors
/// When the database fails.
pub async fn close(
    db: &mut PgConnection,
    person: PersonId,
    (season, stage): (&str, &str),
    by: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let new = store::season::close(&mut *db, person, (season, stage), by, now).await?;
    if new {
        store::notices::void(db, &[format!("{}{person}", void_key(season, stage))], now).await?;
    }
    Ok(new)
}

/// What makes a reminder of this stage void, up to the person's id.
#[must_use]
pub fn void_key(season: &str, stage: &str) -> String {
    format!("stage:{season}:{stage}:")
}

/// `season.track`: the pupil's stages, one a line.
///
/// # Errors
/// When the database fails.
pub async fn show(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let who = store::people::load(acting.db, &[acting.person]).await?.pop();
    if !who.is_some_and(|row| row.record && row.pupil) {
        return Ok(Reply::plain("stranger").into());
    }
    let track = track(acting.db, acting.seasons, acting.person, acting.now).await?;
    let Some(track) = track else { return Ok(Reply::plain("none").into()) };
    let owed = dialogue::owed(acting).await?;
    let owed = matches!(owed, "pupil" | "parent")
        .then(|| Words { key: "track-consent".into(), args: [("whose".to_owned(), owed.into())].into() });
    let lines = owed.into_iter().chain(track.stages.iter().map(line)).collect();
    let values = [("season".to_owned(), track.season.into()), ("stages".to_owned(), Value::Lines(lines))];
    Ok(Reply { outcome: "ok".into(), values: values.into() }.into())
}

fn line(stage: &Standing) -> Words {
    let text = |key: String| Value::Lines(vec![Words::plain(key)]);
    let mut args = Args::from([("name".to_owned(), text(format!("stage-{}", stage.key)))]);
    let key = match stage.state {
        State::Done => return Words { key: "track-done".into(), args },
        State::Open(days) => {
            args.insert("days".into(), days.into());
            "track-open"
        }
        State::Late => "track-late",
        State::Ahead => "track-ahead",
    };
    if stage.state != State::Ahead {
        args.insert("do".into(), text(format!("stage-{}.do", stage.key)));
    }
    args.insert("by".into(), Value::Day(stage.by));
    Words { key: key.into(), args }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Stage;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn one_stage_is_next_what_is_over_is_late_and_what_is_closed_is_done() {
        let stage = |key: &str, by| Stage {
            key: key.into(),
            by: day(by),
            begin: String::new(),
            feedback: None,
            remind: Vec::new(),
        };
        let stages = vec![
            stage("a", "2026-10-10"),
            stage("b", "2026-10-16"),
            stage("c", "2026-11-20"),
            stage("d", "2026-12-01"),
        ];
        let season = Season {
            key: "2026-2027".into(),
            begins: day("2026-09-01"),
            ends: day("2027-05-31"),
            stages,
            consents: None,
        };
        let states = |done: &[&str], today| {
            let done: Vec<_> = done.iter().map(|key| ((*key).to_owned(), DateTime::<Utc>::MIN_UTC)).collect();
            stand(&season, &done, day(today)).into_iter().map(|standing| standing.state).collect::<Vec<_>>()
        };
        use State::{Ahead, Done, Late, Open};
        assert_eq!(states(&[], "2026-10-10"), [Open(0), Ahead, Ahead, Ahead]);
        assert_eq!(states(&[], "2026-10-11"), [Late, Open(5), Ahead, Ahead]);
        assert_eq!(states(&["b", "d"], "2026-10-11"), [Late, Done, Open(40), Done]);
        assert_eq!(states(&["a"], "2027-02-01"), [Done, Late, Late, Late]);
    }
}
