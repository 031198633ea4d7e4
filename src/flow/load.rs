//! YAML → checked flows. All faults of all files at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use self::raw::{RawFlow, RawGlobal, WordOr};
use super::model::{Command, Flow, Global};
use crate::fault::{Fault, Fix, Kind, Place, nearest};

mod ask;
mod edges;
mod form;
mod lower;
mod private;
mod raw;
mod schema;
mod versions;
mod wait;

pub(crate) use lower::duration;
pub(crate) use raw::{At, Entries};
pub use schema::schema;
pub(crate) use versions::learn;

/// A file: its path relative to the content directory, and its text.
pub type Source = (String, String);

/// The file of commands and defaults.
pub(crate) const GLOBAL: &str = "_global";

/// Steps of a flow: what is proven of it takes the longer the more there are.
const MOST_STEPS: usize = 300;

/// What came of loading.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub flows: Vec<Arc<Flow>>,
    /// Those of them that have a fault: what is missing in them is made up, so that the rest can be judged.
    pub damaged: BTreeSet<String>,
    pub global: Option<Global>,
    pub faults: Vec<Fault>,
}

/// What a caller must know of a flow.
#[derive(Clone, Debug)]
struct Signature {
    args: Vec<(String, String)>,
    outcomes: Vec<String>,
    draft: bool,
    hash: String,
}

/// The flows that may be run or begun, and those whose files can't be read: of these nothing more is told.
#[derive(Clone, Copy)]
struct Known<'k> {
    flows: &'k BTreeMap<String, Signature>,
    unread: &'k BTreeSet<String>,
}

/// Loads `flows/*.yaml`.
pub(crate) fn load(sources: &[Source]) -> Loaded {
    let mut loaded = Loaded::default();
    let mut raws = BTreeMap::new();
    let mut global = None;
    let mut unread = BTreeSet::new();
    for (path, text) in sources {
        let stem = stem(path);
        if stem == GLOBAL {
            global = parse::<RawGlobal>(path, text, &mut loaded.faults).map(|raw| (path.clone(), raw));
        } else if let Some(raw) = parse::<RawFlow>(path, text, &mut loaded.faults) {
            named_like_its_file(&raw, path, stem, &mut loaded.faults);
            if let Some((step, _)) = raw.steps.0.get(MOST_STEPS) {
                let kind = Kind::FlowLong { count: raw.steps.0.len(), most: MOST_STEPS };
                loaded.faults.push(Fault::new(path, step.place, kind));
                unread.insert(raw.flow.value);
                continue;
            }
            raws.insert(raw.flow.value.clone(), (path.clone(), raw));
        } else {
            unread.insert(stem.to_owned());
        }
    }
    let (done, faults) = versions::close(&raws);
    loaded.faults.extend(faults);
    let signatures: BTreeMap<_, _> =
        done.iter().map(|(name, closed)| (name.clone(), closed.signature.clone())).collect();
    let known = Known { flows: &signatures, unread: &unread };
    for (name, closed) in done {
        let file = raws.get(&name).map_or(name.as_str(), |(path, _)| path);
        let (flow, faults) = lower::lower(&closed.raw, file, (&closed.signature.hash, closed.source), &known);
        // A step that runs a flow nobody can read is a hole, though no fault of this one.
        let hollow = versions::subs(&closed.raw).iter().any(|sub| !flow.subs.contains_key(&sub.value));
        if hollow || !faults.is_empty() {
            loaded.damaged.insert(name);
        }
        loaded.faults.extend(faults);
        loaded.flows.push(Arc::new(flow));
    }
    loaded.global = global.map(|(path, raw)| lower_global(&path, &raw, &known, &mut loaded.faults));
    loaded
}

/// Reads a file of ours; one that is no YAML of that shape is a fault with its place.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(path: &str, text: &str, faults: &mut Vec<Fault>) -> Option<T> {
    serde_saphyr::from_str(text).inspect_err(|error: &serde_saphyr::Error| faults.push(unreadable(path, error))).ok()
}

/// The same for a shape that judges repeated keys itself.
pub(crate) fn parse_repeated<T: serde::de::DeserializeOwned>(
    path: &str,
    text: &str,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let options = serde_saphyr::options! { duplicate_keys: serde_saphyr::DuplicateKeyPolicy::PassThrough };
    serde_saphyr::from_str_with_options(text, options).inspect_err(|error| faults.push(unreadable(path, error))).ok()
}

fn unreadable(path: &str, error: &serde_saphyr::Error) -> Fault {
    use serde_saphyr::Error;
    let number = |n: u64| usize::try_from(n).unwrap_or(1).max(1);
    let place = error.location().map(|at| Place { line: number(at.line()), column: number(at.column()), length: 1 });
    let error = error.without_snippet();
    let (kind, fix) = match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            let known: Vec<String> = expected.iter().map(|key| (*key).to_owned()).collect();
            let fix = nearest(field, &known);
            (Kind::UnknownKey { key: field.clone(), known }, fix)
        }
        Error::SerdeMissingField { field, .. } => (Kind::MissingKey { key: (*field).to_owned() }, None),
        Error::DuplicateMappingKey { key, .. } => (Kind::DuplicateKey { key: key.clone().unwrap_or_default() }, None),
        Error::SerdeInvalidType { expected, .. } | Error::SerdeInvalidValue { expected, .. } => (shape(expected), None),
        Error::Unexpected { expected, .. } => (shape(expected), None),
        Error::InvalidScalar { ty, .. } => (shape(ty), None),
        Error::InvalidBooleanStrict { .. } => (shape("bool"), None),
        Error::Budget { .. } => (Kind::Repetitive {}, None),
        other => match other.to_string() {
            // The parser tells it in words only.
            why if why.contains("recursion limit") => (Kind::Repetitive {}, None),
            why if why.contains("tab") => (Kind::Tabs {}, None),
            why => (Kind::Syntax { why }, None),
        },
    };
    Fault::new(path, place, kind).fix(fix)
}

/// What a reader of YAML expected, as the words for it tell shapes apart.
fn shape(expected: &str) -> Kind {
    let has = |words: &[&str]| words.iter().any(|word| expected.contains(word));
    let wanted = match expected {
        "a word or a map" => "word-or-map",
        "an expression" => "expression",
        _ if has(&["sequence", "list"]) => "list",
        _ if has(&["map", "struct"]) => "map",
        _ if has(&["bool"]) => "flag",
        _ if has(&["u16", "i64", "u64", "integer"]) => "number",
        _ if has(&["string", "str"]) => "word",
        other => other,
    };
    Kind::WrongShape { wanted: wanted.to_owned() }
}

/// `flows/home.yaml` → `home`
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

fn named_like_its_file(raw: &RawFlow, path: &str, stem: &str, faults: &mut Vec<Fault>) {
    if raw.flow.value != stem {
        let kind = Kind::FileName { stem: stem.to_owned(), name: raw.flow.value.clone() };
        let fix = Fix::Rename { from: raw.flow.value.clone(), to: stem.to_owned(), sure: true };
        faults.push(Fault::new(path, raw.flow.place, kind).fix(Some(fix)));
    }
}

fn lower_global(path: &str, raw: &RawGlobal, known: &Known<'_>, faults: &mut Vec<Fault>) -> Global {
    begins(path, &raw.start, known, faults);
    let mut commands = BTreeMap::new();
    for (name, command) in &raw.commands.0 {
        let (flow, replaces) = match &command.value {
            WordOr::Word(flow) => (At { value: flow.clone(), place: command.place }, false),
            WordOr::Map(map) => (map.flow.clone(), map.replaces),
        };
        begins(path, &flow, known, faults);
        lower::name(path, name, faults);
        commands.insert(name.value.clone(), Command { flow: flow.value, replaces });
    }
    for name in &raw.stuck {
        if !commands.contains_key(&name.value) {
            let kind = Kind::UnknownCommand { command: name.value.clone() };
            faults.push(Fault::new(path, name.place, kind).fix(nearest(&name.value, commands.keys())));
        }
    }
    let stuck = raw.stuck.iter().map(|name| name.value.clone()).collect();
    let place = Some(raw.start.place);
    Global { file: path.to_owned(), place, start: raw.start.value.clone(), commands, stuck }
}

/// What a flow may take that a command or an idle input begins: what was said, and whether something besides the menu is open.
const GIVEN: [(&str, &str); 2] = [("said", "text"), ("open", "flag")];

/// A flow that a command or an idle input begins takes nothing else.
fn begins(path: &str, flow: &At<String>, known: &Known<'_>, faults: &mut Vec<Fault>) {
    let fault = match known.flows.get(&flow.value) {
        None if known.unread.contains(&flow.value) => return,
        None => Fault::new(path, flow.place, Kind::UnknownFlow { flow: flow.value.clone() })
            .fix(nearest(&flow.value, known.flows.keys())),
        Some(known) if known.draft => Fault::new(path, flow.place, Kind::DraftBegun { flow: flow.value.clone() }),
        Some(known) => match known.args.iter().find(|(name, kind)| !GIVEN.contains(&(name.as_str(), kind.as_str()))) {
            None => return,
            Some((arg, _)) => {
                let kind = Kind::CommandArgument { flow: flow.value.clone(), argument: arg.clone() };
                Fault::new(path, flow.place, kind)
            }
        },
    };
    faults.push(fault);
}
