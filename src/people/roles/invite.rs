//! Invitations: a role passes to whoever follows a link, once, within seven days, as long as its giver may still give it.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use sqlx::PgConnection;

use super::{Place, Role, offer::name_of, over};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::{AccountId, CodeId, PersonId},
    journal::{self, Act, Entry},
    message::{Args, Value},
    people::{
        codes::{self, Code},
        load, newcomer, reply,
    },
    seal::{self, Vault},
    store::{
        invitations::{self, Found, NewInvitation},
        people,
        roles::{self, NewRole},
    },
};

/// How long an invitation waits to be taken.
pub const LIVES: TimeDelta = TimeDelta::days(7);
/// Invitations that one person may make per hour: a whole municipality's schools, and no more than somebody could mean.
const PER_HOUR: usize = 100;
/// The domain of the keyed hash: an invitation is never taken for a card's code.
const HASH: &str = "invitation";
/// The longest note that says for whom it is, in characters.
const LONGEST_NOTE: usize = 100;

/// `roles.invite`: a link by which somebody takes a role at a place.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn invite(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (place, role) = (Place::read(text(args, "place")?), Role::of(text(args, "role")?));
    let (Some(place), Some(role)) = (place, role) else { return Ok(Reply::plain("unknown").into()) };
    let hour = TimeDelta::hours(1);
    let made = invitations::made_since(acting.db, acting.person, acting.now - hour).await?;
    if made.len() >= PER_HOUR {
        return Ok(reply("limited", [("until", Value::Moment(made[made.len() - PER_HOUR] + hour))]));
    }
    let note = text(args, "note")?;
    let Some((id, name)) = make(acting, (role, place), note).await? else { return Ok(Reply::plain("unknown").into()) };
    let values = [
        ("link", Value::Invitation(id)),
        ("role", Value::Lines(vec![name_of(role.word())])),
        ("place", name.into()),
        ("days", LIVES.num_days().into()),
    ];
    Ok(reply("ok", values))
}

async fn make(
    acting: &mut Acting<'_>,
    (role, place): (Role, Place),
    note: &str,
) -> Result<Option<(CodeId, String)>, Error> {
    let held = over(acting.db, acting.person, place).await?;
    let found = roles::place(acting.db, place.territory(), place.school()).await?;
    let Some((_, name)) = found.filter(|(kind, _)| Role::givable(&held, kind).contains(&role)) else {
        return Ok(None);
    };
    let id = keep(acting.db, acting.vault, acting.dice, (role, place), Some(acting.person), note, acting.now).await?;
    Ok(Some((id, name)))
}

/// Keeps an invitation and tells the journal; whoever calls has judged that it may be made. `by`: nobody for the command line.
///
/// # Errors
/// When the database fails.
pub async fn keep(
    db: &mut PgConnection,
    vault: &Vault,
    dice: &crate::ids::Dice,
    (role, place): (Role, Place),
    by: Option<PersonId>,
    note: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<CodeId, Error> {
    let id = CodeId(dice.uuid(now));
    put(db, vault, id, (role, place), (by, None), note, now).await?;
    let detail = [("role", role.word().to_owned()), ("place", place.named())];
    journal::write(db, vault, now, &Entry::of(by, Act::Invited, Some(id.0), detail)).await?;
    Ok(id)
}

/// Keeps an invitation, perhaps one for a person of a table; whoever calls tells the journal.
pub(super) async fn put(
    db: &mut PgConnection,
    vault: &Vault,
    id: CodeId,
    (role, place): (Role, Place),
    (by, person): (Option<PersonId>, Option<PersonId>),
    note: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> sqlx::Result<()> {
    let note: String = note.trim().chars().take(LONGEST_NOTE).collect();
    let sealed = (!note.is_empty()).then(|| vault.seal(note_of(&id), note.as_bytes()));
    let new = NewInvitation {
        id,
        hash: codes::of_link(vault, id).hash_in(vault, HASH),
        role: role.word(),
        territory: place.territory(),
        school: place.school(),
        person,
        note: sealed.as_deref(),
        made_by: by,
        expires_at: now + LIVES,
    };
    invitations::put(db, &new, now).await
}

fn note_of(id: &CodeId) -> seal::Place<'_> {
    seal::Place { table: "invitation", column: "note", row: id.0.as_bytes() }
}

/// For whom an invitation was made, as its maker wrote it.
///
/// # Errors
/// When it does not open.
pub fn note(vault: &Vault, id: CodeId, sealed: Option<&[u8]>) -> Result<String, Error> {
    let Some(sealed) = sealed else { return Ok(String::new()) };
    Ok(String::from_utf8_lossy(&vault.open(note_of(&id), sealed)?).into_owned())
}

/// Whether there is such an invitation, of whatever state: asked for by whoever redeems a code that is none.
///
/// # Errors
/// When the database fails.
pub(in crate::people) async fn is_one(db: &mut PgConnection, vault: &Vault, code: &Code) -> sqlx::Result<bool> {
    Ok(invitations::lock(db, &code.hash_in(vault, HASH)).await?.is_some())
}

/// An invitation that is good, or why it is not.
enum Judged {
    Good(Found, Role, Place),
    Not(&'static str),
}

/// Looks an invitation up and judges it: whoever made it must still be one who may.
async fn judged(code: &str, acting: &mut Acting<'_>) -> Result<Judged, Error> {
    let Some(code) = Code::find(code) else { return Ok(Judged::Not("unknown")) };
    let Some(found) = invitations::lock(acting.db, &code.hash_in(acting.vault, HASH)).await? else {
        return Ok(Judged::Not("unknown"));
    };
    if found.used {
        return Ok(Judged::Not("used"));
    }
    let place = found.territory.map(Place::Territory).or(found.school.map(Place::School));
    let (Some(role), Some(place)) = (Role::of(&found.role), place) else { return Ok(Judged::Not("unknown")) };
    if found.revoked || found.expires_at <= acting.now || !still_given(acting.db, &found, role, place).await? {
        return Ok(Judged::Not("expired"));
    }
    Ok(Judged::Good(found, role, place))
}

async fn still_given(db: &mut PgConnection, found: &Found, role: Role, place: Place) -> sqlx::Result<bool> {
    // A table gave the role; if it was taken away since, nobody comes by it.
    if let Some(person) = found.person
        && !roles::holds(db, person, role.word(), place.territory(), place.school()).await?
    {
        return Ok(false);
    }
    let Some(maker) = found.made_by else { return Ok(true) };
    let held: BTreeSet<Role> = over(db, maker, place).await?;
    Ok(role.given_by().iter().any(|giver| held.contains(giver)))
}

/// `roles.show`: what an invitation is to, before it is taken.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn show(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (found, role, place) = match judged(text(args, "code")?, acting).await? {
        Judged::Good(found, role, place) => (found, role, place),
        Judged::Not(outcome) => return Ok(Reply::plain(outcome).into()),
    };
    // Whom a table names is not asked for a name.
    let known = found.person.is_some() || load(acting.db, acting.person).await?.is_some_and(|row| row.record);
    let held = match found.person {
        Some(person) => person == acting.person,
        None => roles::holds(acting.db, acting.person, role.word(), place.territory(), place.school()).await?,
    };
    let outcome = if held { "held" } else { "ok" };
    let values =
        [("role", Value::Lines(vec![name_of(role.word())])), ("place", found.place.into()), ("known", known.into())];
    Ok(reply(outcome, values))
}

/// `roles.accept`: the role is taken. Whoever is nobody yet becomes a person of the programme by the name that is given; a person
/// who is known stays who they are.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn accept(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (found, role, place) = match judged(text(args, "code")?, acting).await? {
        Judged::Good(found, role, place) => (found, role, place),
        Judged::Not(outcome) => return Ok(Reply::plain(outcome).into()),
    };
    if let (Some(person), Some(account)) = (found.person, acting.account) {
        return come(person, account, &found, (role, place), acting).await;
    }
    let known = load(acting.db, acting.person).await?.filter(|row| row.record);
    let person = match &known {
        Some(row) => row.id,
        None => {
            newcomer::arrive([text(args, "last")?, text(args, "first")?, text(args, "patronymic")?], acting).await?
        }
    };
    let new = NewRole {
        id: acting.dice.uuid(acting.now),
        person,
        role: role.word(),
        territory: place.territory(),
        school: place.school(),
        class: None,
    };
    roles::give(acting.db, &new, found.made_by, acting.now).await?;
    invitations::consume(acting.db, found.id, person, acting.now).await?;
    let detail = [("role", role.word().to_owned()), ("place", place.named()), ("invitation", found.id.0.to_string())];
    let entry = Entry::of(Some(person), Act::RoleGiven, Some(person.0), detail);
    journal::write(acting.db, acting.vault, acting.now, &entry).await?;
    let moved_to = known.is_none().then_some(person);
    Ok(Acted { moved_to, ..taken(person, role, found.place) })
}

/// Whoever takes an invitation for a person of a table is that person from now on, with the classes that the table gave.
async fn come(
    person: PersonId,
    account: AccountId,
    found: &Found,
    (role, place): (Role, Place),
    acting: &mut Acting<'_>,
) -> Result<Acted, Error> {
    let now = acting.now;
    people::lock_account(acting.db, account).await?;
    invitations::consume(acting.db, found.id, person, now).await?;
    // Another that waits for the same person would let somebody else in as them.
    invitations::revoke_for(acting.db, person, None, now).await?;
    people::speak_for(acting.db, account, person, now).await?;
    people::sign_in(acting.db, person, now).await?;
    people::merge(acting.db, acting.person, person).await?;
    let detail = [("role", role.word().to_owned()), ("place", place.named()), ("invitation", found.id.0.to_string())];
    let entry = Entry::of(Some(person), Act::InvitationTaken, Some(person.0), detail);
    journal::write(acting.db, acting.vault, now, &entry).await?;
    let moved_to = (person != acting.person).then_some(person);
    Ok(Acted { moved_to, ..taken(person, role, found.place.clone()) })
}

fn taken(person: PersonId, role: Role, place: String) -> Acted {
    let role = Value::Lines(vec![name_of(role.word())]);
    reply("ok", [("name", Value::FirstName(person)), ("role", role), ("place", place.into())])
}
