//! Launch parameters against the official vector and those of public libraries (tests/data/specs/vk).

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::Value;

use crate::channel::{
    launch::{Launched, Unproved, pairs},
    vk::launch::{App, proved},
};

fn vectors() -> Value {
    let file = include_str!("../../../../tests/data/specs/vk/launch-params-vectors.json");
    serde_json::from_str(file).unwrap()
}

fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn dated(query: &str) -> DateTime<Utc> {
    parameter(query, "vk_ts").and_then(|ts| DateTime::from_timestamp(ts.parse().ok()?, 0)).unwrap_or_default()
}

fn check(query: &str, secret: &Value, age: TimeDelta) -> Result<Launched, Unproved> {
    let id = parameter(query, "vk_app_id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let app = App { id, secret: SecretString::from(secret.as_str().unwrap()) };
    proved(query, &app, dated(query) + age)
}

#[test]
fn published_vectors_pass_and_fail_as_they_should() {
    let file = vectors();
    let all = ["official", "library_tests"].map(|kind| file[kind].as_array().unwrap().clone());
    for vector in all.concat() {
        let query = vector["query"].as_str().unwrap();
        let outcome = check(query, &vector["secret"], TimeDelta::zero()).map(|launched| launched.user);
        let expected = match (vector["valid"].as_bool().unwrap(), parameter(query, "vk_ts")) {
            (true, Some(_)) => Ok(parameter(query, "vk_user_id").unwrap().to_owned()),
            // Signed, but nobody knows when: refused for that, and not for its signature.
            (true, None) => Err(Unproved::Undated),
            (false, _) if query.contains("%gh") => Err(Unproved::Malformed),
            (false, _) => Err(Unproved::Forged),
        };
        assert_eq!(outcome, expected, "{vector}");
    }
}

#[test]
fn where_implementations_agree_so_do_we() {
    let file = &vectors()["cross_implementation"];
    for case in file["cases"].as_array().unwrap() {
        // Where they differ: what VK's documentation says of a space, and RFC 3986 of marks.
        let sign = case["agreed"].as_str().or(case["disagree"]["node (%20)"].as_str());
        let sign = sign.or(case["disagree"]["py,go"].as_str()).unwrap();
        let query = format!("{}&sign={sign}", case["query"].as_str().unwrap());
        let user = check(&query, &file["secret"], TimeDelta::zero()).unwrap_or_else(|why| panic!("{why}: {case}")).user;
        assert_eq!(user, "2");
        assert_eq!(check(&query, &file["secret"], TimeDelta::seconds(3_601)), Err(Unproved::Stale));
        assert_eq!(check(&query, &file["secret"], TimeDelta::seconds(-61)), Err(Unproved::Early));
    }
}

/// One that VK itself has signed.
fn real() -> (String, Value) {
    let vectors = vectors()["library_tests"].as_array().unwrap().clone();
    let vector = vectors.into_iter().find(|vector| parameter(vector["query"].as_str().unwrap(), "vk_ts").is_some());
    let vector = vector.unwrap();
    (vector["query"].as_str().unwrap().to_owned(), vector["secret"].clone())
}

#[test]
fn another_app_a_missing_signature_and_a_second_value_are_refused() {
    let (query, secret) = real();
    let app = App { id: 1, secret: secret.as_str().unwrap().into() };
    assert_eq!(proved(&query, &app, dated(&query)), Err(Unproved::Elsewhere));
    let unsigned = query.split("&sign=").next().unwrap();
    assert_eq!(check(unsigned, &secret, TimeDelta::zero()), Err(Unproved::Unsigned));
    for more in ["&vk_user_id=1", "&sign=abc", "&vk_ts="] {
        assert_eq!(check(&format!("{query}{more}"), &secret, TimeDelta::zero()), Err(Unproved::Twice), "{more}");
    }
    assert_eq!(check(&format!("{query}&vk_a%3D1=1"), &secret, TimeDelta::zero()), Err(Unproved::Malformed));
    assert!(check(&format!("{query}&utm=1&utm=2"), &secret, TimeDelta::zero()).is_ok());
}

proptest! {
    #[test]
    fn a_changed_byte_proves_nothing(at in any::<prop::sample::Index>(), byte in 0x20..0x7fu8) {
        let (query, secret) = real();
        let mut changed = query.as_bytes().to_vec();
        changed[at.index(query.len())] = byte;
        let changed = String::from_utf8(changed).unwrap();
        prop_assume!(pairs(&changed) != pairs(&query));
        let id = parameter(&query, "vk_app_id").unwrap().parse().unwrap();
        let app = App { id, secret: secret.as_str().unwrap().into() };
        prop_assert!(proved(&changed, &app, dated(&query)).is_err());
    }
}
