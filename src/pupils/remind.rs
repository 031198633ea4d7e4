//! «Напомнить этим»: each of the pupils of a list is told what he or she owes, by day, once a day, and nothing of anybody else.

use chrono::NaiveDate;
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{
    Look, Place,
    facts::{self, Facts},
    filter::{Filter, Lack},
};
use crate::{
    acting::Error,
    calendar::waking,
    consents::state::State,
    journal::{self, Act, Entry},
    message::{Offer, Said, SaidButton, SaidKeyboard, Style, Value, Words},
    seal::Vault,
    store::{
        classes,
        deliveries::Class,
        notices::{self, Notice},
    },
    territory::DEFAULT_ZONE,
};

/// The flow that a reminder's button begins.
const PHONE: &str = "verify_phone";

/// Whom a reminder would reach, and why not the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Pupils who pass the filter.
    pub all: usize,
    /// Who would get it.
    pub reached: usize,
    /// Who have not signed in: they need a card.
    pub absent: usize,
    /// Who have signed in and can't be written to: messages are off, or the bot is blocked.
    pub closed: usize,
    /// Who owe nothing that they could be reminded of.
    pub settled: usize,
    /// Whether whoever asks has reminded these already today.
    pub already: bool,
}

/// What came of reminding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// So many get it; `night`: in the morning.
    Queued {
        /// Pupils.
        pupils: usize,
        /// It is night where they live.
        night: bool,
    },
    /// They have been reminded today.
    Already,
    /// There is nobody to write to.
    Nobody,
}

/// A place as its reminders see it.
struct Asked {
    zone: Tz,
    day: NaiveDate,
    what: String,
    pupils: Vec<Facts>,
}

/// What of it a pupil can do something about, in the order in which it is said.
fn owed(pupil: &Facts, filter: Filter) -> Vec<&'static str> {
    let picked = |lack: Lack| filter.has(lack) && lack.of(pupil);
    // Whoever is asked for without such a wish is reminded of all that a pupil must do.
    let any = ![Lack::Phone, Lack::Consent, Lack::Parent].into_iter().any(|lack| filter.has(lack));
    let wanted = |lack: Lack| if any { lack != Lack::Parent && lack.of(pupil) } else { picked(lack) };
    let consent = match pupil.consent {
        State::PupilOwes => "notice-owes-consent",
        _ => "notice-owes-paper",
    };
    let lines = [(Lack::Phone, "notice-owes-phone"), (Lack::Consent, consent), (Lack::Parent, "notice-owes-parent")];
    lines.into_iter().filter(|(lack, _)| wanted(*lack)).map(|(_, line)| line).collect()
}

async fn asked(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    (place, filter): (Place, Filter),
) -> Result<Option<Asked>, Error> {
    let Some(school) = place.school(db, look.reader).await? else { return Ok(None) };
    let zone = classes::zone(db, school, DEFAULT_ZONE.name()).await?.and_then(|zone| zone.parse().ok());
    let zone = zone.unwrap_or(DEFAULT_ZONE);
    let mut pupils = facts::of(db, vault, look, (place, None)).await?;
    pupils.retain(|pupil| filter.passes(pupil));
    Ok(Some(Asked { zone, day: look.now.with_timezone(&zone).date_naive(), what: filter.word(), pupils }))
}

/// Whom a reminder would reach; `None`: the place is out of scope, or not there.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn reach(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    (place, filter): (Place, Filter),
) -> Result<Option<Reach>, Error> {
    let Some(asked) = asked(db, vault, look, (place, filter)).await? else { return Ok(None) };
    let already = classes::has_reminded(db, look.reader, (&place.named(), &asked.what), asked.day).await?;
    let mut reach = Reach { all: asked.pupils.len(), already, ..Reach::default() };
    for pupil in &asked.pupils {
        let one = match pupil {
            Facts { row, .. } if !row.signed_in => &mut reach.absent,
            pupil if owed(pupil, filter).is_empty() => &mut reach.settled,
            Facts { row, .. } if !row.reached => &mut reach.closed,
            _ => &mut reach.reached,
        };
        *one += 1;
    }
    Ok(Some(reach))
}

/// Reminds whoever can be reached, once a day; `None`: the place is out of scope, or not there.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn send(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    (place, filter): (Place, Filter),
) -> Result<Option<Sent>, Error> {
    let Some(Asked { zone, day, what, pupils }) = asked(db, vault, look, (place, filter)).await? else {
        return Ok(None);
    };
    let due = waking(look.now, zone);
    let notices: Vec<Notice> = pupils
        .iter()
        .filter(|pupil| pupil.row.signed_in && pupil.row.reached)
        .filter_map(|pupil| {
            let lines = owed(pupil, filter);
            let dedupe = format!("owes:{}:{day}:{}", pupil.row.id, lines.join("+"));
            (!lines.is_empty()).then(|| Notice {
                person: pupil.row.id,
                said: said(&lines),
                due,
                zone: zone.name().to_owned(),
                dedupe,
                void_key: None,
            })
        })
        .collect();
    if notices.is_empty() {
        return Ok(Some(Sent::Nobody));
    }
    if !classes::remind_once(db, look.reader, (&place.named(), &what), (day, look.now)).await? {
        return Ok(Some(Sent::Already));
    }
    let queued = notices::queue(db, Class::Reminder, &notices).await?;
    let detail = [("place", place.named()), ("filter", what), ("pupils", queued.to_string())];
    let entry = Entry::of(Some(look.reader), Act::PupilsReminded, None, detail);
    journal::write(db, vault, look.now, &entry).await?;
    // Who was reminded of the same by somebody else today is not told twice.
    let pupils = usize::try_from(queued).unwrap_or(usize::MAX);
    Ok(Some(Sent::Queued { pupils, night: due > look.now }))
}

fn said(lines: &[&'static str]) -> Said {
    let listed = Value::Lines(lines.iter().map(|line| Words::plain(*line)).collect());
    let words = Words { key: "notice-owes".to_owned(), args: [("lines".to_owned(), listed)].into() };
    let begins = |flow: &str| Offer::Begin { flow: flow.to_owned(), with: None };
    let phone = SaidButton { label: Words::plain("notice-owes-verify"), does: begins(PHONE) };
    let keyboard = lines.contains(&"notice-owes-phone").then(|| SaidKeyboard {
        style: Style::Inline,
        buttons: vec![phone],
        free: false,
    });
    Said { words, keyboard, picture: None }
}
