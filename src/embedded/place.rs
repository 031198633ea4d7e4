//! Where the cluster lies, whose it is, and where its socket is.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::Error;
use crate::ids::Dice;

/// Where clusters go whose data directory bars the user that Postgres has to run as.
const SYSTEM_HOME: &str = "/var/lib/provodnik";

/// A user of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub uid: u32,
    /// Its first group.
    pub gid: u32,
}

/// The directories of one cluster.
#[derive(Clone, Debug)]
pub struct Place {
    /// Holds the data of each major version, fetched binaries, the log.
    pub home: PathBuf,
    /// Holds the socket. Short: a socket's path may have 107 bytes.
    pub socket: PathBuf,
    /// The file that is locked while a server starts: of two starts at once, the second finds everything made.
    pub starting: PathBuf,
    /// Whom Postgres runs as, if not as ourselves: it refuses root.
    pub user: Option<User>,
}

impl Place {
    /// Finds and makes the directories for a data directory, which must exist.
    pub fn make(dir: &Path) -> Result<Self, Error> {
        let dir = dir.canonicalize().map_err(at(dir))?;
        let user = if rustix::process::geteuid().is_root() { server_user() } else { None };
        let home = home(&dir, user)?;
        own_directory(&home, user)?;
        let socket = socket_directory(&home);
        Ok(Self { home, socket, starting: starting(&dir), user })
    }
}

/// The file that is locked while the cluster of a data directory is made and started.
pub fn starting(dir: &Path) -> PathBuf {
    dir.join("starting.lock")
}

/// `postgres` where there is one, else `nobody`.
fn server_user() -> Option<User> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].into_iter().find_map(|name| user_named(&passwd, name))
}

fn user_named(passwd: &str, name: &str) -> Option<User> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (found, _, uid, gid) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        (found == name).then_some(User { uid: uid.parse().ok()?, gid: gid.parse().ok()? })
    })
}

/// `DIR/postgres`, unless the server's user can't get there: then a directory of the system, remembered in `DIR`.
fn home(dir: &Path, user: Option<User>) -> Result<PathBuf, Error> {
    let Some(user) = user else { return Ok(dir.join("postgres")) };
    let note = dir.join("cluster");
    if let Ok(id) = fs::read_to_string(&note) {
        return Ok(Path::new(SYSTEM_HOME).join(id.trim()));
    }
    if reaches(dir, user) {
        return Ok(dir.join("postgres"));
    }
    let id = hex::encode(Dice::fair().bytes::<8>());
    fs::write(&note, &id).map_err(at(&note))?;
    let system = Path::new(SYSTEM_HOME);
    fs::create_dir_all(system).map_err(at(system))?;
    Ok(system.join(id))
}

/// Whether a user may pass through a directory and all above it.
pub fn reaches(path: &Path, user: User) -> bool {
    path.ancestors().all(|dir| {
        fs::metadata(dir).is_ok_and(|meta| {
            let bit = match () {
                () if meta.uid() == user.uid => 0o100,
                () if meta.gid() == user.gid => 0o010,
                () => 0o001,
            };
            meta.mode() & bit != 0
        })
    })
}

/// Under `/tmp`, by the home's name: every process with the same data directory finds the same socket.
fn socket_directory(home: &Path) -> PathBuf {
    let digest = Sha256::digest(home.as_os_str().as_encoded_bytes());
    Path::new("/tmp").join(format!("provodnik-{}", hex::encode(&digest[..8])))
}

/// Makes a directory that only the server's user enters, or makes sure that it is one.
pub fn own_directory(path: &Path, user: Option<User>) -> Result<(), Error> {
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => give(path, user)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(at(path)(error)),
    }
    let meta = fs::symlink_metadata(path).map_err(at(path))?;
    let owner = user.map_or(rustix::process::geteuid().as_raw(), |user| user.uid);
    if !meta.is_dir() || meta.uid() != owner {
        return Err(Error::Occupied(path.to_owned()));
    }
    if meta.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(at(path))?;
    }
    Ok(())
}

/// Hands a file or directory over to the server's user.
pub fn give(path: &Path, user: Option<User>) -> Result<(), Error> {
    let Some(user) = user else { return Ok(()) };
    std::os::unix::fs::chown(path, Some(user.uid), Some(user.gid)).map_err(at(path))
}

/// Names the path of a failure.
pub fn at(path: &Path) -> impl Fn(std::io::Error) -> Error + '_ {
    move |source| Error::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_name() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533::/:/bin/false\n";
        assert_eq!(user_named(passwd, "nobody"), Some(User { uid: 65534, gid: 65533 }));
        assert_eq!(user_named(passwd, "postgres"), None);
    }

    #[test]
    fn the_socket_of_a_deep_home_has_a_short_path() {
        let deep = PathBuf::from("/").join("глубоко".repeat(60));
        let socket = socket_directory(&deep).join(".s.PGSQL.5432");
        assert!(socket.as_os_str().len() <= 107);
        assert_ne!(socket_directory(&deep), socket_directory(Path::new("/elsewhere")));
    }

    #[test]
    fn a_closed_parent_bars_a_stranger() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = User { uid: 4_000_000, gid: 4_000_000 };
        assert!(!reaches(&inner, stranger));
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o711)).unwrap();
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o711)).unwrap();
        assert_eq!(reaches(&inner, stranger), reaches(dir.path().parent().unwrap(), stranger));
    }
}
