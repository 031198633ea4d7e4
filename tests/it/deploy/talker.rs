//! Somebody in the middle of a conversation, who reads what was asked last and answers that.

use serde_json::{Value, json};

use super::content::{MOVES, STAYS, Season};
use crate::world::Phone;

/// A place where a conversation may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    Name,
    Grade,
    Hobby,
    Confirm,
    Wish,
    Review,
    Phone,
    /// A call outside has no answer yet.
    Pending,
    Asleep,
    /// In a subflow.
    Round,
    Bye,
    /// Asked whether to stop, over a question.
    Interrupted,
    /// Another flow begun over a question.
    Stacked,
}

impl Spot {
    /// Those beyond the night.
    pub const LATE: [Self; 2] = [Self::Round, Self::Bye];
    /// Those before it.
    pub const EARLY: [Self; 10] = [
        Self::Name,
        Self::Grade,
        Self::Hobby,
        Self::Confirm,
        Self::Wish,
        Self::Review,
        Self::Phone,
        Self::Asleep,
        Self::Interrupted,
        Self::Stacked,
    ];

    /// The question that stands open there.
    const fn question(self, began: Season) -> &'static str {
        match self {
            Self::Name if matches!(began, Season::First) => "зовут",
            Self::Name => "прозвище",
            Self::Grade => "оценка?",
            Self::Hobby => "кружок?",
            Self::Confirm => "Записываю",
            Self::Wish | Self::Interrupted | Self::Stacked => "не хватает",
            Self::Review => "Проверь ответы",
            Self::Phone | Self::Pending => "телефон?",
            Self::Asleep => "Увидимся завтра",
            Self::Round => "Нравится?",
            Self::Bye => "Придёшь ещё?",
        }
    }

    /// Whether a conversation that begins in that season ever comes there.
    pub fn exists(self, season: Season) -> bool {
        season < Season::Fewer || !matches!(self, Self::Hobby | Self::Confirm)
    }
}

/// What is asked, whether a press answers it, and what is pressed or said; nothing, where nothing is asked.
type Question = (&'static str, bool, &'static str);

const ANSWERS: &[Question] = &[
    ("зовут", false, "Аня"),
    ("прозвище", false, "Аня"),
    ("оценка?", true, "4"),
    ("кружок?", true, "Спорт"),
    ("Записываю", true, "Да"),
    ("не хватает", false, "Красок"),
    ("Какой город", false, "Казань"),
    ("Проверь ответы", true, "Отправить"),
    ("телефон?", false, "+79161234567"),
    ("Нравится?", true, "Очень"),
    ("Придёшь ещё?", true, "Приду"),
    ("Остановить?", true, "Продолжить"),
    ("Увидимся завтра", false, ""),
    ("Спасибо за разговор", false, ""),
];

/// What somebody does after a deploy.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Answers what was asked, with yesterday's buttons.
    Answer,
    /// Says what answers nothing.
    Mumble,
    /// Sends a picture of a cat.
    Sticker,
    /// Asks for help.
    Help,
    /// Presses a button of the very first question that had any.
    Old,
}

impl Act {
    /// Each in its turn.
    pub const ALL: [Self; 5] = [Self::Answer, Self::Mumble, Self::Sticker, Self::Help, Self::Old];
}

/// A conversation.
pub struct Talker<'w> {
    pub phone: Phone<'w>,
    pub flow: &'static str,
    pub spot: Spot,
    pub began: Season,
    toasts: usize,
}

/// The text of a bubble of the bot.
fn said(bubble: &Value) -> Option<&str> {
    (bubble["from"] == "bot").then(|| bubble["text"].as_str()).flatten()
}

impl<'w> Talker<'w> {
    /// Begins.
    pub async fn new(phone: Phone<'w>, flow: &'static str, spot: Spot, began: Season) -> Self {
        phone.does("say", json!({"text": format!("/{flow}")})).await;
        Self { phone, flow, spot, began, toasts: 0 }
    }

    /// All that the bot has said.
    pub async fn heard(&self) -> Vec<String> {
        self.phone.chat().await.iter().filter_map(said).map(str::to_owned).collect()
    }

    /// What is open: the last thing said that can be answered.
    async fn open(&self) -> Option<&'static Question> {
        let heard = self.heard().await;
        heard.iter().rev().find_map(|said| ANSWERS.iter().find(|(question, ..)| said.contains(question)))
    }

    /// Whether it stands where it should.
    pub async fn stands(&self) -> bool {
        self.is_there(self.open().await)
    }

    fn is_there(&self, open: Option<&Question>) -> bool {
        open.is_some_and(|(question, ..)| *question == self.spot.question(self.began))
    }

    /// Answers what is open, unless it stands where it should; `false`: there is nothing to answer.
    pub async fn approaches(&self) -> bool {
        let open = self.open().await;
        !self.is_there(open) && self.answer(open).await
    }

    /// Answers what is open; `false`: there is nothing to answer.
    pub async fn answers(&self) -> bool {
        self.answer(self.open().await).await
    }

    async fn answer(&self, open: Option<&Question>) -> bool {
        match open {
            None | Some((_, _, "")) => return false,
            Some((_, true, label)) => self.phone.does("press", json!({"label": label})).await,
            Some((_, false, words)) => self.phone.does("say", json!({"text": words})).await,
        };
        true
    }

    /// From the question to what lies over it.
    pub async fn goes_further(&self) {
        let other = if self.flow == MOVES { STAYS } else { MOVES };
        match self.spot {
            Spot::Interrupted => self.phone.does("say", json!({"text": "/cancel"})).await,
            Spot::Stacked => self.phone.does("say", json!({"text": format!("/{other}")})).await,
            Spot::Pending => self.phone.does("say", json!({"text": "+79161234567"})).await,
            _ => return,
        };
    }

    /// Speaks, and looks at what there was before.
    pub async fn speaks(&mut self, act: Act) {
        self.phone.unread().await;
        self.toasts = self.phone.toasts().await;
        match act {
            Act::Answer if self.answers().await => {}
            Act::Old if self.presses_old().await => {}
            Act::Answer | Act::Old | Act::Mumble => {
                drop(self.phone.does("say", json!({"text": "эээ 🙃 не знаю"})).await)
            }
            Act::Sticker => drop(self.phone.does("send_file", json!({"kind": "sticker"})).await),
            Act::Help => drop(self.phone.does("say", json!({"text": "/help"})).await),
        }
    }

    async fn presses_old(&self) -> bool {
        let chat = self.phone.chat().await;
        let button = |bubble: &Value| bubble["buttons"][0]["label"].as_str().map(str::to_owned);
        let Some((bubble, label)) = chat.iter().find_map(|bubble| Some((bubble["id"].clone(), button(bubble)?))) else {
            return false;
        };
        self.phone.does("press", json!({"bubble": bubble, "label": label})).await;
        true
    }

    /// What came of it: something, and not that all was lost.
    pub async fn was_heard(&self) {
        let (new, toasts) = (self.phone.unread().await, self.phone.toasts().await);
        let Self { flow, spot, began, .. } = self;
        assert!(!new.is_empty() || toasts > self.toasts, "{flow} {spot:?} {began:?}: silence");
        assert!(!new.iter().any(|said| said.contains("Бот обновился")), "{flow} {spot:?} {began:?}: {new:?}");
    }
}
