//! Versions: a flow with all that it runs, as it is stored and as it is known by its hash.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{
    Known, Signature, lower, parse,
    raw::{At, RawFlow},
};
use crate::{
    fault::{Fault, Kind},
    flow::{model::Flow, step::DEPTH},
};

/// A flow with its subflows' sources taken in: side by side, each once, however many ways lead to it.
pub(super) struct Closed {
    pub raw: RawFlow,
    pub source: String,
    pub signature: Signature,
    /// Flows within each other, itself counted.
    depth: usize,
}

/// Takes subflows in, innermost first; a flow that runs itself is a fault, and so are more within each other than a
/// conversation may have.
struct Closing<'r> {
    raws: &'r BTreeMap<String, (String, RawFlow)>,
    done: BTreeMap<String, Closed>,
    open: BTreeSet<String>,
    faults: Vec<Fault>,
}

/// So many flows within each other are followed; a chain of more is a fault long before.
const FOLLOWED: usize = 64;

/// Every flow as a version.
pub(super) fn close(raws: &BTreeMap<String, (String, RawFlow)>) -> (BTreeMap<String, Closed>, Vec<Fault>) {
    let mut closing = Closing { raws, done: BTreeMap::new(), open: BTreeSet::new(), faults: Vec::new() };
    raws.keys().for_each(|name| closing.close(name));
    (closing.done, closing.faults)
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
        let mut depth = 1;
        for sub in subs(&raw) {
            if self.open.contains(&sub.value) {
                self.faults.push(Fault::new(path, sub.place, Kind::Recursion { flow: sub.value.clone() }));
                continue;
            }
            if self.open.len() < FOLLOWED {
                self.close(&sub.value);
            }
            let Some(closed) = self.done.get(&sub.value) else { continue };
            if closed.depth == DEPTH {
                let kind = Kind::SubflowsDeep { flow: sub.value.clone(), most: DEPTH };
                self.faults.push(Fault::new(path, sub.place, kind));
            }
            depth = depth.max(closed.depth + 1);
            raw.runs.extend(closed.raw.runs.clone());
            raw.runs.insert(sub.value.clone(), RawFlow { runs: BTreeMap::new(), ..closed.raw.clone() });
        }
        self.open.remove(name);
        let source = normalise(&raw);
        let signature = signature(&raw, hash(&source));
        self.done.insert(name.to_owned(), Closed { raw, source, signature, depth });
    }
}

/// Loads one stored version with its subflows, the version itself last.
pub(crate) fn learn(hash: &str, source: &str) -> Result<Vec<Flow>, Vec<Fault>> {
    let file = format!("version {hash}");
    let mut faults = Vec::new();
    let Some(raw) = parse::<RawFlow>(&file, source, &mut faults) else { return Err(faults) };
    let mut learning = Learning { file: &file, flows: Vec::new(), done: BTreeMap::new(), open: BTreeSet::new() };
    let learned = learning.relower(raw)?;
    if learned == hash {
        return Ok(learning.flows);
    }
    Err(vec![Fault::new(&file, None, Kind::VersionChanged { hash: learned })])
}

/// Takes a stored version apart into its flows, each once.
struct Learning<'f> {
    file: &'f str,
    flows: Vec<Flow>,
    done: BTreeMap<String, Signature>,
    open: BTreeSet<String>,
}

impl Learning<'_> {
    fn relower(&mut self, raw: RawFlow) -> Result<String, Vec<Fault>> {
        let name = raw.flow.value.clone();
        self.open.insert(name.clone());
        for sub in subs(&raw).into_iter().map(|sub| sub.value) {
            let there = raw.runs.get(&sub).filter(|_| !self.done.contains_key(&sub) && !self.open.contains(&sub));
            if let Some(sub) = there {
                self.relower(alone(sub, &raw.runs))?;
            }
        }
        self.open.remove(&name);
        let source = normalise(&raw);
        let hash = hash(&source);
        let known = Known { flows: &self.done, unread: &BTreeSet::new() };
        let (flow, faults) = lower::lower(&raw, self.file, (&hash, source), &known);
        if !faults.is_empty() {
            return Err(faults);
        }
        self.flows.push(flow);
        self.done.insert(name, signature(&raw, hash.clone()));
        Ok(hash)
    }
}

/// A subflow as a version of its own: with those beside it that it runs, and what they run. Older versions have them within.
fn alone(sub: &RawFlow, beside: &BTreeMap<String, RawFlow>) -> RawFlow {
    let mut alone = sub.clone();
    let mut wanted = if sub.runs.is_empty() { subs(sub) } else { Vec::new() };
    while let Some(name) = wanted.pop() {
        let found = beside.get(&name.value).filter(|_| !alone.runs.contains_key(&name.value));
        if let Some(found) = found {
            wanted.extend(subs(found));
            alone.runs.insert(name.value, found.clone());
        }
    }
    alone
}

/// What it runs.
pub(super) fn subs(raw: &RawFlow) -> Vec<At<String>> {
    raw.steps.0.iter().filter_map(|(_, step)| step.value.run.clone()).collect()
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
        draft: raw.draft == Some(true),
        hash,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::load, *};

    /// Levels of as many flows, each of which runs all of the next level.
    fn levels(levels: usize, wide: usize) -> Vec<(String, String)> {
        let mut files = vec![("flows/_global.yaml".to_owned(), "start: l0_0".to_owned())];
        for (level, nth) in (0..levels).flat_map(|level| (0..wide).map(move |nth| (level, nth))) {
            let below = if level + 1 < levels { wide } else { 0 };
            let runs = (0..below).map(|n| format!("  s{n}: {{ run: l{}_{n}, next: s{} }}\n", level + 1, n + 1));
            let steps = runs.collect::<String>() + &format!("  s{below}: {{ end: done }}\n");
            let text = format!("flow: l{level}_{nth}\noutcomes: [done]\nsteps:\n{steps}");
            files.push((format!("flows/l{level}_{nth}.yaml"), text));
        }
        files
    }

    #[test]
    fn a_flow_to_which_many_ways_lead_is_taken_in_once() {
        let loaded = load(&levels(DEPTH, 6));
        assert_eq!(loaded.faults, []);
        let longest = loaded.flows.iter().map(|flow| flow.source.len()).max().unwrap();
        assert!(longest < 64_000, "6 to the power of 7 flows, each once: {longest} bytes");
        let first = loaded.flows.iter().find(|flow| flow.name == "l0_0").unwrap();
        let learned = learn(&first.hash, &first.source).unwrap();
        assert_eq!((learned.len(), learned.last().map(|flow| flow.name.as_str())), (6 * 7 + 1, Some("l0_0")));
        for flow in &learned {
            let same = loaded.flows.iter().find(|one| one.name == flow.name).unwrap();
            assert_eq!(flow.hash, same.hash, "a version is the same wherever it comes from");
        }
    }

    #[test]
    fn seventeen_levels_are_told_and_hang_nothing() {
        let loaded = load(&levels(17, 2));
        let deep = |fault: &&Fault| matches!(fault.kind, Kind::SubflowsDeep { most: DEPTH, .. });
        assert_eq!(loaded.faults.iter().filter(deep).count(), 4, "each of two runs both of the next");
        let chain = load(&levels(2_000, 1));
        assert!(chain.faults.iter().any(|fault| deep(&fault)));
    }

    #[test]
    fn a_version_that_has_its_subflows_within_each_other_is_still_known() {
        let mut raws: Vec<RawFlow> =
            levels(3, 1)[1..].iter().map(|(path, text)| parse(path, text, &mut Vec::new()).unwrap()).collect();
        while raws.len() > 1 {
            let inner = raws.pop().unwrap();
            raws.last_mut().unwrap().runs.insert(inner.flow.value.clone(), inner);
        }
        let source = normalise(&raws[0]);
        let learned = learn(&hash(&source), &source).unwrap();
        assert_eq!(learned.iter().map(|flow| flow.name.as_str()).collect::<Vec<_>>(), ["l2_0", "l1_0", "l0_0"]);
        assert!(learn("0", &source).is_err());
    }
}
