//! The judge that applies the rules of verification.
//!
//! Pure: [`judge`] and [`judge_try`] see what the attempt log in Postgres says of an account and a phone, and the moment.
//! No window lives in memory, so a restart or an emptied cache resets none.
//!
//! # The table
//!
//! Every number of the programme's rules, the key by which an operator's file changes it ([`crate::policy`]), and the tests that
//! hold it at its edge. `edges` are the tests of this module, `limits`, `proving` and `rules` those of `tests/it/verification/`
//! over a database, `world_…` those where somebody with a phone reads the answer. `policy::tests` hold that each default is the
//! one of README.md; `world_policy` and `process_policy` that a changed one reaches every place.
//!
//! | number | key | held by |
//! | --- | --- | --- |
//! | 4 digits 0001–9999, single use | fixed | `code`; `proving::codes_of_the_last_two_calls…`, `…of_many_right_codes…` |
//! | a code lives 5 min | `code_lives` | `rules::a_code_is_taken_for_five_minutes…`, `world_verify::the_digits_of_the_call_before…` |
//! | codes of the last two calls | fixed | `proving::codes_of_the_last_two_calls…` |
//! | 3 wrong tries per call | `tries_per_call` | `edges::tries_per_call_three`, `world_verify::three_wrong_codes…` |
//! | 5 an hour, 9 a day, 15 a week per (account, phone) | `tries_per_account` | `edges::tries_of_an_account…`, `tests::guessing_a_week_long…` |
//! | 30 a week per phone | `tries_per_phone` | `edges::tries_at_a_phone…` |
//! | 60, 120, 300, then 900 s between calls | `pause_after_call` | `tests::the_stairs…`, `edges::a_pause…`, `world_policy::the_programmes_limits…` |
//! | 3 calls an hour, 5 a day, 10 a week per account | `calls_per_account` | `edges::calls_of_an_account…`, `world_policy::the_programmes_limits…` |
//! | 3 an hour, 6 a day, 12 a week per phone | `calls_per_phone` | `edges::calls_to_a_phone…`, `limits::who_asks_about_a_phone…` |
//! | 1 call in flight per phone (30 s) | `ring` | `edges::a_call_rings…`, the index `challenge_in_flight` |
//! | 3 phones a day, 5 a week per account | `phones_per_account` | `edges::phones_of_an_account…`, `world_policy::the_programmes_limits…` |
//! | 3 accounts a day per phone | `accounts_per_phone` | `edges::accounts_at_a_phone…` |
//! | 5 verified pupils per phone | `pupils_per_phone` | `proving::a_sixth_pupil…`, `world_policy` |
//! | > 20 numbers an hour of a prefix, < 20 % verified → closed 1 h | `prefix_…` | `tests::a_closed_prefix…`, `rules::a_guessed_prefix…` |
//! | destinations | a territory's data; `served` | `phone`; `limits::a_territorys_data…`, `world_verify::a_kazakh_number…`, `world_policy` |
//! | calls 07:00–23:00 local | `calls_from`, `calls_to` | `edges::calls_are_placed_by_day…`, `world_verify::at_night_on_kamchatka…` |
//! | a day's money; alerts at 50, 80, 100 % | `spend_per_day_roubles`, `spend_alerts_percent` | `rules::the_days_money…`, `edges::marks_of_spending…` |
//! | an hour of 3 × the median | `spend_hour_times` | `tests::a_dear_hour…`, `limits::a_dear_hour…` |
//! | conversion over 100 calls in 15 min: < 40 % alert, < 20 % last | `conversion_…` | `edges::a_provider_is_judged…`, `tests::a_poor_provider…` |
//! | > 30 % missing of the last 20 → 60 s rest | `breaker_…` | `provider::breaker` |
//! | 7 days from signing in | `deadline` | `standing::seven_days…`, `world_policy::the_programmes_week…` |
//! | a request by hand: 1 open, 2 a day | `manual_requests` | `rules::two_requests…`, `world_policy::the_programmes_limits…` |
//! | … offered after 2 failed calls | the flow | `world_policy::after_two_calls…` |
//! | the number changes once a day | `number_changes` | `rules::a_number_changes…`, `world_verify::a_changed_number…` |
//! | calls are kept 30 days | `kept` | `rules::calls_are_kept…` |
//! | a form's answers are kept a year, of one not sent 60 days | `answers_kept`, `unfinished_answers_kept` | `world_feedback::answers_are_forgotten…` |
//! | the journal is kept a year | fixed, a trigger | `limits::the_journal_only_grows…` |
//!
//! Limits by address come when a phone can be verified in the mini app, the nudges of days 1, 3, 5 and 6 with the reminders' issue.

use chrono::{DateTime, TimeDelta, Utc};

pub use crate::policy::{Cap, Policy};
use crate::store::verifications::{Call, Try};

/// Without a call for so long, the stairs of the cool-down begin anew.
const DAY: TimeDelta = TimeDelta::days(1);

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

/// The conversion of a provider of whose calls too few are proved.
#[must_use]
pub fn too_few_proved(policy: &Policy, provider: &str, figures: &[(String, i64, i64)]) -> Option<usize> {
    conversion(policy, provider, figures).filter(|percent| *percent < policy.conversion_alert_percent)
}

/// The marks, in percent of what a day may cost, that spending passed when it grew from `before` to `after` kopecks.
pub fn marks_passed(policy: &Policy, before: i64, after: i64) -> impl Iterator<Item = i64> {
    let cap = policy.spend_per_day;
    policy.spend_alerts.into_iter().filter(move |percent| {
        let mark = cap * percent / 100;
        before < mark && mark <= after
    })
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
