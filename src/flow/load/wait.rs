//! The `wait` step: for a while, or for a signal.

use super::{
    lower::Lower,
    raw::{At, RawStep, RawWait},
};
use crate::{
    fault::Kind,
    flow::model::{Awaited, Does, SIGNAL, TIMEOUT},
};

pub(super) fn wait(lower: &mut Lower<'_>, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
    let raw = step.wait.as_ref()?;
    let lasts = match &raw.value.lasts {
        Some(lasts) => Some(lower.duration(lasts)?),
        None => None,
    };
    let Some(signal) = &raw.value.signal else {
        only_a_pause(lower, &raw.value, step);
        let Some(lasts) = lasts else {
            lower.fault(raw.place, Kind::MissingKey { key: "for".to_owned() });
            return None;
        };
        return Some(Does::Sleep { lasts, next: lower.onward(i, name, step)? });
    };
    lower.name(signal);
    if lasts.is_none() && !lower.expires {
        lower.fault(signal.place, Kind::EndlessWait { signal: signal.value.clone() });
    }
    let ways = [Some(SIGNAL), lasts.map(|_| TIMEOUT)].into_iter().flatten().map(str::to_owned).collect::<Vec<_>>();
    let next = lower.edges(i, name, step, &ways)?;
    let gives = raw.value.gives.0.iter().filter_map(|(field, of)| {
        lower.name(field);
        Some((field.value.clone(), lower.open_type(of)?))
    });
    let gives = gives.collect();
    let about = raw.value.about.as_ref().and_then(|about| lower.formula(about));
    let save = step.save.as_ref().map(|save| save.value.clone());
    Some(Does::Await(Box::new(Awaited { signal: signal.value.clone(), about, gives, save, lasts, next })))
}

/// A pause brings nothing.
fn only_a_pause(lower: &mut Lower<'_>, raw: &RawWait, step: &RawStep) {
    let gives = raw.gives.0.first().map(|(field, _)| ("gives", field.place));
    let about = raw.about.as_ref().map(|at| ("about", at.place));
    let save = step.save.as_ref().map(|at| ("save", at.place));
    for (key, place) in [gives, about, save].into_iter().flatten() {
        lower.fault(place, Kind::ForeignKey { key: key.to_owned(), kind: "wait".to_owned() });
    }
}
