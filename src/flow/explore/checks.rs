//! What must hold of a turn.

use super::What;
use crate::flow::{Effect, Input, State, Trace, Turn};

/// What is wrong with a turn, whatever it was about; `again`: the same turn once more; `read`: what is read of what it stores.
pub(super) fn turn(turn: &Turn, again: &Turn, read: &State) -> Vec<(What, String)> {
    let mut wrong = Vec::new();
    for trace in &turn.trace {
        if let Trace::Restarted(why) = trace {
            wrong.push((What::Ends, (*why).to_owned()));
        }
    }
    if *read != turn.state {
        wrong.push((What::Reread, "what is read of it is another state".to_owned()));
    }
    if turn != again {
        wrong.push((What::Replay, "the same turn comes to something else".to_owned()));
    }
    wrong
}

/// What is wrong with a turn that must change nothing of the runs: it may ask again, and it may say why not.
pub(super) fn unmoved(before: &State, after: &State, effects: &[Effect]) -> Option<String> {
    let acts = effects.iter().find_map(|effect| match effect {
        Effect::Send { .. } | Effect::Toast(_) => None,
        Effect::Edit { .. } => Some("a message changes".to_owned()),
        Effect::Call { action, .. } => Some(format!("{} is called", action.signature().name)),
        Effect::Arm { .. } | Effect::Disarm { .. } => Some("timers change".to_owned()),
        Effect::Listen { signal } => Some(format!("`{signal}` is waited for")),
        Effect::Answer { question, .. } => Some(format!("the answer to `{question}` is kept")),
        Effect::Complete { flow, .. } => Some(format!("the form of `{flow}` counts as sent")),
        Effect::End { flow, outcome } => Some(format!("`{flow}` ends with `{outcome}`")),
    });
    acts.or_else(|| (before.runs != after.runs).then(|| "it waits for something else".to_owned()))
}

/// What is wrong with a turn that must do nothing at all.
pub(super) fn nothing(before: &State, after: &State, effects: &[Effect]) -> Option<String> {
    let said = effects.first().map(|effect| match effect {
        Effect::Send { said, .. } => format!("`{}` is said", said.words.key),
        _ => "something is done".to_owned(),
    });
    unmoved(before, after, effects).or(said)
}

/// What is wrong with the same input coming a second time, if it may do no more than the first time did; `heard`: it is a signal
/// that is waited for once more.
pub(super) fn twice(input: &Input, heard: bool, before: &State, after: &State, effects: &[Effect]) -> Option<String> {
    use crate::flow::{Alarm, state::Waits};
    match input {
        // It may be pressed again: an option of several, a way out.
        Input::Button { token } if before.asks(token) => None,
        // Where nothing is asked a press begins at home.
        Input::Button { .. } => match before.runs.last().map(|run| &run.waits) {
            Some(Waits::Answer | Waits::Reply { .. }) => unmoved(before, after, effects),
            _ => None,
        },
        // A reminder is sent as often as its timer comes, and a timer comes once.
        Input::Timer { alarm: Alarm::Remind(_), .. } => unmoved(before, after, effects),
        Input::Signal { .. } if heard => None,
        Input::Timer { .. } | Input::Returned { .. } | Input::Signal { .. } => nothing(before, after, effects),
        _ => None,
    }
}
