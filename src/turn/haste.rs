//! Who writes or presses faster than a person can follow is told so, and not answered word by word.
//!
//! An update beyond the limit is admitted like any other, so that its messenger does not bring it again; its dialogue is
//! not played. What failed or had been acted on before is not counted: a platform that repeats itself is not the person.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};

use super::{scene, writes::Writes};
use crate::{
    cache::{Cache, Limiter, Quota, Verdict, Watch},
    channel::{Channel, Inbound, Press, What},
    message::{Said, Words},
    store::{
        accounts::Account,
        deliveries::{Body, Class, NewDelivery},
    },
};

/// Seconds within which an account is told only once that it is too fast.
const TOLD_FOR: i64 = 60;

/// How fast an account may speak, counted over all replicas.
#[derive(Clone)]
pub struct Haste(Option<Limiter>);

impl Haste {
    /// `rate`: acts a minute of one account, all at once after a quiet minute; none: no limit.
    #[must_use]
    pub fn new(rate: Option<NonZeroU32>, cache: &Cache, watch: Watch) -> Self {
        Self(rate.map(|rate| Limiter::new("account", Quota::per_minute(rate), cache, watch)))
    }

    /// Counts a batch, and makes [`What::Hasty`] of what is beyond the limit.
    pub(super) async fn judge(&self, batch: &mut [Inbound]) {
        let Some(limiter) = &self.0 else { return };
        let (acts, accounts): (Vec<_>, Vec<_>) =
            batch.iter_mut().filter_map(|inbound| account(inbound).map(|account| (inbound, account))).unzip();
        for (act, verdict) in acts.into_iter().zip(limiter.take(&accounts).await) {
            if let (Verdict::Wait(_), What::Heard { from, press, .. }) = (verdict, &act.what) {
                act.what = What::Hasty { from: from.clone(), press: press.clone() };
                metrics::counter!("hasty_updates_total").increment(1);
            }
        }
    }

    /// What came to nothing is not held against anybody.
    pub(super) async fn give_back(&self, idle: &[&Inbound]) {
        let accounts: Vec<_> = idle.iter().filter_map(|inbound| account(inbound)).collect();
        if let (Some(limiter), false) = (&self.0, accounts.is_empty()) {
            limiter.give_back(&accounts).await;
        }
    }
}

/// Whom an act is counted for.
fn account(inbound: &Inbound) -> Option<String> {
    let What::Heard { from, .. } = &inbound.what else { return None };
    Some(format!("{}:{}", from.lane, from.user))
}

/// Says so once in a while. A press gets its silent answer once a second: more would go at the cost of other people's.
pub(super) fn hold_back(
    writes: &mut Writes,
    account: &Account,
    channel: Channel,
    press: Option<&Press>,
    now: DateTime<Utc>,
) {
    let second = now.timestamp();
    let (person, to) = (Some(account.person), Some(account.id));
    writes.deliveries.push(NewDelivery {
        lane: account.lane.clone(),
        chat: account.chat.clone(),
        class: Class::Reply,
        person,
        account: to,
        body: Body::Send(Said { words: Words::plain("global-hasty"), keyboard: None, picture: None }),
        edits: None,
        due: now,
        drop_after: None,
        dedupe: Some(format!("hasty:{}:{}", account.id, second.div_euclid(TOLD_FOR))),
        zone: None,
    });
    if let Some(press) = press {
        let dedupe = Some(format!("hasty-press:{}:{second}", account.id));
        let answer = scene::answer(&account.lane, channel, press.clone(), None, now);
        writes.deliveries.push(NewDelivery { person, account: to, dedupe, ..answer });
    }
}
