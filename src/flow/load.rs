//! YAML → checked flows. All faults of all files at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use self::raw::{RawFlow, RawGlobal, WordOr};
use super::model::{Command, Flow, Global};
use crate::fault::{Fault, Place, nearest};

mod ask;
mod edges;
mod form;
mod lower;
mod private;
mod raw;

pub(crate) use lower::duration;
pub(crate) use raw::{At, Entries};

/// A file: its path relative to the content directory, and its text.
pub type Source = (String, String);

/// The file of commands and defaults.
pub(crate) const GLOBAL: &str = "_global";

/// What came of loading.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub flows: Vec<Arc<Flow>>,
    pub global: Option<Global>,
    pub faults: Vec<Fault>,
}

/// What a caller must know of a flow.
#[derive(Clone, Debug)]
struct Signature {
    args: Vec<(String, String)>,
    outcomes: Vec<String>,
    hash: String,
}

/// Loads `flows/*.yaml`.
pub(crate) fn load(sources: &[Source]) -> Loaded {
    let mut loaded = Loaded::default();
    let mut raws = BTreeMap::new();
    let mut global = None;
    for (path, text) in sources {
        let stem = stem(path);
        if stem == GLOBAL {
            global = parse::<RawGlobal>(path, text, &mut loaded.faults).map(|raw| (path.clone(), raw));
        } else if let Some(raw) = parse::<RawFlow>(path, text, &mut loaded.faults) {
            named_like_its_file(&raw, path, stem, &mut loaded.faults);
            raws.insert(raw.flow.value.clone(), (path.clone(), raw));
        }
    }
    let mut closing = Closing { raws: &raws, done: BTreeMap::new(), open: BTreeSet::new(), faults: Vec::new() };
    raws.keys().for_each(|name| closing.close(name));
    let Closing { done, faults, .. } = closing;
    loaded.faults.extend(faults);
    let signatures: BTreeMap<_, _> =
        done.iter().map(|(name, closed)| (name.clone(), closed.signature.clone())).collect();
    for (name, closed) in done {
        let file = raws.get(&name).map_or(name.as_str(), |(path, _)| path);
        let (flow, faults) = lower::lower(&closed.raw, file, &closed.signature.hash, closed.source, &signatures);
        loaded.faults.extend(faults);
        loaded.flows.extend(flow.map(Arc::new));
    }
    loaded.global = global.and_then(|(path, raw)| lower_global(&path, &raw, &signatures, &mut loaded.faults));
    loaded
}

/// Loads one stored version with its subflows, the version itself last.
pub(crate) fn learn(hash: &str, source: &str) -> Result<Vec<Flow>, Vec<Fault>> {
    let file = format!("version {hash}");
    let mut faults = Vec::new();
    let Some(raw) = parse::<RawFlow>(&file, source, &mut faults) else { return Err(faults) };
    let mut flows = Vec::new();
    let learned = relower(raw, &file, &mut flows)?;
    if learned == hash {
        return Ok(flows);
    }
    Err(vec![Fault::error(&file, None, format!("its logic has another hash now: {learned}"))])
}

fn relower(raw: RawFlow, file: &str, flows: &mut Vec<Flow>) -> Result<String, Vec<Fault>> {
    let mut signatures = BTreeMap::new();
    for (name, sub) in &raw.runs {
        let sub_hash = relower(sub.clone(), file, flows)?;
        signatures.insert(name.clone(), signature(sub, sub_hash));
    }
    let source = normalise(&raw);
    let hash = hash(&source);
    let (flow, faults) = lower::lower(&raw, file, &hash, source, &signatures);
    flows.push(flow.ok_or(faults)?);
    Ok(hash)
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
    let number = |n: u64| usize::try_from(n).unwrap_or(1).max(1);
    let place = error.location().map(|at| Place { line: number(at.line()), column: number(at.column()), length: 1 });
    Fault::error(path, place, error.without_snippet().to_string())
}

/// `flows/home.yaml` → `home`
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

fn named_like_its_file(raw: &RawFlow, path: &str, stem: &str, faults: &mut Vec<Fault>) {
    if raw.flow.value != stem {
        let what = format!("a flow is named like its file: `{stem}`, not `{}`", raw.flow.value);
        faults.push(Fault::error(path, Some(raw.flow.place), what));
    }
}

/// The normalised source of a flow: no comments, no places, no texts.
fn normalise(raw: &RawFlow) -> String {
    serde_json::to_string(raw).unwrap_or_default()
}

fn hash(source: &str) -> String {
    hex::encode(&Sha256::digest(source.as_bytes())[..8])
}

fn signature(raw: &RawFlow, hash: String) -> Signature {
    Signature {
        args: raw.args.0.iter().map(|(name, kind)| (name.value.clone(), kind.value.clone())).collect(),
        outcomes: raw.outcomes.iter().map(|outcome| outcome.value.clone()).collect(),
        hash,
    }
}

/// A flow with its subflows' sources taken in.
struct Closed {
    raw: RawFlow,
    source: String,
    signature: Signature,
}

/// Takes subflows in, innermost first; a flow that runs itself is a fault.
struct Closing<'r> {
    raws: &'r BTreeMap<String, (String, RawFlow)>,
    done: BTreeMap<String, Closed>,
    open: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl Closing<'_> {
    fn close(&mut self, name: &str) {
        let Some((path, raw)) = self.raws.get(name) else { return };
        if self.done.contains_key(name) {
            return;
        }
        self.open.insert(name.to_owned());
        let mut raw = raw.clone();
        raw.runs.clear();
        for sub in subs(&raw) {
            if self.open.contains(&sub.value) {
                let what = format!("`{}` runs itself: subflows may not go in a circle", sub.value);
                self.faults.push(Fault::error(path, Some(sub.place), what));
                continue;
            }
            self.close(&sub.value);
            raw.runs.extend(self.done.get(&sub.value).map(|closed| (sub.value.clone(), closed.raw.clone())));
        }
        self.open.remove(name);
        let source = normalise(&raw);
        let signature = signature(&raw, hash(&source));
        self.done.insert(name.to_owned(), Closed { raw, source, signature });
    }
}

fn subs(raw: &RawFlow) -> Vec<At<String>> {
    raw.steps.0.iter().filter_map(|(_, step)| step.value.run.clone()).collect()
}

fn lower_global(
    path: &str,
    raw: &RawGlobal,
    flows: &BTreeMap<String, Signature>,
    faults: &mut Vec<Fault>,
) -> Option<Global> {
    let before = faults.len();
    begins(path, &raw.start, flows, faults);
    let mut commands = BTreeMap::new();
    for (name, command) in &raw.commands.0 {
        let (flow, replaces) = match &command.value {
            WordOr::Word(flow) => (At { value: flow.clone(), place: command.place }, false),
            WordOr::Map(map) => (map.flow.clone(), map.replaces),
        };
        begins(path, &flow, flows, faults);
        commands.insert(name.value.clone(), Command { flow: flow.value, replaces });
    }
    for name in &raw.stuck {
        if !commands.contains_key(&name.value) {
            let help = nearest(&name.value, commands.keys());
            let what = format!("there is no command `{}`", name.value);
            faults.push(Fault::error(path, Some(name.place), what).help(help));
        }
    }
    let stuck = raw.stuck.iter().map(|name| name.value.clone()).collect();
    let place = Some(raw.start.place);
    let global = Global { file: path.to_owned(), place, start: raw.start.value.clone(), commands, stuck };
    (faults.len() == before).then_some(global)
}

/// What a flow may take that a command or an idle input begins: what was said, and whether something besides the menu is open.
const GIVEN: [(&str, &str); 2] = [("said", "text"), ("open", "flag")];

/// A flow that a command or an idle input begins takes nothing else.
fn begins(path: &str, flow: &At<String>, flows: &BTreeMap<String, Signature>, faults: &mut Vec<Fault>) {
    let fault = match flows.get(&flow.value) {
        None => Fault::error(path, Some(flow.place), format!("there is no flow `{}`", flow.value))
            .help(nearest(&flow.value, flows.keys())),
        Some(known) => match known.args.iter().find(|(name, kind)| !GIVEN.contains(&(name.as_str(), kind.as_str()))) {
            None => return,
            Some((arg, _)) => {
                let what =
                    format!("`{}` wants `{arg}`, but a command gives `said: text` and `open: flag` only", flow.value);
                Fault::error(path, Some(flow.place), what)
            }
        },
    };
    faults.push(fault);
}
