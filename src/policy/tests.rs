use super::*;

/// The keys that README.md lists, with their values.
fn table() -> &'static str {
    let readme = include_str!("../../README.md");
    let section = readme.split("### The rules of verification").nth(1).unwrap();
    section.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap()
}

fn with(text: &str) -> Policy {
    read("policy.yaml", text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

/// The faults of a file as an operator is shown them.
fn faults(text: &str) -> Vec<String> {
    read("policy.yaml", text).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn the_readme_lists_every_key_with_its_default() {
    assert_eq!(with(table()), Policy::DEFAULT);
    let unknown = faults("zzz: 1").remove(0);
    let keys: Vec<_> = table().lines().map(|line| format!("`{}`", line.split(':').next().unwrap())).collect();
    assert!(unknown.ends_with(&format!("(the keys are {})", keys.join(", "))), "{unknown}");
}

#[test]
fn what_a_file_does_not_say_stays_the_programmes() {
    for empty in ["", "# nothing\n", "\n\n"] {
        assert_eq!(with(empty), Policy::DEFAULT, "{empty:?}");
    }
    let other = with("deadline: 14d\ncalls_per_account: [1 in 90m, 2 in 1d, 3 in 7d]\nspend_per_day_roubles: 1\n");
    assert_eq!((other.deadline, other.spend_per_day), (TimeDelta::days(14), 100));
    assert_eq!(other.calls_per_account, [cap(1, TimeDelta::minutes(90)), cap(2, DAY), cap(3, WEEK)]);
    let rest = Policy { deadline: WEEK, spend_per_day: 500_000, ..other };
    assert_eq!(Policy { calls_per_account: Policy::DEFAULT.calls_per_account, ..rest }, Policy::DEFAULT);
}

#[test]
fn every_fault_is_named_at_once_with_its_place_and_a_cure() {
    let found = faults(
        "code_livs: 5m
tries_per_call: 0
tries_per_account: [5 in 1h, 9 per day]
pause_after_call: [60s, soon, 300s, 900s]
served: [\"+1\"]
calls_from: 7
ring: [30s]
spend_per_day_roubles: -5
",
    );
    for (line, column, what, cure) in [
        (1, 1, "there is no `code_livs`", "did you mean `code_lives`?"),
        (2, 17, "`0` can't be used here", "a number from 1 to 10"),
        (3, 20, "a list of 3 belongs here", "such as `3 in 1h`"),
        (4, 25, "`soon` can't be used here", "a time from 1s to 1d"),
        (5, 10, "`+1` can't be used here", "[\"+79\", \"+77\"]"),
        (6, 13, "`7` can't be used here", "\"7:00\""),
        (7, 7, "a list stands where one value belongs", "a time from 5s to 5m"),
        (8, 24, "`-5` can't be used here", "a number from 1 to 10000000"),
    ] {
        let begins = format!("policy.yaml:{line}:{column}: error: {what}");
        let all = found.iter().any(|fault| fault.starts_with(&begins) && fault.contains(cure));
        assert!(all, "{begins} … {cure} is not among {found:#?}");
    }
    assert_eq!(found.len(), 8, "{found:#?}");
}

#[test]
fn what_is_out_of_range_is_refused_and_what_is_just_in_it_is_not() {
    for (key, inside, outside) in [
        ("code_lives", &["1m", "10m"][..], &["59s", "601s", "0s", "-5m", "5", "five minutes"][..]),
        ("tries_per_call", &["1", "10"], &["0", "11", "-1", "1.5", "many", "true", "\"\""]),
        ("tries_per_account", &["[1 in 1m, 1 in 1h, 50 in 30d]"], &["[1 in 1m, 1 in 1h, 51 in 30d]", "5 in 1h", "[]"]),
        ("tries_per_phone", &["1 in 1m", "100 in 30d"], &["0 in 1h", "101 in 1d", "1 in 59s", "1 in 31d", "3in 1h"]),
        ("pause_after_call", &["[30s, 30s, 30s, 1d]"], &["[1s, 1s, 1s]", "[1s, 1s, 1s, 25h]", "[0s, 1s, 1s, 1s]"]),
        ("calls_per_account", &["[1 in 1m, 1 in 1h, 100 in 30d]"], &["[1 in 1m, 1 in 1h, 101 in 30d]"]),
        ("calls_per_phone", &["[1 in 1m, 1 in 1h, 100 in 30d]"], &["[1 in 1m, 1 in 1h, 101 in 30d]"]),
        ("ring", &["5s", "1m"], &["4s", "301s"]),
        ("phones_per_account", &["[1 in 1m, 100 in 30d]"], &["[1 in 1m, 101 in 30d]", "[0 in 1m, 1 in 1h]"]),
        ("accounts_per_phone", &["1 in 1m", "100 in 30d"], &["0 in 1d", "101 in 1d"]),
        ("pupils_per_phone", &["1", "100"], &["0", "101"]),
        ("prefix_numbers", &["1 in 1m", "1000 in 30d"], &["0 in 1h", "1001 in 1h"]),
        ("prefix_verified_percent", &["0", "100"], &["-1", "101"]),
        ("prefix_closed", &["1m", "7d"], &["59s", "8d"]),
        ("calls_from", &["\"0:00\"", "\"22:59\""], &["\"24:00\"", "seven", "7"]),
        ("calls_to", &["\"7:01\"", "\"23:59\""], &["\"25:00\"", "\"7\""]),
        ("served", &["[\"+79\", \"+77\"]", "[\"+7916\"]"], &["[]", "\"+79\"", "[\"79\"]", "[\"+7495\"]", "[\"+79x\"]"]),
        ("spend_per_day_roubles", &["1", "10000000"], &["0", "10000001"]),
        ("spend_alerts_percent", &["[1, 2, 100]"], &["[0, 2, 3]", "[1, 2, 101]", "[50, 50, 100]", "[1, 2]"]),
        ("spend_hour_times", &["1", "2.5", "100"], &["0.9", "101", "nan"]),
        ("deadline", &["1d", "360d"], &["23h", "361d"]),
        ("number_changes", &["1 in 1m", "100 in 30d"], &["0 in 1d", "101 in 1d"]),
        ("manual_requests", &["1 in 1m", "100 in 30d"], &["0 in 1d", "101 in 1d"]),
        ("conversion_calls", &["1 in 1m", "100000 in 30d"], &["0 in 15m", "100001 in 15m"]),
        ("conversion_alert_percent", &["0", "100"], &["-1", "101"]),
        ("conversion_last_percent", &["0", "100"], &["-1", "101"]),
        ("breaker_answers", &["1", "1000"], &["0", "1001"]),
        ("breaker_missing_percent", &["0", "99"], &["-1", "100"]),
        ("breaker_rest", &["1s", "1h"], &["0s", "3601s"]),
        ("kept", &["8d", "30d"], &["7d", "31d"]),
        ("answers_kept", &["30d", "365d"], &["29d", "366d"]),
        ("unfinished_answers_kept", &["7d", "360d"], &["6d", "361d"]),
    ] {
        for value in inside {
            with(&format!("{key}: {value}\n"));
        }
        for value in outside {
            let found = faults(&format!("{key}: {value}\n"));
            assert!(found.len() == 1 && found[0].starts_with("policy.yaml:1:"), "{key}: {value}: {found:?}");
        }
        assert!(table().contains(&format!("\n{key}: ")) || table().starts_with(key), "{key}");
    }
}

#[test]
fn numbers_that_do_not_fit_together_are_refused() {
    for (text, what) in [
        ("calls_from: \"23:00\"\ncalls_to: \"7:00\"\n", "policy.yaml:2:1: error: calls would end before they begin"),
        ("calls_to: \"6:00\"\n", "policy.yaml:1:1: error: calls would end before they begin"),
        (
            "calls_per_phone: [3 in 1d, 6 in 1h, 12 in 7d]\n",
            "policy.yaml:1:18: error: the windows are not in their order",
        ),
        (
            "calls_per_phone: [6 in 1h, 3 in 1d, 12 in 7d]\n",
            "policy.yaml:1:18: error: the windows are not in their order",
        ),
        ("pause_after_call: [2m, 1m, 1m, 1m]\n", "policy.yaml:1:19: error: a pause is shorter than the one before"),
        ("ring: 61s\n", "policy.yaml:1:1: error: a call may ring for 61s, and the next may come after 1m"),
        ("pause_after_call: [29s, 1m, 1m, 1m]\n", "policy.yaml:1:1: error: a call may ring for 30s"),
        (
            "kept: 10d\ntries_per_phone: 30 in 11d\n",
            "policy.yaml:1:1: error: calls are kept for 10d, and a window is 11d long",
        ),
        (
            "kept: 8d\nnumber_changes: 1 in 9d\n",
            "policy.yaml:1:1: error: calls are kept for 8d, and a window is 9d long",
        ),
    ] {
        let found = faults(text);
        assert!(found.len() == 1 && found[0].starts_with(what), "{text}: {found:?}");
    }
}

#[test]
fn what_is_no_table_is_refused_with_its_place() {
    for text in [
        "- 1\n- 2\n",
        "just words",
        "code_lives: {a: 1}\n",
        "code_lives: 5m\n  ring: 1s\n",
        "served: [[1]]\n",
        "ring: 1m\nring: 1m\n",
    ] {
        let found = faults(text);
        assert!(found.len() == 1 && found[0].starts_with("policy.yaml:"), "{text}: {found:?}");
    }
}

#[test]
fn the_judge_looks_back_over_the_longest_window_and_a_day_at_least() {
    assert_eq!(Policy::DEFAULT.look_back(), WEEK);
    assert_eq!(with("accounts_per_phone: 3 in 9d").look_back(), TimeDelta::days(9));
    let short = "[1 in 1m, 1 in 2m, 1 in 3m]";
    let hasty = with(&format!(
        "tries_per_account: {short}\ncalls_per_account: {short}\ncalls_per_phone: {short}
phones_per_account: [1 in 1m, 1 in 2m]\naccounts_per_phone: 1 in 1m\ntries_per_phone: 1 in 1m\n"
    ));
    assert_eq!(hasty.look_back(), DAY);
}
