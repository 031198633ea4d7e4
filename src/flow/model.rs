//! A checked flow: every target, outcome and argument in it is known to exist.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::TimeDelta;

use super::{
    action::{Action, Type},
    expr::Expr,
    shape::Shape,
};
use crate::fault::Place;

/// One flow in one version.
#[derive(Debug)]
pub struct Flow {
    pub(crate) name: String,
    pub(crate) hash: String,
    pub(crate) source: String,
    pub(crate) file: String,
    pub(crate) place: Place,
    /// Still being written: nothing live begins it.
    pub(crate) draft: bool,
    pub(crate) args: BTreeMap<String, Kind>,
    /// What a button outside of a conversation may begin it with; `None`: nothing may.
    pub(crate) entry: Option<Entry>,
    pub(crate) outcomes: Vec<String>,
    pub(crate) expires: Option<TimeDelta>,
    /// Whether runs that are under way go on with this logic where they can.
    pub(crate) migrates: bool,
    /// What steps, questions and values were called before: old name → new name.
    pub(crate) renamed: BTreeMap<String, String>,
    pub(crate) steps: Vec<Step>,
    pub(crate) index: HashMap<String, usize>,
    /// Names whose values are personal: they never get into a text.
    pub(crate) private: BTreeSet<String>,
    /// The versions of its subflows.
    pub(crate) subs: BTreeMap<String, String>,
}

/// A way into a flow by a button of a reminder or a broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The one argument that the button fills.
    pub(crate) arg: Option<String>,
}

/// The type of a named value, and whether it is personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub(crate) of: Type,
    pub(crate) private: bool,
}

/// One step.
#[derive(Debug)]
pub struct Step {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) does: Does,
}

/// An expression and where it stands.
#[derive(Debug)]
pub(crate) struct Sited {
    pub expr: Expr,
    pub place: Place,
    /// As it is written.
    pub source: String,
}

/// Edges by the name of an option, a button or an outcome.
pub type Edges = BTreeMap<String, Target>;

/// What a step does.
#[derive(Debug)]
pub(crate) enum Does {
    Say { key: String, picture: Option<Pictured>, next: Target },
    Ask(Box<Ask>),
    Form(Box<Form>),
    Call { action: Action, with: Vec<(String, Sited)>, save: Option<String>, next: Edges },
    Branch { arms: Vec<(Option<Sited>, Target)> },
    Sleep { lasts: TimeDelta, next: Target },
    Await(Box<Awaited>),
    Run { flow: String, with: Vec<(String, Sited)>, next: Edges },
    Set { values: Vec<(String, Sited)>, next: Target },
    End(Ending),
}

/// A signal that is waited for: something that happens elsewhere.
#[derive(Debug)]
pub(crate) struct Awaited {
    pub signal: String,
    /// Only a signal about this.
    pub about: Option<Sited>,
    /// What it must bring.
    pub gives: Vec<(String, Type)>,
    /// The record that keeps that.
    pub save: Option<String>,
    /// How long it is waited for; without it until the run expires.
    pub lasts: Option<TimeDelta>,
    /// [`SIGNAL`] and, with `lasts`, [`TIMEOUT`].
    pub next: Edges,
}

/// The edge of a signal that came.
pub(crate) const SIGNAL: &str = "signal";
/// The edge of one that did not.
pub(crate) const TIMEOUT: &str = "timeout";

/// Where an edge leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a step, by its number.
    Step(usize),
    /// Out of the flow.
    End(Ending),
}

/// How a flow ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a declared outcome.
    Outcome(String),
    /// With everything else that is going on: the conversation begins afresh.
    All,
}

/// The name of a picture, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Pictured {
    pub name: String,
    pub place: Place,
}

/// A question.
#[derive(Debug)]
pub(crate) struct Ask {
    /// The text's id: `<flow>-<step>`.
    pub key: String,
    pub answer: Answer,
    /// Beside the answer, each an edge of its own.
    pub buttons: Vec<String>,
    /// What is shown with it.
    pub picture: Option<Pictured>,
    /// A button that opens the mini app.
    pub app: Option<AppButton>,
    pub private: bool,
    /// Wrong answers until help comes.
    pub attempts: u16,
    /// Where to go instead of help.
    pub give_up: Option<Target>,
    /// The text for a wrong answer, where it is not `.invalid`.
    pub invalid: Option<String>,
    /// What the reminders' texts are attributes of: the question's own text, or that of the form.
    pub nudges: String,
    pub remind: Vec<TimeDelta>,
    pub timeout: Option<(TimeDelta, Target)>,
    /// Whether commands work here.
    pub interrupt: bool,
    pub next: Edges,
}

/// Several questions in a row, which one may go back in.
#[derive(Debug)]
pub(crate) struct Form {
    /// Says at each question which one of how many it is.
    pub progress: bool,
    /// A button leads back to the question before.
    pub back: bool,
    /// Shows all answers before they count.
    pub review: Option<Ask>,
    pub questions: Vec<Question>,
    pub next: Target,
}

/// A question of a form.
#[derive(Debug)]
pub(crate) struct Question {
    /// The name of its answer.
    pub id: String,
    pub place: Place,
    pub ask: Ask,
    /// Asked only where this holds, whatever was answered before.
    pub when: Option<Sited>,
    /// May be left out.
    pub optional: bool,
    /// Asks whether the answer is right.
    pub confirm: Option<Ask>,
    /// Where to go at once if this holds after the answer.
    pub stop: Option<(Sited, Target)>,
}

/// A button that opens the mini app: no answer, so it has no edge.
#[derive(Debug)]
pub(crate) struct AppButton {
    /// Its label: `.b-<name>`.
    pub name: String,
    /// Whom it is shown to; `None`: everybody.
    pub when: Option<Sited>,
}

/// The edge of an answer that has none of its own.
pub(crate) const ANSWER: &str = "answer";

/// What is taken for an answer.
#[derive(Debug)]
pub(crate) enum Answer {
    Choice {
        of: Vec<String>,
        options: Option<Sited>,
    },
    /// Several of these, `min` to `max` of them.
    Choices {
        of: Vec<String>,
        min: usize,
        max: usize,
    },
    Text {
        min: usize,
        max: usize,
    },
    Number {
        min: i64,
        max: i64,
    },
    Digits {
        length: usize,
    },
    Scale {
        from: i64,
        to: i64,
    },
    Date,
    Phone,
    Contact {
        whose: Whose,
    },
    Attachment,
}

/// Whose contact is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Any,
    Own,
    Other,
}

impl Answer {
    /// The type of the answer's value.
    pub(crate) const fn kind(&self) -> Type {
        match self {
            Self::Number { .. } | Self::Scale { .. } => Type::Number,
            Self::Choices { .. } => Type::List,
            Self::Contact { .. } => Type::Shape(Shape::Contact),
            _ => Type::Text,
        }
    }

    /// Whether it is personal even where the flow does not say so.
    pub(crate) const fn is_personal(&self) -> bool {
        matches!(self, Self::Phone | Self::Contact { .. })
    }

    /// Whether the button that shares one's own contact answers it.
    pub(crate) const fn wants_own_contact(&self) -> bool {
        matches!(self, Self::Phone | Self::Contact { whose: Whose::Any | Whose::Own })
    }
}

/// Commands and defaults of all flows: `_global.yaml`.
#[derive(Debug, Default)]
pub struct Global {
    pub(crate) file: String,
    pub(crate) place: Option<Place>,
    pub(crate) start: String,
    pub(crate) commands: BTreeMap<String, Command>,
    pub(crate) stuck: Vec<String>,
}

/// What a command begins.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub flow: String,
    /// Questions that are open are given up first.
    pub replaces: bool,
}

impl Flow {
    /// The way in by a button outside of a conversation; a draft's is not open yet.
    pub(crate) fn way_in(&self) -> Option<&Entry> {
        self.entry.as_ref().filter(|_| !self.draft)
    }

    /// A step by its name.
    pub(crate) fn step(&self, name: &str) -> Option<&Step> {
        self.steps.get(*self.index.get(name)?)
    }
}
