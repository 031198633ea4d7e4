//! What happens elsewhere is brought to the run that waits for it.

use super::*;

pub(super) const SEAT: &str = "flow: seat
outcomes: [done, late]
steps:
  which: { set: { event: \"'e1'\" } }
  seat:
    wait: { signal: seat, for: 3d, about: event, gives: { left: number } }
    save: seat
    next: { signal: free, timeout: late }
  free: { say: free, end: done }
  late: { say: late, end: late }
";

fn signal(about: Option<&str>, values: &[(&str, Value)]) -> Input {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Input::Signal { signal: "seat".to_owned(), about: about.map(str::to_owned), values }
}

fn unheard(talk: &Talk) -> bool {
    talk.trace.iter().any(|trace| matches!(trace, Trace::Unheard { .. }))
}

#[test]
fn a_signal_is_heard_once_by_whoever_waits_for_it() {
    let left = [("left", Value::Number(2)), ("more", "лишнее".into())];
    let mut talk = Talk::new();
    assert_eq!(talk.put(signal(Some("e1"), &left)), [""; 0]);
    assert!(unheard(&talk));
    assert_eq!(talk.begin("seat"), [""; 0]);
    assert!(talk.effects.contains(&Effect::Listen { signal: "seat".to_owned() }));
    let over = talk.alarm(Alarm::Over);
    for other in [Some("e2"), None] {
        assert_eq!(talk.put(signal(other, &left)), [""; 0]);
        assert!(unheard(&talk), "about something else");
    }
    assert_eq!(talk.put(signal(Some("e1"), &[])), [""; 0]);
    assert!(!unheard(&talk), "without what it must bring it is worth nothing, ever");
    assert_eq!(talk.put(signal(Some("e1"), &left)), ["seat-free"]);
    let Some(Effect::Send { said, .. }) = talk.effects.iter().find(|effect| matches!(effect, Effect::Send { .. }))
    else {
        panic!()
    };
    assert_eq!(said.words.args, [("left".to_owned(), Value::Number(2))].into());
    assert!(talk.effects.iter().any(|effect| matches!(effect, Effect::Disarm { wait: Some(_), .. })));
    assert!(talk.effects.contains(&Effect::End { flow: "seat".to_owned(), outcome: "done".to_owned() }));
    assert_eq!(talk.put(over), [""; 0]);
    assert_eq!(talk.put(signal(Some("e1"), &left)), [""; 0]);
    assert!(unheard(&talk));
}

#[test]
fn one_that_does_not_come_is_given_up_in_time() {
    let mut talk = Talk::new();
    talk.begin("seat");
    let over = talk.alarm(Alarm::Over);
    assert_eq!(talk.put(over), ["seat-late"]);
    assert!(talk.effects.contains(&Effect::End { flow: "seat".to_owned(), outcome: "late".to_owned() }));
}

#[test]
fn whoever_waits_longest_hears_it_and_what_is_open_is_asked_again() {
    let mut talk = Talk::new();
    talk.begin("seat");
    let first = talk.state().runs[0].id.clone();
    talk.begin("seat");
    talk.begin("phone");
    assert_eq!(talk.put(signal(Some("e1"), &[("left", Value::Number(1))])), ["seat-free", "phone-number"]);
    let left: Vec<_> = talk.state().runs.iter().map(|run| run.id.clone()).collect();
    assert_eq!(left.len(), 2);
    assert!(!left.contains(&first));
}
