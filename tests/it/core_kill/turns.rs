//! Turns of every kind: what comes before each, and what sets it off.

use chrono::TimeDelta;
use provodnik::demo::SeedPerson;
use serde_json::{Value, json};

use crate::world::{Intake, Phone, Setup, World, seeded};

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
}

impl Turn {
    pub const ALL: [Self; 12] = [
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
    ];

    pub fn setup(self) -> Setup {
        // What a hook refuses is brought again after a second, as the hook asks for: once is enough.
        let intake = if self == Self::Start { Intake::Brought } else { Intake::Asked };
        // Two kinds of digits: ours, and those that only the provider tells.
        Setup { intake, smsru_first: self == Self::SistersQuestion, ..Setup::default() }
    }

    /// Everybody who takes part is brought to where they stand before the turn.
    pub async fn prepare<'w>(self, world: &'w World, people: &[SeedPerson]) -> Vec<Phone<'w>> {
        let code = |first| seeded(people, first);
        let phone = match self {
            Self::Start => world.telegram("Артём").await,
            Self::Answer => world.signed_in("vk", "Артём", &code("Артём")).await,
            Self::SignIn => {
                let phone = world.telegram("Артём").await;
                phone.starts().await;
                phone
            }
            Self::Ring => {
                let phone = world.signed_in("vk", "Артём", &code("Артём")).await;
                phone.says(NUMBER).await;
                phone
            }
            Self::RightDigits | Self::WrongDigits | Self::Reminder | Self::Block => {
                let phone = world.signed_in("telegram", "Артём", &code("Артём")).await;
                phone.is_rung(NUMBER, Some("Мой")).await;
                phone
            }
            Self::Switch | Self::SistersQuestion => {
                let family = world.signed_in("vk", "Соколовы", &code("Алина")).await;
                family.says(NUMBER).await;
                family.says("кто сейчас").await;
                family.presses("Добавить ученика").await;
                family.says(&code("Вера")).await;
                if self == Self::Switch {
                    family.presses("Позже").await;
                    family.says("кто сейчас").await;
                }
                family
            }
            Self::Batch | Self::Alone => {
                let second = world.signed_in("telegram", "Вера", &code("Вера")).await;
                let third = world.telegram("Марк").await;
                third.starts().await;
                return vec![world.telegram("Артём").await, second, third];
            }
        };
        vec![phone]
    }

    /// Sets it off. What comes of it, comes as the machine is stepped.
    pub async fn begin(self, world: &World, people: &[SeedPerson], phones: &[Phone<'_>], rang: Option<&str>) {
        let says = |text: &str| ("say", json!({"text": text}));
        let presses = |label: &str| ("press", json!({"label": label}));
        let (what, body) = match self {
            Self::Start => ("start", json!({})),
            Self::Answer => says(NUMBER),
            Self::SignIn => says(&seeded(people, "Артём")),
            Self::Ring => presses("Мой"),
            Self::RightDigits => says(rang.unwrap()),
            Self::WrongDigits => {
                let right: u16 = rang.unwrap().parse().unwrap();
                says(&format!("{:04}", (right + 1) % 10_000))
            }
            Self::Reminder => return world.clock.advance(TimeDelta::seconds(91)),
            Self::Switch => presses("Алина"),
            Self::SistersQuestion => {
                let asks = |bubble: &&Value| bubble["text"].as_str().unwrap().contains("Чей это телефон");
                let bubble = phones[0].chat().await.iter().rfind(asks).unwrap()["id"].clone();
                ("press", json!({"bubble": bubble, "label": "Мой"}))
            }
            Self::Block => ("block", json!({})),
            Self::Batch | Self::Alone => {
                phones[0].does("start", json!({})).await;
                phones[1].does("say", json!({"text": NUMBER})).await;
                phones[2].does("say", json!({"text": seeded(people, "Марк")})).await;
                return world.takes_one_batch().await;
            }
        };
        phones[0].does(what, body).await;
    }
}
