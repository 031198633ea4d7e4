//! Are there words for everything that is said, and do they fit?

use std::collections::BTreeSet;

use super::sizes;
use crate::{
    fault::{Fault, Fix, Kind, Place, nearest},
    flow::{
        model::{Answer, Ask, Does, Flow, Step},
        program::Program,
    },
    locale::{plain_key, usual_key},
};

/// What the programme itself says, whatever the flow: the text, and what it is filled with. Whoever says one more writes it
/// down here (a test compares), so that content without it is refused.
pub const SAID_BY_CODE: [(&str, &[&str]); 96] = [
    ("global-restarted", &[]),
    ("global-stale", &[]),
    ("global-first_this", &[]),
    ("global-resumed", &[]),
    ("global-busy", &[]),
    ("global-hasty", &[]),
    ("global-invalid", &[]),
    ("global-stuck", &[]),
    ("global-contact", &[]),
    ("global-foreign", &[]),
    ("global-own_contact", &[]),
    ("global-unsupported", &[]),
    ("global-option", &["label"]),
    ("global-share_phone", &[]),
    ("global-about", &["name"]),
    ("global-group-hello", &[]),
    ("global-group-private", &[]),
    ("global-group-bound", &["place"]),
    ("global-group-code", &[]),
    ("notice-phone-changed", &["name", "phone"]),
    ("notice-broadcast", &["text", "place", "coordinator"]),
    ("notice-broadcast-swept", &[]),
    ("notice-digest", &["lines"]),
    ("notice-digest-line", &["class", "absent", "unverified", "consentless"]),
    ("notice-digest-relatives", &[]),
    ("notice-digest-begin", &[]),
    ("teacher_tasks-line", &["class", "absent", "unverified", "consentless"]),
    ("notice-table", &["school"]),
    ("notice-table-begin", &[]),
    ("notice-table_decided", &["school", "verdict"]),
    ("notice-owes", &["lines"]),
    ("notice-owes-phone", &[]),
    ("notice-owes-consent", &[]),
    ("notice-owes-paper", &[]),
    ("notice-owes-parent", &[]),
    ("notice-owes-verify", &[]),
    ("pupils-line", &["n", "name", "class", "signed_in", "phone", "consent"]),
    ("notice-cast-held", &["soon", "at", "pupils", "chats", "night"]),
    ("notice-cast-sending", &["bar", "sent", "left", "lost", "later", "next", "rate", "minutes"]),
    ("notice-cast-paused", &["why", "sent", "left", "failed"]),
    ("notice-cast-cancelled", &["sent", "cancelled"]),
    ("notice-cast-done", &["sent", "lost", "blocked", "opted", "failed"]),
    ("notice-cast-again", &["whom", "many"]),
    ("notice-cast-undoing", &["doing", "bar", "gone", "left", "lost"]),
    ("notice-cast-undone", &["doing", "gone", "lost"]),
    ("notice-cast-more", &[]),
    ("notice-cast-cancel", &[]),
    ("notice-cast-pause", &[]),
    ("notice-cast-resume", &[]),
    ("notice-feedback", &["title"]),
    ("notice-feedback-begin", &[]),
    ("notice-consent-parent", &["name"]),
    ("notice-consent-birthday", &["name"]),
    ("notice-consent-begin", &[]),
    ("consent-line", &["purpose", "act", "method", "at"]),
    ("consent-option", &["purpose", "given"]),
    ("consent-child_line", &["name", "state", "season"]),
    ("track-consent", &["whose"]),
    ("broadcast-wave", &["there", "at", "place", "more", "pupils", "chats"]),
    ("broadcast-line", &["title", "channel", "place"]),
    ("events-line", &["title", "at", "left"]),
    ("events-mine", &["title", "at"]),
    ("pupils-all", &["school"]),
    ("notice-request", &["number", "verdict"]),
    ("notice-consent_last", &["day", "many"]),
    ("notice-consent_last_class", &["day", "many"]),
    ("notice-erasure", &["name", "number", "until"]),
    ("notice-erasure_child", &["name", "number", "until"]),
    ("notice-staff_season", &["season"]),
    ("notice-proposal", &["school"]),
    ("notice-proposal-granted", &["school"]),
    ("notice-proposal-refused", &["school", "remark"]),
    ("own-line", &["role", "place", "many"]),
    ("own-support", &[]),
    ("requests-line", &["number", "reason"]),
    ("staff-role", &["role"]),
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
/// What the words of stages begin with.
const STAGE: &str = "stage";
/// What pages of ours say that are opened from the chat.
const PAGE: &str = "page";
/// What such texts begin with that belong to no flow.
const OF_CODE: [&str; 3] = ["global", "notice", FORM];
/// What forms and choices of several say is wanted where there are any.
const FORM: &str = "form";

/// A text that a step may say.
pub(super) struct Spoken {
    pub key: String,
    pub must: bool,
    pub label: bool,
    /// It stands under a picture.
    pub caption: bool,
}

/// All texts that a step may say, and the same in plain words.
pub(super) fn spoken(flow: &Flow, step: &Step) -> Vec<Spoken> {
    let usual = usual(flow, step);
    let plain = usual.iter().map(|text| Spoken {
        key: plain_key(&text.key),
        must: false,
        label: text.label,
        caption: text.caption,
    });
    let plain: Vec<_> = plain.collect();
    usual.into_iter().chain(plain).collect()
}

fn usual(flow: &Flow, step: &Step) -> Vec<Spoken> {
    let must = |key: String| Spoken { key, must: true, label: false, caption: false };
    let may = |key: String| Spoken { key, must: false, label: false, caption: false };
    match &step.does {
        Does::Say { key, picture: Some(_), .. } => captioned(key),
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

/// The text under a picture, and what can be seen on it.
fn captioned(key: &str) -> Vec<Spoken> {
    let said = |key: String, caption| Spoken { key, must: true, label: false, caption };
    vec![said(key.to_owned(), true), said(format!("{key}.alt"), false)]
}

/// Whether it says what can be seen on a picture: the same for everybody, for it is uploaded with the picture.
pub(super) fn is_alt(key: &str) -> bool {
    usual_key(key).unwrap_or(key).ends_with(".alt")
}

/// What such a text is filled with.
fn filled_alts(program: &Program, key: &str) -> Vec<Fault> {
    let locales = program.locales();
    let places = locales.languages().filter_map(|lang| Some((lang, locales.place_in(lang, key)?)));
    let fault = |(lang, (file, place)): (&str, (&str, Place))| {
        let fault = |argument: &String| {
            let (key, argument, lang) = (key.to_owned(), argument.clone(), lang.to_owned());
            Fault::new(file, place, Kind::AltArgument { key, argument, lang })
        };
        locales.arguments(key).iter().map(fault).collect::<Vec<_>>()
    };
    places.flat_map(fault).collect()
}

/// All texts of a question.
fn asked(ask: &Ask) -> Vec<Spoken> {
    let must = |key: String| Spoken { key, must: true, label: false, caption: false };
    let may = |key: String| Spoken { key, must: false, label: false, caption: false };
    let key = &ask.key;
    let mut all = if ask.picture.is_some() { captioned(key) } else { vec![must(key.clone())] };
    all.extend(["invalid", "stuck", "hint", "foreign", "own"].map(|attribute| may(format!("{key}.{attribute}"))));
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

/// What a version of a flow must be able to say and no language has words for.
pub(crate) fn unsaid(program: &Program, flow: &Flow) -> Vec<String> {
    let said = flow.steps.iter().flat_map(|step| spoken(flow, step));
    said.filter(|text| text.must && !program.locales().has(&text.key)).map(|text| text.key).collect()
}

/// `files`: what the files of flows are called, those too that can't be read; `damaged`: the flows with holes in them.
pub(super) fn check(program: &Program, files: &[&str], damaged: &BTreeSet<String>) -> Vec<Fault> {
    let locales = program.locales();
    let mut faults = Vec::new();
    let mut used = BTreeSet::new();
    for flow in program.flows() {
        for step in &flow.steps {
            for text in spoken(flow, step) {
                // What is said in several places is missing once.
                if text.must && !locales.has(&text.key) && !used.contains(&text.key) {
                    faults.push(missing(flow, step, &text.key));
                }
                used.insert(text.key);
            }
        }
    }
    let whole = |room: &str| !damaged.contains(room) && (program.current(room).is_some() || !files.contains(&room));
    faults.extend(unused(program, &used, &whole));
    faults.extend(used.iter().filter(|key| is_alt(key)).flat_map(|key| filled_alts(program, key)));
    faults.extend(said_by_code(program));
    faults.extend(sizes::of_code(program, &used));
    faults
}

fn missing(flow: &Flow, step: &Step, key: &str) -> Fault {
    let kind = Kind::MissingText { step: step.name.clone(), key: key.to_owned() };
    let fix = Fix::Text { flow: flow.name.clone(), key: key.to_owned() };
    Fault::new(&flow.file, step.place, kind).fix(Some(fix))
}

fn said_by_code(program: &Program) -> Vec<Fault> {
    let labels: Vec<_> = program
        .ways_out()
        .filter(|name| program.command(name).is_some())
        .map(|command| format!("global-{command}.label"))
        .collect();
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
        .flat_map(|(key, args)| [own(program, key, args), own_plain(program, key, args)].concat())
        .collect()
}

/// A text that the programme says: is it there, and does it ask for nothing that it is not given?
fn own(program: &Program, key: &str, given: &[&str]) -> Vec<Fault> {
    let (locales, global) = (program.locales(), program.global());
    let Some((file, place)) = locales.place(key) else {
        let room = key.split('-').next().unwrap_or_default();
        let fix = Fix::Text { flow: room.to_owned(), key: key.to_owned() };
        return vec![
            Fault::new(&global.file, global.place, Kind::MissingOwnText { key: key.to_owned() }).fix(Some(fix)),
        ];
    };
    let unknown = locales.arguments(key).iter().filter(|name| !given.contains(&name.as_str()));
    let fault = |name: &String| {
        let given = given.iter().map(|name| format!("${name}")).collect();
        Fault::new(file, place, Kind::OwnArgument { key: key.to_owned(), argument: name.clone(), given })
    };
    unknown.map(fault).collect()
}

/// The same of its plain variant, where there is one.
fn own_plain(program: &Program, key: &str, given: &[&str]) -> Vec<Fault> {
    let key = plain_key(key);
    if program.locales().has(&key) { own(program, &key, given) } else { Vec::new() }
}

/// Whether the programme says this text or an attribute of it, or it is about a command.
fn is_of_code(program: &Program, key: &str) -> bool {
    let id = key.split('.').next().unwrap_or(key);
    let command = id.strip_prefix("global-").and_then(|name| program.command(name));
    command.is_some() || SAID_BY_CODE.iter().any(|(said, _)| *said == id)
}

/// Texts that no step says, no other text is made of, and the programme does not say either.
fn unused(program: &Program, used: &BTreeSet<String>, whole: &dyn Fn(&str) -> bool) -> Vec<Fault> {
    let locales = program.locales();
    let within = locales.within_others();
    // What a flow with holes says nobody knows; stages are the seasons', pages are held to their texts by a test of their own.
    let judged = |key: &&str| key.split_once('-').is_none_or(|(room, _)| room != STAGE && room != PAGE && whole(room));
    let unused = locales
        .keys()
        .filter(judged)
        .filter(|key| !used.contains(*key) && !within.contains(key) && !is_of_code(program, key));
    let fault = |key: &str| {
        let (file, place) = locales.place(key)?;
        let lacking = used.iter().filter(|key| !locales.has(key));
        // Perhaps it is the other name that is mistyped.
        let meant = nearest(key, lacking).map(Fix::perhaps);
        Some(Fault::new(file, place, Kind::UnusedText { key: key.to_owned() }).fix(meant))
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
