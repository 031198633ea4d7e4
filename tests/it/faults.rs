//! Every kind of fault has a broken content directory (`tests/faults`), and `flows check` tells exactly that fault of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use provodnik::{
    content,
    fault::{Fault, Kind, Lang},
    flow::{check::SAID_BY_CODE, program::Program},
    policy,
};

const HOME: &str = "flow: home\noutcomes: [done]\nsteps:\n  hello: { say: hello, end: done }\n";
const TRACK: &str = "flow: track\nentry: []\noutcomes: [done]\nsteps:\n  hello: { say: hello, end: done }\n";
const CHAT: &str = "# Привет\n@ telegram 2026-03-02T10:00+03:00\n< .\n= done\n";
const HEAD: &str = "flow: test\noutcomes: [done]\nsteps:\n";
const SEASON: &str = "season: 2026-2027\nbegins: 2026-09-01\nends: 2027-05-31\nstages:\n";
/// As much of a picture as a size is read off.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0";
/// Where a fault is to be told.
const MARK: char = '▶';
/// What is found by playing transcripts.
const PLAYED: [&str; 3] = ["flow-without-chat", "step-not-played", "option-not-played"];

/// A broken directory.
struct Fixture {
    code: String,
    /// The file, where the fault has no place in it.
    file: Option<String>,
    /// Codes that may come with it.
    with: BTreeSet<String>,
    files: Vec<(String, String)>,
}

fn fixtures() -> Vec<Fixture> {
    let mut found: Vec<Fixture> = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "txt") {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            if let Some(head) = line.strip_prefix("## ") {
                let (head, with) = head.split_once(" with ").unwrap_or((head, ""));
                let (code, file) = head.split_once(" in ").map_or((head, None), |(code, file)| (code, Some(file)));
                let with = with.split_whitespace().map(str::to_owned).collect();
                found.push(Fixture { code: code.to_owned(), file: file.map(str::to_owned), with, files: Vec::new() });
            } else if let Some(name) = line.strip_prefix("--- ") {
                found.last_mut().unwrap().files.push((name.to_owned(), String::new()));
            } else if let Some((_, text)) = found.last_mut().and_then(|fixture| fixture.files.last_mut()) {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    found
}

/// The words that every directory has, but for these.
fn words(but: &BTreeSet<String>, stages: bool, one: bool) -> String {
    let mut words = String::new();
    for (key, args) in SAID_BY_CODE {
        let args: String = args.iter().map(|name| format!(" {{ ${name} }}")).collect();
        match key.split_once('.') {
            Some((_, attribute)) => words += &format!("    .{attribute} = .\n"),
            None if but.contains(key) => {}
            None => words += &format!("{key} = .{args}\n"),
        }
    }
    let hello = if but.contains("home-hello") { "" } else { "home-hello = .\n" };
    let track = if stages { "track-hello = .\n" } else { "" };
    let stage = "stage-one = Раз\n    .do = урок\n    .remind = Скоро\n    .begin = Трек\n";
    let others = "events-line events-mine track-done track-open track-late track-ahead";
    let unsaid: Vec<&str> = others.split(' ').filter(|key| !stages || !key.starts_with("track")).collect();
    let kept: Vec<_> = words.lines().filter(|line| !unsaid.iter().any(|key| line.starts_with(key))).collect();
    format!("{}\n{hello}{track}{}", kept.join("\n"), if stages && one { stage } else { "" })
}

impl Fixture {
    /// The files as they lie in the directory, marks in them.
    fn written(&self) -> BTreeMap<String, String> {
        let named = |name: &str| self.files.iter().any(|(file, _)| file == name);
        let stages = self.files.iter().any(|(name, _)| name == "season" || name.contains("seasons/"));
        let one = self.files.iter().any(|(_, text)| text.contains("  one: "));
        let flow = named("test") || named("flow");
        let global = if flow { "start: home\ncommands: { test: test }\n" } else { "start: home\n" };
        let but: BTreeSet<_> = self
            .files
            .iter()
            .filter_map(|(name, _)| Some(name.strip_prefix("no locales/ru/base.ftl ")?.to_owned()))
            .collect();
        let mut files = BTreeMap::from([
            ("flows/_global.yaml".to_owned(), global.to_owned()),
            ("flows/home.yaml".to_owned(), HOME.to_owned()),
            ("flows/home.chat".to_owned(), CHAT.to_owned()),
            ("locales/ru/base.ftl".to_owned(), words(&but, stages, one)),
        ]);
        if named("en") {
            files.insert("locales/en/base.ftl".to_owned(), words(&but, stages, one));
        }
        if stages {
            files.insert("flows/track.yaml".to_owned(), TRACK.to_owned());
        }
        for (name, text) in &self.files {
            let text = text.trim_end().to_owned() + "\n";
            let (path, text) = match name.as_str() {
                "test" => ("flows/test.yaml", HEAD.to_owned() + &text),
                "flow" => ("flows/test.yaml", text),
                "ru" => ("locales/ru/test.ftl", text),
                "en" => ("locales/en/test.ftl", text),
                "season" => ("flows/seasons/2026-2027.yaml", SEASON.to_owned() + &text),
                "rules" => ("rules.yaml", text),
                other if other.starts_with("no ") => {
                    files.remove(&other[3..]);
                    continue;
                }
                other => (other, text),
            };
            files.insert(path.to_owned(), text);
        }
        files
    }

    /// Where the fault is to be told: file, line and column.
    fn wanted(&self) -> Vec<(String, usize, usize)> {
        let mut wanted: Vec<_> = self.file.iter().map(|file| (file.clone(), 0, 0)).collect();
        for (file, text) in self.written() {
            for (i, line) in text.lines().enumerate() {
                let marks = line.chars().enumerate().filter(|(_, letter)| *letter == MARK);
                let file = file.strip_prefix("binary ").unwrap_or(&file);
                wanted.extend(marks.enumerate().map(|(nth, (at, _))| (file.to_owned(), i + 1, at - nth + 1)));
            }
        }
        wanted
    }

    fn found(&self, dir: &Path) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (file, text) in self.written() {
            let marked = text;
            let text = marked.replace(MARK, "");
            if file == "rules.yaml" {
                faults.extend(policy::read(&file, &text).err().unwrap_or_default());
            } else if let Some(hash) = file.strip_prefix("version ") {
                faults.extend(sound().learn(hash, &text).err().unwrap_or_default());
            } else if let Some(file) = file.strip_prefix("png ") {
                write(&dir.join(file), PNG);
            } else if let Some(file) = file.strip_prefix("binary ") {
                let bytes = marked.split(MARK).map(str::as_bytes).collect::<Vec<_>>().join(&0xff);
                write(&dir.join(file), &bytes);
            } else if let Some(file) = file.strip_prefix("large ") {
                write(&dir.join(file), &vec![b'#'; 1024 * 1024 + 1]);
            } else {
                write(&dir.join(file), text.as_bytes());
            }
        }
        let played = PLAYED.contains(&self.code.as_str());
        faults.extend(if played { content::check(dir).faults } else { content::load(dir).1 });
        faults
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// The programme's own.
fn sound() -> Program {
    (*content::load(Path::new(env!("CARGO_MANIFEST_DIR"))).0.unwrap()).clone()
}

#[test]
fn every_kind_of_fault_is_told_where_it_is_and_nothing_else() {
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let dir = tempfile::tempdir().unwrap();
        let found = fixture.found(dir.path());
        let mut told: Vec<_> = found
            .iter()
            .filter(|fault| !fixture.with.contains(fault.kind.code()))
            .map(|fault| {
                let (line, column) = fault.place.map_or((0, 0), |place| (place.line, place.column));
                (fault.kind.code(), fault.file.clone(), line, column)
            })
            .collect();
        told.sort();
        let mut wanted: Vec<_> = fixture
            .wanted()
            .into_iter()
            .map(|(file, line, column)| (fixture.code.as_str(), file, line, column))
            .collect();
        wanted.sort();
        if told != wanted || wanted.is_empty() {
            let told: Vec<_> = found.iter().map(|fault| format!("{}: {fault}", fault.kind.code())).collect();
            wrong.push(format!("{}: wanted {wanted:?}\n  told {told:#?}", fixture.code));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_kind_has_a_fixture_and_words_in_both_languages() {
    let fixtures = fixtures();
    let shown: BTreeSet<_> = fixtures.iter().map(|fixture| fixture.code.as_str()).collect();
    let all: BTreeSet<_> = Kind::ALL.iter().map(|(code, _)| *code).collect();
    assert_eq!(shown, all);
    assert!(all.len() >= 25);
    for fixture in &fixtures {
        let dir = tempfile::tempdir().unwrap();
        for fault in fixture.found(dir.path()) {
            let (ru, en) = (fault.what(Lang::Ru), fault.what(Lang::En));
            assert!(ru.chars().any(|letter| ('а'..='я').contains(&letter)), "{}: {ru}", fixture.code);
            for text in [Some(ru), Some(en), fault.help(Lang::Ru), fault.help(Lang::En)].into_iter().flatten() {
                assert!(!text.contains("{$") && !text.is_empty(), "{}: {text}", fixture.code);
            }
        }
    }
}
