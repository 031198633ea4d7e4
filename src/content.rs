//! Reads a content directory: `flows/*.yaml`, `flows/*.chat`, `flows/seasons/*.yaml`, `flows/pictures/*`, `locales/<lang>/*.ftl`. The engine itself touches no file.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    fault::{Fault, Kind, Lang, Place, report},
    flow::{Program, chat, check, coverage::Coverage, schema},
};

mod mend;
mod pictures;
mod seasons;

pub use seasons::schema as season_schema;

/// What editors complete and explain flows by.
const SCHEMA: &str = "flows/schema.json";
/// The same for seasons.
const SEASON_SCHEMA: &str = "flows/seasons/schema.json";

/// A file of flows, texts or transcripts has at most so many bytes.
const LARGEST: usize = 1024 * 1024;

/// A file: its path relative to the content directory, and its text.
type Source = (String, String);

/// Loads everything under `dir`. A program comes out if there is no error among the faults; all faults come at once.
#[must_use]
pub fn load(dir: &Path) -> (Option<Arc<Program>>, Vec<Fault>) {
    let (flows, mut faults) = read(dir, &dir.join("flows"), "yaml");
    let (locales, unread) = words(dir);
    faults.extend(unread);
    let (program, found) = check::program(&flows, &locales);
    faults.extend(found);
    let (sources, unread) = calendars(dir);
    faults.extend(unread);
    let (seasons, found) = seasons::load(&sources, program.as_ref());
    faults.extend(found);
    let (pictures, found) = pictures::load(dir);
    faults.extend(found);
    faults.extend(program.iter().flat_map(|program| pictures::check(program, &pictures)));
    let sound = !faults.iter().any(Fault::is_error);
    (program.filter(|_| sound).map(|program| Arc::new(program.with_seasons(seasons).with_pictures(pictures))), faults)
}

/// What `flows check` has found.
#[derive(Debug)]
pub struct Checked {
    /// Every fault of every file.
    pub faults: Vec<Fault>,
    /// The files that they are about, each (path, text).
    pub sources: Vec<Source>,
    /// Whether the content may be used.
    pub sound: bool,
}

impl Checked {
    /// The report for whoever wrote the files.
    #[must_use]
    pub fn report(&self, lang: Lang, colour: bool) -> String {
        report::text(&self.faults, &self.sources, lang, colour)
    }
}

/// Checks everything under `dir`: what [`load`] finds, and, where there is no error, what no transcript plays.
#[must_use]
pub fn check(dir: &Path) -> Checked {
    let (program, mut faults) = load(dir);
    if let Some(program) = &program {
        let (chats, unread) = read(dir, &dir.join("flows"), "chat");
        faults.extend(unread);
        faults.extend(check::coverage(program, &chat::run(program, chats, false).covered));
        faults.sort_by(|left, right| (&left.file, left.place).cmp(&(&right.file, right.place)));
    }
    let sources = [read(dir, &dir.join("flows"), "yaml").0, calendars(dir).0, words(dir).0].concat();
    Checked { faults, sources, sound: program.is_some() }
}

/// Writes the schemas of flows and of seasons beside them.
///
/// # Errors
/// A file can't be written.
pub fn write_schema(dir: &Path, lang: Lang) -> io::Result<()> {
    std::fs::write(dir.join(SCHEMA), schema(lang))?;
    let seasons = dir.join(SEASON_SCHEMA);
    // Content without seasons needs none.
    if seasons.parent().is_some_and(Path::is_dir) { std::fs::write(seasons, season_schema(lang)) } else { Ok(()) }
}

/// Mends under `dir` what can be mended without asking, and names the files that were written.
///
/// # Errors
/// A file can't be written.
pub fn fix(dir: &Path) -> io::Result<Vec<String>> {
    let Checked { faults, sources, .. } = check(dir);
    let mended = mend::mend(&faults, &sources);
    for (file, text) in &mended {
        std::fs::write(dir.join(file), text)?;
    }
    Ok(mended.into_iter().map(|(file, _)| file).collect())
}

/// Plays every transcript under `dir`; with `bless`, those that read otherwise are written anew.
#[must_use]
pub fn test(dir: &Path, bless: bool) -> chat::Report {
    test_covering(dir, bless).0
}

/// The same, and how much of the flows the transcripts go through; nothing of flows that may not be used.
#[must_use]
pub fn test_covering(dir: &Path, bless: bool) -> (chat::Report, Option<Coverage>) {
    let (program, faults) = load(dir);
    let Some(program) = program else { return (chat::Report { faults, ..chat::Report::default() }, None) };
    let (chats, unread) = read(dir, &dir.join("flows"), "chat");
    let mut report = chat::run(&program, chats, bless);
    report.faults.extend(unread);
    for (file, text) in &report.blessed {
        if let Err(error) = std::fs::write(dir.join(file), text) {
            report.faults.push(unreadable(file, error.to_string()));
        }
    }
    let coverage = Coverage::of(&program, &report.covered);
    (report, Some(coverage))
}

/// The transcripts under `dir`; what can't be read is left out.
#[must_use]
pub fn chats(dir: &Path) -> Vec<(String, String)> {
    read(dir, &dir.join("flows"), "chat").0
}

/// A content directory need not have any.
fn calendars(dir: &Path) -> (Vec<Source>, Vec<Fault>) {
    let folder = dir.join("flows/seasons");
    if folder.is_dir() { read(dir, &folder, "yaml") } else { (Vec::new(), Vec::new()) }
}

fn words(dir: &Path) -> (Vec<Source>, Vec<Fault>) {
    let (mut sources, mut faults) = (Vec::new(), Vec::new());
    match entries(&dir.join("locales")) {
        Err(error) => faults.push(unreadable("locales", error)),
        Ok(langs) => {
            for lang in langs.iter().filter(|lang| lang.is_dir()) {
                let (found, unread) = read(dir, lang, "ftl");
                sources.extend(found);
                faults.extend(unread);
            }
        }
    }
    (sources, faults)
}

fn read(dir: &Path, folder: &Path, ext: &str) -> (Vec<Source>, Vec<Fault>) {
    let (mut sources, mut faults) = (Vec::new(), Vec::new());
    let name = |path: &Path| path.strip_prefix(dir).unwrap_or(path).to_string_lossy().replace('\\', "/");
    match entries(folder) {
        Err(error) => faults.push(unreadable(&name(folder), error)),
        Ok(paths) => {
            for path in paths.iter().filter(|path| path.extension().is_some_and(|found| found == ext)) {
                match text(path) {
                    Ok(text) => sources.push((name(path), text)),
                    Err(wrong) => faults.push(Fault::new(&name(path), wrong.1, wrong.0)),
                }
            }
        }
    }
    (sources, faults)
}

/// A file as it is read, or what is wrong with it before anybody reads it.
fn text(path: &Path) -> Result<String, Box<(Kind, Option<Place>)>> {
    let unreadable = |error: io::Error| Box::new((Kind::Unreadable { why: error.to_string() }, None));
    let length = usize::try_from(std::fs::metadata(path).map_err(unreadable)?.len()).unwrap_or(usize::MAX);
    if length > LARGEST {
        return Err(Box::new((Kind::FileLarge { kilobytes: length / 1024, most: LARGEST / 1024 }, None)));
    }
    String::from_utf8(std::fs::read(path).map_err(unreadable)?).map_err(|error| {
        let sound = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..sound).unwrap_or_default()).into_owned();
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        let line = before.matches('\n').count() + 1;
        Box::new((Kind::NotUtf8 {}, Some(Place { line, column, length: 1 })))
    })
}

fn unreadable(file: &str, why: String) -> Fault {
    Fault::new(file, None, Kind::Unreadable { why })
}

/// In the order of their names, so that faults come in the same order everywhere.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let found = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut paths: Vec<_> = found.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    fn the_programmes_content_has_no_error() {
        let checked = check(ours());
        assert!(checked.sound, "{}", checked.report(Lang::En, false));
    }

    #[test]
    fn every_transcript_of_the_programme_goes_as_written() {
        let (report, coverage) = test_covering(ours(), false);
        assert!(report.played > 0 && report.is_good(), "{report}");
        assert!(
            coverage.is_some_and(|coverage| coverage.reaches(100)),
            "`flows test --coverage` names what they leave out"
        );
    }

    /// A sound directory whose transcript says another word than its flow.
    fn small() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let flow = "flow: home\noutcomes: [done]\nsteps:\n  hello: { say: hello, end: done }\n";
        for (path, text) in [
            ("flows/_global.yaml", "start: home\n"),
            ("flows/home.yaml", flow),
            ("flows/home.chat", "# Привет\n@ telegram 2026-03-02T10:00+03:00\n< Пока\n= done\n"),
            ("locales/ru/all.ftl", &check::filled("home-hello = Привет\n")),
        ] {
            std::fs::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
            std::fs::write(dir.path().join(path), text).unwrap();
        }
        dir
    }

    #[test]
    fn a_file_that_is_too_large_or_no_utf8_is_told_whatever_it_is() {
        for file in ["flows/home.yaml", "flows/home.chat", "locales/ru/all.ftl"] {
            let dir = small();
            let path = dir.path().join(file);
            let found = |bytes: &[u8]| {
                std::fs::write(&path, bytes).unwrap();
                let faults = check(dir.path()).faults;
                let found = faults.into_iter().find(|fault| fault.file == file);
                found.unwrap_or_else(|| panic!("{file}: nothing is told"))
            };
            let long = found(&vec![b'#'; 10 * 1024 * 1024]);
            assert_eq!(long.kind, Kind::FileLarge { kilobytes: 10 * 1024, most: 1024 }, "{file}");
            assert!(long.what(Lang::Ru).contains("не больше 1024 КБ"), "{}", long.what(Lang::Ru));
            let sound = std::fs::read(small().path().join(file)).unwrap();
            let odd = found(&[sound.as_slice(), "# щ".as_bytes(), &[0xd1]].concat());
            let lines = sound.iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(
                (odd.kind.clone(), odd.place),
                (Kind::NotUtf8 {}, Some(Place { line: lines + 1, column: 4, length: 1 }))
            );
            assert!(odd.help(Lang::Ru).unwrap().contains("Сохранить как"));
        }
    }

    #[test]
    fn references_that_explode_are_told_at_once() {
        let dir = small();
        let again = "*a, ".repeat(200_000);
        std::fs::write(dir.path().join("flows/home.yaml"), format!("flow: home\noutcomes: [&a done, {again}]\n"))
            .unwrap();
        let (program, faults) = load(dir.path());
        assert!(program.is_none_or(|program| program.current("home").is_none()));
        assert!(faults.iter().any(|fault| fault.kind == Kind::Repetitive {}), "{:?}", faults.first());
    }

    #[test]
    fn blessing_writes_the_file_anew() {
        let dir = small();
        assert!(!test(dir.path(), false).is_good());
        let report = test(dir.path(), true);
        assert!(report.is_good(), "{report}");
        assert!(std::fs::read_to_string(dir.path().join("flows/home.chat")).unwrap().contains("< Привет"));
        assert!(test(dir.path(), false).is_good());
    }
}
