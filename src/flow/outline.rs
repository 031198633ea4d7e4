//! A flow as a drawing sees it: its steps, and what leads from each to where.
//!
//! The only place outside of the engine that looks at every kind of step.

use chrono::TimeDelta;

use super::{
    model::{
        ANSWER, Answer, Ask, Awaited, Does, Edges, Ending, Flow, Form, Question, SIGNAL, Sited, Step, TIMEOUT, Target,
    },
    program::Program,
};
use crate::fault::{Fix, nearest};

mod given;

pub use given::Given;

/// A flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Its name.
    pub name: String,
    /// Its file, relative to the content directory.
    pub file: String,
    /// What it takes: names, and how their types are called.
    pub args: Vec<(String, &'static str)>,
    /// How it may end.
    pub outcomes: Vec<String>,
    /// When it is given up.
    pub expires: Option<TimeDelta>,
    /// Its steps, in the order of the file.
    pub steps: Vec<Part>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// What it does.
    pub kind: Kind,
    /// What it does that with: an answer's type, an action, a subflow, a duration, an outcome.
    pub with: String,
    /// What a form asks, in its order.
    pub questions: Vec<Asked>,
    /// Where it may lead, in the order in which people see it.
    pub ways: Vec<Way>,
}

/// A question of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub id: String,
    /// The type of its answer.
    pub with: &'static str,
    /// It is asked only where this holds.
    pub when: Option<String>,
    /// It may be left out.
    pub optional: bool,
}

/// What a step does, as its file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Says something.
    Say,
    /// Asks something.
    Ask,
    /// Asks several things in a row.
    Form,
    /// Asks an action.
    Call,
    /// Goes one way or another.
    Branch,
    /// Sleeps.
    Wait,
    /// Runs a subflow.
    Run,
    /// Sets values.
    Set,
    /// Ends the flow.
    End,
}

/// A way from a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What leads there.
    pub why: Why,
    /// Where.
    pub to: To,
}

/// What leads on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no other way.
    On,
    /// An option or a button, by the key of its label.
    Pressed(String),
    /// Any other answer.
    Answer,
    /// An outcome of an action or of a subflow.
    Outcome(String),
    /// A condition.
    If(String),
    /// No condition holds.
    Otherwise,
    /// So many answers were not understood.
    GaveUp(u16),
    /// Nobody answered for so long.
    Timeout(TimeDelta),
    /// So much time has passed.
    Later(TimeDelta),
    /// This signal came.
    Signal(String),
}

/// Where a way leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// To a step, by its number.
    Step(usize),
    /// Out of the flow, with this outcome.
    End(String),
    /// Out of everything that is going on.
    All,
}

impl Outline {
    /// The subflows that its steps run, in their order.
    pub fn runs(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter(|step| step.kind == Kind::Run).map(|step| step.with.as_str())
    }
}

impl Kind {
    /// The word for it in a flow's file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Say => "say",
            Self::Ask => "ask",
            Self::Form => "form",
            Self::Call => "call",
            Self::Branch => "branch",
            Self::Wait => "wait",
            Self::Run => "run",
            Self::Set => "set",
            Self::End => "end",
        }
    }
}

impl Why {
    /// Whether time leads there, not a person.
    #[must_use]
    pub const fn is_timer(&self) -> bool {
        matches!(self, Self::Timeout(_) | Self::Later(_))
    }
}

impl Program {
    /// The flows' names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.flows().map(|flow| flow.name.as_str())
    }

    /// A flow's outline.
    ///
    /// # Errors
    /// There is no such flow; says which may have been meant.
    pub fn outline(&self, name: &str) -> Result<Outline, String> {
        self.current(name).map(outline).ok_or_else(|| self.missing(name))
    }

    /// That there is no such flow, and which may have been meant.
    pub(super) fn missing(&self, name: &str) -> String {
        let names: Vec<_> = self.names().map(str::to_owned).collect();
        let meant = match nearest(name, &names) {
            Some(Fix::Rename { to, .. }) => format!("did you mean `{to}`?"),
            _ => format!("there are {}", names.join(", ")),
        };
        format!("there is no flow `{name}`: {meant}")
    }
}

fn outline(flow: &Flow) -> Outline {
    Outline {
        name: flow.name.clone(),
        file: flow.file.clone(),
        args: flow.args.iter().map(|(name, kind)| (name.clone(), kind.of.name())).collect(),
        outcomes: flow.outcomes.clone(),
        expires: flow.expires,
        steps: flow.steps.iter().map(part).collect(),
    }
}

fn part(step: &Step) -> Part {
    let (kind, with, ways) = match &step.does {
        Does::Say { next, .. } => (Kind::Say, String::new(), vec![on(next)]),
        Does::Ask(ask) => (Kind::Ask, answer(&ask.answer).to_owned(), asked(ask)),
        Does::Form(form) => (Kind::Form, String::new(), filled(form)),
        Does::Call { action, next, .. } => {
            let signature = action.signature();
            let order = signature.outcomes.iter().map(|outcome| outcome.name);
            (Kind::Call, signature.name.to_owned(), outcomes(next, order))
        }
        Does::Branch { arms } => (Kind::Branch, String::new(), arms.iter().map(|(when, to)| arm(when, to)).collect()),
        Does::Sleep { lasts, next } => (Kind::Wait, String::new(), vec![Way { why: Why::Later(*lasts), to: to(next) }]),
        Does::Await(awaited) => (Kind::Wait, awaited.signal.clone(), awaited_ways(awaited)),
        Does::Run { flow, next, .. } => (Kind::Run, flow.clone(), outcomes(next, next.keys().map(String::as_str))),
        Does::Set { values, next } => {
            let values: Vec<_> = values.iter().map(|(name, sited)| format!("{name} = {}", sited.expr)).collect();
            (Kind::Set, values.join(", "), vec![on(next)])
        }
        Does::End(ending) => {
            let with = if let Ending::Outcome(outcome) = ending { outcome.clone() } else { "all".to_owned() };
            (Kind::End, with, Vec::new())
        }
    };
    let questions =
        if let Does::Form(form) = &step.does { form.questions.iter().map(question).collect() } else { Vec::new() };
    Part { name: step.name.clone(), line: step.place.line, kind, with, questions, ways }
}

const fn answer(answer: &Answer) -> &'static str {
    match answer {
        Answer::Choice { .. } => "choice",
        Answer::Choices { .. } => "choices",
        Answer::Text { .. } => "text",
        Answer::Number { .. } => "number",
        Answer::Digits { .. } => "digits",
        Answer::Scale { .. } => "scale",
        Answer::Date => "date",
        Answer::Phone => "phone",
        Answer::Contact { .. } => "contact",
        Answer::Attachment => "attachment",
    }
}

fn asked(ask: &Ask) -> Vec<Way> {
    let of: &[String] = if let Answer::Choice { of, .. } = &ask.answer { of } else { &[] };
    let options = of.iter().map(|option| (option, format!("{}.o-{option}", ask.key)));
    let buttons = ask.buttons.iter().map(|button| (button, format!("{}.b-{button}", ask.key)));
    let pressed = |(name, label): (&String, String)| {
        let target = ask.next.get(name)?;
        Some(Way { why: Why::Pressed(label), to: to(target) })
    };
    let mut ways: Vec<_> = options.filter_map(pressed).collect();
    if let Some(target) = ask.next.get(ANSWER) {
        let why = if ask.next.len() == 1 { Why::On } else { Why::Answer };
        ways.push(Way { why, to: to(target) });
    }
    ways.extend(buttons.filter_map(pressed));
    ways.extend(gave_up(ask));
    ways.extend(timeout(ask));
    ways
}

fn question(question: &Question) -> Asked {
    Asked {
        id: question.id.clone(),
        with: answer(&question.ask.answer),
        when: question.when.as_ref().map(|when| when.expr.to_string()),
        optional: question.optional,
    }
}

/// The end of a form, and the ways that leave it early.
fn filled(form: &Form) -> Vec<Way> {
    let mut ways = vec![on(&form.next)];
    for question in &form.questions {
        let stop =
            question.stop.iter().map(|(when, target)| Way { why: Why::If(when.expr.to_string()), to: to(target) });
        ways.extend(stop.chain(gave_up(&question.ask)));
    }
    ways.extend(form.questions.first().and_then(|first| timeout(&first.ask)));
    ways
}

fn gave_up(ask: &Ask) -> Option<Way> {
    ask.give_up.as_ref().map(|target| Way { why: Why::GaveUp(ask.attempts), to: to(target) })
}

fn timeout(ask: &Ask) -> Option<Way> {
    ask.timeout.as_ref().map(|(after, target)| Way { why: Why::Timeout(*after), to: to(target) })
}

fn outcomes<'o>(next: &Edges, order: impl Iterator<Item = &'o str>) -> Vec<Way> {
    let way = |outcome: &str| Some(Way { why: Why::Outcome(outcome.to_owned()), to: to(next.get(outcome)?) });
    order.filter_map(way).collect()
}

fn awaited_ways(awaited: &Awaited) -> Vec<Way> {
    let came = awaited.next.get(SIGNAL).map(|next| Way { why: Why::Signal(awaited.signal.clone()), to: to(next) });
    let over = awaited.lasts.zip(awaited.next.get(TIMEOUT));
    came.into_iter().chain(over.map(|(lasts, next)| Way { why: Why::Later(lasts), to: to(next) })).collect()
}

fn arm(when: &Option<Sited>, target: &Target) -> Way {
    let why = when.as_ref().map_or(Why::Otherwise, |when| Why::If(when.expr.to_string()));
    Way { why, to: to(target) }
}

fn on(next: &Target) -> Way {
    Way { why: Why::On, to: to(next) }
}

fn to(target: &Target) -> To {
    match target {
        Target::Step(i) => To::Step(*i),
        Target::End(Ending::Outcome(outcome)) => To::End(outcome.clone()),
        Target::End(Ending::All) => To::All,
    }
}

#[cfg(test)]
mod tests;
