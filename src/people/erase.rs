//! «Удалить мои данные»: somebody, or a parent, asks; the person is blocked at once, and erased by a job once the hold is over.
//! Until then a code brings everything back.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{codes, load, reply};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::{AccountId, CodeId, Dice, PersonId},
    journal::{self, Act, Entry},
    message::{Args, Said, Value, Words},
    seal::Vault,
    store::{
        self,
        codes::NewCode,
        deliveries::Class,
        erasures::{self, NewErasure, Orphan},
        guardians,
        notices::{self, Notice},
    },
    territory,
};

/// How long an erasure can be taken back. Ours: whoever was hasty, or whose phone somebody else had in hand, has a day to say so;
/// the law gives ten working days (152-FZ, article 21, part 5.1), a withdrawn consent thirty days.
pub const HOLD: TimeDelta = TimeDelta::hours(24);

/// `own.erase`: this person, or a child of theirs, is blocked now and erased after [`HOLD`].
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn erase(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let about = text(args, "about")?;
    let (whom, ground) = if about.is_empty() {
        (Some(acting.person), "self")
    } else {
        let children = guardians::children(acting.db, acting.person).await?;
        (children.into_iter().find(|child| child.to_string() == about), "parent")
    };
    let Some(whom) = whom else { return Ok(Reply::plain("unknown").into()) };
    let told = guardians::parents(acting.db, whom).await?;
    let (id, due) = (acting.dice.uuid(acting.now), acting.now + HOLD);
    let new = NewErasure { id, ground, season: None, asked_by: acting.person, due, people: 1 };
    if !load(acting.db, whom).await?.is_some_and(|row| row.record) {
        return Ok(Reply::plain("unknown").into());
    }
    let number = erasures::begin(acting.db, &new, whom, acting.now).await?;
    let zone = territory::zone(acting.db, whom).await?;
    let speaks = block(acting.db, acting.dice, id, (&[whom], acting.person), acting.now).await?;
    let code = code(acting, whom, due).await?;
    let mine = speaks.iter().find(|(account, _)| Some(*account) == acting.account).map(|(_, person)| *person);
    let others = speaks.iter().map(|(_, person)| *person).filter(|person| Some(*person) != mine);
    let parents = told.into_iter().filter(|parent| *parent != acting.person && ground == "self");
    let notice = |person: PersonId, key: &str| notice(person, key, (whom, due), number, (acting.now, zone));
    let notices: Vec<Notice> = others
        .map(|person| notice(person, "notice-erasure"))
        .chain(parents.map(|p| notice(p, "notice-erasure_child")))
        .collect();
    notices::queue(acting.db, Class::Reply, &notices).await?;
    let entry = Entry::of(Some(acting.person), Act::ErasureAsked, Some(id), [("number", number.to_string())]);
    journal::write(acting.db, acting.vault, acting.now, &entry).await?;
    let number = number.to_string();
    let answer =
        reply("ok", [("number", number.into()), ("code", Value::LinkCode(code)), ("until", Value::Moment(due))]);
    Ok(Acted { moved_to: mine, ..answer })
}

/// Blocks people within an act. Gives whom the accounts that spoke for them speak for from now on.
///
/// # Errors
/// When the database fails.
pub async fn block(
    db: &mut PgConnection,
    dice: &Dice,
    erasure: Uuid,
    (whom, by): (&[PersonId], PersonId),
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(AccountId, PersonId)>> {
    let blocked = erasures::block(&mut *db, erasure, whom, by, now).await?;
    let orphans = erasures::detach(&mut *db, &blocked).await?;
    let next = |orphan: &Orphan| {
        let speaks = orphan.other.unwrap_or_else(|| PersonId(dice.uuid(now)));
        (orphan.account, speaks, orphan.person)
    };
    let hands: Vec<_> = orphans.iter().map(next).collect();
    erasures::hand_on(db, &hands, now).await?;
    Ok(hands.into_iter().map(|(account, speaks, _)| (account, speaks)).collect())
}

/// The code that takes it back.
async fn code(acting: &mut Acting<'_>, whom: PersonId, due: DateTime<Utc>) -> Result<CodeId, Error> {
    let id = CodeId(acting.dice.uuid(acting.now));
    let hash = codes::of_link(acting.vault, id).hash(acting.vault);
    let row = NewCode { id: id.0, person: whom, kind: "return", hash, expires_at: due };
    store::codes::put(acting.db, &[row], acting.now).await?;
    Ok(id)
}

fn notice(
    person: PersonId,
    key: &str,
    (whom, due): (PersonId, DateTime<Utc>),
    number: i64,
    (now, zone): (DateTime<Utc>, chrono_tz::Tz),
) -> Notice {
    let args: [(&str, Value); 3] =
        [("name", Value::FirstName(whom)), ("until", Value::Moment(due)), ("number", number.to_string().into())];
    let words = Words { key: key.to_owned(), args: args.map(|(name, value)| (name.to_owned(), value)).into() };
    Notice {
        person,
        said: Said { words, keyboard: None, picture: None },
        due: now,
        zone: zone.name().to_owned(),
        dedupe: format!("erasure:{number}:{person}"),
        void_key: None,
    }
}

/// Takes an erasure of this person back, if one is still held. `false`: there is none.
///
/// # Errors
/// When the database fails.
pub async fn restore(
    db: &mut PgConnection,
    vault: &Vault,
    (person, by): (PersonId, PersonId),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let restored = erasures::restore(&mut *db, person, by, now).await?;
    if restored {
        journal::write(db, vault, now, &Entry::of(Some(by), Act::ErasureUndone, Some(person.0), [])).await?;
    }
    Ok(restored)
}
