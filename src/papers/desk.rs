//! Takes scans in, shows them, and takes them away.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};
use zeroize::Zeroizing;

use super::{
    Cabinet, MAX_BYTES, cabinet,
    kind::{Kind, Refused, sniff},
    picture,
};
use crate::{
    acting,
    consents::{self, Purpose},
    ids::{Dice, DocumentId, PersonId},
    journal::{self, Act, Entry},
    seal::{EnvelopeKey, Place, Vault},
    store::{
        self,
        documents::{self, NewDocument},
    },
};

/// How long an object may be on its way in before it is taken for left behind.
const ON_ITS_WAY: TimeDelta = TimeDelta::hours(1);

/// Why something did not come about that is nobody's fault.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database, or something sealed.
    #[error(transparent)]
    Acting(#[from] acting::Error),
    /// The store of scans.
    #[error(transparent)]
    Cabinet(#[from] cabinet::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Acting(error.into())
    }
}

/// Why a scan is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The file.
    File(Refused),
    /// There is one already, and nobody has said that it is to be replaced.
    Already,
    /// No such pupil, or out of scope.
    NotThere,
}

/// A scan that somebody brings.
#[derive(Debug)]
pub struct Brought {
    /// Whose consent it is.
    pub pupil: PersonId,
    /// What stands on the paper.
    pub signed_on: NaiveDate,
    /// What the parent has agreed to beside taking part.
    pub given: Vec<Purpose>,
    /// The file.
    pub bytes: Vec<u8>,
    /// Whether it is to take the place of the one that is there.
    pub replace: bool,
}

/// Why somebody looks at a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// To see that it is what it should be.
    Check,
    /// Somebody has asked about it.
    Request,
    /// To hand the paper on.
    Original,
}

impl Reason {
    /// In the order in which they are offered.
    pub const EACH: [Self; 3] = [Self::Check, Self::Request, Self::Original];

    /// The word in the journal and in keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Request => "request",
            Self::Original => "original",
        }
    }
}

/// A scan that was opened.
pub struct Scan {
    /// `pdf`, `jpeg`, `doc`, `docx`, `zip`.
    pub kind: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scan({}, …)", self.kind)
    }
}

/// What somebody of the staff works with, in a season.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'d> {
    /// The database.
    pub pool: &'d PgPool,
    /// Seals keys.
    pub vault: &'d Vault,
    /// Ids, names and keys.
    pub dice: &'d Dice,
    /// Where scans lie.
    pub cabinet: &'d Cabinet,
    /// Civil.
    pub now: DateTime<Utc>,
    /// Who.
    pub staff: PersonId,
    /// `2026-2027`
    pub season: &'d str,
}

/// What is kept of a file.
struct Judged {
    kind: &'static str,
    plain: Vec<u8>,
    sha256: [u8; 32],
}

impl Desk<'_> {
    /// Takes a scan: it is judged, put away, and counts as a consent. All of it, or nothing.
    ///
    /// # Errors
    /// When the database or the store fails; an object that was put away meanwhile is deleted by the sweep.
    pub async fn accept(&self, brought: Brought) -> Result<Result<DocumentId, Why>, Error> {
        let Brought { pupil, signed_on, given, bytes, replace } = brought;
        if let Err(why) = self.welcome(pupil, replace).await? {
            return Ok(Err(why));
        }
        let judged = match self.judge(bytes).await {
            Ok(judged) => judged,
            Err(refused) => return Ok(Err(Why::File(refused))),
        };
        let (id, key) = (DocumentId(self.dice.uuid(self.now)), EnvelopeKey::fresh(self.dice));
        let object = hex::encode(self.dice.bytes::<16>());
        // Whatever happens from here on, somebody knows of the object.
        documents::loose(&mut *self.pool.acquire().await?, &object, self.now).await?;
        self.cabinet.put(&object, key.close(self.dice, id.0.as_bytes(), &judged.plain)).await?;
        let new = NewDocument {
            id,
            person: pupil,
            season: self.season,
            uploaded_by: self.staff,
            signed_on,
            kind: judged.kind,
            size: i32::try_from(judged.plain.len()).unwrap_or(i32::MAX),
            sha256: judged.sha256,
            key: &self.vault.seal(key_of(&id), key.bytes()),
            object: &object,
        };
        let old = match self.keep(&new, &given, replace).await? {
            Ok(old) => old,
            Err(why) => {
                self.forget(&object).await;
                return Ok(Err(why));
            }
        };
        if let Some(old) = old {
            self.forget(&old).await;
        }
        Ok(Ok(id))
    }

    /// Whether a scan for this pupil would be taken: judged before the file is, and again when it is kept.
    async fn welcome(&self, pupil: PersonId, replace: bool) -> Result<Result<(), Why>, Error> {
        let mut tx = store::begin(self.pool).await?;
        if !documents::hold(&mut tx, self.staff, pupil).await? {
            return Ok(Err(Why::NotThere));
        }
        let there = documents::is_there(&mut tx, pupil, self.season).await?;
        Ok(if there && !replace { Err(Why::Already) } else { Ok(()) })
    }

    async fn judge(&self, bytes: Vec<u8>) -> Result<Judged, Refused> {
        if bytes.len() > MAX_BYTES {
            return Err(Refused::TooLarge);
        }
        let permit = self.cabinet.pictures.acquire().await;
        let judged = tokio::task::spawn_blocking(move || judge(bytes)).await;
        drop(permit);
        // A reader of pictures that panics has met a broken one.
        judged.unwrap_or(Err(Refused::Broken))
    }

    async fn keep(
        &self,
        new: &NewDocument<'_>,
        given: &[Purpose],
        replace: bool,
    ) -> Result<Result<Option<String>, Why>, Error> {
        let mut tx = store::begin(self.pool).await?;
        if !documents::hold(&mut tx, self.staff, new.person).await? {
            return Ok(Err(Why::NotThere));
        }
        let old = documents::take(&mut tx, new.person, self.season, self.now).await?;
        if old.is_some() && !replace {
            return Ok(Err(Why::Already));
        }
        documents::put(&mut tx, new, self.now).await?;
        let paper = self.paper(new.person, new.id);
        let given = [&[Purpose::Processing], given].concat();
        consents::paper_given(&mut tx, (self.vault, self.dice), paper, &given, self.now).await?;
        let mut detail = vec![("document", new.id.to_string()), ("kind", new.kind.to_owned())];
        detail.extend(old.as_ref().map(|(id, _)| ("instead_of", id.to_string())));
        self.tell(&mut tx, Act::ScanKept, new.person, detail).await?;
        tx.commit().await?;
        Ok(Ok(old.map(|(_, object)| object)))
    }

    /// Takes a pupil's scan away, and with it the consent that rested on it; `false`: there is none, or it is out of scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove(&self, pupil: PersonId) -> Result<bool, Error> {
        let mut tx = store::begin(self.pool).await?;
        if !documents::hold(&mut tx, self.staff, pupil).await? {
            return Ok(false);
        }
        let Some((id, object)) = documents::take(&mut tx, pupil, self.season, self.now).await? else {
            return Ok(false);
        };
        consents::paper_withdrawn(&mut tx, (self.vault, self.dice), self.paper(pupil, id), self.now).await?;
        self.tell(&mut tx, Act::ScanRemoved, pupil, vec![("document", id.to_string())]).await?;
        tx.commit().await?;
        self.forget(&object).await;
        Ok(true)
    }

    /// Notes that somebody looks at a scan, and why; `false`: it is not there, or out of scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask(&self, id: DocumentId, reason: Reason) -> Result<bool, Error> {
        let mut tx = store::begin(self.pool).await?;
        let Some(found) = documents::opening(&mut tx, self.staff, id).await? else { return Ok(false) };
        let (field, why) = (("field", "scan".to_owned()), ("why", reason.word().to_owned()));
        let detail = vec![("document", id.to_string()), field, why];
        self.tell(&mut tx, Act::ScanOpened, found.person, detail).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// What a scan shows; `None`: it is not there, or out of scope.
    ///
    /// # Errors
    /// When the database or the store fails, or it does not open.
    pub async fn open(&self, id: DocumentId) -> Result<Option<Scan>, Error> {
        let found = documents::opening(&mut *self.pool.acquire().await?, self.staff, id).await?;
        let Some(found) = found else { return Ok(None) };
        let key = Zeroizing::new(self.vault.open(key_of(&found.id), &found.key).map_err(acting::Error::from)?);
        let key = EnvelopeKey::read(&key).ok_or(acting::Error::Profile)?;
        let closed = self.cabinet.get(&found.object).await?;
        let bytes = key.open(found.id.0.as_bytes(), &closed).map_err(acting::Error::from)?;
        Ok(Some(Scan { kind: found.kind, bytes }))
    }

    fn paper(&self, pupil: PersonId, document: DocumentId) -> consents::Paper<'_> {
        consents::Paper { pupil, season: self.season, document: document.0, checked_by: self.staff }
    }

    async fn tell(
        &self,
        db: &mut PgConnection,
        act: Act,
        pupil: PersonId,
        detail: Vec<(&'static str, String)>,
    ) -> sqlx::Result<()> {
        let detail = detail.into_iter().chain([("season", self.season.to_owned())]).collect();
        let entry = Entry { actor: Some(self.staff), act, subject: Some(pupil.0), detail };
        journal::write(db, self.vault, self.now, &entry).await
    }

    /// Deletes an object that no document has; what fails is done again by the sweep.
    async fn forget(&self, object: &str) {
        if let Err(error) = tidy(self.pool, self.cabinet, object).await {
            tracing::warn!("an object that is not needed any more stays for now: {error}");
        }
    }
}

async fn tidy(pool: &PgPool, cabinet: &Cabinet, object: &str) -> Result<(), Error> {
    cabinet.remove(object).await?;
    Ok(documents::tidied(&mut *pool.acquire().await?, object).await?)
}

/// Deletes objects that have been nobody's for a while: their document is gone, or never came about. Gives how many.
///
/// # Errors
/// When the database or the store fails; what is left is deleted the next time.
pub async fn sweep(pool: &PgPool, cabinet: &Cabinet, now: DateTime<Utc>) -> Result<usize, Error> {
    let loose = documents::loose_since(&mut *pool.acquire().await?, now - ON_ITS_WAY).await?;
    for object in &loose {
        tidy(pool, cabinet, object).await?;
    }
    Ok(loose.len())
}

/// Takes all scans of a person away, as a part of erasing that person: from here on nobody can open them, for their keys are gone
/// with their rows. The objects that are left are deleted by the caller after the commit ([`Cabinet::remove`]), or by the sweep.
///
/// # Errors
/// When the database fails.
pub async fn erase(db: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> sqlx::Result<Vec<String>> {
    documents::erase(db, person, now).await
}

fn key_of(id: &DocumentId) -> Place<'_> {
    Place { table: "document", column: "key", row: id.0.as_bytes() }
}

fn judge(bytes: Vec<u8>) -> Result<Judged, Refused> {
    let sha256 = Sha256::digest(&bytes).into();
    let (kind, plain) = match sniff(&bytes)? {
        Kind::Picture => ("jpeg", picture::anew(&bytes)?),
        Kind::Pdf => ("pdf", bytes),
        Kind::Doc => ("doc", bytes),
        Kind::Docx => ("docx", bytes),
        Kind::Zip => ("zip", bytes),
    };
    Ok(Judged { kind, plain, sha256 })
}
