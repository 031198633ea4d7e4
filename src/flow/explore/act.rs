//! Things that may happen to a conversation, told by what they are there and not by ids: the same again elsewhere.

use super::world::World;
use crate::{
    flow::{Alarm, Input, Program, Reply, chat::Put, step::listener},
    message::{Args, Words},
};

/// One thing that may happen.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    /// The button of this option is pressed.
    Press(String),
    /// A button of an earlier question is pressed.
    Old,
    /// A button comes that we did not make like this.
    Forged(String),
    Says(String),
    Shares {
        phone: String,
        name: String,
        own: bool,
    },
    /// `photo`, `file`, or what nobody has a use for.
    Sends(String),
    /// `/start`
    Starts,
    /// Time passes until this timer has come.
    Waits(Alarm),
    /// The call is answered.
    Replies(Reply),
    /// A signal that is waited for comes with these values, about what it is waited for about.
    Signals(String, Args),
    /// What came last comes once more.
    Again,
    /// Something that only a fault of ours could bring.
    Stray(Input),
}

impl Act {
    pub fn says(text: &str) -> Self {
        Self::Says(text.to_owned())
    }

    /// What it is to the engine, and how a transcript writes it; `None`: it can't happen here. Time is not one input.
    pub fn input(&self, program: &Program, world: &World) -> Option<(Put, Input)> {
        let pressed = |token: &str| Input::Button { token: token.to_owned() };
        Some(match self {
            Self::Press(option) => {
                let button = world.button(option)?;
                (Put::Press(button.label.clone()), pressed(&button.token))
            }
            Self::Old => {
                let button = world.old.as_ref().filter(|button| !world.state.asks(&button.token))?;
                (Put::Old(button.label.clone()), pressed(&button.token))
            }
            Self::Forged(token) => (Put::Says(format!("button {token}")), pressed(token)),
            Self::Says(text) => (Put::Says(text.clone()), Input::Text(text.clone())),
            Self::Shares { phone, name, own } => {
                let sign = if *own { "contact" } else { "contact-foreign" };
                let input = Input::Contact { phone: phone.clone(), name: name.clone(), own: *own };
                (Put::Says(format!("{sign} {phone} {name}").trim_end().to_owned()), input)
            }
            Self::Sends(kind) => (Put::Says(format!("({kind})")), sent(kind)),
            Self::Starts => (Put::Says("/start".to_owned()), Input::Start { payload: None }),
            Self::Replies(reply) => {
                let call = world.awaited()?;
                (Put::Reply, Input::Returned { run: call.run.clone(), seq: call.seq, reply: reply.clone() })
            }
            Self::Signals(signal, values) => {
                let about = world.listens_about(program, signal)?;
                let input = Input::Signal { signal: signal.clone(), about, values: values.clone() };
                (Put::Signal, input)
            }
            Self::Again => {
                let last = world.last()?;
                (again(program, world, &last.put, &last.input), last.input.clone())
            }
            Self::Stray(input) => (Put::Unwritten, input.clone()),
            Self::Waits(_) => return None,
        })
    }
}

fn sent(kind: &str) -> Input {
    match kind {
        "photo" | "file" => Input::Attachment { kind: kind.to_owned() },
        _ => Input::Unsupported { kind: kind.to_owned() },
    }
}

fn again(program: &Program, world: &World, put: &Put, input: &Input) -> Put {
    let old = |label: &Words| Put::Old(label.clone());
    match (put, input) {
        (Put::Press(label) | Put::Old(label), _) => old(label),
        (Put::Says(text), _) => Put::Says(text.clone()),
        (Put::Signal, input) if is_heard(program, world, input) => Put::Signal,
        (Put::Later | Put::Reply | Put::Signal | Put::Unwritten, _) => Put::Unwritten,
    }
}

/// Whether it is a signal that somebody waits for.
pub(super) fn is_heard(program: &Program, world: &World, input: &Input) -> bool {
    let Input::Signal { signal, about, .. } = input else { return false };
    listener(program, &world.state, signal, about.as_deref()).is_some()
}
