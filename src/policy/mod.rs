//! Every number of the rules of verification, and how long answers are kept: the programme's table, and how an operator changes it.
//!
//! Only numbers: they are applied by the pure judge (`verification::policy`), whose documentation says where each comes from
//! and which test holds it. A file of an operator's ([`read()`]) holds what is different; it is read once, at start.

use std::borrow::Cow;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

mod read;

pub use read::read;

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

/// The rules. [`Policy::DEFAULT`] is the programme's table; a file may set any field otherwise.
#[derive(Clone, Debug, PartialEq)]
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
    pub served: Cow<'static, [Cow<'static, str>]>,
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
    /// When a provider that does not answer rests.
    pub breaker: Breaker,
    /// How long calls and tries are kept; longer than every window.
    pub kept: TimeDelta,
    /// How long the answers of a form that was sent are kept, and what was said of an event. Ours: a pupil's consent is for a
    /// season, and by the same day of the next one it is given anew or the profile goes.
    pub answers_kept: TimeDelta,
    /// How long the answers of a form are kept that nobody sent. Ours: twice as long as the longest conversation stays open.
    pub unfinished_answers_kept: TimeDelta,
}

/// When a provider that does not answer rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// How many of the latest answers are looked at.
    pub last: usize,
    /// More missing answers among them than this percentage open the breaker.
    pub missing_percent: usize,
    /// How long it stays open; after that one call tries. Operational.
    pub rest: TimeDelta,
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
        served: Cow::Borrowed(&[Cow::Borrowed("+79")]),
        spend_per_day: 500_000,
        spend_alerts: [50, 80, 100],
        spend_hour_times: 3.0,
        deadline: WEEK,
        changes: cap(1, DAY),
        requests: cap(2, DAY),
        conversion_calls: cap(100, TimeDelta::minutes(15)),
        conversion_alert_percent: 40,
        conversion_last_percent: 20,
        breaker: Breaker { last: 20, missing_percent: 30, rest: TimeDelta::seconds(60) },
        kept: TimeDelta::days(30),
        answers_kept: TimeDelta::days(365),
        unfinished_answers_kept: TimeDelta::days(60),
    };

    /// The longest window that is counted over rows which are kept for so long only.
    #[must_use]
    pub fn longest_window(&self) -> TimeDelta {
        let others = [self.prefix_numbers, self.conversion_calls, self.changes];
        others.into_iter().map(|cap| cap.within).fold(self.look_back(), TimeDelta::max)
    }

    /// The longest span that the judge looks back over: the longest window, and the day after which the stairs of the
    /// cool-down begin anew.
    #[must_use]
    pub fn look_back(&self) -> TimeDelta {
        let single = [self.tries_per_phone, self.accounts_per_phone];
        let several = [self.tries_per_pair, self.calls_per_account, self.calls_per_phone].into_iter().flatten();
        let windows = single.into_iter().chain(several).chain(self.phones_per_account);
        windows.map(|cap| cap.within).fold(DAY, TimeDelta::max)
    }

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

#[cfg(test)]
mod tests;
