//! What the targets share: our own content, words for what somebody has made up, a conversation to play, an import.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use provodnik::{
    content,
    fault::{Fault, Fix},
    flow::{self, About, Effect, Env, Input, Names, Program, Reply, State, Trace, Turn, check},
    ids::SchoolId,
    import::{
        cells::Role,
        column::Layout,
        header,
        plan::{Snapshot, plan},
        row::{self, Rules},
        table::{self, Table},
    },
    locale::Tone,
};

/// The text of an input: UTF-8, and no longer than this.
pub fn text(data: &[u8], most: usize) -> Option<&str> {
    (data.len() <= most).then(|| std::str::from_utf8(data).ok()).flatten()
}

/// The flows and words of the programme.
pub fn ours() -> Arc<Program> {
    let (program, faults) = content::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    program.unwrap_or_else(|| panic!("{faults:?}"))
}

/// Checks one flow as the only one there is, as an author does: once without words, and once more with those that are missing.
pub fn sound(name: &str, flow: &str) -> Option<Program> {
    let flows = [
        ("flows/_global.yaml".to_owned(), format!("start: {name}\n")),
        (format!("flows/{name}.yaml"), flow.to_owned()),
    ];
    let (_, faults) = check::program(&flows, &[("locales/ru/all.ftl".to_owned(), String::new())]);
    let words = ("locales/ru/all.ftl".to_owned(), words(&faults));
    let (program, faults) = check::program(&flows, &[words]);
    let of_flow = |fault: &&Fault| fault.is_error() && fault.file.starts_with("flows/");
    program.filter(|_| !faults.iter().any(|fault| of_flow(&fault)))
}

/// A line for each text that is missing, attributes under their texts.
fn words(faults: &[Fault]) -> String {
    let keys = faults.iter().filter_map(|fault| match &fault.fix {
        Some(Fix::Text { key, .. }) => Some(key.as_str()),
        _ => None,
    });
    let mut keys: Vec<_> = keys.map(|key| key.split_once('.').unwrap_or((key, ""))).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut words = String::new();
    let mut last = "";
    for (key, attribute) in keys {
        if key != last {
            words += &format!("{key} = .\n");
            last = key;
        }
        if !attribute.is_empty() {
            words += &format!("    .{attribute} = .\n");
        }
    }
    words
}

/// One step of somebody who is called nothing in particular.
pub fn step(program: &Program, state: State, input: Input) -> Turn {
    let about = About { lang: "ru".to_owned(), tone: Tone::default() };
    let names = Names::default();
    flow::step(program, state, input, &Env { now: DateTime::<Utc>::UNIX_EPOCH, seed: 7, about: &about, names: &names })
}

/// The first call of a turn, answered with this outcome.
pub fn returned(turn: &Turn, outcome: &str) -> Option<Input> {
    turn.effects.iter().find_map(|effect| match effect {
        Effect::Call { run, seq, .. } => {
            Some(Input::Returned { run: run.clone(), seq: *seq, reply: Reply::plain(outcome) })
        }
        _ => None,
    })
}

/// What must hold after every step: what is stored is read as it was, and nobody is begun afresh.
pub fn holds(turn: &Turn) {
    assert_eq!(State::read(&turn.state.write()), turn.state);
    let afresh = turn.trace.iter().find(|trace| matches!(trace, Trace::Restarted(_)));
    assert_eq!(afresh, None);
}

/// Imports a file as far as no database is needed, and looks whether anything is lost on the way.
pub fn imported(file: &[u8]) {
    let Ok(table) = table::read(file) else { return };
    // As the process that reads a sheet hands it over.
    let handed: Option<Table> = serde_json::to_vec(&table).ok().and_then(|json| serde_json::from_slice(&json).ok());
    assert_eq!(handed.as_ref(), Some(&table));
    let places = match header::recognised(&table) {
        Ok(Layout::People(places)) => places,
        Ok(Layout::Schools(places)) => {
            let _ = provodnik::import::schools::read(&table, &places);
            return;
        }
        Ok(Layout::Territories(places)) => {
            let _ = provodnik::import::territories::read(&table, &places);
            return;
        }
        Err(unknown) => {
            assert!(!unknown.to_string().is_empty());
            return;
        }
    };
    let rules = Rules { today: DateTime::<Utc>::UNIX_EPOCH.date_naive(), school_year: None };
    let rows: Vec<_> = table.rows.iter().map(|row| row::read(row, &places, &rules)).collect();
    let school = |n: u128| (format!("790000000{n}"), format!("79000100{n}"), SchoolId(uuid::Uuid::from_u128(n)));
    let pupils: BTreeSet<u32> = rows.iter().filter(|row| row.role == Some(Role::Pupil)).map(|row| row.row).collect();
    let plan = plan(rows, Snapshot { schools: (1..=4).map(school).collect(), people: Vec::new() });
    let told = plan.faults.iter().map(|fault| fault.row).chain(plan.near.iter().map(|(row, _)| *row));
    let waiting = plan.waiting.values().flatten().copied();
    let good = plan.people.iter().map(|person| person.row);
    let seen: BTreeSet<u32> = told.chain(waiting).chain(good).collect();
    assert!(pupils.is_subset(&seen), "a pupil is lost: {:?}", pupils.difference(&seen).collect::<Vec<_>>());
    for fault in &plan.faults {
        assert!(!format!("{}: {}", fault.place(), fault.kind).contains('\n'));
    }
}
