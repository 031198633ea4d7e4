//! `flows/seasons/<season>.yaml` → [`Seasons`], with every fault of every file at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use chrono::{NaiveDate, NaiveTime};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};

use super::Source;
use crate::{
    calendar::{ConsentDays, Rule, Season, Seasons, Stage},
    clock::WAKING,
    fault::{Fault, Fix, Kind, Phrase, Place, nearest},
    flow::{At, Entries, Program, parse_repeated},
    limits::VK,
};

mod schema;

pub use schema::schema;

/// The keys of a map: those that it must have, and those that it may have.
type Keys = (&'static [&'static str], &'static [&'static str]);

const SEASON: Keys = (&["season", "begins", "ends", "stages"], &["consents"]);
const CONSENTS: Keys = (&["scans", "delete", "originals"], &[]);
const STAGE: Keys = (&["by"], &["begin", "feedback", "remind"]);
const REMINDER: Keys = (&["before", "at"], &[]);

/// The flow that a reminder's button begins unless the stage names another.
const TRACK: &str = "track";
/// A reminder comes at most so many days before.
const EARLIEST: u16 = 60;

/// Reads and checks them all; flows and texts are checked if there are any.
pub(super) fn load(sources: &[Source], program: Option<&Program>) -> (Seasons, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut read: Vec<(&str, Place, Season)> = Vec::new();
    let (mut parsed, mut declared) = (0, BTreeSet::new());
    for (file, text) in sources {
        let Some(entries) = parse_repeated::<Entries<At<Node>>>(file, text, &mut faults) else { continue };
        parsed += 1;
        let mut reading = Reading { file, program, declared: BTreeSet::new(), faults: Vec::new() };
        let season = reading.season(&entries.0);
        faults.append(&mut reading.faults);
        declared.append(&mut reading.declared);
        let Some((place, season)) = season else { continue };
        if let Some((other, ..)) = read.iter().find(|(_, _, o)| o.begins <= season.ends && season.begins <= o.ends) {
            faults.push(Fault::new(file, place, Kind::SeasonsOverlap { other: (*other).to_owned() }));
        }
        read.push((file, place, season));
    }
    // Of a season that is not understood nobody knows the stages.
    if let Some(program) = program.filter(|_| parsed == sources.len()) {
        faults.extend(unused(program, &declared));
    }
    faults.sort_by(|left, right| (&left.file, left.place).cmp(&(&right.file, right.place)));
    (Seasons::new(read.into_iter().map(|(.., season)| season).collect()), faults)
}

/// Words of stages that no season has.
fn unused(program: &Program, declared: &BTreeSet<String>) -> Vec<Fault> {
    let known = |key: &str| {
        let stage = key.split('.').next().unwrap_or(key).trim_start_matches("stage-");
        declared.contains(stage)
    };
    let locales = program.locales();
    let unused = locales.keys().filter(|key| key.starts_with("stage-") && !known(key));
    let fault = |key: &str| {
        locales.place(key).map(|(file, at)| Fault::new(file, at, Kind::StageUnused { key: key.to_owned() }))
    };
    unused.filter_map(fault).collect()
}

/// YAML as it is written.
enum Node {
    Word(String),
    List(Vec<At<Node>>),
    Map(Vec<(At<String>, At<Node>)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word, a list or a map")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Node, E> {
                Ok(Node::Word(text.trim().to_owned()))
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Node, E> {
                Ok(Node::Word(flag.to_string()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Node, E> {
                Ok(Node::Word(number.to_string()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Node, E> {
                Ok(Node::Word(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Node, E> {
                Ok(Node::Word(number.to_string()))
            }

            fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
                Ok(Node::Word(String::new()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Node::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Node::Map(entries))
            }
        }
        from.deserialize_any(Written)
    }
}

type Fields<'n> = BTreeMap<&'n str, &'n At<Node>>;

struct Reading<'r> {
    file: &'r str,
    program: Option<&'r Program>,
    /// The stages that are there, sound or not.
    declared: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn fault(&mut self, place: Place, kind: Kind) {
        self.faults.push(Fault::new(self.file, place, kind));
    }

    /// The values by their keys; a key that nobody knows, that stands twice or that is missing is a fault.
    fn fields<'n>(
        &mut self,
        entries: &'n [(At<String>, At<Node>)],
        (needed, optional): Keys,
        place: Place,
    ) -> Fields<'n> {
        let known: Vec<String> = needed.iter().chain(optional).map(|key| (*key).to_owned()).collect();
        let mut fields = Fields::new();
        for (key, value) in entries {
            if !known.contains(&key.value) {
                let fix = nearest(&key.value, &known);
                let kind = Kind::UnknownKey { key: key.value.clone(), known: known.clone() };
                self.faults.push(Fault::new(self.file, key.place, kind).fix(fix));
            } else if fields.insert(&key.value, value).is_some() {
                self.fault(key.place, Kind::DuplicateKey { key: key.value.clone() });
            }
        }
        for key in needed.iter().filter(|key| !fields.contains_key(**key)) {
            self.fault(place, Kind::MissingKey { key: (*key).to_owned() });
        }
        fields
    }

    fn map<'n>(&mut self, node: &'n At<Node>, form: Phrase) -> &'n [(At<String>, At<Node>)] {
        if let Node::Map(entries) = &node.value {
            return entries;
        }
        self.fault(node.place, Kind::MapBelongs { form });
        &[]
    }

    /// A word in that form; anything else is a fault.
    fn word<T>(
        &mut self,
        node: Option<&&At<Node>>,
        form: Phrase,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<(Place, T)> {
        let node = node?;
        let Node::Word(word) = &node.value else {
            self.fault(node.place, Kind::WordBelongs { form });
            return None;
        };
        let value = read(word);
        if value.is_none() {
            self.fault(node.place, Kind::Unusable { value: word.clone(), form });
        }
        Some((node.place, value?))
    }

    fn day(&mut self, node: Option<&&At<Node>>) -> Option<(Place, NaiveDate)> {
        self.word(node, Phrase::FormDay {}, |word| NaiveDate::parse_from_str(word, "%Y-%m-%d").ok())
    }

    fn season(&mut self, entries: &[(At<String>, At<Node>)]) -> Option<(Place, Season)> {
        let top = Place { line: 1, column: 1, length: 1 };
        let fields = self.fields(entries, SEASON, top);
        let key = self.word(fields.get("season"), Phrase::FormYear {}, school_year);
        let (begins, ends) = (self.day(fields.get("begins")), self.day(fields.get("ends")));
        if let (Some((_, begins)), Some((place, ends))) = (&begins, &ends)
            && begins > ends
        {
            self.fault(*place, Kind::SeasonBackwards {});
        }
        let stem = self.file.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
        if let Some((place, key)) = key.as_ref().filter(|(_, key)| key != stem) {
            let kind = Kind::SeasonFileName { stem: stem.to_owned(), name: key.clone() };
            self.faults.push(Fault::new(self.file, *place, kind));
        }
        let within = begins.zip(ends).map(|((_, begins), (_, ends))| (begins, ends));
        let stages = fields.get("stages").map(|node| self.map(node, Phrase::FormStages {})).unwrap_or_default();
        let stages = self.stages(stages, within);
        let consents = fields.get("consents").and_then(|node| self.consents(node, within));
        let ((place, key), (begins, ends)) = (key?, within?);
        Some((place, Season { key, begins, ends, stages, consents }))
    }

    fn consents(&mut self, node: &At<Node>, within: Option<(NaiveDate, NaiveDate)>) -> Option<ConsentDays> {
        let entries = self.map(node, Phrase::FormConsents {});
        let fields = self.fields(entries, CONSENTS, node.place);
        let [scans, delete, originals] = ["scans", "delete", "originals"].map(|key| self.day(fields.get(key)));
        for (place, day) in [scans, delete, originals].into_iter().flatten() {
            if let Some((begins, ends)) = within.filter(|(begins, ends)| !(*begins..=*ends).contains(&day)) {
                self.fault(place, Kind::StageOutside { begins: begins.to_string(), ends: ends.to_string() });
            }
        }
        let (scans, delete, originals) = (scans?, delete?, originals?);
        for (before, (place, day)) in [(scans.1, delete), (delete.1, originals)] {
            if day < before {
                self.fault(place, Kind::ConsentsOrder {});
            }
        }
        Some(ConsentDays { scans: scans.1, delete: delete.1, originals: originals.1 })
    }

    fn stages(&mut self, entries: &[(At<String>, At<Node>)], within: Option<(NaiveDate, NaiveDate)>) -> Vec<Stage> {
        let mut stages: Vec<Stage> = Vec::new();
        for (key, node) in entries {
            let plain = |key: &str| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            if key.value.len() > 20 || !plain(&key.value) {
                self.fault(key.place, Kind::StageName { stage: key.value.clone() });
            }
            if stages.iter().any(|stage| stage.key == key.value) {
                self.fault(key.place, Kind::StageTwice { stage: key.value.clone() });
            }
            self.declared.insert(key.value.clone());
            self.texts(key);
            if let Some((place, stage)) = self.stage(key, node, within) {
                if stages.last().is_some_and(|before| before.by > stage.by) {
                    self.fault(place, Kind::StageOrder {});
                }
                stages.push(stage);
            }
        }
        stages
    }

    fn stage(
        &mut self,
        key: &At<String>,
        node: &At<Node>,
        within: Option<(NaiveDate, NaiveDate)>,
    ) -> Option<(Place, Stage)> {
        let entries = self.map(node, Phrase::FormStage {});
        let fields = self.fields(entries, STAGE, key.place);
        let by = self.day(fields.get("by"));
        if let (Some((place, by)), Some((begins, ends))) = (by, within)
            && !(begins..=ends).contains(&by)
        {
            self.fault(place, Kind::StageOutside { begins: begins.to_string(), ends: ends.to_string() });
        }
        let begin = self.begin(fields.get("begin"), key.place);
        let feedback = self.feedback(fields.get("feedback"));
        let remind = fields.get("remind").map(|node| self.rules(node, by.map(|by| by.1), within)).unwrap_or_default();
        let (place, by) = by?;
        Some((place, Stage { key: key.value.clone(), by, begin, feedback, remind }))
    }

    /// The flow behind the reminder's button.
    fn begin(&mut self, node: Option<&&At<Node>>, place: Place) -> String {
        let named = self.word(node, Phrase::FormFlow {}, |word| Some(word.to_owned()));
        let (place, flow) = named.unwrap_or((place, TRACK.to_owned()));
        self.begins(place, &flow, false);
        flow
    }

    /// The flow that asks how an event of this stage was.
    fn feedback(&mut self, node: Option<&&At<Node>>) -> Option<String> {
        let (place, flow) = self.word(node, Phrase::FormFlow {}, |word| Some(word.to_owned()))?;
        self.begins(place, &flow, true);
        Some(flow)
    }

    /// A button begins this flow, one that carries an argument or one that carries none.
    fn begins(&mut self, place: Place, flow: &str, with_argument: bool) {
        let Some(program) = self.program else { return };
        let flow = flow.to_owned();
        match program.begins(&flow, with_argument) {
            Some(true) => {}
            None => self.fault(place, Kind::UnknownFlow { flow }),
            Some(false) if program.is_draft(&flow) => self.fault(place, Kind::DraftBegun { flow }),
            Some(false) if with_argument => self.fault(place, Kind::StageFeedback { flow }),
            Some(false) => self.fault(place, Kind::StageBegin { flow }),
        }
    }

    fn rules(&mut self, node: &At<Node>, by: Option<NaiveDate>, within: Option<(NaiveDate, NaiveDate)>) -> Vec<Rule> {
        let form = Phrase::FormReminders {};
        let Node::List(items) = &node.value else {
            self.fault(node.place, Kind::ListBelongs { form });
            return Vec::new();
        };
        let mut rules = Vec::new();
        for item in items {
            let entries = self.map(item, form.clone());
            let fields = self.fields(entries, REMINDER, item.place);
            let days = self.word(fields.get("before"), Phrase::FormDaysBefore { most: i64::from(EARLIEST) }, |word| {
                word.strip_suffix('d')?.parse().ok().filter(|days| *days <= EARLIEST)
            });
            let at = self.word(fields.get("at"), Phrase::FormHour { example: "10:00".to_owned() }, |word| {
                NaiveTime::parse_from_str(word, "%H:%M").ok()
            });
            if let Some((place, _)) = at.filter(|(_, at)| !(WAKING.0..WAKING.1).contains(at)) {
                self.fault(place, Kind::ReminderHour {});
            }
            let (Some((place, days)), Some((_, at))) = (days, at) else { continue };
            let rule = Rule { days, at };
            if let (Some(by), Some((begins, _))) = (by, within)
                && rule.day(by) < begins
            {
                self.fault(place, Kind::ReminderEarly {});
            }
            if rules.contains(&rule) {
                self.fault(place, Kind::ReminderTwice { reminder: rule.name() });
            }
            rules.push(rule);
        }
        rules
    }

    /// A stage's words, and that they ask for nothing that they are not given.
    fn texts(&mut self, stage: &At<String>) {
        let Some(program) = self.program else { return };
        let locales = program.locales();
        let given: [(&str, &[&str]); 4] = [("", &[]), (".do", &[]), (".remind", &["days", "by"]), (".begin", &[])];
        for (attribute, given) in given {
            let key = format!("stage-{}{attribute}", stage.value);
            if !locales.has(&key) {
                let fix = Fix::Text { flow: "season".to_owned(), key: key.clone() };
                let kind = Kind::StageText { key: key.clone() };
                self.faults.push(Fault::new(self.file, stage.place, kind).fix(Some(fix)));
            }
            for name in locales.arguments(&key).iter().filter(|name| !given.contains(&name.as_str())) {
                let kind = Kind::StageArgument { key: key.clone(), argument: name.clone() };
                self.faults.push(Fault::new(self.file, stage.place, kind));
            }
            for lang in locales.languages().filter(|_| attribute == ".begin") {
                let length = locales.longest(lang, &key, &|_| 0).unwrap_or_default();
                if let Some((file, place)) = locales.place_in(lang, &key).filter(|_| length > VK.label) {
                    let (key, lang) = (key.clone(), lang.to_owned());
                    self.faults.push(Fault::new(file, place, Kind::LabelTooLong { key, lang, length, max: VK.label }));
                }
            }
        }
    }
}

/// `2026-2027`
fn school_year(word: &str) -> Option<String> {
    let (first, second) = word.split_once('-')?;
    let (from, to): (u16, u16) = (first.parse().ok()?, second.parse().ok()?);
    (first.len() == 4 && second.len() == 4 && from + 1 == to).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fault::Lang, flow::check};

    const FLOWS: [(&str, &str); 3] = [
        ("flows/_global.yaml", "start: home\n"),
        ("flows/home.yaml", "flow: home\noutcomes: [done]\nsteps:\n  hello: { say: hello, end: done }\n"),
        ("flows/track.yaml", "flow: track\nentry: []\noutcomes: [done]\nsteps:\n  hello: { say: hello, end: done }\n"),
    ];
    const WORDS: &str = "home-hello = Привет\ntrack-hello = Трек\nstage-one = Раз\n    .do = урок\n    .remind = { $days } до { $by }\n    .begin = Трек\nstage-two = Два\n    .do = урок\n    .remind = Скоро\n    .begin = Трек\n";

    /// The faults of `flows/seasons/2026-2027.yaml`, as `line:column: error: what (help)`.
    fn faults(season: &str) -> (Seasons, Vec<String>) {
        let own = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
        let (program, found) = check::program(&FLOWS.map(own), &[own(("locales/ru/all.ftl", &check::filled(WORDS)))]);
        assert!(!found.iter().any(Fault::is_error), "{found:?}");
        let (seasons, faults) = load(&[own(("flows/seasons/2026-2027.yaml", season))], program.as_ref());
        (seasons, faults.iter().map(|fault| fault.to_string().replace("flows/seasons/2026-2027.yaml:", "")).collect())
    }

    const HEAD: &str = "season: 2026-2027\nbegins: 2026-09-01\nends: 2027-05-31\nstages:\n";

    #[test]
    fn a_sound_season_is_read_as_it_is_written() {
        let (seasons, faults) = faults(&format!(
            "{HEAD}  one: {{ by: 2026-10-10, remind: [{{ before: 3d, at: \"10:00\" }}] }}\n  two: {{ by: 2026-10-10 }}\n"
        ));
        assert_eq!(faults, [""; 0]);
        let season = seasons.iter().next().unwrap();
        let stages: Vec<_> = season.stages.iter().map(|stage| (stage.key.as_str(), stage.by.to_string())).collect();
        assert_eq!(stages, [("one", "2026-10-10".to_owned()), ("two", "2026-10-10".to_owned())]);
        assert_eq!(season.stages[0].remind[0].name(), "3d@10:00");
        assert_eq!((season.stages[0].begin.as_str(), season.consents), ("track", None));
    }

    #[test]
    fn the_days_of_consents_stand_in_their_order_within_the_season() {
        let with = |days: &str| faults(&HEAD.replace("stages:", &format!("consents: {days}\nstages: {{}}\n")));
        let (seasons, sound) = with("{ scans: 2026-09-05, delete: 2026-09-08, originals: 2026-09-13 }");
        assert!(!sound.iter().any(|fault| fault.contains("error")), "{sound:?}");
        let days = seasons.iter().next().unwrap().consents.unwrap();
        assert_eq!(
            [days.scans, days.delete, days.originals].map(|day| day.to_string()),
            ["2026-09-05", "2026-09-08", "2026-09-13"]
        );
        for (days, expected) in [
            (
                "{ scans: 2026-09-05, delete: 2026-09-04, originals: 2026-09-13 }",
                "this day comes before the one above it",
            ),
            ("{ scans: 2026-09-05, delete: 2026-09-08 }", "`originals` is missing"),
            ("{ scans: 2026-08-05, delete: 2026-09-08, originals: 2026-09-13 }", "this day is not in the season"),
            ("{ scans: soon, delete: 2026-09-08, originals: 2026-09-13 }", "`soon` can't be used here"),
            ("[]", "a map belongs here (the days scans, delete, originals)"),
        ] {
            let (_, faults) = with(days);
            assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}\n{faults:#?}");
        }
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_place() {
        let season = "season: 2026-2028\nbegins: 2026-09-01\nends: 2027-05-31\ncolour: red\nstages:\n  one:
    by: 2026-10-10
    begin: home
    remind: [{ before: 3d, at: \"21:00\" }, { before: 90d, at: \"10:00\" }, { before: 3 d, hour: 1 }]
    remined: []
  two: { by: 2026-10-09, begin: nowhere, remind: [{ before: 39d, at: \"9:00\" }, { before: 1d, at: \"9:00\" }, { before: 1d, at: \"09:00\" }] }
  two: { by: 2027-06-01, by: 2027-06-02 }
  three: { by: soon }
  Four: [1]
";
        let (_, faults) = faults(season);
        for expected in [
            "1:9: error: `2026-2028` can't be used here (a school year",
            "4:1: error: there is no key `colour` here",
            "8:12: error: no button begins `home`",
            "9:32: error: nobody is written to at this hour",
            "9:53: error: `90d` can't be used here (days from 0d to 60d)",
            "9:83: error: `3 d` can't be used here",
            "9:88: error: there is no key `hour` here",
            "error: `at` is missing",
            "10:5: error: there is no key `remined` here (did you mean `remind`?)",
            "11:14: error: this stage closes before the one above it",
            "11:33: error: there is no flow `nowhere`",
            "error: this reminder would come before the season begins",
            "error: the reminder 1d@09:00 stands twice",
            "12:3: error: the stage `two` stands twice",
            "12:26: error: `by` stands twice",
            "error: this day is not in the season, from 2026-09-01 to 2027-05-31",
            "13:3: error: the stage has no text `stage-three` (locales/ru/season.ftl: stage-three = …)",
            "13:16: error: `soon` can't be used here (a day",
            "14:3: error: `Four` is no key",
            "14:9: error: a map belongs here",
        ] {
            assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}\n{faults:#?}");
        }
    }

    #[test]
    fn a_text_that_asks_for_more_than_it_is_given_and_one_of_no_stage_are_named() {
        let words = WORDS.replace("= урок", "= урок { $by }") + "stage-three = Три\n";
        let own = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
        let (program, _) = check::program(&FLOWS.map(own), &[own(("locales/ru/all.ftl", &check::filled(&words)))]);
        let season = format!("{HEAD}  one: {{ by: 2026-10-10 }}\n  two: {{ by: 2026-10-16 }}\n");
        let (_, faults) = load(&[("flows/seasons/2026-2027.yaml".to_owned(), season)], program.as_ref());
        let told: Vec<_> = faults.iter().map(|fault| fault.what(Lang::En)).collect();
        assert!(told.iter().any(|what| what == "the text `stage-one.do` is not given `$by`"), "{told:?}");
        assert!(told.iter().any(|what| what == "no season has `stage-three`"), "{told:?}");
    }

    #[test]
    fn two_seasons_share_no_day() {
        let source = |key: &str, begins, ends| {
            (
                format!("flows/seasons/{key}.yaml"),
                format!("season: {key}\nbegins: {begins}\nends: {ends}\nstages: {{}}\n"),
            )
        };
        let two = [source("2026-2027", "2026-09-01", "2027-05-31"), source("2027-2028", "2027-05-31", "2028-05-31")];
        let (_, faults) = load(&two, None);
        assert!(faults[0].to_string().contains("2027-2028.yaml:1:9: error: this season shares days"), "{faults:?}");
    }
}
