//! Buttons of reminders and broadcasts begin flows.

use super::*;
use crate::flow::entry;

pub(super) const EVENT: &str = "flow: event
args: { event: text }
entry: [event]
outcomes: [done]
steps:
  sure: { ask: choice, of: [yes, no], next: { yes: thanks, no: done } }
  thanks: { say: thanks, end: done }
  done: { end: done }
";

pub(super) const HALF: &str = "flow: half
draft: true
args: { event: text }
entry: [event]
outcomes: [done]
steps:
  ask: { call: topics.list, next: { ok: thanks, stranger: thanks } }
  thanks: { say: thanks, end: done }
";

fn press(flow: &str, with: Option<&str>) -> Input {
    Input::Button { token: entry::make(flow, None, with) }
}

#[test]
fn a_button_begins_its_flow_with_its_argument() {
    let mut talk = Talk::new();
    assert_eq!(talk.put(press("event", Some("e1"))), ["event-sure"]);
    let said = talk.effects.iter().find_map(|effect| match effect {
        Effect::Send { said, .. } => Some(said.words.args.clone()),
        _ => None,
    });
    assert_eq!(said.unwrap()["event"], Value::from("e1"));
    assert_eq!(talk.say("да"), ["event-thanks", "home-hello"], "nothing else is open");
    assert!(talk.state().is_idle());
}

#[test]
fn what_was_open_is_asked_again_afterwards() {
    let mut talk = Talk::new();
    talk.begin("phone");
    assert_eq!(talk.put(press("event", Some("e1"))), ["event-sure"]);
    assert_eq!(talk.put(press("event", Some("e2"))), ["event-sure"], "the same flow does not pile up");
    assert_eq!(talk.state().runs.len(), 2);
    assert_eq!(talk.say("нет"), ["phone-number"]);
}

#[test]
fn a_question_that_nothing_may_interrupt_stays() {
    let mut talk = Talk::new();
    talk.begin("caller");
    let label = Value::from("Аня");
    let one = Value::Record([("value".to_owned(), "a".into()), ("label".to_owned(), label)].into());
    talk.answer("one", &[("options", Value::List(vec![one]))]);
    talk.put(Input::Text("1".to_owned()));
    talk.put(Input::Text("9161234567".to_owned()));
    talk.answer("already", &[("phone", "***".into())]);
    assert_eq!(talk.put(press("event", Some("e1"))), ["(global-first_this)", "caller-rate"]);
    assert_eq!(talk.state().runs.len(), 1);
}

#[test]
fn a_drafts_button_begins_nothing() {
    let mut talk = Talk::new();
    assert_eq!(talk.put(press("half", Some("e1"))), ["(global-stale)", "home-hello"]);
    assert!(!talk.program.versions().any(|version| version.flow == "half"), "nobody is ever pinned to it");
}

#[test]
fn a_forged_button_is_an_old_button() {
    let mut talk = Talk::new();
    for (flow, with) in [("event", None), ("quick", None), ("home", Some("x")), ("nowhere", Some("x"))] {
        assert_eq!(talk.put(press(flow, with)), ["(global-stale)", "home-hello"], "{flow}");
        assert!(talk.trace.contains(&Trace::Refused { forged: false }), "it may be one of older content");
    }
}

#[test]
fn a_refused_button_is_told_by_what_it_is() {
    let mut talk = Talk::new();
    talk.begin("phone");
    let (run, wait) = (talk.state().runs[0].id.clone(), talk.state().runs[0].wait);
    let refused = |talk: &mut Talk, token: String| {
        talk.put(Input::Button { token });
        let refused = |trace: &Trace| if let Trace::Refused { forged } = trace { Some(*forged) } else { None };
        talk.trace.iter().find_map(refused)
    };
    assert_eq!(refused(&mut talk, "what?".to_owned()), Some(true), "none of ours");
    assert_eq!(refused(&mut talk, format!("f1:{run}:{wait}:never")), Some(true), "no such option");
    assert_eq!(refused(&mut talk, format!("f1:{run}:{}:later", wait + 1)), Some(true), "never asked");
    assert_eq!(
        refused(&mut talk, format!("f1:somebodyelse:{wait}:later")),
        Some(false),
        "another conversation's, or over"
    );
    assert_eq!(refused(&mut talk, format!("f1:{run}:{wait}:later")), None, "the real one");
    assert_eq!(refused(&mut talk, format!("f1:{run}:{wait}:later")), Some(false), "twice");
}
