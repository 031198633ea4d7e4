//! The demo region that `dev` fills an empty database with. Everybody in it is made up.
//!
//! Ids and one-time codes are derived from the index key: the same database always has the same people, and a code can be
//! shown again without ever having been kept.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::{Builder, Uuid};

use crate::{
    acting,
    calendar::local,
    channel::Channel,
    ids::{Dice, EventId, PersonId, SchoolId, TerritoryId},
    people::{
        Profile, Sex,
        codes::{self, Code},
        email_index,
    },
    seal::Vault,
    store::{
        self,
        events::{self, NewEvent},
        people::{self, Record},
        roles::{self, NewRole},
        territories::{self, ClassKey, NewTerritory, School},
    },
    territory::{self, Contact, Says},
};

mod cast;

use cast::{PEOPLE, PLACES, Person, Place, Role};

/// Why nothing is seeded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody's real database.
    #[error("this database is neither empty nor made by `dev`; nothing was touched")]
    Foreign,
    /// The database, or a profile that can't be sealed.
    #[error(transparent)]
    Programme(#[from] acting::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Programme(error.into())
    }
}

/// A demo person, as the sandbox shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeedPerson {
    /// First name and family name.
    pub name: String,
    /// `pupil`, `teacher`, `parent`, `coordinator`, `support`.
    pub role: &'static str,
    /// The messenger that he or she has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Those with the same word share one account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<&'static str>,
    /// The one-time code, as long as nobody has used it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Whether `dev` may use this database (and `--fresh` empty it): it is empty, or `dev` has filled it. Ask before migrating.
///
/// # Errors
/// [`Error::Foreign`] if not.
pub async fn admits(db: &mut PgConnection) -> Result<(), Error> {
    let tables = store::demo::tables(db).await?;
    if tables.is_empty() {
        return Ok(());
    }
    let ours = ["account", "demo", "person", "territory"].iter().all(|table| tables.iter().any(|t| t == table));
    // A start that died between migrating and seeding leaves our tables, empty.
    let ours = ours && (store::demo::is_marked(db).await? || store::demo::is_empty(db).await?);
    if ours { Ok(()) } else { Err(Error::Foreign) }
}

/// Fills an empty database with the demo region; in one that `dev` filled before, codes that ran out unused live on, and an
/// event that it lacks is added.
/// The caller owns the transaction. `true`: the region was made just now.
///
/// # Errors
/// [`Error::Foreign`] in a database with other people in it.
pub async fn seed(db: &mut PgConnection, vault: &Vault, dice: &Dice, now: DateTime<Utc>) -> Result<bool, Error> {
    if store::demo::is_marked(db).await? {
        let codes: Vec<Code> = PEOPLE.iter().map(|person| code(vault, person)).collect();
        codes::renew(db, vault, now, &codes).await?;
        open_workshops(db, vault, now).await?;
        return Ok(false);
    }
    if !store::demo::is_empty(db).await? {
        return Err(Error::Foreign);
    }
    store::demo::mark(db, now).await?;
    places(db, vault).await?;
    cast(db, vault, dice, now).await?;
    open_workshops(db, vault, now).await?;
    Ok(true)
}

/// The demo people, with the codes that are still unused. Nobody in a database that `dev` did not fill.
///
/// # Errors
/// When the database fails.
pub async fn people(db: &mut PgConnection, vault: &Vault, now: DateTime<Utc>) -> Result<Vec<SeedPerson>, Error> {
    if !store::demo::is_marked(db).await? {
        return Ok(Vec::new());
    }
    let codes: Vec<Code> = PEOPLE.iter().map(|person| code(vault, person)).collect();
    let open = codes::still_open(db, vault, now, &codes).await?;
    let people = PEOPLE.iter().zip(codes.iter().zip(open));
    Ok(people
        .map(|(person, (code, open))| SeedPerson {
            name: format!("{} {}", person.first, person.last),
            role: person.role.word(),
            channel: Some(person.channel),
            account: person.account,
            code: open.then(|| code.shown()),
        })
        .collect())
}

fn id(vault: &Vault, what: &str, name: &str) -> Uuid {
    let hash = vault.blind("demo id", format!("{what}\n{name}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

fn code(vault: &Vault, person: &Person) -> Code {
    let hash = vault.blind("demo code", format!("{}\n{}", person.last, person.first).as_bytes());
    Code::new([hash[0], hash[1], hash[2], hash[3], hash[4]])
}

fn person_id(vault: &Vault, person: &Person) -> PersonId {
    PersonId(id(vault, "person", &format!("{}\n{}", person.last, person.first)))
}

async fn places(db: &mut PgConnection, vault: &Vault) -> Result<(), Error> {
    let root = found(db, vault, None, "federation", "Россия").await?;
    let says = Says { destinations: Some(vec!["+79".to_owned()]), contacts: vec![cast::support()], ..Says::default() };
    territory::set(db, vault, root, &says).await?;
    for place in PLACES {
        let region = found(db, vault, Some(root), "region", place.region).await?;
        let municipality = found(db, vault, Some(region), "municipality", place.municipality).await?;
        territory::set(db, vault, municipality, &says_of(place)).await?;
        let (id, name) = (SchoolId(id(vault, "school", place.inn)), place.school.to_owned());
        let (inn, kpp) = (place.inn.to_owned(), place.kpp.to_owned());
        territories::write_school(db, &School { id, territory: municipality, name, inn, kpp }).await?;
    }
    Ok(())
}

/// One event in the first municipality's region, three days from now at three in the afternoon there, with three seats.
async fn open_workshops(db: &mut PgConnection, vault: &Vault, now: DateTime<Utc>) -> Result<(), Error> {
    let Some(place) = PLACES.first() else { return Ok(()) };
    let zone: Tz = place.zone.parse().unwrap_or(territory::DEFAULT_ZONE);
    let day = now.with_timezone(&zone).date_naive() + Days::new(3);
    let hour = |hour| local(day, NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default(), zone);
    let event = NewEvent {
        id: EventId(id(vault, "event", cast::WORKSHOPS.0)),
        territory: Some(TerritoryId(id(vault, "region", place.region))),
        school: None,
        title: cast::WORKSHOPS.0.to_owned(),
        place: cast::WORKSHOPS.1.to_owned(),
        starts_at: hour(15),
        ends_at: hour(17),
        seats: 3,
        grades: (6, 11),
        season: school_year(now),
        stage: Some("try".to_owned()),
    };
    Ok(events::add(db, &event, now).await?)
}

async fn found(
    db: &mut PgConnection,
    vault: &Vault,
    parent: Option<TerritoryId>,
    kind: &str,
    name: &str,
) -> sqlx::Result<TerritoryId> {
    let id = TerritoryId(id(vault, kind, name));
    territories::find_or_add(db, &NewTerritory { id, parent, kind, name }).await
}

fn says_of(place: &Place) -> Says<'static> {
    let contact = Contact {
        name: place.contact.to_owned(),
        phone: place.phone.to_owned(),
        address: place.address.to_owned(),
        ..Contact::default()
    };
    let destinations = place.destinations.map(|all| all.iter().map(|&prefix| prefix.to_owned()).collect());
    Says { zone: Some(place.zone), destinations, contacts: vec![contact] }
}

async fn cast(db: &mut PgConnection, vault: &Vault, dice: &Dice, now: DateTime<Utc>) -> Result<(), Error> {
    let records = PEOPLE.iter().map(|person| record(vault, person, now)).collect::<Result<Vec<_>, _>>()?;
    people::write(db, &records, now).await?;
    for person in PEOPLE {
        let granted = granted(db, vault, dice, now, person).await?;
        roles::grant(db, &granted, now).await?;
    }
    let codes: Vec<_> = PEOPLE.iter().map(|person| (person_id(vault, person), code(vault, person))).collect();
    Ok(codes::keep(db, vault, dice, now, &codes).await?)
}

fn record(vault: &Vault, person: &Person, now: DateTime<Utc>) -> Result<Record, acting::Error> {
    let id = person_id(vault, person);
    let profile = Profile {
        last: person.last.to_owned(),
        first: person.first.to_owned(),
        patronymic: person.patronymic.map(str::to_owned),
        sex: Some(if person.female { Sex::Female } else { Sex::Male }),
        birth: birth(person, now),
        email: person.email.map(str::to_owned),
    };
    let pupil = matches!(person.role, Role::Pupil { .. });
    let school = SchoolId(self::id(vault, "school", PLACES[person.place].inn));
    Ok(Record {
        id,
        profile: profile.seal(vault, id)?,
        identity: pupil.then(|| profile.identity(vault, school)),
        email: person.email.map(|email| email_index(vault, email)),
        adult: !pupil,
    })
}

/// Pupils are as old as their grade, whatever year it is.
fn birth(person: &Person, now: DateTime<Utc>) -> Option<NaiveDate> {
    let Role::Pupil { grade, .. } = person.role else { return None };
    NaiveDate::from_ymd_opt(first_year(now) - i32::from(grade) - 6, person.born.1, person.born.0)
}

/// The school year that runs, or is about to: it turns in July.
fn first_year(now: DateTime<Utc>) -> i32 {
    if now.month() >= 7 { now.year() } else { now.year() - 1 }
}

fn school_year(now: DateTime<Utc>) -> String {
    format!("{}-{}", first_year(now), first_year(now) + 1)
}

async fn granted(
    db: &mut PgConnection,
    vault: &Vault,
    dice: &Dice,
    now: DateTime<Utc>,
    person: &Person,
) -> Result<Vec<NewRole>, Error> {
    let place = &PLACES[person.place];
    let school = SchoolId(id(vault, "school", place.inn));
    let role = NewRole {
        id: dice.uuid(now),
        person: person_id(vault, person),
        role: person.role.word(),
        territory: None,
        school: None,
        class: None,
    };
    let seats: &[(i16, &str)] = match person.role {
        Role::Pupil { grade, letter } => &[(grade, letter)],
        Role::Teacher(classes) => classes,
        Role::Parent | Role::Coordinator | Role::Support => {
            let (kind, name) = person.role.territory(place);
            return Ok(vec![NewRole { territory: Some(TerritoryId(id(vault, kind, name))), ..role }]);
        }
    };
    let year = school_year(now);
    let keys = seats.iter().map(|&(grade, letter)| {
        let key = ClassKey { school, school_year: year.clone(), grade, letter: letter.to_owned() };
        (key, dice.uuid(now))
    });
    let classes = territories::classes(db, &keys.collect::<Vec<_>>()).await?;
    let seat = |(_, class)| NewRole { id: dice.uuid(now), school: Some(school), class: Some(class), ..role.clone() };
    Ok(classes.into_iter().map(seat).collect())
}
