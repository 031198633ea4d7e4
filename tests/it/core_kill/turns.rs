//! Turns of every kind, and what sets each off. Not among them: a group's comings and goings, and sweeps.

use chrono::TimeDelta;
use provodnik::demo::SeedPerson;
use serde_json::{Value, json};

use super::before::Before;
use crate::world::{Intake, Setup, World, seeded};

pub const NUMBER: &str = "+79161234567";

/// What is cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The first `/start`: account, provisional person, conversation.
    Start,
    /// An answer in the middle of a flow.
    Answer,
    /// A code: the run moves from the provisional person, who is merged, to the record.
    SignIn,
    /// A call outside begins, a robot rings, and the call comes back.
    Ring,
    /// The digits that rang are typed and judged.
    RightDigits,
    /// Other digits.
    WrongDigits,
    /// A timer.
    Reminder,
    /// «Кто сейчас»: another profile of the same account.
    Switch,
    /// A button of a question to a sister who is not the current profile.
    SistersQuestion,
    /// Three people in one transaction.
    Batch,
    /// The same three, each tried alone since their batch died at its commit.
    Alone,
    /// A person who blocks the bot.
    Block,
    /// An answer that is typed in the middle of a form.
    FormAnswer,
    /// An option that is ticked: the message itself says something else.
    Tick,
    /// The last answer of a form, with which all of it is kept and a stage closed.
    LastAnswer,
    /// A seat at an event.
    Seat,
    /// The last two, in one transaction.
    LastSeats,
    /// Who came to an event is asked how it was.
    AskVisitors,
    /// A broadcast: one turn fills the outbox for pupils of both messengers and a chat.
    Broadcast,
    /// A code that makes a group the chat of a territory.
    Bind,
    /// The rule of a stage reminds pupils of both messengers.
    StageRule,
    /// What a long queue has carried into the night is put off, and said in the morning.
    Night,
}

impl Turn {
    pub const ALL: [Self; 22] = [
        Self::Start,
        Self::Answer,
        Self::SignIn,
        Self::Ring,
        Self::RightDigits,
        Self::WrongDigits,
        Self::Reminder,
        Self::Switch,
        Self::SistersQuestion,
        Self::Batch,
        Self::Alone,
        Self::Block,
        Self::FormAnswer,
        Self::Tick,
        Self::LastAnswer,
        Self::Seat,
        Self::LastSeats,
        Self::AskVisitors,
        Self::Broadcast,
        Self::Bind,
        Self::StageRule,
        Self::Night,
    ];

    pub fn setup(self) -> Setup {
        // What a hook refuses is brought again after a second, as the hook asks for: once is enough.
        let intake = if self == Self::Start { Intake::Brought } else { Intake::Asked };
        // Two kinds of digits: ours, and those that only the provider tells.
        Setup { intake, smsru_first: self == Self::SistersQuestion, ..Setup::default() }
    }

    /// Sets it off. What comes of it, comes as the machine is stepped.
    pub async fn begin(self, world: &World, people: &[SeedPerson], before: &Before) {
        let phone = |place: usize| world.phone(before.phones[place]);
        let says = |text: &str| ("say", json!({"text": text}));
        let presses = |label: &str| ("press", json!({"label": label}));
        let (what, body) = match self {
            Self::Start => ("start", json!({})),
            Self::Answer => says(NUMBER),
            Self::SignIn => says(&seeded(people, "Артём")),
            Self::Ring => presses("Мой"),
            Self::RightDigits => says(before.said.as_ref().unwrap()),
            Self::WrongDigits => {
                let right: u16 = before.said.as_ref().unwrap().parse().unwrap();
                says(&format!("{:04}", (right + 1) % 10_000))
            }
            Self::Reminder => return world.clock.advance(TimeDelta::seconds(91)),
            Self::AskVisitors | Self::StageRule | Self::Night => return world.clock.advance(TimeDelta::seconds(1)),
            Self::Switch => presses("Алина"),
            Self::SistersQuestion => {
                let asks = |bubble: &&Value| bubble["text"].as_str().unwrap().contains("Чей это телефон");
                let bubble = phone(0).chat().await.iter().rfind(asks).unwrap()["id"].clone();
                ("press", json!({"bubble": bubble, "label": "Мой"}))
            }
            Self::Block => ("block", json!({})),
            Self::FormAnswer => says("5"),
            Self::Tick => presses("☐ Наставник"),
            Self::LastAnswer => says("Хочу ещё паять"),
            Self::Seat => presses("Записаться"),
            Self::Broadcast => presses("Отправить"),
            Self::Bind => {
                let group = world.group_chat(before.group.unwrap());
                let text = group.command(&format!("chat {}", before.said.as_ref().unwrap()));
                group.does("say", json!({"text": text, "person": before.phones[0]})).await;
                return;
            }
            Self::LastSeats => {
                phone(1).does("press", json!({"label": "Записаться"})).await;
                phone(2).does("press", json!({"label": "Записаться"})).await;
                return world.takes_one_batch().await;
            }
            Self::Batch | Self::Alone => {
                phone(0).does("start", json!({})).await;
                phone(1).does("say", json!({"text": NUMBER})).await;
                phone(2).does("say", json!({"text": seeded(people, "Марк")})).await;
                return world.takes_one_batch().await;
            }
        };
        phone(0).does(what, body).await;
    }

    /// How much later it is over, if not at once.
    pub fn lasts(self) -> Option<TimeDelta> {
        match self {
            Self::Night => Some(TimeDelta::hours(12)),
            // The minute in which it can be undone.
            Self::Broadcast => Some(TimeDelta::seconds(60)),
            _ => None,
        }
    }
}
