//! «Мой трек»: what a person of the programme has done, and what comes next. What the mini app shows.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use crate::{
    acting::Error,
    consents::is_blocked,
    flow::Program,
    message::Args,
    people::Profile,
    policy::Policy,
    seal::Vault,
    season,
    store::{accounts::Account, faces, people},
    verification::{
        self,
        standing::{self, Standing},
    },
};

/// A person's track, ready to be shown to that person.
#[derive(Debug, Serialize)]
pub struct Track {
    /// Their first name.
    pub name: String,
    /// Whether the account speaks for others too: then a page says whose track this is.
    pub several: bool,
    /// «вы» instead of «ты».
    pub adult: bool,
    /// The language that they chose in the dialogue.
    pub lang: Option<String>,
    /// How their phone stands.
    pub phone: Phone,
    /// The season's stages, in order.
    pub stages: Vec<Stage>,
    /// What comes next.
    pub next: Next,
}

/// How a phone stands.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Phone {
    /// Proved.
    Verified {
        /// `+7 916 ***-**-67`
        masked: String,
    },
    /// Not proved yet.
    Open {
        /// Days until the deadline.
        days: i64,
    },
    /// Not proved, and the deadline is over.
    Late,
}

/// One stage of the season.
#[derive(Debug, Serialize)]
pub struct Stage {
    /// Its name in the season's calendar.
    pub key: String,
    /// Its name in words, in the languages of the page.
    pub name: Name,
    /// The last day on which it is in time.
    pub by: Option<NaiveDate>,
    /// How it stands.
    pub state: State,
}

/// Words in the languages of the page.
#[derive(Debug, Serialize)]
pub struct Name {
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

/// How a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Done.
    Done,
    /// It is its turn.
    Now,
    /// Not begun.
    Ahead,
    /// Its time is over.
    Missed,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// Proving a phone.
    Phone,
    /// The stage whose turn it is.
    Stage,
    /// Nothing: we write when there is something.
    Wait,
}

/// The track of the person for whom this account speaks now; `None` if nobody has signed in there, or the consent was taken back.
///
/// # Errors
/// When the database fails, or a sealed value does not open.
pub async fn of(
    db: &mut PgConnection,
    program: &Program,
    (vault, policy): (&Vault, &Policy),
    account: &Account,
    now: DateTime<Utc>,
) -> Result<Option<Track>, Error> {
    let person = account.person;
    let face = faces::load(&mut *db, &[person]).await?.pop().filter(|face| !face.provisional);
    let Some((face, sealed)) = face.and_then(|mut face| face.profile.take().map(|sealed| (face, sealed))) else {
        return Ok(None);
    };
    if is_blocked(&mut *db, person).await? {
        return Ok(None);
    }
    let profile = Profile::open(vault, person, &sealed)?;
    let phone = match standing::of(&mut *db, policy, person, now).await? {
        Standing::Verified { id, .. } => {
            let masked = verification::masked(&mut *db, vault, &[id]).await?.remove(&id).unwrap_or_default();
            Phone::Verified { masked }
        }
        Standing::Open { days } => Phone::Open { days },
        Standing::Late => Phone::Late,
    };
    let stages = if face.adult { Vec::new() } else { stages(&mut *db, program, account, now).await? };
    Ok(Some(Track {
        name: profile.first,
        several: people::of_account(db, account.id).await?.len() > 1,
        adult: face.adult,
        lang: face.lang,
        next: next(&phone, &stages),
        phone,
        stages,
    }))
}

/// The stages of the season that runs; none in the holidays.
async fn stages(
    db: &mut PgConnection,
    program: &Program,
    account: &Account,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Stage>> {
    let track = season::track(db, program.seasons(), account.person, now).await?;
    let stage = |standing: season::Standing| {
        let key = format!("stage-{}", standing.key);
        let name = |lang| program.locales().text(lang, &key, &Args::new()).unwrap_or_default();
        let state = match standing.state {
            season::State::Done => State::Done,
            season::State::Open(_) => State::Now,
            season::State::Late => State::Missed,
            season::State::Ahead => State::Ahead,
        };
        Stage { name: Name { ru: name("ru"), en: name("en") }, key: standing.key, by: Some(standing.by), state }
    };
    Ok(track.into_iter().flat_map(|track| track.stages).map(stage).collect())
}

fn next(phone: &Phone, stages: &[Stage]) -> Next {
    match phone {
        Phone::Open { .. } | Phone::Late => Next::Phone,
        Phone::Verified { .. } if stages.iter().any(|stage| stage.state == State::Now) => Next::Stage,
        Phone::Verified { .. } => Next::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phone_comes_first_then_the_stage_whose_turn_it_is() {
        let stage = |state| {
            let name = Name { ru: "Пробую".into(), en: "Try".into() };
            Stage { key: "try".into(), name, by: None, state }
        };
        let verified = Phone::Verified { masked: String::new() };
        assert_eq!(next(&Phone::Late, &[stage(State::Now)]), Next::Phone);
        assert_eq!(next(&Phone::Open { days: 3 }, &[]), Next::Phone);
        assert_eq!(next(&verified, &[stage(State::Done), stage(State::Now), stage(State::Ahead)]), Next::Stage);
        assert_eq!(next(&verified, &[stage(State::Done), stage(State::Missed)]), Next::Wait);
        assert_eq!(next(&verified, &[]), Next::Wait);
    }
}
