//! The outbox, and the ledger of what was sent.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    channel::Press,
    ids::{AccountId, BroadcastId, LaneId, PersonId},
    message::{Said, Words},
};

/// How urgent a message is: the lower goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Somebody waits for it.
    Reply = 0,
    /// We speak up by ourselves, to one person.
    Reminder = 1,
    /// We speak to many.
    Broadcast = 2,
}

/// What a delivery holds: keys and ids only, never a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A message of its own.
    Send(Said),
    /// What an earlier one says now.
    Edit(Said),
    /// What a message says now that somebody pressed a button of.
    Rewrite {
        /// The message, by the platform's id.
        message: String,
        /// What.
        said: Said,
    },
    /// An earlier one goes away.
    Delete,
    /// The answer to a press, silent without words.
    Answer {
        /// Which press.
        press: Press,
        /// A short text over the chat.
        words: Option<Words>,
    },
}

impl Body {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Send(_) => "send",
            Self::Edit(_) | Self::Rewrite { .. } => "edit",
            Self::Delete => "delete",
            Self::Answer { .. } => "answer",
        }
    }
}

/// A message to be put into the outbox.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// Through which bot or community.
    pub lane: LaneId,
    /// To which chat.
    pub chat: String,
    /// How urgent.
    pub class: Class,
    /// Whom it is about; none in a group.
    pub person: Option<PersonId>,
    /// Whose chat it is; none in a group.
    pub account: Option<AccountId>,
    /// What.
    pub body: Body,
    /// The delivery that an edit changes.
    pub edits: Option<i64>,
    /// Civil: not before.
    pub due: DateTime<Utc>,
    /// Operational seconds from now: dropped unsent after that.
    pub drop_after: Option<f64>,
    /// What must be said once at most.
    pub dedupe: Option<String>,
    /// Said in this zone's waking hours only, whenever its turn comes; none: at any hour.
    pub zone: Option<String>,
}

/// A delivery that was taken out to be sent.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Orders a chat's class.
    pub id: i64,
    /// To which chat.
    pub chat: String,
    /// [`Class`] as a number.
    pub class: i16,
    /// Whom it is about.
    pub person: Option<PersonId>,
    /// Whose chat it is.
    pub account: Option<AccountId>,
    /// [`Body`] as JSON.
    pub body: serde_json::Value,
    /// Of an edit: the platform's id of the original, unless it was never sent.
    pub original: Option<String>,
    /// Failed tries so far.
    pub tries: i16,
    /// What makes it void ([`super::notices::void`]).
    pub void_key: Option<String>,
    /// The zone whose waking hours it keeps, if it keeps any.
    pub zone: Option<String>,
    /// The broadcast that it belongs to.
    pub broadcast: Option<BroadcastId>,
    /// Its time to be sent is over.
    pub expired: bool,
    /// A lease on it ran out before: nobody knows whether it was sent.
    pub lapsed: bool,
    /// Seconds since it was first taken out.
    pub age: f64,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// Sent, under the platform's id.
    Sent(Option<String>),
    /// Comes again after so many seconds.
    Again {
        /// Operational seconds.
        after: f64,
        /// Whether it counts as a failed try.
        counts: bool,
        /// Why, without a word of what it says.
        why: String,
    },
    /// Never goes out.
    Failed(String),
    /// Its time was over, or it had become void.
    Dropped,
    /// Of a broadcast: whether, when and by which way it goes out is judged anew.
    Parked(String),
}

/// Puts messages into the outbox, in the order given; one whose `dedupe` is known already is left out.
///
/// Gives how many went in.
pub async fn put(db: &mut PgConnection, new: &[NewDelivery]) -> sqlx::Result<u64> {
    let put = sqlx::query!(
        "insert into delivery (lane, chat, class, kind, person, account, body, edits, due, drop_after, dedupe, zone)
         select lane, chat, class, kind, person, account, body, edits, due,
                clock_timestamp() + make_interval(secs => drop_after), dedupe, zone
         from unnest($1::text[], $2::text[], $3::smallint[], $4::text[], $5::uuid[], $6::uuid[], $7::jsonb[],
                     $8::bigint[], $9::timestamptz[], $10::float8[], $11::text[], $12::text[]) with ordinality
              as n (lane, chat, class, kind, person, account, body, edits, due, drop_after, dedupe, zone, place)
         order by place
         on conflict do nothing",
        &new.iter().map(|n| n.lane.0.clone()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.chat.clone()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.class as i16).collect::<Vec<_>>(),
        &new.iter().map(|n| n.body.kind().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.person.map(|p| p.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &new.iter().map(|n| n.account.map(|a| a.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &new.iter().map(|n| Json(&n.body)).collect::<Vec<_>>() as &[Json<&Body>],
        &new.iter().map(|n| n.edits).collect::<Vec<_>>() as &[Option<i64>],
        &new.iter().map(|n| n.due).collect::<Vec<_>>(),
        &new.iter().map(|n| n.drop_after).collect::<Vec<_>>() as &[Option<f64>],
        &new.iter().map(|n| n.dedupe.clone()).collect::<Vec<_>>() as &[Option<String>],
        &new.iter().map(|n| n.zone.clone()).collect::<Vec<_>>() as &[Option<String>],
    );
    Ok(put.execute(db).await?.rows_affected())
}

/// More replies than this waiting for one chat are a flood: about what one or two acts bring.
const FLOOD: i64 = 5;

/// Of a chat where more than `FLOOD` replies wait, drops those that `new` says again to the same account about the same
/// person: who writes faster than we may answer is not answered the same thing over and over, and what comes last comes soon.
///
/// `lateral` makes it one look into `delivery_head` per message. What a lane is just taking out is passed over.
pub async fn supersede(db: &mut PgConnection, new: &[NewDelivery]) -> sqlx::Result<u64> {
    let mut superseded = rewritten(&mut *db, new).await?;
    let again: Vec<_> = new
        .iter()
        // What is said once in a while only waits for its turn: said again it would be left out, and the first is all there is.
        .filter(|new| new.class == Class::Reply && new.dedupe.is_none())
        .filter_map(|new| match (&new.body, new.account) {
            (Body::Send(said), Some(account)) => Some((new, account, &said.words)),
            _ => None,
        })
        .collect();
    if again.is_empty() {
        return Ok(superseded);
    }
    let dropped = sqlx::query!(
        "update delivery d set state = 'dropped', error = 'said again'
         from unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::jsonb[])
              as n (lane, chat, account, person, words)
         cross join lateral (
           select id from delivery o
           where o.lane = n.lane and o.chat = n.chat and o.class = 0 and o.kind = 'send' and o.state = 'queued'
             and o.claimed_until is null and o.account = n.account and o.person is not distinct from n.person
             and o.body #> '{send,words}' = n.words
             and $6::bigint < (select count(*) from (
               select from delivery w
               where w.lane = n.lane and w.chat = n.chat and w.class = 0 and w.kind = 'send' and w.state = 'queued'
               and w.claimed_until is null
               limit $6::bigint + 1) as waiting)
           for update skip locked
         ) as old
         where d.id = old.id",
        &again.iter().map(|(n, ..)| n.lane.0.clone()).collect::<Vec<_>>(),
        &again.iter().map(|(n, ..)| n.chat.clone()).collect::<Vec<_>>(),
        &again.iter().map(|(_, account, _)| account.0).collect::<Vec<_>>(),
        &again.iter().map(|(n, ..)| n.person.map(|p| p.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &again.iter().map(|(.., words)| Json(*words)).collect::<Vec<_>>() as &[Json<&Words>],
        FLOOD,
    );
    superseded += dropped.execute(db).await?.rows_affected();
    Ok(superseded)
}

/// Of a message that is to change again, drops the changes that still wait: who ticks quickly sees the last.
async fn rewritten(db: &mut PgConnection, new: &[NewDelivery]) -> sqlx::Result<u64> {
    let (mut lanes, mut chats, mut messages) = (Vec::new(), Vec::new(), Vec::new());
    for new in new {
        if let Body::Rewrite { message, .. } = &new.body {
            lanes.push(new.lane.0.clone());
            chats.push(new.chat.clone());
            messages.push(message.clone());
        }
    }
    if messages.is_empty() {
        return Ok(0);
    }
    let dropped = sqlx::query!(
        "update delivery d set state = 'dropped', error = 'changed again'
         from unnest($1::text[], $2::text[], $3::text[]) as n (lane, chat, message)
         cross join lateral (
           select id from delivery o
           where o.lane = n.lane and o.chat = n.chat and o.class = 0 and o.kind = 'edit' and o.state = 'queued'
             and o.claimed_until is null and o.body #>> '{rewrite,message}' = n.message
           for update skip locked
         ) as old
         where d.id = old.id",
        &lanes,
        &chats,
        &messages,
    );
    Ok(dropped.execute(db).await?.rows_affected())
}

/// On whose behalf deliveries are claimed, and how many.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'c> {
    /// The lane.
    pub lane: &'c LaneId,
    /// Its fence as we know it; another one in the table: nothing is claimed.
    pub fence: i64,
    /// Marks what we take.
    pub token: Uuid,
    /// Operational seconds until somebody else may take it.
    pub lease: f64,
    /// Chats that must rest; answers to presses go out there all the same.
    pub resting: &'c [String],
    /// At most so many.
    pub limit: i64,
}

/// Takes out what may be sent now, the most urgent first, at most one message per chat and class.
///
/// The first open message of a chat's class holds those behind it, in flight or waiting for its next try. Answers to
/// presses neither hold nor wait, nor does an edit whose original is still on its way.
///
/// The index `delivery_open` is read in order and left after a few rows; `is null or not exists` keeps it so (a bare
/// `not exists` becomes a join over the whole outbox).
pub async fn claim(db: &mut PgConnection, claim: Claim<'_>, now: DateTime<Utc>) -> sqlx::Result<Vec<Claimed>> {
    let mut claimed = sqlx::query_as!(
        Claimed,
        r#"update delivery d
           set claim = $3, claimed_until = clock_timestamp() + make_interval(secs => $4),
               first_try_at = coalesce(d.first_try_at, clock_timestamp()), retry_at = null
           from (
             select h.id, h.claimed_until is not null as lapsed
             from unnest(array[0, 1, 2]::smallint[]) as urgency (class)
             cross join lateral (
               select id, class, due, claimed_until from delivery o
               where o.lane = $1 and o.class = urgency.class and o.state = 'queued' and o.due <= $6
                 and (o.claimed_until is null or o.claimed_until < clock_timestamp())
                 and (o.retry_at is null or o.retry_at <= clock_timestamp())
                 and (o.kind = 'answer' or (
                   o.chat <> all ($5) and not exists (
                     select from delivery b
                     where b.lane = o.lane and b.chat = o.chat and b.class = o.class and b.id < o.id
                       and b.state = 'queued' and b.due <= $6 and b.kind <> 'answer'
                       and (b.edits is null or not exists (
                         select from delivery e where e.id = b.edits and e.state = 'queued'))
                   )))
                 and (o.edits is null or not exists (
                   select from delivery e where e.id = o.edits and e.state = 'queued'))
               order by o.due, o.id limit $7 for update skip locked
             ) as h
             where exists (select from lane l where l.id = $1 and l.fence = $2 and l.until > clock_timestamp()
                           and (l.paused_until is null or l.paused_until <= clock_timestamp()))
             order by h.class, h.due, h.id limit $7
           ) as head
           where d.id = head.id
           returning d.id, d.chat, d.class, d.person as "person: PersonId", d.account as "account: AccountId", d.body,
             (select e.message_id from delivery e where e.id = d.edits) as original, d.tries,
             d.void_key, d.zone, d.broadcast as "broadcast: BroadcastId", coalesce(d.drop_after < clock_timestamp(), false) as "expired!", head.lapsed as "lapsed!",
             extract(epoch from clock_timestamp() - d.first_try_at)::float8 as "age!""#,
        claim.lane.0,
        claim.fence,
        claim.token,
        claim.lease,
        claim.resting,
        now,
        claim.limit,
    )
    .fetch_all(db)
    .await?;
    claimed.sort_unstable_by_key(|c| (c.class, c.id));
    Ok(claimed)
}

/// Puts back what was taken out in the night: it comes again when it is due there. What nobody knows whether it was sent stays
/// so; what was never tried was not tried now either. Gives how many counted.
pub async fn put_off(db: &mut PgConnection, token: Uuid, late: &[(&Claimed, DateTime<Utc>)]) -> sqlx::Result<u64> {
    let put_off = sqlx::query!(
        "update delivery d
         set due = n.due, state = case when d.broadcast is null then d.state else 'parked' end, claim = null, claimed_until = case when n.lapsed then clock_timestamp() end,
             first_try_at = case when n.lapsed or d.tries > 0 then d.first_try_at end
         from unnest($1::bigint[], $2::timestamptz[], $3::bool[]) as n (id, due, lapsed)
         where d.id = n.id and d.claim = $4 and d.state = 'queued'",
        &late.iter().map(|(d, _)| d.id).collect::<Vec<_>>(),
        &late.iter().map(|(_, due)| *due).collect::<Vec<_>>(),
        &late.iter().map(|(d, _)| d.lapsed).collect::<Vec<_>>(),
        token,
    );
    Ok(put_off.execute(db).await?.rows_affected())
}

/// Writes down what became of deliveries, each by the claim it was taken out under. One that somebody else has taken
/// since is left alone. Gives how many counted.
pub async fn settle(db: &mut PgConnection, fates: &[(i64, Uuid, Fate)]) -> sqlx::Result<u64> {
    let rows: Vec<Row<'_>> = fates.iter().map(|(id, token, fate)| Row::of(*id, *token, fate)).collect();
    let settled = sqlx::query!(
        "update delivery d
         set state = s.state, claim = null, claimed_until = null, error = s.error, message_id = s.message,
             tries = d.tries + s.counts, retry_at = clock_timestamp() + make_interval(secs => s.after),
             sent_at = case when s.state = 'sent' then clock_timestamp() end
         from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::float8[])
              as s (id, claim, state, message, error, counts, after)
         where d.id = s.id and d.claim = s.claim and d.state = 'queued'",
        &rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.claim).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.state.to_owned()).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.message.map(str::to_owned)).collect::<Vec<_>>() as &[Option<String>],
        &rows.iter().map(|r| r.error.map(str::to_owned)).collect::<Vec<_>>() as &[Option<String>],
        &rows.iter().map(|r| r.counts).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.after).collect::<Vec<_>>() as &[Option<f64>],
    );
    Ok(settled.execute(db).await?.rows_affected())
}

struct Row<'f> {
    id: i64,
    claim: Uuid,
    state: &'static str,
    message: Option<&'f str>,
    error: Option<&'f str>,
    counts: i16,
    after: Option<f64>,
}

impl<'f> Row<'f> {
    fn of(id: i64, claim: Uuid, fate: &'f Fate) -> Self {
        let row = Self { id, claim, state: "queued", message: None, error: None, counts: 0, after: None };
        match fate {
            Fate::Sent(message) => Self { state: "sent", message: message.as_deref(), ..row },
            Fate::Again { after, counts, why } => {
                Self { error: Some(why), counts: i16::from(*counts), after: Some(*after), ..row }
            }
            Fate::Failed(why) => Self { state: "failed", error: Some(why), counts: 1, ..row },
            Fate::Dropped => Self { state: "dropped", ..row },
            Fate::Parked(why) => Self { state: "parked", error: Some(why), ..row },
        }
    }
}

/// Fails everything that still waits for these chats of a lane; a person's part of a broadcast may go by another way. Gives how
/// many.
pub async fn fail_chats(db: &mut PgConnection, lane: &LaneId, chats: &[String], why: &str) -> sqlx::Result<u64> {
    let failed = sqlx::query!(
        "update delivery
         set error = $3,
             state = case when broadcast is not null and person is not null and kind = 'send' then 'parked' else 'failed' end
         where lane = $1 and chat = any($2) and state = 'queued' and (claimed_until is null or claimed_until < clock_timestamp())",
        lane.0,
        chats,
        why,
    );
    Ok(failed.execute(db).await?.rows_affected())
}

/// The chat has another id now.
pub async fn move_chat(db: &mut PgConnection, lane: &LaneId, from: &str, to: &str) -> sqlx::Result<()> {
    sqlx::query!("update delivery set chat = $3 where lane = $1 and chat = $2 and state = 'queued'", lane.0, from, to)
        .execute(&mut *db)
        .await?;
    // What is parked for groups has an index of its own.
    sqlx::query!(
        "update delivery set chat = $3 where lane = $1 and chat = $2 and state = 'parked' and person is null",
        lane.0,
        from,
        to
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One thing that was sent, by its age.
#[derive(Clone, Debug)]
pub struct Recent {
    /// To which chat.
    pub chat: String,
    /// Whether it is a group's.
    pub group: bool,
    /// Seconds ago.
    pub age: f64,
}

/// What a lane sent within the last minute, the oldest first: what a new owner needs to keep the pace.
pub async fn recent(db: &mut PgConnection, lane: &LaneId) -> sqlx::Result<Vec<Recent>> {
    sqlx::query_as!(
        Recent,
        r#"select chat, account is null as "group!", extract(epoch from clock_timestamp() - sent_at)::float8 as "age!"
           from delivery where lane = $1 and sent_at > clock_timestamp() - interval '1 minute' and kind <> 'answer'
           order by sent_at"#,
        lane.0,
    )
    .fetch_all(db)
    .await
}

/// Chats where something waits for its next try, and for how many seconds yet: what a new owner must let rest.
pub async fn resting(db: &mut PgConnection, lane: &LaneId) -> sqlx::Result<Vec<(String, f64)>> {
    let rows = sqlx::query!(
        r#"select chat, max(extract(epoch from retry_at - clock_timestamp()))::float8 as "left!"
           from delivery where lane = $1 and state = 'queued' and retry_at > clock_timestamp() group by chat"#,
        lane.0,
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.chat, row.left)).collect())
}

/// How many messages of a lane wait that are due.
pub async fn depth(db: &mut PgConnection, lane: &LaneId, now: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from delivery where lane = $1 and state = 'queued' and due <= $2"#,
        lane.0,
        now,
    )
    .fetch_one(db)
    .await
}
