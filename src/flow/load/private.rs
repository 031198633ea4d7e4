//! Which names of a flow are personal.

use std::collections::BTreeSet;

use crate::flow::model::{Does, Flow, Sited};

/// The names whose values are personal: declared so, and what is set from them.
pub(super) fn names(flow: &Flow) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        flow.args.iter().filter(|(_, kind)| kind.private).map(|(name, _)| name.clone()).collect();
    for step in &flow.steps {
        match &step.does {
            Does::Ask(ask) if ask.private || ask.answer.is_personal() => {
                names.insert(step.name.clone());
            }
            Does::Form(form) => {
                let personal = form.questions.iter().filter(|q| q.ask.private || q.ask.answer.is_personal());
                let personal: Vec<String> = personal.map(|question| question.id.clone()).collect();
                // All answers together are as personal as one of them.
                names.extend((!personal.is_empty()).then(|| step.name.clone()));
                names.extend(personal);
            }
            _ => {}
        }
    }
    loop {
        let found: Vec<String> = sets(flow)
            .filter(|(name, set)| !names.contains(name) && uses(set, &names))
            .map(|(name, _)| name.clone())
            .collect();
        if found.is_empty() {
            return names;
        }
        names.extend(found);
    }
}

fn sets(flow: &Flow) -> impl Iterator<Item = &(String, Sited)> {
    flow.steps.iter().flat_map(|step| match &step.does {
        Does::Set { values, .. } => values.as_slice(),
        _ => &[],
    })
}

fn uses(set: &Sited, names: &BTreeSet<String>) -> bool {
    let mut used = Vec::new();
    set.expr.names(&mut used);
    // A field is as personal as its record.
    used.iter().any(|name| names.contains(name.split('.').next().unwrap_or(name)))
}
