//! The providers that place calls, and the ladder of them.
//!
//! A provider's answer is one of three: it [took the call](Answer::Started), it [refused](Answer::Refused), or
//! [nobody knows](Answer::Unanswered). Only a refusal lets the next rung try: a call that may have been placed is never
//! placed again by ourselves.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Code, Phone};

mod breaker;
mod http;
mod ladder;
pub mod sandbox;
pub mod smsru;
pub mod ucaller;

pub use ladder::{Dialled, Dialler};

/// A call to be placed.
#[derive(Clone, Copy, Debug)]
pub struct Order<'o> {
    /// To whom.
    pub phone: &'o Phone,
    /// Our code, for providers that let us choose.
    pub code: &'o Code,
    /// The attempt's id: the provider charges it once.
    pub idempotency: Uuid,
}

/// What a provider said to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It took the call. That is not yet a call that rang, and never a verification.
    Started(Started),
    /// No call is placed.
    Refused(About),
    /// No answer, or none that can be understood: a call may have been placed.
    Unanswered,
}

/// A call that a provider took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The provider's id of the call; longer than 32 bits, so a string.
    pub reference: Option<String>,
    /// The digits that the person will see. `None`: the provider made them and its answer does not say them legibly.
    pub code: Option<Code>,
    /// What it cost, in kopecks.
    pub cost: Option<i64>,
}

/// What a refusal is about: it decides whether the next rung is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Our account: no money, wrong key. The next rung is tried, and this one rests.
    Us,
    /// The number: no provider will ring it. The ladder stops.
    Number,
    /// Something else, or nothing said. The next rung is tried.
    Unknown,
}

/// What became of a call that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not known yet.
    Pending,
    /// It rang.
    Placed,
    /// It did not reach the phone.
    NotConnected,
    /// The provider cannot say, or we do not understand it.
    Unknown,
}

/// A reverse call: the person calls a number that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverse {
    /// The number to call, digits only.
    pub number_to_call: String,
    /// The provider's id.
    pub reference: String,
    /// Until when the number listens.
    pub expires: DateTime<Utc>,
}

/// How a reverse call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reversed {
    /// Nobody called yet.
    Waiting,
    /// The person called from the phone in question.
    Confirmed,
    /// The number listens no more.
    Expired,
    /// The provider cannot say, or we do not understand it.
    Unknown,
}

/// How long a provider's reverse number listens.
pub const REVERSE_LIVES: TimeDelta = TimeDelta::minutes(5);

/// A provider.
#[derive(Debug)]
pub enum Provider {
    /// SMS.RU
    SmsRu(smsru::SmsRu),
    /// uCaller, and whatever speaks its language: the sandbox.
    Ucaller(ucaller::Ucaller),
}

impl Provider {
    /// Its name in `AUTODIAL`, in rows and in metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::SmsRu(_) => "smsru",
            Self::Ucaller(ucaller) => ucaller.name(),
        }
    }

    /// Whether it rings with a code of our choice: then a call without an answer can still be proved.
    #[must_use]
    pub fn takes_our_code(&self) -> bool {
        matches!(self, Self::Ucaller(_))
    }

    /// Places a call. Whoever calls this sets the deadline.
    pub async fn start(&self, order: Order<'_>) -> Answer {
        match self {
            Self::SmsRu(smsru) => smsru.start(order).await,
            Self::Ucaller(ucaller) => ucaller.start(order).await,
        }
    }

    /// What became of a call. SMS.RU never says.
    pub async fn outcome(&self, reference: &str) -> Outcome {
        match self {
            Self::SmsRu(_) => Outcome::Unknown,
            Self::Ucaller(ucaller) => ucaller.outcome(reference).await,
        }
    }
}
