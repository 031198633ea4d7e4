//! Somebody whom no import has brought: by an invitation to a role, or as a child's parent.

use crate::{
    acting::{Acting, Error},
    ids::PersonId,
    store::{self, people::Record},
};

use super::Profile;

/// Makes a person of whoever speaks here, and lets the account speak for them from now on. A stand-in of the account merges into
/// the new person; somebody else who spoke here (a child whose phone it is) stays who they are.
///
/// # Errors
/// When the database fails, or no account speaks.
pub(super) async fn arrive([last, first, patronymic]: [&str; 3], acting: &mut Acting<'_>) -> Result<PersonId, Error> {
    let account = acting.account.ok_or(Error::Nobody)?;
    let (person, now) = (PersonId(acting.dice.uuid(acting.now)), acting.now);
    let tidy = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let patronymic = Some(tidy(patronymic)).filter(|given| !given.is_empty());
    let profile = Profile { last: tidy(last), first: tidy(first), patronymic, sex: None, birth: None, email: None };
    let profile = profile.seal(acting.vault, person)?;
    let record = Record { id: person, profile, identity: None, email: None, adult: true };
    store::people::write(acting.db, &[record], now).await?;
    store::people::speak_for(acting.db, account, person, now).await?;
    store::people::sign_in(acting.db, person, now).await?;
    store::people::merge(acting.db, acting.person, person).await?;
    Ok(person)
}
