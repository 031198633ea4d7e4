//! Reads a content directory: `flows/*.yaml`, `locales/<lang>/*.ftl`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::flow::{Fault, Program, check};

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
    let sound = !faults.iter().any(Fault::is_error);
    (program.filter(|_| sound).map(Arc::new), faults)
}

/// The texts of every file that faults may point into.
pub(crate) fn sources(dir: &Path) -> Vec<Source> {
    [read(dir, &dir.join("flows"), "yaml").0, chats(dir).0, words(dir).0].concat()
}

/// The transcripts.
pub(crate) fn chats(dir: &Path) -> (Vec<Source>, Vec<Fault>) {
    read(dir, &dir.join("flows"), "chat")
}

fn words(dir: &Path) -> (Vec<Source>, Vec<Fault>) {
    let (mut sources, mut faults) = (Vec::new(), Vec::new());
    match entries(&dir.join("locales")) {
        Err(error) => faults.push(Fault::error("locales", None, error)),
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
        Err(error) => faults.push(Fault::error(&name(folder), None, error)),
        Ok(paths) => {
            for path in paths.iter().filter(|path| path.extension().is_some_and(|found| found == ext)) {
                match std::fs::read_to_string(path) {
                    Ok(text) => sources.push((name(path), text)),
                    Err(error) => faults.push(Fault::error(&name(path), None, error.to_string())),
                }
            }
        }
    }
    (sources, faults)
}

/// In the order of their names, so that faults come in the same order everywhere.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let found = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut paths: Vec<_> = found.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    Ok(paths)
}
