//! Who got a broadcast, and who did not and why: for its author, on a page and as a workbook.

use chrono::{DateTime, Utc};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use sqlx::PgConnection;

use crate::{
    acting::Error,
    ids::{BroadcastId, PersonId},
    people::Profile,
    seal::Vault,
    store::casts,
};

/// Lines read in one go.
const PAGE: i64 = 5_000;

/// What became of one reader's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Taken by the messenger.
    Sent,
    /// Taken, and corrected since.
    Corrected,
    /// Taken, and taken away since.
    Recalled,
    /// On its way, or its hour has not come.
    Waits,
    /// Blocked us, or cannot be written to.
    Blocked,
    /// Does not want such messages.
    OptedOut,
    /// Called off before it went out.
    Cancelled,
    /// Not taken by the messenger.
    Refused,
}

impl What {
    fn of(line: &casts::Line) -> Self {
        let error = line.error.as_deref().unwrap_or_default();
        match line.state.as_str() {
            "sent" => match line.undone.as_deref() {
                Some("delete") => Self::Recalled,
                Some(_) => Self::Corrected,
                None => Self::Sent,
            },
            "parked" | "queued" => Self::Waits,
            "dropped" if error == "opted out" => Self::OptedOut,
            "dropped" if matches!(error, "" | "cancelled") => Self::Cancelled,
            "dropped" => Self::Blocked,
            _ if error.starts_with("gone") || matches!(error, "blocked" | "removed from the group") => Self::Blocked,
            _ => Self::Refused,
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// «Имя Ф.»; empty: a chat, or somebody whom the author does not see any more.
    pub name: String,
    /// The school, or the chat.
    pub place: String,
    /// `telegram`, `vk`.
    pub channel: String,
    /// What became of it.
    pub what: What,
    /// When the messenger took it.
    pub at: Option<DateTime<Utc>>,
    /// The messenger's id of it.
    pub message: String,
}

/// The ledger of the author's own broadcast, the first `most` lines of it.
///
/// # Errors
/// When the database fails or a profile does not open.
pub async fn read(
    db: &mut PgConnection,
    vault: &Vault,
    author: PersonId,
    id: BroadcastId,
    most: usize,
) -> Result<Vec<Line>, Error> {
    let (mut lines, mut after) = (Vec::new(), 0);
    while lines.len() < most {
        let page = casts::ledger(&mut *db, id, author, after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for (_, line) in page {
            lines.push(line_of(vault, line)?);
        }
    }
    lines.truncate(most);
    Ok(lines)
}

fn line_of(vault: &Vault, line: casts::Line) -> Result<Line, Error> {
    let name = match (&line.profile, line.person) {
        (Some(sealed), Some(person)) => Profile::open(vault, person, sealed)?.short_name(),
        _ => String::new(),
    };
    Ok(Line {
        name,
        what: What::of(&line),
        place: line.place.unwrap_or_default(),
        channel: line.lane.0.split(':').next().unwrap_or_default().to_owned(),
        at: line.sent_at,
        message: line.message.unwrap_or_default(),
    })
}

/// The words of a workbook.
#[derive(Clone, Debug)]
pub struct Titles {
    /// Of its six columns: name, place, messenger, what became of it, when, the messenger's id.
    pub columns: [String; 6],
    /// What each is called.
    pub what: Vec<(What, String)>,
    /// How the moment of sending is written.
    pub zone: chrono_tz::Tz,
}

/// The ledger as a workbook.
///
/// # Errors
/// When the workbook can't be made.
pub fn book(lines: &[Line], titles: &Titles) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in (0..).zip(&titles.columns) {
        sheet.write_string_with_format(0, column, title, &bold)?;
        sheet.set_column_width(column, 22)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, line) in (1..).zip(lines) {
        let what = titles.what.iter().find(|(what, _)| *what == line.what).map_or("", |(_, said)| said);
        let channel = if line.channel == "vk" { "ВКонтакте" } else { "Telegram" };
        let at = line.at.map(|at| at.with_timezone(&titles.zone).format("%d.%m.%Y %H:%M:%S").to_string());
        let cells = [line.name.as_str(), &line.place, channel, what, at.as_deref().unwrap_or_default(), &line.message];
        for (column, cell) in (0..).zip(cells) {
            // As text: a title may begin with «=».
            sheet.write_string(row, column, cell)?;
        }
    }
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LaneId;

    fn what(state: &str, error: Option<&str>, undone: Option<&str>) -> What {
        What::of(&casts::Line {
            person: None,
            profile: None,
            place: None,
            lane: LaneId("vk:1".to_owned()),
            state: state.to_owned(),
            error: error.map(str::to_owned),
            sent_at: None,
            message: None,
            undone: undone.map(str::to_owned),
        })
    }

    #[test]
    fn every_fate_has_a_word() {
        assert_eq!(what("sent", Some("unknown outcome: x"), None), What::Sent);
        assert_eq!(what("sent", None, Some("delete")), What::Recalled);
        assert_eq!(what("sent", None, Some("edit")), What::Corrected);
        assert_eq!(what("parked", None, None), What::Waits);
        assert_eq!(what("dropped", Some("opted out"), None), What::OptedOut);
        assert_eq!(what("dropped", Some("no way"), None), What::Blocked);
        assert_eq!(what("dropped", Some("cancelled"), None), What::Cancelled);
        assert_eq!(what("failed", Some("gone: Blocked"), None), What::Blocked);
        assert_eq!(what("failed", Some("refused (400): x"), None), What::Refused);
    }
}
