//! Is every value set, of the right type, and kept out of texts when it is personal?

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::texts::spoken;
use crate::{
    fault::{Fault, Place, nearest},
    flow::{
        action::Type,
        expr::{self, Known, type_name},
        model::{Answer, Ask, Does, Flow, Form, Kind, Sited, Step, Target},
    },
    locale::Locales,
};

type Names = BTreeSet<String>;

pub(super) fn check(flow: &Flow, flows: &[Arc<Flow>], locales: &Locales) -> Vec<Fault> {
    let mut judge = Judge { flow, kinds: BTreeMap::new(), faults: Vec::new() };
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
        let before = *self.kinds.entry(name.clone()).or_insert(Kind { of, private });
        if before.of != of {
            let what = format!("`{name}` is a {} here and a {} elsewhere", type_name(of), type_name(before.of));
            self.fault(place, what);
        }
    }

    fn ever(&self, name: &str) -> Known {
        self.kinds.get(name).map_or(Known::Never, |kind| Known::Surely(*kind))
    }

    fn known(&self, name: &str, set: &Names) -> Known {
        match self.kinds.get(name) {
            None => Known::Never,
            Some(kind) if set.contains(name) => Known::Surely(*kind),
            Some(kind) => Known::Perhaps(*kind),
        }
    }

    fn step(&mut self, step: &Step, set: &Names, flows: &[Arc<Flow>]) {
        match &step.does {
            Does::Branch { arms } => {
                for sited in arms.iter().filter_map(|(when, _)| when.as_ref()) {
                    self.expect(sited, set, Type::Flag, "a condition");
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
            Does::Ask(ask) => {
                if let Answer::Choice { options: Some(options), .. } = &ask.answer {
                    self.expect(options, set, Type::Options, "options");
                }
                if let Some(when) = ask.app.as_ref().and_then(|app| app.when.as_ref()) {
                    self.expect(when, set, Type::Flag, "a condition");
                }
            }
            _ => {}
        }
    }

    /// A question's condition may look at what was answered before it; where that was not asked, the condition does not hold.
    fn form(&mut self, form: &Form, set: &Names) {
        let mut before = set.clone();
        for question in &form.questions {
            if let Some(when) = &question.when {
                self.expect(when, &before, Type::Flag, "a condition");
            }
            if let Answer::Choice { options: Some(options), .. } = &question.ask.answer {
                self.expect(options, &before, Type::Options, "options");
            }
            before.insert(question.id.clone());
            if let Some((when, _)) = &question.stop {
                self.expect(when, &before, Type::Flag, "a condition");
            }
        }
    }

    fn kind(&mut self, sited: &Sited, set: &Names) -> Option<Kind> {
        match expr::kind(&sited.expr, &|name| self.known(name, set)) {
            Ok(kind) => Some(kind),
            Err(wrongs) => {
                for wrong in wrongs {
                    let mut names = Vec::new();
                    sited.expr.names(&mut names);
                    let meant = names.iter().filter(|name| !self.kinds.contains_key(**name));
                    let near = meant.filter_map(|name| nearest(name, self.kinds.keys())).next();
                    let fault = Fault::error(&self.flow.file, Some(sited.place), wrong.what);
                    self.faults.push(fault.help(near.or(wrong.help)));
                }
                None
            }
        }
    }

    fn expect(&mut self, sited: &Sited, set: &Names, of: Type, what: &str) {
        let Some(kind) = self.kind(sited, set) else { return };
        if kind.of != of {
            self.fault(sited.place, format!("`{what}` is a {}, this is a {}", type_name(of), type_name(kind.of)));
        }
    }

    fn secret(&mut self, sited: &Sited, kind: Kind, name: &str) {
        let mut names = Vec::new();
        sited.expr.names(&mut names);
        if !kind.private && names.iter().any(|name| self.flow.private.contains(*name)) {
            let what = format!("this is personal: the subflow declares it as `{name}: secret`");
            self.fault(sited.place, what);
        }
    }

    /// Every argument of every text is set where the text is said.
    fn texts(&mut self, step: &Step, set: &Names, locales: &Locales) {
        for text in spoken(self.flow, step) {
            for argument in locales.arguments(&text.key) {
                if text.key.ends_with(".option") && argument == "label" {
                    continue;
                }
                if let Some(why) = self.unfit(argument, set) {
                    let at = locales.place(&text.key).map(|(file, place)| format!("{file}:{}", place.line));
                    let what = format!("the text `{}` of the step `{}` uses `${argument}`, {why}", text.key, step.name);
                    self.faults.push(Fault::error(&self.flow.file, Some(step.place), what).help(at));
                }
            }
        }
    }

    fn unfit(&self, argument: &str, set: &Names) -> Option<&'static str> {
        let field = format!(".{argument}");
        let names: Vec<_> = self.kinds.iter().filter(|(name, _)| *name == argument || name.ends_with(&field)).collect();
        let open: Vec<_> =
            names.iter().filter(|(name, kind)| !kind.private && !self.flow.private.contains(*name)).collect();
        if open.iter().any(|(name, _)| set.contains(*name)) {
            None
        } else if names.is_empty() {
            Some("which nothing here gives")
        } else if open.is_empty() {
            Some("which is personal and never gets into a text")
        } else {
            Some("which may be unset here")
        }
    }

    fn fault(&mut self, place: Place, what: impl Into<String>) {
        self.faults.push(Fault::error(&self.flow.file, Some(place), what));
    }
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
        _ => Vec::new(),
    }
}

/// The names that are set on every path to each step; `None` for a step that nothing leads to.
fn surely_set(flow: &Flow) -> Vec<Option<Names>> {
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
