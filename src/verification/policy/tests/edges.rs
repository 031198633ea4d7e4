//! Every number of the table just below, at and above its edge, with the other rules out of the way.

use super::*;

/// Rules that forbid nothing, for a test to put one of the programme's into.
fn free() -> Policy {
    let none = Cap { most: usize::MAX, within: TimeDelta::days(1) };
    Policy {
        tries_per_call: usize::MAX,
        tries_per_pair: [none; 3],
        tries_per_phone: none,
        cool_down: [TimeDelta::zero(); 4],
        calls_per_account: [none; 3],
        calls_per_phone: [none; 3],
        ring: TimeDelta::zero(),
        phones_per_account: [none; 2],
        accounts_per_phone: none,
        ..POLICY
    }
}

/// A call by an account to a phone, so many seconds after nine.
fn call(by: u8, to: u8, seconds: i64) -> (u8, u8, DateTime<Utc>, bool, bool) {
    (by, to, at(seconds), true, false)
}

/// What account 1 hears at that second when it asks for phone 1 after these calls.
fn verdict(policy: &Policy, calls: Vec<(u8, u8, DateTime<Utc>, bool, bool)>, seconds: i64) -> Verdict {
    judge(policy, &Log { calls, ..Log::default() }.history(1, 1, at(seconds)), at(seconds))
}

/// `cap.most` things that `one` makes of their number, a second apart, and the answer for each moment: with one less there is
/// room, with all of them there is none until the first one is as old as the window.
fn holds_at_its_edge(
    cap: Cap,
    policy: &Policy,
    one: impl Fn(u8, i64) -> (u8, u8, DateTime<Utc>, bool, bool),
    refusal: Verdict,
) {
    let most = i64::try_from(cap.most).unwrap();
    let calls = |count: i64| (0..count).map(|n| one(u8::try_from(n).unwrap(), n)).collect::<Vec<_>>();
    let end = cap.within.num_seconds();
    assert_eq!(verdict(policy, calls(most - 1), most), Verdict::Dial, "one less, {cap:?}");
    assert_eq!(verdict(policy, calls(most), most), refusal, "as many, {cap:?}");
    assert_eq!(verdict(policy, calls(most), end - 1), refusal, "a second before the end, {cap:?}");
    assert_eq!(verdict(policy, calls(most), end), Verdict::Dial, "at the end, {cap:?}");
}

fn limited(cap: Cap) -> Verdict {
    Verdict::Limited { until: at(0) + cap.within }
}

#[test]
fn calls_of_an_account_three_an_hour_five_a_day_ten_a_week() {
    assert_eq!(POLICY.calls_per_account.map(|cap| (cap.most, cap.within.num_hours())), [(3, 1), (5, 24), (10, 168)]);
    for cap in POLICY.calls_per_account {
        let policy = Policy { calls_per_account: [cap; 3], ..free() };
        holds_at_its_edge(cap, &policy, |n, s| call(1, n, s), limited(cap));
    }
}

#[test]
fn calls_to_a_phone_three_an_hour_six_a_day_twelve_a_week() {
    assert_eq!(POLICY.calls_per_phone.map(|cap| (cap.most, cap.within.num_hours())), [(3, 1), (6, 24), (12, 168)]);
    for cap in POLICY.calls_per_phone {
        let policy = Policy { calls_per_phone: [cap; 3], ..free() };
        holds_at_its_edge(cap, &policy, |_, s| call(1, 1, s), limited(cap));
        holds_at_its_edge(cap, &policy, |n, s| call(n + 2, 1, s), Verdict::Withhold);
    }
}

#[test]
fn phones_of_an_account_three_a_day_five_a_week() {
    assert_eq!(POLICY.phones_per_account.map(|cap| (cap.most, cap.within.num_hours())), [(3, 24), (5, 168)]);
    for cap in POLICY.phones_per_account {
        let policy = Policy { phones_per_account: [cap; 2], ..free() };
        holds_at_its_edge(cap, &policy, |n, s| call(1, n + 2, s), limited(cap));
        // The phone itself is none of the others, however often it was called.
        let most = u8::try_from(cap.most).unwrap();
        let calls = (1..=most).map(|phone| call(1, phone, phone.into())).collect();
        assert_eq!(verdict(&policy, calls, 60), Verdict::Dial);
    }
}

#[test]
fn accounts_at_a_phone_three_a_day() {
    let cap = POLICY.accounts_per_phone;
    assert_eq!((cap.most, cap.within), (3, TimeDelta::days(1)));
    let policy = Policy { accounts_per_phone: cap, ..free() };
    holds_at_its_edge(cap, &policy, |n, s| call(n + 2, 1, s), Verdict::Withhold);
    // One's own calls crowd nobody out.
    assert_eq!(verdict(&policy, vec![call(2, 1, 0), call(3, 1, 0), call(1, 1, 0)], 60), Verdict::Dial);
}

#[test]
fn a_call_rings_thirty_seconds_and_no_other_is_placed_meanwhile() {
    let policy = Policy { ring: POLICY.ring, ..free() };
    assert_eq!(verdict(&policy, vec![call(2, 1, 0)], 29), Verdict::Withhold);
    assert_eq!(verdict(&policy, vec![call(2, 1, 0)], 30), Verdict::Dial);
    assert_eq!(verdict(&policy, vec![call(2, 2, 0)], 29), Verdict::Dial, "another phone");
}

#[test]
fn a_pause_ends_at_its_second_and_a_day_without_a_call_begins_the_stairs_anew() {
    let policy = Policy { cool_down: POLICY.cool_down, ..free() };
    for (calls, pause) in
        [(&[0][..], 60), (&[0, 1], 120), (&[0, 1, 2], 300), (&[0, 1, 2, 3], 900), (&[0, 1, 2, 3, 4], 900)]
    {
        let end = calls.last().unwrap() + pause;
        let calls = || calls.iter().map(|second| call(1, 1, *second)).collect();
        assert_eq!(verdict(&policy, calls(), end - 1), Verdict::Wait { until: at(end) });
        assert_eq!(verdict(&policy, calls(), end), Verdict::Dial);
    }
    let day = 24 * 3600;
    let twice = |pause| verdict(&policy, vec![call(1, 1, 0), call(1, 1, pause)], pause);
    assert_eq!(twice(day - 1), Verdict::Wait { until: at(day - 1 + 120) });
    assert_eq!(twice(day), Verdict::Wait { until: at(day + 60) });
}

/// So many tries, a second apart; what is answered to one more at that second.
fn after(policy: &Policy, count: usize, mine: bool, seconds: i64) -> TryVerdict {
    let tries: Vec<_> = (0..count).map(|n| Try { at: at(i64::try_from(n).unwrap()), mine }).collect();
    judge_try(policy, &tries, 0, at(seconds))
}

#[test]
fn tries_per_call_three() {
    let policy = Policy { tries_per_call: POLICY.tries_per_call, ..free() };
    for (taken, room) in [(0, 3), (2, 1), (3, 0), (4, 0)] {
        assert_eq!(judge_try(&policy, &[], taken, at(0)).room(), room, "{taken} taken");
    }
}

#[test]
fn tries_of_an_account_at_a_phone_five_an_hour_nine_a_day_fifteen_a_week() {
    assert_eq!(POLICY.tries_per_pair.map(|cap| (cap.most, cap.within.num_hours())), [(5, 1), (9, 24), (15, 168)]);
    for cap in POLICY.tries_per_pair {
        let policy = Policy { tries_per_pair: [cap; 3], ..free() };
        let (most, end) = (cap.most, cap.within.num_seconds());
        assert_eq!(after(&policy, most - 1, true, 60), TryVerdict::Compare { left: 0 });
        assert_eq!(after(&policy, most, true, 60), TryVerdict::Exhausted);
        assert_eq!(after(&policy, most, true, end - 1), TryVerdict::Exhausted);
        assert_eq!(after(&policy, most, true, end), TryVerdict::Compare { left: 0 });
        assert_eq!(after(&policy, most, false, 60).room(), most, "others' tries are others'");
        // Nor is a robot asked to ring for who may type nothing.
        let tried = |count| (0..count).map(|_| (1, 1, at(0))).collect();
        let asked =
            |count| judge(&policy, &Log { tries: tried(count), ..Log::default() }.history(1, 1, at(60)), at(60));
        assert_eq!((asked(most - 1), asked(most)), (Verdict::Dial, limited(cap)));
    }
}

#[test]
fn tries_at_a_phone_thirty_a_week_whoever_types() {
    let cap = POLICY.tries_per_phone;
    assert_eq!((cap.most, cap.within), (30, TimeDelta::days(7)));
    let (policy, end) = (Policy { tries_per_phone: cap, ..free() }, cap.within.num_seconds());
    assert_eq!(after(&policy, 29, false, 60), TryVerdict::Compare { left: 0 });
    assert_eq!(after(&policy, 30, false, 60), TryVerdict::Exhausted);
    assert_eq!(after(&policy, 30, false, end - 1), TryVerdict::Exhausted);
    assert_eq!(after(&policy, 30, false, end), TryVerdict::Compare { left: 0 });
}

#[test]
fn calls_are_placed_by_day_from_seven_to_eleven() {
    let moscow = |hour, minute, second| {
        let local = chrono_tz::Europe::Moscow.with_ymd_and_hms(2026, 9, 10, hour, minute, second).unwrap().to_utc();
        POLICY.is_daytime(local, chrono_tz::Europe::Moscow)
    };
    assert!(!moscow(6, 59, 59) && moscow(7, 0, 0) && moscow(22, 59, 59) && !moscow(23, 0, 0));
}

#[test]
fn marks_of_spending_are_passed_once() {
    let cap = POLICY.spend_per_day;
    let passed = |before, after| marks_passed(&POLICY, before, after).collect::<Vec<i64>>();
    assert_eq!(passed(0, cap / 2 - 1), [0_i64; 0]);
    assert_eq!(passed(cap / 2 - 1, cap / 2), [50]);
    assert_eq!(passed(cap / 2, cap * 4 / 5 - 1), [0_i64; 0]);
    assert_eq!(passed(cap / 2, cap * 4 / 5), [80]);
    assert_eq!(passed(cap - 40, cap), [100]);
    assert_eq!(passed(0, cap + 1), [50, 80, 100]);
}

#[test]
fn a_provider_is_judged_from_a_hundred_calls_on_by_forty_and_twenty_percent() {
    let figures = |placed, proved| [("a".to_owned(), placed, proved), ("b".to_owned(), 0, 0)];
    assert_eq!(too_few_proved(&POLICY, "a", &figures(100, 39)), Some(39));
    assert_eq!(too_few_proved(&POLICY, "a", &figures(100, 40)), None);
    assert_eq!(too_few_proved(&POLICY, "a", &figures(99, 0)), None);
    assert_eq!(order(&POLICY, &["a", "b"], &figures(100, 19)), ["b", "a"]);
    assert_eq!(order(&POLICY, &["a", "b"], &figures(100, 20)), ["a", "b"]);
    assert_eq!(POLICY.conversion_calls.within, TimeDelta::minutes(15));
}
