//! What somebody may give, and where: the choices before an invitation is made.

use std::collections::BTreeMap;

use super::{Place, Role, over};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    message::{Args, Value, Words},
    people::reply,
    store::roles,
};

/// As many as a message of VK has buttons for, beside two others.
const SHOWN: usize = 8;

/// `roles.places`: the places that somebody answers for, as far as their names hold `like`; one that is exactly it goes before
/// all others.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn places(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let like = folded(text(args, "like")?);
    let found = roles::places(acting.db, acting.person, &like, SHOWN as i64 + 1).await?;
    let exact = found.iter().filter(|place| folded(&place.name) == like).count();
    match &found[..] {
        [] if like.is_empty() => Ok(Reply::plain("stranger").into()),
        [] => Ok(Reply::plain("none").into()),
        [only, ..] if exact == 1 || found.len() == 1 => Ok(reply("one", [("place", named(only).into())])),
        several if several.len() <= SHOWN => {
            let options = several.iter().map(|place| option(named(place), label(place, several).into()));
            Ok(reply("several", [("options", Value::List(options.collect()))]))
        }
        _ => Ok(Reply::plain("many").into()),
    }
}

/// `roles.offers`: the roles that somebody may give at a place.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn offers(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(place) = Place::read(text(args, "place")?) else { return Ok(Reply::plain("unknown").into()) };
    let held = over(acting.db, acting.person, place).await?;
    let found = roles::place(acting.db, place.territory(), place.school()).await?;
    // Out of scope looks like not there.
    let (Some((kind, name)), false) = (found, held.is_empty()) else { return Ok(Reply::plain("unknown").into()) };
    let givable = Role::givable(&held, &kind);
    if givable.is_empty() {
        return Ok(Reply::plain("unknown").into());
    }
    let options = givable.iter().map(|role| option(role.word().to_owned(), Value::Lines(vec![name_of(role.word())])));
    Ok(reply("ok", [("options", Value::List(options.collect())), ("name", name.into())]))
}

/// What a role is called.
pub(super) fn name_of(role: &str) -> Words {
    Words { key: "staff-role".to_owned(), args: [("role".to_owned(), role.into())].into() }
}

/// Small letters, «е» for «ё».
fn folded(name: &str) -> String {
    name.trim().to_lowercase().replace('ё', "е")
}

fn named(place: &roles::Place) -> String {
    let place = match (place.territory, place.school) {
        (Some(id), _) => Place::Territory(id),
        (None, Some(id)) => Place::School(id),
        (None, None) => return String::new(),
    };
    place.named()
}

/// Its name, and where it lies if another has the same.
fn label(place: &roles::Place, among: &[roles::Place]) -> String {
    let alike = among.iter().filter(|other| other.name == place.name).count() > 1;
    match &place.above {
        Some(above) if alike => format!("{} ({above})", place.name),
        _ => place.name.clone(),
    }
}

fn option(value: String, label: Value) -> Value {
    Value::Record(BTreeMap::from([("value".to_owned(), value.into()), ("label".to_owned(), label)]))
}
