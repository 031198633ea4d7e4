//! The rules of the house that no compiler knows: who may use whom, what lies at the top, how long a file may be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Which rooms each room uses, exactly: the table of `ARCHITECTURE.md`. A new arrow is a decision, and so is one less.
const ARROWS: &[(&str, &str)] = &[
    ("acting", "calendar flow ids message policy seal"),
    (
        "app",
        "cache channel clock config consents content doors embedded fault flow http ids jobs lane message papers seal store telemetry turn verification",
    ),
    ("author", "channel flow locale message"),
    ("broadcast", "acting calendar flow ids message once people seal store territory"),
    ("cache", "clock"),
    ("calendar", "clock"),
    ("cards", "doors"),
    ("channel", "flow ids limits message"),
    (
        "cli",
        "app author cache clock config content demo fault flow ids import jobs journal locale people rotation sandbox seal season store telemetry",
    ),
    ("clock", ""),
    ("config", "fault policy seal"),
    ("consents", "acting calendar flow ids journal message once people seal store territory"),
    ("content", "calendar clock fault flow limits locale message"),
    ("demo", "acting calendar channel ids people seal store territory"),
    ("doors", "channel"),
    ("embedded", "clock ids"),
    ("erasure", "acting calendar flow ids journal message once people seal store territory"),
    ("events", "acting flow ids message store"),
    ("fault", ""),
    ("feedback", "acting events flow ids message seal season store"),
    ("flow", "calendar fault ids limits locale message"),
    (
        "http",
        "acting broadcast cache cards channel clock consents doors erasure flow ids import journal locale message once papers people policy pupils seal season signal store support territory track turn verification",
    ),
    ("ids", ""),
    ("import", "acting calendar flow ids journal message once people seal store territory"),
    (
        "jobs",
        "acting broadcast cache calendar channel clock consents feedback flow ids journal message people programme pupils seal season store territory turn verification",
    ),
    ("journal", "ids seal store"),
    (
        "lane",
        "acting broadcast cache calendar channel clock doors flow ids locale message once people store support territory turn verification",
    ),
    ("limits", ""),
    ("locale", "fault limits message"),
    ("message", "ids"),
    ("once", "acting ids seal store"),
    ("papers", "acting calendar cards consents ids journal people pupils seal store"),
    ("people", "acting flow ids journal message once seal signal store territory"),
    ("policy", "fault flow"),
    (
        "programme",
        "acting broadcast consents erasure events feedback flow import message people pupils season support territory verification",
    ),
    ("pupils", "acting calendar consents flow ids import journal message once people seal store territory"),
    ("rotation", "seal store"),
    ("sandbox", "clock ids"),
    ("seal", "ids"),
    ("season", "acting calendar consents flow ids journal message seal store territory"),
    ("signal", "ids message seal store"),
    ("store", "channel flow ids message"),
    ("support", "acting flow ids journal message once seal store territory verification"),
    ("telemetry", ""),
    ("territory", "acting flow ids message seal store"),
    ("track", "acting consents flow message people policy seal season store verification"),
    (
        "turn",
        "acting broadcast cache calendar channel clock flow ids locale message people policy programme seal signal store",
    ),
    ("verification", "acting clock flow ids message policy seal store territory"),
];

const TOP: &[&str] = &[
    "consents",
    "flows",
    "locales",
    "migrations",
    "src",
    "tests",
    "benches",
    "fuzz",
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "askama.toml",
    "build.rs",
    "clippy.toml",
    "rustfmt.toml",
    "sqlx.toml",
];

/// Look hard at 400 lines, tests and all; beyond this a file is two files.
const LONGEST: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(under: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The room of a file under `src`: its folder, or its own name at the top.
fn room(path: &Path) -> String {
    let first = path.strip_prefix(root().join("src")).unwrap().components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned()
}

/// The rooms that a source names: `crate::room`, and the names of `use crate::{…}`.
fn used_rooms(text: &str, rooms: &BTreeSet<String>) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let names = if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0usize;
            let mut top = String::new();
            for letter in list.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    _ if depth == 0 => top.push(letter),
                    _ => {}
                }
            }
            top.split(',').map(|part| part.trim().split("::").next().unwrap().to_owned()).collect()
        } else {
            vec![rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned()]
        };
        used.extend(names.into_iter().filter(|name| rooms.contains(name)));
    }
    used
}

fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let files = sources(&root().join("src"));
    let rooms: BTreeSet<_> =
        files.iter().map(|path| room(path)).filter(|room| room != "lib" && room != "main").collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in &files {
        let from = room(path);
        let used = used_rooms(&fs::read_to_string(path).unwrap(), &rooms);
        arrows.entry(from.clone()).or_default().extend(used.into_iter().filter(|to| *to != from));
    }
    arrows
}

#[test]
fn the_arrows_between_rooms_are_those_of_the_table() {
    let named: BTreeMap<String, BTreeSet<String>> = ARROWS
        .iter()
        .map(|(from, to)| ((*from).to_owned(), to.split_whitespace().map(str::to_owned).collect()))
        .collect();
    let found: BTreeMap<_, _> = arrows().into_iter().filter(|(from, _)| from != "lib" && from != "main").collect();
    assert_eq!(found, named);
}

#[test]
fn no_arrows_make_a_circle() {
    let arrows = arrows();
    let mut left: BTreeSet<&String> = arrows.keys().collect();
    while !left.is_empty() {
        let free: Vec<_> =
            left.iter().copied().filter(|from| arrows[*from].iter().all(|to| !left.contains(to))).collect();
        assert!(!free.is_empty(), "a circle among {left:?}");
        for room in free {
            left.remove(room);
        }
    }
}

#[test]
fn the_top_level_is_what_it_says() {
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(
            name.starts_with('.') || name == "target" || name == "data" || TOP.contains(&name.as_str()),
            "what is {name} doing here?"
        );
    }
}

#[test]
fn no_file_is_two_files() {
    for path in ["src", "tests", "benches"].into_iter().flat_map(|under| sources(&root().join(under))) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
    }
}

/// Words that let time pass; this list is the only place in a test where they may stand.
const PASTIMES: [&str; 7] =
    ["sleep", "sleep_until", "interval", "interval_at", "pg_sleep", "waitForTimeout", "setTimeout"];

/// The functions that a source calls, by their last names.
fn called(text: &str) -> impl Iterator<Item = &str> {
    let letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices('(').map(move |(at, _)| text[..at].rsplit(|c| !letter(c)).next().unwrap())
}

/// A test waits for what it needs, never for a while.
#[test]
fn no_test_sleeps() {
    let tests = sources(&root().join("tests")).into_iter().map(|path| (fs::read_to_string(&path).unwrap(), path));
    let inside = sources(&root().join("src")).into_iter().filter_map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let whole = path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests"));
        let tests = if whole { Some(text) } else { text.split_once("#[cfg(test)]").map(|(_, tests)| tests.to_owned()) };
        Some((tests?, path))
    });
    let walk = fs::read_dir(root().join("tests/browser")).unwrap().map(|entry| entry.unwrap().path());
    let walk = walk.filter(|path| path.extension().is_some_and(|end| end == "js"));
    let walk: Vec<_> = walk.map(|path| (fs::read_to_string(&path).unwrap(), path)).collect();
    assert!(walk.iter().any(|(_, path)| path.ends_with("walk.js")), "{walk:?}");
    for (text, path) in tests.chain(inside).chain(walk) {
        let pastime = called(&text).find(|name| PASTIMES.contains(name));
        assert_eq!(pastime, None, "{}: a test that lets time pass: wait for an event", path.display());
    }
    let probe = PASTIMES[0].to_owned() + "(now); make_" + PASTIMES[2] + "(b)";
    assert_eq!(called(&probe).collect::<Vec<_>>(), [PASTIMES[0], "make_interval"], "what is looked for is found");
}

#[test]
fn sql_lives_in_the_store_and_is_checked() {
    for path in sources(&root().join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("AssertSqlSafe"), "{}: SQL made at run time", path.display());
        let asks = text.contains("query!(") || text.contains("query_as!(") || text.contains("query_scalar!(");
        assert!(!asks || path.starts_with(root().join("src/store")), "{}: SQL outside the store", path.display());
    }
}

#[test]
fn clocks_in_sql_are_arguments() {
    for path in sources(&root().join("src/store")) {
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        for word in ["now()", "current_timestamp", "current_date", "localtimestamp"] {
            assert!(
                !text.contains(word),
                "{}: {word} in SQL: pass $now, or clock_timestamp() for leases",
                path.display()
            );
        }
    }
}

/// The literals of a source that read like the key of a text: `room-name`.
fn keys(source: &str, rooms: &BTreeSet<String>) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let plain = |text: &&str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b));
    let of_room =
        |text: &&str| text.split_once('-').is_some_and(|(room, name)| rooms.contains(room) && !name.is_empty());
    source.split('"').filter(plain).filter(of_room).map(str::to_owned).collect()
}

#[test]
fn what_the_programme_says_is_written_down_for_the_check() {
    let mut rooms = BTreeSet::from(["global", "notice", "form"].map(str::to_owned));
    for entry in fs::read_dir(root().join("flows")).unwrap() {
        rooms.insert(entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    }
    let list = root().join("src/flow/check/texts.rs");
    // What faults say lies beside them, not in `locales`.
    let faults = root().join("src/fault");
    let said = sources(&root().join("src")).into_iter().filter(|path| *path != list && !path.starts_with(&faults));
    let said =
        said.filter(|path| !path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests")));
    let said: BTreeSet<_> = said.flat_map(|path| keys(&fs::read_to_string(path).unwrap(), &rooms)).collect();
    let listed = provodnik::flow::check::SAID_BY_CODE.iter().map(|(key, _)| (*key).to_owned());
    // Labels of what a form offers are put together as those of any question are.
    let listed: BTreeSet<_> = listed.filter(|key| !key.starts_with("form-") || !key.contains('.')).collect();
    assert_eq!(said, listed, "what code says, and SAID_BY_CODE in {}", list.display());
}
