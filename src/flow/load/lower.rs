//! One raw flow → one checked flow: kinds, targets, outcomes, arguments, durations.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::TimeDelta;

use super::{
    Known, Signature, ask, form, private,
    raw::{At, Entries, Formula, RawArm, RawFlow, RawStep},
    wait,
};
use crate::fault::{self, Fault, Place, nearest};
use crate::flow::{
    action::{Action, Type},
    entry, expr,
    model::{Does, Ending, Entry, Flow, Kind, Pictured, Sited, Step, Target},
    shape::Shape,
};

/// Lowers a flow. With a fault it is good for further judging only: a step that is not understood ends everything.
pub(super) fn lower(
    raw: &RawFlow,
    file: &str,
    (hash, source): (&str, String),
    known: &Known<'_>,
) -> (Flow, Vec<Fault>) {
    let names = raw.steps.0.iter().map(|(name, _)| name.value.clone()).collect();
    let outcomes = raw.outcomes.iter().map(|outcome| outcome.value.clone()).collect();
    let (draft, expires) = (raw.draft == Some(true), raw.expires.is_some());
    let (flow, known) = (&raw.flow.value, *known);
    let mut lower = Lower { file, flow, draft, names, outcomes, expires, known, faults: Vec::new() };
    let flow = lower.flow(raw, hash, source);
    let faults = lower.faults;
    (flow, faults)
}

/// A flow being lowered.
pub(super) struct Lower<'l> {
    pub file: &'l str,
    pub flow: &'l str,
    draft: bool,
    pub names: Vec<String>,
    pub outcomes: Vec<String>,
    /// The flow gives its runs up some day.
    pub expires: bool,
    known: Known<'l>,
    pub faults: Vec<Fault>,
}

impl Lower<'_> {
    fn flow(&mut self, raw: &RawFlow, hash: &str, source: String) -> Flow {
        self.format(raw);
        self.distinct(&raw.outcomes);
        let args = raw.args.0.iter().filter_map(|(name, kind)| Some((name.value.clone(), self.kind(kind)?))).collect();
        let expires = raw.expires.as_ref().and_then(|text| self.duration(text));
        let steps: Vec<_> = raw.steps.0.iter().enumerate().map(|(i, (name, step))| self.step(i, name, step)).collect();
        let mut flow = Flow {
            name: raw.flow.value.clone(),
            hash: hash.to_owned(),
            source,
            file: self.file.to_owned(),
            place: raw.flow.place,
            draft: self.draft,
            entry: raw.entry.as_ref().and_then(|entry| self.entry(raw, entry)),
            args,
            outcomes: self.outcomes.clone(),
            expires,
            migrates: self.migrates(raw),
            renamed: raw.renamed.0.iter().map(|(old, new)| (old.value.clone(), new.value.clone())).collect(),
            index: steps.iter().enumerate().map(|(i, step)| (step.name.clone(), i)).collect::<HashMap<_, _>>(),
            steps,
            private: BTreeSet::new(),
            subs: BTreeMap::new(),
        };
        flow.private = private::names(&flow);
        flow.subs = subs(&flow, self.known.flows);
        flow
    }

    fn migrates(&mut self, raw: &RawFlow) -> bool {
        let migrates = match &raw.on_update {
            None => false,
            Some(at) if at.value == "migrate" => true,
            Some(at) if at.value == "pin" => false,
            Some(at) => {
                let known = ["migrate", "pin"].map(str::to_owned);
                self.unknown(at, fault::Kind::BadUpdate {}, &known);
                false
            }
        };
        if let Some((name, _)) = raw.renamed.0.first().filter(|_| !migrates) {
            self.fault(name.place, fault::Kind::RenamedUnmoved {});
        }
        let questions = raw.steps.0.iter().flat_map(|(_, step)| &step.value.questions).flat_map(|at| &at.value);
        let ids = questions.filter_map(|question| question.value.id.as_ref().map(|id| id.value.clone()));
        let names: Vec<_> = self.names.iter().cloned().chain(ids).collect();
        for (old, new) in &raw.renamed.0 {
            if !names.contains(&new.value) {
                self.unknown(new, fault::Kind::RenamedUnknown { name: new.value.clone() }, &names);
            }
            if names.contains(&old.value) {
                self.fault(old.place, fault::Kind::RenamedThere { name: old.value.clone() });
            }
        }
        migrates
    }

    /// A button has room for one short argument, and the flow needs no other.
    fn entry(&mut self, raw: &RawFlow, entry: &At<Vec<At<String>>>) -> Option<Entry> {
        let [.., last] = entry.value.as_slice() else { return self.entry_of(raw, entry.place, None) };
        if entry.value.len() > 1 {
            self.fault(last.place, fault::Kind::EntryArguments {});
            return None;
        }
        match raw.args.0.iter().find(|(name, _)| name.value == last.value) {
            Some((_, kind)) if kind.value == "text" => self.entry_of(raw, entry.place, Some(&last.value)),
            Some(_) => {
                self.fault(last.place, fault::Kind::EntryNotText { argument: last.value.clone() });
                None
            }
            None => {
                let names: Vec<_> = raw.args.0.iter().map(|(name, _)| name.value.clone()).collect();
                let kind = fault::Kind::UnknownArgument { argument: last.value.clone() };
                self.unknown(last, kind, &names);
                None
            }
        }
    }

    fn entry_of(&mut self, raw: &RawFlow, place: Place, arg: Option<&String>) -> Option<Entry> {
        if raw.flow.value.len() > entry::LONGEST_FLOW {
            self.fault(raw.flow.place, fault::Kind::CallbackTooLong { max: entry::LONGEST_FLOW });
        }
        if let Some((missing, _)) = raw.args.0.iter().find(|(name, _)| Some(&name.value) != arg) {
            self.fault(place, fault::Kind::EntryUnfilled { argument: missing.value.clone() });
            return None;
        }
        Some(Entry { arg: arg.cloned() })
    }

    fn format(&mut self, raw: &RawFlow) {
        match &raw.format {
            Some(format) if format.value != 1 => {
                self.fault(format.place, fault::Kind::FormatUnknown { format: i64::from(format.value) });
            }
            _ => {}
        }
        if raw.steps.0.is_empty() {
            self.fault(raw.flow.place, fault::Kind::NoSteps {});
        }
    }

    fn step(&mut self, i: usize, name: &At<String>, raw: &At<RawStep>) -> Step {
        self.name(name);
        let does = self.does(i, name, &raw.value).unwrap_or(Does::End(Ending::All));
        Step { name: name.value.clone(), place: name.place, does }
    }

    fn does(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
        let kinds = [
            ("say", step.say.is_some()),
            ("ask", step.ask.is_some()),
            ("form", step.form.is_some()),
            ("call", step.call.is_some()),
            ("branch", step.branch.is_some()),
            ("wait", step.wait.is_some()),
            ("run", step.run.is_some()),
            ("set", step.set.is_some()),
        ];
        let kinds: Vec<_> = kinds.into_iter().filter(|(_, there)| *there).map(|(kind, _)| kind).collect();
        let kind = match (kinds.as_slice(), &step.end) {
            ([one], _) => *one,
            ([], Some(_)) => "end",
            ([], None) => {
                self.fault(name.place, fault::Kind::NoKind {});
                return None;
            }
            (many, _) => {
                let kinds = many.iter().map(|kind| (*kind).to_owned()).collect();
                self.fault(name.place, fault::Kind::SeveralKinds { kinds });
                return None;
            }
        };
        self.foreign_keys(kind, step);
        match kind {
            "say" => self.say(i, name, step),
            "ask" => ask::ask(self, i, name, step),
            "form" => form::form(self, i, name, step),
            "call" => self.call(i, name, step),
            "branch" => self.branch(step),
            "wait" => wait::wait(self, i, name, step),
            "run" => self.run(i, name, step),
            "set" => self.set(i, name, step),
            _ => step.end.as_ref().map(|end| Does::End(self.ending(end))),
        }
    }

    /// A key that belongs to another kind of step is a fault, not silence.
    fn foreign_keys(&mut self, kind: &'static str, step: &RawStep) {
        let of_ask = ask::keys(step);
        let of_call =
            [step.with.as_ref().map(|at| ("with", at.place)), step.save.as_ref().map(|at| ("save", at.place))];
        let next = step.next.as_ref().map(|at| ("next", at.place));
        let mut foreign = Vec::new();
        if !matches!(kind, "say" | "ask") {
            foreign.extend(step.picture.as_ref().map(|at| ("picture", at.place)));
        }
        match kind {
            "ask" => {}
            "form" => foreign.extend(of_ask.into_iter().filter(|(key, _)| !form::KEYS.contains(key))),
            _ => foreign.extend(of_ask),
        }
        if kind != "form" {
            foreign.extend(step.questions.as_ref().map(|at| ("questions", at.place)));
        }
        match kind {
            "call" => {}
            "run" => foreign.extend(of_call[1]),
            "wait" => foreign.extend(of_call[0]),
            _ => foreign.extend(of_call.into_iter().flatten()),
        }
        if matches!(kind, "branch" | "end") || step.end.is_some() {
            foreign.extend(next);
        }
        for (key, place) in foreign {
            self.fault(place, fault::Kind::ForeignKey { key: key.to_owned(), kind: kind.to_owned() });
        }
    }

    pub(super) fn picture(&mut self, step: &RawStep) -> Option<Pictured> {
        let at = step.picture.as_ref()?;
        self.name(at);
        Some(Pictured { name: at.value.clone(), place: at.place })
    }

    fn say(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
        let key = format!("{}-{}", self.flow, step.say.as_ref()?.value);
        let picture = self.picture(step);
        Some(Does::Say { key, picture, next: self.onward(i, name, step)? })
    }

    fn set(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
        let values = self.formulas(&step.set.as_ref()?.value);
        Some(Does::Set { values, next: self.onward(i, name, step)? })
    }

    fn branch(&mut self, step: &RawStep) -> Option<Does> {
        let raw = step.branch.as_ref()?;
        let arms: Vec<_> = raw.value.iter().filter_map(|arm| self.arm(arm)).collect();
        match raw.value.iter().position(|arm| arm.when.is_none()) {
            None => self.fault(raw.value.last().map_or(raw.place, |arm| arm.to.place), fault::Kind::NoOpenArm {}),
            Some(open) if open + 1 < raw.value.len() => {
                let place = raw.value.get(open).map_or(raw.place, |arm| arm.to.place);
                self.fault(place, fault::Kind::OpenArmNotLast {});
            }
            Some(_) => {}
        }
        Some(Does::Branch { arms })
    }

    fn arm(&mut self, arm: &RawArm) -> Option<(Option<Sited>, Target)> {
        let when = match &arm.when {
            None => None,
            Some(formula) => Some(self.formula(formula)?),
        };
        Some((when, self.target(&arm.to)?))
    }

    fn call(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
        let called = step.call.as_ref()?;
        let Some(action) = Action::by_name(&called.value) else {
            let known: Vec<_> = Action::ALL.iter().map(|action| action.signature().name.to_owned()).collect();
            self.unknown(called, fault::Kind::UnknownAction { action: called.value.clone() }, &known);
            return None;
        };
        if !self.draft && !action.is_served() {
            self.fault(called.place, fault::Kind::ActionToCome { action: called.value.clone() });
        }
        let signature = action.signature();
        let wanted: Vec<_> = signature.args.iter().map(|(name, _)| (*name).to_owned()).collect();
        let with = self.with(called.place, step.with.as_ref(), &wanted);
        let outcomes: Vec<_> = signature.outcomes.iter().map(|outcome| outcome.name.to_owned()).collect();
        let save = step.save.as_ref().map(|save| save.value.clone());
        Some(Does::Call { action, with, save, next: self.edges(i, name, step, &outcomes)? })
    }

    fn run(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
        let run = step.run.as_ref()?;
        let Some(sub) = self.known.flows.get(&run.value).cloned() else {
            if self.known.unread.contains(&run.value) {
                return None;
            }
            let known: Vec<_> = self.known.flows.keys().cloned().collect();
            self.unknown(run, fault::Kind::UnknownFlow { flow: run.value.clone() }, &known);
            return None;
        };
        if sub.draft && !self.draft {
            self.fault(run.place, fault::Kind::DraftBegun { flow: run.value.clone() });
        }
        let wanted: Vec<_> = sub.args.into_iter().map(|(name, _)| name).collect();
        let with = self.with(run.place, step.with.as_ref(), &wanted);
        Some(Does::Run { flow: run.value.clone(), with, next: self.edges(i, name, step, &sub.outcomes)? })
    }

    fn with(
        &mut self,
        place: Place,
        raw: Option<&At<Entries<At<Formula>>>>,
        wanted: &[String],
    ) -> Vec<(String, Sited)> {
        let nothing = Entries::default();
        let given = raw.map_or(&nothing, |at| &at.value);
        for (name, _) in &given.0 {
            if !wanted.contains(&name.value) {
                self.unknown(name, fault::Kind::ExtraArgument { argument: name.value.clone() }, wanted);
            }
        }
        for name in wanted {
            if !given.0.iter().any(|(given, _)| given.value == *name) {
                self.fault(place, fault::Kind::MissingArgument { argument: name.clone() });
            }
        }
        self.formulas(given)
    }

    fn formulas(&mut self, raw: &Entries<At<Formula>>) -> Vec<(String, Sited)> {
        raw.0.iter().filter_map(|(name, formula)| Some((name.value.clone(), self.formula(formula)?))).collect()
    }

    pub(super) fn formula(&mut self, raw: &At<Formula>) -> Option<Sited> {
        match expr::parse(&raw.value.0) {
            Ok(expr) => Some(Sited { expr, place: raw.place, source: raw.value.0.clone() }),
            Err(wrong) => {
                let place = expr::within(raw.place, &raw.value.0, wrong.at, wrong.length);
                self.fault(place, *wrong.kind);
                None
            }
        }
    }

    pub(super) fn duration(&mut self, text: &At<String>) -> Option<TimeDelta> {
        let found = duration(&text.value);
        if found.is_none() {
            self.fault(text.place, fault::Kind::BadDuration { text: text.value.clone() });
        }
        found
    }

    /// The type of a value that may be said aloud.
    pub(super) fn open_type(&mut self, text: &At<String>) -> Option<Type> {
        let kind = self.kind(text)?;
        if kind.private {
            self.fault(text.place, fault::Kind::PersonalSignal { kind: text.value.clone() });
        }
        Some(kind.of)
    }

    fn kind(&mut self, text: &At<String>) -> Option<Kind> {
        let secret = text.value == SECRET;
        let of = if secret { Some(Type::Text) } else { Type::by_name(&text.value) };
        if of.is_none() {
            let known: Vec<_> = types().into_iter().map(str::to_owned).collect();
            let kind = fault::Kind::UnknownType { kind: text.value.clone(), known: known.clone() };
            self.unknown(text, kind, &known);
        }
        let personal = matches!(of, Some(Type::Shape(shape)) if shape.is_personal());
        Some(Kind { of: of?, private: secret || personal })
    }

    pub(super) fn name(&mut self, at: &At<String>) {
        name(self.file, at, &mut self.faults);
    }

    /// Names of one list are different ones.
    pub(super) fn distinct<'n>(&mut self, names: impl IntoIterator<Item = &'n At<String>>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name.value.as_str()) {
                self.fault(name.place, fault::Kind::DuplicateName { name: name.value.clone() });
            }
        }
    }

    /// A name that is not among the known ones.
    pub(super) fn unknown(&mut self, at: &At<String>, kind: fault::Kind, known: &[String]) {
        self.faults.push(Fault::new(self.file, at.place, kind).fix(nearest(&at.value, known)));
    }

    pub(super) fn fault(&mut self, place: Place, kind: fault::Kind) {
        self.faults.push(Fault::new(self.file, place, kind));
    }
}

/// A text that is personal.
const SECRET: &str = "secret";

/// The types that an argument may be declared with.
pub(super) fn types() -> Vec<&'static str> {
    let plain = ["text", SECRET, "number", "flag", "moment", "shown", "options", "list", "record"];
    plain.into_iter().chain(Shape::ALL.into_iter().map(Shape::name)).collect()
}

/// Names are part of text keys, tokens and file names.
pub(super) fn name(file: &str, name: &At<String>, faults: &mut Vec<Fault>) {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let letter_first = name.value.starts_with(|c: char| c.is_ascii_lowercase());
    if !letter_first || !name.value.chars().all(fits) || name.value.len() > 32 {
        faults.push(Fault::new(file, name.place, fault::Kind::BadName { name: name.value.clone() }));
    }
}

/// `90s`, `10m`, `2h`, `3d`; at most a year.
pub(crate) fn duration(text: &str) -> Option<TimeDelta> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|n| (1..=31_536_000).contains(n))?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    TimeDelta::try_seconds(number.checked_mul(seconds)?).filter(|lasts| lasts.num_days() <= 365)
}

fn subs(flow: &Flow, flows: &BTreeMap<String, Signature>) -> BTreeMap<String, String> {
    let runs = flow.steps.iter().filter_map(|step| match &step.does {
        Does::Run { flow, .. } => Some((flow.clone(), flows.get(flow)?.hash.clone())),
        _ => None,
    });
    runs.collect()
}
