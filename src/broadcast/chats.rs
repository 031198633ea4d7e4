//! Chats of territories: a code that makes a group one, which there are, and how one is taken back.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::reply;
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::{CodeId, LaneId, TerritoryId},
    message::{Args, Value, Words},
    people::codes::{self, Code},
    seal::Vault,
    store::chats::{self, Chat, Place},
};

/// What is written before a code; `@` and our name may follow.
const BIND: &str = "/chat";
/// How long a code lives that makes a group a chat of ours.
const CODE: TimeDelta = TimeDelta::minutes(15);
/// Such codes that one person may have shown per hour.
const CODES_PER_HOUR: usize = 10;
/// The domain of their keyed hash: another than that of the codes that sign in, for these are said aloud.
const HASH: &str = "chat code";
/// As many as a message of VK has buttons for, beside two others.
const SHOWN: usize = 8;

/// `broadcast.places`: the territories that the author answers for, as far as their names hold `like`; one that is exactly it
/// goes before all others.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn places(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let like = folded(text(args, "like")?);
    let mut places = chats::places(acting.db, acting.person).await?;
    if places.is_empty() {
        return Ok(Reply::plain("stranger").into());
    }
    places.retain(|place| folded(&place.name).contains(&like));
    if places.iter().any(|place| folded(&place.name) == like) {
        places.retain(|place| folded(&place.name) == like);
    }
    match &places[..] {
        [] => Ok(Reply::plain("none").into()),
        [only] => Ok(reply("one", [("territory", named(only.id).into())])),
        several if several.len() <= SHOWN => {
            let options = several.iter().map(|place| option(named(place.id), label(place, several)));
            Ok(reply("several", [("options", Value::List(options.collect()))]))
        }
        _ => Ok(Reply::plain("many").into()),
    }
}

/// Small letters, «ё» like «е».
fn folded(name: &str) -> String {
    name.trim().to_lowercase().replace('ё', "е")
}

fn named(territory: TerritoryId) -> String {
    territory.0.simple().to_string()
}

/// Its name, and where it lies if another has the same.
fn label(place: &Place, among: &[Place]) -> String {
    let alike = among.iter().filter(|other| other.name == place.name).count() > 1;
    match &place.above {
        Some(above) if alike => format!("{} ({above})", place.name),
        _ => place.name.clone(),
    }
}

fn option(value: String, label: String) -> Value {
    Value::Record(BTreeMap::from([("value".to_owned(), value.into()), ("label".to_owned(), label.into())]))
}

/// `broadcast.chat_code`: a code that, written into a group, makes it a chat of this territory.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn chat_code(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (staff, now, hour) = (acting.person, acting.now, TimeDelta::hours(1));
    let wanted = Uuid::try_parse(text(args, "territory")?).ok().map(TerritoryId);
    let places = chats::places(acting.db, staff).await?;
    if places.is_empty() {
        return Ok(Reply::plain("stranger").into());
    }
    // Out of scope looks like not there.
    let Some(place) = places.into_iter().find(|place| Some(place.id) == wanted) else {
        return Ok(Reply::plain("unknown").into());
    };
    let made = chats::codes_since(acting.db, staff, now - hour).await?;
    if made.len() >= CODES_PER_HOUR {
        return Ok(reply("limited", [("until", Value::Moment(made[made.len() - CODES_PER_HOUR] + hour))]));
    }
    let id = CodeId(acting.dice.uuid(now));
    let hash = codes::of_link(acting.vault, id).hash_in(acting.vault, HASH);
    chats::put_code(acting.db, id.0, (staff, place.id), &hash, (now, now + CODE)).await?;
    let values = [
        ("command", Value::Command(BIND.trim_start_matches('/').to_owned())),
        ("code", Value::LinkCode(id)),
        ("minutes", CODE.num_minutes().into()),
        ("place", place.name.into()),
    ];
    Ok(reply("ok", values))
}

/// What came of words that were said to us in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is the chat of this territory now.
    To(String),
    /// A code was meant, and it is none, or none any more.
    No,
    /// No code was meant.
    Unmeant,
}

/// Makes a group a chat of the territory whose code is among these words.
///
/// # Errors
/// When the database fails.
pub async fn bind(
    db: &mut PgConnection,
    vault: &Vault,
    chat: (&LaneId, &str),
    title: Option<&str>,
    said: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Bound> {
    let words: Vec<&str> = said.split_whitespace().collect();
    if !words.iter().any(|word| word.split('@').next() == Some(BIND)) {
        return Ok(Bound::Unmeant);
    }
    // A code may be written in one piece or in two.
    let codes: Vec<Vec<u8>> = words
        .iter()
        .map(|word| (*word).to_owned())
        .chain(words.windows(2).map(<[&str]>::concat))
        .filter_map(|word| Code::read(&word))
        .take(CODES_PER_HOUR)
        .map(|code| code.hash_in(vault, HASH).to_vec())
        .collect();
    let Some(code) = chats::use_code(&mut *db, &codes, now).await? else { return Ok(Bound::No) };
    Ok(chats::bind(db, chat, title, code, now).await?.map_or(Bound::No, Bound::To))
}

/// `broadcast.chats`: the chats of the author's territories, so many at once, behind the one that was shown last.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn list(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let after = number(args, "after")?.unwrap_or(0);
    if chats::places(acting.db, acting.person).await?.is_empty() {
        return Ok(Reply::plain("stranger").into());
    }
    // One more than is shown tells whether there are more.
    let mut found = chats::chats(acting.db, acting.person, None, after, SHOWN as i64 + 1).await?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let Some(last) = found.last().map(|chat| chat.id.to_string()) else { return Ok(Reply::plain("none").into()) };
    let options = found.iter().map(|chat| option(chat.id.to_string(), title(chat)));
    let lines = found.iter().map(|chat| Words { key: "broadcast-line".to_owned(), args: described(chat) });
    let values = [("options", Value::List(options.collect())), ("lines", Value::Lines(lines.collect()))];
    let [options, lines] = values;
    Ok(if more { reply("more", [options, lines, ("last", last.into())]) } else { reply("some", [options, lines]) })
}

/// `broadcast.chat`: one of them.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn show(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(chat) = seen(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    Ok(Reply { outcome: "ok".to_owned(), values: described(&chat) }.into())
}

/// `broadcast.disconnect`: makes one of them nobody's.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn disconnect(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(chat) = seen(args, acting).await? else { return Ok(Reply::plain("unknown").into()) };
    if !chats::disconnect(acting.db, acting.person, chat.id, acting.now).await? {
        return Ok(Reply::plain("unknown").into());
    }
    tracing::info!(chat = chat.id, lane = %chat.lane, by = %acting.person, "a chat is disconnected");
    Ok(Reply { outcome: "ok".to_owned(), values: described(&chat) }.into())
}

async fn seen(args: &Args, acting: &mut Acting<'_>) -> Result<Option<Chat>, Error> {
    let Some(id) = number(args, "chat")? else { return Ok(None) };
    Ok(chats::chats(acting.db, acting.person, Some(id), 0, 1).await?.pop())
}

/// A number that travels as a text; `None`: it is none.
fn number(args: &Args, name: &'static str) -> Result<Option<i64>, Error> {
    Ok(text(args, name)?.parse().ok())
}

fn described(chat: &Chat) -> Args {
    let channel = chat.lane.0.split(':').next().unwrap_or_default();
    [("title", title(chat)), ("channel", channel.to_owned()), ("place", chat.place.clone())]
        .map(|(name, text)| (name.to_owned(), text.into()))
        .into()
}

/// VK does not tell a chat's title.
fn title(chat: &Chat) -> String {
    chat.title.clone().unwrap_or_else(|| format!("№ {}", chat.id))
}
