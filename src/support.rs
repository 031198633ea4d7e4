//! First-line support: requests to verify a phone by hand are taken, looked at and decided in the chat.
//!
//! Whoever takes a request has it in hand for half an hour; of two who take one, the second is told. A phone is shown masked; the
//! whole number stands on a page, after a reason, with a line in the journal. A phone that has as many pupils as it may needs two
//! people to agree.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::{PersonId, RequestId},
    journal::{self, Act, Entry},
    message::{Args, Said, Value, Words},
    once::{self, Made},
    seal::{Place, Vault},
    store::{
        deliveries::{self, Body, Class, NewDelivery},
        manual_requests::{self, Waiting},
        roles, territories, verifications,
    },
    verification,
};

/// The page that shows a whole number, in links.
pub const PAGE: &str = "request";
/// How long a request stays in the hand that took it.
const IN_HAND: TimeDelta = TimeDelta::minutes(30);
/// As many as a message of VK has buttons for, beside two others.
const SHOWN: i64 = 8;
/// Why somebody may want to see a whole number.
const REASONS: [&str; 3] = ["call_back", "compare", "other"];
/// What a request may come to besides `verified`.
const REFUSALS: [&str; 4] = ["not_reached", "not_theirs", "not_a_phone", "duplicate"];

/// `requests.queue`: the requests that wait for somebody, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn queue(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    if !roles::is(acting.db, acting.person, "support").await? {
        return Ok(Reply::plain("stranger").into());
    }
    let all = manual_requests::many(acting.db, acting.person).await?;
    let found = manual_requests::waiting(acting.db, acting.person, acting.now - IN_HAND, SHOWN).await?;
    if found.is_empty() {
        return Ok(answer("none", [("all", all.into())]));
    }
    let option = |request: &Waiting| {
        let args = [("number", request.number.to_string().into()), ("reason", request.reason.as_str().into())];
        let label = Value::Lines(vec![words("requests-line", args)]);
        let id = request.id.simple().to_string();
        Value::Record(BTreeMap::from([("value".to_owned(), id.into()), ("label".to_owned(), label)]))
    };
    Ok(answer("some", [("all", all.into()), ("options", Value::List(found.iter().map(option).collect()))]))
}

fn words<const N: usize>(key: &str, args: [(&str, Value); N]) -> Words {
    Words { key: key.to_owned(), args: args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() }
}

fn answer<const N: usize>(outcome: &str, values: [(&str, Value); N]) -> Acted {
    Reply { outcome: outcome.to_owned(), values: words("", values).args }.into()
}

/// The request that an argument names, if it is open and this person may see to it.
async fn named(args: &Args, acting: &mut Acting<'_>) -> Result<Option<Waiting>, Error> {
    let Ok(id) = Uuid::try_parse(text(args, "request")?) else { return Ok(None) };
    Ok(manual_requests::lock(acting.db, acting.person, id).await?)
}

/// The same, in this person's hand.
async fn in_hand(args: &Args, acting: &mut Acting<'_>) -> Result<Option<Waiting>, Error> {
    Ok(named(args, acting).await?.filter(|request| request.taken_by == Some(acting.person)))
}

/// `requests.take`: takes a request into one's hand and shows what there is to see.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn take(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(request) = named(args, acting).await? else { return Ok(Reply::plain("gone").into()) };
    let taken = manual_requests::taken_at(acting.db, request.id).await?;
    let others = request.taken_by.is_some_and(|by| by != acting.person);
    if let Some(at) = taken.filter(|at| others && *at > acting.now - IN_HAND) {
        return Ok(answer("taken", [("until", Value::Moment(at + IN_HAND))]));
    }
    manual_requests::take(acting.db, request.id, acting.person, acting.now).await?;
    let pupils = pupils(acting, &request).await?;
    let values = [
        ("number", request.number.to_string().into()),
        ("phone", Value::RequestPhone(RequestId(request.id))),
        ("reason", request.reason.as_str().into()),
        ("at", Value::Moment(request.made_at)),
        ("pupils", pupils.into()),
    ];
    Ok(answer("ok", values))
}

/// How many others have this phone already.
async fn pupils(acting: &mut Acting<'_>, request: &Waiting) -> Result<i64, Error> {
    let Some(phone) = written(acting.vault, request.id, request.phone.as_deref())? else { return Ok(0) };
    let index = verification::index_of(acting.vault, &phone);
    Ok(verifications::pupils_at(acting.db, &index, request.person).await?)
}

/// `requests.reveal`: a page that shows the whole number, for a reason.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn reveal(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let why = text(args, "why")?;
    if !REASONS.contains(&why) {
        return Err(Error::Argument("why"));
    }
    let why = why.to_owned();
    let Some(request) = in_hand(args, acting).await? else { return Ok(Reply::plain("gone").into()) };
    let about = serde_json::json!({"request": request.id, "why": why});
    Ok(match once::make(acting, PAGE, &about).await? {
        Made::Link(id) => answer("ok", [("page", Value::Page(id)), ("minutes", once::LINK_LIVES.num_minutes().into())]),
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => answer("limited", [("until", Value::Moment(until))]),
    })
}

/// What a revealing page is about, as its link says it.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct About {
    request: Uuid,
    why: String,
}

/// The whole number of a request that is in this person's hand, with a line in the journal. `None`: it is not.
///
/// # Errors
/// When the database fails or the number does not open.
pub async fn revealed(
    db: &mut PgConnection,
    vault: &Vault,
    staff: PersonId,
    about: &About,
    now: DateTime<Utc>,
) -> Result<Option<(i64, String)>, Error> {
    let request = manual_requests::lock(&mut *db, staff, about.request).await?;
    let Some(request) = request.filter(|request| request.taken_by == Some(staff)) else { return Ok(None) };
    let Some(phone) = written(vault, request.id, request.phone.as_deref())? else { return Ok(None) };
    let detail = [("field", "phone".to_owned()), ("why", about.why.clone()), ("request", request.number.to_string())];
    journal::write(db, vault, now, &Entry::of(Some(staff), Act::Revealed, Some(request.person.0), detail)).await?;
    Ok(Some((request.number, phone)))
}

/// `requests.decide`: what a request comes to; whoever made it is told.
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn decide(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let verdict = text(args, "verdict")?.to_owned();
    if verdict != VERIFIED && !REFUSALS.contains(&verdict.as_str()) {
        return Err(Error::Argument("verdict"));
    }
    let Some(request) = in_hand(args, acting).await? else { return Ok(Reply::plain("gone").into()) };
    if verdict == VERIFIED {
        let full = pupils(acting, &request).await? >= acting.policy.pupils_per_phone;
        match request.approved_by {
            None if full => {
                manual_requests::approve(acting.db, request.id, acting.person).await?;
                journalled(acting, Act::RequestApproved, &request, &verdict).await?;
                return Ok(answer("second", [("number", request.number.to_string().into())]));
            }
            Some(first) if full && first == acting.person => {
                // Out of the hand again: somebody else is to take it.
                manual_requests::approve(acting.db, request.id, acting.person).await?;
                return Ok(Reply::plain("own").into());
            }
            _ => by_hand(acting, &request).await?,
        }
    }
    manual_requests::decide(acting.db, request.id, acting.person, &verdict, acting.now).await?;
    journalled(acting, Act::RequestDecided, &request, &verdict).await?;
    tell(acting, &request, &verdict).await?;
    Ok(answer("ok", [("number", request.number.to_string().into())]))
}

const VERIFIED: &str = "verified";

async fn journalled(acting: &mut Acting<'_>, act: Act, request: &Waiting, verdict: &str) -> Result<(), Error> {
    let detail = [("request", request.number.to_string()), ("verdict", verdict.to_owned())];
    let entry = Entry::of(Some(acting.person), act, Some(request.person.0), detail);
    Ok(journal::write(acting.db, acting.vault, acting.now, &entry).await?)
}

/// Makes what was written for a phone the person's own.
async fn by_hand(acting: &mut Acting<'_>, request: &Waiting) -> Result<(), Error> {
    let Some(phone) = written(acting.vault, request.id, request.phone.as_deref())? else { return Ok(()) };
    verification::verify_by_hand(acting, request.person, &phone).await
}

/// Tells whoever made the request, where it was made, by day.
async fn tell(acting: &mut Acting<'_>, request: &Waiting, verdict: &str) -> Result<(), Error> {
    let chats = verifications::other_chats(acting.db, request.person, None).await?;
    let own = chats.iter().find(|chat| Some(chat.account) == request.account).or(chats.first());
    let Some(chat) = own else { return Ok(()) };
    let args = [("number", request.number.to_string().into()), ("verdict", Value::from(verdict))];
    let above = territories::above(acting.db, request.person).await?;
    let zone = above.into_iter().find_map(|territory| territory.zone);
    let notice = NewDelivery {
        lane: chat.lane.clone(),
        chat: chat.chat.clone(),
        class: Class::Reminder,
        person: Some(request.person),
        account: Some(chat.account),
        body: Body::Send(Said { words: words("notice-request", args), keyboard: None, picture: None }),
        edits: None,
        due: acting.now,
        drop_after: None,
        dedupe: Some(format!("request:{}", request.id)),
        zone: Some(zone.unwrap_or_else(|| crate::territory::DEFAULT_ZONE.name().to_owned())),
    };
    deliveries::put(acting.db, &[notice]).await?;
    Ok(())
}

/// What the person wrote for a phone.
fn written(vault: &Vault, id: Uuid, sealed: Option<&[u8]>) -> Result<Option<String>, Error> {
    let Some(sealed) = sealed else { return Ok(None) };
    let place = Place { table: "manual_request", column: "phone", row: id.as_bytes() };
    Ok(String::from_utf8(vault.open(place, sealed)?).ok())
}

/// The phones of these requests, masked: for whoever makes words of a message. Of one that is closed nothing is left.
///
/// # Errors
/// When the database fails or a phone does not open.
pub async fn masked(
    db: &mut PgConnection,
    vault: &Vault,
    ids: &[RequestId],
) -> Result<BTreeMap<RequestId, String>, Error> {
    let rows = manual_requests::phones(db, &ids.iter().map(|id| id.0).collect::<Vec<_>>()).await?;
    let shown = rows.into_iter().map(|(id, sealed)| {
        let phone = written(vault, id, sealed.as_deref())?.unwrap_or_default();
        Ok((RequestId(id), verification::mask(&phone)))
    });
    shown.collect()
}
