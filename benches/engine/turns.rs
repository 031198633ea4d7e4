//! Turns of the flow with the most steps, each ready to be taken again and again.

use std::{path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use provodnik::{
    content,
    flow::{self, About, Effect, Env, Input, Names, Program, Reply, State, Turn},
    locale::Tone,
    message::{Args, Value},
};

/// The flow with the most steps.
const FLOW: &str = "verify_phone";

/// One turn: what it is called, where the conversation stands, and what happens to it.
pub struct Ready {
    pub name: &'static str,
    pub state: State,
    pub input: Input,
}

/// Our flows, and who talks to them.
pub struct Stage {
    program: Arc<Program>,
    about: About,
    names: Names,
}

impl Stage {
    pub fn new() -> Self {
        let (program, faults) = content::load(Path::new(env!("CARGO_MANIFEST_DIR")));
        let program = program.unwrap_or_else(|| panic!("{faults:?}"));
        Self { program, about: About { lang: "ru".to_owned(), tone: Tone::default() }, names: Names::default() }
    }

    pub fn step(&self, state: State, input: Input) -> Turn {
        let env = Env { now: DateTime::<Utc>::UNIX_EPOCH, seed: 7, about: &self.about, names: &self.names };
        flow::step(&self.program, state, input, &env)
    }

    /// Gives the answers of actions one after the other.
    fn answered(&self, mut turn: Turn, replies: impl IntoIterator<Item = Reply>) -> Turn {
        for reply in replies {
            let input = returned(&turn, reply);
            turn = self.step(turn.state, input);
        }
        turn
    }

    /// A pupil's way through the flow, turn by turn.
    pub fn turns(&self) -> Vec<Ready> {
        let begin = Input::Begin { flow: FLOW.to_owned(), args: Args::new() };
        let open = reply("open", [("days", 7.into())]);
        let asked = self.answered(self.step(State::default(), begin.clone()), [Reply::plain("pupil"), open.clone()]);
        let number = Input::Text("+7 916 123-45-67".to_owned());
        let judged = self.step(asked.state.clone(), number.clone());
        let ok = returned(&judged, Reply::plain("ok"));
        let whose = self.step(judged.state.clone(), ok.clone());
        let mine = Input::Text("Мой".to_owned());
        let dials = self.step(whose.state.clone(), mine.clone());
        let rings = [
            ("attempt", "0190".into()),
            ("phone", "+7 916 ***-**-67".into()),
            ("left", 3.into()),
            ("failed_calls", 0.into()),
        ];
        let rings = returned(&dials, reply("ok", rings));
        let code = self.step(dials.state.clone(), rings.clone());
        let begins = self.step(State::default(), begin.clone());
        let who = returned(&begins, Reply::plain("pupil"));
        let status = self.step(begins.state.clone(), who);
        let opened = returned(&status, open);
        let ready = |name, turn: &Turn, input| Ready { name, state: turn.state.clone(), input };
        vec![
            Ready { name: "begins", state: State::default(), input: begin },
            ready("asks for the number", &status, opened),
            ready("takes the number", &asked, number),
            ready("asks whose it is", &judged, ok),
            ready("takes whose it is", &whose, mine),
            ready("asks for the digits", &dials, rings),
            ready("takes no other words for digits", &code, Input::Text("не звонит никто".to_owned())),
            ready("takes the digits", &code, Input::Text("1234".to_owned())),
        ]
    }
}

fn reply<const N: usize>(outcome: &str, values: [(&str, Value); N]) -> Reply {
    Reply { outcome: outcome.to_owned(), values: values.map(|(name, value)| (name.to_owned(), value)).into() }
}

/// The answer to what a turn has called.
fn returned(turn: &Turn, reply: Reply) -> Input {
    let called = turn.effects.iter().find_map(|effect| match effect {
        Effect::Call { run, seq, .. } => Some((run.clone(), *seq)),
        _ => None,
    });
    let (run, seq) = called.unwrap_or_else(|| panic!("nothing is called: {:?}", turn.trace));
    Input::Returned { run, seq, reply }
}
