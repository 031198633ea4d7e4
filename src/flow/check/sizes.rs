//! Does everything fit that is said, in every language, at its longest?
//!
//! The longest variant of every selector counts; arguments by what they come from ([`super::domains`]). In a label data is cut
//! to fit by whoever renders it, so there only what is counted takes up room.

use std::collections::BTreeSet;

use super::{
    domains::{self, Domains},
    texts::Spoken,
};
use crate::{
    fault::{Fault, Kind},
    flow::program::Program,
    limits::{ROW_LABEL, TELEGRAM, VK},
};

/// What a text of the programme's own is filled with is as long as this, where nothing else is known.
const FILLED: usize = 64;
/// A number in a label.
const COUNTED: usize = 6;

/// The texts of a step.
pub(super) fn spoken(domains: &Domains, program: &Program, texts: &[Spoken]) -> Vec<Fault> {
    texts
        .iter()
        .flat_map(|text| {
            let bound = |name: &str| {
                let longest = domains::longest(domains, name);
                if text.label && longest > COUNTED { 0 } else { longest }
            };
            judge(program, &text.key, (text.label, text.caption), &bound)
        })
        .collect()
}

/// The texts that no step says.
pub(super) fn of_code(program: &Program, used: &BTreeSet<String>) -> Vec<Fault> {
    let others = program.locales().keys().filter(|key| !used.contains(*key));
    others.flat_map(|key| judge(program, key, (key.ends_with(".label"), false), &|_| FILLED)).collect()
}

/// The line that names whom a message is about, where several people read an account.
fn about(program: &Program, lang: &str) -> usize {
    program.locales().longest(lang, "global-about", &|_| FILLED).map_or(0, |length| length + 1)
}

fn judge(program: &Program, key: &str, (label, caption): (bool, bool), bound: &dyn Fn(&str) -> usize) -> Vec<Fault> {
    let locales = program.locales();
    let mut faults = Vec::new();
    for lang in locales.languages() {
        let (Some(length), Some((file, place))) = (locales.longest(lang, key, bound), locales.place_in(lang, key))
        else {
            continue;
        };
        let room = about(program, lang);
        let under = TELEGRAM.caption.saturating_sub(room);
        let (key, lang) = (key.to_owned(), lang.to_owned());
        let kind = if length > TELEGRAM.text {
            Kind::TextTooLong { key, lang, length, max: TELEGRAM.text }
        } else if caption && length > under {
            Kind::CaptionTooLong { key, lang, length, max: under, room }
        } else if label && length > VK.label {
            Kind::LabelTooLong { key, lang, length, max: VK.label }
        } else if label && length > ROW_LABEL {
            Kind::LabelWide { key, lang, length, max: ROW_LABEL }
        } else {
            continue;
        };
        faults.push(Fault::new(file, place, kind));
    }
    faults
}
