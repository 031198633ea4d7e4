//! Calls as the telephone network has them, whoever ordered them.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    clock,
    sandbox::{Core, fault::Kind, locked, params::Params},
};

/// How many calls are remembered.
const KEPT: usize = 5_000;
/// How long a phone rings.
const RINGS: Duration = Duration::from_secs(20);

/// One call.
#[derive(Clone, Debug, Serialize)]
pub(in crate::sandbox) struct Call {
    pub(in crate::sandbox) id: i64,
    pub(in crate::sandbox) phone: String,
    pub(in crate::sandbox) from: String,
    pub(in crate::sandbox) last4: String,
    pub(in crate::sandbox) at: DateTime<Utc>,
    provider: &'static str,
    /// It reached the phone.
    pub(in crate::sandbox) rang: bool,
    /// It rings now.
    pub(in crate::sandbox) ringing: bool,
    /// How it ended: `answered`, `busy`, `missed`; absent while nobody has said.
    pub(in crate::sandbox) ended: Option<&'static str>,
    #[serde(skip)]
    pub(super) code: String,
    #[serde(skip)]
    pub(super) unique: String,
    #[serde(skip)]
    begun: std::time::Instant,
}

/// A reverse call that is waited for.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub(super) phone: String,
    pub(super) number: String,
    pub(super) expires: DateTime<Utc>,
    pub(super) confirmed: bool,
}

/// All calls.
#[derive(Default)]
pub(in crate::sandbox) struct Exchange {
    calls: VecDeque<Call>,
    last: i64,
    uniques: HashMap<String, i64>,
    pub(super) checks: HashMap<String, Check>,
}

pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whom a call goes to: `None` if it is no Russian or Kazakh number.
pub(super) fn callee(params: &Params) -> Option<String> {
    let digits = digits(&params.text("phone")?);
    let digits = match digits.len() {
        10 => format!("7{digits}"),
        11 if digits.starts_with('8') => format!("7{}", &digits[1..]),
        _ => digits,
    };
    (digits.len() == 11 && digits.starts_with('7')).then(|| format!("+{digits}"))
}

/// The provider's own choice of a code: never `0000`.
pub(super) fn choose(core: &Core, fault: Option<Kind>) -> String {
    match fault {
        Some(Kind::IntegerCode) => "0427".to_owned(),
        Some(Kind::SixDigits) => format!("{:06}", 100_000 + core.dice.below(899_999)),
        _ => format!("{:04}", 1 + core.dice.below(9_999)),
    }
}

/// Places a call from a number that ends with the code.
pub(super) fn place(core: &Core, provider: &'static str, phone: &str, code: &str, unique: &str, rings: bool) -> Call {
    let mut dial = locked(&core.dial);
    dial.last += 1;
    let last4 = code.get(code.len().saturating_sub(4)..).unwrap_or(code).to_owned();
    let call = Call {
        id: 103_000 + dial.last,
        phone: phone.to_owned(),
        from: format!("+7958{:03}{last4}", core.dice.below(1_000)),
        last4,
        at: core.now(),
        provider,
        rang: rings,
        ringing: rings,
        ended: None,
        code: code.to_owned(),
        unique: unique.to_owned(),
        begun: clock::tick(),
    };
    if dial.calls.len() >= KEPT {
        dial.calls.pop_front();
    }
    dial.calls.push_back(call.clone());
    if !unique.is_empty() {
        dial.uniques.insert(unique.to_owned(), call.id);
    }
    drop(dial);
    core.touch();
    call
}

/// The calls that rang, oldest first; only those to `phone`, if it is given.
pub(in crate::sandbox) fn rang(core: &Core, phone: Option<&str>) -> Vec<Call> {
    let wanted = phone.map(digits).filter(|digits| !digits.is_empty());
    let tail = |number: &str| number.get(number.len().saturating_sub(10)..).unwrap_or(number).to_owned();
    let mut dial = locked(&core.dial);
    for call in &mut dial.calls {
        call.ringing = call.rang && call.ended.is_none() && call.begun.elapsed() < RINGS;
    }
    let heard = dial.calls.iter().filter(|call| call.rang);
    heard
        .filter(|call| wanted.as_ref().is_none_or(|wanted| tail(&digits(&call.phone)) == tail(wanted)))
        .cloned()
        .collect()
}

/// Somebody takes the call, or does not.
pub(in crate::sandbox) fn end(core: &Core, id: i64, how: &'static str) -> bool {
    let mut dial = locked(&core.dial);
    let Some(call) = dial.calls.iter_mut().find(|call| call.id == id) else { return false };
    call.ended = Some(how);
    drop(dial);
    core.touch();
    true
}

/// Somebody dials the number of a reverse call.
pub(in crate::sandbox) fn dialled(core: &Core, phone: &str, number: &str) -> bool {
    let (phone, number, now) = (digits(phone), digits(number), core.now());
    let mut dial = locked(&core.dial);
    let open = dial
        .checks
        .values_mut()
        .find(|check| digits(&check.phone) == phone && digits(&check.number) == number && check.expires > now);
    open.map(|check| check.confirmed = true).is_some()
}

/// The call that was ordered under this key.
pub(super) fn known(core: &Core, unique: &str) -> Option<Call> {
    let dial = locked(&core.dial);
    let id = dial.uniques.get(unique)?;
    dial.calls.iter().find(|call| call.id == *id).cloned()
}

/// The call that a request names by `uid`.
pub(super) fn find(core: &Core, params: &Params) -> Option<Call> {
    let id = params.int("uid")?;
    locked(&core.dial).calls.iter().rev().find(|call| call.id == id).cloned()
}
