//! Are there words for everything that is said, and do they fit?

use std::collections::BTreeSet;

use crate::{
    fault::Fault,
    flow::{
        model::{Answer, Ask, Does, Flow, Step},
        program::Program,
        step::fold,
    },
    message::Args,
};

/// One message of Telegram.
const LONGEST_TEXT: usize = 4_096;
/// One button of VK.
const LONGEST_LABEL: usize = 40;

/// What the programme itself says, whatever the flow: the text, and what it is filled with. Whoever says one more writes it
/// down here (a test compares), so that content without it is refused.
pub const SAID_BY_CODE: [(&str, &[&str]); 43] = [
    ("global-restarted", &[]),
    ("global-stale", &[]),
    ("global-first_this", &[]),
    ("global-busy", &[]),
    ("global-hasty", &[]),
    ("global-invalid", &[]),
    ("global-stuck", &[]),
    ("global-contact", &[]),
    ("global-foreign", &[]),
    ("global-unsupported", &[]),
    ("global-option", &["label"]),
    ("global-share_phone", &[]),
    ("global-about", &["name"]),
    ("global-group-hello", &[]),
    ("global-group-private", &[]),
    ("global-group-bound", &["place"]),
    ("global-group-code", &[]),
    ("notice-phone-changed", &["name", "phone"]),
    ("notice-broadcast", &["text", "place"]),
    ("notice-feedback", &["title"]),
    ("notice-feedback-begin", &[]),
    ("events-line", &["title", "at", "left"]),
    ("events-mine", &["title", "at"]),
    ("track-done", &["name"]),
    ("track-open", &["name", "do", "by", "days"]),
    ("track-late", &["name", "do", "by"]),
    ("track-ahead", &["name", "by"]),
    ("form-progress", &["at", "of", "text"]),
    ("form-confirm", &["answer"]),
    ("form-confirm.o-yes", &[]),
    ("form-confirm.o-change", &[]),
    ("form-review", &["lines"]),
    ("form-review.o-send", &[]),
    ("form-line", &["question", "answer"]),
    ("form-edit", &["question"]),
    ("form-hidden", &[]),
    ("form-picked", &["label"]),
    ("form-unpicked", &["label"]),
    ("form-most", &["max"]),
    ("form-done", &[]),
    ("form-keep", &[]),
    ("form-skip", &[]),
    ("form-back", &[]),
];
/// What such texts begin with that belong to no flow.
const OF_CODE: [&str; 3] = ["global", "notice", FORM];
/// What forms and choices of several say is wanted where there are any.
const FORM: &str = "form";

/// A text that a step may say.
pub(super) struct Spoken {
    pub key: String,
    pub must: bool,
    pub label: bool,
}

/// All texts that a step may say.
pub(super) fn spoken(flow: &Flow, step: &Step) -> Vec<Spoken> {
    let must = |key: String| Spoken { key, must: true, label: false };
    let may = |key: String| Spoken { key, must: false, label: false };
    match &step.does {
        Does::Say { key, .. } => vec![must(key.clone())],
        Does::Call { .. } => vec![may(format!("{}-{}.busy", flow.name, step.name))],
        Does::Ask(ask) => asked(ask),
        Does::Form(form) => {
            let mut all: Vec<_> = form.questions.iter().flat_map(|question| asked(&question.ask)).collect();
            for question in &form.questions {
                all.push(may(format!("{}.short", question.ask.key)));
                all.push(Spoken { label: true, ..may(format!("{}.skip", question.ask.key)) });
            }
            all
        }
        _ => Vec::new(),
    }
}

/// All texts of a question.
fn asked(ask: &Ask) -> Vec<Spoken> {
    let must = |key: String| Spoken { key, must: true, label: false };
    let may = |key: String| Spoken { key, must: false, label: false };
    let key = &ask.key;
    let mut all = vec![must(key.clone())];
    all.extend(["invalid", "stuck", "hint", "foreign"].map(|attribute| may(format!("{key}.{attribute}"))));
    all.extend(["option", "share"].map(|attribute| Spoken { label: true, ..may(format!("{key}.{attribute}")) }));
    all.extend((1..=ask.remind.len()).map(|n| must(format!("{}.remind-{n}", ask.nudges))));
    all.extend(ask.invalid.iter().cloned().map(must));
    let of: &[String] = match &ask.answer {
        Answer::Choice { of, .. } | Answer::Choices { of, .. } => of,
        _ => &[],
    };
    let labels = of.iter().map(|option| format!("{key}.o-{option}"));
    let labels: Vec<_> = labels.chain(ask.buttons.iter().map(|button| format!("{key}.b-{button}"))).collect();
    all.extend(labels.iter().map(|label| may(format!("{label}-words"))));
    let app = ask.app.iter().map(|app| format!("{key}.b-{}", app.name));
    all.extend(labels.into_iter().chain(app).map(|label| Spoken { label: true, ..must(label) }));
    all
}

pub(super) fn check(program: &Program) -> Vec<Fault> {
    let locales = program.locales();
    let mut faults = Vec::new();
    let mut used = BTreeSet::new();
    for flow in program.flows() {
        for step in &flow.steps {
            for text in spoken(flow, step) {
                if text.must && !locales.has(&text.key) {
                    faults.push(missing(flow, step, &text.key));
                }
                faults.extend(limits(program, &text.key, text.label));
                faults.extend(shadows(program, &text));
                used.insert(text.key);
            }
        }
    }
    faults.extend(unused(program, &used));
    faults.extend(said_by_code(program));
    faults
}

fn missing(flow: &Flow, step: &Step, key: &str) -> Fault {
    let what = format!("the step `{}` has no text `{key}`", step.name);
    let line =
        key.split_once('.').map_or(format!("{key} = …"), |(id, attribute)| format!("{id}\n    .{attribute} = …"));
    Fault::error(&flow.file, Some(step.place), what).help(Some(format!("locales/ru/{}.ftl: {line}", flow.name)))
}

fn said_by_code(program: &Program) -> Vec<Fault> {
    let labels: Vec<_> = program.ways_out().map(|command| format!("global-{command}.label")).collect();
    let labels = labels.iter().map(|label| (label.as_str(), [].as_slice()));
    // What belongs to a flow is said where that flow is.
    let room = |key: &str| key.split_once('-').map_or(String::new(), |(room, _)| room.to_owned());
    let forms = program.flows().flat_map(|flow| &flow.steps).any(|step| match &step.does {
        Does::Form(_) => true,
        Does::Ask(ask) => matches!(ask.answer, Answer::Choices { .. }),
        _ => false,
    });
    let wanted = |key: &str| match room(key).as_str() {
        FORM => forms,
        room => OF_CODE.contains(&room) || program.current(room).is_some(),
    };
    SAID_BY_CODE
        .into_iter()
        .filter(|(key, _)| wanted(key))
        .chain(labels)
        .flat_map(|(key, args)| own(program, key, args))
        .collect()
}

/// A text that the programme says: is it there, and does it ask for nothing that it is not given?
fn own(program: &Program, key: &str, given: &[&str]) -> Vec<Fault> {
    let (locales, global) = (program.locales(), program.global());
    let Some((file, place)) = locales.place(key) else {
        return vec![Fault::error(&global.file, global.place, format!("the text `{key}` is missing"))];
    };
    let unknown = locales.arguments(key).iter().filter(|name| !given.contains(&name.as_str()));
    let fault = |name: &String| {
        let what = format!("`{key}` is not given `${name}`");
        Fault::error(file, Some(place), what)
            .help((!given.is_empty()).then(|| format!("it is given `${}`", given.join("`, `$"))))
    };
    unknown.map(fault).collect()
}

/// Whether the programme says this text or an attribute of it, or it is about a command.
fn is_of_code(program: &Program, key: &str) -> bool {
    let id = key.split('.').next().unwrap_or(key);
    let command = id.strip_prefix("global-").and_then(|name| program.command(name));
    command.is_some() || SAID_BY_CODE.iter().any(|(said, _)| *said == id)
}

/// Too long for a channel, in any language; arguments are not counted.
fn limits(program: &Program, key: &str, label: bool) -> Vec<Fault> {
    let locales = program.locales();
    let Some((file, place)) = locales.place(key) else { return Vec::new() };
    let mut faults = Vec::new();
    for lang in locales.languages() {
        let length = locales.text(lang, key, &Args::new()).unwrap_or_default().chars().count();
        if label && length > LONGEST_LABEL {
            let what = format!("the label `{key}` has {length} characters in `{lang}`: VK cuts at {LONGEST_LABEL}");
            faults.push(Fault::warning(file, Some(place), what));
        }
        if length > LONGEST_TEXT {
            let what = format!("`{key}` has {length} characters in `{lang}`: Telegram takes {LONGEST_TEXT}");
            faults.push(Fault::error(file, Some(place), what));
        }
    }
    faults
}

/// A synonym that a command would take away; a label never is (it counts as its button).
fn shadows(program: &Program, text: &Spoken) -> Vec<Fault> {
    let locales = program.locales();
    if !text.key.ends_with("-words") {
        return Vec::new();
    }
    let Some((file, place)) = locales.place(&text.key) else { return Vec::new() };
    let mut faults = Vec::new();
    for lang in locales.languages() {
        let words = locales.text(lang, &text.key, &Args::new()).unwrap_or_default();
        for word in words.split('|').map(fold) {
            if let Some(command) = program.command_by_word(&word) {
                let what = format!("typed, «{word}» means the command `{command}`, not this answer");
                faults.push(Fault::warning(file, Some(place), what));
            }
        }
    }
    faults
}

/// Texts under a flow's name that no step says, and the programme neither.
fn unused(program: &Program, used: &BTreeSet<String>) -> Vec<Fault> {
    let mut rooms: BTreeSet<_> = program.flows().map(|flow| flow.name.as_str()).collect();
    rooms.extend(OF_CODE);
    let locales = program.locales();
    let of_room = |key: &&str| key.split_once('-').is_some_and(|(room, _)| rooms.contains(room));
    let unused = locales.keys().filter(of_room).filter(|key| !used.contains(*key) && !is_of_code(program, key));
    let fault = |key: &str| {
        let (file, place) = locales.place(key)?;
        let by = if OF_CODE.iter().any(|room| key.starts_with(&format!("{room}-"))) { "nobody" } else { "no step" };
        Some(Fault::warning(file, Some(place), format!("{by} says `{key}`")))
    };
    unused.filter_map(fault).collect()
}

/// These texts, and a bare one in the place of each that the programme says and that is missing: for tests.
#[cfg(test)]
pub(crate) fn filled(words: &str) -> String {
    let bare = |(key, args): (&str, &[&str])| {
        let args: String = args.iter().map(|name| format!(" {{ ${name} }}")).collect();
        // An attribute stands under its text.
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)));
        let line = attribute.map_or_else(|| format!("{id} = .{args}\n"), |attribute| format!("    .{attribute} = .\n"));
        (!words.contains(&format!("{id} ="))).then_some(line)
    };
    SAID_BY_CODE.into_iter().filter_map(bare).collect::<String>() + words
}
