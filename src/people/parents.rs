//! Parents: linked by a code that the child shows, in any messenger, on the child's own account too.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{
    Profile,
    codes::{self, Code},
    load, newcomer, profiles_of, redeem, reply,
};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::{CodeId, PersonId},
    journal::{self, Act, Entry},
    message::{Args, Value},
    signal::{self, Signal},
    store::{
        self, guardians,
        roles::{self, NewRole},
    },
};

/// How long a code lives that a child shows: as long as the child's conversation waits for somebody to redeem it.
const LIVES: TimeDelta = TimeDelta::hours(1);
/// Such codes that one child may have shown per hour.
const PER_HOUR: usize = 5;
/// Parents of one child: two, and those whom they have married since.
const MOST: usize = 4;
/// The domain of the keyed hash: a parent's code signs nobody in as the child.
const HASH: &str = "parent code";
/// What the child's conversation waits for.
const LINKED: &str = "parent_linked";

/// `parents.code`: a code that makes whoever redeems it a parent of this pupil.
///
/// # Errors
/// When the database fails, or nobody has signed in here.
pub async fn code(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (child, hour) = (acting.person, TimeDelta::hours(1));
    load(acting.db, child).await?.filter(|row| row.record && row.pupil).ok_or(Error::Nobody)?;
    if guardians::parents(acting.db, child).await?.len() >= MOST {
        return Ok(Reply::plain("full").into());
    }
    let made = guardians::codes_since(acting.db, child, acting.now - hour).await?;
    if made.len() >= PER_HOUR {
        return Ok(reply("limited", [("until", Value::Moment(made[made.len() - PER_HOUR] + hour))]));
    }
    let id = CodeId(acting.dice.uuid(acting.now));
    let hash = codes::of_link(acting.vault, id).hash_in(acting.vault, HASH);
    guardians::put_code(acting.db, (id, child), &hash, (acting.now, acting.now + LIVES)).await?;
    Ok(reply("ok", [("code", Value::LinkCode(id)), ("minutes", LIVES.num_minutes().into())]))
}

/// `parents.link`: redeems such a code. Whoever is nobody yet, or a pupil whose phone this is, becomes a person by the name given.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn link(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (Some(account), Some(code)) = (acting.account, Code::find(text(args, "code")?)) else {
        return Ok(Reply::plain("unknown").into());
    };
    store::people::lock_account(acting.db, account).await?;
    if let Some(until) = redeem::paused_until(acting.db, account, acting.now).await? {
        return Ok(reply("limited", [("until", Value::Moment(until))]));
    }
    let found = guardians::lock(acting.db, &code.hash_in(acting.vault, HASH)).await?;
    let miss = match &found {
        None => Some("unknown"),
        Some(code) if code.used => Some("used"),
        Some(code) if code.expires_at <= acting.now => Some("expired"),
        Some(_) => None,
    };
    let (None, Some(found)) = (miss, found) else {
        redeem::missed(acting, account).await?;
        return Ok(Reply::plain(miss.unwrap_or("unknown")).into());
    };
    let parents = guardians::parents(acting.db, found.child).await?;
    let name = || Value::FirstName(found.child);
    if parents.contains(&acting.person) {
        return Ok(reply("already", [("name", name())]));
    }
    if parents.len() >= MOST {
        return Ok(Reply::plain("full").into());
    }
    let grown = load(acting.db, acting.person).await?.is_some_and(|row| row.record && !row.pupil);
    let parent = if grown {
        acting.person
    } else {
        newcomer::arrive([text(args, "last")?, text(args, "first")?, ""], acting).await?
    };
    become_parent(acting, found.child, parent, text(args, "relation")?).await?;
    guardians::consume(acting.db, found.id, parent, acting.now).await?;
    let moved_to = (!grown).then_some(parent);
    Ok(Acted { moved_to, ..reply("ok", [("name", name())]) })
}

async fn become_parent(
    acting: &mut Acting<'_>,
    child: PersonId,
    parent: PersonId,
    relation: &str,
) -> Result<(), Error> {
    let now = acting.now;
    let id = acting.dice.uuid(now);
    guardians::link(acting.db, id, (child, parent), relation, now).await?;
    for school in guardians::schools(acting.db, &[child]).await? {
        let id = acting.dice.uuid(now);
        let role = NewRole { id, person: parent, role: "parent", territory: None, school: Some(school), class: None };
        roles::give(acting.db, &role, None, now).await?;
    }
    let entry = Entry::of(Some(parent), Act::ParentLinked, Some(child.0), [("relation", relation.to_owned())]);
    journal::write(acting.db, acting.vault, now, &entry).await?;
    let signal =
        Signal { id, person: child, name: LINKED.to_owned(), about: None, brings: Args::new(), until: now + LIVES };
    signal::raise(acting.db, acting.vault, signal, now).await?;
    Ok(())
}

/// `parents.children`: whose parent this person is.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn children(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let children = guardians::children(acting.db, acting.person).await?;
    if children.is_empty() {
        return Ok(Reply::plain("none").into());
    }
    let known = profiles_of(acting.db, acting.vault, &children).await?;
    let options = children.iter().map(|child| option(*child, &known));
    Ok(reply("some", [("options", Value::List(options.collect()))]))
}

fn option(child: PersonId, known: &BTreeMap<PersonId, Profile>) -> Value {
    let first = |id: &PersonId| known.get(id).map(|profile| profile.first.as_str());
    let alone = known.keys().filter(|other| first(other) == first(&child)).count() == 1;
    let label = if alone { Value::FirstName(child) } else { Value::ShortName(child) };
    Value::Record(BTreeMap::from([("value".into(), child.to_string().into()), ("label".into(), label)]))
}

/// `parents.unlink`: this person is that child's parent no longer.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn unlink(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (parent, wanted) = (acting.person, text(args, "child")?);
    let children = guardians::children(acting.db, parent).await?;
    let Some(child) = children.into_iter().find(|child| child.to_string() == wanted) else {
        return Ok(Reply::plain("unknown").into());
    };
    guardians::unlink(acting.db, (child, parent), parent, acting.now).await?;
    guardians::leave_schools(acting.db, parent, acting.now).await?;
    let entry = Entry::of(Some(parent), Act::ParentUnlinked, Some(child.0), []);
    journal::write(acting.db, acting.vault, acting.now, &entry).await?;
    Ok(reply("ok", [("name", Value::FirstName(child))]))
}
