use std::time::Duration;

use serde_json::Value;

use crate::channel::{
    Gone, Scope, SendError,
    http::Broken,
    vk::{
        client::{ApiError, Error},
        errors::{fate, refused},
    },
};

fn of(code: i64) -> SendError {
    refused(&ApiError { error_code: code, error_msg: "words".into() })
}

#[test]
fn the_important_codes_have_the_right_fate() {
    let too_fast = |seconds, scope| SendError::TooFast { after: Duration::from_secs(seconds), scope };
    assert_eq!(of(6), too_fast(1, Scope::Lane));
    assert_eq!(of(9), too_fast(30, Scope::Chat));
    for (codes, gone) in [
        (vec![900, 901, 902], Gone::Blocked),
        (vec![18], Gone::Deactivated),
        (vec![936], Gone::NotFound),
        (vec![912, 917, 922, 925, 945], Gone::Kicked),
    ] {
        codes.into_iter().for_each(|code| assert_eq!(of(code), SendError::Gone(gone), "{code}"));
    }
    [1, 10].into_iter().for_each(|code| assert!(matches!(of(code), SendError::Later(_)), "{code}"));
    for code in [5, 14, 27, 29] {
        assert!(matches!(of(code), SendError::Account { code: told, .. } if told == code), "{code}");
    }
    for code in [8, 100, 911, 914] {
        assert!(matches!(of(code), SendError::Refused { code: told, .. } if told == code), "{code}");
    }
}

#[test]
fn every_code_of_the_schema_has_a_fate() {
    let file: Value = serde_json::from_str(include_str!("../../../../tests/data/specs/vk/vk-errors.json")).unwrap();
    let codes: Vec<i64> = file["all"].as_array().unwrap().iter().map(|error| error["code"].as_i64().unwrap()).collect();
    assert!(codes.len() > 100);
    assert!(codes.iter().all(|code| !matches!(of(*code), SendError::Unknown(_) | SendError::Moved(_))));
}

#[test]
fn what_stands_before_the_api_has_a_fate_too() {
    let status =
        |status, seconds: Option<u64>| fate(&Error::Status { status, retry_after: seconds.map(Duration::from_secs) });
    assert!(matches!(status(502, None), SendError::Later(_)));
    assert_eq!(status(429, Some(7)), SendError::TooFast { after: Duration::from_secs(7), scope: Scope::Lane });
    assert!(matches!(fate(&Error::Broken(Broken::NotSent("refused".into()))), SendError::Later(_)));
    assert!(matches!(fate(&Error::Broken(Broken::NoAnswer("closed".into()))), SendError::Unknown(_)));
    assert!(matches!(fate(&Error::Unreadable), SendError::Unknown(_)));
}
