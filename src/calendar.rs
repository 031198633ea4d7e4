//! Seasons: stages with their closing dates, and when people are reminded of them. Data of the content; pure.
//!
//! A rule is a day and a local hour, so it comes due in each zone at a moment of its own.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::clock::WAKING;

/// All seasons, the earliest first; no two of them share a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seasons(Vec<Season>);

/// One season: a school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Season {
    /// `2026-2027`, as classes spell their school year.
    pub key: String,
    /// Its first day.
    pub begins: NaiveDate,
    /// Its last day.
    pub ends: NaiveDate,
    /// In their order; no stage closes before the one above it.
    pub stages: Vec<Stage>,
    /// Until when consents are waited for, where the season says so.
    pub consents: Option<ConsentDays>,
}

/// The three dates of a season's consents; no one of them before the one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentDays {
    /// The last day for scans of papers, and for confirming.
    pub scans: NaiveDate,
    /// From this day on profiles without a consent are deleted.
    pub delete: NaiveDate,
    /// The last day for the papers themselves.
    pub originals: NaiveDate,
}

/// One stage. Its words are `stage-<key>` with `.do`, `.remind` and `.begin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Letters and `_`.
    pub key: String,
    /// The last day on which it is in time.
    pub by: NaiveDate,
    /// The flow that a reminder's button begins.
    pub begin: String,
    /// The flow that asks how an event of this stage was, where it is not the usual one.
    pub feedback: Option<String>,
    /// When those who have not closed it are reminded.
    pub remind: Vec<Rule>,
}

/// When to remind: so many days before the closing date, at this local hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Days before the closing date.
    pub days: u16,
    /// Within the waking hours.
    pub at: NaiveTime,
}

/// A rule whose local hour has come in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due<'s> {
    /// Of this season …
    pub season: &'s Season,
    /// … this stage …
    pub stage: &'s Stage,
    /// … this rule …
    pub rule: Rule,
    /// … in this zone.
    pub zone: Tz,
    /// When its hour came.
    pub at: DateTime<Utc>,
    /// Until when it may still have its turn, the same evening. `None`: it is too late.
    pub until: Option<DateTime<Utc>>,
}

impl Rule {
    /// `3d@10:00`: its name within the stage.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}d@{}", self.days, self.at.format("%H:%M"))
    }

    /// The day on which it reminds of a stage that closes on `by`.
    #[must_use]
    pub fn day(self, by: NaiveDate) -> NaiveDate {
        by.checked_sub_days(Days::new(u64::from(self.days))).unwrap_or(by)
    }
}

impl Seasons {
    /// Puts them in order.
    #[must_use]
    pub fn new(mut seasons: Vec<Season>) -> Self {
        seasons.sort_by_key(|season| season.begins);
        Self(seasons)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Season> {
        self.0.iter()
    }

    /// A stage by its season's key and its own.
    #[must_use]
    pub fn stage(&self, season: &str, stage: &str) -> Option<&Stage> {
        self.0.iter().find(|one| one.key == season)?.stages.iter().find(|one| one.key == stage)
    }

    /// The season that this day lies in.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&Season> {
        self.0.iter().find(|season| (season.begins..=season.ends).contains(&day))
    }

    /// The rules of the running season whose hour has come in these zones, the earliest first.
    #[must_use]
    pub fn due(&self, zones: impl IntoIterator<Item = Tz>, now: DateTime<Utc>) -> Vec<Due<'_>> {
        let mut due = Vec::new();
        for zone in zones {
            let Some(season) = self.on(now.with_timezone(&zone).date_naive()) else { continue };
            for stage in &season.stages {
                for &rule in &stage.remind {
                    let day = rule.day(stage.by);
                    let at = local(day, rule.at, zone);
                    let evening = local(day, WAKING.1, zone);
                    let until = (now < evening).then_some(evening);
                    if at <= now {
                        due.push(Due { season, stage, rule, zone, at, until });
                    }
                }
            }
        }
        due.sort_by_key(|due| due.at);
        due
    }
}

/// The moment of a local day and hour. An hour that the zone skips is the next one that it has, one that comes twice is the
/// first of both.
#[must_use]
pub fn local(day: NaiveDate, at: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let wanted = day.and_time(at);
    // No zone ever skipped more than a day.
    let tries = (0..=96).filter_map(|quarters| wanted.checked_add_signed(TimeDelta::minutes(15 * quarters)));
    let found = tries.filter_map(|time| zone.from_local_datetime(&time).earliest()).next();
    found.map_or_else(|| wanted.and_utc(), |moment| moment.to_utc())
}

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

#[cfg(test)]
mod tests {
    use chrono::Timelike;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn seasons(days: u16, hour: u32) -> Seasons {
        let remind = vec![Rule { days, at: NaiveTime::from_hms_opt(hour, 0, 0).unwrap() }];
        let stage = Stage { key: "try".into(), by: day("2026-12-01"), begin: "events".into(), feedback: None, remind };
        let (begins, ends) = (day("2026-09-01"), day("2027-05-31"));
        Seasons::new(vec![Season { key: "2026-2027".into(), begins, ends, stages: vec![stage], consents: None }])
    }

    #[test]
    fn each_zone_has_its_own_ten_oclock() {
        let seasons = seasons(2, 10);
        for (zone, hour) in [
            (Tz::Asia__Vladivostok, "2026-11-29T00:00:00Z"),
            (Tz::Asia__Yekaterinburg, "2026-11-29T05:00:00Z"),
            (Tz::Europe__Kaliningrad, "2026-11-29T08:00:00Z"),
        ] {
            assert_eq!(seasons.due([zone], at(hour) - TimeDelta::milliseconds(1)), [], "{zone}");
            let due = seasons.due([zone], at(hour));
            assert_eq!((due[0].at, due[0].until), (at(hour), Some(at(hour) + TimeDelta::hours(11))), "{zone}");
            assert_eq!(due[0].rule.name(), "2d@10:00");
        }
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
    fn the_evening_and_the_next_day_are_too_late() {
        let seasons = seasons(2, 10);
        let until = |now| seasons.due([Tz::Europe__Moscow], at(now))[0].until;
        assert_eq!(until("2026-11-29T20:59:59+03:00"), Some(at("2026-11-29T21:00:00+03:00")));
        assert_eq!(until("2026-11-29T21:00:00+03:00"), None);
        assert_eq!(until("2026-11-30T10:00:00+03:00"), None);
        assert_eq!(seasons.due([Tz::Europe__Moscow], at("2027-06-01T10:00:00+03:00")), [], "the season is over");
    }

    #[test]
    fn an_hour_that_a_zone_skips_is_the_next_and_one_that_comes_twice_is_the_first() {
        let two = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
        assert_eq!(local(day("2026-03-29"), two, Tz::Europe__Berlin), at("2026-03-29T01:00:00Z"));
        assert_eq!(local(day("2026-10-25"), two, Tz::Europe__Berlin), at("2026-10-25T00:30:00Z"));
        // Samoa left a whole day out.
        assert_eq!(local(day("2011-12-30"), two, Tz::Pacific__Apia), at("2011-12-30T10:00:00Z"));
    }

    proptest! {
        #[test]
        fn the_hour_comes_on_its_day_in_every_zone_and_not_a_moment_earlier(
            zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()), days in 0_u16..30, hour in 9_u32..21,
        ) {
            let seasons = seasons(days, hour);
            let day = seasons.0[0].stages[0].remind[0].day(seasons.0[0].stages[0].by);
            let moment = local(day, NaiveTime::from_hms_opt(hour, 0, 0).unwrap(), zone);
            let seen = moment.with_timezone(&zone);
            prop_assert_eq!((seen.date_naive(), seen.hour(), seen.minute()), (day, hour, 0));
            prop_assert_eq!(seasons.due([zone], moment - TimeDelta::milliseconds(1)).len(), 0);
            let due = seasons.due([zone], moment);
            prop_assert_eq!(due.len(), 1);
            let evening = due[0].until.unwrap().with_timezone(&zone);
            prop_assert_eq!((evening.date_naive(), evening.hour()), (day, 21));
        }

        #[test]
        fn what_is_due_stays_due_and_is_said_between_nine_and_nine_only(
            zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()), minutes in 0_i64..(60 * 24 * 100),
        ) {
            let seasons = seasons(7, 10);
            let now = at("2026-10-01T00:00:00Z") + TimeDelta::minutes(minutes);
            for due in seasons.due([zone], now) {
                prop_assert!(due.at <= now);
                if due.until.is_some() {
                    prop_assert!((10..21).contains(&now.with_timezone(&zone).hour()));
                }
                prop_assert_eq!(seasons.due([zone], now + TimeDelta::minutes(1)).len(), 1);
            }
        }
    }
}
