//! Every type of answer, in a question that stands alone and in a form; records as arguments.

use super::*;

/// A type as a flow writes it, with what is typed and what comes of it.
fn types() -> Vec<(&'static str, Input, Value)> {
    let text = |text: &str| Input::Text(text.to_owned());
    let contact = |phone: &str, name: &str, own| Input::Contact { phone: phone.to_owned(), name: name.to_owned(), own };
    let list = |options: &[&str]| Value::List(options.iter().map(|option| Value::from(*option)).collect());
    vec![
        ("choice, of: [yes, no]", text("Да"), Value::from("yes")),
        ("choices, of: [yes, no]", text("да, нет"), list(&["yes", "no"])),
        ("scale, from: 1, to: 5", text("4"), Value::Number(4)),
        ("text, max: 9", text(" слово "), Value::from("слово")),
        ("number, min: 1, max: 99", text("12"), Value::Number(12)),
        ("digits, length: 4", text("12 34"), Value::from("1234")),
        ("date", text("17.03.2012"), Value::from("2012-03-17")),
        ("phone, pii: true", contact("+79161234567", "Аня", true), Value::from("+79161234567")),
        ("contact, pii: true", contact("+79161234567", "Мама", false), shared("+79161234567", "Мама", false)),
        ("contact, pii: true", text("Мама: +7 916 123-45-67"), shared("+7 916 123-45-67", "Мама", false)),
        ("contact, pii: true, whose: own", contact("+79161234567", "Аня", true), shared("+79161234567", "Аня", true)),
        ("attachment", Input::Attachment { kind: "photo".to_owned() }, Value::from("photo")),
    ]
}

fn shared(phone: &str, name: &str, own: bool) -> Value {
    let fields = [("phone", Value::from(phone)), ("name", Value::from(name)), ("own", Value::Flag(own))];
    Value::Record(fields.map(|(field, value)| (field.to_owned(), value)).into())
}

/// A conversation with the flow `test`.
fn talk(flow: &str, words: &str) -> Talk {
    let files = [("flows/_global.yaml", "start: home\n"), ("flows/home.yaml", HOME), ("flows/test.yaml", flow)];
    let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let words = check::filled(&format!("home-hello = Привет\n{words}"));
    let (program, faults) = check::program(&files, &[("locales/ru/all.ftl".to_owned(), words)]);
    let faults: Vec<_> = faults.iter().filter(|fault| fault.is_error()).map(ToString::to_string).collect();
    assert_eq!(faults, [""; 0], "{flow}");
    Talk { program: program.unwrap(), ..Talk::new() }
}

fn kept(talk: &Talk, name: &str) -> Option<Value> {
    talk.state().runs.last()?.frames.last()?.values.get(name).cloned()
}

const QUESTION: &str = "test-it = Что?\n    .o-yes = Да\n    .o-no = Нет\n";

#[test]
fn every_type_is_asked_for_alone_and_in_a_form() {
    let tail = "  more: { ask: choice, of: [on], end: done }\n";
    let words = format!("{QUESTION}test-more = Ещё?\n    .o-on = Да\n");
    for (asked, input, wanted) in types() {
        let alone = format!("flow: test\noutcomes: [done]\nsteps:\n  it: {{ ask: {asked}, next: more }}\n{tail}");
        let form = format!(
            "flow: test\noutcomes: [done]\nsteps:\n  all:\n    form: {{ progress: true }}\n    questions:\n      - {{ id: it, type: {asked} }}\n    next: more\n{tail}"
        );
        for flow in [alone, form] {
            let mut talk = talk(&flow, &words);
            talk.begin("test");
            assert_eq!(talk.put(input.clone()), ["test-more"], "{flow}");
            assert_eq!(kept(&talk, "it").as_ref(), Some(&wanted), "{flow}");
        }
    }
}

#[test]
fn own_and_foreign_contacts_are_told_apart() {
    let shares = |own| Input::Contact { phone: "+79161234567".to_owned(), name: "Аня".to_owned(), own };
    let asks = |whose: &str| {
        let flow = format!(
            "flow: test\noutcomes: [done]\nsteps:\n  it: {{ ask: contact, pii: true{whose}, next: way }}\n  way:\n    branch:\n      - {{ if: it.own, to: mine }}\n      - {{ to: done }}\n  mine: {{ say: mine, end: done }}\n  done: {{ end: done }}\n"
        );
        let mut talk = talk(&flow, &format!("{QUESTION}test-mine = Твой\n"));
        talk.begin("test");
        talk
    };
    let mut any = asks("");
    assert_eq!(any.buttons()[0].does, Offer::Plain(Does::ShareContact));
    assert_eq!(any.put(shares(true)), ["test-mine"]);
    assert_eq!(asks("").put(shares(false)), [""; 0]);
    assert_eq!(asks(", whose: own").put(shares(false)), ["global-foreign"]);
    let mut other = asks(", whose: other");
    assert_eq!(other.buttons(), [], "the button would share one's own");
    assert_eq!(other.put(shares(true)), ["global-own_contact"]);
    assert_eq!(other.say("+79161234567"), [""; 0]);
    assert_eq!(asks("").say("1234"), ["global-invalid"]);
}

#[test]
fn a_record_is_an_argument_whose_fields_are_known() {
    let flow = "flow: test
args: { event: event }
outcomes: [done]
steps:
  way:
    branch:
      - { if: event.left > 0, to: free }
      - { to: full }
  free: { say: free, end: done }
  full: { say: full, end: done }
";
    let words = "test-free = { $title }, { $at }\ntest-full = { $title }\n";
    let mut talk = talk(flow, words);
    let event = |left: i64| {
        let fields = [
            ("id", Value::from("e1")),
            ("title", Value::from("Проба")),
            ("place", Value::from("Школа")),
            ("at", Value::Moment(now())),
            ("left", left.into()),
            ("more", Value::from("лишнее")),
        ];
        Value::Record(fields.map(|(name, value)| (name.to_owned(), value)).into())
    };
    let begin = |event| Input::Begin { flow: "test".to_owned(), args: [("event".to_owned(), event)].into() };
    assert_eq!(talk.put(begin(event(2))), ["test-free"]);
    let Some(Effect::Send { said, .. }) = talk.effects.first() else { panic!() };
    assert_eq!(said.words.args, [("title".to_owned(), "Проба".into()), ("at".to_owned(), Value::Moment(now()))].into());
    assert_eq!(talk.put(begin(event(0))), ["test-full"]);
    assert_eq!(talk.put(begin(Value::from("e1"))), [""; 0], "no record");
}

#[test]
fn what_a_call_gave_is_a_record_for_a_subflow() {
    let flows = [
        ("_global", "start: home\ncommands: { test: test }\n"),
        ("home", HOME),
        (
            "test",
            "flow: test
args: { said: text }
outcomes: [done]
steps:
  look: { call: events.leave, with: { event: said }, save: found, next: { ok: sub, closed: sub, unknown: done } }
  sub: { run: sub, with: { event: found } }
  done: { end: done }
",
        ),
        (
            "sub",
            "flow: sub
args: { event: event }
outcomes: [done]
steps:
  sure: { ask: choice, of: [yes], next: way }
  way:
    branch:
      - { if: event.left == 1, to: last }
      - { to: done }
  last: { say: last, end: done }
  done: { end: done }
",
        ),
    ];
    let words = "home-hello = Привет\nsub-sure = { $title }?\n    .o-yes = Да\nsub-last = { $place }\n";
    let files = flows.map(|(name, text)| (format!("flows/{name}.yaml"), text.to_owned()));
    let (program, faults) = check::program(&files, &[("locales/ru/all.ftl".to_owned(), check::filled(words))]);
    assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
    let mut talk = Talk { program: program.unwrap(), ..Talk::new() };
    talk.put(Input::Text("/test e1".to_owned()));
    let given = [
        ("id", Value::from("e1")),
        ("title", "Проба".into()),
        ("place", "Школа".into()),
        ("at", Value::Moment(now())),
        ("left", Value::Number(1)),
    ];
    assert_eq!(talk.answer("ok", &given), ["sub-sure"]);
    assert_eq!(talk.say("да"), ["sub-last", "home-hello"]);
}

#[test]
fn a_picture_is_shown_with_what_is_asked_and_said() {
    let flow = "flow: test
outcomes: [done]
steps:
  hello: { say: hello, picture: ticket }
  it: { ask: choice, of: [yes, no], picture: map, next: { yes: done, no: done } }
  done: { end: done }
";
    let words = format!("test-hello = Привет\n    .alt = Билет\n{QUESTION}    .alt = Карта\n");
    let mut talk = talk(flow, &words);
    talk.begin("test");
    let shown = |talk: &Talk| -> Vec<Option<(String, String)>> {
        let said = talk.effects.iter().filter_map(|effect| match effect {
            Effect::Send { said, .. } => Some(&said.picture),
            _ => None,
        });
        said.map(|picture| picture.as_ref().map(|one| (one.name.clone(), one.alt.key.clone()))).collect()
    };
    let named = |name: &str, alt: &str| Some((name.to_owned(), alt.to_owned()));
    assert_eq!(shown(&talk), [named("ticket", "test-hello.alt"), named("map", "test-it.alt")]);
    talk.say("что?");
    assert_eq!(shown(&talk), [None], "a wrong answer needs no picture");
}
