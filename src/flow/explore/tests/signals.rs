//! Signals, records that are handed over, and contacts.

use super::*;

const NEWS: &str = "flow: news
args: { event: event }
outcomes: [done, lost]
expires: 7d
steps:
  free:
    branch:
      - { if: event.left > 2, to: mother }
      - { to: seat }
  seat:
    wait: { signal: seat, for: 2d, about: event.id, gives: { left: number, by: text } }
    save: seat
    next: { signal: many, timeout: lost }
  many:
    branch:
      - { if: seat.left >= 5, to: mother }
      - { to: sub }
  sub: { run: inner, with: { event: event }, next: { some: done, none: nap } }
  nap: { wait: { signal: seat, about: event.id, gives: { left: number, by: text } }, save: seat, next: { signal: many } }
  mother: { ask: contact, pii: true, next: own }
  own:
    branch:
      - { if: mother.own, to: done }
      - { to: seat }
  done: { end: done }
  lost: { end: lost }
";
const INNER: &str = "flow: inner
args: { event: event }
outcomes: [some, none]
steps:
  left:
    branch:
      - { if: event.left > 0, to: some }
      - { to: none }
  some: { end: some }
  none: { end: none }
";

fn news() -> Program {
    program(&[("news", NEWS), ("inner", INNER)], "news-mother = Кто твоя мама?\n")
}

#[test]
fn signals_records_and_contacts_lead_wherever_they_can() {
    let program = news();
    let report = walked(&program, "news");
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    let coverage = crate::flow::coverage::Coverage::of(&program, &report.covered);
    for flow in ["news", "inner"] {
        let part = coverage.flows.iter().find(|part| part.flow == flow).unwrap();
        assert_eq!(part.missing, [], "left out");
    }
    for edge in [Edge::Signal, Edge::Over, Edge::Answer] {
        assert!(report.covered.edges.iter().any(|(_, _, taken)| *taken == edge), "{edge:?}");
    }
}

fn asleep<'e>(program: &'e Program, judge: &'e Judge<'e>) -> (Explorer<'e>, World) {
    let mut explorer = Explorer::new(program, &[], judge);
    let args = explorer.beginnings("news").into_iter().find(|args| args["event"].field("left") == Some(&0_i64.into()));
    let world = explorer.begin("news", &args.unwrap());
    (explorer, world)
}

#[test]
fn a_signal_comes_with_all_that_makes_a_difference_and_is_heard_once() {
    let program = news();
    let (mut explorer, mut world) = asleep(&program, &anything);
    let signals = explorer.signals(world.state.runs.last().unwrap());
    let left: Vec<_> = signals
        .iter()
        .map(|act| match act {
            Act::Signals(name, values) => (name.as_str(), values["left"].clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(left, [3_i64, 4, 5].map(|n| ("seat", n.into())), "{signals:?}");
    explorer.act(&mut world, &signals[2]).unwrap();
    assert!(explorer.asked(&world.state).is_some(), "it leads to a question");
    // Where nobody listens any more, the same once more is a fault if it does anything.
    let (state, said) = (State::clone(&world.state), [Effect::Listen { signal: "seat".to_owned() }]);
    let signal = world.last().unwrap().input.clone();
    assert!(matches!(&signal, Input::Signal { about: Some(about), .. } if about == "‹id›"), "{signal:?}");
    assert_eq!(checks::twice(&signal, false, &state, &state, &[]), None);
    assert!(checks::twice(&signal, false, &state, &State::default(), &[]).is_some());
    assert!(checks::twice(&signal, false, &state, &state, &said).unwrap().contains("`seat` is waited for"));
    assert_eq!(checks::twice(&signal, true, &state, &State::default(), &said), None, "it is waited for again");
}

#[test]
fn signals_that_are_not_meant_are_tried() {
    let program = news();
    let (explorer, world) = asleep(&program, &anything);
    let strays = explorer.strays(&world.state);
    let signals: Vec<_> = strays
        .iter()
        .filter_map(|(act, _)| match act {
            Act::Stray(Input::Signal { signal, about, values }) => Some((signal.as_str(), about.as_deref(), values)),
            _ => None,
        })
        .collect();
    let has = |name: &str, about: Option<&str>, many: usize| {
        signals.iter().any(|(signal, of, values)| *signal == name && *of == about && values.len() == many)
    };
    assert!(has("no_such_signal", None, 0) && has("seat", None, 0) && has("seat", Some("‹id›-"), 0), "{signals:?}");
    assert!(has("seat", Some("‹id›"), 0), "values are lacking: {signals:?}");
    assert!(has("seat", Some("‹id›"), 2), "values are of another type: {signals:?}");
}

#[test]
fn a_failure_after_a_signal_is_a_transcript_with_it() {
    let judge = |shown: Shown<'_>| match shown {
        Shown::Message(said) if said.words.key == "late-told" => vec!["not this".to_owned()],
        _ => Vec::new(),
    };
    let late = "flow: late
args: { event: event }
outcomes: [done]
expires: 9d
steps:
  seat: { wait: { signal: seat, about: event.id, gives: { by: text } }, save: seat, next: { signal: told } }
  told: { say: told, end: done }
";
    let program = program(&[("late", late)], "late-told = Место есть: { $by }\n");
    let report = explore(&program, &[], &Options { flow: Some("late"), turns: 0, seed: 1 }, &judge).unwrap();
    let failure = only(&report);
    let line = "\n^ seat(‹id›) {by: \"‹by›\"}\n< Место есть: ‹by›\n= done\n";
    assert!(failure.chat.ends_with(line), "{}", failure.chat);
    plays(&program, failure);
}

#[test]
fn a_failure_after_a_contact_is_a_transcript_with_it() {
    let round = "flow: round
outcomes: [done]
steps:
  who: { ask: contact, whose: other, pii: true, next: which }
  which:
    branch:
      - { if: who.name == '', to: done }
      - { to: one }
  one: { run: quick, next: { done: two, other: done } }
  two: { run: quick, next: { done: one, other: done } }
  done: { end: done }
";
    let quick = "flow: quick\noutcomes: [done, other]\nsteps:\n  done: { end: done }\n";
    let program = program(&[("round", round), ("quick", quick)], "round-who = Кто?\n");
    let report = walked(&program, "round");
    let failure = only(&report);
    assert_eq!(failure.what, What::Ends);
    assert!(failure.chat.contains("\n> contact-foreign +79031112233 Анна\n"), "{}", failure.chat);
    plays(&program, failure);
}

#[test]
fn whom_the_bot_speaks_to_may_change_on_the_way() {
    let plain = "flow: simple
outcomes: [done]
steps:
  on: { call: people.plain, with: { on: true }, next: { ok: told } }
  told: { say: told, end: done }
";
    let judge = |shown: Shown<'_>| match shown {
        Shown::Message(said) if said.words.key == "simple-told" => vec!["not this".to_owned()],
        _ => Vec::new(),
    };
    let program = program(&[("simple", plain)], "simple-told = Теперь будет проще.\n    .plain = Просто.\n");
    let report = explore(&program, &[], &Options { flow: Some("simple"), turns: 0, seed: 1 }, &judge).unwrap();
    let failure = only(&report);
    assert!(failure.chat.contains("! people.plain(on=true) -> ok\n< Просто.\n"), "{}", failure.chat);
    plays(&program, failure);
}
