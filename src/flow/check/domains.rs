//! What values a name of a flow may have: by the question that asks for it, by what sets it, else by its type.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    flow::{
        action::Type,
        expr::Expr,
        model::{Answer, Does, Flow},
    },
    limits::units,
    message::Value,
};

/// What a text takes up that comes from elsewhere, where nothing says how long it is; a name or a title is shorter.
const TEXT: usize = 200;
/// A name, a masked phone, a day.
const SHOWN: usize = 64;
/// «15 сентября, 10:00» and a little.
const MOMENT: usize = 20;
/// Lists and whole answers.
const MANY: usize = 300;
/// A number of something counted.
const NUMBER: usize = 6;

/// The values that a name may have.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Domain {
    /// Whole numbers, both ends included.
    Numbers(i64, i64),
    /// One of these texts.
    Options(BTreeSet<String>),
    /// Several of these texts.
    Several(BTreeSet<String>),
    /// A text of at most so many letters.
    Words(usize),
    /// Anything of a type.
    Any(Type),
}

pub(super) type Domains = BTreeMap<String, Domain>;

/// The domain of every name that the flow ever sets.
pub(super) fn of(flow: &Flow) -> Domains {
    let mut domains = Domains::new();
    for (name, kind) in &flow.args {
        add(&mut domains, name, Domain::Any(kind.of));
    }
    for step in &flow.steps {
        match &step.does {
            Does::Ask(ask) => add(&mut domains, &step.name, answered(&ask.answer)),
            Does::Form(form) => {
                form.questions.iter().for_each(|one| add(&mut domains, &one.id, answered(&one.ask.answer)));
                add(&mut domains, &step.name, Domain::Any(Type::Record));
            }
            Does::Call { action, save: Some(save), .. } => {
                for (field, of) in action.signature().outcomes.iter().flat_map(|outcome| outcome.gives) {
                    add(&mut domains, &format!("{save}.{field}"), Domain::Any(*of));
                }
            }
            Does::Await(awaited) => {
                for (field, of) in &awaited.gives {
                    let name = awaited.save.as_ref().map(|save| format!("{save}.{field}"));
                    name.iter().for_each(|name| add(&mut domains, name, Domain::Any(*of)));
                }
            }
            _ => {}
        }
    }
    // What is set from a name has that name's values, whatever the order; a name set from one that is set from one is rare.
    for _ in 0..2 {
        for step in &flow.steps {
            let Does::Set { values, .. } = &step.does else { continue };
            for (name, sited) in values {
                if let Some(domain) = of_expression(&sited.expr, &domains) {
                    add(&mut domains, name, domain);
                }
            }
        }
    }
    domains
}

fn answered(answer: &Answer) -> Domain {
    match answer {
        Answer::Scale { from, to } => Domain::Numbers(*from, *to),
        Answer::Number { min, max } => Domain::Numbers(*min, *max),
        Answer::Choice { of, options: None } => Domain::Options(of.iter().cloned().collect()),
        Answer::Choices { of, .. } => Domain::Several(of.iter().cloned().collect()),
        Answer::Text { max, .. } => Domain::Words(*max),
        Answer::Digits { length } => Domain::Words(*length),
        Answer::Contact { .. } => Domain::Any(answer.kind()),
        Answer::Choice { .. } | Answer::Date | Answer::Phone | Answer::Attachment => Domain::Words(SHOWN),
    }
}

fn of_expression(expr: &Expr, domains: &Domains) -> Option<Domain> {
    match expr {
        Expr::Literal(Value::Number(number)) => Some(Domain::Numbers(*number, *number)),
        Expr::Literal(Value::Text(text)) => Some(Domain::Options(BTreeSet::from([text.clone()]))),
        Expr::Literal(Value::List(_)) => Some(Domain::Any(Type::List)),
        Expr::Name(name) => domains.get(name).cloned(),
        _ => Some(Domain::Any(Type::Flag)),
    }
}

fn add(domains: &mut Domains, name: &str, more: Domain) {
    if let Domain::Any(Type::Shape(shape)) = &more {
        for (field, of) in shape.fields() {
            add(domains, &format!("{name}.{field}"), Domain::Any(*of));
        }
    }
    let known = domains.remove(name);
    domains.insert(name.to_owned(), known.map_or_else(|| more.clone(), |known| known.with(more.clone())));
}

impl Domain {
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Numbers(a, b), Self::Numbers(c, d)) => Self::Numbers(a.min(c), b.max(d)),
            (Self::Options(one), Self::Options(other)) => Self::Options(one.union(&other).cloned().collect()),
            (Self::Several(one), Self::Several(other)) => Self::Several(one.union(&other).cloned().collect()),
            (one, other) if one == other => one,
            (one, other) if one.kind() == Type::Text && other.kind() == Type::Text => {
                Self::Words(one.longest().max(other.longest()))
            }
            (one, _) => Self::Any(one.kind()),
        }
    }

    pub fn kind(&self) -> Type {
        match self {
            Self::Numbers(..) => Type::Number,
            Self::Options(_) | Self::Words(_) => Type::Text,
            Self::Several(_) => Type::List,
            Self::Any(of) => *of,
        }
    }

    /// The longest that a text shows it, in UTF-16 units: as long as it may be, or by the bound of its type.
    pub fn longest(&self) -> usize {
        match self {
            Self::Numbers(min, max) if *min > -1_000_000 && *max < 1_000_000 => {
                min.to_string().len().max(max.to_string().len())
            }
            Self::Numbers(..) | Self::Any(Type::Number) => NUMBER,
            Self::Options(texts) => texts.iter().map(|text| units(text)).max().unwrap_or_default(),
            Self::Words(max) => *max,
            Self::Any(Type::Text) => TEXT,
            Self::Any(Type::Shown) => SHOWN,
            Self::Any(Type::Moment) => MOMENT,
            Self::Any(Type::Flag) => 3,
            Self::Several(_) | Self::Any(_) => MANY,
        }
    }
}

/// The longest that a text shows a value of this type, where nothing else is known of it.
pub(in crate::flow) fn longest_of(of: Type) -> usize {
    Domain::Any(of).longest()
}

/// The longest that the argument of a text may be: whatever it comes from, a name or a field of what a call gave.
pub(super) fn longest(domains: &Domains, argument: &str) -> usize {
    let field = format!(".{argument}");
    let fits = domains.iter().filter(|(name, _)| *name == argument || name.ends_with(&field));
    fits.map(|(_, domain)| domain.longest()).max().unwrap_or(TEXT)
}
