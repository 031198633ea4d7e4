//! What a fault says, in the language of whoever reads it. The words lie in Fluent files beside the code and are part of the binary.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use super::{Fault, Fix, kinds::Phrase};

/// A language that faults are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Russian.
    Ru,
}

impl Lang {
    /// The language of an environment whose `LANG` this is: Russian where it begins with `ru`, else English.
    #[must_use]
    pub fn of(lang: Option<&str>) -> Self {
        if lang.is_some_and(|lang| lang.starts_with("ru")) { Self::Ru } else { Self::En }
    }
}

/// What words are filled with.
#[derive(Clone, Debug)]
pub(super) enum Arg {
    Text(String),
    Number(i64),
    /// Each in backquotes.
    Names(Vec<String>),
    Phrase(Phrase),
}

macro_rules! args {
    ($($type:ty => |$value:ident| $arg:expr;)*) => {
        $(impl From<$type> for Arg { fn from($value: $type) -> Self { $arg } })*
    };
}

args! {
    String => |text| Self::Text(text);
    i64 => |number| Self::Number(number);
    usize => |number| Self::Number(i64::try_from(number).unwrap_or(i64::MAX));
    Vec<String> => |names| Self::Names(names);
    Phrase => |phrase| Self::Phrase(phrase);
}

static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle("en", include_str!("words/en.ftl")));
static RU: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle("ru", include_str!("words/ru.ftl")));

fn bundle(lang: &str, words: &str) -> FluentBundle<FluentResource> {
    let lang: LanguageIdentifier = lang.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![lang]);
    bundle.set_use_isolating(false);
    // A test has read both files: nothing in them is wrong or double.
    let resource = FluentResource::try_new(words.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

fn text(lang: Lang, key: &str, attribute: Option<&str>, args: &[(&'static str, Arg)]) -> Option<String> {
    let bundle = match lang {
        Lang::En => &*EN,
        Lang::Ru => &*RU,
    };
    let message = bundle.get_message(key)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut filled = FluentArgs::new();
    for (name, arg) in args {
        match arg {
            Arg::Text(text) => filled.set(*name, text.as_str()),
            Arg::Number(number) => filled.set(*name, *number),
            Arg::Names(names) => {
                let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                filled.set(*name, if names.is_empty() { "none".to_owned() } else { names.join(", ") });
            }
            Arg::Phrase(phrase) => filled.set(*name, text_of(lang, phrase)),
        }
    }
    Some(bundle.format_pattern(pattern, Some(&filled), &mut Vec::new()).into_owned())
}

fn text_of(lang: Lang, phrase: &Phrase) -> String {
    text(lang, phrase.code(), None, &phrase.args()).unwrap_or_default()
}

impl Fault {
    /// What is wrong.
    #[must_use]
    pub fn what(&self, lang: Lang) -> String {
        text(lang, self.kind.code(), None, &self.kind.args()).unwrap_or_else(|| self.kind.code().to_owned())
    }

    /// What would mend it.
    #[must_use]
    pub fn help(&self, lang: Lang) -> Option<String> {
        match &self.fix {
            Some(Fix::Rename { to, .. }) => text(lang, "help-rename", None, &[("to", to.clone().into())]),
            Some(Fix::Text { flow, key }) => {
                let line = key
                    .split_once('.')
                    .map_or_else(|| format!("{key} = …"), |(id, attribute)| format!("{id}\n    .{attribute} = …"));
                text(lang, "help-text", None, &[("flow", flow.clone().into()), ("line", line.into())])
            }
            None => text(lang, self.kind.code(), Some("help"), &self.kind.args()),
        }
    }
}

/// A sentence of the report that is no fault.
pub(crate) fn counted(lang: Lang, errors: usize, warnings: usize) -> String {
    text(lang, "counted", None, &[("errors", errors.into()), ("warnings", warnings.into())]).unwrap_or_default()
}

/// The word for how bad a fault is, and for its cure.
pub(crate) fn word(lang: Lang, key: &str) -> String {
    text(lang, key, None, &[]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use fluent_syntax::{ast, parser};

    use super::{super::Kind, *};

    /// Every message with the arguments that its text and its cure use.
    fn used(words: &str) -> BTreeMap<String, BTreeSet<String>> {
        let resource = parser::parse(words).expect("the words are Fluent");
        let mut found = BTreeMap::new();
        for entry in resource.body {
            let ast::Entry::Message(message) = entry else { continue };
            let mut names = BTreeSet::new();
            let patterns = message.value.iter().chain(message.attributes.iter().map(|attribute| &attribute.value));
            let shown = format!("{:?}", patterns.collect::<Vec<_>>());
            for (at, _) in shown.match_indices("VariableReference { id: Identifier { name: \"") {
                let rest = &shown[at + "VariableReference { id: Identifier { name: \"".len()..];
                names.insert(rest.split('"').next().unwrap().to_owned());
            }
            let twice = found.insert(message.id.name.to_owned(), names);
            assert!(twice.is_none(), "{} is there twice", message.id.name);
        }
        found
    }

    #[test]
    fn both_languages_have_every_kind_with_every_argument() {
        let more = [
            ("help-rename", &["to"][..]),
            ("help-text", &["flow", "line"]),
            ("counted", &["errors", "warnings"]),
            ("error", &[]),
            ("warning", &[]),
            ("help", &[]),
        ];
        let all: Vec<_> = Kind::ALL.iter().chain(Phrase::ALL).copied().chain(more).collect();
        for (lang, words) in [("en", include_str!("words/en.ftl")), ("ru", include_str!("words/ru.ftl"))] {
            let mut used = used(words);
            for (code, args) in &all {
                let args: BTreeSet<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
                assert_eq!(used.remove(*code), Some(args), "{code} in {lang}");
            }
            assert!(used.is_empty(), "nothing says {used:?} in {lang}");
        }
    }

    #[test]
    fn codes_are_kebab_case_and_their_own() {
        let codes: BTreeSet<_> = Kind::ALL.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        let plain = |code: &&str| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(codes.iter().all(plain), "{codes:?}");
    }

    #[test]
    fn the_language_is_that_of_the_environment() {
        assert_eq!(Lang::of(Some("ru_RU.UTF-8")), Lang::Ru);
        assert_eq!((Lang::of(Some("C")), Lang::of(None)), (Lang::En, Lang::En));
    }

    #[test]
    fn russian_counts_like_a_russian() {
        assert_eq!(counted(Lang::Ru, 1, 3), "1 ошибка, 3 предупреждения");
        assert_eq!(counted(Lang::En, 2, 1), "2 errors, 1 warning");
    }
}
