//! An operator's file: YAML of `key: value`, each key a number of the table that is to be another one.
//!
//! Every fault is named at once, with its place and what would mend it. A window is written `3 in 1h`, a span `90s`, `15m`,
//! `1d`, an hour of the day `7:00`.

use std::{borrow::Cow, collections::BTreeMap, fmt, ops::RangeInclusive, str::FromStr};

use chrono::{NaiveTime, TimeDelta};
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};

use super::{Cap, DAY, HOUR, Policy};
use crate::{
    fault::{Fault, Kind, Phrase, Place, nearest},
    flow::{At, Entries, duration, parse},
};

const SECOND: TimeDelta = TimeDelta::seconds(1);
const MINUTE: TimeDelta = TimeDelta::minutes(1);
/// What calls and tries are remembered for, at most: no window can be longer, and no row is kept longer.
const MONTH: TimeDelta = TimeDelta::days(30);
/// The most that any window may let through.
const MOST: usize = 1_000;

type Set = fn(&mut Policy, &mut Reading<'_>, &At<Given>);

/// Every key, its place in the rules, and what is sane.
const KEYS: &[(&str, Set)] = &[
    // The texts say «a few minutes», and the question about the digits waits ten.
    ("code_lives", |p, r, v| r.span(v, &mut p.code_lives, MINUTE..=MINUTE * 10)),
    ("tries_per_call", |p, r, v| r.number(v, &mut p.tries_per_call, 1..=10)),
    ("tries_per_account", |p, r, v| r.caps(v, &mut p.tries_per_pair, 50)),
    ("tries_per_phone", |p, r, v| r.cap(v, &mut p.tries_per_phone, 100)),
    ("pause_after_call", |p, r, v| r.stairs(v, &mut p.cool_down)),
    ("calls_per_account", |p, r, v| r.caps(v, &mut p.calls_per_account, 100)),
    ("calls_per_phone", |p, r, v| r.caps(v, &mut p.calls_per_phone, 100)),
    ("ring", |p, r, v| r.span(v, &mut p.ring, SECOND * 5..=MINUTE * 5)),
    ("phones_per_account", |p, r, v| r.caps(v, &mut p.phones_per_account, 100)),
    ("accounts_per_phone", |p, r, v| r.cap(v, &mut p.accounts_per_phone, 100)),
    ("pupils_per_phone", |p, r, v| r.number(v, &mut p.pupils_per_phone, 1..=100)),
    ("prefix_numbers", |p, r, v| r.cap(v, &mut p.prefix_numbers, MOST)),
    ("prefix_verified_percent", |p, r, v| r.number(v, &mut p.prefix_verified_percent, 0..=100)),
    ("prefix_closed", |p, r, v| r.span(v, &mut p.prefix_closed, MINUTE..=DAY * 7)),
    ("calls_from", |p, r, v| r.hour(v, &mut p.from)),
    ("calls_to", |p, r, v| r.hour(v, &mut p.to)),
    ("served", |p, r, v| r.prefixes(v, &mut p.served)),
    ("spend_per_day_roubles", |p, r, v| r.roubles(v, &mut p.spend_per_day)),
    ("spend_alerts_percent", |p, r, v| r.percentages(v, &mut p.spend_alerts)),
    ("spend_hour_times", |p, r, v| r.number(v, &mut p.spend_hour_times, 1.0..=100.0)),
    ("deadline", |p, r, v| r.span(v, &mut p.deadline, DAY..=MONTH * 12)),
    ("number_changes", |p, r, v| r.cap(v, &mut p.changes, 100)),
    ("manual_requests", |p, r, v| r.cap(v, &mut p.requests, 100)),
    ("conversion_calls", |p, r, v| r.cap(v, &mut p.conversion_calls, 100_000)),
    ("conversion_alert_percent", |p, r, v| r.number(v, &mut p.conversion_alert_percent, 0..=100)),
    ("conversion_last_percent", |p, r, v| r.number(v, &mut p.conversion_last_percent, 0..=100)),
    ("breaker_answers", |p, r, v| r.number(v, &mut p.breaker.last, 1..=MOST)),
    ("breaker_missing_percent", |p, r, v| r.number(v, &mut p.breaker.missing_percent, 0..=99)),
    ("breaker_rest", |p, r, v| r.span(v, &mut p.breaker.rest, SECOND..=HOUR)),
    // An hour that cost too much is seen against the week before it.
    ("kept", |p, r, v| r.span(v, &mut p.kept, DAY * 8..=MONTH)),
    ("answers_kept", |p, r, v| r.span(v, &mut p.answers_kept, MONTH..=DAY * 365)),
    ("unfinished_answers_kept", |p, r, v| r.span(v, &mut p.unfinished_answers_kept, DAY * 7..=MONTH * 12)),
];

/// Reads a file over the programme's table. `file` is its name in faults.
///
/// # Errors
/// Every fault there is, in the order of the file.
pub fn read(file: &str, text: &str) -> Result<Policy, Vec<Fault>> {
    let mut reading = Reading { file, faults: Vec::new() };
    let entries = parse::<Option<Entries<At<Given>>>>(file, text, &mut reading.faults).flatten().unwrap_or_default();
    let mut policy = Policy::DEFAULT;
    let mut places = BTreeMap::new();
    for (key, given) in &entries.0 {
        let Some((name, set)) = KEYS.iter().find(|(name, _)| *name == key.value) else {
            reading.unknown(key);
            continue;
        };
        places.insert(*name, key.place);
        set(&mut policy, &mut reading, given);
    }
    reading.together(&policy, &places);
    reading.faults.sort_by_key(|fault| fault.place);
    if reading.faults.is_empty() { Ok(policy) } else { Err(reading.faults) }
}

/// A value as it is written.
enum Given {
    One(String),
    List(Vec<At<One>>),
}

/// One word or number.
struct One(String);

impl<'de> Deserialize<'de> for One {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match from.deserialize_any(Written)? {
            Given::One(text) => Ok(Self(text)),
            Given::List(_) => Err(de::Error::custom("a list within a list")),
        }
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Written)
    }
}

struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a word or a list of them")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Given, E> {
        Ok(Given::One(text.trim().to_owned()))
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Given, E> {
        Ok(Given::One(flag.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Given, E> {
        Ok(Given::One(number.to_string()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Given, E> {
        Ok(Given::One(number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Given, E> {
        Ok(Given::One(number.to_string()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Given, E> {
        Ok(Given::One(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Given, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Given::List(items))
    }
}

/// What was wrong so far.
struct Reading<'f> {
    file: &'f str,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn fault(&mut self, place: Place, kind: Kind) {
        self.faults.push(Fault::new(self.file, place, kind));
    }

    fn unknown(&mut self, key: &At<String>) {
        let names: Vec<String> = KEYS.iter().map(|(name, _)| (*name).to_owned()).collect();
        let fix = nearest(&key.value, &names);
        let kind = Kind::RuleUnknown { rule: key.value.clone(), known: names };
        self.faults.push(Fault::new(self.file, key.place, kind).fix(fix));
    }

    /// The one word that was given; a list is a fault.
    fn one<'g>(&mut self, given: &'g At<Given>, form: &Phrase) -> Option<&'g str> {
        match &given.value {
            Given::One(text) => Some(text),
            Given::List(_) => {
                self.fault(given.place, Kind::RuleList { form: form.clone() });
                None
            }
        }
    }

    /// The items of a list; one word, or another number of items than `count`, is a fault.
    fn list<'g>(&mut self, given: &'g At<Given>, count: Option<usize>, form: &Phrase) -> &'g [At<One>] {
        let items = if let Given::List(items) = &given.value { items.as_slice() } else { &[] };
        if count.map_or(items.is_empty(), |count| items.len() != count) {
            let form = form.clone();
            let kind = match count {
                None => Kind::ListBelongs { form },
                Some(count) => Kind::RuleListLength { count, form },
            };
            self.fault(given.place, kind);
            return &[];
        }
        items
    }

    fn number<T: FromStr + PartialOrd + fmt::Display>(
        &mut self,
        given: &At<Given>,
        slot: &mut T,
        sane: RangeInclusive<T>,
    ) {
        let form = Phrase::FormNumber { from: sane.start().to_string(), to: sane.end().to_string() };
        let Some(text) = self.one(given, &form) else { return };
        self.put(given.place, text, slot, text.parse().ok().filter(|number| sane.contains(number)), &form);
    }

    fn put<T>(&mut self, place: Place, text: &str, slot: &mut T, found: Option<T>, form: &Phrase) {
        match found {
            Some(value) => *slot = value,
            None => self.fault(place, Kind::Unusable { value: text.to_owned(), form: form.clone() }),
        }
    }

    fn span(&mut self, given: &At<Given>, slot: &mut TimeDelta, sane: RangeInclusive<TimeDelta>) {
        let form = spans(&sane);
        let Some(text) = self.one(given, &form) else { return };
        self.put(given.place, text, slot, duration(text).filter(|span| sane.contains(span)), &form);
    }

    fn cap(&mut self, given: &At<Given>, slot: &mut Cap, most: usize) {
        let form = windows(most);
        let Some(text) = self.one(given, &form) else { return };
        self.put(given.place, text, slot, cap(text, most), &form);
    }

    /// Windows from the shortest to the longest; a longer one lets at least as much through.
    fn caps<const N: usize>(&mut self, given: &At<Given>, slots: &mut [Cap; N], most: usize) {
        let form = windows(most);
        let before = self.faults.len();
        let mut found = *slots;
        for (item, slot) in self.list(given, Some(N), &form).iter().zip(&mut found) {
            self.put(item.place, &item.value.0, slot, cap(&item.value.0, most), &form);
        }
        if self.faults.len() > before {
            return;
        }
        if found.windows(2).all(|two| two[0].within < two[1].within && two[0].most <= two[1].most) {
            *slots = found;
        } else {
            self.fault(given.place, Kind::WindowOrder {});
        }
    }

    fn stairs<const N: usize>(&mut self, given: &At<Given>, slots: &mut [TimeDelta; N]) {
        let sane = SECOND..=DAY;
        let form = spans(&sane);
        let before = self.faults.len();
        let mut found = *slots;
        for (item, slot) in self.list(given, Some(N), &form).iter().zip(&mut found) {
            let span = duration(&item.value.0).filter(|span| sane.contains(span));
            self.put(item.place, &item.value.0, slot, span, &form);
        }
        if self.faults.len() > before {
            return;
        }
        if found.is_sorted() {
            *slots = found;
        } else {
            self.fault(given.place, Kind::PauseOrder {});
        }
    }

    fn hour(&mut self, given: &At<Given>, slot: &mut NaiveTime) {
        let form = &Phrase::FormHour { example: "7:00".to_owned() };
        let Some(text) = self.one(given, form) else { return };
        self.put(given.place, text, slot, NaiveTime::parse_from_str(text, "%H:%M").ok(), form);
    }

    fn prefixes(&mut self, given: &At<Given>, slot: &mut Cow<'static, [Cow<'static, str>]>) {
        let form = &Phrase::FormPrefixes {};
        let fits = |text: &str| {
            let digits = text.strip_prefix("+7").filter(|rest| rest.starts_with(['9', '7']));
            digits.is_some_and(|rest| rest.len() <= 10 && rest.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let mut found = Vec::new();
        for item in self.list(given, None, form) {
            let mut prefix = Cow::Borrowed("");
            let text = &item.value.0;
            self.put(item.place, text, &mut prefix, fits(text).then(|| Cow::Owned(text.clone())), form);
            found.push(prefix);
        }
        *slot = Cow::Owned(found);
    }

    /// Whole roubles to kopecks.
    fn roubles(&mut self, given: &At<Given>, slot: &mut i64) {
        let mut roubles = *slot / 100;
        self.number(given, &mut roubles, 1..=10_000_000);
        *slot = roubles * 100;
    }

    fn percentages(&mut self, given: &At<Given>, slots: &mut [i64; 3]) {
        let form = &Phrase::FormPercentages {};
        let before = self.faults.len();
        for (item, slot) in self.list(given, Some(3), form).iter().zip(slots.iter_mut()) {
            let percent = item.value.0.parse().ok().filter(|percent| (1..=100).contains(percent));
            self.put(item.place, &item.value.0, slot, percent, form);
        }
        if self.faults.len() == before && !slots.is_sorted_by(|one, next| one < next) {
            self.fault(given.place, Kind::PercentOrder { form: form.clone() });
        }
    }

    /// What no key tells alone.
    fn together(&mut self, policy: &Policy, places: &BTreeMap<&str, Place>) {
        let said = |names: &[&str]| names.iter().filter_map(|name| places.get(name)).max().copied();
        if let Some(place) = said(&["calls_from", "calls_to"]).filter(|_| policy.from >= policy.to) {
            self.fault(place, Kind::CallHours {});
        }
        let (ring, pause) = (policy.ring, policy.cool_down[0]);
        if let Some(place) = said(&["ring", "pause_after_call"]).filter(|_| pause < ring) {
            self.fault(place, Kind::RingLong { ring: human(ring), pause: human(pause) });
        }
        let (kept, longest) = (policy.kept, policy.longest_window());
        let all: Vec<&str> = places.keys().copied().collect();
        if let Some(place) = said(&["kept"]).or_else(|| said(&all)).filter(|_| kept < longest) {
            self.fault(place, Kind::KeptShort { kept: human(kept), window: human(longest) });
        }
    }
}

/// `3 in 1h`
fn cap(text: &str, most: usize) -> Option<Cap> {
    let (count, within) = text.split_once(" in ")?;
    let count = count.trim().parse().ok().filter(|count| (1..=most).contains(count))?;
    let within = duration(within.trim()).filter(|within| (MINUTE..=MONTH).contains(within))?;
    Some(Cap { most: count, within })
}

fn windows(most: usize) -> Phrase {
    Phrase::FormWindow { most, from: human(MINUTE), to: human(MONTH) }
}

fn spans(sane: &RangeInclusive<TimeDelta>) -> Phrase {
    Phrase::FormSpan { from: human(*sane.start()), to: human(*sane.end()) }
}

/// `90s`, `15m`, `2h`, `7d`: the largest unit that leaves nothing over.
fn human(span: TimeDelta) -> String {
    let seconds = span.num_seconds();
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let fits = units.into_iter().find(|(unit, _)| seconds > 0 && seconds % unit == 0);
    fits.map_or_else(|| format!("{seconds}s"), |(unit, letter)| format!("{}{letter}", seconds / unit))
}
