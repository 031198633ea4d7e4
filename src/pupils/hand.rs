//! Classes and pupils made, moved and archived by hand, by the rules of the import and within whoever does it sees.

use sqlx::PgConnection;

use super::{Look, Place, list};
use crate::{
    acting::Error,
    ids::{ClassId, Dice, PersonId, SchoolId},
    import::{
        apply,
        column::Column,
        fault::Kind,
        hand::{self, Draft, Judged},
    },
    journal::{self, Act, Entry},
    people::Profile,
    seal::Vault,
    store::{
        classes::{self, Seat},
        roles::{self, NewRole},
        territories,
    },
};

/// What works at it.
#[derive(Clone, Copy)]
pub struct Hand<'h> {
    /// Seals.
    pub vault: &'h Vault,
    /// Ids.
    pub dice: &'h Dice,
    /// Who, and when.
    pub look: Look,
}

/// What came of a wish for a class.
#[derive(Debug)]
pub enum MadeClass {
    /// There it is.
    Class(ClassId),
    /// It was there, and theirs to see.
    There(ClassId),
    /// It is there, and somebody else's.
    Others,
    /// What is wrong with what was typed, by column.
    Faults(Vec<(Column, Kind)>),
    /// The school is not theirs.
    NotFound,
}

/// What came of a wish for a pupil.
#[derive(Debug)]
pub enum Added {
    /// There he or she is.
    Pupil(PersonId),
    /// What is wrong with what was typed.
    Faults(Vec<(Option<Column>, Kind)>),
    /// Is there already: in a class that is theirs to see,
    Known(PersonId),
    /// in the archive of such a class,
    Archived(PersonId),
    /// or elsewhere in the school.
    Elsewhere,
    /// Nearly is somebody who is there: whom, if theirs to see.
    Near(Option<PersonId>),
    /// The class is not theirs.
    NotFound,
}

impl Hand<'_> {
    /// Makes a class. Whoever teaches in the school has it from then on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn class(
        &self,
        db: &mut PgConnection,
        school: SchoolId,
        typed: (&str, &str, &str),
    ) -> Result<MadeClass, Error> {
        let Look { reader, now } = self.look;
        if classes::school(db, reader, school).await?.is_none() {
            return Ok(MadeClass::NotFound);
        }
        let key = match hand::class(school, typed) {
            Ok(key) => key,
            Err(faults) => return Ok(MadeClass::Faults(faults)),
        };
        roles::import_alone(db).await?;
        match classes::named(db, reader, &key).await? {
            Some((class, true)) => return Ok(MadeClass::There(class)),
            Some((_, false)) => return Ok(MadeClass::Others),
            None => {}
        }
        let made = territories::classes(db, &[(key, self.dice.uuid(now))]).await?;
        let Some((_, class)) = made.into_iter().next() else { return Ok(MadeClass::NotFound) };
        if classes::teaches_in(db, reader, school).await? {
            let (school, seat) = (Some(school), Some(class));
            let id = self.dice.uuid(now);
            let role = NewRole { id, person: reader, role: "teacher", territory: None, school, class: seat };
            roles::give(db, &role, Some(reader), now).await?;
        }
        self.note(db, Act::ClassMade, None, [("class", class.to_string())]).await?;
        Ok(MadeClass::Class(class))
    }

    /// Adds a pupil to a class. `alike`: whoever nearly is somebody else is somebody else.
    ///
    /// # Errors
    /// When the database fails or a profile does not open.
    pub async fn add(
        &self,
        db: &mut PgConnection,
        class: ClassId,
        (draft, alike): (&Draft, bool),
    ) -> Result<Added, Error> {
        let Some(seat) = self.seat(db, class).await? else { return Ok(Added::NotFound) };
        roles::import_alone(db).await?;
        let planned = match hand::pupil(db, self.vault, (draft, alike), &seat, self.look.now).await? {
            Judged::Good(planned) => planned,
            Judged::Faults(faults) => {
                return Ok(Added::Faults(faults.into_iter().map(|fault| (fault.column, fault.kind)).collect()));
            }
            Judged::Known(id) => return self.where_is(db, id, seat.key.school).await,
            Judged::Near(id) => {
                let seen = list::one(db, self.vault, self.look, (Place::School(seat.key.school), id)).await?;
                return Ok(Added::Near(seen.map(|_| id)));
            }
        };
        let ids = apply::apply(db, self.vault, self.dice, self.look.now, &[planned]).await?;
        let Some(id) = ids.first().copied() else { return Ok(Added::NotFound) };
        self.note(db, Act::PupilAdded, Some(id), [("class", class.to_string())]).await?;
        Ok(Added::Pupil(id))
    }

    async fn where_is(&self, db: &mut PgConnection, id: PersonId, school: SchoolId) -> Result<Added, Error> {
        if list::one(db, self.vault, self.look, (Place::School(school), id)).await?.is_some() {
            return Ok(Added::Known(id));
        }
        let kept = classes::archived(db, self.look.reader, (None, Some(school)), Some(id)).await?;
        Ok(if kept.is_empty() { Added::Elsewhere } else { Added::Archived(id) })
    }

    /// Moves a pupil of a place to another class of the same school. `false`: one of them is not theirs, or it is the same class.
    ///
    /// # Errors
    /// When the database fails or a profile does not open.
    pub async fn turn(&self, db: &mut PgConnection, pupil: (Place, PersonId), to: ClassId) -> Result<bool, Error> {
        roles::import_alone(db).await?;
        let Some((facts, _)) = list::one(db, self.vault, self.look, pupil).await? else { return Ok(false) };
        let Some(seat) = self.seat(db, to).await? else { return Ok(false) };
        let (id, row) = (pupil.1, facts.row);
        if seat.key.school != row.school || to == row.class {
            return Ok(false);
        }
        let Some(sealed) = &row.profile else { return Ok(false) };
        self.sit(db, id, sealed, &seat).await?;
        let detail = [("from", row.class.to_string()), ("to", to.to_string())];
        self.note(db, Act::PupilMoved, Some(id), detail).await?;
        Ok(true)
    }

    /// Puts a pupil of a place into the archive: out of class, with all that is known of him or her. `false`: not theirs.
    ///
    /// # Errors
    /// When the database fails or a profile does not open.
    pub async fn archive(&self, db: &mut PgConnection, (place, id): (Place, PersonId)) -> Result<bool, Error> {
        if list::one(db, self.vault, self.look, (place, id)).await?.is_none() {
            return Ok(false);
        }
        let Look { reader, now } = self.look;
        classes::archive(db, (&[id], Some(reader)), now).await?;
        self.note(db, Act::PupilArchived, Some(id), [("place", place.named())]).await?;
        Ok(true)
    }

    /// Brings a pupil back from the archive, into the class that he or she was in. `false`: not there, or not theirs.
    ///
    /// # Errors
    /// When the database fails or a profile does not open.
    pub async fn restore(&self, db: &mut PgConnection, (school, id): (SchoolId, PersonId)) -> Result<bool, Error> {
        roles::import_alone(db).await?;
        let mut kept = classes::archived(db, self.look.reader, (None, Some(school)), Some(id)).await?;
        let Some(kept) = kept.pop() else { return Ok(false) };
        let Some(seat) = self.seat(db, kept.class).await? else { return Ok(false) };
        let Some(sealed) = &kept.profile else { return Ok(false) };
        self.sit(db, id, sealed, &seat).await?;
        classes::leave_archive(db, &[id]).await?;
        self.note(db, Act::PupilRestored, Some(id), [("class", kept.class.to_string())]).await?;
        Ok(true)
    }

    /// The pupils in the archive of a place, with their names, the latest first.
    ///
    /// # Errors
    /// When the database fails or a profile does not open.
    pub async fn archived(&self, db: &mut PgConnection, school: SchoolId) -> Result<Vec<Kept>, Error> {
        let rows = classes::archived(db, self.look.reader, (None, Some(school)), None).await?;
        rows.into_iter()
            .map(|row| {
                let profile =
                    row.profile.as_ref().map(|sealed| Profile::open(self.vault, row.id, sealed)).transpose()?;
                let name = profile.map(|profile| profile.short_name()).unwrap_or_default();
                Ok(Kept { id: row.id, name, class: format!("{}{}", row.grade, row.letter), at: row.at })
            })
            .collect()
    }

    async fn sit(&self, db: &mut PgConnection, id: PersonId, sealed: &[u8], seat: &Seat) -> Result<(), Error> {
        let profile = Profile::open(self.vault, id, sealed)?;
        let planned = hand::seated(id, profile, seat.key.clone());
        apply::apply(db, self.vault, self.dice, self.look.now, &[planned]).await?;
        Ok(())
    }

    async fn seat(&self, db: &mut PgConnection, class: ClassId) -> sqlx::Result<Option<Seat>> {
        let Some(school) = Place::Class(class).school(db, self.look.reader).await? else { return Ok(None) };
        let seats = classes::of_school(db, self.look.reader, school).await?;
        Ok(seats.into_iter().find(|seat| seat.id == class))
    }

    async fn note<const N: usize>(
        &self,
        db: &mut PgConnection,
        act: Act,
        whom: Option<PersonId>,
        detail: [(&'static str, String); N],
    ) -> sqlx::Result<()> {
        let entry = Entry::of(Some(self.look.reader), act, whom.map(|id| id.0), detail);
        journal::write(db, self.vault, self.look.now, &entry).await
    }
}

/// A pupil in the archive.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Who.
    pub id: PersonId,
    /// «Имя Ф.»
    pub name: String,
    /// From which class.
    pub class: String,
    /// Since when, civil.
    pub at: chrono::DateTime<chrono::Utc>,
}
