use chrono::DateTime;

use super::*;
use crate::{
    flow::{About, When, chat::Samples, check},
    message::Value,
};

const SIGN_UP: &str = "flow: sign_up
args: { event: text }
outcomes: [done, late]
expires: 7d
steps:
  look:
    call: events.show
    with: { event: event }
    save: found
    next: { free: offer, full: late, mine: nap, closed: late, unknown: late }
  offer:
    ask: choice
    of: [join, back]
    remind: [90s]
    attempts: { max: 2, to: late }
    timeout: { after: 10m, to: late }
    next: { join: fits, back: late }
  fits:
    branch:
      - { if: found.left > 0 and not has(offer), to: late }
      - { to: number }
  number:
    ask: phone
    pii: true
    buttons: [later]
    next: { answer: dial, later: late }
  dial:
    call: verification.start
    with: { phone: number, relation: \"'self'\" }
    next: late
  nap: { wait: { for: 1d }, next: look }
  late: { say: late, end: late }
";
const WORDS: &str = "global-stuck = Не выходит
global-invalid = Не понял
global-foreign = Чужой
global-busy = Секунду
sign_up-offer = { $title }: { $left ->
    [one] { $left } место
   *[many] { $left } мест
 }. Идёшь?
    .o-join = Да
    .o-back = Нет
    .hint = Кнопкой
    .remind-1 = Ну как, { $title }?
sign_up-number = Номер?
    .b-later = Потом
sign_up-late = Поздно
";
const CHAT: &str = "# Да\n@ telegram 2026-11-23T10:00+03:00 {event: e1}\n! events.show -> free {title: Мастерские, place: Сургут, at: 2026-11-26T15:00+05:00, left: 1}\n";

fn program() -> Program {
    let own = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let home = "flow: home\noutcomes: [done]\nsteps:\n  hello: { say: hello, end: done }\n";
    let flows =
        [own("flows/_global.yaml", "start: home\n"), own("flows/home.yaml", home), own("flows/sign_up.yaml", SIGN_UP)];
    let (program, faults) = check::program(&flows, &[own("locales/ru/all.ftl", &check::filled(WORDS))]);
    program.unwrap_or_else(|| panic!("{faults:?}"))
}

#[test]
fn an_outline_has_every_way() {
    let program = program();
    let outline = program.outline("sign_up").unwrap();
    let ways =
        |i: usize| -> Vec<_> { outline.steps[i].ways.iter().map(|way| (way.why.clone(), way.to.clone())).collect() };
    let pressed = |key: &str| Why::Pressed(format!("sign_up-{key}"));
    assert_eq!(
        (outline.args.as_slice(), outline.steps[0].with.as_str()),
        ([("event".to_owned(), "text")].as_slice(), "events.show")
    );
    assert_eq!(ways(0)[0], (Why::Outcome("free".to_owned()), To::Step(1)), "in the action's order");
    assert_eq!(
        ways(1),
        [
            (pressed("offer.o-join"), To::Step(2)),
            (pressed("offer.o-back"), To::Step(6)),
            (Why::GaveUp(2), To::Step(6)),
            (Why::Timeout(TimeDelta::minutes(10)), To::Step(6)),
        ]
    );
    assert_eq!(ways(2)[0].0, Why::If("found.left > 0 and not has(offer)".to_owned()));
    assert_eq!(ways(2)[1].0, Why::Otherwise);
    assert_eq!(ways(3), [(Why::Answer, To::Step(4)), (pressed("number.b-later"), To::Step(6))]);
    assert_eq!(ways(5), [(Why::Later(TimeDelta::days(1)), To::Step(0))]);
    assert_eq!(ways(6), [(Why::On, To::End("late".to_owned()))]);
}

#[test]
fn an_unknown_flow_is_guessed() {
    let why = |name: &str| program().outline(name).unwrap_err();
    assert_eq!(why("signup"), "there is no flow `signup`: did you mean `sign_up`?");
    assert_eq!(why("x"), "there is no flow `x`: there are home, sign_up");
}

#[test]
fn a_step_says_what_the_transcripts_know() {
    let program = program();
    let at = DateTime::parse_from_rfc3339("2026-11-23T10:00:00+03:00").unwrap();
    let samples = Samples::read(&[("flows/sign_up.chat".to_owned(), CHAT.to_owned())], "sign_up", "ru", at);
    let about = About { lang: "ru".to_owned(), tone: crate::locale::Tone::default() };
    let posed = |step| program.posed("sign_up", step, &samples, &about);
    let says = |step| posed(step).into_iter().map(|posed| (posed.when, posed.said.words.key)).collect::<Vec<_>>();
    let own = |key: &str| format!("sign_up-{key}");
    assert_eq!(
        says(1),
        [
            (When::Entered, own("offer")),
            (When::Remind(TimeDelta::seconds(90)), own("offer.remind-1")),
            (When::Unfit, own("offer.hint")),
            (When::Invalid, "global-invalid".to_owned()),
        ]
    );
    let offer = &posed(1)[0].said;
    assert_eq!(
        (&offer.words.args["title"], &offer.words.args["left"]),
        (&Value::from("Мастерские"), &Value::Number(1))
    );
    assert_eq!(offer.keyboard.as_ref().unwrap().buttons.len(), 2);
    let number = says(3);
    assert!(number.contains(&(When::Foreign, "global-foreign".to_owned())), "{number:?}");
    assert!(number.contains(&(When::Stuck, "global-stuck".to_owned())), "{number:?}");
    assert_eq!(says(4), [(When::Busy, "global-busy".to_owned())], "a call outside");
    assert_eq!(says(6), [(When::Entered, own("late"))]);
    assert_eq!(says(0), [], "a call inside the turn");
}

#[test]
fn every_question_of_a_form_is_asked_as_if_those_before_were_answered() {
    let own = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let home = "flow: home
outcomes: [done, low]
steps:
  told:
    form: { progress: true, back: true, review: true }
    remind: [1d]
    timeout: { after: 2d, to: bye }
    questions:
      - { id: mark, type: scale, from: 1, to: 5, stop: { if: mark == 1, to: bye } }
      - { id: wrong, type: choices, of: [late, other], when: mark <= 3, optional: true, confirm: true }
    next: bye
  bye: { say: bye, end: done }
";
    let words = "home-told = .\n    .remind-1 = Ну как?\nhome-mark = Сколько?\nhome-wrong = Что не так?\n    .o-late = Поздно\n    .o-other = Другое\nhome-bye = Пока\n";
    let flows = [own("flows/_global.yaml", "start: home\n"), own("flows/home.yaml", home)];
    let (program, faults) = check::program(&flows, &[own("locales/ru/all.ftl", &check::filled(words))]);
    let program = program.unwrap_or_else(|| panic!("{faults:?}"));
    let outline = program.outline("home").unwrap();
    let told = &outline.steps[0];
    assert_eq!(
        (told.kind, told.questions.len(), told.questions[1].when.as_deref()),
        (Kind::Form, 2, Some("mark <= 3"))
    );
    let ways: Vec<_> = told.ways.iter().map(|way| way.why.clone()).collect();
    assert_eq!(ways, [Why::On, Why::If("mark == 1".to_owned()), Why::Timeout(TimeDelta::days(2))]);
    let at = DateTime::parse_from_rfc3339("2026-11-23T10:00:00+03:00").unwrap();
    let about = About { lang: "ru".to_owned(), tone: crate::locale::Tone::default() };
    let posed = program.posed("home", 0, &Samples::read(&[], "home", "ru", at), &about);
    let says = |when: When, question: Option<&str>| {
        posed.iter().find(|posed| posed.when == when && posed.question.as_deref() == question).map(|posed| &posed.said)
    };
    let wrong = says(When::Entered, Some("wrong")).unwrap();
    assert_eq!(
        (&wrong.words.args["at"], &wrong.words.args["of"]),
        (&Value::Number(2), &Value::Number(2)),
        "a low mark"
    );
    assert_eq!(wrong.keyboard.as_ref().unwrap().buttons.len(), 4, "two options, skip, back: {wrong:?}");
    for (when, question) in [
        (When::Entered, Some("mark")),
        (When::Invalid, Some("mark")),
        (When::Confirm, Some("wrong")),
        (When::Review, None),
        (When::Remind(TimeDelta::days(1)), None),
    ] {
        assert!(says(when, question).is_some(), "{when:?} {question:?}\n{posed:#?}");
    }
}
