//! `initData` against vectors of public test suites (tests/data/specs/telegram).

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::Value;

use crate::channel::{
    launch::{Launched, Unproved, pairs},
    telegram::launch::{proved, secret, signed},
};

fn vectors(kind: &str) -> Vec<Value> {
    let file = include_str!("../../../../tests/data/specs/telegram/initdata-vectors.json");
    let file: Value = serde_json::from_str(file).unwrap();
    file[kind].as_array().unwrap().clone()
}

fn dated(init_data: &str) -> DateTime<Utc> {
    let date = init_data.split('&').find_map(|pair| pair.strip_prefix("auth_date="));
    date.and_then(|date| DateTime::from_timestamp(date.parse().ok()?, 0)).unwrap_or_default()
}

/// The vector's token; where it has none, it can only be checked by Telegram's public key, and no token proves it.
fn check(vector: &Value, age: TimeDelta) -> Result<Launched, Unproved> {
    let init_data = vector["init_data"].as_str().unwrap();
    let token = vector["bot_token"].as_str().map_or_else(|| format!("{}:unknown", vector["bot_id"]), str::to_owned);
    proved(init_data, &token.into(), dated(init_data) + age)
}

#[test]
fn valid_vectors_prove_their_user_for_a_day() {
    for vector in vectors("valid") {
        let user = check(&vector, TimeDelta::zero()).unwrap_or_else(|why| panic!("{why}: {vector}")).user;
        let named = pairs(vector["init_data"].as_str().unwrap()).unwrap();
        let named = named.into_iter().find_map(|(key, value)| value.filter(|_| key == "user")).unwrap();
        assert_eq!(user, serde_json::from_str::<Value>(&named).unwrap()["id"].to_string());
        assert!(check(&vector, TimeDelta::hours(24)).is_ok());
        assert_eq!(check(&vector, TimeDelta::hours(24) + TimeDelta::seconds(1)), Err(Unproved::Stale));
        assert_eq!(check(&vector, TimeDelta::seconds(-61)), Err(Unproved::Early));
    }
}

#[test]
fn invalid_vectors_fail_for_their_reason() {
    for vector in vectors("invalid") {
        let (age, reason) = match vector["expect"].as_str().unwrap() {
            "sign_invalid" => (TimeDelta::zero(), Unproved::Forged),
            "hash_missing" => (TimeDelta::zero(), Unproved::Unsigned),
            // Of what nobody has signed, no date is looked at.
            "expired" if check(&vector, TimeDelta::zero()).is_err() => (TimeDelta::hours(25), Unproved::Forged),
            "expired" => (TimeDelta::hours(25), Unproved::Stale),
            "auth_date_invalid" | "auth_date_missing" => (TimeDelta::zero(), Unproved::Forged),
            reason if reason.starts_with("format") => (TimeDelta::zero(), Unproved::Malformed),
            reason if reason.starts_with("ed25519_invalid") => (TimeDelta::zero(), Unproved::Forged),
            other => panic!("no idea what {other} is"),
        };
        assert_eq!(check(&vector, age), Err(reason), "{vector}");
    }
}

#[test]
fn data_of_an_unknown_bot_is_read_and_proves_nothing() {
    let unknown = vectors("parse_only");
    assert!(!unknown.is_empty());
    for vector in unknown {
        assert_eq!(check(&vector, TimeDelta::zero()), Err(Unproved::Forged), "{vector}");
    }
}

#[test]
fn keys_and_signatures_are_those_of_the_published_primitives() {
    let (keys, hashes): (Vec<_>, Vec<_>) =
        vectors("primitives").into_iter().partition(|it| it["secret_hex"].is_string());
    assert!(!keys.is_empty() && !hashes.is_empty());
    let text = |vector: &Value, name: &str| vector[name].as_str().unwrap().to_owned();
    for vector in keys {
        assert_eq!(hex::encode(secret(&text(&vector, "secret_for_token").into())), text(&vector, "secret_hex"));
    }
    for vector in hashes {
        assert_eq!(signed(&text(&vector, "data"), &text(&vector, "token").into()), text(&vector, "hash"));
    }
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let vector = vectors("valid")[0].clone();
    for more in ["&auth_date=1662771648", "&hash=abc", "&user=%7B%22id%22%3A1%7D"] {
        let init_data = format!("{}{more}", vector["init_data"].as_str().unwrap());
        let token = vector["bot_token"].as_str().unwrap().into();
        assert_eq!(proved(&init_data, &token, dated(&init_data)), Err(Unproved::Twice));
    }
}

proptest! {
    #[test]
    fn a_changed_byte_proves_nothing(which in 0..5usize, at in any::<prop::sample::Index>(), byte in 0x20..0x7fu8) {
        let vector = vectors("valid")[which].clone();
        let (init_data, token) = (vector["init_data"].as_str().unwrap(), vector["bot_token"].as_str().unwrap().into());
        let mut changed = init_data.as_bytes().to_vec();
        changed[at.index(init_data.len())] = byte;
        let changed = String::from_utf8(changed).unwrap();
        // `%7b` is `%7B`: the same data in another spelling.
        let sorted = |query| pairs(query).map(|mut pairs| { pairs.sort(); pairs });
        prop_assume!(sorted(&changed) != sorted(init_data));
        prop_assert!(proved(&changed, &token, dated(init_data)).is_err());
    }

    #[test]
    fn junk_proves_nothing(junk in "[a-z=&%0-9+{}\"]{0,300}") {
        prop_assert!(proved(&junk, &"1:a".into(), DateTime::UNIX_EPOCH).is_err());
    }
}
