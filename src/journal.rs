//! The journal of what staff do with people's data and with each other's roles.
//!
//! Append-only by a trigger, and chained: each line carries a keyed hash over itself and the line before. Whoever changes or
//! takes out a line without our key breaks the chain; whoever cuts its end off is caught by a hash that was noted elsewhere
//! ([`verify`] prints the last one).

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    ids::PersonId,
    seal::Vault,
    store::journal::{self, Line},
};

/// The domain of the chain's keyed hash.
const CHAIN: &str = "journal";
/// Lines that are read at once when the chain is looked over.
const PAGE: i64 = 1000;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A role was given.
    RoleGiven,
    /// A role was taken away.
    RoleRevoked,
    /// An invitation was made.
    Invited,
    /// An invitation was taken back before it was used.
    InvitationRevoked,
    /// A school's head proposed an administrator, by a link that this person asked for.
    Proposed,
    /// That was granted or refused.
    ProposalDecided,
    /// Somebody of a table came by an invitation.
    InvitationTaken,
    /// A page with people's data was opened.
    PageOpened,
    /// Everything was sealed anew.
    KeysRotated,
    /// A table of people or schools was imported.
    Imported,
    /// A teacher handed a table in.
    TableHandedIn,
    /// A teacher's table was returned with a remark.
    TableReturned,
    /// Cards of pupils were printed: new codes, and the old ones are void.
    CardsPrinted,
    /// A pupil got a new code.
    CodeReissued,
    /// Somebody of first-line support looked at a whole number.
    Revealed,
    /// The first of two agreed to a request.
    RequestApproved,
    /// A request was decided.
    RequestDecided,
    /// A child's code was redeemed by a parent.
    ParentLinked,
    /// A parent is one no longer.
    ParentUnlinked,
    /// A class was made by hand.
    ClassMade,
    /// A pupil was added by hand.
    PupilAdded,
    /// A pupil was moved to another class by hand.
    PupilMoved,
    /// A pupil was put into the archive.
    PupilArchived,
    /// A pupil was brought back from it.
    PupilRestored,
    /// A group was made.
    GroupMade,
    /// Pupils were put into a group or taken out.
    GroupFilled,
    /// A group was closed.
    GroupClosed,
    /// Pupils were reminded of what they owe.
    PupilsReminded,
    /// Somebody looked at a pupil's ОВЗ and disability.
    NeedOpened,
    /// Staff said whether a pupil has ОВЗ or a disability.
    NeedSet,
    /// Staff took a paper for a consent.
    ConsentOnPaper,
    /// A paper was taken back.
    PaperWithdrawn,
    /// Sheets to be signed were printed, with names and dates of birth.
    TemplatePrinted,
    /// A scan of a paper was put away.
    ScanKept,
    /// A scan was taken away.
    ScanRemoved,
    /// Somebody looked at a scan.
    ScanOpened,
}

impl Act {
    /// The word in the journal.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::RoleGiven => "role_given",
            Self::RoleRevoked => "role_revoked",
            Self::Invited => "invited",
            Self::InvitationRevoked => "invitation_revoked",
            Self::Proposed => "proposed",
            Self::ProposalDecided => "proposal_decided",
            Self::InvitationTaken => "invitation_taken",
            Self::PageOpened => "page_opened",
            Self::KeysRotated => "keys_rotated",
            Self::Imported => "imported",
            Self::TableHandedIn => "table_handed_in",
            Self::TableReturned => "table_returned",
            Self::CardsPrinted => "cards_printed",
            Self::CodeReissued => "code_reissued",
            Self::Revealed => "revealed",
            Self::RequestApproved => "request_approved",
            Self::RequestDecided => "request_decided",
            Self::ParentLinked => "parent_linked",
            Self::ParentUnlinked => "parent_unlinked",
            Self::ClassMade => "class_made",
            Self::PupilAdded => "pupil_added",
            Self::PupilMoved => "pupil_moved",
            Self::PupilArchived => "pupil_archived",
            Self::PupilRestored => "pupil_restored",
            Self::GroupMade => "group_made",
            Self::GroupFilled => "group_filled",
            Self::GroupClosed => "group_closed",
            Self::PupilsReminded => "pupils_reminded",
            Self::NeedOpened => "need_opened",
            Self::NeedSet => "need_set",
            Self::ConsentOnPaper => "consent_on_paper",
            Self::PaperWithdrawn => "paper_withdrawn",
            Self::TemplatePrinted => "template_printed",
            Self::ScanKept => "scan_kept",
            Self::ScanRemoved => "scan_removed",
            Self::ScanOpened => "scan_opened",
        }
    }
}

/// A line to be written. Ids and words only: no name, phone or date of anybody.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Who; `None`: the command line, or the program itself.
    pub actor: Option<PersonId>,
    /// What.
    pub act: Act,
    /// Whom or what it was about.
    pub subject: Option<Uuid>,
    /// What else is to be known of it.
    pub detail: BTreeMap<&'static str, String>,
}

impl Entry {
    /// That somebody did something to somebody or something.
    #[must_use]
    pub fn of<const N: usize>(
        actor: Option<PersonId>,
        act: Act,
        subject: Option<Uuid>,
        detail: [(&'static str, String); N],
    ) -> Self {
        Self { actor, act, subject, detail: detail.into() }
    }
}

/// Writes a line in the caller's transaction. Writers stand in line at the last line until they commit, so this comes late in a
/// transaction.
///
/// # Errors
/// When the database fails.
pub async fn write(db: &mut PgConnection, vault: &Vault, now: DateTime<Utc>, entry: &Entry) -> sqlx::Result<()> {
    let (seq, before) = journal::head(&mut *db).await?;
    let detail = serde_json::to_string(&entry.detail).unwrap_or_default();
    let mut line = Line {
        seq: seq + 1,
        // What Postgres keeps of a moment.
        at: now.trunc_subsecs(6),
        actor: entry.actor,
        act: entry.act.word().to_owned(),
        subject: entry.subject,
        detail,
        hash: Vec::new(),
    };
    line.hash = hash(vault, &before, &line);
    journal::append(db, &line).await
}

fn hash(vault: &Vault, before: &[u8], line: &Line) -> Vec<u8> {
    let Line { seq, at, actor, act, subject, detail, .. } = line;
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    // Only the last part may hold a line's end.
    let head = format!("{seq}\n{}\n{}\n{act}\n{}\n", at.timestamp_micros(), id(actor.map(|a| a.0)), id(*subject));
    let bytes = [before, &[0], head.as_bytes(), detail.as_bytes()].concat();
    vault.blind(CHAIN, &bytes).to_vec()
}

/// What came of looking over the whole chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Lines that hold.
    pub lines: i64,
    /// The hash of the last of them, in hexadecimal: to be noted elsewhere.
    pub last: String,
    /// What is wrong, if anything is.
    pub broken: Option<Broken>,
    /// Whether a line with the noted hash was among them.
    pub noted: bool,
}

/// Where the chain breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A line was changed, or one before it.
    #[error("line {0} is not as it was written")]
    Changed(i64),
    /// Lines are missing in the middle.
    #[error("after line {0} some are missing")]
    Missing(i64),
    /// The last line that was remembered is not there.
    #[error("the end is missing: {found} lines of {remembered}")]
    Cut {
        /// Lines that are there.
        found: i64,
        /// Lines that were written.
        remembered: i64,
    },
}

/// Looks over the whole journal; `noted`: a hash of an earlier time that must be among its lines.
///
/// # Errors
/// When the database fails.
pub async fn verify(db: &mut PgConnection, vault: &Vault, noted: Option<&str>) -> sqlx::Result<Verified> {
    let mut seen = Verified { lines: 0, last: String::new(), broken: None, noted: noted.is_none() };
    let (remembered, last) = journal::remembered(&mut *db).await?;
    let mut before = Vec::new();
    while seen.broken.is_none() {
        let lines = journal::after(&mut *db, seen.lines, PAGE).await?;
        if lines.is_empty() {
            break;
        }
        for line in lines {
            seen.broken = wrong(vault, &before, seen.lines, &line);
            if seen.broken.is_some() {
                break;
            }
            seen.lines = line.seq;
            before = line.hash;
            seen.last = hex::encode(&before);
            seen.noted |= noted.is_some_and(|noted| noted.eq_ignore_ascii_case(&seen.last));
        }
    }
    // Whoever writes meanwhile has added lines to those that were remembered.
    if seen.broken.is_none() && (seen.lines < remembered || (seen.lines == remembered && before != last)) {
        seen.broken = Some(Broken::Cut { found: seen.lines, remembered });
    }
    Ok(seen)
}

fn wrong(vault: &Vault, before: &[u8], number: i64, line: &Line) -> Option<Broken> {
    if line.seq != number + 1 {
        return Some(Broken::Missing(number));
    }
    (hash(vault, before, line) != line.hash).then_some(Broken::Changed(line.seq))
}
