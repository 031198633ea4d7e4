//! Every number of the rules of verification, and the judge that applies them.
//!
//! Pure: [`judge`] and [`judge_try`] see what the attempt log in Postgres says of an account and a phone, and the moment.
//! No window lives in memory, so a restart or an emptied cache resets none.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::store::verifications::{Call, Try};

/// At most so many within a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// At most so many …
    pub most: usize,
    /// … within this span.
    pub within: TimeDelta,
}

const fn cap(most: usize, within: TimeDelta) -> Cap {
    Cap { most, within }
}

const HOUR: TimeDelta = TimeDelta::hours(1);
const DAY: TimeDelta = TimeDelta::days(1);
const WEEK: TimeDelta = TimeDelta::days(7);

/// The rules. [`Policy::DEFAULT`] is the programme's table; a field may be set otherwise.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How long a code is taken, from the call on.
    pub code_lives: TimeDelta,
    /// Wrong tries per call.
    pub tries_per_call: usize,
    /// Wrong tries of an account at a phone.
    pub tries_per_pair: [Cap; 3],
    /// Wrong tries at a phone, all accounts.
    pub tries_per_phone: Cap,
    /// How long to wait after the 1st, 2nd, 3rd … call of an account to a phone; the last figure stays.
    pub cool_down: [TimeDelta; 4],
    /// Calls of an account.
    pub calls_per_account: [Cap; 3],
    /// Calls to a phone, all accounts.
    pub calls_per_phone: [Cap; 3],
    /// How long a placed call may still be ringing: until then the phone has a call in flight.
    pub ring: TimeDelta,
    /// Different phones of an account.
    pub phones_per_account: [Cap; 2],
    /// Different accounts at a phone.
    pub accounts_per_phone: Cap,
    /// Verified pupils at a phone; more only by hand.
    pub pupils_per_phone: i64,
    /// More different numbers with one prefix (number without its last four digits) than this …
    pub prefix_numbers: Cap,
    /// … of which fewer than this percentage proved good: the prefix is closed …
    pub prefix_verified_percent: usize,
    /// … for so long.
    pub prefix_closed: TimeDelta,
    /// Calls are placed from this local hour …
    pub from: NaiveTime,
    /// … to this one.
    pub to: NaiveTime,
    /// The prefixes that our providers ring. Where a territory allows more, the manual path is shown first.
    pub served: &'static [&'static str],
    /// Kopecks that calls of 24 hours may cost: then no more are placed.
    pub spend_per_day: i64,
    /// Percentages of that at which somebody is told.
    pub spend_alerts: [i64; 3],
    /// Somebody is told when an hour costs so many times the median hour of the week before.
    pub spend_hour_times: f64,
    /// How long a pupil has, from signing in.
    pub deadline: TimeDelta,
    /// Changes of a verified number.
    pub changes: Cap,
    /// Manual requests of a person; besides, one open at a time.
    pub requests: Cap,
    /// Calls that must be on record before a provider's conversion says anything, and the span they are counted in.
    pub conversion_calls: Cap,
    /// Below this percentage of verified among placed calls somebody is told.
    pub conversion_alert_percent: usize,
    /// Below this percentage the provider goes behind the others.
    pub conversion_last_percent: usize,
}

impl Policy {
    /// The programme's table.
    pub const DEFAULT: Self = Self {
        code_lives: TimeDelta::minutes(5),
        tries_per_call: 3,
        tries_per_pair: [cap(5, HOUR), cap(9, DAY), cap(15, WEEK)],
        tries_per_phone: cap(30, WEEK),
        cool_down: [TimeDelta::seconds(60), TimeDelta::seconds(120), TimeDelta::seconds(300), TimeDelta::seconds(900)],
        calls_per_account: [cap(3, HOUR), cap(5, DAY), cap(10, WEEK)],
        calls_per_phone: [cap(3, HOUR), cap(6, DAY), cap(12, WEEK)],
        ring: TimeDelta::seconds(30),
        phones_per_account: [cap(3, DAY), cap(5, WEEK)],
        accounts_per_phone: cap(3, DAY),
        pupils_per_phone: 5,
        prefix_numbers: cap(20, HOUR),
        prefix_verified_percent: 20,
        prefix_closed: HOUR,
        from: hour(7),
        to: hour(23),
        served: &["+79"],
        spend_per_day: 500_000,
        spend_alerts: [50, 80, 100],
        spend_hour_times: 3.0,
        deadline: WEEK,
        changes: cap(1, DAY),
        requests: cap(2, DAY),
        conversion_calls: cap(100, TimeDelta::minutes(15)),
        conversion_alert_percent: 40,
        conversion_last_percent: 20,
    };

    /// The longest span that [`judge`] and [`judge_try`] look back over.
    pub const LOOK_BACK: TimeDelta = WEEK;

    /// Whether calls are placed now, in the local hours of whoever would be called.
    #[must_use]
    pub fn is_daytime(&self, now: DateTime<Utc>, zone: Tz) -> bool {
        (self.from..self.to).contains(&now.with_timezone(&zone).time())
    }

    /// When calls may be placed again.
    #[must_use]
    pub fn next_morning(&self, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let local = now.with_timezone(&zone);
        let days = u64::from(local.time() >= self.from);
        let morning = (local.date_naive() + chrono::Days::new(days)).and_time(self.from);
        morning.and_local_timezone(zone).earliest().map_or(now + HOUR, |moment| moment.to_utc())
    }
}

const fn hour(hour: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, 0, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

/// What is known when an account asks for a call to a phone: every call of the last week by the one or to the other.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The phone's blind index.
    pub phone: Vec<u8>,
    /// In any order.
    pub calls: Vec<Call>,
    /// Wrong tries at the phone, in any order.
    pub tries: Vec<Try>,
    /// The prefix is closed, or has just earned it.
    pub prefix_closed: bool,
}

/// Whether a call may be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Place it.
    Dial,
    /// The cool-down after one's own last call, or that call still rings.
    Wait {
        /// Until then.
        until: DateTime<Utc>,
    },
    /// One's own limit is used up.
    Limited {
        /// Until then.
        until: DateTime<Utc>,
    },
    /// The phone's limit is used up by what others did. The answer is that of a placed call, and nothing rings: otherwise
    /// anybody could ask us who else knows a number.
    Withhold,
}

/// Judges a call. An account hears of its own history only.
#[must_use]
pub fn judge(policy: &Policy, history: &History, now: DateTime<Utc>) -> Verdict {
    if let Some(until) = own_limit(policy, history, now) {
        return Verdict::Limited { until };
    }
    if let Some(until) = cool_down(policy, history).filter(|until| *until > now) {
        return Verdict::Wait { until };
    }
    if others_limit(policy, history, now) { Verdict::Withhold } else { Verdict::Dial }
}

/// Until when one's own calls, phones or wrong tries are used up.
fn own_limit(policy: &Policy, history: &History, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mine = || history.calls.iter().filter(|call| call.mine);
    let to_phone = || mine().filter(|call| call.rang && call.phone == history.phone);
    let calls = policy.calls_per_account.iter().map(|cap| full(*cap, mine().map(|call| call.at), now));
    let same = policy.calls_per_phone.iter().map(|cap| full(*cap, to_phone().map(|call| call.at), now));
    let other_phones = || mine().filter(|call| call.phone != history.phone).map(|call| (&call.phone, call.at));
    let phones = policy.phones_per_account.iter().map(|cap| full(*cap, last_of_each(other_phones()), now));
    let tries = policy.tries_per_pair.iter().map(|cap| full(*cap, own_tries(history), now));
    calls.chain(same).chain(phones).chain(tries).flatten().max()
}

fn own_tries(history: &History) -> impl Iterator<Item = DateTime<Utc>> {
    history.tries.iter().filter(|t| t.mine).map(|t| t.at)
}

/// Whether the phone is out of bounds for reasons that are not the asking account's own.
fn others_limit(policy: &Policy, history: &History, now: DateTime<Utc>) -> bool {
    let rang = || history.calls.iter().filter(|call| call.rang && call.phone == history.phone);
    let in_flight = rang().any(|call| call.dialling || (!call.proved && call.at > now - policy.ring));
    let calls = policy.calls_per_phone.iter().any(|cap| full(*cap, rang().map(|call| call.at), now).is_some());
    let other_accounts = last_of_each(rang().filter(|call| !call.mine).map(|call| (&call.account, call.at)));
    let crowded = full(policy.accounts_per_phone, other_accounts, now).is_some();
    let guessed = full(policy.tries_per_phone, history.tries.iter().map(|t| t.at), now).is_some();
    in_flight || calls || crowded || guessed || history.prefix_closed
}

/// The end of the pause after one's own unproved calls to this phone.
fn cool_down(policy: &Policy, history: &History) -> Option<DateTime<Utc>> {
    let own = || history.calls.iter().filter(|call| call.mine && call.phone == history.phone);
    let proved = own().filter(|call| call.proved).map(|call| call.at).max();
    let since: Vec<_> = own().map(|call| call.at).filter(|at| proved.is_none_or(|proved| *at > proved)).collect();
    let last = since.iter().max()?;
    // A day without a call and the stairs begin anew.
    let steps = since.iter().filter(|at| **at > *last - DAY).count();
    Some(*last + policy.cool_down[steps.clamp(1, policy.cool_down.len()) - 1])
}

/// If the cap leaves no room for one more, when it does. Moments ahead of `now` (the clock was set back) count too.
fn full(cap: Cap, moments: impl Iterator<Item = DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut recent: Vec<_> = moments.filter(|at| *at > now - cap.within).collect();
    recent.sort_unstable_by(|a, b| b.cmp(a));
    recent.get(cap.most.saturating_sub(1)).map(|at| *at + cap.within)
}

/// The newest moment of each different thing.
fn last_of_each<'h, T: Ord + 'h>(
    marks: impl Iterator<Item = (&'h T, DateTime<Utc>)>,
) -> impl Iterator<Item = DateTime<Utc>> {
    let mut newest = std::collections::BTreeMap::new();
    for (mark, at) in marks {
        let known = newest.entry(mark).or_insert(at);
        *known = at.max(*known);
    }
    newest.into_values()
}

/// Whether a typed code is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryVerdict {
    /// Compare it; if it is wrong, so many tries are left.
    Compare {
        /// 0: it was the last one.
        left: usize,
    },
    /// Not even looked at.
    Exhausted,
}

impl TryVerdict {
    /// How many tries may still be taken.
    #[must_use]
    pub const fn room(self) -> usize {
        match self {
            Self::Compare { left } => left + 1,
            Self::Exhausted => 0,
        }
    }
}

/// Judges a try. `this_call`: tries already taken since the newest call; two live codes share that one budget.
#[must_use]
pub fn judge_try(policy: &Policy, tries: &[Try], this_call: usize, now: DateTime<Utc>) -> TryVerdict {
    let taken = |cap: &Cap, mine: bool| tries.iter().filter(|t| (t.mine || !mine) && t.at > now - cap.within).count();
    let pair = policy.tries_per_pair.iter().map(|cap| cap.most.saturating_sub(taken(cap, true)));
    let phone = policy.tries_per_phone.most.saturating_sub(taken(&policy.tries_per_phone, false));
    let call = policy.tries_per_call.saturating_sub(this_call);
    match pair.chain([phone, call]).min() {
        None | Some(0) => TryVerdict::Exhausted,
        Some(room) => TryVerdict::Compare { left: room - 1 },
    }
}

/// Providers in the order to be tried: the configured one, those of poor conversion behind the others.
///
/// `figures`: provider, calls placed and calls proved within [`Policy::conversion_calls`].
#[must_use]
pub fn order<'p>(policy: &Policy, rungs: &[&'p str], figures: &[(String, i64, i64)]) -> Vec<&'p str> {
    let poor = |rung: &&str| conversion(policy, rung, figures).is_some_and(|c| c < policy.conversion_last_percent);
    let mut ordered = rungs.to_vec();
    ordered.sort_by_key(poor);
    ordered
}

/// A provider's conversion in percent, once it has placed enough calls to tell.
#[must_use]
pub fn conversion(policy: &Policy, provider: &str, figures: &[(String, i64, i64)]) -> Option<usize> {
    let (_, placed, proved) = figures.iter().find(|(name, ..)| name == provider)?;
    let enough = usize::try_from(*placed).ok().filter(|placed| *placed >= policy.conversion_calls.most.max(1))?;
    usize::try_from(*proved).ok().map(|proved| proved * 100 / enough)
}

/// Whether so many numbers of one prefix, and so few proved ones among them, look like guessing.
#[must_use]
pub fn prefix_looks_guessed(policy: &Policy, numbers: i64, proved: i64) -> bool {
    usize::try_from(numbers).is_ok_and(|numbers| {
        let proved = usize::try_from(proved).unwrap_or(0);
        numbers > policy.prefix_numbers.most && proved * 100 < numbers * policy.prefix_verified_percent
    })
}

/// Whether an hour cost so much more than the median hour that somebody should look.
#[must_use]
pub fn hour_is_dear(policy: &Policy, last: i64, median: f64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "kopecks of an hour fit a float's mantissa")]
    let last = last as f64;
    median > 0.0 && last > policy.spend_hour_times * median
}

#[cfg(test)]
mod tests;
