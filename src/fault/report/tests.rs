use super::*;
use crate::fault::{Fix, Kind};

fn faults() -> Vec<Fault> {
    let place = Place { line: 2, column: 7, length: 4 };
    let meant = Fix::Rename { from: "тест".to_owned(), to: "тесто".to_owned(), sure: true };
    let step = Fault::new("flows/a.yaml", place, Kind::UnknownStep { step: "тест".to_owned() }).fix(Some(meant));
    let idle = Fault::new("flows/b.yaml", None, Kind::IdleFlow { flow: "b".to_owned() });
    vec![step, idle]
}

fn shown(lang: Lang) -> String {
    text(&faults(), &[("flows/a.yaml".to_owned(), "flow: a\nnext: тест\n".to_owned())], lang, false)
}

#[test]
fn a_fault_is_shown_with_its_code_its_line_a_caret_and_its_cure() {
    let shown = shown(Lang::Ru);
    for wanted in [
        "ошибка[unknown-step]: нет шага `тест`",
        "flows/a.yaml:2:7",
        "^^^^",
        "как исправить: возможно, имелось в виду `тесто`",
        "предупреждение[idle-flow]",
        "1 ошибка, 1 предупреждение",
    ] {
        assert!(shown.contains(wanted), "{wanted}\n{shown}");
    }
}

#[test]
fn the_same_in_english() {
    let shown = shown(Lang::En);
    for wanted in ["error[unknown-step]: there is no step `тест`", "help: did you mean `тесто`?", "1 error, 1 warning"]
    {
        assert!(shown.contains(wanted), "{wanted}\n{shown}");
    }
}

#[test]
fn tools_get_every_part_of_it() {
    let told: serde_json::Value = serde_json::from_str(&json(&faults(), Lang::En)).unwrap();
    assert_eq!((told["errors"].as_u64(), told["warnings"].as_u64()), (Some(1), Some(1)));
    let first = &told["faults"][0];
    assert_eq!((first["code"].as_str(), first["line"].as_u64()), (Some("unknown-step"), Some(2)));
    assert_eq!(first["fix"]["rename"]["to"], "тесто");
    assert_eq!(told["faults"][1].get("line"), None);
}

#[test]
fn sarif_is_as_its_schema_wants_it() {
    let log: serde_json::Value = serde_json::from_str(&sarif(&faults(), Lang::Ru)).unwrap();
    let schema = include_str!("../../../tests/data/specs/sarif/sarif-schema-2.1.0.json");
    // As published it has a bracket too much in the pattern of `language`, which we do not write.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<_> = schema.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startColumn"], 7);
    assert_eq!(result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "тесто");
    assert!(!schema.is_valid(&serde_json::json!({"version": "2.1.0"})), "the schema wants runs");
}
