//! The schema that editors complete and explain seasons by. Made of the keys that are read, so that it can't drift from them; what
//! each is for is said in words, in both languages.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};

use super::{CONSENTS, Keys, REMINDER, SEASON, STAGE};
use crate::{
    fault::{Fault, Lang},
    locale::Locales,
    message::Args,
};

static WORDS: LazyLock<(Locales, Vec<Fault>)> = LazyLock::new(|| {
    let sources =
        [("keys/ru/keys.ftl", include_str!("schema/ru.ftl")), ("keys/en/keys.ftl", include_str!("schema/en.ftl"))];
    Locales::load(&sources.map(|(path, text)| (path.to_owned(), text.to_owned())))
});

/// JSON Schema (draft 7, which editors of YAML know) of a season.
#[must_use]
pub fn schema(lang: Lang) -> String {
    let mut schema = map("season", SEASON, lang);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        schema.insert("title".to_owned(), json!("provodnik: season"));
    }
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// A map of these keys and no others.
fn map(shape: &str, (needed, optional): Keys, lang: Lang) -> Json {
    let property = |key: &&str| {
        let mut property = value(shape, key, lang);
        property.insert("description".to_owned(), json!(said(shape, key, lang)));
        ((*key).to_owned(), Json::Object(property))
    };
    let properties: Map<_, _> = needed.iter().chain(optional).map(property).collect();
    json!({ "type": "object", "properties": properties, "required": needed, "additionalProperties": false })
}

/// What may stand behind a key.
fn value(shape: &str, key: &str, lang: Lang) -> Map<String, Json> {
    let word = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let value = match (shape, key) {
        ("season", "season") => word("^[0-9]{4}-[0-9]{4}$"),
        ("season", "stages") => json!({
            "type": "object",
            "propertyNames": { "pattern": "^[a-z_]{1,20}$" },
            "additionalProperties": map("stage", STAGE, lang),
        }),
        ("season", "consents") => map("consents", CONSENTS, lang),
        ("stage", "begin" | "feedback") => word("^[a-z][a-z0-9_]{0,31}$"),
        ("stage", "remind") => json!({ "type": "array", "items": map("reminder", REMINDER, lang) }),
        ("reminder", "before") => word("^([0-9]|[1-5][0-9]|60)d$"),
        ("reminder", "at") => word("^[0-2]?[0-9]:[0-5][0-9]$"),
        _ => word("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    };
    value.as_object().cloned().unwrap_or_default()
}

fn said(shape: &str, key: &str, lang: Lang) -> String {
    let lang = match lang {
        Lang::Ru => "ru",
        Lang::En => "en",
    };
    WORDS.0.text(lang, &format!("{shape}-{key}"), &Args::new()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn seasons() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("flows/seasons")
    }

    fn parsed() -> Json {
        serde_json::from_str(&schema(Lang::Ru)).unwrap()
    }

    #[test]
    fn every_key_is_explained_in_both_languages_and_nothing_else_is() {
        assert_eq!(WORDS.1, [], "the words of both languages");
        let shapes = [("season", SEASON), ("consents", CONSENTS), ("stage", STAGE), ("reminder", REMINDER)];
        let keys = shapes.iter().flat_map(|(shape, (needed, optional))| {
            needed.iter().chain(*optional).map(move |key| format!("{shape}-{key}"))
        });
        let said: BTreeSet<_> = WORDS.0.keys().map(str::to_owned).collect();
        assert_eq!(keys.collect::<BTreeSet<_>>(), said);
        assert!(schema(Lang::Ru) != schema(Lang::En));
    }

    #[test]
    fn every_season_of_ours_is_as_the_schema_wants_it_and_names_it() {
        let validator = jsonschema::validator_for(&parsed()).unwrap();
        let mut found = 0;
        for entry in fs::read_dir(seasons()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|end| end != "yaml") {
                continue;
            }
            found += 1;
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(text.lines().next(), Some("# yaml-language-server: $schema=schema.json"), "{}", path.display());
            let season: Json = serde_saphyr::from_str(&text).unwrap();
            let wrong: Vec<_> =
                validator.iter_errors(&season).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(wrong.is_empty(), "{}: {wrong:#?}", path.display());
        }
        assert!(found > 0);
        let season = |stage: Json| json!({ "season": "2026-2027", "begins": "2026-09-01", "ends": "2027-05-31", "stages": { "one": stage } });
        let by = |key: &str, value: Json| season(json!({ "by": "2026-10-10", key: value }));
        let reminder = |before: &str, at: &str| by("remind", json!([{ "before": before, "at": at }]));
        assert!(validator.is_valid(&reminder("3d", "10:00")) && validator.is_valid(&by("begin", json!("events"))));
        for broken in [
            season(json!({})),
            season(json!({ "by": "soon" })),
            by("remined", json!([])),
            by("remind", json!({})),
            reminder("61d", "10:00"),
            reminder("3 d", "10:00"),
            reminder("3d", "10"),
        ] {
            assert!(!validator.is_valid(&broken), "{broken}");
        }
    }

    #[test]
    fn the_file_beside_the_seasons_is_the_schema() {
        let file = fs::read_to_string(seasons().join("schema.json")).unwrap();
        assert!(file == schema(Lang::Ru), "write it anew: cargo run -- flows schema --write --lang ru");
    }
}
