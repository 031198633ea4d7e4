use chrono::TimeZone;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

mod edges;

const POLICY: Policy = Policy::DEFAULT;

fn at(seconds: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 10, 9, 0, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// An attempt log that only [`judge`] and [`judge_try`] guard.
#[derive(Default)]
struct Log {
    calls: Vec<(u8, u8, DateTime<Utc>, bool, bool)>,
    tries: Vec<(u8, u8, DateTime<Utc>)>,
}

impl Log {
    fn history(&self, account: u8, phone: u8, now: DateTime<Utc>) -> History {
        let recent = self.calls.iter().filter(|call| call.2 > now - POLICY.look_back());
        let concerned = recent.filter(|call| call.0 == account || call.1 == phone);
        History {
            phone: vec![phone],
            calls: concerned
                .map(|&(by, to, at, rang, proved)| Call {
                    at,
                    mine: by == account,
                    account: Uuid::from_u128(by.into()),
                    phone: vec![to],
                    rang,
                    proved,
                    dialling: false,
                })
                .collect(),
            tries: self.tries_at(account, phone),
            prefix_closed: false,
        }
    }

    fn tries_at(&self, account: u8, phone: u8) -> Vec<Try> {
        let at_phone = self.tries.iter().filter(|t| t.1 == phone);
        at_phone.map(|&(by, _, at)| Try { at, mine: by == account }).collect()
    }

    fn ask(&mut self, account: u8, phone: u8, now: DateTime<Utc>) -> Verdict {
        let verdict = judge(&POLICY, &self.history(account, phone, now), now);
        if matches!(verdict, Verdict::Dial | Verdict::Withhold) {
            self.calls.push((account, phone, now, verdict == Verdict::Dial, false));
        }
        verdict
    }

    fn wrong(&mut self, account: u8, phone: u8, now: DateTime<Utc>) -> TryVerdict {
        let verdict = judge_try(&POLICY, &self.tries_at(account, phone), 0, now);
        if matches!(verdict, TryVerdict::Compare { .. }) {
            self.tries.push((account, phone, now));
        }
        verdict
    }
}

/// No span of the cap's length holds more different marks than the cap allows.
fn holds<T: Ord + Copy>(cap: Cap, events: &[(DateTime<Utc>, T)]) -> bool {
    events.iter().all(|(start, _)| {
        let span = events.iter().filter(|(at, _)| at >= start && *at < *start + cap.within);
        span.map(|(_, mark)| *mark).collect::<std::collections::BTreeSet<_>>().len() <= cap.most
    })
}

fn all_windows_hold(log: &Log) -> Result<(), TestCaseError> {
    for who in 0..5 {
        let by: Vec<_> = log.calls.iter().enumerate().filter(|(_, c)| c.0 == who).map(|(n, c)| (c.2, n)).collect();
        let to: Vec<_> =
            log.calls.iter().enumerate().filter(|(_, c)| c.1 == who && c.3).map(|(n, c)| (c.2, n)).collect();
        let phones: Vec<_> = log.calls.iter().filter(|c| c.0 == who).map(|c| (c.2, c.1)).collect();
        let accounts: Vec<_> = log.calls.iter().filter(|c| c.1 == who && c.3).map(|c| (c.2, c.0)).collect();
        let tries: Vec<_> = log.tries.iter().enumerate().filter(|(_, t)| t.1 == who).map(|(n, t)| (t.2, n)).collect();
        for cap in POLICY.calls_per_account {
            prop_assert!(holds(cap, &by), "calls of account {who}, {cap:?}");
        }
        for cap in POLICY.calls_per_phone {
            prop_assert!(holds(cap, &to), "calls to phone {who}, {cap:?}");
        }
        for cap in POLICY.phones_per_account {
            prop_assert!(holds(cap, &phones), "phones of account {who}, {cap:?}");
        }
        prop_assert!(holds(POLICY.accounts_per_phone, &accounts), "accounts at phone {who}");
        prop_assert!(holds(POLICY.tries_per_phone, &tries), "tries at phone {who}");
        for other in 0..5 {
            let pair: Vec<_> = log
                .tries
                .iter()
                .enumerate()
                .filter(|(_, t)| (t.0, t.1) == (other, who))
                .map(|(n, t)| (t.2, n))
                .collect();
            for cap in POLICY.tries_per_pair {
                prop_assert!(holds(cap, &pair), "tries of {other} at {who}, {cap:?}");
            }
        }
    }
    Ok(())
}

#[derive(Clone, Debug)]
enum Step {
    Ask(u8, u8),
    Wrong(u8, u8),
    Right(u8, u8),
    Pass(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let pair = || (0..5_u8, 0..5_u8);
    prop_oneof![
        4 => pair().prop_map(|(a, p)| Step::Ask(a, p)),
        3 => pair().prop_map(|(a, p)| Step::Wrong(a, p)),
        1 => pair().prop_map(|(a, p)| Step::Right(a, p)),
        // The clock stands still, walks, leaps over a day, and is set back.
        3 => prop_oneof![0..120_i64, 0..4_000_i64, 0..100_000_i64, -9_000..0_i64].prop_map(Step::Pass),
    ]
}

fn live(steps: Vec<Step>) -> Log {
    let (mut log, mut now) = (Log::default(), at(0));
    for step in steps {
        match step {
            Step::Ask(account, phone) => _ = log.ask(account, phone, now),
            Step::Wrong(account, phone) => _ = log.wrong(account, phone, now),
            Step::Right(account, phone) => {
                let mine = log.calls.iter_mut().rev().find(|c| (c.0, c.1, c.3) == (account, phone, true));
                if let Some(call) = mine {
                    call.4 = true;
                }
            }
            Step::Pass(seconds) => now += TimeDelta::seconds(seconds),
        }
    }
    log
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    #[ignore = "the full campaign, a million steps: minutes"]
    fn no_window_is_exceeded_in_a_million_steps(steps in prop::collection::vec(step(), 250..=250)) {
        all_windows_hold(&live(steps))?;
    }
}

proptest! {
    #[test]
    fn no_window_is_ever_exceeded(steps in prop::collection::vec(step(), 1..250)) {
        all_windows_hold(&live(steps))?;
    }

    #[test]
    fn who_comes_at_the_told_time_is_not_told_the_same_again(gaps in prop::collection::vec(0..5_000_i64, 1..30)) {
        let (mut log, mut now) = (Log::default(), at(0));
        for gap in gaps {
            now += TimeDelta::seconds(gap);
            if let Verdict::Wait { until } | Verdict::Limited { until } = log.ask(1, 1, now) {
                prop_assert!(until > now);
                now = until;
                let again = log.ask(1, 1, now);
                let later = matches!(again, Verdict::Wait { until } | Verdict::Limited { until } if until > now);
                prop_assert!(again == Verdict::Dial || later);
            }
        }
    }
}

/// Whoever guesses as often as the rules allow for a week, every guess at two live codes, gets in with at most 0.30 %.
#[test]
fn guessing_a_week_long_is_hopeless() {
    let (mut log, mut guesses) = (Log::default(), 0);
    for second in 0..7 * 24 * 3600 {
        if matches!(log.wrong(1, 1, at(second)), TryVerdict::Compare { .. }) {
            guesses += 1;
        }
    }
    assert_eq!(guesses, 15);
    let missed = (1.0 - 2.0 / 9999.0_f64).powi(guesses);
    assert!(1.0 - missed <= 0.0030, "{}", 1.0 - missed);
}

#[test]
fn a_dear_hour_is_one_beyond_three_medians() {
    assert!(!hour_is_dear(&POLICY, 300, 100.0) && hour_is_dear(&POLICY, 301, 100.0));
    assert!(!hour_is_dear(&POLICY, 301, 0.0), "the first hour of all has nothing to be compared with");
}

#[test]
fn the_stairs_of_the_cool_down() {
    let history = |calls: &[i64]| {
        let calls = calls.iter().map(|s| (1, 1, at(*s), true, false)).collect();
        Log { calls, ..Log::default() }.history(1, 1, at(0))
    };
    for (calls, until) in [(&[0][..], 60), (&[0, 60], 180), (&[0, 60, 180], 480), (&[0, 60, 180, 480], 1380)] {
        assert_eq!(cool_down(&POLICY, &history(calls)), Some(at(until)), "{calls:?}");
    }
}

#[test]
fn a_proved_call_ends_the_cool_down_for_a_sister() {
    let mut log = Log::default();
    assert_eq!(log.ask(1, 1, at(0)), Verdict::Dial);
    assert_eq!(log.ask(1, 1, at(20)), Verdict::Wait { until: at(60) });
    log.calls[0].4 = true;
    assert_eq!(log.ask(1, 1, at(20)), Verdict::Dial);
}

#[test]
fn ones_own_limit_is_told_and_that_of_others_is_not() {
    let mut log = Log::default();
    for n in 0..3 {
        assert_eq!(log.ask(1, 1, at(n * 600)), Verdict::Dial);
    }
    assert_eq!(log.ask(1, 2, at(1800)), Verdict::Limited { until: at(3600) });
    assert_eq!(log.ask(2, 1, at(1800)), Verdict::Withhold);
}

#[test]
fn one_call_in_flight_per_phone() {
    let mut log = Log::default();
    assert_eq!(log.ask(1, 1, at(0)), Verdict::Dial);
    assert_eq!(log.ask(2, 1, at(10)), Verdict::Withhold);
    assert_eq!(log.ask(3, 1, at(30)), Verdict::Dial);
}

#[test]
fn a_closed_prefix_rings_nobody() {
    let history = History { prefix_closed: true, ..Log::default().history(1, 1, at(0)) };
    assert_eq!(judge(&POLICY, &history, at(0)), Verdict::Withhold);
    assert!(prefix_looks_guessed(&POLICY, 21, 4));
    assert!(!prefix_looks_guessed(&POLICY, 20, 0));
    assert!(!prefix_looks_guessed(&POLICY, 21, 5));
}

#[test]
fn tries_count_down_and_the_tightest_rule_wins() {
    assert_eq!(judge_try(&POLICY, &[], 0, at(0)), TryVerdict::Compare { left: 2 });
    assert_eq!(judge_try(&POLICY, &[], 2, at(0)), TryVerdict::Compare { left: 0 });
    assert_eq!(judge_try(&POLICY, &[], 3, at(0)), TryVerdict::Exhausted);
    let earlier = [Try { at: at(-60), mine: true }; 4];
    assert_eq!(judge_try(&POLICY, &earlier, 0, at(0)), TryVerdict::Compare { left: 0 });
    let others = [Try { at: at(-60), mine: false }; 30];
    assert_eq!(judge_try(&POLICY, &others, 0, at(0)), TryVerdict::Exhausted);
}

#[test]
fn a_poor_provider_goes_behind() {
    let figures = |proved| vec![("a".to_owned(), 100, proved), ("b".to_owned(), 99, 0)];
    assert_eq!(order(&POLICY, &["a", "b"], &figures(19)), ["b", "a"]);
    assert_eq!(order(&POLICY, &["a", "b"], &figures(20)), ["a", "b"]);
    assert_eq!(conversion(&POLICY, "b", &figures(0)), None);
}

#[test]
fn hours_are_local() {
    let zone = chrono_tz::Asia::Vladivostok;
    let night = Utc.with_ymd_and_hms(2026, 9, 10, 13, 0, 0).unwrap();
    assert!(!POLICY.is_daytime(night, zone) && POLICY.is_daytime(night, chrono_tz::Europe::Moscow));
    assert_eq!(POLICY.next_morning(night, zone), Utc.with_ymd_and_hms(2026, 9, 10, 21, 0, 0).unwrap());
    let early = Utc.with_ymd_and_hms(2026, 9, 10, 20, 59, 59).unwrap();
    assert_eq!(POLICY.next_morning(early, zone), Utc.with_ymd_and_hms(2026, 9, 10, 21, 0, 0).unwrap());
    assert!(POLICY.is_daytime(Utc.with_ymd_and_hms(2026, 9, 10, 21, 0, 0).unwrap(), zone));
}
