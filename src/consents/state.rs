//! The five states of a pupil's consent, as the teacher's list shows them, and what they follow from. Pure.
//!
//! Nothing stores a state: it is reckoned from the newest act about processing, the age on that day and ОВЗ, so that a
//! birthday, a corrected date of birth and a mark of a teacher's count from the moment they are there.

use chrono::{Months, NaiveDate};

use super::{Act, Method};

/// From this birthday on a pupil decides in person.
pub const OF_AGE: u32 = 14;

/// How a pupil's consent for a season stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// ✗ не подтверждено учеником.
    PupilOwes,
    /// ✗ необходимо загрузить.
    PaperOwes,
    /// ✓ загружено педагогом.
    Uploaded,
    /// ✓ подтверждено родителем.
    ByParent,
    /// ✓ подтверждено учеником.
    ByPupil,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::PupilOwes, Self::PaperOwes, Self::Uploaded, Self::ByParent, Self::ByPupil];

    /// Whether there is a consent.
    #[must_use]
    pub const fn is_given(self) -> bool {
        matches!(self, Self::Uploaded | Self::ByParent | Self::ByPupil)
    }

    /// The word in keys of texts and in flows' outcomes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::PupilOwes => "pupil_owes",
            Self::PaperOwes => "paper_owes",
            Self::Uploaded => "uploaded",
            Self::ByParent => "by_parent",
            Self::ByPupil => "by_pupil",
        }
    }
}

/// What the state follows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Date of birth. Unknown: as if younger.
    pub birth: Option<NaiveDate>,
    /// ОВЗ.
    pub limited_health: bool,
    /// The newest act about processing in this season, and how it was done.
    pub newest: Option<(Act, Method)>,
}

impl Facts {
    /// Whether the pupil decides in person on that day: 14 and older, without ОВЗ.
    #[must_use]
    pub fn decides(&self, today: NaiveDate) -> bool {
        !self.limited_health && self.birth.is_some_and(|birth| is_of_age(birth, today))
    }
}

/// Whether somebody born on that day is 14. Who was born on 29 February is so on 1 March of a year without one, as the Civil
/// Code reckons: the day after the one on which the year is full.
#[must_use]
pub fn is_of_age(birth: NaiveDate, today: NaiveDate) -> bool {
    birthday(birth).is_some_and(|birthday| today >= birthday)
}

/// The fourteenth birthday.
#[must_use]
pub fn birthday(birth: NaiveDate) -> Option<NaiveDate> {
    let same = birth.checked_add_months(Months::new(OF_AGE * 12))?;
    // Chrono takes the last day of a shorter month.
    if chrono::Datelike::day(&same) == chrono::Datelike::day(&birth) { Some(same) } else { same.succ_opt() }
}

/// The state on that day, by the civil calendar of the pupil's zone.
///
/// A consent that a parent gave, or a paper, stays good for its season when the pupil turns 14: from then on the pupil is asked,
/// and his or her own answer is the newest act. What a pupil confirmed in person counts as long as he or she decides.
#[must_use]
pub fn state(facts: Facts, today: NaiveDate) -> State {
    let decides = facts.decides(today);
    match facts.newest {
        Some((Act::Given, Method::Paper)) => State::Uploaded,
        Some((Act::Given, Method::Parent)) => State::ByParent,
        Some((Act::Given, Method::Pupil)) if decides => State::ByPupil,
        _ if decides => State::PupilOwes,
        _ => State::PaperOwes,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// What may happen to a consent.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Event {
        Did(Act, Method),
        LimitedHealth(bool),
        Turns14,
        SeasonTurns,
    }

    #[derive(Clone, Copy, Debug)]
    struct Pupil {
        facts: Facts,
        today: NaiveDate,
    }

    const BIRTH: &str = "2012-11-01";

    impl Pupil {
        fn new(of_age: bool, limited_health: bool) -> Self {
            let facts = Facts { birth: Some(day(BIRTH)), limited_health, newest: None };
            Self { facts, today: if of_age { day("2026-11-01") } else { day("2026-10-31") } }
        }

        fn after(mut self, event: Event) -> Self {
            match event {
                Event::Did(act, method) => self.facts.newest = Some((act, method)),
                Event::LimitedHealth(set) => self.facts.limited_health = set,
                Event::Turns14 => self.today = self.today.max(day("2026-11-01")),
                Event::SeasonTurns => self.facts.newest = None,
            }
            self
        }

        fn state(&self) -> State {
            state(self.facts, self.today)
        }
    }

    use Act::{Given, Refused, Withdrawn};
    use Event::{Did, LimitedHealth, SeasonTurns, Turns14};
    use State::{ByParent, ByPupil, PaperOwes, PupilOwes, Uploaded};

    /// Of age, ОВЗ, what has happened before; then what happens, and what it makes of the state.
    type Arrow = (bool, bool, Option<Event>, State, Event, State);

    /// The transition table: every arrow from every state.
    #[rustfmt::skip]
    const TABLE: &[Arrow] = &[
        // 14 and older, nothing said yet.
        (true, false, None, PupilOwes, Did(Given, Method::Pupil), ByPupil),
        (true, false, None, PupilOwes, Did(Refused, Method::Pupil), PupilOwes),
        (true, false, None, PupilOwes, Did(Given, Method::Paper), Uploaded),
        (true, false, None, PupilOwes, LimitedHealth(true), PaperOwes),
        (true, false, None, PupilOwes, SeasonTurns, PupilOwes),
        // Younger, nothing said yet.
        (false, false, None, PaperOwes, Did(Given, Method::Paper), Uploaded),
        (false, false, None, PaperOwes, Did(Given, Method::Parent), ByParent),
        (false, false, None, PaperOwes, Did(Refused, Method::Parent), PaperOwes),
        (false, false, None, PaperOwes, Turns14, PupilOwes),
        (false, false, None, PaperOwes, LimitedHealth(true), PaperOwes),
        (false, false, None, PaperOwes, SeasonTurns, PaperOwes),
        // With ОВЗ.
        (true, true, None, PaperOwes, Did(Given, Method::Paper), Uploaded),
        (true, true, None, PaperOwes, Did(Given, Method::Parent), ByParent),
        (true, true, None, PaperOwes, LimitedHealth(false), PupilOwes),
        (false, true, None, PaperOwes, Turns14, PaperOwes),
        // There is a paper.
        (false, false, Some(Did(Given, Method::Paper)), Uploaded, Did(Withdrawn, Method::Paper), PaperOwes),
        (false, false, Some(Did(Given, Method::Paper)), Uploaded, Did(Withdrawn, Method::Parent), PaperOwes),
        (false, false, Some(Did(Given, Method::Paper)), Uploaded, Did(Given, Method::Parent), ByParent),
        (false, false, Some(Did(Given, Method::Paper)), Uploaded, Turns14, Uploaded),
        (false, false, Some(Did(Given, Method::Paper)), Uploaded, LimitedHealth(true), Uploaded),
        (true, false, Some(Did(Given, Method::Paper)), Uploaded, Did(Given, Method::Pupil), ByPupil),
        (true, false, Some(Did(Given, Method::Paper)), Uploaded, Did(Withdrawn, Method::Pupil), PupilOwes),
        (false, false, Some(Did(Given, Method::Paper)), Uploaded, SeasonTurns, PaperOwes),
        // A parent has confirmed.
        (false, false, Some(Did(Given, Method::Parent)), ByParent, Did(Withdrawn, Method::Parent), PaperOwes),
        (false, false, Some(Did(Given, Method::Parent)), ByParent, Did(Given, Method::Paper), Uploaded),
        (false, false, Some(Did(Given, Method::Parent)), ByParent, Turns14, ByParent),
        (false, false, Some(Did(Given, Method::Parent)), ByParent, LimitedHealth(true), ByParent),
        (true, false, Some(Did(Given, Method::Parent)), ByParent, Did(Given, Method::Pupil), ByPupil),
        (true, false, Some(Did(Given, Method::Parent)), ByParent, Did(Refused, Method::Pupil), PupilOwes),
        (false, false, Some(Did(Given, Method::Parent)), ByParent, SeasonTurns, PaperOwes),
        // The pupil has confirmed in person.
        (true, false, Some(Did(Given, Method::Pupil)), ByPupil, LimitedHealth(true), PaperOwes),
        (true, false, Some(Did(Given, Method::Pupil)), ByPupil, Did(Withdrawn, Method::Pupil), PupilOwes),
        (true, false, Some(Did(Given, Method::Pupil)), ByPupil, Did(Given, Method::Paper), Uploaded),
        (true, false, Some(Did(Given, Method::Pupil)), ByPupil, SeasonTurns, PupilOwes),
        // A mark that was set by mistake: what the pupil said is there again.
        (true, true, Some(Did(Given, Method::Pupil)), PaperOwes, LimitedHealth(false), ByPupil),
    ];

    #[test]
    fn every_arrow_of_the_table_holds() {
        for &(of_age, limited_health, before, from, event, to) in TABLE {
            let pupil = Pupil::new(of_age, limited_health);
            let pupil = before.map_or(pupil, |before| pupil.after(before));
            let told = format!("of age {of_age}, ОВЗ {limited_health}, {before:?}, then {event:?}");
            assert_eq!(pupil.state(), from, "{told}");
            assert_eq!(pupil.after(event).state(), to, "{told}");
        }
        for state in State::ALL {
            assert!(
                TABLE.iter().any(|arrow| arrow.3 == state) && TABLE.iter().any(|arrow| arrow.5 == state),
                "{state:?}"
            );
        }
    }

    #[test]
    fn fourteen_is_reached_on_the_birthday_itself() {
        for (birth, today, of_age) in [
            ("2012-11-01", "2026-10-31", false),
            ("2012-11-01", "2026-11-01", true),
            ("2012-02-29", "2026-02-28", false),
            ("2012-02-29", "2026-03-01", true),
            ("2014-02-28", "2028-02-28", true),
        ] {
            assert_eq!(is_of_age(day(birth), day(today)), of_age, "{birth} on {today}");
        }
    }

    fn event() -> impl Strategy<Value = Event> {
        let act = prop::sample::select(vec![Given, Refused, Withdrawn]);
        let method = prop::sample::select(vec![Method::Pupil, Method::Parent, Method::Paper]);
        prop_oneof![
            (act, method).prop_map(|(act, method)| Did(act, method)),
            any::<bool>().prop_map(LimitedHealth),
            Just(Turns14),
            Just(SeasonTurns),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_a_consent_is_there_only_if_the_newest_act_gave_it_and_who_owes_it_is_who_decides(
            of_age: bool, limited_health: bool, events in prop::collection::vec(event(), 0..12),
        ) {
            let mut pupil = Pupil::new(of_age, limited_health);
            for event in events {
                pupil = pupil.after(event);
                let state = pupil.state();
                let decides = pupil.facts.decides(pupil.today);
                if state.is_given() {
                    prop_assert!(matches!(pupil.facts.newest, Some((Given, _))));
                } else {
                    prop_assert_eq!(state == PupilOwes, decides);
                }
                prop_assert!(state != ByPupil || decides, "nobody younger, and nobody with ОВЗ, has confirmed in person");
            }
        }

        #[test]
        fn nobody_grows_younger(birth in 0_i32..20_000, days in 0_i32..20_000) {
            let date = |days: i32| NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(days.unsigned_abs().into());
            let (birth, today) = (date(birth), date(birth + days));
            prop_assert!(!is_of_age(birth, today) || is_of_age(birth, today.succ_opt().unwrap()));
        }
    }
}
