//! The import's dealings with the database: what is known before, and writing what was planned.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Options,
    cells::Role,
    plan::{Change, Known, Planned, Snapshot},
    progress::{Far, Progress},
    row::Read,
};
use crate::{
    acting::Error,
    ids::{ClassId, Dice, PersonId, SchoolId},
    people::{Profile, email_index},
    seal::Vault,
    store::{
        people::{self, Record},
        roles::{self, NewRole},
        territories::{self, ClassKey},
    },
};

/// People that are written by one statement.
const AT_ONCE: usize = 2_000;

/// What the programme knows of the schools and people that these rows name, as far as whoever asks may look.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn snapshot(
    db: &mut PgConnection,
    vault: &Vault,
    rows: &[Read],
    options: &Options,
) -> Result<Snapshot, Error> {
    let mut inns: Vec<String> = rows.iter().filter_map(|row| row.inn.clone()).collect();
    inns.sort();
    inns.dedup();
    let schools = territories::schools_for(db, &inns, options.by).await?;
    let school = |inn: &str, kpp: &str| schools.iter().find(|s| s.inn == inn && s.kpp == kpp).map(|s| s.id);
    let (mut identities, mut emails) = (HashMap::new(), Vec::new());
    for (role, entry) in rows.iter().filter_map(|row| Some((row.role?, row.entry.as_ref().ok()?))) {
        match (role, school(&entry.inn, &entry.kpp), &entry.profile.email) {
            (Role::Pupil, Some(school), _) => {
                identities.insert(entry.profile.identity(vault, school).to_vec(), school);
            }
            (Role::Teacher, _, Some(email)) => emails.push(email_index(vault, email).to_vec()),
            _ => {}
        }
    }
    let seen = schools.iter().map(|s| s.id).collect::<Vec<_>>();
    let people = known(db, (vault, &options.progress), &seen, &identities, &emails).await?;
    Ok(Snapshot { schools: schools.into_iter().map(|s| (s.inn, s.kpp, s.id)).collect(), people })
}

/// Those who sit or teach in these schools, and those who are found by identity or e-mail wherever they are.
async fn known(
    db: &mut PgConnection,
    (vault, progress): (&Vault, &Progress),
    schools: &[SchoolId],
    identities: &HashMap<Vec<u8>, SchoolId>,
    emails: &[Vec<u8>],
) -> Result<Vec<Known>, Error> {
    let keys: Vec<Vec<u8>> = identities.keys().cloned().collect();
    let named = people::find(db, &keys, emails).await?;
    let mut known: BTreeMap<PersonId, Known> = BTreeMap::new();
    for row in &named {
        let school = row.identity.as_ref().and_then(|identity| identities.get(identity)).copied();
        let role = if row.adult { Role::Teacher } else { Role::Pupil };
        let profile = Profile::open(vault, row.id, &row.profile)?;
        known.insert(row.id, Known { id: row.id, role, profile, school, classes: Vec::new() });
    }
    let ids: Vec<PersonId> = named.iter().map(|row| row.id).collect();
    let seats = roles::seats(db, schools, &ids).await?;
    let all = seats.len();
    for (seat, done) in seats.into_iter().zip(1..) {
        progress.count(Far::Compared, done, all);
        let Some(sealed) = &seat.profile else { continue };
        let class =
            ClassKey { school: seat.school, school_year: seat.school_year, grade: seat.grade, letter: seat.letter };
        if let std::collections::btree_map::Entry::Vacant(vacant) = known.entry(seat.person) {
            let role = if seat.role == "teacher" { Role::Teacher } else { Role::Pupil };
            let profile = Profile::open(vault, seat.person, sealed)?;
            vacant.insert(Known { id: seat.person, role, profile, school: Some(seat.school), classes: Vec::new() });
        }
        if let Some(person) = known.get_mut(&seat.person) {
            person.school = person.school.or(Some(seat.school));
            person.classes.push(class);
        }
    }
    Ok(known.into_values().collect())
}

/// Writes what was planned. Gives the ids of the people, in the order of the plan.
///
/// # Errors
/// When the database fails.
pub async fn apply(
    db: &mut PgConnection,
    vault: &Vault,
    (dice, progress): (&Dice, &Progress),
    now: DateTime<Utc>,
    planned: &[Planned],
) -> Result<Vec<PersonId>, Error> {
    let ids: Vec<PersonId> = planned.iter().map(|p| p.id.unwrap_or_else(|| PersonId(dice.uuid(now)))).collect();
    let touched: Vec<_> = planned.iter().zip(&ids).filter(|(p, _)| p.change != Change::Unchanged).collect();
    let mut done = 0;
    for some in touched.chunks(AT_ONCE) {
        let records = some.iter().map(|(p, id)| record(vault, p, **id)).collect::<Result<Vec<_>, _>>()?;
        people::write(db, &records, now).await?;
        done += some.len();
        progress.tell(Far::Written(done, touched.len()));
    }
    let moved = touched.iter().filter(|(p, _)| p.change == Change::Moved).map(|(_, id)| **id).collect::<Vec<_>>();
    roles::leave_classes(db, &moved, now).await?;
    let classes = classes(db, dice, now, &touched).await?;
    let seats = touched.iter().flat_map(|(p, id)| p.classes.iter().map(move |class| (p.role, **id, class)));
    let granted: Vec<NewRole> = seats
        .filter_map(|(role, person, class)| {
            let role = if role == Role::Teacher { "teacher" } else { "pupil" };
            let (school, class) = (Some(class.school), Some(*classes.get(class)?));
            Some(NewRole { id: dice.uuid(now), person, role, territory: None, school, class })
        })
        .collect();
    roles::grant(db, &granted, now).await?;
    Ok(ids)
}

fn record(vault: &Vault, planned: &Planned, id: PersonId) -> Result<Record, Error> {
    let teacher = planned.role == Role::Teacher;
    let school = planned.classes.first().map(|class| class.school);
    let profile = &planned.profile;
    Ok(Record {
        id,
        profile: profile.seal(vault, id)?,
        identity: school.filter(|_| !teacher).map(|school| profile.identity(vault, school)),
        email: profile.email.as_deref().filter(|_| teacher).map(|email| email_index(vault, email)),
        adult: teacher,
    })
}

async fn classes(
    db: &mut PgConnection,
    dice: &Dice,
    now: DateTime<Utc>,
    touched: &[(&Planned, &PersonId)],
) -> sqlx::Result<HashMap<ClassKey, ClassId>> {
    let mut keys: Vec<ClassKey> = touched.iter().flat_map(|(p, _)| p.classes.iter().cloned()).collect();
    keys.sort();
    keys.dedup();
    let keys: Vec<(ClassKey, Uuid)> = keys.into_iter().map(|key| (key, dice.uuid(now))).collect();
    Ok(territories::classes(db, &keys).await?.into_iter().collect())
}
