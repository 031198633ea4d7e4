//! The pages that are opened from the chat have words for everything, in every language.

use std::{collections::BTreeSet, fs, path::Path};

use provodnik::{consents::state::State, content, papers, people::needs::Group, store::held};

/// Fields of what is sealed as one, and what a table's rows are shown with of others.
const FIELDS: &[&str] = &[
    "last",
    "first",
    "patronymic",
    "sex",
    "birth",
    "email",
    "at_place",
    "at_class",
    "title",
    "limited_health",
    "disability",
    "group",
    "position",
];

/// The keys that templates and code of the pages name.
fn named(under: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(under)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            named(&path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_string_lossy(), found);
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let keys = text.split('"').filter(|word| word.starts_with("page-") && !word.contains(['{', ' ']));
        found.extend(keys.map(str::to_owned));
    }
}

#[test]
fn every_text_of_a_page_is_there_in_every_language_and_none_is_for_nothing() {
    let (program, faults) = content::load(Path::new(env!("CARGO_MANIFEST_DIR")));
    let program = program.unwrap_or_else(|| panic!("{faults:?}"));
    let mut keys = BTreeSet::new();
    named("src/http/templates", &mut keys);
    named("src/http/pages", &mut keys);
    keys.extend(["page-over-what", "page-not_found-what", "page-not_now-what"].map(str::to_owned));
    keys.extend(["all", "absent", "unverified", "consentless", "orphans"].map(|word| format!("page-class-{word}")));
    keys.extend(["own", "relative", "waits", "open"].map(|word| format!("page-class-phone_{word}")));
    keys.extend(held::SHOWN.iter().map(|(table, _)| format!("page-held-{table}")));
    let shown = held::ALL.iter().flat_map(|holding| holding.shown).chain(FIELDS);
    keys.extend(shown.map(|column| format!("page-column-{column}")));
    keys.extend(State::ALL.map(|state| format!("page-class-consent_{}", state.word())));
    keys.extend(Group::ALL.map(|group| format!("page-need-{}", group.word())));
    keys.extend(["waiting", "imported", "returned"].map(|state| format!("page-tables-{state}")));
    keys.extend(papers::kind::Refused::ALL.iter().map(|why| format!("page-papers-file_{}", why.word())));
    keys.extend(papers::desk::Reason::EACH.map(|reason| format!("page-paper-why_{}", reason.word())));
    keys.extend(["head", "acting", "deputy"].map(|word| format!("page-propose-{word}")));
    let seeing = ["teacher", "school_admin", "coordinator", "operator", "support"];
    let others = ["parent", "venue", "platform", "interface", "first_line"];
    keys.extend(seeing.into_iter().chain(others).map(|who| format!("page-privacy-{who}-why")));
    keys.extend(others.map(|who| format!("page-privacy-{who}")));
    let written = program.locales().keys().filter(|key| key.starts_with("page-")).map(str::to_owned);
    assert_eq!(written.collect::<BTreeSet<_>>(), keys);
    for lang in program.locales().languages() {
        for key in &keys {
            assert!(
                program.locales().toned(lang, key, Default::default(), &Default::default()).is_some(),
                "{key} in {lang}"
            );
        }
    }
}
