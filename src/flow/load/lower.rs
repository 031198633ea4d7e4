//! One raw flow → one checked flow: kinds, targets, outcomes, arguments, durations.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::TimeDelta;

use super::{
    Signature, ask, form, private,
    raw::{At, Entries, Formula, RawArm, RawFlow, RawStep},
};
use crate::fault::{Fault, Place, nearest};
use crate::flow::{
    action::{Action, Type},
    entry, expr,
    model::{Does, Entry, Flow, Kind, Sited, Step, Target},
};

/// Lowers a flow; it comes out if it has no fault.
pub(super) fn lower(
    raw: &RawFlow,
    file: &str,
    hash: &str,
    source: String,
    flows: &BTreeMap<String, Signature>,
) -> (Option<Flow>, Vec<Fault>) {
    let names = raw.steps.0.iter().map(|(name, _)| name.value.clone()).collect();
    let outcomes = raw.outcomes.iter().map(|outcome| outcome.value.clone()).collect();
    let mut lower = Lower { file, flow: &raw.flow.value, names, outcomes, flows, faults: Vec::new() };
    let flow = lower.flow(raw, hash, source);
    let faults = lower.faults;
    (faults.is_empty().then_some(flow), faults)
}

/// A flow being lowered.
pub(super) struct Lower<'l> {
    pub file: &'l str,
    pub flow: &'l str,
    pub names: Vec<String>,
    pub outcomes: Vec<String>,
    flows: &'l BTreeMap<String, Signature>,
    pub faults: Vec<Fault>,
}

impl Lower<'_> {
    fn flow(&mut self, raw: &RawFlow, hash: &str, source: String) -> Flow {
        self.format(raw);
        let args = raw.args.0.iter().filter_map(|(name, kind)| Some((name.value.clone(), self.kind(kind)?))).collect();
        let expires = raw.expires.as_ref().and_then(|text| self.duration(text));
        let steps: Vec<_> =
            raw.steps.0.iter().enumerate().filter_map(|(i, (name, step))| self.step(i, name, step)).collect();
        let mut flow = Flow {
            name: raw.flow.value.clone(),
            hash: hash.to_owned(),
            source,
            file: self.file.to_owned(),
            place: raw.flow.place,
            entry: raw.entry.as_ref().and_then(|entry| self.entry(raw, entry)),
            args,
            outcomes: self.outcomes.clone(),
            expires,
            index: steps.iter().enumerate().map(|(i, step)| (step.name.clone(), i)).collect::<HashMap<_, _>>(),
            steps,
            private: BTreeSet::new(),
            subs: BTreeMap::new(),
        };
        flow.private = private::names(&flow);
        flow.subs = subs(&flow, self.flows);
        flow
    }

    /// A button has room for one short argument, and the flow needs no other.
    fn entry(&mut self, raw: &RawFlow, entry: &At<Vec<At<String>>>) -> Option<Entry> {
        let [.., last] = entry.value.as_slice() else { return self.entry_of(raw, entry.place, None) };
        if entry.value.len() > 1 {
            self.fault(last.place, "a button has room for one argument");
            return None;
        }
        match raw.args.0.iter().find(|(name, _)| name.value == last.value) {
            Some((_, kind)) if kind.value == "text" => self.entry_of(raw, entry.place, Some(&last.value)),
            Some(_) => {
                self.fault(last.place, format!("what a button carries is text: `{}: text`", last.value));
                None
            }
            None => {
                let names: Vec<_> = raw.args.0.iter().map(|(name, _)| name.value.clone()).collect();
                let fault = Fault::error(self.file, Some(last.place), format!("there is no argument `{}`", last.value));
                self.faults.push(fault.help(nearest(&last.value, &names)));
                None
            }
        }
    }

    fn entry_of(&mut self, raw: &RawFlow, place: Place, arg: Option<&String>) -> Option<Entry> {
        if raw.flow.value.len() > entry::LONGEST_FLOW {
            let what = format!("a flow that a button begins has a name of at most {} letters", entry::LONGEST_FLOW);
            self.fault(raw.flow.place, what);
        }
        if let Some((missing, _)) = raw.args.0.iter().find(|(name, _)| Some(&name.value) != arg) {
            self.fault(place, format!("a button can't fill the argument `{}`", missing.value));
            return None;
        }
        Some(Entry { arg: arg.cloned() })
    }

    fn format(&mut self, raw: &RawFlow) {
        match &raw.format {
            Some(format) if format.value != 1 => {
                self.fault(format.place, format!("format {} is not known; this program reads 1", format.value));
            }
            _ => {}
        }
        if raw.steps.0.is_empty() {
            self.fault(raw.flow.place, "a flow has at least one step");
        }
    }

    fn step(&mut self, i: usize, name: &At<String>, raw: &At<RawStep>) -> Option<Step> {
        let step = &raw.value;
        self.name(name);
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
                let what = "this step has no kind: say, ask, form, call, branch, wait, run, set or end";
                self.fault(name.place, what);
                return None;
            }
            (many, _) => {
                self.fault(name.place, format!("a step has one kind; this one has {}", many.join(" and ")));
                return None;
            }
        };
        self.foreign_keys(kind, step);
        let does = match kind {
            "say" => self.say(i, name, step),
            "ask" => ask::ask(self, i, name, step),
            "form" => form::form(self, i, name, step),
            "call" => self.call(i, name, step),
            "branch" => self.branch(step),
            "wait" => self.sleep(i, name, step),
            "run" => self.run(i, name, step),
            "set" => self.set(i, name, step),
            _ => step.end.as_ref().map(|end| Does::End(self.ending(end))),
        }?;
        Some(Step { name: name.value.clone(), place: name.place, does })
    }

    /// A key that belongs to another kind of step is a fault, not silence.
    fn foreign_keys(&mut self, kind: &'static str, step: &RawStep) {
        let of_ask = ask::keys(step);
        let of_call =
            [step.with.as_ref().map(|at| ("with", at.place)), step.save.as_ref().map(|at| ("save", at.place))];
        let next = step.next.as_ref().map(|at| ("next", at.place));
        let mut foreign = Vec::new();
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
            _ => foreign.extend(of_call.into_iter().flatten()),
        }
        if matches!(kind, "branch" | "end") || step.end.is_some() {
            foreign.extend(next);
        }
        for (key, place) in foreign {
            self.fault(place, format!("`{key}` has no meaning in this `{kind}` step"));
        }
    }

    fn say(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
        let key = format!("{}-{}", self.flow, step.say.as_ref()?.value);
        Some(Does::Say { key, next: self.onward(i, name, step)? })
    }

    fn sleep(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
        let lasts = self.duration(&step.wait.as_ref()?.value.lasts)?;
        Some(Does::Sleep { lasts, next: self.onward(i, name, step)? })
    }

    fn set(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
        let values = self.formulas(&step.set.as_ref()?.value);
        Some(Does::Set { values, next: self.onward(i, name, step)? })
    }

    fn branch(&mut self, step: &RawStep) -> Option<Does> {
        let raw = step.branch.as_ref()?;
        let arms: Vec<_> = raw.value.iter().filter_map(|arm| self.arm(arm)).collect();
        match raw.value.iter().position(|arm| arm.when.is_none()) {
            None => self.fault(raw.place, "the last arm of a branch has no `if`: otherwise nothing might fit"),
            Some(open) if open + 1 < raw.value.len() => {
                self.fault(raw.place, "an arm without `if` comes last: what follows it is never reached");
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
            let fault = Fault::error(self.file, Some(called.place), format!("there is no action `{}`", called.value));
            self.faults.push(fault.help(nearest(&called.value, &known)));
            return None;
        };
        let signature = action.signature();
        let wanted: Vec<_> = signature.args.iter().map(|(name, _)| (*name).to_owned()).collect();
        let with = self.with(called.place, step.with.as_ref(), &wanted);
        let outcomes: Vec<_> = signature.outcomes.iter().map(|outcome| outcome.name.to_owned()).collect();
        let save = step.save.as_ref().map(|save| save.value.clone());
        Some(Does::Call { action, with, save, next: self.edges(i, name, step, &outcomes)? })
    }

    fn run(&mut self, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
        let run = step.run.as_ref()?;
        let Some(sub) = self.flows.get(&run.value).cloned() else {
            let fault = Fault::error(self.file, Some(run.place), format!("there is no flow `{}`", run.value));
            self.faults.push(fault.help(nearest(&run.value, self.flows.keys())));
            return None;
        };
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
                let fault = Fault::error(self.file, Some(name.place), format!("it takes no `{}`", name.value));
                self.faults.push(fault.help(nearest(&name.value, wanted)));
            }
        }
        for name in wanted {
            if !given.0.iter().any(|(given, _)| given.value == *name) {
                self.fault(place, format!("it wants `{name}`: with: {{ {name}: … }}"));
            }
        }
        self.formulas(given)
    }

    fn formulas(&mut self, raw: &Entries<At<Formula>>) -> Vec<(String, Sited)> {
        raw.0.iter().filter_map(|(name, formula)| Some((name.value.clone(), self.formula(formula)?))).collect()
    }

    pub(super) fn formula(&mut self, raw: &At<Formula>) -> Option<Sited> {
        match expr::parse(&raw.value.0) {
            Ok(expr) => Some(Sited { expr, place: raw.place }),
            Err(wrong) => {
                let place = Place { column: raw.place.column + wrong.at, length: wrong.length, ..raw.place };
                self.faults.push(Fault::error(self.file, Some(place), wrong.what).help(wrong.help));
                None
            }
        }
    }

    pub(super) fn duration(&mut self, text: &At<String>) -> Option<TimeDelta> {
        let found = duration(&text.value);
        if found.is_none() {
            self.fault(text.place, format!("`{}` is no duration: 90s, 10m, 2h, 3d", text.value));
        }
        found
    }

    fn kind(&mut self, text: &At<String>) -> Option<Kind> {
        let of = match text.value.as_str() {
            "text" | "secret" => Type::Text,
            "number" => Type::Number,
            "flag" => Type::Flag,
            "moment" => Type::Moment,
            "shown" => Type::Shown,
            "options" => Type::Options,
            "list" => Type::List,
            "record" => Type::Record,
            _ => {
                let what = format!(
                    "there is no type `{}`: text, secret, number, flag, moment, shown, options, list, record",
                    text.value
                );
                self.fault(text.place, what);
                return None;
            }
        };
        Some(Kind { of, private: text.value == "secret" })
    }

    /// Names are part of text keys, tokens and file names.
    pub(super) fn name(&mut self, name: &At<String>) {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let letter_first = name.value.starts_with(|c: char| c.is_ascii_lowercase());
        if !letter_first || !name.value.chars().all(fits) || name.value.len() > 32 {
            let what =
                format!("`{}`: a name is a small Latin letter and then letters, digits, `_`; at most 32", name.value);
            self.fault(name.place, what);
        }
    }

    pub(super) fn fault(&mut self, place: Place, what: impl Into<String>) {
        self.faults.push(Fault::error(self.file, Some(place), what));
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
