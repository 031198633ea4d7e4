//! Who of a class owes a paper, and whose is there.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::PgConnection;

use super::Today;
use crate::{
    acting::Error,
    consents::{self, State},
    ids::{DocumentId, PersonId},
    pupils::{Look, Place, list},
    seal::Vault,
    store::{documents, pupils as rows},
};

/// Pupils on one page, each with a file of five megabytes at most.
pub const ROWS: usize = 30;

/// A pupil of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who.
    pub id: PersonId,
    /// «Имя Ф.»
    pub name: String,
    /// «7Б»
    pub class: String,
    /// The scan that is there.
    pub paper: Option<Paper>,
}

/// A scan that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Which.
    pub id: DocumentId,
    /// What stands on it.
    pub signed_on: NaiveDate,
    /// `pdf`, `jpeg`, `doc`, `docx`, `zip`, as it is to be read.
    pub kind: String,
    /// Kilobytes, at least one.
    pub size: usize,
}

/// The papers of a class or of a school's classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// What the place is called.
    pub place: String,
    /// How many pupils there are.
    pub pupils: usize,
    /// How many owe a paper.
    pub owing: usize,
    /// How many of the others have none because none is needed: they or their parents confirm, or have confirmed, in person.
    pub without: usize,
    /// Those who owe one, in the order of the list, as many as a page holds.
    pub owe: Vec<Line>,
    /// Whether there are more of them.
    pub more: bool,
    /// Those whose scan is there, all of them.
    pub papers: Vec<Line>,
}

/// What a reader sees of a place, behind the first `past` who owe a paper; `None`: it is out of scope, or not there.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn see(
    db: &mut PgConnection,
    vault: &Vault,
    (look, today): (Look, Today<'_>),
    place: Place,
    past: usize,
) -> Result<Option<Checklist>, Error> {
    let Some((name, pupils, states)) = stand(&mut *db, vault, (look, today), place).await? else { return Ok(None) };
    let found = documents::of(db, look.reader, place.ids(), &today.season.key).await?;
    let mut papers: BTreeMap<PersonId, Paper> = found.into_iter().map(|found| (found.person, paper(found))).collect();
    let count = pupils.len();
    let (mut owe, mut there) = (Vec::new(), Vec::new());
    for (_, pupil) in pupils {
        let (id, state) = (pupil.id, states.get(&pupil.id).copied());
        let line = Line { id, name: pupil.name, class: pupil.class, paper: papers.remove(&id) };
        match (&line.paper, state) {
            (Some(_), _) => there.push(line),
            (None, Some(State::PaperOwes)) => owe.push(line),
            (None, _) => {}
        }
    }
    let owing = owe.len();
    let without = count - owing - there.len();
    let mut owe: Vec<Line> = owe.into_iter().skip(past).take(ROWS + 1).collect();
    let more = owe.len() > ROWS;
    owe.truncate(ROWS);
    Ok(Some(Checklist { place: name, pupils: count, owing, without, owe, more, papers: there }))
}

fn paper(found: documents::Document) -> Paper {
    let kind = if found.kind == "jpeg" { "jpg".to_owned() } else { found.kind };
    let size = usize::try_from(found.size / 1024).unwrap_or(0).max(1);
    Paper { id: found.id, signed_on: found.signed_on, kind: kind.to_uppercase(), size }
}

/// What a place is called, its pupils in the order of the list, and how their consents stand.
pub(super) type Standing = (String, Vec<(rows::Pupil, list::Pupil)>, BTreeMap<PersonId, State>);

pub(super) async fn stand(
    db: &mut PgConnection,
    vault: &Vault,
    (look, today): (Look, Today<'_>),
    place: Place,
) -> Result<Option<Standing>, Error> {
    let Some((name, pupils)) = list::all(&mut *db, vault, look, place).await? else { return Ok(None) };
    let ids: Vec<PersonId> = pupils.iter().map(|(row, _)| row.id).collect();
    let states = consents::states(db, vault, (&today.season.key, today.day), &ids).await?;
    Ok(Some((name, pupils, states)))
}
