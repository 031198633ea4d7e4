//! Groups: pupils of several classes of one school, put together by whoever works with them.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::{Look, list::Pupil};
use crate::{
    acting::Error,
    ids::{Dice, GroupId, PersonId, SchoolId},
    import::table::Cell,
    journal::{self, Act, Entry},
    seal::{Place as Sealed, Vault},
    store::{
        classes,
        pupil_groups::{self as rows, NewGroup},
    },
};

/// The most characters of a group's name.
pub const LONGEST: usize = 60;
/// The domain of the blind index of names.
const NAME: &str = "group's name";

/// A group that somebody may look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which.
    pub id: GroupId,
    /// Of which school.
    pub school: SchoolId,
    /// What it is called.
    pub name: String,
    /// Pupils in it whom the reader sees.
    pub pupils: usize,
}

fn place(id: &GroupId) -> Sealed<'_> {
    Sealed { table: "pupil_group", column: "name", row: id.0.as_bytes() }
}

fn opened(vault: &Vault, row: &rows::Group) -> Result<Group, Error> {
    let name = String::from_utf8(vault.open(place(&row.id), &row.name)?).map_err(|_| Error::Profile)?;
    let pupils = usize::try_from(row.pupils).unwrap_or(0);
    Ok(Group { id: row.id, school: row.school, name, pupils })
}

/// The groups of a school that somebody may look at.
///
/// # Errors
/// When the database fails or a name does not open.
pub async fn of(db: &mut PgConnection, vault: &Vault, reader: PersonId, school: SchoolId) -> Result<Vec<Group>, Error> {
    rows::seen(db, reader, Some(school), None).await?.iter().map(|row| opened(vault, row)).collect()
}

/// One group that somebody may look at.
///
/// # Errors
/// When the database fails or the name does not open.
pub async fn one(db: &mut PgConnection, vault: &Vault, reader: PersonId, id: GroupId) -> Result<Option<Group>, Error> {
    rows::seen(db, reader, None, Some(id)).await?.first().map(|row| opened(vault, row)).transpose()
}

/// Puts names to the groups that pupils are in; those that the reader may not look at are left out.
pub(super) async fn name(
    db: &mut PgConnection,
    vault: &Vault,
    reader: PersonId,
    pupils: &mut [Pupil],
) -> Result<(), Error> {
    let mut schools: Vec<SchoolId> = pupils.iter().filter(|p| !p.groups.is_empty()).map(|p| p.school).collect();
    schools.sort();
    schools.dedup();
    let mut names: BTreeMap<GroupId, String> = BTreeMap::new();
    for school in schools {
        names.extend(of(db, vault, reader, school).await?.into_iter().map(|group| (group.id, group.name)));
    }
    for pupil in pupils {
        pupil.groups = pupil.groups.iter().filter_map(|(id, _)| Some((*id, names.get(id)?.clone()))).collect();
    }
    Ok(())
}

/// What came of a wish for a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// There it is.
    Group(GroupId),
    /// Its name is empty or too long.
    Unnamed,
    /// There is one of this name in the school.
    Twice,
    /// The school is not theirs.
    NotFound,
}

/// Makes a group in a school whose pupils somebody works with.
///
/// # Errors
/// When the database fails.
pub async fn make(
    db: &mut PgConnection,
    (vault, dice): (&Vault, &Dice),
    look: Look,
    (school, name): (SchoolId, &str),
) -> Result<Made, Error> {
    if classes::school(db, look.reader, school).await?.is_none() {
        return Ok(Made::NotFound);
    }
    let name = Cell::Text(name.chars().take(400).collect()).text();
    if name.is_empty() || name.chars().count() > LONGEST {
        return Ok(Made::Unnamed);
    }
    let id = GroupId(dice.uuid(look.now));
    let (sealed, index) = (vault.seal(place(&id), name.as_bytes()), vault.blind(NAME, name.to_uppercase().as_bytes()));
    let group = NewGroup { id, school, name: &sealed, index: &index, by: look.reader };
    if !rows::make(db, &group, look.now).await? {
        return Ok(Made::Twice);
    }
    let entry = Entry::of(Some(look.reader), Act::GroupMade, Some(id.0), [("school", school.to_string())]);
    journal::write(db, vault, look.now, &entry).await?;
    Ok(Made::Group(id))
}

/// Of the pupils who are shown, those who are wanted are in the group from now on. `shown` and `wanted` are within the reader's scope.
/// Gives how many were put in and taken out; `None`: the group is not theirs to see.
///
/// # Errors
/// When the database fails.
pub async fn set(
    db: &mut PgConnection,
    vault: &Vault,
    look: Look,
    group: GroupId,
    (shown, wanted): (&[PersonId], &[PersonId]),
) -> Result<Option<(u64, u64)>, Error> {
    if rows::seen(db, look.reader, None, Some(group)).await?.is_empty() {
        return Ok(None);
    }
    let (put, out) = rows::set(db, (look.reader, group), (shown, wanted), look.now).await?;
    if put + out > 0 {
        let counts = [("put", put.to_string()), ("out", out.to_string())];
        let entry = Entry::of(Some(look.reader), Act::GroupFilled, Some(group.0), counts);
        journal::write(db, vault, look.now, &entry).await?;
    }
    Ok(Some((put, out)))
}

/// Closes a group. `false`: it is not theirs to see, or closed.
///
/// # Errors
/// When the database fails.
pub async fn close(db: &mut PgConnection, vault: &Vault, look: Look, group: GroupId) -> Result<bool, Error> {
    if !rows::close(db, look.reader, group, look.now).await? {
        return Ok(false);
    }
    let entry = Entry::of(Some(look.reader), Act::GroupClosed, Some(group.0), []);
    journal::write(db, vault, look.now, &entry).await?;
    Ok(true)
}
