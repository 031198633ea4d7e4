//! Things that may happen to a conversation, told by what they are there and not by ids: the same again elsewhere.

use super::world::World;
use crate::{
    flow::{Alarm, Input, Reply, chat::Put},
    message::Words,
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
    pub fn input(&self, world: &World) -> Option<(Put, Input)> {
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
            Self::Shares { phone, own } => {
                let sign = if *own { "contact" } else { "contact-foreign" };
                let input = Input::Contact { phone: phone.clone(), own: *own };
                (Put::Says(format!("{sign} {phone}")), input)
            }
            Self::Sends(kind) => (Put::Says(format!("({kind})")), sent(kind)),
            Self::Starts => (Put::Says("/start".to_owned()), Input::Start { payload: None }),
            Self::Replies(reply) => {
                let call = world.awaited()?;
                (Put::Reply, Input::Returned { run: call.run.clone(), seq: call.seq, reply: reply.clone() })
            }
            Self::Again => {
                let last = world.last()?;
                (again(&last.put), last.input.clone())
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

fn again(put: &Put) -> Put {
    let old = |label: &Words| Put::Old(label.clone());
    match put {
        Put::Press(label) | Put::Old(label) => old(label),
        Put::Says(text) => Put::Says(text.clone()),
        Put::Later | Put::Reply | Put::Unwritten => Put::Unwritten,
    }
}
