//! People and the accounts that speak for them: who is here, whose turn it is, which language.
//!
//! An account is not a person: it may hold several profiles, and one of them speaks. An unknown account stands for a
//! provisional person until a code names the record that it really is ([`redeem`]).

use std::collections::BTreeMap;

use sqlx::PgConnection;

pub mod codes;
pub mod needs;
mod newcomer;
pub mod own;
pub mod parents;
mod profile;
pub mod redeem;
pub mod roles;

pub use profile::{Profile, Sex, email_index};

use crate::{
    acting::{Acted, Acting, Error},
    flow::Reply,
    ids::{AccountId, PersonId},
    message::Value,
    seal::Vault,
    store,
};

/// The profiles of these people, opened. Somebody without one (a provisional person) is left out.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn profiles_of(
    db: &mut PgConnection,
    vault: &Vault,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, Profile>, Error> {
    let rows = store::people::load(db, people).await?;
    rows.iter()
        .filter_map(|row| row.profile.as_ref().map(|sealed| (row.id, sealed)))
        .map(|(id, sealed)| Ok((id, Profile::open(vault, id, sealed)?)))
        .collect()
}

/// `people.who`: nobody yet, a pupil, an adult, a teacher of a class, or one who answers for a school or a territory.
///
/// # Errors
/// When the database fails.
pub async fn who(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(row) = load(acting.db, acting.person).await?.filter(|row| row.record) else {
        return Ok(Reply::plain("nobody").into());
    };
    let profiles = records(acting.db, acting.account).await?.len();
    let outcome = match row {
        store::people::Row { pupil: true, .. } => "pupil",
        store::people::Row { staff: true, .. } => "staff",
        store::people::Row { school: true, .. } => "school",
        store::people::Row { teacher: true, .. } => "teacher",
        // A pupil who is in no class any more: archived.
        store::people::Row { adult: false, .. } => return Ok(Reply::plain("nobody").into()),
        _ => "adult",
    };
    let verified = verified(acting.db, row.id).await?;
    Ok(reply(
        outcome,
        [
            ("name", Value::FirstName(row.id)),
            ("verified", verified.into()),
            ("profiles", i64::try_from(profiles.max(1)).unwrap_or(i64::MAX).into()),
        ],
    ))
}

/// `people.profiles`: those that this account may speak as, by first name; two of one name by «Имя Ф.».
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn profiles(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let ids = records(acting.db, acting.account).await?;
    let known = profiles_of(acting.db, acting.vault, &ids).await?;
    let first = |id: &PersonId| known.get(id).map(|profile| profile.first.as_str());
    let options = ids.iter().map(|id| {
        let alone = ids.iter().filter(|other| first(other) == first(id)).count() == 1;
        let label = if alone { Value::FirstName(*id) } else { Value::ShortName(*id) };
        Value::Record(BTreeMap::from([("value".into(), id.to_string().into()), ("label".into(), label)]))
    });
    let outcome = if ids.len() > 1 { "several" } else { "one" };
    Ok(reply(outcome, [("options", Value::List(options.collect()))]))
}

/// `people.switch`: another profile of this account speaks from now on.
///
/// # Errors
/// When the database fails.
pub async fn switch(profile: &str, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let ids = records(acting.db, acting.account).await?;
    let to = ids.into_iter().find(|id| id.to_string() == profile);
    let (Some(to), Some(account)) = (to, acting.account) else { return Ok(Reply::plain("unknown").into()) };
    store::people::speak_for(acting.db, account, to, acting.now).await?;
    let moved_to = (to != acting.person).then_some(to);
    Ok(Acted { moved_to, ..reply("ok", [("name", Value::FirstName(to))]) })
}

/// `people.language`: what this person reads from now on.
///
/// # Errors
/// When the database fails.
pub async fn language(lang: &str, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    store::people::set_language(acting.db, acting.person, lang).await?;
    Ok(Reply::plain("ok").into())
}

/// `people.plain`: whether this person reads plain words from now on.
///
/// # Errors
/// When the database fails.
pub async fn plain(on: bool, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    store::people::set_plain(acting.db, acting.person, on).await?;
    Ok(Reply::plain("ok").into())
}

async fn load(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<store::people::Row>> {
    Ok(store::people::load(db, &[person]).await?.pop())
}

async fn records(db: &mut PgConnection, account: Option<AccountId>) -> sqlx::Result<Vec<PersonId>> {
    match account {
        Some(account) => store::people::of_account(db, account).await,
        None => Ok(Vec::new()),
    }
}

async fn verified(db: &mut PgConnection, person: PersonId) -> sqlx::Result<bool> {
    Ok(store::verifications::verified(db, person).await?.is_some())
}

fn reply<const N: usize>(outcome: &str, values: [(&str, Value); N]) -> Acted {
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Reply { outcome: outcome.to_owned(), values }.into()
}
