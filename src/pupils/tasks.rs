//! What each class still owes: sign-ins, phones, consents. For the teacher's own list of tasks, and for the weekly digest.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::{Look, Place, class_name, facts, filter::Counts};
use crate::{
    acting::{Acted, Acting, Error, text},
    calendar::Seasons,
    flow::Reply,
    message::{Args, Value, Words},
    seal::Vault,
    store::{digests, pupils::Class},
    territory,
};

/// Classes that a message has buttons for.
const SHOWN: usize = 8;

/// A class and how its pupils stand.
#[derive(Clone, Debug)]
pub struct Task {
    /// The class.
    pub class: Class,
    /// Its numbers.
    pub counts: Counts,
}

impl Task {
    /// Whether anything is owed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.counts.absent + self.counts.unverified + self.counts.consentless > 0
    }

    /// One line about it, in numbers.
    #[must_use]
    pub fn line(&self, key: &str) -> Words {
        let args = [
            ("class", class_name(&self.class).into()),
            ("absent", super::number(self.counts.absent)),
            ("unverified", super::number(self.counts.unverified)),
            ("consentless", super::number(self.counts.consentless)),
        ];
        Words { key: key.to_owned(), args: args.map(|(name, value): (&str, Value)| (name.to_owned(), value)).into() }
    }
}

/// The classes of a season that somebody teaches, and how they stand.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn of(db: &mut PgConnection, vault: &Vault, look: Look, season: &str) -> Result<Vec<Task>, Error> {
    let mut tasks = Vec::new();
    for class in digests::taught(db, look.reader, season).await? {
        let pupils = facts::of(db, vault, look, (Place::Class(class.id), None)).await?;
        tasks.push(Task { class, counts: Counts::of(&pupils) });
    }
    Ok(tasks)
}

/// The season that somebody works in.
async fn season(db: &mut PgConnection, seasons: &Seasons, look: Look) -> sqlx::Result<Option<String>> {
    let today = look.now.with_timezone(&territory::zone(db, look.reader).await?).date_naive();
    Ok(seasons.on(today).map(|season| season.key.clone()))
}

/// `teacher.tasks`: the classes in which somebody owes something.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn tasks(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let look = Look { reader: acting.person, now: acting.now };
    let season = season(acting.db, acting.seasons, look).await?;
    let all = match season {
        Some(season) => of(acting.db, acting.vault, look, &season).await?,
        None => Vec::new(),
    };
    if all.is_empty() {
        return Ok(Reply::plain("stranger").into());
    }
    let pupils: usize = all.iter().map(|task| task.counts.all).sum();
    let open: Vec<&Task> = all.iter().filter(|task| task.is_open()).take(SHOWN).collect();
    if open.is_empty() {
        return Ok(reply("none", [("pupils", super::number(pupils))]));
    }
    let lines = open.iter().map(|task| task.line("teacher_tasks-line")).collect();
    let option = |task: &&Task| {
        let (value, label) = (Place::Class(task.class.id).named(), class_name(&task.class));
        Value::Record(BTreeMap::from([("value".to_owned(), value.into()), ("label".to_owned(), label.into())]))
    };
    let options = open.iter().map(option).collect();
    Ok(reply("some", [("options", Value::List(options)), ("lines", Value::Lines(lines))]))
}

/// `teacher.class`: what one class owes.
///
/// # Errors
/// When the database fails, a profile does not open or the argument is missing.
pub async fn class(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(place) = Place::read(text(args, "class")?) else { return Ok(Reply::plain("unknown").into()) };
    let look = Look { reader: acting.person, now: acting.now };
    let Some(name) = place.name(acting.db, acting.vault, acting.person).await? else {
        return Ok(Reply::plain("unknown").into());
    };
    let counts = Counts::of(&facts::of(acting.db, acting.vault, look, (place, None)).await?);
    if counts.absent + counts.unverified + counts.consentless == 0 {
        return Ok(reply("none", [("title", name.into())]));
    }
    Ok(reply(
        "some",
        [
            ("title", name.into()),
            ("pupils", super::number(counts.all)),
            ("absent", super::number(counts.absent)),
            ("unverified", super::number(counts.unverified)),
            ("consentless", super::number(counts.consentless)),
        ],
    ))
}

fn reply<const N: usize>(outcome: &str, values: [(&str, Value); N]) -> Acted {
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Reply { outcome: outcome.to_owned(), values }.into()
}
