use std::collections::BTreeSet;

use super::*;
use crate::flow::{
    chat::{self, Covered},
    check,
    coverage::{Coverage, Missing},
};

const FLOW: &str = "flow: test
outcomes: [done, lost]
steps:
  name:
    ask: text
    buttons: [later]
    attempts: { max: 1, to: lost }
    remind: [1h]
    timeout: { after: 1d, to: lost }
    next: { answer: told, later: nap }
  nap: { wait: { for: 1d }, next: name }
  told:
    form: { back: true, review: true }
    questions:
      - { id: mark, type: scale, from: 1, to: 3, confirm: true }
      - { id: why, type: choices, of: [dull, far], when: mark < 3, optional: true }
      - { id: more, type: text, stop: { if: mark == 1, to: lost } }
    next: way
  way:
    branch:
      - { if: mark == 3, to: sub }
      - { to: done }
  sub: { run: inner, with: { said: \"''\" }, next: { good: done, bad: lost, never: lost } }
  done: { end: done }
  lost: { end: lost }
";

/// Told apart by what is said: nothing in one place, something elsewhere.
const INNER: &str = "flow: inner
args: { said: text }
outcomes: [good, bad, never]
steps:
  begin:
    branch:
      - { if: said == '', to: who }
      - { to: odd }
  who: { call: people.who, next: { nobody: bad, pupil: good, adult: good, staff: good, school: good } }
  good: { end: good }
  bad: { end: bad }
  odd: { end: never }
";

const WORDS: &str = "test-name = Имя?
    .b-later = Позже
    .remind-1 = Ну?
test-mark = Сколько?
test-why = Что не так?
    .o-dull = Скучно
    .o-far = Далеко
test-more = Ещё?
form-confirm = Верно?
    .o-yes = Всё верно
    .o-change = Нет, исправить
form-review = Проверь
    .o-send = Отправить
form-edit = ✏️ { $question }
form-back = Назад
form-keep = Оставить
";

const CHAT: &str = "# Всё
@ vk 2026-03-02T10:00+03:00
<
+ 1h
<
> [Позже]
+ 1d
<
> Аня
<
> 2
<
> [Нет, исправить]
<
> 2
<
> [Всё верно]
<
> далеко, скучно
<
> [Назад]
<
> [Оставить]
<
> ну
<
> [✏️ Ещё?]
<
> да
<
> [Отправить]
= done
";

fn program() -> Program {
    let flows = [("flows/_global.yaml", "start: test\n"), ("flows/test.yaml", FLOW), ("flows/inner.yaml", INNER)];
    let own = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
    let words = own(("locales/ru/all.ftl", &check::filled(WORDS)));
    check::program(&flows.map(own), &[words]).0.unwrap()
}

fn covered(program: &Program, chat: &str) -> Covered {
    let report = chat::run(program, vec![("flows/test.chat".to_owned(), chat.to_owned())], true);
    assert!(report.is_good(), "{report}");
    report.covered
}

#[test]
fn every_way_on_is_told_with_its_place() {
    let program = program();
    let flow = program.current("test").unwrap();
    let told = edges(&program, flow).into_iter().map(|way| {
        let name = way.edge.name().map(|name| format!(" {name}")).unwrap_or_default();
        format!("{}:{} {}{name}", way.place.line, way.at, way.edge.kind())
    });
    let wanted = [
        "4:name answer",
        "4:name button later",
        "4:name attempts",
        "4:name remind 1",
        "4:name timeout",
        "11:nap wait",
        "15:mark question",
        "15:mark answer",
        "15:mark confirm",
        "15:mark correct",
        "16:why question",
        "16:why option dull",
        "16:why option far",
        "16:why skip",
        "17:more question",
        "17:more answer",
        "17:more stop",
        "12:told back",
        "12:told keep",
        "12:told send",
        "12:told change",
        "21:way branch",
        "19:way branch",
        "23:sub outcome bad",
        "23:sub outcome good",
    ];
    assert_eq!(told.collect::<Vec<_>>(), wanted, "`never` can't be: nothing is said");
}

#[test]
fn a_conversation_takes_what_it_goes_through() {
    let program = program();
    let coverage = Coverage::of(&program, &covered(&program, CHAT));
    let part = coverage.flows.iter().find(|part| part.flow == "test").unwrap();
    let left_out = |missing: &Missing| (missing.at.clone(), missing.edge.as_ref().map_or("step", Edge::kind));
    let left_out: BTreeSet<_> = part.missing.iter().map(left_out).collect();
    let wanted = [
        ("lost", "step"),
        ("more", "stop"),
        ("name", "attempts"),
        ("name", "timeout"),
        ("sub", "step"),
        ("way", "branch"),
        ("why", "skip"),
    ];
    assert_eq!(left_out, wanted.into_iter().map(|(at, kind): (&str, _)| (at.to_owned(), kind)).collect());
    assert_eq!((part.steps.played, part.steps.of), (5, 7));
    assert!(!coverage.reaches(100) && coverage.reaches(0));
}
