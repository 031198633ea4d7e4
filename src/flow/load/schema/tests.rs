use std::{collections::BTreeSet, fs, path::Path};

use super::*;

fn flows() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("flows")
}

fn parsed(lang: Lang) -> Json {
    serde_json::from_str(&schema(lang)).unwrap()
}

/// Every key of every shape, as `shape-key`.
fn keys(schema: &Json) -> Vec<(String, &Json)> {
    let mut keys = Vec::new();
    for (shape, definition) in schema["definitions"].as_object().unwrap() {
        for (key, property) in definition["properties"].as_object().unwrap() {
            keys.push((format!("{}-{key}", shape.trim_start_matches("Raw").to_lowercase()), property));
        }
    }
    keys
}

#[test]
fn every_key_is_explained_in_both_languages_and_nothing_else_is() {
    assert_eq!(WORDS.1, [], "the words of both languages");
    for lang in [Lang::Ru, Lang::En] {
        let schema = parsed(lang);
        for (key, property) in keys(&schema) {
            assert!(property["description"].as_str().is_some_and(|said| !said.is_empty()), "{key}");
        }
    }
    let schema = parsed(Lang::En);
    let known: BTreeSet<_> = keys(&schema).into_iter().map(|(key, _)| key).collect();
    let said: BTreeSet<_> = WORDS.0.keys().map(str::to_owned).collect();
    assert!(said.is_subset(&known), "{:?}", said.difference(&known));
}

#[test]
fn every_flow_of_ours_is_as_the_schema_wants_it_and_names_it() {
    let validator = jsonschema::validator_for(&parsed(Lang::Ru)).unwrap();
    for entry in fs::read_dir(flows()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().next(), Some("# yaml-language-server: $schema=schema.json"), "{}", path.display());
        let flow: Json = serde_saphyr::from_str(&text).unwrap();
        let wrong: Vec<_> =
            validator.iter_errors(&flow).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", path.display());
    }
    for broken in [
        json!({ "flow": "a" }),
        json!({ "flow": "a", "steps": { "b": { "sya": "c" } } }),
        json!({ "flow": "a", "steps": { "B": { "say": "c" } } }),
        json!({ "flow": "a", "steps": { "b": { "ask": "email" } } }),
        json!({ "flow": "a", "steps": { "b": { "wait": { "for": "1w" } } } }),
        json!({ "start": "a", "commands": { "b": { "replaces": true } } }),
    ] {
        assert!(!validator.is_valid(&broken), "{broken}");
    }
}

#[test]
fn the_file_beside_the_flows_is_the_schema() {
    let file = fs::read_to_string(flows().join("schema.json")).unwrap();
    assert!(file == schema(Lang::Ru), "write it anew: cargo run -- flows schema --write --lang ru");
}
