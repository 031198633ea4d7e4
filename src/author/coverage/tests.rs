use super::*;
use crate::{
    fault::Place,
    flow::{chat::Report, coverage::Part},
};

fn coverage() -> Coverage {
    let at = |line, at: &str, edge, when: Option<&str>| Missing {
        place: Place { line, column: 3, length: 1 },
        at: at.to_owned(),
        edge,
        when: when.map(str::to_owned),
    };
    let missing = vec![
        at(4, "lost", None, None),
        at(6, "way", Some(Edge::Arm(0)), Some("mark >= 4")),
        at(7, "way", Some(Edge::Arm(1)), None),
        at(9, "call", Some(Edge::Outcome("ok".to_owned())), None),
        at(12, "code", Some(Edge::Remind(1)), None),
    ];
    let part = Part {
        flow: "test".to_owned(),
        file: "flows/test.yaml".to_owned(),
        place: Place { line: 1, column: 7, length: 4 },
        steps: Share { played: 3, of: 4 },
        edges: Share { played: 2, of: 6 },
        missing,
    };
    Coverage { flows: vec![part] }
}

#[test]
fn what_is_left_out_is_named_with_its_line() {
    let english = "test: steps 3/4 (75 %), edges 2/6 (33 %)
  flows/test.yaml:4:3: lost: no conversation comes here
  flows/test.yaml:6:3: way: branch `mark >= 4`
  flows/test.yaml:7:3: way: branch (otherwise)
  flows/test.yaml:9:3: call: outcome `ok`
  flows/test.yaml:12:3: code: reminder `1`
total: steps 3/4 (75 %), edges 2/6 (33 %)";
    assert_eq!(text(&coverage(), "en"), english);
    assert!(text(&coverage(), "ru").contains("way: ветка (иначе)\n"));
}

#[test]
fn every_kind_has_words() {
    let named = String::new;
    let all = [
        Edge::Asked,
        Edge::Answer,
        Edge::Option(named()),
        Edge::Button(named()),
        Edge::Outcome(named()),
        Edge::Arm(0),
        Edge::GaveUp,
        Edge::Remind(1),
        Edge::Timeout,
        Edge::Over,
        Edge::Skip,
        Edge::Back,
        Edge::Keep,
        Edge::Stop,
        Edge::Confirmed,
        Edge::Corrected,
        Edge::Sent,
        Edge::Changed,
    ];
    let kinds: Vec<_> = all.iter().map(Edge::kind).collect();
    assert_eq!(LEFT_OUT.iter().map(|(kind, _)| *kind).skip(1).collect::<Vec<_>>(), kinds);
}

#[test]
fn tools_get_the_same() {
    let document = json(&Report { played: 2, ..Report::default() }, Some(&coverage()));
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["played"], 2);
    assert_eq!(document["coverage"]["edges"]["percent"], 33);
    let missing = &document["coverage"]["flows"][0]["missing"];
    assert_eq!((&missing[0]["kind"], &missing[3]["name"]), (&"step".into(), &"ok".into()));
    assert_eq!((&missing[1]["line"], &missing[1]["when"]), (&6.into(), &"mark >= 4".into()));
    let plain: serde_json::Value = serde_json::from_str(&json(&Report::default(), None)).unwrap();
    assert!(plain.get("coverage").is_none());
}
