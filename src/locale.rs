//! Words: a key and arguments become a text in the reader's language. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use fluent_bundle::{
    FluentArgs, FluentError, FluentResource, FluentValue,
    concurrent::FluentBundle,
    resolver::errors::{ReferenceKind, ResolverError},
};
use fluent_syntax::parser::ParserError;
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::{
    fault::{Fault, Kind, Place},
    message::{Args, Value, Words},
};

mod links;
mod scan;
mod size;

/// The language to fall back to.
pub const FALLBACK: &str = "ru";

/// The implicit argument of every text, added by whoever renders: see [`you`].
pub const YOU: &str = "you";

/// How a reader is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tone {
    /// «вы» instead of «ты».
    pub adult: bool,
    /// In plain words, where a text has them.
    pub plain: bool,
}

/// The key of a text's plain variant: `id.plain`, `id.hint-plain`.
#[must_use]
pub fn plain_key(key: &str) -> String {
    let mark = if key.contains('.') { '-' } else { '.' };
    format!("{key}{mark}{PLAIN}")
}

/// The key that a plain variant is one of.
pub(crate) fn usual_key(key: &str) -> Option<&str> {
    let (id, attribute) = key.split_once('.')?;
    if attribute == PLAIN { Some(id) } else { key.strip_suffix(PLAIN)?.strip_suffix('-') }
}

/// What the keys of plain variants end with.
const PLAIN: &str = "plain";

/// All texts in all languages. Russian is the first and the one to fall back to.
#[derive(Default)]
pub struct Locales {
    languages: Vec<Language>,
    texts: BTreeMap<String, Text>,
    /// By `-id`.
    terms: BTreeMap<String, Text>,
}

struct Language {
    name: String,
    bundle: FluentBundle<FluentResource>,
}

/// What is known of a text without formatting it.
#[derive(Debug, Default)]
struct Text {
    /// In any language, but for `you`.
    arguments: Vec<String>,
    /// By language.
    places: BTreeMap<String, (String, Place)>,
    /// By language.
    sizes: BTreeMap<String, size::Size>,
}

impl fmt::Debug for Locales {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locales").field("texts", &self.texts.len()).finish_non_exhaustive()
    }
}

impl Locales {
    /// Loads `locales/<lang>/*.ftl`; each source is (path, text). All faults at once: syntax, duplicates, a text or an argument that
    /// only some languages have.
    #[must_use]
    pub fn load(sources: &[(String, String)]) -> (Self, Vec<Fault>) {
        let mut locales = Self::default();
        let mut faults = Vec::new();
        let mut scanned = scan::Scanned::default();
        for (path, text) in sources {
            let Some(lang) = path.rsplit('/').nth(1) else { continue };
            locales.add(lang, path, text, &mut faults);
            scan::scan(lang, path, text, &mut scanned, &mut faults);
        }
        let scan::Scanned { found, broken } = scanned;
        locales.languages.sort_by_key(|language| (language.name != FALLBACK, language.name.clone()));
        (locales.terms, locales.texts) = texts(&found).into_iter().partition(|(key, _)| key.starts_with('-'));
        faults.extend(locales.uneven(&found));
        faults.extend(unlike_usual(&found));
        faults.extend(links::check(&found, &broken));
        locales.fill_plain();
        (locales, faults)
    }

    fn add(&mut self, lang: &str, path: &str, text: &str, faults: &mut Vec<Fault>) {
        if !self.languages.iter().any(|language| language.name == lang) {
            let Ok(id) = lang.parse::<LanguageIdentifier>() else {
                faults.push(Fault::new(path, None, Kind::BadLanguage { lang: lang.to_owned() }));
                return;
            };
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            // Otherwise U+2068 and U+2069 around every argument reach people.
            bundle.set_use_isolating(false);
            self.languages.push(Language { name: lang.to_owned(), bundle });
        }
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, errors)| {
            let fault = |e: &ParserError| match scan::tab(text, &e.pos) {
                Some(place) => Fault::new(path, place, Kind::Tabs {}),
                None => Fault::new(path, scan::place(text, &e.pos), Kind::FluentSyntax { why: e.kind.to_string() }),
            };
            faults.extend(errors.iter().map(fault));
            resource
        });
        if let Some(language) = self.languages.iter_mut().find(|language| language.name == lang) {
            // Duplicates are found with their places by the scan.
            let _ = language.bundle.add_resource(resource);
        }
    }

    /// Texts and arguments that only some languages have.
    fn uneven(&self, found: &BTreeMap<scan::Key, scan::Found>) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (key, text) in &self.texts {
            let Some((file, place)) = text.places.values().next() else { continue };
            for language in &self.languages {
                let Some(there) = found.get(&(key.clone(), language.name.clone())) else {
                    let kind = Kind::Untranslated { key: key.clone(), lang: language.name.clone() };
                    faults.push(Fault::new(file, *place, kind));
                    continue;
                };
                for argument in text.arguments.iter().filter(|argument| !there.arguments.contains(*argument)) {
                    let (key, argument, lang) = (key.clone(), argument.clone(), language.name.clone());
                    faults.push(Fault::new(&there.file, there.place, Kind::ArgumentDropped { key, argument, lang }));
                }
            }
        }
        faults
    }

    /// A text is given all that its plain variant uses.
    fn fill_plain(&mut self) {
        let plain = self.texts.iter().filter_map(|(key, text)| Some((usual_key(key)?, text.arguments.clone())));
        let plain: Vec<_> = plain.map(|(usual, arguments)| (usual.to_owned(), arguments)).collect();
        for (usual, arguments) in plain {
            let Some(text) = self.texts.get_mut(&usual) else { continue };
            let more: Vec<_> = arguments.into_iter().filter(|argument| !text.arguments.contains(argument)).collect();
            text.arguments.extend(more);
        }
    }

    /// The text for a reader: its plain variant where the reader wants that and there is one in the language.
    #[must_use]
    pub fn toned(&self, lang: &str, key: &str, tone: Tone, args: &Args) -> Option<String> {
        let own = self.languages.iter().find(|language| language.name == lang);
        for language in own.into_iter().chain(self.languages.first()) {
            let plain = tone.plain.then(|| language.text(&plain_key(key), args)).flatten();
            if let Some(text) = plain.or_else(|| language.text(key, args)) {
                return Some(text);
            }
        }
        None
    }

    /// The text of `key` (`id` or `id.attribute`) in `lang`, else in Russian; `None` if there is none.
    ///
    /// Names and masked phones among `args` are resolved into [`Value::Text`] beforehand, moments by [`plain`]; `you` is added by
    /// the caller ([`you`]).
    #[must_use]
    pub fn text(&self, lang: &str, key: &str, args: &Args) -> Option<String> {
        self.toned(lang, key, Tone::default(), args)
    }

    /// Words with everything in them: texts within texts too, each with `you`; what else there is, `leaf` reads.
    pub(crate) fn words(
        &self,
        lang: &str,
        words: &Words,
        tone: Tone,
        leaf: &dyn Fn(&Value) -> Value,
    ) -> Option<String> {
        let mut args = Args::new();
        for (name, value) in &words.args {
            args.insert(name.clone(), self.value(lang, value, tone, leaf));
        }
        args.insert(YOU.to_owned(), you(tone.adult));
        self.toned(lang, &words.key, tone, &args)
    }

    /// What is lacking where these words are said in a language: texts that are not there, arguments and texts within them that
    /// a reader would see in braces.
    pub(crate) fn lacking(&self, lang: &str, words: &Words, tone: Tone) -> Vec<String> {
        let mut args = Args::new();
        let mut lacking = Vec::new();
        for (name, value) in &words.args {
            if let Value::Lines(lines) = value {
                lacking.extend(lines.iter().flat_map(|words| self.lacking(lang, words, tone)));
            }
            args.insert(name.clone(), self.value(lang, value, tone, &Value::clone));
        }
        args.insert(YOU.to_owned(), you(tone.adult));
        let own = self.languages.iter().find(|language| language.name == lang);
        let spoken = own.into_iter().chain(self.languages.first());
        let lacks = |language: &Language| {
            let plain = tone.plain.then(|| language.lacking(&plain_key(&words.key), &args)).flatten();
            plain.or_else(|| language.lacking(&words.key, &args))
        };
        match spoken.filter_map(lacks).next() {
            Some(more) => lacking.extend(more),
            None => lacking.push(words.key.clone()),
        }
        lacking
    }

    fn value(&self, lang: &str, value: &Value, tone: Tone, leaf: &dyn Fn(&Value) -> Value) -> Value {
        match value {
            Value::Lines(lines) => {
                let lines: Vec<_> =
                    lines.iter().map(|words| self.words(lang, words, tone, leaf).unwrap_or_default()).collect();
                Value::Text(lines.join("\n"))
            }
            Value::List(values) => {
                let values = values.iter().map(|value| self.value(lang, value, tone, leaf)).collect();
                plain(&Value::List(values), lang, Tz::UTC)
            }
            other => leaf(other),
        }
    }

    /// The languages, Russian first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(|language| language.name.as_str())
    }

    /// Whether there is such a text in any language.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// The arguments that `key` uses in any language, but for `you`.
    #[must_use]
    pub fn arguments(&self, key: &str) -> &[String] {
        self.texts.get(key).map_or(&[], |text| &text.arguments)
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// How long a text may get in a language, in UTF-16 units: its longest variants, arguments by `bound`.
    pub(crate) fn longest(&self, lang: &str, key: &str, bound: &dyn Fn(&str) -> usize) -> Option<usize> {
        let find = |key: &str| self.texts.get(key).or_else(|| self.terms.get(key))?.sizes.get(lang);
        Some(find(key)?.longest(bound, &find))
    }

    /// The texts that other texts are made of.
    pub(crate) fn within_others(&self) -> BTreeSet<&str> {
        let sizes = self.texts.values().chain(self.terms.values()).flat_map(|text| text.sizes.values());
        sizes.flat_map(|size| size.referred()).map(String::as_str).collect()
    }

    /// Where a text stands in a language.
    pub(crate) fn place_in(&self, lang: &str, key: &str) -> Option<(&str, Place)> {
        self.texts.get(key)?.places.get(lang).map(|(file, place)| (file.as_str(), *place))
    }

    /// Where a text stands in the first language that has it.
    pub(crate) fn place(&self, key: &str) -> Option<(&str, Place)> {
        let text = self.texts.get(key)?;
        let (file, place) = text.places.get(FALLBACK).or_else(|| text.places.values().next())?;
        Some((file, *place))
    }
}

impl Language {
    fn text(&self, key: &str, args: &Args) -> Option<String> {
        self.formatted(key, args).map(|(text, _)| text)
    }

    /// What the text refers to and is not there; `None`: the text itself.
    fn lacking(&self, key: &str, args: &Args) -> Option<Vec<String>> {
        let lacking = |error: FluentError| match error {
            FluentError::ResolverError(ResolverError::Reference(reference)) => match reference {
                ReferenceKind::Variable { id } => format!("{key}: ${id}"),
                ReferenceKind::Function { id } | ReferenceKind::Term { id, .. } | ReferenceKind::Message { id, .. } => {
                    format!("{key}: {id}")
                }
            },
            other => format!("{key}: {other}"),
        };
        self.formatted(key, args).map(|(_, errors)| errors.into_iter().map(lacking).collect())
    }

    fn formatted(&self, key: &str, args: &Args) -> Option<(String, Vec<FluentError>)> {
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)));
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (name.as_str(), fluent(value))).collect();
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        Some((text, errors))
    }
}

fn texts(found: &BTreeMap<scan::Key, scan::Found>) -> BTreeMap<String, Text> {
    let mut texts: BTreeMap<String, Text> = BTreeMap::new();
    for ((key, lang), one) in found {
        let text = texts.entry(key.clone()).or_default();
        text.places.insert(lang.clone(), (one.file.clone(), one.place));
        text.sizes.insert(lang.clone(), one.size.clone());
        let all: BTreeSet<_> = text.arguments.iter().chain(&one.arguments).cloned().collect();
        text.arguments = all.into_iter().collect();
    }
    texts
}

/// Plain variants that do not use what the usual text uses.
fn unlike_usual(found: &BTreeMap<scan::Key, scan::Found>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for ((key, lang), plain) in found {
        let usual = usual_key(key).and_then(|usual| found.get(&(usual.to_owned(), lang.clone())));
        let Some(usual) = usual else { continue };
        for argument in usual.arguments.symmetric_difference(&plain.arguments) {
            let (key, argument, lang) = (key.clone(), argument.clone(), lang.clone());
            faults.push(Fault::new(&plain.file, plain.place, Kind::PlainArgument { key, argument, lang }));
        }
    }
    faults
}

fn fluent(value: &Value) -> FluentValue<'_> {
    match value {
        Value::Text(text) => FluentValue::from(text.as_str()),
        Value::Number(number) => FluentValue::from(*number),
        Value::Flag(flag) => FluentValue::from(if *flag { "yes" } else { "no" }),
        other => match plain(other, FALLBACK, chrono_tz::Europe::Moscow) {
            Value::Text(text) => FluentValue::from(text),
            _ => FluentValue::None,
        },
    }
}

/// The implicit argument `$you` of every text: `"vy"` to an adult, `"ty"` to a pupil. Whoever renders adds it as [`YOU`].
#[must_use]
pub fn you(adult: bool) -> Value {
    Value::from(if adult { "vy" } else { "ty" })
}

/// A value as a reader in `zone` sees it: moments («17 марта, 14:05»), days and lists become texts; numbers, texts and flags stay.
///
/// Names, phones and lines are the caller's to resolve: here they become an empty text, never an id.
#[must_use]
pub fn plain(value: &Value, lang: &str, zone: Tz) -> Value {
    match value {
        Value::Text(_) | Value::Number(_) | Value::Flag(_) => value.clone(),
        Value::Moment(moment) => Value::Text(moment_text(*moment, lang, zone)),
        Value::Day(day) => Value::Text(day_text(*day, lang)),
        Value::FirstName(_)
        | Value::ShortName(_)
        | Value::Phone(_)
        | Value::LinkCode(_)
        | Value::RequestPhone(_)
        | Value::Invitation(_)
        | Value::Page(_)
        | Value::Site(_)
        | Value::Command(_)
        | Value::Letter(_)
        | Value::Contacts(_)
        | Value::Remark(_)
        | Value::DaysTo(_)
        | Value::Lines(_) => Value::Text(String::new()),
        Value::List(values) => Value::Text(joined(values.iter(), lang, zone)),
        Value::Record(values) => Value::Text(joined(values.values(), lang, zone)),
    }
}

fn joined<'v>(values: impl Iterator<Item = &'v Value>, lang: &str, zone: Tz) -> String {
    let texts: Vec<_> = values
        .map(|value| match plain(value, lang, zone) {
            Value::Text(text) => text,
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        })
        .collect();
    texts.join(", ")
}

const MONTHS_RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn moment_text(moment: DateTime<Utc>, lang: &str, zone: Tz) -> String {
    let local = moment.with_timezone(&zone);
    format!("{}, {:02}:{:02}", day_text(local.date_naive(), lang), local.hour(), local.minute())
}

fn day_text(day: NaiveDate, lang: &str) -> String {
    let months = if lang == "en" { &MONTHS_EN } else { &MONTHS_RU };
    let month = months.get(day.month0() as usize).copied().unwrap_or_default();
    format!("{} {month}", day.day())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn load(sources: &[(&str, &str)]) -> (Locales, Vec<Fault>) {
        let sources: Vec<_> = sources.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Locales::load(&sources)
    }

    #[test]
    fn counts_like_a_russian() {
        let ru = "left = { $left ->\n    [one] Осталась { $left } попытка\n    [few] Осталось { $left } попытки\n   *[many] Осталось { $left } попыток\n }\n    .b-more = Ещё\n";
        let en = "left = { $left ->\n    [one] One try\n   *[other] { $left } tries\n }\n    .b-more = More\n";
        let (locales, faults) = load(&[("locales/ru/a.ftl", ru), ("locales/en/a.ftl", en)]);
        assert_eq!(faults, []);
        let text = |lang, left: i64| locales.text(lang, "left", &[("left".to_owned(), Value::Number(left))].into());
        assert_eq!(text("ru", 1).unwrap(), "Осталась 1 попытка");
        assert_eq!(text("ru", 22).unwrap(), "Осталось 22 попытки");
        assert_eq!(text("ru", 11).unwrap(), "Осталось 11 попыток");
        assert_eq!(text("en", 2).unwrap(), "2 tries");
        assert_eq!(text("tt", 5).unwrap(), "Осталось 5 попыток");
        assert_eq!(locales.text("en", "left.b-more", &Args::new()).unwrap(), "More");
        assert_eq!(locales.arguments("left"), ["left"]);
        assert_eq!(locales.languages().collect::<Vec<_>>(), ["ru", "en"]);
        assert_eq!(locales.text("ru", "right", &Args::new()), None);
    }

    #[test]
    fn names_what_a_reader_would_see_in_braces() {
        let (locales, _) = load(&[(
            "locales/ru/a.ftl",
            "name = Анна\nhello = Привет, { $who } и { nobody }{ name }! { $you }\n    .plain = Это { $me }\n",
        )]);
        let lacking = |words: &Words| locales.lacking("en", words, Tone { adult: true, plain: false });
        let plain = locales.lacking("en", &Words::plain("hello"), Tone { adult: true, plain: true });
        assert_eq!(plain, ["hello.plain: $me"]);
        assert_eq!(lacking(&Words::plain("hello")), ["hello: $who", "hello: nobody"]);
        assert_eq!(lacking(&Words::plain("bye")), ["bye"]);
        let within =
            Words { key: "name".to_owned(), args: [("x".to_owned(), Value::Lines(vec![Words::plain("bye")]))].into() };
        assert_eq!(lacking(&within), ["bye"]);
        let named = Words { key: "name".to_owned(), args: Args::new() };
        assert_eq!(lacking(&named), [""; 0]);
    }

    #[test]
    fn names_every_fault() {
        let ru = "one = { $a }\n    .hint = Да\ntwo = Два\n\nтри = 3\ntwo = Опять\n";
        let (_, faults) = load(&[("locales/ru/a.ftl", ru), ("locales/en/a.ftl", "one = { $b }\n")]);
        let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.iter().any(|fault| fault.starts_with("locales/ru/a.ftl:5:1")), "{faults:#?}");
        assert!(faults.iter().any(|fault| fault.contains("a.ftl:6:1: error: `two`")), "{faults:#?}");
        assert!(faults.iter().any(|fault| fault.contains("`one.hint` is missing in `en`")), "{faults:#?}");
        assert!(faults.iter().any(|fault| fault.contains("`two` is missing in `en`")), "{faults:#?}");
        assert!(faults.iter().any(|fault| fault.contains("does not use `$b` in `ru`")), "{faults:#?}");
    }

    #[test]
    fn follows_references_to_arguments() {
        let (locales, faults) = load(&[("locales/ru/a.ftl", "who = { $name }\nhello = Привет, { who }! { $you }\n")]);
        assert_eq!(faults, []);
        assert_eq!(locales.arguments("hello"), ["name"]);
    }

    #[test]
    fn plain_words_are_said_where_there_are_any() {
        let ru =
            "a = Обычно, { $x }\n    .plain = Просто, { $x }\n    .hint = Подсказка\n    .hint-plain = Жми\nb = Б\n";
        let (locales, faults) = load(&[("locales/ru/a.ftl", ru)]);
        assert_eq!(faults, []);
        let args = Args::from([("x".to_owned(), Value::from("Х"))]);
        let said = |key, plain| locales.toned("ru", key, Tone { adult: false, plain }, &args).unwrap();
        assert_eq!([said("a", false), said("a", true)], ["Обычно, Х", "Просто, Х"]);
        assert_eq!([said("a.hint", false), said("a.hint", true)], ["Подсказка", "Жми"]);
        assert_eq!([said("b", false), said("b", true)], ["Б", "Б"]);
        for key in ["a", "a.hint", "a.o-yes"] {
            assert_eq!(usual_key(&plain_key(key)), Some(key));
        }
        assert_eq!((usual_key("plain"), usual_key("a.x"), usual_key("a.explain")), (None, None, None));
    }

    #[test]
    fn shows_moments_in_the_readers_zone() {
        let moment = Value::Moment(Utc.with_ymd_and_hms(2027, 3, 17, 11, 5, 0).unwrap());
        assert_eq!(plain(&moment, "ru", chrono_tz::Europe::Moscow), Value::from("17 марта, 14:05"));
        assert_eq!(plain(&moment, "en", chrono_tz::Asia::Kamchatka), Value::from("17 March, 23:05"));
        let day = Value::Day(NaiveDate::from_ymd_opt(2026, 12, 1).unwrap());
        assert_eq!(plain(&day, "ru", chrono_tz::Asia::Kamchatka), Value::from("1 декабря"));
    }
}
