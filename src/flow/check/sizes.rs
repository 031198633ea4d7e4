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
    flow::{
        model::{Does, Flow, Question, Step},
        program::Program,
    },
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

/// The look over all answers of a form, with the longest of each: it goes out as one message.
pub(super) fn reviewed(domains: &Domains, program: &Program, flow: &Flow, step: &Step) -> Vec<Fault> {
    let Does::Form(form) = &step.does else { return Vec::new() };
    if form.review.is_none() {
        return Vec::new();
    }
    let locales = program.locales();
    let line = |lang: &str, question: &Question| {
        let (key, short) = (&question.ask.key, format!("{}.short", question.ask.key));
        let asked = locales.longest(lang, if locales.has(&short) { &short } else { key }, &|_| FILLED);
        let answered = if question.ask.private { FILLED } else { domains::longest(domains, &question.id) };
        let bound = |name: &str| if name == "question" { asked.unwrap_or_default() } else { answered };
        locales.longest(lang, "form-line", &bound).map_or(0, |length| length + 1)
    };
    let too_long = |lang: &str| {
        let lines: usize = form.questions.iter().map(|question| line(lang, question)).sum();
        let length = locales.longest(lang, "form-review", &|_| lines)? + about(program, lang);
        let (key, lang) = ("form-review".to_owned(), lang.to_owned());
        let kind = Kind::TextTooLong { key, lang, length, max: TELEGRAM.text };
        (length > TELEGRAM.text).then(|| Fault::new(&flow.file, step.place, kind))
    };
    locales.languages().filter_map(too_long).collect()
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
