use super::*;
use crate::flow::{
    Program,
    chat::{self, Report},
    check,
};

const FLOW: &str = "flow: test
outcomes: [done]
steps:
  mark: { ask: scale, from: 1, to: 5, remind: [1h] }
  way:
    branch:
      - { if: mark >= 4, to: who }
      - { if: mark >= 2, to: lost }
      - { to: lost }
  who: { call: people.who, next: { nobody: done, pupil: done, adult: done, school: done, teacher: done, staff: done } }
  lost: { end: done }
  done: { end: done }
";

const CHAT: &str = "# Пять
@ vk 2026-03-02T10:00+03:00
<
> 5
! people.who() -> pupil {name: Маша, verified: true, profiles: 1, consent: \"no\"}
= done

# Пять, и никто не вошёл
@ vk 2026-03-02T10:00+03:00
<
> 5
! people.who() -> nobody
= done
";

fn program() -> Program {
    let own = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
    let flows = [("flows/_global.yaml", "start: test\n"), ("flows/test.yaml", FLOW)].map(own);
    let words = check::filled("test-mark = Сколько?\n    .remind-1 = Ну?\n");
    check::program(&flows, &[own(("locales/ru/all.ftl", &words))]).0.unwrap()
}

fn played() -> (Report, Coverage) {
    let program = program();
    let report = chat::run(&program, vec![("flows/test.chat".to_owned(), CHAT.to_owned())], true);
    assert!(report.is_good(), "{report}");
    let coverage = Coverage::of(&program, &report.covered);
    (report, coverage)
}

#[test]
fn what_is_left_out_is_named_with_its_line() {
    let (_, coverage) = played();
    let english = "test: steps 4/5 (80 %), edges 4/11 (36 %)
  flows/test.yaml:4:3: mark: reminder `1`
  flows/test.yaml:8:15: way: branch `mark >= 2`
  flows/test.yaml:5:3: way: branch (otherwise)
  flows/test.yaml:10:3: who: outcome `adult`
  flows/test.yaml:10:3: who: outcome `school`
  flows/test.yaml:10:3: who: outcome `staff`
  flows/test.yaml:10:3: who: outcome `teacher`
  flows/test.yaml:11:3: lost: no conversation comes here
total: steps 4/5 (80 %), edges 4/11 (36 %)";
    assert_eq!(text(&coverage, "en"), english);
    let russian = text(&coverage, "ru");
    assert!(russian.contains("way: ветка (иначе)\n") && russian.contains("lost: сюда не приходит"), "{russian}");
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
    let (report, coverage) = played();
    let document: serde_json::Value = serde_json::from_str(&json(&report, Some(&coverage))).unwrap();
    assert_eq!((&document["played"], &document["failed"]), (&2.into(), &0.into()));
    assert_eq!(document["coverage"]["edges"], serde_json::json!({ "played": 4, "of": 11, "percent": 36 }));
    let missing = &document["coverage"]["flows"][0]["missing"];
    assert_eq!((&missing[0]["kind"], &missing[0]["name"]), (&"remind".into(), &"1".into()));
    assert_eq!((&missing[1]["line"], &missing[1]["when"]), (&8.into(), &"mark >= 2".into()));
    assert_eq!((&missing[7]["kind"], &missing[7]["at"]), (&"step".into(), &"lost".into()));
    let plain: serde_json::Value = serde_json::from_str(&json(&Report::default(), None)).unwrap();
    assert!(plain.get("coverage").is_none());
}
