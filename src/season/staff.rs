//! A season's turn for the staff: whoever was here before it began says whether they take part, before their menu opens. Who has
//! not is listed for those who answer for the place, and reminded by them.

use chrono::{DateTime, NaiveTime, Utc};
use sqlx::PgConnection;

use crate::{
    acting::{Acted, Acting, Error, flag},
    calendar::{Season, Seasons, local},
    flow::Reply,
    ids::{PersonId, SchoolId, TerritoryId},
    message::{Args, Said, Words},
    store::{
        deliveries::Class,
        notices::{self, Notice},
        staff_season::{self, Owing},
    },
    territory,
};

/// The season that runs for somebody, and the moment at which it began there.
async fn running<'s>(
    db: &mut PgConnection,
    seasons: &'s Seasons,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(&'s Season, DateTime<Utc>)>> {
    let zone = territory::zone(db, person).await?;
    let season = seasons.on(now.with_timezone(&zone).date_naive());
    Ok(season.map(|season| (season, local(season.begins, NaiveTime::MIN, zone))))
}

/// `season.staff`: whether somebody has yet to say that they take part in the season that runs.
///
/// # Errors
/// When the database fails.
pub async fn standing(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (seasons, person) = (acting.seasons, acting.person);
    let Some((season, begins)) = running(acting.db, seasons, person, acting.now).await? else {
        return Ok(Reply::plain("settled").into());
    };
    if !staff_season::owes(acting.db, person, &season.key, begins).await? {
        return Ok(Reply::plain("settled").into());
    }
    let values = [("season".to_owned(), season.key.as_str().into())];
    Ok(Reply { outcome: "owes".to_owned(), values: values.into() }.into())
}

/// `season.staff_answer`: somebody takes part, or does not; the last word counts.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn answer(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (taking_part, seasons, person) = (flag(args, "taking_part")?, acting.seasons, acting.person);
    if let Some((season, _)) = running(acting.db, seasons, person, acting.now).await? {
        staff_season::put(acting.db, (person, &season.key), taking_part, acting.now).await?;
    }
    Ok(Reply::plain("ok").into())
}

/// A place, for whoever looks at its staff.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Who.
    pub reader: PersonId,
    /// A territory,
    pub territory: Option<TerritoryId>,
    /// or a school.
    pub school: Option<SchoolId>,
    /// Civil.
    pub now: DateTime<Utc>,
}

/// Who of a place's staff owes an answer for the season that runs; nobody in the holidays.
///
/// # Errors
/// When the database fails.
pub async fn owing(db: &mut PgConnection, seasons: &Seasons, look: Look) -> sqlx::Result<Vec<Owing>> {
    let Some((season, begins)) = running(db, seasons, look.reader, look.now).await? else { return Ok(Vec::new()) };
    staff_season::owing(db, look.reader, (look.territory, look.school), &season.key, begins).await
}

/// Reminds those who have said nothing yet, once a day, by day. Gives how many are told now.
///
/// # Errors
/// When the database fails.
pub async fn remind(db: &mut PgConnection, seasons: &Seasons, look: Look) -> sqlx::Result<usize> {
    let Some((season, _)) = running(db, seasons, look.reader, look.now).await? else { return Ok(0) };
    let mut notices = Vec::new();
    let silent = owing(db, seasons, look).await?.into_iter().filter(|one| !one.declined);
    for person in silent.map(|one| one.person).filter(|person| *person != look.reader) {
        let zone = territory::zone(db, person).await?;
        let args = [("season".to_owned(), season.key.as_str().into())].into();
        let words = Words { key: "notice-staff_season".to_owned(), args };
        let day = look.now.with_timezone(&zone).date_naive();
        notices.push(Notice {
            person,
            said: Said { words, keyboard: None, picture: None },
            due: look.now,
            zone: zone.name().to_owned(),
            dedupe: format!("staff_season:{}:{person}:{day}", season.key),
            void_key: None,
        });
    }
    let told = notices::queue(db, Class::Reminder, &notices).await?;
    Ok(usize::try_from(told).unwrap_or(usize::MAX))
}
