//! Whom sheets are printed for, and with what.

use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Today, checklist, sheet::Child};
use crate::{
    acting::Error,
    consents::State,
    ids::PersonId,
    journal::{self, Act, Entry},
    people::Profile,
    pupils::{Look, Place},
    seal::Vault,
    store::{documents, pupils as rows},
};

/// Whose sheets are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Those who owe a paper.
    Owing,
    /// Everybody's.
    All,
}

impl Whose {
    /// The word in forms and in the journal.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owing => "owing",
            Self::All => "all",
        }
    }
}

/// What sheets are filled with.
#[derive(Debug)]
pub struct Filled {
    /// A sheet for each.
    pub children: Vec<Child>,
    /// What the region is called, if the school lies in one.
    pub region: Option<String>,
}

/// Fills sheets for the pupils of a place, or for one of them. `None`: nobody is there, or it is out of scope.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn fill(
    db: &mut PgConnection,
    vault: &Vault,
    (look, today): (Look, Today<'_>),
    place: Place,
    (whose, one): (Whose, Option<Uuid>),
) -> Result<Option<Filled>, Error> {
    let Some((_, pupils, states)) = checklist::stand(&mut *db, vault, (look, today), place).await? else {
        return Ok(None);
    };
    let Some(class) = rows::seen(&mut *db, look.reader, place.of()).await? else { return Ok(None) };
    let mut children = Vec::new();
    for (row, pupil) in pupils {
        let wanted = match one {
            Some(one) => row.id.0 == one,
            None => whose == Whose::All || states.get(&row.id) == Some(&State::PaperOwes),
        };
        if wanted {
            children.push(child(vault, &row, pupil.class, &class.school_name)?);
        }
    }
    let region = documents::region(db, look.reader, place.ids()).await?;
    Ok((!children.is_empty()).then_some(Filled { children, region }))
}

fn child(vault: &Vault, row: &rows::Pupil, class: String, school: &str) -> Result<Child, Error> {
    let profile = row.profile.as_ref().map(|sealed| Profile::open(vault, row.id, sealed)).transpose()?;
    let name = profile.as_ref().map(|profile| {
        let parts = [Some(profile.last.as_str()), Some(profile.first.as_str()), profile.patronymic.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let birth = profile.and_then(|profile| profile.birth).map(|birth| birth.format("%d.%m.%Y").to_string());
    Ok(Child { name: name.unwrap_or_default(), birth: birth.unwrap_or_default(), class, school: school.to_owned() })
}

/// Writes into the journal that sheets were printed: names and dates of birth were looked at.
///
/// # Errors
/// When the database fails.
pub async fn record(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    (place, whose): (Place, (Whose, Option<Uuid>)),
    sheets: usize,
) -> Result<(), Error> {
    let (whose, one) = whose;
    let whose = if one.is_some() { "one" } else { whose.word() };
    let detail = [
        ("place", place.named()),
        ("whose", whose.to_owned()),
        ("sheets", sheets.to_string()),
        ("field", "birth".to_owned()),
    ];
    let entry = Entry::of(Some(look.reader), Act::TemplatePrinted, one.map(|id| PersonId(id).0), detail);
    Ok(journal::write(db, vault, look.now, &entry).await?)
}
