//! Who holds which role, and taking one away: what the page «Люди и роли» shows and does.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Place, Role, invite, over};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::{CodeId, PersonId},
    journal::{self, Act, Entry},
    message::{Args, Value},
    once::{self, Made},
    people::{Profile, reply},
    seal::Vault,
    store::{
        invitations,
        roles::{self, HeldRole},
    },
};

/// The page, in links.
pub const PAGE: &str = "people";
/// Roles on one page.
pub const ROWS: i64 = 50;

/// `roles.people`: a page with who holds which role at a place and below it.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn people(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(place) = Place::read(text(args, "place")?) else { return Ok(Reply::plain("unknown").into()) };
    if over(acting.db, acting.person, place).await?.is_empty() {
        return Ok(Reply::plain("unknown").into());
    }
    match once::make(acting, PAGE, &serde_json::json!({"place": place.named()})).await? {
        Made::Link(id) => {
            let minutes = once::LINK_LIVES.num_minutes();
            Ok(reply("ok", [("page", Value::Page(id)), ("minutes", minutes.into())]))
        }
        Made::Nowhere => Ok(Reply::plain("nowhere").into()),
        Made::Limited(until) => Ok(reply("limited", [("until", Value::Moment(until))])),
    }
}

/// A role as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The row.
    pub id: Uuid,
    /// Who.
    pub person: PersonId,
    /// «Имя Ф.»; empty for somebody without a name.
    pub name: String,
    /// The role's word.
    pub role: String,
    /// What the territory or school is called.
    pub place: String,
    /// Since when, civil.
    pub since: DateTime<Utc>,
    /// Whether its holder has ever been here.
    pub signed_in: bool,
    /// Whether the reader may take it away.
    pub revocable: bool,
}

/// An invitation as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The row.
    pub id: Uuid,
    /// For whom, as its maker wrote it.
    pub note: String,
    /// The role's word.
    pub role: String,
    /// What the territory or school is called.
    pub place: String,
    /// Until when, civil.
    pub until: DateTime<Utc>,
}

/// What somebody sees of a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What it is called.
    pub place: String,
    /// Who holds which role there and below.
    pub holders: Vec<Holder>,
    /// Whether there are more.
    pub more: bool,
    /// Invitations that wait, wherever the reader answers for.
    pub waiting: Vec<Waiting>,
}

/// What a reader sees of a place, behind the first `past` roles; `None`: it is out of scope, or not there.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn see(
    db: &mut PgConnection,
    vault: &Vault,
    reader: PersonId,
    (place, past): (Place, i64),
    now: DateTime<Utc>,
) -> Result<Option<Seen>, Error> {
    if over(db, reader, place).await?.is_empty() {
        return Ok(None);
    }
    let at = (place.territory(), place.school());
    let Some((_, name)) = roles::place(db, at.0, at.1).await? else { return Ok(None) };
    let mut found = roles::staff(db, reader, at, (past, ROWS + 1)).await?;
    let more = found.len() as i64 > ROWS;
    found.truncate(ROWS as usize);
    let mut holders = Vec::with_capacity(found.len());
    for role in &found {
        holders.push(holder(db, vault, reader, role).await?);
    }
    let waiting = invitations::open(db, reader, now).await?.into_iter().map(|open| {
        let note = invite::note(vault, CodeId(open.id), open.note.as_deref())?;
        Ok(Waiting { id: open.id, note, role: open.role, place: open.place, until: open.expires_at })
    });
    let waiting = waiting.collect::<Result<_, Error>>()?;
    Ok(Some(Seen { place: name, holders, more, waiting }))
}

async fn holder(db: &mut PgConnection, vault: &Vault, reader: PersonId, role: &HeldRole) -> Result<Holder, Error> {
    let profile = role.profile.as_ref().map(|sealed| Profile::open(vault, role.person, sealed)).transpose()?;
    Ok(Holder {
        id: role.id,
        person: role.person,
        name: profile.map(|profile| profile.short_name()).unwrap_or_default(),
        role: role.role.clone(),
        place: role.place.clone(),
        since: role.granted_at,
        signed_in: role.signed_in,
        revocable: may_revoke(db, reader, role).await?,
    })
}

/// Whoever may give a role may take it away; nobody takes one from themselves, so that no place is left to nobody by a slip.
async fn may_revoke(db: &mut PgConnection, staff: PersonId, role: &HeldRole) -> sqlx::Result<bool> {
    let place = role.school.map(Place::School).or(role.territory.map(Place::Territory));
    let (Some(kind), Some(place)) = (Role::of(&role.role), place) else { return Ok(false) };
    let held = over(db, staff, place).await?;
    Ok(role.person != staff && kind.given_by().iter().any(|giver| held.contains(giver)))
}

/// Takes a role away. `None`: there is none such, or it is not the reader's to take.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn revoke(
    db: &mut PgConnection,
    vault: &Vault,
    staff: PersonId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Holder>, Error> {
    let Some(role) = roles::held(db, id).await? else { return Ok(None) };
    if !may_revoke(db, staff, &role).await? {
        return Ok(None);
    }
    let holder = holder(db, vault, staff, &role).await?;
    roles::revoke(db, &role, staff, now).await?;
    let place = role.school.map(Place::School).or(role.territory.map(Place::Territory));
    let detail = [("role", role.role.clone()), ("place", place.map(Place::named).unwrap_or_default())];
    let entry = Entry::of(Some(staff), Act::RoleRevoked, Some(role.person.0), detail);
    journal::write(db, vault, now, &entry).await?;
    Ok(Some(holder))
}

/// A role that the reader may take away, to be asked about first.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn revocable(
    db: &mut PgConnection,
    vault: &Vault,
    staff: PersonId,
    id: Uuid,
) -> Result<Option<Holder>, Error> {
    let Some(role) = roles::held(db, id).await? else { return Ok(None) };
    let holder = holder(db, vault, staff, &role).await?;
    Ok(Some(holder).filter(|holder| holder.revocable))
}

/// Takes back an invitation that waits. `false`: there is none such.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(
    db: &mut PgConnection,
    vault: &Vault,
    staff: PersonId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let gone = invitations::revoke(db, staff, id, now).await?;
    if gone {
        journal::write(db, vault, now, &Entry::of(Some(staff), Act::InvitationRevoked, Some(id), [])).await?;
    }
    Ok(gone)
}
