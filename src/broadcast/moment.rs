//! When a broadcast goes: at once, at a moment, or at an hour of each one's own zone. Pure.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::calendar::{local, waking};

/// Nobody plans further ahead: until then people, classes and the season are others.
const FAR: TimeDelta = TimeDelta::days(60);

/// When it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// As soon as it can't be undone any more.
    Now,
    /// For everybody at once.
    At(DateTime<Utc>),
    /// At this day and hour where each one lives.
    Local(NaiveDateTime),
}

impl Start {
    /// When it comes to whoever lives in this zone: not before `earliest`, and not by night.
    #[must_use]
    pub fn due(self, zone: Tz, earliest: DateTime<Utc>) -> DateTime<Utc> {
        let wanted = match self {
            Self::Now => earliest,
            Self::At(moment) => moment,
            Self::Local(at) => local(at.date(), at.time(), zone),
        };
        waking(wanted.max(earliest), zone)
    }
}

/// Why words name no moment at which a broadcast may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// They are no day and hour.
    Unread,
    /// It is over.
    Past,
    /// People sleep then.
    Night,
    /// Too far ahead.
    Far,
}

/// Reads «10:00», «завтра 9:30», «02.10 в 10:00», «2.10.2026 10:00»; without a day the next such hour is meant, without a year
/// the next such day. `now`: where its author lives.
///
/// # Errors
/// [`Wrong`].
pub fn read(said: &str, now: NaiveDateTime) -> Result<NaiveDateTime, Wrong> {
    let said = said.trim().to_lowercase();
    let words: Vec<&str> = said.split([' ', ',']).filter(|word| !matches!(*word, "" | "в" | "at" | "к")).collect();
    let (day, hour) = match words[..] {
        [hour] => (None, hour),
        [day, hour] => (Some(day), hour),
        _ => return Err(Wrong::Unread),
    };
    let hour = time(hour).ok_or(Wrong::Unread)?;
    let today = now.date();
    let after = |days| today.checked_add_days(Days::new(days)).ok_or(Wrong::Far);
    let at = match day {
        None if today.and_time(hour) > now => today.and_time(hour),
        None | Some("завтра" | "tomorrow") => after(1)?.and_time(hour),
        Some("сегодня" | "today") => today.and_time(hour),
        Some("послезавтра") => after(2)?.and_time(hour),
        Some(day) => date(day, today).ok_or(Wrong::Unread)?.and_time(hour),
    };
    if at <= now {
        return Err(Wrong::Past);
    }
    if at - now > FAR {
        return Err(Wrong::Far);
    }
    let evening = NaiveTime::from_hms_opt(21, 0, 0).unwrap_or_default();
    let morning = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    if !(morning..evening).contains(&hour) {
        return Err(Wrong::Night);
    }
    Ok(at)
}

fn time(word: &str) -> Option<NaiveTime> {
    let (hour, minute) = word.split_once([':', '.', '-']).unwrap_or((word, "00"));
    let digits = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour, 2) || !digits(minute, 2) || minute.len() != 2 {
        return None;
    }
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

fn date(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    let mut parts = word.split('.').filter(|part| !part.is_empty());
    let (day, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let year: Option<i32> = parts.next().map(str::parse).transpose().ok()?;
    if parts.next().is_some() {
        return None;
    }
    match year {
        Some(year) => NaiveDate::from_ymd_opt(if year < 100 { 2000 + year } else { year }, month, day),
        None => {
            let this = NaiveDate::from_ymd_opt(today.year(), month, day)?;
            if this < today { NaiveDate::from_ymd_opt(today.year() + 1, month, day) } else { Some(this) }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn people_write_a_moment_in_many_ways() {
        let now = at("2026-10-01T12:00:00");
        for (said, means) in [
            ("15:30", "2026-10-01T15:30:00"),
            ("10:00", "2026-10-02T10:00:00"),
            ("10", "2026-10-02T10:00:00"),
            ("Завтра в 9.05", "2026-10-02T09:05:00"),
            ("послезавтра 10:00", "2026-10-03T10:00:00"),
            ("2.10, 10:00", "2026-10-02T10:00:00"),
            ("02.10.2026 в 10:00", "2026-10-02T10:00:00"),
            ("tomorrow at 10:00", "2026-10-02T10:00:00"),
        ] {
            assert_eq!(read(said, now), Ok(at(means)), "{said}");
        }
        for (said, wrong) in [
            ("", Wrong::Unread),
            ("утром", Wrong::Unread),
            ("31.02 10:00", Wrong::Unread),
            ("25:00", Wrong::Unread),
            ("1 2 3", Wrong::Unread),
            ("сегодня 11:00", Wrong::Past),
            ("01.10.2025 15:00", Wrong::Past),
            ("21:00", Wrong::Night),
            ("завтра 8:59", Wrong::Night),
            ("30.09 10:00", Wrong::Far),
        ] {
            assert_eq!(read(said, now), Err(wrong), "{said}");
        }
    }

    #[test]
    fn a_local_hour_comes_in_waves_and_nobody_is_woken() {
        let earliest = "2026-10-01T21:00:00Z".parse().unwrap();
        let ten = Start::Local(at("2026-10-02T10:00:00"));
        let due = |zone: Tz| ten.due(zone, earliest).to_rfc3339();
        assert_eq!(due(chrono_tz::Asia::Kamchatka), "2026-10-01T22:00:00+00:00");
        assert_eq!(due(chrono_tz::Europe::Moscow), "2026-10-02T07:00:00+00:00");
        assert_eq!(due(chrono_tz::Europe::Kaliningrad), "2026-10-02T08:00:00+00:00");
        let noon = "2026-10-02T09:00:00Z".parse().unwrap();
        assert_eq!(Start::At(noon).due(chrono_tz::Asia::Kamchatka, earliest).to_rfc3339(), "2026-10-02T21:00:00+00:00");
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_or_refused(said: String) {
            let _ = read(&said, at("2026-10-01T12:00:00"));
        }

        #[test]
        fn what_is_read_comes_and_by_day(said in "[0-9.: завтр]{0,16}") {
            let now = at("2026-10-01T12:00:00");
            if let Ok(moment) = read(&said, now) {
                prop_assert!(moment > now && moment - now <= FAR);
            }
        }
    }
}
