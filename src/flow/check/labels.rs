//! Can an answer that is typed be told from every other, and from a command?

use std::collections::BTreeMap;

use crate::{
    fault::{Fault, Kind},
    flow::{
        model::{Answer, Ask, Does, Step},
        program::Program,
        step::fold,
    },
    locale::{Tone, YOU, you},
    message::Args,
};

pub(super) fn check(program: &Program, step: &Step) -> Vec<Fault> {
    match &step.does {
        Does::Ask(ask) => asked(program, ask),
        Does::Form(form) => form.questions.iter().flat_map(|question| asked(program, &question.ask)).collect(),
        _ => Vec::new(),
    }
}

/// What can be pressed under a question, as attributes of its text.
fn pressed(ask: &Ask) -> Vec<String> {
    let of: &[String] = match &ask.answer {
        Answer::Choice { of, .. } | Answer::Choices { of, .. } => of,
        _ => &[],
    };
    let options = of.iter().map(|option| format!("{}.o-{option}", ask.key));
    options.chain(ask.buttons.iter().map(|button| format!("{}.b-{button}", ask.key))).collect()
}

fn asked(program: &Program, ask: &Ask) -> Vec<Fault> {
    let mut faults = Vec::new();
    let keys = pressed(ask);
    for lang in program.locales().languages() {
        // One reading is enough: to adults or to pupils, in plain words or not.
        let tones = [(false, false), (true, false), (false, true), (true, true)];
        let told = tones.map(|(adult, plain)| reading(program, lang, &keys, Tone { adult, plain })).into_iter();
        faults.extend(told.filter(|faults| !faults.is_empty()).take(1).flatten());
        faults.extend(keys.iter().flat_map(|key| shadowed(program, lang, key)));
    }
    faults
}

fn reading(program: &Program, lang: &str, keys: &[String], tone: Tone) -> Vec<Fault> {
    let locales = program.locales();
    let mut faults = Vec::new();
    let mut labels: BTreeMap<String, &String> = BTreeMap::new();
    let mut words: BTreeMap<String, &String> = BTreeMap::new();
    for key in keys {
        let args = Args::from([(YOU.to_owned(), you(tone.adult))]);
        let text = |key: &str| locales.toned(lang, key, tone, &args).unwrap_or_default();
        let place = |key: &str| locales.place_in(lang, key);
        let label = fold(&text(key));
        let taken = labels.get(&label).filter(|other| !label.is_empty() && **other != key);
        if let (Some(other), Some((file, at))) = (taken, place(key)) {
            let kind = Kind::SameLabel { one: (*other).clone(), other: key.clone(), lang: lang.to_owned() };
            faults.push(Fault::new(file, at, kind));
        }
        let synonyms = format!("{key}-words");
        for word in text(&synonyms).split('|').map(fold).filter(|word| !word.is_empty()) {
            let taken = words.get(&word).or_else(|| labels.get(&word)).filter(|other| **other != key);
            if let (Some(other), Some((file, at))) = (taken, place(&synonyms)) {
                let kind = Kind::SameWord { word: word.clone(), one: (*other).clone(), other: key.clone() };
                faults.push(Fault::new(file, at, kind));
            }
            words.insert(word, key);
        }
        labels.insert(label, key);
    }
    faults
}

/// A synonym that a command would take away; a label never is (it counts as its button).
fn shadowed(program: &Program, lang: &str, key: &str) -> Vec<Fault> {
    let locales = program.locales();
    let synonyms = format!("{key}-words");
    let Some((file, place)) = locales.place_in(lang, &synonyms) else { return Vec::new() };
    let words = locales.text(lang, &synonyms, &Args::new()).unwrap_or_default();
    let fault = |word: String| {
        let command = program.command_by_word(&word)?.to_owned();
        Some(Fault::new(file, place, Kind::ShadowedWord { word, command }))
    };
    words.split('|').map(fold).filter_map(fault).collect()
}
