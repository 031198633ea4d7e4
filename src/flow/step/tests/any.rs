//! Whatever comes in: the engine goes on, and the same again comes to the same.

use proptest::prelude::*;

use super::*;
use crate::flow::state::Waits;

fn inputs() -> impl Strategy<Value = Input> {
    let text = prop_oneof![
        "[0-9 +а-я/]{0,12}",
        prop::sample::select(vec![
            "/help",
            "/cancel",
            "/menu",
            "да",
            "нет",
            "1",
            "2",
            "9161234567",
            "1234",
            "позже",
            "5"
        ])
        .prop_map(str::to_owned),
    ];
    let alarm = prop_oneof![
        (0_u16..3).prop_map(Alarm::Remind),
        prop::sample::select(vec![Alarm::Timeout, Alarm::Over, Alarm::Expire])
    ];
    let flows = prop::sample::select(vec!["phone", "caller", "circle", "cancel", "home", "seat", "nothing"]);
    prop_oneof![
        4 => text.prop_map(Input::Text),
        1 => Just(Input::Start { payload: None }),
        1 => flows.prop_map(|flow| Input::Begin { flow: flow.to_owned(), args: Args::new() }),
        1 => any::<bool>().prop_map(|own| Input::Contact { phone: "+79161234567".to_owned(), name: "Аня".to_owned(), own }),
        1 => prop::sample::select(vec![None, Some("e1"), Some("e2")]).prop_map(|about| Input::Signal {
            signal: "seat".to_owned(),
            about: about.map(str::to_owned),
            values: Args::from([("left".to_owned(), Value::Number(2))]),
        }),
        1 => Just(Input::Unsupported { kind: "voice".to_owned() }),
        2 => (0_u32..9, "[a-z/0-9]{1,4}").prop_map(|(wait, option)| Input::Button { token: format!("f1:RUN:{wait}:{option}") }),
        2 => (0_u32..9, alarm).prop_map(|(wait, alarm)| Input::Timer { run: "RUN".to_owned(), wait, alarm }),
        4 => (0_u32..6, prop::sample::select(vec!["ok", "wait", "several", "nobody", "pupil", "limited"]))
            .prop_map(|(seq, outcome)| Input::Returned { run: "RUN".to_owned(), seq, reply: Reply::plain(outcome) }),
    ]
}

/// Puts the id of a run that exists in the place of RUN, and the number of the call that it waits for.
fn real(input: Input, state: &State) -> Input {
    let Some(run) = state.runs.last() else { return input };
    match input {
        Input::Button { token } => Input::Button { token: token.replace("RUN", &run.id) },
        Input::Timer { wait, alarm, .. } => Input::Timer { run: run.id.clone(), wait: run.wait.min(wait + 3), alarm },
        Input::Returned { reply, .. } => Input::Returned { run: run.id.clone(), seq: run.calls, reply },
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_conversation_goes_on(inputs in prop::collection::vec(inputs(), 1..40)) {
        let mut talk = Talk::new();
        let about = About { lang: "ru".to_owned(), tone: Tone::default() };
        for input in inputs {
            let state = talk.state();
            let input = real(input, &state);
            let env = Env { now: now(), seed: talk.turns + 1, about: &about, names: &talk.names };
            let again = step(&talk.program, state.clone(), input.clone(), &env);
            talk.put(input);
            prop_assert_eq!(&again.effects, &talk.effects, "a replay is identical");
            let state = talk.state();
            prop_assert_eq!(&again.state, &state, "the state survives JSON");
            prop_assert!(state.runs.len() <= 8 && state.runs.iter().all(|run| (1..=8).contains(&run.frames.len())));
            prop_assert!(state.runs.iter().all(|run| run.waits != Waits::Nothing), "everybody waits for something");
            for effect in &talk.effects {
                if let Effect::Send { said, .. } = effect {
                    let private = ["number", "code"];
                    prop_assert!(private.iter().all(|name| !said.words.args.contains_key(*name)));
                }
            }
        }
    }

    #[test]
    fn any_state_is_survived(json in "\\{\"seq\":[0-9]{1,3},\"runs\":\\[[^\\]]{0,40}\\]\\}", text in ".{0,20}") {
        let mut talk = Talk::new();
        talk.stored = json.into_bytes();
        prop_assert!(!talk.say(&text).is_empty());
    }
}
