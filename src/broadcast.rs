//! Broadcasts: a coordinator writes to the chats and the pupils of the own territory, and sees what came of it.
//!
//! What is written lies sealed in a row of its own; the deliveries of a broadcast hold its id, and the lane opens it once for
//! many. What is let go is held for a minute, then put into the outbox in slices, parked, and released by its lanes at their pace:
//! whoever stops it, or does not want it any more, is heard until the last moment ([`sending`]).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Offset, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    acting::{Acted, Acting, Error, text},
    calendar::local,
    flow::Reply,
    ids::BroadcastId,
    message::{Args, Said, Value, Words},
    seal::{Place, Vault},
    store::{
        broadcasts::{self, Reached},
        casts::{self, Going},
        deliveries::Body,
    },
    territory::{self, DEFAULT_ZONE},
};
use moment::{Start, Wrong};

pub mod chats;
pub mod ledger;
pub mod moment;
pub mod progress;
pub mod sending;

/// The longest text, in characters: with the line that names its reader and the one that names its author it stays under the
/// 4,096 of Telegram.
const LONGEST: usize = 3_000;
/// What was let go goes out after this, and can be undone until then.
const HOLD: TimeDelta = TimeDelta::seconds(60);
/// The same words within this are asked about.
const AGAIN: TimeDelta = TimeDelta::hours(1);
/// People in one slice of the filling: a transaction of about a second.
const SLICE: i64 = 5_000;
/// More slices than these a byte of an id does not tell apart.
const MOST_SLICES: i64 = 250;
/// The domain of the keyed hash by which the same text is known again.
const LIKENESS: &str = "broadcast text";

/// Whom an author reaches.
struct Reach {
    /// The territories that he or she answers for, by name.
    held: Vec<String>,
    /// Those with somebody in them.
    places: Vec<Reached>,
}

impl Reach {
    /// `None`: the author answers for no territory.
    async fn of(acting: &mut Acting<'_>) -> sqlx::Result<Option<Self>> {
        let held = broadcasts::held(acting.db, acting.person).await?;
        if held.is_empty() {
            return Ok(None);
        }
        let season = season(acting);
        let places = broadcasts::reach(acting.db, acting.person, DEFAULT_ZONE.name(), season).await?;
        Ok(Some(Self { held, places }))
    }

    fn pupils(&self) -> i64 {
        self.places.iter().map(|place| place.pupils).sum()
    }

    fn chats(&self) -> i64 {
        self.places.iter().map(|place| place.chats).sum()
    }

    /// The territories in which somebody of this audience is.
    fn places(&self, to: Audience) -> impl Iterator<Item = &Reached> {
        self.places.iter().filter(move |place| (to.pupils && place.pupils > 0) || (to.chats && place.chats > 0))
    }
}

/// Whom a broadcast is for.
#[derive(Clone, Copy)]
struct Audience {
    pupils: bool,
    chats: bool,
}

impl Audience {
    fn read(args: &Args) -> Result<Self, Error> {
        match text(args, "to")? {
            "pupils" => Ok(Self { pupils: true, chats: false }),
            "chats" => Ok(Self { pupils: false, chats: true }),
            "everybody" => Ok(Self { pupils: true, chats: true }),
            _ => Err(Error::Argument("to")),
        }
    }
}

/// When it comes to whoever lives there, if it can be undone until `earliest`.
fn due(place: &Reached, start: Start, earliest: DateTime<Utc>) -> DateTime<Utc> {
    start.due(zone(place), earliest)
}

fn zone(place: &Reached) -> Tz {
    place.zone.parse().unwrap_or(DEFAULT_ZONE)
}

/// When it is to go: `at` as somebody wrote it, empty for at once; `by`: `local` for that hour of each one's own zone, `mine` for
/// that moment where its author lives. Gives it written out too, so that a look at it later means the same.
async fn start(args: &Args, acting: &mut Acting<'_>) -> Result<Result<(Start, String), Wrong>, Error> {
    let (at, by) = (text(args, "at")?, text(args, "by")?);
    if at.is_empty() {
        return Ok(Ok((Start::Now, String::new())));
    }
    let here = territory::zone(acting.db, acting.person).await?;
    Ok(match moment::read(at, acting.now.with_timezone(&here).naive_local()) {
        Err(wrong) => Err(wrong),
        Ok(at) => {
            let start = if by == "mine" { Start::At(local(at.date(), at.time(), here)) } else { Start::Local(at) };
            Ok((start, at.format("%d.%m.%Y %H:%M").to_string()))
        }
    })
}

/// `broadcast.plan`: when it would come to whom, wave by wave.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn plan(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let to = Audience::read(args)?;
    let (start, written) = match start(args, acting).await? {
        Ok(start) => start,
        Err(Wrong::Unread) => return Ok(Reply::plain("unread").into()),
        Err(Wrong::Past) => return Ok(Reply::plain("past").into()),
        Err(Wrong::Night) => return Ok(Reply::plain("night").into()),
        Err(Wrong::Far) => return Ok(Reply::plain("far").into()),
    };
    let Some(reach) = Reach::of(acting).await? else { return Ok(Reply::plain("stranger").into()) };
    let earliest = acting.now + HOLD;
    let mut waves: BTreeMap<(DateTime<Utc>, i32), Vec<&Reached>> = BTreeMap::new();
    for place in reach.places(to) {
        let at = due(place, start, earliest);
        let offset = at.with_timezone(&zone(place)).offset().fix().local_minus_utc();
        waves.entry((at, -offset)).or_default().push(place);
    }
    if waves.is_empty() {
        return Ok(Reply::plain("empty").into());
    }
    let lines = waves.iter().map(|((at, _), places)| wave(*at, places, to)).collect();
    Ok(reply("ok", [("at", written.into()), ("lines", Value::Lines(lines))]))
}

/// One line of the timeline.
fn wave(at: DateTime<Utc>, places: &[&Reached], to: Audience) -> Words {
    let first = places.iter().max_by_key(|place| (place.pupils + place.chats, &place.name));
    let there = at.with_timezone(&first.map_or(DEFAULT_ZONE, |place| zone(place)));
    let name = first.map(|place| place.name.clone()).unwrap_or_default();
    let sum =
        |of: fn(&Reached) -> i64, wanted| if wanted { places.iter().map(|place| of(place)).sum::<i64>() } else { 0 };
    let args: [(&str, Value); 6] = [
        ("there", there.format("%d.%m %H:%M").to_string().into()),
        ("at", Value::Moment(at)),
        ("place", name.into()),
        ("more", i64::try_from(places.len() - 1).unwrap_or(0).into()),
        ("pupils", sum(|place| place.pupils, to.pupils).into()),
        ("chats", sum(|place| place.chats, to.chats).into()),
    ];
    Words { key: "broadcast-wave".to_owned(), args: args.map(|(name, value)| (name.to_owned(), value)).into() }
}

/// `broadcast.reach`: for whom the author answers, and how many can be written to.
///
/// # Errors
/// When the database fails.
pub async fn reach(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(reach) = Reach::of(acting).await? else { return Ok(Reply::plain("stranger").into()) };
    let place = reach.held.join(", ");
    Ok(reply("ok", [("place", place.into()), ("pupils", reach.pupils().into()), ("chats", reach.chats().into())]))
}

/// `broadcast.preview`: who would get it now, whether all at once, and what stands under it.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn preview(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let to = Audience::read(args)?;
    let (id, since) = (named(args)?, acting.now - AGAIN);
    let Some(reach) = Reach::of(acting).await? else { return Ok(Reply::plain("stranger").into()) };
    let again = broadcasts::is_again(acting.db, id, acting.person, since).await?;
    let Some(first) = reach.places(to).next() else { return Ok(Reply::plain("empty").into()) };
    let values = [
        ("place", first.name.clone().into()),
        ("coordinator", first.coordinator.into()),
        ("several", (reach.places(to).count() > 1).into()),
        ("pupils", reach.pupils().into()),
        ("chats", reach.chats().into()),
        ("night", reach.places(to).any(|place| due(place, Start::Now, acting.now + HOLD) > acting.now + HOLD).into()),
        ("again", again.into()),
    ];
    Ok(reply("ok", values))
}

/// `broadcast.draft`: keeps what the author wrote, to be shown as it will be read.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn draft(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let letter: String = text(args, "text")?.trim().chars().take(LONGEST).collect();
    let id = BroadcastId(acting.dice.uuid(acting.now));
    let sealed = acting.vault.seal(place(&id), letter.as_bytes());
    let likeness = acting.vault.blind(LIKENESS, letter.as_bytes());
    broadcasts::draft(acting.db, id, acting.person, (&sealed, &likeness), acting.now).await?;
    Ok(reply("ok", [("draft", id.to_string().into()), ("letter", Value::Letter(id))]))
}

/// `broadcast.send`: lets the author's own draft go: in a minute, for each zone within its waking hours. The author sees how it
/// goes in a message of its own.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn send(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let to = Audience::read(args)?;
    let id = named(args)?;
    let (author, earliest) = (acting.person, acting.now + HOLD);
    let start = match start(args, acting).await? {
        Ok((start, _)) => start,
        Err(_) => return Ok(Reply::plain("past").into()),
    };
    let Some(reach) = Reach::of(acting).await? else { return Ok(Reply::plain("stranger").into()) };
    let places: Vec<_> =
        reach.places(to).map(|place| (place.territory, body(id, place), due(place, start, earliest))).collect();
    if places.is_empty() {
        return Ok(Reply::plain("empty").into());
    }
    // By night it is filled all the same, and waits for the morning.
    let first = places.iter().map(|(.., due)| *due).min().unwrap_or(earliest);
    let starts_at = if start == Start::Now { earliest } else { first };
    let night = start == Start::Now && places.iter().any(|(.., due)| *due > earliest);
    let pupils = if to.pupils { reach.pupils() } else { 0 };
    let chats = if to.chats { reach.chats() } else { 0 };
    let expected = pupils + chats;
    let slices = i16::try_from((expected / SLICE + 1).min(MOST_SLICES)).unwrap_or(1);
    let season = season(acting);
    let (to_pupils, to_chats) = (to.pupils, to.chats);
    let going =
        Going { id, author, starts_at, season, pupils: to_pupils, chats: to_chats, expected, slices, places: &places };
    if !casts::hold(acting.db, &going, acting.now).await? {
        return Ok(Reply::plain("gone").into());
    }
    let said = progress::held(id, (pupils, chats), (starts_at > earliest).then_some(starts_at), night);
    casts::announce(acting.db, id, acting.account, &said, acting.now).await?;
    tracing::info!(broadcast.id = %id, pupils, chats, "a broadcast is let go");
    Ok(reply("ok", [("pupils", pupils.into()), ("chats", chats.into()), ("night", night.into())]))
}

/// The draft that is meant; what is no id names none.
fn named(args: &Args) -> Result<BroadcastId, Error> {
    Ok(BroadcastId(Uuid::try_parse(text(args, "draft")?).unwrap_or_default()))
}

/// The school year that runs; in the holidays no pupil is reached.
fn season<'s>(acting: &Acting<'s>) -> &'s str {
    let today = acting.now.with_timezone(&DEFAULT_ZONE).date_naive();
    acting.seasons.on(today).map_or("", |season| &season.key)
}

fn body(id: BroadcastId, place: &Reached) -> Body {
    // Signed by the reader's own territory: whoever answers for many would be a long list to everybody.
    let args = [
        ("text".to_owned(), Value::Letter(id)),
        ("place".to_owned(), place.name.clone().into()),
        ("coordinator".to_owned(), place.coordinator.into()),
    ]
    .into();
    Body::Send(Said { words: Words { key: "notice-broadcast".to_owned(), args }, keyboard: None, picture: None })
}

/// `broadcast.standing`: what came of the author's latest one.
///
/// # Errors
/// When the database fails.
pub async fn standing(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(latest) = broadcasts::latest(acting.db, acting.person).await? else {
        return Ok(Reply::plain("none").into());
    };
    let values = [
        ("at", Value::Moment(latest.sent_at)),
        ("sent", latest.sent.into()),
        ("waiting", latest.waiting.into()),
        ("failed", latest.failed.into()),
    ];
    Ok(reply("ok", values))
}

/// The texts of these broadcasts, opened; `None` for a draft that is not kept any more. One that does not open is left out, and
/// what shows it fails.
///
/// # Errors
/// When the database fails.
pub async fn letters(
    db: &mut PgConnection,
    vault: &Vault,
    ids: &[BroadcastId],
) -> sqlx::Result<BTreeMap<BroadcastId, Option<String>>> {
    let sealed = broadcasts::texts(db, ids).await?;
    let kept: BTreeSet<_> = sealed.iter().map(|(id, _)| *id).collect();
    let swept = ids.iter().filter(|id| !kept.contains(id)).map(|id| (*id, None));
    let opened = sealed.into_iter().filter_map(|(id, sealed)| {
        let opened = vault.open(place(&id), &sealed).map_err(|error| error.to_string());
        match opened.and_then(|bytes| String::from_utf8(bytes).map_err(|error| error.utf8_error().to_string())) {
            Ok(text) => Some((id, Some(text))),
            Err(error) => {
                tracing::error!(broadcast.id = %id, "a broadcast does not open: {error}");
                None
            }
        }
    });
    Ok(opened.chain(swept).collect())
}

fn place(id: &BroadcastId) -> Place<'_> {
    Place { table: "broadcast", column: "text", row: id.0.as_bytes() }
}

fn reply<const N: usize>(outcome: &str, values: [(&str, Value); N]) -> Acted {
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Reply { outcome: outcome.to_owned(), values }.into()
}
