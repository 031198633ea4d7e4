//! When and in which language we may speak: nobody is written to in the night except in answer to their own act.

use chrono::{DateTime, Days, TimeZone, Utc};
use chrono_tz::Tz;

use crate::{clock::WAKING, locale::Locales};

/// `at`, or the next nine o'clock in the morning if `at` falls into the night of `zone`.
#[must_use]
pub fn waking(at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let (from, until) = WAKING;
    let local = at.with_timezone(&zone);
    if (from..until).contains(&local.time()) {
        return at;
    }
    let today = local.date_naive();
    let day = if local.time() < from { Some(today) } else { today.checked_add_days(Days::new(1)) };
    // No zone skips nine in the morning; if one ever did, the moment stays as it was.
    day.and_then(|day| zone.from_local_datetime(&day.and_time(from)).earliest()).map_or(at, |nine| nine.to_utc())
}

/// The zone of that IANA name, else Moscow's.
#[must_use]
pub fn zone(name: Option<&str>) -> Tz {
    name.and_then(|name| name.parse().ok()).unwrap_or(Tz::Europe__Moscow)
}

/// The first of the wished-for languages (`ru`, `en-GB`) that there are words in, else the first language.
#[must_use]
pub fn lang(locales: &Locales, wishes: [Option<&str>; 2]) -> String {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let wished = wishes.into_iter().flatten().map(primary);
    let spoken: Vec<&str> = locales.languages().collect();
    wished
        .into_iter()
        .find(|wish| spoken.contains(&wish.as_str()))
        .unwrap_or_else(|| spoken.first().copied().unwrap_or("ru").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn the_day_stays_and_the_night_moves_to_nine() {
        let zone = Tz::Asia__Yekaterinburg;
        for (asked, given) in [
            ("2026-11-22T09:00:00+05:00", "2026-11-22T09:00:00+05:00"),
            ("2026-11-22T20:59:59+05:00", "2026-11-22T20:59:59+05:00"),
            ("2026-11-22T21:00:00+05:00", "2026-11-23T09:00:00+05:00"),
            ("2026-11-22T23:30:00+05:00", "2026-11-23T09:00:00+05:00"),
            ("2026-11-22T03:00:00+05:00", "2026-11-22T09:00:00+05:00"),
            ("2026-11-22T08:59:59+05:00", "2026-11-22T09:00:00+05:00"),
        ] {
            assert_eq!(waking(at(asked), zone), at(given), "{asked}");
        }
    }

    #[test]
    fn without_a_zone_it_is_moscow() {
        assert_eq!(zone(None), Tz::Europe__Moscow);
        assert_eq!(zone(Some("Nowhere/At_All")), Tz::Europe__Moscow);
        assert_eq!(zone(Some("Asia/Vladivostok")), Tz::Asia__Vladivostok);
    }
}
