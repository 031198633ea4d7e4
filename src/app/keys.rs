//! The keys of the vault: from the environment, or from the data directory, where `dev` makes its own.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, bail};
use secrecy::ExposeSecret;

use crate::{
    ids::Dice,
    seal::{Keys, fresh_key},
};

/// Reads `DIR/keys`; `None` when there is none.
///
/// # Errors
/// When it can't be read, or holds no keys.
pub fn read(data: &Path) -> anyhow::Result<Option<Keys>> {
    let file = data.join("keys");
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| file.display().to_string()),
    };
    let named: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let (Some(fields), Some(index)) = (named.get("FIELD_KEYS"), named.get("INDEX_KEY")) else {
        bail!("{} has no FIELD_KEYS and INDEX_KEY", file.display());
    };
    let keys = Keys::parse(&(*fields).into(), &(*index).into()).with_context(|| file.display().to_string())?;
    Ok(Some(keys))
}

/// Reads `DIR/keys`, or makes it: whoever has it can read what the database holds, so only we may.
///
/// # Errors
/// When it can't be read or written.
pub fn read_or_make(data: &Path, dice: &Dice) -> anyhow::Result<Keys> {
    if let Some(keys) = read(data)? {
        return Ok(keys);
    }
    fs::create_dir_all(data).with_context(|| data.display().to_string())?;
    let fresh = data.join("keys.new");
    fs::remove_file(&fresh).ok();
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    let (fields, index) = (fresh_key(dice), fresh_key(dice));
    writeln!(file, "FIELD_KEYS=1:{}\nINDEX_KEY={}", fields.expose_secret(), index.expose_secret())?;
    file.sync_all()?;
    // A link, not a rename: of two commands that make keys at once, the first one's count for both.
    let linked = fs::hard_link(&fresh, data.join("keys"));
    fs::remove_file(&fresh).ok();
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => read(data)?.context("the keys are gone"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_made_once_and_for_us_only() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read(dir.path()).unwrap().is_none());
        read_or_make(dir.path(), &Dice::loaded(1)).unwrap();
        let first = fs::read_to_string(dir.path().join("keys")).unwrap();
        read_or_make(dir.path(), &Dice::loaded(2)).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("keys")).unwrap(), first);
        let mode = fs::metadata(dir.path().join("keys")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_without_keys_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("keys"), "FIELD_KEYS=1:x\n").unwrap();
        assert!(read(dir.path()).is_err());
    }
}
