//! Is every value set, of the right type, and kept out of texts when it is personal?

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    conditions,
    domains::{self, Domains},
    texts::{is_alt, spoken},
};
use crate::{
    fault::{Fault, Kind as What, Phrase, Place, nearest},
    flow::{
        action::Type,
        expr::{self, Expr, Known, type_name},
        model::{Answer, Ask, Awaited, Does, Flow, Form, Kind, SIGNAL, Sited, Step, Target},
        shape::Shape,
    },
    locale::{Locales, usual_key},
};

type Names = BTreeSet<String>;

/// Why a text's argument does not do: of the text, the step and the argument.
type Why = fn(String, String, String) -> What;

pub(in crate::flow) fn check(flow: &Flow, flows: &[Arc<Flow>], locales: &Locales) -> Vec<Fault> {
    let mut judge =
        Judge { flow, kinds: BTreeMap::new(), domains: domains::of(flow), later: Names::new(), faults: Vec::new() };
    judge.collect();
    let set = surely_set(flow);
    for (step, set) in flow.steps.iter().zip(&set) {
        if let Some(set) = set {
            judge.step(step, set, flows);
            judge.texts(step, set, locales);
        }
    }
    judge.faults
}

struct Judge<'j> {
    flow: &'j Flow,
    /// Every name that some step sets: `name` or `record.field`.
    kinds: BTreeMap<String, Kind>,
    domains: Domains,
    /// Within a form: the questions that come after the condition that is looked at.
    later: Names,
    faults: Vec<Fault>,
}

impl Judge<'_> {
    fn collect(&mut self) {
        for (name, kind) in &self.flow.args {
            self.kinds.insert(name.clone(), *kind);
        }
        for step in &self.flow.steps {
            for (name, of) in given(step) {
                self.add(step.place, name, of);
            }
        }
        // A value may be set from one that a later step sets: twice round is enough for real flows, and a third for safety.
        for _ in 0..3 {
            for step in &self.flow.steps {
                let Does::Set { values, .. } = &step.does else { continue };
                for (name, sited) in values {
                    if let Ok(kind) = expr::kind(&sited.expr, &|name| self.ever(name)) {
                        self.add(sited.place, name.clone(), kind.of);
                    }
                }
            }
        }
    }

    fn add(&mut self, place: Place, name: String, of: Type) {
        let private = self.flow.private.contains(&name);
        let other = self.kind_of(&name);
        let before = other.unwrap_or_else(|| *self.kinds.entry(name.clone()).or_insert(Kind { of, private }));
        if before.of != of {
            self.fault(place, What::TwoTypes { name, here: type_name(of), elsewhere: type_name(before.of) });
        }
    }

    fn ever(&self, name: &str) -> Known {
        self.kind_of(name).map_or(Known::Never, Known::Surely)
    }

    fn known(&self, name: &str, set: &Names) -> Known {
        match self.kind_of(name) {
            None => Known::Never,
            Some(kind) if is_set(name, set) => Known::Surely(kind),
            Some(kind) => Known::Perhaps(kind),
        }
    }

    /// Of a field of a known record too.
    fn kind_of(&self, name: &str) -> Option<Kind> {
        self.kinds.get(name).copied().or_else(|| {
            let (record, field) = name.split_once('.')?;
            let Kind { of: Type::Shape(shape), private } = *self.kinds.get(record)? else { return None };
            Some(Kind { of: shape.field(field)?, private })
        })
    }

    /// Every name that there is, the fields of known records too.
    fn names(&self) -> Vec<String> {
        let fields = self.kinds.iter().flat_map(|(name, kind)| fields_of(name, *kind));
        self.kinds.keys().cloned().chain(fields.map(|(name, _)| name)).collect()
    }

    fn step(&mut self, step: &Step, set: &Names, flows: &[Arc<Flow>]) {
        match &step.does {
            Does::Branch { arms } => {
                let mut above: Option<Expr> = None;
                for sited in arms.iter().filter_map(|(when, _)| when.as_ref()) {
                    if self.condition(sited, set) {
                        self.reached(sited, above.as_ref(), set);
                        let fails = Expr::Not(Box::new(sited.expr.clone()));
                        above = Some(match above {
                            None => fails,
                            Some(above) => Expr::And(Box::new(above), Box::new(fails)),
                        });
                    }
                }
            }
            Does::Set { values, .. } => values.iter().for_each(|(_, sited)| {
                self.kind(sited, set);
            }),
            Does::Call { action, with, .. } => {
                for (name, sited) in with {
                    let wanted = action.signature().args.iter().find(|(arg, _)| arg == name);
                    if let Some((_, of)) = wanted {
                        self.expect(sited, set, *of, name);
                    }
                }
            }
            Does::Run { flow: sub, with, .. } => {
                let Some(sub) = flows.iter().find(|flow| flow.name == *sub) else { return };
                for (name, sited) in with {
                    if let Some(kind) = sub.args.get(name) {
                        self.expect(sited, set, kind.of, name);
                        self.secret(sited, *kind, name);
                    }
                }
            }
            Does::Form(form) => self.form(form, set),
            Does::Await(awaited) => {
                if let Some(about) = &awaited.about {
                    self.expect(about, set, Type::Text, "about");
                }
            }
            Does::Ask(ask) => {
                if let Answer::Choice { options: Some(options), .. } = &ask.answer {
                    self.expect(options, set, Type::Options, "options");
                }
                if let Some(when) = ask.app.as_ref().and_then(|app| app.when.as_ref()) {
                    self.condition(when, set);
                }
            }
            _ => {}
        }
    }

    /// A question's condition may look at what was answered before it; where that was not asked, the condition does not hold.
    fn form(&mut self, form: &Form, set: &Names) {
        let mut before = set.clone();
        self.later = form.questions.iter().map(|question| question.id.clone()).collect();
        for question in &form.questions {
            if let Some(when) = &question.when {
                self.condition(when, &before);
            }
            if let Answer::Choice { options: Some(options), .. } = &question.ask.answer {
                self.expect(options, &before, Type::Options, "options");
            }
            before.insert(question.id.clone());
            self.later.remove(&question.id);
            if let Some((when, _)) = &question.stop {
                self.condition(when, &before);
            }
        }
        self.later.clear();
    }

    /// A condition: of the right type, and neither always nor never true.
    fn condition(&mut self, sited: &Sited, set: &Names) -> bool {
        if self.kind(sited, set).is_none_or(|kind| {
            let fits = kind.of == Type::Flag;
            if !fits {
                self.fault(sited.place, What::NotACondition { found: type_name(kind.of) });
            }
            !fits
        }) {
            return false;
        }
        let impossible = conditions::impossible(&sited.expr, &self.domains);
        let doubtful = !impossible.is_empty();
        for (kind, word, fix) in impossible {
            let place = expr::place_of(sited.place, &sited.source, &word);
            self.faults.push(Fault::new(&self.flow.file, place, kind).fix(fix));
        }
        match conditions::judge(&sited.expr, &self.domains, set).filter(|_| !doubtful) {
            Some(verdict) if !verdict.holds => self.fault(sited.place, What::NeverTrue {}),
            Some(verdict) if !verdict.fails => self.fault(sited.place, What::AlwaysTrue {}),
            _ => return true,
        }
        false
    }

    /// An arm of a branch comes after those that hold before it.
    fn reached(&mut self, sited: &Sited, above: Option<&Expr>, set: &Names) {
        let Some(above) = above else { return };
        let both = Expr::And(Box::new(above.clone()), Box::new(sited.expr.clone()));
        if conditions::judge(&both, &self.domains, set).is_some_and(|verdict| !verdict.holds) {
            self.fault(sited.place, What::ArmNeverReached {});
        }
    }

    fn kind(&mut self, sited: &Sited, set: &Names) -> Option<Kind> {
        match expr::kind(&sited.expr, &|name| self.known(name, set)) {
            Ok(kind) => Some(kind),
            Err(wrongs) => {
                for wrong in wrongs {
                    let (kind, name) = match *wrong.kind {
                        What::MayBeUnset { name } if self.later.contains(&name) => {
                            (What::LaterQuestion { question: name.clone() }, Some(name))
                        }
                        What::MayBeUnset { name } => (What::MayBeUnset { name: name.clone() }, Some(name)),
                        What::NeverSet { name } => (What::NeverSet { name: name.clone() }, Some(name)),
                        kind => (kind, None),
                    };
                    let place = name.as_ref().map(|name| expr::place_of(sited.place, &sited.source, name));
                    let fix = name.filter(|name| self.kind_of(name).is_none());
                    let fix = fix.and_then(|name| nearest(&name, &self.names()));
                    self.faults.push(Fault::new(&self.flow.file, place.unwrap_or(sited.place), kind).fix(fix));
                }
                None
            }
        }
    }

    fn expect(&mut self, sited: &Sited, set: &Names, of: Type, what: &str) {
        if let (Type::Shape(shape), Expr::Name(name)) = (of, &sited.expr)
            && self.kind_of(name).is_none()
            && self
                .kinds
                .keys()
                .any(|known| known.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.')))
        {
            return self.fits_shape(sited, set, name, shape);
        }
        let Some(kind) = self.kind(sited, set) else { return };
        if kind.of != of {
            let (wanted, found): (Phrase, Phrase) = (type_name(of), type_name(kind.of));
            self.fault(sited.place, What::WrongType { name: what.to_owned(), wanted, found });
        }
    }

    /// What calls gave is such a record if it has all that belongs to one.
    fn fits_shape(&mut self, sited: &Sited, set: &Names, name: &str, shape: Shape) {
        let mut missing = Vec::new();
        for (field, of) in shape.fields() {
            let whole = format!("{name}.{field}");
            match self.known(&whole, set) {
                Known::Never => missing.push((*field).to_owned()),
                Known::Perhaps(_) => return self.fault(sited.place, What::MayBeUnset { name: whole }),
                Known::Surely(kind) if kind.of != *of => {
                    let (wanted, found) = (type_name(*of), type_name(kind.of));
                    return self.fault(sited.place, What::WrongType { name: whole, wanted, found });
                }
                Known::Surely(_) => {}
            }
        }
        if !missing.is_empty() {
            let (name, shape) = (name.to_owned(), type_name(Type::Shape(shape)));
            self.fault(sited.place, What::FieldMissing { name, shape, fields: missing });
        }
    }

    fn secret(&mut self, sited: &Sited, kind: Kind, name: &str) {
        let mut names = Vec::new();
        sited.expr.names(&mut names);
        if !kind.private && names.iter().any(|name| self.kind_of(name).is_some_and(|kind| kind.private)) {
            self.fault(sited.place, What::PersonalArgument { argument: name.to_owned() });
        }
    }

    /// Every argument of every text is set where the text is said.
    fn texts(&mut self, step: &Step, set: &Names, locales: &Locales) {
        for text in spoken(self.flow, step).into_iter().filter(|text| !is_alt(&text.key)) {
            for argument in locales.arguments(&text.key) {
                if usual_key(&text.key).unwrap_or(&text.key).ends_with(".option") && argument == "label" {
                    continue;
                }
                if let Some(why) = self.unfit(argument, set) {
                    let kind = why(text.key.clone(), step.name.clone(), argument.clone());
                    self.fault(step.place, kind);
                }
            }
        }
    }

    fn unfit(&self, argument: &str, set: &Names) -> Option<Why> {
        let field = format!(".{argument}");
        let given = self.flow.args.iter().flat_map(|(arg, kind)| fields_of(arg, *kind));
        let known = self.kinds.iter().map(|(name, kind)| (name.clone(), *kind));
        let names: Vec<_> =
            known.chain(given).filter(|(name, _)| *name == argument || name.ends_with(&field)).collect();
        let open: Vec<_> =
            names.iter().filter(|(name, kind)| !kind.private && !self.flow.private.contains(name)).collect();
        if open.iter().any(|(name, _)| is_set(name, set)) {
            None
        } else if names.is_empty() {
            Some(|key, step, argument| What::ArgumentUnknown { key, step, argument })
        } else if open.is_empty() {
            Some(|key, step, argument| What::ArgumentPersonal { key, step, argument })
        } else {
            Some(|key, step, argument| What::ArgumentUnset { key, step, argument })
        }
    }

    fn fault(&mut self, place: Place, kind: What) {
        self.faults.push(Fault::new(&self.flow.file, place, kind));
    }
}

/// Whether a name is set; a record is set as a whole.
fn is_set(name: &str, set: &Names) -> bool {
    set.contains(name) || name.split_once('.').is_some_and(|(record, _)| set.contains(record))
}

/// The fields of a known record, as names.
fn fields_of(name: &str, kind: Kind) -> Vec<(String, Kind)> {
    let Type::Shape(shape) = kind.of else { return Vec::new() };
    shape.fields().iter().map(|(field, of)| (format!("{name}.{field}"), Kind { of: *of, ..kind })).collect()
}

/// What a step may set, with its type; `set` steps aside.
fn given(step: &Step) -> Vec<(String, Type)> {
    match &step.does {
        Does::Ask(ask) => vec![(step.name.clone(), ask.answer.kind())],
        Does::Form(form) => {
            let answers = form.questions.iter().map(|question| (question.id.clone(), question.ask.answer.kind()));
            answers.chain([(step.name.clone(), Type::Record)]).collect()
        }
        Does::Call { action, save: Some(save), .. } => {
            let outcomes = action.signature().outcomes.iter();
            outcomes.flat_map(|outcome| outcome.gives).map(|(field, of)| (format!("{save}.{field}"), *of)).collect()
        }
        Does::Await(awaited) => brought(awaited),
        _ => Vec::new(),
    }
}

/// What a signal brings, where it is kept.
fn brought(awaited: &Awaited) -> Vec<(String, Type)> {
    let kept = |(field, of): &(String, Type)| Some((format!("{}.{field}", awaited.save.as_ref()?), *of));
    awaited.gives.iter().filter_map(kept).collect()
}

/// The names that are set on every path to each step; `None` for a step that nothing leads to.
pub(crate) fn surely_set(flow: &Flow) -> Vec<Option<Names>> {
    let mut before: Vec<Option<Names>> = flow.steps.iter().map(|_| None).collect();
    let mut open = Vec::new();
    if let Some(first) = before.first_mut() {
        *first = Some(flow.args.keys().cloned().collect());
        open.push(0);
    }
    while let Some(i) = open.pop() {
        let (Some(step), Some(Some(set))) = (flow.steps.get(i), before.get(i).cloned()) else { continue };
        for (target, more) in edges(step) {
            let Target::Step(to) = target else { continue };
            let after: Names = set.iter().cloned().chain(more).collect();
            let Some(known) = before.get_mut(*to) else { continue };
            let met =
                known.as_ref().map_or_else(|| after.clone(), |known| known.intersection(&after).cloned().collect());
            if known.as_ref() != Some(&met) {
                *known = Some(met);
                open.push(*to);
            }
        }
    }
    before
}

/// Each way out of a step, with what is newly set on it.
fn edges(step: &Step) -> Vec<(&Target, Vec<String>)> {
    match &step.does {
        Does::Say { next, .. } | Does::Sleep { next, .. } => vec![(next, Vec::new())],
        Does::Set { values, next } => vec![(next, values.iter().map(|(name, _)| name.clone()).collect())],
        Does::Run { next, .. } => next.values().map(|to| (to, Vec::new())).collect(),
        Does::Call { action, save, next, .. } => {
            let outcomes = action.signature().outcomes;
            let gives = |outcome: &str| {
                let fields = outcomes.iter().filter(|known| known.name == outcome).flat_map(|known| known.gives);
                fields.filter_map(|(field, _)| Some(format!("{}.{field}", save.as_ref()?))).collect()
            };
            next.iter().map(|(outcome, to)| (to, gives(outcome))).collect()
        }
        Does::Await(awaited) => {
            let brought: Vec<_> = brought(awaited).into_iter().map(|(name, _)| name).collect();
            let came = |way: &str| if way == SIGNAL { brought.clone() } else { Vec::new() };
            awaited.next.iter().map(|(way, to)| (to, came(way))).collect()
        }
        Does::Branch { arms } => arms.iter().map(|(when, to)| (to, proven(when.as_ref()))).collect(),
        Does::Ask(ask) => ask_edges(step, ask),
        Does::Form(form) => form_edges(step, form),
        Does::End(_) => Vec::new(),
    }
}

fn proven(when: Option<&Sited>) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(sited) = when {
        sited.expr.proves(&mut names);
    }
    names.into_iter().map(str::to_owned).collect()
}

/// Out of a form all must-be-answered questions have an answer; out of it early there is what there is.
fn form_edges<'s>(step: &'s Step, form: &'s Form) -> Vec<(&'s Target, Vec<String>)> {
    let sure = form.questions.iter().filter(|question| question.when.is_none() && !question.optional);
    let sure = sure.map(|question| question.id.clone()).chain([step.name.clone()]).collect();
    let stops =
        form.questions.iter().filter_map(|question| Some((&question.stop.as_ref()?.1, vec![step.name.clone()])));
    let left = form.questions.iter().flat_map(|question| {
        let timeout = question.ask.timeout.as_ref().map(|(_, to)| to);
        timeout.into_iter().chain(&question.ask.give_up).map(|to| (to, Vec::new()))
    });
    std::iter::once((&form.next, sure)).chain(stops).chain(left).collect()
}

fn ask_edges<'s>(step: &'s Step, ask: &'s Ask) -> Vec<(&'s Target, Vec<String>)> {
    let answers = ask.next.iter().map(|(edge, to)| {
        let answered = !ask.buttons.contains(edge);
        (to, if answered { vec![step.name.clone()] } else { Vec::new() })
    });
    let others = ask.give_up.iter().chain(ask.timeout.as_ref().map(|(_, to)| to));
    answers.chain(others.map(|to| (to, Vec::new()))).collect()
}
